#!/usr/bin/env bats
# The heart of it: the embedded MNIST from CSV to confusion matrix, by files
# and by pipe.

load helper

setup_file()
{
	local t
	for t in dl-import dl-train dl-score dl-cm; do
		command -v "$t" >/dev/null || return 0
	done
	cd "$BATS_FILE_TMPDIR" || return 1
	dl-import -q --type C785=enum -o train.dlf "$MNIST/train.csv.zst"
	dl-import -q --like train.dlf -o test.dlf "$MNIST/test.csv.zst"
}

setup()
{
	needs dl-import dl-train dl-score dl-cm
	cd "$BATS_FILE_TMPDIR" || return 1
}

# The overall error of a matrix is the last word of its last line.
overall()
{
	awk 'END { print $NF }' "$1"
}

# at_most LIMIT VALUE
at_most()
{
	echo "error $2, at most $1 wanted"
	awk -v limit="$1" -v value="$2" 'BEGIN {
		exit !(value > 0 && value <= limit)
	}'
}

@test "import says how many rows and columns it read" {
	run dl-import --type C785=enum -o again.dlf "$MNIST/test.csv.zst"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output =~ 10,?000 ]]
	[[ $output =~ 785 ]]
}

@test "train, score, matrix: two layers of 1024 after 6,000 rows" {
	# the best of the scored states is kept: let the clock not decide which
	dl-train -q -y C785 --hidden 1024,1024 --epochs 0.1 --seed 1 \
		--score-each-iteration --score-training-samples 2000 \
		-o model.dlm train.dlf
	dl-score -m model.dlm test.dlf --actual | dl-cm >matrix
	cat matrix
	[ "$(wc -l <matrix)" -eq 12 ]
	head -n 1 matrix | grep -Eq '^Act/Pred +0 +1 .* 9 +Error$'
	[ "$(awk '/^[0-9]/ { for (i = 2; i < 12; i++) n += $i }
		END { print n }' matrix)" -eq 10000 ]
	at_most 0.12 "$(overall matrix)"
	[ "$(dl-score -m model.dlm test.dlf --actual | dl-cm --error |
		awk '{ printf "%.5f\n", $1 }')" = "$(overall matrix)" ]
}

@test "the 67 constant columns are dropped: 717 inputs, 46,602 parameters" {
	dl-train -q -y C785 --hidden 64 --epochs 0.02 --seed 1 -o p.dlm \
		train.dlf
	run "$PYTHON" - p.dlm <<-'PY'
	import json, struct, sys
	f = open(sys.argv[1], "rb")
	head = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
	shapes = {k: v["shape"] for k, v in head.items()
	          if k in ("layer.1.weight", "layer.1.bias",
	                   "layer.2.weight", "layer.2.bias")}
	print(shapes["layer.1.weight"][1])
	n = 0
	for s in shapes.values():
	    n += s[0] * (s[1] if len(s) > 1 else 1)
	print(n)
	PY
	echo "$output"
	[ "${lines[0]}" = 717 ]
	[ "${lines[1]}" = 46602 ]
}

@test "the same by pipe" {
	zstdcat "$MNIST/train.csv.zst" |
		dl-import -q --type C785=enum -o - - |
		dl-train -q -y C785 --hidden 64 --epochs 0.1 --seed 1 \
			-o pipe.dlm -
	zstdcat "$MNIST/test.csv.zst" |
		dl-score -m pipe.dlm --actual - | dl-cm >matrix
	cat matrix
	at_most 0.17 "$(overall matrix)"
}

@test "the first rows of a CSV are scored from a pipe" {
	[ -f pipe.dlm ] || skip "no model"
	zstdcat "$MNIST/test.csv.zst" | head -n 5 | dl-score -m pipe.dlm - >five
	cat five
	[ "$(wc -l <five)" -eq 6 ]
	head -n 1 five | grep -Fqx "predict,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9"
	dl-score -m pipe.dlm test.dlf | sed -n 1,6p | cmp - five
}
