#!/usr/bin/env bats
# Encodings of categories and hashing: a model codes every table that it scores
# as it coded the one it was trained on.

load helper

# Levels c0 .. c39 of `city`, some frequent; y depends on them.
city_table()
{
	awk -v from="$1" -v to="$2" 'BEGIN {
		print "city,size,x,y"
		split("s m l", size, " ")
		for (i = from; i <= to; i++) {
			k = int((i * 7919) % 1600 / 40)
			k = int(k * k / 40)
			c = i % 29 ? "c" k : ""
			print c "," size[i * 31 % 3 + 1] "," i * 37 % 101 \
				"," k * 3 + i * 37 % 101 / 10
		}
	}'
}

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	command -v dl-import >/dev/null || return 0
	city_table 1 800 >city.csv
	city_table 801 1000 | sed '5s/^c[0-9]*/elsewhere/' >test.csv
	dl-import -q -o city.dlf city.csv
	# its own levels, in another order and number
	dl-import -q -o test.dlf test.csv
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

fast="-q -y y --hidden 8 --epochs 2 --seed 5 --reproducible"
kinds="--categorical-encoding=OneHotInternal --categorical-encoding=Binary
	--categorical-encoding=Eigen --categorical-encoding=LabelEncoder
	--categorical-encoding=SortByResponse
	--categorical-encoding=EnumLimited --max-categorical-features=7
	--max-categorical-features=2147483647"

@test "every encoding: frames, text and neighbours give the same scores" {
	local kind
	for kind in $kinds; do
		# shellcheck disable=SC2086 # a list of options
		dl-train $fast "$kind" -o m.dlm city.dlf
		dl-score -q -m m.dlm --actual test.dlf >want
		[ "$(wc -l <want)" -eq 201 ]
		dl-score -q -m m.dlm --actual test.csv | cmp - want
		{ sed -n 1p test.csv; sed -n 5p test.csv; } |
			dl-score -q -m m.dlm --actual - >alone
		sed -n '1p;5p' want | cmp - alone
		dl-score -m m.dlm test.csv 2>&1 >/dev/null |
			grep -q "column 'city': 1 cells with levels"
		fails 4 "column 'city' .* has a level" \
			dl-score -m m.dlm --strict -o out test.csv
		fails 4 "column 'city' .* has a level" \
			dl-score -m m.dlm --strict -o out test.dlf
	done
}

@test "an unseen level is scored like a missing one" {
	local kind
	sed '5s/^[^,]*//' test.csv >missing.csv
	for kind in $kinds; do
		# shellcheck disable=SC2086
		dl-train $fast "$kind" -o m.dlm city.dlf
		dl-score -q -m m.dlm test.csv >a
		dl-score -q -m m.dlm missing.csv | cmp - a
		# and like no known one, unless they share a bucket
		[[ "$kind" != *features=7 ]] || continue
		{ sed -n 1p test.csv
			cut -d, -f1 city.csv | sort -u | grep 'c[0-9]' |
				while read -r level; do
					sed -n "5s/^[^,]*/$level/p" test.csv
				done
		} | dl-score -q -m m.dlm - >known
		[ "$(wc -l <known)" -gt 20 ]
		run ! grep -qx -- "$(sed -n 5p a)" known
	done
}

@test "encodings of classes, with weights, without the first level" {
	local kind
	awk -F, -v OFS=, 'NR == 1 { print $0, "w"; next }
		{ $4 = $4 > 40 ? "big" : "small"; print $0, NR % 3 }' \
		city.csv >class.csv
	dl-import -q -o class.dlf class.csv
	for kind in $kinds; do
		# shellcheck disable=SC2086
		dl-train $fast "$kind" --weights-column w --epochs 5 \
			--no-use-all-factor-levels -o m.dlm class.dlf
		dl-score -q -m m.dlm class.dlf >want
		dl-score -q -m m.dlm class.csv | cmp - want
		dl-score -m m.dlm --metrics - class.dlf |
			sed 's/.*"AUC":\([0-9.]*\).*/\1/' >auc
		awk '$1 < 0.6 { exit 1 }' auc
	done
}

