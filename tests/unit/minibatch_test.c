/*
 * minibatch_test.c - gradients of mini-batches against finite differences, for
 * every activation and loss, with and without dropout; equal bits for any
 * number of threads; the forward pass against plain loops.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dltools/rng.h"
#include "nn/minibatch.h"

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

static void
fill(struct table *t, size_t sparse)
{
	size_t n = 0;

	t->sparse = sparse;
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = 0; j < DENSE; j++)
			t->x[i][j] = 2 * noise(n++) - 1;
		for (size_t j = 0; j < ENTRIES; j++) {
			t->index[i][j] = (uint32_t)(3 * j + i % 3);
			t->value[i][j] = j == 0 ? 1 : noise(n++) + 0.5f;
		}
		t->label[i] = (int32_t)(i * 5 % 3);
		t->target[i] = 3 * noise(n++);
	}
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
		b->weight[i] = 1;
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
	       rng_unit_float(r.w[unit % 4]) >= (float)ratio;
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
		p->value[l][u] = is_output && !s->autoencoder ? net[0] :
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

static void
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

/* The function whose derivative the table of gradients gives. */
static double
unit_loss(const struct net_shape *s, double f, double t)
{
	double q = s->loss_param, d = f - t;

	switch (s->loss) {
	case LOSS_ABSOLUTE:
		return fabs(d);
	case LOSS_HUBER:
		return fabs(d) <= q ? d * d : 2 * q * fabs(d) - q * q;
	case LOSS_QUANTILE:
		return t > f ? q * (t - f) : (1 - q) * (f - t);
	case LOSS_POISSON:
		return 2 * (exp(f) - t * f);
	case LOSS_GAMMA:
		return 2 * (f + t * exp(-f));
	case LOSS_TWEEDIE:
		return 2 * (exp(f * (2 - q)) / (2 - q) -
			    t * exp(f * (1 - q)) / (1 - q));
	default:
		return d * d;
	}
}

static double
row_loss(struct plain *p, size_t row)
{
	const struct net_shape *s = p->shape;
	double *f = p->value[s->layers + 1], sum = 0, e = 0, in[INPUTS];
	int32_t label = p->table->label[row];

	plain_forward(p, row);
	if (s->autoencoder) {
		plain_input(p, row, in);
		for (size_t k = 0; k < s->outputs; k++)
			e += unit_loss(s, f[k], in[k]);
		return e;
	}
	if (s->loss != LOSS_CROSS_ENTROPY && s->loss != LOSS_SOFTMAX_QUADRATIC)
		return unit_loss(s, f[0] + (row % 2 ? 0.25 : 0),
				 (double)p->table->target[row]);
	for (size_t k = 0; k < s->outputs; k++)
		sum += exp(f[k]);
	if (s->loss == LOSS_CROSS_ENTROPY)
		return log(sum) - f[label];
	for (size_t k = 0; k < s->outputs; k++) {
		double d = exp(f[k]) / sum - ((int32_t)k == label ? 1 : 0);

		e += d * d / 2;
	}
	return e;
}

static double
mean_loss(struct plain *p, size_t rows)
{
	double sum = 0;

	for (size_t i = 0; i < rows; i++)
		sum += row_loss(p, i);
	return sum / (double)rows;
}

static void
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

/* ---- checks ------------------------------------------------------------ */

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

static void
run_net(struct net *net, bool row_masks, unsigned threads, int64_t rows,
	struct table *t)
{
	struct err e = { 0 };
	struct train_options o = {
		.precision = PRECISION_F32, .seed = 11, .row_masks = row_masks,
	};
	struct row_feed feed = { t, fetch };
	struct pool *pool = pool_new(threads, &e);
	struct minibatch *mb = minibatch_new(net, pool, &o, &e);

	assert_non_null(mb);
	assert_int_equal(minibatch_run(mb, &feed, 0, rows, &e), rows);
	minibatch_free(mb);
	pool_free(pool);
}

/* One SGD step moves each weight by rate times the mean gradient. */
static void
check_gradient(const struct net_shape *shape, bool row_masks)
{
	static struct plain p, after;
	struct net_rule rule = sgd_rule(ROWS);
	struct err e = { 0 };
	struct table t;
	struct net *net = net_new(shape, &rule, 3, &e);

	assert_non_null(net);
	fill(&t, shape->sparse);
	p = (struct plain){ .shape = shape, .table = &t, .seed = 11,
			    .row_masks = row_masks, .is_training = true };
	plain_take(&p, net);
	run_net(net, row_masks, 1, ROWS, &t);
	after = p;
	plain_take(&after, net);
	for (size_t i = 0; i < p.start[2 * (shape->layers + 1)]; i++) {
		double w = p.w[i], h = 1e-6, up, down, g, ours;

		p.w[i] = w + h;
		up = mean_loss(&p, ROWS);
		p.w[i] = w - h;
		down = mean_loss(&p, ROWS);
		p.w[i] = w;
		g = (up - down) / (2 * h);
		ours = (w - after.w[i]) / RATE;
		if (!(fabs(g - ours) < 5e-5 * (1 + fabs(g))))
			fail_msg("activation %d loss %d parameter %zu: %g, "
				 "difference quotient %g", shape->activation,
				 shape->loss, i, ours, g);
	}
	net_free(net);
}

