#!/usr/bin/env bats
# Losses and distributions of a numeric response, and offsets: what is learnt,
# what is measured, what is refused.

load helper

# Rows of counts, positive amounts, zero-inflated amounts and heavy tails that
# depend on a, b and k; o shifts the logarithm of the mean of `shifted`.
amounts()
{
	"$PYTHON" - "$1" "$2" <<'PY'
import math, random, sys
random.seed(int(sys.argv[2]))
print("a,b,k,w,o,plain,count,shifted,amount,claim,heavy,step")
def count(mean):
    n, p, end = 0, random.random(), math.exp(-mean)
    while p > end:
        n, p = n + 1, p * random.random()
    return n
for i in range(int(sys.argv[1])):
    a, b, k = random.gauss(0, 1), random.gauss(2, 3), random.choice("xyz")
    w, o = random.choice([0, 1, 1, 2]), random.gauss(0, 0.5)
    eta = 0.5 * a - 0.1 * b + {"x": 0, "y": .5, "z": -.3}[k]
    mean = math.exp(eta)
    n = count(mean)
    claim = sum(random.gammavariate(2, 0.5) for _ in range(n))
    t = random.gauss(0, 1) / math.sqrt(random.gammavariate(1, 1))
    print("%.5f,%.5f,%s,%d,%.4f,%.4f,%d,%d,%.5f,%.4f,%.4f,%.4f" % (
        a, b, k, w, o, 10 + 5 * eta + random.gauss(0, 1), count(mean),
        count(mean * math.exp(o)), random.gammavariate(2, mean / 2), claim,
        10 + 5 * eta + t, 10 + 5 * eta + 3 * o + random.gauss(0, 1)))
PY
}

