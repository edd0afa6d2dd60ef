#!/usr/bin/env bats
# How a model came about, whether its inputs are what they were, and what a run
# would be like.

load helper

setup()
{
	needs dl-import dl-train dl-inspect dl-split
	in_scratch
	small_table 300 | dl-import -q -o 't 1.dlf' -
	small_table 100 | dl-import -q -o v.dlf -
}

@test "--command and --rule make the model again" {
	dl-train -q -y y --hidden 4 --epochs 1 --seed 1 --tag "who=it's me" \
		--valid v.dlf -o m.dlm 't 1.dlf'
	run -0 dl-inspect --command m.dlm
	[ "${lines[-1]}" = "dl-train -q -y y --hidden 4 --epochs 1 --seed 1 \
--tag 'who=it'\\''s me' --valid v.dlf -o m.dlm 't 1.dlf'" ]
	dl-inspect --command m.dlm >again.sh
	mv m.dlm old.dlm
	sh again.sh
	[ -f m.dlm ]
	run -0 dl-inspect --rule m.dlm
	[ "${lines[-2]}" = "m.dlm: t\\ 1.dlf v.dlf" ]
	[[ "${lines[-1]}" = $'\tdl-train -q -y y '* ]]
	fails 2 "exclude each other" dl-inspect --command --rule m.dlm
	fails 2 "is a frame" dl-inspect --command v.dlf
}

@test "--command doubts what the run was decided by" {
	local o="-q -y y --hidden 4 --threads 1 --seed 1 --valid v.dlf"
	# shellcheck disable=SC2086 # a list of options
	dl-train $o --epochs 1e6 --max-runtime 0.5s --stopping-rounds 0 \
		--classification-stop -1 --score-each-iteration \
		--no-overwrite-with-best-model -o m.dlm 't 1.dlf'
	run -0 dl-inspect --command m.dlm
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[0]}" = "# not reproducible: decided by: time budget" ]
	# shellcheck disable=SC2086
	dl-train $o --classification-stop 0.99 -o m.dlm 't 1.dlf'
	dl-inspect --command m.dlm |
		grep -qx "# not reproducible: decided by: scoring by the clock"
	# shellcheck disable=SC2086
	dl-train $o --classification-stop 0.99 --score-each-iteration \
		-o m.dlm 't 1.dlf'
	run -0 dl-inspect --command m.dlm
	[ "${#lines[@]}" -eq 1 ]
}

@test "--rule: make understands its names" {
	cp 't 1.dlf' 'a$b '"'#c.dlf"
	for how in reproducible=false reproducible=true; do
		dl-train -q -y y --hidden 2 --epochs 1 --seed 1 --"$how" \
			--tag 'price=$5' -o 'n$r m.dlm' 'a$b '"'#c.dlf"
		dl-inspect --rule 'n$r m.dlm' >rule.mk
		cp 'a$b '"'#c.dlf" FRAME
		mv 'n$r m.dlm' old.dlm
		make -s -f rule.mk 2>log
		[ -f 'n$r m.dlm' ]
	done
	diff <(dl-score -q -m old.dlm FRAME) <(dl-score -q -m 'n$r m.dlm' FRAME)
}

@test "a reproducible model: classes with blanks and names of parameters" {
	awk 'BEGIN { print "x,y"; for (i = 0; i < 20; i++)
		print i ",a" (i % 2 ? " seed" : "\"b epochs") }' |
		sed '/b epochs/s/,\(.*\)"\(.*\)/,"\1""\2"/' |
		dl-import -q -o FRAME -
	dl-train -q -y y --hidden 2 --epochs 1 --reproducible \
		--class-weights 'a seed=3,"a""b epochs=2"' -o m.dlm FRAME
	mv m.dlm want.dlm
	dl-inspect --command want.dlm | sed 's/-o want.dlm/-q -o m.dlm/' | sh
	diff <(dl-score -q -m want.dlm FRAME) <(dl-score -q -m m.dlm FRAME)
}

@test "a reproducible model: parameters and hashes make the same bytes" {
	dl-train -q -y y -x a,b,color --hidden 4,3 --epochs 1 --l1 1e-5 \
		--seed 7 --reproducible --valid v.dlf -o m.dlm 't 1.dlf'
	mv m.dlm want.dlm
	dl-inspect --command want.dlm >said
	dl-inspect 't 1.dlf' | grep -q "$(sed -n \
		's/^# FRAME:.* hash //p' said)"
	cp 't 1.dlf' FRAME
	cp v.dlf VALIDATION
	sed 's/-o want.dlm/-q -o m.dlm/' said >again.sh
	sh again.sh
	cmp want.dlm m.dlm
}

