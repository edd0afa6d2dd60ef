#!/usr/bin/env bats
# How often rows are presented: balanced classes and their corrected
# predictions, class weights, row weights, stratified samples.

load helper

# 900 rows: class "no" 810, "yes" 90; x separates them for the most part.
rare_table()
{
	awk 'BEGIN {
		print "x,z,w,v,y"
		for (i = 1; i <= 900; i++) {
			y = i % 10 == 0
			x = (i * 7919) % 1000 / 1000 + y * 0.7
			print x "," (i * 31) % 17 "," (i % 7 != 0) "," \
				(y ? 4 : 1) "," (y ? "yes" : "no")
		}
	}'
}

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	command -v dl-import >/dev/null || return 0
	rare_table >rare.csv
	dl-import -q -o rare.dlf rare.csv
	small_table 600 >small.csv
	dl-import -q -o small.dlf small.csv
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

fast="-q -y y --hidden 6 --epochs 3 --seed 3 --reproducible --stopping-rounds 0
	--classification-stop -1"

train()
{
	# shellcheck disable=SC2086 # a list of options
	dl-train $fast "$@"
}

@test "balanced classes: equal shares, exact number of rows, epochs of R" {
	train --balance-classes --train-samples-per-iteration 0 -o m.dlm \
		rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 1620 ]
	[ "$(text m.dlm 't["state"]["samples"]')" = 4860 ]
	[ "$(text m.dlm 't["encoder"]["priors"]')" = "[0.9, 0.1]" ]
	[ "$(text m.dlm 't["encoder"]["balanced"]')" = "[0.5, 0.5]" ]
}

@test "the cap and factors of one's own" {
	train --balance-classes --max-after-balance-size 0.5 -o m.dlm rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 450 ]
	[ "$(text m.dlm 't["encoder"]["balanced"]')" = "[0.5, 0.5]" ]
	train --balance-classes --class-sampling-factors 0.5,2 -o m.dlm \
		rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 585 ]
	[ "$(text m.dlm '[round(v * 585) for v in t["encoder"]["balanced"]]')" \
		= "[405, 180]" ]
	# all zero: the default factors, as in H2O
	train --balance-classes --class-sampling-factors 0,0 -o m.dlm rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 1620 ]
	# rows of weight 0 count for the cap, not for the classes
	train --balance-classes --weights-column w --ignore v -o m.dlm rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 1388 ]
	train --balance-classes --weights-column w --ignore v \
		--max-after-balance-size 1 -o m.dlm rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 900 ]
}

# Without its list of balanced shares a model gives the net's own
# probabilities: those of the rest are p * prior / balanced, normalised.
@test "predictions are corrected for the balance" {
	train --balance-classes -o m.dlm rare.dlf
	dl-score -m m.dlm rare.dlf >corrected
	dl-score -m m.dlm --output raw rare.dlf >raw
	"$PYTHON" - <<'PY'
import hashlib, json, math, subprocess
rows = [l.split(",") for l in open("corrected")][1:]
raw = [l.split(",") for l in open("raw")][1:]
mean = sum(float(r[2]) for r in rows) / len(rows)
assert 0.05 < mean < 0.17, mean   # prior 0.1, not the balanced 0.5
for r, s in zip(rows, raw):
    assert abs(float(r[1]) + float(r[2]) - 1) < 1e-6
    assert abs(math.exp(float(s[2])) - float(r[2])) < 1e-5
PY
	# the model's own metrics are those of corrected predictions
	dl-score -m m.dlm --metrics - rare.dlf >metrics
	grep -q '"logloss"' metrics
}

@test "balanced runs are reproducible and go on where they stopped" {
	local o="--balance-classes --max-after-balance-size 1.3"
	# shellcheck disable=SC2086
	for j in 1 2; do
		train $o -j $j -o "m$j.dlm" rare.dlf
	done
	cmp m1.dlm m2.dlm
	# shellcheck disable=SC2086
	train $o --seed 4 -o other.dlm rare.dlf
	run ! cmp -s m1.dlm other.dlm
	# shellcheck disable=SC2086
	dl-train -q -y y --hidden 6 --seed 3 --reproducible $o --epochs 5 \
		--checkpoint m1.dlm -o more.dlm rare.dlf
	[ "$(text more.dlm 't["encoder"]["priors"]')" = "[0.9, 0.1]" ]
}

@test "a share set aside for validation is not balanced" {
	train --balance-classes --valid-fraction 0.2 -o m.dlm rare.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 1296 ]
	[ "$(text m.dlm 't["validation_metrics"]["nobs"]')" = 180 ]
}

