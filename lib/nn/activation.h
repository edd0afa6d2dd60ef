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

#endif
