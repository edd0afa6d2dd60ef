/*
 * online_gradient_test.c - one row of online training against finite
 * differences of the loss, computed here in double precision: every activation
 * with every loss, 0 to 3 hidden layers, sparse and dense inputs; the same with
 * an offset, a row weight (which must not matter), l1 and l2, and with the
 * dropout masks that the row has; autoencoders.
 *
 * With plain SGD, rate 1 and no other rule, one row moves each weight by minus
 * its gradient.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/net.h>
#include <dltools/rng.h>

#define SPARSE 5
#define DENSE 19
#define INPUTS (SPARSE + DENSE)
#define WIDEST 40
#define SEED 23 /* of the masks */

struct model {
	const struct net_shape *shape;
	const struct net_rule *rule;
	double *w[5], *b[5]; /* canonical */
	double a[5][WIDEST]; /* activations of the last run, layer by layer */
};

static float row_x[DENSE];
static const uint32_t row_index[2] = { 1, 4 };
static const float row_value[2] = { 1, 0.5F };
static const int32_t row_label = 2;
static float row_target = 0.7F, row_offset, row_weight = 1;
static bool weighted; /* does the weight multiply the error? */

static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	(void)ctx;
	(void)first;
	assert_int_equal(n, 1);
	memcpy(b->x, row_x, sizeof(row_x));
	b->start[0] = 0;
	b->start[1] = b->sparse ? 2 : 0;
	if (b->sparse) {
		memcpy(b->index, row_index, sizeof(row_index));
		memcpy(b->value, row_value, sizeof(row_value));
	}
	b->label[0] = row_label;
	b->target[0] = row_target;
	b->offset[0] = row_offset;
	b->weight[0] = row_weight;
	b->rows = 1;
}

static void
inputs(const struct net_shape *s, double *x)
{
	memset(x, 0, INPUTS * sizeof(*x));
	if (s->sparse)
		for (size_t i = 0; i < 2; i++)
			x[row_index[i]] = (double)row_value[i];
	for (size_t i = 0; i < DENSE; i++)
		x[s->sparse + i] = (double)row_x[i];
}

static double
activation(const struct net_shape *s, const double *z)
{
	switch (s->activation) {
	case ACTIVATION_TANH:
		return tanh(z[0]);
	case ACTIVATION_RECTIFIER:
		return z[0] > 0 ? z[0] : 0;
	case ACTIVATION_EXP_RECTIFIER:
		return z[0] >= 0 ? z[0] : exp(z[0]) - 1;
	default:
		return z[0] >= z[1] ? z[0] : z[1];
	}
}

/* Of an output f that aims at t. */
static double
unit_loss(const struct net_shape *s, double f, double t)
{
	double p = s->loss_param, d = fabs(f - t);

	switch (s->loss) {
	case LOSS_ABSOLUTE:
		return d;
	case LOSS_HUBER:
		return d <= p ? d * d : (2 * d - p) * p;
	case LOSS_QUANTILE:
		return t > f ? p * d : (1 - p) * d;
	case LOSS_POISSON:
		return 2 * (exp(f) - t * f);
	case LOSS_GAMMA:
		return 2 * (f + t * exp(-f));
	case LOSS_TWEEDIE:
		return 2 * (exp(f * (2 - p)) / (2 - p) -
			    t * exp(f * (1 - p)) / (1 - p));
	default:
		return d * d;
	}
}

static double
loss(const struct net_shape *s, const double *f, const double *x)
{
	double sum = 0, e = 0, d;

	switch (s->loss) {
	case LOSS_CROSS_ENTROPY:
		for (size_t i = 0; i < s->outputs; i++)
			sum += exp(f[i]);
		return log(sum) - f[row_label];
	case LOSS_SOFTMAX_QUADRATIC:
		for (size_t i = 0; i < s->outputs; i++)
			sum += exp(f[i]);
		for (size_t i = 0; i < s->outputs; i++) {
			d = exp(f[i]) / sum - (i == (size_t)row_label);
			e += d * d / 2;
		}
		return e;
	default:
		if (!s->autoencoder)
			return unit_loss(s, f[0] + (double)row_offset,
					 (double)row_target);
		for (size_t i = 0; i < s->outputs; i++)
			e += unit_loss(s, f[i], x[i]);
		return e;
	}
}

