#!/bin/sh
# large_deep_net - five layers of 2,500 to 500 units, 11 million weights.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

# large ROWS OPTIONS...: ROWS is what H2O ran for 0.025 epochs, to whole
# iterations
large() {
	rows=$1
	shift
	run --hidden 2500,2000,1500,1000,500 --epochs "$(epochs 0.1)" "$@"
	equal "$rows" --hidden 2500,2000,1500,1000,500 "$@"
}
seldom() {
	large "$@" --score-training-samples 100 --score-duty-cycle 0
}

study large_deep_net
large 3000 --activation Tanh --train-samples-per-iteration 1500 --valid "$TEST"
seldom 1500 --activation Tanh
seldom 3000 --activation Tanh --train-samples-per-iteration 1500 \
	--no-adaptive-rate
seldom 3000 --activation Rectifier --train-samples-per-iteration 1500 \
	--max-w2 10
seldom 1500 --activation RectifierWithDropout \
	--train-samples-per-iteration 1500 --no-adaptive-rate --max-w2 10
finish
