/*
 * sweep_row.h - a row of weights in a sweep (sweep_body.c): what both ways to
 * go through it need, sweep_groups.h and sweep_stages.h.
 */
#ifndef DLTOOLS_SWEEP_ROW_H
#define DLTOOLS_SWEEP_ROW_H

#include "kern/sweep_int.h"

/* Columns from .. to-1 of all rows. */
struct strip {
	size_t from, to, width;
	const float *squares; /* [n][width] */
	const bool *full;     /* per vector: no x of the block is zero there */
	struct run {
		size_t to;
		bool full;
	} *run; /* the same by runs of vectors, for sweep_stages.h */
	size_t runs;
};

/* Unit r, its row of weights, and the rows of the block that touch it. */
struct line {
	size_t r, row;
	uint32_t hits; /* bit b for row b of the block */
	size_t next; /* row of weights that is touched next, or NONE */
};

#define NONE SIZE_MAX

VEC_INLINE void
prefetch(const struct sweep *k, const struct step *p, size_t at)
{
	vec_own(k->w + at);
	if (p->rule != SWEEP_SGD)
		vec_own(k->a + at);
	if (p->rule == SWEEP_ADADELTA)
		vec_own(k->b + at);
}

VEC_INLINE void
store_vectors(const struct step *p, const struct vectors *g, float *w, float *a,
	      float *b, size_t at, const size_t vectors)
{
#pragma GCC unroll 8
	for (size_t i = 0; i < vectors; i++, at += VL) {
		vf_store(w + at, g->w[i]);
		if (p->rule != SWEEP_SGD)
			vf_store(a + at, g->a[i]);
		if (p->rule == SWEEP_ADADELTA)
			vf_store(b + at, g->b[i]);
	}
}

/* e += s w, for the layer below. */
VEC_INLINE void
pass_error(float *e, const vf *w, vf s, const size_t n)
{
	for (size_t i = 0; i < n; i++)
		vf_store(e + i * VL, vf_fma(s, w[i], vf_load(e + i * VL)));
}

/* What touches a unit, by the rows of the block in turn; returns its end. */
VEC_INLINE struct touch *
find_touches(const struct sweep *k, const struct step *p,
	     const struct line *line, struct touch *to)
{
	const float *s = k->s + line->r * k->s_row;
	const bool rated = p->rule != SWEEP_ADADELTA;

	for (uint32_t hits = line->hits; hits != 0; hits &= hits - 1) {
		uint32_t b = (uint32_t)__builtin_ctz(hits);

		*to++ = touch_of(p, b, s[b * k->s_sample],
				 rated ? k->rate[b] : 0,
				 rated ? k->momentum[b] : 0);
	}
	return to;
}

/* Are squares of x taken?  Else the strip has none. */
VEC_INLINE bool
uses_squares(const struct step *p)
{
	return p->rule == SWEEP_ADADELTA &&
	       (!p->regular || (SQUARES_ARE_MASK && p->masked));
}

/* Is there code for vectors without a mask, as x is often nowhere zero? */
VEC_INLINE bool
may_be_full(const struct step *p)
{
	return p->rule == SWEEP_ADADELTA && p->masked && !p->regular;
}

/* Is no x of the block zero in these vectors?  c: from the strip's first on. */
static bool
is_full(const struct strip *strip, size_t c, size_t vectors)
{
	const bool *full = strip->full + c / VL;

	for (size_t i = 0; i < vectors; i++)
		if (!full[i])
			return false;
	return true;
}

/*
 * What follows `ahead` columns later, in this row or the next that is touched:
 * the hardware's own prefetching stops at a page, which is about a row.
 */
static size_t
place_ahead(const struct sweep *k, const struct strip *strip,
	    const struct line *line, size_t c)
{
	size_t to = c + k->ahead;

	if (k->ahead == 0)
		return 0;
	if (to < strip->to)
		return line->row * k->ld + to;
	to -= strip->width;
	if (line->next == NONE || to >= strip->to)
		return 0;
	return line->next * k->ld + to;
}

#endif
