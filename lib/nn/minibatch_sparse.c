/*
 * minibatch_sparse.c - the sparse part of layer 1: one-hot inputs, sparse
 * columns, and dense inputs that are mostly zero.
 *
 * Its weights lie [input][unit].  Forward, the entries of a row say which rows
 * of W are added up; for the gradient of an input's weights, its entries in the
 * mini-batch say which rows of D.  So both products cost what is not zero.
 */
#include <string.h>

#include "nn/minibatch_int.h"

void
mb_entries(const struct minibatch *mb, size_t i, struct skip_row *row)
{
	const struct mb_thread *th = mb->thread;
	uint32_t at;

	while (i < th->first || i >= th->first + th->rows)
		th++;
	at = th->start[i - th->first];
	*row = (struct skip_row){
		.index = th->entry + at, .value = th->value + at,
		.count = th->start[i - th->first + 1] - at,
	};
}

/*
 * Leaves the kept rows r of sums[n][ld], which begin with weight row `base`;
 * returns where they begin now.
 */
static float *
keep_sums(const struct minibatch *mb, size_t n, struct mb_range r, float *sums,
	  size_t base)
{
	const struct mb_units *u = &mb->units[1];
	size_t ld = mb->layer[1].row_ld, before = 0;
	size_t span = mb_round(mb_row(mb, 1, r.to - 1) + 1 - base, 16);

	if (!u->is_masked)
		return sums;
	if (u->pieces == 1) {
		while (before < r.from && u->index[r.from - before - 1] >= base)
			before++;
		for (size_t j = 0; j < n; j++)
			mb->kern->vec_compress(sums + j * ld, sums + j * ld,
					       u->bits + base / 16, span);
		return sums + before;
	}
	for (size_t j = 0; j < n; j++)
		for (size_t k = r.from; k < r.to; k++)
			sums[j * ld + k - r.from] =
				sums[j * ld + mb_row(mb, 1, k) - base];
	return sums;
}

/* Rows i .. i+n-1 of sums, of kept rows r, into y; they lie in one panel. */
static void
spread_sums(const struct minibatch *mb, size_t i, size_t n, struct mb_range r,
	    float *sums, float *y)
{
	size_t p = i / MB_PANEL, width = mb_panel_width(mb, p);
	size_t count = r.to - r.from, ld = mb->layer[1].row_ld;

	sums = keep_sums(mb, n, r, sums, mb_row(mb, 1, r.from) / 16 * 16);
	mb->kern->transpose(y + p * mb_kept_rows(mb, 1) * MB_PANEL +
			    r.from * width + i % MB_PANEL, width, sums, ld, n,
			    count);
}

/* Biases and sparse entries of layer 1 into y, for kept rows r. */
void
mb_start_sparse(struct minibatch *mb, struct mb_range r, struct mb_thread *th,
		float *y)
{
	const struct mb_layer *layer = &mb->layer[1];
	struct skip s = {
		.row = th->lists, .terms = layer->sparse,
		.b_term = layer->row_ld, .c = th->sums, .c_row = layer->row_ld,
	};
	size_t base, n;

	if (r.from == r.to)
		return;
	base = mb_row(mb, 1, r.from) / 16 * 16;
	s.n = mb_round(mb_row(mb, 1, r.to - 1) + 1 - base, 16);
	s.b = layer->sparsew.w + base;
	s.start = layer->bias.w + base;
	for (size_t i = 0; i < mb->m; i += n) {
		n = mb->m - i < MB_LISTS ? mb->m - i : MB_LISTS;
		s.m = n;
		for (size_t j = 0; j < n; j++)
			mb_entries(mb, i + j, &th->lists[j]);
		mb->kern->gemm_skip(&s);
		for (size_t j = 0; j < n; j += MB_PANEL)
			spread_sums(mb, i + j, n - j < MB_PANEL ? n - j :
				    MB_PANEL, r, th->sums + j * s.c_row, y);
	}
}

