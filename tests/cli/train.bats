#!/usr/bin/env bats
# dl-train: what it writes, how it ends, and that it goes on where it stopped.

load helper

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 600 >small.csv
	head -n 201 small.csv >test.csv
	command -v dl-import >/dev/null || return 0
	dl-import -q -o small.dlf small.csv
	dl-import -q --like small.dlf -o test.dlf test.csv
}

setup()
{
	needs dl-import dl-train
	in_scratch
	cp "$BATS_FILE_TMPDIR"/*.dlf .
}

# header FILE EXPRESSION: the value of a Python expression over the texts `t`
# and the raw header `h` of a model, read with struct and json alone.
header()
{
	python3 - "$1" "$2" <<'PY'
import json, struct, sys
with open(sys.argv[1], "rb") as f:
    n, = struct.unpack("<Q", f.read(8))
    h = json.loads(f.read(n))
    data = f.read()
t = {k: v if k in ("digest", "format") else json.loads(v)
     for k, v in h.pop("__metadata__").items()}
end = 0
for name, x in sorted(h.items(), key=lambda i: i[1]["data_offsets"]):
    assert x["data_offsets"][0] == end, name
    end = x["data_offsets"][1]
assert end == len(data) and (8 + n) % 64 == 0
print(eval(sys.argv[2]))
PY
}

@test "the header is read with struct and json; tensors have no holes" {
	dl-train -q -y y --hidden 5,4 --epochs 1 --seed 7 -o m.dlm small.dlf
	[ "$(header m.dlm 't["format"]')" = dltools-model/2 ]
	[ "$(header m.dlm 't["net"]["hidden"]')" = "[5, 4]" ]
	[ "$(header m.dlm 'h["layer.2.weight"]["shape"]')" = "[4, 5]" ]
	[ "$(header m.dlm 'h["layer.3.bias"]["shape"]')" = "[3]" ]
	[ "$(header m.dlm 't["parameters"]["asked"]')" = \
		"hidden=5,4 epochs=1 seed=7" ]
	[ "$(header m.dlm 't["parameters"]["resolved"]["seed"]')" = 7 ]
	[ "$(header m.dlm 't["state"]["finished"]')" = True ]
	state='any(k.startswith("layer.1.weight.") for k in h)'
	[ "$(header m.dlm "$state")" = True ]
	dl-train -q -y y --hidden 5,4 --epochs 1 --seed 7 --no-state \
		-o n.dlm small.dlf
	[ "$(header n.dlm "$state")" = False ]
}

@test "reproducible: same bytes for -j1, -j2 and two runs" {
	local o="-q -y y --hidden 40,30 --epochs 2 --seed 1 --reproducible"
	# shellcheck disable=SC2086 # a list of options
	for j in 1 2 2; do
		dl-train $o -j $j -o "m$j.dlm" small.dlf
		sha256sum <"m$j.dlm"
	done | sort -u >sums
	[ "$(wc -l <sums)" -eq 1 ]
	[ "$(header m1.dlm '"run" in t')" = False ]
	# shellcheck disable=SC2086
	dl-train $o --seed 2 -o other.dlm small.dlf
	run ! cmp -s m1.dlm other.dlm
}

@test "results row: header once, parameters as asked, test error" {
	for s in 1 2; do
		dl-train -q -y y --epochs 2 --hidden 6,5 --seed $s \
			--result r.csv --test test.dlf -o m.dlm small.dlf
	done
	dl-train -q -y y --hidden 4 --epochs 1 --result r.csv -o m.dlm \
		small.dlf
	cat r.csv
	[ "$(wc -l <r.csv)" -eq 4 ]
	[ "$(head -n 1 r.csv)" = "parameters,training samples,training time,\
training speed,test set error" ]
	sed -n 2p r.csv | grep -Eq \
		'^"hidden=6,5 epochs=2 seed=1",1200,[0-9.]+,[0-9.]+,0\.?[0-9]*$'
	sed -n 4p r.csv | grep -Eq '^hidden=4 epochs=1,600,[0-9.]+,[0-9.]+,$'
	# two classes: by the model's threshold, not by the best for these rows
	dl-cat small.dlf | sed 's/,mid$/,low/' | dl-import -q -o two.dlf -
	dl-cat -n 60 test.dlf | sed 's/,mid$/,low/; 2,30 s/[^,]*$/high/' |
		dl-import -q -o few.dlf -
	dl-train -q -y y --epochs 1 --hidden 3 --seed 1 --result two.csv \
		--test few.dlf -o two.dlm two.dlf
	dl-score -q -m two.dlm --actual few.dlf | dl-cm -q --error >error
	[ "$(sed -n '2 s/.*,//p' two.csv)" = "$(cat error)" ]
	dl-score -q -m two.dlm --metrics best few.dlf >/dev/null
	[ "$(grep -o '"error":[0-9.]*' best)" != "\"error\":$(cat error)" ]
}

@test "results row: only to a table of results, or to standard output" {
	local o="-q -y y --hidden 4 --epochs 1"
	printf 'a,b\n1,2\n' >other.csv
	cp small.dlf frame.copy
	for f in other.csv frame.copy; do
		cp "$f" before
		# shellcheck disable=SC2086 # a list of options
		run -3 dl-train $o --result "$f" -o never.dlm small.dlf
		[[ "$output" == *"'$f': the first line is not 'parameters,"* ]]
		cmp before "$f"
		[ ! -e never.dlm ]
	done
	# shellcheck disable=SC2086
	{
		dl-train $o --result - -o m.dlm small.dlf >one.csv
		printf %s "$(<one.csv)" >cut.csv
		dl-train $o --result cut.csv -o m.dlm small.dlf
		[ "$(wc -l <cut.csv)" -eq 3 ]
		[ ! -e ./- ]
		for f in --result --history; do
			run -2 dl-train $o $f - small.dlf
			[[ "$output" == *"'-' is named for two outputs" ]]
		done
		run -2 dl-train $o --history - --result - -o m.dlm small.dlf
	}
}

@test "an iteration presents exactly S rows; N is a multiple of S" {
	dl-train -q -y y --hidden 4 --epochs 1.01 --seed 1 --result r.csv \
		--train-samples-per-iteration 100 -o m.dlm small.dlf
	[ "$(header m.dlm 't["state"]["samples"]')" = 700 ]
	[ "$(header m.dlm 't["state"]["iterations"]')" = 7 ]
	dl-train -q -y y --hidden 4 --epochs 0 -o z.dlm small.dlf
	[ "$(header z.dlm 't["state"]["samples"]')" = 0 ]
	[ "$(header z.dlm 'len(t["history"]["rows"])')" = 1 ]
}

# weights OPTION...: those of layer 1 after an epoch
weights() {
	dl-train -q -y y --hidden 3 --epochs 1 --seed 1 --reproducible \
		"$@" -o w.dlm small.dlf
	dl-inspect --dump tsv w.dlm | grep weight
}

@test "iterations do not cut mini-batches" {
	weights --mini-batch-size 40 --train-samples-per-iteration -1 >whole
	weights --mini-batch-size 40 --train-samples-per-iteration 50 >some
	cmp whole some
	weights --mini-batch-size 100000 >all
	weights --mini-batch-size 40 --train-samples-per-iteration 50 >some
	run ! cmp -s all some
	weights --mini-batch-size 100000 --train-samples-per-iteration 30 >short
	cmp all short
}

@test "history: CSV, TSV and JSON lines; reproducible scores each iteration" {
	local o="-q -y y --hidden 4 --epochs 1 --seed 1 --reproducible"
	for f in h.csv h.tsv h.jsonl; do
		# shellcheck disable=SC2086
		dl-train $o --valid test.dlf --history $f \
			--train-samples-per-iteration 200 -o m.dlm small.dlf
	done
	head -n 1 h.csv | grep -q '^timestamp,duration,training_speed,epochs,'
	head -n 1 h.csv | grep -q 'validation_classification_error.*,wall_s,'
	head -n 1 h.tsv | grep -q "^timestamp	duration"
	[ "$(wc -l <h.jsonl)" -ge 3 ]
	[ "$(cut -d, -f6 h.csv | head -n 4 | tr '\n' ' ')" = \
		"samples 200 400 600 " ]
	while read -r line; do
		echo "$line" | python3 -m json.tool >/dev/null
	done <h.jsonl
}

@test "run information is one JSON object" {
	dl-train -q -y y --hidden 4 --epochs 1 --seed 3 --run-info i.json \
		-o m.dlm small.dlf
	[ "$(python3 -c 'import json; i = json.load(open("i.json")); \
print(i["samples"], i["seed"], i["schema"])')" = "600 3 dl.run/1" ]
}

@test "--print-config gives the same model back through --config" {
	dl-train -q -y y --hidden 6 --epochs 2 --seed 5 --l1 1e-5 \
		--reproducible -o a.dlm small.dlf
	dl-train -y y --hidden 6 --epochs 2 --seed 5 --l1 1e-5 \
		--reproducible --print-config >run.conf
	dl-train -q --config run.conf -o b.dlm small.dlf
	[ "$(header a.dlm 'h')" = "$(header b.dlm 'h')" ]
	python3 - <<'PY'
import struct
def tensors(p):
    b = open(p, "rb").read()
    n, = struct.unpack("<Q", b[:8])
    return b[8 + n:]
assert tensors("a.dlm") == tensors("b.dlm")
PY
	echo 'nonsense = 3' >bad.conf
	fails 2 'nonsense' dl-train -q --config bad.conf -o c.dlm small.dlf
}

@test "--print-config names the frame and repeats the run" {
	dl-train --print-config -y y --hidden 6 --epochs 1 --seed 5 \
		--reproducible --valid small.dlf small.dlf >run.conf
	grep -qx 'training_frame = small.dlf' run.conf
	grep -qx '#initial_weights = ' run.conf
	dl-train --print-config --config run.conf >again.conf
	diff run.conf again.conf
	dl-train -q --config run.conf -o a.dlm
	dl-train -q -y y --hidden 6 --epochs 1 --seed 5 --reproducible \
		--valid small.dlf -o b.dlm small.dlf
	cmp a.dlm b.dlm
}

@test "--dry-run tells layers, parameters and memory, and writes nothing" {
	run -0 --separate-stderr dl-train -y y --hidden 10 --dry-run -o m.dlm \
		small.dlf
	[ ! -e m.dlm ]
	# 6 units and a missing one less: color 3 + 1, a, b, c; 3 classes
	[[ "$output$stderr" == *"7-10-3, 113 parameters"* ]]
}

@test "early stopping, targets and the time budget end with a model" {
	dl-train -y y --hidden 20,20 --epochs 200 --seed 1 --reproducible \
		--stopping-rounds 2 --stopping-tolerance 0.5 \
		--train-samples-per-iteration 600 -o m.dlm small.dlf 2>said
	tail -n 1 said | grep -q 'stopping_rounds.*kept scoring event'
	[ "$(header m.dlm 't["state"]["samples"] < 100000')" = True ]
	dl-train -y y --hidden 20 --epochs 200 --seed 1 --reproducible \
		--classification-stop 0.9 -o m.dlm small.dlf 2>said
	tail -n 1 said | grep -q 'classification_stop'
	dl-train -y y --hidden 20 --epochs 1e6 --max-runtime 1 \
		--classification-stop -1 --stopping-rounds 0 -o m.dlm \
		small.dlf 2>said
	tail -n 1 said | grep -q 'max_runtime_secs'
	[ "$(header m.dlm 't["state"]["finished"]')" = True ]
	# scored at the end, though no event was due
	dl-train -y y --hidden 20 --epochs 1e6 --max-runtime 1 \
		--classification-stop -1 --stopping-rounds 0 \
		--no-overwrite-with-best-model -o m.dlm --score-interval 100 \
		small.dlf 2>said
	header m.dlm 't["history"]["rows"][-1][t["history"]["columns"].index(
		"samples")] == t["state"]["samples"]' | grep -x True
	# and the best one is kept
	dl-train -q -y y --hidden 20 --epochs 1e6 --max-runtime 1 --seed 1 \
		--no-adaptive-rate --rate 0.2 --classification-stop -1 \
		--stopping-rounds 0 --score-each-iteration --history h.csv \
		--train-samples-per-iteration 6000 -o m.dlm small.dlf
	python3 - <<'PY'
import csv
loss = [float(r["training_logloss"]) for r in csv.DictReader(open("h.csv"))]
assert len(loss) > 2 and loss[-1] == min(loss), loss
PY
}

@test "the best event is kept, and one row more says so" {
	dl-train -y y --hidden 20 --epochs 30 --seed 1 --reproducible \
		--no-adaptive-rate --rate 0.2 --stopping-rounds 0 \
		--history h.csv -o m.dlm small.dlf 2>said
	tail -n 1 said
	python3 - <<'PY'
import csv
rows = list(csv.DictReader(open("h.csv")))
loss = [float(r["training_logloss"]) for r in rows]
assert loss[-1] == min(loss), loss
PY
}

@test "divergence: exit 5, the layer named, finite weights kept" {
	local status=0
	dl-train -q -y y --hidden 10,10 --epochs 100 --seed 1 \
		--no-adaptive-rate --rate 1e30 -o m.dlm small.dlf 2>said ||
		status=$?
	cat said
	[ "$status" -eq 5 ]
	grep -Eq 'layer [0-9]' said
	[ ! -e m.dlm ]
	[ "$(header m.dlm.ckpt 't["state"]["finished"]')" = False ]
}

@test "a second signal leaves at once; HUP and INT save like TERM" {
	local s status pid
	for s in INT HUP; do
		status=0
		rm -f m.dlm.ckpt
		env --default-signal=INT,HUP dl-train -q -y y --hidden 50,50 \
			--epochs 1e6 --seed 1 -o m.dlm small.dlf 2>said &
		pid=$!
		sleep 0.7
		kill -$s $pid
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l $s))) ]
		[ -s m.dlm.ckpt ]
		[ ! -e m.dlm ]
	done
}

@test "a signal after training leaves at once, with nothing temporary" {
	local pid status=0
	mkfifo unread
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --run-info unread \
		-o m.dlm small.dlf 2>said &
	pid=$!
	sleep 1.5
	kill -TERM $pid
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	[ ! -e m.dlm ]
	[ -z "$(find . -name '.dltools*')" ]
}

@test "a frame to train on is named once" {
	local o="-q -y y --hidden 4 --epochs 1"
	echo 'training_frame = other.dlf' >set.cfg
	# shellcheck disable=SC2086 # a list of options
	fails 2 "two frames to train on: .*'other.dlf' and 'small.dlf'" \
		dl-train $o --config set.cfg -o m.dlm small.dlf
	# shellcheck disable=SC2086
	dl-train $o --training-frame small.dlf -o m.dlm
}

@test "checkpoints by samples; resumption by the same command only" {
	local o="-q -y y --hidden 9 --epochs 4 --seed 1 --reproducible"
	# shellcheck disable=SC2086
	dl-train $o -o whole.dlm small.dlf
	dl-train -q -y y --hidden 9 --epochs 1e6 --seed 1 --reproducible \
		--checkpoint-every 100samples -o part.dlm small.dlf &
	sleep 0.8
	kill -KILL $!
	wait $! || true
	[ "$(header part.dlm.ckpt 't["state"]["finished"]')" = False ]
	# shellcheck disable=SC2086
	fails 4 "epochs=1000000.*epochs=4" dl-train $o --resume -o part.dlm \
		small.dlf
	rm part.dlm.ckpt
	# shellcheck disable=SC2086
	dl-train $o --resume -o part.dlm small.dlf
	cmp whole.dlm part.dlm
}

@test "--checkpoint goes on; what must not change is listed at once" {
	dl-train -q -y y --hidden 8 --epochs 1 --seed 1 -o a.dlm small.dlf
	dl-train -q -y y --hidden 8 --epochs 3 --seed 1 --checkpoint a.dlm \
		-o b.dlm small.dlf
	[ "$(header b.dlm 't["state"]["samples"]')" = 1860 ]
	fails 4 "epochs.*hidden|hidden.*epochs" dl-train -q -y y --hidden 9 \
		--epochs 1 --checkpoint a.dlm -o c.dlm small.dlf
	fails 4 "rho" dl-train -q -y y --hidden 8 --rho 0.9 --epochs 3 \
		--checkpoint a.dlm -o c.dlm small.dlf
	# numbers of another table are scaled as they were
	small_table 600 | awk -F, -v OFS=, 'NR > 1 { $1 += 1000 } { print }' |
		dl-import -q -o far.dlf -
	dl-train -q -y y --hidden 8 --epochs 2 --seed 1 --checkpoint a.dlm \
		-o c.dlm far.dlf
	header a.dlm 't["encoder"]["predictors"]["sub"]' >a.sub
	header c.dlm 't["encoder"]["predictors"]["sub"]' | cmp - a.sub
}

@test "--lock is that of flock, and no output" {
	local o
	for o in output result history run-info; do
		fails 2 "'x' is named for two outputs" dl-train -q -y y \
			--hidden 4 --epochs 1 -o m.dlm --lock x --$o x small.dlf
	done
	: >l
	exec 7<l
	flock 7
	fails 1 "'l' is held" dl-train -q -y y --hidden 4 --epochs 1 \
		--lock l -o n.dlm small.dlf
	exec 7<&-
}

@test "--lock: a second run ends with status 1" {
	dl-train -q -y y --hidden 50,50 --epochs 1e6 --lock l -o m.dlm \
		small.dlf 2>/dev/null &
	local pid=$!
	sleep 0.5
	fails 1 "'l'" dl-train -q -y y --hidden 4 --epochs 1 --lock l \
		-o n.dlm small.dlf
	kill -KILL $pid
	wait $pid || true
	dl-train -q -y y --hidden 4 --epochs 1 --lock l -o n.dlm small.dlf
}

@test "a model on a pipe is the model in a file" {
	local o="-q -y y --hidden 4 --epochs 1 --seed 1 --reproducible"
	# shellcheck disable=SC2086
	dl-train $o -o m.dlm small.dlf
	# shellcheck disable=SC2086
	dl-train $o -o - - <small.dlf | cmp - m.dlm
}

@test "--deps: make takes no name for a pattern" {
	local m='q m$x#%.dlm'
	cp small.dlf 's%l.dlf'
	dl-train -q -y y --hidden 4 --epochs 1 --deps m.d -o "$m" 's%l.dlf'
	printf '\t@echo made\n' >>m.d
	grep -qF '\%.dlm: s%l.dlf' m.d
	touch -d 2001-01-01 "$m"
	[ "$(make -f m.d "$m")" = made ]
	touch "$m"
	make -q -f m.d "$m"
	dl-inspect --rule "$m" >m.mk
	make -q -f m.mk "$m"
}

@test "tags and dependencies" {
	dl-train -q -y y --hidden 4 --epochs 1 --tag team=a --tag run=7 \
		--deps m.d -o m.dlm small.dlf
	[ "$(header m.dlm 't["tags"]["run"]')" = 7 ]
	[ "$(cat m.d)" = "m.dlm: small.dlf" ]
	dl-train -q -y y --hidden 4 --epochs 1 --valid new=test.dlf \
		--deps m.d -o m.dlm small.dlf
	[ "$(cat m.d)" = "m.dlm: small.dlf test.dlf" ]
	echo 'epochs = 1' >set.cfg
	echo a >list
	dl-train -q -y y --hidden 4 --config set.cfg --ignore @list \
		--deps m.d -o m.dlm small.dlf
	[ "$(cat m.d)" = "m.dlm: small.dlf set.cfg list" ]
	fails 2 "KEY=VALUE" dl-train -q -y y --tag nothing -o n.dlm small.dlf
	fails 2 "'a=1' and 'a=2': a key has one value" dl-train -q -y y \
		--tag a=1 --tag b=1 --tag a=2 -o n.dlm small.dlf
}

@test "--quiet-mode trains without progress; what has no effect is said" {
	dl-train -y y --hidden 4 --epochs 1 --quiet-mode -o m.dlm small.dlf \
		2>said
	run ! grep "scored after" said
	grep -q "stopped after" said
	dl-train -y y --hidden 4 --epochs 1 --single-node-mode -o m.dlm \
		small.dlf 2>said
	grep "scored after" said
	grep -x "dl-train: --single-node-mode has no effect: .*" said
	dl-train -y y --hidden 4 --epochs 1 --elastic-averaging-moving-rate 1 \
		-o m.dlm small.dlf 2>said
	grep -x "dl-train: --elastic-averaging-moving-rate has no .*" said
}

@test "a share of the rows validates; it is drawn by class" {
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --valid-fraction 0.25 \
		--train-samples-per-iteration 0 -o m.dlm small.dlf
	[ "$(header m.dlm 't["state"]["training_rows"] in (449, 450, 451)')" = \
		True ]
	[ "$(header m.dlm '"validation_metrics" in t')" = True ]
	fails 2 "valid" dl-train -q -y y --valid-fraction 0.2 \
		--valid test.dlf -o n.dlm small.dlf
}

@test "the manual page has every option" {
	dl-train --dump-options | cut -f1 | tr _ - | while read -r o; do
		grep -Eq -- "Fl -?$o\b" "$ROOT/man/dl-train.1" || echo "$o"
	done >missing
	cat missing
	[ ! -s missing ]
}

@test "USR1 says how far it is, USR2 saves the state and goes on" {
	dl-train -q -y y --hidden 50,50 --epochs 1e6 --seed 1 -o m.dlm \
		small.dlf 2>said &
	local pid=$!
	sleep 0.7
	kill -USR1 $pid
	kill -USR2 $pid
	sleep 0.8
	kill -KILL $pid
	wait $pid || true
	grep -q 'epoch.*samples/s' said
	[ "$(header m.dlm.ckpt 't["state"]["finished"]')" = False ]
	[ "$(header m.dlm.ckpt '"resume" in t')" = True ]
}

@test "a validation frame may have a name; its events are judged" {
	dl-train -y y --hidden 4 --epochs 1 --seed 1 --valid new=test.dlf \
		-o m.dlm small.dlf 2>said
	tail -n 1 said | grep -q 'validation logloss'
	[ "$(header m.dlm 't["state"]["validation_frame"] != ""')" = True ]
	fails 3 "none.dlf" dl-train -q -y y --valid none.dlf -o n.dlm small.dlf
}
