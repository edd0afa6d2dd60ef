# Shared by the tests of the command line: load helper.
bats_require_minimum_version 1.5.0

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
MNIST=$ROOT/share/mnist

# A python3 with numpy: the system's, whatever else stands on PATH.
PYTHON=${PYTHON:-/usr/bin/python3}
[ -x "$PYTHON" ] || PYTHON=python3
export ROOT MNIST PYTHON

# small_table ROWS: a table with a header, four predictors (one categorical,
# one of them sometimes missing) and a class "y" that depends on them.
small_table()
{
	awk -v rows="$1" 'BEGIN {
		split("red green blue", color, " ")
		print "a,b,c,color,y"
		for (i = 1; i <= rows; i++) {
			a = (i * 7919) % 1000 / 100
			b = (i * 104729) % 997 - 500
			k = (i * 31) % 3 + 1
			c = i % 11 ? (i * 13) % 17 / 4 : ""
			s = a * 50 + b + k * 100
			y = s < 200 ? "low" : s < 500 ? "mid" : "high"
			print a "," b "," c "," color[k] "," y
		}
	}'
}

# fails STATUS REGEX COMMAND...: the command ends with STATUS, says one clear
# line (two at most) on stderr that begins with a program's name and matches
# REGEX, and leaves the folder as it was: no partial output, nothing temporary.
fails()
{
	local want=$1 regex=$2 before after status=0
	shift 2
	before=$(ls -A)
	"$@" >"$BATS_TEST_TMPDIR/.out" 2>"$BATS_TEST_TMPDIR/.err" ||
		status=$?
	after=$(ls -A)
	echo "command: $*"
	echo "status $status, wanted $want; stderr, wanted /$regex/:"
	cat "$BATS_TEST_TMPDIR/.err"
	[ "$status" -eq "$want" ]
	grep -Eq -- "$regex" "$BATS_TEST_TMPDIR/.err"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/.err")" -le 2 ]
	head -n 1 "$BATS_TEST_TMPDIR/.err" | grep -Eq '^dl-[a-z]+: .'
	echo "files before: $before; after: $after"
	[ "$before" = "$after" ]
}

# in_scratch: every test works in a folder of its own.
in_scratch()
{
	mkdir -p "$BATS_TEST_TMPDIR/w"
	cd "$BATS_TEST_TMPDIR/w" || return 1
}

# needs TOOL...: skip while a program of the chain is not there.
needs()
{
	local t
	for t in "$@"; do
		command -v "$t" >/dev/null || skip "no $t"
	done
}

# text MODEL EXPRESSION: a Python expression over the texts t of a model.
text()
{
	"$PYTHON" - "$1" "$2" <<'PY'
import json, struct, sys
with open(sys.argv[1], "rb") as f:
    n, = struct.unpack("<Q", f.read(8))
    h = json.loads(f.read(n))
t = {k: v if k in ("digest", "format") else json.loads(v)
     for k, v in h.pop("__metadata__").items()}
print(eval(sys.argv[2]))
PY
}
