/*
 * minibatch_pass.c - forward and backward through one layer, one thread's
 * units.
 *
 * Forward, Y^T = W X^T: the numbers of W are spread over the lanes, the batch
 * lies along them.  Backward, E = D W: the numbers of D are spread, rows of W
 * lie along the lanes.  So W serves both in its natural order, and only Y^T has
 * to be transposed, for the gradient of the next weights (minibatch_step.c).
 */
#include <string.h>

#include "nn/activation.h"
#include "nn/minibatch_int.h"

#define GROUP_FLOATS 49152 /* of W, kept in the second-level cache */

/* Row r of the kept weights with the dropped inputs left out. */
static const float *
kept_row(const struct minibatch *mb, size_t l, size_t r, float *out)
{
	const struct mb_layer *layer = &mb->layer[l];
	const struct mb_units *from = &mb->units[l - 1];
	const float *w = layer->dense.w + mb_row(mb, l, r) * layer->ld;
	size_t padded = round_up(from->kept, 16);

	if (!from->is_masked)
		return w;
	mb->kern->vec_compress(out, w, from->bits, round_up(from->all, 16));
	memset(out + from->kept, 0, (padded - from->kept) * sizeof(*out));
	return out;
}

static void
pair_weights(struct minibatch *mb, size_t l, struct mb_range r, float *line)
{
	struct mb_layer *layer = &mb->layer[l];
	size_t n = round_up(mb->units[l - 1].kept, 16);
	float *zero = line + 2 * layer->ld;

	memset(zero, 0, n * sizeof(*zero));
	for (size_t i = r.from; i < r.to; i += 2) {
		const float *a = kept_row(mb, l, i, line), *b = zero;
		uint32_t *in = layer->pairs_in + i * (layer->k_ld / 2);

		mb->kern->vec_bf16((uint16_t *)in, a, n);
		if (i + 1 < r.to) {
			b = kept_row(mb, l, i + 1, line + layer->ld);
			in += layer->k_ld / 2;
			mb->kern->vec_bf16((uint16_t *)in, b, n);
		}
		mb->kern->vec_pairs(layer->pairs_out + i / 2 * layer->k_ld, a,
				    b, n);
	}
}

/* Rows r.from .. r.to-1 as the bf16 products read them; r.from is even. */
void
mb_narrow_weights(struct minibatch *mb, size_t l, struct mb_range r,
		  float *line)
{
	struct mb_layer *layer = &mb->layer[l];
	size_t n = round_up(mb->units[l - 1].kept, 16);

	if (mb->has_pairs) {
		pair_weights(mb, l, r, line);
		return;
	}
	for (size_t i = r.from; i < r.to; i++)
		mb->kern->vec_round_bf16(layer->own + i * layer->k_ld,
					 kept_row(mb, l, i, line), n);
}

static void
prepare_weights(struct minibatch *mb, size_t l, struct mb_range r,
		struct mb_thread *th)
{
	struct mb_layer *layer = &mb->layer[l];

	for (size_t i = r.from; i < r.to; i++)
		layer->kept_bias[i] = layer->bias.w[mb_row(mb, l, i)];
	if (mb->is_bf16 && !layer->is_whole)
		mb_narrow_weights(mb, l, r, th->line);
	if (mb->is_bf16)
		return; /* a whole layer's were made by the step before */
	for (size_t i = r.from; i < r.to && !layer->is_whole; i++) {
		float *to = layer->own + i * layer->k_ld;
		const float *w = kept_row(mb, l, i, to);

		if (w != to)
			memcpy(to, w, layer->in * sizeof(*to));
	}
}

static void
multiply(const struct minibatch *mb, size_t l, size_t p, struct mb_range r,
	 float *y)
{
	const struct mb_layer *layer = &mb->layer[l];
	const struct mb_units *from = &mb->units[l - 1];
	size_t width = mb_panel_width(mb, p), half = (from->kept + 1) / 2;
	struct gemm g = {
		.m = r.to - r.from, .n = width, .a_term = 1,
		.b_term = width, .c_row = width,
		.bias = layer->sparse > 0 ? NULL : layer->kept_bias + r.from,
		.add = layer->sparse > 0,
		.c = y + p * mb_kept_rows(mb, l) * MB_PANEL + r.from * width,
	};

	if (mb->has_pairs) {
		g.a = layer->pairs_in + r.from * (layer->k_ld / 2);
		g.a_row = layer->k_ld / 2;
		g.b = from->xt_pairs + p * half * MB_PANEL;
		g.terms = half;
		mb->kern->gemm_bf16(&g);
	} else {
		g.a = layer->k + r.from * layer->k_ld;
		g.a_row = layer->k_ld;
		g.b = from->xt + p * from->kept * MB_PANEL;
		g.terms = from->kept;
		mb->kern->gemm_f32(&g);
	}
}

