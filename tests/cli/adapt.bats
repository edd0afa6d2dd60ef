#!/usr/bin/env bats
# Tables that differ from the training table: what is taken as it is, what is
# counted and told, what is refused; in dl-score and for the validation and
# test frames of dl-train.

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	command -v dl-import >/dev/null || return 0
	small_table 400 | awk -F, -v OFS=, '{
		print $0, NR == 1 ? "w" : 1 + NR % 2 }' >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --weights-column w --hidden 5 --epochs 1 --seed 1 \
		-o m.dlm t.dlf
	# variants of the table: NAME and an awk program on its fields
	variant extra '{ print $0, NR == 1 ? "id" : NR }'
	variant no_b '{ print $1, $3, $4, $5, $6 }'
	variant no_ab '{ print $3, $4, $5, $6 }'
	variant level '$4 == "red" && NR % 5 == 0 { $4 = "mauve" } { print }'
	variant no_w '{ print $1, $2, $3, $4, $5 }'
	variant texty 'NR > 1 { $1 = "x" NR % 3 } { print }'
	variant strange 'NR > 1 { $5 = $5 "!" } { print }'
	variant digits 'NR > 1 { $5 = NR % 3 } { print }'
	variant newclass 'NR % 50 == 0 { $5 = "huge" } { print }'
	variant no_y '{ print $1, $2, $3, $4, $6 }'
	variant minus 'NR == 7 { $6 = -1 } { print }'
	variant none 'NR == 1 { print "p", "q" } NR > 1 { print NR, 2 }'
}

variant()
{
	awk -F, -v OFS=, "$2" t.csv >"$1.csv"
	dl-import -q -o "$1.dlf" "$1.csv"
}

