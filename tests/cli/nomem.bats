#!/usr/bin/env bats
# Memory and descriptors that run out at any place: status 6 or the same output
# as ever, no damage blamed, no signal, nothing half written.

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	# shellcheck disable=SC2086
	if getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
		${CC:-cc} -shared -fPIC -o nomem.so "$ROOT/tests/tools/nomem.c"
	fi
	small_table 40 >t.csv
	dl-import -q -o t.dlf t.csv
	set -- dl-train -q -y y --hidden 3 --epochs 2 --seed 1 --reproducible \
		--score-interval 0 --train-samples-per-iteration 40 -j 1
	"$@" --history h.jsonl -o t.dlm t.dlf
	dl-score -q -m t.dlm --actual -o s.csv t.dlf
	cat >runs.csv <<-'END'
	parameters,training samples,training time,training speed,test set error
	hidden=3,9,1,9,0.5
	hidden=4,9,2,9,0.4
	END
	cat >schema.json <<-'END'
	{"columns":[{"name":"color","type":"enum","levels":["green","blue",
	"a \u00e9 that is longer than sixteen \" bytes","red"]},
	{"name":"b","type":"num"}]}
	END
}

setup()
{
	[ -f "$BATS_FILE_TMPDIR/nomem.so" ] || skip "no glibc"
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
	export LC_ALL=C
}

# injected VARIABLE=VALUE... -- COMMAND: one run; file "out", if it makes one,
# goes to stdout.  Status 6, or 0 and the output is that of want; a file is
# whole.
injected()
{
	local vars=() status=0
	while [ "$1" != -- ]; do
		vars+=("$1")
		shift
	done
	shift
	rm -f out
	env LD_PRELOAD=./nomem.so "${vars[@]}" "$@" >got 2>err || status=$?
	[ ! -e out ] || cat out >>got
	if [ "$status" -eq 6 ] && grep -q '^dl[a-z-]*: .' err; then
		[ ! -e out ] || cmp -s out want
		return
	fi
	[ "$status" -eq 0 ] && cmp -s got want && return
	echo "${vars[*]}: status $status: $(cat err)"
	return 1
}

# everywhere COMMAND: fails at some eighty places.
everywhere()
{
	local n total step
	injected NOMEM_COUNT=count -- "$@" || cp got want
	injected NOMEM_COUNT=count -- "$@"
	total=$(cat count)
	step=$((total / 40 + 1))
	for ((n = 1; n <= total; n += step)); do
		injected NOMEM_AT=$n -- "$@"
		injected NOMEM_AT=$((n + step / 2)) NOMEM_ON=1 -- "$@"
	done
	for n in 1 2 3 4 5; do
		injected NOFILE_AT=$n -- "$@"
	done
	[ "$(echo ./*.tmp* .*.tmp*)" = './*.tmp* .*.tmp*' ]
}

@test "frames: written and read without memory" {
	everywhere dl-import -q -j 1 -o out t.csv
	everywhere dl-import -q -j 1 --schema schema.json -o out t.csv
	everywhere dl-inspect t.dlf
	everywhere dl-cat t.dlf
}

@test "models: trained and read without memory" {
	everywhere dl-train -q -y y --hidden 3 --epochs 1 --seed 1 -j 1 \
		--reproducible -o out t.dlf
	everywhere dl-inspect t.dlm
	everywhere dl-inspect --dump npy t.dlm
	everywhere dl-inspect --params t.dlm
	everywhere dl-inspect --command t.dlm
	everywhere dl-score -m t.dlm -j 1 t.csv
}

@test "tables and histories: read without memory" {
	everywhere dl-cm s.csv
	everywhere dl-report runs.csv
	everywhere dl-report h.jsonl
	everywhere dl-grid 'hidden=4|8' 'l1=0|1e-5'
}

@test "a state that cannot be opened is not taken for something else" {
	local run=(dl-train -q -y y --hidden 3 --seed 1 -o m.dlm)
	"${run[@]}" --epochs 1e6 --history h.csv t.dlf &
	local pid=$!
	until [ -s h.csv ]; do sleep 0.02; done
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
	NOFILE_AT=2 fails 6 "cannot open 'm.dlm.ckpt': Too many open files" \
		env LD_PRELOAD=./nomem.so "${run[@]}" --epochs 1e6 \
		--max-runtime-secs 0.1 t.dlf
	[ -e m.dlm.ckpt ]
}
