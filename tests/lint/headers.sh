#!/bin/sh
# Every public header compiles on its own.
set -u

n=0
for h in lib/include/dltools/*.h; do
	n=$((n + 1))
	name=${h##*/}
	if said=$(echo "#include <dltools/$name>" |
		${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra \
		-Werror -Ilib/include -fsyntax-only -x c - 2>&1); then
		echo "ok $n - $name stands alone"
	else
		echo "not ok $n - $name stands alone"
		echo "$said" | sed 's/^/# /'
	fi
done
echo "1..$n"