# remade MODEL: the command that it prints makes the same bytes, its inputs
# being where the names say.
remade()
{
	dl-inspect --command "$1" >said
	cat said
	sed 's/^dl-train/& -q/; s/ -o [^ ]*/ -o again.dlm/' said | sh
	cmp "$1" again.dlm
}

@test "a reproducible model: whatever it started from makes the same bytes" {
	local r="-q --hidden 4,3 --epochs 1 --reproducible"
	cp 't 1.dlf' FRAME
	cp v.dlf VALIDATION
	cp v.dlf OTHER_two
	# a drawn seed, tags, a name, no state, two validation frames
	# shellcheck disable=SC2086 # a list of options
	dl-train $r -y y --tag "who=it's me" --tag b=2 --model-id first \
		--no-state --valid v.dlf --valid two=v.dlf -o m.dlm FRAME
	remade m.dlm
	grep -q "^# OTHER_two: the frame of content hash" said
	# gone on from it
	# shellcheck disable=SC2086
	dl-train $r -y y --seed 5 -o CHECKPOINT FRAME
	dl-train -q -y y --hidden 4,3 --epochs 2 --reproducible --seed 5 \
		--checkpoint CHECKPOINT -o m.dlm FRAME
	remade m.dlm
	grep -q "^# CHECKPOINT: the model of digest $(dl-inspect --header \
		CHECKPOINT | sed 's/.*xxh3-128:\([0-9a-f]*\).*/\1/')$" said
	# an autoencoder's layers
	# shellcheck disable=SC2086
	dl-train $r --autoencoder --ignore y -o PRETRAINED FRAME
	# shellcheck disable=SC2086
	dl-train $r -y y --pretrained-autoencoder PRETRAINED -o m.dlm FRAME
	remade m.dlm
	grep -q "^# PRETRAINED: the model of digest" said
	# frames of weights and biases
	printf 'a,b,c,d\n1,2,3,4\n0,1,0,1\n5,0,0,1\n' |
		dl-import -q -o WEIGHTS_2 -
	printf 'b\n1\n2\n3\n' | dl-import -q -o BIASES_2 -
	# shellcheck disable=SC2086
	dl-train $r -y y --initial-weights "" --initial-weights WEIGHTS_2 \
		--initial-weights "" --initial-biases "" \
		--initial-biases BIASES_2 --initial-biases "" -o m.dlm FRAME
	remade m.dlm
	grep -q "^# BIASES_2: the frame of content hash" said
	dl-inspect --rule m.dlm | grep -qx "m.dlm: FRAME WEIGHTS_2 BIASES_2"
}

@test "a drawn seed, killed and resumed: its command makes the same bytes" {
	local o="-q -y y --hidden 20,20 --epochs 200 --reproducible
		--stopping-rounds 0 --classification-stop -1 -o m.dlm FRAME"
	cp 't 1.dlf' FRAME
	# shellcheck disable=SC2086 # a list of options
	dl-train $o --checkpoint-every 500samples &
	local pid=$!
	while [ ! -e m.dlm.ckpt ] && kill -0 $pid; do sleep 0.02; done
	kill -KILL $pid
	wait $pid || true
	# shellcheck disable=SC2086
	dl-train $o --resume
	remade m.dlm
	# and it is known to be the result
	cp m.dlm before.dlm
	# shellcheck disable=SC2086
	dl-train $o --resume
	cmp m.dlm before.dlm
}

@test "other models record all their inputs" {
	local o="-q -y y --hidden 4 --epochs 2"
	cp v.dlf FRAME
	# shellcheck disable=SC2086
	dl-train $o --epochs 1 -o first.dlm 't 1.dlf'
	printf 'l1 = 1e-5\n' >set.cfg
	printf 'b\n' >list
	# shellcheck disable=SC2086
	dl-train $o --checkpoint first.dlm --config set.cfg --ignore @list \
		-o m.dlm 't 1.dlf' && false
	# shellcheck disable=SC2086
	dl-train $o --ignore @list --config set.cfg -o m.dlm - <'t 1.dlf'
	run -0 dl-inspect --command m.dlm
	[[ "$output" = *"# the seed was drawn: --seed="* ]]
	[[ "$output" = *"# standard input: the frame of content hash "* ]]
	run -0 dl-inspect --check-inputs m.dlm
	fails 2 "is text" dl-inspect --check-inputs --json m.dlm
	[ "$output" = $'config \'set.cfg\' is unchanged
list \'list\' is unchanged' ]
	echo c >>list
	fails 1 "list 'list' has changed" dl-inspect --check-inputs m.dlm
	# shellcheck disable=SC2086
	dl-train $o --checkpoint first.dlm -o m.dlm 't 1.dlf'
	dl-inspect --check-inputs m.dlm | grep -x "checkpoint 'first.dlm' is .*"
	# shellcheck disable=SC2086
	dl-train $o --epochs 1 --seed 77 -o first.dlm 't 1.dlf'
	fails 1 "checkpoint 'first.dlm' has changed" \
		dl-inspect --check-inputs m.dlm
}

