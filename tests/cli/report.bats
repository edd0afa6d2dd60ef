#!/usr/bin/env bats
# dl-report: what a user sees of runs, histories, models and scores.
load helper

setup()
{
	in_scratch
	export LC_ALL=C.UTF-8
	unset COLUMNS FORCE_COLOR CLICOLOR_FORCE
}

# runs: a result table with repeats, long names and missing values.
runs()
{
	local dropout="activation=RectifierWithDropout input_dropout_ratio=0.2"
	dropout+=" hidden_dropout_ratios=0.5,0.5"
	cat <<-END
	parameters,training samples,training time,training speed,test set error
	"hidden=64,64 epochs=0.1 seed=1",6000,0.5,12000,0.10
	"hidden=64,64 epochs=0.1 seed=2",6000,0.6,10000,0.12
	"hidden=128 epochs=0.1 seed=1",6000,0.4,15000,0.13
	"hidden=128 epochs=0.1 seed=2",6000,0.4,15000,0.15
	"hidden=1024,1024 epochs=0.1 $dropout",6000,20,300,0.08
	"hidden=32 epochs=0.1",6000,,,
	END
}

history()
{
	local head=epochs,iterations,samples,training_rmse,training_logloss
	head+=,training_classification_error,validation_logloss
	head+=,validation_classification_error,wall_s
	echo "$head"
	for i in 1 2 3 4; do
		row=0.$i,$i,${i}00,0.$((9 - i)),0.$((7 - i)),0.$((8 - i))
		echo "$row,0.$((8 - i)),0.$((9 - i)),$i.5"
	done
}

binary_scores()
{
	awk 'BEGIN {
		print "actual,predict,pno,pyes"
		for (i = 0; i < 400; i++) {
			p = (i * 37 % 400) / 400
			y = (i * 7919 % 1000) / 1000 < p ? "yes" : "no"
			print y "," (p > 0.5 ? "yes" : "no") "," 1 - p "," p
		}
	}'
}

# page FILE: well-formed: tags balance, nothing from elsewhere, no script.
page()
{
	"$PYTHON" - "$1" <<-'END'
	import sys
	from html.parser import HTMLParser
	class Check(HTMLParser):
	    void = {"meta", "br", "path", "rect", "line", "circle", "image"}
	    stack = []
	    def handle_starttag(self, tag, attrs):
	        assert tag not in ("script", "link", "iframe"), tag
	        for name, value in attrs:
	            assert not name.startswith("on"), name
	            if name in ("href", "src"):
	                assert value.startswith(("#", "data:")), value
	        if tag not in self.void:
	            self.stack.append(tag)
	    def handle_startendtag(self, tag, attrs):
	        pass
	    def handle_endtag(self, tag):
	        assert self.stack and self.stack.pop() == tag, tag
	text = open(sys.argv[1], encoding="utf-8").read()
	c = Check()
	c.feed(text)
	assert not c.stack, c.stack
	assert "prefers-color-scheme:dark" in text
	END
}

# lines are at most 80 characters wide
narrow()
{
	[ "$(wc -L <"$1")" -le 80 ] || { cat "$1"; return 1; }
}

@test "results: plots and a table in the terminal, 80 columns" {
	runs >runs.csv
	dl-report runs.csv >out
	grep -q 'Test set error against training time' out
	grep -q 'Pareto front' out
	grep -q '█' out
	grep -q '0.1100 ± 0.0141' out
	narrow out
}

@test "plots are at most 80 columns wide, in Unicode and in ASCII" {
	runs >runs.csv
	history >h.csv
	for locale in C C.UTF-8; do
		LC_ALL=$locale dl-report --plot error-time --plot speed \
			--plot error runs.csv >out
		narrow out
		LC_ALL=$locale dl-report h.csv >out
		narrow out
	done
	LC_ALL=C dl-report runs.csv >out
	run ! env LC_ALL=C grep -q '[^ -~]' out
}

