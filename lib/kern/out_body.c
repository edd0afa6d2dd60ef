/*
 * out_body.c - the output layer, whose weights lie [in][out]; errors of hidden
 * units; dropout masks.
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

/*
 * Philox: VL counters at a time.  Products of 32 by 32 bits are made in the
 * low and high halves of 64-bit lanes.
 */
typedef uint32_t vu __attribute__((vector_size(VL * 4)));
typedef uint64_t vl __attribute__((vector_size(VL * 4)));

VEC_INLINE vl
product(vl a, uint32_t b)
{
#if defined(__AVX512F__)
	return (vl)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__)
	return (vl)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#else
	return (a & 0xffffffffu) * b;
#endif
}

VEC_INLINE void
wide_product(vu a, uint32_t b, vu *low, vu *high)
{
	vl even = product((vl)a, b), odd = product((vl)a >> 32, b);
	const uint64_t top = 0xffffffff00000000u;

	*low = (vu)((even & ~top) | (odd << 32));
	*high = (vu)((even >> 32) | (odd & top));
}

VEC_INLINE void
philox(const struct keep *k, uint64_t at, vu c[4])
{
	uint32_t k0 = k->key[0], k1 = k->key[1];
	vu zero = { 0 };

	for (uint32_t i = 0; i < VL; i++)
		c[0][i] = i;
	c[0] += (uint32_t)at;
	/* a carry is where the sum is below what was added */
	c[1] = zero + (uint32_t)(at >> 32) - (vu)(c[0] < (uint32_t)at);
	c[2] = zero + (uint32_t)k->a;
	c[3] = zero + (uint32_t)(k->a >> 32);
	for (int round = 0; round < 10; round++) {
		vu l0, h0, l1, h1;

		wide_product(c[0], 0xD2511F53u, &l0, &h0);
		wide_product(c[2], 0xCD9E8D57u, &l1, &h1);
		c[0] = h1 ^ c[1] ^ k0;
		c[1] = l1;
		c[2] = h0 ^ c[3] ^ k1;
		c[3] = l0;
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
}

/* to[4 * i + w] = from[w][i] */
VEC_INLINE void
interleave(float *to, const vf from[4])
{
	typedef float v4 __attribute__((vector_size(16)));
	v4 a[4][VL / 4];

	memcpy(a, from, sizeof(a));
	for (size_t i = 0; i < VL / 4; i++) {
		v4 p = __builtin_shufflevector(a[0][i], a[1][i], 0, 4, 1, 5);
		v4 q = __builtin_shufflevector(a[2][i], a[3][i], 0, 4, 1, 5);
		v4 r = __builtin_shufflevector(a[0][i], a[1][i], 2, 6, 3, 7);
		v4 s = __builtin_shufflevector(a[2][i], a[3][i], 2, 6, 3, 7);
		v4 out[4] = {
			__builtin_shufflevector(p, q, 0, 1, 4, 5),
			__builtin_shufflevector(p, q, 2, 3, 6, 7),
			__builtin_shufflevector(r, s, 0, 1, 4, 5),
			__builtin_shufflevector(r, s, 2, 3, 6, 7),
		};

		memcpy(to + 16 * i, out, sizeof(out));
	}
}

void
KERN_NAME(dropout_keep)(const struct keep *k)
{
	size_t first = k->first / 4 * 4, skip = k->first - first;
	/* u = (word >> 8) / 2^24 > ratio, exactly, in integers */
	uint32_t least = (uint32_t)((double)k->ratio * 0x1p24) + 1;
	float keep[4 * VL];
	vf part[4];
	vu c[4];

	for (size_t u = 0; u < k->n + skip; u += 4 * VL) {
		size_t from = u < skip ? skip - u : 0;
		size_t end = k->n + skip - u < 4 * VL ? k->n + skip - u
						      : 4 * VL;

		philox(k, k->b + (first + u) / 4, c);
		for (size_t w = 0; w < 4; w++) {
			vi on = (vi)((c[w] >> 8) >= least);

			part[w] = (vf)(on & (vi)vf_set1(1));
		}
		interleave(keep, part);
		memcpy(k->keep + u + from - skip, keep + from,
		       (end - from) * sizeof(float));
	}
	for (size_t i = 0; k->y && i < k->n; i++)
		k->y[i] *= k->keep[i];
}
