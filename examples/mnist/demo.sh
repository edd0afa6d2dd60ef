#!/bin/sh
# MNIST from compressed CSV to the confusion matrix, in five commands.
# usage: make demo     (or with bin/ on PATH: sh examples/mnist/demo.sh [DIR])
# Three passes over the 60,000 training digits, then the 10,000 test digits; it
# prints each command before it runs it.  DIR (out/demo) is where results go.
set -eu

cd "$(dirname "$0")/../.."
dir=${1:-out/demo}
mkdir -p "$dir"

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
