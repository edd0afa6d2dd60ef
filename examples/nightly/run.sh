#!/bin/sh
# nightly - trains the same small net as every night and compares speed and
# error with the last runs: silent and 0 when all is well, one line and 1 when
# one of them got worse beyond noise.  examples/nightly/crontab shows the entry.
# usage: sh examples/nightly/run.sh
# Environment: OUT (out/nightly), THREADS, EXTRA as in examples/lib.sh, and
#	LAST      nights to compare with, at least 5 of them       (30)
#	SLOWER    a speed that is smaller by this share is noise   (0.2)
#	WORSE     an error that is greater by this share is noise  (0.1)
OUT=${OUT:-$(cd "$(dirname "$0")/../.." && pwd)/out/nightly}
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

mnist
night=$OUT/nightly.csv
part=$OUT/nightly.$$
trap 'rm -f "$part" "$part.row"' EXIT
exit_on_signals
# One run: a night that is still at it is left alone (--lock ends with 1).
# shellcheck disable=SC2086 # EXTRA is split on purpose
dl-train -q -y "$RESPONSE" --epochs 1 --seed 1 ${EXTRA:-} \
	${THREADS:+--threads "$THREADS"} --lock "$OUT/nightly.lock" \
	--test "$TEST" --result "$part" -o "$OUT/nightly.dlm" "$TRAIN" ||
	fail "the run failed"

[ -s "$night" ] || head -n 1 "$part" > "$night"
tail -n 1 "$part" > "$part.row"

# The night before counts as well as any: median and median absolute deviation.
verdict=$(awk -v last="${LAST:-30}" -v slower="${SLOWER:-0.2}" \
	-v worse="${WORSE:-0.1}" '
function sort(v, n,   i, j, x) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && v[j] < v[j - 1]; j--) {
			x = v[j]
			v[j] = v[j - 1]
			v[j - 1] = x
		}
}
function median(v, n) {
	sort(v, n)
	return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2
}
# beyond noise: more than four deviations and more than the share
function spread(v, n, m,   i, d) {
	for (i = 1; i <= n; i++)
		d[i] = v[i] > m ? v[i] - m : m - v[i]
	return 4 * 1.4826 * median(d, n)
}
function larger(a, b) {
	return a > b ? a : b
}
{ fields = split($0, cell, ",") }
FILENAME == ARGV[1] && FNR > 1 {
	speeds[++n] = cell[fields - 1] + 0
	errors[n] = cell[fields] + 0
}
FILENAME == ARGV[2] {
	speed = cell[fields - 1] + 0
	error = cell[fields] + 0
}
END {
	first = n > last ? n - last + 1 : 1
	for (i = first; i <= n; i++) {
		s[++k] = speeds[i]
		e[k] = errors[i]
	}
	if (k < 5)
		exit
	m = median(s, k)
	if (speed < m - larger(slower * m, spread(s, k, m)))
		printf "speed fell to %d rows/s, median of %d runs %d; ",
			speed, k, m
	m = median(e, k)
	if (error > m + larger(worse * m, spread(e, k, m)))
		printf "test error rose to %.4f, median of %d runs %.4f",
			error, k, m
}' "$night" "$part.row")
cat "$part.row" >> "$night"
[ -z "$verdict" ] || {
	say "nightly: ${verdict%; }"
	exit 1
}
