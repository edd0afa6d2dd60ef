"""Train the cases of h2o_cases.txt with H2O-3 and with dl-train, and compare their
predictions of the test tables by the same measures; see h2o.sh."""
import argparse
import csv
import math
import os
import subprocess
import sys
import time

import h2o
from h2o.estimators import H2ODeepLearningEstimator

# ---- cases and tables ----------------------------------------------------


def read_cases(path):
    cases = []
    for line in open(path):
        line = line.split("#")[0].strip()
        if line:
            name, table, response, text = (f.strip() for f in line.split("|"))
            cases.append((name, table, response,
                          dict(p.split("=") for p in text.split())))
    return cases


def read_table(path):
    with open(path, newline="") as f:
        return list(csv.DictReader(f))


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return text == ""


def enum_columns(table):
    return [c for c in table[0] if not all(is_number(r[c]) for r in table)]


# ---- the two programs ----------------------------------------------------

def ours(case, files, enums, seed, jobs):
    """Column of predictions for the test table: predict, p_k or the error of
    an autoencoder, as {name: [value]}."""
    _, _, response, parameters = case
    frame, model = files["train"] + ".dlf", files["train"] + ".dlm"
    types = [t for c in enums for t in ("--type", c + "=enum")]
    subprocess.run(["dl-import", "-q", *types, "-o", frame, files["train"]],
                   check=True)
    options = ["--%s=%s" % p for p in parameters.items()]
    if response:
        options += ["-y", response]
    subprocess.run(["dl-train", "-q", *options, "--seed", str(seed), "-j",
                    str(jobs), "-o", model, frame], check=True)
    how = [] if response else ["--reconstruction-error"]
    text = subprocess.run(["dl-score", "-q", "-m", model, *how, files["test"]],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    return columns(csv.DictReader(text.splitlines()))


def start_h2o(jobs):
    """h2o.init() gives up after a minute, too soon for a busy machine."""
    jar = os.path.join(os.path.dirname(h2o.__file__), "backend/bin/h2o.jar")
    port = 50000 + os.getpid() % 10000
    server = subprocess.Popen(
        ["java", "-Xmx2g", "-jar", jar, "-nthreads", str(jobs), "-ip",
         "127.0.0.1", "-web_ip", "127.0.0.1", "-port", str(port), "-name",
         "parity%d" % port], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    for _ in range(300):
        time.sleep(1)
        try:
            h2o.connect(url="http://127.0.0.1:%d" % port, verbose=False)
            h2o.no_progress()
            return server
        except h2o.exceptions.H2OConnectionError:
            pass
    server.terminate()
    sys.exit("h2o_run.py: H2O did not start in five minutes")


def value(text):
    if text.startswith("[") or "," in text:
        return [float(x) if "." in x else int(x)
                for x in text.strip("[]").split(",")]
    if text in ("true", "false"):
        return text == "true"
    if text.isdigit():
        return int(text)
    return float(text) if is_number(text) else text


LISTS = {"hidden", "hidden_dropout_ratios"}


def theirs(case, files, enums, seed, jobs):
    _, _, response, parameters = case
    types = {c: "enum" for c in enums}
    train, test = (h2o.import_file(files[p], col_types=types, header=1)
                   for p in ("train", "test"))
    p = {k: value(v) for k, v in parameters.items()}
    p.update({k: [p[k]] for k in LISTS & p.keys()
              if not isinstance(p[k], list)})
    m = H2ODeepLearningEstimator(seed=seed, **p)
    x = [c for c in train.columns if c != response]
    m.train(x=x, y=response or None, training_frame=train)
    out = m.predict(test) if response else m.anomaly(test)
    rows = out.as_data_frame(use_pandas=False)
    h2o.remove_all()
    return columns(dict(zip(rows[0], r)) for r in rows[1:])


def columns(rows):
    rows = list(rows)
    return {c: [r[c] for r in rows] for c in rows[0]}


# ---- measures ------------------------------------------------------------


def clamped_log(x):
    return -19 if x <= 0 else max(-19, math.log(x))


def deviance(parameters):
    """Of a value y and its prediction p, and its name."""
    kind = parameters.get("distribution") or {
        "Absolute": "laplace", "Quantile": "quantile",
        "Huber": "huber"}.get(parameters.get("loss"), "gaussian")
    a = float(parameters.get("quantile_alpha", 0.5))
    q = float(parameters.get("tweedie_power", 1.5))
    table = {
        "quantile": lambda y, p: a * (y - p) if y > p else (1 - a) * (p - y),
        "poisson": lambda y, p: 2 * ((y * clamped_log(y / p) if y else 0)
                                     - y + p),
        "gamma": lambda y, p: 2 * (clamped_log(p / y) + y / p - 1),
        "tweedie": lambda y, p: 2 * (
            y ** (2 - q) / ((1 - q) * (2 - q)) - y * p ** (1 - q) / (1 - q)
            + p ** (2 - q) / (2 - q)),
    }
    return table.get(kind)


def auc(score, label):
    """Share of pairs in the right order, ties counted half."""
    order = sorted(range(len(score)), key=lambda i: score[i])
    rank, at = [0.0] * len(score), 0
    while at < len(order):
        end = at
        while end < len(order) and score[order[end]] == score[order[at]]:
            end += 1
        for i in order[at:end]:
            rank[i] = (at + end + 1) / 2
        at = end
    n1 = sum(label)
    n0 = len(label) - n1
    return (sum(r for r, l in zip(rank, label) if l) - n1 * (n1 + 1) / 2) \
        / (n0 * n1)


def measure_values(actual, predicted, parameters):
    d = deviance(parameters)
    if float(parameters.get("quantile_alpha", 0.5)) != 0.5:
        return {"deviance": sum(map(d, actual, predicted)) / len(actual)}
    e = [p - y for y, p in zip(actual, predicted)]
    m = {"MAE": sum(map(abs, e)) / len(e),
         "RMSE": math.sqrt(sum(x * x for x in e) / len(e))}
    if d:
        m["deviance"] = sum(map(d, actual, predicted)) / len(e)
    return m


def measure_classes(actual, out):
    """Column k of a class is called so, or pk."""
    classes = sorted(set(actual))
    name = {k: "p" + k if "p" + k in out else k for k in classes}
    p = [[float(out[name[k]][i]) for k in classes] for i in range(len(actual))]
    at = [classes.index(y) for y in actual]
    m = {"logloss": -sum(math.log(max(1e-15, r[k])) for r, k in zip(p, at))
         / len(p),
         "error": sum(y != k for y, k in zip(actual, out["predict"]))
         / len(p)}
    if len(classes) == 2:
        m["AUC"] = auc([r[1] for r in p], at)
    return m


LARGER = {"AUC"}


def measure(case, test, enums, files, out):
    _, _, response, parameters = case
    if not response:
        error = [float(x) for x in out["Reconstruction.MSE"]]
        label = [int(x) for x in open(files["label"])]
        usual = [e for e, l in zip(error, label) if not l]
        return {"AUC": auc(error, label), "MSE": sum(usual) / len(usual)}
    actual = [r[response] for r in test]
    if response in enums:
        return measure_classes(actual, out)
    return measure_values([float(y) for y in actual],
                          [float(p) for p in out["predict"]], parameters)


# ---- results -------------------------------------------------------------


def read_results(path):
    return read_table(path) if os.path.exists(path) else []


def write_results(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.DictWriter(f, ["case", "program", "seed", "measure", "value"],
                           lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def mean_sd(x):
    m = sum(x) / len(x)
    return m, math.sqrt(sum((v - m) ** 2 for v in x) / max(1, len(x) - 1))


def verdict(a, b, larger):
    """a against b in standard errors of the difference; > 2 is beyond noise."""
    (ma, sa), (mb, sb) = mean_sd(a), mean_sd(b)
    se = math.sqrt(sa * sa / len(a) + sb * sb / len(b)) or 1e-300
    t = (mb - ma) / se * (-1 if larger else 1)
    return "better" if t > 2 else "worse" if t < -2 else "equal"


def summary(cases, rows):
    print("| case | measure | dltools | H2O | |\n|---|---|---|---|---|")
    for case in cases:
        of = [r for r in rows if r["case"] == case[0]]
        for k in dict.fromkeys(r["measure"] for r in of):
            a, b = ([float(r["value"]) for r in of if r["measure"] == k
                     and r["program"] == w] for w in ("dltools", "h2o"))
            if a and b:
                print("| %s | %s | %.4g ± %.2g | %.4g ± %.2g | %s |" % (
                    case[0], k, *mean_sd(a), *mean_sd(b),
                    verdict(a, b, k in LARGER)))


def run_case(case, o):
    base = os.path.join(o.tables, case[1])
    files = {"train": base + ".train.csv", "test": base + ".test.csv",
             "label": base + ".label"}
    test = read_table(files["test"])
    enums = enum_columns(read_table(files["train"]) + test)
    for seed in range(1, o.seeds + 1):
        for program, train in (("dltools", ours), ("h2o", theirs)):
            out = train(case, files, enums, seed, o.jobs)
            for k, v in measure(case, test, enums, files, out).items():
                yield {"case": case[0], "program": program, "seed": seed,
                       "measure": k, "value": "%.9g" % v}


def run_cases(cases, o):
    for case in cases:
        print("h2o_run.py: %s" % case[0], file=sys.stderr)
        new = list(run_case(case, o))
        rows = [r for r in read_results(o.results) if r["case"] != case[0]]
        write_results(o.results, rows + new)


def main():
    a = argparse.ArgumentParser()
    for name in ("cases", "results", "tables"):
        a.add_argument("--" + name, required=True)
    a.add_argument("--seeds", type=int, default=5)
    a.add_argument("--jobs", type=int, default=1)
    a.add_argument("--only-summary", action="store_true")
    a.add_argument("case", nargs="*")
    o = a.parse_args()
    cases = read_cases(o.cases)
    chosen = [c for c in cases if c[0] in o.case or not o.case]
    if len(chosen) < len(o.case):
        sys.exit("h2o_run.py: no such case among " + " ".join(c[0] for c in cases))
    if not o.only_summary:
        server = start_h2o(o.jobs)
        try:
            run_cases(chosen, o)
        finally:
            server.terminate()
    summary(cases, read_results(o.results))


main()
