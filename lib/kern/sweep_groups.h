/*
 * sweep_groups.h - a row of weights where there are many registers: a group of
 * vectors and its state are loaded once, all rows of the block that touch the
 * unit are applied in order, and they are stored.
 *
 * One row's step is a chain of some 40 cycles, so several independent vectors
 * must be under way: groups of 8, 4 of them in step (2 with l1 or l2).
 */
#ifndef DLTOOLS_SWEEP_GROUPS_H
#define DLTOOLS_SWEEP_GROUPS_H

#include "kern/sweep_row.h"

/*
 * In blocks of so few rows a group of 8 is mostly moved, and the processor sees
 * too little of what follows: groups of 4 make the large net 2 % faster.
 */
#define FEW_ROWS 8
#define ABREAST_REGULAR 2 /* in step: l1 and l2 need more registers */

/* Some columns of a row of weights and what touches them. */
struct place {
	size_t r, row; /* as in struct line */
	size_t c, vectors;
	size_t ahead; /* what to prefetch, 0 = nothing */
	const struct touch *touch, *end; /* by the rows of the block in turn */
};

/*
 * ADADELTA on n <= ABREAST vectors: w, h, y, and x, square(x) of a row.  Every
 * line for all of them before the next, so that the processor need not look far
 * ahead for something to do: a tenth faster than one after the other.  Without
 * l1 and l2 the product G = s x is never made: G^2 = s^2 x^2 and
 * u = (s y / sqrt t) x, two multiplications less.
 */
VEC_INLINE void
step_adadelta(const struct step *p, const struct touch *touch,
	      const struct vectors *of, const float *x, const float *xx,
	      const size_t n)
{
	vf *w = of->w, *h = of->a, *y = of->b;
	vf g[ABREAST], v[ABREAST], u[ABREAST], last[ABREAST];
	vm m[ABREAST] = { 0 };

	EACH g[i] = vf_load(x + i * VL);
	if (p->masked)
		EACH m[i] = vm_mask(x + i * VL, xx + i * VL);
	if (p->regular)
		EACH g[i] = gradient(p, w[i], vf_spread(touch->s), g[i]);
	EACH v[i] = p->regular ? vf_fma(g[i], g[i], p->epsilon) :
		vf_fma(vf_spread(touch->ss), vf_load(xx + i * VL), p->epsilon);
	EACH v[i] = decay(p, &h[i], m[i], v[i]);
	if (p->root == ROOT_EXACT) {
		EACH u[i] = vf_sqrt(y[i] / v[i]) * g[i];
	} else {
		EACH u[i] = root_of(p, touch->f, y[i] * v[i], &last[i]);
		EACH u[i] = y[i] * u[i];
		EACH u[i] = u[i] * g[i];
		EACH u[i] = u[i] * last[i];
	}
	if (p->masked && p->regular)
		EACH w[i] = vm_sub(m[i], w[i], u[i]);
	else
		EACH w[i] = w[i] - u[i];
	EACH v[i] = vf_fma(u[i], u[i], p->epsilon);
	EACH (void)decay(p, &y[i], m[i], v[i]);
}

VEC_INLINE void
load_group(const struct sweep *k, const struct step *p,
	   const struct vectors *g, const struct place *place,
	   const size_t vectors)
{
	size_t at = place->row * k->ld + place->c;

	for (size_t i = 0; i < vectors; i++, at += VL) {
		g->w[i] = vf_load(k->w + at);
		if (p->rule != SWEEP_SGD)
			g->a[i] = vf_load(k->a + at);
		if (p->rule == SWEEP_ADADELTA)
			g->b[i] = vf_load(k->b + at);
		if (place->ahead > 0)
			prefetch(k, p, place->ahead + i * VL);
	}
}