@test "the table has what differs, repeats pooled, sorted by error" {
	runs >runs.csv
	dl-report --table -f csv runs.csv >out
	head=activation,hidden,input_dropout_ratio,hidden_dropout_ratios,n
	head+=,training_samples,training_samples_sd,training_time
	head+=,training_time_sd,training_speed,training_speed_sd
	head+=,test_set_error,test_set_error_sd,p,pareto
	head -n 1 out | grep -qx "$head"
	[ "$(wc -l <out)" -eq 5 ]
	dropout='RectifierWithDropout,"1024,1024",0.2,"0.5,0.5"'
	sed -n 2p out | grep -q "^$dropout,1,6000,,20,,300,,0.08,"
	sed -n 3p out | grep -q '^Rectifier,"64,64",.*,2,6000,0,0.55,'
	tail -n 1 out | grep -q '^Rectifier,32,.*,false$'
	dl-report --table -f json runs.csv | jq -e 'length == 4' ||
		dl-report --table -f json runs.csv | "$PYTHON" -c \
			'import json, sys
assert len(json.load(sys.stdin)) == 4'
	dl-report --table --sort speed --columns hidden,training_speed \
		-f tsv runs.csv | sed -n 2p | grep -qx '128	15000'
	# names that say nothing of these runs break no script
	sed -n '1p;6p' runs.csv >one.csv
	names=source,parameters,n,test_set_error,test_set_error_sd,p,pareto
	dl-report --table -f csv --columns $names one.csv >out
	sed -n 1p out | grep -qx $names
	sed -n 2p out | grep -q '^one,.*,1,0.08,,,true$'
	dl-report --table --columns '!pareto' -f csv one.csv | sed -n 1p |
		grep -qx 'parameters,training_samples,.*,test_set_error'
	dl-report --table -f md runs.csv | sed -n 2p | grep -q '^|---|---'
}

@test "a tiny p is not zero" {
	printf "parameters,training time,test set error\n" >r.csv
	for i in 1 2 3; do
		echo "hidden=8 seed=$i,1,0.500$i"
		echo "hidden=9 seed=$i,1,0.100$i"
	done >>r.csv
	dl-report --table r.csv | grep -q "<0\.001"
}

@test "small errors are told apart" {
	{
		runs | head -n 1
		echo hidden=4,9,1,9,0.00001234
		echo hidden=5,9,1,9,0.00004321
	} >small.csv
	dl-report --table small.csv >out
	grep -q ' 0\.000012 ' out
	grep -q ' 0\.000043' out
	dl-report --compare small.csv small.csv | grep -q '1\.23e-05'
}

@test "what is missing is a dash, what is short has digits" {
	cat >m.csv <<-'END'
	parameters,training time,training speed,test set error
	hidden=8 epsilon=1e-8,0.0123,,0.25
	hidden=16,0.5,,0.2
	hidden=32,,900,
	END
	dl-report m.csv >out
	# a default is the same however it is written
	run ! grep -q epsilon out
	grep -q '^8 .* 0.012 ' out
	grep -A 3 'Training speed of each run' out | grep -q '^ *8 *-$'
	# one speed is no curve
	run ! grep -q 'against size' out
	dl-report -o m.svg --plot speed m.csv
	[ "$(grep -c '>-</text>' m.svg)" -eq 2 ]
	# the front is in another table: no empty column
	printf 'parameters,training time,test set error\nhidden=9,9,.9\n' >b.csv
	dl-report m.csv b.csv | grep '^parameters' >heads
	run ! grep -q pareto heads
}

@test "series are told by more than colour, long names by both their ends" {
	runs >runs.csv
	LC_ALL=C.UTF-8 dl-report --plot speed --reference H2O=runs.csv \
		runs.csv >out
	grep -q '█ runs  ▒ H2O$' out
	grep -q '▒▒▒.* 15000$' out
	LC_ALL=C dl-report --plot speed --reference H2O=runs.csv runs.csv >out
	grep -q '# runs  = H2O$' out
	ratios=hidden_dropout_ratios=0.1,0.2,0.3
	for i in 1 2; do
		echo "parameters,training time,training speed,test set error"
		what="$ratios rate=0.00$i score_training_samples=1000$i"
		echo "\"$what\",$i,$i,.$i"
	done | awk 'NR == 1 || !/^parameters/' >long.csv
	LC_ALL=C.UTF-8 dl-report --plot error-time --plot speed long.csv >out
	grep -q '●rate=0.001 .*….*=10001$' out
	printf 'actual,predict\n' >c.csv
	class="a class with a rather long name"
	for i in $(seq 30); do
		echo "$class $i,$class 1"
	done >>c.csv
	LC_ALL=C.UTF-8 dl-report c.csv >matrix
	[ "$(grep -c '^a class.*….*name [0-9]* ' matrix)" -eq 30 ]
	# above its bar
	grep -A 1 'rate=0.002 .*=10002$' out | tail -n 1 | grep -q '█ 2$'
	narrow out
}

