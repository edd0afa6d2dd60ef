/*
 * online_pass.c - a block of rows through the net and back, by a team.
 *
 * Every thread runs online_work over the same blocks and owns some slices of
 * every layer: it alone computes their net inputs and alone changes their
 * weights, state and biases, so there is no data race, and as slices and the
 * order of sums are the net's, not the team's, the bits do not depend on the
 * number of threads.
 *
 *	fetch            (done one block ahead)
 *	hidden 1 .. L    z = W a + b, a = f(z)     barrier after each but the
 *	                                           last, which feeds own slices
 *	output           partial sums of own inputs             barrier
 *	                 all sum them and compute the loss
 *	                 e of own units, update of own rows
 *	hidden L .. 1    d = e f'(z); one sweep that makes partial e of the
 *	                 layer below, updates and sums squares for max_w2;
 *	                 slices in reverse              barrier, not for layer 1
 *
 * That is 2L - 1 barriers a block, one where no layer is hidden.  With a weight
 * norm (max_w2) the output layer needs one more.
 */
#include <math.h>
#include <string.h>

#include "dltools/rng.h"
#include "nn/activation.h"
#include "nn/loss.h"
#include "nn/online_int.h"

/* ---- input ----------------------------------------------------------- */

static void
drop_inputs(const struct turn *t, struct input *in, size_t b, int64_t position)
{
	const struct net_shape *s = &t->o->net->shape;
	float keep[1024];
	struct keep k = {
		.key = { t->o->key.input[0], t->o->key.input[1] },
		.a = (uint64_t)position,
		.ratio = (float)s->input_dropout,
		.keep = keep,
	};
	float *x = in->all.x + b * in->all.ld;

	for (size_t c = 0; c < s->dense; c += k.n) {
		k.first = s->sparse + c;
		k.y = x + c;
		k.n = s->dense - c < 1024 ? s->dense - c : 1024;
		t->o->kern->dropout_keep(&k);
	}
}

static float
kept(const struct turn *t, int64_t position, uint32_t unit)
{
	struct rng_key key = { { t->o->key.input[0], t->o->key.input[1] } };
	struct rng_words w = rng_at(key, (uint64_t)position, unit / 4);
	float ratio = (float)t->o->net->shape.input_dropout;

	return rng_unit_float(w.w[unit % 4]) > ratio ? 1 : 0;
}

static void
remember_inputs(const struct turn *t, struct input *in, size_t b)
{
	const struct net_shape *s = &t->o->net->shape;
	float *to = in->target +
		    b * t->o->net->layer[t->o->net->layers - 1].b.ld;

	memset(to, 0, s->sparse * sizeof(*to));
	for (size_t i = 0; i < in->entries[b]; i++)
		to[in->index[b][i]] = in->value[b][i];
	memcpy(to + s->sparse, in->all.x + b * in->all.ld,
	       s->dense * sizeof(*to));
}

/* This thread's rows of the block at position into buffer in. */
static void
fetch(const struct turn *t, struct input *in, int64_t position, size_t n)
{
	const struct net_shape *s = &t->o->net->shape;
	struct batch *mine = &in->share[t->thread];
	size_t from = n * t->thread / t->threads;
	size_t to = n * (t->thread + 1) / t->threads;

	if (from == to)
		return;
	mine->x = in->all.x + from * in->all.ld;
	mine->label = in->all.label + from;
	mine->target = in->all.target + from;
	mine->weight = in->all.weight + from;
	mine->offset = in->all.offset + from;
	t->job->feed->fetch(t->job->feed->ctx, position + (int64_t)from,
			    to - from, mine);
	for (size_t b = from; b < to; b++) {
		uint32_t start = s->sparse ? mine->start[b - from] : 0;
		uint32_t end = s->sparse ? mine->start[b - from + 1] : 0;

		in->index[b] = mine->index + start;
		in->value[b] = mine->value + start;
		in->entries[b] = end - start;
		if (s->autoencoder)
			remember_inputs(t, in, b);
		if (s->input_dropout <= 0)
			continue;
		drop_inputs(t, in, b, position + (int64_t)b);
		for (uint32_t i = start; i < end; i++)
			mine->value[i] *= kept(t, position + (int64_t)b,
					       mine->index[i]);
	}
}

const float *
layer_input(const struct turn *t, size_t l, size_t *ld)
{
	if (l == 0) {
		*ld = t->in->all.ld;
		return t->in->all.x;
	}
	*ld = t->o->space[l - 1].a_ld;
	return t->o->space[l - 1].a;
}

/* ---- forward --------------------------------------------------------- */

static void
start_net_inputs(const struct turn *t, size_t l, size_t from, size_t n)
{
	const struct layer *layer = &t->o->net->layer[l];
	const struct space *sp = &t->o->space[l];

	const float *biases = rows_of(t, &layer->b, 0, 1, 0, 0);

	for (size_t b = 0; b < t->n; b++) {
		float *z = sp->z + b * sp->z_ld + from;

		memcpy(z, biases + from, n * sizeof(*z));
		if (l == 0)
			sparse_forward(t, b, z, from, n);
	}
}

