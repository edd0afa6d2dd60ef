/*
 * minibatch_columns.c - the step of layer 1's weights from sparse inputs, which
 * lie [input][unit] (minibatch_sparse.c).
 *
 * The entries of an input in the mini-batch say which rows of D its gradient is
 * the sum of, so that costs what is not zero.  Each thread sorts the entries of
 * its own inputs: sparse ones in turn by blocks, dense ones that are listed a
 * range of.  It steps its own sparse ones; those that are listed are taken in
 * tiles.
 */
#include <string.h>

#include "nn/minibatch_int.h"

#define BLOCK 16 /* columns whose counts share a cache line */

/* The columns of a thread. */
struct own_columns {
	size_t sparse;         /* columns below this are in turn */
	unsigned thread, threads;
	size_t first, last;    /* of columns.dense[] */
	uint32_t from, to;     /* the same as numbers */
};

static struct own_columns
own_columns(const struct minibatch *mb, unsigned t)
{
	const struct mb_columns *c = &mb->columns;
	struct mb_range dense = { c->denses * t / mb->active,
				  c->denses * (t + 1) / mb->active };
	struct own_columns own = {
		.sparse = net_shape(mb->net)->sparse, .thread = t,
		.threads = mb->active, .first = dense.from, .last = dense.to,
	};

	if (own.first < own.last) {
		own.from = c->dense[own.first];
		own.to = c->dense[own.last - 1] + 1;
	}
	return own;
}

static bool
is_own(const struct own_columns *own, uint32_t k)
{
	if (k < own->sparse)
		return k / BLOCK % own->threads == own->thread;
	return k >= own->from && k < own->to;
}

/* The first entry, from e on, whose column is not below k. */
static size_t
entry_from(const struct skip_row *row, size_t e, uint32_t k)
{
	size_t end = row->count;

	while (e < end) {
		size_t middle = (e + end) / 2;

		if (row->index[middle] < k)
			e = middle + 1;
		else
			end = middle;
	}
	return e;
}

/* The entries of row i of which some are own; all, if no column is sparse. */
static void
own_entries(const struct minibatch *mb, const struct own_columns *own,
	    size_t i, struct skip_row *row)
{
	size_t from;

	mb_entries(mb, i, row);
	if (own->sparse > 0)
		return;
	from = entry_from(row, 0, own->from);
	row->count = entry_from(row, from, own->to) - from;
	row->index += from;
	row->value += from;
}

/* Counts the entries of own columns; returns how many there are. */
static size_t
count_entries(struct minibatch *mb, const struct own_columns *own,
	      struct mb_thread *th)
{
	struct mb_columns *c = &mb->columns;
	size_t total = 0;

	th->uses = 0;
	for (size_t i = 0; i < mb->m; i++) {
		struct skip_row row;

		own_entries(mb, own, i, &row);
		for (size_t j = 0; j < row.count; j++) {
			uint32_t k = row.index[j];

			if (!is_own(own, k))
				continue;
			total++;
			if (c->count[k]++ == 0 && k < own->sparse)
				th->used[th->uses++] = k;
		}
	}
	return total;
}

static size_t
give_place(struct mb_columns *c, uint32_t k, size_t at)
{
	size_t next = at + c->count[k];

	c->start[k] = (uint32_t)at;
	c->count[k] = 0;
	return next;
}

/* Sorts the entries of own columns by column, rows ascending. */
void
mb_link_columns(struct minibatch *mb, unsigned t)
{
	struct mb_columns *c = &mb->columns;
	struct mb_thread *th = &mb->thread[t];
	struct own_columns own = own_columns(mb, t);
	size_t at;

	if (mb_kept_rows(mb, 1) == 0)
		return;
	at = atomic_fetch_add(&c->taken, count_entries(mb, &own, th));
	for (size_t i = 0; i < th->uses; i++)
		at = give_place(c, th->used[i], at);
	for (size_t i = own.first; i < own.last; i++)
		at = give_place(c, c->dense[i], at);
	for (size_t i = 0; i < mb->m; i++) {
		struct skip_row row;

		own_entries(mb, &own, i, &row);
		for (size_t j = 0; j < row.count; j++) {
			uint32_t k = row.index[j], to;

			if (!is_own(&own, k))
				continue;
			to = c->start[k] + c->count[k]++;
			c->row[to] = (uint32_t)i;
			c->value[to] = row.value[j];
		}
	}
}

/* Column c with its gradient g[] for the kept units. */
static void
step_column(const struct minibatch *mb, size_t c, const float *g,
	    struct mb_thread *th)
{
	const struct mb_units *u = &mb->units[1];
	struct mb_layer *layer = &mb->layer[1];
	size_t n = round_up(layer->rows, 16), k = c * layer->row_ld;

