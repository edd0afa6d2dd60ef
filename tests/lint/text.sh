#!/bin/sh
# What must not stand in the text: names of somebody's machine or folders,
# tabs turned into blanks, blanks at the end of a line, left-over markers.
set -u

n=0

# absent NAME PATTERN FILE...
absent()
{
	n=$((n + 1))
	name=$1 pattern=$2
	shift 2
	if found=$(git grep -nIE "$pattern" -- "$@" \
		':!tests/lint/text.sh'); then
		echo "not ok $n - $name"
		echo "$found" | head -n 20 | sed 's/^/# /'
	else
		echo "ok $n - $name"
	fi
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
absent "C is indented by tabs" '^        ' '*.c' '*.h'
absent "comments are sentences between /* and */" '^[ 	]*//' '*.c' '*.h'
absent "no unsafe calls" \
	'\b(strcpy|strcat|sprintf|gets|atoi|atof|atol|alloca|strtok)[ ]*\(' \
	'lib/*.c' 'lib/*.h' 'cmd/*.c' 'cmd/*.h'
echo "1..$n"
