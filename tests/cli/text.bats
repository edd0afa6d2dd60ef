#!/usr/bin/env bats
# examples/text: words to columns, titles to two parts.

load helper

setup()
{
	needs dl-import dl-cat
	in_scratch
	cat >train.tsv <<-'END'
	hot soup	Red bean soup, RED
	hot soup	red lentil soup
	tea: black	black tea
	END
	printf 'tea: black\tBlack soup & unknown words\n' >test.tsv
}

words()
{
	awk "$@" -f "$ROOT/examples/text/words.awk" train.tsv train.tsv test.tsv
}

@test "text: the most frequent words are the columns" {
	words -v columns=3
	cut -d' ' -f2 train.tsv.words | tr '\n' ' ' | grep -qx 'red soup bean '
	printf 'hot_soup 1:1 2:1 3:1\nhot_soup 1:1 2:1\ntea_black\n' |
		cmp - train.tsv.svm
	printf 'tea_black 2:1\n' | cmp - test.tsv.svm
	dl-import -q --format svmlight --index-base 1 --type 1=enum -o a.dlf \
		train.tsv.svm
	[ "$(dl-cat a.dlf | tail -1)" = tea_black,0,0,0 ]
}

@test "text: pairs of words, and tf-idf of length 1" {
	words -v columns=100 -v pairs=1
	grep -q '^[0-9]* red_bean$' train.tsv.words
	words -v columns=100 -v tfidf=1
	awk '{ for (i = 2; i <= NF; i++) {
			split($i, p, ":")
			if (p[1] <= last)
				exit 1
			last = p[1]
			sum += p[2] * p[2]
		}
		last = 0
		if (NF > 1 && (sum < 0.99 || sum > 1.01))
			exit 1
		sum = 0 }' train.tsv.svm
}

@test "text: equal titles stay together, small categories go" {
	awk 'BEGIN { print "name\tkind\tcategory"
		for (i = 0; i < 300; i++)
			print (i % 150 < 75 ? "Tea " : "TEA ") i % 75 \
				"\tbranded_food\t" (i % 2 ? "Tea" : "Hot")
		print "x\tbranded_food\tRare"
		print "Tea 1\tfoundation_food\tTea" }' >food.tsv
	awk -f "$ROOT/examples/text/titles.awk" food.tsv part
	[ "$(cat part.*.tsv | wc -l)" -eq 150 ]
	run ! grep -q Rare part.train.tsv part.test.tsv
	cut -f2 part.test.tsv | tr a-z A-Z | sort -u >test.names
	cut -f2 part.train.tsv | tr a-z A-Z | sort -u >train.names
	[ -z "$(comm -12 test.names train.names)" ]
	[ "$(wc -l <test.names)" -gt 5 ]
}
