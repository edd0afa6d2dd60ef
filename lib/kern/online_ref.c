/*
 * online_ref.c - the kernels of online training as plain loops: what the
 * vector versions are compared with.
 */
#include <math.h>

#include "dltools/rng.h"
#include "kern/online.h"

static double
sign(double x)
{
	return (x > 0) - (x < 0);
}

/* One weight, one row. */
static void
step(const struct sweep *k, size_t at, size_t b, double s, double x)
{
	double w = (double)k->w[at], g, u, v, rate, m;

	g = s * x + (double)k->l1 * sign(w) + (double)k->l2 * w;
	if (k->rule == SWEEP_ADADELTA) {
		double h = (double)k->a[at], y = (double)k->b[at];

		h = (double)k->rho * h + g * g + (double)k->epsilon;
		u = sqrt(y / h) * g;
		k->a[at] = (float)h;
		k->b[at] = (float)((double)k->rho * y + u * u +
				   (double)k->epsilon);
		k->w[at] = (float)(w - u);
		return;
	}
	rate = (double)k->rate[b];
	m = (double)k->momentum[b];
	if (k->rule == SWEEP_SGD) {
		k->w[at] = (float)(w - rate * g);
		return;
	}
	v = m * (double)k->a[at] - rate * g;
	k->a[at] = (float)v;
	k->w[at] = (float)(k->rule == SWEEP_MOMENTUM ? w + v :
			   w + m * v - rate * g);
}

static void
add_squares(const struct sweep *k, size_t r)
{
	const float *w = k->w + (k->row ? k->row[r] : r) * k->ld;
	bool touched = k->every;

	for (size_t b = 0; b < k->n; b++)
		touched |= k->s[r * k->s_row + b * k->s_sample] != 0;
	for (size_t c = 0; touched && c < k->columns; c++)
		k->w_squares[r * 16 + c % 16] += w[c] * w[c];
}

void
sweep_update_ref(const struct sweep *k)
{
	for (size_t r = 0; r < k->rows; r++) {
		for (size_t b = 0; b < k->n; b++) {
			float s = k->s[r * k->s_row + b * k->s_sample];

			for (size_t c = 0; c < k->columns; c++) {
				float x = k->x[b * k->x_ld + c];
				size_t row = k->row ? k->row[r] : r;
				size_t at = row * k->ld + c;

				if (!k->every && s == 0)
					continue;
				if (k->e)
					k->e[b * k->e_ld + c] += s * k->w[at];
				if (k->every || x != 0)
					step(k, at, b, (double)s, (double)x);
			}
		}
		if (k->w_squares)
			add_squares(k, r);
	}
}

void
gather_ref(const struct gather *k)
{
	for (size_t e = 0; e < k->entries; e++)
		for (size_t i = 0; i < k->n; i++)
			k->y[i] += k->value[e] *
				   k->w[k->index[e] * k->ld + i];
}

void
dots_ref(const struct dots *k)
{
	for (size_t b = 0; b < k->n; b++)
		for (size_t r = 0; r < k->rows; r++) {
			size_t row = k->row ? k->row[r] : r;
			double sum = 0;

			for (size_t c = 0; c < k->columns; c++)
				sum += (double)k->w[row * k->ld + c] *
				       (double)k->x[b * k->x_ld + c];
			k->z[b * k->z_ld + row] += (float)sum;
		}
}

void
out_forward_ref(const struct out_pass *k)
{
	for (size_t b = 0; b < k->n; b++)
		for (size_t o = 0; o < k->columns; o++) {
			double sum = 0;

			for (size_t r = 0; r < k->rows; r++)
				sum += (double)k->w[r * k->ld + o] *
				       (double)k->x[b * k->x_ld + r];
			k->z[b * k->z_ld + o] = (float)sum;
		}
}

void
out_back_ref(const struct out_pass *k)
{
	for (size_t r = 0; r < k->rows; r++)
		for (size_t b = 0; b < k->n; b++) {
			double sum = 0;

			for (size_t o = 0; o < k->columns; o++)
				sum += (double)k->w[r * k->ld + o] *
				       (double)k->x[o * k->x_ld + b];
			k->z[r * k->z_ld + b] = (float)sum;
		}
}

static double
slope(enum back_slope kind, double a)
{
	switch (kind) {
	case SLOPE_STEP:
		return a > 0;
	case SLOPE_TANH:
		return 1 - a * a;
	case SLOPE_ELU:
		return a < 0 ? a + 1 : 1;
	default:
		return 1;
	}
}

void
back_ref(const struct back *k)
{
	for (size_t i = 0; i < k->n; i++) {
		double e = 0;

		for (size_t p = 0; p < k->parts; p++)
			e += (double)k->e[p * k->part_ld + i];
		e *= slope(k->slope, (double)k->a[i]);
		k->d[i] = (float)(k->keep ? e * (double)k->keep[i] : e);
	}
}

void
dropout_keep_ref(const struct keep *k)
{
	struct rng_key key = { { k->key[0], k->key[1] } };

	for (size_t i = 0; i < k->n; i++) {
		size_t u = k->first + i;
		struct rng_words w = rng_at(key, k->a, k->b + u / 4);

		k->keep[i] = rng_unit_float(w.w[u % 4]) > k->ratio ? 1 : 0;
		if (k->y)
			k->y[i] *= k->keep[i];
	}
}