@test "a state is not taken up with other weights to start from" {
	printf 'b\n1\n2\n3\n4\n' >b.csv
	dl-import -q -o b.dlf b.csv
	local o="-q -y y --hidden 4 --epochs 400 --reproducible --seed 1
		--initial-biases b.dlf --stopping-rounds 0 -o m.dlm"
	# shellcheck disable=SC2086
	dl-train $o 't 1.dlf' --initial-biases "" \
		--checkpoint-every 100samples &
	local pid=$!
	while [ ! -e m.dlm.ckpt ] && kill -0 $pid; do sleep 0.02; done
	kill -KILL $pid
	wait $pid || true
	sed 's/4/5/' b.csv | dl-import -q -o b.dlf -
	# shellcheck disable=SC2086
	fails 4 "what weights start from was .*initial_biases" \
		dl-train $o --initial-biases "" --resume 't 1.dlf'
	# no more is the finished model of a fold
	# shellcheck disable=SC2086
	dl-train $o --epochs 1 --initial-biases "" -o m.dlm.ckpt 't 1.dlf'
	sed 's/4/6/' b.csv | dl-import -q -o b.dlf -
	# shellcheck disable=SC2086
	fails 4 "what weights start from was .*initial_biases" dl-train $o \
		--epochs 1 --initial-biases "" --resume 't 1.dlf'
}

@test "--resume: what started from something else is not the result" {
	local o="-q -y y --hidden 4 --reproducible --seed 1 --stopping-rounds 0"
	# shellcheck disable=SC2086 # a list of options
	train() { dl-train $o "$@" 't 1.dlf'; }
	train --epochs 1 -o a.dlm
	train --epochs 2 --checkpoint a.dlm -o b.dlm
	train --epochs 3 --checkpoint a.dlm -o from-a.dlm
	train --epochs 3 --checkpoint b.dlm -o from-b.dlm
	cp from-a.dlm m.dlm
	train --epochs 3 --checkpoint b.dlm --resume -o m.dlm
	cmp m.dlm from-b.dlm
	touch -d 2001-01-01 m.dlm
	train --epochs 3 --checkpoint b.dlm --resume -o m.dlm
	[ m.dlm -ot from-b.dlm ]
	# nor is one that started at random
	train --epochs 3 -o m.dlm
	train --epochs 3 --checkpoint b.dlm --resume -o m.dlm
	cmp m.dlm from-b.dlm
	# a result in the place of its checkpoint is one still
	train --epochs 4 --checkpoint m.dlm -o m.dlm
	cp m.dlm kept.dlm
	train --epochs 4 --checkpoint m.dlm --resume -o m.dlm
	cmp m.dlm kept.dlm
	# another frame of weights in the same file
	printf 'b\n1\n2\n3\n4\n' | dl-import -q -o b.dlf -
	train --epochs 1 --initial-biases b.dlf --initial-biases "" -o m.dlm
	cp m.dlm old.dlm
	printf 'b\n1\n2\n3\n9\n' | dl-import -q -o b.dlf -
	train --epochs 1 --initial-biases b.dlf --initial-biases "" -o new.dlm
	train --epochs 1 --initial-biases b.dlf --initial-biases "" --resume \
		-o m.dlm
	cmp m.dlm new.dlm
	run ! cmp m.dlm old.dlm
}

