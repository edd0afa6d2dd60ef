/*
 * sweep_body.c - the update of a slice of a layer by a block of rows.
 *
 * A row of weights is taken GROUP vectors at a time: w and its state are
 * loaded once, all rows of the block whose error (s) is not zero are applied in
 * order, and they are stored.  One row's step is a chain of some 45 cycles, so
 * several independent vectors must be under way: 8 where there are 32
 * registers.  Columns go in strips so that x and e of the block stay in the
 * first-level cache while the rows of weights stream past.
 */
#include "kern/kern_int.h"
#include "kern/vec_step.h"

#if defined(__AVX512F__)
#define GROUP 8
#else
#define GROUP 4
#endif
#define STRIP_BYTES 24576

/* A row of the block that touches this row of weights. */
struct hit {
	const float *x;
	float *e;
	float s, rate, momentum;
};

/* vectors, flags: constants at every call. */
VEC_INLINE void
group(const struct sweep *k, struct step p, size_t at, size_t c,
      const struct hit *hit, size_t hits, const size_t vectors, bool has_e)
{
	vf w[GROUP], a[GROUP], b[GROUP];

	for (size_t i = 0; i < vectors; i++) {
		w[i] = vf_load(k->w + at + i * VL);
		if (p.rule != SWEEP_SGD)
			a[i] = vf_load(k->a + at + i * VL);
		if (p.rule == SWEEP_ADADELTA)
			b[i] = vf_load(k->b + at + i * VL);
	}
	for (; hits > 0; hits--, hit++) {
		vf s = vf_set1(hit->s);

		if (p.rule != SWEEP_ADADELTA) {
			p.rate = vf_set1(hit->rate);
			p.momentum = vf_set1(hit->momentum);
		}
		for (size_t i = 0; i < vectors; i++) {
			vf x = vf_load(hit->x + c + i * VL);
			vm m = vm_nonzero(x);
			vf g = gradient(&p, w[i], s, x);

			if (has_e) {
				float *e = hit->e + c + i * VL;

				vf_store(e, vf_fma(s, w[i], vf_load(e)));
			}
			if (p.rule == SWEEP_ADADELTA)
				step_adadelta(&p, &w[i], &a[i], &b[i], g, m);
			else
				step_rate(&p, &w[i], &a[i], g, m);
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

	for (size_t b = 0; b < k->n; b++) {
		float v = s[b * k->s_sample];

		hit[hits] = (struct hit){
			k->x + b * k->x_ld,
			k->e + (k->e ? b * k->e_ld : 0), v,
			k->rate[b], k->momentum[b],
		};
		hits += k->every || v != 0;
	}
	return hits;
}

VEC_INLINE void
strip(const struct sweep *k, struct step p, size_t from, size_t to, bool has_e)
{
	struct hit hit[SWEEP_MOST + 1];

	for (size_t r = 0; r < k->rows; r++) {
		size_t hits = find_hits(k, r, hit), c = from, at = r * k->ld;

		if (hits == 0)
			continue;
		for (; c + GROUP * VL <= to; c += GROUP * VL)
			group(k, p, at + c, c, hit, hits, GROUP, has_e);
		if (c + GROUP / 2 * VL <= to) {
			group(k, p, at + c, c, hit, hits, GROUP / 2, has_e);
			c += GROUP / 2 * VL;
		}
		if (GROUP > 4 && c + 2 * VL <= to) {
			group(k, p, at + c, c, hit, hits, 2, has_e);
			c += 2 * VL;
		}
		if (c + VL <= to)
			group(k, p, at + c, c, hit, hits, 1, has_e);
	}
}

VEC_INLINE void
strips(const struct sweep *k, struct step p, bool has_e)
{
	size_t width = STRIP_BYTES / sizeof(float) / (k->n * (has_e ? 2 : 1)) /
		       (GROUP * VL) * (GROUP * VL);
	size_t from, to;

	if (width < 2 * GROUP * VL)
		width = 2 * GROUP * VL;
	for (from = 0; from < k->columns; from = to) {
		to = k->columns - from < width ? k->columns : from + width;
		strip(k, p, from, to, has_e);
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
