/*
 * minibatch_step.c - gradients of the weights and the optimizer's step.
 *
 * Threads take tiles of weights in turn, as the same work takes a tenth longer
 * now and then; what is computed for a tile does not depend on who does it.
 *
 * Up to 48 rows of weights at a time: the gradient D^T X of those rows is made
 * in a buffer that stays in the second cache, while a dense product asks for
 * weights and state from memory; then the step sweeps them once.  A gradient is
 * never written to memory, and each weight and state is read and written once
 * per mini-batch.
 */
#include <math.h>
#include <string.h>

#include "nn/minibatch_int.h"

/* Asks for a share of the weights and state of kept rows r .. r+n-1. */
static void
ask_for(const struct minibatch *mb, size_t l, size_t r, size_t n,
	struct mb_range part)
{
	const struct mb_layer *layer = &mb->layer[l];
	size_t whole = mb->units[l - 1].kept + 1;
	size_t at = part.from * layer->in / whole;
	size_t ask = (part.to - part.from) * layer->in / whole * 4;

	for (size_t i = 0; i < n; i++) {
		size_t k = mb_row(mb, l, r + i) * layer->ld + at;

		mb->kern->prefetch(layer->dense.w + k, ask);
		if (layer->dense.s1 != NULL)
			mb->kern->prefetch(layer->dense.s1 + k, ask);
		if (layer->dense.s2 != NULL)
			mb->kern->prefetch(layer->dense.s2 + k, ask);
	}
}

/* Some columns of the gradient of kept rows r .. r+n-1, n <= MB_ROWS. */
static void
multiply(const struct minibatch *mb, size_t l, size_t r, size_t n,
	 struct mb_range j, float *tile)
{
	const struct mb_units *from = &mb->units[l - 1], *to = &mb->units[l];
	struct gemm g = {
		.m = n, .n = j.to - j.from,
		.a_row = 1, .a_term = to->d_ld, .b_term = from->ld,
		.c = tile + j.from, .c_row = mb->widest,
	};

	ask_for(mb, l, r, n, j);
	if (mb->has_pairs) {
		g.a = to->d_pairs + r;
		g.b = from->x_pairs + j.from;
		g.terms = (mb->m + 1) / 2;
		mb->kern->gemm_bf16(&g);
	} else {
		g.a = to->d + r;
		g.b = from->x + j.from;
		g.terms = mb->m;
		mb->kern->gemm_f32(&g);
	}
}

/*
 * Gradient of kept rows r .. r+n-1 into tile[n][widest]: a panel of X stays in
 * the first cache while all these rows are multiplied with it.
 */
static void
gradient(struct minibatch *mb, size_t l, size_t r, size_t n,
	 struct mb_thread *th)
{
	size_t width = round_up(mb->units[l - 1].kept, 16);
	size_t panel = mb->m < 64 ? 256 : 64;

	if (mb_skip_gradient(mb, l, r, n, th))
		return;
	for (size_t j = 0; j < width; j += panel)
		for (size_t i = 0; i < n; i += MB_ROWS)
			multiply(mb, l, r + i, n - i < MB_ROWS ? n - i :
				 MB_ROWS, (struct mb_range){ j, width - j <
				 panel ? width : j + panel },
				 th->tile + i * mb->widest);
}

/* Rescales row r of the weights if its sum of squares is above max_w2. */
static bool
limit_norm(const struct minibatch *mb, size_t l, size_t r, struct mb_part part,
	   struct mb_thread *th)
{
	struct mb_layer *layer = &mb->layer[l];
	float limit = net_rule(mb->net)->max_w2, by;
	float *w = layer->dense.w + r * layer->ld;
	float sum = mb->kern->vec_squares(w, layer->in);

	if (layer->sparse > 0)
		sum += th->norm[r - part.full.from];
	if (!(sum > limit))
		return false;
	by = sqrtf(limit / sum);
	mb->kern->vec_scale(w, by, layer->in);
	if (layer->sparse > 0)
		th->norm[mb->widest + r - part.full.from] = by;
	return true;
}

