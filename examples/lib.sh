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
# Runs by `equal` instead of `run` go to $OUT/NAME-equal.csv: their number of
# rows is H2O's, whatever EPOCHS is, so that errors may be compared.
#
# With REPEAT=n, NAME-medians.csv has one row for each setting.
#
# Environment:
#	OUT      where results go                        (out/studies)
#	DATA     where a data set of your own may lie    (out/data)
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
DATA=${DATA:-$ROOT/out/data}
REPEAT=${REPEAT:-1}
awk -v f="${EPOCHS:-1}" -v n="$REPEAT" 'BEGIN {
	if (f !~ /^[0-9.]+([eE][-+]?[0-9]+)?$/ || !(f + 0 > 0))
		print "EPOCHS=" f ": not a number > 0"
	else if (n !~ /^[1-9][0-9]*$/)
		print "REPEAT=" n ": not a number of runs"
	else
		exit
	exit 2
}' >&2
mkdir -p "$OUT"
OUT=$(cd "$OUT" && pwd)

# exit_on_signals: so that what is trapped by EXIT is done then, too; a shell
# that a signal ends passes it over
exit_on_signals() {
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

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

# epochs_of ROWS: as many epochs as present so many of MNIST's 60,000 digits
epochs_of() {
	awk -v n="$1" 'BEGIN { printf "%.10g\n", n / 60000 }'
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
	for left in "$ROWS"/list.[0-9]*; do # of a study that was killed
		left_by=${left##*/list.}
		kill -0 "${left_by%.equal}" 2>/dev/null || rm -f "$left"
	done
	for left in "$ROWS"/*.[0-9]*.*; do # and of its runs
		left_by=${left##*/}
		left_by=${left_by#*.}
		kill -0 "${left_by%%.*}" 2>/dev/null || rm -f "$left"
	done
	: > "$LIST"
	: > "$LIST.equal"
	trap 'rm -f "$LIST" "$LIST.equal"' EXIT
	exit_on_signals
	[ "${TRAIN:-}" ] || mnist
}

# run OPTIONS...: one training run, REPEAT times
run() {
	listed "$LIST" "$@"
}

# equal ROWS OPTIONS...: the same on so many rows, for NAME-equal.csv
equal() {
	eq_rows=$1
	shift
	listed "$LIST.equal" "$@" --epochs "$(epochs_of "$eq_rows")"
}

listed() {
	run_list=$1
	shift
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
	printf '%s\n' "$row" >> "$run_list"
	if [ -s "$row.csv" ] && [ -z "${AGAIN:-}" ]; then
		return
	fi
	say "$STUDY: $*"
	part=$row.$$
	dl-train -q -y "$RESPONSE" "$@" ${EXTRA:-} \
		${THREADS:+--threads "$THREADS"} --no-state \
		--test "$TEST" --result "$part.part" \
		--history "$part.history.csv" -o "$part.dlm" "$TRAIN"
	rm -f "$part.dlm"
	mv "$part.history.csv" "$row.history.csv"
	mv "$part.part" "$row.csv"
	tail -n 1 "$row.csv" >&2
}

# gather LIST FILE: the rows of the runs in LIST, under one header
gather() {
	while IFS= read -r row; do
		cat "$row.csv"
	done < "$1" |
		awk 'NR == 1 { head = $0; print } $0 != head' > "$2.part.$$"
	mv "$2.part.$$" "$2"
	say "$STUDY: wrote $2"
}

# medians FILE: speed and error of each setting's runs, which differ in the seed
medians() {
	awk '
	function middle(list, n,   v, i, j, x) {
		split(list, v, " ")
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) {
				x = v[j]
				v[j] = v[j - 1]
				v[j - 1] = x
			}
		return sprintf("%.10g,%.10g,%.10g", (v[int((n + 1) / 2)] + \
			v[int(n / 2) + 1]) / 2, v[1], v[n])
	}
	NR == 1 {
		print "parameters,runs,median speed,least speed," \
			"greatest speed,median error,least error,greatest error"
		next
	}
	{
		n = split($0, cell, ",")
		setting = $0
		sub(/,[^,"]*,[^,"]*,[^,"]*,[^,"]*$/, "", setting)
		gsub(/"/, "", setting)
		sub(/ ?seed=[0-9]+/, "", setting)
		if (!(setting in runs))
			order[++settings] = setting
		runs[setting]++
		speed[setting] = speed[setting] " " cell[n - 1]
		error[setting] = error[setting] " " cell[n]
	}
	END {
		for (i = 1; i <= settings; i++) {
			s = order[i]
			printf "\"%s\",%d,%s,%s\n", s, runs[s],
				middle(speed[s], runs[s]),
				middle(error[s], runs[s])
		}
	}' "$1" > "${1%.csv}-medians.csv.part.$$"
	mv "${1%.csv}-medians.csv.part.$$" "${1%.csv}-medians.csv"
}

# finish: $OUT/NAME.csv from the rows of this script's runs
finish() {
	gather "$LIST" "$OUT/$STUDY.csv"
	[ ! -s "$LIST.equal" ] || gather "$LIST.equal" "$OUT/$STUDY-equal.csv"
	[ "$REPEAT" -le 1 ] || medians "$OUT/$STUDY.csv"
	rm -f "$LIST" "$LIST.equal"
}
