/*
 * online_back.c - the way back through the net: errors and updates.
 */
#include <math.h>
#include <string.h>

#include "base/relaxed.h"
#include "nn/activation.h"
#include "nn/online_int.h"

struct sweep
online_sweep(const struct turn *t, size_t l)
{
	struct sweep k = t->o->sweep;

	k.n = t->n;
	k.rate = t->o->desk[t->thread].rate + l * ROW_BLOCK_MOST;
	k.momentum = t->o->desk[t->thread].momentum;
	return k;
}

/* Rows row .. row+rows-1 of p, columns from .. from+n-1 (n = 0: all), for k. */
static void
take_rows(const struct turn *t, struct sweep *k, const struct params_block *p,
	  size_t row, size_t rows, size_t from, size_t n)
{
	size_t states = t->o->net->states;

	k->ld = p->ld;
	k->columns = n > 0 ? round_up(n, 16) : p->width;
	k->rows = rows;
	k->w = rows_of(t, p, row, rows, 0, 0) + from;
	if (states > 0)
		k->a = rows_of(t, p, row, rows, 1, 1) + from;
	if (states > 1)
		k->b = rows_of(t, p, row, rows, 2, 2) + from;
}

void
online_sweep_rows(const struct turn *t, struct sweep *k,
		  const struct params_block *p, size_t row, size_t rows,
		  size_t from, size_t n)
{
	take_rows(t, k, p, row, rows, from, n);
	t->o->kern->sweep_update(k);
	rows_done(t, p, row, rows, t->o->net->states);
}

static const float ones[ROW_BLOCK_MOST] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

static void
update_biases(const struct turn *t, size_t l, const float *d, size_t d_ld,
	      size_t from, size_t n)
{
	struct sweep k = online_sweep(t, l);

	k.s = ones;
	k.s_sample = 1;
	k.x = d + from;
	k.x_ld = d_ld;
	online_sweep_rows(t, &k, &t->o->net->layer[l].b, 0, 1, from, n);
}

/* Errors of the net inputs of a slice of hidden layer l. */
static void
hidden_errors(const struct turn *t, size_t l, size_t slice)
{
	const struct online *o = t->o;
	const struct layer *layer = &o->net->layer[l];
	const struct space *sp = &o->space[l], *above = sp + 1;
	size_t unit = layer->slice[slice], n = layer->slice[slice + 1] - unit;
	bool last = l + 2 == o->net->layers, maxout = layer->pieces == 2;
	float *e = o->desk[t->thread].e;

	for (size_t b = 0; b < t->n; b++) {
		struct back k = {
			.e = last ? e + b * sp->a_ld + unit :
			     above->part + b * above->part_ld + unit,
			.parts = last ? 1 : layer[1].slices,
			.part_ld = o->block * above->part_ld,
			.a = sp->a + b * sp->a_ld + unit,
			.keep = sp->keep ? sp->keep + b * sp->a_ld + unit :
				NULL,
			.slope = activation_slope(o->net->shape.activation),
			.d = maxout ? e + b * sp->a_ld + unit :
			     sp->d + b * sp->z_ld + unit,
			.n = n,
		};

		o->kern->back(&k);
		if (maxout)
			activation_split(sp->d + b * sp->z_ld + 2 * unit, k.d,
					 sp->z + b * sp->z_ld + 2 * unit, n,
					 2, 1);
	}
}

/* ---- weight norms ---------------------------------------------------- */

static float
shrink(const struct net *net, double squares)
{
	double most = (double)net->rule.max_w2;

	return squares > most ? (float)sqrt(most / squares) : 1;
}

/* Does a row of the block touch unit r (a piece, in Maxout)? */
static bool
is_touched(const struct turn *t, size_t l, size_t r)
{
	const struct space *sp = &t->o->space[l];

	for (size_t b = 0; b < t->n; b++)
		if (sp->d[b * sp->z_ld + r] != 0)
			return true;
	return false;
}

