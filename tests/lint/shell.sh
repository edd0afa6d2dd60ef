#!/bin/sh
# Shell scripts pass shellcheck and, but for bats and .ci, are POSIX sh.
set -u

n=0
for f in bootstrap.sh .ci/run \
	$(find tests examples share -name '*.sh' | sort); do
	n=$((n + 1))
	if said=$(shellcheck -x -P SCRIPTDIR "$f" 2>&1); then
		echo "ok $n - $f"
	else
		echo "not ok $n - $f"
		echo "$said" | sed 's/^/# /'
	fi
done
for f in tests/cli/*.bats; do
	[ -f "$f" ] || continue
	n=$((n + 1))
	if said=$(shellcheck -S warning -e SC2076,SC2154,SC2258 -x \
		-P SCRIPTDIR "$f" 2>&1); then
		echo "ok $n - $f"
	else
		echo "not ok $n - $f"
		echo "$said" | sed 's/^/# /'
	fi
done
echo "1..$n"