/* p, vectors, has_e: constants at every call. */
VEC_INLINE void
group(const struct sweep *k, const struct strip *strip, struct step p,
      const struct place *place, const size_t vectors, bool has_e)
{
	const size_t abreast = p.regular ? ABREAST_REGULAR : ABREAST;
	size_t c = place->c, at = place->row * k->ld + c;
	vf w[GROUP], a[GROUP], b[GROUP];
	const struct vectors all = { w, a, b };

	load_group(k, &p, &all, place, vectors);
	for (const struct touch *t = place->touch; t < place->end; t++) {
		const float *x = k->x + t->b * k->x_ld + c;
		const float *xx = uses_squares(&p) ? strip->squares +
			t->b * strip->width + (c - strip->from) : x;
		float *e = has_e ? k->e + t->b * k->e_ld + c : NULL;

#pragma GCC unroll 8
		for (size_t i = 0; i < vectors; i += abreast) {
			const size_t n = vectors - i < abreast ? vectors - i
							       : abreast;

			const struct vectors of = { w + i, a + i, b + i };

			if (has_e)
				pass_error(e + i * VL, of.w, vf_spread(t->s),
					   n);
			if (p.rule == SWEEP_ADADELTA)
				step_adadelta(&p, t, &of, x + i * VL,
					      xx + i * VL, n);
			else
				step_rate(&p, t, &of, x + i * VL, n);
		}
	}
	if (k->w_squares)
		add_squares(k->w_squares + place->r * 16, w, c, vectors);
	store_vectors(&p, &all, k->w, k->a, k->b, at, vectors);
}

/*
 * Vectors of a group at most: what is in work must fit the registers.  Rules
 * that are seldom used (`every`, l2, exact roots) get less code.
 */
VEC_INLINE size_t
group_most(const struct step *p)
{
	if (!p->masked)
		return 4;
	if (p->rule != SWEEP_ADADELTA)
		return GROUP;
	if (p->root == ROOT_EXACT || (p->regular && !p->l1_only))
		return 4;
	return p->root == ROOT_FMA ? 6 : GROUP;
}

/*
 * Vectors of the next group when `left` are left: 8, 6, 4 or less, so that no
 * small group remains, which would wait on itself (45 vectors in groups of 8
 * end with one alone; 8 8 8 8 6 4 3 is a tenth faster).
 */
VEC_INLINE size_t
next_group(size_t left, const size_t most)
{
	static const uint8_t of_8[16] = {
		0, 1, 2, 3, 4, 3, 6, 4, 8, 6, 6, 8, 6, 6, 8, 8,
	};
	static const uint8_t of_6[12] = {
		0, 1, 2, 3, 4, 3, 6, 4, 4, 6, 6, 6,
	};
	static const uint8_t of_4[8] = { 0, 1, 2, 3, 4, 3, 3, 4 };

	if (left >= 2 * most)
		return most;
	return most == 8 ? of_8[left] : most == 6 ? of_6[left] : of_4[left];
}

/* A group of one of the sizes that there is code for. */
VEC_INLINE void
any_group(const struct sweep *k, const struct strip *strip, struct step p,
	  const struct place *at, const size_t most, bool has_e)
{
	switch (at->vectors) {
#define CASE(v) \
	case v: \
		if (v <= most) \
			group(k, strip, p, at, v, has_e); \
		break;
	CASE(1) CASE(2) CASE(3) CASE(4) CASE(6) CASE(8)
#undef CASE
	}
}

/* What sweep_row() must know of a strip: nothing more than it says itself. */
VEC_INLINE void
begin_strip(const struct strip *strip, const struct step *p)
{
	(void)strip;
	(void)p;
}

VEC_INLINE void
sweep_row(const struct sweep *k, const struct strip *strip, struct step p,
	  const struct line *line, bool has_e)
{
	const size_t most = group_most(&p);
	const size_t some = k->n <= FEW_ROWS && most > 4 ? 4 : most;
	struct touch touch[SWEEP_MOST];
	struct place at = { .r = line->r, .row = line->row, .c = strip->from,
			    .touch = touch };
	struct step plain = p;

	plain.masked = false;
	at.end = find_touches(k, &p, line, touch);
	for (; at.c < strip->to; at.c += at.vectors * VL) {
		at.vectors = next_group((strip->to - at.c) / VL, some);
		at.ahead = place_ahead(k, strip, line, at.c);
		if (may_be_full(&p) &&
		    is_full(strip, at.c - strip->from, at.vectors))
			any_group(k, strip, plain, &at, most, has_e);
		else
			any_group(k, strip, p, &at, most, has_e);
	}
}

#endif
