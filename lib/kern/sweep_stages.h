/*
 * sweep_stages.h - a row of weights where there are few registers: all vectors
 * for one row of the block that touches the unit, then for the next.
 *
 * A step of ADADELTA is a chain of some 40 cycles.  Vectors do not depend on
 * each other, so the processor goes on with the next ones meanwhile, but only
 * while what waits finds room in its queues: so the step is cut into three
 * stages, and the loop does the last one of some vectors, the middle one of the
 * next and the first one of those after them (software pipelining; Lam 1988).
 *
 * Nanoseconds for a vector of 16 weights and one row, a core of Zen 3 (13
 * instructions of two units for 8 weights make 4.0 at best): 5.1, without e
 * 4.3, with masks 6.0, with l1 too 7.9; 6.7 by integer seed.  In one piece 5.4,
 * 4.6, 6.1, 8.3 and 7.7.  Two rows of the block at once, which moves the
 * weights half as often, were no faster than one in stages, nor are four stages
 * or one vector in each; all rows for groups of 4 vectors, as with more
 * registers, took 6.2 in blocks of 4 and 5.6 of 16.
 */
#ifndef DLTOOLS_SWEEP_STAGES_H
#define DLTOOLS_SWEEP_STAGES_H

#include "kern/sweep_row.h"

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
 * What a row of weights and a row that touches it mean to the loop.  All of it
 * is the loop's own: a store of weights might change what lies elsewhere, which
 * would be read again after each.
 */
struct pass {
	const struct sweep *k;
	const struct strip *strip;
	const struct line *line;
	struct touch touch;
	const float *x, *xx;
	float *e;
	float *w, *a, *b; /* a, b: or NULL */
	size_t from, to;  /* columns of the strip */
};

VEC_INLINE void
begin_pass(struct pass *s, const struct step *p, const struct touch *touch)
{
	const struct sweep *k = s->k;
	const size_t from = s->strip->from, at = s->line->row * k->ld + from;
	const size_t b = touch->b;

	s->touch = *touch;
	s->w = k->w + at;
	s->a = p->rule != SWEEP_SGD ? k->a + at : NULL;
	s->b = p->rule == SWEEP_ADADELTA ? k->b + at : NULL;
	s->x = k->x + b * k->x_ld + from;
	s->xx = uses_squares(p) ? s->strip->squares + b * s->strip->width :
				  s->x;
	s->e = k->e ? k->e + b * k->e_ld + from : NULL;
}

VEC_INLINE void
ask_ahead(const struct pass *s, const struct step *p, size_t c)
{
	size_t ahead = place_ahead(s->k, s->strip, s->line,
				   s->strip->from + c);

	if (ahead > 0)
		prefetch(s->k, p, ahead);
}

/* ---- ADADELTA, GROUP vectors from column c on: u = s y / sqrt(h y) x ---- */

/* What the stages hand on. */
struct under_way {
	vf g[GROUP]; /* the gradient, with l1 or l2 */
	vf t[GROUP]; /* h y; y / h for exact roots */
	struct rooted {
		vf g[GROUP], a[GROUP], r[GROUP]; /* a = t r */
	} at_root;
};

#define LANES(i) (c + (i) * VL)
#define MASK(i) vm_mask(s->x + LANES(i), s->xx + LANES(i))

/* The error for the layer below, the gradient, and h. */
VEC_INLINE void
stage_state(const struct pass *s, const struct step *p, struct under_way *d,
	    size_t c, const bool asks, const bool has_e)
{
	const struct touch *touch = &s->touch;
	const size_t n = GROUP;
	vf w[GROUP], v[GROUP], h[GROUP], y[GROUP];

	if (asks)
		ask_ahead(s, p, c);
	EACH w[i] = vf_load(s->w + LANES(i));
	if (has_e)
		pass_error(s->e + c, w, vf_spread(touch->s), n);
	if (p->regular) {
		EACH d->g[i] = gradient(p, w[i], vf_spread(touch->s),
					vf_load(s->x + LANES(i)));
		EACH v[i] = vf_fma(d->g[i], d->g[i], p->epsilon);
	} else {
		EACH v[i] = vf_fma(vf_spread(touch->ss),
				   vf_load(s->xx + LANES(i)), p->epsilon);
	}
	EACH h[i] = vf_load(s->a + LANES(i));
	EACH v[i] = decay(p, &h[i], MASK(i), v[i]);
	EACH vf_store(s->a + LANES(i), h[i]);
	EACH y[i] = vf_load(s->b + LANES(i));
	EACH d->t[i] = p->root == ROOT_EXACT ? y[i] / v[i] : v[i] * y[i];
}

VEC_INLINE void
stage_root(const struct step *p, struct under_way *d)
{
	const size_t n = GROUP;
	struct rooted *to = &d->at_root;

	EACH to->r[i] = root_begin(p, d->t[i]);
	EACH to->a[i] = d->t[i] * to->r[i];
	if (p->regular)
		EACH to->g[i] = d->g[i];
}

