# shellcheck shell=sh disable=SC2086 # options in variables are split on purpose
# lib.sh - what the example scripts share; source it from a script's first line:
#
#	. "$(dirname "$0")/../../lib.sh"
#
# A study is a list of training runs that vary one thing:
#
#	study network_topology
#	run --hidden 64 --epochs "$(epochs 0.1)"
#	run --hidden 64,64 --epochs "$(epochs 0.1)"
#	finish
#
# Each run writes one row; `finish` puts the rows, in the order of the script,
# into $OUT/NAME.csv with the columns
#
#	parameters,training samples,training time,training speed,test set error
#
# A run whose row is there already is not repeated (AGAIN=1 repeats it), so an
# interrupted study goes on where it stopped, and two studies may run at once.
#
# Environment:
#	OUT      where results go                        (out/studies)
#	EPOCHS   multiplies every run's own epochs       (1)
#	REPEAT   runs of each setting, with seeds 1..n   (1, seed drawn)
#	AGAIN    non-empty: run again what is finished
#	THREADS  threads of dl-train                     (all)
#	EXTRA    further options for every run
set -eu

ROOT=$(cd "$(dirname "$0")" && while [ ! -f bootstrap.sh ]; do
	[ "$PWD" != / ] || { echo "$0: not inside a dltools tree" >&2; exit 2; }
	cd ..
done; pwd)
PATH=$ROOT/bin:$PATH
OUT=${OUT:-$ROOT/out/studies}
REPEAT=${REPEAT:-1}
mkdir -p "$OUT"

say() {
	printf '%s\n' "$*" >&2
}

fail() {
	say "$(basename "$0"): $*"
	exit 1
}

command -v dl-train >/dev/null || fail "dl-train is not built: run make first"

# epochs VALUE: the run's own epochs times EPOCHS
epochs() {
	awk -v v="$1" -v f="${EPOCHS:-1}" 'BEGIN { printf "%.10g\n", v * f }'
}

# layers N WIDTH: WIDTH,WIDTH,... N times
layers() {
	awk -v n="$1" -v w="$2" 'BEGIN {
		for (i = 1; i <= n; i++) printf "%s%s", w, i < n ? "," : "\n" }'
}

# frame FILE.csv.zst OUT.dlf [dl-import options]: imports once
frame() {
	[ -z "$(find "$2" -newer "$1" 2>/dev/null)" ] || return 0
	frame_in=$1 frame_out=$2
	shift 2
	mkdir -p "$(dirname "$frame_out")"
	dl-import -q "$@" -o "$frame_out" "$frame_in"
}

# mnist: makes $TRAIN and $TEST, the embedded handwritten digits
mnist() {
	TRAIN=$OUT/data/mnist-train.dlf
	TEST=$OUT/data/mnist-test.dlf
	frame "$ROOT/share/mnist/train.csv.zst" "$TRAIN" --type C785=enum
	frame "$ROOT/share/mnist/test.csv.zst" "$TEST" --like "$TRAIN"
	RESPONSE=C785
}

study() {
	STUDY=$1
	ROWS=$OUT/$STUDY.rows
	LIST=$ROWS/list.$$
	mkdir -p "$ROWS"
	: > "$LIST"
	trap 'rm -f "$LIST"' EXIT
	[ "${TRAIN:-}" ] || mnist
}

# run OPTIONS...: one training run, REPEAT times
run() {
	run_seed=1
	while [ "$run_seed" -le "$REPEAT" ]; do
		if [ "$REPEAT" -gt 1 ]; then
			run_once "$@" --seed "$run_seed"
		else
			run_once "$@"
		fi
		run_seed=$((run_seed + 1))
	done
}

run_once() {
	row=$ROWS/$(printf '%s\n' "$RESPONSE" "$@" ${EXTRA:-} |
		sha256sum | cut -c 1-16)
	printf '%s\n' "$row" >> "$LIST"
	if [ -s "$row.csv" ] && [ -z "${AGAIN:-}" ]; then
		return
	fi
	say "$STUDY: $*"
	rm -f "$row.part"
	dl-train -q -y "$RESPONSE" "$@" ${EXTRA:-} \
		${THREADS:+--threads "$THREADS"} --no-state \
		--test "$TEST" --result "$row.part" \
		--history "$row.history.csv" -o "$row.dlm" "$TRAIN"
	rm -f "$row.dlm"
	mv "$row.part" "$row.csv"
	tail -n 1 "$row.csv" >&2
}

# finish: $OUT/NAME.csv from the rows of this script's runs
finish() {
	while IFS= read -r row; do
		cat "$row.csv"
	done < "$LIST" | awk 'NR == 1 { head = $0; print } $0 != head' \
		> "$OUT/$STUDY.part"
	mv "$OUT/$STUDY.part" "$OUT/$STUDY.csv"
	say "$STUDY: wrote $OUT/$STUDY.csv"
}
