#!/bin/sh
# grid - searches for good settings, by every combination, at random, and by
# successive halving; the leaderboard, and what the best of them does on the
# test set, which chose nothing.
# usage: sh examples/grid/run.sh [combinations] [random] [halving]
# Environment: JOBS runs at a time (2), POINTS drawn by random and halving (27),
#	and OUT (out/grid), EPOCHS as in lib.sh.
# Results: $OUT/SEARCH.csv, a row for each run; $OUT/SEARCH-best.csv, the best
# of them learned from all training digits.  A run that is there is not made
# again.
OUT=${OUT:-$(cd "$(dirname "$0")/../.." && pwd)/out/grid}
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

HERE=$ROOT/examples/grid
JOBS=${JOBS:-2}
POINTS=${POINTS:-27}
mnist
# a sixth of the training digits to choose by
LEARN=$OUT/data/learn.dlf
CHOOSE=$OUT/data/choose.dlf
[ -s "$CHOOSE" ] || dl-split -q -r 5,1 --stratify "$RESPONSE" --seed 1 \
	-o "$LEARN,$CHOOSE" "$TRAIN"
# the path of one.sh may have blanks, that of the runs has none
ONE=$HERE/one.sh
export LEARN CHOOSE RESPONSE RUNS ONE
cd "$OUT"

# search NAME: where its runs go, below $OUT
search() {
	NAME=$1
	RUNS=$1
	mkdir -p "$RUNS"
}

# by_xargs: the runs on standard input, JOBS at a time
by_xargs() {
	tee -a "$RUNS/lines" | xargs -P "$JOBS" -L 1 sh "$ONE"
}

# rows: those of all runs so far, under one header
rows() {
	awk 'FNR > 1 || !head++' "$RUNS"/*.csv >"$OUT/$NAME.part"
	mv "$OUT/$NAME.part" "$OUT/$NAME.csv"
}

# leaders [COLUMNS]: the first rows of the table of runs, and what the best one
# does on the test set
leaders() {
	rows
	printf '\n%s: %d runs\n\n' "$NAME" "$(sed 1d "$OUT/$NAME.csv" | wc -l)"
	COLUMNS=${COLUMNS:-120} dl-report --table ${1:+--columns "$1"} \
		"$OUT/$NAME.csv" | head -n 8
	best=$(for run in "$RUNS"/*.csv; do
		printf '%s %s\n' "$(sed -n '2s/.*,//p' "$run")" "$run"
	done | sort -n | sed -n '1s/.* //p')
	id=$(basename "$best" .csv)
	options=$(sed -n "s/^$id //p" "$RUNS/lines" |
		sed 's/ --checkpoint [^ ]*//; q')
	[ "$options" ] || fail "$RUNS/lines has no line of run $id"
	rm -f "$OUT/$NAME-best.csv"
	# shellcheck disable=SC2086 # options are split on purpose
	dl-train -q -y "$RESPONSE" $options --test "$TEST" \
		--result "$OUT/$NAME-best.csv" -o "$OUT/$NAME-best.dlm" "$TRAIN"
	printf '\nthe best one on the test set, learned from all digits: %s\n' \
		"$(sed -n '2s/.*,//p' "$OUT/$NAME-best.csv")"
}

combinations() {
	search combinations
	dl-grid 'hidden=50|100,100|200' 'activation=Rectifier|Tanh' \
		'l1=0|1e-4' "epochs=$(epochs 0.5)" seed=1 | by_xargs
	leaders
}

# Points drawn at random, by make instead of xargs
random() {
	search random
	dl-grid --random "$POINTS" --config-dir "$RUNS" \
		'hidden=50|100,100|200' \
		'activation=Rectifier|RectifierWithDropout' \
		'rho=0.9..0.999' 'epsilon=log:1e-10..1e-6' \
		'input_dropout_ratio=0|0.1|0.2' \
		"epochs=$(epochs 0.5)" seed=1 >>"$RUNS/lines"
	make -s -j "$JOBS" -f "$HERE/grid.mk" RUNS="$RUNS"
	leaders
}

# rung OPTIONS...: the next lines of halving
rung() {
	dl-grid "$@" >"$RUNS/rung.part"
	mv "$RUNS/rung.part" "$RUNS/rung"
}

# Many settings for a short time, the best third three times as long, and so on,
# each going on from its own model
halving() {
	search halving
	set -- 'hidden=50|100|200|100,100|200,200' 'l1=0|1e-6|1e-5|1e-4' \
		'rate=log:1e-3..0.1' 'momentum_start=0|0.5|0.9' \
		adaptive_rate=false 'activation=Rectifier|Tanh' \
		'max_w2=10' "epochs=$(epochs 0.1)" seed=1
	# a rung that was interrupted is finished first
	[ -e "$RUNS/rung" ] || rung -q --sobol "$POINTS" "$@"
	while [ -s "$RUNS/rung" ]; do
		by_xargs <"$RUNS/rung"
		rows
		rung --halving 3 --results "$OUT/$NAME.csv" \
			--model "$RUNS/{}.dlm" "$@"
	done
	columns=epochs,activation,hidden,rate,momentum_start,l1
	leaders "$columns,training_time,test_set_error"
}

[ $# -gt 0 ] || set -- combinations random halving
for what; do
	case $what in
	combinations | random | halving) "$what" ;;
	*) fail "'$what' is none of combinations, random, halving" ;;
	esac
done