/*
 * With few rows in the block the weights must be fetched for little work, and
 * many units are dropped in all of them: their masks are drawn first, and they
 * are left out.
 */
static bool
leaves_out(const struct turn *t, const struct space *sp)
{
	return sp->keep && t->n <= 2;
}

/* Masks of units of row b; a, or NULL, becomes 0 where they are dropped. */
static void
drop_units(const struct turn *t, size_t l, size_t b, size_t unit, size_t n,
	   float *a)
{
	const struct space *sp = &t->o->space[l];
	struct keep k = {
		.key = { t->o->key.hidden[0], t->o->key.hidden[1] },
		.a = (uint64_t)t->position + b, .b = (uint64_t)(l + 1) << 40,
		.first = unit, .n = n,
		.ratio = (float)t->o->net->dropout[l],
		.keep = sp->keep + b * sp->a_ld + unit,
		.y = a,
	};

	t->o->kern->dropout_keep(&k);
}

/* Rows of the weights of those of n units that a row of the block keeps. */
static size_t
list_kept(const struct turn *t, size_t l, size_t unit, size_t n, uint32_t *row)
{
	const struct space *sp = &t->o->space[l];
	size_t pieces = t->o->net->layer[l].pieces, rows = 0;

	for (size_t b = 0; b < t->n; b++)
		drop_units(t, l, b, unit, n, NULL);
	for (size_t i = 0; i < n; i++) {
		const float *keep = sp->keep + unit + i;
		bool is_kept = keep[0] != 0 ||
			       (t->n == 2 && keep[sp->a_ld] != 0);

		for (size_t j = 0; j < pieces && is_kept; j++)
			row[rows++] = (uint32_t)(i * pieces + j);
	}
	return rows;
}

/* Units whose masks were drawn before; those left out have made no sum. */
static void
silence(const struct space *sp, size_t b, size_t unit, size_t n)
{
	float *a = sp->a + b * sp->a_ld + unit;
	const float *keep = sp->keep + b * sp->a_ld + unit;

	for (size_t i = 0; i < n; i++)
		a[i] = keep[i] != 0 ? a[i] : 0;
}

/* Maxout: the greater of two pieces; NaN if one is. */
static void
greatest(const float *z, size_t n, float *a)
{
	for (size_t i = 0; i < n; i++) {
		float first = z[2 * i], second = z[2 * i + 1];

		a[i] = second > first || isnan(second) ? second : first;
	}
}

static void
activate(const struct turn *t, size_t l, size_t unit, size_t n)
{
	const struct net *net = t->o->net;
	const struct space *sp = &t->o->space[l];

	for (size_t b = 0; b < t->n; b++) {
		float *a = sp->a + b * sp->a_ld + unit;

		if (net->layer[l].pieces == 2)
			greatest(sp->z + b * sp->z_ld + 2 * unit, n, a);
		activation_apply(net->shape.activation, t->o->kern, a, n);
		if (leaves_out(t, sp))
			silence(sp, b, unit, n);
		else if (sp->keep)
			drop_units(t, l, b, unit, n, a);
	}
}

static void
forward_slice(const struct turn *t, size_t l, size_t slice)
{
	const struct layer *layer = &t->o->net->layer[l];
	const struct space *sp = &t->o->space[l];
	size_t unit = layer->slice[slice], n = layer->slice[slice + 1] - unit;
	size_t from = unit * layer->pieces;
	struct dots k = {
		.ld = layer->w.ld,
		.rows = n * layer->pieces, .columns = layer->w.width, .n = t->n,
		.z = sp->z + from, .z_ld = sp->z_ld, .is_far = t->o->is_far,
	};

	start_net_inputs(t, l, from, k.rows);
	k.w = rows_of(t, &layer->w, from, k.rows, 0, 0);
	k.x = layer_input(t, l, &k.x_ld);
	if (leaves_out(t, sp)) {
		k.row = t->o->desk[t->thread].row;
		k.rows = list_kept(t, l, unit, n, t->o->desk[t->thread].row);
	}
	if (k.columns > 0)
		t->o->kern->dots(&k);
	activate(t, l, unit, n);
}

/*
 * Net inputs of the outputs: the share of one slice of inputs, with the biases
 * in the first.
 */
static float *
out_part(const struct turn *t, size_t slice)
{
	const struct online *o = t->o;
	const struct space *sp = &o->space[o->net->layers - 1];
	size_t turn = (size_t)(t->number % 2);
	size_t slices = o->net->layer[o->net->layers - 1].slices;

	return sp->part + (turn * slices + slice) * o->block * sp->part_ld;
}

