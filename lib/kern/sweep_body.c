/*
 * sweep_body.c - the update of a slice of a layer by a block of rows.
 *
 * A row of weights is taken a group of vectors at a time: w and its state are
 * loaded once, all rows of the block whose error (s) is not zero are applied in
 * order, and they are stored.  One row's step is a chain of some 40 cycles, so
 * several independent vectors must be under way: 8 where there are 32
 * registers, 4 of them in step (2 with l1 or l2).  Columns go in strips so
 * that x, x^2 and e of the block stay in the second-level cache while the rows
 * of weights stream past (narrower strips gained nothing on Zen 5 and lost on
 * Emerald Rapids, where they break up the streams).
 *
 * Nanoseconds for a vector of 16 weights and one row, a core of Emerald Rapids:
 * 3.3 where every unit is hit (12 instructions of two units and the estimate,
 * which takes three turns, make 2.75 at best); 3.6 with e; where one row in six
 * hits, 4.5 in the second-level cache and 6 beyond, as each vector is moved for
 * few steps.  On Zen 5 (before groups were of even size), cycles: 6.9 in the
 * first-level cache, 8.4 with e; 13.6 from memory, 10.8 with prefetch; with the
 * integer seed instead of the estimate 10.5.
 */
#include "kern/sweep_int.h"

#define LEAST (GROUP * VL) /* columns of a strip */
/*
 * In blocks of so few rows a group of 8 is mostly moved, and the processor sees
 * too little of what follows: groups of 4 make the large net 2 % faster.
 */
#define FEW_ROWS 8
#define SQUARES (STRIP_BYTES / sizeof(float) / 2)

/* Columns from .. to-1 of all rows. */
struct strip {
	size_t from, to, width;
	const float *squares; /* [n][width] */
	const bool *full;     /* per vector: no x of the block is zero there */
};

/* Unit r, its row of weights, and the rows of the block that touch it. */
struct line {
	size_t r, row;
	uint32_t hits; /* bit b for row b of the block */
	size_t next; /* row of weights that is touched next, or NONE */
};

#define NONE SIZE_MAX

/* Some columns of a row of weights and what touches them. */
struct place {
	size_t r, row; /* as in struct line */
	size_t c, vectors;
	size_t ahead; /* what to prefetch, 0 = nothing */
	const struct touch *touch, *end; /* by the rows of the block in turn */
};

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

VEC_INLINE void
store_group(const struct sweep *k, const struct step *p,
	    const struct vectors *g, size_t at, const size_t vectors)
{
	for (size_t i = 0; i < vectors; i++, at += VL) {
		vf_store(k->w + at, g->w[i]);
		if (p->rule != SWEEP_SGD)
			vf_store(k->a + at, g->a[i]);
		if (p->rule == SWEEP_ADADELTA)
			vf_store(k->b + at, g->b[i]);
	}
}

/* e += s w, for the layer below. */
VEC_INLINE void
pass_error(float *e, const vf *w, float s, const size_t n)
{
	for (size_t i = 0; i < n; i++)
		vf_store(e + i * VL, vf_fma(vf_set1(s), w[i],
					    vf_load(e + i * VL)));
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
		const float *xx = strip->squares + t->b * strip->width +
				  (c - strip->from);
		float *e = has_e ? k->e + t->b * k->e_ld + c : NULL;

#pragma GCC unroll 8
		for (size_t i = 0; i < vectors; i += abreast) {
			const size_t n = vectors - i < abreast ? vectors - i
							       : abreast;

			const struct vectors of = { w + i, a + i, b + i };

			if (has_e)
				pass_error(e + i * VL, of.w, t->s, n);
			if (p.rule == SWEEP_ADADELTA)
				step_adadelta(&p, t, &of, x + i * VL,
					      xx + i * VL, n);
			else
				step_rate(&p, t, &of, x + i * VL, n);
		}
	}
	if (k->w_squares)
		add_squares(k->w_squares + place->r * 16, w, c, vectors);
	store_group(k, &p, &all, at, vectors);
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
	return p->root == ROOT_FMA && GROUP > 6 ? 6 : GROUP;
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
		if (v <= GROUP && v <= most) \
			group(k, strip, p, at, v, has_e); \
		break;
	CASE(1) CASE(2) CASE(3) CASE(4)
