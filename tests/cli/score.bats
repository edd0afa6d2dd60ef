#!/usr/bin/env bats
# dl-score: the same rows from any input, what it does about columns and levels
# that differ, and the forms of its output.

load helper

setup_file()
{
	local t
	for t in dl-import dl-train dl-score; do
		command -v "$t" >/dev/null || return 0
	done
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 3000 >small.csv
	small_table 3300 | sed '2,3001d' >test.csv
	dl-import -q -o small.dlf small.csv
	dl-import -q --like small.dlf -o test.dlf test.csv
	dl-train -q -y y --hidden 12,7 --epochs 3 --seed 1 -o class.dlm \
		small.dlf
	dl-train -q -y b -j 1 --hidden 9 --epochs 2 --seed 1 -o value.dlm \
		small.dlf
	sed 's/,mid$/,low/' small.csv >two.csv
	dl-import -q -o two.dlf two.csv
	dl-train -q -y y --hidden 8 --epochs 2 --seed 1 -o two.dlm two.dlf
}

# odd_classes A B: the classes low, mid become A, B; a model and a table
odd_classes()
{
	sed "s/,low$/,$1/; s/,mid$/,$2/" small.csv | head -n 600 >odd.csv
	dl-import -q -o odd.dlf --type y=enum odd.csv
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o odd.dlm odd.dlf
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

@test "a row's text is the same from frame, file, pipe, for any threads" {
	local m j f
	for m in class value two; do
		dl-score -m $m.dlm --actual -j 1 small.dlf >want
		[ "$(wc -l <want)" -eq 3001 ]
		for j in 1 2 5; do
			dl-score -m $m.dlm --actual -j $j small.dlf | cmp - want
			dl-score -m $m.dlm --actual -j $j small.csv | cmp - want
			dl-score -m $m.dlm --actual -j $j - <small.csv |
				cmp - want
			tail -n +1 small.csv | dl-score -m $m.dlm --actual \
				-j $j - | cmp - want
			zstd -qc small.csv | dl-score -m $m.dlm --actual - |
				cmp - want
		done
		dl-score -m $m.dlm --actual <small.dlf | cmp - want
		tail -c +1 small.dlf | dl-score -m $m.dlm --actual - |
			cmp - want
		for f in small.dlf small.csv; do
			dl-score -m $m.dlm --actual <(cat $f) | cmp - want
		done
		dl-score -m $m.dlm --actual --line-buffered small.csv |
			cmp - want
	done
}

@test "neighbours do not matter: rows alone and in another order" {
	dl-score -m class.dlm --no-header test.csv >all
	local i
	for i in 2 17 300; do
		{ sed -n 1p test.csv; sed -n ${i}p test.csv; } |
			dl-score -m class.dlm --no-header - |
			cmp - <(sed -n $((i - 1))p all)
	done
	{ sed -n 1p test.csv; sed 1d test.csv | tac; } |
		dl-score -m class.dlm --no-header - | tac | cmp - all
}

@test "columns go by name, in any order, others are passed over" {
	dl-score -m class.dlm test.csv >want
	awk -F, -v OFS=, '{ print NR, $4, $1, $3, $2, "x" }' test.csv |
		sed '1s/.*/n,color,a,c,b,more/' >other.csv
	dl-score -m class.dlm other.csv | cmp - want
}

@test "without a header columns go by position" {
	dl-score -m class.dlm test.csv >want
	sed 1d test.csv | dl-score -m class.dlm - | cmp - want
	sed 1d test.csv | cut -d, -f1-4 | dl-score -m class.dlm - | cmp - want
	sed 1d test.csv | cut -d, -f1-3 >three.csv
	fails 4 "'three.csv'.*3 columns.*had 5" dl-score -m class.dlm three.csv
	# a header that is none of the model's
	sed '1s/.*/1,2,3,4,5/' test.csv >numbers.csv
	[ "$(dl-score -m class.dlm numbers.csv | wc -l)" -eq 302 ]
	fails 4 "no column in common" dl-score -m class.dlm --header yes \
		numbers.csv
}

@test "a header that --col-names replaced is one when scored" {
	printf 'u v, w,y\nk,m,p\nl,n,q\nk,n,p\nl,m,q\nk,m,p\n' >c.csv
	dl-import -q --header yes --col-names A,B,y -o c.dlf c.csv
	dl-train -q -y y --hidden 3 --epochs 2 --seed 1 -o c.dlm c.dlf
	dl-score -m c.dlm c.dlf >want
	dl-score -m c.dlm c.csv | cmp - want
	dl-score -m c.dlm --header yes c.csv | cmp - want
	dl-cat c.dlf | dl-score -m c.dlm - | cmp - want
	awk -F, -v OFS=, '{ print $3, $2, $1 }' c.csv | dl-score -m c.dlm - |
		cmp - want
	local f
	for f in c.dlf c.dlm; do
		dl-import -q --like $f -o d.dlf c.csv
		dl-cat d.dlf | cmp - <(dl-cat c.dlf)
	done
}

@test "a header whose names --col-names gave to other columns" {
	printf 'a,b,y\n1,9,p\n2,7,q\n3,8,q\n4,7,p\n5,2,p\n' >c.csv
	local names f
	for names in b,c,y n,b,y; do
		dl-import -q --header yes --col-names $names -o c.dlf c.csv
		dl-import -q --like c.dlf -o d.dlf c.csv
		dl-cat c.dlf >now.csv
		dl-cat d.dlf | cmp - now.csv
		for f in c d; do
			dl-train -q -y y --hidden 3 --epochs 2 --seed 1 \
				-o $f.dlm $f.dlf
			dl-score -m $f.dlm $f.dlf >want
			dl-score -m $f.dlm c.csv | cmp - want
			dl-score -m $f.dlm now.csv | cmp - want
		done
	done
	# exchanged: which of them is meant?
	dl-import -q --header yes --col-names b,a,y -o c.dlf c.csv
	dl-train -q -y y --hidden 3 --epochs 2 --seed 1 -o c.dlm c.dlf
	fails 4 "'c.csv'.*--col-names" dl-score -m c.dlm c.csv
	fails 4 "--col-names" dl-import -q --like c.dlf -o d.dlf c.csv
	dl-import -q --like c.dlf --col-names b,a,y -o d.dlf c.csv
	dl-score -m c.dlm d.dlf | cmp - <(dl-score -m c.dlm c.dlf)
	sed 1d c.csv | dl-score -m c.dlm --header no - |
		cmp - <(dl-score -m c.dlm c.dlf)
}

@test "a lacking column: an error, or missing everywhere" {
	cut -d, -f1,3- test.csv >less.csv
	dl-import -q -o less.dlf less.csv
	local f
	for f in less.csv less.dlf; do
		fails 4 "'$f' has no column 'b'" dl-score -m class.dlm $f
		fails 4 "'b'" dl-score -m class.dlm --missing-columns na \
			--strict $f
		dl-score -m class.dlm --missing-columns na $f >na-$f 2>said
		grep -q "dl-score: no column 'b'" said
		dl-score -q -m class.dlm --missing-columns na $f 2>said |
			cmp - na-$f
		[ ! -s said ]
	done
	cmp na-less.csv na-less.dlf
	# the mean: what an empty cell gives
	awk -F, -v OFS=, 'NR > 1 { $2 = "" } 1' test.csv |
		dl-score -m class.dlm - | cmp - na-less.csv
}

@test "levels that the model has not seen are counted, or an error" {
	sed '2,4s/,\(red\|green\|blue\),/,mauve,/' test.csv >new.csv
	dl-import -q -o new.dlf new.csv
	local f
	for f in new.csv new.dlf; do
		dl-score -m class.dlm $f >out-$f 2>said
		grep -q "column 'color': 3 cells" said
		fails 4 "'color'.*not seen" sh -c \
			"dl-score -m class.dlm --strict $f >/dev/null"
		fails 4 "'color'" sh -c \
			"dl-score -m class.dlm --unseen-levels error \
			$f >/dev/null"
	done
	cmp out-new.csv out-new.dlf
	# the missing unit: what an empty cell gives
	sed '2,4s/,mauve,/,,/' new.csv | dl-score -m class.dlm - |
		cmp - out-new.csv
}

@test "score: TSV that dl-cm -t takes, whatever classes are called" {
	needs dl-cm
	sed $'1!{s/,low$/,"l\to"/;s/,mid$/,m\\\\td/;s/,high$/,"""h"/}' \
		small.csv | dl-import -q -o odd.dlf
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o odd.dlm odd.dlf
	dl-score -q -m odd.dlm --actual -t odd.dlf >s.tsv
	dl-score -q -m odd.dlm --actual odd.dlf | dl-cm --metrics -f csv >want
	grep -qF $'recall,l\to,' want
	grep -qF 'recall,m\td,' want
	dl-cm -t --metrics -f csv s.tsv | cmp - want
}

@test "score: formats of numbers in JSON are JSON" {
	local f

	for f in %a %A %+g %+.3f %08.3f %#.0f %-+e; do
		fails 2 "ofmt: .*: no number of JSON" \
			dl-score -m class.dlm --json --ofmt "$f" test.csv
		dl-score -q -m class.dlm --ofmt "$f" test.csv >/dev/null
	done
	for f in %.3f %E %G %10.4f %-10.4f '% g' %.20f %10.10e; do
		dl-score -q -m class.dlm --json --ofmt "$f" test.csv |
			"$PYTHON" -c 'import json, sys
for line in sys.stdin: assert len(json.loads(line)) > 1'
	done
}

@test "forms of the output" {
	run -0 dl-score -m class.dlm -o out.csv test.csv
	[ "$output" = "" ]
	[ "$(head -n 1 out.csv)" = predict,high,low,mid ]
	dl-score -m class.dlm --output label --no-header test.csv |
		cmp - <(sed 1d out.csv | cut -d, -f1)
	dl-score -m class.dlm --tsv test.csv | tr '\t' , | cmp - out.csv
	dl-score -m class.dlm --actual --keep 'a,4' test.csv | head -n 1 |
		grep -qx actual,a,color,predict,high,low,mid
	dl-score -m class.dlm --keep all test.csv |
		cmp - <(paste -d, test.csv out.csv)
	dl-score -m class.dlm --json --keep a,color --actual test.csv >csv.json
	dl-score -m class.dlm --json --keep a,color --actual test.dlf |
		cmp - csv.json
	"$PYTHON" - csv.json out.csv <<-'PY'
	import csv, json, math, sys
	rows = [json.loads(l) for l in open(sys.argv[1])]
	table = list(csv.DictReader(open(sys.argv[2])))
	assert len(rows) == len(table) == 300
	for r, t in zip(rows, table):
	    assert list(r) == ["actual", "a", "color", "predict", "high",
	                       "low", "mid"]
	    assert isinstance(r["a"], (int, float))
	    p = {k: float(t[k]) for k in ("high", "low", "mid")}
	    assert abs(sum(p.values()) - 1) < 1e-6
	    assert t["predict"] == r["predict"] == max(p, key=p.get)
	PY
	dl-score -m class.dlm -k 2 test.csv >top.csv
	[ "$(head -n 1 top.csv)" = predict,top1,top1_p,top2,top2_p ]
	awk -F, 'NR > 1 && ($1 != $2 || $3 < $5 || $2 == $4) { exit 1 }' top.csv
	# where there is no prediction there are no classes
	printf 'a,b,c,color\n1e39,1,1,red\n' |
		dl-score -q -m class.dlm -k 2 - >none.csv
	[ "$(tail -n 1 none.csv)" = ,,,, ]
	dl-score -m class.dlm --output raw test.csv |
		awk -F, 'NR > 1 { s = exp($2) + exp($3) + exp($4)
			if (s < 0.9999 || s > 1.0001) exit 1 }'
	dl-score -m class.dlm --ofmt %.3f test.csv | sed -n 2p |
		grep -Eqx '[a-z]+(,[01]\.[0-9]{3}){3}'
}