static void
multiply_all(const struct minibatch *mb, size_t l, struct mb_range r, float *y)
{
	size_t group = round_up(GROUP_FLOATS / mb->layer[l].k_ld + 1, MB_ROWS);

	for (size_t i = r.from; i < r.to; i += group) {
		size_t end = r.to - i < group ? r.to : i + group;

		for (size_t p = 0; p < mb_panels(mb); p++)
			multiply(mb, l, p, (struct mb_range){ i, end }, y);
	}
}

/* Panel p, unit rows r of [n][width] into rows of the batch, [m][ld]. */
static void
by_rows(const struct minibatch *mb, size_t p, struct mb_range r, size_t n,
	const float *from, float *to, size_t ld)
{
	size_t width = mb_panel_width(mb, p);

	mb->kern->transpose(to + p * MB_PANEL * ld + r.from, ld,
			    from + p * n * MB_PANEL + r.from * width, width,
			    r.to - r.from, mb_panel_rows(mb, p));
}

static void
keep_winners(const struct minibatch *mb, struct mb_units *u, size_t p,
	     struct mb_range r)
{
	size_t width = mb_panel_width(mb, p);
	const float *from = u->pre_t + p * 2 * u->kept * MB_PANEL;
	float *to = u->xt + p * u->kept * MB_PANEL;

	for (size_t i = r.from; i < r.to; i++)
		mb->kern->vec_max(to + i * width, from + 2 * i * width,
				  from + (2 * i + 1) * width, width);
	by_rows(mb, p, (struct mb_range){ 2 * r.from, 2 * r.to }, 2 * u->kept,
		u->pre_t, u->pre, u->d_ld);
}

/* Pairs of rows, for the gradient of the next weights. */
static void
pair_rows(const struct minibatch *mb, struct mb_units *u,
	  struct mb_range rows, struct mb_range columns)
{
	size_t n = columns.to - columns.from;

	for (size_t i = rows.from; i < rows.to; i += 2) {
		float *x = u->x + i * u->ld + columns.from;

		if (i + 1 == mb->m)
			memset(x + u->ld, 0, n * sizeof(*x));
		mb->kern->vec_pairs(u->x_pairs + i / 2 * u->ld + columns.from,
				    x, x + u->ld, n);
	}
}

/* Units r of a set rounded to bf16 where they are. */
static void
round_x(const struct minibatch *mb, struct mb_units *u, struct mb_range r)
{
	for (size_t p = 0; p < mb_panels(mb); p++) {
		size_t width = mb_panel_width(mb, p);
		float *x = u->xt + p * u->kept * MB_PANEL + r.from * width;

		mb->kern->vec_round_bf16(x, x, (r.to - r.from) * width);
	}
	for (size_t i = 0; i < mb->m; i++) {
		float *x = u->x + i * u->ld + r.from;

		mb->kern->vec_round_bf16(x, x, r.to - r.from);
	}
}

/* Pairs of units of panel p; a zero beside the last of an odd number. */
static void
pair_units(const struct minibatch *mb, struct mb_units *u, size_t p,
	   struct mb_range r)
{
	static const float zero[MB_PANEL];
	size_t width = mb_panel_width(mb, p);
	uint32_t *pairs = u->xt_pairs + p * ((u->kept + 1) / 2) * MB_PANEL;

	for (size_t i = r.from; i < r.to; i += 2) {
		const float *x = u->xt + p * u->kept * MB_PANEL + i * width;

		mb->kern->vec_pairs(pairs + i / 2 * width, x,
				    i + 1 < u->kept ? x + width : zero, width);
	}
}

