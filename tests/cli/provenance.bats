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
	[ "$output" = "dl-train -q -y y --hidden 4 --epochs 1 --seed 1 \
--tag 'who=it'\\''s me' --valid v.dlf -o m.dlm 't 1.dlf'" ]
	dl-inspect --command m.dlm >again.sh
	mv m.dlm old.dlm
	sh again.sh
	[ -f m.dlm ]
	run -0 dl-inspect --rule m.dlm
	[ "${lines[0]}" = "m.dlm: t\\ 1.dlf v.dlf" ]
	[[ "${lines[1]}" = $'\tdl-train -q -y y '* ]]
	fails 2 "exclude each other" dl-inspect --command --rule m.dlm
	fails 2 "is a frame" dl-inspect --command v.dlf
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
