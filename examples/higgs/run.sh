#!/bin/sh
# higgs - a learning curve: AUC by the number of rows to learn from.  The UCI
# HIGGS table where you have it, else a made-up table of its shape.
# usage: sh examples/higgs/run.sh        ROWS=1100000 sh examples/higgs/run.sh
# Data: HIGGS.csv.gz or HIGGS.csv in $DATA (out/data): 11,000,000 rows, the
# label first, then 28 numbers; the last 500,000 rows are the test set.  Without
# it synthetic.awk makes ROWS rows (11,000,000; a twenty-second part is the test
# set); its figures say nothing about physics.
# Environment: ROWS, and OUT (out/higgs), DATA, EPOCHS, THREADS, EXTRA as in
# lib.sh.
# Results: $OUT/NAME.csv, NAME being higgs or synthetic-ROWS.
OUT=${OUT:-$(cd "$(dirname "$0")/../.." && pwd)/out/higgs}
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

HERE=$ROOT/examples/higgs
ROWS=${ROWS:-11000000}
NAME=higgs
if [ -f "$DATA/HIGGS.csv.gz" ]; then
	SOURCE=$DATA/HIGGS.csv.gz
elif [ -f "$DATA/HIGGS.csv" ]; then
	SOURCE=$DATA/HIGGS.csv
else
	NAME=synthetic-$ROWS
	say "no HIGGS.csv.gz in $DATA: a synthetic table of $ROWS rows instead"
fi
ALL=$OUT/$NAME.dlf

# made ROWS: the synthetic table on standard output, every other row by another
# process; mawk is the fastest awk at it
made() {
	awk=$(command -v mawk || echo awk)
	rm -f "$OUT/odd" "$OUT/even"
	mkfifo "$OUT/odd" "$OUT/even"
	trap 'rm -f "$OUT/odd" "$OUT/even"' EXIT
	exit_on_signals
	"$awk" -v rows="$1" -v seed=1 -v first=1 -v step=2 \
		-f "$HERE/synthetic.awk" >"$OUT/odd" &
	"$awk" -v rows="$1" -v seed=1 -v first=2 -v step=2 \
		-f "$HERE/synthetic.awk" >"$OUT/even" &
	paste -d '\n' "$OUT/odd" "$OUT/even"
}

if [ ! -f "$ALL" ] && [ "$NAME" = higgs ]; then
	dl-import -H --type C1=enum -o "$ALL" "$SOURCE"
elif [ ! -f "$ALL" ]; then
	made "$ROWS" |
		dl-import -H --type C1=enum --expect-rows "$ROWS" -o "$ALL" -
fi
total=$(dl-inspect --json "$ALL" | sed -n 's/.*"rows": *\([0-9]*\).*/\1/p' |
	head -n 1)
test_rows=$((total / 22))
learning=$((total - test_rows))
dl-split -q --rows "$((learning + 1)):$total" -r 1 -o "$OUT/test.dlf" "$ALL"

echo "net,rows,epochs,seconds,rows a second,AUC" > "$OUT/$NAME.part"
# learn NET ROWS EPOCHS OPTIONS...: from the first ROWS rows
learn() {
	net=$1 rows=$2 epochs=$3
	shift 3
	[ "$rows" -le "$learning" ] || return 0
	[ "$rows" = "${cut_to:-}" ] ||
		dl-split -q --rows "1:$rows" -r 1 -o "$OUT/train.dlf" "$ALL"
	cut_to=$rows
	rm -f "$OUT/run.csv"
	# shellcheck disable=SC2086 # EXTRA is split on purpose
	dl-train -q -y C1 --hidden 200,200,200,200 --epochs "$epochs" \
		--seed 1 --stopping-rounds 0 "$@" ${EXTRA:-} \
		${THREADS:+--threads "$THREADS"} --no-state \
		--result "$OUT/run.csv" -o "$OUT/$net-$rows.dlm" \
		"$OUT/train.dlf"
	auc=$(dl-score -q -m "$OUT/$net-$rows.dlm" --actual "$OUT/test.dlf" |
		dl-cm --metrics -f tsv | awk '$1 == "auc" { print $2 }')
	awk -F, -v net="$net" -v rows="$rows" -v epochs="$epochs" \
		-v auc="$auc" 'END {
		printf "%s,%d,%s,%.1f,%.0f,%.4f\n", net, rows, epochs,
			$(NF - 2), $(NF - 1), auc }' "$OUT/run.csv" |
		tee -a "$OUT/$NAME.part" >&2
}
# H2O's: four layers of 200 with dropout, row by row
h2o() {
	learn h2o "$@" --activation RectifierWithDropout
}
h2o 10000 "$(epochs 10)"
h2o 100000 "$(epochs 10)"
h2o 1000000 "$(epochs 3)"
h2o "$learning" "$(epochs 1)"
# the same layers by mini-batches, without dropout: many rows can't be overfit
learn adam "$learning" "$(epochs 1)" --mini-batch-size 128 --optimizer Adam \
	--rate-schedule Cosine --average-decay 0.999
mv "$OUT/$NAME.part" "$OUT/$NAME.csv"
rm -f "$OUT/train.dlf" "$OUT/run.csv"