setup_file()
{
	command -v dl-import >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	amounts 2000 1 | dl-import -q -o train.dlf -
	amounts 1500 2 >test.csv
	dl-import -q --like train.dlf -o test.dlf test.csv
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# fit RESPONSE MODEL OPTION...
fit()
{
	local y=$1 to=$2
	shift 2
	dl-train -q -y "$y" -x a,b,k --hidden 16 --seed 1 --reproducible \
		--epochs 10 -o "$to" "$@" train.dlf
}

# The measures of dl-score against the same from its predictions, by the
# formulas of dl-train(1).  measured MODEL DISTRIBUTION PARAMETER
measured()
{
	dl-score -m "$1" --actual --keep w test.dlf >rows.csv
	dl-score -m "$1" --metrics - test.dlf >metrics.json
	"$PYTHON" - "$2" "$3" "${4:-}" <<'PY'
import csv, json, math, sys
kind, q = sys.argv[1], float(sys.argv[2])
m = json.load(open("metrics.json"))
rows = [(float(r["actual"]), float(r["predict"]),
         float(r["w"]) if sys.argv[3] else 1)
        for r in csv.DictReader(open("rows.csv"))]
rows = [r for r in rows if r[2] > 0]
W = sum(w for _, _, w in rows)
def E(x): return min(1e19, math.exp(x))
def LG(x): return -19 if x <= 0 else max(-19, math.log(x))
def quantile(a):
    e = sorted((abs(y - p), w) for y, p, w in rows)
    at = 0
    for x, w in e:
        at += w
        if at >= a * W:
            return x
d = quantile(q)
def deviance(y, p):
    e = abs(y - p)
    return {"gaussian": lambda: e * e,
            "laplace": lambda: e,
            "quantile": lambda: q * (y - p) if y > p else (1 - q) * (p - y),
            "huber": lambda: e * e if e <= d else (2 * e - d) * d,
            "poisson": lambda: 2 * ((y * LG(y / p) if y else 0) - y + p),
            "gamma": lambda: 2 * (-LG(y / p) + y / p - 1),
            "tweedie": lambda: 2 * (y ** (2 - q) / ((1 - q) * (2 - q)) -
                                    y * E(LG(p) * (1 - q)) / (1 - q) +
                                    E(LG(p) * (2 - q)) / (2 - q))}[kind]()
def mean(f): return sum(w * f(y, p) for y, p, w in rows) / W
my = mean(lambda y, p: y)
want = {"MSE": mean(lambda y, p: (y - p) ** 2),
        "mae": mean(lambda y, p: abs(y - p)),
        "mean_residual_deviance": mean(deviance)}
want["RMSE"] = math.sqrt(want["MSE"])
want["r2"] = 1 - want["MSE"] / mean(lambda y, p: (y - my) ** 2)
if min(min(y, p) for y, p, _ in rows) > -1:
    want["rmsle"] = math.sqrt(mean(
        lambda y, p: (math.log(1 + p) - math.log(1 + y)) ** 2))
# the interpolation of the quantile is between two neighbours
near = 2e-3 if kind == "huber" else 1e-9
for k, v in want.items():
    print(k, m.get(k), v)
    assert abs(m[k] - v) <= near * (1 + abs(v)), k
assert m["nobs"] == len(rows) and m["weight"] == W
assert want["r2"] > 0.05
PY
}

@test "every distribution learns, and its measures are those of its rows" {
	fit plain m.dlm && measured m.dlm gaussian 0
	fit plain m.dlm --no-standardize && measured m.dlm gaussian 0
	fit heavy m.dlm --loss Absolute && measured m.dlm laplace 0
	fit heavy m.dlm --distribution quantile --quantile-alpha 0.4 &&
		measured m.dlm quantile 0.4
	fit heavy m.dlm --distribution huber --huber-alpha 0.8 &&
		measured m.dlm huber 0.8
	fit count m.dlm --distribution poisson && measured m.dlm poisson 0
	fit amount m.dlm --distribution gamma && measured m.dlm gamma 0
	fit claim m.dlm --distribution tweedie --tweedie-power 1.7 &&
		measured m.dlm tweedie 1.7
}

@test "a prediction that is no number is none with a log link either" {
	local kind
	for kind in poisson gamma tweedie; do
		fit amount m.dlm --distribution $kind
		printf 'a,b,k,amount\n1e39,1e300,x,3\n1,1,y,2\n' >odd.csv
		dl-score -q -m m.dlm odd.csv >p.csv
		[ "$(sed -n 2p p.csv)" = nan ]
		dl-score -m m.dlm --metrics m.json -o p.csv odd.csv 2>said
		grep -q '1 of 2 rows: the prediction is not a number' said
	done
}

@test "the same in mini-batches, with Adam, with weights" {
	fit heavy m.dlm --distribution huber --mini-batch-size 16 \
		--optimizer Adam --weights-column w
	measured m.dlm huber 0.9 weighted
	fit count m.dlm --distribution poisson --mini-batch-size 16 \
		--optimizer Adam --rate 0.01
	measured m.dlm poisson 0
}

@test "a quantile has its share of the rows below it" {
	local alpha
	for alpha in 0.1 0.5 0.9; do
		fit heavy m.dlm --distribution quantile --quantile-alpha $alpha
		dl-score -m m.dlm --actual train.dlf |
			awk -F, -v a=$alpha 'NR > 1 { n++; below += $1 < $2 }
			END { print below / n, a
			exit !(below / n > a - 0.1 && below / n < a + 0.1) }'
	done
}

@test "a model says its distribution, loss and link" {
	fit heavy m.dlm --loss Huber
	dl-inspect m.dlm | grep "regression, huber distribution, Huber loss"
	fit count m.dlm --distribution poisson
	dl-inspect m.dlm | grep "poisson distribution, Automatic loss"
	dl-score -m m.dlm test.dlf >p.csv
	dl-score -m m.dlm --output raw test.dlf | paste -d, p.csv - |
		awk -F, 'NR > 1 && (d = exp($2) / $1 - 1) * d > 1e-20 {
			bad = 1 } END { exit bad || NR != 1501 }'
}

@test "deviance stops and chooses; the history has it" {
	fit amount m.dlm --distribution gamma --stopping-metric deviance \
		--history h.csv --valid test.dlf
	head -n 1 h.csv | tr , '\n' | grep -x training_deviance
	head -n 1 h.csv | tr , '\n' | grep -x validation_deviance
	[ "$(wc -l <h.csv)" -gt 4 ]
}

@test "Huber: its point moves with the errors, or stays where H2O has it" {
	fit heavy moved.dlm --distribution huber
	fit heavy still.dlm --distribution huber --no-huber-adaptive
	run ! cmp -s moved.dlm still.dlm
	dl-inspect --header still.dlm | grep -q 'huber_delta\\":1}'
	dl-inspect --header moved.dlm | grep -q 'huber_delta\\":0'
}

@test "Huber: a run that was interrupted ends in the same bytes" {
	local run=(dl-train -q -y heavy -x "a,b,k" --distribution huber
		--hidden "60,60" --seed 1 --reproducible --epochs 12
		--stopping-rounds 0)
	"${run[@]}" -o whole.dlm train.dlf
	"${run[@]}" --checkpoint-every 1epoch -o part.dlm train.dlf &
	local pid=$!
	while kill -0 $pid 2>/dev/null && ! [ -e part.dlm.ckpt ]; do
		sleep 0.01
	done
	kill -TERM $pid || true
	wait $pid || true
	"${run[@]}" --resume -o part.dlm train.dlf
	cmp whole.dlm part.dlm
}

