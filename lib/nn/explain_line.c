/*
 * explain_line.c - gradients along the line from baseline to row.
 *
 * The first layer's sums are linear along the line: z(t) = z(b) + t dz.  So
 * points on it start from the first hidden layer, 64 of them a panel, and go
 * forward and back in matrix products; gradients with respect to those sums are
 * averaged, and the average goes back through the first layer once.
 *
 * Between two points the mean gradient is taken as the mixture of the gradients
 * at both ends whose slope along the line is that of F, which is known there:
 * exact where a Rectifier switches once in between, wherever that is, and so
 * contributions add up.  The distance from the plain trapezoid tells whether
 * there are points enough; if not, the line gets twice as many.
 */
#include "nn/explain_int.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "nn/activation.h"

#define POINTS EXPLAIN_POINTS
#define MOST_PANELS 64
#define ROUGH 0.02 /* of the change of F: all trapezoids' errors together */
#define EXACT 5e-4 /* of that and 1: what the mixtures' sum is off */

/* ---- forward --------------------------------------------------------- */

/* a[units][POINTS] of a hidden layer from its sums. */
static void
activate(const struct explain *x, const struct explain_layer *l,
	 const float *z, float *a)
{
	size_t n = l->units * POINTS, u;

	if (l->pieces == 1)
		memcpy(a, z, n * sizeof(*a));
	for (u = 0; l->pieces == 2 && u < l->units; u++)
		x->kern->vec_max(a + u * POINTS, z + 2 * u * POINTS,
				 z + (2 * u + 1) * POINTS, POINTS);
	activation_apply(x->shape->activation, x->kern, a, n);
	if (l->keep != 1)
		x->kern->vec_scale(a, l->keep, n);
}

/* Sums of all layers at the points t, t + step... */
static void
forward(const struct explain *x, struct explain_scratch *s, double t,
	double step)
{
	size_t l, r, p;

	for (r = 0; r < x->layer[0].rows; r++)
		for (p = 0; p < POINTS; p++)
			s->z[0][r * POINTS + p] = x->start[r] + s->dz[r] *
				(float)(t + (double)p * step);
	for (l = 1; l < x->layers; l++) {
		const struct explain_layer *to = &x->layer[l];
		struct gemm g = {
			.m = to->rows, .n = POINTS, .terms = to->in,
			.a = to->w, .a_row = to->in, .a_term = 1,
			.b = s->a[l - 1], .b_term = POINTS,
			.c = s->z[l], .c_row = POINTS, .bias = to->bias,
		};

		activate(x, &x->layer[l - 1], s->z[l - 1], s->a[l - 1]);
		x->kern->gemm_f32(&g);
	}
}

/* ---- F and its gradient ---------------------------------------------- */

/* F at point p; dF/dz of the outputs takes the place of z. */
static double
log_odds(const struct explain *x, float *z, size_t p, size_t cls)
{
	size_t n = x->shape->outputs, k;
	double most = -INFINITY, sum = 0, own, v;

	for (k = 0; k < n; k++) {
		v = (double)z[k * POINTS + p] + x->shift[k];
		most = k != cls && v > most ? v : most;
	}
	for (k = 0; k < n; k++)
		if (k != cls)
			sum += exp((double)z[k * POINTS + p] + x->shift[k] -
				   most);
	own = (double)z[cls * POINTS + p] + x->shift[cls];
	for (k = 0; k < n; k++) {
		v = (double)z[k * POINTS + p] + x->shift[k] - most;
		z[k * POINTS + p] = k == cls ? 1 : (float)(-exp(v) / sum);
	}
	return own - most - log(sum);
}

static void
take_scores(const struct explain *x, struct explain_scratch *s, size_t cls)
{
	float *z = s->z[x->layers - 1];
	size_t p;

	for (p = 0; p < POINTS; p++) {
		if (x->shape->classification) {
			s->f[p] = log_odds(x, z, p, cls);
		} else {
			s->f[p] = (double)z[p];
			z[p] = 1;
		}
	}
}

/* error[units][POINTS] with respect to a becomes that of the sums, in z. */
static void
back_through(const struct explain *x, const struct explain_layer *l,
	     float *error, const float *a, float *z)
{
	size_t n = l->units * POINTS, u, p;

	if (l->keep != 1)
		x->kern->vec_scale(error, l->keep, n);
	for (u = 0; l->pieces == 2 && u < l->units; u++)
		activation_split(z + 2 * u * POINTS, error + u * POINTS,
				 z + 2 * u * POINTS, POINTS, 1, POINTS);
	for (p = 0; l->pieces == 1 && p < n; p++)
		z[p] = error[p] * activation_slope_at(x->shape->activation,
						      a[p] / l->keep);
}

