#!/bin/sh
# Who may include whom: base < conf, kern < nn | data < model < cmd, and
# base < plot < cmd.
# nn and data never meet, programs see the public headers only, and a public
# header belongs to the layer of the source file of its name.
set -u

may()
{
	case $1 in
	base) echo base ;;
	conf) echo conf base ;;
	kern) echo kern base ;;
	nn) echo nn kern conf base ;;
	data) echo data kern conf base ;;
	model) echo model nn data kern conf base ;;
	plot) echo plot base ;;
	esac
}

# The layer that owns a public header.
layer_of()
{
	case $1 in
	net) echo nn; return ;;
	err | mem | str | num | file | rng | pool | json | batch)
		echo base; return ;;
	params) echo conf; return ;;
	esac
	for layer in base conf kern nn data model plot; do
		for f in "lib/$layer/$1".c "lib/$layer/$1"_*.c; do
			[ -f "$f" ] && echo "$layer" && return
		done
	done
	echo unknown
}

# Includes of our own headers, with quotes or as <dltools/...>.
includes()
{
	sed -n 's/^[ 	]*#[ 	]*include[ 	]*//p' "$1" |
		sed -n -e 's/^"\([^"]*\)".*/\1/p' \
			-e 's/^<\(dltools\/[^>]*\)>.*/\1/p'
}

# check FILE LAYER...: every include of FILE lies in one of the layers.
check()
{
	file=$1
	shift
	own=${file%/*}
	includes "$file" |
	while read -r inc; do
		case $inc in
		dltools/*) to=$(layer_of "$(basename "$inc" .h)") ;;
		*/*) to=${inc%%/*} ;;
		*)
			[ -f "$own/$inc" ] && continue
			echo "# $file: \"$inc\" is no file beside it"
			continue ;;
		esac
		case " $* " in
		*" $to "*) ;;
		*) echo "# $file includes $inc of layer $to" ;;
		esac
	done
}

. tests/tools/result.sh

for layer in base conf kern nn data model plot; do
	# shellcheck disable=SC2046 # one word per layer
	result "layer $layer includes what it may" "$(
		for f in lib/"$layer"/*.[ch]; do
			[ -f "$f" ] && check "$f" $(may "$layer")
		done)"
done

result "public headers include headers of their layer or below" "$(
	for f in lib/include/dltools/*.h; do
		layer=$(layer_of "$(basename "$f" .h)")
		[ "$layer" = unknown ] && echo "# $f: no source of that name"
		includes "$f" | grep '\.h$' |
		while read -r inc; do
			to=$(layer_of "$(basename "$inc" .h)")
			case " $(may "$layer") " in
			*" $to "*) ;;
			*) echo "# $f ($layer) includes $inc ($to)" ;;
			esac
		done
	done)"

result "programs include public headers and their own" "$(
	for f in cmd/*.[ch]; do
		[ -f "$f" ] &&
			check "$f" base conf kern nn data model plot
		grep -Hn '#include ".*/' "$f" 2>/dev/null |
			grep -v '"dltools/' | sed 's/^/# /'
	done)"
echo "1..$n"
