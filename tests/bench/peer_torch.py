#!/usr/bin/env python3
"""peer_torch.py - the benchmarks' work in PyTorch.

usage: peer_torch.py TRAIN.csv TEST.csv [key=value...]

The CSV files have no header, the label is last.  A line per epoch:

    samples,seconds,rows/s,test error

Seconds are those of training; reading and scoring the test set are outside.
With work=score one line: rows scored, seconds, rows/s, test error.
"""
import sys
import time

import numpy as np
import torch
from torch import nn

KEYS = dict(
    work="train", hidden="1024,1024", optimizer="adam", rate="0.001",
    batch="128", epochs="1", threads="2", precision="f32", dropout="0",
    input_dropout="0", scale="standard", schedule="constant", average="0",
    compile="0", seed="1", rows="0")


def load(name):
    try:
        data = np.load(name + ".npy")
    except OSError:
        data = np.loadtxt(name, delimiter=",", dtype=np.float32)
        np.save(name + ".npy", data)
    return data[:, :-1], data[:, -1].astype(np.int64)


def prepare(train, test, scale):
    """Constant columns go; the rest is standardized, or divided by 255."""
    keep = train.std(0) > 0
    train, test = train[:, keep], test[:, keep]
    if scale == "standard":
        mean, sd = train.mean(0), train.std(0)
        return (train - mean) / sd, (test - mean) / sd
    return train / 255, test / 255


def make_net(inputs, classes, o):
    layers, n = [], inputs
    if float(o["input_dropout"]) > 0:
        layers.append(nn.Dropout(float(o["input_dropout"])))
    for units in map(int, o["hidden"].split(",")):
        layers += [nn.Linear(n, units), nn.ReLU()]
        if float(o["dropout"]) > 0:
            layers.append(nn.Dropout(float(o["dropout"])))
        n = units
    return nn.Sequential(*layers, nn.Linear(n, classes))


def make_optimizer(net, o):
    rate = float(o["rate"])
    if o["optimizer"] == "adam":
        return torch.optim.Adam(net.parameters(), rate, fused=True)
    if o["optimizer"] == "adadelta":
        return torch.optim.Adadelta(net.parameters(), 1.0, rho=0.99, eps=1e-8)
    return torch.optim.SGD(net.parameters(), rate)


def wrong(net, x, y, autocast):
    """Test error and the seconds that the forward passes took."""
    net.eval()
    errors, start = 0, time.perf_counter()
    with torch.inference_mode(), autocast():
        for i in range(0, len(x), 1000):
            guess = net(x[i:i + 1000]).argmax(1)
            errors += int((guess != y[i:i + 1000]).sum())
    seconds = time.perf_counter() - start
    net.train()
    return errors / len(x), seconds


class Average:
    """Exponential average of the weights, every eighth step."""

    def __init__(self, net, decay):
        self.decay, self.steps = decay, 0
        self.value = [p.detach().clone() for p in net.parameters()]

    def step(self, net):
        self.steps += 1
        if self.decay == 0 or self.steps % 8:
            return
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps)) ** 8
        with torch.no_grad():
            for a, p in zip(self.value, net.parameters()):
                a.lerp_(p, 1 - decay)

    def swap(self, net):
        if self.decay == 0:
            return
        with torch.no_grad():
            for i, p in enumerate(net.parameters()):
                now = p.detach().clone()
                p.copy_(self.value[i])
                self.value[i] = now


def train(net, data, test, o, autocast):
    x, y = data
    batch, rows = int(o["batch"]), int(float(o["epochs"]) * len(x))
    if int(o["rows"]):
        rows = int(o["rows"])
    optimizer, loss = make_optimizer(net, o), nn.CrossEntropyLoss()
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda n: 1 if o["schedule"] == "constant" else
        (1 + np.cos(np.pi * min(1, n * batch / rows))) / 2)
    average, done, seconds = Average(net, float(o["average"])), 0, 0
    run = torch.compile(net) if o["compile"] == "1" else net
    while done < rows:
        order = torch.randperm(len(x))[:rows - done]
        start = time.perf_counter()
        for i in range(0, len(order), batch):
            pick = order[i:i + batch]
            optimizer.zero_grad(set_to_none=True)
            with autocast():
                value = loss(run(x[pick]), y[pick])
            value.backward()
            optimizer.step()
            schedule.step()
            average.step(net)
        seconds += time.perf_counter() - start
        done += len(order)
        average.swap(net)
        error, _ = wrong(net, *test, autocast)
        average.swap(net)
        print(f"{done},{seconds:.3f},{done / seconds:.1f},{error:.4f}",
              flush=True)


def main():
    o = dict(KEYS)
    for word in sys.argv[3:]:
        key, value = word.split("=", 1)
        if key not in o:
            sys.exit(f"peer_torch.py: unknown key '{key}'")
        o[key] = value
    torch.set_num_threads(int(o["threads"]))
    torch.manual_seed(int(o["seed"]))
    (x, y), (xt, yt) = load(sys.argv[1]), load(sys.argv[2])
    x, xt = map(torch.tensor, prepare(x, xt, o["scale"]))
    y, yt = torch.tensor(y), torch.tensor(yt)
    net = make_net(x.shape[1], int(y.max()) + 1, o)

    def autocast():
        return torch.autocast("cpu", torch.bfloat16,
                              enabled=o["precision"] == "bf16")

    if o["work"] == "score":
        passes = [wrong(net, xt, yt, autocast) for _ in range(5)]
        seconds = sorted(p[1] for p in passes)[2]
        print(f"{len(xt)},{seconds:.4f},{len(xt) / seconds:.1f},"
              f"{passes[0][0]:.4f}")
    else:
        train(net, (x, y), (xt, yt), o, autocast)


if len(sys.argv) < 3:
    sys.exit(__doc__)
main()
