#!/bin/sh
# train_samples_per_iteration - how often the threads meet for scoring.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

often() {
	how=$1
	shift
	"$how" "$@" --hidden 1024,1024 --score-training-samples 100 \
		--score-interval 1
}

study train_samples_per_iteration
for samples in -2 100 1000 6000; do
	often run --epochs "$(epochs 0.1)" \
		--train-samples-per-iteration $samples
done
# H2O went on for another iteration here
often equal 12000 --train-samples-per-iteration 6000
finish
