/*
 * online_test.c - online training as a whole: the same bits for any number of
 * threads, any instruction set with FMA, any splitting of the run; dropout,
 * norms and divergence do what they say.
 */
#define _DEFAULT_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <dltools/net.h>
#include <dltools/rng.h>

#define DENSE 37
#define SPARSE 11
#define CLASSES 5

/* Row i: two sparse entries and numbers around a centre of its class. */
static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	float scale = *(const float *)ctx;
	uint32_t at = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t row = (uint64_t)first + i;
		struct rng_key key = rng_key(9, RNG_SHUFFLE);
		uint32_t label = rng_at(key, row, 0).w[0] % CLASSES;

		for (size_t c = 0; c < b->dense; c++)
			b->x[i * b->ld + c] = scale *
				(rng_unit_float(rng_at(key, row, c + 1).w[0]) -
				 0.5F + (c % CLASSES == label ? 1 : 0));
		b->start[i] = at;
		for (uint32_t u = 0; b->sparse && u < 2; u++) {
			b->index[at] = u * 5 + label;
			b->value[at++] = 1;
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
	size_t layers, sparse;
	double hidden_dropout, input_dropout, l1;
	bool sgd, momentum, slow, reproducible, hogwild;
	float max_w2, scale;
	double rate;
	unsigned threads;
	int64_t rows, piece; /* piece: rows of a call, 0 = all */
};

static const size_t units[] = { 70, 33, 100 };

static struct net *
build(const struct setup *s, struct err *e)
{
	const double ratios[] = { s->hidden_dropout, s->hidden_dropout,
				  s->hidden_dropout };
	struct net_shape shape = {
		.sparse = s->sparse, .dense = DENSE, .layers = s->layers,
		.units = units, .outputs = CLASSES,
		.activation = s->activation, .loss = LOSS_CROSS_ENTROPY,
		.classification = true, .input_dropout = s->input_dropout,
		.hidden_dropout = s->hidden_dropout > 0 ? ratios : NULL,
	};
	struct net_rule rule = {
		.optimizer = s->sgd ? OPTIMIZER_SGD : OPTIMIZER_ADADELTA,
		.rho = 0.99, .epsilon = 1e-8, .rate = s->rate,
		.rate_annealing = 1e-6, .rate_decay = 1,
		.momentum_start = s->momentum ? 0.5 : 0,
		.momentum_ramp = 1000, .momentum_stable = s->momentum ? 0.9 : 0,
		.nesterov = true, .l1 = s->l1, .max_w2 = s->max_w2,
		.fast_mode = !s->slow, .mini_batch = 1,
	};

	return net_new(&shape, &rule, 3, e);
}

static uint64_t
hash_of(const struct net *net)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < net_tensors(net); i++) {
		struct net_tensor info;
		uint32_t *v;

		net_tensor(net, i, &info);
		v = calloc(info.rows * info.columns, sizeof(*v));
		assert_non_null(v);
		net_get(net, i, (float *)v);
		for (size_t k = 0; k < info.rows * info.columns; k++)
			h = (h ^ v[k]) * 1099511628211u;
		free(v);
	}
	return h;
}

/* Through a second net if the run is in pieces, as a checkpoint does. */
static struct net *
copy_of(const struct setup *s, struct net *net, struct err *e)
{
	struct net *copy = build(s, e);

	for (size_t i = 0; i < net_tensors(net); i++) {
		struct net_tensor info;
		float *v;

		net_tensor(net, i, &info);
		v = calloc(info.rows * info.columns, sizeof(*v));
		assert_non_null(v);
		net_get(net, i, v);
		net_set(copy, i, v);
		free(v);
	}
	net_free(net);
	return copy;
}

static struct net *
train(const struct setup *s, struct err *e)
{
	struct train_options o = {
		.reproducible = s->reproducible, .seed = 4,
		.threading = s->hogwild ? THREADING_HOGWILD : THREADING_OWNER,
	};
	float scale = s->scale;
	struct row_feed feed = { &scale, fetch };
	struct pool *pool = pool_new(s->threads, e);
	struct net *net = build(s, e);
	int64_t at = 0, to;

	assert_non_null(net);
	while (at < s->rows) {
		struct trainer *t = trainer_new(net, pool, &o, e);

		assert_non_null(t);
		to = s->piece ? trainer_block_end(t, at + s->piece) : s->rows;
		if (to > s->rows)
			to = s->rows;
		if (trainer_run(t, &feed, at, to - at, e) < 0 ||
		    trainer_settle(t, e) < 0) {
			trainer_free(t);
			net_free(net);
			net = NULL;
			break;
		}
		trainer_free(t);
		at = to;
		if (s->piece)
			net = copy_of(s, net, e);
	}
	pool_free(pool);
	return net;
}

