/*
 * minibatch_run_test.c - runs of mini-batches: the same bits for any number of
 * threads and however a run is cut, divergence, a request to stop, bf16.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain_net.h"

#define WIDE 70 /* sparse columns: several blocks of them */
#define ALL 100000

static const size_t wide[2] = { 70, 37 };

/* The table's rows with other entries, of all columns. */
static void
fetch_wide(void *ctx, int64_t first, size_t n, struct batch *b)
{
	uint32_t at = 0;

	fetch(ctx, first, n, b);
	for (size_t i = 0; i < n; i++) {
		uint32_t k = (uint32_t)((first + (int64_t)i) * 7 % 9);

		b->start[i] = at;
		for (; k < WIDE; k += 9) {
			b->index[at] = k;
			b->value[at++] = 0.3f + 0.1f * (float)(k % 5);
		}
		b->start[i + 1] = at;
	}
}

static struct net_rule
adam(size_t mini_batch)
{
	struct net_rule rule = sgd_rule(mini_batch);

	rule.optimizer = OPTIMIZER_ADAM;
	rule.rate = 0.01;
	rule.beta1 = 0.9;
	rule.beta2 = 0.999;
	rule.adam_epsilon = 1e-8;
	return rule;
}

/* All tensors, state too, one after the other; returns their length. */
static size_t
take_all(const struct net *net, float *out)
{
	size_t n = 0;

	for (size_t i = 0; i < net_tensors(net); i++) {
		struct net_tensor info;

		net_tensor(net, i, &info);
		assert_true(n + info.rows * info.columns <= ALL);
		net_get(net, i, out + n);
		n += info.rows * info.columns;
	}
	return n;
}

/* A net trained on `rows` rows in equal pieces, each by its own trainer. */
static size_t
train(const struct net_shape *s, const struct net_rule *rule,
      const struct train_options *o, unsigned threads, int64_t rows,
      int pieces, float *out)
{
	struct err e = { 0 };
	struct table t;
	struct row_feed feed = { &t, s->sparse == WIDE ? fetch_wide : fetch };
	struct pool *pool = pool_new(threads, &e);
	struct net *net = net_new(s, rule, 3, &e);
	size_t n;

	assert_non_null(net);
	fill(&t, s->sparse);
	for (int i = 0; i < pieces; i++) {
		struct trainer *mb = trainer_new(net, pool, o, &e);
		int64_t some = rows / pieces;

		assert_int_equal(trainer_run(mb, &feed, i * some, some, &e),
				 some);
		assert_int_equal(trainer_settle(mb, &e), 0);
		trainer_free(mb);
	}
	n = take_all(net, out);
	net_free(net);
	pool_free(pool);
	return n;
}

static float one[ALL], other[ALL];

static void
check_threads(const struct net_shape *s, const struct net_rule *rule,
	      bool row_masks)
{
	struct train_options o = { .precision = PRECISION_F32, .seed = 11,
				   .row_masks = row_masks };
	size_t n = train(s, rule, &o, 1, 700, 1, one);

	for (unsigned threads = 2; threads <= 5; threads++) {
		assert_int_equal(train(s, rule, &o, threads, 700, 1, other), n);
		assert_memory_equal(one, other, n * sizeof(*one));
	}
}

static void
test_threads(void **state)
{
	(void)state;
	for (int v = 0; v < 32; v++) {
		struct net_shape s = test_shape(v & 1 ? ACTIVATION_MAXOUT :
						ACTIVATION_RECTIFIER,
						LOSS_CROSS_ENTROPY, WIDE);
		struct net_rule rule = adam(v % 3 ? 17 : 300);

		s.units = wide;
		s.row_entries = 8;
		s.rest = v & 2 ? at_rest : NULL;
		s.hidden_dropout = v & 4 ? half : NULL;
		s.input_dropout = v & 8 ? 0.2 : 0;
		rule.fast_mode = !(v & 16);
		rule.max_w2 = 0.5f;
		rule.average_decay = v % 5 ? 0 : 0.9;
		check_threads(&s, &rule, v % 7 == 4);
	}
}

/* Every bias of a sparse autoencoder is stepped, whoever's unit is dropped. */
static void
test_sparse_autoencoder(void **state)
{
	static const size_t few[2] = { 18, 18 };
	static const double most[2] = { 0.9, 0.9 };
	struct net_shape s = test_shape(ACTIVATION_TANH, LOSS_QUADRATIC,
					SPARSE);
	struct net_rule rule = adam(7);

	(void)state;
	s.units = few;
	s.autoencoder = true;
	s.outputs = INPUTS;
	s.hidden_dropout = most;
	rule.sparsity_beta = 0.5;
	rule.average_activation = 0.25;
	check_threads(&s, &rule, false);
}

