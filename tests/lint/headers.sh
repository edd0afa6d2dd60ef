#!/bin/sh
# Every public header compiles on its own.
set -u

. tests/tools/result.sh

for h in lib/include/dltools/*.h; do
	name=${h##*/}
	result "$name stands alone" "$(echo "#include <dltools/$name>" |
		${CC:-cc} -std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra \
		-Werror -Ilib/include -fsyntax-only -x c - 2>&1)"
done
echo "1..$n"
