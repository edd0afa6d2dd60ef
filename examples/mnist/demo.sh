#!/bin/sh
# MNIST from compressed CSV to the confusion matrix, in five commands.
# usage: make demo     (or with bin/ on PATH: sh examples/mnist/demo.sh [DIR])
# Three passes over the 60,000 training digits, then the 10,000 test digits; it
# prints each command before it runs it.  DIR (out/demo) is where results go.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
dir=out/demo
if [ $# -gt 0 ]; then
	mkdir -p "$1"
	dir=$(cd "$1" && pwd)
fi
cd "$top"
mkdir -p "$dir"
case $dir in
*[!A-Za-z0-9_./-]*) # as the shell wants it
	dir=\'$(printf '%s' "$dir" | sed "s/'/'\\\\''/g")\' ;;
esac

run()
{
	printf '\n$ %s\n' "$*"
	sh -c "$*"
}

run "dl-import --type C785=enum -o $dir/train.dlf share/mnist/train.csv.zst"
run "dl-import --like $dir/train.dlf -o $dir/test.dlf share/mnist/test.csv.zst"
run "dl-train -y C785 --epochs 3 --seed 1 --reproducible -o $dir/model.dlm" \
	"$dir/train.dlf"
run "dl-score -m $dir/model.dlm --actual $dir/test.dlf >$dir/scores.csv"
run "dl-cm --fail-if 'error>0.04' $dir/scores.csv"
