# What dl-import makes of text as it is found in the wild.
load helper

setup()
{
	in_scratch
	needs dl-import dl-cat
}

# gives ROWS TEXT [OPTION...]: printf TEXT becomes that CSV.
gives()
{
	local want=$1 text=$2
	shift 2
	printf "$text" >t.csv
	dl-import -q "$@" -o t.dlf t.csv
	dl-cat t.dlf >got
	printf "$want" >want
	diff want got
}

# refuses REGEX TEXT [OPTION...]: status 3 and a message.
refuses()
{
	local regex=$1 text=$2
	shift 2
	rm -f ./*
	printf "$text" >t.csv
	fails 3 "$regex" dl-import "$@" -o t.dlf t.csv
}

@test "line ends: LF, CRLF, CR and any mixture" {
	gives 'a,b\n1,2\n3,4\n5,6\n' 'a,b\n1,2\r\n3,4\r5,6\n'
	gives 'a,b\n1,2\n3,4\n' 'a,b\r\n1,2\r\n3,4\r\n'
	gives 'a,b\n1,2\n3,4\n' 'a,b\r1,2\r3,4\r'
	gives 'a,b\n1,2\n3,4\n' 'a,b\n\n1,2\n\r\n3,4'
}

@test "byte order mark, also before a quoted header" {
	gives 'a,b\n1,2\n' '\357\273\277a,b\n1,2\n'
	gives 'a,b\n1,2\n' '\357\273\277"a","b"\n1,2\n'
	refuses 'empty' '\357\273\277'
	refuses 'UTF-16.*iconv' '\377\376a\000\n\000'
	refuses 'iconv -f UTF-32' '\377\376\000\000a\000\000\000'
	refuses 'iconv -f UTF-32' '\000\000\376\377\000\000\000a'
}

@test "quotes: delimiters, line ends and quotes inside" {
	gives 'a,b\n"x,y",1\n"p\nq",2\n"say ""hi""",3\n' \
		'a,b\n"x,y",1\n"p\nq",2\n"say ""hi""",3\n'
	gives 'a,b\n"5"" pipe",1\n' 'a,b\n5" pipe,1\n'
	gives 'a,b\nx;y,1\n' "a;b\n'x;y';1\n" --quote "'" -d ';'
	gives 'a,b\n"x ""y""",1\n' 'a,b\n"x \\"y\\"",1\n' --escape '\'
	gives 'a,b\n"""x""",1\n' 'a,b\n"x",1\n' --quote none
	refuses 't.csv:2:1: text after the closing quote' 'a,b\n"x"y,1\n'
	refuses 't.csv:3:2: quote not closed' 'a,b\n1,2\n3,"4\n5,6\n'
}

@test "an open quote does not swallow a long file" {
	{
		printf 'a,b\n1,"2\n'
		yes 3,4 | head -n 200000
	} >t.csv
	fails 3 't.csv:2:2: quoted field too long' dl-import -o t.dlf t.csv
}

@test "a long line and a long field stop at a limit" {
	{
		printf 'a,b\n1,2\n'
		head -c 70000000 /dev/zero | tr '\0' x
	} >t.csv
	fails 3 't.csv:3: line longer than' dl-import -o t.dlf t.csv
}

@test "delimiters: guessed, given, refused when two fit" {
	gives 'a,b\n1,2\n' 'a\tb\n1\t2\n'
	gives 'a,b\n1,2\n' 'a;b\n1;2\n'
	gives 'a,b\n1,2\n' 'a|b\n1|2\n'
	gives 'a,b\n1,2\n' 'a b\n1 2\n'
	gives 'a,b\n"1,5",2\n' 'a;b\n1,5;2\n'
	gives 'a\n1\n2\n' 'a\n1\n2\n'
	gives 'a,b\n1,2\n' 'a:b\n1:2\n' -d :
	printf '1,5;2\n1,6;3\n' >t.csv
	fails 2 "cannot tell the delimiter.*','.*';'" dl-import -o t.dlf t.csv
	gives 'C1,C2\n1,2\n' '1;2\n' -d ';' -H
}

@test "the guess is shown with its evidence" {
	printf 'a\tb\n1\t2\n' >t.csv
	run dl-import -o t.dlf t.csv
	[ "$status" -eq 0 ]
	[[ $output == *'delimiter tab (2 columns in 2 of the first 2 lines)'* ]]
	[[ $output == *'header (field 1 is text'* ]]
	[[ $output == *'1 rows, 2 columns, 0 rejected'* ]]
}

@test "header: guessed, given, replaced" {
	gives 'C1,C2\n1,2\n3,4\n' '1,2\n3,4\n'
	gives '1,2\n3,4\n' '1,2\n3,4\n' --header yes
	gives 'C1,C2\na,b\nc,d\n' 'a,b\nc,d\n' --header no
	gives 'x,y\n1,2\n' 'a,b\n1,2\n' --col-names x,y
	gives 'x,y\n1,2\n' '1,2\n' --col-names x,y
	printf 'x\ny z\n' >names
	gives 'x,y z\n1,2\n' '1,2\n' --col-names @names
	printf '1,2\n' >t.csv
	fails 2 'gives 3 names.*2 columns' dl-import --col-names x,y,z \
		-o t.dlf t.csv
}

@test "names: twice or empty is an error, or renamed" {
	refuses "columns 1 and 3 are both named 'a'" 'a,b,a\n1,2,3\n'
	refuses 'column 2 has no name' 'a,,c\n1,2,3\n'
	gives 'a,b,a_2,C4\n1,2,3,4\n' 'a,b,a,\n1,2,3,4\n' --rename-columns
}

@test "lines before the table and comments" {
	gives 'a,b\n1,2\n' 'made by "x\n\na,b\n1,2\n' --skip-lines 2
	gives 'a,b\n1,2\n' '#"x\na,b\n# y\n1,2\n#' --comment '#'
}

@test "missing values: default tokens, more tokens, per column" {
	gives 'a,b\n,1\n,2\n,3\n4,4\n' 'a,b\nNA,1\n,2\n nan ,3\n4,4\n'
	gives 'a,b\n,1\n2,-999\n' 'a,b\n?,1\n2,-999\n' --na '?'
	gives 'a,b\n1,\n-9,3\n' 'a,b\n1,-9\n-9,3\n' --na b=-9
	gives 'a,b\nNA,1\nx,2\n' 'a,b\nNA,1\nx,2\n' --no-default-na
}

@test "types: asked for by name, number, pattern" {
	gives 'a,b\n1,2\n' 'a,b\n1,x\n1,2\n' --type b=num --on-error skip
	gives 'a\n2\n' 'a,b\n2,x\n' --type 2=skip
	gives 'c\n3\n' 'a1,a2,c\n1,2,3\n' --type 'a*=skip'
	gives 'b,c\n2,3\n' 'a,b,c\n1,2,3\n' --drop-columns 1
	gives 'b,c\n2,3\n' 'a,b,c\n1,2,3\n' --columns 2-
	gives 't\n2026-11-23T13:22:40Z\n' 't\n2026-11-23 13:22:40\n' \
		--header yes --type t=time
	refuses "t.csv:3:2: not a number: 'x': column 'b' is num" \
		'a,b\n1,2\n3,x\n' --type b=num
	refuses "t.csv:2:1: not a time: 'soon'" 'a,b\nsoon,2\n' --type a=time
	printf 'alpha,b\n1,2\n' >t.csv
	fails 4 "no column.*'alpa'.*alpha" dl-import --type alpa=num \
		-o t.dlf t.csv
	fails 2 "'nun' is none of num, enum" dl-import --type b=nun \
		-o t.dlf t.csv
}

@test "leading zeros make codes, not numbers" {
	gives 'zip,n\n01234,1\n99999,2\n' 'zip,n\n01234,1\n99999,2\n'
	gives 'zip,n\n1234,1\n99999,2\n' 'zip,n\n01234,1\n99999,2\n' \
		--leading-zeros num
}

@test "numbers keep their value" {
	gives 'a\n9007199254740993\n-9223372036854775807\n' \
		'a\n9007199254740993\n-9223372036854775807\n'
	gives 'a,b\n12345678901234567890,1\n1,2\n' \
		'a,b\n12345678901234567890,1\n1,2\n'
	gives 'a,b\n0.1,1\n-0,1\n1e+300,1\n' 'a,b\n.1,1\n-0,1\n1E300,1\n'
	{
		echo a,b
		printf '0.%s,1\n' "$(head -c 100000 /dev/zero | tr '\0' 3)"
	} >t.csv
	dl-import -q -o t.dlf t.csv
	[ "$(dl-cat --no-header t.dlf)" = '0.3333333333333333,1' ]
}

@test "a column that is nearly all numbers is reported" {
	{
		echo a,b
		seq -f '%g,1' 50
		echo '1_000,1'
	} >t.csv
	run dl-import -o t.dlf t.csv
	[ "$status" -eq 0 ]
	[[ $output == *"column 'a' is 98.04 % numbers"*"t.csv:52:1: '1_000'"* ]]
	[[ $output == *"--na 'a=1_000'"* ]]
}

@test "bad rows: stop, skip, pad, rejects" {
	local text='a,b\n1,2\n3\n4,5,6\n7,8\n'
	refuses "t.csv:3:2: too few fields: '3': 1 field, not 2" "$text"
	gives 'a,b\n1,2\n7,8\n' "$text" --on-error skip --rejects r.tsv
	printf 't.csv\t3\t8\t2\ttoo few fields\t3\n' >want
	printf 't.csv\t4\t10\t3\ttoo many fields\t4,5,6\n' >>want
	diff want r.tsv
	gives 'a,b\n1,2\n3,\n7,8\n' "$text" --on-error pad
	refuses ': t.csv:4:3: .*over 1 bad rows' "$text" --on-error skip \
		--max-errors 1
	refuses '2 of 4 rows are bad, over 40 %' "$text" --on-error skip \
		--max-errors 40%
}

@test "NUL, bad UTF-8 and Latin 1" {
	refuses 't.csv:2:2: NUL byte' 'a,b\n1,x\000y\n'
	refuses 't.csv:2:1: not UTF-8.*iconv' 'a,b\n\344,1\n'
	refuses 't.csv:2:1: not UTF-8' 'a,b\n\355\240\200,1\n'
	refuses 't.csv:2:1: not UTF-8' 'a,b\n\300\257,1\n'
	gives 'a,b\n\303\244,1\n' 'a,b\n\344,1\n' --encoding latin1
	gives 'a,b\nx,1\n' 'a,b\nx,1\n\000,2\n' --on-error skip
}

@test "messages do not pass control bytes on" {
	refuses 't.csv:2:2: not a number: .\\x1b\[31m%s' \
		'a,b\n1,\033[31m%%s\n' --type b=num
}

@test "a file of whole pages, of one byte, of nothing" {
	{
		echo a,b
		yes 1,2 | head -c 4092
	} >t.csv
	[ "$(wc -c <t.csv)" -eq 4096 ]
	dl-import -q -o t.dlf t.csv
	[ "$(dl-cat --no-header t.dlf | sort -u)" = 1,2 ]
	[ "$(dl-cat --no-header t.dlf | wc -l)" -eq 1023 ]
	gives 'C1\n7\n' 7
	refuses empty ''
	refuses 'no rows' 'a,b\n' --header yes
	gives 'a,b\n' 'a,b\n' --header yes --allow-empty
}

@test "several files, a list of files, standard input" {
	printf 'a,b\n1,2\n' >1.csv
	printf 'a,b\n3,4' >2.csv
	printf 'b,a\n5,6\n' >3.csv
	printf '7,8\n' >4.csv
	printf '1.csv\n2.csv\n' >list
	dl-import -q -o t.dlf 1.csv - <2.csv
	[ "$(dl-cat t.dlf | tr '\n' ' ')" = 'a,b 1,2 3,4 ' ]
	dl-import -q -o u.dlf --files-from list
	cmp t.dlf u.dlf
	rm t.dlf u.dlf
	fails 4 "header of '3.csv'.*column 1 is 'b', not 'a'" \
		dl-import -o t.dlf 1.csv 3.csv
	fails 4 "header of '4.csv'" dl-import -o t.dlf 1.csv 4.csv
	fails 3 "'5.csv'" dl-import -o t.dlf 1.csv 5.csv
}

@test "each of several files has rows" {
	printf 'a,b\n1,2\n' >1.csv
	printf 'a,b\n' >head.csv
	: >none.csv
	fails 3 "'none.csv' is empty" dl-import -o t.dlf 1.csv none.csv
	fails 3 "'head.csv' has a header, but no rows" \
		dl-import -o t.dlf head.csv 1.csv
	fails 3 "'head.csv' has a header, but no rows" \
		dl-import -o t.dlf 1.csv head.csv 1.csv
	dl-import -q -o t.dlf --allow-empty head.csv 1.csv none.csv head.csv
	[ "$(dl-cat t.dlf | tr '\n' ' ')" = 'a,b 1,2 ' ]
	printf '1 2:3\n' >1.svm
	fails 3 "'none.csv' has no rows" dl-import --format svmlight \
		--index-base 1 -o u.dlf 1.svm none.csv
	dl-import -q --format svmlight --index-base 1 --allow-empty -o u.dlf \
		none.csv 1.svm
}

@test "an enum that changes its type late is read again exactly" {
	{
		echo a,b,c
		seq 70000 | sed 's/.*/&,&.50,1e2/'
		echo x,y,z
	} >t.csv
	dl-import -q -o t.dlf --type a=enum --type b=enum --type c=enum t.csv
	dl-cat t.dlf | cmp - t.csv
}