setup()
{
	needs dl-import dl-train dl-score
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# train FRAME OPTION...: with the frame as validation and as test set
train()
{
	local f=$1
	shift
	dl-train -y y --weights-column w --hidden 5 --epochs 1 --seed 1 "$@" \
		--valid "$f" -o v.dlm t.dlf 2>said-valid
	dl-train -y y --weights-column w --hidden 5 --epochs 1 --seed 1 "$@" \
		--test "$f" -o v.dlm t.dlf 2>said-test
}

# refused REGEX FRAME OPTION...
refused()
{
	local regex=$1 f=$2 o="-q -y y --weights-column w --epochs 1 -o v.dlm"
	shift 2
	# shellcheck disable=SC2086 # a list of options
	fails 4 "^dl-train: validation: $regex" dl-train $o "$@" --valid "$f" \
		t.dlf
	# shellcheck disable=SC2086
	fails 4 "^dl-train: test: $regex" dl-train $o "$@" --test "$f" t.dlf
}

@test "other columns are left aside, in any order" {
	dl-score -q -m m.dlm t.dlf >want
	for f in extra.dlf extra.csv; do
		dl-score -m m.dlm --strict $f 2>said | cmp - want
		grep -q "left aside: 'id'" said
	done
	train extra.dlf --strict
}

@test "a lacking predictor: an error, or missing everywhere" {
	for f in no_b.dlf no_b.csv; do
		fails 4 "no column 'b'" dl-score -m m.dlm -o out $f
		fails 4 "'b'" dl-score -m m.dlm --missing-columns na --strict \
			-o out $f
		dl-score -m m.dlm --missing-columns na $f 2>&1 >out |
			grep -q "no column 'b': missing everywhere"
	done
	dl-score -m m.dlm --missing-columns na no_ab.dlf 2>said >out
	grep -x "dl-score: 2 columns are not there ('a', 'b'): missing.*" \
		said
	refused "'no_b.dlf' lacks column 'b' that the model uses" no_b.dlf
	refused "'no_ab.dlf' lacks 2 columns \('a', 'b'\)" no_ab.dlf
	refused "'no_b.dlf' lacks column 'b'" no_b.dlf --missing-columns na \
		--strict
	train no_b.dlf --missing-columns na
	grep -x "dl-train: validation: 'no_b.dlf' lacks column 'b': missing.*" \
		said-valid
	[ "$(grep -c "lacks column 'b'" said-test)" -eq 1 ]
}

@test "unseen levels are counted, or refused" {
	n=$(grep -c mauve level.csv)
	train level.dlf
	want="column 'color': $n cells of 'level.dlf'"
	for f in said-valid said-test; do
		[ "$(grep -c "$want" $f)" -eq 1 ]
	done
	refused "column 'color': $n cells" level.dlf --unseen-levels error
	refused "column 'color': $n cells" level.dlf --strict
	for f in level.dlf level.csv; do
		dl-score -m m.dlm $f 2>&1 >out | grep -q "'color': $n cells"
		fails 4 "'color'" dl-score -m m.dlm --strict -o out $f
	done
}

@test "without weights every row weighs 1" {
	train no_w.dlf
	for f in said-valid said-test; do
		[ "$(grep -c "no weights column 'w' in 'no_w.dlf'" $f)" -eq 1 ]
	done
	refused "weights column 'w': no such column" no_w.dlf --strict
	for f in no_w.dlf no_w.csv; do
		dl-score -m m.dlm --metrics m.json $f 2>&1 >out |
			grep -q "no weights column 'w': every row weighs 1"
		grep -q '"weight":400' m.json
		fails 4 "weights column 'w'" dl-score -m m.dlm --metrics - \
			--strict $f
		# no metrics, no weights needed
		dl-score -m m.dlm --strict $f >out
	done
	dl-score -m m.dlm --metrics - t.dlf | grep -q '"weight":600'
	refused "weights column 'w': values are negative" minus.dlf
	fails 4 "values are negative" dl-score -m m.dlm -o out minus.dlf
	fails 3 "minus.csv:7:6: not a weight: '-1'" \
		dl-score -m m.dlm -o out minus.csv
}

@test "categories where training had numbers" {
	refused "column 'a' is enum in 'texty.dlf' but num" texty.dlf
	fails 4 "column 'a' is enum" dl-score -m m.dlm -o out texty.dlf
	fails 3 "texty.csv:2:1: not a number" dl-score -m m.dlm -o out \
		texty.csv
}

@test "the response: not there, strange, partly strange" {
	refused "response 'y': no such column in 'no_y.dlf'" no_y.dlf
	refused "response 'y': no level of 'strange.dlf' is known" strange.dlf
	fails 4 "validation: response 'y': no level of 'digits.dlf' is known" \
		dl-train -q -y y --weights-column w --epochs 1 -o v.dlm \
		--valid digits.dlf t.dlf
	for f in strange.dlf strange.csv digits.dlf digits.csv; do
		fails 4 "response 'y': no level of '$f' is known" \
			dl-score -m m.dlm --metrics - $f
		dl-score -m m.dlm $f >out # scores need none
	done
	n=$(grep -c huge newclass.csv)
	train newclass.dlf
	grep -q "response 'y': $n rows of 'newclass.dlf' have a class" said-test
	grep -q "response 'y': $n rows of 'newclass.dlf' have a class" \
		said-valid
	fails 4 "response 'y': $n rows" dl-train -q -y y --weights-column w \
		--epochs 1 -o v.dlm --strict --valid newclass.dlf t.dlf
	for f in newclass.dlf newclass.csv; do
		dl-score -m m.dlm --metrics m.json $f 2>&1 >out |
			grep -q "response: $n rows of a class"
		fails 4 "$n rows of a class" dl-score -m m.dlm --metrics - \
			--strict $f
	done
}

@test "nothing in common" {
	refused "'none.dlf' has no column in common" none.dlf
	fails 4 "no column in common" dl-score -m m.dlm -o out none.dlf
	fails 4 "no column in common" dl-score -m m.dlm --header yes -o out \
		none.csv
}

@test "a checkpoint goes on with frames that fit it only" {
	local o="-q --weights-column w --hidden 5 --epochs 3 -o v.dlm"
	# shellcheck disable=SC2086 # a list of options
	fails 4 "y" dl-train $o -y y --checkpoint m.dlm no_y.dlf
	# shellcheck disable=SC2086
	fails 4 "class|level" dl-train $o -y y --checkpoint m.dlm newclass.dlf
	dl-train -q -y a --weights-column w --hidden 5 --epochs 1 -o a.dlm t.dlf
	# shellcheck disable=SC2086
	fails 4 "a" dl-train $o -y a --checkpoint a.dlm no_ab.dlf
	variant halves '{ if (NR > 1) $6 = NR % 2; print }'
	dl-train -q -y y --weights-column w --balance-classes --hidden 5 \
		--epochs 1 -o b.dlm halves.dlf
	# shellcheck disable=SC2086
	dl-train $o -y y --balance-classes --checkpoint b.dlm no_w.dlf ||
		[ $? -eq 4 ]
}

@test "many columns with unseen levels: some lines, not one each" {
	awk 'BEGIN { print "p,q,r,s,t,u,y"; for (i = 0; i < 60; i++) {
		for (k = 1; k < 7; k++) printf "v%d,", i % (k + 1)
		print i % 2 ? "yes" : "no" } }' >six.csv
	dl-import -q -o six.dlf six.csv
	dl-train -q -y y --hidden 3 --epochs 1 -o six.dlm six.dlf
	sed '3s/v/w/g; 4s/v/w/g' six.csv >new.csv
	dl-import -q -o new.dlf new.csv
	for f in new.csv new.dlf; do
		dl-score -m six.dlm $f 2>said >out
		[ "$(grep -c "^dl-score: column '.': 2 cells" said)" -eq 4 ]
		grep -x "dl-score: 2 more columns: 4 cells with levels .*" said
	done
}
