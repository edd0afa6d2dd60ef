#!/bin/sh
# Read by the scripts of tests/lint: result NAME FAULTS is a check, passed if
# there is no fault.
n=0
result()
{
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		echo "$2" | awk '{ sub(/^(# )?/, "# ") } 1'
	fi
}
