#!/usr/bin/env python3
"""peer_sklearn.py - the benchmarks' work in scikit-learn's MLPClassifier.

usage: peer_sklearn.py TRAIN.csv TEST.csv [hidden=1024,1024] [batch=128]
       [rate=0.001] [epochs=1] [rows=0] [scale=standard|pixels] [seed=1]

Adam, rectifiers.  Prints samples,seconds,rows/s,test error.
"""
import sys
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier


def load(name):
    try:
        data = np.load(name + ".npy")
    except OSError:
        data = np.loadtxt(name, delimiter=",", dtype=np.float32)
        np.save(name + ".npy", data)
    return data[:, :-1], data[:, -1].astype(np.int64)


def main():
    o = dict(hidden="1024,1024", batch="128", rate="0.001", epochs="1",
             rows="0", scale="standard", seed="1")
    for word in sys.argv[3:]:
        key, value = word.split("=", 1)
        if key not in o:
            sys.exit(f"peer_sklearn.py: unknown key '{key}'")
        o[key] = value
    (x, y), (xt, yt) = load(sys.argv[1]), load(sys.argv[2])
    keep = x.std(0) > 0
    x, xt = x[:, keep], xt[:, keep]
    mean, sd = (x.mean(0), x.std(0)) if o["scale"] == "standard" else (0, 255)
    x, xt = (x - mean) / sd, (xt - mean) / sd
    if int(o["rows"]):
        x, y = x[:int(o["rows"])], y[:int(o["rows"])]
    net = MLPClassifier(
        tuple(map(int, o["hidden"].split(","))), alpha=0,
        batch_size=int(o["batch"]), learning_rate_init=float(o["rate"]),
        max_iter=int(float(o["epochs"])), random_state=int(o["seed"]))
    warnings.simplefilter("ignore")  # it stops before it converges
    start = time.perf_counter()
    net.fit(x, y)
    seconds = time.perf_counter() - start
    rows = len(x) * net.n_iter_
    error = 1 - net.score(xt, yt)
    print(f"{rows},{seconds:.3f},{rows / seconds:.1f},{error:.4f}")


if len(sys.argv) < 3:
    sys.exit(__doc__)
main()
