# titles.awk - product titles with their category, divided by a hash of the
# title so that equal titles stay together.
#
#	awk -f titles.awk food.tsv OUT
#
# Input: NAME<TAB>KIND<TAB>CATEGORY with a header; branded foods only.  Of equal
# lines one is kept, and categories with 20 lines or more; every fifth title by
# its hash goes to OUT.test.tsv, the others to OUT.train.tsv, both
# CATEGORY<TAB>NAME.

BEGIN {
	FS = "\t"
	prefix = ARGV[2]
	ARGC = 2
	for (i = 32; i < 127; i++)
		code[sprintf("%c", i)] = i
}

FNR > 1 && $2 == "branded_food" && $1 != "" && $3 != "" && !(($1, $3) in seen) {
	seen[$1, $3]
	name[++n] = $1
	category[n] = $3
	rows[$3]++
}

function hash(s,   h, i)
{
	h = 7
	for (i = length(s); i > 0; i--)
		h = (h * 257 + code[substr(s, i, 1)]) % 16777213
	return h
}

END {
	for (i = 1; i <= n; i++) {
		if (rows[category[i]] < 20)
			continue
		part = hash(tolower(name[i])) % 5 ? "train" : "test"
		print category[i] "\t" name[i] > (prefix "." part ".tsv")
	}
}
