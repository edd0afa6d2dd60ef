/*
 * list_body.c - lists of what is not zero; see skip.h.
 */
#include "kern/kern_int.h"
#include "kern/lanes.h"

#if VL == 16
/* Whole vectors of x; *done counts their elements. */
VEC_INLINE size_t
list_vectors(uint32_t *index, float *value, const float *x, const float *rest,
	     size_t n, uint32_t first, size_t *done)
{
	__m512i number = _mm512_add_epi32(_mm512_set1_epi32((int)first),
		_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
				 2, 1, 0));
	size_t count = 0, i = 0;

	for (; i + 16 <= n; i += 16) {
		__m512 v = _mm512_loadu_ps(x + i);
		__mmask16 m;

		if (rest != NULL)
			v = _mm512_sub_ps(v, _mm512_loadu_ps(rest + i));
		m = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(), _CMP_NEQ_UQ);
		_mm512_storeu_ps(value + count,
				 _mm512_maskz_compress_ps(m, v));
		_mm512_storeu_si512(index + count,
				    _mm512_maskz_compress_epi32(m, number));
		count += mask_ones(m);
		number = _mm512_add_epi32(number, _mm512_set1_epi32(16));
	}
	*done = i;
	return count;
}
#elif VL == 8
/* Whole vectors of x; *done counts their elements. */
VEC_INLINE size_t
list_vectors(uint32_t *index, float *value, const float *x, const float *rest,
	     size_t n, uint32_t first, size_t *done)
{
	__m256i number = _mm256_add_epi32(_mm256_set1_epi32((int)first),
		_mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
	size_t count = 0, i = 0;

	for (; i + 8 <= n; i += 8) {
		__m256 v = _mm256_loadu_ps(x + i);
		__m256i lanes;
		unsigned m;

		if (rest != NULL)
			v = _mm256_sub_ps(v, _mm256_loadu_ps(rest + i));
		m = lane_signs(_mm256_castps_si256(
			_mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_NEQ_UQ)));
		lanes = lanes_at(set_lanes + m);
		_mm256_storeu_ps(value + count,
				 _mm256_permutevar8x32_ps(v, lanes));
		_mm256_storeu_si256((__m256i_u *)(index + count),
				    _mm256_permutevar8x32_epi32(number, lanes));
		count += (size_t)__builtin_popcount(m);
		number = _mm256_add_epi32(number, _mm256_set1_epi32(8));
	}
	*done = i;
	return count;
}
#endif

/* rest = NULL: nothing is taken off. */
VEC_INLINE size_t
list(uint32_t *index, float *value, const float *x, const float *rest, size_t n,
     uint32_t first)
{
	size_t count = 0, i = 0;

#if VL >= 8
	count = list_vectors(index, value, x, rest, n, first, &i);
#endif
	for (; i < n; i++) {
		float v = rest != NULL ? x[i] - rest[i] : x[i];

		index[count] = first + (uint32_t)i;
		value[count] = v;
		count += v != 0;
	}
	return count;
}

size_t
KERN_NAME(vec_nonzero)(uint32_t *index, float *value, const float *x, size_t n,
		       uint32_t first)
{
	return list(index, value, x, NULL, n, first);
}

size_t
KERN_NAME(vec_unlike)(uint32_t *index, float *value, const float *x,
		      const float *rest, size_t n, uint32_t first)
{
	return list(index, value, x, rest, n, first);
}
