#!/usr/bin/env bats
# Wrong things: each says one clear line, returns the documented status and
# leaves nothing behind.
# sanitize

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 400 >small.csv
	head -n 101 small.csv >test.csv
	if command -v dl-import >/dev/null; then
		dl-import -q -o small.dlf small.csv
		dl-import -q --like small.dlf -o test.dlf test.csv
	fi
	if command -v dl-train >/dev/null; then
		dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o small.dlm \
			small.dlf
	fi
}

setup()
{
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# flip FILE OFFSET: change one bit of the byte at OFFSET.
flip()
{
	local byte
	byte=$(od -An -v -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf '%03o' $((byte ^ 4)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "import: missing file" {
	needs dl-import
	fails 3 "'no.csv'.*No such file" dl-import -o out.dlf no.csv
}

@test "import: a directory" {
	needs dl-import
	mkdir dir
	fails 3 "'dir'.*[Ii]s a directory" dl-import -o out.dlf dir
}

@test "import: empty file" {
	needs dl-import
	: >empty.csv
	fails 3 "empty\.csv.*empty" dl-import -o out.dlf empty.csv
}

@test "import: header only" {
	needs dl-import
	echo a,b,c >head.csv
	fails 3 "head\.csv.*(header|no rows)" \
		dl-import --header yes -o out.dlf head.csv
}

@test "import: ragged row" {
	needs dl-import
	printf 'a,b,c\n1,2,3\n4,5\n6,7,8\n' >ragged.csv
	fails 3 "ragged\.csv:3" dl-import -o out.dlf ragged.csv
}

@test "import: a row cut short at the end" {
	needs dl-import
	printf 'a,b,c\n1,2,3\n4,5' >cut.csv
	fails 3 "cut\.csv:3" dl-import -o out.dlf cut.csv
}

@test "import: unclosed quote" {
	needs dl-import
	printf 'a,b\n1,2\n"3,4\n5,6\n' >quote.csv
	fails 3 "quote\.csv:3.*quote" dl-import -o out.dlf quote.csv
}

@test "import: NUL byte" {
	needs dl-import
	printf 'a,b\n1,2\n3\0,4\n' >nul.csv
	fails 3 "nul\.csv:3.*NUL" dl-import -o out.dlf nul.csv
}

@test "import: text in a column forced to num" {
	needs dl-import
	printf 'a,b\n1,2\n3,four\n' >text.csv
	fails 3 "text\.csv:3:2.*'four'" \
		dl-import --type b=num -o out.dlf text.csv
}

@test "import: fewer rows than expected" {
	needs dl-import
	fails 3 "400" dl-import --expect-rows 401 -o out.dlf small.csv
}

@test "import: compressed input cut off" {
	needs dl-import zstd
	zstd -q small.csv
	head -c 1000 small.csv.zst >half.csv.zst
	fails 3 "half\.csv\.zst" dl-import -o out.dlf half.csv.zst
}

@test "import: output to a full device" {
	needs dl-import
	fails 6 "/dev/full.*No space" dl-import -q -o /dev/full small.csv
}

@test "import: output folder is not there" {
	needs dl-import
	fails 6 "no/out\.dlf" dl-import -q -o no/out.dlf small.csv
}

@test "every program: an unknown option suggests the nearest" {
	needs dl-import dl-cat dl-train dl-score dl-cm dl-inspect
	fails 2 "'?--delimeter'?.*--delimiter" dl-import --delimeter , small.csv
	fails 2 "'?--hiden'?.*--hidden" dl-train -y y --hiden 4 small.dlf
	fails 2 "'?--actul'?.*--actual" dl-score -m small.dlm --actul small.dlf
	fails 2 "'?--rat'?.*--rate" dl-cm --rat small.csv
	fails 2 "--" dl-cat --no-such-thing-at-all small.dlf
	fails 2 "--" dl-inspect --no-such-thing-at-all small.dlf
}

@test "train: missing frame, directory, CSV in place of a frame" {
	needs dl-train
	mkdir dir
	fails 3 "'no.dlf'.*No such file" dl-train -y y -o out.dlm no.dlf
	fails 3 "'dir'" dl-train -y y -o out.dlm dir
	fails 3 "small\.csv.*frame" dl-train -y y -o out.dlm small.csv
}

@test "train: a frame cut off at any of ten places" {
	needs dl-train
	local size n
	size=$(wc -c <small.dlf)
	for n in 0 1 8 100 $((size / 4)) $((size / 2)) $((size * 3 / 4)) \
		$((size - 64)) $((size - 8)) $((size - 1)); do
		head -c "$n" small.dlf >cut.dlf
		fails 3 "cut\.dlf" dl-train -q -y y -o out.dlm cut.dlf
	done
}

@test "train: a frame with one bit flipped" {
	needs dl-train
	local size i
	size=$(wc -c <small.dlf)
	for i in 1 2 3 4 5 6 7 8 9; do
		cp small.dlf flip.dlf
		flip flip.dlf $((size * i / 10))
		fails 3 "flip\.dlf" dl-train -q -y y -o out.dlm flip.dlf
	done
}

@test "train: response not in the frame" {
	needs dl-train
	fails 4 "'?yy'?" dl-train -q -y yy -o out.dlm small.dlf
	fails 4 "'?color2'?.*color" dl-train -q -y color2 -o out.dlm small.dlf
}

@test "train: response with one level" {
	needs dl-import dl-train
	awk -F, 'NR == 1 || $5 == "low"' OFS=, small.csv >one.csv
	dl-import -q -o one.dlf one.csv
	fails 4 "'?y'?.*(level|constant)" dl-train -q -y y -o out.dlm one.dlf
}

@test "train: values out of range and bad combinations" {
	needs dl-train
	fails 2 "epochs" dl-train -q -y y --epochs -1 -o out.dlm small.dlf
	fails 2 "rho" dl-train -q -y y --rho abc -o out.dlm small.dlf
	fails 2 "hidden" dl-train -q -y y --hidden 0 -o out.dlm small.dlf
	fails 2 "hidden_dropout_ratios|hidden-dropout-ratios" \
		dl-train -q -y y --hidden 4 --hidden-dropout-ratios 0.5 \
		-o out.dlm small.dlf
	fails 2 "max_runtime_secs|max-runtime" \
		dl-train -q -y y --reproducible --max-runtime-secs 1 \
		-o out.dlm small.dlf
}

@test "train: output to a full device" {
	needs dl-train
	fails 6 "/dev/full.*No space" \
		dl-train -q -y y --hidden 4 --epochs 1 -o /dev/full small.dlf
}

@test "train: output folder is not there" {
	needs dl-train
	fails 6 "no/out\.dlm" dl-train -q -y y --hidden 4 --epochs 1 \
		-o no/out.dlm small.dlf
}

@test "score: missing model, wrong kind of file" {
	needs dl-score
	fails 3 "'no.dlm'.*No such file" dl-score -m no.dlm small.dlf
	fails 3 "small\.dlf.*model" dl-score -m small.dlf small.dlf
	fails 3 "small\.csv.*model" dl-score -m small.csv small.dlf
}

@test "score: a model cut off at any of ten places" {
	needs dl-score
	local size n
	size=$(wc -c <small.dlm)
	for n in 0 1 8 100 $((size / 4)) $((size / 2)) $((size * 3 / 4)) \
		$((size - 64)) $((size - 8)) $((size - 1)); do
		head -c "$n" small.dlm >cut.dlm
		fails 3 "cut\.dlm" dl-score -m cut.dlm test.dlf
	done
}

@test "score: a model with one bit flipped" {
	needs dl-score
	local size i
	size=$(wc -c <small.dlm)
	for i in 1 2 3 4 5 6 7 8 9; do
		cp small.dlm flip.dlm
		flip flip.dlm $((size * i / 10))
		fails 3 "flip\.dlm" dl-score -m flip.dlm test.dlf
		[ ! -s "$BATS_TEST_TMPDIR/.out" ]
	done
}

@test "score: a test frame lacking a column, strictly" {
	needs dl-import dl-score
	cut -d, -f1,3- test.csv >less.csv
	dl-import -q -o less.dlf less.csv
	fails 4 "'?b'?" dl-score -m small.dlm --strict less.dlf
	fails 4 "'?b'?" dl-score -m small.dlm --missing-columns error less.dlf
}

@test "score: a CSV without header of another width" {
	needs dl-score
	sed 1d test.csv | cut -d, -f1,2 >narrow.csv
	fails 4 "narrow\.csv" dl-score -m small.dlm --header no narrow.csv
}

@test "score: no column in common" {
	needs dl-import dl-score
	printf 'p,q\n1,2\n3,4\n' >other.csv
	dl-import -q -o other.dlf other.csv
	fails 4 "column" dl-score -m small.dlm other.dlf
}

@test "score: output to a full device" {
	needs dl-score
	fails 6 "No space" sh -c "dl-score -m small.dlm test.dlf >/dev/full"
}

@test "every program: closed stdout" {
	needs dl-import dl-cat dl-train dl-score dl-cm dl-inspect
	fails 6 "output" sh -c "dl-score -m small.dlm test.dlf >&-"
	fails 6 "output" sh -c "dl-cat small.dlf >&-"
	fails 6 "output" sh -c "dl-inspect small.dlf >&-"
	fails 6 "output" sh -c \
		"dl-score -m small.dlm --actual test.dlf | dl-cm >&-"
	fails 6 "output" sh -c "dl-cm --help >&-"
}

@test "every program: stdout is a full device" {
	needs dl-import dl-cat dl-score dl-cm dl-inspect
	fails 6 "No space" sh -c "dl-cat small.dlf >/dev/full"
	fails 6 "No space" sh -c "dl-inspect small.dlf >/dev/full"
	dl-score -m small.dlm --actual test.dlf >scores.csv
	fails 6 "No space" sh -c "dl-cm scores.csv >/dev/full"
}

@test "cm: missing file, directory, empty, ragged, missing column" {
	needs dl-cm
	mkdir dir
	: >empty.csv
	printf 'actual,predict\na,b\na\n' >ragged.csv
	printf 'actual,guess\na,b\n' >lacking.csv
	fails 3 "'no.csv'.*No such file" dl-cm no.csv
	fails 3 "'dir'" dl-cm dir
	fails 3 "empty\.csv" dl-cm empty.csv
	fails 3 "ragged\.csv:3" dl-cm ragged.csv
	fails 4 "'?predict'?" dl-cm lacking.csv
}

@test "cm: a gate that is not met" {
	needs dl-cm
	printf 'actual,predict\na,b\na,a\n' >half.csv
	run -1 dl-cm --fail-if 'error>0.4' half.csv
	run -0 dl-cm --fail-if 'error>0.6' half.csv
	fails 2 "eror" dl-cm --fail-if 'eror>0.6' half.csv
}

@test "the old output stays when a run fails" {
	needs dl-import dl-train
	printf 'a,b\n1,2\n3\n' >bad.csv
	echo precious >out.dlf
	fails 3 "bad\.csv:3" dl-import -o out.dlf bad.csv
	[ "$(cat out.dlf)" = precious ]
	echo precious >out.dlm
	fails 4 "nothing" dl-train -y nothing -o out.dlm small.dlf
	[ "$(cat out.dlm)" = precious ]
}
