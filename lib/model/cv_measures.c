/*
 * cv_measures.c - the rows of the summary of cross-validation: those of H2O's
 * table, by name in alphabetical order.
 */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "model/cv_int.h"

#define AT(field) offsetof(struct metrics, field)

/* Of the confusion matrix; two classes: the second one is positive. */
enum of_matrix {
	NO_MATRIX,
	ACCURACY,
	ERRORS,
	F0POINT5,
	F1,
	F2,
	MAX_CLASS_ERROR,
	MCC,
	MEAN_CLASS_ACCURACY,
	PRECISION,
	RECALL,
	SPECIFICITY,
};

static const struct {
	const char *name;
	size_t at;
	enum of_matrix of;
} measures[] = {
	{"accuracy", 0, ACCURACY},
	{"auc", AT(auc), NO_MATRIX},
	{"error", AT(error), NO_MATRIX},
	{"error_count", 0, ERRORS},
	{"f0point5", 0, F0POINT5},
	{"f1", 0, F1},
	{"f2", 0, F2},
	{"gini", AT(gini), NO_MATRIX},
	{"lift_top_group", AT(lift_top_group), NO_MATRIX},
	{"logloss", AT(logloss), NO_MATRIX},
	{"mae", AT(mae), NO_MATRIX},
	{"max_per_class_error", 0, MAX_CLASS_ERROR},
	{"mcc", 0, MCC},
	{"mean_per_class_accuracy", 0, MEAN_CLASS_ACCURACY},
	{"mean_per_class_error", AT(mean_per_class_error), NO_MATRIX},
	{"mean_residual_deviance", AT(mean_residual_deviance), NO_MATRIX},
	{"mse", AT(mse), NO_MATRIX},
	{"pr_auc", AT(pr_auc), NO_MATRIX},
	{"precision", 0, PRECISION},
	{"r2", AT(r2), NO_MATRIX},
	{"recall", 0, RECALL},
	{"rmse", AT(rmse), NO_MATRIX},
	{"rmsle", AT(rmsle), NO_MATRIX},
	{"specificity", 0, SPECIFICITY},
};

const size_t cv_measures = sizeof(measures) / sizeof(*measures);

const char *
cv_measure_name(size_t i)
{
	return measures[i].name;
}

/* Classes unknown to the model too. */
static double
errors(const struct metrics *m)
{
	double sum = 0;

	for (size_t i = 0; i < (m->classes + 1) * m->classes; i++)
		if (i / m->classes != i % m->classes)
			sum += m->confusion[i];
	return sum;
}

static double
max_class_error(const struct metrics *m)
{
	double most = 0;

	for (size_t a = 0; a < m->classes; a++) {
		const double *row = m->confusion + a * m->classes;
		double all = 0;

		for (size_t p = 0; p < m->classes; p++)
			all += row[p];
		if (all > 0)
			most = fmax(most, 1 - row[a] / all);
	}
	return most;
}

/* (1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp) */
static double
f_score(double bb, double tp, double fn, double fp)
{
	return (1 + bb) * tp / ((1 + bb) * tp + bb * fn + fp);
}

static double
of_two(const struct metrics *m, enum of_matrix of)
{
	const double *c = m->confusion;
	double tn = c[0], fp = c[1], fn = c[2], tp = c[3];

	switch (of) {
	case F0POINT5:
		return f_score(0.25, tp, fn, fp);
	case F1:
		return f_score(1, tp, fn, fp);
	case F2:
		return f_score(4, tp, fn, fp);
	case MCC:
		return (tp * tn - fp * fn) / sqrt((tp + fp) * (tp + fn) *
						  (tn + fp) * (tn + fn));
	case PRECISION:
		return tp / (tp + fp);
	case RECALL:
		return tp / (tp + fn);
	case SPECIFICITY:
		return tn / (tn + fp);
	default:
		return NAN;
	}
}

double
cv_measure(const struct metrics *m, size_t i)
{
	double v;

	switch (measures[i].of) {
	case NO_MATRIX:
		memcpy(&v, (const char *)m + measures[i].at, sizeof(v));
		return v;
	case ACCURACY:
		return 1 - m->error;
	case ERRORS:
		return m->confusion && m->rows ? errors(m) : NAN;
	case MEAN_CLASS_ACCURACY:
		return 1 - m->mean_per_class_error;
	case MAX_CLASS_ERROR:
		return m->confusion && m->rows ? max_class_error(m) : NAN;
	default:
		return m->kind == METRICS_BINOMIAL && m->confusion && m->rows
			? of_two(m, measures[i].of) : NAN;
	}
}