@test "many series: their names take as many rows as they need" {
	runs >runs.csv
	for i in 1 2 3 4; do
		set -- "$@" --reference \
			"a reference with a name of length, number $i=runs.csv"
	done
	LC_ALL=C.UTF-8 dl-report --plot speed "$@" runs.csv >out
	narrow out
	for i in 1 2 3 4; do
		grep -q "number $i" out
	done
	dl-report -o many.html --plot speed "$@" runs.csv
	[ "$(grep -c 'number 4<' many.html)" -eq 2 ]
}

@test "names too long for the terminal are told in full" {
	local long="activation=RectifierWithDropout rate=0.001"
	long+=" momentum_start=0.5 input_dropout_ratio=0.2"
	long+=" hidden_dropout_ratios=0.1,0.2"
	cat >a_table_with_a_long_name.csv <<-END
	parameters,training samples,training time,training speed,test set error
	"$long",10,1,10,0.1
	rate=0.002,10,1,10,0.2
	END
	cp a_table_with_a_long_name.csv b.csv
	dl-report --compare a_table_with_a_long_name.csv b.csv >compared
	dl-report --table b.csv >table
	for out in compared table; do
		narrow $out
		grep -A 2 '^Rectifier.*hidden_dropout_ratios=0.1,0.2$' $out >run
		sed -n 2p run | grep -qx 'rate=0.001 momentum_start=0.5'
		sed -n 3p run | grep -q '^  *1.*0.1000'
		run ! grep -F 'Rectifier...' $out
	done
}

@test "references stand beside the runs; equal parameters match" {
	runs >runs.csv
	cat >h2o.csv <<-'END'
	study,run,parameters,training time,training speed,test set error,note
	a,1,"hidden=[64, 64] epochs=0.1",30,200,0.11,x
	a,2,"epochs=0.1 hidden=[128] activation=Rectifier",20,300,0.14,
	END
	dl-report --reference H2O=h2o.csv runs.csv >out
	grep -q 'H2O' out
	dl-report --compare h2o.csv ours=runs.csv -f csv >out
	[ "$(wc -l <out)" -eq 4 ]
	grep '^epochs=0.1 hidden=128,' out |
		awk -F, '{ exit !($4 == 300 && $5 == 15000 &&
			$6 > 49.9 && $6 < 50.1) }'
	tail -n 1 out | grep -q '^geometric mean,2,2,'
}

@test "Markdown has tables as such and plots as blocks of text" {
	runs >runs.csv
	binary_scores >s.csv
	LC_ALL=C dl-report -o a.md --title Title runs.csv s.csv
	head -n 1 a.md | grep -qx '# Title'
	grep -q '^|---' a.md
	[ "$(grep -cx '```' a.md)" -eq 16 ]
	# the confusion matrix, whose only form it is
	dl-report -f md s.csv | awk '/^```/ { n++ } n == 1' |
		grep -q 'Confusion matrix'
}

@test "a page needs nothing else, is whole, and the same every time" {
	runs >runs.csv
	history >h.csv
	binary_scores >s.csv
	dl-report -o a.html --title 'A <b> & c' runs.csv h.csv s.csv
	page a.html
	grep -q '<title>A &lt;b&gt; &amp; c</title>' a.html
	dl-report -o b.html --title 'A <b> & c' runs.csv h.csv s.csv
	cmp a.html b.html
	LC_ALL=C dl-report -o c.html --title 'A <b> & c' runs.csv h.csv s.csv
	cmp a.html c.html
	dl-report -f svg runs.csv | "$PYTHON" -c \
		'import sys, xml.dom.minidom as m; m.parse(sys.stdin)'
}

