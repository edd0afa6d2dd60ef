#!/usr/bin/env bats
# Models as text for other programs, and in what two of them differ.

load helper

setup()
{
	needs dl-import dl-train dl-inspect dl-score
	in_scratch
	small_table 300 | dl-import -q -o t.dlf -
}

# train OUT OPTION...: regression of b, from a level and numbers.
train()
{
	dl-train -q -y b --hidden 4,3 --epochs 1 --seed 1 -o "$1" "${@:2}" \
		t.dlf
}

# The net by hand: the level inputs are 1 where "column.level" says so.
by_hand='
import csv, json, sys
net = json.load(open(sys.argv[1]))
def scaled(row, unit):
    if unit["name"] in row:
        return (float(row[unit["name"]]) - unit["sub"]) * unit["mul"]
    column, level = unit["name"].split(".", 1)
    return float(row[column] == level)
def layer(x, n):
    w, b = net["layer.%d.weight" % n], net["layer.%d.bias" % n]
    return [sum(p * q for p, q in zip(r, x)) + c for r, c in zip(w, b)]
for row in csv.DictReader(sys.stdin):
    x = [scaled(row, unit) for unit in net["inputs"]]
    for n in 1, 2:
        x = [max(v, 0) for v in layer(x, n)]
    scale = net["response"]
    print(layer(x, 3)[0] / scale["mul"] + scale["sub"])
'

@test "--dump json holds all that predictions take" {
	train m.dlm
	dl-inspect --dump json m.dlm >net.json
	small_table 40 | awk -F, '$3 != ""' >rows.csv
	"$PYTHON" -c "$by_hand" net.json <rows.csv >want
	dl-score -q -m m.dlm rows.csv | tail -n +2 >got
	[ "$(wc -l <got)" -gt 30 ]
	paste want got | awk '{ d = $1 - $2; if (d * d > 1e-6) exit 1 }'
}

@test "--confusion, --per-class, --class-auc: what dl-cm makes of the scores" {
	local y="-q -y y --hidden 4 --epochs 2 --seed 1"
	small_table 300 >t.csv
	dl-import -q -o t.dlf t.csv
	# shellcheck disable=SC2086 # a list of options
	dl-train $y --auc-type MACRO_OVR --valid t.dlf -o m.dlm t.dlf
	dl-score -q -m m.dlm --actual t.dlf >scores
	dl-cm -f csv scores | sed 's/\.[0-9]*$//' >want
	dl-inspect --confusion --csv m.dlm | sed 's/\.[0-9]*$//' | cmp - want
	dl-cm --metrics -f csv scores |
		awk -F, '$1 == "f1" { print $2 "," $3 }' >want
	dl-inspect --per-class --csv m.dlm | awk -F, 'NR > 1 {
		printf "%s,%s\n", $1, $4 }' >got
	[ "$(wc -l <want)" -eq 3 ]
	paste -d, want got | awk -F, '{ d = $2 - $4
		exit $1 != $3 || d * d > 1e-9 }'
	dl-inspect --class-auc --csv m.dlm >auc
	grep -c ',(rest),' auc | grep -x 5
	[ "$(sed -n 's/^(mean),(rest),\([^,]*\),.*/\1/p' auc)" = "$(
		dl-inspect --metrics --csv m.dlm | sed -n 's/^AUC,.*,//p')" ]
	# shellcheck disable=SC2086
	dl-train $y -o m.dlm t.dlf
	fails 2 "auc-type was not given" dl-inspect --class-auc m.dlm
	sed 's/,mid$/,low/' t.csv | dl-import -q -o two.dlf -
	# shellcheck disable=SC2086
	dl-train $y --auc-type MACRO_OVR -o two.dlm two.dlf
	fails 2 "has two classes: their AUC is in --metrics" dl-inspect \
		--class-auc two.dlm
	dl-train -q -y b --hidden 4 --epochs 1 -o b.dlm t.dlf
	fails 2 "no classifier" dl-inspect --confusion b.dlm
	fails 2 "no metrics of validation rows" dl-inspect --per-class \
		--set validation m.dlm
	# a state has no tables but the confusion matrix
	# shellcheck disable=SC2086
	dl-train $y --epochs 1e6 --stopping-rounds 0 --score-interval 0 \
		--classification-stop -1 --history h.csv -o s.dlm t.dlf &
	local pid=$!
	while [ "$(wc -l 2>/dev/null <h.csv || echo 0)" -lt 2 ] &&
		kill -0 $pid; do
		sleep 0.02
	done
	kill -TERM $pid
	wait $pid || true
	dl-inspect --confusion s.dlm.ckpt
	fails 2 "is unfinished" dl-inspect --class-auc s.dlm.ckpt
}

