/*
 * minibatch_input.c - dropout masks and the rows of a mini-batch.
 *
 * A mask per mini-batch drops units from all its rows at once, so that they
 * leave the products altogether (Graham, Reizenstein, Robinson 2015,
 * "Efficient batchwise dropout training using submatrices").  A mask's number
 * is a function of seed, position, layer and unit alone.
 */
#include <string.h>

#include "nn/minibatch_int.h"

static struct rng_key
key_of(const struct minibatch *mb, size_t set)
{
	return set == 0 ? mb->input_key : mb->hidden_key;
}

static bool
is_kept(const struct minibatch *mb, size_t set, uint64_t sample, size_t unit)
{
	struct rng_words r = rng_at(key_of(mb, set), sample,
				    (uint64_t)set << 40 | unit / 4);

	return rng_unit_float(r.w[unit % 4]) > mb->units[set].dropout;
}

/* keep[i] = 1 or 0 for units first .. first+n-1; the others of y become 0. */
static void
keep_units(const struct minibatch *mb, size_t set, uint64_t sample,
	   size_t first, size_t n, float *keep, float *y)
{
	struct rng_key key = key_of(mb, set);

	mb->kern->dropout_keep(&(struct keep){
		.key = { key.k[0], key.k[1] }, .a = sample,
		.b = (uint64_t)set << 40, .first = first, .n = n,
		.ratio = mb->units[set].dropout, .keep = keep, .y = y,
	});
}

/* Bit i of bits[] is that of unit first + i, i < n. */
static void
draw_bits(const struct minibatch *mb, size_t set, size_t first, size_t n,
	  uint16_t *bits)
{
	float keep[256];

	memset(bits, 0, round_up(n, 16) / 8);
	for (size_t i = 0; i < n; i += 256) {
		size_t some = n - i < 256 ? n - i : 256;

		keep_units(mb, set, (uint64_t)mb->at, first + i, some, keep,
			   NULL);
		for (size_t j = 0; j < some; j++)
			bits[(i + j) / 16] |= (uint16_t)((keep[j] != 0) <<
							 (j % 16));
	}
}

static void
draw_mask(struct minibatch *mb, size_t set, size_t first)
{
	struct mb_units *u = &mb->units[set];

	u->kept = 0;
	draw_bits(mb, set, first, u->all, u->bits);
	for (size_t i = 0; i < u->all; i++) {
		u->index[u->kept] = (uint32_t)i;
		u->kept += u->bits[i / 16] >> (i % 16) & 1;
	}
}

static bool
is_column_kept(const struct mb_columns *c, size_t k)
{
	return c->bits == NULL || (c->bits[k / 16] >> (k % 16) & 1);
}

/* The listed dense inputs that take part, and their values at rest. */
void
mb_list_dense(struct minibatch *mb)
{
	const struct net_shape *shape = net_shape(mb->net);
	struct mb_columns *c = &mb->columns;

	c->denses = 0;
	c->has_rest = false;
	for (size_t i = 0; i < shape->dense; i++) {
		if (!is_column_kept(c, shape->sparse + i))
			continue;
		c->dense[c->denses] = (uint32_t)(shape->sparse + i);
		c->rest[c->denses++] = shape->rest[i];
		c->has_rest = c->has_rest || shape->rest[i] != 0;
	}
}

void
mb_draw_masks(struct minibatch *mb)
{
	struct mb_columns *c = &mb->columns;
	size_t sparse = mb->layer[1].sparse;

	for (size_t set = 0; set < mb->layers; set++)
		if (mb->units[set].is_masked && mb->units[set].all > 0)
			draw_mask(mb, set, set == 0 ? sparse : 0);
	if (c->bits == NULL)
		return;
	draw_bits(mb, 0, 0, sparse, c->bits);
	if (mb->is_listed)
		mb_list_dense(mb);
}

static bool
is_entry_kept(const struct minibatch *mb, uint64_t sample, size_t column)
{
	if (mb->columns.bits != NULL)
		return is_column_kept(&mb->columns, column);
	return !(mb->units[0].dropout > 0) || is_kept(mb, 0, sample, column);
}

/* The entries of row i that the masks leave, dense ones behind the others. */
static void
list_row(struct minibatch *mb, struct mb_thread *th, size_t i)
{
	const struct batch *b = &th->batch;
	uint64_t sample = (uint64_t)mb->at + th->first + i;
	uint32_t at = th->start[i], from = at;

	for (size_t j = b->start[i]; j < b->start[i + 1]; j++) {
		th->entry[at] = b->index[j];
		th->value[at++] = b->value[j];
	}
	if (mb->is_listed)
		at += (uint32_t)mb->kern->vec_unlike(th->entry + at,
				th->value + at, b->x + i * b->ld,
				net_shape(mb->net)->rest, b->dense,
				(uint32_t)b->sparse);
	if (mb->units[0].dropout > 0) {
		uint32_t end = at;

		at = from;
		for (uint32_t j = from; j < end; j++)
			if (is_entry_kept(mb, sample, th->entry[j])) {
				th->entry[at] = th->entry[j];
				th->value[at++] = th->value[j];
			}
	}
	th->start[i + 1] = at;
}

/* The dense inputs of row i of the thread's rows. */
static void
take_row(struct minibatch *mb, struct mb_thread *th, size_t i)
{
	const struct batch *b = &th->batch;
	const struct mb_units *u = &mb->units[0];
	float *x = u->x + (th->first + i) * u->ld;

	if (u->is_masked)
		mb->kern->vec_compress(x, b->x + i * b->ld, u->bits,
				       round_up(u->all, 16));
	else
		memcpy(x, b->x + i * b->ld, u->all * sizeof(*x));
	if (u->dropout > 0 && !u->is_masked)
		keep_units(mb, 0, (uint64_t)mb->at + th->first + i, b->sparse,
			   u->all, th->line, x);
}

void
mb_fetch(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];
	struct mb_range r = mb_split(mb->m, t, mb->active);

	th->first = r.from;
	th->rows = r.to - r.from;
	if (th->rows == 0)
		return;
	mb->feed->fetch(mb->feed->ctx, mb->at + (int64_t)r.from, th->rows,
			&th->batch);
	for (size_t i = 0; i < th->rows; i++) {
		if (mb->units[0].all > 0)
			take_row(mb, th, i);
		if (mb->layer[1].sparse > 0)
			list_row(mb, th, i);
	}
	mb_spread_input(mb, r, th->tile);
}

/* Units r of a hidden set, a mask for each row of the mini-batch. */
void
mb_mask_rows(struct minibatch *mb, size_t set, struct mb_range r)
{
	struct mb_units *u = &mb->units[set];

	for (size_t i = 0; i < mb->m; i++) {
		size_t p = i / MB_PANEL, width = mb_panel_width(mb, p);
		float *xt = u->xt + p * u->all * MB_PANEL + i % MB_PANEL;
		float *x = u->x + i * u->ld, *mask = u->row_mask + i * u->ld;

		keep_units(mb, set, (uint64_t)mb->at + i, r.from,
			   r.to - r.from, mask + r.from, x + r.from);
		for (size_t j = r.from; j < r.to; j++)
			xt[j * width] *= mask[j];
	}
}