@test "classes with integer names get the prefix p" {
	awk -F, -v OFS=, 'NR > 1 { $5 = $5 == "low" ? -1 : $5 == "mid" ? 0 : 2 }
		1' small.csv >numbers.csv
	dl-import -q --type y=enum -o numbers.dlf numbers.csv
	dl-train -q -y y --hidden 4 --epochs 0.1 --seed 1 -o n.dlm numbers.dlf
	[ "$(dl-score -m n.dlm numbers.dlf | head -n 1)" = predict,p-1,p0,p2 ]
}

@test "times are numbers to the net" {
	awk -F, -v OFS=, 'NR == 1 { print "when", $0; next }
		{ printf "2024-%02d-%02dT0%d:00:00Z,", NR % 12 + 1,
			NR % 28 + 1, NR % 10; print }' small.csv >times.csv
	dl-import -q --type when=time -o times.dlf times.csv
	dl-train -q -y y --hidden 4 --epochs 0.1 --seed 1 -o t.dlm times.dlf
	dl-score -m t.dlm times.dlf >want
	dl-score -m t.dlm times.csv | cmp - want
	sed '3s/2024[^,]*/soon/' times.csv >bad.csv
	fails 3 "bad.csv:3:1: not a time: 'soon'" sh -c \
		"dl-score -m t.dlm bad.csv >/dev/null"
}

