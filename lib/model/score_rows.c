/*
 * score_rows.c - metrics of rows in memory: the scoring events of training.
 *
 * The forward passes run in parallel into a buffer of outputs; the metrics are
 * then added row after row, which costs a tenth of a microsecond each and makes
 * them independent of the threads.
 */
#include <dltools/score_rows.h>

#include <math.h>
#include <stdatomic.h>

#include <dltools/mem.h>

#include "model/model_int.h"
#include "model/reconstruct.h"
#include "model/shuffle.h"

#define BLOCK 128
#define AHEAD 8 /* rows */
#define BUFFER_BYTES ((size_t)8 << 20)

struct job {
	const struct score_source *s;
	const struct shuffle *shuffle; /* or NULL */
	const int64_t *index; /* NULL: first + i */
	int64_t first;
	size_t n, outputs;
	float *out;      /* [n][outputs], or NULL for an autoencoder */
	double *mse;     /* [n] of an autoencoder */
	struct err *error;
	atomic_size_t next;
};

double
score_value(const struct encoder *enc, enum net_loss loss, float f)
{
	double v = (double)f / enc->response_mul + enc->response_sub;

	if (loss == LOSS_POISSON || loss == LOSS_GAMMA || loss == LOSS_TWEEDIE)
		v = exp(v) > 1e19 ? 1e19 : exp(v); /* NaN stays one */
	return v;
}

int
score_metrics_init(struct metrics *m, const struct encoder *enc,
		   const struct net_shape *shape, double huber_alpha,
		   struct err *e)
{
	static const enum metrics_deviance deviance[] = {
		[LOSS_QUADRATIC] = DEVIANCE_GAUSSIAN,
		[LOSS_ABSOLUTE] = DEVIANCE_LAPLACE,
		[LOSS_HUBER] = DEVIANCE_HUBER,
		[LOSS_QUANTILE] = DEVIANCE_QUANTILE,
		[LOSS_POISSON] = DEVIANCE_POISSON,
		[LOSS_GAMMA] = DEVIANCE_GAMMA,
		[LOSS_TWEEDIE] = DEVIANCE_TWEEDIE,
		[LOSS_SOFTMAX_QUADRATIC] = DEVIANCE_GAUSSIAN,
	};
	if (metrics_init(m, model_kind(enc), enc->classes.n, e) < 0)
		return -1;
	m->deviance = deviance[shape->loss];
	m->deviance_param = shape->loss == LOSS_HUBER ? huber_alpha
						      : shape->loss_param;
	return 0;
}

/*
 * What a thread works in: b is scored, made of own and other where columns are
 * shuffled; out is an autoencoder's [BLOCK][units], then in[units].
 */
struct desk {
	struct batch b, own, other;
	struct forward_scratch *s;
	float *out;
};

/* Of the i-th row of the job. */
static int64_t
row_number(const struct job *j, size_t i)
{
	return j->index ? j->index[i] : j->first + (int64_t)i;
}

/* Rows index[n], some of their units those of other rows. */
static void
fetch_shuffled(const struct job *j, const int64_t *index, size_t n,
	       struct desk *d)
{
	int64_t from[BLOCK];
	size_t i;

	for (i = 0; i < n; i++)
		from[i] = j->shuffle->row[index[i]];
	rows_fetch(j->s->rows, index, n, &d->own, 0);
	rows_fetch(j->s->rows, from, n, &d->other, 0);
	shuffle_mix(&d->own, &d->other, j->shuffle->unit, &d->b);
}

static void
run_block(struct job *j, size_t at, struct desk *d)
{
	int64_t index[BLOCK];
	size_t n = j->n - at < BLOCK ? j->n - at : BLOCK, i, units = j->outputs;
	float *out = d->out ? d->out : j->out + at * units;

	for (i = 0; i < n; i++)
		index[i] = row_number(j, at + i);
	if (j->shuffle)
		fetch_shuffled(j, index, n, d);
	else
		rows_fetch(j->s->rows, index, n, &d->b, 0);
	forward_run(j->s->fwd, d->s, &d->b, out, units);
	if (!d->out)
		score_correct(j->s->enc, out, n);
	for (i = 0; d->out && i < n; i++)
		j->mse[at + i] = reconstruct_error(&d->b, i, out + i * units,
						   d->out + BLOCK * units);
}

static int
make_batches(const struct job *j, struct desk *d, struct err *e)
{
	if (!j->shuffle)
		return rows_batch(j->s->rows, BLOCK, &d->b, e);
	return rows_batch(j->s->rows, BLOCK, &d->own, e) < 0 ||
	       rows_batch(j->s->rows, BLOCK, &d->other, e) < 0 ||
	       encoder_batch(j->s->enc, BLOCK, &d->b, e) < 0 ? -1 : 0;
}

