#!/bin/sh
# report - all studies on one page, beside H2O's figures: $OUT/report.html, and
# $OUT/summary.svg, test error against training time.
# usage: make studies, or after some of them: sh examples/studies/report.sh
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

ours=
theirs=
for study in "$ROOT"/examples/studies/*_*; do
	name=${study##*/}
	csv=$OUT/$name.csv
	[ -f "$csv" ] || continue
	ours="$ours $name=$csv"
	theirs="$theirs --reference H2O=$ROOT/share/reference/h2o/$name.csv"
done
[ "$ours" ] || fail "no results in $OUT: run make studies"

# shellcheck disable=SC2086 # lists of words
dl-report -o "$OUT/report.html" --title "The tuning guide's studies" \
	$theirs $ours
# shellcheck disable=SC2086
dl-report -o "$OUT/summary.svg" --plot error-time $theirs $ours
say "wrote $OUT/report.html and $OUT/summary.svg"
