/*
 * math.h - exp, tanh and softmax of our own, because libm's differ from
 * machine to machine.  Same bits on every instruction set with FMA.
 *
 * Largest errors found over all floats, in units of the last place:
 *
 *	vec_exp	 1.0	x < -103.98 gives 0, x > 88.72 gives inf
 *	vec_tanh 1.3
 *
 * NaN stays NaN.  Denormal arguments and results are exact cases like others.
 */
#ifndef DLTOOLS_KERN_MATH_H
#define DLTOOLS_KERN_MATH_H

#include <stddef.h>

/*
 * y[n] from x[n], in place allowed.
 *
 * vec_softmax: one row, x[n] replaced by exp(x - max) / sum.
 */
#define KERN_LIST_MATH(X) \
	X(void, vec_exp, (float *y, const float *x, size_t n)) \
	X(void, vec_tanh, (float *y, const float *x, size_t n)) \
	X(void, vec_softmax, (float *x, size_t n))

/* One value, the same bits as a lane of the vector. */
float math_exp(float x);

#endif
