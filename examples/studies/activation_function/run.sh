#!/bin/sh
# activation_function - Rectifier, Tanh and Maxout, each without and with
# dropout of half the units.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study activation_function
for activation in Rectifier RectifierWithDropout Tanh TanhWithDropout \
	Maxout MaxoutWithDropout; do
	run --hidden 1024,1024 --epochs "$(epochs 0.1)" \
		--score-training-samples 100 \
		--train-samples-per-iteration 1000 --activation $activation
done
finish
