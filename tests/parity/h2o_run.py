"""Train the cases of h2o_cases.txt with H2O-3 and with dl-train, and compare
their predictions of the test tables by the same measures; see h2o.sh."""
import argparse
import collections
import csv
import json
import os
import subprocess
import sys
import time

import h2o
from h2o.estimators import H2ODeepLearningEstimator

import h2o_measures
from h2o_table import read_results

# ---- cases and tables ----------------------------------------------------

Case = collections.namedtuple("Case", "name table response parameters")


def read_cases(lines):
    cases = []
    for line in lines:
        line = line.split("#")[0].strip()
        if line:
            name, table, response, text = (f.strip() for f in line.split("|"))
            cases.append(Case(name, table, response,
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


def columns(rows):
    rows = list(rows)
    return {c: [r[c] for r in rows] for c in rows[0]}


# ---- the two programs ----------------------------------------------------
#
# open() reads the tables of a case; train() gives columns of predictions for
# the test table (predict and p_k, or the error of an autoencoder) as {name:
# [value]}, and what its own cross-validation says.

# name of a measure in both programs, here
FOLDS = {"logloss": "logloss", "rmse": "rmse", "auc": "AUC"}


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


class Ours:
    name = "dltools"

    def __init__(self, jobs):
        self.jobs = jobs

    def open(self, case, files, enums):
        self.case, self.test = case, files["test"]
        self.frame, self.model = (files["train"] + s for s in (".dlf", ".dlm"))
        types = [t for c in enums for t in ("--type", c + "=enum")]
        output("dl-import", "-q", *types, "-o", self.frame, files["train"])

    def train(self, seed):
        options = ["--%s=%s" % p for p in self.case.parameters.items()]
        options += ["-y", self.case.response] if self.case.response else []
        how = [] if self.case.response else ["--reconstruction-error"]
        output("dl-train", "-q", *options, "--seed", str(seed), "-j",
               str(self.jobs), "-o", self.model, self.frame)
        text = output("dl-score", "-q", "-m", self.model, *how, self.test)
        return columns(csv.DictReader(text.splitlines())), self.folds()

    def folds(self):
        if "nfolds" not in self.case.parameters:
            return {}
        head = json.loads(output("dl-inspect", "--json", self.model))
        rows = json.loads(head["__metadata__"]["cross_validation"])["summary"]
        return {"cv " + FOLDS[r["measure"]]: r["mean"] for r in rows
                if r["measure"] in FOLDS}


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
            return server
        except h2o.exceptions.H2OConnectionError:
            pass
    server.terminate()
    sys.exit("h2o_run.py: H2O did not start in five minutes")


def value(text):
    if text.startswith("[") or "," in text:
        return [float(x) if "." in x else int(x)
                for x in text.strip("[]").split(",") if x]
    if text in ("true", "false"):
        return text == "true"
    if text.isdigit():
        return int(text)
    return float(text) if is_number(text) else text


LISTS = {"hidden", "hidden_dropout_ratios"}


class Theirs:
    name = "h2o"

    def open(self, case, files, enums):
        h2o.remove_all()
        self.case = case
        types = {c: "enum" for c in enums}
        self.table, self.test = (
            h2o.import_file(files[p], col_types=types, header=1)
            for p in ("train", "test"))
        p = {k: value(v) for k, v in case.parameters.items()}
        p.update({k: [p[k]] for k in LISTS & p.keys()
                  if not isinstance(p[k], list)})
        self.parameters = p

    def train(self, seed):
        case = self.case
        m = H2ODeepLearningEstimator(seed=seed, **self.parameters)
        roles = (case.response, case.parameters.get("weights_column"),
                 case.parameters.get("offset_column"))
        m.train(x=[c for c in self.table.columns if c not in roles],
                y=case.response or None, training_frame=self.table)
        return self.predict(m), self.folds(m)

    def predict(self, m):
        out = m.predict(self.test) if self.case.response else \
            m.anomaly(self.test)
        rows = out.as_data_frame(use_pandas=False)
        return columns(dict(zip(rows[0], r)) for r in rows[1:])

    def folds(self, m):
        if "nfolds" not in self.parameters:
            return {}
        rows = m.cross_validation_metrics_summary().cell_values
        return {"cv " + FOLDS[r[0]]: float(r[1]) for r in rows
                if r[0] in FOLDS}


# ---- measures ------------------------------------------------------------


def measure(case, test, enums, files, out):
    if not case.response:
        error = [float(x) for x in out["Reconstruction.MSE"]]
        return h2o_measures.anomalies(error,
                                      [int(x) for x in open(files["label"])])
    actual = [r[case.response] for r in test]
    column = case.parameters.get("weights_column")
    weights = [float(r[column]) if column else 1 for r in test]
    if case.response in enums:
        return h2o_measures.classes(actual, out, weights)
    return h2o_measures.values([float(y) for y in actual],
                               [float(p) for p in out["predict"]], weights,
                               case.parameters)


# ---- results -------------------------------------------------------------


def write_results(path, rows):
    with open(path, "w", newline="") as f:
        w = csv.DictWriter(f, ["case", "program", "seed", "measure", "value"],
                           lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def run_case(case, programs, o):
    base = os.path.join(o.tables, case.table)
    files = {"train": base + ".train.csv", "test": base + ".test.csv",
             "label": base + ".label"}
    test = read_table(files["test"])
    enums = enum_columns(read_table(files["train"]) + test)
    for program in programs:
        program.open(case, files, enums)
        for seed in range(1, o.seeds + 1):
            out, own = program.train(seed)
            own.update(measure(case, test, enums, files, out))
            for k, v in own.items():
                yield {"case": case.name, "program": program.name,
                       "seed": seed, "measure": k, "value": "%.9g" % v}


def run_cases(cases, o):
    every = {"dltools": lambda: Ours(o.jobs), "h2o": Theirs}
    programs = [every[p]() for p in o.programs.split(",")]
    names = {p.name for p in programs}
    for case in cases:
        print("h2o_run.py: %s" % case.name, file=sys.stderr)
        new = list(run_case(case, programs, o))
        rows = [r for r in read_results(o.results)
                if r["case"] != case.name or r["program"] not in names]
        write_results(o.results, rows + new)


def options():
    a = argparse.ArgumentParser()
    for name in ("cases", "results", "tables"):
        a.add_argument("--" + name, required=True)
    a.add_argument("--seeds", type=int, default=5)
    a.add_argument("--jobs", type=int, default=1)
    a.add_argument("--programs", default="dltools,h2o")
    a.add_argument("--url", help="of a running H2O")
    a.add_argument("case", nargs="*")
    return a.parse_args()


def main():
    o = options()
    cases = read_cases(open(o.cases))
    chosen = [c for c in cases if c.name in o.case or not o.case]
    if len(chosen) < len(o.case):
        sys.exit("h2o_run.py: no such case among " + " ".join(o.case))
    server = None
    if o.url:
        h2o.connect(url=o.url, verbose=False)
    elif "h2o" in o.programs:
        server = start_h2o(o.jobs)
    h2o.no_progress()
    try:
        run_cases(chosen, o)
    finally:
        if server:
            server.terminate()


if __name__ == "__main__":
    main()
