#!/bin/sh
# Training speed of the fifteen topologies of H2O's tuning guide, beside H2O.
# usage: make bench        REPEAT=3 make bench: mean of seeds 1 to 3
# H2O's figures (h2o.csv): H2O-3 3.46.0.12, Java 17, 0.1 epochs of MNIST on two
# Zen 4 cores (AVX-512), one run each, noise about 20 %.  Compare only figures
# of the same kind of machine.  The table goes to out/bench/topologies.csv too.
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
OUT=$top/out/bench
export OUT AGAIN=1
mkdir -p "$OUT"
for b in "$top"/obj/tests/bench/*_bench; do
	[ ! -x "$b" ] || "$b"
done
sh "$top/examples/studies/network_topology/run.sh" 2>/dev/null

# parameters,training samples,training time,training speed,test set error:
# the first is quoted, as it has commas in it
awk '
FNR == 1 { next }
FILENAME ~ /h2o\.csv$/ {
	key = $0
	sub(/^[^"]*"?/, "", key)
	if ($0 ~ /"/) {
		n = split($0, part, "\"")
		key = part[2]
		split(part[3], v, ",")
		speed[key] = v[2]
		error[key] = v[3]
	} else {
		split($0, v, ",")
		speed[v[3]] = v[4]
		error[v[3]] = v[5]
	}
	next
}
{
	name = $0
	sub(/.*hidden=/, "", name)
	sub(/[ "].*/, "", name)
	n = split($0, v, ",")
	if (!(name in count))
		order[++nets] = name
	count[name]++
	rate[name] += v[n - 1]
	wrong[name] += v[n]
}
END {
	print "hidden,rows/s,H2O rows/s,times,error,H2O error" >csv
	printf "%-16s %9s %9s %7s %8s %8s\n", "hidden", "rows/s", "H2O", \
		"times", "error", "H2O"
	for (i = 1; i <= nets; i++) {
		k = order[i]
		r = rate[k] / count[k]
		e = wrong[k] / count[k]
		printf "%-16s %9.0f %9.0f %7.1f %8.4f %8.4f\n", k, r, \
			speed[k], r / speed[k], e, error[k]
		printf "\"%s\",%.0f,%s,%.1f,%.4f,%s\n", k, r, speed[k], \
			r / speed[k], e, error[k] >csv
		logs += log(r / speed[k])
		errors += e
		theirs += error[k]
	}
	printf "geometric mean: %.1f times; mean error %.4f, H2O %.4f\n", \
		exp(logs / nets), errors / nets, theirs / nets
}' csv="$OUT/topologies.csv" "$top/tests/bench/h2o.csv" \
	"$OUT/network_topology.csv"