@test "settings and lists are known as they were read; pipes are not" {
	local o="-q -y y --hidden 4 --seed 1" pid
	printf 'l1 = 1e-5\n' >set.cfg
	printf 'b\n' >list
	# shellcheck disable=SC2086 # a list of options
	dl-train $o --config set.cfg --ignored-columns=@list --epochs 1e6 \
		--max-runtime-secs 2 -o m.dlm 't 1.dlf' --run-info r.json \
		--checkpoint-every 100samples &
	pid=$!
	while [ ! -e m.dlm.ckpt ] && kill -0 $pid; do sleep 0.02; done
	echo 'l2 = 1e-5' >>set.cfg
	wait $pid
	fails 1 "config 'set.cfg' has changed" dl-inspect --check-inputs m.dlm
	sed -i 2d set.cfg
	run -0 dl-inspect --check-inputs m.dlm
	[[ "$output" = *"list 'list' is unchanged"* ]]
	# what cannot be read again is not named, nor what is no list
	mkfifo pipe
	cat set.cfg >pipe &
	# shellcheck disable=SC2086
	timeout 60 dl-train $o --config pipe --epochs 1 --tag=k=@list \
		--result=@list -o m.dlm 't 1.dlf'
	run -0 dl-inspect --check-inputs m.dlm
	[ "$output" = "training 't 1.dlf' is unchanged" ]
	# shellcheck disable=SC2086
	dl-train $o --config - --epochs 1 -o m.dlm 't 1.dlf' <set.cfg
	run -0 dl-inspect --check-inputs m.dlm
	[ "$output" = "training 't 1.dlf' is unchanged" ]
	# shellcheck disable=SC2086
	dl-train $o --epochs 1 --valid v.dlf -o m.dlm <(cat 't 1.dlf')
	run -0 dl-inspect --check-inputs m.dlm
	[ "$output" = "validation 'v.dlf' is unchanged" ]
	dl-inspect --command m.dlm | grep -q "the frame of content hash"
}

@test "--check-inputs: unchanged, changed, missing" {
	dl-train -q -y y --hidden 4 --epochs 1 --valid v.dlf -o m.dlm 't 1.dlf'
	run -0 dl-inspect --check-inputs m.dlm
	[ "$output" = $'training \'t 1.dlf\' is unchanged
validation \'v.dlf\' is unchanged' ]
	cp v.dlf keep.dlf
	cp 't 1.dlf' v.dlf
	fails 1 "validation 'v.dlf' has changed" \
		dl-inspect --check-inputs m.dlm
	rm 't 1.dlf'
	fails 1 "training 't 1.dlf' is missing; validation.*changed" \
		dl-inspect --check-inputs m.dlm
	dl-train -q -y y --hidden 4 --epochs 1 --reproducible -o r.dlm v.dlf
	fails 1 "names no file.*content hash" dl-inspect --check-inputs r.dlm
}

@test "--dry-run: layers, sizes, speeds, time; nothing is written" {
	ls >../before
	dl-train -n -y y --hidden 7,5 --epochs 10 --valid v.dlf 't 1.dlf' \
		>../said
	ls | diff ../before -
	grep -q "^layers: 7-7-5-3, " ../said
	grep -q "^Layer  Units " ../said
	grep -q "^speed: .* samples/s with .*best: -j [0-9]" ../said
	grep -q "^scoring: .* an event, about [0-9]* events" ../said
	grep -q "^time: about " ../said
	dl-train -n -y y --hidden 4 --epochs 10 --nfolds 4 't 1.dlf' |
		grep -q "a model, 5 models"
}

@test "--print-config says the same when it is read again" {
	dl-train --print-config -y y --hidden 5,4 --l1 1e-5 \
		--activation tanh_with_dropout --valid v.dlf \
		--valid 'x=t 1.dlf' --ignore 'a,"b,c"' --nfolds 3 >one
	dl-train --print-config --config one >two
	diff one two
	grep -q '^hidden = 5,4' two
	grep -q '^#epochs = 10' two
}

@test "dl-inspect --params: what is in force, to train again" {
	dl-train -q -y y --hidden 5 --epochs 1 --seed 1 --reproducible \
		--optimizer Adam --rate 0.005 --rate-annealing 1e-6 \
		-o adam.dlm 't 1.dlf'
	dl-inspect --params adam.dlm >adam.conf
	dl-train -q --config adam.conf -o again.dlm 't 1.dlf'
	dl-inspect --params again.dlm | diff adam.conf -
	dl-inspect --diff adam.dlm again.dlm
	dl-train -q -y y --hidden 5 --epochs 1 --max-w2 inf -o w.dlm 't 1.dlf'
	dl-inspect --params w.dlm >w.conf
	grep -qx 'max_w2 = 1000' w.conf
}
