/*
 * loss.c - from the outputs of a row to the error g = dE/df of each (the table
 * of gradients in dl-train(1)).
 *
 * E(x) = min(1e19, e^x) as in the reference, so that a log link cannot make
 * infinities of its own.
 */
#include "nn/loss.h"

#include <math.h>

#include "nn/activation.h"

static float
clamped_exp(float x)
{
	float y = math_exp(x);

	return y > 1e19F ? 1e19F : y;
}

/* f in link space, offset included; t the response. */
static float
linear_error(const struct net_shape *s, float f, float t)
{
	float p = (float)s->loss_param, d = f - t;

	switch (s->loss) {
	case LOSS_ABSOLUTE:
		return d > 0 || d == 0 ? 1 : d < 0 ? -1 : d;
	case LOSS_HUBER:
		return fabsf(d) <= p ? 2 * d : d > 0 ? 2 * p : d < 0 ? -2 * p
								       : d;
	case LOSS_QUANTILE:
		return t > f ? -p : d == d ? 1 - p : d;
	case LOSS_POISSON:
		return 2 * (clamped_exp(f) - t);
	case LOSS_GAMMA:
		return 2 * (1 - t * clamped_exp(-f));
	case LOSS_TWEEDIE:
		return 2 * (clamped_exp(f * (2 - p)) -
			    t * clamped_exp(f * (1 - p)));
	default:
		return 2 * d;
	}
}

static void
softmax_errors(const struct net_shape *s, const struct kern *k, float *z,
	       int32_t label)
{
	size_t n = s->outputs, i;
	float sum = 0;

	k->vec_softmax(z, n);
	if (label < 0 || (size_t)label >= n) {
		for (i = 0; i < n; i++)
			z[i] *= 0; /* NaN stays NaN */
		return;
	}
	if (s->loss == LOSS_CROSS_ENTROPY) {
		z[label] -= 1;
		return;
	}
	/* E = 1/2 sum (y - t)^2: dE/dz_i = y_i (r_i - sum_j y_j r_j) */
	for (i = 0; i < n; i++)
		sum += z[i] * (z[i] - (i == (size_t)label));
	for (i = 0; i < n; i++)
		z[i] *= z[i] - (i == (size_t)label) - sum;
}

/* The output units have the hidden activation and its slope, or are linear. */
static void
autoencoder_errors(const struct net_shape *s, const struct kern *k, float *z,
		   const float *inputs)
{
	size_t n = s->outputs;

	if (s->linear_output) {
		for (size_t i = 0; i < n; i++)
			z[i] = linear_error(s, z[i], inputs[i]);
		return;
	}
	activation_apply(s->activation, k, z, n);
	for (size_t i = 0; i < n; i++)
		z[i] = activation_slope_at(s->activation, z[i]) *
		       linear_error(s, z[i], inputs[i]);
}

void
loss_errors(const struct net_shape *s, const struct kern *k, float *z,
	    const struct row_truth *truth)
{
	if (s->autoencoder)
		autoencoder_errors(s, k, z, truth->inputs);
	else if (s->loss == LOSS_CROSS_ENTROPY ||
		 s->loss == LOSS_SOFTMAX_QUADRATIC)
		softmax_errors(s, k, z, truth->label);
	else
		for (size_t i = 0; i < s->outputs; i++)
			z[i] = linear_error(s, z[i] + truth->offset,
					    truth->target);
	for (size_t i = 0; truth->weight != 1 && i < s->outputs; i++)
		z[i] *= truth->weight;
}
