#!/bin/sh
# Manual pages: no complaint from mandoc, a page for every program, the
# SYNOPSIS' sections in their order, exit statuses listed, tables of 80 columns.
set -u

. tests/tools/result.sh

# Tables whose columns are narrower than a cell (the last one breaks its lines),
# or together wider than a page, which groff cannot set.
wide_tables()
{
	awk '
	function plain(s) {
		gsub(/\\&|"/, "", s)
		gsub(/\\\(..|\\./, "x", s)
		gsub(/(^| )(Ar|Cm|Em|Fl|Li|Pa|Sy|Va) /, " ", s)
		gsub(/^ +| +$/, "", s)
		return s
	}
	function say(what) {
		print FILENAME ":" FNR ": " what
	}
	/^\.Bl -column/ {
		n = split($0, w, "\"")
		sum = /-offset indent/ ? 7 : 1
		columns = 0
		for (i = 2; i <= n; i += 2) {
			width[++columns] = length(w[i])
			sum += length(w[i]) + 4
		}
		if (sum > 78)
			say("table of " sum " columns")
	}
	/^\.El/ { columns = 0 }
	columns && /^\.It/ {
		n = split(substr($0, 5), cell, " Ta ")
		for (i = 1; i < n; i++)
			if (length(plain(cell[i])) > width[i])
				say("wide: " plain(cell[i]))
	}' "$1"
}

for page in man/*.[1-9]; do
	# Pages to come and the system's own are not at hand everywhere.
	result "mandoc -Tlint $page" "$(mandoc -Tlint -W warning "$page" 2>&1)"
	result "$page: tables fit" "$(wide_tables "$page")"
done
for tool in cmd/dl-*.c; do
	name=$(basename "$tool" .c)
	page=man/$name.1
	if [ ! -f "$page" ]; then
		result "$name has a manual page" "$page is missing"
		continue
	fi
	result "$name's page has its sections" "$(
		for s in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES; do
			grep -q "^\.Sh $s" "$page" || echo "$page: no $s"
		done)"
done
echo "1..$n"
