/*
 * update.h - one optimizer step over a run of weights.
 *
 * With the gradient g of the step's rows, G = g + l1 sgn(w) + l2 w and then
 *
 *	ADADELTA   s1 <- rho s1 + G^2 + epsilon;  u = sqrt(s2 / s1) G
 *	           s2 <- rho s2 + u^2 + epsilon;  w <- w - u
 *	           (Zeiler 2012, epsilon inside the root as H2O has it;
 *	           s1 = (g2 + epsilon) / (1 - rho), s2 likewise from x2)
 *	SGD        w <- w - rate G
 *	VELOCITY   s1 <- momentum s1 - rate G;  w <- w + s1
 *	NESTEROV   s1 likewise;  w <- w + momentum s1 - rate G
 *	ADAM       s1 <- beta1 s1 + (1 - beta1) G
 *	           s2 <- beta2 s2 + (1 - beta2) G^2
 *	           w <- w - rate s1 / (sqrt(scale s2) + epsilon) - decay w
 *	           rate and scale hold the bias corrections (Kingma, Ba 2015;
 *	           decay as in Loshchilov, Hutter 2019)
 *
 * The decaying states of SGD and Adam become 0 below 1e-30 (squares: 1e-36):
 * arithmetic with denormals would make the step three times slower.
 */
#ifndef DLTOOLS_KERN_UPDATE_H
#define DLTOOLS_KERN_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum update_kind {
	UPDATE_ADADELTA,
	UPDATE_SGD,
	UPDATE_VELOCITY,
	UPDATE_NESTEROV,
	UPDATE_ADAM,
};

struct update {
	enum update_kind kind;
	float l1, l2;
	float rho, epsilon;
	float rate, momentum;
	float beta1, beta2, scale, decay;
	/*
	 * Roots and quotients from the processor's estimates and a Newton
	 * step, within 3e-7, in place of the correctly rounded ones.
	 */
	bool estimates;
};

/*
 * Bits select weights: bit i % 16 of bits[i / 16] belongs to weight i, NULL
 * means all.
 *
 * vec_update	weights not selected stay as they are; n a multiple of 16;
 *		s1 and s2 may be NULL where the rule has none
 * vec_compress	out[n] gets the selected elements of in[n]; n a multiple of 16;
 *		elements of out after them may be overwritten; out may be in
 * vec_expand	the reverse: elements not selected become 0; in[n] readable
 * vec_squares	sum of x[i]^2 in 64 partial sums
 * vec_add_squares	sum[i] += x[i]^2
 * vec_average	a += s * (w - a)
 * vec_columns	sum[j] and size[j]: sums over the rows of d[rows][ld] of the
 *		numbers and of their absolute values; all three readable and
 *		writable up to a multiple of 16
 * prefetch	asks for bytes into the second-level cache, to read them
 */
#define KERN_LIST_UPDATE(X) \
	X(void, vec_update, (const struct update *u, float *w, float *s1, \
			     float *s2, const float *g, \
			     const uint16_t *bits, size_t n)) \
	X(void, vec_compress, (float *out, const float *in, \
			       const uint16_t *bits, size_t n)) \
	X(void, vec_expand, (float *out, const float *in, \
			     const uint16_t *bits, size_t n)) \
	X(float, vec_squares, (const float *x, size_t n)) \
	X(void, vec_add_squares, (float *sum, const float *x, size_t n)) \
	X(void, vec_average, (float *a, float s, const float *w, size_t n)) \
	X(void, vec_columns, (float *sum, float *size, const float *d, \
			      size_t ld, size_t rows, size_t n)) \
	X(void, prefetch, (const void *p, size_t bytes))

#endif
