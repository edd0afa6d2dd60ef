#!/usr/bin/env bats
# svmlight (libsvm) text: import, round trip, wrong lines, scoring.

load helper

setup()
{
	needs dl-import dl-cat dl-train dl-score dl-cm dl-inspect
	in_scratch
}

# rows N COLUMNS: the same random sparse table as svmlight and as CSV.
rows()
{
	awk -v n="$1" -v m="$2" 'BEGIN {
		srand(11)
		printf "C1" >"t.csv"
		for (c = 2; c <= m + 1; c++)
			printf ",C%d", c >"t.csv"
		print "" >"t.csv"
		for (r = 0; r < n; r++) {
			k = int(rand() * 3)
			label = substr("abc", k + 1, 1)
			split("", x)
			for (i = 0; i < 6; i++)
				x[1 + (int(rand() * m / 3) * 3 + k) % m] = \
					i % 2 ? 1 + int(rand() * 9) \
					      : rand() - 0.5
			x[m] = r ? x[m] : 1
			printf "%s", label >"t.svm"
			printf "%s", label >"t.csv"
			for (c = 1; c <= m; c++) {
				v = c in x && x[c] != 0 ? x[c] : 0
				if (v != 0)
					printf " %d:%s", c, v >"t.svm"
				printf ",%s", v >"t.csv"
			}
			print "" >"t.svm"
			print "" >"t.csv"
		}
	}'
}

svm()
{
	dl-import -q --format svmlight --index-base 1 "$@"
}

@test "svmlight: the same frame as from CSV, and rows come back" {
	rows 900 80
	svm --type C1=enum -o svm.dlf t.svm
	dl-import -q --type C1=enum -o csv.dlf t.csv
	dl-cat svm.dlf >svm.out
	dl-cat csv.dlf >csv.out
	cmp svm.out csv.out
	dl-inspect svm.dlf | sed 1,3d >svm.stats
	dl-inspect csv.dlf | sed 1,3d >csv.stats
	cmp svm.stats csv.stats
	dl-inspect --verify svm.dlf
}

@test "svmlight: base 0, comments, blank lines, tabs, qid, CRLF, gz" {
	printf '# all\n1 0:2 2:3 # end\n\n \t \n-1 qid:7\t1:-1e-2\r\n+2.5\n' \
		>a.svm
	gzip -k a.svm
	for f in a.svm a.svm.gz; do
		run --separate-stderr dl-import --format libsvm --index-base 0 \
			-o a.dlf "$f"
		[ "$status" -eq 0 ]
		[[ $stderr == *"qid is left out"* ]]
		dl-cat a.dlf >a.out
		printf 'C1,C2,C3,C4\n1,2,0,3\n-1,0,-0.01,0\n2.5,0,0,0\n' |
			cmp - a.out
	done
}

@test "svmlight: many groups and files, streamed" {
	awk 'BEGIN { for (i = 0; i < 70000; i++)
		print i % 7, (1 + i % 50000) ":" 1 + i % 3, 60000 ":" 1
	}' >a.svm
	svm -o a.dlf a.svm a.svm
	svm -j 1 -o - a.svm a.svm >b.dlf
	cmp a.dlf b.dlf
	[ "$(wc -c <a.dlf)" -lt 6000000 ]
	[ "$(dl-cat -c C2 --rows 50001 a.dlf | tail -1)" = 3 ]
	[ "$(dl-cat -c C50001 --rows 70001:70001 a.dlf | tail -1)" = 0 ]
	[ "$(dl-cat -c C1,C60001 --rows 140000 a.dlf | tail -1)" = 6,1 ]
	dl-inspect --verify a.dlf
}

# bad LINE REGEX: the second line is wrong.
bad()
{
	printf '1 1:1\n%b\n' "$1" >bad.svm
	fails 3 "bad.svm:2:$2" svm -o bad.dlf bad.svm
}

@test "svmlight: what is wrong with a line names line and field" {
	bad '1 0:1' "2: index: '0:1': indices count from 1"
	bad '1 3:1 2:1' "3: index: '2:1': indices must ascend"
	bad '1 2:1 2:3' "3: index: '2:3': occurs twice"
	bad '1 x:1' "2: pair: 'x:1': not INDEX:VALUE"
	bad '1 2' "2: pair: '2': not INDEX:VALUE"
	bad '1 :3' "2: pair: ':3': not INDEX:VALUE"
	bad '1 -1:3' "2: pair: '-1:3': not INDEX:VALUE"
	bad '1 2:x' "2: value: 'x': not a number"
	bad '1 2:' "2: value: '': not a number"
	bad '1 2:nan' "2: value: 'nan': not a number"
	bad '1 2:1e999' "2: value: '1e999': beyond a double"
	bad '1 2:9007199254740993' "2: value: .*: an integer beyond 2.53"
	bad '1 99999999999999999999:1' "2: index: .*: more than 10,000,000"
	bad '1:2 2:3' "1: label is not a number: '1:2': a pair"
	bad 'dog 2:3' "1: label is not a number: 'dog': --type 1=enum"
	bad '1 1:1 qid:3' "3: pair: 'qid:3': not INDEX:VALUE"
	bad '1 2:1\0000' '[12]: NUL byte'
	bad '1 2:\0377' '[12]: not UTF-8'
}

