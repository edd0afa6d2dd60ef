#!/bin/sh
# Manual pages: no complaint from mandoc, a page for every program, the
# SYNOPSIS' sections in their order, exit statuses listed.
set -u

n=0
result()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

for page in man/*.[1-9]; do
	# Pages to come and the system's own are not at hand everywhere.
	result "mandoc -Tlint $page" "$(mandoc -Tlint -W warning "$page" 2>&1)"
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