@test "two classes: the threshold decides" {
	dl-score -m two.dlm --threshold 0.25 two.csv |
		awk -F, 'NR == 1 { if ($0 != "predict,high,low") exit 1; next }
			$1 != ($3 >= 0.25 ? "low" : "high") { exit 1 }'
	[ "$(dl-score -m two.dlm --threshold 0 --output label two.csv |
		sed 1d | sort -u)" = low ]
	dl-score -m two.dlm two.csv >want
	dl-score -m two.dlm --threshold max-f1 two.csv | cmp - want
	fails 2 "two classes" dl-score -m class.dlm --threshold 0.5 test.csv
	fails 2 "between 0 and 1" dl-score -m two.dlm --threshold 7 two.csv
}

@test "deep features: the activations of a layer" {
	dl-score -m class.dlm --layer 2 test.csv >deep.csv
	[ "$(head -n 1 deep.csv)" = "$(seq -s, -f 'DF.L2.C%g' 7)" ]
	[ "$(wc -l <deep.csv)" -eq 301 ]
	dl-score -m class.dlm --layer 2 -j 1 test.dlf | cmp - deep.csv
	fails 2 "2 hidden layers" dl-score -m class.dlm --layer 3 test.csv
}

@test "metrics are those of the rows" {
	dl-score -m class.dlm --metrics m.json --actual -o rows.csv test.csv
	dl-score -m class.dlm --metrics - -j 1 test.dlf | cmp - m.json
	"$PYTHON" - m.json rows.csv <<-'PY'
	import csv, json, math, sys
	m = json.load(open(sys.argv[1]))
	rows = list(csv.DictReader(open(sys.argv[2])))
	wrong = sum(r["actual"] != r["predict"] for r in rows) / len(rows)
	loss = sum(-math.log(max(1e-15, float(r[r["actual"]])))
	           for r in rows) / len(rows)
	assert m["nobs"] == len(rows) == 300
	assert abs(m["error"] - wrong) < 1e-12
	assert abs(m["logloss"] - loss) < 1e-5
	PY
	dl-score -m value.dlm --metrics v.json --actual -o rows.csv test.csv
	"$PYTHON" - v.json rows.csv <<-'PY'
	import csv, json, sys
	m = json.load(open(sys.argv[1]))
	rows = list(csv.DictReader(open(sys.argv[2])))
	mse = sum((float(r["actual"]) - float(r["predict"])) ** 2
	          for r in rows) / len(rows)
	assert abs(m["MSE"] - mse) < 1e-9 * mse
	PY
}

