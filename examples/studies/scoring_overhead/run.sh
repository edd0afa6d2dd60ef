#!/bin/sh
# scoring_overhead - what looking at the error during training costs.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study scoring_overhead
overhead() {
	run --hidden 1024,1024 --epochs "$(epochs 0.1)" "$@"
}
overhead --valid "$TEST"
overhead --score-training-samples 60000 --score-duty-cycle 1 --score-interval 1
overhead --score-training-samples 60000
overhead --score-training-samples 10000
overhead --score-training-samples 1000
overhead --score-training-samples 100
overhead --score-training-samples 100 --score-duty-cycle 0 \
	--score-interval 10000
finish
