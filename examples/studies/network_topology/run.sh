#!/bin/sh
# network_topology - one, two and three hidden layers of 64 to 1,024 units.
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study network_topology
for depth in 1 2 3; do
	for width in 64 128 256 512 1024; do
		run --hidden "$(layers $depth $width)" --epochs "$(epochs 0.1)"
	done
done
finish
