/*
 * minibatch.c - the run: fetch, forward, output gradient, backward and step,
 * mini-batch by mini-batch, with barriers between layers.
 *
 * Every thread computes whole units, and a sum is always one chain in a fixed
 * order, so the number of threads decides nothing but the time.
 */
#include "nn/minibatch.h"

#include <math.h>
#include <string.h>

#include "dltools/mem.h"
#include "nn/minibatch_int.h"

struct minibatch *
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
	mb->is_bf16 = options->precision == PRECISION_BF16 &&
		      !options->reproducible;
	mb->threads = pool_threads(pool);
	mb->input_key = rng_key(options->seed, RNG_INPUT_DROPOUT);
	mb->hidden_key = rng_key(options->seed, RNG_HIDDEN_DROPOUT);
	if (mb_alloc(mb, e) == 0)
		return mb;
	minibatch_free(mb);
	return NULL;
}

void
minibatch_free(struct minibatch *mb)
{
	if (mb == NULL)
		return;
	mb_release(mb);
	mem_free(mb);
}

int64_t
minibatch_block_end(const struct minibatch *mb, int64_t position)
{
	int64_t b = (int64_t)mb->room;

	return (position + b - 1) / b * b;
}

/* Thread 0, between barriers: what the next mini-batch is. */
static void
begin(struct minibatch *mb)
{
	int64_t end;

	for (unsigned t = 0; t < mb->threads; t++)
		if (mb->thread[t].is_bad)
			mb->is_over = true;
	if (mb->options.stop != NULL && *mb->options.stop)
		mb->is_over = true;
	mb->at = mb->first + mb->done;
	if (mb->at >= mb->last)
		mb->is_over = true;
	if (mb->is_over)
		return;
	end = minibatch_block_end(mb, mb->at + 1);
	mb->m = (size_t)((end < mb->last ? end : mb->last) - mb->at);
	mb_draw_masks(mb);
	mb_set_rules(mb);
}

static void
train_one(struct minibatch *mb, unsigned t)
{
	float share = mb_average_share(mb);

	mb_fetch(mb, t);
	pool_barrier(mb->pool);
	if (t == 0 && mb->layer[1].sparse > 0)
		mb_link_columns(mb);
	if (mb->is_bf16)
		mb_pair_input(mb, t);
	pool_barrier(mb->pool);
	for (size_t l = 1; l <= mb->layers; l++) {
		mb_forward(mb, l, t);
		pool_barrier(mb->pool);
	}
	mb_output_gradient(mb, t);
	pool_barrier(mb->pool);
	for (size_t l = mb->layers; l > 0; l--) {
		if (l > 1) {
			mb_backward(mb, l, t);
			pool_barrier(mb->pool);
		}
		mb_step(mb, l, t);
	}
	pool_barrier(mb->pool);
	if (share > 0)
		mb_average(mb, t, share);
}

static void
work(void *arg, unsigned t, unsigned threads)
{
	struct minibatch *mb = arg;

	(void)threads;
	for (;;) {
		if (t == 0)
			begin(mb);
		pool_barrier(mb->pool);
		if (mb->is_over)
			return;
		train_one(mb, t);
		pool_barrier(mb->pool);
		if (t == 0)
			mb->done += (int64_t)mb->m;
	}
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

int64_t
minibatch_run(struct minibatch *mb, const struct row_feed *feed, int64_t first,
	      int64_t count, struct err *e)
{
	if (mb_load(mb, e) < 0)
		return -1;
	mb->feed = feed;
	mb->first = first;
	mb->last = first + count;
	mb->done = 0;
	mb->is_over = false;
	for (unsigned t = 0; t < mb->threads; t++)
		mb->thread[t].is_bad = false;
	pool_run(mb->pool, work, mb);
	if (mb_store(mb, e) < 0)
		return -1;
	for (unsigned t = 0; t < mb->threads; t++)
		if (mb->thread[t].is_bad)
			return err_set(e, ERR_NUMERIC, "layer %zu: a value is "
				       "not finite after %lld samples",
				       bad_layer(mb),
				       (long long)(first + mb->done));
	return mb->done;
}

void
minibatch_facts(const struct minibatch *mb, struct trainer_facts *facts)
{
	facts->threading = "owner";
	facts->isa = mb->kern->isa;
	facts->precision = mb->is_bf16 ? "bf16" : "f32";
	facts->threads = mb->threads;
	facts->row_block = mb->room;
}
