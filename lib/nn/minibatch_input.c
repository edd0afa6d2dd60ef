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

static bool
is_kept(const struct minibatch *mb, size_t set, uint64_t sample, size_t unit)
{
	struct rng_key key = set == 0 ? mb->input_key : mb->hidden_key;
	struct rng_words r = rng_at(key, sample,
				    (uint64_t)set << 40 | unit / 4);

	return rng_unit_float(r.w[unit % 4]) >= mb->units[set].dropout;
}

static void
draw_mask(struct minibatch *mb, size_t set, size_t first)
{
	struct mb_units *u = &mb->units[set];

	u->kept = 0;
	memset(u->bits, 0, mb_round(u->all, 16) / 8);
	for (size_t i = 0; i < u->all; i++) {
		if (!is_kept(mb, set, (uint64_t)mb->at, first + i))
			continue;
		u->bits[i / 16] |= (uint16_t)(1u << (i % 16));
		u->index[u->kept++] = (uint32_t)i;
	}
}

void
mb_draw_masks(struct minibatch *mb)
{
	struct mb_columns *c = &mb->columns;
	size_t sparse = mb->layer[1].sparse;

	for (size_t set = 0; set < mb->layers; set++)
		if (mb->units[set].is_masked)
			draw_mask(mb, set, set == 0 ? sparse : 0);
	if (c->bits == NULL)
		return;
	memset(c->bits, 0, mb_round(sparse, 16) / 8);
	for (size_t i = 0; i < sparse; i++)
		if (is_kept(mb, 0, (uint64_t)mb->at, i))
			c->bits[i / 16] |= (uint16_t)(1u << (i % 16));
}

/* A mask of its own for row i of the mini-batch. */
static void
mask_input_row(struct minibatch *mb, struct mb_thread *th, size_t i,
	       size_t local)
{
	const struct batch *b = &th->batch;
	struct mb_units *u = &mb->units[0];
	uint64_t sample = (uint64_t)mb->at + i;
	float *x = u->x + i * u->ld;

	for (size_t j = 0; j < u->all; j++)
		if (!is_kept(mb, 0, sample, b->sparse + j))
			x[j] = 0;
	for (size_t j = b->start[local]; j < b->start[local + 1]; j++)
		th->value[j] = is_kept(mb, 0, sample, b->index[j]) ?
			       b->value[j] : 0;
}

void
mb_fetch(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];
	struct mb_range r = mb_split(mb->m, t, mb->active);
	struct mb_units *u = &mb->units[0];
	struct batch *b = &th->batch;

	th->first = r.from;
	th->rows = r.to - r.from;
	if (th->rows == 0)
		return;
	mb->feed->fetch(mb->feed->ctx, mb->at + (int64_t)r.from, th->rows, b);
	for (size_t i = 0; i < th->rows; i++) {
		float *x = u->x + (r.from + i) * u->ld;

		if (u->is_masked)
			mb->kern->vec_compress(x, b->x + i * b->ld, u->bits,
					       mb_round(u->all, 16));
		else
			memcpy(x, b->x + i * b->ld, u->all * sizeof(*x));
		if (u->dropout > 0 && !u->is_masked)
			mask_input_row(mb, th, r.from + i, i);
	}
	mb_spread_input(mb, r, th->tile);
}

static void
link_entry(struct minibatch *mb, size_t row, size_t column, float value)
{
	struct mb_columns *c = &mb->columns;
	int32_t at = (int32_t)c->entries++;

	c->row[at] = (uint32_t)row;
	c->value[at] = value;
	c->next[at] = -1;
	if (c->head[column] < 0) {
		c->head[column] = at;
		c->used[c->uses++] = (uint32_t)column;
	} else {
		c->next[c->tail[column]] = at;
	}
	c->tail[column] = at;
}

/* Lists the entries of each sparse column, rows ascending. */
void
mb_link_columns(struct minibatch *mb)
{
	struct mb_columns *c = &mb->columns;

	for (size_t i = 0; i < c->uses; i++)
		c->head[c->used[i]] = -1;
	c->uses = c->entries = 0;
	for (unsigned t = 0; t < mb->active; t++) {
		const struct mb_thread *th = &mb->thread[t];
		const struct batch *b = &th->batch;

		for (size_t i = 0; i < th->rows; i++)
			for (size_t j = b->start[i]; j < b->start[i + 1]; j++) {
				size_t k = b->index[j];

				if (th->value[j] != 0 && (c->bits == NULL ||
				    c->bits[k / 16] >> (k % 16) & 1))
					link_entry(mb, th->first + i, k,
						   th->value[j]);
			}
	}
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

		for (size_t j = r.from; j < r.to; j++) {
			bool kept = is_kept(mb, set,
					    (uint64_t)mb->at + i, j);

			mask[j] = kept ? 1 : 0;
			if (!kept)
				x[j] = xt[j * width] = 0;
		}
	}
}
