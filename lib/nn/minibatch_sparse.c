/*
 * minibatch_sparse.c - the sparse part of layer 1, forward: one-hot inputs,
 * sparse columns, and dense inputs that are mostly at rest.
 *
 * Its weights lie [input][unit], and the entries of a row say which rows of W
 * are added up, so the product costs what is not zero.
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
	size_t span = round_up(mb_row(mb, 1, r.to - 1) + 1 - base, 16);

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

/* One row of the product by itself. */
static void
gather_row(const struct minibatch *mb, const struct skip *s, size_t j)
{
	const struct skip_row *row = &s->row[j];
	struct gather k = {
		.w = s->b, .ld = s->b_term, .index = row->index,
		.value = row->value, .entries = row->count,
		.y = s->c + j * s->c_row, .n = s->n,
	};

	if (s->start != NULL)
		memcpy(k.y, s->start, s->n * sizeof(*k.y));
	else
		memset(k.y, 0, s->n * sizeof(*k.y));
	mb->kern->gather(&k);
}

/*
 * The product of rows i .. i+n-1 and, if s->m > n, of the values at rest behind
 * them.  Blocks of inputs pay when the rows have most of them; where there are
 * many inputs and few entries, each row adds up its own.  The bits are equal.
 */
static void
multiply_entries(struct minibatch *mb, const struct skip *s, size_t i, size_t n)
{
	size_t total = 0;

	for (size_t j = 0; j < n; j++) {
		mb_entries(mb, i + j, &s->row[j]);
		total += s->row[j].count;
	}
	if (total >= s->terms) {
		mb->kern->gemm_skip(s);
		return;
	}
	for (size_t j = 0; j < s->m; j++)
		gather_row(mb, s, j);
}

/*
 * Adds to the sums of n rows those of the values at rest, which are one more
 * row of the first product (so that its weights come from memory only once),
 * and the biases: both into start[], which the products after it use too.
 */
static void
add_rest(const struct minibatch *mb, const struct skip *s, size_t n,
	 const float *bias, float *start)
{
	if (s->m > n) {
		memcpy(start, s->c + n * s->c_row, s->n * sizeof(*start));
		mb->kern->vec_axpy(start, 1, bias, s->n);
	}
	for (size_t j = 0; j < n; j++)
		mb->kern->vec_axpy(s->c + j * s->c_row, 1, start, s->n);
}

_Static_assert(MB_LISTS + 1 <= SKIP_ROWS, "weights would come twice");

/* Biases and sparse entries of layer 1 into y, for kept rows r. */
void
mb_start_sparse(struct minibatch *mb, struct mb_range r, struct mb_thread *th,
		float *y)
{
	const struct mb_layer *layer = &mb->layer[1];
	const struct mb_columns *c = &mb->columns;
	struct skip s = {
		.row = th->lists, .terms = layer->sparse,
		.b_term = layer->row_ld, .c = th->sums, .c_row = layer->row_ld,
	};
	size_t base, n;

	if (r.from == r.to)
		return;
	base = mb_row(mb, 1, r.from) / 16 * 16;
	s.n = round_up(mb_row(mb, 1, r.to - 1) + 1 - base, 16);
	s.b = layer->sparsew.w + base;
	s.start = c->has_rest ? NULL : layer->bias.w + base;
	for (size_t i = 0; i < mb->m; i += n) {
		s.m = n = mb->m - i < MB_LISTS ? mb->m - i : MB_LISTS;
		if (c->has_rest && i == 0)
			s.row[s.m++] = (struct skip_row){ .index = c->dense,
				.value = c->rest, .count = c->denses };
		multiply_entries(mb, &s, i, n);
		if (c->has_rest)
			add_rest(mb, &s, n, layer->bias.w + base, th->line);
		for (size_t j = 0; j < n; j += MB_PANEL)
			spread_sums(mb, i + j, n - j < MB_PANEL ? n - j :
				    MB_PANEL, r, th->sums + j * s.c_row, y);
	}
}
