#!/usr/bin/env bats
# dl-cm: every format, measures, gates, and what is no matter for it.
# sanitize

load helper

setup()
{
	needs dl-cm
	in_scratch
	cat >s.csv <<-'END'
		actual,predict,p0,p1,p2
		0,0,0.75,0.125,0.125
		0,1,0.375,0.5,0.125
		1,1,0.125,0.75,0.125
		1,1,0.125,0.5,0.375
		2,0,0.5,0.125,0.375
		10,2,0.125,0.125,0.75
		2,2,0,0,1
	END
	printf '%s\n' actual,predict,no,yes yes,yes,0.25,0.75 \
		no,yes,0.5,0.5 no,no,1,0 yes,no,0.75,0.25 >two.csv
}

# is TEXT...: the output is these lines
is()
{
	diff <(printf '%s\n' "$@") <(printf '%s\n' "$output")
}

@test "measures do not depend on the unit of weights" {
	for unit in "" e80 e-80 e150; do
		printf '%s\n' actual,predict,w "a,a,1$unit" "a,b,2$unit" \
			"b,b,4$unit" "b,a,1$unit" |
			dl-cm -w w --metrics | grep -e mcc -e kappa >"of$unit"
		cmp of "of$unit"
	done
	grep -q 'mcc *0.14907' of
}

@test "cm: the layout, rows are actual classes" {
	run -0 dl-cm s.csv
	is "Act/Pred 0 1 2 10   Error" \
		"0        1 1 0  0 0.50000" \
		"1        0 2 0  0 0.00000" \
		"2        1 0 1  0 0.50000" \
		"10       0 0 1  0 1.00000" \
		"Totals   2 3 2  0 0.42857"
	run -0 dl-cm --rate s.csv
	[ "${lines[0]}" = "Act/Pred 0 1 2 10   Error  Rate" ]
	[ "${lines[5]}" = "Totals   2 3 2  0 0.42857 3 / 7" ]
}

@test "cm: counts of different width stand below one another" {
	awk 'BEGIN { print "actual,predict"
		for (i = 0; i < 1200; i++) print "a,a"
		for (i = 0; i < 30; i++) print "b,a\nb,bb" }' >wide.csv
	run -0 dl-cm wide.csv
	is "Act/Pred    a    b   bb   Error" \
		"a        1200    0    0 0.00000" \
		"b          30    0   30 1.00000" \
		"bb          0    0    0       -" \
		"Totals   1230    0   30 0.04762"
}

@test "cm: csv, tsv, long, md, html, json carry the same cells" {
	run -0 dl-cm -f csv two.csv
	is Act/Pred,no,yes,Error no,1,1,0.5 yes,1,1,0.5 Totals,2,2,0.5
	run -0 dl-cm -f tsv two.csv
	[ "${lines[1]}" = "no	1	1	0.5" ]
	run -0 dl-cm -f long s.csv
	is actual,predicted,count 0,0,1 0,1,1 1,1,2 2,0,1 2,2,1 10,2,1
	run -0 dl-cm -f md two.csv
	is "| Act/Pred | no | yes | Error |" "| --- | ---: | ---: | ---: |" \
		"| no | 1 | 1 | 0.50000 |" "| yes | 1 | 1 | 0.50000 |" \
		"| Totals | 2 | 2 | 0.50000 |"
	run -0 dl-cm -f html two.csv
	[[ $output == "<table>"*"<th>Totals</th>"*"</table>" ]]
	dl-cm -f json --metrics s.csv | "$PYTHON" -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == "dl.confusion/1"
assert d["classes"] == ["0", "1", "2", "10"]
assert d["matrix"] == [[1,1,0,0],[0,2,0,0],[1,0,1,0],[0,0,1,0]]
assert abs(d["error"] - 3 / 7) < 1e-15
assert d["class_error"] == [0.5, 0, 0.5, 1]
assert d["precision"][3] is None
assert d["hit_ratio"] == [4 / 7, 6 / 7, 6 / 7]
'
}

