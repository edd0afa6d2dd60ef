"""Score a table by reading the model file alone, and compare with dl-score.

usage: forward.py MODEL.dlm TABLE.csv SCORES.csv

MODEL.dlm is read with struct and json, its tensors with numpy; the forward
pass below is an independent second implementation of what dl-model(5) says.
SCORES.csv is what dl-score wrote for TABLE.csv.  Prints the greatest
difference; status 1 if it is above float32 error.
"""
import csv
import json
import struct
import sys

import numpy as np

TYPES = {"F32": "<f4", "U8": "u1"}


def read_model(path):
    """Texts and tensors of a safetensors file."""
    with open(path, "rb") as f:
        (length,) = struct.unpack("<Q", f.read(8))
        head = json.loads(f.read(length))
        data = f.read()
    texts = head.pop("__metadata__")
    tensors = {}
    end = 0
    for name, t in sorted(head.items(), key=lambda i: i[1]["data_offsets"]):
        begin, stop = t["data_offsets"]
        assert begin == end, "tensors lie end to end"
        end = stop
        raw = np.frombuffer(data[begin:stop], dtype=TYPES[t["dtype"]])
        tensors[name] = raw.reshape(t["shape"])
    assert end == len(data), "the file ends with its last tensor"
    for name, t in tensors.items():
        if t.dtype == np.uint8 and name not in ("levels",):
            texts[name] = t.tobytes().decode()
    return texts, tensors


def read_strings(raw):
    """Strings of the tensor "levels": length (u32) and bytes, end to end."""
    out, at = [], 0
    while at < len(raw):
        (n,) = struct.unpack_from("<I", raw, at)
        out.append(raw[at + 4:at + 4 + n].decode())
        at += 4 + n
    return out


def read_table(path, names):
    """Rows as dicts; a first line of the names given is a header."""
    with open(path, newline="") as f:
        rows = list(csv.reader(f))
    if set(rows[0]) & set(names):
        names = rows.pop(0)
    return [dict(zip(names, row)) for row in rows]


def encode(encoder, levels, rows):
    """One row of input units for each row of the table."""
    columns = []
    table, predictors = encoder["table"], encoder["predictors"]
    for i, own in enumerate(levels):
        p = {key: values[i] for key, values in predictors.items()}
        cells = [row.get(table["name"][p["column"]], "") for row in rows]
        if table["type"][p["column"]] == "enum":
            first = 0 if encoder["use_all_factor_levels"] else 1
            block = np.zeros((len(rows), len(own) - first + 1))
            code = {level: i for i, level in enumerate(own)}
            for i, cell in enumerate(cells):
                unit = code.get(cell, len(own)) - first
                if unit >= 0:
                    block[i, unit] = 1
            columns.append(block)
        else:
            x = np.array([float(c) if c != "" else p["fill"] for c in cells])
            x = (x - p["sub"]) * p["mul"]
            columns.append(x.astype("f4")[:, None])
    return np.hstack(columns).astype("f4")


def forward(net, tensors, a):
    last = len(net["hidden"]) + 1
    ratios = net.get("hidden_dropout_ratios") or [0] * (last - 1)
    for layer in range(1, last + 1):
        w = tensors["layer.%d.weight" % layer]
        b = tensors["layer.%d.bias" % layer]
        z = a @ w.T + b
        if layer == last:
            return z
        kind = net["activation"].replace("WithDropout", "")
        if kind == "Rectifier":
            a = np.maximum(z, 0)
        elif kind == "Tanh":
            a = np.tanh(z)
        elif kind == "Maxout":
            a = np.maximum(z[:, 0::2], z[:, 1::2])
        elif kind == "ExpRectifier":
            a = np.where(z >= 0, z, np.expm1(z))
        else:
            raise ValueError(kind)
        a = a * np.float32(1 - ratios[layer - 1])


def main(model, table, scores):
    texts, tensors = read_model(model)
    encoder = json.loads(texts["encoder"])
    net = json.loads(texts["net"])
    strings = read_strings(tensors["levels"].tobytes())
    names = [strings.pop(0) for _ in encoder["table"]["name"]]
    assert encoder["table"]["name"] == names
    levels = []
    for n in encoder["predictors"]["levels"]:
        levels.append(strings[:n])
        del strings[:n]
    classes = strings
    rows = read_table(table, names)
    z = forward(net, tensors, encode(encoder, levels, rows))
    with open(scores, newline="") as f:
        got = list(csv.reader(f))
    first = got[0].index("predict")
    cells = [row[first:] for row in got[1:]]
    assert len(cells) == len(rows), "a score for each row"
    if classes:
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        ours = np.array([[float(c) for c in row[1:]] for row in cells])
        worst = np.abs(p - ours).max()
        limit = 1e-4
        best = p.argmax(axis=1)
        sure = np.sort(p, axis=1)
        sure = sure[:, -1] - sure[:, -2] > limit
        if len(classes) > 2:
            wrong = sum(s and row[0] != classes[b]
                        for s, row, b in zip(sure, cells, best))
            assert wrong == 0, "%d labels differ" % wrong
    else:
        p = z[:, 0] / encoder["response_mul"] + encoder["response_sub"]
        ours = np.array([float(row[0]) for row in cells])
        worst = (np.abs(p - ours) / np.maximum(1, np.abs(ours))).max()
        limit = 1e-4
    print("%d rows, %d outputs, greatest difference %.3g"
          % (len(rows), z.shape[1], worst))
    return 0 if worst <= limit else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__.split("\n\n")[1])
    sys.exit(main(*sys.argv[1:]))
