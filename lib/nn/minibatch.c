/*
 * minibatch.c - the run: fetch, forward, output gradient, backward and step,
 * mini-batch by mini-batch, with barriers between layers.
 *
 * Every thread computes whole units, or in the step of layer 1's columns whole
 * inputs (steps go by tiles, taken in turn), and a sum is always one chain in a
 * fixed order, so the number of threads decides nothing but the time.
 */
#include <math.h>

#include "dltools/clock.h"
#include "dltools/mem.h"
#include "nn/minibatch_int.h"

#define JOB_NS 5e7 /* between looks at the clock */

static void *
minibatch_new(struct net *net, struct pool *pool,
	      const struct train_options *options, struct err *e)
{
	struct minibatch *mb = mem_zalloc(1, sizeof(*mb), e);

	if (mb == NULL)
		return NULL;
	mb->net = net;
	mb->pool = pool;
	mb->kern = kern_get();
	mb->options = *options;
	mb->layers = net_shape(net)->layers + 1;
	mb->room = net_rule(net)->mini_batch > 1 ?
		   net_rule(net)->mini_batch : 1;
	mb->is_listed = net_shape(net)->rest != NULL &&
			!(net_shape(net)->input_dropout > 0 &&
			  options->row_masks);
	mb->is_bf16 = options->precision == PRECISION_BF16 &&
		      !options->reproducible;
	mb->has_pairs = mb->is_bf16 && kern_has_pairs();
	mb->threads = pool_threads(pool);
	crew_init(&mb->crew, mb->threads, (int64_t)mb->room * 8, JOB_NS);
	mb->input_key = rng_key(options->seed, RNG_INPUT_DROPOUT);
	mb->hidden_key = rng_key(options->seed, RNG_HIDDEN_DROPOUT);
	return mb;
}

static void
minibatch_free(void *engine)
{
	mb_release(engine);
	mem_free(engine);
}

static int64_t
minibatch_end(const void *engine, int64_t position)
{
	const struct minibatch *mb = engine;
	int64_t b = (int64_t)mb->room;

	return (position + b - 1) / b * b;
}

static bool
wants_stop(const struct minibatch *mb)
{
	return mb->options.stop != NULL && *mb->options.stop;
}

/* Thread 0, between barriers: what the next mini-batch is. */
static void
begin(struct minibatch *mb)
{
	int64_t end;

	for (unsigned t = 0; t < mb->threads; t++)
		if (mb->thread[t].is_bad)
			mb->is_over = true;
	if (wants_stop(mb))
		mb->is_over = true;
	mb->at = mb->first + mb->done;
	if (mb->at >= mb->last)
		mb->is_over = true;
	if (mb->is_over || mb->at >= mb->pause)
		return;
	end = minibatch_end(mb, mb->at + 1);
	mb->m = (size_t)((end < mb->last ? end : mb->last) - mb->at);
	atomic_store(&mb->given_up, 0);
	atomic_store(&mb->columns.taken, 0);
	atomic_store(&mb->tiles_taken, 0);
	atomic_store(&mb->column_tiles_taken, 0);
	mb_draw_masks(mb);
	mb_set_rules(mb);
}

/*
 * The barrier behind phase *at of a mini-batch.  False: it is given up, which
 * thread 0 has decided before this barrier or an earlier one, so that all
 * threads leave behind the same.
 */
static bool
meet(struct minibatch *mb, unsigned t, unsigned *at)
{
	unsigned given_up;

	++*at;
	if (t == 0 && wants_stop(mb) && atomic_load(&mb->given_up) == 0)
		atomic_store(&mb->given_up, *at);
	mb_meet(mb);
	given_up = atomic_load(&mb->given_up);
	return given_up == 0 || given_up > *at;
}

/*
 * Up to the gradients, which leave the net as it was: a large mini-batch takes
 * minutes, and whoever asks to stop does not wait for it.
 */
static bool
find_gradients(struct minibatch *mb, unsigned t)
{
	unsigned at = 0;

	mb_fetch(mb, t);
	if (!meet(mb, t, &at))
		return false;
	if (mb->layer[1].sparse > 0)
		mb_link_columns(mb, t);
	for (size_t l = 1; l <= mb->layers; l++) {
		mb_forward(mb, l, t);
		if (!meet(mb, t, &at))
			return false;
	}
	mb_output_gradient(mb, t);
	if (!meet(mb, t, &at))
		return false;
	for (size_t l = mb->layers; l > 1; l--) {
		mb_backward(mb, l, t);
		if (!meet(mb, t, &at))
			return false;
	}
	return true;
}

