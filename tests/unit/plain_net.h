/*
 * plain_net.h - fixed rows of noise, test nets, and the same nets in plain
 * loops of doubles: the oracle of the mini-batch and forward tests.
 */
#ifndef DLTOOLS_TESTS_PLAIN_NET_H
#define DLTOOLS_TESTS_PLAIN_NET_H

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dltools/net.h"
#include "dltools/rng.h"

#define ROWS 24
#define DENSE 5
#define SPARSE 7
#define INPUTS (SPARSE + DENSE)
#define ENTRIES 2
#define MOST 2000 /* parameters of a test net */
#define RATE 0.0078125

/* ---- data: fixed rows of noise --------------------------------------- */

struct table {
	float x[ROWS][DENSE];
	uint32_t index[ROWS][ENTRIES];
	float value[ROWS][ENTRIES];
	int32_t label[ROWS];
	float target[ROWS];
	size_t sparse;
};

static float
noise(size_t i)
{
	return rng_unit_float(rng_at(rng_key(7, RNG_SPLIT), 1, i).w[0]);
}

static const float at_rest[DENSE] = { -0.5f, 0, 0.25f, -0.125f, 1 };

/* Two dense cells of three are at rest. */
static void
fill(struct table *t, size_t sparse)
{
	size_t n = 0;

	t->sparse = sparse;
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < DENSE; j++)
			t->x[i][j] = (i + j) % 3 ? at_rest[j] :
						   2 * noise(n++) - 1;
		for (size_t j = 0; j < ENTRIES; j++) {
			t->index[i][j] = (uint32_t)(3 * j + i % 3);
			t->value[i][j] = j == 0 ? 1 : noise(n++) + 0.5f;
		}
		t->label[i] = (int32_t)(i * 5 % 3);
		t->target[i] = 3 * noise(n++);
	}
}

/* Matters only where errors are weighted. */
static float
row_weight(size_t row)
{
	return 1 + (float)(row % 3);
}

static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	const struct table *t = ctx;
	uint32_t at = 0;

	b->rows = n;
	for (size_t i = 0; i < n; i++) {
		size_t r = (size_t)(first + (int64_t)i) % ROWS;

		memcpy(b->x + i * b->ld, t->x[r], sizeof(t->x[r]));
		b->start[i] = at;
		for (size_t j = 0; j < ENTRIES && t->sparse > 0; j++) {
			b->index[at] = t->index[r][j];
			b->value[at++] = t->value[r][j];
		}
		b->start[i + 1] = at;
		b->label[i] = t->label[r];
		b->target[i] = t->target[r];
		b->weight[i] = row_weight(r);
		b->offset[i] = r % 2 ? 0.25f : 0;
	}
}

/* ---- the same net in plain double loops ------------------------------- */

struct plain {
	const struct net_shape *shape;
	const struct table *table;
	double w[MOST];   /* tensors one after the other */
	size_t start[20]; /* of tensor i */
	uint64_t seed;
	bool row_masks, is_training;
	int64_t first;    /* position of the mini-batch */
	double value[4][64];
};

static bool
is_kept(const struct plain *p, size_t set, size_t row, size_t unit)
{
	enum rng_purpose purpose =
		set == 0 ? RNG_INPUT_DROPOUT : RNG_HIDDEN_DROPOUT;
	double ratio = set == 0 ? p->shape->input_dropout :
		       p->shape->hidden_dropout == NULL ? 0 :
		       p->shape->hidden_dropout[set - 1];
	uint64_t at = (uint64_t)p->first + (p->row_masks ? row : 0);
	struct rng_words r = rng_at(rng_key(p->seed, purpose), at,
				    (uint64_t)set << 40 | unit / 4);

	return ratio == 0 ||
	       rng_unit_float(r.w[unit % 4]) > (float)ratio;
}

static double
activate(enum activation a, double x, double y)
{
	switch (a) {
	case ACTIVATION_TANH:
		return tanh(x);
	case ACTIVATION_RECTIFIER:
		return x > 0 ? x : 0;
	case ACTIVATION_EXP_RECTIFIER:
		return x >= 0 ? x : expm1(x);
	case ACTIVATION_MAXOUT:
		return y > x ? y : x;
	}
	return 0;
}