@test "cm: names with commas, quotes, pipes and tabs come through" {
	printf 'actual,predict\n"a,b","c""d"\n"a,b",<x|y>\n' >odd.csv
	run -0 dl-cm -f csv odd.csv
	[ "${lines[0]}" = 'Act/Pred,<x|y>,"a,b","c""d",Error' ]
	run -0 dl-cm -f html odd.csv
	[[ $output == *"<th>&lt;x|y&gt;</th>"* ]]
	run -0 dl-cm -f md odd.csv
	[[ $output == *'&lt;x\|y&gt;'* ]]
}

@test "cm: TSV holds any name" {
	needs dl-import dl-cat
	printf 'actual,predict\n"a\tb","c""d"\nC:\\temp,\\t\n' >odd.csv
	dl-import -q -o odd.dlf odd.csv
	dl-cm -f json odd.csv >want
	grep -qF '"classes":["C:\\temp","\\t","a\tb","c\"d"]' want
	dl-cat -t odd.dlf | dl-cm -t -f json | cmp - want
	dl-cm -f tsv odd.csv | dl-import -q -t -o cells.dlf
	dl-cat cells.dlf | diff <(dl-cm -f csv odd.csv) -
}

@test "cm: any two columns of any table, by name or number" {
	printf 'id\ttruth\tguess\tw\n1\ta\ta\t2\n2\ta\tb\t0.5\n3\tb\ta\t0\n' \
		>t.tsv
	run -0 dl-cm -a truth -p guess --error t.tsv
	is 0.6666666666666666
	run -0 dl-cm -a 2 -p 3 --error t.tsv
	is 0.6666666666666666
	run -0 dl-cm -a truth -p guess -w w -q t.tsv
	is "Act/Pred   a   b   Error" "a          2 0.5 0.20000" \
		"b          0   0       -" "Totals     2 0.5 0.20000"
	tail -n +2 t.tsv | dl-cm -H -t -a 2 -p C3 --error |
		grep -qx 0.6666666666666666
	dl-cm -d tab -a truth -p guess --error <t.tsv |
		grep -qx 0.6666666666666666
}

@test "cm: rows without a class are reported, quietly with -q" {
	printf 'actual,predict\na,a\n,a\nb,\n' >missing.csv
	run -0 --separate-stderr dl-cm --error missing.csv
	is 0
	[[ ${stderr:?} == *"2 of 3 rows"* ]]
	run -0 --separate-stderr dl-cm -q --error missing.csv
	[ -z "$stderr" ]
}

@test "cm: shares of rows, columns, all" {
	run -0 dl-cm --normalize row -f csv s.csv
	[ "${lines[1]}" = 0,0.5,0.5,0,0,0.5 ]
	run -0 dl-cm --normalize col -f csv s.csv
	[ "${lines[2]}" = 1,0,0.6666666666666666,0,,0 ]
	run -0 dl-cm --normalize all -f csv two.csv
	is Act/Pred,no,yes,Error no,0.25,0.25,0.5 yes,0.25,0.25,0.5 \
		Totals,0.5,0.5,0.5
}

@test "cm: shares as JSON" {
	printf '%s\n' actual,predict a,a a,b a,a a,a b,c >part.csv
	dl-cm -f json --normalize row part.csv | "$PYTHON" -c '
import json, sys
d = json.load(sys.stdin)
assert d["normalize"] == "row"
assert d["matrix"] == [[.75, .25, 0], [0, 0, 1], [None] * 3]'
	! dl-cm -f json part.csv | grep normalize
}

@test "cm: measures" {
	run -0 dl-cm --metrics -f csv s.csv
	[ "${lines[0]}" = measure,of,value ]
	for line in precision,1,0.6666666666666666 recall,10,0 \
		"precision,10," support,1,2 hit_ratio,2,0.8571428571428571 \
		macro_f1,,0.45 rows,,7 mean_per_class_error,,0.5; do
		grep -qx "$line" <<<"$output"
	done
	run -0 dl-cm --metrics two.csv
	[[ $output =~ auc\ +0\.75000 ]]
	[[ $output == *"yes     0.50000 0.50000 0.50000       2"* ]]
}

