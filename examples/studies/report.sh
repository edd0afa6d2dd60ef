#!/bin/sh
# report - all studies on one page, beside H2O's figures: $OUT/report.html;
# $OUT/summary.svg, test error against training time; and $OUT/compare.md,
# tables of ours, H2O's and the ratio, run by run.
# usage: make studies, or after some of them: sh examples/studies/report.sh
# Environment: REFERENCE, a folder of another program's STUDY.csv
#	(share/reference/h2o), as h2o.sh makes them, and its NAME (H2O)
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

REFERENCE=${REFERENCE:-$ROOT/share/reference/h2o}
NAME=${NAME:-H2O}

# without_epochs FILE: its rows, to be told apart by all else
without_epochs() {
	sed 's/ epochs=[0-9.e-]*//; s/"epochs=[0-9.e-]* /"/' "$1"
}

# compared STUDY OURS THEIRS: a chapter, if the two have runs in common
compared() {
	status=0
	dl-report --compare -f md "$NAME=$3" "dltools=$2" \
		>"$OUT/chapter.part" 2>"$OUT/message.part" || status=$?
	[ $status != 4 ] || return 0
	[ $status = 0 ] || fail "$(cat "$OUT/message.part")"
	printf '## %s\n\n' "$1"
	sed '/^```/,$d' "$OUT/chapter.part" # the table, not the plot
}

# compare STUDY: run by run; where rows were other than those asked for, on as
# many as the other program took
compare() {
	compared "$1" "$OUT/$1.csv" "$REFERENCE/$1.csv"
	[ -s "$OUT/$1-equal.csv" ] || return 0
	without_epochs "$OUT/$1-equal.csv" >"$OUT/ours.part"
	without_epochs "$REFERENCE/$1.csv" >"$OUT/theirs.part"
	compared "$1, on as many rows" "$OUT/ours.part" "$OUT/theirs.part"
}

set --
studies=
for study in "$ROOT"/examples/studies/*_*; do
	name=${study##*/}
	[ -f "$OUT/$name.csv" ] || continue
	studies="$studies $name"
	set -- "$@" "$name=$OUT/$name.csv"
	[ ! -f "$REFERENCE/$name.csv" ] ||
		set -- "$@" --reference "$NAME=$REFERENCE/$name.csv"
done
[ "$studies" ] || fail "no results in $OUT: run make studies"

dl-report -o "$OUT/report.html" --title "The tuning guide's studies" "$@"
dl-report -o "$OUT/summary.svg" --plot error-time "$@"
for name in $studies; do
	[ ! -f "$REFERENCE/$name.csv" ] || compare "$name"
done >"$OUT/compare.part"
mv "$OUT/compare.part" "$OUT/compare.md"
rm -f "$OUT/chapter.part" "$OUT/message.part" "$OUT/ours.part" \
	"$OUT/theirs.part"
say "wrote $OUT/report.html, $OUT/summary.svg and $OUT/compare.md"
