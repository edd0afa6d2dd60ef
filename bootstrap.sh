#!/bin/sh
# From a fresh clone to a result.  As root or by sudo, on Debian or Ubuntu.
#
#	sh bootstrap.sh demo	what is missing, build, MNIST end to end
#	sh bootstrap.sh check	what is missing, build, run all tests
#	sh bootstrap.sh deps	everything for build, check, demo and studies
#
# It says what it is going to do before it does it, and installs nothing that
# is there.
set -eu

BUILD="gcc make libc6-dev libarchive-dev libzstd-dev libxxhash-dev
	libjansson-dev zlib1g-dev"
DEMO="zstd"
CHECK="bats clang git gnuplot-nox libcmocka-dev locales mandoc procps python3
	python3-numpy shellcheck strace xz-utils bzip2 lz4 zip"

say()
{
	echo "bootstrap: $*"
}

fail()
{
	echo "bootstrap: $*" >&2
	exit 1
}

usage()
{
	cat >&2 <<-'EOT'
	usage: sh bootstrap.sh demo|check|deps
	EOT
	exit 2
}

installed()
{
	case $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) in
	*' installed') return 0 ;;
	*) return 1 ;;
	esac
}

other_system()
{
	cat >&2 <<-EOT
	bootstrap: this is not Debian or Ubuntu (no apt-get): install these by
	your own package manager (the names are Debian's), then run
	'make demo' or 'make check' yourself:
	EOT
	echo "$@" | tr -s ' \t\n' ' ' | fold -s -w 76 | sed 's/^/  /' >&2
	echo >&2
	exit 1
}

# need GOAL PACKAGE...: installs what is missing.
need()
{
	goal=$1
	shift
	if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null
	then
		other_system "$@"
	fi
	missing=
	for p in "$@"; do
		installed "$p" || missing="$missing $p"
	done
	if [ -z "$missing" ]; then
		say "all packages for '$goal' are installed"
		return
	fi
	root=
	if [ "$(id -u)" -ne 0 ]; then
		command -v sudo >/dev/null ||
			fail "run this as root, or install:$missing"
		root=sudo
	fi
	say "installing by apt-get:$missing"
	$root env DEBIAN_FRONTEND=noninteractive apt-get update -q \
		</dev/null >/dev/null || say "apt-get update failed; going on"
	# shellcheck disable=SC2086 # one word per package
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends $missing </dev/null >/dev/null ||
		fail "apt-get could not install:$missing"
}

build()
{
	say "building by make: the programs go to bin/"
	make -s -j"$(getconf _NPROCESSORS_ONLN)" "$@"
}

[ $# -eq 1 ] || usage
cd "$(dirname "$0")"
# shellcheck disable=SC2086 # the lists are split into packages
case $1 in
demo)
	say "demo: packages, build, then import, train, score, matrix"
	need demo $BUILD $DEMO
	build all
	say "running examples/mnist/demo.sh: it writes below out/demo"
	exec make -s demo
	;;
check)
	say "check: packages, build, then all tests, sanitizer builds included"
	need check $BUILD $DEMO $CHECK
	build ${CI:+DEV=1} programs
	say "running make check: some minutes; the last line adds up"
	exec make -s ${CI:+DEV=1} check
	;;
deps)
	say "deps: packages for build, demo, check and studies"
	need deps $BUILD $DEMO $CHECK
	;;
*)
	usage
	;;
esac
