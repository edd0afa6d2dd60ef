#!/bin/sh
# record - the model of the 0.83 % record, for as long as you like: an
# interrupted or timed out run goes on when it is started again.
# usage: sh examples/record/run.sh           HOURS=4 sh examples/record/run.sh
# Environment: HOURS (1), and OUT, THREADS, EXTRA as in examples/lib.sh.
# Results: $OUT/record.history.csv, record.dlm, record.scores.csv.
OUT=${OUT:-$(cd "$(dirname "$0")/../.." && pwd)/out/record}
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

HOURS=${HOURS:-1}
mnist
model=$OUT/record.dlm
seconds=$(awk -v h="$HOURS" 'BEGIN { printf "%d\n", h * 3600 }')
[ "$seconds" -gt 0 ] || fail "HOURS: '$HOURS' is no time"

# The limit is a signal, not --max-runtime: the state is kept for the next call.
status=0
# shellcheck disable=SC2086 # EXTRA is split on purpose
timeout -s TERM "$seconds" dl-train -y "$RESPONSE" --hidden 1024,1024,2048 \
	--activation RectifierWithDropout --epochs 8000 --l1 1e-5 \
	--input-dropout-ratio 0.2 --train-samples-per-iteration -1 \
	--classification-stop -1 --stopping-rounds 0 --valid "$TEST" --seed 1 \
	${EXTRA:-} ${THREADS:+--threads "$THREADS"} --resume \
	--checkpoint-every 10m --history "$OUT/record.history.csv" \
	-o "$model" "$TRAIN" || status=$?
case $status in
0) ;;
124 | 130 | 143)
	say "record: stopped for now; the same command goes on"
	model=$model.ckpt
	;;
*) exit "$status" ;;
esac
[ -f "$model" ] || fail "no scoring event yet: give it more time"

dl-score -q -m "$model" --actual -o "$OUT/record.scores.csv" "$TEST"
dl-cm "$OUT/record.scores.csv"
[ ! -f "$OUT/record.history.csv" ] || sh "$(dirname "$0")/curve.sh" "$OUT"