static void
out_forward_slice(const struct turn *t, size_t slice)
{
	size_t l = t->o->net->layers - 1;
	const struct layer *layer = &t->o->net->layer[l];
	size_t from = layer->slice[slice];
	float *z = out_part(t, slice);
	const float *biases;
	struct out_pass k = {
		.ld = layer->w.ld,
		.rows = layer->slice[slice + 1] - from,
		.columns = layer->w.width, .n = t->n,
		.z = z, .z_ld = layer->w.ld,
	};

	k.w = rows_of(t, &layer->w, from, k.rows, 0, 0);
	k.x = layer_input(t, l, &k.x_ld) + from;
	t->o->kern->out_forward(&k);
	biases = rows_of(t, &layer->b, 0, 1, 0, 0);
	for (size_t b = 0; slice == 0 && b < t->n; b++) {
		t->o->kern->vec_axpy(z + b * k.z_ld, 1, biases,
				     k.columns);
		if (l == 0)
			sparse_forward(t, b, z + b * k.z_ld, 0, k.columns);
	}
}

/* All threads do this alike: outputs, loss and its errors, both ways round. */
static void
out_errors(const struct turn *t)
{
	struct online *o = t->o;
	struct desk *desk = &o->desk[t->thread];
	const struct layer *layer = &o->net->layer[o->net->layers - 1];
	size_t ld = layer->w.ld, lanes = round_up(t->n, 16);

	desk->bad = 0;
	for (size_t b = 0; b < t->n; b++) {
		float *z = desk->out + b * ld, sum = 0;
		const struct batch *all = &t->in->all;
		struct row_truth truth = {
			all->label[b], all->target[b], all->offset[b],
			t->in->target ? t->in->target + b * ld : NULL,
			o->options.weighted ? all->weight[b] : 1,
		};

		memcpy(z, out_part(t, 0) + b * ld, ld * sizeof(*z));
		for (size_t s = 1; s < layer->slices; s++)
			o->kern->vec_axpy(z, 1, out_part(t, s) + b * ld, ld);
		loss_errors(&o->net->shape, o->kern, z, &truth);
		for (size_t i = 0; i < layer->outs; i++) {
			sum += z[i];
			desk->out_t[i * lanes + b] = z[i];
		}
		if (!isfinite(sum) && desk->bad == 0)
			desk->bad = (int)b + 1;
	}
}

/* ---- the team -------------------------------------------------------- */

static struct input *
input_of(const struct turn *t, int64_t number)
{
	return &t->o->input[number % INPUTS];
}

static size_t
rows_at(const struct turn *t, int64_t position)
{
	int64_t end = online_block_end(t->o, position + 1);

	return (size_t)((end < t->job->last ? end : t->job->last) - position);
}

static void
forward(const struct turn *t, int64_t next)
{
	const struct net *net = t->o->net;
	const struct layer *layer;
	size_t last = net->layers - 1;

	if (t->thread == 0 && net->shape.sparse > 0)
		sparse_sort(t);
	for (size_t l = 0; l <= last; l++) {
		layer = &net->layer[l];
		for (size_t s = first_slice(layer, t->thread, t->threads);
		     s < first_slice(layer, t->thread + 1, t->threads); s++)
			if (l < last)
				forward_slice(t, l, s);
			else
				out_forward_slice(t, s);
		if (l == last && next < t->job->last)
			fetch(t, input_of(t, t->number + 1), next,
			      rows_at(t, next));
		if (l + 1 != last)
			turn_barrier(t);
	}
	out_errors(t);
}

static void
set_rates(const struct turn *t)
{
	struct desk *desk = &t->o->desk[t->thread];
	const struct net_rule *rule = &t->o->net->rule;

	if (rule->optimizer == OPTIMIZER_ADADELTA)
		return;
	for (size_t b = 0; b < t->n; b++) {
		int64_t samples = t->position + (int64_t)b;
		double m = rule_momentum(rule, samples);

		desk->momentum[b] = (float)m;
		for (size_t l = 0; l < t->o->net->layers; l++)
			desk->rate[l * ROW_BLOCK_MOST + b] = (float)
				(rule_rate(rule, l, samples) * (1 - m));
	}
}

void
online_work(void *arg, unsigned thread, unsigned threads)
{
	struct job *job = arg;
	struct turn t = {
		.o = job->o, .job = job, .thread = thread, .threads = threads,
		.position = job->first,
	};
	int64_t next;

	fetch(&t, input_of(&t, 0), job->first, rows_at(&t, job->first));
	turn_barrier(&t);
	for (; t.position < job->last; t.position = next, t.number++) {
		t.n = rows_at(&t, t.position);
		t.in = input_of(&t, t.number);
		next = t.position + (int64_t)t.n;
		set_rates(&t);
		forward(&t, next);
		if (job->o->desk[thread].bad != 0) {
			if (thread == 0)
				job->bad = t.position +
					   job->o->desk[thread].bad - 1;
			return;
		}
		online_back(&t);
	}
}
