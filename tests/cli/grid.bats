#!/usr/bin/env bats
# dl-grid: search spaces as lines of options.
load helper

setup()
{
	in_scratch
}

@test "a grid has every combination; lines are ids and options" {
	dl-grid 'hidden=64|200,200' 'l1=0|1e-5' 'adaptive_rate=false' >out
	[ "$(wc -l <out)" -eq 4 ]
	options='--hidden 200,200 --adaptive-rate=false --l1 0.00001'
	grep -Eqx "[0-9a-f]{12} $options" out
	[ "$(cut -d' ' -f1 out | sort -u | wc -l)" -eq 4 ]
	# ids are of the parameters, not of the search
	dl-grid 'l1=1e-05' 'adaptive_rate=False' 'hidden=200,200' >one
	grep -qxF "$(cat one)" out
}

@test "draws: seeded, within bounds, as many as asked" {
	for how in random latin sobol; do
		dl-grid --$how 30 'hidden=8|9' 'l1=log:1e-6..1e-3' \
			'score_training_samples=3..7' >out
		[ "$(wc -l <out)" -eq 30 ]
		dl-grid --$how 30 'hidden=8|9' 'l1=log:1e-6..1e-3' \
			'score_training_samples=3..7' | cmp - out
		awk '$5 < 1e-6 || $5 > 1e-3 || $7 !~ /^[3-7]$/ { exit 1 }' out
	done
	dl-grid --random 30 --seed 2 'l1=log:1e-6..1e-3' >other
	run ! cmp -s out other
}

@test "points of a range begin and end with its ends, and stay apart" {
	[ "$(dl-grid --no-id 'epochs=1..123456.7:3' | tr '\n' ' ')" = \
		"--epochs 1 --epochs 61730 --epochs 123456.7 " ]
	[ "$(dl-grid --no-id 'rho=0.9999..0.99999:3' | tr '\n' ' ')" = \
		"--rho 0.9999 --rho 0.999945 --rho 0.99999 " ]
	[ "$(dl-grid --no-id 'score_interval=10001..10009:5' |
		sed -n 2p)" = "--score-interval 10003" ]
}

@test "a list is no range" {
	fails 2 "'8..32': only a number has a range" dl-grid 'hidden=8..32'
}

@test "random points end where there are no more, and come at once" {
	[ "$(dl-grid --random 10000000 'hidden=8|9' 'l1=0|1e-5|1e-4' | sort |
		uniq | wc -l)" -eq 6 ]
	[ "$(dl-grid --random 10000000 'score_training_samples=3..7' |
		wc -l)" -eq 5 ]
	# a draw that does not go together is passed over
	[ "$(dl-grid -q --random 9 'activation=Tanh|TanhWithDropout' \
		'hidden_dropout_ratios=0.5,0.5' | wc -l)" -eq 1 ]
	# lines are written as they are found
	timeout 9 dl-grid --random 10000000 'l1=log:1e-6..1e-3' |
		head -n 1 | grep -q -- --l1
}

@test "formats and config files" {
	dl-grid -f tsv 'epochs=1|2' | awk -F'\t' 'NF != 2 { exit 1 }'
	dl-grid --no-id 'epochs=1|2' | sed -n 1p | grep -qx -- '--epochs 1'
	dl-grid -f json --config-dir d 'epochs=1|2' 'hidden=3,3' |
		"$PYTHON" -c 'import json, sys
for line in sys.stdin:
    run = json.loads(line)
    text = open("d/%s.conf" % run["id"]).read()
    assert "hidden = 3,3\n" in text and len(run["parameters"]) == 2'
}

@test "points that do not go together are left out" {
	dl-grid 'activation=Tanh|TanhWithDropout' \
		'hidden_dropout_ratios=0.5,0.5' >out 2>err
	[ "$(wc -l <out)" -eq 1 ]
	grep -q '1 point left out' err
	fails 2 'no run is left' dl-grid 'hidden_dropout_ratios=0.5' \
		activation=Tanh
}

@test "lines work with xargs; halving goes on from the best" {
	needs dl-train dl-import
	small_table 600 >t.csv
	dl-import -q -o t.dlf t.csv
	space='hidden=2|4|8 l1=0|0.1|0.5 seed=1 epochs=1'
	# shellcheck disable=SC2086 # words of the space
	dl-grid $space >rung
	rungs=0
	while [ -s rung ]; do
		rungs=$((rungs + 1))
		wc -l <rung >>sizes
		xargs -L 1 sh -c 'dl-train -q -y y -j 1 "$@" --test t.dlf \
			--result runs.csv -o "$0.dlm" t.dlf' <rung
		# shellcheck disable=SC2086
		dl-grid --halving 3 --results runs.csv $space >rung
	done
	[ "$(tr -d ' ' <sizes | tr '\n' ' ')" = "9 3 1 " ]
	[ "$(grep -c 'epochs=9' runs.csv)" -eq 1 ]
	# three times 0.1 is 0.3
	sed 's/epochs=1 /epochs=0.1 /' runs.csv |
		sed '/epochs=[39]/d' >tenth.csv
	# shellcheck disable=SC2086
	dl-grid --halving 3 --results tenth.csv $space |
		grep -q -- '--epochs 0.3 '
	dl-report --table -f csv runs.csv | grep -q 'epochs'
	# one run of the rung has no error: the others go on, as many as ever
	awk -F, -v OFS=, 'NR == 1 || !/epochs=[39]/ {
		if (NR == 2) $NF = ""; print }' runs.csv >some.csv
	# shellcheck disable=SC2086
	[ "$(dl-grid --halving 3 --results some.csv $space | wc -l)" -eq 3 ]
	sed '2,$ s/[^,]*$//' runs.csv >blind.csv
	# shellcheck disable=SC2086
	fails 3 "no run of the last rung has a test set error" \
		dl-grid --halving 3 --results blind.csv $space
}

@test "wrong spaces are refused, one line each" {
	fails 2 "did you mean 'hidden'" dl-grid hidde=8
	fails 2 'names data or files' dl-grid valid=x.dlf
	fails 2 'must be in' dl-grid rho=1.5
	fails 2 'number of points' dl-grid l1=0..1
	fails 2 'more than' dl-grid l1=0..1:100000 l2=0..1:100000
	fails 2 'given twice' dl-grid l1=0 l1=1
	fails 2 'exclude each other' dl-grid --random 3 --latin 3 l1=0
	fails 2 'no search space' dl-grid
	fails 2 'need each other' dl-grid --halving 3 l1=0
	fails 3 'No such file' dl-grid --halving 3 --results none.csv
	fails 2 'blanks' dl-grid 'l1=0 1'
}

@test "grid: what depends on columns can be searched" {
	run -0 dl-grid --no-id 'weighting=Sampling|Gradient'
	[ "$output" = $'--weighting Sampling\n--weighting Gradient' ]
	run -0 dl-grid --no-id autoencoder=true 'hidden=3|4'
	[ "${#lines[@]}" -eq 2 ]
}