/* In halves, as all sums of lanes. */
static double
fold_lanes(const float *lanes)
{
	float sums[16];

	memcpy(sums, lanes, sizeof(sums));
	for (size_t half = 8; half > 0; half /= 2)
		for (size_t i = 0; i < half; i++)
			sums[i] += sums[i + half];
	return (double)sums[0];
}

/* Of the sparse inputs' weights into unit r, if they may have changed. */
static double
sparse_squares(const struct turn *t, size_t l, size_t r)
{
	const struct params_block *p = &t->o->net->layer[l].sw;
	size_t n = t->o->net->layer[l].sparse;
	double sum = 0, w;

	if (n == 0 || (!t->o->sweep.every && !is_touched(t, l, r)))
		return 0;
	for (size_t i = 0; i < n; i++) {
		w = (double)relaxed_load(p->v[0] + i * p->ld + r);
		sum += w * w;
	}
	return sum;
}

/*
 * The rows of a hidden layer, the first is `from`, that k has just swept, still
 * where it has them (Hogwild: in copies); sparse inputs included.  The sums of
 * a unit that no row of the block has changed are 0, so it keeps its norm; with
 * `every` all are summed.
 */
static void
limit_rows(const struct turn *t, const struct sweep *k, size_t l, size_t from)
{
	const struct layer *layer = &t->o->net->layer[l];

	for (size_t r = 0; r < k->rows; r++) {
		float *sw = layer->sw.v[0] + from + r;
		float by = shrink(t->o->net, fold_lanes(k->w_squares + r * 16) +
					     sparse_squares(t, l, from + r));

		if (by >= 1)
			continue;
		t->o->kern->vec_scale(k->w + r * k->ld, by, layer->w.width);
		for (size_t i = 0; i < layer->sparse; i++)
			relaxed_store(sw + i * layer->sw.ld, by *
				      relaxed_load(sw + i * layer->sw.ld));
	}
}

/* Rows of p from .. to-1 add their squares to sums[ld]. */
static void
add_output_squares(float *sums, const struct params_block *p, size_t from,
		   size_t to)
{
	for (size_t r = from; r < to; r++)
		for (size_t o = 0; o < p->ld; o++) {
			float w = relaxed_load(p->v[0] + r * p->ld + o);

			sums[o] += w * w;
		}
}

static void
scale_columns(const struct params_block *p, const float *by, size_t from,
	      size_t to)
{
	for (size_t r = from; r < to; r++)
		for (size_t o = 0; o < p->ld; o++) {
			float *w = p->v[0] + r * p->ld + o;

			relaxed_store(w, relaxed_load(w) * by[o]);
		}
}

/* The norms of the outputs span all slices. */
static void
limit_outputs(const struct turn *t)
{
	const struct net *net = t->o->net;
	const struct layer *layer = &net->layer[net->layers - 1];
	size_t ld = layer->w.ld, s, i;
	size_t first = first_slice(layer, t->thread, t->threads);
	size_t end = first_slice(layer, t->thread + 1, t->threads);
	float *by = t->o->desk[t->thread].out;
	bool shrinks = false;

	for (s = first; s < end; s++) {
		float *sums = t->o->norms + s * ld;

		memset(sums, 0, ld * sizeof(*sums));
		add_output_squares(sums, &layer->w, layer->slice[s],
				   layer->slice[s + 1]);
		if (s == 0)
			add_output_squares(sums, &layer->sw, 0, layer->sparse);
	}
	turn_barrier(t);
	for (i = 0; i < ld; i++) {
		double sum = 0;

		for (s = 0; s < layer->slices; s++)
			sum += (double)t->o->norms[s * ld + i];
		by[i] = shrink(net, sum);
		shrinks |= by[i] < 1;
	}
	for (s = first; shrinks && s < end; s++) {
		scale_columns(&layer->w, by, layer->slice[s],
			      layer->slice[s + 1]);
		if (s == 0)
			scale_columns(&layer->sw, by, 0, layer->sparse);
	}
}

