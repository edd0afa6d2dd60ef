#!/bin/sh
# The library never prints and never exits: no object of it asks for such a
# function.  And what it offers to other files is used by one, kernels too.
set -u

obj=${OBJ:-obj}
lib=$obj/libdltools.a
bad='exit|_exit|_Exit|quick_exit|abort|printf|vprintf|puts|putchar|perror'
bad="$bad|err|errx|warn|warnx|stdout|stderr|setlocale|rand|srand|random"
bad="$bad|__v?printf_chk"
# For tests alone: plain versions of kernels, all builds of them, the block
# function and the ticks of an axis by themselves.
tested='.*_ref|kern_all|kern_find|rng_philox|scale_fit'

. tests/tools/result.sh

# Object, type and name of each symbol, in the library and in the programs.
# shellcheck disable=SC2046 # one word per object
if ! all=$(nm -A "$lib" $(for f in cmd/*.c; do echo "$obj/${f%.c}.o"; done) \
	2>&1); then
	echo "not ok 1 - symbols of $lib and of the programs"
	echo "$all" | sed -n 's/^nm:/# &/p'
	echo "1..1"
	exit 1
fi

result "the library never prints and never exits" "$(
	echo "$all" | awk -v bad="^_?($bad)\$" -v lib="$lib:" '
	NF > 2 && index($0, lib) == 1 && $(NF - 1) == "U" && $NF ~ bad {
		print "# " $1 " " $NF
	}')"

result "what a file of the library or of cmd/ offers is used by another" "$(
	echo "$all" | awk -v tested="^_?($tested|main)\$" '
	NF > 2 && $(NF - 1) == "U" { used[$NF] = 1 }
	NF > 2 && $(NF - 1) == "T" && $NF !~ tested { where[$NF] = $1 }
	END {
		for (name in where)
			if (!(name in used))
				print "# " where[name] " " name
	}')"

result "each kernel of the table is called by way of it" "$(
	sed -n 's/^[[:blank:]]*X([^,]*, \([a-z_0-9]*\), .*/\1/p' lib/kern/*.h |
	while read -r name; do
		grep -q -e "->$name\>" lib/*/*.c ||
			echo "# $name"
	done)"
echo "1..$n"
