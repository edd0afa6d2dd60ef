/*
 * stop.c - stopping metrics and early stopping by moving average.  H2O compares
 * ratios, which is wrong for negative values (a deviance may be); differences
 * relative to |A_0| say the same for positive ones.
 */
#include "model/stop.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define AT(field) offsetof(struct history_measures, field)

static const struct stop_metric metrics[] = {
	{"logloss", AT(logloss), false, true, true, false},
	{"deviance", AT(deviance), false, false, false, true},
	{"MSE", AT(mse), false, true, true, true},
	{"RMSE", AT(rmse), false, true, true, true},
	{"MAE", AT(mae), false, true, false, true},
	{"RMSLE", AT(rmsle), false, true, false, true},
	{"AUC", AT(auc), true, true, true, false},
	{"AUCPR", AT(pr_auc), true, true, true, false},
	{"lift_top_group", AT(lift), true, false, true, false},
	{"misclassification", AT(error), false, true, true, false},
	{"mean_per_class_error", AT(mean_per_class_error), false, true, true,
	 false},
};

const struct stop_metric *
stop_metric_find(const char *name, bool classification, bool autoencoder)
{
	if (strcasecmp(name, "AUTO") == 0)
		name = classification ? "logloss" :
			autoencoder ? "MSE" : "deviance";
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		const struct stop_metric *m = &metrics[i];

		if (strcasecmp(m->name, name) == 0)
			return (classification ? m->classes : m->numbers) ?
				m : NULL;
	}
	return NULL;
}

double
stop_metric_value(const struct stop_metric *m,
		  const struct history_measures *measures)
{
	double value;

	memcpy(&value, (const char *)measures + m->offset, sizeof(value));
	return value;
}

double
stop_metric_loss(const struct stop_metric *m,
		 const struct history_measures *measures)
{
	double value = stop_metric_value(m, measures);

	return m->larger ? -value : value;
}

static double
average(const double *value, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += value[i];
	return sum / (double)n;
}

bool
stop_converged(const struct stop_metric *m, const double *value, size_t n,
	       size_t rounds, double tolerance)
{
	double first, best = NAN;

	if (rounds == 0 || n < 2 * rounds)
		return false;
	value += n - 2 * rounds;
	first = average(value, rounds);
	for (size_t i = 1; i <= rounds; i++) {
		double a = average(value + i, rounds);

		if (isnan(a))
			return false;
		if (isnan(best) || (m->larger ? a > best : a < best))
			best = a;
	}
	if (isnan(first))
		return false;
	if (first == 0 && (m->zero_ends || best == 0))
		return m->zero_ends;
	return (m->larger ? best - first : first - best) <=
		tolerance * fabs(first);
}
