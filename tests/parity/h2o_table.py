"""The table of README.md from h2o_results.csv, in the order of h2o_cases.txt.
usage: h2o_table.py              in this folder; needs nothing but Python"""
import csv
import math
import os

BEGIN = "<!-- begin: h2o_table.py -->\n"
END = "<!-- end -->\n"
LARGER = {"AUC"}


def read_results(path):
    if not os.path.exists(path):
        return []
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def mean_sd(x):
    m = sum(x) / len(x)
    return m, math.sqrt(sum((v - m) ** 2 for v in x) / max(1, len(x) - 1))


def verdict(a, b, larger):
    """a against b in standard errors of the difference; > 2 is beyond noise."""
    (ma, sa), (mb, sb) = mean_sd(a), mean_sd(b)
    se = math.sqrt(sa * sa / len(a) + sb * sb / len(b)) or 1e-300
    t = (mb - ma) / se * (-1 if larger else 1)
    return "better" if t > 2 else "worse" if t < -2 else "equal"


def line(case, measure, rows):
    a, b = ([float(r["value"]) for r in rows if r["program"] == p]
            for p in ("dltools", "h2o"))
    if not a or not b:
        return ""
    return "| %s | %s | %.4g ± %.2g | %.4g ± %.2g | %d, %d | %s |\n" % (
        case, measure, *mean_sd(a), *mean_sd(b), len(a), len(b),
        verdict(a, b, measure.split()[-1] in LARGER))


def table(rows, names):
    text = ("| case | measure | dltools | H2O | seeds | |\n"
            "|---|---|---|---|---|---|\n")
    for name in names:
        of = [r for r in rows if r["case"] == name]
        for k in dict.fromkeys(r["measure"] for r in of):
            text += line(name, k, [r for r in of if r["measure"] == k])
    return text


def case_names(path):
    return [t.split("|")[0].strip() for t in open(path)
            if "|" in t and not t.startswith("#")]


def main():
    with open("README.md") as f:
        text = f.read()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    made = table(read_results("h2o_results.csv"), case_names("h2o_cases.txt"))
    with open("README.md", "w") as f:
        f.write(before + BEGIN + made + END + after)


if __name__ == "__main__":
    main()
