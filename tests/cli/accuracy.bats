#!/usr/bin/env bats
# All defaults, one pass over the 60,000 digits: at most 4 % of the test digits
# are wrong, in the mean of seeds 1 to 3.

load helper

@test "one epoch with the defaults: at most 4 % error" {
	needs dl-import dl-train dl-score dl-cm
	in_scratch
	dl-import -q --type C785=enum -o train.dlf "$MNIST/train.csv.zst"
	dl-import -q --like train.dlf -o test.dlf "$MNIST/test.csv.zst"
	local seed
	for seed in 1 2 3; do
		dl-train -q -y C785 --epochs 1 --seed $seed -o m.dlm train.dlf
		dl-score -m m.dlm --actual test.dlf | dl-cm --error >>errors
	done
	cat errors
	awk '{ sum += $1 } END { exit !(NR == 3 && sum / NR <= 0.04) }' errors
}
