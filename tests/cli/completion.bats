#!/usr/bin/env bats
# bash completion: options, values, and the columns of the data at hand.

load helper

setup()
{
	needs dl-cm dl-import dl-train dl-inspect
	in_scratch
	# shellcheck source=/dev/null
	. "$ROOT/share/completion/bash"
	printf 'alpha,beta,"gamma ray",label\n1,2,3,x\n4,5,7,y\n' >t.csv
	dl-import -q -o t.dlf t.csv
}

# offers WORD... -- TEXT...: completing the last of WORDs gives these texts
offers()
{
	local wanted
	COMP_WORDS=()
	while [ "$1" != -- ]; do
		COMP_WORDS+=("$1")
		shift
	done
	shift
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_dltools "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" \
		"${COMP_WORDS[COMP_CWORD - 1]}"
	wanted=$(printf '%s\n' "$@")
	echo "offered: ${COMPREPLY[*]}; wanted: $*"
	[ "$(printf '%s\n' "${COMPREPLY[@]}")" = "$wanted" ]
}

@test "completion: names of options, --no- of flags" {
	offers dl-cm --thr -- --thresholds
	offers dl-cm --no-ra -- --no-rate
	offers dl-train --no-s -- --no-state --no-strict --no-standardize \
		--no-sparse --no-score-each-iteration \
		--no-shuffle-training-data --no-single-node-mode
	offers dl-train --no-n -- --no-nesterov-accelerated-gradient
	offers dl-train --rate-a -- --rate-annealing
	offers dl-train --max-r -- --max-runtime-secs --max-runtime
}

@test "completion: values" {
	offers dl-cm -f h -- html
	offers dl-cm --format = js -- json
	offers dl-train --activation Max -- Maxout MaxoutWithDropout
	offers dl-train --activation max -- Maxout MaxoutWithDropout
	offers dl-train --epochs "" -- 10
	offers dl-train --config t.d -- t.dlf
	offers dl-train t.c -- t.csv
}

@test "completion: columns of the frame, a model or a table" {
	offers dl-train t.dlf -y l -- label
	offers dl-train t.dlf --response g -- 'gamma\ ray'
	offers dl-train t.dlf --ignore alpha,b -- alpha,beta
	offers dl-train t.dlf --ignore alpha,label, -- alpha,label,beta \
		'alpha,label,gamma\ ray'
	printf 'one;"two, too";three\n1;2;3\n4;5;6\n' >s.csv
	offers dl-import s.csv -c tw -- 'two\,\ too'
	printf 'one,two,one\n1,2,3\n' >twice.csv
	offers dl-cm twice.csv -a tw -- two
	dl-train -q -y label --hidden 2 --epochs 1 -o m.dlm t.dlf
	offers dl-score -m m.dlm --keep l -- label
	offers dl-inspect t.dlf --levels l -- label
	offers dl-cm t.csv -a al -- alpha
	offers dl-train -y "" -- ""
}
