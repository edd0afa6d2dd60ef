/*
 * minibatch_bench.c - mini-batch training and scoring, rows a second beside the
 * machine's multiply-add peak, and the test error where data is given.
 *
 * usage: minibatch_bench [key=value]...
 *	train=FILE test=FILE	plain CSV of numbers, label last (else noise:
 *				speed only)
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

#include "dltools/net.h"
#include "dltools/rng.h"
#include "nn/minibatch.h"

#define CLASSES 10
#define MOST_COLUMNS 4096

struct data {
	float *x;
	int32_t *y;
	size_t rows, columns;
};

struct run {
	const char *train, *test, *optimizer, *schedule, *scale;
	size_t hidden[16], layers, batch;
	double rate, epochs, dropout, input_dropout, average, max_w2, l1;
	int row_masks, bf16, forward, lazy;
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

static void
die(const char *what)
{
	fprintf(stderr, "minibatch_bench: %s\n", what);
	exit(2);
}

static void
noise(struct data *d, size_t rows, size_t columns)
{
	d->rows = rows;
	d->columns = columns;
	d->x = malloc(rows * columns * sizeof(float));
	d->y = malloc(rows * sizeof(int32_t));
	for (size_t i = 0; i < rows * columns; i++)
		d->x[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
	for (size_t i = 0; i < rows; i++)
		d->y[i] = (int32_t)(i % CLASSES);
}

static void
read_csv(struct data *d, const char *file)
{
	static char line[1 << 16];
	FILE *f = fopen(file, "r");
	size_t room = 0;

	if (f == NULL)
		die(file);
	while (fgets(line, sizeof(line), f) != NULL) {
		float values[MOST_COLUMNS];
		char *p = line;
		size_t n = 0;

		do
			values[n++] = strtof(p + (*p == ','), &p);
		while (*p == ',' && n < MOST_COLUMNS);
		d->columns = n - 1;
		if (d->rows == room) {
			room = 2 * room + 1000;
			d->x = realloc(d->x, room * d->columns * sizeof(float));
			d->y = realloc(d->y, room * sizeof(int32_t));
		}
		memcpy(d->x + d->rows * d->columns, values,
		       d->columns * sizeof(float));
		d->y[d->rows++] = (int32_t)values[n - 1];
	}
	fclose(f);
}

/* Drops constant columns; standardizes, or divides by 255. */
static void
prepare(struct data *train, struct data *test, int standard)
{
	size_t kept = 0, columns = train->columns;
	double sub[MOST_COLUMNS], mul[MOST_COLUMNS];
	size_t from[MOST_COLUMNS];
	struct data *both[2] = { train, test };

	for (size_t j = 0; j < columns; j++) {
		double s = 0, q = 0, n = (double)train->rows;

		for (size_t i = 0; i < train->rows; i++) {
			double v = (double)train->x[i * columns + j];

			s += v;
			q += v * v;
		}
		q = (q - s * s / n) / (n - 1);
		if (q <= 0)
			continue;
		sub[kept] = standard ? s / n : 0;
		mul[kept] = standard ? 1 / sqrt(q) : 1 / 255.0;
		from[kept++] = j;
	}
	for (int b = 0; b < 2; b++) {
		struct data *d = both[b];

		for (size_t i = 0; i < d->rows; i++)
			for (size_t j = 0; j < kept; j++)
				d->x[i * kept + j] = (float)(((double)d->x[
					i * columns + from[j]] - sub[j]) *
					mul[j]);
		d->columns = kept;
	}
}

static void
fetch_row(const struct data *d, size_t r, size_t i, struct batch *b)
{
	memcpy(b->x + i * b->ld, d->x + r * d->columns,
	       d->columns * sizeof(float));
	b->label[i] = d->y[r];
	b->weight[i] = 1;
	b->start[i] = b->start[i + 1] = 0;
}

static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	const struct data *d = ctx;
	struct rng_key key = rng_key(5, RNG_SHUFFLE);

	b->rows = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = (uint64_t)first + i;
		uint64_t r = rng_permute(key, at / d->rows, at % d->rows,
					 d->rows);

		fetch_row(d, r, i, b);
	}
}

