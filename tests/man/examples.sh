#!/bin/sh
# Run the EXAMPLES of the manual pages as they stand.
#
# In section EXAMPLES of every man/*.1 and man/*.7, each display (.Bd -literal
# to .Ed, or .Dl lines one after the other) is one test: a shell script that
# must end with status 0.  A leading "$ " is the prompt; where there are
# prompts, lines without one are what the command prints and are not run.
# Every display of a page runs in one folder of that page, in order, which
# holds train.csv, test.csv, train.csv.zst, test.csv.zst (2,000 and 500
# digits), their frames train.dlf and test.dlf, model.dlm, and table.csv, which
# has names, missing values and a class.  A display after the comment
# .\" not run: REASON is passed over.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT
top=$PWD
data=$top/share/mnist

prepare()
{
	zstdcat "$data/train.csv.zst" | sed -n 1,2000p >"$work/data/train.csv"
	zstdcat "$data/test.csv.zst" | sed -n 1,500p >"$work/data/test.csv"
	cd "$work/data" || exit 1
	awk 'BEGIN {
		print "name,age,colour,class"
		for (i = 1; i <= 200; i++)
			print "n" i "," (i % 9 ? 20 + i * 7 % 50 : -1) "," \
				(i % 7 ? substr("redtan", i % 2 * 3 + 1, 3) \
				       : "?") "," \
				(i * 7 % 50 > 25 ? "old" : "young")
	}' >table.csv
	zstd -q -1 train.csv test.csv
	dl-import -q --type C785=enum -o train.dlf train.csv &&
		dl-import -q --like train.dlf -o test.dlf test.csv &&
		dl-train -q -y C785 --hidden 16 --epochs 0.5 --seed 1 \
			-o model.dlm train.dlf
}

# Write each example of page $1 to $2/1, $2/2...
extract()
{
	awk -v out="$2" '
	function emit(line) {
		if (line ~ /^\$ /) {
			prompts = 1
			sub(/^\$ /, "", line)
		} else if (prompts && !continued) {
			return
		}
		continued = line ~ /\\$|[|&]$/
		script = script line "\n"
	}
	function flush() {
		if (script != "" && !skip)
			printf "%s", script >(out "/" ++n)
		if (script != "")
			skip = 0
		script = ""
		prompts = continued = 0
	}
	function plain(line) {
		gsub(/\\&/, "", line)
		gsub(/\\e|\\\(rs/, "\\", line)
		gsub(/\\-/, "-", line)
		gsub(/\\\(aq/, "\047", line)
		gsub(/\\\(dq/, "\"", line)
		return line
	}
	/^\.Sh / { flush(); on = /^\.Sh EXAMPLES/; next }
	!on { next }
	/^\.\\" not run/ { flush(); skip = 1; next }
	/^\.Bd .*-literal/ || /^\.Bd -unfilled/ { flush(); inside = 1; next }
	/^\.Ed/ { inside = 0; flush(); next }
	/^\.Dl / { sub(/^\.Dl /, ""); emit(plain($0)); next }
	inside { if ($0 !~ /^\./) emit(plain($0)); next }
	{ if (script != "") flush() }
	END { flush() }' "$1"
}

n=0
mkdir "$work/data"
if ! (prepare) >"$work/said" 2>&1; then
	echo "not ok 1 - prepare the data of the examples"
	sed 's/^/# /' "$work/said"
	echo "1..1"
	exit 1
fi
for page in man/*.[17]; do
	name=$(basename "$page")
	mkdir "$work/$name"
	cp -R "$work/data" "$work/$name/run"
	mkdir "$work/$name/run/share"
	ln -s "$data" "$work/$name/run/share/mnist"
	extract "$page" "$work/$name"
	i=0
	while i=$((i + 1)); [ -f "$work/$name/$i" ]; do
		n=$((n + 1))
		if (cd "$work/$name/run" && sh -eu "../$i") \
			>"$work/said" 2>&1 </dev/null; then
			echo "ok $n - $name example $i"
		else
			echo "not ok $n - $name example $i"
			sed 's/^/#	/' "$work/$name/$i"
			sed 's/^/# /' "$work/said" | head -n 20
		fi
	done
done
echo "1..$n"
