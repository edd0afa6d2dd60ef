#!/usr/bin/env bats
# Autoencoders: training, reconstruction, its errors, deep features, and models
# that start from one or from given weights.

load helper

setup_file()
{
	command -v dl-import >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 1500 >small.csv
	small_table 2000 | sed '2,1501d' >test.csv
	dl-import -q -o small.dlf small.csv
	dl-import -q --like small.dlf -o test.dlf test.csv
	encode -o a.dlm small.dlf
}

encode()
{
	dl-train -q --autoencoder --ignore y --activation Tanh --hidden 6,3 \
		--epochs 10 --seed 1 --reproducible "$@"
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# tensors MODEL: its tensors as {name: (shape, values)} and its texts, for the
# python that follows.
reader='
import json, struct, sys, csv
def model(path):
    b = open(path, "rb").read()
    n, = struct.unpack("<Q", b[:8])
    h, data = json.loads(b[8:8 + n]), b[8 + n:]
    t = {}
    for k, v in h.items():
        if k != "__metadata__" and v["dtype"] == "F32":
            x = data[slice(*v["data_offsets"])]
            t[k] = v["shape"], struct.unpack("<%df" % (len(x) // 4), x)
    return t, {k: v for k, v in h["__metadata__"].items()}
'

python()
{
	"$PYTHON" -c "$reader$1"
}

@test "it learns: the error falls far below that of the untrained net" {
	encode --history h.csv -o m.dlm small.dlf
	cmp m.dlm a.dlm
	head -n 1 h.csv | tr , '\n' | grep -x training_mse
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NR == 2 { first = $at["training_mse"]
			untrained = $at["samples"] == 0 }
		{ last = $at["training_mse"] }
		END { exit !(untrained && last < first / 5) }' h.csv
	dl-inspect m.dlm >said
	grep "model, autoencoder" said
	grep "auto-encoder, gaussian distribution, Quadratic loss" said
}

@test "reconstruction, errors and measures agree, from any input" {
	dl-score -m a.dlm --reconstruction-error test.csv >mse.csv
	dl-score -m a.dlm --reconstruction-error --per-feature test.csv >se.csv
	dl-score -m a.dlm test.csv >out.csv
	dl-score -m a.dlm --output raw test.csv >raw.csv
	dl-score -m a.dlm --metrics - test.csv >m.json
	local o
	for o in "" --reconstruction-error \
		"--reconstruction-error --per-feature" "--output raw"; do
		# shellcheck disable=SC2086
		dl-score -m a.dlm $o test.dlf >frame.csv
		# shellcheck disable=SC2086
		dl-score -m a.dlm -j 1 $o - <test.csv | cmp - frame.csv
	done
	dl-score -m a.dlm --metrics - test.dlf | cmp - m.json
	head -n 1 mse.csv | grep -x Reconstruction.MSE
	head -n 1 out.csv | grep -x "reconstr_color.blue,reconstr_color.green,\
reconstr_color.red,reconstr_color.missing(NA),reconstr_a,reconstr_b,reconstr_c"
	sed -n 1p se.csv | tr , '\n' | grep -cx 'reconstr_.*\.SE' | grep -x 7
	python '
rows = lambda f: [list(map(float, r)) for r in list(csv.reader(open(f)))[1:]]
mse, se, out, raw = map(rows, ("mse.csv", "se.csv", "out.csv", "raw.csv"))
enc = json.loads(model("a.dlm")[1]["encoder"])["predictors"]
table = list(csv.DictReader(open("test.csv")))
assert len(mse) == len(se) == len(out) == len(table) == 500
for r, row in enumerate(table):
    assert abs(sum(se[r]) / 7 - mse[r][0]) < 1e-6 * (1 + mse[r][0])
    x = [float(row["color"] == k) for k in ("blue", "green", "red")] + [0]
    for i, name in enumerate("abc", 1):
        sub, mul, fill = (enc[k][i] for k in ("sub", "mul", "fill"))
        x.append(((float(row[name]) if row[name] else fill) - sub) * mul)
        assert abs(mul * (enc["max"][i] - enc["min"][i]) - 1) < 1e-12
        v = raw[r][3 + i] / mul + sub
        assert abs(v - out[r][3 + i]) <= 1e-6 * (1 + abs(v))
    for i in range(7):
        assert abs((raw[r][i] - x[i]) ** 2 - se[r][i]) < 1e-5
m = json.load(open("m.json"))
want = sum(e[0] for e in mse) / len(mse)
assert m["kind"] == "autoencoder" and m["nobs"] == 500
assert abs(m["MSE"] - want) < 1e-12 and abs(m["RMSE"] ** 2 - want) < 1e-12
'
}

@test "an unusual row stands out" {
	{ sed -n 1,50p test.csv; echo "5,90000,1,red,low"; } >odd.csv
	dl-score -m a.dlm --reconstruction-error odd.csv |
		awk 'NR > 1 && NR < 51 && $1 > m { m = $1 }
			NR == 51 { exit !($1 > 100 * m) }'
}

@test "deep features: of any layer and model, without the response" {
	dl-score -m a.dlm --layer 2 test.csv >f.csv
	head -n 1 f.csv | grep -x DF.L2.C1,DF.L2.C2,DF.L2.C3
	dl-train -q -y y --hidden 5,4 --epochs 1 --seed 1 -o c.dlm small.dlf
	cut -d, -f1-4 test.csv >less.csv
	dl-score -m c.dlm --layer 1 test.csv >f.csv
	dl-score -m c.dlm --layer 1 less.csv | cmp - f.csv
	head -n 1 f.csv | tr , '\n' | wc -l | grep -x 5
	fails 2 "layer 3: the model has 2 hidden layers" \
		dl-score -m a.dlm --layer 3 test.csv
}

@test "losses, optimizers, dropout, sparsity, linear outputs" {
	local o
	for o in "--loss Absolute" "--distribution huber" "--loss Quantile" \
		"--mini-batch-size 8 --optimizer Adam" "--linear-output" \
		"--activation TanhWithDropout --input-dropout-ratio 0.1" \
		"--activation Rectifier --linear-output" \
		"--activation ExpRectifier" "--no-standardize"; do
		# shellcheck disable=SC2086
		encode $o -o m.dlm small.dlf
		dl-score -m m.dlm --metrics - test.dlf | grep '"MSE":'
	done
	encode --linear-output -o m.dlm small.dlf
	dl-inspect m.dlm | grep -E "^ +4 +7 +Linear"
	dl-inspect a.dlm | grep -E "^ +4 +7 +Tanh"
}

# mean_activation MODEL: of the first hidden layer.
mean_activation()
{
	dl-score -m "$1" --layer 1 --no-header test.dlf | awk -F, '
		{ for (i = 1; i <= NF; i++) s += $i; n += NF }
		END { print s / n }'
}

@test "sparsity brings activations to where they are asked for" {
	local o
	for o in "--mini-batch-size 1" "--mini-batch-size 4"; do
		# shellcheck disable=SC2086
		encode $o --hidden 12 --sparsity-beta 1 --epochs 20 \
			--average-activation -0.6 -o m.dlm small.dlf
		mean_activation m.dlm | awk '{ print; exit !($1 < -0.5 &&
			$1 > -0.7) }'
	done
	python '
t, _ = model("m.dlm")
shape, v = t["layer.1.activation"]
assert shape == [12] and all(-0.8 < x < -0.4 for x in v), v'
	fails 2 "--sparsity-beta needs --autoencoder" dl-train -q -y y \
		--sparsity-beta 1 -o n.dlm small.dlf
	fails 2 "--average-activation and --activation: .*\(-1, 1\)" \
		encode --sparsity-beta 1 --average-activation 2 -o n.dlm \
		small.dlf
	fails 2 "--sparsity-beta and --threading hogwild" encode \
		--no-reproducible --sparsity-beta 1 --threading hogwild \
		-o n.dlm small.dlf
}

@test "sparsity: scoring moves no mean activation" {
	local run=(encode --sparsity-beta 0.5 --epochs 3 --stopping-rounds 0
		--no-overwrite-with-best-model --score-each-iteration
		--train-samples-per-iteration 500)
	"${run[@]}" --score-training-samples 20 -o few.dlm small.dlf
	"${run[@]}" --score-training-samples 0 -o all.dlm small.dlf
	python '
few, _ = model("few.dlm")
every, _ = model("all.dlm")
assert "layer.1.activation" in few and few == every'
	[ "$(dl-inspect --history --csv all.dlm | wc -l)" -gt 9 ]
}

@test "an interrupted sparse autoencoder ends in the same bytes" {
	local run=(encode --hidden "40,40" --sparsity-beta 0.1 --epochs 30
		--average-activation -0.3 --stopping-rounds 0)
	"${run[@]}" -j 1 -o whole.dlm small.dlf
	"${run[@]}" --checkpoint-every 1epoch -o part.dlm small.dlf &
	local pid=$!
	while kill -0 $pid 2>/dev/null && ! [ -e part.dlm.ckpt ]; do
		sleep 0.01
	done
	kill -TERM $pid || true
	wait $pid || true
	"${run[@]}" --resume -j 2 -o part.dlm small.dlf
	cmp whole.dlm part.dlm
}

@test "what an autoencoder is not" {
	fails 2 "--autoencoder and --response-column" dl-train -q \
		--autoencoder -y y -o n.dlm small.dlf
	fails 2 "--autoencoder and --activation: Maxout" encode \
		--activation Maxout -o n.dlm small.dlf
	fails 2 "--autoencoder and --activation: Maxout" encode \
		--activation MaxoutWithDropout -o n.dlm small.dlf
	fails 2 "--autoencoder and --loss: CrossEntropy" encode \
		--loss CrossEntropy -o n.dlm small.dlf
	fails 2 "--autoencoder and --stopping-metric" encode \
		--stopping-metric deviance -o n.dlm small.dlf
	fails 2 "--autoencoder and --distribution" encode \
		--distribution multinomial -o n.dlm small.dlf
	fails 2 "--linear-output needs --autoencoder" dl-train -q -y y \
		--linear-output -o n.dlm small.dlf
	fails 2 "which column is to be predicted" dl-train -q -o n.dlm \
		small.dlf
	fails 2 "no response" dl-score -m a.dlm --actual test.csv
	fails 2 "no classifier" dl-score -m a.dlm --top 2 test.csv
	fails 2 "--per-feature needs --reconstruction-error" \
		dl-score -m a.dlm --per-feature test.csv
	dl-train -q -y y --hidden 3 --epochs 0.1 -o c.dlm small.dlf
	fails 2 "needs an autoencoder" dl-score -m c.dlm \
		--reconstruction-error test.csv
	encode -v --no-use-all-factor-levels -o m.dlm small.dlf
	dl-inspect --header m.dlm | grep -q 'use_all_factor_levels\\":true'
}

@test "a model starts from an autoencoder's hidden layers" {
	local to=(dl-train -q -y y --hidden "6,3" --activation Tanh --epochs 0
		--seed 5 --reproducible)
	"${to[@]}" --pretrained-autoencoder a.dlm -o p.dlm small.dlf
	"${to[@]}" -o r.dlm small.dlf
	python '
a, p, r = (model(f)[0] for f in ("a.dlm", "p.dlm", "r.dlm"))
for l in "12":
    for k in ("weight", "bias"):
        k = "layer.%s.%s" % (l, k)
        assert p[k] == a[k] and p[k] != r[k], k
assert p["layer.3.weight"] == r["layer.3.weight"]
assert set(p["layer.3.bias"][1]) == {0}'
	fails 4 "units of hidden layer 2: 3 there, 4 here" dl-train -q -y y \
		--hidden 6,4 --pretrained-autoencoder a.dlm -o n.dlm small.dlf
	fails 4 "hidden layers: 2 there, 1 here" dl-train -q -y y \
		--hidden 6 --pretrained-autoencoder a.dlm -o n.dlm small.dlf
	fails 4 "input units: 7 there, 6 here" dl-train -q -y y --ignore a \
		--hidden 6,3 --pretrained-autoencoder a.dlm -o n.dlm small.dlf
	fails 4 "predicts 'y', it is no autoencoder" dl-train -q -y y \
		--hidden 6,3 --pretrained-autoencoder r.dlm -o n.dlm small.dlf
	fails 2 "--pretrained-autoencoder and --autoencoder" encode \
		--pretrained-autoencoder a.dlm -o n.dlm small.dlf
	fails 2 "--checkpoint and --pretrained-autoencoder" dl-train -q -y y \
		--checkpoint r.dlm --pretrained-autoencoder a.dlm -o n.dlm \
		small.dlf
	fails 3 "none.dlm" dl-train -q -y y --hidden 6,3 \
		--pretrained-autoencoder none.dlm -o n.dlm small.dlf
}

# matrix FILE ROWS COLUMNS
matrix()
{
	awk -v r="$2" -v c="$3" 'BEGIN {
		for (i = 0; i <= r; i++)
			for (j = 0; j < c; j++)
				printf "%s%s", i ? (i * c + j) / 8 : "x" j,
					j < c - 1 ? "," : "\n" }' |
		dl-import -q -o "$1" -
}

