#!/usr/bin/env bats
# What the scripts of examples/ have in common.
load helper

setup()
{
	in_scratch
}

@test "a study that a signal ends leaves no list behind" {
	: >bootstrap.sh # the root of a tree
	cat >study.sh <<-END
		TRAIN=none OUT=$PWD/out
		. "$ROOT/examples/lib.sh"
		study it
		ls "\$OUT/it.rows"
		kill -INT \$\$
	END
	run -130 env --default-signal=INT sh study.sh
	[[ "$output" == *list.* ]]
	[ -z "$(ls out/it.rows)" ]
}
