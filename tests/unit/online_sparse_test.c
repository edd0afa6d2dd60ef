/*
 * online_sparse_test.c - inputs as entries or as dense numbers: the same net
 * after the same rows, under every rule, whoever trains.
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

#include <dltools/net.h>
#include <dltools/rng.h>

#include "kern/kern.h"

#define INPUTS 150
#define CLASSES 5
#define TRAINED 400

/* Input c of a row: one in ten is not zero. */
static float
cell(uint64_t row, size_t c, uint32_t label)
{
	struct rng_words w = rng_at(rng_key(9, RNG_SHUFFLE), row, c + 1);

	return w.w[0] % (c % CLASSES == label ? 5 : 15) ? 0
		: rng_unit_float(w.w[1]) + 0.25F;
}

/* As entries or as dense numbers, as the batch wants them. */
static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	uint32_t at = 0;

	(void)ctx;
	b->start[0] = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t row = (uint64_t)first + i;
		uint32_t label = rng_at(rng_key(9, RNG_SHUFFLE), row, 0).w[0] %
				 CLASSES;

		for (size_t c = 0; c < INPUTS; c++) {
			float x = cell(row, c, label);

			if (b->dense) {
				b->x[i * b->ld + c] = x;
			} else if (x != 0) {
				b->index[at] = (uint32_t)c;
				b->value[at++] = x;
			}
		}
		b->start[i + 1] = at;
		b->label[i] = (int32_t)label;
		b->target[i] = (float)label;
		b->weight[i] = 1;
		b->offset[i] = 0;
	}
	b->rows = n;
}

struct setup {
	enum activation activation;
	size_t layers;
	enum net_optimizer optimizer;
	bool momentum, nesterov, slow;
	double l1, l2;
	float max_w2;
	enum net_threading threading;
	size_t block;
};

static struct net *
trained(const struct setup *s, bool sparse, unsigned threads)
{
	static const size_t units[] = { 40, 20 };
	struct net_shape shape = {
		.sparse = sparse ? INPUTS : 0, .dense = sparse ? 0 : INPUTS,
		.layers = s->layers, .units = units, .outputs = CLASSES,
		.activation = s->activation, .loss = LOSS_CROSS_ENTROPY,
		.classification = true,
	};
	struct net_rule rule = {
		.optimizer = s->optimizer, .rho = 0.99, .epsilon = 1e-8,
		.rate = 0.01, .rate_annealing = 1e-6, .rate_decay = 1,
		.momentum_start = s->momentum ? 0.5 : 0, .momentum_ramp = 100,
		.momentum_stable = s->momentum ? 0.6 : 0,
		.nesterov = s->nesterov, .l1 = s->l1, .l2 = s->l2,
		.max_w2 = s->max_w2, .fast_mode = !s->slow, .mini_batch = 1,
	};
	struct train_options o = {
		.threading = s->threading, .precision = PRECISION_F32,
		.row_block = s->block, .reproducible = true, .seed = 4,
	};
	struct row_feed feed = { NULL, fetch };
	struct err e = { 0 };
	struct pool *pool = pool_new(threads, &e);
	struct net *net = net_new(&shape, &rule, 3, &e);
	struct trainer *t;

	assert_non_null(net);
	t = trainer_new(net, pool, &o, &e);
	assert_non_null(t);
	assert_int_equal(trainer_run(t, &feed, 0, TRAINED, &e), TRAINED);
	assert_int_equal(trainer_settle(t, &e), 0);
	trainer_free(t);
	pool_free(pool);
	return net;
}

/* Largest difference of a weight or bias, relative to the largest weight. */
static double
distance(const struct net *a, const struct net *b)
{
	double most = 0, apart = 0;

	for (size_t i = 0; i < net_tensors(a); i++) {
		struct net_tensor info;
		float *x, *y;
		size_t n;

		net_tensor(a, i, &info);
		if (info.is_state)
			continue;
		n = info.rows * info.columns;
		x = calloc(n, sizeof(*x));
		y = calloc(n, sizeof(*y));
		net_get(a, i, x);
		net_get(b, i, y);
		for (size_t k = 0; k < n; k++) {
			most = fmax(most, fabs((double)x[k]));
			apart = fmax(apart, fabs((double)x[k] - (double)y[k]));
		}
		free(x);
		free(y);
	}
	return apart / most;
}

static const struct setup setups[] = {
	{ .layers = 2 },
	{ .layers = 0 },
	{ .layers = 2, .activation = ACTIVATION_TANH, .slow = true },
	{ .layers = 1, .activation = ACTIVATION_MAXOUT, .l1 = 1e-4 },
	{ .layers = 1, .l2 = 1e-3, .slow = true },
	{ .layers = 2, .optimizer = OPTIMIZER_SGD },
	{ .layers = 1, .optimizer = OPTIMIZER_SGD, .l1 = 1e-4, .slow = true },
	{ .layers = 1, .optimizer = OPTIMIZER_SGD, .momentum = true },
	{ .layers = 2, .optimizer = OPTIMIZER_SGD, .momentum = true,
	  .slow = true, .nesterov = true },
	{ .layers = 2, .activation = ACTIVATION_TANH, .max_w2 = 1 },
	{ .layers = 1, .activation = ACTIVATION_MAXOUT,
	  .optimizer = OPTIMIZER_SGD, .momentum = true, .slow = true,
	  .max_w2 = 0.3F },
};