@test "layers start from frames of weights and biases, each alone or not" {
	matrix w1.dlf 4 7
	matrix b2.dlf 3 1
	local to=(dl-train -q -y y --hidden 4 --epochs 0 --seed 5
		--reproducible)
	"${to[@]}" -o r.dlm small.dlf
	"${to[@]}" --initial-weights w1.dlf --initial-weights "" \
		--deps rule -o w.dlm small.dlf
	grep -x "w.dlm: small.dlf w1.dlf" rule
	"${to[@]}" --initial-biases "" --initial-biases b2.dlf -o b.dlm \
		small.dlf
	"${to[@]}" --activation Maxout -o m.dlm small.dlf
	matrix w8.dlf 8 7
	"${to[@]}" --activation Maxout --initial-weights w8.dlf \
		--initial-weights "" -o m.dlm small.dlf
	python '
r, w, b, m = (model(f)[0] for f in ("r.dlm", "w.dlm", "b.dlm", "m.dlm"))
one = lambda t, *same: all(t[k] == r[k] for k in same)
assert w["layer.1.weight"][1] == tuple((7 + i) / 8 for i in range(28))
assert one(w, "layer.1.bias", "layer.2.weight", "layer.2.bias")
assert b["layer.2.bias"][1] == (1 / 8, 2 / 8, 3 / 8)
assert one(b, "layer.1.weight", "layer.1.bias", "layer.2.weight")
assert m["layer.1.weight"][1] == tuple((7 + i) / 8 for i in range(56))'
}

