#!/bin/sh
# Every option of a program stands in its manual page with its letter, and the
# page names no other.  The programs list their options by --dump-options:
# name, letter, value, kind... separated by tabs; kind is `alias` for another
# spelling of a parameter, `flag` for what can be turned off with --no-name.
set -u

. tests/tools/result.sh

bin=${BIN:-bin}

# compare TOOL PAGE: what differs.  In a page, options of lists and of the
# SYNOPSIS are "Fl o , Fl -output"; "Fl -no-name" needs no entry of its own.
compare()
{
	"$bin/$1" --dump-options | awk -F '\t' -v page="$2" '
	{
		kind[$1] = $4
		letter[$1] = $2
	}
	END {
		while ((getline line <page) > 0) {
			if (line !~ /^\.It Fl|^\.(Op )?Fl|Fl -/)
				continue
			is_item = line ~ /^\.It Fl/
			gsub(/\\-/, "-", line)
			m = split(line, word, " ")
			short = ""
			for (i = 1; i < m; i++) {
				if (word[i] != "Fl")
					continue
				name = word[i + 1]
				sub(/^-/, "", name)
				if (name == word[i + 1]) {
					if (length(name) == 1)
						short = name
					continue
				}
				sub(/[,.;:)]$/, "", name)
				named[name] = 1
				if (is_item && short != "")
					with[name] = short
			}
		}
		for (name in kind) {
			if (!(name in named) && kind[name] != "alias")
				print "--" name " is not in the page"
			if (letter[name] != "" && named[name] &&
			    with[name] != letter[name])
				print "-" letter[name] " of --" name \
					" is not in the page"
		}
		for (name in named) {
			plain = name
			sub(/^no-/, "", plain)
			if (!(name in kind) && kind[plain] != "flag")
				print "--" name " is no option of the program"
		}
	}'
}

for tool in "$bin"/dl-*; do
	name=$(basename "$tool")
	page=man/$name.1
	[ -f "$page" ] || continue
	result "$name and $page name the same options" \
		"$(compare "$name" "$page" | sort)"
done
echo "1..$n"
