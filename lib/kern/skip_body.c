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

/* Asks for this panel's share of what is wanted soon. */
VEC_INLINE void
ask(const struct skip *s, const struct skip_row *row, size_t j, size_t width)
{
	size_t from = j * s->soon_bytes / s->n;
	size_t to = (j + width) * s->soon_bytes / s->n;

	for (size_t a = 0; a < 3; a++)
		for (size_t i = from; row->soon[a] != NULL && i < to; i += 64)
			__builtin_prefetch(row->soon[a] + i, 1, 2);
}

/* Entries of one row below term `end`. */
VEC_INLINE void
run_row(const struct skip *s, size_t i, size_t j, size_t width, size_t end)
{
	struct skip_row *row = &s->row[i];
	size_t e = row->at;
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
	for (; e < row->count && row->index[e] < end; e++) {
		const float *b = s->b + row->index[e] * s->b_term + j;
		vf a = vf_set1(row->value[e]);

#pragma GCC unroll 16
		for (size_t v = 0; v < width / VL; v++)
			acc[v] = vf_fma(a, vf_load(b + v * VL), acc[v]);
	}
#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		vf_store(c + v * VL, acc[v]);
	row->at = e;
}

VEC_INLINE void
run_panel(const struct skip *s, size_t j, size_t width)
{
	size_t block = BLOCK_FLOATS / width;

	for (size_t i = 0; i < s->m; i++) {
		s->row[i].at = 0;
		if (s->soon_bytes > 0)
			ask(s, &s->row[i], j, width);
		run_row(s, i, j, width, block);
	}
	for (size_t k = block; k < s->terms; k += block)
		for (size_t i = 0; i < s->m; i++)
			if (s->row[i].at < s->row[i].count &&
			    s->row[i].index[s->row[i].at] < k + block)
				run_row(s, i, j, width, k + block);
}

#define PANEL(width) \
static void \
panel_##width(const struct skip *s, size_t j) \
{ \
	run_panel(s, j, width); \
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
	for (size_t j = 0; j < s->n;) {
		size_t left = s->n - j;

#if WIDTH == 128
		if (left >= 128) {
			panel_128(s, j);
			j += 128;
			continue;
		}
#endif
		if (left >= 64) {
			panel_64(s, j);
			j += 64;
		} else if (left >= 32) {
			panel_32(s, j);
			j += 32;
		} else {
			panel_16(s, j);
			j += 16;
		}
	}
}

size_t
KERN_NAME(vec_nonzero)(uint32_t *index, float *value, const float *x, size_t n,
		       uint32_t first)
{
	size_t count = 0, i = 0;

#if VL == 16
	__m512i number = _mm512_add_epi32(_mm512_set1_epi32((int)first),
		_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3,
				 2, 1, 0));

	for (; i + 16 <= n; i += 16) {
		__m512 v = _mm512_loadu_ps(x + i);
		__mmask16 m = _mm512_cmp_ps_mask(v, _mm512_setzero_ps(),
						 _CMP_NEQ_UQ);

		_mm512_storeu_ps(value + count,
				 _mm512_maskz_compress_ps(m, v));
		_mm512_storeu_si512(index + count,
				    _mm512_maskz_compress_epi32(m, number));
		count += (size_t)__builtin_popcount(m);
		number = _mm512_add_epi32(number, _mm512_set1_epi32(16));
	}
#endif
	for (; i < n; i++) {
		index[count] = first + (uint32_t)i;
		value[count] = x[i];
		count += x[i] != 0;
	}
	return count;
}