@test "cm: two classes have thresholds" {
	run -0 dl-cm --thresholds max two.csv
	[[ $output =~ f1\ +0\.25\ +0\.8\ +2 ]]
	run -0 dl-cm --thresholds all -f csv two.csv
	[ "${#lines[@]}" -eq 5 ]
	run -0 dl-cm --thresholds 2 -f csv two.csv
	[ "${#lines[@]}" -eq 3 ]
	[ "$(cut -d, -f 1,20 <<<"$output" | xargs)" = \
		"threshold,idx 0.75,0 0,3" ]
	run -0 dl-cm --thresholds 3 -f csv two.csv
	[ "$(cut -d, -f 20 <<<"$output" | xargs)" = "idx 0 2 3" ]
	run -0 dl-cm --thresholds 1 -f csv two.csv
	[ "$(cut -d, -f 20 <<<"$output" | xargs)" = "idx 2" ]
	fails 4 "two classes" dl-cm --thresholds max s.csv
	fails 2 "max, all or a number" dl-cm --thresholds many two.csv
	for f in table tsv csv json md html long; do
		dl-cm --thresholds max -f $f two.csv | grep -q 'absolute.*mcc'
	done
}

@test "cm: gains, lift and calibration" {
	awk 'BEGIN { print "actual,predict,n,y"; for (i = 0; i < 100; i++)
		printf "%s,n,%g,%g\n", (i >= 80 || i % 10 == 0) ? "y" : "n",
			1 - i / 100, i / 100 }' >hundred.csv
	run -0 dl-cm --gains 10 -f csv hundred.csv
	[ "${#lines[@]}" -eq 11 ]
	[[ ${lines[0]} == \
		group,cumulative_data_fraction,lower_threshold,lift,* ]]
	# the first tenth: 10 of 28 events, 3.571 times the rate of all
	[[ ${lines[1]} == 1,0.1,0.89*,3.57142857142857*,* ]]
	[[ ${lines[10]} == 10,1,0,*,0 ]]
	dl-cm --gains -1 -f json hundred.csv | "$PYTHON" -c '
import json, sys
g = json.load(sys.stdin)
assert len(g) == 16 and g[0]["cumulative_data_fraction"] == 0.01
assert g[15]["cumulative_capture_rate"] == 1'
	run -0 dl-cm --calibration 5 -f csv hundred.csv
	[ "${lines[0]}" = low,high,weight,mean_score,rate ]
	[[ ${lines[5]} == 0.8,1,20,0.89[45]*,1 ]]
	fails 4 "--gains.*two classes" dl-cm --gains 4 s.csv
	fails 2 "exclude" dl-cm --gains 4 --calibration 3 hundred.csv
}

@test "cm: rows of one class leave measures by threshold undefined" {
	printf '%s\n' actual,predict,no,yes yes,yes,.5,.5 yes,yes,.2,.8 >y.csv
	run -0 dl-cm --thresholds 2 -f csv y.csv
	[[ ${lines[2]} == 0.5,1,1,1,1,1,1,,,,,0,0,0,2,,0,,1,1 ]]
	dl-cm --thresholds max y.csv | grep -qx 'specificity  *-  *-  *-'
	dl-cm --thresholds max -f json y.csv |
		grep -q 'mcc","threshold":null,"value":null,"idx":null'
	run -0 dl-cm --gains 1 -f csv y.csv
	[[ ${lines[1]} == 1,1,0.5,1,*,0, ]]
	sed 's/^yes/no/' y.csv >n.csv
	run -0 dl-cm --thresholds 2 -f csv n.csv
	[[ ${lines[2]} == 0.5,,,,0,0,,0,,,,0,0,2,0,0,,1,,1 ]]
	fails 4 "gains: no row is of the second class" dl-cm --gains 2 n.csv
	dl-cm --calibration 1 -f csv n.csv | grep -qx '0,1,2,0.65,0'
}

@test "cm: the worst confusions" {
	printf '%s\n' actual,predict a,b a,b b,a a,a c,a c,a c,a >top.csv
	run -0 dl-cm --top 2 -f csv top.csv
	is Actual,Predicted,Count,Share c,a,3,1 a,b,2,0.6666666666666666
	run -0 dl-cm --top 1 -f json top.csv
	is '[{"Actual":"c","Predicted":"a","Count":3,"Share":1}]'
}

