/*
 * results_compare.c - two samples of runs: ratio or difference of their means,
 * with intervals and tests that do not suppose equal spread (Welch 1947, "The
 * generalization of Student's problem when several different population
 * variances are involved").
 */
#include <math.h>

#include "model/results_int.h"
#include "model/student.h"

static struct result_interval
interval(double mean, double error, double df)
{
	struct result_interval r = {mean, NAN, NAN, NAN};
	double half;

	if (!(error > 0) || !(df > 0)) {
		if (error == 0 && df > 0)
			r.low = r.high = mean;
		return r;
	}
	half = error * student_quantile(0.05, df);
	r.low = mean - half;
	r.high = mean + half;
	r.p = student_two_sided(fabs(mean) / error, df);
	return r;
}

struct result_interval
results_difference(const struct result_stat *a, const struct result_stat *b)
{
	double va = a->sd * a->sd / (double)a->n;
	double vb = b->sd * b->sd / (double)b->n, v = va + vb;

	if (a->n < 2 || b->n < 2)
		return (struct result_interval){b->mean - a->mean, NAN, NAN,
						NAN};
	return interval(b->mean - a->mean, sqrt(v),
			v > 0 ? v * v / (va * va / (double)(a->n - 1) +
					 vb * vb / (double)(b->n - 1)) : 1);
}

struct result_interval
results_ratio(const struct result_stat *log_a, const struct result_stat *log_b)
{
	struct result_interval r = results_difference(log_a, log_b);

	r.value = exp(r.value);
	r.low = exp(r.low);
	r.high = exp(r.high);
	return r;
}

struct result_interval
results_mean(const struct result_stat *s)
{
	return interval(s->mean, s->n < 2 ? NAN : s->sd / sqrt((double)s->n),
			(double)s->n - 1);
}