/* dF/dz of every layer in the place of z; slopes along the line. */
static void
backward(const struct explain *x, struct explain_scratch *s)
{
	size_t l, r, p;

	for (l = x->layers - 1; l > 0; l--) {
		const struct explain_layer *from = &x->layer[l];
		struct gemm g = {
			.m = from->in, .n = POINTS, .terms = from->rows,
			.a = from->w, .a_row = 1, .a_term = from->in,
			.b = s->z[l], .b_term = POINTS,
			.c = s->error, .c_row = POINTS,
		};

		x->kern->gemm_f32(&g);
		back_through(x, &x->layer[l - 1], s->error, s->a[l - 1],
			     s->z[l - 1]);
	}
	memset(s->slope, 0, sizeof(s->slope));
	for (r = 0; r < x->layer[0].rows; r++)
		for (p = 0; p < POINTS; p++)
			s->slope[p] += (double)s->z[0][r * POINTS + p] *
				       (double)s->dz[r];
}

/* ---- the integral ---------------------------------------------------- */

/* How far a rule is from what F says: of each interval, and in sum. */
struct off {
	double trapezoids, mixtures;
};

/* Weights of the points of a panel. */
static void
weigh(struct explain_scratch *s, double step, struct off *off)
{
	double rise, left, a, b;
	size_t p;

	memset(s->weight, 0, sizeof(s->weight));
	for (p = 0; p + 1 < POINTS; p++) {
		a = s->slope[p];
		b = s->slope[p + 1];
		rise = (s->f[p + 1] - s->f[p]) / step;
		off->trapezoids += step * fabs(rise - (a + b) / 2);
		left = fabs(a - b) > 1e-9 * (fabs(a) + fabs(b))
			       ? (rise - b) / (a - b) : 0.5;
		left = left < 0 ? 0 : left > 1 ? 1 : left;
		s->weight[p] += step * left;
		s->weight[p + 1] += step * (1 - left);
		off->mixtures += step * (rise - left * a - (1 - left) * b);
	}
}

static void
add_mean(const struct explain *x, struct explain_scratch *s)
{
	size_t r, p;

	for (r = 0; r < x->layer[0].rows; r++)
		for (p = 0; p < POINTS; p++)
			s->mean[r] += s->weight[p] *
				      (double)s->z[0][r * POINTS + p];
}

/* The mean gradient from so many panels. */
static struct off
integrate(const struct explain *x, struct explain_scratch *s, size_t cls,
	  size_t panels, struct explain_facts *facts)
{
	double step = 1 / (double)(panels * (POINTS - 1));
	struct off off = {0, 0};
	size_t k;

	memset(s->mean, 0, x->layer[0].rows * sizeof(*s->mean));
	for (k = 0; k < panels; k++) {
		forward(x, s, (double)k / (double)panels, step);
		take_scores(x, s, cls);
		backward(x, s);
		weigh(s, step, &off);
		add_mean(x, s);
		if (k == 0)
			facts->base = s->f[0];
	}
	facts->score = s->f[POINTS - 1];
	return off;
}

void
explain_along(const struct explain *x, struct explain_scratch *s, size_t cls,
	   struct explain_facts *facts)
{
	size_t panels = 1;
	struct off off;
	double change;

	do {
		off = integrate(x, s, cls, panels, facts);
		change = fabs(facts->score - facts->base);
		panels *= 2;
	} while ((off.trapezoids > ROUGH * (change + 0.01) ||
		  fabs(off.mixtures) > EXACT * (1 + change)) &&
		 panels <= MOST_PANELS);
}

/* The gradient at the end of the line. */
void
explain_at_end(const struct explain *x, struct explain_scratch *s, size_t cls,
	   struct explain_facts *facts)
{
	size_t r;

	forward(x, s, 0, 1 / (double)(POINTS - 1));
	take_scores(x, s, cls);
	backward(x, s);
	for (r = 0; r < x->layer[0].rows; r++)
		s->mean[r] = (double)s->z[0][r * POINTS + POINTS - 1];
	facts->base = s->f[0];
	facts->score = s->f[POINTS - 1];
}