static bool
is_stopped(const struct job *j)
{
	return j->s->stop && *j->s->stop;
}

static void
work(void *arg, unsigned thread, unsigned threads)
{
	struct job *j = arg;
	struct err *e = &j->error[thread];
	struct desk d = {0};
	size_t at;

	(void)threads;
	if (j->mse)
		d.out = mem_floats(BLOCK + 1, j->outputs, e);
	if ((d.out || !j->mse) && make_batches(j, &d, e) == 0)
		d.s = forward_scratch_new(j->s->fwd, BLOCK, e);
	while (d.s && !is_stopped(j) &&
	       (at = atomic_fetch_add(&j->next, BLOCK)) < j->n)
		run_block(j, at, &d);
	forward_scratch_free(d.s);
	batch_release(&d.b);
	batch_release(&d.own);
	batch_release(&d.other);
	mem_free(d.out);
}

static int
forward_all(struct job *j, struct err *e)
{
	struct pool *pool = j->s->pool;
	unsigned threads = pool ? pool_threads(pool) : 1, i;

	atomic_store(&j->next, 0);
	if (pool && j->n > BLOCK)
		pool_run(pool, work, j);
	else
		work(j, 0, 1);
	for (i = 0; i < threads; i++)
		if (j->error[i].code) {
			*e = j->error[i];
			return -1;
		}
	return is_stopped(j) ? 1 : 0;
}

/* The i-th row of the job; asks for the truth of a later one. */
static int64_t
next_row(const struct job *j, size_t i)
{
	if (i + AHEAD < j->n)
		rows_ask(j->s->rows, row_number(j, i + AHEAD));
	return row_number(j, i);
}

static void
add_reconstructions(const struct job *j, struct metrics *m)
{
	for (size_t i = 0; i < j->n; i++) {
		int64_t row = next_row(j, i);

		metrics_add_reconstruction(m, j->mse[i],
					   rows_weight(j->s->rows, row));
	}
}

static int
add(const struct job *j, struct metrics *m, struct err *e)
{
	const struct score_source *s = j->s;
	bool classifier = encoder_is_classifier(s->enc);
	size_t i;

	if (j->mse) {
		add_reconstructions(j, m);
		return 0;
	}

	for (i = 0; i < j->n; i++) {
		int64_t row = next_row(j, i);
		const float *out = j->out + i * j->outputs;
		double w = rows_weight(s->rows, row);

		if (classifier ? metrics_add_class(m, out,
						   rows_label(s->rows, row), w,
						   e) < 0
			       : metrics_add_value(
					 m, score_value(s->enc, s->loss, *out),
					 rows_actual(s->rows, row), w, e) < 0)
			return -1;
	}
	return 0;
}

static int
run(struct job *j, const int64_t *index, size_t n, struct metrics *m,
    struct err *e)
{
	const struct encoder *enc = j->s->enc;
	struct pool *pool = j->s->pool;
	size_t room, at;
	int status = 0;

	j->outputs = !enc->response ? encoder_units(enc)
		     : encoder_is_classifier(enc) ? enc->classes.n : 1;
	room = BUFFER_BYTES / sizeof(float) / j->outputs / BLOCK * BLOCK;
	room = room < BLOCK ? BLOCK : room > n ? n : room;
	if (enc->response)
		j->out = mem_floats(room, j->outputs, e);
	else
		j->mse = mem_zalloc(room, sizeof(*j->mse), e);
	j->error = mem_zalloc(pool ? pool_threads(pool) : 1,
			      sizeof(*j->error), e);
	if ((!j->out && !j->mse) || !j->error)
		status = -1;
	for (at = 0; status == 0 && at < n; at += room) {
		j->n = n - at < room ? n - at : room;
		j->first = (int64_t)at;
		j->index = index ? index + at : NULL;
		status = forward_all(j, e);
		if (status == 0)
			status = add(j, m, e);
	}
	mem_free(j->out);
	mem_free(j->mse);
	mem_free(j->error);
	return status;
}

int
score_rows(const struct score_source *s, const int64_t *index, size_t n,
	   struct metrics *m, struct err *e)
{
	struct job j = {.s = s};

	return run(&j, index, n, m, e);
}

int
score_rows_shuffled(const struct score_source *s,
		    const struct shuffle *shuffle, struct metrics *m,
		    struct err *e)
{
	struct job j = {.s = s, .shuffle = shuffle};

	return run(&j, NULL, (size_t)rows_count(s->rows), m, e);
}