/* w and y. */
VEC_INLINE void
stage_step(const struct pass *s, const struct step *p,
	   const struct under_way *d, size_t c)
{
	const struct touch *touch = &s->touch;
	const struct rooted *of = &d->at_root;
	const size_t n = GROUP;
	vf w[GROUP], y[GROUP], u[GROUP], v[GROUP], g[GROUP], last[GROUP];

	EACH y[i] = vf_load(s->b + LANES(i));
	EACH g[i] = p->regular ? of->g[i] : vf_load(s->x + LANES(i));
	if (p->root == ROOT_EXACT) {
		EACH u[i] = of->r[i] * g[i];
	} else {
		EACH last[i] = root_end(p, touch->f, of->a[i], of->r[i]);
		EACH u[i] = (y[i] * of->r[i]) * g[i];
		EACH u[i] = u[i] * last[i];
	}
	EACH w[i] = vf_load(s->w + LANES(i));
	if (p->masked && p->regular)
		EACH w[i] = vm_sub(MASK(i), w[i], u[i]);
	else
		EACH w[i] = w[i] - u[i];
	EACH vf_store(s->w + LANES(i), w[i]);
	EACH v[i] = vf_fma(u[i], u[i], p->epsilon);
	EACH (void)decay(p, &y[i], MASK(i), v[i]);
	EACH vf_store(s->b + LANES(i), y[i]);
}

#undef MASK
#undef LANES

VEC_INLINE void
adadelta_columns(const struct pass *s, const struct step p, const bool asks,
		 const bool has_e)
{
	const size_t step = GROUP * VL;
	struct under_way d;
	size_t c = s->from;

	stage_state(s, &p, &d, c, asks, has_e);
	stage_root(&p, &d);
	if (c + step < s->to) {
		stage_state(s, &p, &d, c + step, asks, has_e);
		for (; c + 2 * step < s->to; c += step) {
			stage_step(s, &p, &d, c);
			stage_root(&p, &d);
			stage_state(s, &p, &d, c + 2 * step, asks,
				    has_e);
		}
		stage_step(s, &p, &d, c);
		stage_root(&p, &d);
		c += step;
	}
	stage_step(s, &p, &d, c);
}

/* ---- rates ----------------------------------------------------------- */

VEC_INLINE void
load_vectors(const struct step *p, const struct vectors *g, const float *w,
	     const float *a, size_t at)
{
#pragma GCC unroll 8
	for (size_t i = 0; i < GROUP; i++, at += VL) {
		g->w[i] = vf_load(w + at);
		if (p->rule != SWEEP_SGD)
			g->a[i] = vf_load(a + at);
	}
}

VEC_INLINE void
rate_columns(const struct pass *s, const struct step p, const bool asks,
	     const bool has_e)
{
	for (size_t c = s->from; c < s->to; c += GROUP * VL) {
		vf w[GROUP], a[GROUP];
		const struct vectors of = { w, a, NULL };

		if (asks)
			ask_ahead(s, &p, c);
		load_vectors(&p, &of, s->w, s->a, c);
		if (has_e)
			pass_error(s->e + c, of.w, vf_spread(s->touch.s),
				   GROUP);
		step_rate(&p, &s->touch, &of, s->x + c, GROUP);
		store_vectors(&p, &of, s->w, s->a, NULL, c, GROUP);
	}
}

/* ---- a row ----------------------------------------------------------- */

/* Columns s->from .. s->to-1.  p, asks, has_e: constants. */
VEC_INLINE void
pass_columns(const struct pass *s, const struct step p, const bool asks,
	     const bool has_e)
{
	if (p.rule == SWEEP_ADADELTA)
		adadelta_columns(s, p, asks, has_e);
	else
		rate_columns(s, p, asks, has_e);
}

VEC_INLINE void
pass_run(const struct pass *s, const struct step p, bool asks,
	 const bool has_e)
{
	if (asks)
		pass_columns(s, p, true, has_e);
	else
		pass_columns(s, p, false, has_e);
}

/* One touch, for all columns of the strip. */
VEC_INLINE void
apply(struct pass *s, const struct step p, const struct touch *touch,
      bool asks, const bool has_e)
{
	const struct strip *strip = s->strip;
	struct step plain = p;

	plain.masked = false;
	begin_pass(s, &p, touch);
	s->from = 0;
	s->to = strip->width;
	if (!may_be_full(&p)) {
		pass_run(s, p, asks, has_e);
		return;
	}
	for (size_t i = 0; i < strip->runs; i++) {
		s->to = strip->run[i].to;
		if (strip->run[i].full)
			pass_run(s, plain, asks, has_e);
		else
			pass_run(s, p, asks, has_e);
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
	const struct touch *end = find_touches(k, &p, line, touch);
	struct pass pass = { .k = k, .strip = strip, .line = line };
	/* blocks of one row are faster without */
	bool asks = k->ahead > 0 && k->n > 1;

	for (const struct touch *t = touch; t < end; t++, asks = false)
		apply(&pass, p, t, asks, has_e);
	if (k->w_squares)
		square_row(k, strip, line);
}

#endif
