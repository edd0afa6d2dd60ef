#!/usr/bin/env bats
# Measures and tables: of a model, of scores, and of both in agreement.

load helper

setup_file()
{
	local t
	for t in dl-import dl-train dl-score dl-inspect dl-cm; do
		command -v "$t" >/dev/null || return 0
	done
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 1500 >small.csv
	small_table 1900 | sed '2,1501d' >valid.csv
	sed 's/,mid$/,low/' small.csv | awk -F, -v OFS=, \
		'{ print $0, NR == 1 ? "w" : NR % 4 }' >two.csv
	sed 's/,mid$/,low/' valid.csv | awk -F, -v OFS=, \
		'{ print $0, NR == 1 ? "w" : NR % 3 / 2 }' >two-valid.csv
	dl-import -q -o small.dlf small.csv
	dl-import -q --like small.dlf -o valid.dlf valid.csv
	dl-import -q -o two.dlf two.csv
	dl-import -q --like two.dlf -o two-valid.dlf two-valid.csv
	dl-train -q -y y --hidden 8 --epochs 2 --reproducible --seed 1 \
		--auc-type weighted_ovo --stopping-metric auc \
		--valid valid.dlf -o class.dlm small.dlf
	dl-train -q -y y --weights-column w --hidden 8 --epochs 1 --seed 1 \
		--reproducible --valid two-valid.dlf -o two.dlm two.dlf
	dl-train -q -y b --hidden 8 --epochs 1 --seed 1 \
		--no-variable-importances -o value.dlm small.dlf
}

setup()
{
	needs dl-import dl-train dl-score dl-inspect dl-cm
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

@test "metrics: two classes, weighted, against rows compared one by one" {
	dl-score -q -m two.dlm --actual --keep w --metrics m.json -o s.csv \
		two-valid.dlf
	"$PYTHON" - <<-'END'
	import csv, json, math
	m = json.load(open("m.json"))
	rows = [(r["actual"] == "low", float(r["low"]), float(r["w"]))
	        for r in csv.DictReader(open("s.csv")) if float(r["w"]) > 0]
	def near(a, b): assert abs(a - b) <= 1e-9 * (1 + abs(b)), (a, b)
	W = sum(w for _, _, w in rows)
	P = sum(w for y, _, w in rows if y); N = W - P
	assert m["nobs"] == len(rows)
	near(m["weight"], W)
	near(m["AUC"], sum(wi * wj * (1 if p > q else .5 if p == q else 0)
	                   for y, p, wi in rows if y
	                   for z, q, wj in rows if not z) / (P * N))
	# p0 is the float next to 1 - p1: close, not equal
	near2 = lambda a, b: near(round(a, 6), round(b, 6))
	near2(m["logloss"], sum(-w * math.log(max(1e-15, p if y else 1 - p))
	                        for y, p, w in rows) / W)
	near2(m["MSE"], sum(w * ((1 - p) if y else p) ** 2
	                    for y, p, w in rows) / W)
	def cells(t):
	    tp = sum(w for y, p, w in rows if y and p >= t)
	    fp = sum(w for y, p, w in rows if not y and p >= t)
	    return tp, fp, P - tp, N - fp
	def f1(t):
	    tp, fp, fn, tn = cells(t); return 2 * tp / (2 * tp + fp + fn)
	best = max(f1(p) for _, p, _ in rows)
	top = {r[0]: r for r in m["max_criteria_and_metric_scores"]["rows"]}
	near(top["f1"][2], best)
	near(f1(float(format(m["threshold"], ".9g"))), best)
	c = m["confusion_matrix"]
	near(sum(map(sum, c)), W)
	near(m["error"], (c[0][1] + c[1][0]) / W)
	table = m["thresholds"]["rows"]
	assert len(table) <= 400 and m["positives"] == P
	near(table[-1][1], P); near(table[-1][2], N)
	near(table[top["f1"][3]][0], top["f1"][1])
	g = m["gains_lift"]; i = g["columns"].index
	for r in g["rows"]:
	    t = r[i("lower_threshold")]
	    near(r[i("cumulative_data_fraction")],
	         sum(w for _, p, w in rows if p >= t) / W)
	    near(r[i("cumulative_capture_rate")],
	         sum(w for y, p, w in rows if y and p >= t) / P)
	cl = m["per_class"]; k = cl["columns"].index
	near(cl["rows"][1][k("precision")], c[1][1] / (c[0][1] + c[1][1]))
	near(cl["rows"][0][k("support")], sum(c[0]))
	END
	# the model says the same of these rows
	dl-inspect --metrics --json two.dlm | "$PYTHON" -c '
import json, sys
assert json.load(sys.stdin)["validation"] == json.load(open("m.json"))'
}

@test "metrics: more than two classes" {
	dl-score -q -m class.dlm --actual --metrics m.json -o s.csv valid.dlf
	"$PYTHON" - <<-'END'
	import csv, json
	m = json.load(open("m.json")); d = m["domain"]
	rows = [(r["actual"], [float(r[c]) for c in d])
	        for r in csv.DictReader(open("s.csv"))]
	def near(a, b): assert abs(a - b) <= 1e-9 * (1 + abs(b)), (a, b)
	for k in range(len(d)):
	    near(m["hit_ratios"][k], sum(
	        sorted(range(len(d)), key=lambda i: -p[i]).index(d.index(y))
	        <= k for y, p in rows) / len(rows))
	def auc(a, b):
	    s = n = 0
	    for y, p in rows:
	        for z, q in rows:
	            if y == d[a] and z == d[b]:
	                n += 1
	                s += 1 if p[a] > q[a] else .5 if p[a] == q[a] else 0
	    return s / n
	count = [sum(y == c for y, _ in rows) for c in d]
	pairs = [(a, b) for a in range(3) for b in range(a)]
	w = [count[a] + count[b] for a, b in pairs]
	near(m["AUC"], sum(x * (auc(a, b) + auc(b, a)) / 2
	                   for x, (a, b) in zip(w, pairs)) / sum(w))
	assert len(m["multinomial_auc"]["rows"]) == 3
	END
	run -0 dl-inspect --hit-ratios --csv class.dlm
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[3]}" = 3,1 ]
	dl-inspect --history --csv class.dlm | "$PYTHON" -c '
import csv, sys
r = list(csv.DictReader(sys.stdin))[-1]
assert 0.5 < float(r["validation_auc"]) <= 1 and r["training_pr_auc"]'
}