@test "hashing: a bucket per unit; going on with another seed keeps them" {
	# shellcheck disable=SC2086
	dl-train $fast --max-categorical-features 7 -o m.dlm city.dlf
	dl-train -q -y y --hidden 8 --reproducible --seed 6 --epochs 2.5 \
		--max-categorical-features 7 --checkpoint m.dlm -o n.dlm \
		city.dlf
	for m in m n; do
		grep -ao '"hash_seed":[0-9]*\|\\"hash_seed\\":[0-9]*' $m.dlm
	done >seeds
	[ "$(sort -u seeds | wc -l)" -eq 1 ]
	grep -q 5 seeds
	dl-inspect m.dlm | grep -q "8"
}

# Sums of contributions, unit by unit and column by column, are the score.
@test "importances and contributions: a line per input, sums that add up" {
	local kind n by
	for kind in $kinds; do
		# shellcheck disable=SC2086
		dl-train $fast "$kind" --no-standardize -o m.dlm city.dlf
		n=$(text m.dlm 't["net"]["inputs"]')
		[ "$(dl-inspect --varimp --csv m.dlm | wc -l)" -eq $((n + 1)) ]
		for by in "" --contrib-units; do
			# shellcheck disable=SC2086
			dl-score -q -m m.dlm --contrib ig $by test.csv >c
			awk -F, 'NR == 1 { n = NF; next }
				{ s = 0
				for (i = 2; i <= NF; i++) s += $i
				if (NF != n ||
				    (s - $1) ^ 2 > 1e-3 * (1 + $1 ^ 2))
					bad = bad $0 "\n" }
				END { printf "%s", bad; exit bad != "" }' c
		done
	done
	dl-train $fast --max-categorical-features 3 -o m.dlm city.dlf
	dl-score -q -m m.dlm --contrib ig test.csv | sed -n 1p | grep -q \
		'hash.0,hash.1,hash.2'
	dl-inspect --varimp --csv m.dlm | grep -q '^hash.2,'
}

@test "limits of the parameters" {
	fails 2 "max-categorical-features: '0'" dl-train -q -y y \
		--max-categorical-features 0 -o m.dlm city.dlf
	fails 2 "max-categorical-levels: '0'" dl-train -q -y y \
		--max-categorical-levels 0 -o m.dlm city.dlf
	fails 2 "categorical-encoding: 'Enum': " dl-train -q -y y \
		--categorical-encoding Enum -o m.dlm city.dlf
}

@test "dl-score: --encoding and --skip-lines; the model keeps the encoding" {
	printf 'a,b,y\n1,gr\374n,x\n2,rot,z\n3,gr\374n,x\n4,rot,z\n' >l1.csv
	iconv -f latin1 -t utf-8 l1.csv >u8.csv
	(echo made today && echo && cat l1.csv) >skip.csv
	dl-import -q --encoding latin1 -o l1.dlf l1.csv
	dl-import -q -o u8.dlf u8.csv
	dl-train -q -y y --hidden 3 --epochs 1 --seed 1 --reproducible \
		-o l1.dlm l1.dlf
	dl-train -q -y y --hidden 3 --epochs 1 --seed 1 --reproducible \
		-o u8.dlm u8.dlf
	dl-inspect --json l1.dlm | grep -q 'encoding..:..latin1'
	run ! grep -aq latin1 u8.dlm
	dl-score -q --strict -m u8.dlm u8.csv >want
	dl-score -q --strict -m l1.dlm l1.csv | cmp - want
	dl-score -q --strict -m l1.dlm --encoding utf-8 u8.csv | cmp - want
	dl-score -q --strict -m u8.dlm --encoding latin1 - <l1.csv | cmp - want
	dl-score -q --strict -m l1.dlm --skip-lines 2 skip.csv | cmp - want
	# a byte order mark tells of UTF-8, packed and not
	{ printf '\357\273\277' && cat u8.csv; } >mark.csv
	dl-score -q --strict -m l1.dlm mark.csv | cmp - want
	gzip -c mark.csv | dl-score -q --strict -m l1.dlm - | cmp - want
	fails 3 "UTF-8" dl-score -q -m u8.dlm l1.csv
	fails 2 "'l1.dlf' is a frame: .*--encoding" \
		dl-score -q -m l1.dlm --encoding latin1 l1.dlf
	fails 2 "'standard input' is a frame" \
		sh -c 'dl-score -q -m l1.dlm --skip-lines 1 - <l1.dlf'
	# parts of a frame and what a frame's rows train keep it
	dl-split -q -r 0.5,0.5 --order keep -o p.dlf,q.dlf l1.dlf
	dl-train -q -y y --hidden 3 --epochs 1 -o p.dlm p.dlf
	dl-score -q -m p.dlm l1.csv >/dev/null
}
