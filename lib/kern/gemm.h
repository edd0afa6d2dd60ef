/*
 * gemm.h - blocked matrix products.
 *
 *	C(i, j) = start + sum over k = 0, 1, ... of A(i, k) * B(k, j)
 *
 * A(i, k) = a[i * a_row + k * a_term]	one of the two strides is 1
 * B(k, j) = b[k * b_term + j]
 * C(i, j) = c[i * c_row + j]
 *
 * i < m, j < n, k < terms; n is a multiple of 16.  start is bias[i], or C's own
 * contents (add), or 0.
 *
 * Each element of C is one chain of multiply-adds in the order of k, so its
 * bits depend on nothing but its row of A and its column of B: not on m, n,
 * blocking, vector length or threads.
 *
 * The bf16 product has the same shape, but a "term" is two consecutive k: a and
 * b are arrays of pairs (uint32_t: even k in the low half, odd in the high),
 * strides count pairs, and C is float.  Its roundings are the processor's own.
 */
#ifndef DLTOOLS_KERN_GEMM_H
#define DLTOOLS_KERN_GEMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gemm {
	size_t m, n, terms;
	const void *a, *b;
	float *c;
	size_t a_row, a_term, b_term, c_row;
	const float *bias; /* [m] or NULL */
	bool add;
};

#define KERN_LIST_GEMM(X) \
	X(void, gemm_f32, (const struct gemm *g)) \
	X(void, gemm_bf16, (const struct gemm *g))

/* The products as plain loops: what the kernels are compared with. */
void gemm_f32_ref(const struct gemm *g);
void gemm_bf16_ref(const struct gemm *g);

#endif
