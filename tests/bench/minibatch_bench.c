/*
 * minibatch_bench.c - mini-batch training and scoring: rows a second, and for
 * one case the test error after each epoch.
 *
 * usage: minibatch_bench TRAIN TEST	a table of cases, as CSV
 *	  minibatch_bench key=value...	one case
 *	train=FILE test=FILE	plain CSV of numbers, label last
 *	hidden=1024,1024 batch=128 optimizer=adam|adadelta|sgd rate=0.001
 *	epochs=1 dropout=0 input_dropout=0 row_masks=0 bf16=0 threads=2
 *	schedule=constant|cosine|step average=0 scale=standard|pixel seed=1
 *	forward=0		1: scoring only
 */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench_data.h"

#define TABLE_ROWS 20000
#define THREADS 64

struct run {
	const char *train, *test, *optimizer, *schedule, *scale;
	size_t hidden[16], layers, batch;
	double rate, epochs, dropout, input_dropout, average;
	int row_masks, bf16, forward;
	unsigned threads;
	uint64_t seed;
};

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct scoring {
	const struct forward *f;
	const struct data *d;
	struct forward_scratch *scratch[THREADS];
	struct batch b[THREADS];
	size_t wrong[THREADS];
};

static void
score_part(void *arg, unsigned t, unsigned threads)
{
	struct scoring *s = arg;
	float out[128 * 16];

	s->wrong[t] = 0;
	for (size_t r = t * 128; r < s->d->rows; r += 128 * threads) {
		size_t n = s->d->rows - r < 128 ? s->d->rows - r : 128;

		s->b[t].rows = n;
		for (size_t i = 0; i < n; i++)
			fetch_row(s->d, r + i, i, &s->b[t]);
		forward_run(s->f, s->scratch[t], &s->b[t], out, 16);
		for (size_t i = 0; i < n; i++) {
			size_t best = 0;

			for (size_t k = 1; k < CLASSES; k++)
				if (out[i * 16 + k] > out[i * 16 + best])
					best = k;
			s->wrong[t] += (int32_t)best != s->b[t].label[i];
		}
	}
}

/* Share of wrong rows; *speed in rows a second. */
static double
score(const struct net *net, struct pool *pool, const struct data *d,
      int bf16, double *speed)
{
	struct err e = { 0 };
	struct scoring s = { .d = d };
	struct forward *f = forward_new(net, bf16 ? PRECISION_BF16 :
					PRECISION_F32, &e);
	double wrong = 0, t;

	if (f == NULL)
		die(e.msg);
	s.f = f;
	for (unsigned i = 0; i < pool_threads(pool); i++) {
		s.scratch[i] = forward_scratch_new(f, 128, &e);
		if (s.scratch[i] == NULL ||
		    batch_init(&s.b[i], 128, 0, d->columns, 0, &e) < 0)
			die(e.msg);
	}
	t = now();
	pool_run(pool, score_part, &s);
	*speed = (double)d->rows / (now() - t);
	for (unsigned i = 0; i < pool_threads(pool); i++) {
		wrong += (double)s.wrong[i];
		forward_scratch_free(s.scratch[i]);
		batch_release(&s.b[i]);
	}
	forward_free(f);
	return wrong / (double)d->rows;
}

static void
set_hidden(struct run *r, const char *value)
{
	char *end;

	for (r->layers = 0; *value != '\0' && r->layers < 16;
	     value = end + (*end == ','))
		r->hidden[r->layers++] = (size_t)strtol(value, &end, 10);
}

struct key {
	const char *key;
	const char **text;
	double *real;
	int *whole;
};

/* The entry of keys[n] with that name gets the value. */
static void
set_key(const struct key *keys, size_t n, const char *key, const char *value)
{
	size_t i = 0;

	while (i < n && strcmp(keys[i].key, key) != 0)
		i++;
	if (i == n)
		die(key);
	if (keys[i].text != NULL)
		*keys[i].text = value;
	if (keys[i].real != NULL)
		*keys[i].real = strtod(value, NULL);
	if (keys[i].whole != NULL)
		*keys[i].whole = atoi(value);
}

