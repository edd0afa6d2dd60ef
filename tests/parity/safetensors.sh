#!/bin/sh
# Read a model with the safetensors package of PyPI, as PyTorch users would.
# usage: sh tests/parity/safetensors.sh [MODEL.dlm]     (bin/ is used; by hand)
# Installs safetensors and numpy into a throwaway environment (network!),
# trains a small model if none is given, loads it, and compares every tensor
# with our own reading of the file (forward.py).
set -eu

top=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$top/bin:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q safetensors numpy

if [ $# -gt 0 ]; then
	cp "$1" "$work/model.dlm"
else
	zstdcat "$top/share/mnist/test.csv.zst" |
		dl-import -q --type C785=enum -o "$work/digits.dlf" -
	dl-train -q -y C785 --hidden 32,16 --epochs 1 --seed 1 \
		-o "$work/model.dlm" "$work/digits.dlf"
fi

"$work/venv/bin/python" - "$top/tests/parity" "$work/model.dlm" <<'PY'
import sys

sys.path.insert(0, sys.argv[1])
import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

from forward import read_model

theirs = load_file(sys.argv[2])
texts, ours = read_model(sys.argv[2])
assert set(theirs) == set(ours), set(theirs) ^ set(ours)
for name, tensor in theirs.items():
    assert tensor.shape == ours[name].shape, name
    assert np.array_equal(tensor, ours[name]), name
with safe_open(sys.argv[2], framework="np") as f:
    meta = f.metadata()
assert all(texts[k] == v for k, v in meta.items())
print("safetensors reads %d tensors and %d texts" % (len(theirs), len(meta)))
for name in sorted(theirs):
    print("%-24s %s %s" % (name, theirs[name].dtype, theirs[name].shape))
PY