@test "metrics: as TSV, by name or with --tsv" {
	dl-score -q -m two.dlm --metrics m.tsv --output label -o s.csv two.dlf
	[ "$(head -n 1 m.tsv)" = "$(printf 'metric\tvalue')" ]
	grep -q "^AUC$(printf '\t')0\." m.tsv
	dl-score -m two.dlm --metrics - --tsv two.dlf | cmp - m.tsv
	dl-inspect --metrics --tsv two.dlm | cut -f 1 | head -n 4 |
		grep -q nobs
}

@test "metrics: thresholds, maxima and gains of a model" {
	run -0 dl-inspect --maxima --csv two.dlm
	[ "${#lines[@]}" -eq 19 ]
	[[ ${lines[1]} == f1,* ]]
	[[ ${lines[1]} == f1,$(dl-inspect two.dlm |
		sed -n 's/^threshold: //p'),* ]]
	run -0 dl-inspect --thresholds --csv two.dlm
	[[ ${lines[0]} == threshold,f1,*,tpr,idx ]]
	[ "${#lines[@]}" -gt 50 ]
	run -0 dl-inspect --gains --csv --set training two.dlm
	[[ ${lines[0]} == group,cumulative_data_fraction,* ]]
	dl-train -q -y y --hidden 4 --epochs 1 --gainslift-bins 5 -o five.dlm \
		two.dlf
	[ "$(dl-inspect --gains --csv five.dlm | wc -l)" -le 6 ]
	dl-train -q -y y --hidden 4 --epochs 1 --gainslift-bins 0 -o none.dlm \
		two.dlf
	fails 2 "no gains" dl-inspect --gains none.dlm
	fails 2 "not one of two classes" dl-inspect --thresholds class.dlm
	fails 2 "no classifier" dl-inspect --hit-ratios value.dlm
	fails 2 "no metrics of validation" dl-inspect --gains \
		--set validation five.dlm
	fails 2 "for models" dl-inspect --varimp two.dlf
}

@test "score: labels by a criterion of the model" {
	dl-score -m two.dlm --threshold max-mcc -o s.csv two-valid.dlf 2>said
	t=$(dl-inspect --maxima --csv two.dlm |
		sed -n 's/^absolute_mcc,\([^,]*\),.*/\1/p')
	grep -qx "dl-score: label 'low' from probability $t" said
	dl-score -q -m two.dlm --threshold "$t" two-valid.dlf | cmp - s.csv
	dl-score -q -m two.dlm --threshold max-recall two-valid.dlf >/dev/null
	fails 2 "max-f1, max-mcc" dl-score -m two.dlm --threshold max-fun \
		two.dlf
	fails 2 "no table of thresholds" dl-score -m class.dlm \
		--threshold max-mcc small.dlf
}