/* What the bf16 products of the next layer read, units r of a set. */
static void
narrow_x(const struct minibatch *mb, struct mb_units *u, struct mb_range r)
{
	if (!mb->has_pairs) {
		round_x(mb, u, r);
		return;
	}
	for (size_t p = 0; p < mb_panels(mb); p++)
		pair_units(mb, u, p, r);
	pair_rows(mb, u, (struct mb_range){ 0, mb->m }, r);
}

void
mb_forward(struct minibatch *mb, size_t l, unsigned t)
{
	enum activation f = net_shape(mb->net)->activation;
	struct mb_units *to = &mb->units[l];
	struct mb_range u = mb_split(to->kept, t, mb->active);
	struct mb_range r = { u.from * to->pieces, u.to * to->pieces };
	float *y = to->pieces == 2 ? to->pre_t : to->xt;
	bool is_output = l == mb->layers;

	prepare_weights(mb, l, r, &mb->thread[t]);
	if (mb->layer[l].sparse > 0)
		mb_start_sparse(mb, r, &mb->thread[t], y);
	if (mb->layer[l].in > 0 || mb->layer[l].sparse == 0)
		multiply_all(mb, l, r, y);
	for (size_t p = 0; p < mb_panels(mb); p++) {
		size_t width = mb_panel_width(mb, p);
		float *x = to->xt + p * to->kept * MB_PANEL + u.from * width;

		if (to->pieces == 2)
			keep_winners(mb, to, p, u);
		if (!is_output)
			activation_apply(f, mb->kern, x,
					 (u.to - u.from) * width);
		by_rows(mb, p, u, to->kept, to->xt, to->x, to->ld);
	}
	if (is_output)
		return;
	if (to->row_mask != NULL)
		mb_mask_rows(mb, l, u);
	if (mb->is_bf16)
		narrow_x(mb, to, u);
}

/* x[n][ld] as columns of a panel, n <= 16; missing ones are zero. */
static void
spread(const struct minibatch *mb, float *xt, size_t width, const float *x,
       size_t ld, size_t n, size_t units)
{
	mb->kern->transpose(xt, width, x, ld, n, units);
	for (size_t j = 0; n < 16 && j < units; j++)
		memset(xt + j * width + n, 0, (16 - n) * sizeof(*xt));
}

/* Rows i .. i+n-1 of the inputs as bf16 pairs of units, panel by panel. */
static void
spread_pairs(struct minibatch *mb, size_t i, size_t n, float *half)
{
	struct mb_units *u = &mb->units[0];
	size_t p = i / MB_PANEL, pairs = (u->kept + 1) / 2;
	size_t ld = mb->widest / 2;

	for (size_t j = 0; j < n; j++) {
		float *x = u->x + (i + j) * u->ld;

		if (u->kept % 2)
			x[u->kept] = 0;
		mb->kern->vec_bf16((uint16_t *)(half + j * ld), x, 2 * pairs);
	}
	spread(mb, (float *)u->xt_pairs + p * pairs * MB_PANEL + i % MB_PANEL,
	       mb_panel_width(mb, p), half, ld, n, pairs);
}

/* The inputs, already in x: rows r of the batch; half[16][widest / 2]. */
void
mb_spread_input(struct minibatch *mb, struct mb_range r, float *half)
{
	struct mb_units *u = &mb->units[0];

	if (u->all == 0)
		return;
	for (size_t i = r.from; i < r.to; i += 16) {
		size_t n = r.to - i < 16 ? r.to - i : 16, p = i / MB_PANEL;

		for (size_t j = i; j < i + n && mb->is_bf16; j++)
			mb->kern->vec_round_bf16(u->x + j * u->ld,
						 u->x + j * u->ld, u->kept);
		if (mb->has_pairs)
			spread_pairs(mb, i, n, half);
		else
			spread(mb, u->xt + p * u->kept * MB_PANEL +
			       i % MB_PANEL, mb_panel_width(mb, p),
			       u->x + i * u->ld, u->ld, n, u->kept);
	}
	if (mb->has_pairs)
		pair_rows(mb, u, r, (struct mb_range){ 0, u->kept });
}

/* bf16 forms of d of set l, some rows and columns; rows.from even. */
void
mb_narrow_d(struct minibatch *mb, size_t l, struct mb_range rows,
	    struct mb_range columns)
{
	struct mb_units *u = &mb->units[l];
	size_t n = columns.to - columns.from;
	size_t padded = round_up(columns.to, 2) - columns.from;

