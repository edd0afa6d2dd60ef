#!/usr/bin/env bats
# --reproducible: the same model file, byte for byte, whatever the number of
# threads and the instruction set.

load helper

setup_file()
{
	command -v dl-import >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	zstdcat "$MNIST/train.csv.zst" | sed -n 1,3000p |
		dl-import -q --type C785=enum -o digits.dlf -
	small_table 2000 | dl-import -q -o small.dlf -
}

setup()
{
	needs dl-import dl-train
	in_scratch
}

# train FILE FRAME RESPONSE OPTION...
train()
{
	local out=$1 frame=$2 response=$3
	shift 3
	dl-train -q -y "$response" --reproducible --seed 1 "$@" -o "$out" \
		"$BATS_FILE_TMPDIR/$frame"
}

# same OPTION... : one thread, two, a second run, and each instruction set
# with fused multiply-add that this processor has.
same()
{
	local isa
	train one.dlm "$@" -j 1
	train two.dlm "$@" -j 2
	cmp one.dlm two.dlm
	train again.dlm "$@" -j 2
	cmp one.dlm again.dlm
	for isa in avx2 avx512 avx512bf16 neon; do
		DLTOOLS_ISA=$isa train "$isa.dlm" "$@" 2>said || {
			grep -q "$isa" said
			continue
		}
		cmp one.dlm "$isa.dlm"
	done
}

@test "digits, defaults" {
	same digits.dlf C785 --hidden 100,60 --epochs 1
}

@test "digits, dropout, momentum, l1, max_w2" {
	same digits.dlf C785 --hidden 100,60 --epochs 1 \
		--activation RectifierWithDropout --input-dropout-ratio 0.1 \
		--no-adaptive-rate --rate 0.005 --momentum-start 0.5 \
		--momentum-stable 0.9 --momentum-ramp 2000 --l1 1e-5 \
		--max-w2 10
}

@test "categorical and missing values, Tanh and Maxout" {
	same small.dlf y --hidden 20,20 --activation Tanh --epochs 2
	same small.dlf y --hidden 20,20 --activation Maxout --epochs 2
}

@test "regression" {
	same small.dlf b --hidden 20,20 --epochs 2
}

@test "another seed gives another model" {
	train a.dlm small.dlf y --hidden 20 --epochs 1
	dl-train -q -y y --reproducible --seed 2 --hidden 20 --epochs 1 \
		-o b.dlm "$BATS_FILE_TMPDIR/small.dlf"
	run -1 cmp -s a.dlm b.dlm
}

@test "an instruction set that programs do not have is refused" {
	fails 2 "DLTOOLS_ISA: 'ref' is not an instruction set.* plain" \
		env DLTOOLS_ISA=ref dl-train -y y -o r.dlm \
		"$BATS_FILE_TMPDIR/small.dlf"
}

@test "a signal ends scoring; resumed, the run has the same bytes" {
	small_table 20000 >large.csv
	dl-import -q -o large.dlf large.csv
	local run=(dl-train -y y --reproducible --seed 1 --hidden "900,900"
		--epochs 0.15 --train-samples-per-iteration 100
		--valid large.dlf --valid small.dlf)
	ln -sf "$BATS_FILE_TMPDIR/small.dlf" small.dlf
	"${run[@]}" -q -o whole.dlm small.dlf

	# rows take a hundredth of the time that scoring does
	"${run[@]}" -o part.dlm small.dlf 2>said &
	local pid=$!
	until grep -q scored said; do sleep 0.01; done
	sleep 0.1
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
	dl-inspect part.dlm.ckpt >text
	grep -q " 1 iterations" text
	# its metrics are those of the event that was done
	dl-inspect --header part.dlm.ckpt >header
	[[ $(sed 's/.*validation_metrics//' header) == *logloss* ]]
	"${run[@]}" -q --resume -o part.dlm small.dlf
	cmp whole.dlm part.dlm
}
