#!/bin/sh
# dl-h2o(7) says of every parameter of H2O what it is here: its table is made
# from the parameters as they are.  Every difference has a test that exists.
set -u

. tests/tools/result.sh

# Differences without a test (FILE:TEXT, the text found in the file) or reason.
missing_tests()
{
	awk -F '\t' 'NR > 1 {
		if ($1 != "Q" NR - 1)
			print "- Q" NR - 1 " is not there"
		else if ($3 == "" && $4 == "")
			print "- " $1 ": no test, no reason"
		else if ($3 != "")
			print $1, $3
	}
	END { if (NR != 47) print "- " NR - 1 " differences" }' \
		lib/conf/h2o_differences.tsv |
		while read -r id test; do
			if [ "$id" = - ]; then
				echo "$test"
			elif ! grep -qF -- "${test#*:}" "${test%%:*}"; then
				echo "$id: no '${test#*:}' in ${test%%:*}"
			fi
		done
}

# What stands between the marks of the page.
in_page()
{
	sed -n '/^\.\\" begin/,/^\.\\" end/p' man/dl-h2o.7 | sed '1d;$d'
}

result "parameters of H2O, ours, a word where they differ" \
	"$(sh tests/tools/h2o_table.sh --check)"
result "man/dl-h2o.7 is what its tables make" "$(
	[ "$(in_page)" = "$(sh tests/tools/h2o_table.sh)" ] ||
		echo "run sh tests/tools/h2o_table.sh --write")"
result "every difference has a test or a reason" "$(missing_tests)"
echo "1..$n"
