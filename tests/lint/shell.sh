#!/bin/sh
# Shell scripts pass shellcheck and, but for bats and .ci, are POSIX sh.
set -u

. tests/tools/result.sh

for f in bootstrap.sh .ci/run \
	$(find tests examples share -name '*.sh' | sort); do
	result "$f" "$(shellcheck -x -P SCRIPTDIR "$f" 2>&1)"
done
for f in tests/cli/*.bats; do
	[ -f "$f" ] || continue
	result "$f" "$(shellcheck -S warning -e SC2076,SC2154,SC2258 -x \
		-P SCRIPTDIR "$f" 2>&1)"
done
echo "1..$n"
