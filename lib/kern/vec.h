/*
 * vec.h - a vector of floats per instruction set, for kernel bodies only.
 *
 * VL lanes of float (vf) and int32 (vi).  Operators + - * / & | ^ << >> and
 * comparisons (0 / -1 per lane, as vi) are the compiler's own.  vf_fma rounds
 * once wherever the instruction set has FMA.  Sums over lanes must not depend
 * on VL: keep 16 partial sums (vsum), fold them in one fixed order.
 */
#ifndef DLTOOLS_VEC_H
#define DLTOOLS_VEC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define VL 16
#elif defined(__AVX2__)
#include <immintrin.h>
#define VL 8
#elif defined(__aarch64__)
#include <arm_neon.h>
#define VL 4
#else
#define VL 4
#endif

typedef float vf __attribute__((vector_size(VL * 4)));
typedef int32_t vi __attribute__((vector_size(VL * 4)));
typedef float vf_memory
	__attribute__((vector_size(VL * 4), aligned(4), may_alias));

#define VEC_INLINE static inline __attribute__((always_inline, unused))

VEC_INLINE vf
vf_load(const float *p)
{
	return (vf)*(const vf_memory *)p;
}

/*
 * For more than one product: with AVX2, whose vectors are half a cache line and
 * registers few, gcc otherwise loads once for each.
 */
VEC_INLINE vf
vf_load_once(const float *p)
{
	vf v = vf_load(p);

#if VL == 8
	__asm__("" : "+x"(v));
#endif
	return v;
}

VEC_INLINE void
vf_store(float *p, vf v)
{
	*(vf_memory *)p = (vf_memory)v;
}

/*
 * Asks for the line of *p in order to write it.  In a build for any x86-64
 * __builtin_prefetch() asks only to read, and a line that another core holds
 * too must then be waited for when it is written.  p may point anywhere;
 * processors that have no PREFETCHW take it as no operation (the 64-bit Pentium
 * 4 of 2004 excepted).
 */
VEC_INLINE void
vec_own(const float *p)
{
#if defined(__x86_64__)
	__asm__ volatile("prefetchw (%0)" : : "r"(p));
#else
	__builtin_prefetch(p, 1);
#endif
}

VEC_INLINE vf
vf_load_n(const float *p, size_t n)
{
	float t[VL] = { 0 };

	memcpy(t, p, n * sizeof(*p));
	return vf_load(t);
}

VEC_INLINE void
vf_store_n(float *p, vf v, size_t n)
{
	float t[VL];

	vf_store(t, v);
	memcpy(p, t, n * sizeof(*p));
}

#if defined(__AVX512F__)
VEC_INLINE vf vf_set1(float x) { return (vf)_mm512_set1_ps(x); }
VEC_INLINE vi vi_set1(int32_t x) { return (vi)_mm512_set1_epi32(x); }
VEC_INLINE vf vf_sqrt(vf a) { return (vf)_mm512_sqrt_ps((__m512)a); }
VEC_INLINE vf vf_max(vf a, vf b)
{
	return (vf)_mm512_max_ps((__m512)a, (__m512)b);
}
VEC_INLINE vf vf_min(vf a, vf b)
{
	return (vf)_mm512_min_ps((__m512)a, (__m512)b);
}
VEC_INLINE vf vf_fma(vf a, vf b, vf c)
{
	return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
#elif defined(__AVX2__)
VEC_INLINE vf vf_set1(float x) { return (vf)_mm256_set1_ps(x); }
VEC_INLINE vi vi_set1(int32_t x) { return (vi)_mm256_set1_epi32(x); }
VEC_INLINE vf vf_sqrt(vf a) { return (vf)_mm256_sqrt_ps((__m256)a); }
VEC_INLINE vf vf_max(vf a, vf b)
{
	return (vf)_mm256_max_ps((__m256)a, (__m256)b);
}
VEC_INLINE vf vf_min(vf a, vf b)
{
	return (vf)_mm256_min_ps((__m256)a, (__m256)b);
}
VEC_INLINE vf vf_fma(vf a, vf b, vf c)
{
	return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
#else
VEC_INLINE vf vf_set1(float x) { return (vf){ x, x, x, x }; }
VEC_INLINE vi vi_set1(int32_t x) { return (vi){ x, x, x, x }; }
VEC_INLINE vf vf_sqrt(vf a)
{
	return (vf){ __builtin_sqrtf(a[0]), __builtin_sqrtf(a[1]),
		     __builtin_sqrtf(a[2]), __builtin_sqrtf(a[3]) };
}
VEC_INLINE vf vf_fma(vf a, vf b, vf c)
{
#if defined(__aarch64__)
	return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
	return a * b + c;
#endif
}
#endif

/* a where the mask's lane is set, else b. */
VEC_INLINE vf
vf_select(vi mask, vf a, vf b)
{
	return (vf)(((vi)a & mask) | ((vi)b & ~mask));
}

#if !defined(__AVX512F__) && !defined(__AVX2__)
/* As x86: the second operand if one is NaN. */
VEC_INLINE vf vf_max(vf a, vf b) { return vf_select((vi)(a > b), a, b); }
VEC_INLINE vf vf_min(vf a, vf b) { return vf_select((vi)(a < b), a, b); }
#endif

/* 16 partial results, whatever VL is. */
#define VSUM_VECTORS (16 / VL)
struct vsum {
	vf v[VSUM_VECTORS];
};

VEC_INLINE float
vsum_fold(const struct vsum *s)
{
	float t[16];

	for (size_t i = 0; i < VSUM_VECTORS; i++)
		vf_store(t + i * VL, s->v[i]);
	for (size_t half = 8; half > 0; half /= 2)
		for (size_t i = 0; i < half; i++)
			t[i] += t[i + half];
	return t[0];
}

#endif
