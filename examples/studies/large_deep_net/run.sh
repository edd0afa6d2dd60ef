#!/bin/sh
# large_deep_net - five layers of 2,500 to 500 units, 11 million weights.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study large_deep_net
large() {
	run --hidden 2500,2000,1500,1000,500 --epochs "$(epochs 0.1)" "$@"
}
seldom() {
	large "$@" --score-training-samples 100 --score-duty-cycle 0
}
large --activation Tanh --train-samples-per-iteration 1500 --valid "$TEST"
seldom --activation Tanh
seldom --activation Tanh --train-samples-per-iteration 1500 --no-adaptive-rate
seldom --activation Rectifier --train-samples-per-iteration 1500 --max-w2 10
seldom --activation RectifierWithDropout --train-samples-per-iteration 1500 \
	--no-adaptive-rate --max-w2 10
finish
