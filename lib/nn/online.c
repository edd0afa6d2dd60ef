/*
 * online.c - online training: memory, and runs split into jobs for the team.
 *
 * Blocks of up to `block` rows: forward for all of them, then one sweep back in
 * which their updates follow one another, so each weight and its state are read
 * and written once a block instead of once a row (online_pass.c).
 */
#include <math.h>
#include <string.h>

#include "dltools/clock.h"
#include "dltools/mem.h"
#include "dltools/rng.h"
#include "nn/online_int.h"

#define JOB_NS 3e6             /* between looks at the clock */
#define FAR_FLOATS 500000      /* more is not in the second-level cache */
#define STREAM_FLOATS 12000000 /* nor in the third-level one */

static int
input_init(struct input *in, const struct online *o, struct err *e)
{
	const struct net_shape *s = &o->net->shape;
	size_t room = (o->block + o->threads - 1) / o->threads + 1;

	if (room > o->block)
		room = o->block;
	if (batch_init(&in->all, o->block, 0, s->dense, 0, e) < 0)
		return -1;
	in->share = mem_zalloc(o->threads, sizeof(*in->share), e);
	if (!in->share)
		return -1;
	for (unsigned i = 0; i < o->threads; i++) {
		struct batch *b = &in->share[i];

		/* one thread may have to fetch the whole block */
		if (batch_init(b, i == 0 ? o->block : room, s->sparse, 0,
			       s->row_entries, e) < 0)
			return -1;
		b->dense = s->dense;
		b->ld = in->all.ld;
		mem_free(b->x);
		mem_free(b->label);
		mem_free(b->target);
		mem_free(b->weight);
		mem_free(b->offset);
		b->x = b->target = b->weight = b->offset = NULL;
		b->label = NULL;
	}
	if (!s->autoencoder)
		return 0;
	in->target = mem_floats(o->block, batch_stride(s->outputs), e);
	return in->target ? 0 : -1;
}

static void
input_release(struct input *in, unsigned threads)
{
	for (unsigned i = 0; in->share && i < threads; i++) {
		struct batch *b = &in->share[i];

		/* these are borrowed from `all` */
		b->x = b->target = b->weight = b->offset = NULL;
		b->label = NULL;
		batch_release(b);
	}
	mem_free(in->share);
	batch_release(&in->all);
	mem_free(in->target);
}

static int
space_init(struct space *sp, const struct online *o, size_t l, struct err *e)
{
	const struct layer *layer = &o->net->layer[l];
	bool output = layer->by_input, maxout = layer->pieces == 2;

	sp->part_ld = output ? layer->w.ld : batch_stride(layer->dense);
	if (output || l > 0) {
		size_t parts = layer->slices * (output ? 2 : 1);

		sp->part = mem_floats(parts * o->block, sp->part_ld, e);
		if (!sp->part)
			return -1;
	}
	if (output)
		return 0;
	sp->z_ld = batch_stride(layer->outs);
	sp->a_ld = batch_stride(layer->units);
	sp->z = mem_floats(o->block, sp->z_ld, e);
	sp->d = mem_floats(o->block, sp->z_ld, e);
	if (!sp->z || !sp->d)
		return -1;
	sp->a = maxout ? mem_floats(o->block, sp->a_ld, e) : sp->z;
	if (!sp->a)
		return -1;
	if (o->net->dropout[l] <= 0)
		return 0;
	sp->keep = mem_floats(o->block, sp->a_ld, e);
	return sp->keep ? 0 : -1;
}

static void
space_release(struct space *sp)
{
	if (sp->a != sp->z)
		mem_free(sp->a);
	mem_free(sp->z);
	mem_free(sp->d);
	mem_free(sp->keep);
	mem_free(sp->part);
}

/* Rows of weights of a slice of a hidden layer at most. */
static size_t
slice_rows(const struct net *net)
{
	size_t most = 1;

	for (size_t l = 0; l + 1 < net->layers; l++) {
		const struct layer *layer = &net->layer[l];

		for (size_t s = 0; s < layer->slices; s++) {
			size_t units = layer->slice[s + 1] - layer->slice[s];

			if (units * layer->pieces > most)
				most = units * layer->pieces;
		}
	}
	return most;
}