static void
set(struct run *r, const char *key, const char *value)
{
	double v, threads = r->threads;
	double batch = (double)r->batch, seed = (double)r->seed;
	const struct key keys[] = {
		{ "train", &r->train, NULL, NULL },
		{ "test", &r->test, NULL, NULL },
		{ "optimizer", &r->optimizer, NULL, NULL },
		{ "schedule", &r->schedule, NULL, NULL },
		{ "scale", &r->scale, NULL, NULL },
		{ "rate", NULL, &r->rate, NULL },
		{ "epochs", NULL, &r->epochs, NULL },
		{ "dropout", NULL, &r->dropout, NULL },
		{ "input_dropout", NULL, &r->input_dropout, NULL },
		{ "average", NULL, &r->average, NULL },
		{ "row_masks", NULL, NULL, &r->row_masks },
		{ "bf16", NULL, NULL, &r->bf16 },
		{ "forward", NULL, NULL, &r->forward },
		{ "threads", NULL, &threads, NULL },
		{ "batch", NULL, &batch, NULL },
		{ "seed", NULL, &seed, NULL },
		{ "hidden", NULL, &v, NULL },
	};

	set_key(keys, sizeof(keys) / sizeof(keys[0]), key, value);
	if (!(threads >= 1 && threads <= THREADS))
		die("threads");
	r->threads = (unsigned)threads;
	r->batch = (size_t)batch;
	r->seed = (uint64_t)seed;
	if (strcmp(key, "hidden") == 0)
		set_hidden(r, value);
}

static struct pool *
make_pool(const struct run *r)
{
	struct err e = { 0 };
	struct pool *pool = pool_new(r->threads, &e);

	if (pool == NULL)
		die(e.msg);
	return pool;
}

static struct net *
make_net(const struct run *r, const struct data *train)
{
	double ratios[16];
	struct err e = { 0 };
	struct net_shape shape = {
		.rest = train->has_rest ? train->rest : NULL,
		.dense = train->columns, .layers = r->layers,
		.units = r->hidden,
		.outputs = CLASSES, .activation = ACTIVATION_RECTIFIER,
		.loss = LOSS_CROSS_ENTROPY, .classification = true,
		.input_dropout = r->input_dropout,
		.hidden_dropout = r->dropout > 0 ? ratios : NULL,
		.initial_scale = 1,
	};
	struct net_rule rule = {
		.optimizer = strcmp(r->optimizer, "adam") == 0 ?
			OPTIMIZER_ADAM : strcmp(r->optimizer, "sgd") == 0 ?
			OPTIMIZER_SGD : OPTIMIZER_ADADELTA,
		.rho = 0.99, .epsilon = 1e-8, .rate = r->rate,
		.rate_decay = 1, .beta1 = 0.9, .beta2 = 0.999,
		.adam_epsilon = 1e-8, .average_decay = r->average,
		.schedule = strcmp(r->schedule, "cosine") == 0 ?
			SCHEDULE_COSINE : strcmp(r->schedule, "step") == 0 ?
			SCHEDULE_STEP : SCHEDULE_CONSTANT,
		.schedule_samples = r->epochs * (double)train->rows,
		.max_w2 = FLT_MAX, .fast_mode = true, .mini_batch = r->batch,
	};
	struct net *net;

	for (size_t i = 0; i < 16; i++)
		ratios[i] = r->dropout;
	if ((net = net_new(&shape, &rule, r->seed, &e)) == NULL)
		die(e.msg);
	return net;
}

static struct trainer *
make_trainer(const struct run *r, struct net *net, struct pool *pool)
{
	struct err e = { 0 };
	struct train_options o = {
		.precision = r->bf16 ? PRECISION_BF16 : PRECISION_F32,
		.seed = r->seed, .row_masks = r->row_masks,
	};
	struct trainer *t = trainer_new(net, pool, &o, &e);

	if (t == NULL)
		die(e.msg);
	return t;
}

/* Rows first .. first+n-1; returns seconds. */
static double
train_rows(struct trainer *t, struct data *data, int64_t first, int64_t n)
{
	struct err e = { 0 };
	struct row_feed feed = { data, fetch };
	double start = now();

	if (trainer_run(t, &feed, first, n, &e) < 0 ||
	    trainer_settle(t, &e) < 0)
		die(e.msg);
	return now() - start;
}

static void
train(const struct run *r, struct net *net, struct pool *pool,
      struct data *data, const struct data *test)
{
	struct trainer *t = make_trainer(r, net, pool);
	int64_t last = (int64_t)(r->epochs * (double)data->rows), at = 0;
	double seconds = 0, speed;

	while (at < last) {
		int64_t n = last - at < (int64_t)data->rows ?
			    last - at : (int64_t)data->rows;

		seconds += train_rows(t, data, at, n);
		at += n;
		printf("samples %lld seconds %.2f speed %.0f test_error %.4f\n",
		       (long long)at, seconds, (double)at / seconds,
		       score(net, pool, test, 0, &speed));
		fflush(stdout);
	}
	trainer_free(t);
}

