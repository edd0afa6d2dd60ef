#!/bin/sh
# Kill dl-train again and again, resume it, and compare the model with that of a
# run that was never stopped: it must be the same file, byte for byte.
#
# usage: sh tests/stress/kill-resume.sh [-n RUNS] [-s] [CASE...]
#
# Cases: those of the list `cases` below.  Each is run RUNS times (100), and in
# each run killed (KILL, TERM or HUP at a random moment, while states are
# saved all the time) until it gets through.  With -s it is also killed at every
# call of every system call that changes files, one after the other (strace),
# and resumed.  Programs are those in bin/; run by hand: it takes minutes.
set -u

runs=100 syscalls=
while getopts n:s opt; do
	case $opt in
	n) runs=$OPTARG ;;
	s) syscalls=1 ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
cases="online minibatch dropout momentum autoencoder sparse balance weights
	continued cv valid"
# shellcheck disable=SC2086 # a word per case
[ $# -gt 0 ] || set -- $cases
PATH=$PWD/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 143' TERM HUP
trap 'exit 130' INT
cd "$work" || exit 1

awk 'BEGIN {
	print "a,b,c,color,y"
	for (i = 1; i <= 3000; i++) {
		a = i * 7919 % 1000 / 100
		b = i * 104729 % 997 - 500
		s = a * 50 + b + i * 31 % 3 * 100
		print a "," b "," (i % 11 ? i * 13 % 17 / 4 : "") ",k" \
			i * 31 % 3 "," \
			(s < 200 ? "low" : s < 500 ? "mid" : "high")
	}
}' >t.csv
dl-import -q -o t.dlf t.csv && dl-import -q -o v.dlf t.csv || exit 1
awk 'BEGIN {
	for (i = 1; i <= 2000; i++) {
		printf "%d", i % 3
		for (k = 1 + i % 7; k <= 300; k += 1 + i * k % 61)
			printf " %d:%d", k, i * k % 5 + (k % 3 == i % 3)
		print ""
	}
}' >s.svm
dl-import -q --format svmlight --index-base 1 --type y=enum \
	--col-names "y,$(seq -s , -f x%g 1 300)" -o s.dlf s.svm || exit 1
awk -F, -v OFS=, 'NR > 1 { $2 = $2 < 0 ? -$2 : $2 } { print }' t.csv |
	dl-import -q -o w.dlf - || exit 1
dl-train -q -y y --hidden 40 --epochs 5 --seed 9 --reproducible -o start.dlm \
	t.dlf || exit 1

options()
{
	case $1 in
	online) echo --hidden 60,60 --epochs 30 ;;
	minibatch) echo --hidden 60,60 --epochs 60 --mini-batch-size 32 \
		--optimizer Adam --average-decay 0.99 ;;
	dropout) echo --hidden 60,60 --epochs 30 --input-dropout-ratio 0.1 \
		--activation TanhWithDropout ;;
	momentum) echo --hidden 60,60 --epochs 40 --activation Maxout \
		--no-adaptive-rate --momentum-start 0.5 --max-w2 5 \
		--momentum-ramp 20000 --momentum-stable 0.9 --l1 1e-5 ;;
	autoencoder) echo --autoencoder --ignore y --hidden 20,5,20 \
		--epochs 60 --activation Tanh --sparsity-beta 0.1 \
		--average-activation 0.2 ;;
	sparse) echo --sparse --hidden 60,60 --epochs 25 ;;
	balance) echo --balance-classes --hidden 60,60 --epochs 30 \
		--valid-fraction 0.2 --score-validation-sampling Stratified \
		--score-validation-samples 100 ;;
	weights) echo --weights-column b --weighting Gradient --hidden 60,60 \
		--epochs 300 --mini-batch-size 16 ;;
	continued) echo --checkpoint start.dlm --hidden 40 --epochs 60 ;;
	cv) echo --hidden 40 --epochs 20 --nfolds 3 ;;
	valid) echo --hidden 60,60 --epochs 30 --valid v.dlf \
		--stopping-rounds 3 ;;
	*) echo "no case $1" >&2; exit 2 ;;
	esac
}

# train CASE OUT OPTION...: in the place of this shell
train()
{
	case=$1 out=$2
	shift 2
	# shellcheck disable=SC2046,SC2086 # a word per option
	exec dl-train -q $(response "$case") --seed 1 --reproducible \
		$(options "$case") -o "$out" "$@" "$(frame "$case")"
}

response()
{
	[ "$1" = autoencoder ] || echo -y y
}

frame()
{
	case $1 in
	sparse) echo s.dlf ;;
	weights) echo w.dlf ;;
	*) echo t.dlf ;;
	esac
}

# A random number below $1.
random()
{
	od -An -N4 -tu4 /dev/urandom | awk -v n="$1" '{ print $1 % n }'
}

# One run; adds the number of kills to $kills.
run_killed()
{
	rm -f out.dlm out.dlm.ckpt*
	while :; do
		(train "$1" out.dlm --resume --checkpoint-every 500samples \
			-j$((1 + $(random 2)))) 2>err &
		pid=$!
		sleep "0.$(printf %03d "$(random 400)")"
		case $(random 5) in
		0) signal=TERM ;;
		1) signal=HUP ;;
		2)
			kill -s USR2 $pid 2>/dev/null # save, then die of it
			signal=KILL ;;
		*) signal=KILL ;;
		esac
		kill -s $signal $pid 2>/dev/null
		wait $pid 2>/dev/null
		status=$?
		[ $status -gt 128 ] || return $status
		kills=$((kills + 1))
	done
}

check()
{
	if ! cmp -s want.dlm out.dlm; then
		echo "# $1: another model after $2"
		cat err
		bad=$((bad + 1))
	fi
	for f in out.dlm?*; do
		[ -e "$f" ] && echo "# $1: left behind: $f"
	done
}

# Killed at call $3 of $2; then resumed to the end.  1: there is no such call.
kill_at()
{
	rm -f out.dlm out.dlm.ckpt*
	strace -f -o /dev/null -e "inject=$2:signal=SIGKILL:when=$3" \
		sh -c "exec dl-train -q $(response "$1") --seed 1 \
			--reproducible $(options "$1") -o out.dlm --resume \
			-j1 --checkpoint-every 20000samples $(frame "$1")" 2>err
	[ $? -gt 128 ] || return 1
	(train "$1" out.dlm --resume --checkpoint-every 20000samples -j2) \
		2>>err
}

bad=0
for c; do
	(train "$c" want.dlm -j2) || exit 1
	kills=0 before=$bad i=0
	while [ "$i" -lt "$runs" ]; do
		i=$((i + 1))
		run_killed "$c"
		check "$c" "run $i"
	done
	echo "$c: $runs runs, $kills kills, $((bad - before)) differ"
	[ "$syscalls" ] || continue
	calls=0 before=$bad
	for s in write pwrite64 fsync rename unlink openat close ftruncate; do
		k=1
		while kill_at "$c" "$s" "$k"; do
			check "$c" "$s $k"
			calls=$((calls + 1))
			k=$((k + 1))
		done
	done
	echo "$c: killed at $calls system calls, $((bad - before)) differ"
done
[ $bad = 0 ]
