#!/usr/bin/env bats
# A model is a safetensors file that another program can read and score with:
# python3, struct, json and numpy give the scores of dl-score.

load helper

setup()
{
	needs dl-import dl-train dl-score
	"$PYTHON" -c 'import numpy' || skip "no numpy"
	in_scratch
}

same_scores()
{
	dl-score -m "$1" "$2" >scores.csv
	"$PYTHON" "$ROOT/tests/parity/forward.py" "$1" "$2" scores.csv
}

@test "digits: ten classes, constant columns dropped, Rectifier" {
	zstdcat "$MNIST/test.csv.zst" | sed -n 1,1000p >digits.csv
	dl-import -q --type C785=enum -o digits.dlf digits.csv
	dl-train -q -y C785 --hidden 32,16 --epochs 1 --seed 1 -o m.dlm \
		digits.dlf
	same_scores m.dlm digits.csv
}

@test "levels, missing values and each activation" {
	small_table 500 >small.csv
	dl-import -q -o small.dlf small.csv
	local a
	for a in Tanh Rectifier Maxout RectifierWithDropout TanhWithDropout \
		MaxoutWithDropout; do
		dl-train -q -y y --hidden 7,5 --activation $a --epochs 3 \
			--seed 1 -o m.dlm small.dlf
		same_scores m.dlm small.csv
	done
}

@test "no hidden layer, first levels left out, nothing standardized" {
	small_table 500 >small.csv
	dl-import -q -o small.dlf small.csv
	dl-train -q -y y --hidden '' --no-use-all-factor-levels \
		--no-standardize --epochs 1 --seed 1 -o m.dlm small.dlf
	same_scores m.dlm small.csv
}

@test "regression" {
	small_table 500 >small.csv
	dl-import -q -o small.dlf small.csv
	dl-train -q -y b --hidden 8 --epochs 3 --seed 1 -o m.dlm small.dlf
	same_scores m.dlm small.csv
}

@test "a binary response" {
	small_table 500 | sed 's/mid$/low/' >two.csv
	dl-import -q -o two.dlf two.csv
	dl-train -q -y y --hidden 8 --epochs 3 --seed 1 -o m.dlm two.dlf
	same_scores m.dlm two.csv
}