	if (u->is_masked && u->pieces == 1) {
		mb->kern->vec_expand(th->line, g, u->bits, n);
		g = th->line;
	} else if (u->is_masked) {
		memset(th->line, 0, n * sizeof(*th->line));
		for (size_t j = 0; j < mb_kept_rows(mb, 1); j++)
			th->line[mb_row(mb, 1, j)] = g[j];
		g = th->line;
	}
	mb->kern->vec_update(&mb->rule[1], layer->sparsew.w + k,
			     mb_at(layer->sparsew.s1, k),
			     mb_at(layer->sparsew.s2, k), g, th->bits, n);
}

/*
 * The columns list[0 .. n-1].  The values at rest have the gradient rest[i]
 * times the sum of D, which is that of the biases.
 */
static void
step_columns(struct minibatch *mb, const uint32_t *list, const float *rest,
	     size_t n, struct mb_thread *th)
{
	struct mb_columns *c = &mb->columns;
	size_t rows = mb_kept_rows(mb, 1);
	struct skip s = {
		.n = round_up(rows, 16), .terms = mb->m,
		.row = th->lists, .b = mb->units[1].d,
		.b_term = mb->units[1].d_ld, .c = th->tile,
		.c_row = mb->widest,
	};

	for (size_t i = 0; i < n; i += s.m) {
		s.m = n - i < mb->tile_rows ? n - i : mb->tile_rows;
		for (size_t j = 0; j < s.m; j++) {
			uint32_t k = list[i + j];

			th->lists[j] = (struct skip_row){
				.index = c->row + c->start[k],
				.value = c->value + c->start[k],
				.count = c->count[k],
			};
			c->count[k] = 0;
		}
		mb->kern->gemm_skip(&s);
		for (size_t j = 0; j < s.m; j++) {
			float *g = th->tile + j * mb->widest;

			if (rest != NULL)
				mb->kern->vec_axpy(g, rest[i + j], th->all,
						   rows);
			step_column(mb, list[i + j], g, th);
		}
	}
}

/* Sparse columns of the thread that have no entry: a decay of their state. */
static void
step_unused(struct minibatch *mb, const struct own_columns *own,
	    struct mb_thread *th)
{
	size_t n = round_up(mb->layer[1].rows, 16);
	float *zero = th->tile;

	memset(zero, 0, n * sizeof(*zero));
	for (uint32_t k = 0; k < own->sparse; k++)
		if (is_own(own, k) && mb->columns.count[k] == 0)
			step_column(mb, k, zero, th);
}

/* The units of layer 1 that have an error in this mini-batch. */
static void
mark_units(const struct minibatch *mb, struct mb_thread *th)
{
	bool fast = net_rule(mb->net)->fast_mode;
	struct mb_range r = { 0, mb_kept_rows(mb, 1) };
	const float *size = th->all + mb->widest;

	mb_bias_gradient(mb, 1, r, th->all, th->all + mb->widest);
	memset(th->bits, 0, round_up(mb->layer[1].rows, 16) / 8);
	for (size_t j = 0; j < r.to; j++) {
		size_t i = mb_row(mb, 1, j);

		if (!fast || size[j] != 0)
			th->bits[i / 16] |= (uint16_t)(1u << (i % 16));
	}
}

/* Tiles of listed dense columns until all are taken. */
static void
step_listed(struct minibatch *mb, struct mb_thread *th)
{
	const struct mb_columns *c = &mb->columns;
	size_t i, n = mb->tile_rows;

	while ((i = n * atomic_fetch_add(&mb->column_tiles_taken, 1)) <
	       c->denses)
		step_columns(mb, c->dense + i,
			     c->has_rest ? c->rest + i : NULL,
			     c->denses - i < n ? c->denses - i : n, th);
}

void
mb_step_columns(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];
	struct own_columns own = own_columns(mb, t);

	if (mb_kept_rows(mb, 1) == 0)
		return;
	mark_units(mb, th);
	if (!net_rule(mb->net)->fast_mode)
		step_unused(mb, &own, th);
	step_columns(mb, th->used, NULL, th->uses, th);
	step_listed(mb, th);
}

/* Sums of squares over the sparse inputs of each of own weight rows. */
void
mb_square_columns(const struct minibatch *mb, struct mb_part own,
		  struct mb_thread *th)
{
	const struct mb_layer *layer = &mb->layer[1];
	size_t n = own.full.to - own.full.from;
	float *by = th->norm + mb->widest;

	memset(th->norm, 0, n * sizeof(*th->norm));
	for (size_t i = 0; i < n; i++)
		by[i] = 1;
	for (size_t c = 0; c < layer->sparse; c++)
		mb->kern->vec_add_squares(th->norm, layer->sparsew.w +
					  c * layer->row_ld + own.full.from, n);
}

/* Multiplies them by what the limit of the norm asks for. */
void
mb_scale_columns(const struct minibatch *mb, struct mb_part own,
		 struct mb_thread *th)
{
	const struct mb_layer *layer = &mb->layer[1];
	size_t n = own.full.to - own.full.from;

	for (size_t c = 0; c < layer->sparse; c++)
		mb->kern->vec_multiply(layer->sparsew.w + c * layer->row_ld +
				       own.full.from, th->norm + mb->widest, n);
}