static void
plain_layer(struct plain *p, size_t l, size_t in, size_t row)
{
	const struct net_shape *s = p->shape;
	bool is_output = l == s->layers + 1;
	bool maxout = s->activation == ACTIVATION_MAXOUT && !is_output;
	size_t out = is_output ? s->outputs : s->units[l - 1];
	const double *w = p->w + p->start[2 * (l - 1)];
	const double *b = p->w + p->start[2 * (l - 1) + 1];

	for (size_t u = 0; u < out; u++) {
		double net[2] = { 0, 0 };

		for (size_t j = 0; j < (maxout ? 2 : 1); j++) {
			size_t r = maxout ? 2 * u + j : u;

			net[j] = b[r];
			for (size_t c = 0; c < in; c++)
				net[j] += w[r * in + c] * p->value[l - 1][c];
		}
		p->value[l][u] = is_output &&
			(!s->autoencoder || s->linear_output) ? net[0] :
			activate(s->activation, net[0], net[1]);
		if (is_output)
			continue;
		if (p->is_training && !is_kept(p, l, row, u))
			p->value[l][u] = 0;
		if (!p->is_training && s->hidden_dropout != NULL)
			p->value[l][u] *= 1 - s->hidden_dropout[l - 1];
	}
}

static void
plain_input(struct plain *p, size_t row, double *x)
{
	const struct table *t = p->table;

	memset(x, 0, INPUTS * sizeof(*x));
	for (size_t j = 0; j < ENTRIES && t->sparse > 0; j++)
		x[t->index[row][j]] += (double)t->value[row][j];
	for (size_t j = 0; j < DENSE; j++)
		x[t->sparse + j] = (double)t->x[row][j];
}

static inline void
plain_forward(struct plain *p, size_t row)
{
	const struct net_shape *s = p->shape;
	size_t in = s->sparse + s->dense;

	plain_input(p, row, p->value[0]);
	for (size_t j = 0; p->is_training && j < in; j++)
		if (!is_kept(p, 0, row, j))
			p->value[0][j] = 0;
	for (size_t l = 1; l <= s->layers + 1; l++) {
		plain_layer(p, l, in, row);
		in = l <= s->layers ? s->units[l - 1] : 0;
	}
}

static inline void
plain_take(struct plain *p, const struct net *net)
{
	static float values[MOST];
	size_t at = 0;

	for (size_t i = 0; i < 2 * (p->shape->layers + 1); i++) {
		struct net_tensor info;

		net_tensor(net, i, &info);
		net_get(net, i, values);
		p->start[i] = at;
		for (size_t j = 0; j < info.rows * info.columns; j++)
			p->w[at++] = (double)values[j];
	}
	p->start[2 * (p->shape->layers + 1)] = at;
}

/* ---- test nets --------------------------------------------------------- */

static const size_t units[2] = { 9, 6 };
static const double half[2] = { 0.5, 0.3 };

static struct net_shape
test_shape(enum activation a, enum net_loss loss, size_t sparse)
{
	bool classes = loss == LOSS_CROSS_ENTROPY ||
		       loss == LOSS_SOFTMAX_QUADRATIC;

	return (struct net_shape){
		.sparse = sparse, .dense = DENSE, .layers = 2, .units = units,
		.outputs = classes ? 3 : 1, .activation = a, .loss = loss,
		.loss_param = loss == LOSS_TWEEDIE ? 1.5 :
			      loss == LOSS_HUBER ? 0.7 : 0.3,
		.classification = classes, .initial_scale = 1,
	};
}

static struct net_rule
sgd_rule(size_t mini_batch)
{
	return (struct net_rule){
		.optimizer = OPTIMIZER_SGD, .rate = RATE, .rate_decay = 1,
		.max_w2 = FLT_MAX, .fast_mode = true, .mini_batch = mini_batch,
	};
}

#endif
