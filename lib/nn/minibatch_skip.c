/*
 * minibatch_skip.c - products that pass over the zeros of D = dE/d(net input).
 *
 * A Rectifier unit that is off has no error: after the first thousand steps
 * half of the first hidden layer and a fifth of the last are left.  Both
 * products with D on the left, E = D W and the gradient D^T X, then cost what
 * is not zero.  Whether that pays is seen from the lists themselves; the bits
 * are the same either way (skip.h).
 */
#include "nn/listing.h"
#include "nn/minibatch_int.h"

/* Can set l have zeros in d that are worth a look? */
static bool
may_skip(const struct minibatch *mb, size_t l)
{
	enum activation f = net_shape(mb->net)->activation;

	return l < mb->layers && !mb->has_pairs &&
	       (f == ACTIVATION_RECTIFIER || f == ACTIVATION_MAXOUT ||
		mb->units[l].row_mask != NULL);
}

/* Lists the left side x[m][ld] of a product; false if too little of it is 0. */
static bool
list(const struct minibatch *mb, struct mb_thread *th, const struct skip *s,
     const float *x, size_t ld)
{
	return listing_make(mb->kern, &(struct listing){
		.x = x, .n = s->m, .columns = s->terms, .ld = ld,
		.width = s->n, .row = th->lists, .index = th->index,
		.number = th->number, .room = th->list_room,
	});
}

/* E = D W for rows i .. i+n-1 of the mini-batch and units r of set l-1. */
bool
mb_skip_back(struct minibatch *mb, size_t l, size_t i, size_t n,
	     struct mb_range r, struct mb_back *to)
{
	const struct mb_layer *layer = &mb->layer[l];
	const struct mb_units *u = &mb->units[l];
	struct mb_thread *th = to->thread;
	struct skip s = {
		.m = n, .n = round_up(r.to - r.from, 16),
		.terms = mb_kept_rows(mb, l), .row = th->lists,
		.b = layer->k + r.from, .b_term = layer->k_ld,
		.c = to->e + i * to->ld + r.from, .c_row = to->ld,
	};

	if (!may_skip(mb, l) ||
	    !list(mb, th, &s, u->d + i * u->d_ld, u->d_ld))
		return false;
	mb->kern->gemm_skip(&s);
	return true;
}

/* The gradient of kept rows r .. r+n-1 into th->tile. */
bool
mb_skip_gradient(struct minibatch *mb, size_t l, size_t r, size_t n,
		 struct mb_thread *th)
{
	const struct mb_units *from = &mb->units[l - 1], *u = &mb->units[l];
	struct skip s = {
		.m = n, .n = round_up(from->kept, 16), .terms = mb->m,
		.row = th->lists, .b = from->x, .b_term = from->ld,
		.c = th->tile, .c_row = mb->widest,
	};
	size_t ld = round_up(mb->m, 16) + 16;

	if (!may_skip(mb, l))
		return false;
	mb->kern->transpose(th->turned, ld, u->d + r, u->d_ld, mb->m, n);
	if (!list(mb, th, &s, th->turned, ld))
		return false;
	mb->kern->gemm_skip(&s);
	return true;
}
