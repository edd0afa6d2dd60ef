#!/usr/bin/env bats
# Where H2O is odd and dl-train is not: those differences of dl-h2o(7) that no
# other test shows.  lib/conf/h2o_differences.tsv has them all.

load helper

setup()
{
	needs dl-import dl-train dl-score dl-inspect
	in_scratch
}

train()
{
	dl-train -q --hidden 4 --epochs 2 --seed 1 --reproducible "$@"
}

# numbers: y = 3 a + noise, b sometimes missing, weights 1 2 3, offsets
numbers()
{
	awk 'BEGIN {
		print "a,b,w,o,y"
		for (i = 1; i <= 120; i++) {
			a = i * 37 % 23
			print a "," (i % 4 ? i % 9 : "") "," 1 + i % 3 "," \
				i % 5 - 2 "," 3 * a + i % 7
		}
	}'
}

@test "Q5: a 0 among words is a level" {
	awk 'BEGIN { print "c,y"
		for (i = 0; i < 60; i++)
			print (i % 3 ? (i % 3 > 1 ? "a" : "b") : 0) "," i % 2
	}' >t.csv
	dl-import -q --type y=enum -o t.dlf t.csv
	train -y y -o m.dlm t.dlf
	[ "$(text m.dlm 't["encoder"]["predictors"]["levels"]')" = "[3]" ]
	[ "$(text m.dlm 't["encoder"]["predictors"]["missing"]')" = "[0]" ]
}

@test "Q6: text and empty columns are dropped in any case" {
	awk 'BEGIN { print "a,words,none,con,y"
		for (i = 0; i < 60; i++)
			print i % 7 ",t" i ",,5," i % 2
	}' >t.csv
	dl-import -q --type y=enum --type words=text -o t.dlf t.csv
	train -y y --no-ignore-const-cols -o m.dlm t.dlf
	[ "$(text m.dlm 't["encoder"]["table"]["role"]')" = \
		"['predictor', 'text', 'constant', 'predictor', 'response']" ]
}

@test "Q7: weighted means also where there are offsets" {
	numbers >t.csv
	dl-import -q -o t.dlf t.csv
	train -y y --weights-column w --offset-column o -o m.dlm t.dlf
	text m.dlm 't["encoder"]["predictors"]["sub"][0]' >sub
	awk -F, 'NR > 1 { s += $1 * $3; w += $3 } END { print s / w }' t.csv |
		paste - sub | awk '{ d = $1 - $2; exit !(d * d < 1e-8) }'
}

@test "Q8: a missing number is the mean, unscaled and weighted too" {
	local o
	numbers >t.csv
	dl-import -q -o t.dlf t.csv
	for o in --no-standardize --standardize \
		"--no-standardize --weights-column w"; do
		# shellcheck disable=SC2086 # a list of options
		train -y y $o -o m.dlm t.dlf
		text m.dlm 't["encoder"]["predictors"]["fill"][1]' >fill
		printf 'a,b,w,o,y\n7,,1,0,0\n7,%s,1,0,0\n' \
			"$(cat fill)" >two.csv
		dl-score -q -m m.dlm --no-header two.csv | sort -u >scores
		[ "$(wc -l <scores)" -eq 1 ]
		weights=$o awk -F, 'BEGIN { by = ENVIRON["weights"] ~ /w/ }
			NR > 1 && $2 != "" { w = by ? $3 : 1
				s += w * $2; n += w }
			END { getline fill <"fill"; d = s / n - fill
				exit !(d * d < 1e-12) }' t.csv
		# training takes it for the same number
		awk -F, -v OFS=, -v f="$(cat fill)" \
			'$2 == "" { $2 = f } { print }' t.csv |
			dl-import -q -o full.dlf -
		[ "$o" = --standardize ] || {
			# shellcheck disable=SC2086
			train -y y $o -o full.dlm full.dlf
			dl-score -q -m m.dlm --ofmt %.4g full.dlf >a
			dl-score -q -m full.dlm --ofmt %.4g full.dlf |
				cmp - a
		}
	done
	# an autoencoder's centre, so that it is missing as 0
	dl-train -q --autoencoder --weights-column w --hidden 2 --epochs 1 \
		-x a,b --activation Tanh -o ae.dlm t.dlf
	text ae.dlm '[t["encoder"]["predictors"][k] for k in ("sub", "fill")]' |
		"$PYTHON" -c 'import ast; a, b = ast.literal_eval(input())
assert a == b and len(a) == 2, (a, b)'
}

