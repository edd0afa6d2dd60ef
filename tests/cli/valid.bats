#!/usr/bin/env bats
# Validation frames beyond the first, a model per event, and outputs that are
# checked before the work is done.

load helper

setup_file()
{
	command -v dl-split >/dev/null || return 0
	cd "$BATS_FILE_TMPDIR" || return 1
	small_table 600 | dl-import -q -o t.dlf -
	dl-split -q -r 6,2,2 -o a.dlf,b.dlf,c.dlf t.dlf
}

setup()
{
	needs dl-import dl-train dl-score dl-inspect dl-split
	in_scratch
	ln -s "$BATS_FILE_TMPDIR"/*.dlf .
}

train()
{
	dl-train -q -y y --hidden 6 --epochs 3 --seed 1 --reproducible "$@"
}

# column NAME FILE: of a CSV with a header
column()
{
	awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++)
		if ($i == name) c = i; next } { print $c }' "$2"
}

@test "other validation frames are scored at every event, and decide nothing" {
	train --valid b.dlf --history h.csv -o one.dlm a.dlf
	train --valid b.dlf --valid hold=c.dlf --valid a.dlf --history g.csv \
		-o two.dlm a.dlf
	dl-score -m one.dlm t.dlf >one
	dl-score -m two.dlm t.dlf | cmp - one
	column validation_logloss h.csv >v
	column validation_logloss g.csv | cmp - v
	# the training frame again: all its rows are scored
	column training_logloss g.csv >want
	column a_logloss g.csv | cmp - want
	[ "$(column hold_logloss g.csv | wc -l)" = "$(wc -l <v)" ]
	dl-score -m two.dlm --metrics - c.dlf | "$PYTHON" -c '
import json, subprocess, sys
want = json.load(sys.stdin)
header = json.loads(subprocess.check_output(
    ["dl-inspect", "--header", "two.dlm"]))["__metadata__"]
sets = json.loads(header["other_validation"])
assert [s["name"] for s in sets] == ["hold", "a"]
assert abs(sets[0]["metrics"]["logloss"] - want["logloss"]) < 1e-9
h = sets[0]["history"]
assert len(h["rows"]) == len(json.loads(header["history"])["rows"])
at = h["columns"].index("validation_logloss")
assert abs(h["rows"][-1][at] - want["logloss"]) < 1e-9'
	dl-inspect --history --csv two.dlm | head -n 1 | grep -q ,hold_logloss,
	dl-inspect --verify two.dlm
	# resumed: the same command has the same frames
	train --valid b.dlf --valid hold=c.dlf --valid a.dlf --resume \
		-o two.dlm a.dlf
	fails 2 "two frames are called 'c'" train --valid b.dlf --valid c.dlf \
		--valid ./c.dlf -o m a.dlf
	fails 2 "'a b' is no name" train --valid b.dlf --valid 'a b=c.dlf' \
		-o m a.dlf
	fails 2 "'validation' is taken" train --valid b.dlf \
		--valid validation=c.dlf -o m a.dlf
	fails 3 "no.dlf" train --valid b.dlf --valid x=no.dlf -o m a.dlf
}

@test "with a kill between: other frames have their events" {
	train --epochs 900 --stopping-rounds 0 --valid b.dlf --valid c.dlf \
		-o want.dlm a.dlf
	local status=1 tries=0
	while [ "$status" != 0 ] && [ "$tries" -lt 30 ]; do
		tries=$((tries + 1))
		status=0
		timeout -s KILL 0.$((tries % 9 + 1)) dl-train -q -y y \
			--hidden 6 --epochs 900 --seed 1 --reproducible \
			--stopping-rounds 0 --valid b.dlf --valid c.dlf \
			-o got.dlm --resume --checkpoint-every 5000samples \
			a.dlf || status=$?
	done
	cmp want.dlm got.dlm
}

@test "a model per scoring event" {
	mkdir events
	train --valid b.dlf --export-checkpoints-dir events -o m.dlm a.dlf
	train --valid b.dlf -o n.dlm a.dlf
	cmp m.dlm n.dlm
	[ "$(find events -name 'm_*.dlm' | wc -l)" = 10 ]
	dl-inspect --verify events/m_3.dlm
	dl-score -m events/m_3.dlm --metrics - b.dlf | grep -q '"logloss"'
	# with all that the final model has
	for m in m.dlm events/m_3.dlm; do
		text $m 'sorted(t), sorted(t["validation_metrics"]), sorted(
			t["inputs"])'
	done | uniq | wc -l | grep -qx 1
	dl-inspect --varimp events/m_3.dlm | grep -q '^b'
	fails 6 "export-checkpoints-dir.*no/m2_1.dlm" \
		train --export-checkpoints-dir no -o m2.dlm a.dlf
}

@test "no functions to load: the message names the way" {
	fails 2 "custom-metric-func.*dl-score --actual" \
		train --custom-metric-func f -o m a.dlf
}

@test "outputs that cannot be written are found before training" {
	for o in --result --history --run-info --deps --checkpoint-file; do
		fails 6 "no/x" train --epochs 1e9 $o no/x -o m.dlm a.dlf
	done
	fails 6 "no/x" train --epochs 1e9 --nfolds 2 --cv-predictions no/x \
		-o m.dlm a.dlf
	fails 6 "no/s" dl-import -q -o x.dlf --summary no/s /dev/null
	mkdir d
	for o in --result --history --run-info --deps; do
		fails 6 "'d'.* directory" train --epochs 1e9 $o d -o m.dlm a.dlf
	done
	fails 6 "'d'.* directory" train --epochs 1e9 -o d a.dlf
	fails 6 "'d'.* directory" \
		dl-import -q -o x.dlf --summary d /dev/null
	fails 2 "'x' is named for two outputs" \
		train --history x --run-info x -o m.dlm a.dlf
	# what is there stays as it is
	echo keep >h.csv
	fails 6 "no/x" train --history h.csv --deps no/x -o m.dlm a.dlf
	[ "$(cat h.csv)" = keep ]
}

@test "frames of which no row counts are refused" {
	small_table 4 | sed '2,$ s/[^,]*$//' |
		dl-import -q --like a.dlf -o none.dlf -
	small_table 4 | sed '1 s/$/,w/; 2,$ s/$/,0/' |
		dl-import -q -o light.dlf -
	small_table 60 | sed '1 s/$/,w/; 2,$ s/$/,1/' |
		dl-import -q -o even.dlf -
	fails 3 "validation: .*'y': missing in all 4 rows" \
		train --valid none.dlf -o m.dlm a.dlf
	fails 3 "x: .*'y': missing in all 4 rows" \
		train --valid b.dlf --valid x=none.dlf -o m.dlm a.dlf
	fails 3 "test: .*'y': missing in all 4 rows" \
		train --test none.dlf --result r.csv -o m.dlm a.dlf
	for o in --valid --test; do
		fails 3 "frame 'light.dlf' has no usable row" train \
			--weights-column w $o light.dlf -o m.dlm even.dlf
	done
	[ ! -e r.csv ]
	fails 2 "standard input is named 2 times" train --valid - -o m.dlm -
}

@test "two runs do not mix their histories" {
	dl-train -q -y y --history h.csv --epochs 1e7 --stopping-rounds 0 \
		--classification-stop -1 --max-runtime-secs 30 -o m.dlm a.dlf &
	local pid=$!
	until [ -s h.csv ]; do sleep 0.02; done
	fails 1 "'h.csv': another run writes this history" \
		train --history h.csv -o n.dlm a.dlf
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
	train --history h.csv -o n.dlm a.dlf
	[ "$(awk -F, '{ print NF }' h.csv | sort -u | wc -l)" -eq 1 ]
	train --history /dev/null -o n.dlm a.dlf
}

@test "a reader that leaves does not cost the model" {
	local status
	train --result - -o m.dlm a.dlf | (exec <&-; sleep 0.3)
	status=${PIPESTATUS[0]}
	[ "$status" -eq 141 ]
	[ ! -e m.dlm ]
	dl-inspect --verify m.dlm.kept
}

@test "events of a reproducible run have no time" {
	train -o first.dlm a.dlf
	dl-train -q -y y --hidden 6 --epochs 4 --seed 1 --checkpoint first.dlm \
		--history h.csv -o next.dlm a.dlf
	awk -F, 'NR > 1 { n[$1 == "" && $2 == "" && $3 == ""]++ }
		END { exit !(n[0] > 0 && n[1] > 1) }' h.csv
}

@test "a metric that is undefined: said at the end" {
	{
		small_table 1
		small_table 90 | grep -e ',high$'
	} | sed 1d >rows
	{ small_table 0; grep -e ',high$' rows; } |
		dl-import -q --like a.dlf -o one.dlf -
	small_table 90 | sed 's/,mid$/,low/' | dl-import -q -o two.dlf -
	dl-cat one.dlf | dl-import -q --like two.dlf -o one2.dlf -
	dl-train -y y --hidden 3 --epochs 3 --seed 1 --stopping-metric AUC \
		--valid one2.dlf -o m.dlm two.dlf 2>said
	tail -n 1 said | grep -q "AUC is undefined: it stopped and chose"
}

@test "tables that grow are looked at without a touch" {
	mkdir else
	ln -s else/res.csv res.csv
	ln -s else/his.csv his.csv
	fails 4 "nosuch" train --result res.csv --history his.csv -x nosuch \
		-o m.dlm a.dlf
	[ -z "$(ls else)" ]
	train --result res.csv --history his.csv -o m.dlm a.dlf
	[ -L res.csv ] && [ -L his.csv ]
	[ "$(wc -l <else/res.csv)" -eq 2 ]
	[ "$(wc -l <else/his.csv)" -ge 2 ]
	# replaced by another file while the lock is waited for
	exec 7<else/res.csv
	flock 7
	train --result res.csv -o n.dlm a.dlf 7<&- &
	sleep 1
	head -n 1 else/res.csv >new
	mv new else/res.csv
	exec 7<&-
	wait $!
	[ "$(wc -l <else/res.csv)" -eq 2 ]
}

@test "dl-score never writes over its model or table" {
	train -o m.dlm a.dlf
	cp a.dlf u.dlf
	fails 2 "an output is also" dl-score -m m.dlm -o m.dlm a.dlf
	fails 2 "an output is also" dl-score -m m.dlm -o ./u.dlf u.dlf
	fails 2 "an output is also" dl-score -m m.dlm --metrics m.dlm a.dlf
	fails 2 "two outputs" dl-score -m m.dlm -o x --metrics x a.dlf
	cmp a.dlf u.dlf
	dl-inspect --verify m.dlm
}

@test "no input is replaced by what is made of it" {
	cp a.dlf frame.dlf
	cp b.dlf valid.dlf
	cp b.dlf first.dlf
	train -o m.dlm a.dlf
	echo 'l1 = 0' >set.cfg
	echo b >list
	local o
	for o in "-o frame.dlf" "-o m.dlm --history ./frame.dlf" \
		"-o valid.dlf" "-o m2.dlm --checkpoint-file valid.dlf" \
		"-o m2.dlm --run-info set.cfg" "-o first.dlf"; do
		# shellcheck disable=SC2086 # a list of options
		fails 2 "is an input and an output" train --valid valid.dlf \
			--valid x=first.dlf --config set.cfg $o frame.dlf
	done
	cmp a.dlf frame.dlf
	cmp b.dlf valid.dlf
	for o in result history run-info deps; do
		fails 2 "is an input and an output" train --checkpoint m.dlm \
			--epochs 5 --$o m.dlm -o m2.dlm a.dlf
		fails 2 "is an input and an output" train --ignore @list \
			--$o list -o m2.dlm a.dlf
	done
	dl-inspect --verify m.dlm
	[ "$(cat list)" = b ]
	# the model that goes on from a checkpoint may stand in its place
	train --checkpoint m.dlm --epochs 5 -o m.dlm a.dlf
	dl-inspect --verify m.dlm
}

@test "the state of a run replaces and removes no other file" {
	cp a.dlf m.ckpt
	cp a.dlf m.ckpt.cv_2
	echo note >notes.txt
	train -o b.dlm a.dlf
	fails 2 "'m.ckpt' is an input and an output" train -o m m.ckpt
	fails 2 "'m.ckpt' is an input and an output" \
		train --test m.ckpt -o m a.dlf
	fails 2 "'b.dlm' is an input and an output" train --epochs 5 \
		--checkpoint b.dlm --checkpoint-file b.dlm -o c.dlm a.dlf
	local o
	for o in result history run-info; do
		fails 2 "x.dlm.ckpt' is named for two outputs" \
			train --$o ./x.dlm.ckpt -o x.dlm a.dlf
		fails 2 "'./x.ckpt.cv_12' is where the state of a fold goes" \
			train --nfolds 2 --$o ./x.ckpt.cv_12 -o x a.dlf
	done
	fails 2 "'m.ckpt.cv_2' is where the state of a fold goes" \
		train --nfolds 2 --checkpoint-file ./m.ckpt -o m m.ckpt.cv_2
	for o in notes.txt m.ckpt b.dlm; do
		fails 2 "'$o' .* no saved state" \
			train --checkpoint-file $o -o c.dlm a.dlf
	done
	rm m.ckpt
	fails 2 "'m.ckpt.cv_2' .* no saved state" train --nfolds 2 -o m a.dlf
	cmp a.dlf m.ckpt.cv_2
	[ "$(cat notes.txt)" = note ]
	dl-inspect --verify b.dlm
	# what an earlier run left is replaced
	rm m.ckpt.cv_2
	train --no-adaptive-rate --rate 1e30 --nfolds 2 -o m a.dlf && false
	train --no-adaptive-rate --rate 1e30 -o m a.dlf && false
	[ -e m.ckpt ]
	[ -e m.ckpt.cv_1 ]
	train --nfolds 2 -o m a.dlf
	[ -z "$(ls m.*)" ]
}

@test "missing weights are refused, as in training" {
	printf 'x,w,y\na,1,1\nb,2,2\na,1,1.5\nb,2,3\n' >w.csv
	sed '3s/2/NA/' w.csv >lack.csv
	dl-import -q -o w.dlf w.csv
	dl-import -q -o lack.dlf lack.csv
	local train=(dl-train -q -y y --weights-column w --epochs 1)
	fails 4 "validation: .*'w': 1 values are missing in 'lack.dlf'" \
		"${train[@]}" --valid lack.dlf -o m.dlm w.dlf
	fails 4 "test: .*'w': 1 values are missing in 'lack.dlf'" \
		"${train[@]}" --test lack.dlf -o m.dlm w.dlf
	"${train[@]}" -o m.dlm w.dlf
	fails 4 "'w': 1 values are missing in 'lack.dlf'" \
		dl-score -m m.dlm --metrics - lack.dlf
	fails 3 "lack.csv:3:2: missing: 'NA': no weight in 'w'" \
		dl-score -m m.dlm --metrics - lack.csv
	# predictions need none
	dl-score -m m.dlm lack.csv | cmp - <(dl-score -m m.dlm w.csv)
	dl-score -m m.dlm lack.dlf | cmp - <(dl-score -m m.dlm w.csv)
}

@test "the model appears after what is written beside it" {
	# status 6, but no sign of a run that is done: it is done again
	local o
	for o in result run-info deps; do
		rm -f m.dlm.kept
		run -6 train --$o /dev/full -o m.dlm a.dlf
		[[ $output == *"kept as 'm.dlm.kept'"*"/dev/full"* ]]
		[ ! -e m.dlm ]
	done
	train --resume --result row.csv --run-info info -o m.dlm a.dlf
	[ -s info ]
	train --resume --result row.csv -o m.dlm a.dlf
	[ "$(wc -l <row.csv)" -eq 2 ]
	cmp <(dl-inspect --dump tsv m.dlm) <(dl-inspect --dump tsv m.dlm.kept)
}