@test "starting weights that do not fit are refused" {
	matrix w1.dlf 4 7
	matrix bad.dlf 4 6
	local y=(dl-train -q -y y --hidden 4 -o n.dlm)
	fails 4 "initial_weights: layer 1: 'bad.dlf' has 4 rows and 6 columns, \
the layer needs 4 and 7" "${y[@]}" --initial-weights bad.dlf \
		--initial-weights "" small.dlf
	fails 4 "initial_biases: layer 2: 'w1.dlf' has 4 rows and 7 columns, \
the layer needs 3 and 1" "${y[@]}" --initial-biases "" \
		--initial-biases w1.dlf small.dlf
	printf 'a,b\n1,1\n,2\n3,3\n' | dl-import -q -o gap.dlf -
	fails 4 "'gap.dlf' has 3 rows and 2 columns" "${y[@]}" \
		--initial-biases "" --initial-biases gap.dlf small.dlf
	printf 'a,b,c,d\n1,1,1,1\n,2,1,1\n3,3,1,1\n' |
		dl-import -q -o gap.dlf -
	fails 4 "row 2 of column 'a': missing" "${y[@]}" \
		--initial-weights "" --initial-weights gap.dlf small.dlf
	printf 'a,b,c,d\nx,1,1,1\ny,2,1,1\nx,3,1,1\n' |
		dl-import -q -o gap.dlf -
	fails 4 "column 'a' is enum, not num" "${y[@]}" \
		--initial-weights "" --initial-weights gap.dlf small.dlf
	fails 2 "--initial-weights and --hidden: one frame" "${y[@]}" \
		--initial-weights w1.dlf small.dlf
	fails 3 "initial_weights: .*none.dlf" "${y[@]}" \
		--initial-weights none.dlf --initial-weights "" small.dlf
	dl-train -q -y y --hidden 4 --epochs 0.1 -o c.dlm small.dlf
	fails 2 "--checkpoint and --initial-weights" "${y[@]}" \
		--checkpoint c.dlm --initial-weights w1.dlf \
		--initial-weights "" small.dlf
}
