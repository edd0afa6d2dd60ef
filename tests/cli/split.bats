#!/usr/bin/env bats
# dl-split: sizes, classes, keys, order, the parts as frames of their own.
# sanitize

load helper

setup()
{
	needs dl-import dl-cat dl-inspect dl-split
	in_scratch
}

# 1003 rows: a number, a key of few values, a class with rare levels, text,
# and a column whose groups differ in form.
table()
{
	awk 'BEGIN {
		print "i,key,class,note,x"
		for (i = 1; i <= 1003; i++)
			print i ",k" i * 7919 % 97 "," \
				(i % 50 == 0 ? "rare" : i % 9 == 0 ? "" : \
				"c" i % 3) "," (i % 7 ? "n" i % 13 : "") \
				"," i / 8
	}' >t.csv
	dl-import -q --type note=text --type key=enum -o t.dlf t.csv
}

rows_of()
{
	dl-cat -H "$1" | wc -l
}

@test "sizes are exact, no row is lost or doubled, order is kept" {
	table
	run -0 dl-split -r 0.8,0.1,0.1 -o a.dlf,b.dlf,c.dlf t.dlf
	[ "${lines[0]}" = "dl-split: 'a.dlf': 803 rows" ]
	[ "$(rows_of a.dlf) $(rows_of b.dlf) $(rows_of c.dlf)" = \
		"803 100 100" ]
	for f in a b c; do
		dl-inspect --verify $f.dlf
		dl-cat -H -c i $f.dlf | sort -nc
		dl-cat -H $f.dlf
	done | grep -v whole | sort -t, -k1,1n >all
	dl-cat -H t.dlf | cmp - all
	[ "$(dl-cat -H -c i b.dlf | head -n 1)" -lt 100 ]
	[ "$(dl-cat -H -c i b.dlf | tail -n 1)" -gt 900 ]
}

@test "the same bytes for any threads, others for another seed" {
	table
	dl-split -q -j 1 --seed 5 -r 3,1 --prefix one t.dlf
	dl-split -q -j 3 --seed 5 -r 0.75 -o two-1.dlf,two-2.dlf - <t.dlf
	cmp one-1.dlf two-1.dlf
	cmp one-2.dlf two-2.dlf
	dl-split -q --seed 6 -r 3,1 --prefix six t.dlf
	run -1 cmp -s one-2.dlf six-2.dlf
}

@test "strata: every class its share, rounded; levels are the whole's" {
	table
	dl-split -q -r 0.5,0.3,0.2 --stratify class -o a.dlf,b.dlf,c.dlf t.dlf
	[ "$(rows_of a.dlf) $(rows_of b.dlf) $(rows_of c.dlf)" = \
		"501 301 201" ]
	dl-cat -c class -H t.dlf | sort | uniq -c >whole
	for f in a:0.5 b:0.3 c:0.2; do
		dl-cat -c class -H "${f%:*}.dlf" | sort | uniq -c |
			paste -d ' ' - whole |
			awk -v share="${f#*:}" '{
				d = $1 - share * $3
				if ($2 != $4 || d <= -1 || d >= 1) {
					print
					bad = 1
				}
			} END { exit bad }'
	done
	# a level that a part lacks keeps its place
	dl-split -q -r 0.99,0.01 --order keep -o a.dlf,b.dlf t.dlf
	[ "$(dl-inspect --levels class --csv b.dlf | cut -d, -f1)" = \
		"$(dl-inspect --levels class --csv t.dlf | cut -d, -f1)" ]
	dl-inspect --levels class --csv b.dlf | grep -qx "rare,1"
}

@test "keys stay together, and go the same way in another frame" {
	table
	dl-split -q -r 0.6,0.4 --by-key key --prefix p t.dlf
	for f in p-1 p-2; do
		dl-cat -H -c key $f.dlf | sort -u
	done | sort | uniq -d >both
	[ ! -s both ]
	[ "$(rows_of p-1.dlf)" -gt 450 ]
	[ "$(rows_of p-1.dlf)" -lt 750 ]
	{ head -n 1 t.csv; grep ',k[0-9],' t.csv; } >few.csv
	dl-import -q --type note=text --type key=enum -o few.dlf few.csv
	dl-split -q -r 0.6,0.4 --by-key key --prefix f few.dlf
	for f in 1 2; do
		dl-cat -H -c i f-$f.dlf >few
		dl-cat -H -c i p-$f.dlf | grep -Fxf few | cmp - few
	done
}

