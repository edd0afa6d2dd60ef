#!/bin/sh
# Run the test suites and add up their results.
# usage: sh tests/run.sh [-o OBJ] [-b BIN] [SUITE...]     (from the top folder)
# Suites: lint unit man cli asan tsan clang.  Everything a suite runs speaks TAP
# ("ok 1 - name"); its output is kept in OBJ/check/.  A program that stops
# before its last test, or fails without saying which test, is a failure too.
set -u

obj=obj bin=bin
while getopts o:b: opt; do
	case $opt in
	o) obj=$OPTARG ;;
	b) bin=$OPTARG ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- lint unit man cli
make=${MAKE:-make}
logs=obj/check
# What the outer make was asked for is not meant for the builds below.
unset MAKEFLAGS MFLAGS MAKELEVEL
passed=0 failed=0
mkdir -p "$logs"

# Run one program that speaks TAP and append what it says to $tap.
# TAP_NAME is what a failure outside its tests is called.
tap()
{
	"$@" >"$one" 2>"$errors" </dev/null
	status=$?
	awk -v name="${TAP_NAME:-$*}" -v status="$status" '
	function skipped(line) {
		return tolower(line) ~ /# skip/
	}
	{ print }
	/^1\.\.[0-9]+/ { plan += substr($1, 4) }
	/^ok / { done++ }
	/^not ok / {
		if (!skipped($0)) bad++
		done++
	}
	END {
		if (status && !bad)
			print "not ok - " name ": exit status " status
		else if (done < plan)
			print "not ok - " name ": " plan - done " not run"
		else if (!done)
			print "not ok - " name ": no test ran"
	}' "$one" >>"$tap"
	sed 's/^/# /' "$errors" >>"$tap"
}

build()
{
	"$make" -s "$@" >"$one" 2>&1 && return 0
	echo "not ok - $make $*" >>"$tap"
	tail -n 30 "$one" | sed 's/^/# /' >>"$tap"
	return 1
}

tools_from()
{
	(PATH=$PWD/$1:$PWD/$logs/tools:$PATH; export PATH; shift; "$@")
}

# Debian's awk is mawk, which takes less than gawk does: what tools_from() runs
# has it where it is installed.
use_mawk()
{
	mkdir -p "$logs/tools"
	ln -sf "$1" "$logs/tools/awk"
}

unit_tests()
{
	for t in "$1"/tests/unit/*_test; do
		[ -f "tests/unit/${t##*/}.c" ] || continue
		TAP_NAME=${t##*/}
		CMOCKA_MESSAGE_OUTPUT=TAP tap "$t"
	done
	TAP_NAME=
}

suite_lint()
{
	for t in tests/lint/*.sh; do
		TAP_NAME=$t tap env OBJ="$obj" BIN="$bin" sh "$t"
	done
}

suite_unit()
{
	unit_tests "$obj"
}

# The examples of the manual pages, run as they stand.
suite_man()
{
	TAP_NAME=examples tap tools_from "$bin" sh tests/man/examples.sh
}

suite_cli()
{
	for t in tests/cli/*.bats; do
		TAP_NAME=$t tap tools_from "$bin" bats --tap "$t"
	done
}

# Unit tests and the short command line tests under AddressSanitizer and
# UndefinedBehaviorSanitizer.
suite_asan()
{
	build -j2 SANITIZE=address,undefined programs || return
	ASAN_OPTIONS=strict_string_checks=1
	UBSAN_OPTIONS=print_stacktrace=1
	export ASAN_OPTIONS UBSAN_OPTIONS
	unit_tests obj/address-undefined
	for t in tests/cli/*.bats; do
		grep -q '^# sanitize' "$t" || continue
		TAP_NAME=$t tap tools_from obj/address-undefined/bin \
			bats --tap "$t"
	done
	unset ASAN_OPTIONS UBSAN_OPTIONS
}

# What runs in threads, under ThreadSanitizer.  gcc instruments vector code,
# which clang does not, so the compiler is always gcc.
suite_tsan()
{
	names=$(grep -lE 'pool_new|pthread_create' tests/unit/*_test.c |
		sed 's,.*/,obj/thread/tests/unit/,; s/\.c$//')
	# shellcheck disable=SC2086 # one word per program
	build -j2 CC=gcc SANITIZE=thread $names || return
	for t in $names; do
		TAP_NAME=${t##*/}
		CMOCKA_MESSAGE_OUTPUT=TAP TSAN_OPTIONS=halt_on_error=1 tap "$t"
	done
	TAP_NAME=
}

# Another compiler: no warning, same results.
suite_clang()
{
	build -j2 CC=clang OBJ=obj/clang BIN=obj/clang/bin DEV=1 programs &&
		unit_tests obj/clang
}

! mawk=$(command -v mawk) || use_mawk "$mawk"
for suite in "$@"; do
	tap=$logs/$suite.tap one=$logs/$suite.one errors=$logs/$suite.errors
	: >"$tap"
	start=$(date +%s)
	"suite_$suite"
	ok=$(grep '^ok ' "$tap" | grep -civ '# skip')
	skipped=$(grep -ciE '^(not )?ok.*# skip' "$tap")
	bad=$(grep '^not ok' "$tap" | grep -civ '# skip')
	[ $((ok + skipped + bad)) -gt 0 ] || {
		echo "not ok - $suite: no test ran" >>"$tap"
		bad=1
	}
	passed=$((passed + ok)) failed=$((failed + bad))
	printf '%-5s %5d passed, %d failed, %d skipped (%d s)\n' "$suite" \
		"$ok" "$bad" "$skipped" $(($(date +%s) - start))
	[ "$bad" -eq 0 ] || awk '/^(not )?ok/ {
		show = /^not ok/ && tolower($0) !~ /# skip/
	} show { print "    " $0 }' "$tap"
	rm -f "$one" "$errors"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