/* Set 0 are the inputs, set l the units of hidden layer l. */
static bool
is_kept(const struct net_shape *s, size_t set, size_t unit)
{
	double ratio = set == 0 ? s->input_dropout :
		       s->hidden_dropout ? s->hidden_dropout[set - 1] : 0;
	struct rng_words r = rng_at(rng_key(SEED, set == 0 ? RNG_INPUT_DROPOUT :
					    RNG_HIDDEN_DROPOUT), 0,
				    (uint64_t)set << 40 | unit / 4);

	return ratio == 0 || rng_unit_float(r.w[unit % 4]) >= (float)ratio;
}

static double
run(struct model *m)
{
	const struct net_shape *s = m->shape;
	double x[WIDEST], a[WIDEST], z[2 * WIDEST];
	size_t in = s->sparse + s->dense, l, r, c;

	inputs(s, x);
	for (c = 0; c < in; c++)
		a[c] = is_kept(s, 0, c) ? x[c] : 0;
	for (l = 0; l <= s->layers; l++) {
		bool out = l == s->layers;
		size_t pieces = !out && s->activation == ACTIVATION_MAXOUT
			? 2 : 1;
		size_t units = out ? s->outputs : s->units[l];

		for (r = 0; r < units * pieces; r++) {
			z[r] = m->b[l][r];
			for (c = 0; c < in; c++)
				z[r] += m->w[l][r * in + c] * a[c];
		}
		for (r = 0; r < units; r++)
			a[r] = out && (!s->autoencoder || s->linear_output) ?
			       z[r] : !out && !is_kept(s, l + 1, r) ? 0 :
			       activation(s, z + r * pieces);
		memcpy(m->a[l], a, units * sizeof(*a));
		in = units;
	}
	return loss(s, a, x);
}

static double *
tensor(const struct net *net, size_t i, size_t *n)
{
	struct net_tensor info;
	float *f;
	double *d;

	net_tensor(net, i, &info);
	*n = info.rows * info.columns;
	f = calloc(*n, sizeof(*f));
	d = calloc(*n, sizeof(*d));
	assert_non_null(f);
	assert_non_null(d);
	net_get(net, i, f);
	for (size_t k = 0; k < *n; k++)
		d[k] = (double)f[k];
	free(f);
	return d;
}

/* What l1, l2 and sparsity add to the gradient of parameter k of tensor i. */
static double
penalty(struct model *m, size_t i, size_t k, double value)
{
	const struct net_rule *r = m->rule;
	double g = r->l1 * (value > 0 ? 1 : value < 0 ? -1 : 0) +
		   r->l2 * value;

	if (r->sparsity_beta > 0 && i % 2 && i / 2 < m->shape->layers) {
		run(m);
		g += r->sparsity_beta * (0.001 * m->a[i / 2][k] -
					 r->average_activation);
	}
	return g;
}

static void
compare(struct net *net, struct model *m, size_t i, const char *what)
{
	size_t n;
	double *after = tensor(net, i, &n);
	double *before = i % 2 ? m->b[i / 2] : m->w[i / 2];

	for (size_t k = 0; k < n; k++) {
		double keep = before[k], up, down, want, got = keep - after[k];

		before[k] = keep + 1e-5;
		up = run(m);
		before[k] = keep - 1e-5;
		down = run(m);
		before[k] = keep;
		want = (up - down) / 2e-5 * (weighted ? (double)row_weight : 1)
			+ penalty(m, i, k, keep);
		if (fabs(want - got) > 2e-5 * (1 + fabs(want)))
			fail_msg("%s: tensor %zu[%zu]: gradient %g, not %g",
				 what, i, k, got, want);
	}
	free(after);
}

static const struct net_rule plain = {
	.optimizer = OPTIMIZER_SGD, .rate = 1, .rate_decay = 1,
	.max_w2 = INFINITY, .fast_mode = true, .mini_batch = 1,
};

static void
check(const struct net_shape *shape, struct net_rule rule, const char *what)
{
	struct train_options options = {
		.row_block = 1, .seed = SEED, .weighted = weighted,
	};
	struct row_feed feed = { NULL, fetch };
	struct err e = { 0 };
	struct pool *pool = pool_new(1, &e);
	struct net *net = net_new(shape, &rule, 11, &e);
	struct trainer *t = trainer_new(net, pool, &options, &e);
	struct model m = { .shape = shape, .rule = &rule };
	size_t tensors = 2 * (shape->layers + 1), n, i;

	assert_non_null(t);
	for (i = 0; i < tensors; i++)
		*(i % 2 ? &m.b[i / 2] : &m.w[i / 2]) = tensor(net, i, &n);
	assert_int_equal(trainer_run(t, &feed, 0, 1, &e), 1);
	assert_int_equal(trainer_settle(t, &e), 0);
	for (i = 0; i < tensors; i++)
		compare(net, &m, i, what);
	for (i = 0; i < tensors; i++)
		free(i % 2 ? m.b[i / 2] : m.w[i / 2]);
	trainer_free(t);
	net_free(net);
	pool_free(pool);
}

