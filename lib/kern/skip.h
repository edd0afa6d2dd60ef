/*
 * skip.h - matrix products that pass over the zeros of A.
 *
 *	C(i, j) = start + sum over row i's entries (k, v), in order, of
 *		  v * B(k, j)
 *
 * B(k, j) = b[k * b_term + j], k < terms;  C(i, j) = c[i * c_row + j]
 *
 * j < n, a multiple of 16.  start is start[j], or C's own contents (add), or 0.
 * Each element is one chain of multiply-adds in the order of the entries, each
 * of which names a later term than the one before; so it has the bits that
 * gemm_f32 gives it, as far as B is finite.
 *
 * gemm_f32 uses each number of B that it loads for six rows, this one for a
 * single row; so it pays when enough of A is zero (skip_worth).
 */
#ifndef DLTOOLS_KERN_SKIP_H
#define DLTOOLS_KERN_SKIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Rows of C that are made together, B is gone through anew for each lot: 128 of
 * a mini-batch and its inputs at rest.
 */
#define SKIP_ROWS 129

struct skip_row {
	const uint32_t *index; /* [count] below terms, each above the last */
	const float *value;
	size_t count;
	size_t at; /* the kernel's own */
};

struct skip {
	size_t m, n, terms; /* terms < 2^31 */
	struct skip_row *row; /* [m] */
	const float *b;
	float *c;
	size_t b_term, c_row;
	const float *start; /* [n] or NULL */
	bool add;
};

/*
 * skip_worth	the largest share of A that is not zero with which gemm_skip,
 *		with the making of its lists, is faster than gemm_f32 where C is
 *		n columns wide (gemm_bench).  A narrow product has too few
 *		chains of multiply-adds to hide their latency.
 * vec_nonzero	lists the elements of x[n] that are not 0: their numbers, from
 *		`first` on, and values; returns how many.  What comes after
 *		these in index[n] and value[n] may be overwritten.
 * vec_unlike	the same of the differences x[i] - rest[i]
 */
#define KERN_LIST_SKIP(X) \
	X(void, gemm_skip, (const struct skip *s)) \
	X(double, skip_worth, (size_t n)) \
	X(size_t, vec_nonzero, (uint32_t *index, float *value, \
				const float *x, size_t n, uint32_t first)) \
	X(size_t, vec_unlike, (uint32_t *index, float *value, const float *x, \
			       const float *rest, size_t n, uint32_t first))

/* The product as plain loops: what the kernels are compared with. */
void gemm_skip_ref(const struct skip *s);

#endif
