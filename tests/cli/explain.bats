#!/usr/bin/env bats
# What a prediction owes to each column.

load helper

setup_file()
{
	local t
	for t in dl-import dl-train dl-score; do
		command -v "$t" >/dev/null || return 0
	done
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 900 >small.csv
	sed 's/,mid$/,low/' small.csv >two.csv
	dl-import -q -o small.dlf small.csv
	dl-import -q -o two.dlf two.csv
	dl-train -q -y y --hidden 12,7 --epochs 4 --seed 1 -o class.dlm \
		small.dlf
	dl-train -q -y y --hidden 9 --activation Tanh --epochs 2 --seed 1 \
		-o two.dlm two.dlf
	dl-train -q -y b --hidden 9 --activation Maxout --epochs 2 --seed 1 \
		-o value.dlm small.dlf
	dl-train -q -y b --hidden "" --epochs 2 --seed 1 -o linear.dlm small.dlf
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# adds_up CONTRIBUTIONS SCORES: each row's sum is the score of its prediction.
adds_up()
{
	"$PYTHON" - "$1" "$2" <<-'END'
	import csv, math, sys
	rows = list(csv.reader(open(sys.argv[1])))
	names, rows = rows[0], rows[1:]
	assert names[0] == "predict" and names[-1] == "BiasTerm"
	n = 0
	for r, s in zip(rows, csv.DictReader(open(sys.argv[2]))):
	    total = sum(map(float, r[1:]))
	    assert s["predict"] == r[0]
	    if len(s) == 1:
	        want = float(s["predict"])
	    else:
	        p = float(s["high"] if len(s) == 9 else s[
	            "low" if len(s) == 3 else r[0]])
	        if not 1e-4 < p < 1 - 1e-4:
	            continue
	        want = math.log(p / (1 - p))
	    n += 1
	    assert abs(total - want) < 2e-3 * (1 + abs(want)), (total, want)
	assert n > 100
	END
}

@test "contrib: rows add up to the score, by either method" {
	local m how
	for m in class:small two:two value:small linear:small; do
		dl-score -q -m "${m%:*}.dlm" "${m#*:}.csv" >scores
		for how in ig grad; do
			dl-score -q -m "${m%:*}.dlm" --contrib $how \
				"${m#*:}.csv" >c
			adds_up c scores
			dl-score -q -m "${m%:*}.dlm" --contrib $how -j 1 \
				"${m#*:}.dlf" | cmp - c
		done
	done
	[ "$(head -n 1 c)" = predict,a,c,color,y,BiasTerm ]
}

@test "contrib: the error is told, the class can be chosen" {
	run -0 --separate-stderr dl-score -m class.dlm --contrib ig small.dlf
	[[ ${stderr:?} =~ add\ up\ to\ the\ score\ within\ [0-9.e-]+$ ]]
	dl-score -q -m class.dlm --contrib ig --contrib-class high small.dlf \
		>high
	dl-score -q -m class.dlm small.dlf >scores
	"$PYTHON" - <<-'END'
	import csv, math
	for r, s in zip(list(csv.reader(open("high")))[1:],
	                csv.DictReader(open("scores"))):
	    p = float(s["high"])
	    if 1e-4 < p < 1 - 1e-4:
	        assert abs(sum(map(float, r[1:])) - math.log(p / (1 - p))) \
	            < 2e-3 * (1 + abs(math.log(p)))
	END
	fails 2 "no class 'tall'" dl-score -m class.dlm --contrib ig \
		--contrib-class tall small.dlf
	fails 2 "no classes" dl-score -m value.dlm --contrib ig \
		--contrib-class high small.dlf
	fails 2 "need --contrib" dl-score -m class.dlm --contrib-units small.dlf
	fails 2 "exclude" dl-score -m class.dlm --contrib ig -k 2 small.dlf
}

@test "contrib: a linear model's are weight times distance from the mean" {
	dl-score -q -m linear.dlm --contrib ig --contrib-units small.dlf >units
	"$PYTHON" - <<-'END'
	import csv, json, numpy as np
	raw = open("linear.dlm", "rb").read()
	n = int.from_bytes(raw[:8], "little")
	head = json.loads(raw[8:8 + n])
	def tensor(name):
	    t = head[name]; a, b = t["data_offsets"]
	    return np.frombuffer(raw[8 + n + a:8 + n + b], "<f4")
	w = tensor("layer.1.weight").astype(float)
	meta = head["__metadata__"]
	mean = np.array(json.loads(meta["inputs"])["mean"])
	enc = json.loads(meta["encoder"])
	rows = list(csv.reader(open("units")))
	names = rows[0][1:-1]
	mul = None
	for r, line in zip(rows[1:200], csv.DictReader(open("small.csv"))):
	    got = dict(zip(names, map(float, r[1:-1])))
	    # the units of a level: weight times (1 or 0, less the mean)
	    for i, u in enumerate(names):
	        if not u.startswith("color.") or w[i] == 0:
	            continue
	        on = u == "color." + line["color"]
	        away = on - mean[i]
	        share = got[u] / (w[i] * away) if away else mul
	        mul = mul or share
	        assert share is None or abs(share - mul) < 1e-3 * abs(mul)
	assert mul
	END
	dl-score -q -m linear.dlm --contrib grad --contrib-units small.dlf >grad
	"$PYTHON" - <<-'END'
	import csv
	for r, s in zip(list(csv.reader(open("units")))[1:],
	                list(csv.reader(open("grad")))[1:]):
	    for a, b in zip(r, s):
	        assert abs(float(a) - float(b)) < 1e-3 * (1 + abs(float(a)))
	END
}

@test "contrib: with other columns, as TSV and JSON" {
	run -0 dl-score -q -m class.dlm --contrib grad --actual --keep a --tsv \
		small.csv
	[ "${lines[0]}" = "$(printf '%s\t' actual a predict contrib.a \
		contrib.b contrib.c contrib.color)contrib.BiasTerm" ]
	dl-score -q -m class.dlm --contrib ig --json small.csv | head -n 3 |
		"$PYTHON" -c '
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    assert list(r) == ["predict", "a", "b", "c", "color", "BiasTerm"]'
}

@test "permutation: what the response depends on comes first" {
	run -0 --separate-stderr dl-score -m class.dlm \
		--permutation-importance small.dlf
	[ "${lines[0]}" = variable,importance,sd,scaled_importance ]
	[ "${#lines[@]}" -eq 5 ]
	# y hangs on a, b and color; c is noise
	[[ ${lines[1]} == b,* ]]
	[[ ${lines[1]} == *,1 ]]
	[[ ${lines[4]} == c,* ]]
	[[ ${stderr:?} == *"logloss of 900 rows is"* ]]
	dl-score -q -m class.dlm --permutation-importance -j 1 small.dlf |
		cmp - <(printf '%s\n' "${lines[@]}")
	dl-score -q -m class.dlm --permutation-importance -j 3 --seed 2 \
		small.dlf >other
	run ! cmp -s other <(printf '%s\n' "${lines[@]}")
}

@test "permutation: means and deviations over the repeats, any metric" {
	dl-score -q -m two.dlm --permutation-importance --repeats 1 \
		--metric auc two.dlf >one
	"$PYTHON" - <<-'END'
	import csv
	r = list(csv.DictReader(open("one")))
	assert all(float(x["sd"]) == 0 for x in r)
	assert float(r[0]["importance"]) > 0.05
	END
	dl-score -q -m value.dlm --permutation-importance --repeats 4 --json \
		small.dlf | "$PYTHON" -c '
import json, sys
v = [json.loads(line) for line in sys.stdin]
assert [x["variable"] for x in v][0] in "acy" + "color"
assert all(x["sd"] >= 0 for x in v) and v[0]["sd"] > 0'
	fails 2 "no metric of a classifier" dl-score -m two.dlm \
		--permutation-importance --metric mae two.dlf
	fails 2 "cannot be used" dl-score -m two.dlm --permutation-importance \
		--actual two.dlf
	for o in --no-header "--ofmt %.3g"; do
		# shellcheck disable=SC2086 # an option and its value
		fails 2 "cannot be used" dl-score -m two.dlm \
			--permutation-importance $o two.dlf
	done
	fails 2 "is of two classes, and the model has 3" dl-score -m class.dlm \
		--permutation-importance --metric lift_top_group small.dlf
	fails 2 "need --permutation" dl-score -m two.dlm --repeats 3 two.dlf
	fails 3 "small.csv" dl-score -m two.dlm --permutation-importance \
		small.csv
}

@test "explanations: every encoding of categories" {
	local how
	for how in Binary Eigen LabelEncoder SortByResponse EnumLimited; do
		dl-train -q -y y --categorical-encoding $how --hidden 5 \
			--epochs 1 --seed 1 -o e.dlm two.dlf
		dl-score -q -m e.dlm two.dlf >scores
		dl-score -q -m e.dlm --contrib ig two.dlf >c
		[ "$(head -n 1 c)" = predict,a,b,c,color,BiasTerm ]
		adds_up c scores
		dl-score -q -m e.dlm --permutation-importance --repeats 2 \
			two.dlf | grep -q ^color,
		dl-inspect --varimp e.dlm >/dev/null
	done
	dl-train -q -y y --max-categorical-features 2 --hidden 5 --epochs 1 \
		--seed 1 -o hash.dlm two.dlf
	dl-score -q -m hash.dlm two.dlf >scores
	dl-score -q -m hash.dlm --contrib ig two.dlf >c
	[ "$(head -n 1 c)" = predict,a,b,c,hash.0,hash.1,BiasTerm ]
	adds_up c scores
	dl-inspect --varimp hash.dlm | grep -q hash.1
	fails 2 "hashes" dl-score -m hash.dlm --permutation-importance two.dlf
}