/* ---- layers ---------------------------------------------------------- */

static void
back_output_slice(const struct turn *t, size_t slice)
{
	struct online *o = t->o;
	struct desk *desk = &o->desk[t->thread];
	size_t l = o->net->layers - 1;
	const struct layer *layer = &o->net->layer[l];
	size_t from = layer->slice[slice], n = layer->slice[slice + 1] - from;
	size_t lanes = round_up(t->n, 16), ld = layer->w.ld;
	struct sweep k = online_sweep(t, l);
	struct out_pass back = {
		.ld = ld, .rows = n,
		.columns = layer->outs, .n = t->n,
		.x = desk->out_t, .x_ld = lanes,
		.z = desk->e_t, .z_ld = lanes,
	};

	if (l > 0) {
		back.w = rows_of(t, &layer->w, from, n, 0, 0);
		o->kern->out_back(&back);
		o->kern->transpose(desk->e + from, o->space[l - 1].a_ld,
				   desk->e_t, lanes, n, t->n);
	}
	k.s = layer_input(t, l, &k.s_sample) + from;
	k.s_row = 1;
	k.x = desk->out;
	k.x_ld = ld;
	online_sweep_rows(t, &k, &layer->w, from, n, 0, 0);
	if (slice > 0)
		return;
	update_biases(t, l, desk->out, ld, 0, layer->outs);
	if (l == 0 && layer->sparse > 0)
		sparse_update(t, desk->out, ld, 0, layer->outs);
}

static void
back_hidden_slice(const struct turn *t, size_t l, size_t slice)
{
	const struct online *o = t->o;
	const struct layer *layer = &o->net->layer[l];
	const struct space *sp = &o->space[l];
	size_t from = layer->slice[slice] * layer->pieces;
	size_t n = layer->slice[slice + 1] * layer->pieces - from;
	struct sweep k = online_sweep(t, l);

	hidden_errors(t, l, slice);
	k.s = sp->d + from;
	k.s_row = 1;
	k.s_sample = sp->z_ld;
	k.x = layer_input(t, l, &k.x_ld);
	if (l > 0) {
		k.e = sp->part + slice * o->block * sp->part_ld;
		k.e_ld = sp->part_ld;
		memset(k.e, 0, t->n * k.e_ld * sizeof(float));
	}
	if (l == 0 && layer->sparse > 0)
		sparse_update(t, sp->d, sp->z_ld, from, n);
	if (has_norm(&o->net->rule)) {
		k.w_squares = o->desk[t->thread].squares;
		memset(k.w_squares, 0, n * 16 * sizeof(*k.w_squares));
	}
	take_rows(t, &k, &layer->w, from, n, 0, 0);
	o->kern->sweep_update(&k);
	if (has_norm(&o->net->rule))
		limit_rows(t, &k, l, from);
	rows_done(t, &layer->w, from, n, o->net->states);
	if (layer->mean) /* from here on d is the biases' */
		for (size_t b = 0; b < t->n; b++)
			sparsity_add(&o->net->rule, layer->mean + from,
				     sp->a + b * sp->a_ld + from,
				     sp->d + b * sp->z_ld + from, n);
	update_biases(t, l, sp->d, sp->z_ld, from, n);
}

/*
 * Slices go backwards: those that were read last on the way forward are taken
 * first, and those swept last are the first of the next block, so that what the
 * caches still hold is used again.
 */
void
online_back(const struct turn *t)
{
	const struct net *net = t->o->net;

	for (size_t l = net->layers; l-- > 0;) {
		const struct layer *layer = &net->layer[l];
		size_t first = first_slice(layer, t->thread, t->threads);
		size_t s = first_slice(layer, t->thread + 1, t->threads);

		while (s-- > first)
			if (layer->by_input)
				back_output_slice(t, s);
			else
				back_hidden_slice(t, l, s);
		if (layer->by_input && has_norm(&net->rule))
			limit_outputs(t);
		if (!layer->by_input && l > 0)
			turn_barrier(t);
	}
}