static const size_t units[] = { 18, 33, 7 };
static const double half[] = { 0.5, 0.3, 0.5 };
static const struct {
	enum net_loss loss;
	double param;
	size_t outputs;
	float target;
} losses[] = {
	{ LOSS_CROSS_ENTROPY, 0, 3, 0 }, { LOSS_CROSS_ENTROPY, 0, 19, 0 },
	{ LOSS_SOFTMAX_QUADRATIC, 0, 4, 0 }, { LOSS_QUADRATIC, 0, 1, 0.7F },
	{ LOSS_ABSOLUTE, 0, 1, 0.7F }, { LOSS_ABSOLUTE, 0, 1, -9 },
	{ LOSS_HUBER, 1, 1, 0.2F }, { LOSS_HUBER, 1, 1, 9 },
	{ LOSS_HUBER, 1, 1, -9 }, { LOSS_QUANTILE, 0.3, 1, 9 },
	{ LOSS_QUANTILE, 0.3, 1, -9 }, { LOSS_POISSON, 0, 1, 2 },
	{ LOSS_GAMMA, 0, 1, 0.5F }, { LOSS_TWEEDIE, 1.5, 1, 1.3F },
};

static void
prepare(void)
{
	for (size_t i = 0; i < DENSE; i++)
		row_x[i] = i % 4 == 3 ? 0 : sinf((float)(3 * i + 1));
}

/* Every loss with every activation and number of layers. */
static void
check_all(struct net_rule rule, bool drops, const char *what)
{
	prepare();
	for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++)
		for (int a = 0; a < 4; a++)
			for (size_t layers = 0; layers <= 3; layers++) {
				struct net_shape s = {
					.sparse = layers % 2 ? 0 : SPARSE,
					.dense = DENSE, .layers = layers,
					.units = units,
					.outputs = losses[i].outputs,
					.activation = (enum activation)a,
					.loss = losses[i].loss,
					.loss_param = losses[i].param,
					.input_dropout = drops ? 0.2 : 0,
					.hidden_dropout = drops ? half : NULL,
				};
				char text[80];

				row_target = losses[i].target;
				snprintf(text, sizeof(text),
					 "%s: loss %d activation %d layers %zu",
					 what, (int)s.loss, a, layers);
				check(&s, rule, text);
			}
}

static void
test_losses(void **state)
{
	(void)state;
	check_all(plain, false, "plain");
}

static void
test_penalties_offset_weight(void **state)
{
	struct net_rule rule = plain;

	(void)state;
	rule.l1 = 0.01;
	rule.l2 = 0.1;
	rule.fast_mode = false;
	row_offset = -0.375F;
	row_weight = 3;
	check_all(rule, false, "penalties");
	weighted = true; /* the error of the row, not the penalties */
	row_weight = 2.5F;
	check_all(rule, false, "weighted");
	weighted = false;
	row_offset = 0;
	row_weight = 1;
}

static void
test_dropout(void **state)
{
	(void)state;
	row_offset = 0.25F;
	check_all(plain, true, "dropout");
	row_offset = 0;
}

static void
test_autoencoder(void **state)
{
	struct net_rule rule = plain;

	(void)state;
	prepare();
	rule.sparsity_beta = 0.5;
	rule.average_activation = 0.25;
	for (int v = 0; v < 3 * 2 * 7; v++) {
		struct net_shape s = {
			.sparse = SPARSE, .dense = DENSE, .layers = 2,
			.units = units, .outputs = INPUTS,
			.activation = (enum activation)(v % 3),
			.linear_output = v / 3 % 2,
			.loss = (enum net_loss)(LOSS_QUADRATIC + v / 6),
			.autoencoder = true,
		};

		s.loss_param = s.loss == LOSS_TWEEDIE ? 1.5 : 0.3;
		check(&s, plain, "autoencoder");
		check(&s, rule, "sparse autoencoder");
		s.input_dropout = 0.2;
		s.hidden_dropout = half;
		check(&s, rule, "autoencoder with dropout");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_penalties_offset_weight),
		cmocka_unit_test(test_dropout),
		cmocka_unit_test(test_autoencoder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
