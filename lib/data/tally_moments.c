/* tally_moments.c - mean and variance of numbers; see tally_int.h. */
#include "tally_int.h"

#include <float.h>
#include <math.h>

#define LANES 4 /* partial sums, so that additions need not wait */
#define LEAST_EXPONENT (-1000) /* 2^1000 is a double; zeros have this one */

/* 0 unless squares of such values, or their sums, may be no doubles. */
static int
exponent_of(const struct tally *t)
{
	double most = fmax(fabs(t->min), fabs(t->max));

	if ((most > 0x1p-400 && most < 0x1p400) || !isfinite(most))
		return 0;
	return most < 0x1p-1000 ? LEAST_EXPONENT : ilogb(most);
}

static double
clamp(double v, double low, double high)
{
	return v < low ? low : v > high ? high : v;
}

/* To a + b, |a| >= |b| or not; *low is what that leaves over (Knuth). */
static double
two_sum(double a, double b, double *low)
{
	double sum = a + b, part = sum - a;

	*low = (a - (sum - part)) + (b - part);
	return sum;
}

void
tally_set_exponent(struct tally *t)
{
	t->exponent = exponent_of(t);
}

void
tally_set_mean(struct tally *t, double about, double sum, double rest)
{
	double n = (double)t->count, step = sum / n, low;

	about = two_sum(about, step, &low);
	low += (fma(-step, n, sum) + rest) / n;
	t->mean = two_sum(about, low, &t->mean_low);
}

static double
lanes_sum(const double lane[LANES], const double rest[LANES], double *low)
{
	double a, b, c;
	double sum = two_sum(two_sum(lane[0], lane[1], &a),
			     two_sum(lane[2], lane[3], &b), &c);

	*low = a + b + c + ((rest[0] + rest[1]) + (rest[2] + rest[3]));
	return sum;
}

static size_t
lane_of(const struct tally_values *x, size_t k)
{
	return (x->row ? x->row[k] : k) % LANES;
}

/*
 * Zeros add nothing to the sums, and their differences to the mean are added up
 * at once: so it makes no difference whether they are there.
 */
static double
find_range(struct tally *t, const struct tally_values *x, double *low)
{
	double sum[LANES] = {0}, rest[LANES] = {0}, left;
	size_t i, k;

	for (i = 0; i < x->n; i++) {
		double v = x->v[i];

		k = lane_of(x, i);
		sum[k] = two_sum(sum[k], v, &left);
		rest[k] += left;
		t->zeros += v == 0;
		if (v < t->min)
			t->min = v;
		if (v > t->max)
			t->max = v;
	}
	return lanes_sum(sum, rest, low);
}

static double
scaled_sum(const struct tally_values *x, double scale, double *low)
{
	double sum[LANES] = {0}, rest[LANES] = {0}, left;
	size_t i, k;

	for (i = 0; i < x->n; i++) {
		k = lane_of(x, i);
		sum[k] = two_sum(sum[k], x->v[i] * scale, &left);
		rest[k] += left;
	}
	return lanes_sum(sum, rest, low);
}

/* In two passes; the mean of equal values is that value, to the last bit. */
void
tally_moments(struct tally *t, const struct tally_values *x)
{
	double square[LANES] = {0}, none[LANES] = {0}, d, sum, low, scale = 1;
	size_t i;

	sum = find_range(t, x, &low);
	tally_set_exponent(t);
	if (t->exponent) {
		scale = ldexp(1, -t->exponent);
		sum = scaled_sum(x, scale, &low);
	}
	tally_set_mean(t, 0, sum, low);
	if (t->min == t->max) {
		t->mean = t->min * scale;
		t->mean_low = 0;
	}
	for (i = 0; i < x->n; i++) {
		d = (x->v[i] * scale - t->mean) - t->mean_low;
		square[lane_of(x, i)] += x->v[i] == 0 ? 0 : d * d;
	}
	t->m2 = lanes_sum(square, none, &low) +
		(double)t->zeros * (t->mean * t->mean);
}

/* The moments of t by a greater exponent. */
static void
rescale(struct tally *t, int exponent)
{
	int by = t->exponent - exponent;

	if (by == 0)
		return;
	t->mean = ldexp(t->mean, by);
	t->mean_low = ldexp(t->mean_low, by);
	t->m2 = ldexp(t->m2, 2 * by);
	t->exponent = exponent;
}

void
tally_merge_moments(struct tally *t, const struct tally *other)
{
	double a = (double)t->count, b = (double)other->count, delta, low;
	struct tally o = *other; /* its moments only */

	if (t->count == 0) {
		t->min = o.min;
		t->max = o.max;
		t->mean = o.mean;
		t->mean_low = o.mean_low;
		t->m2 = o.m2;
		t->exponent = o.exponent;
		return;
	}
	rescale(o.exponent < t->exponent ? &o : t,
		o.exponent < t->exponent ? t->exponent : o.exponent);
	t->min = o.min < t->min ? o.min : t->min;
	t->max = o.max > t->max ? o.max : t->max;
	delta = (o.mean - t->mean) + (o.mean_low - t->mean_low);
	t->mean = two_sum(t->mean, delta * (b / (a + b)), &low);
	t->mean = two_sum(t->mean, t->mean_low + low, &t->mean_low);
	t->m2 += o.m2 + delta * delta * (a * (b / (a + b)));
}

void
tally_mean_sd(const struct tally *t, double *mean, double *sd)
{
	*mean = clamp(ldexp(t->mean, t->exponent), t->min, t->max);
	if (t->count < 2)
		return;
	*sd = ldexp(sqrt(t->m2 / (double)(t->count - 1)), t->exponent);
	/* that of 1.7e308 and -1.7e308 is beyond a double */
	if (isinf(*sd) && !isinf(t->min) && !isinf(t->max))
		*sd = DBL_MAX;
}
