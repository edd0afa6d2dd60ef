# Packed input: what is whole is read, what is not is refused.
load helper

setup()
{
	in_scratch
	needs dl-import
	{
		echo a,b,c
		seq 5000 | awk '{ print $1 "," $1 * 7919 % 1000 "," $1 % 7 }'
	} >t.csv
	dl-import -q -o want.dlf t.csv
	"$PYTHON" - <<-'EOF'
		import bz2, gzip, lzma, tarfile, zipfile
		text = open("t.csv", "rb").read()
		open("t.gz", "wb").write(gzip.compress(text))
		open("t.bz2", "wb").write(bz2.compress(text))
		open("t.xz", "wb").write(lzma.compress(text))
		with zipfile.ZipFile("t.zip", "w", zipfile.ZIP_DEFLATED) as z:
		    z.write("t.csv")
		with tarfile.open("t.tgz", "w:gz") as t:
		    t.add("t.csv")
		with tarfile.open("t.tar", "w") as t:
		    t.add("t.csv")
	EOF
	packed="t.gz t.bz2 t.xz t.zip t.tgz"
	if command -v zstd >/dev/null; then
		zstd -q -o t.zst t.csv
		packed="$packed t.zst"
	fi
	if command -v lz4 >/dev/null; then
		lz4 -q t.csv t.lz4
		packed="$packed t.lz4"
	fi
}

@test "every packing gives the frame of the text, also on a pipe" {
	for f in $packed t.tar; do
		dl-import -q -o got.dlf "$f"
		cmp want.dlf got.dlf
		cat "$f" | dl-import -q -o got.dlf -
		cmp want.dlf got.dlf
	done
}

@test "a stream cut off anywhere is refused" {
	for f in $packed; do
		n=$(wc -c <"$f")
		for cut in 3 11 100 $((n / 3)) $((n / 2)) $((n - 9)) \
			$((n - 4)) $((n - 1)); do
			head -c "$cut" "$f" >part
			fails 3 . dl-import -q -o got.dlf part
		done
	done
}

@test "a flipped bit is never taken for data" {
	for f in $packed; do
		n=$(wc -c <"$f")
		for i in 1 2 3 4 5 6 7; do
			"$PYTHON" -c 'import sys
b = bytearray(open(sys.argv[1], "rb").read())
b[int(sys.argv[2])] ^= 16
open("flip", "wb").write(b)' "$f" $((n * i / 8))
			fails 3 . dl-import -q -o got.dlf flip
		done
	done
}

@test "members: the only one, a named one, odd names" {
	"$PYTHON" - <<-'EOF'
		import tarfile, zipfile, io
		text = open("t.csv", "rb").read()
		with zipfile.ZipFile("two.zip", "w") as z:
		    z.writestr("one.csv", b"x,y\n1,2\n")
		    z.writestr("../../evil.csv", text)
		with zipfile.ZipFile("comment.zip", "w") as z:
		    z.writestr("/etc/t.csv", text)
		    z.comment = b"made for a test"
		with tarfile.open("links.tar", "w") as t:
		    i = tarfile.TarInfo("link")
		    i.type, i.linkname = tarfile.SYMTYPE, "/etc/passwd"
		    t.addfile(i)
		    i = tarfile.TarInfo("dir")
		    i.type = tarfile.DIRTYPE
		    t.addfile(i)
		    i = tarfile.TarInfo("t.csv")
		    i.size = len(text)
		    t.addfile(i, io.BytesIO(text))
		with tarfile.open("none.tar", "w") as t:
		    i = tarfile.TarInfo("dir")
		    i.type = tarfile.DIRTYPE
		    t.addfile(i)
	EOF
	fails 3 "holds more than one file.*--member" \
		dl-import -q -o got.dlf two.zip
	dl-import -q --member ../../evil.csv -o got.dlf two.zip
	cmp want.dlf got.dlf
	[ ! -e ../../evil.csv ]
	for f in comment.zip links.tar; do
		dl-import -q -o got.dlf "$f"
		cmp want.dlf got.dlf
	done
	rm got.dlf
	fails 3 "no file in 'none.tar'" dl-import -q -o got.dlf none.tar
	fails 3 "no member 'q' in 'two.zip'" \
		dl-import -q --member q -o got.dlf two.zip
}

@test "packed twice is refused" {
	gzip -c t.gz >twice.gz
	fails 3 'packed more than once' dl-import -q -o got.dlf twice.gz
	"$PYTHON" -c 'import zipfile
with zipfile.ZipFile("in.zip", "w") as z:
    z.write("t.zip")
with zipfile.ZipFile("gz.zip", "w") as z:
    z.write("t.gz")'
	fails 3 'packed more than once' dl-import -q -o got.dlf in.zip
	fails 3 'packed more than once' dl-import -q -o got.dlf gz.zip
	bzip2 -kc t.gz >twice.bz2
	fails 3 'packed more than once' dl-import -q -o got.dlf twice.bz2
}

@test "concatenated members are one text" {
	{
		head -n 100 t.csv | gzip
		tail -n +101 t.csv | gzip
	} >two.gz
	dl-import -q -o got.dlf two.gz
	cmp want.dlf got.dlf
}

@test "a bomb is stopped" {
	needs zstd
	{
		echo a,b
		yes 1,2 | head -c 100000000
	} | zstd -q >bomb.zst
	fails 6 'unpacks to more than 2000 times' \
		dl-import -q -o got.dlf bomb.zst
	dl-import -q --max-expand-ratio 100000 -o got.dlf bomb.zst
}

@test "bytes after the end of a packed stream are refused, streams are not" {
	local packer end
	for packer in gzip bzip2 zstd lz4; do
		command -v $packer >/dev/null || continue
		$packer -c <t.csv >whole 2>/dev/null
		for end in x junkjunkjunk; do
			{ cat whole; echo $end; } >longer
			fails 3 "cannot unpack 'longer'" \
				dl-import -q -o got.dlf longer
			[ $packer != gzip ] ||
				fails 3 "bytes after the end" \
					dl-import -q -o got.dlf longer
		done
		cat whole whole >twice
		dl-import -q -H --type 1-=text -o got.dlf twice
		rm got.dlf
	done
	bzip2 -c t.csv >b.bz2
	tar cf - t.csv | bzip2 >t.tar.bz2
	dl-import -q -o got.dlf t.tar.bz2
	cmp want.dlf got.dlf
	dl-import -q --member t.csv -o got.dlf t.tar.bz2
	cmp want.dlf got.dlf
}

@test "the packing can be given" {
	dl-import -q --decompress gz -o got.dlf t.gz
	cmp want.dlf got.dlf
	rm got.dlf
	fails 3 "no gzip stream" dl-import -q --decompress gz -o got.dlf t.csv
	fails 3 "not of the kind" dl-import -q --decompress xz -o got.dlf t.bz2
	fails 3 . dl-import -q --decompress none -o got.dlf t.gz
}

@test "too little memory or too few descriptors do not damage a file" {
	command -v zstd >/dev/null || skip "no zstd"
	local limit status
	seq 200000 | zstd -q --ultra -22 >s.zst
	for limit in "-n 4" "-v "{40000..80000..2000}; do
		status=0
		sh -c "ulimit $limit; dl-import -j 1 -q -H -o s.dlf s.zst" \
			2>said 3>&- || status=$?
		[ "$status" -eq 0 ] || [ "$status" -eq 6 ]
	done
}
