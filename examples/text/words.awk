# words.awk - labelled texts to lines of svmlight, one column for each word.
#
#	awk -v columns=8500 -f words.awk train.tsv train.tsv test.tsv
#
# Lines are LABEL<TAB>TEXT.  The first file is only counted: its `columns` most
# frequent words (by texts they occur in, equal ones by the alphabet) become
# columns 1, 2...  Every file behind it is written to FILE.svm, words of the
# first file's vocabulary only.
#	tfidf=1	(1 + log count) * log(texts / texts with the word), of length 1
#		instead of 1 for each word that occurs
#	pairs=1	neighbouring words are words too
# Blanks, : and # in a label become _.

BEGIN { FS = "\t" }

# Leaves the words of a text in word[1..n].
function split_words(text,   n, i, m)
{
	text = tolower(text)
	gsub(/[^a-z0-9]+/, " ", text)
	n = m = split(text, word, " ")
	if (pairs)
		for (i = 1; i < n; i++)
			word[++m] = word[i] "_" word[i + 1]
	return m
}

# The most frequent words get the lowest numbers.
function choose_columns(   order, w)
{
	order = "LC_ALL=C sort -k1,1nr -k2,2 | head -n " columns \
		" >\"" FILENAME ".words\""
	for (w in texts)
		print texts[w], w | order
	close(order)
	while ((getline line < (FILENAME ".words")) > 0) {
		split(line, field, " ")
		column[field[2]] = ++known
		idf[known] = log(rows / field[1])
	}
}

# Columns of the row, ascending, in found[1..n]; their counts in times[].
function sort_columns(n,   i, k, c)
{
	for (i = 2; i <= n; i++) {
		c = found[i]
		for (k = i - 1; k > 0 && found[k] > c; k--)
			found[k + 1] = found[k]
		found[k + 1] = c
	}
}

FNR == 1 { file++ }

file == 1 {
	n = split_words($2)
	split("", seen)
	for (i = 1; i <= n; i++)
		if (!(word[i] in seen)) {
			seen[word[i]]
			texts[word[i]]++
		}
	rows++
	next
}

file == 2 && FNR == 1 { choose_columns() }

FNR == 1 { out = FILENAME ".svm" }

{
	n = split_words($2)
	split("", times)
	m = 0
	for (i = 1; i <= n; i++) {
		if (!(word[i] in column))
			continue
		c = column[word[i]]
		if (!times[c]++)
			found[++m] = c
	}
	sort_columns(m)
	length2 = 0
	for (i = 1; tfidf && i <= m; i++) {
		value[i] = (1 + log(times[found[i]])) * idf[found[i]]
		length2 += value[i] * value[i]
	}
	gsub(/[ :#]+/, "_", $1)
	line = $1
	for (i = 1; i <= m; i++)
		line = line " " found[i] ":" \
			(tfidf ? sprintf("%.4g", value[i] / sqrt(length2)) : 1)
	print line > out
}