@test "the input is never the output" {
	printf 'a,b\n1,2\n' >t.csv
	ln -s t.csv link
	fails 2 'both input and output' dl-import -o link t.csv
	fails 2 'both input and output' \
		dl-import -o t.dlf --on-error skip --rejects link t.csv
	fails 2 'both input and output' dl-import --dry-run --summary t.csv link
	[ "$(cat t.csv)" = "$(printf 'a,b\n1,2')" ]
	dl-import -q -o like.dlf t.csv
	fails 2 'both input and output' dl-import --like like.dlf -o like.dlf \
		t.csv
}

@test "two outputs are never one file" {
	printf 'a,b\n1,2\n' >t.csv
	fails 2 'named for two' dl-import -o x --summary ./x t.csv
	fails 2 'named for two' \
		dl-import -o x --on-error skip --rejects "$PWD/x" t.csv
	fails 2 'named for two' dl-import --dry-run --on-error skip \
		--rejects x --summary x t.csv
}

@test "the frame appears only if rejects and summary could be written" {
	printf 'a,b\n1,2\n3\n' >t.csv
	printf '1 1:2\n' >t.svm
	echo old >x
	fails 6 '/dev/full' \
		dl-import -o x --on-error skip --rejects /dev/full t.csv
	fails 6 '/dev/full' \
		dl-import -o x --on-error skip --summary /dev/full t.csv
	fails 6 '/dev/full' dl-import -o x --format svmlight --index-base 1 \
		--summary /dev/full t.svm
	[ "$(cat x)" = old ]
}

