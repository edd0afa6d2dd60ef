/*
 * sweep_pairs.h - a row of weights where there are few registers: all vectors
 * for one row of the block that touches the unit, or for two, then for the
 * next.
 *
 * Vectors do not depend on each other, so the processor goes on with the next
 * ones by itself while a step, a chain of some 30 cycles, is under way.  One
 * row at a time needs fewer registers, two move the weights half as often: that
 * pays where the columns of the strip are too many for the first-level cache.
 * With l1 or l2 the chain is longer and two are an eighth slower.
 *
 * Nanoseconds for a vector of 16 weights and one row, a core of Zen 3 (13
 * instructions of two units for 8 weights make 4.0 at best): 5.3, without e
 * 4.7, with masks 6.2, with l1 7.9.  All rows for groups of 4 vectors, as with
 * more registers, took 9.5 in blocks of one row, 6.2 in blocks of 4 and 5.6 of
 * 16; 10.2, 7.7 and 6.9 with masks.
 */
#ifndef DLTOOLS_SWEEP_PAIRS_H
#define DLTOOLS_SWEEP_PAIRS_H

#include "kern/sweep_row.h"

#define NEAR_COLUMNS 1280 /* their weights and state fill half of 32 KiB */

/*
 * Runs of columns that are all full or not, in steps of GROUP vectors.  A short
 * full one is not worth its end, but for the last.
 */
static void
find_runs(struct strip *strip)
{
	const size_t step = GROUP * VL, least = 4 * step;
	size_t to;

	strip->runs = 0;
	for (size_t from = 0; from < strip->width; from = to) {
		bool full = true;

		for (to = from; to < strip->width; to += step)
			if (!is_full(strip, to, GROUP))
				break;
		if (to - from < least && to < strip->width) {
			full = false;
			to = from + step;
		}
		if (strip->runs > 0 && strip->run[strip->runs - 1].full == full)
			strip->runs--;
		strip->run[strip->runs++] = (struct run){ to, full };
	}
}

/* What sweep_row() must know of a strip. */
VEC_INLINE void
begin_strip(struct strip *strip, const struct step *p)
{
	if (may_be_full(p))
		find_runs(strip);
}

/*
 * What a row of weights and the rows that touch it mean to the loop.  All of it
 * is the loop's own: a store of weights might change what lies elsewhere, which
 * would be read again after each.
 */
struct steps {
	const struct sweep *k;
	const struct strip *strip;
	const struct line *line;
	struct touch touch[2];
	const float *x[2], *xx[2];
	float *e[2];
	float *w, *a, *b; /* a, b: or NULL */
	size_t from, to;  /* columns of the strip */
};

VEC_INLINE void
begin_steps(struct steps *s, const struct step *p, const struct touch *touch,
	    const size_t n)
{
	const struct sweep *k = s->k;
	const size_t from = s->strip->from, at = s->line->row * k->ld + from;

	s->w = k->w + at;
	s->a = p->rule != SWEEP_SGD ? k->a + at : NULL;
	s->b = p->rule == SWEEP_ADADELTA ? k->b + at : NULL;
	for (size_t j = 0; j < n; j++) {
		size_t b = touch[j].b;

		s->touch[j] = touch[j];
		s->x[j] = k->x + b * k->x_ld + from;
		s->xx[j] = uses_squares(p) ? s->strip->squares +
					     b * s->strip->width : s->x[j];
		s->e[j] = k->e ? k->e + b * k->e_ld + from : NULL;
	}
}

VEC_INLINE void
step_rows(const struct steps *s, const struct step p, const struct vectors *of,
	  size_t c, const size_t n, const bool has_e)
{
#pragma GCC unroll 2
	for (size_t j = 0; j < n; j++) {
		if (has_e)
			pass_error(s->e[j] + c, of->w,
				   vf_spread(s->touch[j].s), GROUP);
		if (p.rule == SWEEP_ADADELTA)
			step_adadelta(&p, &s->touch[j], of, s->x[j] + c,
				      s->xx[j] + c, GROUP);
		else
			step_rate(&p, &s->touch[j], of, s->x[j] + c, GROUP);
	}
}

