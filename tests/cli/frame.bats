#!/usr/bin/env bats
# dl-cat and dl-inspect on frames.  golden/frame-1.dlf was written by the first
# version of the format and must be readable for ever.
# sanitize

load helper

setup()
{
	in_scratch
	cp "$BATS_TEST_DIRNAME/golden/frame-1.dlf" f.dlf
}

@test "dl-cat: canonical CSV with header" {
	run -0 dl-cat --head 3 f.dlf
	[ "$output" = 'id,price,kind,note,when,none
-7,0.3333333333333333,blue,"a ""word""",2023-11-14T22:13:20Z,
999996,,green,"",2023-11-14T22:13:20.001Z,
1999999,,green,"a ""word""",2023-11-14T22:13:20.002Z,' ]
}

@test "dl-cat: TSV is CSV with tabs, JSON knows missing" {
	run -0 dl-cat --tsv --head 2 -c kind,note,price f.dlf
	[ "$output" = "$(dl-cat --head 2 -c kind,note,price f.dlf |
		tr , '\t')" ]
	run -0 dl-cat --json --rows 2 f.dlf
	want='{"id":999996,"price":null,"kind":"green","note":"",'
	want+='"when":"2023-11-14T22:13:20.001Z","none":null}'
	[ "$output" = "$want" ]
	dl-cat --json f.dlf | "$PYTHON" -c 'import json, sys
rows = [json.loads(line) for line in sys.stdin]
assert len(rows) == 40 and rows[39]["id"] == 39000110'
}

@test "dl-cat: TSV that dl-import -t reads back as it was" {
	printf '%s\n' 'a	b,s' '"x	y",1' '"x""y",1' '"""q""",' \
		'C:\temp,2' '\t\n\\,3' '"line
end",4' ,5 >odd.csv
	dl-import -q --type s=text -o odd.dlf odd.csv
	dl-cat -t odd.dlf >odd.tsv
	grep -qx 'C:\\temp	2' odd.tsv
	dl-import -q -t --type s=text -o back.dlf odd.tsv
	cmp <(dl-cat --json odd.dlf) <(dl-cat --json back.dlf)
	dl-cat -c 2 -t odd.dlf | dl-import -q -t --header yes --type s=text \
		-o one.dlf
	[ "$(dl-cat one.dlf | wc -l)" -eq 8 ]
}

@test "dl-cat: columns by name, number, range and pattern" {
	run -0 dl-cat --head 1 -c 'kind,1-2,!price' f.dlf
	[ "${lines[0]}" = kind,id ]
	run -0 dl-cat --head 1 -c '!*e*,re:^no' f.dlf
	[ "${lines[0]}" = id,kind,note,none ]
	fails 4 "no column 'kid', did you mean '.*'" dl-cat -c kid f.dlf
	fails 4 "no column '7' among 6" dl-cat -c 7 f.dlf
	fails 4 "no column matches 'z\*'" dl-cat -c 'z*' f.dlf
	fails 2 "runs backwards" dl-cat -c 3-2 f.dlf
	fails 4 "no column is left" dl-cat -c '1,!1' f.dlf
}

@test "dl-cat: rows from 1, both ends included" {
	run -0 dl-cat --no-header -c id --rows 3:5 f.dlf
	[ "$output" = $'1999999\n3000002\n4000005' ]
	run -0 dl-cat --no-header -c id --rows 39: --head 1 f.dlf
	[ "$output" = 38000107 ]
	run -0 dl-cat --no-header -c id --rows :1 f.dlf
	[ "$output" = -7 ]
	run -0 dl-cat --no-header --rows 41:50 f.dlf
	[ -z "$output" ]
	fails 2 "rows.*backwards" dl-cat --rows 5:4 f.dlf
	fails 2 "rows" dl-cat --rows 0:4 f.dlf
	fails 2 "rows" dl-cat --rows a f.dlf
}

@test "dl-cat: a sample does not depend on the columns or rows asked for" {
	dl-cat --no-header --sample 0.3 --seed 7 f.dlf >all
	dl-cat --no-header --sample 0.3 --seed 7 -c id f.dlf >ids
	cut -d, -f1 all | cmp - ids
	dl-cat --no-header --sample 0.3 --seed 7 -c id --rows 20: f.dlf >some
	grep -Fxf some ids | cmp - some
	[ "$(wc -l <all)" -gt 3 ]
	[ "$(wc -l <all)" -lt 25 ]
	dl-cat --no-header --sample 0.3 --seed 8 -c id f.dlf >other
	run -1 cmp -s ids other
}

@test "dl-cat: standard input, -o, closed and full outputs" {
	dl-cat f.dlf >want
	dl-cat - <f.dlf | cmp - want
	cat f.dlf | dl-cat | cmp - want
	dl-cat -o out.csv f.dlf
	cmp out.csv want
	fails 6 "." sh -c 'dl-cat f.dlf >/dev/full'
	fails 6 "." sh -c 'dl-cat f.dlf >&-'
	fails 6 "no/out.csv" dl-cat -o no/out.csv f.dlf
}

@test "dl-cat: a reader that goes away is no complaint" {
	dl-cat f.dlf 2>err | head -n 1 >one
	[ ! -s err ]
	[ "$(cat one)" = id,price,kind,note,when,none ]
}

@test "dl-cat: groups of rows, all kinds of numbers, text and back" {
	needs dl-import
	awk 'BEGIN {
		print "i,x,k,big,m"
		for (i = 0; i < 140000; i++)
			print i % 1000 "," i / 7 ",abc" i % 3 \
			    ",9007199254740993," (i % 5 ? i % 2 : "")
	}' >t.csv
	dl-import -q -o t.dlf t.csv
	dl-cat t.dlf | cmp - t.csv
	dl-cat --no-header --rows 65530:65545 t.dlf >some
	sed -n 65531,65546p t.csv | cmp - some
	dl-inspect --verify t.dlf
}

