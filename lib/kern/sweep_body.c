/*
 * sweep_body.c - the update of a slice of a layer by a block of rows.
 *
 * A row of weights is taken GROUP vectors at a time: w and its state are
 * loaded once, all rows of the block whose error (s) is not zero are applied in
 * order, and they are stored.  One row's step is a chain of some 35 cycles, so
 * several independent vectors must be under way: 8 where there are 32
 * registers.  Columns go in strips so that x, x^2 and e of the block stay in
 * the second-level cache while the rows of weights stream past (narrower
 * strips, for the first level, gained nothing and broke up the streams).
 *
 * Measured on one Zen 5 core, cycles per vector of 16 weights and row: 6.9 in
 * the first-level cache (12 instructions for two FMA units, and the estimate),
 * 8.4 with e; 16 rows, 13.6 from memory, 10.8 with prefetch; with the integer
 * seed instead of the estimate 10.5.
 */
#include "kern/kern_int.h"
#include "kern/vec_step.h"

#if defined(__AVX512F__)
#define GROUP 8
#else
#define GROUP 4
#endif
#define STRIP_BYTES 131072
#define LEAST (GROUP * VL) /* columns of a strip */
#define SQUARES (STRIP_BYTES / sizeof(float) / 2)


/* A row of the block that touches this row of weights. */
struct hit {
	uint32_t b;
	float s;
};

/* Columns from .. from+width-1 of all rows. */
struct strip {
	size_t from, to, width;
	const float *squares; /* [n][width] */
};

VEC_INLINE void
prefetch(const struct sweep *k, const struct step *p, size_t at)
{
	__builtin_prefetch(k->w + at, 1);
	if (p->rule != SWEEP_SGD)
		__builtin_prefetch(k->a + at, 1);
	if (p->rule == SWEEP_ADADELTA)
		__builtin_prefetch(k->b + at, 1);
}

/* vectors, has_e: constants at every call. */
VEC_INLINE void
group(const struct sweep *k, const struct strip *strip, struct step p,
      size_t row, size_t c, const struct hit *hit, const struct hit *end,
      const size_t vectors, bool has_e)
{
	vf w[GROUP], a[GROUP], b[GROUP];
	size_t at = row * k->ld + c;

	for (size_t i = 0; i < vectors; i++) {
		w[i] = vf_load(k->w + at + i * VL);
		if (p.rule != SWEEP_SGD)
			a[i] = vf_load(k->a + at + i * VL);
		if (p.rule == SWEEP_ADADELTA)
			b[i] = vf_load(k->b + at + i * VL);
		if (k->ahead > 0)
			prefetch(k, &p, at + i * VL + k->ahead);
	}
	for (; hit < end; hit++) {
		const float *x = k->x + hit->b * k->x_ld + c;
		const float *xx = strip->squares + hit->b * strip->width +
				  (c - strip->from);
		float *e = has_e ? k->e + hit->b * k->e_ld + c : NULL;
		vf s = vf_set1(hit->s);

		if (p.rule != SWEEP_ADADELTA) {
			p.rate = vf_set1(k->rate[hit->b]);
			p.momentum = vf_set1(k->momentum[hit->b]);
		}
		for (size_t i = 0; i < vectors; i++) {
			vf v = vf_load(x + i * VL);
			vm m = vm_nonzero(v);

			if (has_e)
				vf_store(e + i * VL, vf_fma(s, w[i],
						vf_load(e + i * VL)));
			if (p.rule == SWEEP_ADADELTA)
				step_adadelta(&p, &w[i], &a[i], &b[i], s, v,
					      p.regular ? v :
					      vf_load(xx + i * VL), m);
			else
				step_rate(&p, &w[i], &a[i],
					  gradient(&p, w[i], s, v), m);
		}
	}
	for (size_t i = 0; i < vectors; i++) {
		vf_store(k->w + at + i * VL, w[i]);
		if (p.rule != SWEEP_SGD)
			vf_store(k->a + at + i * VL, a[i]);
		if (p.rule == SWEEP_ADADELTA)
			vf_store(k->b + at + i * VL, b[i]);
	}
}

static size_t
find_hits(const struct sweep *k, size_t r, struct hit *hit)
{
	const float *s = k->s + r * k->s_row;
	size_t hits = 0;

	for (uint32_t b = 0; b < k->n; b++) {
		float v = s[b * k->s_sample];

		hit[hits] = (struct hit){ b, v };
		hits += k->every || v != 0;
	}
	return hits;
}

