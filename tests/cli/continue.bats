#!/usr/bin/env bats
# --checkpoint: a finished model goes on under H2O's rules.

load helper

setup_file()
{
	command -v dl-import >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 600 >t.csv
	dl-import -q -o t.dlf t.csv
	dl-train -q -y y --hidden 8 --epochs 3 --seed 1 --reproducible \
		-o a.dlm t.dlf
}

setup()
{
	needs dl-import dl-train dl-score dl-inspect
	in_scratch
	ln -s "$BATS_FILE_TMPDIR"/* .
}

# train OPTION...
train()
{
	dl-train -q -y y --hidden 8 --seed 1 --reproducible "$@"
}

@test "every column that does not fit is named, in one message" {
	awk -F, 'BEGIN { OFS = "," } NR == 1 { $2 = "bb" }
		NR > 1 && NR < 9 { $4 = "purple"; $5 = "odd" }
		NR > 1 { $1 = "n" $1 % 3 } { print }' t.csv >other.csv
	dl-import -q -o other.dlf other.csv
	fails 4 "column 'a' is enum, was num" train --epochs 9 \
		--checkpoint a.dlm -o b.dlm other.dlf
	fails 4 "column 'b' is missing" train --epochs 9 \
		--checkpoint a.dlm -o b.dlm other.dlf
	fails 4 "'color' has 1 new levels" train --epochs 9 \
		--checkpoint a.dlm -o b.dlm other.dlf
	fails 4 "column 'y' has 1 new levels" train --epochs 9 \
		--checkpoint a.dlm -o b.dlm other.dlf
	fails 4 "column 'bb' is new" train --epochs 9 \
		--checkpoint a.dlm -o b.dlm other.dlf
	fails 4 "without validation.*epochs=2.*rho.*'a'.*'bb'" \
		train --epochs 2 --rho 0.9 --valid t.dlf \
		--checkpoint a.dlm -o b.dlm other.dlf
}

@test "no going on from a run with folds, or from an unfinished one" {
	train --epochs 2 --nfolds 2 -o cv.dlm t.dlf
	fails 4 "cross-validation" train --epochs 9 --checkpoint cv.dlm \
		-o b.dlm t.dlf
	fails 2 "checkpoint.*cross-validation" train --epochs 9 --nfolds 2 \
		--checkpoint a.dlm -o b.dlm t.dlf
}

@test "the checkpoint's weights stay the best ones until an event is better" {
	train --epochs 4 --l1 0.9 --checkpoint a.dlm -o b.dlm t.dlf
	dl-score -m a.dlm t.dlf >want
	dl-score -m b.dlm t.dlf | cmp - want
	train --epochs 4 --l1 0.9 --no-overwrite-with-best-model \
		--checkpoint a.dlm -o b.dlm t.dlf
	dl-score -m b.dlm t.dlf >other
	run -1 cmp -s other want
	train --epochs 30 --checkpoint a.dlm -o b.dlm t.dlf
	dl-inspect --history --csv b.dlm | "$PYTHON" -c 'import csv, sys
rows = list(csv.DictReader(sys.stdin))
epochs = [float(r["epochs"]) for r in rows]
loss = [float(r["training_logloss"]) for r in rows]
assert epochs == sorted(epochs) and epochs[2] == 0.9, epochs[:4]
assert loss[-1] == min(loss)'
}

# largest_step FROM TO: how far the weights of the first layer went
largest_step()
{
	paste <(dl-inspect --dump tsv "$1") <(dl-inspect --dump tsv "$2") |
		awk '$2 == "weight" && $1 == 1 {
			d = $NF - $(NF / 2); if (d < 0) d = -d; if (d > m) m = d
		} END { print m }'
}

@test "Huber's D goes on from where it was" {
	huber()
	{
		dl-train -q -y a --hidden 8 --seed 1 --reproducible \
			--loss Huber --huber-alpha 0.5 \
			--train-samples-per-iteration 300 \
			--no-overwrite-with-best-model "$@" t.dlf
	}
	huber --epochs 5 -o e5.dlm
	huber --epochs 4 -o e4.dlm
	huber --epochs 5 --checkpoint e4.dlm -o b.dlm
	cmp <(dl-inspect --dump tsv e5.dlm) <(dl-inspect --dump tsv b.dlm)
}

@test "Adam's first steps without state are no longer than its rate" {
	local adam=(--optimizer Adam --rate 0.001 --mini-batch-size 600
		--no-overwrite-with-best-model)
	train "${adam[@]}" --epochs 300 --no-state -o bare.dlm t.dlf
	train "${adam[@]}" --epochs 301 --checkpoint bare.dlm -o b.dlm t.dlf
	largest_step bare.dlm b.dlm | awk '{ exit !($1 > 9e-4 && $1 < 1.1e-3) }'
	train "${adam[@]}" --epochs 300 -o full.dlm t.dlf
	train "${adam[@]}" --epochs 301 --checkpoint full.dlm -o b.dlm t.dlf
	train "${adam[@]}" --epochs 301 -o straight.dlm t.dlf
	cmp <(dl-inspect --dump tsv b.dlm) \
		<(dl-inspect --dump tsv straight.dlm)
}

@test "Adam's second step without state, from the middle of a mini-batch" {
	local adam=(--optimizer Adam --rate 0.001 --mini-batch-size 64
		--no-overwrite-with-best-model) last=bare.dlm epochs
	# 600 rows: batches end at 640 and 704
	train "${adam[@]}" --no-state --epochs 1 -o bare.dlm t.dlf
	for epochs in 1.06 1.17; do
		train "${adam[@]}" --epochs $epochs --checkpoint bare.dlm \
			--train-samples-per-iteration 40 -o b$epochs.dlm t.dlf
		largest_step $last b$epochs.dlm |
			awk '{ exit !($1 > 9e-4 && $1 < 1.01e-3) }'
		last=b$epochs.dlm
	done
	dl-inspect --history --json $last | tail -n 1 | grep '"samples":704'
}

@test "weights are averaged from the first step on" {
	train --optimizer Adam --rate 0.05 --average-decay 0.9 \
		--mini-batch-size 600 --epochs 3 --stopping-rounds 0 \
		--no-overwrite-with-best-model -o avg.dlm --history h.csv t.dlf
	awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i }
		NR > 1 { v[NR] = $c["training_logloss"] }
		END { exit !(v[NR] < v[NR - 1] && v[NR - 1] < v[NR - 2]) }' \
		h.csv
}

@test "a continuation that is killed and resumed" {
	train --epochs 300 --stopping-rounds 0 --checkpoint a.dlm -o want.dlm \
		t.dlf
	local status=1 tries=0
	while [ "$status" != 0 ] && [ "$tries" -lt 30 ]; do
		tries=$((tries + 1))
		status=0
		timeout -s KILL 0.$((tries % 9 + 1)) dl-train -q -y y \
			--hidden 8 --seed 1 --reproducible --epochs 300 \
			--stopping-rounds 0 --checkpoint a.dlm -o b.dlm \
			--resume --checkpoint-every 5000samples t.dlf ||
			status=$?
	done
	cmp want.dlm b.dlm
}
