#!/bin/sh
# what_really_matters - nine settings that people would try, at most half an
# epoch each: which of them pay?
# shellcheck source=examples/lib.sh
. "$(dirname "$0")/../../lib.sh"

study what_really_matters
short=$(epochs 0.1)
long=$(epochs 0.5)
dropout() {
	run --epochs "$long" --activation RectifierWithDropout \
		--input-dropout-ratio 0.2 --l1 1e-5 --hidden "$@"
}
run --epochs "$short" --activation Tanh
run --epochs "$short" --hidden 512,512
run --epochs "$long" --hidden 64,128,128
dropout 512,512
dropout 256,256,256
run --epochs "$long" --hidden 200,200,200,200
dropout 200,200
dropout 100,100,100
dropout 100,100,100,100
finish
