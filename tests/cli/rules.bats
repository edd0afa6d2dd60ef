#!/usr/bin/env bats
# What parameters ask of the data: each rule has a message of its own and is
# found before training starts.  Rules among parameters alone are in
# tests/unit/params_rules_test.c.

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	command -v dl-import >/dev/null || return 0
	awk 'BEGIN {
		print "x,z,y,n,bin,w,gap,minus,zero,con,one,none,text,f"
		for (i = 1; i <= 60; i++)
			print i * 37 % 23 "," i % 7 "," (i % 3 ? "a" : "b") \
				"," i * i % 17 "," i % 2 "," i % 4 "," \
				(i % 9 ? i % 5 : "") "," i % 5 - 2 ",0,7,k,," \
				"t" i "," i % 3
	}' >t.csv
	dl-import -q --type one=enum --type text=text --type none=num \
		-o t.dlf t.csv
}

setup()
{
	needs dl-import dl-train
	in_scratch
	ln -s "$BATS_FILE_TMPDIR/t.dlf" .
}

# rule STATUS REGEX OPTION...
rule()
{
	local status=$1 regex=$2
	shift 2
	fails "$status" "$regex" dl-train -q --epochs 1 --hidden 3 "$@" \
		-o m.dlm t.dlf
}

@test "the response" {
	rule 4 "response 'price': no such column .*'x' to 'f'\)" -y price
	rule 4 "response '1.0': no such column" -y 1.0
	rule 4 "response 'Y': no such column .*did you mean 'y'" -y Y
	rule 4 "response 'text': the column is text" -y text
	rule 4 "response 'con': constant" -y con
	rule 4 "response 'one': only 1 level" -y one
	rule 4 "response 'none': every value" -y none
	rule 2 "which column is to be predicted"
}

@test "weights, offsets, ignored and chosen columns" {
	rule 4 "weights column 'W': no such column" -y y --weights-column W
	rule 4 "weights column 'gap': 6 values are missing" -y y \
		--weights-column gap
	rule 4 "weights column 'minus': .* negative, the smallest .* -2" -y y \
		--weights-column minus
	rule 4 "weights column 'zero': .* all zero" -y y --weights-column zero
	rule 4 "weights column 'one': type is enum, not num" -y y \
		--weights-column one
	rule 4 "weights column '3': the column already has another role" \
		-y y --weights-column 3
	rule 4 "offset column 'gap': 6 values are missing" -y n \
		--offset-column gap
	rule 4 "offset column 'one': type is enum" -y n --offset-column one
	rule 2 "--offset-column and --response-column: .*response has classes" \
		-y y --offset-column x
	rule 4 "ignored column 'p': no such column" -y y --ignore p
	rule 4 "predictor 'p': no such column" -y y -x x,p
	rule 4 "no usable predictor .*3 are constant or empty" -y y \
		-x con,one,none
	rule 4 "no usable predictor .*13 are ignored or not chosen" -y y \
		-x y
	rule 4 "no usable predictor .*13 are ignored" -y y -x x --ignore x
	# columns with a role stay in it
	dl-train -q -y y --weights-column w --ignore y,w,x --epochs 1 \
		-o m.dlm t.dlf
	dl-train -q -y y -x x,y,z --epochs 1 -o m.dlm t.dlf
}

@test "losses, distributions and measures against the response" {
	rule 2 "--loss CrossEntropy: the response is a number" -y n \
		--loss CrossEntropy
	rule 2 "--distribution multinomial: the response is a number" -y n \
		--distribution multinomial
	rule 2 "--distribution gaussian: the response has 2 classes" -y y \
		--distribution gaussian
	rule 2 "--loss Absolute: the response has classes" -y y --loss Absolute
	rule 2 "--stopping-metric deviance: the response has classes" -y y \
		--stopping-metric deviance
	local m
	for m in logloss AUC AUCPR lift_top_group misclassification \
		mean_per_class_error; do
		rule 2 "--stopping-metric $m: the response has no classes" \
			-y n --stopping-metric $m
	done
	# also when no rounds would look at it
	rule 2 "--stopping-metric AUC" -y n --stopping-metric AUC \
		--stopping-rounds 0
	rule 2 "--distribution poisson and response 'minus': .* negative" \
		-y minus --distribution poisson
}

@test "sizes" {
	rule 2 "hidden: the net would have .* at most 1e8" -y y \
		--hidden 20000,20000
	# both pieces of Maxout count
	rule 2 "hidden: the net would have .* at most 1e8" -y y \
		--activation Maxout --hidden 9000,9000
	rule 2 "--valid-fraction 0.001 of 60 rows leaves no row" -y y \
		--valid-fraction 0.001
	rule 2 "nfolds" -y y --nfolds 61
}

@test "numbers 0 and 1 make a regression, which is said" {
	dl-train -y bin --hidden 3 --epochs 1 -o m.dlm t.dlf 2>said
	grep -q "response 'bin' holds 0 and 1 only: .* --type bin=enum" said
	dl-train -y bin --hidden 3 --epochs 1 --distribution gaussian \
		-o m.dlm t.dlf 2>said
	run ! grep -q "holds 0 and 1" said
}

@test "a column of names is told" {
	awk 'BEGIN { print "name,kind,y"
		for (i = 0; i < 200; i++)
			print "n" i - (i % 25 == 0) ",k" i % 99 "," i % 7 }' \
		>names.csv
	dl-import -q -o names.dlf names.csv
	dl-train -y y --hidden 3 --epochs 1 -o m.dlm names.dlf 2>said
	grep -q "column 'name' has 193 levels in 200 rows: names" said
	run ! grep -q "column 'kind'" said
	dl-train -y y --hidden 3 --epochs 1 --ignore name -o m.dlm names.dlf \
		2>said
	run ! grep -q "names rather" said
}