@test "hostile names harm no format" {
	printf 'parameters,training time,test set error\n%s\n%s\n' \
		'"note=<script>alert(1)</script>",1,0.5' \
		"note=\`touch_pwned\`'\$(id),2,0.4" >evil.csv
	dl-report -o p.html evil.csv
	page p.html
	dl-report evil.csv >out
	narrow out || true
	if command -v gnuplot >/dev/null; then
		dl-report -o p.png evil.csv
		[ ! -e touch_pwned ]
	fi
}

@test "a bar for which the axis has no room ends with it" {
	for huge in 1e300 -1e300; do
		runs | sed -n "1p; 2 s/[^,]*\$/$huge/p; 4p" |
			sed 's/,6000,[^,]*,/,6000,,/' >huge.csv
		timeout 10 dl-report --plot error huge.csv >out
		[ "$(wc -l <out)" -eq 4 ]
	done
}

@test "one run, and hundreds" {
	runs | sed -n 1,2p >one.csv
	dl-report one.csv >out
	grep -q 'Test set error against training time' out
	dl-report -o one.html one.csv
	awk 'BEGIN {
		print "parameters,training time,training speed,test set error"
		for (i = 1; i <= 500; i++)
			print "hidden=" i " l1=" i / 1e6 "," i / 9 "," 9e5 / i \
				"," (i * 7919 % 500) / 1000
	}' | sed 's/hidden=\([0-9]*\) \(l1=[^,]*\)/"hidden=\1 \2"/' >many.csv
	dl-report many.csv >out
	grep -q 'The first 40 of 500 runs' out
	dl-report -o many.html many.csv
	page many.html
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		history >"run-$i.csv"
	done
	dl-report run-*.csv | grep -q '12 runs; the 7 that end best'
}

@test "learning curves: measures, axes, JSON lines" {
	history >h.csv
	dl-report h.csv >out
	grep -q 'Learning curve: classification error' out
	grep -q 'validation' out
	# the best model, scored again in the end, is no step of the course
	{
		cat h.csv
		tail -n 1 h.csv | sed 's/0\.5,4\.5$/0.9,4.5/'
	} >again.csv
	dl-report h.csv >want
	dl-report again.csv | cmp - want
	dl-report -x time --metric logloss h.csv >out
	grep -q 'time (s)' out
	run ! grep -q 'classification error' out
	for i in 1 2; do
		printf '{"schema":"dl.history/1","epochs":%d,' $i
		printf '"iterations":%d,"samples":%d,' $i $((9 * i))
		printf '"training_rmse":0.%d}\n' $((6 - i))
	done >h.jsonl
	dl-report h.jsonl | grep -q rmse
	# a last line without its end counts; half a line, as a crash leaves it,
	# is left out and told of
	dl-report h.jsonl >want
	printf %s "$(cat h.jsonl)" >short.jsonl
	dl-report short.jsonl | cmp - want
	head -c 20 h.jsonl >>h.jsonl
	dl-report h.jsonl 2>err | cmp - want
	grep -qx 'dl-report: h.jsonl:3: the line is cut off: left out' err
	echo >>h.jsonl
	fails 3 'h.jsonl:3: no line' dl-report h.jsonl
	head -c 20 h.jsonl >half.jsonl
	fails 3 'half.jsonl:1: no line' dl-report half.jsonl
	dl-report h.csv >want
	n=$(wc -l <h.csv)
	{ cat h.csv && printf 1,; } >row.csv
	dl-report row.csv 2>err | cmp - want
	grep -q "^dl-report: row.csv:$((n + 1)): the line is cut off" err
	# within its last number
	{ cat h.csv && tail -n 1 h.csv | sed 's/,[^,]*$/,1/' | tr -d '\n'; } \
		>number.csv
	dl-report number.csv 2>err | cmp - want
	grep -q "number.csv:$((n + 1)): the line is cut off" err
	echo >>row.csv
	fails 3 "row.csv:$((n + 1)): 2 fields" dl-report row.csv
	fails 2 'metric.*these histories have' dl-report --metric rubbish h.csv
}

