#!/usr/bin/env python3
"""peer_h2o.py - one training run of H2O-3, given as dl-train's options.

usage: peer_h2o.py TRAIN.csv TEST.csv [name=value...]

Names and values are those of H2O and of the results row: hidden=1024,1024
epochs=0.1 activation=Tanh.  Prints samples,seconds,rows/s,test error; seconds
are H2O's own run_time.  Needs the packages h2o and pandas, and Java.
"""
import sys

import h2o
import pandas  # noqa: F401  (without it h2o's tables are lists)
from h2o.estimators import H2ODeepLearningEstimator


def value_of(text):
    if "," in text:
        return [value_of(part) for part in text.split(",")]
    if text in ("true", "false"):
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def main():
    o = {}
    for word in sys.argv[3:]:
        name, value = word.split("=", 1)
        o[name] = value_of(value)
    if isinstance(o.get("hidden"), int):
        o["hidden"] = [o["hidden"]]
    if "max_w2" in o:  # the package takes no whole number for it
        o["max_w2"] = float(o["max_w2"])
    valid = o.pop("valid", False)
    h2o.init(max_mem_size="6g", nthreads=-1, verbose=False)
    h2o.no_progress()
    train = h2o.import_file(sys.argv[1], header=-1)
    test = h2o.import_file(sys.argv[2], header=-1)
    label = train.columns[-1]
    for frame in (train, test):
        frame[label] = frame[label].asfactor()
    model = H2ODeepLearningEstimator(**o)
    model.train(x=train.columns[:-1], y=label, training_frame=train,
                validation_frame=test if valid else None)
    samples = float(model.scoring_history()["samples"].iloc[-1])
    seconds = model._model_json["output"]["run_time"] / 1000
    table = model.model_performance(test).confusion_matrix()
    error = table.as_data_frame()["Error"].iloc[-1]
    print(f"{samples:.0f},{seconds:.3f},{samples / seconds:.1f},{error:.4f}")
    h2o.cluster().shutdown()


if len(sys.argv) < 3:
    sys.exit(__doc__)
main()
