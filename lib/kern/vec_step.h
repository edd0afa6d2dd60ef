/*
 * vec_step.h - one step of an update rule on a vector of weights, for the
 * online kernels; mini-batches (update_body.c) take its root and lane masks.
 *
 * ADADELTA needs s = sqrt(y / h) for every weight and row.  With t = y h it is
 * y / sqrt t, and 1 / sqrt t comes from
 *
 *	ROOT_FAST	the processor's estimate (relative error 2^-14 or
 *			1.5 * 2^-12) and one Newton step;
 *	ROOT_FMA	bits M - (bits of t >> 1), good to 3.4 %; a Newton step
 *			whose constant spreads the error evenly (1.3e-3); a step
 *			of third order.  Integer and FMA instructions only, so
 *			the same bits on all processors.
 *
 * Both are within 3e-7 of the truth (tests/unit/sweep_test.c looks).
 */
#ifndef DLTOOLS_VEC_STEP_H
#define DLTOOLS_VEC_STEP_H

#include "kern/online.h"
#include "kern/vec.h"

/* A lane mask: true lanes of a comparison. */
#if defined(__AVX512F__)
typedef __mmask16 vm;
VEC_INLINE vm vm_nonzero(vf x)
{
	return _mm512_cmp_ps_mask((__m512)x, _mm512_setzero_ps(), _CMP_NEQ_UQ);
}
VEC_INLINE bool vm_all(vm m) { return m == 0xffff; }
/* m ? a * b + c : a */
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return (vf)_mm512_mask_fmadd_ps((__m512)a, m, (__m512)b, (__m512)c);
}
/* m ? a - b : a */
VEC_INLINE vf vm_sub(vm m, vf a, vf b)
{
	return (vf)_mm512_mask_sub_ps((__m512)a, m, (__m512)a, (__m512)b);
}
VEC_INLINE vf vm_blend(vm m, vf yes, vf no)
{
	return (vf)_mm512_mask_blend_ps(m, (__m512)no, (__m512)yes);
}
/* m ? size with the sign of w : 0 */
VEC_INLINE vf vm_copysign(vm m, vf size, vf w)
{
	return (vf)_mm512_maskz_ternarylogic_epi32(m, (__m512i)w,
		_mm512_set1_epi32(INT32_MIN), (__m512i)size, 0xea);
}
#elif defined(__AVX2__)
typedef vf vm;
VEC_INLINE vm vm_nonzero(vf x)
{
	return (vf)_mm256_cmp_ps((__m256)x, _mm256_setzero_ps(), _CMP_NEQ_UQ);
}
VEC_INLINE bool vm_all(vm m)
{
	return _mm256_movemask_ps((__m256)m) == 0xff;
}
/*
 * By the sign of m's lanes.  Spelled out, as gcc 12 puts a comparison with 0
 * before what it makes of _mm256_blendv_ps().
 */
VEC_INLINE vf vm_blend(vm m, vf yes, vf no)
{
	vf r;

	__asm__("vblendvps %3, %2, %1, %0"
		: "=x"(r) : "x"(no), "xm"(yes), "x"(m));
	return r;
}
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return vm_blend(m, vf_fma(a, b, c), a);
}
#else
typedef vi vm;
VEC_INLINE vm vm_nonzero(vf x) { return (vi)(x != vf_set1(0)); }
VEC_INLINE bool vm_all(vm m) { return (m[0] & m[1] & m[2] & m[3]) != 0; }
VEC_INLINE vf vm_blend(vm m, vf yes, vf no) { return vf_select(m, yes, no); }
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return vm_blend(m, vf_fma(a, b, c), a);
}
#endif
#if !defined(__AVX512F__)
VEC_INLINE vf vm_sub(vm m, vf a, vf b) { return vm_blend(m, a - b, a); }
/* m: a comparison's, all bits of a lane; not vm_mask()'s */
VEC_INLINE vf vm_copysign(vm m, vf size, vf w)
{
	vi sign = (vi)w & vi_set1(INT32_MIN);

	return (vf)((vi)m & ((vi)size | sign));
}
#endif

/*
 * The squares of x as a step takes them: with AVX2, where a mask is the signs
 * of a vector, negative if x is not 0, so that they are also its mask,
 * vm_mask().
 */
