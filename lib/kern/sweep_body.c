/*
 * sweep_body.c - the update of a slice of a layer by a block of rows.
 *
 * For each unit the rows of the block whose error (s) is not zero are applied
 * in order to its row of weights and their state: all of them to a group of
 * vectors where there are 32 registers (sweep_groups.h), one to all vectors
 * where there are fewer (sweep_stages.h).  Columns go in strips so that
 * x, x^2 and e of the block stay in the second-level cache while the rows of
 * weights stream past (narrower strips gained nothing on Zen 5 and lost on
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
#include "kern/vec.h"
#if VL == 16
#include "kern/sweep_groups.h"
#else
#include "kern/sweep_stages.h"
#endif

#define LEAST (GROUP * VL) /* columns of a strip */
#define SQUARES (STRIP_BYTES / sizeof(float) / 2)

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

/* Squares of x, and where no x of a vector's columns is 0. */
static void
square_x(const struct sweep *k, const struct strip *strip, float *squares,
	 bool *full)
{
	for (size_t i = 0; i < strip->width / VL; i++)
		full[i] = true;
	for (size_t b = 0; b < k->n; b++)
		for (size_t i = 0; i < strip->width / VL; i++) {
			vf x = vf_load(k->x + b * k->x_ld + strip->from +
				       i * VL);

			vf_store(squares + b * strip->width + i * VL,
				 square(x));
			full[i] &= vm_all(vm_nonzero(x));
		}
}

VEC_INLINE void
strips(const struct sweep *k, struct step p, bool has_e)
{
	_Alignas(64) float squares[SQUARES];
	bool full[SQUARES / VL];
	struct run run[SQUARES / (GROUP * VL)];
	bool squared = uses_squares(&p);
	size_t each = k->n * (1U + (has_e ? 1U : 0U) + (squared ? 1U : 0U));
	size_t width = STRIP_BYTES / sizeof(float) / each / LEAST * LEAST;
	struct strip strip = { .squares = squares, .full = full,
			       .run = run };

	if (width < LEAST)
		width = LEAST;
	for (; strip.from < k->columns; strip.from = strip.to) {
		strip.to = strip.from + width < k->columns ?
			strip.from + width : k->columns;
		strip.width = strip.to - strip.from;
		if (squared)
			square_x(k, &strip, squares, full);
		begin_strip(&strip, &p);
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
		/* always as with l1 and l2 */
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
