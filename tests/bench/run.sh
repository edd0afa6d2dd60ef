#!/bin/sh
# Every study, mini-batches and scoring, on one and two threads, beside the
# machine's limits measured in the same run and beside H2O's figures.
# usage: make bench	REPEAT=3 make bench: medians of seeds 1 to 3
# Results go to out/bench: machine.csv, minibatch.csv, studies.csv, bench.png.
# BENCH="machine minibatch studies plot" chooses parts; THREADS="1 2".
# tests/bench/README.md says how to read them.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
here=$top/tests/bench
dir=$top/out/bench
# shellcheck source=tests/bench/data.sh
. "$here/data.sh"
BENCH=${BENCH:-machine minibatch studies plot}
counts=${THREADS:-1 2}
mkdir -p "$dir"

has() {
	case " $BENCH " in
	*" $1 "*) return 0 ;;
	*) return 1 ;;
	esac
}

bench() {
	name=$1
	shift
	"$top/obj/tests/bench/${name}_bench" "$@"
}

# studies THREADS: each study's rows; H2O ran the large net for a quarter
studies() {
	for script in "$top"/examples/studies/*/run.sh; do
		name=$(basename "$(dirname "$script")")
		part=1
		[ "$name" != large_deep_net ] || part=0.25
		OUT=$dir/threads-$1 THREADS=$1 AGAIN=1 \
			EPOCHS=${EPOCHS:-$part} sh "$script" 2>/dev/null
	done
}

# the medians of a study where it was repeated
tables() {
	for script in "$top"/examples/studies/*/run.sh; do
		name=$dir/threads-$1/$(basename "$(dirname "$script")")
		if [ "${REPEAT:-1}" -gt 1 ] && [ -s "$name-medians.csv" ]; then
			echo "$name-medians.csv"
		else
			echo "$name.csv"
		fi
	done
}

# The limits are measured where they are asked for, or wanted and not there.
limits() {
	has machine && return 0
	[ ! -s "$dir/machine.csv" ] && { has minibatch || has studies; }
}

for part in $BENCH; do
	case $part in
	machine | minibatch | studies | plot) ;;
	*)
		echo "bench: BENCH='$part': not one of machine," \
			"minibatch, studies, plot" >&2
		exit 2
		;;
	esac
done
if limits; then
	bench machine >"$dir/machine.part"
	mv "$dir/machine.part" "$dir/machine.csv"
	cat "$dir/machine.csv"
fi
if has minibatch; then
	bench gemm
	plain train
	plain test
	bench minibatch "$dir/data/train.csv" "$dir/data/test.csv" \
		>"$dir/minibatch.part"
	awk -F, -v OFS=, '
	NR == FNR {
		if ($1 ~ /multiply-add/ && $1 !~ /bf16/ && $2 > peak)
			peak = $2
		if ($1 ~ /bf16/)
			half = $2
		next
	}
	FNR == 1 { print $0, "limit GFLOP/s", "share"; next }
	{
		# bf16 is never slower than the same numbers as floats
		limit = $3 == "bf16" && half > peak ? half : peak
		print $0, limit * $4, sprintf("%.2f", $6 / limit / $4)
	}' "$dir/machine.csv" "$dir/minibatch.part" >"$dir/minibatch.csv"
	rm "$dir/minibatch.part"
	cat "$dir/minibatch.csv"
fi
if has studies; then
	head="study,parameters,threads,rows/s,limit rows/s,bound by,share"
	echo "$head,H2O rows/s,times,error,H2O error" >"$dir/studies.part"
	for n in $counts; do
		studies "$n"
		# shellcheck disable=SC2046 # file names of our own
		awk -v threads="$n" -f "$here/study.awk" "$dir/machine.csv" \
			"$here/h2o.csv" $(tables "$n") >>"$dir/studies.part"
	done
	mv "$dir/studies.part" "$dir/studies.csv"
	cat "$dir/studies.csv"
fi
if ! has plot; then
	exit
fi
for part in minibatch studies; do
	if [ ! -s "$dir/$part.csv" ]; then
		echo "bench: no plot: it needs BENCH=$part first" >&2
		exit 1
	fi
done
if command -v gnuplot >/dev/null; then
	gnuplot -e "dir='$dir'" "$here/plot.gp"
else
	echo "bench: no plot: gnuplot is not installed" >&2
fi