@test "cm: gates" {
	run -1 dl-cm --error --fail-if 'error>0.4' --fail-if 'rows < 8' s.csv
	[[ $output == *"'error>0.4': it is 0.42857142857142855, 'rows < 8'"* ]]
	run -0 dl-cm --error --fail-if 'recall(1)<1' --fail-if 'kappa<=0.1' \
		--fail-if 'hit_ratio(2)<0.8' s.csv
	# what is not known does not pass
	run -1 dl-cm --error --fail-if 'auc<0' s.csv
	fails 4 "no class '7'" dl-cm -q --fail-if 'recall(7)<1' s.csv
	fails 2 "did you mean 'error'" dl-cm --fail-if 'eror>1' s.csv
	fails 2 "needs a class" dl-cm --fail-if 'recall>1' s.csv
	fails 2 "measure>number" dl-cm --fail-if 'error' s.csv
	dl-cm --error --fail-if ' error > 0.9 ' s.csv
	fails 2 "not a number" dl-cm --fail-if 'error>x' s.csv
}

@test "cm: options without effect beside others are refused" {
	local o

	for o in --top=1 --metrics --rate --normalize=row --error \
		--calibration=2; do
		fails 2 "${o%%=*}" dl-cm --diff "$o" two.csv two.csv
	done
	for o in --rate --normalize=row; do
		for with in --error --top=1 --gains=2 --thresholds=max \
			--calibration=2 "--metrics -f csv"; do
			# shellcheck disable=SC2086
			fails 2 "${o%%=*}: no matrix" dl-cm "$o" $with two.csv
		done
	done
	fails 2 "rate: no matrix" dl-cm --rate -f json two.csv
	fails 2 "rate: no matrix" dl-cm --rate -f long two.csv
	fails 2 "bare number" dl-cm --error -f json two.csv
	for f in csv tsv long json; do
		fails 2 "top and --me" dl-cm --top 1 --metrics -f $f two.csv
	done
	dl-cm --top 1 --metrics two.csv | grep -q '^Predicted\|^Actual'
	fails 2 "tab and --delimiter" dl-cm -t -d , two.csv
	fails 2 "gains: '0': must be -1 or in 1" dl-cm --gains 0 two.csv
	fails 2 "gains: '-2': must be -1 or in 1" dl-cm --gains=-2 two.csv
}

@test "cm: two models on the same rows" {
	awk 'BEGIN { print "actual,predict"
		for (i = 0; i < 20; i++) print "a," (i < 10 ? "a" : "b") }' \
		>one.csv
	awk 'BEGIN { print "actual,predict"
		for (i = 0; i < 20; i++) print "a," (i < 18 ? "a" : "b") }' \
		>other.csv
	run -0 dl-cm --diff -f csv one.csv other.csv
	is Measure,Value error_a,0.5 error_b,0.1 difference,-0.4 \
		both_right,10 only_a_right,0 only_b_right,8 both_wrong,2 \
		mcnemar_p,0.0078125
	# rows that only one has a prediction for are compared in none
	awk 'NR == 2 { sub(/,.*/, ",") } 1' one.csv >less.csv
	run -0 --separate-stderr dl-cm --diff -f csv less.csv one.csv
	[[ $output == *$'\ndifference,0\n'* ]]
	[[ $stderr == "dl-cm: 1 of "*" no actual or predicted class"* ]]
	printf 'actual,predict,w\na,b,1\n' >light.csv
	printf 'actual,predict,w\na,b,2\n' >heavy.csv
	fails 3 "heavy\.csv:2: weight differs" \
		dl-cm --diff -w w light.csv heavy.csv
	printf 'actual,predict,w\na,b,0\n' >none.csv
	fails 3 "no row has .* predicted class, and a weight" \
		dl-cm -w w none.csv
	fails 3 "none\.csv: no row counts in both" \
		dl-cm -w w --diff none.csv none.csv
	fails 3 "same number of rows" dl-cm --diff one.csv s.csv ||
		fails 3 "differs" dl-cm --diff one.csv s.csv
	fails 2 "two tables" dl-cm --diff one.csv
	fails 2 "need --diff" dl-cm one.csv other.csv
}

