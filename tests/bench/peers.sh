#!/bin/sh
# The same work on dltools, PyTorch, scikit-learn and H2O, in turn.
# usage: make bench-peers [PYTHON=/path/to/python] [REPEAT=3] [ROWS=60000]
# PYTHON names an interpreter that has the packages torch, scikit-learn, h2o (or
# some of them); H2O needs Java too.  The table of medians goes to
# out/bench/peers.csv.  CASES="train128 score ..." chooses.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/bench
dir=$top/out/bench
PYTHON=${PYTHON:-python3}
REPEAT=${REPEAT:-3}
ROWS=${ROWS:-60000}
CASES=${CASES:-train128 train128bf16 train32 record score scorebf16 online}
# shellcheck source=tests/bench/data.sh
. "$here/data.sh"

# The maths libraries' own choice of kernels: it may be forced for tests.
unset OPENBLAS_CORETYPE OPENBLAS_NUM_THREADS OPENBLAS_VERBOSE

data() {
	plain train
	plain test
	[ -s "$dir/data/train.dlf" ] || dl-import -q --type C785=enum \
		-o "$dir/data/train.dlf" "$dir/data/train.csv"
	[ -s "$dir/data/test.dlf" ] || dl-import -q \
		--like "$dir/data/train.dlf" -o "$dir/data/test.dlf" \
		"$dir/data/test.csv"
}

installed() {
	"$PYTHON" -c "import $1" 2>/dev/null
}

# speed,error of the last line samples,seconds,speed,error
last() {
	grep "^[0-9]" | tail -n 1 | cut -d, -f3,4
}

python() {
	script=$1
	shift
	"$PYTHON" "$here/peer_$script.py" "$dir/data/train.csv" \
		"$dir/data/test.csv" "$@" 2>"$dir/peer.log" | last
}

ours() {
	rm -f "$dir/row.csv"
	dl-train -q -y C785 --seed 1 --stopping-rounds 0 --no-state \
		--score-training-samples 100 --score-interval 1000 \
		--train-samples-per-iteration "$ROWS" --classification-stop -1 \
		--epochs "$(awk "BEGIN { print $ROWS / 60000 }")" "$@" \
		--test "$dir/data/test.dlf" --result "$dir/row.csv" \
		-o "$dir/model.dlm" "$dir/data/train.dlf"
	tail -n 1 "$dir/row.csv" | awk -F, '{ print $(NF - 1) "," $NF }'
}

ours_score() {
	"$top/obj/tests/bench/minibatch_bench" forward=1 bf16="$1" \
		train="$dir/data/test.csv" test="$dir/data/test.csv" |
		sort -k2 -n | awk 'NR == 3 { print $2 "," }'
}

# one CASE SYSTEM: speed,error
one() {
	case $1-$2 in
	train128-dltools) ours --optimizer Adam --hidden 1024,1024 \
		--mini-batch-size 128 ;;
	train128-torch) python torch rows="$ROWS" ;;
	train128-sklearn) python sklearn rows="$ROWS" ;;
	train128bf16-dltools) ours --optimizer Adam --hidden 1024,1024 \
		--mini-batch-size 128 --precision bf16 ;;
	train128bf16-torch) python torch rows="$ROWS" precision=bf16 ;;
	train32-dltools) ours --optimizer Adam --hidden 1024,1024 \
		--mini-batch-size 32 ;;
	train32-torch) python torch rows="$ROWS" batch=32 ;;
	train32-sklearn) python sklearn rows="$ROWS" batch=32 ;;
	record-dltools) ours --optimizer Adam --hidden 1024,1024,2048 \
		--activation RectifierWithDropout --input-dropout-ratio 0.2 \
		--mini-batch-size 128 ;;
	record-torch) python torch rows="$ROWS" hidden=1024,1024,2048 \
		dropout=0.5 input_dropout=0.2 ;;
	score-dltools) ours_score 0 ;;
	score-torch) python torch work=score ;;
	scorebf16-dltools) ours_score 1 ;;
	scorebf16-torch) python torch work=score precision=bf16 ;;
	online-dltools) ours --hidden 256,256 ;;
	online-torch) python torch rows=600 hidden=256,256 batch=1 \
		optimizer=adadelta ;;
	online-h2o) python h2o hidden=256,256 \
		epochs="$(awk "BEGIN { print $ROWS / 60000 }")" ;;
	esac
}

systems=dltools
for package in torch sklearn h2o; do
	if installed $package; then
		systems="$systems $package"
	else
		echo "bench-peers: $PYTHON has no $package: left out" >&2
	fi
done
if ! command -v java >/dev/null; then
	echo "bench-peers: no Java: h2o left out" >&2
	systems=$(echo "$systems" | sed 's/ h2o//')
fi
data
rm -f "$dir/peers.rows"
for pass in $(seq "$REPEAT"); do
	for case in $CASES; do
		for system in $systems; do
			rm -f "$dir/peer.log"
			row=$(one "$case" "$system")
			if [ -n "$row" ]; then
				echo "$case,$system,$row" |
					tee -a "$dir/peers.rows" >&2
			elif [ -s "$dir/peer.log" ]; then
				echo "bench-peers: $case by $system failed:" \
					"$(tail -n 1 "$dir/peer.log")" >&2
			fi
		done
	done
	echo "bench-peers: pass $pass of $REPEAT done" >&2
done
sort -t, -k1,1 -k2,2 -k3,3n "$dir/peers.rows" | awk -F, '
	function out() {
		if (n)
			print key "," v[int((n + 1) / 2)] "," error
		n = 0
	}
	BEGIN { print "work,system,rows/s,error" }
	{
		if ($1 "," $2 != key)
			out()
		key = $1 "," $2
		v[++n] = $3
		error = $4
	}
	END { out() }' >"$dir/peers.csv"
cat "$dir/peers.csv"
