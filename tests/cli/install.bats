#!/usr/bin/env bats
# What make install puts where, and that uninstall takes all of it away.

load helper

setup()
{
	in_scratch
}

in_tree()
{
	make -s -C "$ROOT" "$@"
}

@test "install below DESTDIR, use it from there, uninstall" {
	needs dl-cat
	in_tree DESTDIR="$PWD/root" PREFIX=/opt/dl install
	local tool
	for tool in "$ROOT"/cmd/dl-*.c; do
		tool=$(basename "$tool" .c)
		[ -x "root/opt/dl/bin/$tool" ]
		[ -f "root/opt/dl/share/man/man1/$tool.1" ]
	done
	[ -f root/opt/dl/share/man/man7/dl.7 ]
	[ ! -e root/usr ]
	cat >rows.c <<-'C'
	#include <stdio.h>
	#include <dltools/frame.h>

	int
	main(int argc, char **argv)
	{
		struct err e = {0};
		struct frame *f = frame_open(argv[argc - 1], &e);

		puts(f ? "frame" : e.msg);
		frame_close(f);
		return f ? 0 : (int)e.code;
	}
	C
	cc -std=c11 -D_POSIX_C_SOURCE=200809L -Iroot/opt/dl/include -o rows \
		rows.c -Lroot/opt/dl/lib -ldltools -lz -lzstd -lxxhash \
		-ljansson -lm -ldl -pthread
	run -3 ./rows nothing.dlf
	[[ $output =~ nothing.dlf ]]
	in_tree DESTDIR="$PWD/root" PREFIX=/opt/dl uninstall
	find root ! -type d
	[ -z "$(find root ! -type d)" ]
}

@test "help names every target that a user needs" {
	run -0 in_tree help
	local t
	for t in all check lint bench demo install uninstall dist clean; do
		grep -q "^$t	" <<<"$output"
	done
}

@test "make bench leaves BENCH to the script that reads it" {
	run -0 make -C "$ROOT" -n bench BENCH=machine
	grep -q tests/bench/run.sh <<<"$output"
	run -0 env BENCH=machine make -C "$ROOT" -pn bench
	grep -qx 'BENCH = machine' <<<"$output"
}

@test "dist packs what the last commit holds, ready to build" {
	git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1 || skip "no clone"
	git clone -q --depth 1 "file://$ROOT" clone
	make -s -C clone dist
	tar xzf clone/dltools-*.tar.gz
	cd dltools-*/
	[ -f share/mnist/train.csv.zst ]
	[ ! -e .git ]
	make -n all | grep -q libdltools.a
}
