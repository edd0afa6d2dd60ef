#!/usr/bin/env bats
# Sealed pipes, signals and outputs that appear whole or not at all.

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 3000 >small.csv
	if command -v dl-import >/dev/null; then
		dl-import -q -o small.dlf small.csv
	fi
}

setup()
{
	in_scratch
	cp "$BATS_FILE_TMPDIR"/* .
}

# on_terminal COMMAND: run it with a terminal as stdin, stdout and stderr.
on_terminal()
{
	script -qec true /dev/null >/dev/null || skip "no terminals here"
	run -2 timeout 10 script -qec "$1" /dev/null
}

# until_true COMMAND: true within ten seconds.
until_true()
{
	local _
	for _ in $(seq 100); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

@test "a frame on a pipe makes the same model as the frame in a file" {
	needs dl-import dl-train
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --reproducible \
		-o file.dlm small.dlf
	dl-import -q -o - small.csv | dl-train -q -y y --hidden 4 --epochs 1 \
		--seed 1 --reproducible -o pipe.dlm -
	cmp file.dlm pipe.dlm
}

@test "a frame cut off on its way is refused" {
	needs dl-train
	local size n
	size=$(wc -c <small.dlf)
	for n in 0 40 $((size / 2)) $((size - 1)); do
		head -c "$n" small.dlf >part
		fails 3 "standard input" sh -c \
			"dl-train -q -y y --hidden 4 -o out.dlm - <part"
	done
}

@test "a writer killed half-way makes no model" {
	needs dl-import dl-train
	mkfifo rows
	(
		dl-import -q -o - - <rows &
		echo $! >pid
		wait $!
	) 2>/dev/null | (
		rc=0
		dl-train -q -y y --hidden 4 -o out.dlm - 2>said || rc=$?
		echo $rc >status
	) &
	exec 7>rows
	head -n 2000 small.csv >&7
	until_true test -s pid
	kill -9 "$(cat pid)"
	exec 7>&-
	wait
	cat said
	[ "$(cat status)" -eq 3 ]
	[ "$(wc -l <said)" -le 2 ]
	[ ! -e out.dlm ]
	[ ! -e out.dlm.ckpt ]
}

@test "a CSV that ends in the middle of a row stops the pipe" {
	needs dl-import dl-train
	run -3 sh -c 'head -c 20010 small.csv | dl-import -q -o - - |
		dl-train -q -y y --hidden 4 -o out.dlm -'
	[ ! -e out.dlm ]
}

@test "a last line without newline is read and reported" {
	needs dl-import dl-cat
	printf 'a,b\n1,2\n3,4' | dl-import -o two.dlf - 2>said
	cat said
	grep -Eqi 'newline|line end' said
	[ "$(dl-cat two.dlf | wc -l)" -eq 3 ]
}

@test "binary output is refused on a terminal" {
	needs dl-import script
	on_terminal "dl-import -o - small.csv"
	[[ $output =~ terminal ]]
}

@test "head ends a pipe quietly" {
	needs dl-import dl-cat
	[ "$(dl-cat small.dlf 2>said | head -n 1)" = a,b,c,color,y ]
	[ ! -s said ]
	# what threads write too
	needs dl-train dl-score
	dl-train -q -y y --hidden 4 --epochs 0.1 -o m.dlm small.dlf
	{
		cat small.csv
		for _ in $(seq 20); do
			sed 1d small.csv
		done
	} >long.csv
	for _ in $(seq 5); do
		dl-score -q -m m.dlm -j 2 long.csv 2>said | head -n 1 >/dev/null
		[ "${PIPESTATUS[0]}" -eq 141 ]
		[ ! -s said ]
	done
	(
		trap '' PIPE
		dl-score -q -m m.dlm long.csv 2>said | head -n 1 >/dev/null
		[ "${PIPESTATUS[0]}" -eq 6 ]
	)
}

@test "no operand and no input: usage, not a wait" {
	needs dl-import dl-train dl-cm script
	on_terminal dl-import
	on_terminal dl-cm
	on_terminal "dl-train -y y"
}

@test "a FIFO and /dev/stdout are written in place" {
	needs dl-import
	mkfifo fifo
	cat fifo >copy &
	dl-import -q -o fifo small.csv
	wait
	[ -p fifo ]
	cmp copy small.dlf
	dl-import -q -o /dev/stdout small.csv | cmp - small.dlf
}

@test "what names a descriptor is written from where that stands" {
	needs dl-cat
	dl-cat -n 1 small.dlf >row
	for out in - /dev/stdout /dev/fd/1 /proc/self/fd/1; do
		{ echo first; dl-cat -n 1 -o "$out" small.dlf; } >log
		{ echo first; cat row; } | cmp - log
		echo first >log
		dl-cat -n 1 -o "$out" small.dlf >>log
		{ echo first; cat row; } | cmp - log
	done
	fails 6 "cannot write '/dev/fd/99'" dl-cat -o /dev/fd/99 small.dlf
}

@test "SIGTERM while training: 143, no model, a valid checkpoint" {
	needs dl-train
	dl-train -q -y y --hidden 50,50 --epochs 1e6 --seed 1 -o out.dlm \
		small.dlf 2>said &
	local pid=$! status=0
	sleep 1
	kill -TERM $pid
	wait $pid || status=$?
	cat said
	[ "$status" -eq 143 ]
	[ "$(wc -l <said)" -le 2 ]
	[ ! -e out.dlm ]
	[ -s out.dlm.ckpt ]
	dl-inspect out.dlm.ckpt | grep -qi unfinished
	[ "$(find . -type f | sort | tr '\n' ' ')" = \
		"./out.dlm.ckpt ./said ./small.csv ./small.dlf " ]
}

@test "a run that was stopped goes on to the same bytes" {
	needs dl-train
	local args="-q -y y --hidden 50,50 --epochs 60 --seed 1 --reproducible"
	# shellcheck disable=SC2086 # a list of options
	dl-train $args -o whole.dlm small.dlf
	# shellcheck disable=SC2086
	dl-train $args --resume -o parts.dlm small.dlf &
	local pid=$!
	sleep 0.4
	kill -TERM $pid 2>/dev/null || true
	wait $pid || true
	# shellcheck disable=SC2086
	dl-train $args --resume -o parts.dlm small.dlf
	cmp whole.dlm parts.dlm
	[ ! -e parts.dlm.ckpt ]
	# shellcheck disable=SC2086
	run -0 dl-train $args --resume -o parts.dlm small.dlf
}

@test "SIGTERM while importing leaves nothing" {
	needs dl-import
	mkfifo rows
	dl-import -q -o out.dlf - <rows 2>said &
	local pid=$! status=0
	exec 7>rows
	head -n 1000 small.csv >&7
	sleep 0.3
	kill -TERM $pid
	wait $pid || status=$?
	exec 7>&-
	[ "$status" -eq 143 ]
	[ "$(find . -type f | sort | tr '\n' ' ')" = \
		"./said ./small.csv ./small.dlf " ]
}

@test "an empty environment and umask 077 are enough" {
	needs dl-import
	(umask 077 && env -i PATH="$PATH" dl-import -q -o o.dlf small.csv)
	cmp o.dlf small.dlf
	[ "$(stat -c %a o.dlf)" = 600 ]
}

@test "a locale with decimal commas changes no byte" {
	needs dl-import dl-cat localedef
	localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 || skip "no locale data"
	export LOCPATH=$PWD LC_ALL=de_DE.UTF-8
	[ "$(locale decimal_point)" = , ]
	dl-import -q -o de.dlf small.csv
	cmp de.dlf small.dlf
	dl-cat de.dlf | head -n 100 >de.csv
	LC_ALL=C dl-cat small.dlf | head -n 100 | cmp - de.csv
}

@test "same input, same frame: two runs, another folder, other threads" {
	needs dl-import
	dl-import -q -j 1 -o one.dlf small.csv
	mkdir sub
	(cd sub && cp ../small.csv renamed.csv &&
		dl-import -q -j 2 -o two.dlf renamed.csv)
	cmp one.dlf small.dlf
	cmp sub/two.dlf small.dlf
}
