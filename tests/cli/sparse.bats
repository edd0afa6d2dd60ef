#!/usr/bin/env bats
# Sparse numeric columns: training, scoring, reproducibility.

load helper

# 600 rows of 100 columns, 4 of which are not 0: the class decides which.
setup()
{
	needs dl-import dl-train dl-score dl-cm
	in_scratch
	awk 'BEGIN {
		srand(7)
		for (c = 1; c <= 100; c++)
			printf "w%d,", c
		print "y"
		for (r = 0; r < 600; r++) {
			k = r % 5
			split("", x)
			for (i = 0; i < 3; i++)
				x[k * 20 + 1 + int(rand() * 20)] = 1 + i
			x[1 + int(rand() * 100)] = 2
			for (c = 1; c <= 100; c++)
				printf "%s,", c in x ? x[c] : 0
			print substr("abcde", k + 1, 1)
		}
	}' >t.csv
	dl-import -q -o t.dlf t.csv
}

train()
{
	dl-train -q -y y --hidden 20,10 --epochs 20 --seed 3 "$@" t.dlf
}

# same OPTION...: one thread, three, every instruction set that is there.
same()
{
	local isa
	train --sparse --reproducible "$@" -j 1 -o one.dlm
	train --sparse --reproducible "$@" -j 3 -o three.dlm
	cmp one.dlm three.dlm
	for isa in avx2 avx512 avx512bf16 neon; do
		DLTOOLS_ISA=$isa train --sparse --reproducible "$@" \
			-o "$isa.dlm" 2>said || {
			grep -q "$isa" said
			continue
		}
		cmp one.dlm "$isa.dlm"
	done
}

@test "sparse: a model is as good as a centred one" {
	train --sparse -o s.dlm
	train -o d.dlm
	run bash -c 'dl-score -m s.dlm --actual t.dlf |
		dl-cm --fail-if "error>0.1" --error'
	[ "$status" -eq 0 ]
	run bash -c 'dl-score -m d.dlm --actual t.dlf |
		dl-cm --fail-if "error>0.1" --error'
	[ "$status" -eq 0 ]
}

@test "sparse: a frame, its text and a pipe score alike" {
	train --sparse -o s.dlm
	dl-score -m s.dlm t.dlf >frame.csv
	dl-score -m s.dlm t.csv >text.csv
	dl-score -m s.dlm -j 1 - <t.csv >pipe.csv
	cmp frame.csv text.csv
	cmp frame.csv pipe.csv
}

@test "sparse: the same bytes for any threads and instruction set" {
	for rule in --reproducible "--l1 1e-4" --fast-mode=false \
	    "--adaptive-rate=false --momentum-stable 0.5" "--max-w2 1" \
	    "--input-dropout-ratio 0.2"; do
		# shellcheck disable=SC2086
		same $rule
	done
}

@test "sparse: columns that a table lacks are zero" {
	train --sparse -o s.dlm
	cut -d, -f1-50,101 t.csv >half.csv
	awk -F, -v OFS=, 'NR > 1 { for (c = 51; c <= 100; c++) $c = 0 }
		{ print }' t.csv >zero.csv
	run dl-score -m s.dlm half.csv
	[ "$status" -eq 4 ]
	dl-score -q -m s.dlm --missing-columns na half.csv >half.out
	dl-score -m s.dlm zero.csv >zero.out
	cmp half.out zero.out
}