@test "learning curves: who has no time or no such measure is told of" {
	history >h.csv
	cut -d, -f 1-8 h.csv >cut.csv
	dl-report -x time h.csv >want
	dl-report -x time h.csv cut.csv >out 2>err
	cmp want out
	grep -qx "dl-report: 'cut' has no times (wall_s): left out" err
	fails 3 'nothing to show' dl-report -x time cut.csv
	printf 'epochs,samples,training_mse\n1,9,0.5\n2,18,0.4\n' >ae.csv
	dl-report h.csv ae.csv 2>err >out
	grep -q "dl-report: 'ae' has no measure that is drawn: left out; " err
	dl-report --metric mse ae.csv 2>err >out
	[ ! -s err ]
}

@test "learning curves of cross-validation: one for each fold" {
	printf 'fold,epochs,iterations,training_rmse,validation_rmse\n' >cv.csv
	for row in 2,1,1,.9,.8 1,1,1,.9,.7 2,2,2,.6,.7 1,2,2,.6,.6 \
		   0,1,1,.9, 0,2,2,.6,; do
		echo "$row" >>cv.csv
	done
	dl-report --data-dir d -o cv.svg cv.csv
	sed 1d d/curve-rmse.tsv | cut -f 6 | uniq >names
	printf '%s\n' 'cv (training)' 'cv, fold 1' 'cv, fold 2' | cmp - names
	# two points each, in order
	[ "$(grep -c 'fold 1' d/curve-rmse.tsv)" = 2 ]
	dl-report cv.csv | grep -q 'cv, fold 2'
}