static void
test_entries_or_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(setups) / sizeof(*setups); i++)
		for (size_t block = 1; block <= 16; block *= 16) {
			struct setup s = setups[i];
			struct net *sparse, *dense;
			double apart;

			if (s.max_w2 == 0)
				s.max_w2 = FLT_MAX;
			s.threading = THREADING_OWNER;
			s.block = block;
			sparse = trained(&s, true, 2);
			dense = trained(&s, false, 1);
			apart = distance(sparse, dense);
			if (!(apart < 2e-4))
				fail_msg("setup %zu, block %zu: %g", i, block,
					 apart);
			net_free(sparse);
			net_free(dense);
		}
}

/* One member alone is exact online training by copies. */
static void
test_hogwild(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(setups) / sizeof(*setups); i++) {
		struct setup s = setups[i];
		struct net *owner, *hogwild;

		if (s.max_w2 == 0)
			s.max_w2 = FLT_MAX;
		s.block = 8;
		s.threading = THREADING_OWNER;
		owner = trained(&s, true, 1);
		s.threading = THREADING_HOGWILD;
		hogwild = trained(&s, true, 1);
		assert_true(distance(owner, hogwild) < 1e-6);
		net_free(owner);
		net_free(hogwild);
	}
}

/* ---- kernels --------------------------------------------------------- */

#define LD 80

static void
check_gather(const struct kern *kern, size_t n, size_t entries)
{
	static float w[30 * LD];
	uint32_t index[20];
	float value[20], got[LD], want[LD];
	struct gather k = { .w = w, .ld = LD, .index = index, .value = value,
			    .entries = entries, .y = got, .n = n };

	for (size_t i = 0; i < 30 * LD; i++)
		w[i] = (float)(i * 37 % 101) / 50 - 1;
	for (size_t i = 0; i < LD; i++)
		got[i] = want[i] = (float)i;
	for (size_t i = 0; i < 20; i++) {
		index[i] = (uint32_t)(i * 7 % 30);
		value[i] = (float)i / 4 - 2;
	}
	kern->gather(&k);
	k.y = want;
	gather_ref(&k);
	for (size_t i = 0; i < LD; i++)
		assert_true(fabsf(got[i] - want[i]) <= 1e-5F * 100);
	assert_true(n == LD || got[n] == (float)n);
}

/* Rows by a list: what a sweep over a copy of them does. */
static void
check_listed(const struct kern *kern, enum sweep_rule rule)
{
	static const uint32_t list[] = { 4, 0, 9, 2, 6, 1 };
	float w[10 * LD], a[10 * LD], b[10 * LD], x[4 * LD], s[24];
	float row[6][LD], rate[4] = { 0.1F, 0.1F, 0.1F, 0.1F };
	float squares[6][16] = { { 0 } }, alone[6][16] = { { 0 } };
	struct sweep k = {
		.rule = rule, .root = ROOT_FMA, .rows = 6, .columns = 48,
		.ld = LD, .n = 4, .row = list, .w = w, .a = a, .b = b, .s = s,
		.s_row = 4, .s_sample = 1, .x = x, .x_ld = LD, .rho = 0.99F,
		.epsilon = 1e-6F, .rate = rate, .momentum = rate,
		.w_squares = squares[0],
	};

	for (size_t i = 0; i < 10 * LD; i++) {
		w[i] = (float)(i % 17) - 8;
		a[i] = b[i] = 0.5F;
	}
	for (size_t i = 0; i < 4 * LD; i++)
		x[i] = i % 3 ? (float)(i % 11) / 8 : 0;
	for (size_t i = 0; i < 24; i++)
		s[i] = i % 4 == 1 ? 0 : (float)i / 8;
	for (size_t r = 0; r < 6; r++) {
		struct sweep one = k;
		float h[LD], y[LD];

		one.row = NULL;
		one.rows = 1;
		one.w = memcpy(row[r], w + list[r] * LD, sizeof(row[r]));
		one.a = memcpy(h, a, sizeof(h));
		one.b = memcpy(y, b, sizeof(y));
		one.w_squares = alone[r];
		one.s += r * k.s_row;
		kern->sweep_update(&one);
	}
	kern->sweep_update(&k);
	for (size_t r = 0; r < 6; r++)
		assert_memory_equal(row[r], w + list[r] * LD, sizeof(row[r]));
	assert_memory_equal(squares, alone, sizeof(alone));
	assert_true(w[3 * LD] == (float)(3 * LD % 17) - 8);
}

static void
test_kernels(void **state)
{
	static const size_t n[] = { 1, 15, 16, 33, 64, 80 };

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		if (!kern)
			continue; /* not on this machine */
		for (size_t i = 0; i < 6 * 3; i++)
			check_gather(kern, n[i % 6], i / 6 * 10);
		for (int r = SWEEP_ADADELTA; r <= SWEEP_NESTEROV; r++)
			check_listed(kern, (enum sweep_rule)r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries_or_numbers),
		cmocka_unit_test(test_hogwild),
		cmocka_unit_test(test_kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
