#!/bin/sh
# one - one run of a search, unless it is there already: its row in
# $RUNS/ID.csv, its model in $RUNS/ID.dlm.  Called by xargs and make; run.sh
# sets $RUNS, $LEARN, $CHOOSE and $RESPONSE.
# usage: sh one.sh ID OPTIONS...
set -eu

id=$RUNS/$1
shift
[ ! -s "$id.csv" ] || exit 0
rm -f "$id.row"
# one thread each: as many runs as cores are faster than one run on all of them
dl-train -q -y "$RESPONSE" -j 1 "$@" --test "$CHOOSE" --result "$id.row" \
	-o "$id.dlm" "$LEARN"
mv "$id.row" "$id.csv"