	for (size_t i = rows.from; i < rows.to && !mb->has_pairs; i++)
		mb->kern->vec_round_bf16(u->d + i * u->d_ld + columns.from,
					 u->d + i * u->d_ld + columns.from, n);
	if (!mb->has_pairs)
		return;
	for (size_t i = rows.from; i < rows.to; i += 2) {
		float *d = u->d + i * u->d_ld + columns.from;
		size_t at = i * u->d_ld + columns.from;

		if (i + 1 == rows.to)
			memset(d + u->d_ld, 0, n * sizeof(*d));
		for (size_t j = n; j < padded; j++)
			d[j] = d[u->d_ld + j] = 0;
		mb->kern->vec_pairs(u->d_pairs + i / 2 * u->d_ld + columns.from,
				    d, d + u->d_ld, n);
		mb->kern->vec_bf16(u->d_half + at, d, padded);
		mb->kern->vec_bf16(u->d_half + at + u->d_ld, d + u->d_ld,
				   padded);
	}
}

/* E = D W for rows i .. i+n-1 and units r of set l-1. */
static void
multiply_back(struct minibatch *mb, size_t l, size_t i, size_t n,
	      struct mb_range r, struct mb_back *out)
{
	const struct mb_layer *layer = &mb->layer[l];
	const struct mb_units *to = &mb->units[l];
	struct gemm g = {
		.m = n, .n = round_up(r.to - r.from, 16), .a_term = 1,
		.b_term = layer->k_ld, .c_row = out->ld,
		.c = out->e + i * out->ld + r.from,
	};

	if (mb->has_pairs) {
		g.a = to->d_half + i * to->d_ld;
		g.a_row = to->d_ld / 2;
		g.b = layer->pairs_out + r.from;
		g.terms = (mb_kept_rows(mb, l) + 1) / 2;
		mb->kern->gemm_bf16(&g);
	} else if (!mb_skip_back(mb, l, i, n, r, out)) {
		g.a = to->d + i * to->d_ld;
		g.a_row = to->d_ld;
		g.b = layer->k + r.from;
		g.terms = mb_kept_rows(mb, l);
		mb->kern->gemm_f32(&g);
	}
}

/*
 * The rows and units of set l-1 whose errors the thread makes: rows of its own,
 * so that each is listed by one thread only, where there are enough of them for
 * each number of W that comes from memory.
 */
static void
split_back(const struct minibatch *mb, const struct mb_units *u, unsigned t,
	   struct mb_range *rows, struct mb_range *r)
{
	*rows = (struct mb_range){ 0, mb->m };
	*r = (struct mb_range){ 0, u->kept };
	if (mb->m >= 64 * mb->active)
		*rows = mb_split(mb->m, t, mb->active);
	else
		*r = mb_split(u->kept, t, mb->active);
}

/* d of set l-1 from d of set l. */
void
mb_backward(struct minibatch *mb, size_t l, unsigned t)
{
	struct mb_units *u = &mb->units[l - 1];
	enum back_slope slope =
		activation_slope(net_shape(mb->net)->activation);
	struct mb_range rows, r;
	struct mb_back out = {
		u->pieces == 2 ? u->error : u->d,
		u->pieces == 2 ? u->ld : u->d_ld, &mb->thread[t],
	};
	size_t n;

	split_back(mb, u, t, &rows, &r);
	n = r.to - r.from;
	for (size_t i = rows.from; i < rows.to && n > 0; i += MB_LISTS)
		multiply_back(mb, l, i, rows.to - i < MB_LISTS ? rows.to - i :
			      MB_LISTS, r, &out);
	for (size_t i = rows.from; i < rows.to; i++) {
		size_t at = i * u->ld + r.from;
		size_t piece = i * u->d_ld + r.from * u->pieces;
		float *e = out.e + i * out.ld + r.from;
		struct back k = {
			.e = e, .parts = 1, .a = u->x + at,
			.keep = mb_at(u->row_mask, at),
			.slope = slope, .d = e, .n = n,
		};

		mb->kern->back(&k);
		if (u->pieces == 2)
			activation_split(u->d + piece, e, u->pre + piece, n,
					 2, 1);
	}
	if (mb->is_bf16)
		mb_narrow_d(mb, l - 1, rows,
			    (struct mb_range){ r.from * u->pieces,
					       r.to * u->pieces });
}