# Any net from its dump alone: whatever is missing or unseen, whatever levels
# become, offsets, dropout, balanced classes.
from_dump='
import csv, json, math, sys
net = json.load(open(sys.argv[1]))
inputs, steps = net["inputs"], net["activations"]
level_of, columns = {}, {}
for l in net["levels"]:
    columns[l["column"]] = 1
    level_of.setdefault((l["column"], l["level"]), []).append(l)
numbers = [u for u in inputs if u["name"] in (sys.argv[2] or "").split(",")]
kinds = {
    "Tanh": lambda z: [math.tanh(v) for v in z],
    "Rectifier": lambda z: [max(v, 0) for v in z],
    "ExpRectifier": lambda z: [v if v > 0 else math.expm1(v) for v in z],
    "Maxout": lambda z: [max(p) for p in zip(z[0::2], z[1::2])],
    "Linear": lambda z: z, "Exp": lambda z: z,
}
def softmax(z):
    e = [math.exp(v - max(z)) for v in z]
    p = [v / sum(e) * c["factor"] for v, c in zip(e, net["classes"])]
    return [v / sum(p) for v in p]
kinds["Softmax"] = softmax
for row in csv.DictReader(sys.stdin):
    x = [0.0] * len(inputs)
    for u in numbers:
        x[inputs.index(u)] = float(row[u["name"]] or u["fill"])
    for c in columns:
        for l in level_of.get((c, row[c]), level_of[c, None]):
            if l["input"]:
                x[l["input"] - 1] += l["value"]
    a = [(v - u["sub"]) * u["mul"] for v, u in zip(x, inputs)]
    for n, s in enumerate(steps, 1):
        w, b = net["layer.%d.weight" % n], net["layer.%d.bias" % n]
        z = [sum(p * q for p, q in zip(r, a)) + c for r, c in zip(w, b)]
        a = [v * s["factor"] for v in kinds[s["name"]](z)]
    if "classes" not in net:
        r = net["response"]
        add = float(row[r["offset"]]) if "offset" in r else r["sub"]
        v = a[0] / r["mul"] + add
        a = [min(math.exp(v), 1e19) if s["name"] == "Exp" else v]
    print(",".join(map(repr, a)))
'

# from_dump TABLE.csv OPTION...: a model with these options, both ways.
from_dump()
{
	dl-train -q --epochs 2 --hidden 5,4 --seed 1 -o d.dlm "${@:2}" t.dlf
	dl-inspect --dump json d.dlm >net.json
	"$PYTHON" -c "$from_dump" net.json a,b,c <"$1" >want
	dl-score -q -m d.dlm "$1" | tail -n +2 >got
	[ "$(wc -l <want)" -eq "$(wc -l <"$1" | awk '{ print $1 - 1 }')" ]
	paste -d, want got | awk -F, '{
		n = NF % 2 ? (NF - 1) / 2 : NF / 2
		for (i = 1; i <= n; i++) {
			d = $i - $(NF - n + i)
			if (d * d > 1e-6 * (1 + $i * $i)) exit 1
		}
	}'
}

