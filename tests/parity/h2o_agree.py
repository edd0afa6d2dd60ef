"""The same weights in both programs: predictions, measures and importances must
be the same, whatever training does.
usage: h2o_agree.py TABLES [CASE...]   after h2o_tables.py; bin/ in PATH

A net is trained here for a moment; H2O gets its weights as initial_weights and
initial_biases and trains for 0 epochs.  Prints what differs; status 1 then."""
import csv
import json
import sys

import h2o
from h2o.estimators import H2ODeepLearningEstimator

import h2o_run

CASES = """
loans      | loans    | deny     | hidden=7,5 epochs=2
levels     | loans    | deny     | hidden=7 epochs=2 use_all_factor_levels=false
verbal     | verbal   | r2       | hidden=7,5 epochs=1 activation=Tanh
glass      | glass    | type     | hidden=7,5 epochs=20
chile      | chile    | vote     | hidden=7,5 epochs=5
prestige   | prestige | prestige | hidden=7,5 epochs=20
raw        | prestige | prestige | hidden=7 epochs=9 standardize=false \
                                   activation=Tanh
dropout    | prestige | prestige | hidden=7 epochs=9 \
                                   activation=RectifierWithDropout
linear     | prestige | prestige | hidden=[] epochs=9
visits     | visits   | ofp      | hidden=7,5 epochs=2 distribution=poisson
cost       | cost     | med      | hidden=7,5 epochs=2 distribution=gamma
tweedie    | medical  | med      | hidden=7,5 epochs=2 distribution=tweedie
huber      | medical  | med      | hidden=7,5 epochs=2 distribution=huber
quantile   | wages    | wage     | hidden=7,5 epochs=2 distribution=quantile \
                                   quantile_alpha=0.9
deaths     | deaths   | death    | hidden=7 epochs=2 distribution=poisson \
                                   offset_column=exposure
hours      | hours    | whrswk   | hidden=7 epochs=2 weights_column=wght
males      | males    |          | autoencoder=true hidden=5 epochs=2
"""
# H2O's are of 400 bins of scores, and so is the threshold of its labels.
BINNED = {"AUC": 3e-3, "pr_auc": 3e-3, "Gini": 3e-3,
          "mean_per_class_error": 2e-2}


class Check:
    def __init__(self, name):
        self.name, self.bad = name, 0

    def same(self, what, ours, theirs, most):
        if abs(ours - theirs) > most * max(1, abs(ours), abs(theirs)):
            print("%s: %s: %.9g, H2O %.9g" % (self.name, what, ours, theirs))
            self.bad = 1


def inspect(how, model):
    return json.loads(h2o_run.output("dl-inspect", *how, model))


def layers(dump):
    n = 1
    while "layer.%d.weight" % n in dump:
        yield dump["layer.%d.weight" % n], dump["layer.%d.bias" % n]
        n += 1


def train_theirs(theirs, **more):
    case = theirs.case
    p = dict(theirs.parameters, epochs=0, score_training_samples=0, seed=1)
    m = H2ODeepLearningEstimator(**p, **more)
    roles = [case.response] + [p.get(r + "_column")
                               for r in ("weights", "offset")]
    m.train(x=[c for c in theirs.table.columns if c not in roles],
            y=case.response or None, training_frame=theirs.table)
    return m


def with_our_weights(theirs, dump):
    """Their inputs can stand in another order than ours."""
    first = train_theirs(theirs, export_weights_and_biases=True)
    mine = [i["name"] for i in dump["inputs"]]
    order = [mine.index(n) for n in first.weights(0).columns]
    weights, biases = [], []
    for n, (w, b) in enumerate(layers(dump)):
        w = [[r[i] for i in order] for r in w] if n == 0 else w
        weights.append(h2o.H2OFrame(w))
        biases.append(h2o.H2OFrame([[x] for x in b]))
    return train_theirs(theirs, initial_weights=weights, initial_biases=biases)


def compare_predictions(c, case, enums, ours, theirs):
    labels = case.response in enums
    for k in ours:
        if k == "predict" and labels:
            n = sum(a != b for a, b in zip(ours[k], theirs[k]))
            c.same("share of other labels", n / len(ours[k]), 0,
                   0.05 if len(ours) == 3 else 0)
            continue
        size = max(abs(float(x)) for x in theirs[k])
        worst = max(abs(float(a) - float(b))
                    for a, b in zip(ours[k], theirs[k]))
        c.same("prediction " + k, worst / size, 0, 1e-5)


def compare_measures(c, ours, theirs):
    named = {k.lower(): v for k, v in theirs.items()}
    for k, v in ours.items():
        other = named.get(k.lower())
        if isinstance(v, float) and isinstance(other, (int, float)):
            c.same(k, v, other, BINNED.get(k, 1e-5))


def scaled(rows):
    """Theirs is 0 for missing values until some were trained on."""
    rows = {k: float(v) for k, v in rows if "missing(NA)" not in k}
    return {k: v / max(rows.values()) for k, v in rows.items()}


def compare_importances(c, model, theirs):
    text = h2o_run.output("dl-inspect", "--varimp", "--csv", model)
    ours = scaled((r["variable"], r["relative_importance"])
                  for r in csv.DictReader(text.splitlines()))
    other = scaled(r[:2] for r in theirs.varimp())
    for k in ours:
        c.same("importance of " + k, ours[k], other[k], 1e-4)


def compare(case, tables):
    base = "%s/%s" % (tables, case.table)
    files = {"train": base + ".train.csv", "test": base + ".test.csv"}
    enums = h2o_run.enum_columns(sum((h2o_run.read_table(f)
                                      for f in files.values()), []))
    ours, theirs, c = h2o_run.Ours(1), h2o_run.Theirs(), Check(case.name)
    ours.open(case, files, enums)
    theirs.open(case, files, enums)
    case.parameters["score_training_samples"] = "0"
    out, _ = ours.train(1)
    m = with_our_weights(theirs, inspect(["--dump", "json"], ours.model))
    compare_predictions(c, case, enums, out, theirs.predict(m))
    compare_measures(c, inspect(["--metrics", "--json"],
                                ours.model)["training"],
                     m.model_performance()._metric_json)
    compare_importances(c, ours.model, m)
    return c.bad


def main():
    tables, names = sys.argv[1], sys.argv[2:]
    server, bad = h2o_run.start_h2o(1), 0
    h2o.no_progress()
    try:
        for case in h2o_run.read_cases(CASES.splitlines()):
            if case.name in names or not names:
                bad |= compare(case, tables)
    finally:
        server.terminate()
    return bad


sys.exit(main())
