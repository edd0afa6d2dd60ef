#!/usr/bin/env bats
# Limits, signals, options that make no sense together, numbers beyond all
# measure: one clear line, the documented status, nothing left behind.
# sanitize

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 400 >small.csv
	printf 'a,y\n1,1\n2,0\n3,1\n4,0\n' >number.csv
	dl-import -q -o small.dlf small.csv
	dl-import -q -o number.dlf number.csv
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o small.dlm small.dlf
	dl-score -q -m small.dlm --actual -o scores.csv small.dlf
}

setup()
{
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

@test "a file larger than the limit is an error like a full disk" {
	fails 6 "too large" sh -c \
		"ulimit -f 1; dl-import -q -o out.dlf small.csv"
	fails 6 "too large" sh -c \
		"ulimit -f 1; dl-train -q -y y --hidden 4 -o out.dlm small.dlf"
	fails 6 "too large" sh -c \
		"ulimit -f 1; dl-score -q -m small.dlm -o out.csv small.dlf"
}

@test "who is killed while writing leaves nothing behind" {
	mkfifo in
	for tool in "dl-import -q --on-error skip --rejects r.tsv -o out" \
		"dl-score -q -m small.dlm -o out"; do
		# shellcheck disable=SC2086 # words
		$tool in &
		pid=$!
		exec 9>in
		cat small.csv >&9
		for _ in $(seq 100); do
			[ -n "$(find . -name '.dltools-*')" ] && break
			sleep 0.05
		done
		kill -TERM "$pid"
		status=0
		wait "$pid" || status=$?
		exec 9>&-
		[ "$status" -eq 143 ]
		[ ! -e out ]
		[ -z "$(find . -name '.dltools-*')" ]
	done
}

@test "a name with a line end makes no second line" {
	fails 3 "no.nsuch" dl-cat $'no\nsuch'
	[ "$(wc -l <"$BATS_TEST_TMPDIR/.err")" -eq 1 ]
}

@test "import: lines to skip beyond the end, and beyond 64 bits" {
	fails 3 "empty" dl-import --skip-lines 9000000000000000000 -o out.dlf \
		small.csv
	fails 2 "64 bits" dl-import --skip-lines 99999999999999999999 \
		-o out.dlf small.csv
}

@test "import: a delimiter that is the quote or the escape" {
	fails 2 "quote" dl-import --quote , -o out.dlf small.csv
	fails 2 "escape" dl-import -d , --escape , -o out.dlf small.csv
}

@test "import: --adapt alone, two outputs on standard output" {
	fails 2 "--like" dl-import --adapt -o out.dlf small.csv
	fails 2 "standard output" dl-import --summary - small.csv
	fails 2 "standard output" dl-import --on-error skip --rejects - \
		small.csv
}

@test "import: options that the input has no use for" {
	fails 2 "svmlight" dl-import --index-base 1 -o out.dlf small.csv
	fails 3 "no archive" dl-import --member a -o out.dlf small.csv
	gzip -k small.csv
	fails 3 "no archive" dl-import --member a -o out.dlf small.csv.gz
}

@test "import: a format that is none" {
	fails 2 "%Q" dl-import --type a=time:%Q -o out.dlf small.csv
	fails 2 "format" dl-import --type a=time: -o out.dlf small.csv
}

@test "import, cm: a frame or a model is no text" {
	for f in small.dlf small.dlm; do
		fails 3 "not text" dl-import -o out.dlf "$f"
		fails 3 "not text" dl-cm "$f"
		fails 3 "not text" sh -c "cat $f | dl-import -o out.dlf -"
	done
}

@test "train: a response whose spread no double holds" {
	printf 'a,b\n1,1e308\n2,-1e308\n3,3\n' >huge.csv
	dl-import -q -o huge.dlf huge.csv
	fails 5 "'b'" dl-train -q -y b --hidden 4 -o out.dlm huge.dlf
}

@test "train: epochs without end are not none" {
	dl-train -q -y y --hidden 4 --epochs 1e300 --max-runtime 0.2 \
		--seed 1 -o out.dlm number.dlf
	[ "$(dl-inspect --history --csv out.dlm | tail -n 1 | cut -d, -f6)" \
		-gt 0 ] ||
		dl-inspect --history --csv out.dlm | awk -F, '$6 > 0' | grep .
}

@test "train: a test frame that does not fit is found before training" {
	fails 4 "test.*'color'" dl-train -q -y y --hidden 4 --test number.dlf \
		-o out.dlm small.dlf
	fails 4 "validation.*'color'" dl-train -q -y y --hidden 4 \
		--valid number.dlf -o out.dlm small.dlf
}

@test "score: formats of a thousand digits" {
	fails 2 "ofmt" dl-score -m small.dlm --ofmt %.999999999f small.dlf
	fails 2 "ofmt" dl-score -m small.dlm --ofmt %999999g small.dlf
	fails 2 "nothing else" dl-score -m small.dlm --ofmt %g, small.dlf
	fails 2 "nothing else" dl-score -m small.dlm --ofmt 'x%g' small.dlf
	dl-score -q -m small.dlm --ofmt %12.4f small.dlf >/dev/null
}

@test "score: options that exclude each other" {
	fails 2 "exclude" dl-score -m small.dlm -k 2 --output label small.dlf
	fails 2 "exclude" dl-score -m small.dlm -k 2 --layer 1 small.dlf
	fails 2 "exclude" dl-score -m small.dlm --layer 1 --output raw small.dlf
	fails 2 "standard input" sh -c "dl-score -m - - <small.dlm"
}

@test "score: metrics that cannot be written are found at once" {
	fails 6 "no/m" dl-score -q -m small.dlm --metrics no/m -o out.csv \
		small.dlf
	[ ! -s "$BATS_TEST_TMPDIR/.out" ]
}

@test "cm: options that exclude each other" {
	fails 2 "exclude" dl-cm --error --metrics scores.csv
	fails 2 "exclude" dl-cm --error --top 3 scores.csv
}

@test "train: a model's parameters are a config file" {
	dl-train -q -y y --hidden 4 --epochs 1 --reproducible --seed 3 \
		-o one.dlm small.dlf
	dl-inspect --params one.dlm >one.cfg
	dl-train -q --config one.cfg -o two.dlm small.dlf
	dl-inspect --params two.dlm | cmp - one.cfg
	fails 2 "one net; --average-decay" dl-train -q -y y \
		--elastic-averaging -o out.dlm small.dlf
}

@test "train: a config file with a NUL byte is not read half" {
	printf 'hidden = 4\0\nepochs = x\n' >nul.cfg
	fails 3 "NUL" dl-train -q -y y --config nul.cfg -o out.dlm small.dlf
}

@test "cm: a name that two columns have" {
	printf 'actual,predict,actual\na,b,a\n' >twice.csv
	fails 4 "2 columns 'actual'" dl-cm twice.csv
	run -0 dl-cm --error -a 3 twice.csv
	[ "$output" = 1 ]
}

@test "train: a mini-batch beyond memory and table" {
	fails 2 "more than 100000 and than the .* rows there are" \
		dl-train -q -y y --mini-batch-size 2000000000 -o out.dlm \
		small.dlf
}

@test "numbers that no float holds are named before training" {
	local v o
	for v in 1e39 1e300 1e308; do
		awk -v v=$v 'BEGIN { print "a,b,y"; for (i = 0; i < 300; i++)
			print (i == 5 ? v : i % 7) "," i % 5 "," i % 11
		}' >a.csv
		dl-import -q -o a.dlf a.csv
		fails 5 "column 'a': values from 0 to" dl-train -q -y y \
			--no-standardize -o out.dlm a.dlf
	done
	fails 5 "response 'a': cannot be scaled" dl-train -q -y a \
		-o out.dlm a.dlf
	fails 5 "response 'a': values .* beyond float range" \
		dl-train -q -y a --no-standardize -o out.dlm a.dlf
	# what is scaled well is trained
	for o in --standardize --sparse --scaling=MinMax; do
		dl-train -q -y y $o --epochs 1 --hidden 3 -o a.dlm a.dlf
	done
	awk 'BEGIN { print "a,y"; for (i = 0; i < 300; i++)
		print i % 7 "," i % 11 * 1e-170 }' >b.csv
	dl-import -q -o b.dlf b.csv
	fails 5 "response 'y': cannot be scaled" dl-train -q -y y \
		-o out.dlm b.dlf
	fails 5 "response 'y': values .* below float range" \
		dl-train -q -y y --no-standardize -o out.dlm b.dlf
}

@test "runs with more parameters than measures" {
	cat >runs.csv <<-END
	parameters,training time,test set error
	"hidden=8 epochs=1 seed=1 l1=0 l2=0 rho=0.9 rate=0.1",1,0.5
	"hidden=9 epochs=2 seed=2 l1=1 l2=1 rho=0.8 rate=0.2",2,0.4
	END
	dl-report --table -f csv runs.csv | head -n 1 |
		grep -q '^hidden,.*test_set_error'
	dl-report --table runs.csv | grep -q 0.4
}