@test "offsets: both signs count, in training, in scoring, from any input" {
	fit step m.dlm --offset-column o
	# an offset moves the prediction by itself
	dl-score -m m.dlm test.csv >p.csv
	awk -F, -v OFS=, 'NR > 1 { $5 = $5 - 7 } 1' test.csv >moved.csv
	dl-score -m m.dlm moved.csv | paste -d, p.csv - |
		awk -F, 'NR > 1 && ($1 - $2 - 7) ^ 2 > 1e-6 { bad = 1 }
			END { exit bad }'
	dl-score -m m.dlm test.dlf | cmp - p.csv
	fit shifted with.dlm --distribution poisson --offset-column o
	measured with.dlm poisson 0
	dl-score -m with.dlm test.csv >p.csv
	dl-score -m with.dlm test.dlf | cmp - p.csv
	fit shifted without.dlm --distribution poisson
	dl-score -m with.dlm --metrics - test.dlf >with.json
	dl-score -m without.dlm --metrics - test.dlf >without.json
	"$PYTHON" -c 'import json
a, b = (json.load(open(f))["mean_residual_deviance"]
        for f in ("with.json", "without.json"))
print(a, b)
assert a < 0.9 * b'
}

@test "offsets: a table without them is refused" {
	fit shifted m.dlm --distribution poisson --offset-column o
	cut -d, -f1-4,6- test.csv >no.csv
	dl-import -q -o no.dlf no.csv
	fails 4 "offset column 'o': no such column in 'no.csv'" \
		dl-score -m m.dlm no.csv
	fails 4 "offset column 'o': no such column in 'no.dlf'" \
		dl-score -m m.dlm no.dlf
	awk -F, -v OFS=, 'NR == 3 { $5 = "" } 1' test.csv >gap.csv
	dl-import -q --like train.dlf -o gap.dlf gap.csv
	fails 3 "gap.csv:3:5: .*no offset" dl-score -m m.dlm gap.csv
	fails 4 "offset column 'o': 1 values are missing" dl-score -m m.dlm \
		gap.dlf
	fails 4 "offset column 'o'" dl-train -q -y shifted -x a,b,k \
		--offset-column o -o n.dlm gap.dlf
	fails 4 "offset column 'o': no such column in 'no.dlf'" dl-train -q \
		-y shifted -x a,b,k --offset-column o --valid no.dlf -o n.dlm \
		train.dlf
	fails 4 "offset column 'k': type is enum" dl-train -q -y count -x a,b \
		--offset-column k -o n.dlm train.dlf
	fails 2 "--offset-column and --response-column: .*regression" \
		dl-train -q -y k --offset-column o -o n.dlm train.dlf
	fails 2 "--weights-column and --offset-column" dl-train -q -y count \
		--offset-column w --weights-column w -o n.dlm train.dlf
}

# refused REGEX OPTION...
refused()
{
	local regex=$1
	shift
	fails 2 "$regex" dl-train -q -o n.dlm "$@" train.dlf
}

@test "what contradicts is refused, by name, before training" {
	local d l
	for d in poisson gamma tweedie; do
		refused "--distribution $d and response 'plain'.*negative" \
			-y plain --distribution $d
		for l in Quadratic Huber Absolute Quantile CrossEntropy; do
			refused "--distribution $d and --loss $l" -y count \
				--distribution $d --loss $l
		done
	done
	for d in gaussian:Huber laplace:Quadratic quantile:Absolute \
		huber:Absolute bernoulli:Huber multinomial:Quantile; do
		refused "--distribution ${d%:*} and --loss ${d#*:}" -y count \
			--distribution "${d%:*}" --loss "${d#*:}"
	done
	refused "--loss CrossEntropy: the response is a number" -y count \
		--loss CrossEntropy
	for l in Huber Absolute Quantile; do
		refused "--loss $l: the response has classes" -y k --loss $l
	done
	refused "--distribution poisson: the response has 3 classes" -y k \
		--distribution poisson
	refused "--distribution bernoulli: the response is a number" -y count \
		--distribution bernoulli
	refused "--tweedie-power: '2': must be in \(1, 2\)" -y count \
		--tweedie-power 2
	refused "--quantile-alpha: '1.1': must be in \[0, 1\]" -y count \
		--quantile-alpha 1.1
	refused "--stopping-metric logloss" -y count --stopping-metric logloss
	refused "--stopping-metric deviance" -y k --stopping-metric deviance
}

@test "what is asked for in vain is said" {
	fit count m.dlm
	dl-train -y count -x a,b --epochs 0.1 --quantile-alpha 0.3 -o m.dlm \
		train.dlf 2>said
	grep -- "--quantile-alpha has no effect" said
	dl-train -y count -x a,b --epochs 0.1 --loss Quantile \
		--quantile-alpha 0.3 -o m.dlm train.dlf 2>said
	run ! grep -- "--quantile-alpha has no effect" said
}
