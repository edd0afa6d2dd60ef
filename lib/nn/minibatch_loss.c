/*
 * minibatch_loss.c - dE/d(net input) of the outputs, the mean over the rows of
 * a mini-batch: every g is divided by their number.
 */
#include <math.h>
#include <string.h>

#include "nn/minibatch_int.h"

/* min(1e19, e^x) */
static float
bounded_exp(float x)
{
	float y = math_exp(x);

	return y < 1e19f ? y : 1e19f;
}

/* g = dE/df of a linear output f with target t (semantics of the losses). */
static float
linear_gradient(const struct net_shape *shape, float f, float t)
{
	float p = (float)shape->loss_param, e = f - t;

	switch (shape->loss) {
	case LOSS_ABSOLUTE:
		return e > 0 ? 1 : -1;
	case LOSS_QUANTILE:
		return t > f ? -p : 1 - p;
	case LOSS_HUBER:
		return fabsf(e) <= p ? 2 * e : e > 0 ? 2 * p : -2 * p;
	case LOSS_POISSON:
		return 2 * (bounded_exp(f) - t);
	case LOSS_GAMMA:
		return 2 * (1 - t * bounded_exp(-f));
	case LOSS_TWEEDIE:
		return 2 * (bounded_exp(f * (2 - p)) -
			    t * bounded_exp(f * (1 - p)));
	default:
		return 2 * e;
	}
}

static void
softmax_gradient(const struct minibatch *mb, float *y, int32_t label, float *d)
{
	const struct net_shape *shape = net_shape(mb->net);
	size_t n = shape->outputs;
	float mean = 0;

	if (label < 0) {
		memset(d, 0, n * sizeof(*d));
		return;
	}
	mb->kern->vec_softmax(y, n);
	memcpy(d, y, n * sizeof(*d));
	d[label] -= 1;
	if (shape->loss == LOSS_CROSS_ENTROPY)
		return;
	for (size_t i = 0; i < n; i++)
		mean = fmaf(y[i], d[i], mean);
	for (size_t i = 0; i < n; i++)
		d[i] = y[i] * (d[i] - mean);
}

/* Targets are the inputs before dropout; a are activations. */
static void
autoencoder_gradient(const struct minibatch *mb, const struct batch *b,
		     size_t i, const float *a, float *d)
{
	const struct net_shape *shape = net_shape(mb->net);

	memset(d, 0, b->sparse * sizeof(*d));
	for (size_t j = b->start[i]; j < b->start[i + 1]; j++)
		d[b->index[j]] = b->value[j];
	memcpy(d + b->sparse, b->x + i * b->ld, b->dense * sizeof(*d));
	for (size_t j = 0; j < shape->outputs; j++)
		d[j] = linear_gradient(shape, a[j], d[j]);
	if (shape->activation == ACTIVATION_TANH)
		mb->kern->vec_backward(VEC_TANH, d, a, shape->outputs);
	else if (shape->activation == ACTIVATION_EXP_RECTIFIER)
		mb->kern->vec_backward(VEC_ELU, d, a, shape->outputs);
}

static bool
is_finite(const float *x, size_t n)
{
	float bad = 0;

	for (size_t i = 0; i < n; i++)
		bad += x[i] * 0; /* NaN from NaN and infinity */
	return bad == 0;
}

static void
row_gradient(struct minibatch *mb, struct mb_thread *th, size_t i)
{
	const struct net_shape *shape = net_shape(mb->net);
	const struct batch *b = &th->batch;
	struct mb_units *u = &mb->units[mb->layers];
	float *y = u->x + (th->first + i) * u->ld;
	float *d = u->d + (th->first + i) * u->d_ld;

	if (!is_finite(y, shape->outputs))
		th->is_bad = true;
	if (shape->loss == LOSS_CROSS_ENTROPY ||
	    shape->loss == LOSS_SOFTMAX_QUADRATIC)
		softmax_gradient(mb, y, b->label[i], d);
	else if (shape->autoencoder)
		autoencoder_gradient(mb, b, i, y, d);
	else
		d[0] = linear_gradient(shape, y[0] + b->offset[i],
				       b->target[i]);
	mb->kern->vec_scale(d, 1.0f / (float)mb->m, shape->outputs);
}

void
mb_output_gradient(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];
	size_t outputs = mb->units[mb->layers].all;

	for (size_t i = 0; i < th->rows; i++)
		row_gradient(mb, th, i);
	if (mb->is_bf16 && th->rows > 0)
		mb_pair_d(mb, mb->layers,
			  (struct mb_range){ th->first, th->first + th->rows },
			  (struct mb_range){ 0, outputs });
}
