#!/bin/sh
# h2o_table.sh: the generated part of dl-h2o(7), from lib/conf/h2o.tsv,
# lib/conf/h2o_differences.tsv and the options of dl-train.  With --check, what
# is wrong with them instead; with --write, man/dl-h2o.7 gets it.
set -u

bin=${BIN:-bin}
check=0
[ "${1:-}" = --check ] && check=1
if [ "${1:-}" = --write ]; then
	page=$(sed '/^\.\\" begin/q' man/dl-h2o.7
		sh "$0"
		sed -n '/^\.\\" end/,$p' man/dl-h2o.7)
	printf '%s\n' "$page" >man/dl-h2o.7
	exit
fi

"$bin/dl-train" --dump-options | awk -F '\t' -v check=$check \
	-v table=lib/conf/h2o.tsv -v differences=lib/conf/h2o_differences.tsv '
# Parameters come behind the options of the program, up to the end.
$1 == "model-id" { here = 1 }
here && $4 != "alias" {
	name = $1
	gsub(/-/, "_", name)
	order[++n] = name
	initial[name] = $6
}
function equal(a, b)
{
	if (a ~ /^[-+0-9.e]+$/ && b ~ /^[-+0-9.e]+$/)
		return a + 0 == b + 0
	return a == b
}
function text(s)
{
	gsub(/\\/, "\\e", s)
	gsub(/-/, "\\-", s)
	gsub(/\. /, ".\n", s)
	return s
}
function cell(s)
{
	return s == "" ? "none" : text(s)
}
END {
	while ((getline line <table) > 0) {
		split(line, f, "\t")
		if (f[1] == "parameter")
			continue
		if (f[1] in h2o)
			wrong = wrong f[1] ": twice in " table "\n"
		h2o[f[1]] = f[2]
		note[f[1]] = f[3]
		if (!(f[1] in initial))
			wrong = wrong f[1] ": no parameter of dl-train\n"
		else if (!equal(f[2], initial[f[1]]) && f[3] == "")
			wrong = wrong f[1] ": default " initial[f[1]] \
				", in H2O " f[2] ", and no word about it\n"
	}
	if (check) {
		printf "%s", wrong
		exit
	}
	print ".Bl -column \"keep_cross_validation_fold_assignment\" " \
		"\"UniformAdaptive\" \"the same\""
	print ".It Em Parameter Ta Em H2O Ta Em dl-train"
	for (i = 1; i <= n; i++)
		if (order[i] in h2o)
			print ".It " order[i] " Ta " cell(h2o[order[i]]) \
				" Ta " \
				(equal(h2o[order[i]], initial[order[i]]) \
				? "the same" : cell(initial[order[i]]))
	print ".El"
	print ".Pp"
	print "What differs beside the default:"
	print ".Bl -tag -width Ds"
	for (i = 1; i <= n; i++)
		if (note[order[i]] != "") {
			print ".It Cm " order[i]
			print text(note[order[i]])
		}
	print ".El"
	print ".Ss What dl\\-train does where H2O does something else"
	print "The numbers are those by which the tests name what H2O does;"
	print "Q29 and Q43 are about averaging nets, and here all threads"
	print "train one net."
	print ".Bl -tag -width Q00"
	while ((getline line <differences) > 0) {
		split(line, f, "\t")
		if (f[1] ~ /^Q/ && f[2] != "") {
			print ".It " f[1]
			print text(f[2])
		}
	}
	print ".El"
}'
