#!/bin/sh
# The kernels and the engine for arm64: cross-built, then run by qemu.
# usage: make arm64
# Needs the packages gcc-aarch64-linux-gnu, libc6-dev-arm64-cross and
# qemu-user-static.  Some four minutes of one core; not part of `make check`.
set -eu

cd "$(dirname "$0")/.."
out=obj/arm64
# The headers of zlib and the like are the same on all machines; their code is
# not linked, as no kernel needs it.
cc="aarch64-linux-gnu-gcc -idirafter /usr/include -Itests/arm64"
tests="gemm update math online_kern sweep sweep_wide online forward minibatch"

for tool in aarch64-linux-gnu-gcc qemu-aarch64-static; do
	command -v $tool >/dev/null || {
		echo "arm64: $tool is not installed" >&2
		exit 1
	}
done
for t in $tests; do
	set -- "$@" "$out/tests/unit/${t}_test.o"
done
${MAKE:-make} -s OBJ=$out CC="$cc" $out/libdltools.a "$@"
for t in $tests; do
	aarch64-linux-gnu-gcc -static -pthread -o "$out/${t}_test" \
		"$out/tests/unit/${t}_test.o" $out/libdltools.a -lm
	qemu-aarch64-static "$out/${t}_test"
done
echo "arm64: all tests passed"
