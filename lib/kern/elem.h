/*
 * elem.h - element by element: activations, scaling, changes of layout.
 */
#ifndef DLTOOLS_KERN_ELEM_H
#define DLTOOLS_KERN_ELEM_H

#include <stddef.h>
#include <stdint.h>

/*
 * vec_rectify	y = max(0, y); NaN stays
 * vec_elu	y = y if y >= 0, else e^y - 1
 * vec_max	y = max(a, b), a if equal
 * vec_scale	y *= s
 * vec_multiply	y *= x
 * vec_axpy	y += s * x, one rounding
 * vec_pairs	out[i] = even[i], odd[i] rounded to bf16, even in the low half
 * vec_bf16	rounded to bf16
 * vec_round_bf16	the same, as floats
 * transpose	out[j * out_ld + i] = in[i * in_ld + j], i < rows, j < columns
 */
#define KERN_LIST_ELEM(X) \
	X(void, vec_rectify, (float *y, size_t n)) \
	X(void, vec_elu, (float *y, size_t n)) \
	X(void, vec_max, (float *y, const float *a, const float *b, size_t n)) \
	X(void, vec_scale, (float *y, float s, size_t n)) \
	X(void, vec_multiply, (float *y, const float *x, size_t n)) \
	X(void, vec_axpy, (float *y, float s, const float *x, size_t n)) \
	X(void, vec_pairs, (uint32_t *out, const float *even, \
			    const float *odd, size_t n)) \
	X(void, vec_bf16, (uint16_t *out, const float *in, size_t n)) \
	X(void, vec_round_bf16, (float *out, const float *in, size_t n)) \
	X(void, transpose, (float *out, size_t out_ld, const float *in, \
			    size_t in_ld, size_t rows, size_t columns))

#endif