@test "--dump: predictions from it alone, whatever the model" {
	small_table 300 >t.csv
	sed '5s/,[a-z]*,/,violet,/; 9s/,[a-z]*,/,,/' t.csv >rows.csv
	local o
	# missing cells: fill
	for o in MinMax None MaxAbs AUTO; do
		from_dump rows.csv -y b --scaling $o
	done
	from_dump rows.csv -y b --sparse
	# dropout, activations
	for o in Rectifier Tanh Maxout ExpRectifier; do
		from_dump rows.csv -y b --activation ${o}WithDropout \
			--hidden-dropout-ratios 0.3,0.6
	done
	# offset, link
	from_dump t.csv -y b --offset-column a
	# levels
	for o in LabelEncoder Eigen Binary SortByResponse; do
		from_dump rows.csv -y b --categorical-encoding $o
	done
	from_dump rows.csv -y b --categorical-encoding EnumLimited \
		--max-categorical-levels 2
	from_dump rows.csv -y b --no-use-all-factor-levels
	from_dump rows.csv -y b --max-categorical-features 2
	# probabilities
	from_dump rows.csv -y y
	from_dump rows.csv -y y --balance-classes
	grep -q '"factor":0\.' net.json
	# a log link
	awk -F, -v OFS=, '{ print $0, NR == 1 ? "o" : NR % 3 / 2 }' t.csv >o.csv
	dl-import -q -o t.dlf o.csv
	from_dump o.csv -y a --distribution poisson --offset-column o
}

@test "--metrics: a measure that validation rows alone have" {
	# of a response below -1 there is no RMSLE
	small_table 100 | cut -d, -f 1,2 >p.csv
	sed '2s/^[^,]*/-5/' p.csv | dl-import -q -o n.dlf -
	dl-import -q -o p.dlf p.csv
	dl-train -q -y a --hidden 2 --epochs 50 --l2 0.1 --valid p.dlf \
		--reproducible --seed 1 -o r.dlm n.dlf
	dl-inspect --metrics --json r.dlm | grep -q '"rmsle"'
	dl-inspect --metrics --csv r.dlm | grep -Eq '^rmsle,[^0-9,]*,[0-9.]+$'
}

@test "--dump npy: NumPy reads the same numbers" {
	train m.dlm
	dl-inspect --dump json m.dlm >net.json
	dl-inspect --dump npy m.dlm >net.npz
	"$PYTHON" - <<-'PY'
	import json, zipfile
	import numpy as np
	assert zipfile.ZipFile("net.npz").testzip() is None
	z = np.load("net.npz")
	j = json.load(open("net.json"))
	names = [k for k in j if k.startswith("layer.")]
	assert len(names) > 3
	for k in names:
	    assert z[k].dtype == np.float32
	    assert np.array_equal(z[k], np.array(j[k], np.float32)), k
	for k in "sub", "mul", "fill":
	    want = [u[k] for u in j["inputs"]]
	    assert np.array_equal(z["input." + k], np.array(want)), k
	for k in "input", "value":
	    want = [l[k] for l in j["levels"]]
	    assert np.array_equal(z["level." + k], np.array(want)), k
	want = [a["name"].encode() for a in j["activations"]]
	assert list(z["activation"]) == want
	assert list(z["activation.factor"]) == [a["factor"]
	                                        for a in j["activations"]]
	assert ("response" in j) == ("response.sub" in z.files)
	if "response" in j:
	    assert z["response.mul"] == j["response"]["mul"]
	PY
}

@test "--dump tsv has the same numbers, a line each" {
	train m.dlm --activation Maxout
	dl-inspect --dump json m.dlm >net.json
	dl-inspect --dump tsv m.dlm >net.tsv
	"$PYTHON" - <<'PY'
import csv, json
net = json.load(open("net.json"))
with open("net.tsv", newline="") as f:
    lines = list(csv.DictReader(f, delimiter="\t"))
n = 0
levels = list(net["levels"])
for line in lines:
    layer, kind = int(line["layer"]), line["kind"]
    row = int(line["row"]) - 1
    if kind == "level":
        l = levels.pop(0)
        name = "%s.%s" % (l["column"], l["level"] or "missing(NA)")
        assert line["column"] == name and l["input"] == row + 1
        want = l["value"]
    elif kind == "activation":
        a = net["activations"][layer - 1]
        assert line["column"] == a["name"]
        want = a["factor"]
    elif kind in ("sub", "mul", "fill"):
        unit = net["inputs"][row] if layer == 0 else net["response"]
        assert unit["name"] == line["column"]
        want = unit[kind]
    else:
        want = net["layer.%d.%s" % (layer, kind)][row]
        if kind == "weight":
            want = want[int(line["column"]) - 1]
    assert want == float(line["value"]), line
    n += 1
inputs = len(net["inputs"])
assert not levels
want = 3 * inputs + len(net["levels"]) + 3 + 8 * (inputs + 1) + 6 * 5 + 4 + 2
assert n == want, n
PY
	fails 2 "'t.dlf' is a frame" dl-inspect --dump tsv t.dlf
	fails 2 "exclude each other" dl-inspect --dump tsv --csv m.dlm
}