@test "class weights move predictions and are not corrected" {
	train --ignore v,w -o plain.dlm rare.dlf
	train --ignore v,w --class-weights no=1,yes=9 -o w.dlm rare.dlf
	[ "$(text w.dlm 't["state"]["training_rows"]')" = 900 ]
	[ "$(text w.dlm '"balanced" in t["encoder"]')" = False ]
	for m in plain w; do
		dl-score -m $m.dlm rare.dlf | awk -F, 'NR > 1 { s += $3 }
			END { print s / (NR - 1) }' >$m.mean
	done
	awk 'NR == 1 { a = $1 } NR == 2 { exit !($1 > 2 * a && a < 0.12) }' \
		plain.mean w.mean
	printf 'no=1\nyes=9\n' >list
	train --ignore v,w --class-weights '@list' -o w2.dlm rare.dlf
	dl-score -m w.dlm rare.dlf >a
	dl-score -m w2.dlm rare.dlf | cmp - a
}

@test "row weights: 0 leaves out, others say how often" {
	train --weights-column w --ignore v -o w.dlm rare.dlf
	[ "$(text w.dlm 't["state"]["training_rows"]')" = 772 ]
	# whole iterations, as many as the epochs of those rows take
	train --weights-column w --ignore v --epochs 1 \
		--train-samples-per-iteration 100 -o w.dlm rare.dlf
	[ "$(text w.dlm 't["state"]["samples"], t["state"]["iterations"]')" \
		= "(800, 8)" ]
	train --weights-column w --ignore v -o w.dlm rare.dlf
	awk -F, 'NR == 1 || $3 == 1' rare.csv >kept.csv
	dl-import -q -o kept.dlf kept.csv
	train --ignore v,w -o k.dlm kept.dlf
	# weights of 0 and 1 are the same as the rows that stay
	dl-score -m w.dlm --output label rare.dlf >a
	dl-score -m k.dlm --output label rare.dlf | cmp - a
	# yes weighs 4: its share of the weight, 4 / 13, is what is predicted
	train --weights-column v --ignore w --epochs 20 -o v.dlm rare.dlf
	[ "$(text v.dlm '[round(13 * p, 6) for p in t["encoder"]["priors"]]')" \
		= "[9.0, 4.0]" ]
	dl-score -m v.dlm rare.dlf | awk -F, 'NR > 1 { s += $3 }
		END { exit !(s / (NR - 1) > 0.12) }'
}

@test "a stratified validation sample keeps the shares of the classes" {
	local kind seed shares='[sum(r) for r in
		t["validation_metrics"]["confusion_matrix"]][:2]'
	for seed in 1 2 3 4 5; do
		for kind in Uniform Stratified; do
			train --valid rare.dlf --score-validation-samples 20 \
				--score-validation-sampling $kind \
				--seed $seed -o $kind.dlm rare.dlf
			text $kind.dlm "$shares" >>$kind
		done
		[ "$(text Uniform.dlm 't["validation_metrics"]["nobs"]')" \
			= 20 ]
	done
	[ "$(sort -u Stratified)" = "[18, 2]" ]
	[ "$(sort -u Uniform | wc -l)" -gt 1 ]
}

@test "what does not go together is refused before training" {
	fails 2 "2 factors for the 3 classes of 'y'" \
		dl-train -q -y y --balance-classes \
		--class-sampling-factors 1,2 -o m.dlm small.dlf
	fails 2 "would leave out class 'yes'" dl-train -q -y y \
		--balance-classes --class-sampling-factors 1,0 -o m.dlm rare.dlf
	local huge
	for huge in 1e18,1e18 1e300,1e300 1e307,1e307; do
		fails 2 "an epoch would have .* rows" dl-train -q -y y \
			--balance-classes --max-after-balance-size 1e300 \
			--class-sampling-factors "$huge" -o m.dlm rare.dlf
	done
	fails 2 "weights other than 0 and 1" dl-train -q -y y \
		--balance-classes --weights-column v -o m.dlm rare.dlf
	fails 2 "both say how often" dl-train -q -y y --balance-classes \
		--class-weights yes=2 -o m.dlm rare.dlf
	fails 2 "needs --balance-classes" dl-train -q -y y \
		--class-sampling-factors 1,2 -o m.dlm rare.dlf
	fails 2 "'maybe=2': no such class of 'y' \('no' to 'yes'\)" \
		dl-train -q -y y --class-weights maybe=2 -o m.dlm rare.dlf
	fails 2 "'yes' is not LEVEL=WEIGHT" \
		dl-train -q -y y --class-weights yes -o m.dlm rare.dlf
	fails 2 "must be a number > 0" \
		dl-train -q -y y --class-weights yes=0 -o m.dlm rare.dlf
	fails 2 "has a weight already" \
		dl-train -q -y y --class-weights yes=2,yes=3 -o m.dlm rare.dlf
	fails 2 "must be > 0" dl-train -q -y y --balance-classes \
		--max-after-balance-size 0 -o m.dlm rare.dlf
	local o
	for o in --balance-classes "--class-weights yes=2" \
		"--score-validation-sampling Stratified"; do
		# shellcheck disable=SC2086
		fails 2 "the response has no classes" \
			dl-train -q -y x $o -o m.dlm rare.dlf
	done
	# a class of the table without a row
	{ head -n 1 rare.csv; grep no rare.csv | head -n 50
	  grep yes rare.csv | sed 's/^[^,]*/NA/' | head -n 5; } >gone.csv
	dl-import -q --like rare.dlf -o gone.dlf gone.csv
	fails 4 "response 'y': the same in all 50 rows" dl-train -q -y y \
		--missing-values-handling Skip -o m.dlm gone.dlf
	sed '2s/no/maybe/; 2s/^[^,]*/NA/' rare.csv >gone.csv
	dl-import -q -o gone.dlf gone.csv
	fails 4 "class 'maybe' of 'y' has no training row" dl-train -q -y y \
		--balance-classes --missing-values-handling Skip -o m.dlm \
		gone.dlf
}