struct scoring {
	const struct forward *f;
	const struct data *d;
	struct forward_scratch *scratch[64];
	struct batch b[64];
	size_t wrong[64];
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
set(struct run *r, const char *key, const char *value)
{
	double v = atof(value);

	if (strcmp(key, "train") == 0)
		r->train = value;
	else if (strcmp(key, "test") == 0)
		r->test = value;
	else if (strcmp(key, "optimizer") == 0)
		r->optimizer = value;
	else if (strcmp(key, "schedule") == 0)
		r->schedule = value;
	else if (strcmp(key, "scale") == 0)
		r->scale = value;
	else if (strcmp(key, "batch") == 0)
		r->batch = (size_t)v;
	else if (strcmp(key, "rate") == 0)
		r->rate = v;
	else if (strcmp(key, "epochs") == 0)
		r->epochs = v;
	else if (strcmp(key, "dropout") == 0)
		r->dropout = v;
	else if (strcmp(key, "input_dropout") == 0)
		r->input_dropout = v;
	else if (strcmp(key, "average") == 0)
		r->average = v;
	else if (strcmp(key, "max_w2") == 0)
		r->max_w2 = v;
	else if (strcmp(key, "l1") == 0)
		r->l1 = v;
	else if (strcmp(key, "row_masks") == 0)
		r->row_masks = (int)v;
	else if (strcmp(key, "bf16") == 0)
		r->bf16 = (int)v;
	else if (strcmp(key, "forward") == 0)
		r->forward = (int)v;
	else if (strcmp(key, "threads") == 0)
		r->threads = (unsigned)v;
	else if (strcmp(key, "seed") == 0)
		r->seed = (uint64_t)v;
	else if (strcmp(key, "hidden") == 0)
		for (r->layers = 0; *value != '\0'; value += *value == ',')
			r->hidden[r->layers++] =
				(size_t)strtol(value, (char **)&value, 10);
	else
		die(key);
}

static struct net *
make_net(const struct run *r, size_t columns, size_t samples)
{
	double ratios[16];
	struct err e = { 0 };
	struct net_shape shape = {
		.dense = columns, .layers = r->layers, .units = r->hidden,
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
		.schedule_samples = r->epochs * (double)samples,
		.l1 = r->l1, .max_w2 = r->max_w2 > 0 ? (float)r->max_w2 :
			FLT_MAX,
		.fast_mode = true, .mini_batch = r->batch,
	};
	struct net *net;

	for (size_t i = 0; i < 16; i++)
		ratios[i] = r->dropout;
	net = net_new(&shape, &rule, r->seed, &e);
	if (net == NULL)
		die(e.msg);
	return net;
}

static void
train(const struct run *r, struct net *net, struct pool *pool,
      struct data *data, const struct data *test)
{
	struct err e = { 0 };
	struct train_options o = {
		.precision = r->bf16 ? PRECISION_BF16 : PRECISION_F32,
		.seed = r->seed, .row_masks = r->row_masks,
	};
	struct row_feed feed = { data, fetch };
	struct minibatch *mb = minibatch_new(net, pool, &o, &e);
	int64_t last = (int64_t)(r->epochs * (double)data->rows), at = 0;
	double seconds = 0, speed;

	if (mb == NULL)
		die(e.msg);
	while (at < last) {
		int64_t n = last - at < (int64_t)data->rows ?
			    last - at : (int64_t)data->rows;
		double t = now();

		if (minibatch_run(mb, &feed, at, n, &e) < 0)
			die(e.msg);
		seconds += now() - t;
		at += n;
		printf("samples %lld seconds %.2f speed %.0f test_error %.4f\n",
		       (long long)at, seconds, (double)at / seconds,
		       score(net, pool, test, 0, &speed));
		fflush(stdout);
	}
	minibatch_free(mb);
}

int
main(int argc, char **argv)
{
	struct run r = {
		.optimizer = "adam", .schedule = "constant", .batch = 128,
		.scale = "standard", .rate = 0.001, .epochs = 1, .threads = 2,
		.hidden = { 1024, 1024 }, .layers = 2, .seed = 1,
	};
	struct data data = { 0 }, test = { 0 };
	struct err e = { 0 };
	struct pool *pool;
	struct net *net;

	for (int i = 1; i < argc; i++) {
		char *equals = strchr(argv[i], '=');

		if (equals == NULL)
			die(argv[i]);
		*equals = '\0';
		set(&r, argv[i], equals + 1);
	}
	if (r.train != NULL && r.test != NULL) {
		read_csv(&data, r.train);
		read_csv(&test, r.test);
		prepare(&data, &test, strcmp(r.scale, "standard") == 0);
	} else {
		noise(&data, 20000, 717);
		noise(&test, 10000, 717);
	}
	pool = pool_new(r.threads, &e);
	net = make_net(&r, data.columns, data.rows);
	for (int i = 0; i < 5 && r.forward; i++) {
		double speed, error = score(net, pool, &test, r.bf16, &speed);

		printf("forward %.0f rows/s error %.4f\n", speed, error);
	}
	if (!r.forward)
		train(&r, net, pool, &data, &test);
	net_free(net);
	pool_free(pool);
	free(data.x);
	free(data.y);
	free(test.x);
	free(test.y);
	return 0;
}