#if defined(__AVX2__) && !defined(__AVX512F__)
#define SQUARES_SIGN (-1.0f)
#define SQUARES_ARE_MASK true
VEC_INLINE vm vm_mask(const float *x, const float *xx)
{
	(void)x;
	return vf_load(xx);
}
VEC_INLINE vf square(vf x)
{
	vi negative = (vi)(x * x) | vi_set1(INT32_MIN);

	return (vf)(negative & (vi)vm_nonzero(x));
}
#else
#define SQUARES_SIGN 1.0f
#define SQUARES_ARE_MASK false
VEC_INLINE vm vm_mask(const float *x, const float *xx)
{
	(void)xx;
	return vm_nonzero(vf_load(x));
}
VEC_INLINE vf square(vf x) { return x * x; }
#endif

/* What a step needs beside the weights; constant arguments fold away. */
struct step {
	enum sweep_rule rule;
	enum sweep_root root;
	bool masked;  /* x = 0 leaves alone */
	bool regular; /* l1 or l2 */
	bool l1_only;
	vf rho, epsilon, l1, l2;
};

/*
 * Vectors of weights in work at once.  Where the registers hold many, all rows
 * of the block are applied to a group of them; where they don't, one row
 * at a time (sweep_body.c).
 */
#if defined(__AVX512F__)
#define GROUP 8
#define ABREAST 4 /* of them in step */
#else
#define GROUP 2
#define ABREAST 2
#endif

/* A number for all lanes: spread by what reads it, or before. */
#if defined(__AVX512F__)
typedef float spread;
VEC_INLINE spread spread_of(float x) { return x; }
VEC_INLINE vf vf_spread(spread x) { return vf_set1(x); }
#else
typedef vf spread;
VEC_INLINE spread spread_of(float x) { return vf_set1(x); }
VEC_INLINE vf vf_spread(spread x) { return x; }
#endif

/* Weights and their state. */
struct vectors {
	vf *w, *a, *b;
};

/* The error s of a unit for row b of the block, and what comes of it. */
struct touch {
	uint32_t b;
	spread s, ss, f[3]; /* f: factors of the root's last step */
	spread rate, momentum; /* of row b; the rate times s if not regular */
};

#if defined(__AVX512F__)
VEC_INLINE vf vf_root_estimate(vf t)
{
	return (vf)_mm512_rsqrt14_ps((__m512)t);
}
#elif defined(__AVX2__)
VEC_INLINE vf vf_root_estimate(vf t)
{
	return (vf)_mm256_rsqrt_ps((__m256)t);
}
#endif
#if defined(__AVX512F__) || defined(__AVX2__)
#define HAS_ESTIMATE true
#else
#define HAS_ESTIMATE false
VEC_INLINE vf vf_root_estimate(vf t) { return t; }
#endif

VEC_INLINE bool
by_estimate(const struct step *p)
{
	return HAS_ESTIMATE && p->root == ROOT_FAST;
}

/* With l1 or l2 the gradient is made apart and the factors are without s. */
VEC_INLINE struct touch
touch_of(const struct step *p, uint32_t b, float s, float rate,
	 float momentum)
{
	float by, ss;

	if (s < TINY_ERROR && s > -TINY_ERROR)
		s = 0;
	/* nor a subnormal square: it adds nothing to epsilon */
	ss = s < 0x1p-63f && s > -0x1p-63f ? 0 : s * s;
	by = p->regular ? 1 : s;
	return (struct touch){
		.b = b, .s = spread_of(s), .ss = spread_of(SQUARES_SIGN * ss),
		.f[0] = spread_of(by * (by_estimate(p) ? 0.5f :
						0x1.30c7f0p+0f)),
		.f[1] = spread_of(by * (by_estimate(p) ? 1.5f : -2.5f)),
		.f[2] = spread_of(by * 0x1.2e618cp+1f),
		.rate = spread_of(p->regular ? rate : rate * s),
		.momentum = spread_of(momentum),
	};
}