#if GROUP == 8
	CASE(6) CASE(8)
#endif
#undef CASE
	}
}

static bool
is_full(const struct strip *strip, const struct place *at)
{
	const bool *full = strip->full + (at->c - strip->from) / VL;

	for (size_t i = 0; i < at->vectors; i++)
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

VEC_INLINE void
sweep_row(const struct sweep *k, const struct strip *strip, struct step p,
	  const struct line *line, bool has_e)
{
	const float *s = k->s + line->r * k->s_row;
	const size_t most = group_most(&p);
	const size_t some = k->n <= FEW_ROWS && most > 4 ? 4 : most;
	const bool may_be_full = p.rule == SWEEP_ADADELTA && p.masked &&
				 !p.regular;
	const bool rated = p.rule != SWEEP_ADADELTA;
	struct touch touch[SWEEP_MOST];
	struct place at = { .r = line->r, .row = line->row, .c = strip->from,
			    .touch = touch, .end = touch };
	struct step plain = p;

	plain.masked = false;
	for (uint32_t hits = line->hits; hits != 0; hits &= hits - 1) {
		uint32_t b = (uint32_t)__builtin_ctz(hits);

		touch[at.end - touch] = touch_of(&p, b, s[b * k->s_sample],
						 rated ? k->rate[b] : 0,
						 rated ? k->momentum[b] : 0);
		at.end++;
	}
	for (; at.c < strip->to; at.c += at.vectors * VL) {
		at.vectors = next_group((strip->to - at.c) / VL, some);
		at.ahead = place_ahead(k, strip, line, at.c);
		if (may_be_full && is_full(strip, &at))
			any_group(k, strip, plain, &at, most, has_e);
		else
			any_group(k, strip, p, &at, most, has_e);
	}
}

static size_t
row_of(const struct sweep *k, size_t r)
{
	return k->row ? k->row[r] : r;
}

VEC_INLINE void
sweep_strip(const struct sweep *k, const struct strip *strip, struct step p,
	    bool has_e)
{
	uint32_t hits[ROWS_AT_ONCE];

	for (size_t r = 0, n; r < k->rows; r += n) {
		size_t i = 0, next;

		n = k->rows - r < ROWS_AT_ONCE ? k->rows - r : ROWS_AT_ONCE;
		find_hits(k, r, n, hits);
		while (i < n && hits[i] == 0)
			i++;
		for (; i < n; i = next) {
			struct line line = { .r = r + i, .hits = hits[i] };

			for (next = i + 1; next < n && hits[next] == 0;)
				next++;
			line.row = row_of(k, r + i);
			line.next = next < n ? row_of(k, r + next) : NONE;
			sweep_row(k, strip, p, &line, has_e);
		}
	}
}

static void
square(const struct sweep *k, const struct strip *strip, float *squares,
       bool *full)
{
	for (size_t i = 0; i < strip->width / VL; i++)
		full[i] = true;
	for (size_t b = 0; b < k->n; b++)
		for (size_t i = 0; i < strip->width / VL; i++) {
			vf x = vf_load(k->x + b * k->x_ld + strip->from +
				       i * VL);

			vf_store(squares + b * strip->width + i * VL, x * x);
			full[i] &= vm_all(vm_nonzero(x));
		}
}

VEC_INLINE void
strips(const struct sweep *k, struct step p, bool has_e)
{
	_Alignas(64) float squares[SQUARES];
	bool full[SQUARES / VL];
	bool squared = p.rule == SWEEP_ADADELTA && !p.regular;
	size_t each = k->n * (1U + (has_e ? 1U : 0U) + (squared ? 1U : 0U));
	size_t width = STRIP_BYTES / sizeof(float) / each / LEAST * LEAST;
	struct strip strip = { .squares = squares, .full = full };

	if (width < LEAST)
		width = LEAST;
	for (; strip.from < k->columns; strip.from = strip.to) {
		strip.to = strip.from + width < k->columns ?
			strip.from + width : k->columns;
		strip.width = strip.to - strip.from;
		if (squared)
			square(k, &strip, squares, full);
		sweep_strip(k, &strip, p, has_e);
	}
}

#define VARIANT(name, ...) \
static void \
name(const struct sweep *k, struct step p) \
{ \
	const struct step fixed = { \
		__VA_ARGS__, .rho = p.rho, .epsilon = p.epsilon, \
		.l1 = p.l1, .l2 = p.l2, \
	}; \
 \
	if (k->e) \
		strips(k, fixed, true); \
	else \
		strips(k, fixed, false); \
}

#define ADADELTA(root_, mask_, reg_) .rule = SWEEP_ADADELTA, .root = root_, \
	.masked = mask_, .regular = reg_
#define RATE(rule_, mask_, reg_) .rule = rule_, .masked = mask_, \
	.regular = reg_

VARIANT(fast_0, ADADELTA(ROOT_FAST, false, false))
VARIANT(fast_1, ADADELTA(ROOT_FAST, true, false))
VARIANT(fast_2, ADADELTA(ROOT_FAST, false, true))
VARIANT(fast_3, ADADELTA(ROOT_FAST, true, true))
VARIANT(fma_0, ADADELTA(ROOT_FMA, false, false))
VARIANT(fma_1, ADADELTA(ROOT_FMA, true, false))
VARIANT(fma_2, ADADELTA(ROOT_FMA, false, true))
VARIANT(fma_3, ADADELTA(ROOT_FMA, true, true))
VARIANT(fast_l1, ADADELTA(ROOT_FAST, true, true), .l1_only = true)
VARIANT(fma_l1, ADADELTA(ROOT_FMA, true, true), .l1_only = true)
VARIANT(exact_2, ADADELTA(ROOT_EXACT, false, true))
VARIANT(exact_3, ADADELTA(ROOT_EXACT, true, true))
VARIANT(sgd_2, RATE(SWEEP_SGD, false, true))
VARIANT(sgd_3, RATE(SWEEP_SGD, true, true))
VARIANT(momentum_1, RATE(SWEEP_MOMENTUM, true, false))
VARIANT(momentum_2, RATE(SWEEP_MOMENTUM, false, true))
VARIANT(momentum_3, RATE(SWEEP_MOMENTUM, true, true))
VARIANT(nesterov_1, RATE(SWEEP_NESTEROV, true, false))
VARIANT(nesterov_2, RATE(SWEEP_NESTEROV, false, true))
VARIANT(nesterov_3, RATE(SWEEP_NESTEROV, true, true))

typedef void variant(const struct sweep *, struct step);

static variant *
choose(const struct sweep *k)
{
	static variant *const adadelta[3][4] = {
		[ROOT_FAST] = { fast_0, fast_1, fast_2, fast_3 },
		[ROOT_FMA] = { fma_0, fma_1, fma_2, fma_3 },
		[ROOT_EXACT] = { exact_2, exact_3, exact_2, exact_3 },
	};
	static variant *const rate[][4] = {
		[SWEEP_SGD] = { NULL, NULL, sgd_2, sgd_3 }, /* sweep_sgd */
		[SWEEP_MOMENTUM] = { momentum_2, momentum_1, momentum_2,
				     momentum_3 },
		[SWEEP_NESTEROV] = { nesterov_2, nesterov_1, nesterov_2,
				     nesterov_3 },
	};
	unsigned regular = k->l1 != 0 || k->l2 != 0;

	if (k->rule == SWEEP_ADADELTA && regular && k->l2 == 0 && !k->every &&
	    k->root != ROOT_EXACT)
		return k->root == ROOT_FAST ? fast_l1 : fma_l1;
	if (k->rule == SWEEP_ADADELTA)
		return adadelta[k->root][2 * regular + !k->every];
	return rate[k->rule][2 * regular + !k->every];
}

void
KERN_NAME(sweep_update)(const struct sweep *k)
{
	struct step p = {
		.rho = vf_set1(k->rho), .epsilon = vf_set1(k->epsilon),
		.l1 = vf_set1(k->l1), .l2 = vf_set1(k->l2),
	};

	if (k->rule == SWEEP_SGD && k->l1 == 0 && k->l2 == 0)
		KERN_NAME(sweep_sgd)(k);
	else
		choose(k)(k, p);
}