@test "in order, and some rows only" {
	table
	dl-split -q -r 0.8,0.2 --order keep --rows 11:110 \
		-o a.dlf,b.dlf t.dlf
	dl-cat -H -c i a.dlf | cmp - <(seq 11 90)
	dl-cat -H -c i b.dlf | cmp - <(seq 91 110)
	dl-split -q -r 0.5,0.5 --order keep -o a.dlf,- t.dlf | dl-cat -H -c i |
		cmp - <(seq 503 1003)
}

@test "more than one group, whole numbers beside fractions, text" {
	awk 'BEGIN {
		print "i,x,w"
		for (i = 0; i < 140000; i++)
			print i "," (i < 70000 ? i : i / 4) ",w" i % 4321
	}' >t.csv
	dl-import -q --type w=text -o t.dlf t.csv
	dl-split -q -r 0.7,0.3 -o a.dlf,b.dlf t.dlf
	dl-inspect --verify a.dlf
	dl-inspect --verify b.dlf
	{ dl-cat -H a.dlf; dl-cat -H b.dlf; } | sort -t, -k1,1n |
		cmp - <(tail -n +2 t.csv)
}

@test "parts appear together or not at all" {
	table
	for out in a.dlf,/dev/full /dev/full,a.dlf; do
		fails 6 "'/dev/full'" dl-split -r 1,1 -o $out t.dlf
		[ ! -e a.dlf ]
	done
}

@test "wrong use is refused, nothing is written" {
	table
	fails 2 "how are the rows" dl-split -o a,b t.dlf
	fails 2 "where to" dl-split -r 0.5,0.5 t.dlf
	fails 2 "2 shares, but 1 file$" dl-split -r 0.5,0.5 -o a t.dlf
	fails 2 "sum to 0.9" dl-split -r 0.5,0.4 -o a,b t.dlf
	fails 2 "must be > 0" dl-split -r 1,0 -o a,b t.dlf
	fails 2 "named twice" dl-split -r 0.5,0.5 -o a,a t.dlf
	fails 2 "named twice" dl-split -r 0.5,0.5 -o a,./a t.dlf
	fails 2 "name is empty" dl-split -r 0.5,0.5 -o a, t.dlf
	fails 2 "is the frame to be" dl-split -r 0.5,0.5 -o a,./t.dlf t.dlf
	fails 2 "part 2.*no row" dl-split -r 0.9999,0.0001 -o a,b t.dlf
	fails 2 "by-key excludes" \
		dl-split -r 1,1 -o a,b --by-key key --order keep t.dlf
	fails 2 "no row of" dl-split -r 1,1 -o a,b --rows 2000: t.dlf
	fails 4 "column 'k': no such column" \
		dl-split -r 1,1 -o a,b --by-key k t.dlf
	fails 4 "'i' is num, not enum" \
		dl-split -r 1,1 -o a,b --stratify i t.dlf
	fails 3 "No such file" dl-split -r 1,1 -o a,b no.dlf
	fails 6 "no/b" dl-split -r 1,1 -o a,no/b t.dlf
	fails 6 "No space" sh -c 'dl-split -r 1,1 -o a,- t.dlf >/dev/full'
}

@test "a large whole number beside fractions, in whatever order" {
	local first
	for first in 0 1; do
		awk -v first=$first 'BEGIN {
			big = "1152921504606846976"
			print "x"
			for (i = 0; i < 131072; i++)
				print (i < 65536) == first ? big : "0.5"
		}' >t.csv
		dl-import -q -o t.dlf t.csv
		dl-split -q -r 1,1 -o a,b t.dlf
		[ "$(dl-cat -H a | sort -u | tr '\n' ' ')" = \
			"0.5 1.152921504606847e+18 " ]
	done
}