static int
desk_init(struct desk *desk, const struct online *o, struct err *e)
{
	const struct net *net = o->net;
	size_t out_ld = net->layer[net->layers - 1].w.ld, widest = 16;
	size_t rows = slice_rows(net);

	for (size_t l = 0; l + 1 < net->layers; l++)
		if (o->space[l].a_ld > widest)
			widest = o->space[l].a_ld;
	desk->out = mem_floats(o->block, out_ld, e);
	desk->out_t = mem_floats(out_ld, o->lanes, e);
	desk->e_t = mem_floats(widest, o->lanes, e);
	desk->e = mem_floats(o->block, widest, e);
	desk->rate = mem_floats(net->layers, ROW_BLOCK_MOST, e);
	if (has_norm(&net->rule))
		desk->squares = mem_floats(rows, 16, e);
	desk->row = mem_zalloc(rows, sizeof(*desk->row), e);
	return desk->out && desk->out_t && desk->e_t && desk->e && desk->rate &&
	       desk->row && (!has_norm(&net->rule) || desk->squares) ? 0 : -1;
}

static void
desk_release(struct desk *desk)
{
	mem_free(desk->out);
	mem_free(desk->out_t);
	mem_free(desk->e_t);
	mem_free(desk->e);
	mem_free(desk->squares);
	mem_free(desk->rate);
	mem_free(desk->row);
}

static enum sweep_root
root_of(const struct online *o)
{
	const struct net_rule *rule = &o->net->rule;

	/* y h must not underflow: both are at least epsilon / (1 - rho) */
	if (rule->epsilon / (1 - rule->rho) < 0x1p-60)
		return ROOT_EXACT;
	return o->options.reproducible ? ROOT_FMA : ROOT_FAST;
}

void
online_set_rule(struct online *o)
{
	const struct net_rule *rule = &o->net->rule;
	bool adadelta = rule->optimizer == OPTIMIZER_ADADELTA;
	size_t size;

	o->sweep = (struct sweep){
		.rule = adadelta ? SWEEP_ADADELTA :
			o->net->states == 0 ? SWEEP_SGD :
			rule->nesterov ? SWEEP_NESTEROV : SWEEP_MOMENTUM,
		.every = !rule->fast_mode &&
			 (o->net->states > 0 || rule->l1 != 0 || rule->l2 != 0),
		.rho = (float)rule->rho, .epsilon = (float)rule->epsilon,
		.l1 = (float)rule->l1, .l2 = (float)rule->l2,
	};
	if (adadelta)
		o->sweep.root = root_of(o);
	size = net_parameters(o->net) * (1 + o->net->states);
	o->is_far = size > FAR_FLOATS * o->threads;
	if (size > STREAM_FLOATS)
		o->sweep.ahead = 256;
}

void
online_free(void *engine)
{
	struct online *o = engine;

	if (!o)
		return;
	for (size_t i = 0; i < INPUTS; i++)
		input_release(&o->input[i], o->threads);
	for (size_t l = 0; o->space && l < o->net->layers; l++)
		space_release(&o->space[l]);
	for (unsigned i = 0; o->desk && i < o->threads; i++)
		desk_release(&o->desk[i]);
	mem_free(o->space);
	mem_free(o->desk);
	mem_free(o->norms);
	sparse_release(o);
	for (size_t i = 0; i < 3; i++)
		mem_free(o->tile[i]);
	mem_free(o);
}

static int
online_alloc(struct online *o, struct err *e)
{
	const struct layer *out = &o->net->layer[o->net->layers - 1];

	for (size_t i = 0; i < INPUTS; i++)
		if (input_init(&o->input[i], o, e) < 0)
			return -1;
	o->space = mem_zalloc(o->net->layers, sizeof(*o->space), e);
	if (!o->space)
		return -1;
	for (size_t l = 0; l < o->net->layers; l++)
		if (space_init(&o->space[l], o, l, e) < 0)
			return -1;
	o->desk = mem_zalloc_aligned(o->threads, sizeof(*o->desk), e);
	if (!o->desk)
		return -1;
	for (unsigned i = 0; i < o->threads; i++)
		if (desk_init(&o->desk[i], o, e) < 0)
			return -1;
	o->norms = mem_floats(out->slices, out->w.ld, e);
	return o->norms ? sparse_init(o, e) : -1;
}