@test "cm: why numbers are no probabilities" {
	printf 'actual,predict,a,b,c\na,a,.6,.2,.2\nb,b,.3,.34,.37\n' >r.csv
	run -0 --separate-stderr dl-cm --metrics r.csv
	[[ $output != *logloss* ]]
	[ "$stderr" = "dl-cm: r.csv:3: the columns after 'predict' add up to\
 1.01, not to 1: no probabilities" ]
	run -0 --separate-stderr dl-cm r.csv
	[ -z "$stderr" ]
	printf 'actual,predict,a,b\na,a,.6,.4\nb,b,.3,x\n' >x.csv
	fails 4 "thresholds: x\.csv:3: column 'b' holds no probability" \
		dl-cm --thresholds max x.csv
	run -1 --separate-stderr dl-cm --fail-if 'logloss>9' x.csv
	[[ $stderr == *"x.csv:3: column 'b'"*"'logloss>9': there is none" ]]
}

@test "cm: what is no probability is found beyond the first rows" {
	awk 'BEGIN { print "actual,predict,no,yes"
		for (i = 0; i < 300000; i++) print "yes,no,0.25,0.75"
		print "no,no,0.5,0.5" }' >late.csv
	dl-cm --thresholds all -f csv late.csv | grep -q '^0.5,'
	echo yes,yes,7,-6 >>late.csv
	fails 4 "late.csv:300003: column 'no' holds no probability" \
		dl-cm --thresholds all late.csv
	sed -i 's/7,-6/0.5,0.6/' late.csv
	fails 4 "late.csv:300003: .*add up to 1.1" dl-cm --gains 2 late.csv
	sed -i 's/0.5,0.6/NA,NA/' late.csv
	run -0 dl-cm --thresholds all -f csv late.csv
	[[ $stderr == *"1 of 300002 rows have probabilities that are not"* ]] ||
		[[ $output == *"1 of 300002 rows"* ]]
}

@test "cm: wrong values are found before anything is read" {
	fails 2 "thresholds: 'many'" dl-cm --thresholds many nosuch.csv
	fails 2 "thresholds: '0'" dl-cm --thresholds 0 nosuch.csv
	fails 2 "hit_ratio: '11': must be between 1 and 10" \
		dl-cm --fail-if 'hit_ratio(11)<1' nosuch.csv
}

@test "cm: long has as many digits as CSV" {
	local o

	for o in --metrics --top=1; do
		diff <(dl-cm -f long $o s.csv) <(dl-cm -f csv $o s.csv)
	done
	diff <(dl-cm -f long --diff s.csv s.csv) \
		<(dl-cm -f csv --diff s.csv s.csv)
	fails 2 "one character" dl-cm -d $'\n' two.csv
}

@test "cm: names are harmless and stand in their columns" {
	printf 'actual,predict\n<b>&,"new\nline"\n' >odd.csv
	run -0 dl-cm -f md odd.csv
	[[ $output == *'| &lt;b&gt;&amp; |'* && $output != *'<b>'* ]]
	run -0 dl-cm odd.csv
	is 'Act/Pred  <b>& new\nline   Error' \
		'<b>&         0         1 1.00000' \
		'new\nline    0         0       -' \
		'Totals       0         1 1.00000'
}

@test "cm: weights that do not add up exactly make no error" {
	printf 'actual,predict,w\na,a,.1\na,a,.7\nb,b,.3\nc,c,.2\nb,b,.6\n' |
		dl-cm -w w --metrics -f csv --fail-if 'error>0' \
		--fail-if 'mean_per_class_error>0' --fail-if 'accuracy<1'
	printf 'actual,predict,w\na,a,1e9\nb,b,1e9\na,b,1e-8\n' >tiny.csv
	run -0 dl-cm -w w --error tiny.csv
	[ "$output" = 5e-18 ]
}

