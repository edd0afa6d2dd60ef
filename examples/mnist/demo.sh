#!/bin/sh
# MNIST from compressed CSV to the confusion matrix, in four commands.
# usage: make demo     (or with bin/ on PATH: sh examples/mnist/demo.sh [DIR])
# Four passes over the 60,000 training digits, then the 10,000 test digits; it
# prints each command before it runs it.  DIR is where the results go.
set -eu

data=$(cd "$(dirname "$0")/../../share/mnist" && pwd)
dir=${1:-out/demo}
mkdir -p "$dir"
cd "$dir"

run()
{
	printf '\n$ %s\n' "$*"
	sh -c "$*"
}

run "dl-import --type C785=enum -o train.dlf $data/train.csv.zst"
run "dl-import --like train.dlf -o test.dlf $data/test.csv.zst"
run "dl-train -y C785 --epochs 4 --seed 1 --reproducible -o model.dlm train.dlf"
run "dl-score -m model.dlm --actual test.dlf > scores.csv"
run "dl-cm --fail-if 'error>0.04' scores.csv"