static void
step_row(const struct minibatch *mb, size_t l, size_t r, const float *g,
	 float *line)
{
	const struct mb_units *from = &mb->units[l - 1];
	struct mb_layer *layer = &mb->layer[l];
	size_t n = round_up(layer->in, 16);

	if (from->is_masked) {
		mb->kern->vec_expand(line, g, from->bits, n);
		g = line;
	}
	mb->kern->vec_update(&mb->rule[l], layer->dense.w + r * layer->ld,
			     mb_at(layer->dense.s1, r * layer->ld),
			     mb_at(layer->dense.s2, r * layer->ld), g,
			     from->is_masked ? from->bits : NULL, n);
}

void
mb_bias_gradient(const struct minibatch *mb, size_t l, struct mb_range r,
		 float *g, float *size)
{
	const struct mb_units *u = &mb->units[l];

	mb->kern->vec_columns(g, size, u->d + r.from, u->d_ld, mb->m,
			      r.to - r.from);
}

static size_t
first_kept(const struct mb_units *u, size_t unit)
{
	size_t i = 0;

	while (i < u->kept && u->index[i] < unit)
		i++;
	return i;
}

static struct mb_part
own_part(const struct minibatch *mb, size_t l, unsigned t)
{
	const struct mb_units *u = &mb->units[l];
	struct mb_range full = mb_split(u->all, t, mb->active);
	struct mb_range r = full;

	if (u->is_masked) {
		r.from = first_kept(u, full.from);
		r.to = first_kept(u, full.to);
	}
	return (struct mb_part){
		{ r.from * u->pieces, r.to * u->pieces },
		{ full.from * u->pieces, full.to * u->pieces },
	};
}

static void
mark(uint16_t *bits, size_t i)
{
	bits[i / 16] |= (uint16_t)(1u << (i % 16));
}

/* Gradients into th->line, units to be stepped into th->bits: here those that
 * have an error, or all. */
static void
list_biases(const struct minibatch *mb, size_t l, struct mb_part own,
	    struct mb_thread *th)
{
	const float *g = th->bias, *size = th->bias + mb->widest;

	for (size_t j = own.r.from; j < own.r.to; j++) {
		size_t i = mb_row(mb, l, j) - own.full.from;

		th->line[i] = g[j - own.r.from];
		if (!net_rule(mb->net)->fast_mode || size[j - own.r.from] != 0)
			mark(th->bits, i);
	}
}

/* Those of a sparse autoencoder: of every unit, dropped ones too. */
static void
list_sparse_biases(const struct minibatch *mb, size_t l, struct mb_part own,
		   struct mb_thread *th)
{
	const struct mb_units *u = &mb->units[l];
	float *mean = mb->net->layer[l - 1].mean;
	size_t j = own.r.from;

	for (size_t unit = own.full.from; unit < own.full.to; unit++) {
		bool is_kept = j < own.r.to && mb_row(mb, l, j) == unit;
		float penalty = 0, off = 0;

		for (size_t i = 0; i < mb->m; i++)
			sparsity_add(net_rule(mb->net), mean + unit,
				     is_kept ? u->x + i * u->ld + j : &off,
				     &penalty, 1);
		penalty /= (float)mb->m;
		th->line[unit - own.full.from] = is_kept ?
			th->bias[j - own.r.from] + penalty : penalty;
		mark(th->bits, unit - own.full.from);
		j += is_kept;
	}
}

static void
step_biases(const struct minibatch *mb, size_t l, struct mb_part own,
	    struct mb_thread *th)
{
	const struct mb_block *b = &mb->layer[l].bias;
	size_t first = own.full.from;
	size_t n = round_up(own.full.to - first, 16);

	if (n == 0)
		return;
	mb_bias_gradient(mb, l, own.r, th->bias, th->bias + mb->widest);
	memset(th->bits, 0, n / 8);
	if (has_sparsity(net_rule(mb->net)) && l < mb->layers)
		list_sparse_biases(mb, l, own, th);
	else
		list_biases(mb, l, own, th);
	mb->kern->vec_update(&mb->rule[l], b->w + first, mb_at(b->s1, first),
			     mb_at(b->s2, first), th->line, th->bits, n);
}