static bool
train_one(struct minibatch *mb, unsigned t)
{
	float average = mb_average_share(mb);

	if (!find_gradients(mb, t))
		return false;
	mb_step(mb, t);
	mb_meet(mb);
	if (average > 0)
		mb_average(mb, t, average);
	return true;
}

static void
work(void *arg, unsigned t, unsigned threads)
{
	struct minibatch *mb = arg;

	(void)threads;
	for (;;) {
		if (t == 0)
			begin(mb);
		mb_meet(mb);
		if (mb->is_over || mb->at >= mb->pause)
			return;
		if (!train_one(mb, t))
			break;
		mb_meet(mb);
		if (t == 0)
			mb->done += (int64_t)mb->m;
	}
	if (t == 0)
		mb->is_over = true;
}

/* The first layer with a weight that is not finite, else the output layer. */
static size_t
bad_layer(const struct minibatch *mb)
{
	for (size_t l = 1; l < mb->layers; l++) {
		const struct mb_layer *layer = &mb->layer[l];

		for (size_t i = 0; i < layer->rows * layer->ld; i++)
			if (!isfinite(layer->dense.w[i]))
				return l;
		for (size_t i = 0; i < layer->sparse * layer->row_ld; i++)
			if (!isfinite(layer->sparsew.w[i]))
				return l;
	}
	return mb->layers;
}

/* Some mini-batches, then a look at the clock. */
static void
run_job(struct minibatch *mb)
{
	double start = clock_now(), time, lost;
	double cpu = clock_thread(), waited = pool_waited(mb->pool);
	int64_t before = mb->done, rows;

	mb->pause = minibatch_end(mb, mb->first + mb->done +
					mb->crew.rows);
	mb->active = mb->crew.alone ? 1 : mb->threads;
	if (mb->crew.alone)
		work(mb, 0, 1);
	else
		pool_run(mb->pool, work, mb);
	time = clock_now() - start + 1e-9;
	cpu = clock_thread() - cpu;
	lost = pool_waited(mb->pool) - waited;
	rows = mb->done - before;
	if (rows < mb->crew.rows) /* the end of the run */
		return;
	crew_choose(&mb->crew, &(struct crew_job){
		.ns_row = 1e9 * time / (double)rows,
		.waited = fmax(lost, time - cpu) / time, .block = mb->room,
	});
}

static void
start_run(struct minibatch *mb)
{
	mb->done = 0;
	mb->is_over = false;
	for (unsigned t = 0; t < mb->threads; t++)
		mb->thread[t].is_bad = false;
	for (size_t l = 1; l <= mb->layers && mb->is_bf16; l++)
		if (mb->layer[l].is_whole)
			mb_narrow_weights(mb, l, (struct mb_range){ 0,
					  mb_kept_rows(mb, l) },
					  mb->thread[0].line);
}

static int64_t
minibatch_run(void *engine, const struct row_feed *feed, int64_t first,
	      int64_t count, struct err *e)
{
	struct minibatch *mb = engine;

	mb->feed = feed;
	mb->first = first;
	mb->last = first + count;
	if (!mb->is_ready && mb_alloc(mb, e) < 0)
		return -1;
	mb->is_ready = true;
	if (mb_load(mb, e) < 0)
		return -1;
	start_run(mb);
	while (!mb->is_over)
		run_job(mb);
	mb->is_ahead = true;
	for (unsigned t = 0; t < mb->threads; t++) {
		if (!mb->thread[t].is_bad)
			continue;
		mb->is_ahead = mb->is_loaded = false; /* dropped */
		return err_set(e, ERR_NUMERIC, "layer %zu: a value is not "
			       "finite after %lld samples", bad_layer(mb),
			       (long long)(first + mb->done));
	}
	return mb->done;
}

static int
minibatch_settle(void *engine, struct err *e)
{
	struct minibatch *mb = engine;

	if (mb->is_ahead && mb_store(mb, e) < 0)
		return -1;
	mb->is_ahead = false;
	return 0;
}

static void
minibatch_facts(const void *engine, struct trainer_facts *facts)
{
	const struct minibatch *mb = engine;

	facts->threading = "owner";
	facts->isa = mb->kern->isa;
	facts->precision = mb->is_bf16 ? "bf16" : "f32";
	facts->threads = mb->threads;
	facts->row_block = mb->room;
}

const struct engine engine_minibatch = {
	minibatch_new, minibatch_free, minibatch_run, minibatch_settle,
	minibatch_end, minibatch_facts,
};