@test "--max-levels says that it is why a column is text" {
	{ echo a,b; seq 100 | sed 's/.*/l&,&/; s/l[0-9]*\([0-9]\),/l\1,/'; } \
		>t.csv
	dl-import --max-levels 2 -o t.dlf t.csv 2>&1 |
		grep "'a' has over 2 levels"
}

@test "a level that --schema lacks: --adapt, which needs --like, is no advice" {
	printf 'a,b\ny,1\n' >t.csv
	printf '{"columns":[{"name":"a","type":"enum","levels":["x"]}]}' >s.json
	fails 4 "enum in 's.json'$" dl-import --schema s.json -o t.dlf t.csv
}

@test "expected rows and dry runs" {
	printf 'a,b\n1,2\n' >t.csv
	dl-import --dry-run t.csv 2>&1 | grep -q 'at most 8.25e-06 MB'
	dl-import -q --dry-run --expect-rows 1 --summary s.json t.csv
	grep -q '"rows":1.*"name":"a","type":"num"' s.json
	rm s.json
	fails 3 '1 rows, not 2' dl-import --expect-rows 2 -o t.dlf t.csv
}

@test "the least and the greatest integer of 64 bits" {
	for ((i = 0; i < 3; i++)); do
		printf '%s\n' -9223372036854775808 9223372036854775807 0 \
			-9223372036854775807 -9223372036854775808
	done | sed '1i a' >t.csv
	dl-import -q -o t.dlf t.csv
	dl-cat t.dlf | cmp - t.csv
	dl-inspect --verify t.dlf
	dl-inspect t.dlf | grep -q 'a .*num'
	printf 'a,b\n-9223372036854775808,1\n-0,2\n%s,3\n' \
		' -09223372036854775808' >u.csv
	dl-import -q -o u.dlf u.csv
	dl-inspect --verify u.dlf
	printf 'a\n-9223372036854775809\n' >v.csv
	fails 3 "v.csv:2:1: .*-9223372036854775809" \
		dl-import --type a=num -o v.dlf v.csv
}