@test "dl-inspect: schema and statistics" {
	head=number,name,type,count,missing,zeros,min,max,mean,sd,distinct
	head+=,estimated,integer,levels
	price=2,price,num,35,5,0,0.3333333333333333,4.75,1.8916666666666668
	price+=,1.545840930693238,23,false,false,
	run -0 dl-inspect --csv f.dlf
	[ "${lines[0]}" = "$head" ]
	[ "${lines[2]}" = "$price" ]
	[ "${lines[3]}" = 3,kind,enum,40,0,,,,,,2,false,false,3 ]
	run -0 dl-inspect f.dlf
	[[ "${lines[0]}" = "f.dlf: frame, 40 rows, 6 columns, 724 bytes" ]]
	dl-inspect --json f.dlf | "$PYTHON" -c 'import json, sys
d = json.load(sys.stdin)
assert d["schema"] == "dl.frame/1" and d["rows"] == 40, d
assert d["columns"][1]["missing"] == 5 and d["columns"][5]["mean"] is None'
}

@test "dl-inspect: names and levels" {
	run -0 dl-inspect --names f.dlf
	[ "$output" = $'id\nprice\nkind\nnote\nwhen\nnone' ]
	run -0 dl-inspect --levels kind --csv f.dlf
	[ "$output" = $'level,count\nblue,14\ngreen,26\nred,0' ]
	fails 4 "column 'id' is num, not enum" dl-inspect --levels id f.dlf
	fails 4 "column 'kin': no such .* did you mean 'kind'" \
		dl-inspect --levels kin f.dlf
}

@test "dl-inspect --verify: whole, damaged, cut off, no frame, other version" {
	run -0 dl-inspect --verify f.dlf
	[[ "$output" = *"whole: 724 bytes, 6 chunks, 40 rows"* ]]
	printf x | dd of=f.dlf bs=1 seek=80 conv=notrunc status=none
	fails 3 "'f.dlf': column 'id'.*checksum" dl-inspect --verify f.dlf
	head -c 700 "$BATS_TEST_DIRNAME/golden/frame-1.dlf" >cut.dlf
	fails 3 "'cut.dlf': cut off" dl-inspect cut.dlf
	echo hello >text
	fails 3 "'text': not a dltools frame" dl-cat text
	fails 3 "'no.dlf'.*No such file" dl-cat no.dlf
	fails 3 "'no.dlf'.*No such file" dl-inspect no.dlf
	seq 9 >text
	fails 3 "'text': neither frame nor model" dl-inspect text
	: >empty
	fails 3 "'empty': empty" dl-cat empty
}

@test "dl-inspect: one thing at a time, in one format" {
	fails 2 "exclude each other" dl-inspect --names --verify f.dlf
	fails 2 "exclude each other" dl-inspect --csv --json f.dlf
	fails 2 "exclude each other" dl-cat --tsv --json f.dlf
	fails 2 "is a frame: --history.*for models" dl-inspect --history f.dlf
	fails 2 "unknown option.*--verify" dl-inspect --verfy f.dlf
}

@test "dl-inspect: models, also on a pipe" {
	needs dl-import dl-train
	small_table 300 >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 -o m.dlm t.dlf
	run -0 dl-inspect m.dlm
	[ "${lines[0]}" = "m.dlm: model, 3 classes of 'y'" ]
	[[ "$output" = *"frame $(dl-inspect t.dlf | sed -n 's/.*id //p')"* ]]
	[[ "$output" = *"Status of Neuron Layers"* ]]
	run -0 dl-inspect --levels color --csv m.dlm
	[ "$output" = $'level\nblue\ngreen\nred' ]
	fails 2 "is a model" dl-inspect --csv m.dlm
	for what in names verify params command rule; do
		fails 2 "--$what is text" dl-inspect --json --$what m.dlm
		fails 2 "--$what is text" dl-inspect --tsv --$what m.dlm
	done
	fails 2 "is a model" dl-inspect --csv --signature m.dlm
	fails 2 "--set is for" dl-inspect --set training --metrics m.dlm
	run -0 dl-inspect --names m.dlm
	[ "$output" = $'a\nb\nc\ncolor\ny' ]
	dl-inspect --signature m.dlm | "$PYTHON" -c 'import json, sys
d = json.load(sys.stdin)
assert d["response"] == "y" and d["classes"] == ["high", "low", "mid"], d
assert [c["name"] for c in d["inputs"]] == ["a", "b", "c", "color"], d'
	dl-inspect --params m.dlm | grep -q "^hidden = 4"
	dl-inspect --header m.dlm | "$PYTHON" -c 'import json, sys
assert "__metadata__" in json.load(sys.stdin)'
	dl-inspect --history --csv m.dlm | head -n 1 | grep -q "^.*epochs"
	cat m.dlm | dl-inspect --verify | grep -q whole
	cat t.dlf | dl-inspect --verify | grep -q whole
	dl-inspect --verify <(cat m.dlm) | grep -q whole
	head -c 3000 m.dlm >cut.dlm
	fails 3 "cut.dlm" dl-inspect --verify cut.dlm
	fails 4 "no column 'z'" dl-inspect --levels z m.dlm
}

@test "an independent reader agrees" {
	"$PYTHON" "$ROOT/tests/tools/dlf_check.py" f.dlf >check.csv
	dl-cat f.dlf | cmp - check.csv
}

@test "a frame is not replaced by its own text" {
	cp f.dlf own.dlf
	fails 2 'both input and output' dl-cat -o ./own.dlf own.dlf
	cmp f.dlf own.dlf
}