@test "cm: wrong tables" {
	printf 'actual,predict\n1.5,1.43\n2,2.25\n' >regression.csv
	fails 3 "for regression see" dl-cm regression.csv
	printf 'actual,predict\n' >header.csv
	fails 3 "no rows" dl-cm header.csv
	printf 'actual,predict\na,"b\n' >quote.csv
	fails 3 "quote\.csv:2" dl-cm quote.csv
	printf 'actual,predict,w\na,b,-1\n' >weight.csv
	fails 3 "weight\.csv:2:3: column 'w': '-1'" dl-cm -w w weight.csv
	printf 'actual,predict,w\na,b,1e308\na,a,1e308\n' >huge.csv
	fails 3 "huge\.csv: the weights add up to more" dl-cm -w w huge.csv
	fails 4 "no column 'predicted'.*'predict'" \
		dl-cm -a w weight.csv -p predicted
	printf '\001\000\002' >binary.dlf
	fails 3 "binary\.dlf' is no text table" dl-cm binary.dlf
	fails 2 "cannot be both" dl-cm -a actual -p actual s.csv
}

@test "cm: shades only where a terminal reads" {
	run -0 dl-cm s.csv
	[[ $output != *$'\033'* ]]
	run -0 dl-cm --color always s.csv
	[[ $output == *$'\033['* ]]
	FORCE_COLOR=1 run -0 dl-cm s.csv
	[[ $output == *$'\033['* ]]
	FORCE_COLOR=1 run -0 dl-cm --color never s.csv
	[[ $output != *$'\033'* ]]
}

@test "cm: compressed tables, standard input, many classes" {
	needs zstd
	zstd -q s.csv
	run -0 dl-cm --error s.csv.zst
	is 0.42857142857142855
	run -0 dl-cm --error - <s.csv
	is 0.42857142857142855
	awk 'BEGIN { print "actual,predict"
		for (i = 0; i < 5000; i++)
			print "c" i ",c" (i % 4999) }' >many.csv
	run -0 dl-cm --error many.csv
	is 0.0002
	run -0 dl-cm --top 1 -f csv many.csv
	[ "${lines[1]}" = c4999,c0,1,1 ]
}

@test "cm: columns that may be of two classes are refused" {
	printf '%s\n' actual,predict,p1,p1 1,1,0.75,0.25 p1,1,0.5,0.5 >d.csv
	fails 4 "two columns for the class '1'" dl-cm d.csv
	printf '%s\n' actual,predict,p1,x 1,1,0.75,0.25 p1,1,0.5,0.5 >d.csv
	fails 4 "one column for the classes" dl-cm d.csv
	printf '%s\n' actual,predict,p.1,p.p1 1,1,0.75,0.25 p1,1,0.5,0.5 >d.csv
	dl-cm --metrics d.csv | grep -Eq '^logloss +0.49041'
}

@test "cm: the weight column may stand beside the probabilities" {
	local at
	run -0 dl-cm -w w --metrics -f tsv <(awk -F, -v OFS=, '{
		print NR == 1 ? "w" : NR, $0 }' two.csv)
	grep -q logloss <<<"$output"
	for at in 2 3 4; do
		awk -F, -v OFS=, -v at="$at" '{
			$at = $at OFS (NR == 1 ? "w" : NR)
			print }' two.csv >w.csv
		diff <(dl-cm -w w --metrics -f tsv w.csv) \
			<(printf '%s\n' "$output")
	done
}

@test "cm: probabilities are read as they stand" {
	printf '%s\n' actual,predict,no,yes yes,yes,1e-10,0.9999999999 \
		no,yes,1e-9,0.999999999 no,no,0.7,0.3 \
		yes,no,0.69999999,0.30000001 >near.csv
	run -0 dl-cm --thresholds all -f csv near.csv
	[ "$(cut -d, -f 1 <<<"$output" | paste -sd ' ')" = \
		"threshold 0.9999999999 0.999999999 0.30000001 0.3" ]
	run -0 dl-cm --thresholds max near.csv
	[[ $output =~ f1\ +0.30000001\  ]]
	run -0 dl-cm --fail-if 'auc<0.75' --fail-if 'auc>0.75' near.csv
}