VEC_INLINE void
sweep_strip(const struct sweep *k, const struct strip *strip, struct step p,
	    bool has_e)
{
	/* the integer root needs more registers */
	const size_t most = GROUP == 8 && p.root == ROOT_FMA ? 6 : GROUP;
	struct hit hit[SWEEP_MOST + 1];

	for (size_t r = 0; r < k->rows; r++) {
		const struct hit *end = hit + find_hits(k, r, hit);
		size_t c = strip->from, row = k->row ? k->row[r] : r;

		if (end == hit)
			continue;
		for (; c + most * VL <= strip->to; c += most * VL)
			group(k, strip, p, row, c, hit, end, most, has_e);
		if (GROUP > 4 && c + 4 * VL <= strip->to) {
			group(k, strip, p, row, c, hit, end, 4, has_e);
			c += 4 * VL;
		}
		if (c + 2 * VL <= strip->to) {
			group(k, strip, p, row, c, hit, end, 2, has_e);
			c += 2 * VL;
		}
		if (c + VL <= strip->to)
			group(k, strip, p, row, c, hit, end, 1, has_e);
	}
}

static void
square(const struct sweep *k, const struct strip *strip, float *squares)
{
	for (size_t b = 0; b < k->n; b++)
		for (size_t c = strip->from; c < strip->to; c += VL) {
			vf x = vf_load(k->x + b * k->x_ld + c);

			vf_store(squares + b * strip->width + c - strip->from,
				 x * x);
		}
}

VEC_INLINE void
strips(const struct sweep *k, struct step p, bool has_e)
{
	_Alignas(64) float squares[SQUARES];
	bool squared = p.rule == SWEEP_ADADELTA && !p.regular;
	size_t each = k->n * (1U + (has_e ? 1U : 0U) + (squared ? 1U : 0U));
	size_t width = STRIP_BYTES / sizeof(float) / each / LEAST * LEAST;
	struct strip strip = { .squares = squares };

	if (width < LEAST)
		width = LEAST;
	for (; strip.from < k->columns; strip.from = strip.to) {
		strip.to = strip.from + width < k->columns ?
			strip.from + width : k->columns;
		strip.width = strip.to - strip.from;
		if (squared)
			square(k, &strip, squares);
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
#define PLAIN_RATE(rule_, mask_) .rule = rule_, .masked = mask_, \
	.regular = true

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
VARIANT(sgd_0, PLAIN_RATE(SWEEP_SGD, false))
VARIANT(sgd_1, PLAIN_RATE(SWEEP_SGD, true))
VARIANT(momentum_0, PLAIN_RATE(SWEEP_MOMENTUM, false))
VARIANT(momentum_1, PLAIN_RATE(SWEEP_MOMENTUM, true))
VARIANT(nesterov_0, PLAIN_RATE(SWEEP_NESTEROV, false))
VARIANT(nesterov_1, PLAIN_RATE(SWEEP_NESTEROV, true))

typedef void variant(const struct sweep *, struct step);

static variant *
choose(const struct sweep *k)
{
	static variant *const adadelta[3][4] = {
		[ROOT_FAST] = { fast_0, fast_1, fast_2, fast_3 },
		[ROOT_FMA] = { fma_0, fma_1, fma_2, fma_3 },
		[ROOT_EXACT] = { exact_2, exact_3, exact_2, exact_3 },
	};
	static variant *const rate[][2] = {
		[SWEEP_SGD] = { sgd_0, sgd_1 },
		[SWEEP_MOMENTUM] = { momentum_0, momentum_1 },
		[SWEEP_NESTEROV] = { nesterov_0, nesterov_1 },
	};
	unsigned regular = k->l1 != 0 || k->l2 != 0;

	if (k->rule == SWEEP_ADADELTA && regular && k->l2 == 0 && !k->every &&
	    k->root != ROOT_EXACT)
		return k->root == ROOT_FAST ? fast_l1 : fma_l1;
	if (k->rule == SWEEP_ADADELTA)
		return adadelta[k->root][2 * regular + !k->every];
	return rate[k->rule][!k->every];
}

void
KERN_NAME(sweep_update)(const struct sweep *k)
{
	struct step p = {
		.rho = vf_set1(k->rho), .epsilon = vf_set1(k->epsilon),
		.l1 = vf_set1(k->l1), .l2 = vf_set1(k->l2),
	};

	choose(k)(k, p);
}