@test "a table without the response can be scored, but not compared" {
	cut -d, -f1-4 test.csv >blind.csv
	dl-score -m class.dlm test.csv >want
	dl-score -m class.dlm blind.csv | cmp - want
	fails 4 "response 'y'" dl-score -m class.dlm --actual blind.csv
	fails 4 "response 'y'" dl-score -m class.dlm --metrics - blind.csv
	# missing and unknown classes
	sed '2s/[a-z]*$//; 3s/[a-z]*$/odd/' test.csv >odd.csv
	dl-score -m class.dlm --actual odd.csv | cut -d, -f1 | sed -n 2,3p |
		cmp - <(printf '\nodd\n')
}

@test "what is wrong with a row names line and field" {
	printf 'a,b,c,color,y\n1,2,3,red,low\nx,2,3,red,low\n' >bad.csv
	fails 3 "bad.csv:3:1: not a number: 'x'.*'a'" sh -c \
		"dl-score -m class.dlm bad.csv >/dev/null"
	printf 'a,b,c,color,y\n1,2,3,red,low\n1,2,3,red\n' >bad.csv
	fails 3 "bad.csv:3: 4 fields" sh -c \
		"dl-score -m class.dlm bad.csv >/dev/null"
	printf 'a,b,c,color,y\n1,2,3,"red,low\n' >bad.csv
	fails 3 "bad.csv:2:4: quote not closed" dl-score -m class.dlm \
		--no-header bad.csv
	printf 'a,b,c,color,y\n' >bad.csv
	fails 3 "'bad.csv'.*no rows" dl-score -m class.dlm --no-header bad.csv
	: >bad.csv
	fails 3 "'bad.csv' is empty" dl-score -m class.dlm bad.csv
	fails 3 "is empty" sh -c "dl-score -m class.dlm - </dev/null"
	fails 3 "is a model, not a table" dl-score -m class.dlm class.dlm
	fails 3 "cut off|damaged" sh -c \
		"head -c 500 small.dlf | dl-score -m class.dlm -"
	# the first bad row is the one that is named, for any number of threads
	{ cat small.csv; echo 1,2,3; cat small.csv; echo; echo 4; } >long.csv
	local j want="long.csv:3002: 3 fields where the first line has 5"
	for j in 1 2 4; do
		dl-score -m class.dlm -j $j long.csv >rows 2>said && return 1
		grep -qx "dl-score: $want" said
	done
	run -3 dl-score -m class.dlm -o none.csv long.csv
	[ ! -e none.csv ]
}

