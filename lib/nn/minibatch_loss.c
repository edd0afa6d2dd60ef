/*
 * minibatch_loss.c - dE/d(net input) of the outputs, the mean over the rows of
 * a mini-batch: every error is divided by their number.
 */
#include <string.h>

#include "nn/loss.h"
#include "nn/minibatch_int.h"

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
	const struct mb_units *u = &mb->units[mb->layers];
	float *d = u->d + (th->first + i) * u->d_ld;
	struct row_truth truth = {
		.label = b->label[i], .target = b->target[i],
		.offset = b->offset[i], .inputs = th->line,
		.weight = mb->options.weighted ? b->weight[i] : 1,
	};

	memcpy(d, u->x + (th->first + i) * u->ld,
	       shape->outputs * sizeof(*d));
	if (!is_finite(d, shape->outputs))
		th->is_bad = true;
	if (shape->autoencoder) /* before dropout: what it aims at */
		batch_row(b, i, th->line);
	loss_errors(shape, mb->kern, d, &truth);
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
		mb_narrow_d(mb, mb->layers,
			    (struct mb_range){ th->first,
					       th->first + th->rows },
			    (struct mb_range){ 0, outputs });
}