@test "a time that has no text is none" {
	printf 't\n-62167219200\n253402300799\n' >t.csv
	dl-import -q --type t=time:%s -o t.dlf t.csv
	dl-cat t.dlf >u.csv
	dl-import -q --type t=time -o u.dlf u.csv
	dl-cat u.dlf | cmp - u.csv
	for s in 253402300800 -62167219201; do
		echo $s >>t.csv
		fails 3 "t.csv:4:1: not a time: '$s'" \
			dl-import --type t=time:%s -o t.dlf t.csv
		sed -i 4d t.csv
	done
}

@test "a schema in JSON, also the one of --summary" {
	printf 'a,b\n1,x\n2,y\n' >t.csv
	dl-import -q --summary s.json -o t.dlf t.csv
	dl-import -q --schema s.json -o u.dlf t.csv
	cmp t.dlf u.dlf
	printf '{"columns":[{"name":"a","type":"enum"}]}' >s.json
	dl-import -q --schema s.json -o u.dlf t.csv
	run ! cmp -s t.dlf u.dlf
	rm u.dlf
	printf '{"columns":[{"name":"q","type":"enum"}]}' >s.json
	fails 4 "no column 'q'" dl-import --schema s.json -o u.dlf t.csv
	printf '{"columns":[{"name":"a","type":"it"}]}' >s.json
	fails 3 "s.json.*column 1" dl-import --schema s.json -o u.dlf t.csv
	printf '{"columns":[%s,%s]}' '{"name":"a","type":"num"}' \
		'{"name":"a","type":"enum"}' >s.json
	fails 3 "s.json: column 'a' is there twice" \
		dl-import --schema s.json -o u.dlf t.csv
	printf '{"columns":[{"name":"b","type":"enum","levels":["x","x"]}]}' \
		>s.json
	fails 3 "s.json: level 'x' is there twice" \
		dl-import --schema s.json -o u.dlf t.csv
	printf '{' >s.json
	fails 3 's.json:1:.*not JSON' dl-import --schema s.json -o u.dlf t.csv
	for f in '"%q"' '""' '"x"' '"%Y-%"' 5; do
		printf '{"columns":[{"name":"a","type":"time","format":%s}]}' \
			"$f" >s.json
		fails 3 "s.json: column 1: .*: not a format of a time" \
			dl-import --schema s.json -o u.dlf t.csv
	done
}

