/*
 * activation.h - the activations f of hidden units: what every engine knows
 * about them.
 */
#ifndef DLTOOLS_NN_ACTIVATION_H
#define DLTOOLS_NN_ACTIVATION_H

#include "dltools/net.h"
#include "kern/kern.h"

/*
 * y[n] = f(y), but for Maxout: the greater of two pieces is taken by those who
 * know how they lie (vec_max).
 */
void activation_apply(enum activation f, const struct kern *k, float *y,
		      size_t n);
/* What the kernel `back` takes for f'; Maxout splits errors instead: 1. */
enum back_slope activation_slope(enum activation f);

/*
 * f' where f = a, with every operation rounded: the kernel's fused ones give
 * other bits.
 */
static inline float
activation_slope_at(enum activation f, float a)
{
	switch (f) {
	case ACTIVATION_TANH:
		return 1 - a * a;
	case ACTIVATION_RECTIFIER:
		return a > 0 ? 1 : 0;
	case ACTIVATION_EXP_RECTIFIER:
		return a < 0 ? a + 1 : 1;
	case ACTIVATION_MAXOUT:
		break;
	}
	return 1;
}

/*
 * Maxout: the error e[n] of each unit goes to the piece that won, the first if
 * they are equal, and the other gets 0.  Pieces of unit i are z[i * step] and
 * z[i * step + second]; so it is in d, which may be z.  Inline, as these are
 * constants: without, mini-batches of a small net take 8 % longer.
 */
static inline void
activation_split(float *d, const float *e, const float *z, size_t n,
		 size_t step, size_t second)
{
	for (size_t i = 0; i < n; i++) {
		float *to = d + i * step;
		bool is_second = z[i * step + second] > z[i * step];

		to[0] = is_second ? 0 : e[i];
		to[second] = is_second ? e[i] : 0;
	}
}

#endif