@test "metrics: a validation frame of one class" {
	local y v

	for y in low high; do
		awk -F, -v y=$y 'NR == 1 || $5 == y' two-valid.csv |
			dl-import -q --like two.dlf -o $y.dlf
		dl-train -q -y y --hidden 4 --epochs 1 --seed 1 \
			--valid $y.dlf -o $y.dlm two.dlf
		dl-inspect --thresholds --csv $y.dlm >$y.csv
		dl-inspect --json --maxima $y.dlm | "$PYTHON" -m json.tool |
			grep -q '"threshold": null'
	done
	[ "$(sed -n 2p low.csv | cut -d, -f 8-11,16,18)" = ,,,,, ]
	[ "$(sed -n 2p high.csv | cut -d, -f 2-4,7,17,19)" = ,,,,, ]
	dl-inspect --maxima --csv low.dlm | grep -qx fpr,,,
	v=$(dl-inspect --gains --csv low.dlm | sed -n 2p)
	[[ $v == 1,*, ]]
	fails 2 "no gains" dl-inspect --gains high.dlm
	fails 2 "says where specificity is greatest" dl-score -m low.dlm \
		--threshold max-specificity low.dlf
	dl-score -q -m low.dlm --threshold max-recall low.dlf >/dev/null
}

@test "score: improbable classes are left out of the top" {
	run -0 dl-score -m class.dlm -k 3 --min-prob 0.5 valid.dlf
	for l in "${lines[@]:1}"; do
		[[ $l =~ ^[a-z]+,([a-z]+,(0.[5-9][0-9]*|1))?,,,?,?$ ]] ||
			[[ $l =~ ^[a-z]+,,,,,,$ ]]
	done
	dl-score -m class.dlm -k 2 --min-prob 0.5 --json valid.dlf |
		grep -q '"top2":null,"top2_p":null'
	fails 2 "needs --top" dl-score -m class.dlm --min-prob 0.5 valid.dlf
}

@test "varimp: in the model, one line per input, in order" {
	run -0 dl-inspect --varimp --csv two.dlm
	[ "${lines[0]}" = \
	  variable,relative_importance,scaled_importance,percentage ]
	[[ ${lines[1]} == *,1,1,0.* ]]
	# units: 3 colors, missing, a, b, c
	[ "${#lines[@]}" -eq 8 ]
	[[ $output == *'color.missing(NA),0,0,0' ]]
	dl-inspect --varimp --json two.dlm | "$PYTHON" -c '
import json, sys
v = json.load(sys.stdin)
assert abs(sum(r["percentage"] for r in v) - 1) < 1e-9
r = [r["relative_importance"] for r in v]
assert r == sorted(r, reverse=True)'
	dl-inspect --header two.dlm | grep -q importance
	run ! grep -q importance <<<"$(dl-inspect --header value.dlm |
		sed 's/variable[_-]importances//g')"
	# asked for, they are computed
	[ "$(dl-inspect --varimp --csv value.dlm | wc -l)" -gt 5 ]
}

@test "train: what auc_type and gainslift_bins refuse" {
	fails 2 "two classes need --auc-type" dl-train -q -y y \
		--stopping-metric auc -o m.dlm small.dlf
	fails 2 "gainslift-bins.*-2" dl-train -q -y y --gainslift-bins -2 \
		-o m.dlm small.dlf
	awk 'BEGIN { print "x,y"; for (i = 0; i < 300; i++)
		print i ",c" i % 60 }' >many.csv
	dl-import -q -o many.dlf many.csv
	fails 2 "60 classes, at most 50" dl-train -q -y y --auc-type macro_ovr \
		-o m.dlm many.dlf
}