/*
 * s / sqrt t as a product: root_begin() times root_end() of it and a = t r.  s
 * rides on the factors of the last step.  By integer seed and FMA the seed is
 * scaled so that the Newton step needs no factor, r = r (c - t r^2), and gives
 * k / sqrt t, k = 2^(-1/3); the last step is a parabola for 1 / sqrt m around
 * m = k^2.
 */
VEC_INLINE vf
root_begin(const struct step *p, vf t)
{
	vf r;

	if (p->root == ROOT_EXACT)
		return vf_sqrt(t);
	if (by_estimate(p))
		return vf_root_estimate(t);
	r = (vf)(vi_set1(0x5efefea3) - ((vi)t >> 1));
	return r * vf_fma(-(t * r), r, vf_set1(0x1.9f1aa0p+0f));
}

VEC_INLINE vf
root_end(const struct step *p, const spread *f, vf a, vf r)
{
	vf m;

	if (by_estimate(p))
		return vf_fma(-a, r * vf_spread(f[0]), vf_spread(f[1]));
	m = a * r;
	return vf_fma(vf_fma(m, vf_spread(f[0]), vf_spread(f[1])), m,
		      vf_spread(f[2]));
}

VEC_INLINE vf
root_of(const struct step *p, const spread *f, vf t, vf *last)
{
	vf r = root_begin(p, t);

	*last = root_end(p, f, t * r, r);
	return r;
}

/* y / sqrt t */
VEC_INLINE vf
root_fast(vf y, vf t)
{
	const struct step p = { .root = ROOT_FAST };
	const struct touch one = touch_of(&p, 0, 1, 0, 0);
	vf last, r = root_of(&p, one.f, t, &last);

	return (y * r) * last;
}

VEC_INLINE vf
gradient(const struct step *p, vf w, vf s, vf x)
{
	vf l1;

	if (!p->regular)
		return s * x;
	l1 = vm_copysign(vm_nonzero(w), p->l1, w);
	if (p->l1_only)
		return vf_fma(s, x, l1);
	return vf_fma(p->l2, w, vf_fma(s, x, l1));
}

/*
 * *a = rho *a + v, where x is not zero.  Returns it for the step, for which it
 * does not matter where x is zero: so a blend need not be waited for.
 */
VEC_INLINE vf
decay(const struct step *p, vf *a, vm nonzero, vf v)
{
#if defined(__AVX512F__)
	*a = p->masked ? vm_fma(nonzero, *a, p->rho, v)
		       : vf_fma(*a, p->rho, v);
	return *a;
#else
	vf next = vf_fma(*a, p->rho, v);

	*a = p->masked ? vm_blend(nonzero, next, *a) : next;
	return next;
#endif
}

#define EACH _Pragma("GCC unroll 8") for (size_t i = 0; i < n; i++)

/* What x adds to w, or to the velocity: -rate G. */
VEC_INLINE vf
pace(const struct step *p, const struct touch *touch, vf w, vf x, vf to)
{
	const vf rate = vf_spread(touch->rate);

	return vf_fma(-rate, p->regular ?
		      gradient(p, w, vf_spread(touch->s), x) : x, to);
}

/* A rate, with momentum or without; plain SGD has its own kernel. */
VEC_INLINE void
step_rate(const struct step *p, const struct touch *touch,
	  const struct vectors *of, const float *x, const size_t n)
{
	const vf momentum = vf_spread(touch->momentum);
	vf *w = of->w, *velocity = of->a, v[ABREAST], to[ABREAST];

	EACH v[i] = vf_load(x + i * VL);
	if (p->rule == SWEEP_SGD) {
		EACH to[i] = pace(p, touch, w[i], v[i], w[i]);
	} else {
		EACH to[i] = pace(p, touch, w[i], v[i], momentum * velocity[i]);
		EACH velocity[i] = p->masked ? vm_blend(vm_nonzero(v[i]), to[i],
						     velocity[i]) : to[i];
		if (p->rule == SWEEP_MOMENTUM)
			EACH to[i] = w[i] + to[i];
		else
			EACH to[i] = vf_fma(momentum, to[i],
					    pace(p, touch, w[i], v[i], w[i]));
	}
	EACH w[i] = p->masked ? vm_blend(vm_nonzero(v[i]), to[i], w[i]) :
			       to[i];
}

#endif