/* Room for a slice of any layer, or a row of sparse weights or biases. */
static int
tiles_init(struct online *o, struct err *e)
{
	for (size_t l = 0; l < o->net->layers; l++) {
		const struct layer *layer = &o->net->layer[l];
		size_t n = layer->b.ld;

		for (size_t s = 0; s < layer->slices; s++) {
			size_t rows = (layer->slice[s + 1] - layer->slice[s]) *
				      layer->pieces;

			if (rows * layer->w.ld > n)
				n = rows * layer->w.ld;
		}
		if (n > o->tile_floats)
			o->tile_floats = n;
	}
	for (size_t i = 0; i < 3; i++) {
		o->tile[i] = mem_floats(o->tile_floats, 1, e);
		if (!o->tile[i])
			return -1;
	}
	return 0;
}

struct online *
online_make(struct net *net, struct pool *pool,
	    const struct train_options *options, unsigned threads,
	    bool is_shared, struct err *e)
{
	struct online *o = mem_zalloc(1, sizeof(*o), e);
	struct rng_key input, hidden;

	if (!o)
		return NULL;
	o->net = net;
	o->pool = pool;
	o->kern = kern_get();
	o->options = *options;
	o->threads = threads;
	o->block = options->row_block ? options->row_block
				      : online_most(net);
	if (o->block > ROW_BLOCK_MOST)
		o->block = ROW_BLOCK_MOST;
	o->lanes = round_up(o->block, 16);
	o->ramp = online_ramp(net, o->block);
	crew_init(&o->crew, threads, 4, JOB_NS);
	input = rng_key(options->seed, RNG_INPUT_DROPOUT);
	hidden = rng_key(options->seed, RNG_HIDDEN_DROPOUT);
	memcpy(o->key.input, input.k, sizeof(o->key.input));
	memcpy(o->key.hidden, hidden.k, sizeof(o->key.hidden));
	if (online_alloc(o, e) == 0 &&
	    (!is_shared || tiles_init(o, e) == 0))
		return o;
	online_free(o);
	return NULL;
}

static void *
online_new(struct net *net, struct pool *pool,
	   const struct train_options *options, struct err *e)
{
	return online_make(net, pool, options, pool_threads(pool), false, e);
}

/* ---- runs ------------------------------------------------------------ */

static bool
has_infinite(const float *v, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += v[i] - v[i];
	return sum != 0;
}

int
online_report(const struct online *o, const struct job *job, struct err *e)
{
	size_t l = 0, b = 0;
	int64_t start = job->bad;

	while (start > job->first && online_block_end(o, start) != start)
		start--;
	b = (size_t)(job->bad - start);
	while (l + 1 < o->net->layers &&
	       !has_infinite(o->space[l].a + b * o->space[l].a_ld,
			     o->net->layer[l].units))
		l++;
	return err_set(e, ERR_NUMERIC, "layer %zu: a value stopped being "
		       "finite at sample %lld: training diverged", l + 1,
		       (long long)job->bad + 1);
}

/* A job by the present crew. */
static void
run_job(struct online *o, struct job *job)
{
	double start = clock_now(), waited = pool_waited(o->pool), time;
	struct crew_job took;

	if (o->crew.alone)
		online_work(job, 0, 1);
	else
		pool_run(o->pool, online_work, job);
	time = clock_now() - start;
	took = (struct crew_job){
		.ns_row = 1e9 * time / (double)(job->last - job->first),
		.waited = (pool_waited(o->pool) - waited) / time,
		.block = online_block(o, job->last - 1),
	};
	crew_choose(&o->crew, &took);
}

static int64_t
online_run(void *engine, const struct row_feed *feed, int64_t first,
	   int64_t count, struct err *e)
{
	struct online *o = engine;
	int64_t at = first, last = first + count;

	online_set_rule(o);
	while (at < last && !(o->options.stop && *o->options.stop)) {
		struct job job = { .o = o, .feed = feed, .first = at,
				   .bad = -1 };

		job.last = online_block_end(o, at + o->crew.rows);
		if (job.last > last)
			job.last = last;
		run_job(o, &job);
		if (job.bad >= 0)
			return online_report(o, &job, e);
		at = job.last;
	}
	return at - first;
}

static int64_t
online_end(const void *engine, int64_t position)
{
	return online_block_end(engine, position);
}

static void
online_facts(const void *engine, struct trainer_facts *facts)
{
	const struct online *o = engine;

	*facts = (struct trainer_facts){
		.threading = "owner", .isa = o->kern->isa, .precision = "f32",
		.threads = o->threads, .row_block = o->block,
	};
}

const struct engine engine_online = {
	online_new, online_free, online_run, NULL, online_end, online_facts,
};