@test "Q26: momentum goes along its ramp" {
	numbers >t.csv
	dl-import -q -o t.dlf t.csv
	local o="--no-adaptive-rate --rate 0.001 --no-nesterov -y y"
	# down from 0.9 to 0 within a sample: the ramp advances, so that this
	# is nearly no momentum; where it stands still, m would be 1.8
	# shellcheck disable=SC2086
	train $o --momentum-start 0.9 --momentum-stable 0 --momentum-ramp 1 \
		-o ramp.dlm t.dlf
	# shellcheck disable=SC2086
	train $o -o none.dlm t.dlf
	for m in ramp none; do
		dl-score -q -m $m.dlm --metrics - t.dlf |
			sed 's/.*"RMSE":\([0-9.]*\).*/\1/'
	done | paste - - | awk '{ exit !($1 < 1.5 * $2) }'
}

@test "Q35: responses are doubles in the metrics" {
	awk 'BEGIN { print "a,y"
		for (i = 0; i < 90; i++)
			printf "%d,%d\n", i % 9, 1000000000 + i % 5
	}' >t.csv
	dl-import -q -o t.dlf t.csv
	train -y y -o m.dlm t.dlf
	dl-score -q -m m.dlm --actual --metrics m.json t.dlf >rows.csv
	"$PYTHON" - <<'PY'
import json
rows = [l.split(",") for l in open("rows.csv")][1:]
mse = sum((float(a) - float(p)) ** 2 for a, p in rows) / len(rows)
assert abs(json.load(open("m.json"))["MSE"] / mse - 1) < 1e-9
PY
}

@test "Q38: rows of weight 0 are predicted" {
	numbers | awk -F, -v OFS=, 'NR > 1 && NR % 2 { $3 = 0 } { print }' \
		>t.csv
	dl-import -q -o t.dlf t.csv
	train -y y -x a --weights-column w -o m.dlm t.dlf
	dl-score -q -m m.dlm --metrics m.json t.dlf >a
	cut -d, -f 1 t.csv | dl-score -q -m m.dlm - | cmp - a
	[ "$(sort -u a | wc -l)" -gt 20 ]
	grep -q '"nobs":60' m.json
}

@test "Q42: skipping rows leaves the frame alone" {
	numbers >t.csv
	dl-import -q -o t.dlf t.csv
	cp t.dlf before.dlf
	train -y y --weights-column w --missing-values-handling Skip \
		-o m.dlm t.dlf
	cmp t.dlf before.dlf
	[ "$(text m.dlm 't["state"]["training_rows"]')" = 90 ]
}

@test "Q44: only the proportions of weights matter" {
	numbers | cut -d, -f 1,2,3,5 >t.csv
	awk -F, -v OFS=, 'NR > 1 { $3 /= 1048576 } { print }' OFMT=%.17g \
		CONVFMT=%.17g t.csv >tiny.csv
	dl-import -q -o t.dlf t.csv
	dl-import -q -o tiny.dlf tiny.csv
	train -y y --weights-column w -o m.dlm t.dlf
	train -y y --weights-column w -o tiny.dlm tiny.dlf
	[ "$(text tiny.dlm 't["state"]["training_rows"]')" = 120 ]
	dl-score -q -m m.dlm --ofmt %.4g t.dlf >a
	dl-score -q -m tiny.dlm --ofmt %.4g t.dlf | cmp - a
}

@test "Q46: scored after the first iteration and at the end" {
	numbers >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 4 --epochs 2 --score-duty-cycle 0 \
		--train-samples-per-iteration 24 --stopping-rounds 0 \
		--history h.jsonl -o m.dlm t.dlf
	[ "$(head -n 1 h.jsonl | grep -c '"iterations":1,')" -eq 1 ]
	grep -q '"samples":240' h.jsonl
}