static float *
at(float *p, size_t offset)
{
	return p != NULL ? p + offset : NULL;
}

/* Column c with its gradient g[] for the kept rows of `own`. */
static void
step_column(const struct minibatch *mb, size_t c, struct mb_part own,
	    const float *g, struct mb_thread *th)
{
	const struct mb_units *u = &mb->units[1];
	struct mb_layer *layer = &mb->layer[1];
	size_t base = own.full.from, n = mb_round(own.full.to - base, 16);
	size_t k = c * layer->row_ld + base;

	if (u->is_masked && u->pieces == 1) {
		mb->kern->vec_expand(th->line, g, u->bits + base / 16, n);
		g = th->line;
	} else if (u->is_masked) {
		memset(th->line, 0, n * sizeof(*th->line));
		for (size_t j = own.r.from; j < own.r.to; j++)
			th->line[mb_row(mb, 1, j) - base] = g[j - own.r.from];
		g = th->line;
	}
	mb->kern->vec_update(&mb->rule[1], layer->sparsew.w + k,
			     at(layer->sparsew.s1, k),
			     at(layer->sparsew.s2, k), g, th->bits, n);
}

/* What a column's step will need, and its entries. */
static void
entries_of_column(const struct minibatch *mb, size_t c, size_t base,
		  struct skip_row *row)
{
	const struct mb_columns *columns = &mb->columns;
	const struct mb_block *b = &mb->layer[1].sparsew;
	size_t k = c * mb->layer[1].row_ld + base;
	uint32_t from = columns->start[c];

	*row = (struct skip_row){
		.index = columns->row + from, .value = columns->value + from,
		.count = columns->count[c],
		.soon = { (const char *)(b->w + k),
			  b->s1 != NULL ? (const char *)(b->s1 + k) : NULL,
			  b->s2 != NULL ? (const char *)(b->s2 + k) : NULL },
	};
}

/* Columns list[0 .. n-1], or first .. first+n-1. */
static void
step_columns(struct minibatch *mb, const uint32_t *list, size_t first,
	     size_t n, struct mb_part own, struct mb_thread *th)
{
	size_t base = own.full.from;
	struct skip s = {
		.n = mb_round(own.r.to - own.r.from, 16), .terms = mb->m,
		.row = th->lists, .b = mb->units[1].d + own.r.from,
		.b_term = mb->units[1].d_ld, .c = th->tile,
		.c_row = mb->widest,
		.soon_bytes = (own.full.to - base) * sizeof(float),
	};

	for (size_t i = 0; i < n; i += s.m) {
		s.m = n - i < mb->tile_rows ? n - i : mb->tile_rows;
		for (size_t j = 0; j < s.m; j++)
			entries_of_column(mb, list != NULL ? list[i + j] :
					  first + i + j, base, &th->lists[j]);
		mb->kern->gemm_skip(&s);
		for (size_t j = 0; j < s.m; j++)
			step_column(mb, list != NULL ? list[i + j] :
				    first + i + j, own,
				    th->tile + j * mb->widest, th);
	}
}

void
mb_step_sparse(struct minibatch *mb, struct mb_part own, const float *size,
	       struct mb_thread *th)
{
	const struct mb_columns *c = &mb->columns;
	size_t sparse = net_shape(mb->net)->sparse, all = mb->layer[1].sparse;
	bool fast = net_rule(mb->net)->fast_mode;

	memset(th->bits, 0, mb_round(own.full.to - own.full.from, 16) / 8);
	for (size_t j = own.r.from; j < own.r.to; j++) {
		size_t i = mb_row(mb, 1, j) - own.full.from;

		if (!fast || size[j - own.r.from] != 0)
			th->bits[i / 16] |= (uint16_t)(1u << (i % 16));
	}
	if (fast)
		step_columns(mb, c->used, 0, c->uses, own, th);
	else
		step_columns(mb, NULL, 0, sparse, own, th);
	step_columns(mb, NULL, sparse, all - sparse, own, th);
}