static void
test_gradients(void **state)
{
	(void)state;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_SOFTMAX_QUADRATIC;
		     l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, l % 2 ? SPARSE : 0);

			check_gradient(&s, false);
			s.input_dropout = 0.2;
			s.hidden_dropout = half;
			check_gradient(&s, false);
			check_gradient(&s, true);
		}
}

static void
test_autoencoder(void **state)
{
	static const int activations[] = { ACTIVATION_TANH,
					   ACTIVATION_RECTIFIER,
					   ACTIVATION_EXP_RECTIFIER };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct net_shape s = test_shape(
			(enum activation)activations[i], LOSS_QUADRATIC,
			SPARSE);

		s.autoencoder = true;
		s.outputs = INPUTS;
		check_gradient(&s, false);
		s.input_dropout = 0.2;
		check_gradient(&s, false);
		check_gradient(&s, true);
	}
}

/* No hidden layer: softmax regression. */
static void
test_no_hidden_layer(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
					LOSS_CROSS_ENTROPY, SPARSE);

	(void)state;
	s.layers = 0;
	check_gradient(&s, false);
}

static void
trained(struct net_rule rule, const struct net_shape *s, unsigned threads,
	bool row_masks, float *out)
{
	struct err e = { 0 };
	struct net *net = net_new(s, &rule, 3, &e);
	struct table t;

	assert_non_null(net);
	fill(&t, s->sparse);
	run_net(net, row_masks, threads, 3 * ROWS + 5, &t);
	net_get(net, 2, out);
	net_free(net);
}

static void
test_threads(void **state)
{
	static const size_t wide[2] = { 70, 37 };
	static float one[37 * 70], many[37 * 70];
	static const unsigned threads[] = { 2, 3, 4 };

	(void)state;
	for (int variant = 0; variant < 12; variant++) {
		struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
						LOSS_CROSS_ENTROPY, SPARSE);
		struct net_rule rule = sgd_rule(7);

		s.units = wide;
		if (variant % 3 > 0)
			s.hidden_dropout = half;
		rule.optimizer = (enum net_optimizer)(variant / 4);
		rule.rho = 0.99;
		rule.epsilon = 1e-8;
		rule.beta1 = 0.9;
		rule.beta2 = 0.999;
		rule.adam_epsilon = 1e-8;
		rule.average_decay = variant % 2 ? 0.9 : 0;
		rule.max_w2 = 2;
		trained(rule, &s, 1, variant % 3 > 1, one);
		for (size_t i = 0; i < 3; i++) {
			trained(rule, &s, threads[i], variant % 3 > 1, many);
			assert_memory_equal(one, many, sizeof(one));
		}
	}
}

/* Scores of all rows at once and of each row alone, against plain loops. */
static void
check_forward(const struct net_shape *s)
{
	static struct plain p;
	struct net_rule rule = sgd_rule(1);
	struct err e = { 0 };
	struct table t;
	struct net *net = net_new(s, &rule, 3, &e);
	struct forward *f = forward_new(net, PRECISION_F32, &e);
	struct forward_scratch *scratch = forward_scratch_new(f, ROWS, &e);
	struct batch b;
	float all[ROWS][3], alone[3], hidden[ROWS][6];

	assert_non_null(scratch);
	assert_int_equal(batch_init(&b, ROWS, s->sparse, DENSE, ENTRIES, &e),
			 0);
	fill(&t, s->sparse);
	p = (struct plain){ .shape = s, .table = &t };
	plain_take(&p, net);
	fetch(&t, 0, ROWS, &b);
	forward_run(f, scratch, &b, all[0], 3);
	forward_hidden(f, scratch, &b, 2, hidden[0], 6);
	for (size_t i = 0; i < ROWS; i++) {
		fetch(&t, (int64_t)i, 1, &b);
		b.offset[0] = i % 2 ? 0.25f : 0;
		forward_run(f, scratch, &b, alone, 3);
		assert_memory_equal(alone, all[i],
				    s->outputs * sizeof(float));
		plain_forward(&p, i);
		for (size_t j = 0; j < 6; j++)
			assert_true(fabs((double)hidden[i][j] -
					 p.value[2][j]) < 1e-5);
		if (s->outputs == 1)
			assert_true(fabs((double)alone[0] - p.value[3][0] -
					 (i % 2 ? 0.25 : 0)) < 1e-5);
	}
	batch_release(&b);
	forward_scratch_free(scratch);
	forward_free(f);
	net_free(net);
}

static void
test_forward(void **state)
{
	(void)state;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_QUADRATIC; l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, a % 2 ? SPARSE : 0);

			check_forward(&s);
			s.hidden_dropout = half;
			check_forward(&s);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_autoencoder),
		cmocka_unit_test(test_no_hidden_layer),
		cmocka_unit_test(test_threads),
	};

	return cmocka_run_group_tests_name("minibatch", tests, NULL, NULL);
}