@test "the schema of --summary has the formats of times" {
	printf 'd,s,i\n23.11.2026,-1.5,2026-11-23\n01.12.1969,7.25,\n' >t.csv
	dl-import -q --type 'd=time:%d.%m.%Y' --type 's=time:%s.%f' \
		--type i=time --summary s.json -o t.dlf t.csv
	dl-import -q --schema s.json --summary u.json -o u.dlf t.csv
	cmp t.dlf u.dlf
	diff <(sed 's/"elapsed_s":[^,]*//' s.json) \
		<(sed 's/"elapsed_s":[^,]*//' u.json)
	[ "$(grep -o '"format"' s.json | wc -l)" -eq 2 ]
}

@test "--like: the same coding, drift is refused, or adapted to" {
	printf 'a,b,c\n1,x,1\n2,y,1\n' >t.csv
	printf 'b,a,c\ny,3,1\nz,4,1\n' >n.csv
	printf 'c,b,a\n1,y,3\n1,x,4\n' >p.csv
	printf 'a,b\n1,x\n' >f.csv
	printf 'a,b,c\nq,x,1\n' >q.csv
	dl-import -q -o t.dlf t.csv
	dl-import -q --like t.dlf -o u.dlf t.csv
	cmp t.dlf u.dlf
	dl-import -q --like t.dlf -o u.dlf p.csv
	[ "$(dl-cat u.dlf | tr '\n' ' ')" = 'a,b,c 3,y,1 4,x,1 ' ]
	rm u.dlf
	fails 4 "n.csv:3:1: level not in the coding: 'z'.*'b'" \
		dl-import --like t.dlf -o u.dlf n.csv
	fails 4 "2 columns.*has 3" dl-import --like t.dlf -o u.dlf f.csv
	fails 4 "q.csv:2:1: not a number: 'q'" \
		dl-import --like t.dlf -o u.dlf q.csv
	dl-import -q --adapt --like t.dlf -o u.dlf n.csv
	[ "$(dl-cat u.dlf | tr '\n' ' ')" = 'a,b,c 3,y,1 4,z,1 ' ]
	dl-import -q --adapt --like t.dlf -o u.dlf f.csv
	[ "$(dl-cat u.dlf | tr '\n' ' ')" = 'a,b,c 1,x, ' ]
	dl-import -q --adapt --like t.dlf -o u.dlf q.csv
	[ "$(dl-cat u.dlf | tr '\n' ' ')" = 'a,b,c ,x,1 ' ]
}

