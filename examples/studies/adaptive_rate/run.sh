#!/bin/sh
# adaptive_rate - ADADELTA beside a rate set by hand, without and with momentum.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study adaptive_rate
rates() {
	run --hidden 1024,1024 --epochs "$(epochs 0.1)" \
		--score-training-samples 100 "$@"
}
rates --adaptive-rate
rates --adaptive-rate --rho 0.95 --epsilon 1e-6
rates --no-adaptive-rate
rates --no-adaptive-rate --rate 1e-3 --momentum-start 0.5 \
	--momentum-ramp 1e5 --momentum-stable 0.99
finish
