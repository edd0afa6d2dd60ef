#!/bin/sh
# Nothing longer than one can hold in mind: functions of at most 40 lines,
# source files of 500, public headers of 150, programs of 250.  Exceptions
# stand in tests/lint/size.allow ("path", or "path:function" and the reason).
# And no function has more than 8 parameters.
set -u

. tests/tools/result.sh

allow=tests/lint/size.allow

allowed()
{
	grep -q "^$1[ 	]" "$allow" 2>/dev/null
}

# report NAME FOUND: what was found fails the check, bar the exceptions.
report()
{
	result "$1" "$(echo "$2" | while read -r what rest; do
		[ -z "$what" ] || allowed "$what" || echo "$what $rest"
	done)"
}

long()
{
	limit=$1
	shift
	for f in "$@"; do
		[ -f "$f" ] || continue
		lines=$(wc -l <"$f")
		[ "$lines" -le "$limit" ] || echo "$f $lines lines"
	done
}

# A function's body stands between "{" and "}" in the first column; its name
# is on the line of its parameters, which begins in the first column too.
functions()
{
	awk '
	FNR == 1 { name = ""; start = 0 }
	/^[A-Za-z_0-9]+\(/ { name = $0; sub(/\(.*/, "", name) }
	/^\{/ { start = FNR }
	/^\}/ {
		if (start && name != "" && FNR - start - 1 > 40)
			print FILENAME ":" name " " FNR - start - 1 " lines"
		start = 0
		name = ""
	}' "$@"
}

# From a name in the first column to "{" in it: commas of the outer brackets.
parameters()
{
	awk '
	/^[A-Za-z_0-9]+\(/ { text = ""; open = 1; name = $0 }
	open { text = text $0 }
	open && /^\{/ {
		sub(/\(.*/, "", name)
		sub(/^KERN_NAME\([a-z_0-9]*\)/, "", text)
		depth = commas = 0
		for (i = 1; i <= length(text); i++) {
			c = substr(text, i, 1)
			depth += (c == "(") - (c == ")")
			commas += c == "," && depth == 1
		}
		if (commas + 1 > 8)
			print FILENAME ":" name " " commas + 1 " parameters"
		open = 0
	}
	/;$/ { open = 0 }' "$@"
}

set -- lib/*/*.c cmd/*.c tests/*/*.c
report "functions have at most 40 lines" "$(functions "$@")"
report "functions have at most 8 parameters" "$(parameters "$@" lib/*/*.h)"
report "files have at most 500 lines" "$(long 500 "$@" lib/*/*.h cmd/*.h)"
report "public headers have at most 150 lines" \
	"$(long 150 lib/include/dltools/*.h)"
report "programs have at most 250 lines" "$(long 250 cmd/dl-*.c)"
echo "1..$n"
