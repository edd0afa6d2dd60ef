#!/bin/sh
# The library never prints and never exits: no object of it asks for such a
# function.
set -u

lib=${1:-obj/libdltools.a}
bad='exit|_exit|_Exit|quick_exit|abort|printf|vprintf|puts|putchar|perror'
bad="$bad|err|errx|warn|warnx|stdout|stderr|setlocale|rand|srand|random"
if [ ! -f "$lib" ]; then
	echo "ok 1 - no library built # SKIP"
	echo "1..1"
	exit 0
fi
found=$(nm -A -u "$lib" 2>/dev/null | awk -v bad="^($bad)\$" '$NF ~ bad {
	print "# " $1 " " $NF
}')
if [ -z "$found" ]; then
	echo "ok 1 - the library never prints and never exits"
else
	echo "not ok 1 - the library never prints and never exits"
	echo "$found"
fi
echo "1..1"
