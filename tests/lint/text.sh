#!/bin/sh
# What must not stand in the text: names of somebody's machine or folders,
# tabs turned into blanks, blanks at the end of a line, left-over markers,
# lines that are too long.
set -u

. tests/tools/result.sh

# absent NAME PATTERN FILE...
absent()
{
	name=$1 pattern=$2
	shift 2
	result "$name" "$(git grep -nIE "$pattern" -- "$@" \
		':!tests/lint/text.sh')"
}

# wide FILE...: lines of more than 80 columns, tabs of 8.  A line that is one
# word, such as a checksum or an address, cannot be broken and may be longer.
wide()
{
	# shellcheck disable=SC2046 # our names have no blanks
	awk '
	function columns(text,    n, tab) {
		n = 0
		while ((tab = index(text, "\t")) > 0) {
			n += tab - 1
			n += 8 - n % 8
			text = substr(text, tab + 1)
		}
		return n + length(text)
	}
	columns($0) > 80 {
		word = $0
		sub(/^[ \t]*([*#][ \t]+)?/, "", word)
		sub(/[ \t]+\\$/, "", word)
		if (word ~ /[ \t]/)
			print FILENAME ":" FNR ":" $0
	}' $(git ls-files -- "$@")
}

git rev-parse --git-dir >/dev/null 2>&1 || {
	echo "ok 1 - not a git clone # SKIP"
	echo "1..1"
	exit 0
}
absent "no paths of one machine" \
	'/(home|work|root|Users|shared)/[a-z]|^<<<<<<< |^>>>>>>> ' .
absent "no blank at the end of a line" '[ 	]+$' '*.c' '*.h' '*.sh' \
	'*.bats' Makefile '*.md' '*.def'
result "no line over 80 columns" "$(wide '*.c' '*.h' '*.sh' '*.awk' '*.py' \
	'*.gp' '*.bats' '*.bash' '*.mk' Makefile .ci)"
absent "C is indented by tabs" '^        ' '*.c' '*.h'
absent "comments are sentences between /* and */" '^[ 	]*//' '*.c' '*.h'
absent "no unsafe calls" \
	'\b(strcpy|strcat|sprintf|gets|atoi|atof|atol|alloca|strtok)[ ]*\(' \
	'lib/*.c' 'lib/*.h' 'cmd/*.c' 'cmd/*.h'
echo "1..$n"
