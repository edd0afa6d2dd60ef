#!/usr/bin/env python3
"""Random combinations of dl-train's parameters.

usage: python3 tests/stress/options.py [SECONDS [SEED]]

Each run either makes a model that dl-score and dl-inspect take, or is refused
with status 2, 3 or 4 and one clear line, or diverges (5), which is counted.  A
model of a reproducible run is made again by the command that dl-inspect prints,
with another number of threads, and must be the same file.  Programs are those
in bin/; run by hand.
"""
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

BIN = os.path.join(os.getcwd(), "bin")
ENV = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"])

# Values beside those of words, truth values and numbers at their bounds.
MORE = {
    "hidden": ["", "3", "4,2", "1,1,1", "17"],
    "epochs": ["0", "0.5", "1", "3"],
    "mini-batch-size": ["1", "2", "7", "1000"],
    "max-w2": ["1", "inf", "10"],
    "hidden-dropout-ratios": ["0.5", "0.1,0.2", ""],
    "class-sampling-factors": ["1,2", "0,0", "1,1,1"],
    "class-weights": ["u=3", "v=0.1", "p=2"],
    "weights-column": ["w", "gap", "a"],
    "offset-column": ["b", "a", "w"],
    "fold-column": ["f", "k"],
    "nfolds": ["2", "3"],
    "validation-frame": ["t.dlf"],
    "ignored-columns": ["a", "gap,minus"],
    "predictors": ["a,b,k", "k", "w"],
    "seed": ["1", "5", "-1"],
    "max-categorical-features": ["1", "3"],
    "max-categorical-levels": ["2"],
    "train-samples-per-iteration": ["-2", "-1", "0", "1", "7"],
    "score-training-samples": ["0", "3"],
    "score-validation-samples": ["5"],
    "row-block": ["1", "3", "32"],
    "threads": ["1", "2", "3"],
    "stopping-rounds": ["0", "1", "3"],
    "gainslift-bins": ["0", "3", "-1"],
    "max-runtime-secs": ["0.05"],
}
# Files that are not there, what is always refused, and what is set apart.
NOT = {"training-frame", "response-column", "checkpoint", "reproducible",
       "pretrained-autoencoder", "initial-weights", "initial-biases",
       "export-checkpoints-dir", "custom-metric-func", "model-id",
       "col-major", "elastic-averaging", "max-confusion-matrix-size"}
# Of these a reproducible run has none, or its model does not tell.
CLOCK = {"max-runtime-secs", "threading", "precision", "threads"}


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, env=ENV,
                          timeout=300, **more)


def table(path, rows):
    with open(path + ".csv", "w") as f:
        f.write("a,b,k,y,n,w,minus,gap,y3,count,f\n")
        for i in range(1, rows + 1):
            f.write(",".join(map(str, (
                i * 37 % 23, i % 7, "k%d" % (i % 4), "u" if i % 3 else "v",
                i * i % 17, i % 4 + 1, i % 5 - 2, i % 5 if i % 9 else "",
                "pqr"[i % 3], i % 6, i % 3))) + "\n")
    run("dl-import", "-q", "-o", path + ".dlf", path + ".csv", check=True)


def parameters():
    """name: values to try, of every parameter."""
    values, begun = {}, False
    for line in run("dl-train", "--dump-options").stdout.splitlines():
        name, _, _, kind, legal, initial = (line.split("\t") + [""] * 6)[:6]
        begun |= name == "model-id"
        if not begun or kind == "alias" or name in NOT:
            continue
        values[name] = MORE.get(name) or (
            ["true", "false"] if kind == "flag" else
            legal.split("|") if kind == "choice" else
            [initial or "0", "0", "0.5", "1"])
    return values


def command(values, same):
    words = ["--reproducible"] if same else []
    names = random.sample(sorted(values), random.randint(1, 7))
    if "autoencoder" not in names or random.random() < 0.1:
        words += ["-y", random.choice("y n y3 count minus a".split())]
    for name in names:
        if not (same and name in CLOCK):
            words.append("--%s=%s" % (name, random.choice(values[name])))
    words += [] if "epochs" in names else ["--epochs=1"]
    return words + ([] if "hidden" in names else ["--hidden=3"])


def is_clear(r):
    lines = r.stderr.splitlines()
    return r.returncode in (0, 2, 3, 4, 5) and len(lines) <= 2 and all(
        line.startswith("dl-train: ") for line in lines) and (
        r.returncode == 0 or lines)


def is_rebuilt():
    said = run("dl-inspect", "--command", "m.dlm").stdout.splitlines()
    line = said[-1].replace("-o m.dlm", "-q -j3 -o again.dlm")
    r = run("sh", "-c", line)
    return r.returncode == 0 and open("m.dlm", "rb").read() == open(
        "again.dlm", "rb").read()


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60
    random.seed(int(sys.argv[2]) if len(sys.argv) > 2 else None)
    ended, bad = collections.Counter(), 0
    end = time.time() + seconds
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        table("r", 80)
        table("t", 50)
        shutil.copy("r.dlf", "FRAME")
        shutil.copy("t.dlf", "VALIDATION")
        values = parameters()
        while time.time() < end:
            same = random.random() < 0.3
            words = command(values, same)
            r = run("dl-train", "-q", *words, "-o", "m.dlm", "r.dlf")
            ended[r.returncode] += 1
            why = "" if is_clear(r) else r.stderr
            if r.returncode == 0:
                for use in (("dl-score", "-q", "-m", "m.dlm", "--metrics",
                             "m.json", "-o", "m.csv", "r.dlf"),
                            ("dl-inspect", "m.dlm")):
                    why += run(*use).stderr
                if same and not is_rebuilt():
                    why += "the printed command makes another model"
                ended["rebuilt"] += same
            if why:
                bad += 1
                print("status %d: %s\n  dl-train %s" % (
                    r.returncode, why.strip(), " ".join(words)), flush=True)
        os.chdir("/")
    print(", ".join("%s: %d" % (k if k == "rebuilt" else "status %s" % k, n)
                    for k, n in sorted(ended.items(), key=str)),
          "; %d bad" % bad)
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