/* Kept rows i .. i+n-1, whose gradient lies in th->tile; is one limited? */
static bool
step_rows(struct minibatch *mb, size_t l, size_t i, size_t n,
	  struct mb_part part, struct mb_thread *th)
{
	const struct net_rule *rule = net_rule(mb->net);
	const float *size = th->bias + mb->widest;
	bool is_limited = false;

	for (size_t j = 0; j < n; j++) {
		size_t row = mb_row(mb, l, i + j);

		if (rule->fast_mode && size[i + j - part.r.from] == 0)
			continue;
		step_row(mb, l, row, th->tile + j * mb->widest, th->line);
		if (has_norm(rule) && limit_norm(mb, l, row, part, th))
			is_limited = true;
	}
	return is_limited;
}

/* The dense weights of a part; is one limited? */
static bool
step_dense(struct minibatch *mb, size_t l, struct mb_part part,
	   struct mb_thread *th)
{
	struct mb_layer *layer = &mb->layer[l];
	struct mb_range r = part.r;
	bool is_limited = false;

	if (net_rule(mb->net)->fast_mode)
		mb_bias_gradient(mb, l, r, th->bias, th->bias + mb->widest);
	for (size_t i = r.from; i < r.to; i += mb->tile_rows) {
		size_t n = r.to - i < mb->tile_rows ? r.to - i : mb->tile_rows;

		if (layer->in > 0)
			gradient(mb, l, i, n, th);
		if (step_rows(mb, l, i, n, part, th))
			is_limited = true;
		if (mb->is_bf16 && layer->is_whole)
			mb_narrow_weights(mb, l, (struct mb_range){ i, i + n },
					  th->line);
	}
	return is_limited;
}

/* Are the norms of layer 1's units those of weights from columns too? */
static bool
has_norms(const struct minibatch *mb)
{
	return mb->layer[1].sparse > 0 && has_norm(net_rule(mb->net));
}

/*
 * Tiles of dense weights until all are taken, the output layer's first.  A
 * tile needs no `full`: that is for norms, whose layer is stepped by own parts.
 */
static void
step_tiles(struct minibatch *mb, struct mb_thread *th)
{
	size_t first = 0, k = atomic_fetch_add(&mb->tiles_taken, 1);

	for (size_t l = mb->layers; l > (has_norms(mb) ? 1 : 0); l--) {
		size_t rows = mb->layer[l].in > 0 ? mb_kept_rows(mb, l) : 0;

		for (size_t i; (i = (k - first) * mb->tile_rows) < rows;) {
			struct mb_part tile = {
				.r = { i, rows - i < mb->tile_rows ? rows :
					  i + mb->tile_rows },
			};

			step_dense(mb, l, tile, th);
			k = atomic_fetch_add(&mb->tiles_taken, 1);
		}
		first += (rows + mb->tile_rows - 1) / mb->tile_rows;
	}
}

/* Layer 1's own part, when its columns are stepped. */
static void
step_norms(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];
	struct mb_part own = own_part(mb, 1, t);

	mb_square_columns(mb, own, th);
	if (step_dense(mb, 1, own, th))
		mb_scale_columns(mb, own, th);
}

void
mb_step(struct minibatch *mb, unsigned t)
{
	struct mb_thread *th = &mb->thread[t];

	for (size_t l = mb->layers; l > 0; l--)
		step_biases(mb, l, own_part(mb, l, t), th);
	step_tiles(mb, th);
	if (mb->layer[1].sparse > 0)
		mb_step_columns(mb, t);
	if (has_norms(mb)) {
		mb_meet(mb);
		step_norms(mb, t);
	}
}

static void
average_block(const struct minibatch *mb, struct mb_block *b, size_t n,
	      float share, unsigned t)
{
	struct mb_range r = mb_split(n, t, mb->active);

	mb->kern->vec_average(b->average + r.from, share, b->w + r.from,
			      r.to - r.from);
}

void
mb_average(struct minibatch *mb, unsigned t, float share)
{
	for (size_t l = 1; l <= mb->layers; l++) {
		struct mb_layer *layer = &mb->layer[l];

		average_block(mb, &layer->dense, layer->rows * layer->ld,
			      share, t);
		average_block(mb, &layer->sparsew,
			      layer->sparse * layer->row_ld, share, t);
		average_block(mb, &layer->bias, layer->row_ld, share, t);
	}
}