@test "a program can ask row by row" {
	coproc dl-score -m class.dlm --line-buffered --output label -
	local line
	sed -n 1,2p test.csv >&"${COPROC[1]}"
	read -r -t 10 line <&"${COPROC[0]}"
	[ "$line" = predict ]
	read -r -t 10 line <&"${COPROC[0]}"
	[[ $line =~ ^(low|mid|high)$ ]]
	sed -n 3p test.csv >&"${COPROC[1]}"
	read -r -t 10 line <&"${COPROC[0]}"
	[[ $line =~ ^(low|mid|high)$ ]]
}

@test "blank lines are no rows, CRLF and quotes are fine" {
	dl-score -m class.dlm test.csv >want
	sed 's/,/","/g; s/^/"/; s/$/"\r/' test.csv | sed '5G;9G' |
		dl-score -m class.dlm - | cmp - want
	sed 's/,/;/g' test.csv | dl-score -m class.dlm -d ';' - | cmp - want
	tr , ' ' <test.csv | dl-score -m class.dlm -d space - | cmp - want
	printf %s "$(cat test.csv)" >open.csv
	dl-score -m class.dlm open.csv 2>said | cmp - want
	grep -q "no line end" said
}

@test "score: no two columns of one name; dl-cm finds each class's" {
	needs dl-cm
	for o in "1 p1" "actual predict"; do
		# shellcheck disable=SC2086 # two words
		odd_classes $o
		dl-score -q -m odd.dlm --actual odd.csv >s.csv
		[ "$(head -n 1 s.csv | tr , '\n' | sort | uniq -d)" = "" ]
		head -n 1 s.csv | grep -q ',p\.high'
		dl-score -q -m odd.dlm --metrics m.json -o /dev/null odd.csv
		dl-cm -f json --metrics s.csv >cm.json
		dl-score -q -m odd.dlm --actual --json odd.csv >s.json
		"$PYTHON" - <<-'END'
		import json
		m, c = json.load(open("m.json")), json.load(open("cm.json"))
		assert abs(m["logloss"] - c["logloss"]) < 1e-6, (m, c)
		def pairs(p):
		    assert len({k for k, _ in p}) == len(p), p
		    return dict(p)
		for line in open("s.json"):
		    json.loads(line, object_pairs_hook=pairs)
		END
	done
	# a kept column of a class's name; one that no class can give way to
	sed '1s/color/high/' small.csv >kept.csv
	dl-score -q -m class.dlm --missing-columns na --keep all kept.csv |
		head -n 1 | grep -q 'high,y,predict,p\.high,p\.low,p\.mid$'
	sed '1s/color/predict/' small.csv >kept.csv
	fails 2 "called 'predict'" dl-score -m class.dlm --keep all \
		--missing-columns na kept.csv
	dl-score -q -m value.dlm --contrib grad --keep a small.csv |
		head -n 1 | grep -q '^a,predict,contrib\.a,contrib\.c'
	head -n 1 <(dl-score -q -m class.dlm --actual small.csv) |
		grep -qx 'actual,predict,high,low,mid'
}