static const struct run defaults = {
	.optimizer = "adam", .schedule = "constant", .batch = 128,
	.scale = "standard", .rate = 0.001, .epochs = 1, .threads = 2,
	.hidden = { 1024, 1024 }, .layers = 2, .seed = 1,
};

/* Operations of a row: 2 per weight forward; 6 in training, 4 in layer 1. */
static double
operations(const struct run *r, size_t columns)
{
	double total = 0, keep = 1 - r->dropout;
	double in = (double)columns * (1 - r->input_dropout);

	for (size_t l = 0; l <= r->layers; l++) {
		double out = l == r->layers ? CLASSES :
			     (double)r->hidden[l] * keep;

		total += in * out * (r->forward ? 2 : l == 0 ? 4 : 6);
		in = out;
	}
	return total;
}

/*
 * Bytes of a row: weights and two states, read and written once a mini-batch;
 * scoring reads the weights once for 128 rows.
 */
static double
bytes(const struct run *r, size_t columns)
{
	double total = 0, in = (double)columns;

	for (size_t l = 0; l <= r->layers; l++) {
		double out = l == r->layers ? CLASSES : (double)r->hidden[l];

		total += in * out;
		in = out;
	}
	return total * (r->forward ? 4.0 / 128 : 24.0 / (double)r->batch);
}

static double
run_case(const struct run *r, struct data *data)
{
	struct pool *pool = make_pool(r);
	struct net *net = make_net(r, data);
	struct trainer *t = make_trainer(r, net, pool);
	int64_t n = (int64_t)data->rows;
	double best = 0;

	for (int i = 0; i < 3; i++) {
		double speed;

		if (r->forward)
			score(net, pool, data, r->bf16, &speed);
		else
			speed = (double)n / train_rows(t, data, i * n, n);
		if (speed > best)
			best = speed;
	}
	trainer_free(t);
	net_free(net);
	pool_free(pool);
	return best;
}

/* The best of three passes each; threads 1 and 2, f32 and bf16. */
static void
table(const char *train, const char *test)
{
	struct data data = { 0 }, other = { 0 };

	read_csv(&data, train);
	read_csv(&other, test);
	prepare(&data, &other, 1);
	if (data.rows > TABLE_ROWS)
		data.rows = TABLE_ROWS;
	puts("work,batch,precision,threads,rows/s,GFLOP/s,bytes a row");
	for (int i = 0; i < 16; i++) {
		static const char *const work[] = {
			"1024x1024", "1024x1024", "record net with dropout",
			"score 1024x1024" };
		struct run r = defaults;
		double speed;

		r.batch = i / 4 == 1 ? 32 : 128;
		r.bf16 = i / 2 % 2;
		r.threads = i % 2 ? 2 : 1;
		r.forward = i / 4 == 3;
		if (i / 4 == 2) {
			r.hidden[2] = 2048;
			r.layers = 3;
			r.dropout = 0.5;
			r.input_dropout = 0.2;
		}
		speed = run_case(&r, &data);
		printf("%s,%zu,%s,%u,%.0f,%.0f,%.0f\n", work[i / 4], r.batch,
		       r.bf16 ? "bf16" : "f32", r.threads, speed,
		       1e-9 * speed * operations(&r, data.columns),
		       bytes(&r, data.columns));
		fflush(stdout);
	}
	free(data.x);
	free(data.y);
	free(other.x);
	free(other.y);
}

static void
one_case(struct run *r)
{
	struct data data = { 0 }, test = { 0 };
	struct pool *pool;
	struct net *net;

	if (r->train == NULL || r->test == NULL)
		die("train= and test= are needed");
	read_csv(&data, r->train);
	read_csv(&test, r->test);
	prepare(&data, &test, strcmp(r->scale, "standard") == 0);
	pool = make_pool(r);
	net = make_net(r, &data);
	for (int i = 0; i < 5 && r->forward; i++) {
		double speed, error = score(net, pool, &test, r->bf16, &speed);

		printf("forward %.0f rows/s error %.4f\n", speed, error);
	}
	if (!r->forward)
		train(r, net, pool, &data, &test);
	net_free(net);
	pool_free(pool);
	free(data.x);
	free(data.y);
	free(test.x);
	free(test.y);
}

int
main(int argc, char **argv)
{
	struct run r = defaults;

	if (argc == 3 && strchr(argv[1], '=') == NULL) {
		table(argv[1], argv[2]);
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals == NULL)
			die(argv[i]);
		*equals = '\0';
		set(&r, argv[i], equals + 1);
	}
	one_case(&r);
	return 0;
}