@test "--diff: nothing, parameters and weights, columns, levels, shapes" {
	train a.dlm
	run -0 dl-inspect --diff a.dlm a.dlm
	[ -z "$output" ]
	train b.dlm --epochs 2
	run -1 dl-inspect --tsv --diff a.dlm b.dlm
	[ "${lines[0]}" = $'part\tname\tfirst\tsecond' ]
	[ "${lines[1]}" = $'parameter\tepochs\t1\t2' ]
	[[ "${lines[2]}" = $'weights\tlayer.1.weight\t'*" differ"* ]]
	small_table 300 | sed 's/blue/violet/; s/^\([^,]*\),/\1,1\1,/' |
		dl-import -q -o t.dlf - --rename-columns
	train c.dlm
	dl-inspect --csv --diff a.dlm c.dlm >said || [ $? -eq 1 ]
	grep -q '^column,' said
	grep -q '^levels,color,"3 levels, number 1 is .blue.",' said
	grep -q '^shape,layer.1.weight,' said
	fails 3 "'t.dlf' is not a model" dl-inspect --diff a.dlm t.dlf
	fails 2 "exclude each other" dl-inspect --diff a.dlm --names c.dlm
}

@test "inspect: a line feed in a class or a file name breaks nothing" {
	needs dl-import dl-train
	small_table 300 | sed 's/,mid$/,"m\nd"/' >lf.csv
	dl-import -q -o lf.dlf lf.csv
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o lf.dlm lf.dlf
	[ "$(dl-inspect --confusion lf.dlm | wc -l)" -eq 5 ]
	cp lf.dlm $'l\nf.dlm'
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --reproducible \
		-o $'l\nf.dlm' lf.dlf
	run -3 --separate-stderr dl-inspect --rule $'l\nf.dlm'
	[ "$output" = "" ]
	[[ "$stderr" == *"a name with a line feed"* ]]
	fails 2 "a name with a line feed" dl-train -q -y y --hidden 4 \
		--deps d.mk -o $'l\nf.dlm' lf.dlf
	dl-inspect --rule lf.dlm | grep -q '^lf.dlm:'
}

@test "a model says why training ended, what was kept, and its tags" {
	train a.dlm --tag 'run=7' --tag 'who=a b' --valid t.dlf
	dl-inspect a.dlm >said
	grep -qx 'stopped: all epochs done; kept scoring event [0-9].*' said
	grep -qx 'tags: run=7, who=a b' said
	train b.dlm --reproducible --epochs 0.1 --score-each-iteration
	[ "$(dl-inspect b.dlm | grep -c '^tags')" = 0 ]
	# as dl-train says; the best event is not the last one
	dl-train -y b --hidden 4 --epochs 300 --seed 1 --reproducible \
		--stopping-rounds 1 --valid t.dlf --rate 0.01 \
		--no-adaptive-rate --train-samples-per-iteration 0 -o c.dlm \
		t.dlf 2>told
	dl-inspect c.dlm >said
	grep -o 'no longer improving.*event [0-9]* of [0-9]*' told >want
	sed -n 's/^stopped: //p' said | cmp - want
	[ "$(text c.dlm 't["state"]["stopped"]')" = stopping_rounds ]
	[ "$(text c.dlm 't["state"]["kept_event"]')" = \
		"$(sed 's/.*event \([0-9]*\) of.*/\1/' want)" ]
}

@test "inspect: standard input has a name" {
	train m.dlm
	[[ "$(dl-inspect <m.dlm)" == "standard input: model"* ]]
	[ "$(dl-inspect --verify - <m.dlm)" = "standard input: whole" ]
	[[ "$(dl-inspect - <t.dlf)" == "standard input: frame"* ]]
	fails 2 "'standard input' is a model" sh -c \
		'dl-inspect --csv - <m.dlm'
	head -c 5000 /dev/zero >zero
	fails 3 "'standard input': neither frame nor model" sh -c \
		'dl-inspect - <zero'
}
