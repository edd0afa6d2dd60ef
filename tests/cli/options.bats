#!/usr/bin/env bats
# What every program's command line has in common, by dl-cm and dl-train.
# sanitize

load helper

setup()
{
	needs dl-cm
	in_scratch
	printf 'actual,predict\na,a\na,b\n' >s.csv
}

@test "options: --name VALUE, --name=VALUE, -nVALUE, clusters, any order" {
	run -0 dl-cm s.csv --format=csv
	csv=$output
	run -0 dl-cm -fcsv s.csv
	[ "$output" = "$csv" ]
	run -0 dl-cm -qf csv -- s.csv
	[ "$output" = "$csv" ]
	run -0 dl-cm --no-rate --format CSV s.csv
	[ "$output" = "$csv" ]
	run -0 dl-cm --rate --no_rate --format csv s.csv
	[ "$output" = "$csv" ]
	run -0 dl-cm --fail_if 'error>1' -f csv s.csv
	[ "$output" = "$csv" ]
}

@test "options: abbreviations and nonsense are refused with a hint" {
	fails 2 "'--form': did you mean '--format'" dl-cm --form csv s.csv
	fails 2 "'--xyzzy-plugh': see dl-cm --help" dl-cm --xyzzy-plugh s.csv
	fails 2 "unknown option '-Z'" dl-cm -Z s.csv
	fails 2 "^dl-cm: --format needs a value" dl-cm s.csv --format
	fails 2 "^dl-cm: -f needs a value" dl-cm s.csv -f
	fails 2 "'cvs': must be table, tsv" dl-cm --format cvs s.csv
	fails 2 "--rate takes no value" dl-cm --rate=7 s.csv
	fails 2 "--rate: write --rate=true" dl-cm --rate true s.csv ||
		fails 2 "takes no value" dl-cm --rate true s.csv
	fails 2 "--top: '0': must be" dl-cm --top 0 s.csv
	fails 2 "'c': one operand too many" dl-cm a b c
}

@test "options: help and version" {
	run -0 dl-cm -h
	[[ ${lines[0]} == "usage: dl-cm "* ]]
	run -0 dl-cm --help
	[[ ${lines[0]} == "dl-cm - "* ]]
	[[ $output == *"examples:"*"options:"* ]]
	run -0 dl-cm --version
	[[ ${lines[0]} == "dl-cm (dltools) "* ]]
	[[ $output == *"instruction set: "*"dltools-frame/1"* ]]
	# help is no wider than a terminal
	[ "$(dl-cm --help | awk 'length > 80' | wc -l)" -eq 0 ]
}

@test "options: no version of an instruction set that is not there" {
	fails 2 "dl-cm: DLTOOLS_ISA: 'ref' is not an instruction set" \
		env DLTOOLS_ISA=ref dl-cm -V
	run -0 env DLTOOLS_ISA=plain dl-cm -V
	[[ $output == *"instruction set: plain"* ]]
}

@test "options: parameters are shown as they are typed" {
	needs dl-train
	run -0 dl-train --help
	[[ $output == *"also --max-runtime"* ]]
	[[ $output != *--[a-z]*([a-z-])_* ]]
}

@test "options: DLTOOLS_THREADS must be a number" {
	fails 2 "DLTOOLS_THREADS: 'many'" env DLTOOLS_THREADS=many dl-cm s.csv
	fails 2 "DLTOOLS_THREADS: '0'" env DLTOOLS_THREADS=0 dl-cat x.dlf
	fails 2 "DLTOOLS_THREADS: '-3'" env DLTOOLS_THREADS=-3 dl-train -y a x
	DLTOOLS_THREADS='' dl-cm --help >/dev/null
}

@test "options: parameters are options of dl-train" {
	needs dl-train
	run -0 dl-train --dump-options
	grep -q "^hidden	" <<<"$output"
	grep -q "^response-column	y	" <<<"$output"
	fails 2 "^dl-train: --rho: '2': must be in \(0, 1\)" \
		dl-train -y a --rho 2 s.dlf
	fails 2 "--nfolds: '1': must be 0 or at least 2" \
		dl-train -y a --nfolds 1 s.dlf
	fails 2 "'--hiden': did you mean '--hidden'" \
		dl-train -y a --hiden 5 s.dlf
}
