#!/bin/sh
# train_samples_per_iteration - how often the threads meet for scoring.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study train_samples_per_iteration
for samples in -2 100 1000 6000; do
	run --hidden 1024,1024 --epochs "$(epochs 0.1)" \
		--score-training-samples 100 --score-interval 1 \
		--train-samples-per-iteration $samples
done
finish