static uint64_t
bits(const struct setup *s)
{
	struct err e = { 0 };
	struct net *net = train(s, &e);
	uint64_t h;

	assert_non_null(net);
	assert_int_equal(net_check_stable(net, &e), 0);
	h = hash_of(net);
	net_free(net);
	return h;
}

/* In a process of its own, which takes its kernels from the environment. */
static uint64_t
bits_on(const char *isa, const struct setup *s)
{
	uint64_t h = 0;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		struct err e = { 0 };
		struct net *net;

		setenv("DLTOOLS_ISA", isa, 1);
		net = build(s, &e);
		if (net) { /* else this machine has it not */
			net_free(net);
			h = bits(s);
		}
		_exit(write(ends[1], &h, sizeof(h)) != sizeof(h));
	}
	assert_int_equal(read(ends[0], &h, sizeof(h)), sizeof(h));
	waitpid(child, &status, 0);
	close(ends[0]);
	close(ends[1]);
	return h;
}

static const struct setup setups[] = {
	{ .activation = ACTIVATION_RECTIFIER, .layers = 2, .l1 = 1e-5 },
	{ .activation = ACTIVATION_RECTIFIER, .layers = 3, .sparse = SPARSE,
	  .hidden_dropout = 0.5, .input_dropout = 0.2 },
	{ .activation = ACTIVATION_TANH, .layers = 2, .sparse = SPARSE,
	  .sgd = true, .rate = 0.01, .momentum = true, .slow = true },
	{ .activation = ACTIVATION_MAXOUT, .layers = 3, .max_w2 = 1,
	  .hidden_dropout = 0.3 },
	{ .activation = ACTIVATION_EXP_RECTIFIER, .layers = 1, .sgd = true,
	  .rate = 0.01, .max_w2 = 1, .sparse = SPARSE },
	{ .activation = ACTIVATION_RECTIFIER, .layers = 3, .sgd = true,
	  .rate = 0.01, .hidden_dropout = 0.3 },
	{ .activation = ACTIVATION_TANH, .layers = 0, .sparse = SPARSE,
	  .max_w2 = 1, .slow = true },
};

static void
complete(struct setup *s)
{
	s->scale = 1;
	s->rows = 1500;
	s->threads = 1;
	s->reproducible = true;
	if (s->max_w2 == 0)
		s->max_w2 = INFINITY;
}

static void
test_isas(void **state)
{
	static const char *const isas[] = { "avx512bf16", "avx512", "avx2",
					    "neon" };

	(void)state;
	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		struct setup s = setups[i];
		uint64_t first = 0, h;

		complete(&s);
		for (size_t k = 0; k < 4; k++) {
			h = bits_on(isas[k], &s);
			if (h == 0)
				continue;
			if (first == 0)
				first = h;
			assert_int_equal(h, first);
		}
	}
}

static void
test_threads_and_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++)
		for (int fast = 0; fast < 2; fast++) {
			struct setup s = setups[i];
			uint64_t one;

			complete(&s);
			s.reproducible = !fast;
			one = bits(&s);
			for (s.threads = 2; s.threads <= 5; s.threads++)
				assert_int_equal(bits(&s), one);
			s.threads = 2;
			s.piece = 217;
			assert_int_equal(bits(&s), one);
			s.hogwild = true;
			s.threads = 1;
			assert_int_equal(bits(&s), one);
		}
}