@test "svmlight: bad rows can be left out" {
	printf '1 1:1\n1 0:1\n2 2:1\n3 x\n' >a.svm
	svm --on-error skip -o a.dlf a.svm
	[ "$(dl-cat a.dlf | wc -l)" -eq 3 ]
	fails 3 "a.svm:4:2: pair.*--max-errors" svm --on-error skip \
		--max-errors 1 -o b.dlf a.svm
}

@test "svmlight: options that make no sense are refused" {
	echo '1 1:1' >a.svm
	fails 2 'needs --index-base' dl-import --format svmlight -o a.dlf a.svm
	fails 2 "'2' is not 0 or 1" dl-import --format svmlight \
		--index-base 2 -o a.dlf a.svm
	fails 2 "none of csv, tsv, svmlight" dl-import --format arff a.svm
	fails 2 '--columns' svm -c C1 -o a.dlf a.svm
	fails 2 '--delimiter' svm -d tab -o a.dlf a.svm
	fails 2 "only the label" svm --type C2=enum -o a.dlf a.svm
	fails 2 "num or enum" svm --type C1=text -o a.dlf a.svm
	echo 1 >a.svm
	fails 3 'no features' svm -o a.dlf a.svm
}

@test "svmlight: the highest index counts, its value a zero too" {
	printf '1 1:5 3:0\n2 1:2\n' | svm -o a.dlf -
	[ "$(dl-cat a.dlf | tr '\n' ' ')" = 'C1,C2,C3,C4 1,5,0,0 2,2,0,0 ' ]
	printf '1 1:0 2:0\n' | svm -o b.dlf -
	[ "$(dl-cat b.dlf | tail -1)" = 1,0,0 ]
	dl-inspect --verify b.dlf
	printf '1 qid:1 1:5 4:0\n' >c.svm
	fails 3 "c.svm:1:4: index: '4': beyond the 3 features" \
		svm --like a.dlf -o c.dlf c.svm
	svm --like a.dlf --adapt -o c.dlf c.svm
	[ "$(dl-cat c.dlf | tail -1)" = 1,5,0,0 ]
}

@test "svmlight: no rows; --allow-empty is advised where it helps" {
	printf '\n' >blank.svm
	printf '# 1:1\n' >comment.svm
	printf '1 1:1\n' >a.svm
	svm -o a.dlf a.svm
	for f in /dev/null blank.svm comment.svm; do
		for allow in '' --allow-empty; do
			fails 3 "'$f' has no rows, and .*--like\)$" \
				svm $allow -o b.dlf "$f"
		done
		fails 3 "has no rows \(--allow-empty\)$" \
			svm --like a.dlf -o b.dlf "$f"
		svm --like a.dlf --allow-empty -o b.dlf "$f"
		[ "$(dl-cat b.dlf)" = C1,C2 ]
		fails 3 "has no rows \(--allow-empty\)$" svm -o b.dlf "$f" a.svm
		svm --allow-empty -o b.dlf "$f" a.svm
		cmp a.dlf b.dlf
	done
}

@test "svmlight: the columns of a frame, or names" {
	printf 'a 1:1 4:2\nb 2:1\n' >a.svm
	svm --type 1=enum -o a.dlf a.svm
	printf 'b 1:3\na\n' >b.svm
	svm --like a.dlf -o b.dlf b.svm
	[ "$(dl-cat b.dlf | head -2 | tail -1)" = b,3,0,0,0 ]
	printf 'a 7:1\n' >c.svm
	fails 3 "c.svm:1:2: index: '7': beyond the 4 features of 'a.dlf'$" \
		svm --like a.dlf -o c.dlf c.svm
	printf 'c 1:1\n' >d.svm
	fails 3 "no level of --like" svm --like a.dlf -o d.dlf d.svm
	svm --like a.dlf --adapt -o d.dlf c.svm d.svm
	[ "$(dl-cat d.dlf | tail -1)" = c,1,0,0,0 ]
	svm --type kind=enum --col-names kind,w,x,y,z -o e.dlf a.svm
	[ "$(dl-cat e.dlf | head -1)" = kind,w,x,y,z ]
}

