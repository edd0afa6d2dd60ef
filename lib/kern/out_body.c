/*
 * out_body.c - the output layer, whose weights lie [in][out]; errors of hidden
 * units; dropout masks; norms.
 */
#include "kern/kern_int.h"
#include "kern/vec_step.h"

/* Samples b .. b+count-1 for the outputs of one vector. */
VEC_INLINE void
forward_vector(const struct out_pass *k, size_t o, size_t b, const size_t count)
{
	vf s[8];

	for (size_t j = 0; j < count; j++)
		s[j] = vf_set1(0);
	for (size_t r = 0; r < k->rows; r++) {
		vf w = vf_load(k->w + r * k->ld + o);

		for (size_t j = 0; j < count; j++)
			s[j] = vf_fma(w, vf_set1(k->x[(b + j) * k->x_ld + r]),
				      s[j]);
	}
	for (size_t j = 0; j < count; j++)
		vf_store(k->z + (b + j) * k->z_ld + o, s[j]);
}

void
KERN_NAME(out_forward)(const struct out_pass *k)
{
	for (size_t o = 0; o < k->columns; o += VL) {
		size_t b = 0;

		for (; b + 8 <= k->n; b += 8)
			forward_vector(k, o, b, 8);
		for (; b + 4 <= k->n; b += 4)
			forward_vector(k, o, b, 4);
		for (; b < k->n; b++)
			forward_vector(k, o, b, 1);
	}
}

/* Rows r .. r+count-1, samples b .. b+15. */
VEC_INLINE void
back_rows(const struct out_pass *k, size_t r, size_t b, const size_t count)
{
	struct vsum s[4];

	for (size_t i = 0; i < count; i++)
		s[i] = (struct vsum){ 0 };
	for (size_t o = 0; o < k->columns; o++)
		for (size_t v = 0; v < VSUM_VECTORS; v++) {
			vf d = vf_load(k->x + o * k->x_ld + b + v * VL);

			for (size_t i = 0; i < count; i++)
				s[i].v[v] = vf_fma(d,
					vf_set1(k->w[(r + i) * k->ld + o]),
					s[i].v[v]);
		}
	for (size_t i = 0; i < count; i++)
		for (size_t v = 0; v < VSUM_VECTORS; v++)
			vf_store(k->z + (r + i) * k->z_ld + b + v * VL,
				 s[i].v[v]);
}

void
KERN_NAME(out_back)(const struct out_pass *k)
{
	for (size_t b = 0; b < k->n; b += 16) {
		size_t r = 0;

		for (; r + 4 <= k->rows; r += 4)
			back_rows(k, r, b, 4);
		for (; r < k->rows; r++)
			back_rows(k, r, b, 1);
	}
}

VEC_INLINE vf
slope(enum back_slope kind, vf a)
{
	vf one = vf_set1(1), zero = vf_set1(0);

	switch (kind) {
	case SLOPE_STEP:
		return vf_select((vi)(a > zero), one, zero);
	case SLOPE_TANH:
		return vf_fma(-a, a, one);
	case SLOPE_ELU:
		return vf_select((vi)(a < zero), a + one, one);
	default:
		return one;
	}
}

VEC_INLINE void
back_vector(const struct back *k, size_t i)
{
	vf e = vf_load(k->e + i);

	for (size_t p = 1; p < k->parts; p++)
		e = e + vf_load(k->e + p * k->part_ld + i);
	e = e * slope(k->slope, vf_load(k->a + i));
	if (k->keep)
		e = e * vf_load(k->keep + i);
	vf_store(k->d + i, e);
}

void
KERN_NAME(back)(const struct back *k)
{
	for (size_t i = 0; i < k->n; i += VL)
		back_vector(k, i);
}

/* 16 counters at a time, word by word, so that compilers make vectors of it. */
#define LANES 16

VEC_INLINE void
philox_round(uint32_t c[4][LANES], uint32_t k0, uint32_t k1)
{
	for (size_t i = 0; i < LANES; i++) {
		uint64_t p0 = (uint64_t)0xD2511F53u * c[0][i];
		uint64_t p1 = (uint64_t)0xCD9E8D57u * c[2][i];

		c[0][i] = (uint32_t)(p1 >> 32) ^ c[1][i] ^ k0;
		c[2][i] = (uint32_t)(p0 >> 32) ^ c[3][i] ^ k1;
		c[1][i] = (uint32_t)p1;
		c[3][i] = (uint32_t)p0;
	}
}

static void
philox_words(const struct keep *k, uint64_t at, uint32_t c[4][LANES])
{
	uint32_t k0 = k->key[0], k1 = k->key[1];

	for (size_t i = 0; i < LANES; i++) {
		c[0][i] = (uint32_t)(at + i);
		c[1][i] = (uint32_t)((at + i) >> 32);
		c[2][i] = (uint32_t)k->a;
		c[3][i] = (uint32_t)(k->a >> 32);
	}
	for (int round = 0; round < 10; round++) {
		philox_round(c, k0, k1);
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
}

void
KERN_NAME(dropout_keep)(const struct keep *k)
{
	size_t first = k->first / 4 * 4;
	uint32_t c[4][LANES];

	for (size_t u = first; u < k->first + k->n; u += 4 * LANES) {
		philox_words(k, k->b + u / 4, c);
		for (size_t i = 0; i < 4 * LANES; i++) {
			float x = (float)(c[i % 4][i / 4] >> 8) * 0x1p-24f;

			if (u + i >= k->first && u + i < k->first + k->n)
				k->keep[u + i - k->first] =
					x > k->ratio ? 1.0f : 0.0f;
		}
	}
}

/* Of w[n], n a multiple of 16: 16 chains, folded by halves, in float. */
double
KERN_NAME(sum_squares)(const float *w, size_t n)
{
	struct vsum s = { 0 };

	for (size_t i = 0; i < n; i += 16)
		for (size_t v = 0; v < VSUM_VECTORS; v++) {
			vf x = vf_load(w + i + v * VL);

			s.v[v] = vf_fma(x, x, s.v[v]);
		}
	return (double)vsum_fold(&s);
}