@test "cross-validation: all rows of a class are in one fold" {
	sed '2s/no/maybe/' rare.csv | dl-import -q -o three.dlf -
	train --balance-classes --nfolds 3 --cv-predictions said.csv \
		-o m.dlm three.dlf
	[ "$(grep -c ,maybe, said.csv)" -ge 1 ]
	run ! grep -iq nan said.csv
}

@test "weighting Gradient: every row once, its error by its weight" {
	# yes weighs 4 and is predicted with its share of the weight, 4 / 13,
	# though it is presented as often as others
	local g="--weights-column v --ignore w --weighting Gradient"
	local sgd="--no-adaptive-rate --rate 0.01 --epochs 20"
	# shellcheck disable=SC2086 # lists of options
	train $g $sgd -j1 -o g.dlm rare.dlf
	dl-score -m g.dlm rare.dlf | awk -F, 'NR > 1 { s += $3 }
		END { exit !(s / (NR - 1) > 0.12 && s / (NR - 1) < 0.4) }'
	# shellcheck disable=SC2086
	train $g $sgd -j2 -o g2.dlm rare.dlf
	cmp g.dlm g2.dlm
	# class weights are weights: the same net to rounding
	sgd="$sgd --no-standardize --no-overwrite-with-best-model"
	# shellcheck disable=SC2086
	train $sgd --ignore v,w --class-weights no=1,yes=4 \
		--weighting Gradient -o c.dlm rare.dlf
	# shellcheck disable=SC2086
	train $g $sgd -o v.dlm rare.dlf
	dl-score -m c.dlm --ofmt %.3g rare.dlf | cut -d, -f 2,3 >a
	dl-score -m v.dlm --ofmt %.3g rare.dlf | cut -d, -f 2,3 | cmp - a
	# only proportions matter, also beyond float: 2^-150, 2^130
	local f
	for f in 7.006492321624085e-46 1361129467683753853853498429727072845824
	do
		awk -F, -v OFS=, -v f=$f 'NR > 1 {
			$4 = sprintf("%.17g", $4 * f) } { print }' rare.csv |
			dl-import -q -o far.dlf -
		# shellcheck disable=SC2086
		train $g $sgd -o f.dlm far.dlf
		dl-score -q -m v.dlm rare.dlf >a
		dl-score -q -m f.dlm rare.dlf | cmp - a
	done
	# equal weights change nothing but the record
	awk -F, -v OFS=, 'NR > 1 { $4 = 7 } { print }' rare.csv |
		dl-import -q -o equal.dlf -
	train --weights-column v --ignore w -o s.dlm equal.dlf
	# shellcheck disable=SC2086
	train $g -o g.dlm equal.dlf
	dl-score -m s.dlm rare.dlf >a
	dl-score -m g.dlm rare.dlf | cmp - a
	# mini-batches too
	# shellcheck disable=SC2086
	train $g $sgd --mini-batch-size 10 -o m.dlm rare.dlf
	dl-score -m m.dlm rare.dlf | awk -F, 'NR > 1 { s += $3 }
		END { exit !(s / (NR - 1) > 0.12) }'
}

@test "weights beyond a float's range: the same model as of their proportion" {
	local of unit
	for of in 1:1,2 big:1e39,2e39 small:1e-46,2e-46; do
		unit=${of#*:}
		printf 'x,w,y\na,%s,1\nb,%s,2\na,%s,1.5\nb,%s,3\n' \
			"${unit%,*}" "${unit#*,}" "${unit%,*}" "${unit#*,}" \
			>q.csv
		dl-import -q -o q.dlf q.csv
		dl-train -q -y y --weights-column w --hidden 2 --epochs 1 \
			--seed 1 --reproducible -o "${of%:*}.dlm" q.dlf
		dl-inspect --verify "${of%:*}.dlm"
		dl-score -m "${of%:*}.dlm" --contrib ig q.csv >all
		awk -F, -v OFS=, 'NR > 1 {
			for (i = 1; i <= NF; i++)
				$i = sprintf("%.5f", $i)
		} 1' all >"${of%:*}.c"
	done
	cmp 1.c big.c
	cmp 1.c small.c
}