@test "metrics: rows left out are counted; none left is an error" {
	awk -F, -v OFS=, 'NR > 1 && NR % 5 == 0 { $1 = "1e300" }
		NR % 7 == 0 { $5 = "" } 1' two-valid.csv >some.csv
	awk -F, -v OFS=, 'NR > 1 { $1 = "1e300" } 1' two-valid.csv >none.csv
	dl-score -m two.dlm --metrics m.json -o /dev/null some.csv 2>said
	grep -q ': the prediction is not a number: left out of the m' said
	grep -q ': no response: left out of the metrics' said
	dl-score -m two.dlm --actual some.csv 2>said >s.csv
	grep -Eq '^dl-score: [0-9]+ of [0-9]+ rows: the prediction is no' said
	dl-cm s.csv 2>said
	grep -q 'rows have no actual or predicted class' said
	dl-import -q --like two.dlf -o some.dlf some.csv
	dl-score -m two.dlm --permutation-importance --repeats 1 some.dlf \
		2>said >p.csv
	grep -q " of $("$PYTHON" -c 'import json
print(json.load(open("m.json"))["nobs"])') rows is " said
	grep -q 'more rows are left out' said
	dl-import -q --like two.dlf -o none.dlf none.csv
	fails 3 "no row counts" dl-score -m two.dlm --metrics - none.csv
	fails 3 "no row of" dl-score -m two.dlm --permutation-importance \
		none.dlf
}

@test "metrics: AUC of one class is undefined, not 0" {
	grep -v ',low,' two-valid.csv >one.csv
	dl-import -q --like two.dlf -o one.dlf one.csv
	dl-score -q -m two.dlm --metrics m.json --actual -o s.csv one.csv
	"$PYTHON" - <<-'END'
	import json
	m = json.load(open("m.json"))
	assert m["logloss"] > 0 and m["nobs"] > 0
	assert not {"AUC", "pr_auc", "Gini", "KS"} & set(m), m
	END
	run -0 --separate-stderr dl-cm --metrics s.csv
	[[ "$output" == *logloss* && "$output" != *auc* ]]
	[[ "$output" != *gini* ]]
	run -1 dl-cm --fail-if 'auc<0.5' s.csv
	[[ "$output" == *"'auc<0.5': there is none"* ]]
	dl-train -q -y y --hidden 4 --epochs 3 --valid one.dlf --seed 1 \
		--stopping-metric AUC --stopping-rounds 1 --reproducible \
		--train-samples-per-iteration 400 --history h.csv -o m.dlm \
		two.dlf
	"$PYTHON" - <<-'END'
	import csv
	rows = list(csv.DictReader(open("h.csv")))
	assert len(rows) > 3
	assert all(r["validation_auc"] == "" for r in rows)
	assert all(float(r["training_auc"]) > 0.4 for r in rows)
	assert float(rows[-1]["epochs"]) >= 3
	END
}

@test "metrics: a class without rows is no part of the mean AUC" {
	grep -v ',mid$' valid.csv >absent.csv
	dl-import -q --like small.dlf -o absent.dlf absent.csv
	dl-score -q -m class.dlm --metrics m.json -o /dev/null absent.dlf
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --valid absent.dlf \
		--auc-type macro_ovo -o m.dlm small.dlf
	dl-inspect --set validation --class-auc --tsv m.dlm >pairs
	"$PYTHON" - <<-'END'
	import csv, json
	m = json.load(open("m.json"))
	first, *none = [r[2] for r in m["multinomial_auc"]["rows"]]
	assert first == m["AUC"] > 0.5 and none == [None, None], m
	rows = list(csv.reader(open("pairs"), delimiter="\t"))[1:]
	area = [r[2] for r in rows]
	assert area[0] == area[3] and area[1] == area[2] == "", rows
	END
}

@test "metrics: only proportions of weights matter, also beyond floats" {
	local unit
	for unit in 1 1e-50 1e60; do
		awk -v unit="$unit" 'BEGIN {
			print "x,w,y"
			for (i = 0; i < 40; i++)
				printf "%d,%.17g,%d\n", i, unit * (1 + i % 3),
					i * 7 % 5
		}' >w.csv
		dl-import -q -o w.dlf w.csv
		[ "$unit" != 1 ] || dl-train -q -y y --weights-column w \
			--hidden 2 --epochs 1 --seed 1 --reproducible \
			-o w.dlm w.dlf
		dl-score -m w.dlm --metrics - w.csv >text
		dl-score -m w.dlm --metrics - w.dlf | cmp - text
		python3 -c 'import json
print(json.load(open("text"))["MSE"])' >>mse
	done
	cat mse
	awk 'NR == 1 { first = $1 }
		{ d = $1 / first - 1; bad += d * d > 1e-24 }
		END { exit bad || NR != 3 }' mse
}