@test "learning curves of further validation frames, by their names" {
	head=epochs,samples,training_rmse,validation_rmse
	echo "$head,a b_rmse,late_rmse,late_mae" >h.csv
	echo '1,10,.5,.6,.7,.8,9' >>h.csv
	echo '2,20,.4,.5,,.7,8' >>h.csv
	# one run: all in one figure
	dl-report --data-dir d -o one.svg h.csv
	sed 1d d/curve-rmse.tsv | cut -f 6 | uniq >names
	printf '%s\n' training validation 'a b' late | cmp - names
	sed 1d d/curve-rmse.tsv | awk -F'\t' '$6 == "late"' |
		cut -f 2,3 | tr '\t\n' ', ' | grep -qx '1,0.8 2,0.7 '
	# a measure that only one of them has
	dl-report --metric mae h.csv | grep -q late
	# several runs: a figure for each frame that some run has
	sed 's/,a b_rmse/,x_other/' h.csv >g.csv
	dl-report --data-dir e -o two.svg h.csv g.csv
	printf '%s\n' e/*.tsv | LC_ALL=C sort >files
	printf 'e/curve-%s.tsv\n' mae-late rmse-a-b rmse-late rmse |
		cmp - files
	sed 1d e/curve-rmse-late.tsv | cut -f 6 | uniq | tr '\n' ' ' |
		grep -qx 'h g '
	[ "$(sed 1d e/curve-rmse-a-b.tsv | cut -f 6 | uniq)" = h ]
	dl-report h.csv g.csv | grep -q 'Learning curves: rmse of late'
	# runs that lack its values do not count, and make no figure
	echo 'epochs,samples,training_rmse,late_rmse,late_mae' >r-1.csv
	echo '1,10,.5,.8,' >>r-1.csv
	for i in 2 3 4 5 6 7 8 9 10 11 12; do
		sed 's/\.8//' r-1.csv >"r-$i.csv"
	done
	dl-report --data-dir g r-*.csv >out
	[ "$(grep -c 'the 7 that end best' out)" = 1 ]
	printf '%s\n' g/*.tsv | LC_ALL=C sort | tr '\n' ' ' | grep -qx \
		'g/curve-rmse-late.tsv g/curve-rmse.tsv '
	# JSON lines
	echo '{"epochs":1,"samples":9,"training_rmse":0.5,"hold_rmse":0.6}' \
		>h.jsonl
	dl-report --data-dir f -o three.svg h.jsonl
	sed 1d f/curve-rmse.tsv | cut -f 6 | tr '\n' ' ' |
		grep -qx 'training hold '
}

@test "scores: confusion, ROC, PR, gains, calibration; from a pipe" {
	binary_scores >s.csv
	dl-report s.csv >out
	for word in Confusion ROC Precision gains Calibration AUC; do
		grep -q "$word" out
	done
	dl-report - <s.csv >again
	sed 's/input/s/' again | grep -q 'Confusion matrix'
	dl-report <(cat s.csv) >again
	grep -q ROC again
}

@test "scores of a regression: predicted against actual, residuals" {
	printf '%s\n' actual,predict 1,1.5 2,2.25 3,2.5 ,7 4,4 >r.csv
	dl-report --data-dir d r.csv >out
	# by hand: errors .5 .25 -.5 0, actual values spread by 5
	grep -q '^4 rows, RMSE 0.375, MAE 0.3125, R2 0.8875.$' out
	cut -f 2,3,6 d/residuals.tsv | grep rows >left
	printf '%s\trows\n' '1.5	-0.5' '2.25	-0.25' \
		'2.5	0.5' '4	0' | cmp - left
	dl-report - <r.csv | grep -q Residuals
	printf '%s\n' actual,predict 1,1.5 2,2.25 3,2.5 5,nan 6,-inf 4,4 >n.csv
	dl-report n.csv | grep '^4 rows, RMSE 0.375, MAE 0.3125, R2 0.8875.$'
	binary_scores >s.csv
	dl-report -o both.html r.csv s.csv
	grep -q 'Residuals of r' both.html
	grep -q ROC both.html
	page both.html
	for i in $(seq 1500); do echo "$i,$i.5"; done |
		sed '1i actual,predict' >many.csv
	dl-report many.csv | grep -q 'One row of 3 is drawn'
}

@test "a model: layers, curves and pictures of its weights" {
	needs dl-train
	small_table 300 >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 8,4 --epochs 2 --seed 1 -o m.dlm t.dlf
	dl-report m.dlm >out
	grep -q 'weights and biases' out
	grep -q 'Importance of the inputs' out
	grep -q 'color.red' out
	fails 4 'categorical' dl-report --image 2x2 m.dlm
	zstdcat "$MNIST/train.csv.zst" | head -n 500 |
		dl-import -q --type C785=enum -o d.dlf -
	dl-train -q -y C785 --hidden 8 --epochs 1 --seed 1 -o d.dlm d.dlf
	dl-report -o d.html --image 28x28 d.dlm
	grep -q 'data:image/png;base64,' d.html
	page d.html
	fails 4 '24x24 has 576 pixels, the model 784 columns' \
		dl-report --image 24x24 d.dlm
}

@test "png and pdf by gnuplot, and the numbers behind" {
	needs gnuplot
	runs >runs.csv
	history >h.csv
	binary_scores >s.csv
	dl-report -o a.png runs.csv h.csv s.csv
	[ "$(head -c 4 a.png | tail -c 3)" = PNG ]
	dl-report -o a.pdf runs.csv
	[ "$(head -c 4 a.pdf)" = %PDF ]
	dl-report -o b.pdf runs.csv
	cmp a.pdf b.pdf
	dl-report --data-dir d runs.csv h.csv s.csv >/dev/null
	for f in error-time speed error curve-logloss confusion roc; do
		[ -s "d/$f.tsv" ]
		(cd d && gnuplot "$f.gp")
		[ -s "d/$f.svg" ]
	done
	fails 6 'gnuplot failed' dl-report -o a.png --gnuplot 'rubbish' runs.csv
}

@test "without gnuplot: svg and html as ever, png says what is missing" {
	runs >runs.csv
	tool=$(command -v dl-report)
	mkdir nothing
	fails 6 'gnuplot.*not installed' env PATH="$PWD/nothing" "$tool" \
		-o a.png runs.csv
	env PATH="$PWD/nothing" "$tool" -o a.svg runs.csv
	env PATH="$PWD/nothing" "$tool" -o a.html runs.csv
}

@test "no input is replaced, a gnuplot that fails in silence is told of" {
	runs >runs.csv
	cp runs.csv again.csv
	fails 2 'both input and output' \
		dl-report --table -f csv -o ./runs.csv runs.csv
	fails 2 'both input and output' \
		dl-report -f html -o again.csv --reference again.csv runs.csv
	cmp runs.csv again.csv
	mkdir fake
	printf '#!/bin/sh\nexit 3\n' >fake/gnuplot
	chmod +x fake/gnuplot
	PATH=$PWD/fake:$PATH fails 6 'gnuplot failed: it said nothing' \
		dl-report -o x.png runs.csv
	[ ! -e x.png ]
}

@test "--follow ends when the run does" {
	needs dl-train
	small_table 2000 >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 16 --epochs 1e6 --score-interval 0 \
		--max-runtime 2s --history h.csv -o m.dlm t.dlf &
	timeout 30 dl-report --follow --interval 0.2s h.csv >out
	wait
	grep -q 'Learning curve' out
	# what nobody writes is drawn once
	timeout 5 dl-report --follow h.csv >again
	cmp out again
	fails 2 'neither -o nor -f' dl-report --follow -o x.svg h.csv
	{ cat h.csv && printf 1,; } >cut.csv
	dl-report --follow cut.csv 2>&1 >again |
		grep -q 'cut.csv:.*the line is cut off'
	# half a line is waited for while the file is being written
	printf '{"epochs":1,"samples":9,"training_rmse":0.6}\n{"epo' >h.jsonl
	"$PYTHON" -c 'import fcntl, time
f = open("h.jsonl", "a")
fcntl.lockf(f, fcntl.LOCK_EX)
time.sleep(1)
f.write("""chs":2,"samples":18,"training_rmse":0.5}\n""")
f.flush()
time.sleep(1)' &
	sleep 0.5
	timeout 30 dl-report --follow --interval 0.1s h.jsonl | grep -q rmse
	wait
}

@test "broken, empty and foreign files: one line, no half page" {
	runs >runs.csv
	: >empty.csv
	head -n 1 runs.csv >header.csv
	printf 'a,b\n1,2\n' >foreign.csv
	sed '3s/.*/"hidden=8",1,2/' runs.csv >ragged.csv
	sed '3s/10000/fast/' runs.csv >text.csv
	sed '3s/hidden=64,64 .*",/rubbish",/' runs.csv >params.csv
	fails 3 'No such file' dl-report -o x.html nowhere.csv
	fails 3 'empty' dl-report -o x.html empty.csv
	fails 3 'no rows' dl-report -o x.html header.csv
	fails 4 'its columns are a, b' dl-report -o x.html foreign.csv
	echo '{"schema":"dl.history/1","samples":1}' >bare.jsonl
	fails 3 'nothing to show' dl-report -o x.html bare.jsonl
	mkfifo pipe
	cat foreign.csv >pipe &
	fails 4 "'pipe': .*its columns are a, b" dl-report -o x.html pipe
	wait
	fails 3 'ragged.csv:3: 3 fields, not 5' dl-report -o x.html ragged.csv
	fails 3 "text.csv:3:4: training speed: 'fast': not a number" \
		dl-report -o x.html text.csv
	fails 3 'params.csv:3:1: parameters: .*name=value' \
		dl-report -o x.html params.csv
	fails 3 'directory|Is a' dl-report -o x.html .
	fails 6 'cannot' dl-report -o nowhere/x.html runs.csv
	[ ! -e x.html ]
}

@test "wrong usage" {
	runs >runs.csv
	fails 2 "--title is for text" dl-report --title T -o t.svg runs.csv
	fails 2 "--title is for text" \
		dl-report --title T --table -f csv runs.csv
	fails 2 'must be' dl-report -f gif runs.csv
	fails 2 'give -f' dl-report -o x.gif runs.csv
	fails 2 'needs two' dl-report --compare runs.csv
	fails 2 'for --table' dl-report --sort error runs.csv
	fails 2 'sort' dl-report --table --sort rubbish runs.csv
	fails 4 'columns' dl-report --table --columns rubbish runs.csv
	fails 2 '-f svg is for plots' dl-report --table -f svg runs.csv
	fails 2 'WIDTHxHEIGHT' dl-report --size 5 runs.csv
	fails 2 'these inputs give error-time' dl-report --plot rubbish runs.csv
	fails 2 'needs a model' dl-report --image 2x2 runs.csv
	fails 6 "write 'standard output'" sh -c 'dl-report runs.csv >/dev/full'
}