VEC_INLINE void
load_vectors(const struct step *p, const struct vectors *g, const float *w,
	     const float *a, const float *b, size_t at)
{
#pragma GCC unroll 8
	for (size_t i = 0; i < GROUP; i++, at += VL) {
		g->w[i] = vf_load(w + at);
		if (p->rule != SWEEP_SGD)
			g->a[i] = vf_load(a + at);
		if (p->rule == SWEEP_ADADELTA)
			g->b[i] = vf_load(b + at);
	}
}

/* Columns s->from .. s->to-1.  p, n, asks, has_e: constants. */
VEC_INLINE void
step_columns(const struct steps *s, const struct step p, const size_t n,
	     const bool asks, const bool has_e)
{
	for (size_t c = s->from; c < s->to; c += GROUP * VL) {
		vf w[GROUP], a[GROUP], b[GROUP];
		const struct vectors of = { w, a, b };
		size_t ahead = asks ? place_ahead(s->k, s->strip, s->line,
						  s->strip->from + c) : 0;

		if (ahead > 0)
			prefetch(s->k, &p, ahead);
		load_vectors(&p, &of, s->w, s->a, s->b, c);
		step_rows(s, p, &of, c, n, has_e);
		store_vectors(&p, &of, s->w, s->a, s->b, c, GROUP);
	}
}

VEC_INLINE void
step_run(const struct steps *s, const struct step p, const size_t n, bool asks,
	 const bool has_e)
{
	if (asks)
		step_columns(s, p, n, true, has_e);
	else
		step_columns(s, p, n, false, has_e);
}

/* n touches, one or two, for all columns of the strip. */
VEC_INLINE void
apply(struct steps *s, const struct step p, const struct touch *touch,
      const size_t n, bool asks, const bool has_e)
{
	const struct strip *strip = s->strip;
	struct step plain = p;

	plain.masked = false;
	begin_steps(s, &p, touch, n);
	s->from = 0;
	s->to = strip->width;
	if (!may_be_full(&p)) {
		step_run(s, p, n, asks, has_e);
		return;
	}
	for (size_t i = 0; i < strip->runs; i++) {
		s->to = strip->run[i].to;
		if (strip->run[i].full)
			step_run(s, plain, n, asks, has_e);
		else
			step_run(s, p, n, asks, has_e);
		s->from = s->to;
	}
}

/* Adds the squares of the strip's weights to their row's sums. */
static void
square_row(const struct sweep *k, const struct strip *strip,
	   const struct line *line)
{
	for (size_t c = strip->from; c < strip->to; c += VL) {
		vf w = vf_load(k->w + line->row * k->ld + c);

		add_squares(k->w_squares + line->r * 16, &w, c, 1);
	}
}

VEC_INLINE void
sweep_row(const struct sweep *k, const struct strip *strip, struct step p,
	  const struct line *line, const bool has_e)
{
	struct touch touch[SWEEP_MOST];
	const struct touch *t = touch;
	const struct touch *end = find_touches(k, &p, line, touch);
	struct steps steps;
	bool pairs = !p.regular && strip->width > NEAR_COLUMNS;
	/* blocks of one row are faster without */
	bool asks = k->ahead > 0 && k->n > 1;

	steps.k = k;
	steps.strip = strip;
	steps.line = line;
	for (size_t n; t < end; t += n) {
		n = pairs && t + 1 < end ? 2 : 1;
		if (n == 2)
			apply(&steps, p, t, 2, asks, has_e);
		else
			apply(&steps, p, t, 1, asks, has_e);
		asks = false;
	}
	if (k->w_squares)
		square_row(k, strip, line);
}

#endif
