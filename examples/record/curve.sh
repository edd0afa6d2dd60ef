#!/bin/sh
# curve - the record run's error against time, beside what H2O's authors
# published: $1/curve.svg from $1/record.history.csv.
# usage: sh examples/record/curve.sh out/record
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"

[ $# -eq 1 ] || fail "one folder is needed: that of record.history.csv"
head="parameters,training samples,training time,training speed,test set error"

# the best error so far, each time that it falls
awk -F, -v head="$head" '
NR == 1 {
	print head
	for (i = 1; i <= NF; i++)
		at[$i] = i
	next
}
{
	error = $at["validation_classification_error"]
	if (error == "" || (best != "" && error >= best))
		next
	best = error
	epochs = sprintf("%.0f", $at["epochs"])
	printf "run=%s epochs,%s,%s,%s,%s\n", epochs, $at["samples"],
		$at["wall_s"], $at["training_speed"], error
}' "$1/record.history.csv" > "$1/record.csv"

# hours become seconds; quoted cells have commas in them
sed 's/"[^"]*"/net/' "$ROOT/share/reference/published.csv" |
	awk -F, -v head="$head" '
	NR == 1 { print head }
	$1 == "record" {
		printf "run=%s h on %s,%s,%s,%s,%s\n", $6, $3, $4,
			$6 * 3600, $5, $7
	}' > "$1/published.csv"
dl-report -o "$1/curve.svg" --plot error-time \
	--reference "H2O's authors=$1/published.csv" "dltools=$1/record.csv"
say "wrote $1/curve.svg"