@test "svmlight: text scores as its frame does" {
	rows 600 90
	svm --type C1=enum -o t.dlf t.svm
	dl-train -q -y C1 --sparse --hidden 16 --epochs 15 --seed 2 \
		-o t.dlm t.dlf
	dl-score -m t.dlm --actual t.dlf >frame.csv
	dl-score -m t.dlm --actual t.svm >text.csv
	cmp frame.csv text.csv
	{ echo '# first'; echo; tr ' ' '\t' <t.svm; } |
		dl-score -m t.dlm -j 1 --actual - >pipe.csv
	cmp frame.csv pipe.csv
	dl-score -m t.dlm --actual --format csv t.csv >csv.csv
	cmp frame.csv csv.csv
	[ "$(echo 'zzz 1:1 99999:3' | dl-score -m t.dlm - | wc -l)" -eq 2 ]
	fails 3 'input:1:2: value' bash -c \
		"echo 'a 1:x' | dl-score -m t.dlm - >/dev/null"
	fails 3 'input:1:1: label is not a number or a class' bash -c \
		"echo '3:0.7 9:1' | dl-score -m t.dlm - >/dev/null"
	fails 2 'keep' dl-score -m t.dlm --keep C1 t.svm
	# a model of CSV has to be told
	dl-import -q --type C1=enum -o c.dlf t.csv
	dl-train -q -y C1 --sparse --hidden 16 --epochs 15 --seed 2 \
		-o c.dlm c.dlf
	fails 2 'needs --index-base' dl-score -m c.dlm --format svmlight t.svm
	dl-score -m c.dlm --format svmlight --index-base 1 --actual t.svm >c.csv
	cmp frame.csv c.csv
}

@test "svmlight: weights and offsets are features" {
	# feature 3 is the weight (C4), feature 4 the offset (C5)
	awk 'BEGIN { for (i = 0; i < 300; i++)
		print 2 * (i % 7) + i % 3, 1 + i % 2 ":" i % 7 \
			(i % 5 ? " 3:" i % 5 : "") \
			(i % 4 ? " 4:" 2 - i % 4 : "")
	}' >t.svm
	svm -o t.dlf t.svm
	dl-train -q -y C1 --hidden 5 --epochs 5 --seed 2 --weights-column C4 \
		--offset-column C5 -o t.dlm t.dlf
	dl-score -q -m t.dlm --metrics frame.json t.dlf >frame.csv
	dl-score -q -m t.dlm --metrics text.json t.svm >text.csv
	cmp frame.csv text.csv
	cmp frame.json text.json
	grep -q '"nobs":240' text.json
	printf '1 1:2 3:-1\n' >bad.svm
	fails 3 "bad.svm:1:4: not a weight: -1 is negative in column 'C4'" \
		dl-score -m t.dlm bad.svm
	awk -F, -v OFS=, '{ t = $1; $1 = $4; $4 = t; print }' \
		<(dl-cat t.dlf) >swapped.csv
	dl-import -q --rename-columns -o s.dlf swapped.csv
	dl-train -q -y C1 --hidden 5 --epochs 1 --weights-column C4 \
		-o s.dlm s.dlf
	fails 4 "first column 'C4' holds weights" dl-score -m s.dlm \
		--format svmlight --index-base 1 t.svm
}

@test "svmlight: a model of it does not score other text as zeros" {
	rows 300 30
	svm -o n.dlf <(awk '{ $1 = NR % 2; print }' t.svm)
	svm --type C1=enum -o t.dlf t.svm
	svm --type C1=enum -o n2.dlf <(awk '{ $1 = NR % 2; print }' t.svm)
	dl-train -q -y C1 --hidden 4 --epochs 1 --seed 1 -o t.dlm t.dlf
	dl-train -q -y C1 --hidden 4 --epochs 1 --seed 1 -o n.dlm n.dlf
	dl-train -q -y C1 --hidden 4 --epochs 1 --seed 1 -o n2.dlm n2.dlf
	for m in t n n2; do
		fails 3 "t.csv:1:1: label is not a number.*--format" \
			dl-score -m $m.dlm t.csv
		sed 1d t.csv | sed 's/^./1/' >rows.csv
		fails 3 "rows.csv:1:1: label .*'1,.*--format" \
			dl-score -m $m.dlm rows.csv
		dl-cat --json t.dlf | tail -n +1 >t.json
		fails 3 "t.json:1:1: label .*--format" \
			dl-score -m $m.dlm t.json
		printf '1 2:3\n"1"\n' >quote.txt
		fails 3 "quote.txt:2:1: label .*--format" \
			dl-score -m $m.dlm quote.txt
		printf 'x\n1\n' >one.csv
		fails 3 "one.csv:1:1: label .*--format" \
			dl-score -m $m.dlm one.csv
		tr ',' ' ' <rows.csv >blank.txt
		fails 3 "blank.txt:1:2: pair: .*--format" \
			dl-score -m $m.dlm blank.txt
	done
	printf '0\n1\n' >labels.svm
	run -0 --separate-stderr dl-score -m n.dlm labels.svm
	[ "${#lines[@]}" -eq 3 ]
	[[ $stderr == *"no row has a feature"* ]]
	printf '0\n1 2:1\n' >labels.svm
	run -0 --separate-stderr dl-score -m n.dlm labels.svm
	[[ $stderr != *"no row has a feature"* ]]
}
