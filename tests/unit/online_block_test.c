/*
 * online_block_test.c - how many rows are trained at once if nobody says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include <dltools/net.h>

#define LEN(a) (sizeof(a) / sizeof(*(a)))

static const size_t units[] = { 1024, 1024, 1024 };
static const double halves[] = { 0.5, 0.5, 0.5 };

/* Most rows of a block that is trained at once. */
static size_t
most_rows(const struct net_shape *shape, const struct net_rule *rule)
{
	struct train_options options = { .row_block = 0 };
	struct trainer_facts facts;
	struct err e = { 0 };
	struct pool *pool = pool_new(1, &e);
	struct net *net = net_new(shape, rule, 3, &e);
	struct trainer *t = trainer_new(net, pool, &options, &e);

	assert_non_null(t);
	trainer_facts(t, &facts);
	trainer_free(t);
	net_free(net);
	pool_free(pool);
	return facts.row_block;
}

static size_t
block_of(bool classification, bool autoencoder)
{
	const struct net_shape shape = {
		.dense = 3, .layers = 1, .units = units, .outputs = 3,
		.activation = ACTIVATION_TANH,
		.loss = classification ? LOSS_CROSS_ENTROPY : LOSS_QUADRATIC,
		.classification = classification, .autoencoder = autoencoder,
	};
	const struct net_rule rule = { .rho = 0.99, .epsilon = 1e-8,
				       .mini_batch = 1 };

	return most_rows(&shape, &rule);
}

/* Stale errors of numbers, unlike those of classes, do harm. */
static void
test_blocks(void **state)
{
	(void)state;
	assert_int_equal(block_of(false, false), 4);
	assert_int_equal(block_of(true, false), 16);
	assert_int_equal(block_of(false, true), 16);
}

static const struct {
	enum activation activation;
	size_t layers;
	double rate; /* 0: ADADELTA */
	bool dropout;
	size_t want;
} cases[] = {
	{ ACTIVATION_RECTIFIER, 3, 0, false, 16 },
	{ ACTIVATION_RECTIFIER, 0, 0.02, false, 16 },
	{ ACTIVATION_RECTIFIER, 1, 0.02, false, 16 },
	{ ACTIVATION_RECTIFIER, 2, 0.001, false, 16 },
	{ ACTIVATION_RECTIFIER, 2, 0.005, false, 8 },
	{ ACTIVATION_RECTIFIER, 2, 0.005, true, 16 },
	{ ACTIVATION_RECTIFIER, 3, 0.005, false, 4 },
	{ ACTIVATION_RECTIFIER, 3, 0.02, false, 2 },
	{ ACTIVATION_EXP_RECTIFIER, 3, 0.02, false, 2 },
	{ ACTIVATION_TANH, 3, 0.02, false, 16 },
	{ ACTIVATION_MAXOUT, 1, 0.001, false, 4 },
	{ ACTIVATION_MAXOUT, 2, 0.005, false, 2 },
	{ ACTIVATION_MAXOUT, 2, 0, false, 16 },
	{ ACTIVATION_MAXOUT, 3, 0, false, 2 },
	{ ACTIVATION_MAXOUT, 3, 0, true, 16 },
};

/* Nets that were seen to diverge, or not to, with larger ones. */
static void
test_stable_blocks(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		const struct net_shape shape = {
			.dense = 3, .layers = cases[i].layers, .units = units,
			.outputs = 3, .activation = cases[i].activation,
			.loss = LOSS_CROSS_ENTROPY, .classification = true,
			.hidden_dropout = cases[i].dropout ? halves : NULL,
		};
		const struct net_rule rule = {
			.optimizer = cases[i].rate > 0 ? OPTIMIZER_SGD :
							 OPTIMIZER_ADADELTA,
			.rho = 0.99, .epsilon = 1e-8, .rate = cases[i].rate,
			.mini_batch = 1,
		};
		size_t got = most_rows(&shape, &rule);

		if (got != cases[i].want)
			fail_msg("case %zu: %zu rows, not %zu", i, got,
				 cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_stable_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