@test "many columns" {
	seq 30000 | paste -sd, >t.csv
	seq 30000 | paste -sd, >>t.csv
	dl-import -q -H -o t.dlf t.csv
	dl-cat --no-header t.dlf | cmp - t.csv
}

@test "many levels, distinct texts" {
	{
		echo a,b
		seq -f 'k%g,1' 20000
	} >t.csv
	run dl-import -o t.dlf t.csv
	[[ $output == *"column 'a' is text"* ]]
	dl-cat t.dlf | cmp - t.csv
	dl-import -q -o t.dlf --type a=enum t.csv
	dl-cat t.dlf | cmp - t.csv
}

@test "a file that changes while it is read is refused" {
	mkfifo hold
	{
		echo a,b
		yes 1,2 | head -n 3000000
	} >t.csv
	dl-import -q --rejects hold --on-error skip -o t.dlf t.csv 2>said &
	sleep 0.2
	echo 3,4 >>t.csv
	cat hold >/dev/null
	status=0
	wait $! || status=$?
	[ "$status" -eq 3 ]
	grep -q 'changed while it was read' said
}

@test "frame and model know how the text was written" {
	needs dl-train dl-score
	printf 'a;b;y\n1;2;u\n3;?;v\n4;5;u\n9;9;v\n' >t.csv
	dl-import -q --na '?' -o t.dlf t.csv
	dl-train -q -y y --hidden 3 --epochs 1 -o t.dlm t.dlf
	printf '1;?\n' | dl-score -m t.dlm - >one
	printf 'b;a\n;1\n' | dl-score -m t.dlm - >two
	[ "$(wc -l <one)" -eq 2 ]
	cmp one two
}

@test "frame and model keep what single columns have of their own" {
	needs dl-train dl-score
	printf 'a,b,t,y\n1,x,01/02/2024,p\n-9,y,2/2/2024,q\n' >t.csv
	printf '3,x,3/12/2024,p\n4,-9,,q\n5,y,4/2/2024,p\n' >>t.csv
	dl-import -q --na a=-9 --type b=enum --type 't=time:%d/%m/%Y' \
		-o t.dlf t.csv
	"$PYTHON" "$ROOT/tests/tools/dlf_check.py" t.dlf
	dl-train -q -y y --hidden 3 --epochs 2 --seed 1 -o t.dlm t.dlf
	local f
	for f in t.dlf t.dlm; do
		dl-import -q --like $f -o u.dlf t.csv
		cmp t.dlf u.dlf
	done
	dl-score -m t.dlm t.dlf >want
	dl-score -m t.dlm t.csv | cmp - want
	dl-cat t.dlf | dl-score -m t.dlm - | cmp - want
}

@test "--like takes a frame's texts for missing" {
	printf 'a,b\n1,2\n-9,3\n' >t.csv
	dl-import -q --na=-9 -o t.dlf t.csv
	dl-import -q --like t.dlf -o u.dlf t.csv
	cmp t.dlf u.dlf
}

@test "--like takes a model: its columns, types and levels" {
	needs dl-train
	small_table 200 >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 3 --epochs 1 -o t.dlm t.dlf
	dl-import -q --like t.dlm -o u.dlf t.csv
	cmp t.dlf u.dlf
	rm u.dlf
	sed 's/red/pink/' t.csv >n.csv
	fails 4 "level not in the coding: 'pink'.*'color'.*'t.dlm'" \
		dl-import --like t.dlm -o u.dlf n.csv
}
