/*
 * sweep_int.h - what the sweeps of online training share, for kernel bodies
 * only.
 */
#ifndef DLTOOLS_SWEEP_INT_H
#define DLTOOLS_SWEEP_INT_H

#include "kern/kern_int.h"
#include "kern/vec_step.h"

#define STRIP_BYTES 131072 /* of x, x^2 and e, in the second-level cache */
#define ROWS_AT_ONCE 256

/* sweep_update for SGD without l1 and l2; does without `ahead`. */
void KERN_NAME(sweep_sgd)(const struct sweep *k);

/* Which of rows r .. r+n-1 each row of the block touches: a bit a row. */
VEC_INLINE void
find_hits(const struct sweep *k, size_t r, size_t n, uint32_t *hits)
{
	const uint32_t all = k->every ? UINT32_MAX >> (32 - k->n) : 0;

	for (size_t i = 0; i < n; i++)
		hits[i] = all;
	for (size_t b = 0; !k->every && b < k->n; b++) {
		const float *s = k->s + r * k->s_row + b * k->s_sample;

		if (k->s_row == 1)
			for (size_t i = 0; i < n; i++)
				hits[i] |= (uint32_t)(s[i] != 0) << b;
		else
			for (size_t i = 0; i < n; i++)
				hits[i] |= (uint32_t)(s[i * k->s_row] != 0)
					<< b;
	}
}

/*
 * Adds the squares of n vectors of weights from column c on to the 16 sums of
 * their row.
 */
VEC_INLINE void
add_squares(float *sums, const vf *w, size_t c, const size_t n)
{
	for (size_t v = 0; v < n; v++) {
		float *to = sums + (c / VL + v) % VSUM_VECTORS * VL;

		vf_store(to, vf_fma(w[v], w[v], vf_load(to)));
	}
}

#endif
