/*
 * skip_body.c - products with a matrix of which few elements are not zero.
 *
 * A row of C, 128 columns wide with AVX-512, lives in registers while the row's
 * entries are gone through: per entry one number is spread over the lanes and
 * eight vectors of B come as operands of the multiply-adds, two a cycle if they
 * are in the first-level cache.  So terms go in blocks of which these columns
 * fill 32 KiB at most, and all rows pass before the next block.
 */
#include "kern/kern_int.h"
#include "kern/vec.h"

#if VL == 16
#define WIDTH 128
#else
#define WIDTH 64
#endif
#define BLOCK_FLOATS 8192

/*
 * Asks for row i's share of the block after the one that begins with term k;
 * it comes from the third cache or from memory, in pieces too short for the
 * processor to see them coming.
 */
VEC_INLINE void
ask(const struct skip *s, size_t i, size_t j, size_t width, size_t k)
{
	size_t block = BLOCK_FLOATS / width;
	size_t from = k + block + block * i / s->m;
	size_t to = k + block + block * (i + 1) / s->m;

	for (size_t t = from; t < to && t < s->terms; t++)
		for (size_t v = 0; v < width; v += 16)
			__builtin_prefetch(s->b + t * s->b_term + j + v, 0, 2);
}

/* Entries of one row below term `end`. */
VEC_INLINE void
run_row(const struct skip *s, size_t i, size_t j, size_t width, size_t end)
{
	struct skip_row *row = &s->row[i];
	const uint32_t *index = row->index;
	const float *value = row->value, *first = s->b + j;
	size_t e = row->at, count = row->count, term = s->b_term;
	float *c = s->c + i * s->c_row + j;
	bool later = e > 0 || s->add;
	vf acc[WIDTH / VL];

	for (size_t v = 0; v < width; v += 16)
		__builtin_prefetch(c + s->c_row + v, 1, 3);
#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		acc[v] = later ? vf_load(c + v * VL) :
			 s->start != NULL ? vf_load(s->start + j + v * VL) :
					    vf_set1(0);
	for (; e < count && index[e] < end; e++) {
		const float *b = first + index[e] * term;
		vf a = vf_set1(value[e]);

#pragma GCC unroll 16
		for (size_t v = 0; v < width / VL; v++)
			acc[v] = vf_fma(a, vf_load(b + v * VL), acc[v]);
	}
#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		vf_store(c + v * VL, acc[v]);
	row->at = e;
}

/* Do the rows together need most of B? */
VEC_INLINE bool
needs_most(const struct skip *s)
{
	size_t total = 0;

	for (size_t i = 0; i < s->m; i++)
		total += s->row[i].count;
	return total >= 2 * s->terms;
}

VEC_INLINE void
run_panel(const struct skip *s, size_t j, size_t width, bool asks)
{
	size_t block = BLOCK_FLOATS / width;

	for (size_t i = 0; i < s->m; i++) {
		s->row[i].at = 0;
		if (asks)
			ask(s, i, j, width, 0);
		run_row(s, i, j, width, block);
	}
	for (size_t k = block; k < s->terms; k += block)
		for (size_t i = 0; i < s->m; i++) {
			if (asks)
				ask(s, i, j, width, k);
			if (s->row[i].at < s->row[i].count &&
			    s->row[i].index[s->row[i].at] < k + block)
				run_row(s, i, j, width, k + block);
		}
}

#define PANEL(width) \
static void \
panel_##width(const struct skip *s, size_t j, bool asks) \
{ \
	run_panel(s, j, width, asks); \
}

PANEL(16)
PANEL(32)
PANEL(64)
#if WIDTH == 128
PANEL(128)
#endif

void
KERN_NAME(gemm_skip)(const struct skip *s)
{
	bool asks = needs_most(s);

	for (size_t j = 0; j < s->n;) {
		size_t left = s->n - j;

#if WIDTH == 128
		if (left >= 128) {
			panel_128(s, j, asks);
			j += 128;
			continue;
		}
#endif
		if (left >= 64) {
			panel_64(s, j, asks);
			j += 64;
		} else if (left >= 32) {
			panel_32(s, j, asks);
			j += 32;
		} else {
			panel_16(s, j, asks);
			j += 16;
		}
	}
}

#if VL == 16
/*
 * gcc 12 reads 32 bits of a mask that it had to put on the stack, where 16 were
 * written: seen with AddressSanitizer at -O1.  So the move is spelled out.
 */
VEC_INLINE size_t
ones(__mmask16 mask)
{
	uint32_t bits;

	__asm__("kmovw %1, %0" : "=r"(bits) : "k"(mask));
	return (size_t)__builtin_popcount(bits);
}
#endif

/* rest = NULL: nothing is taken off. */
VEC_INLINE size_t
list(uint32_t *index, float *value, const float *x, const float *rest, size_t n,
     uint32_t first)
{
	size_t count = 0, i = 0;

#if VL == 16
	__m512i number = _mm512_add_epi32(_mm512_set1_epi32((int)first),
		_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
				 2, 1, 0));

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
		count += ones(m);
		number = _mm512_add_epi32(number, _mm512_set1_epi32(16));
	}
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
