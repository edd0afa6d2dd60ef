"""Measures of predictions, the same for every program; see h2o_run.py."""
import math


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


def mean(values, weights):
    return sum(v * w for v, w in zip(values, weights)) / sum(weights)


def values(actual, predicted, weights, parameters):
    d = deviance(parameters)
    m = {}
    if float(parameters.get("quantile_alpha", 0.5)) == 0.5:
        e = [p - y for y, p in zip(actual, predicted)]
        m["MAE"] = mean([abs(x) for x in e], weights)
        m["RMSE"] = math.sqrt(mean([x * x for x in e], weights))
    if d:
        m["deviance"] = mean([d(y, p) for y, p in zip(actual, predicted)],
                             weights)
    return m


def classes(actual, out, weights):
    """Column k of a class is called so, or pk."""
    names = sorted(set(actual))
    name = {k: "p" + k if "p" + k in out else k for k in names}
    p = [[float(out[name[k]][i]) for k in names] for i in range(len(actual))]
    at = [names.index(y) for y in actual]
    m = {"logloss": mean([-math.log(max(1e-15, r[k]))
                          for r, k in zip(p, at)], weights),
         "error": mean([y != k for y, k in zip(actual, out["predict"])],
                       weights)}
    if len(names) == 2:
        m["AUC"] = auc([r[1] for r in p], at)
    return m


def anomalies(error, label):
    """How well the error tells unusual rows; that of usual ones."""
    usual = [e for e, l in zip(error, label) if not l]
    m = {"MSE": sum(usual) / len(usual)}
    if any(label):
        m["AUC"] = auc(error, label)
    return m