/* A run in two pieces that meet where a mini-batch ends is one run. */
static void
test_two_runs(void **state)
{
	struct train_options o = { .precision = PRECISION_F32, .seed = 11 };

	(void)state;
	for (int v = 0; v < 4; v++) {
		struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
						LOSS_CROSS_ENTROPY, SPARSE);
		struct net_rule rule = adam(7);
		size_t n;

		s.hidden_dropout = half;
		s.rest = v % 2 ? at_rest : NULL;
		rule.average_decay = v / 2 ? 0.9 : 0;
		n = train(&s, &rule, &o, 1, 140, 1, one);
		train(&s, &rule, &o, 1, 140, 2, other);
		assert_memory_equal(one, other, n * sizeof(*one));
	}
}

/* Nothing of a run that diverged gets into the net. */
static void
test_divergence(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_RECTIFIER, LOSS_QUADRATIC,
					0);
	struct net_rule rule = sgd_rule(4);
	struct train_options o = { .precision = PRECISION_F32 };
	struct err e = { 0 }, none = { 0 };
	struct pool *pool = pool_new(2, &e);
	struct table t;
	struct row_feed feed = { &t, fetch };
	struct net *net;
	struct trainer *mb;
	size_t n;

	(void)state;
	fill(&t, 0);
	rule.rate = 1e20;
	net = net_new(&s, &rule, 3, &e);
	n = take_all(net, one);
	mb = trainer_new(net, pool, &o, &e);
	assert_int_equal(trainer_run(mb, &feed, 0, 100, &e), -1);
	assert_int_equal(e.code, ERR_NUMERIC);
	assert_non_null(strstr(e.msg, "layer"));
	assert_int_equal(trainer_settle(mb, &none), 0);
	take_all(net, other);
	assert_memory_equal(one, other, n * sizeof(*one));
	trainer_free(mb);
	net_free(net);
	pool_free(pool);
}

static volatile sig_atomic_t stop;

#define STOP_AT 640 /* the first row of a mini-batch: thread 0's, who looks */

static void
fetch_and_stop(void *ctx, int64_t first, size_t n, struct batch *b)
{
	fetch(ctx, first, n, b);
	if (first <= STOP_AT && first + (int64_t)n > STOP_AT)
		stop = 1;
}

/* Asked to stop in a mini-batch, a run ends as if it had not begun. */
static void
test_stop(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_TANH, LOSS_CROSS_ENTROPY, 0);
	struct net_rule rule = sgd_rule(64);
	struct train_options o = { .stop = &stop };
	struct err e = { 0 };
	struct table t;
	struct row_feed feed = { &t, fetch_and_stop };

	(void)state;
	fill(&t, 0);
	for (unsigned threads = 1; threads <= 3; threads++) {
		struct pool *pool = pool_new(threads, &e);
		struct net *net = net_new(&s, &rule, 3, &e);
		struct trainer *mb = trainer_new(net, pool, &o, &e);
		size_t n;

		stop = 0;
		assert_int_equal(trainer_run(mb, &feed, 0, 1000, &e),
				 STOP_AT);
		assert_int_equal(trainer_settle(mb, &e), 0);
		trainer_free(mb);
		n = take_all(net, one);
		net_free(net);
		pool_free(pool);
		stop = 0;
		assert_int_equal(train(&s, &rule, &o, threads, STOP_AT, 1,
				       other), n);
		assert_memory_equal(one, other, n * sizeof(*one));
	}
}

/* Numbers rounded to bf16 give nearly the same net, and not the same. */
static void
test_bf16(void **state)
{
	struct train_options f32 = { .precision = PRECISION_F32, .seed = 11 };
	struct train_options bf16 = { .precision = PRECISION_BF16, .seed = 11 };

	(void)state;
	for (int v = 0; v < 4; v++) {
		struct net_shape s = test_shape(ACTIVATION_TANH,
						LOSS_CROSS_ENTROPY, SPARSE);
		struct net_rule rule = sgd_rule(7);
		size_t n;

		s.rest = v % 2 ? at_rest : NULL;
		s.hidden_dropout = v / 2 ? half : NULL;
		n = train(&s, &rule, &f32, 2, 140, 1, one);
		train(&s, &rule, &bf16, 2, 140, 1, other);
		assert_memory_not_equal(one, other, n * sizeof(*one));
		for (size_t i = 0; i < n; i++)
			assert_true(fabs((double)one[i] - (double)other[i]) <
				    1e-3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_sparse_autoencoder),
		cmocka_unit_test(test_two_runs),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_bf16),
	};

	return cmocka_run_group_tests_name("mini-batch runs", tests, NULL,
					   NULL);
}