/* The classes are learned, by a team or by Hogwild. */
static void
test_learning(void **state)
{
	(void)state;
	for (size_t k = 0; k < 2 * sizeof(setups) / sizeof(setups[0]); k++) {
		struct setup s = setups[k / 2];
		struct err e = { 0 };
		struct net *net;
		struct forward *f;
		struct forward_scratch *scratch;
		struct batch b;
		float out[100 * 16];
		int wrong = 0;

		complete(&s);
		s.hogwild = k % 2;
		s.threads = 3;
		net = train(&s, &e);
		assert_non_null(net);
		f = forward_new(net, PRECISION_F32, &e);
		assert_non_null(f);
		scratch = forward_scratch_new(f, 100, &e);
		assert_non_null(scratch);
		assert_int_equal(batch_init(&b, 100, s.sparse, DENSE, 2, &e),
				 0);
		fetch(&s.scale, 1000000, 100, &b);
		forward_run(f, scratch, &b, out, 16);
		for (size_t r = 0; r < 100; r++)
			for (size_t c = 0; c < CLASSES; c++)
				if (out[r * 16 + c] >
				    out[r * 16 + (size_t)b.label[r]]) {
					wrong++;
					break;
				}
		assert_in_range(wrong, 0, 8);
		batch_release(&b);
		forward_scratch_free(scratch);
		forward_free(f);
		net_free(net);
	}
}

/* No row of weights is longer than max_w2 allows. */
static void
test_norms(void **state)
{
	struct setup s = setups[3];
	struct err e = { 0 };
	struct net *net;

	(void)state;
	complete(&s);
	s.max_w2 = 0.5F;
	net = train(&s, &e);
	assert_non_null(net);
	for (size_t i = 0; i <= 2 * s.layers; i += 2) {
		struct net_tensor info;
		float *v;

		net_tensor(net, i, &info);
		v = calloc(info.rows * info.columns, sizeof(*v));
		assert_non_null(v);
		net_get(net, i, v);
		for (size_t r = 0; r < info.rows; r++) {
			double sum = 0;

			for (size_t c = 0; c < info.columns; c++)
				sum += (double)v[r * info.columns + c] *
				       (double)v[r * info.columns + c];
			assert_true(sum <= 0.5 * (1 + 1e-5));
		}
		free(v);
	}
	net_free(net);
}

static void
test_divergence(void **state)
{
	struct setup s = { .activation = ACTIVATION_RECTIFIER, .layers = 2,
			   .sgd = true, .rate = 1e6 };
	struct err e = { 0 };

	(void)state;
	complete(&s);
	assert_null(train(&s, &e));
	assert_int_equal(e.code, ERR_NUMERIC);
	assert_non_null(strstr(e.msg, "layer "));
	assert_non_null(strstr(e.msg, "sample "));
}

/* NaN in either piece of a Maxout unit is found, not passed over. */
static void
test_nan_in_maxout(void **state)
{
	struct train_options o = { .threading = THREADING_OWNER };
	struct setup s = { .activation = ACTIVATION_MAXOUT, .layers = 1 };
	struct err e = { 0 };
	struct row_feed feed = { &s.scale, fetch };
	struct pool *pool = pool_new(1, &e);

	(void)state;
	complete(&s);
	for (size_t piece = 0; piece < 2; piece++) {
		struct net *net = build(&s, &e);
		struct net_tensor info;
		struct trainer *t;
		float *w;

		net_tensor(net, 0, &info);
		w = calloc(info.rows * info.columns, sizeof(*w));
		assert_non_null(w);
		net_get(net, 0, w);
		w[piece * info.columns] = NAN;
		net_set(net, 0, w);
		free(w);
		t = trainer_new(net, pool, &o, &e);
		assert_non_null(t);
		assert_int_equal(trainer_run(t, &feed, 0, 100, &e), -1);
		assert_int_equal(e.code, ERR_NUMERIC);
		trainer_free(t);
		net_free(net);
	}
	pool_free(pool);
}

static void
test_unknown_isa(void **state)
{
	struct setup s = setups[0];
	struct err e = { 0 };

	(void)state;
	complete(&s);
	setenv("DLTOOLS_ISA", "abacus", 1);
	assert_null(build(&s, &e));
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.msg, "'abacus'"));
	unsetenv("DLTOOLS_ISA");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_isas), /* first: before kernels */
		cmocka_unit_test(test_threads_and_pieces),
		cmocka_unit_test(test_learning),
		cmocka_unit_test(test_norms),
		cmocka_unit_test(test_divergence),
		cmocka_unit_test(test_nan_in_maxout),
		cmocka_unit_test(test_unknown_isa),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
