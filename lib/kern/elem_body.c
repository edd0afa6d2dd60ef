/*
 * elem_body.c - activations, scaling, changes of layout.
 */
#include "kern/kern_int.h"
#include "kern/vec_math.h"

/* y[i] = expression of y[i], called v. */
#define MAP_IN_PLACE(expression) \
	do { \
		size_t i = 0; \
 \
		for (; i + VL <= n; i += VL) { \
			vf v = vf_load(y + i); \
 \
			vf_store(y + i, expression); \
		} \
		if (i < n) { \
			vf v = vf_load_n(y + i, n - i); \
 \
			vf_store_n(y + i, expression, n - i); \
		} \
	} while (0)

void
KERN_NAME(vec_rectify)(float *y, size_t n)
{
	const vf zero = vf_set1(0);

	MAP_IN_PLACE(vf_max(zero, v));
}

VEC_INLINE vf
elu(vf v)
{
	return vf_select((vi)(v < vf_set1(0)), vf_exp(v) - vf_set1(1), v);
}

void
KERN_NAME(vec_elu)(float *y, size_t n)
{
	MAP_IN_PLACE(elu(v));
}

void
KERN_NAME(vec_scale)(float *y, float s, size_t n)
{
	const vf by = vf_set1(s);

	MAP_IN_PLACE(v * by);
}

void
KERN_NAME(vec_multiply)(float *y, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] *= x[i];
}

void
KERN_NAME(vec_max)(float *y, const float *a, const float *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		y[i] = b[i] > a[i] || b[i] != b[i] ? b[i] : a[i];
}

void
KERN_NAME(vec_axpy)(float *y, float s, const float *x, size_t n)
{
	const vf by = vf_set1(s);
	size_t i = 0;

	for (; i + VL <= n; i += VL)
		vf_store(y + i, vf_fma(by, vf_load(x + i), vf_load(y + i)));
	if (i < n) {
		size_t left = n - i;
		vf v = vf_fma(by, vf_load_n(x + i, left),
			      vf_load_n(y + i, left));

		vf_store_n(y + i, v, left);
	}
}

/* Nearest, ties to even; NaN stays NaN. */
VEC_INLINE uint32_t
bf16_bits(float x)
{
	uint32_t u, round;

	memcpy(&u, &x, sizeof(u));
	round = u + 0x7fffu + ((u >> 16) & 1);
	return x == x ? round & 0xffff0000u : (u & 0xffff0000u) | 0x00400000u;
}

#if defined(__AVX512BF16__)
/* 16 pairs: even numbers in the low halves. */
VEC_INLINE void
pair_16(uint32_t *out, const float *even, const float *odd)
{
	const __m512i order = _mm512_set_epi16(
		31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
		23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
	__m512i halves = (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(odd),
						      _mm512_loadu_ps(even));

	_mm512_storeu_si512(out, _mm512_permutexvar_epi16(order, halves));
}
#endif

void
KERN_NAME(vec_pairs)(uint32_t *out, const float *even, const float *odd,
		     size_t n)
{
	size_t i = 0;

#if defined(__AVX512BF16__)
	for (; i + 16 <= n; i += 16)
		pair_16(out + i, even + i, odd + i);
#endif
	for (; i < n; i++)
		out[i] = bf16_bits(even[i]) >> 16 | bf16_bits(odd[i]);
}

void
KERN_NAME(vec_bf16)(uint16_t *out, const float *in, size_t n)
{
	size_t i = 0;

#if defined(__AVX512BF16__)
	for (; i + 16 <= n; i += 16)
		_mm256_storeu_si256((__m256i *)(void *)(out + i),
			(__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(in + i)));
#endif
	for (; i < n; i++)
		out[i] = (uint16_t)(bf16_bits(in[i]) >> 16);
}

/* As bf16_bits(), whole vectors. */
VEC_INLINE vf
round_bf16(vf v)
{
	vi high = vi_set1((int32_t)0xffff0000u), u = (vi)v;
	vi round = u + vi_set1(0x7fff) + ((u >> 16) & vi_set1(1));
	vi quiet = (u & high) | vi_set1(0x00400000);

	return vf_select((vi)(v == v), (vf)(round & high), (vf)quiet);
}

void
KERN_NAME(vec_round_bf16)(float *out, const float *in, size_t n)
{
	size_t i = 0;

	for (; i + VL <= n; i += VL)
		vf_store(out + i, round_bf16(vf_load(in + i)));
	if (i < n)
		vf_store_n(out + i, round_bf16(vf_load_n(in + i, n - i)),
			   n - i);
}

typedef float v4 __attribute__((vector_size(16)));
typedef float v4_memory
	__attribute__((vector_size(16), aligned(4), may_alias));

#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

/* A 4 x 4 block. */
VEC_INLINE void
transpose_4(float *out, size_t out_ld, const float *in, size_t in_ld)
{
	v4 a = (v4)*(const v4_memory *)in;
	v4 b = (v4)*(const v4_memory *)(in + in_ld);
	v4 c = (v4)*(const v4_memory *)(in + 2 * in_ld);
	v4 d = (v4)*(const v4_memory *)(in + 3 * in_ld);
	v4 ab = SHUFFLE(a, b, 0, 4, 1, 5), cd = SHUFFLE(c, d, 0, 4, 1, 5);
	v4 ef = SHUFFLE(a, b, 2, 6, 3, 7), gh = SHUFFLE(c, d, 2, 6, 3, 7);

	*(v4_memory *)out = SHUFFLE(ab, cd, 0, 1, 4, 5);
	*(v4_memory *)(out + out_ld) = SHUFFLE(ab, cd, 2, 3, 6, 7);
	*(v4_memory *)(out + 2 * out_ld) = SHUFFLE(ef, gh, 0, 1, 4, 5);
	*(v4_memory *)(out + 3 * out_ld) = SHUFFLE(ef, gh, 2, 3, 6, 7);
}

void
KERN_NAME(transpose)(float *out, size_t out_ld, const float *in, size_t in_ld,
		     size_t rows, size_t columns)
{
	size_t whole = columns / 4 * 4, i = 0;

	for (; i + 4 <= rows; i += 4)
		for (size_t j = 0; j < whole; j += 4)
			transpose_4(out + j * out_ld + i, out_ld,
				    in + i * in_ld + j, in_ld);
	for (size_t r = 0; r < rows; r++)
		for (size_t j = r < i ? whole : 0; j < columns; j++)
			out[j * out_ld + r] = in[r * in_ld + j];
}
