#!/bin/sh
# h2o - the studies' runs on H2O-3 on this machine, for a fair comparison:
# $OUT/h2o/STUDY.csv, in the columns of ours.
# usage: PYTHON=/path/to/python sh examples/studies/h2o.sh network_topology...
#	REFERENCE=out/studies/h2o sh examples/studies/report.sh
# PYTHON names an interpreter with the package h2o; it needs Java.  All of a
# study takes minutes to an hour; a run whose row is there is not made again.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

PYTHON=${PYTHON:-python3}
[ $# -gt 0 ] || fail "name the studies to run: ls $ROOT/share/reference/h2o"
"$PYTHON" -c 'import h2o' 2>/dev/null ||
	fail "$PYTHON has no package h2o:" \
		"name an interpreter that has, PYTHON=..."
mkdir -p "$OUT/h2o" "$OUT/data"
for part in train test; do
	[ -s "$OUT/data/$part.csv" ] || {
		zstd -qdc "$ROOT/share/mnist/$part.csv.zst" \
			>"$OUT/data/$part.part"
		mv "$OUT/data/$part.part" "$OUT/data/$part.csv"
	}
done

for study; do
	list=$ROOT/share/reference/h2o/$study.csv
	rows=$OUT/h2o/$study.csv
	[ -s "$list" ] || fail "no study is called '$study'"
	[ -s "$rows" ] || head -n 1 "$list" >"$rows"
	# the runs that are not there yet, by their parameters
	sed '1d; s/\(,[^,]*\)\{4\}$//' "$list" |
	while IFS= read -r run; do
		! grep -qF -- "$run," "$rows" || continue
		say "$study: $run"
		# shellcheck disable=SC2046 # name=value words are split
		row=$("$PYTHON" "$ROOT/tests/bench/peer_h2o.py" \
			"$OUT/data/train.csv" "$OUT/data/test.csv" \
			$(printf '%s\n' "$run" | tr -d '"') </dev/null \
			2>/dev/null | grep -Ex '([0-9.]+,){3}[0-9.]+' ||
			true)
		[ "$row" ] || fail "H2O failed at $run"
		say "$row"
		printf '%s,%s\n' "$run" "$row" >>"$rows"
	done
	say "wrote $rows"
done
