/*
 * vec_step.h - one step of an update rule on a vector of weights, for the
 * online kernels only.
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
 * Both are within 3e-7 of the truth (tests/unit/online_kern_test.c looks).
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
/* m ? a * b + c : a */
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return (vf)_mm512_mask_fmadd_ps((__m512)a, m, (__m512)b, (__m512)c);
}
VEC_INLINE vf vm_blend(vm m, vf yes, vf no)
{
	return (vf)_mm512_mask_blend_ps(m, (__m512)no, (__m512)yes);
}
#elif defined(__AVX2__)
typedef vf vm;
VEC_INLINE vm vm_nonzero(vf x)
{
	return (vf)_mm256_cmp_ps((__m256)x, _mm256_setzero_ps(), _CMP_NEQ_UQ);
}
VEC_INLINE vf vm_blend(vm m, vf yes, vf no)
{
	return (vf)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)m);
}
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return vm_blend(m, vf_fma(a, b, c), a);
}
#else
typedef vi vm;
VEC_INLINE vm vm_nonzero(vf x) { return (vi)(x != vf_set1(0)); }
VEC_INLINE vf vm_blend(vm m, vf yes, vf no) { return vf_select(m, yes, no); }
VEC_INLINE vf vm_fma(vm m, vf a, vf b, vf c)
{
	return vm_blend(m, vf_fma(a, b, c), a);
}
#endif

/*
 * s y / sqrt t; the factor s rides on the constants of the last step.
 *
 * By integer seed and FMA: the seed is scaled so that the Newton step needs no
 * factor, r = r (c - t r^2), and gives k / sqrt t, k = 2^(-1/3); the last step
 * is a parabola for 1 / sqrt m around m = k^2.
 */
VEC_INLINE vf
root_fma(vf y, vf t, vf s)
{
	vf r = (vf)(vi_set1(0x5efefea3) - ((vi)t >> 1));
	vf m, p;

	r = r * vf_fma(-(t * r), r, vf_set1(0x1.9f1aa0p+0f));
	m = (t * r) * r;
	p = vf_fma(vf_fma(m, vf_set1(0x1.30c7f0p+0f) * s, vf_set1(-2.5f) * s),
		   m, vf_set1(0x1.2e618cp+1f) * s);
	return (y * r) * p;
}

VEC_INLINE vf
root_fast(vf y, vf t, vf s)
{
#if defined(__AVX512F__)
	vf r = (vf)_mm512_rsqrt14_ps((__m512)t);
#elif defined(__AVX2__)
	vf r = (vf)_mm256_rsqrt_ps((__m256)t);
#endif
#if defined(__AVX2__) || defined(__AVX512F__)
	return (y * r) * vf_fma(-(t * r), r * (vf_set1(0.5f) * s),
				vf_set1(1.5f) * s);
#else
	return root_fma(y, t, s);
#endif
}

/* What a step needs beside the weights; constant arguments fold away. */
struct step {
	enum sweep_rule rule;
	enum sweep_root root;
	bool masked;  /* x = 0 leaves alone */
	bool regular; /* l1 or l2 */
	bool l1_only;
	vf rho, epsilon, l1, l2;
	vf rate, momentum;
};

VEC_INLINE vf
gradient(const struct step *p, vf w, vf s, vf x)
{
	vi sign = (vi)w & vi_set1((int32_t)0x80000000u);
	vf l1;

	if (!p->regular)
		return s * x;
	l1 = vm_blend(vm_nonzero(w), (vf)((vi)p->l1 | sign), vf_set1(0));
	if (p->l1_only)
		return vf_fma(s, x, l1);
	return vf_fma(p->l2, w, vf_fma(s, x, l1));
}

/*
 * G = s x, or with l1 and l2 what gradient() says; xx = x^2.  Without l1 and
 * l2 the product s x is never made: G^2 = s^2 x^2 and u = (s y / sqrt t) x, two
 * multiplications less.
 */
VEC_INLINE void
step_adadelta(const struct step *p, vf *w, vf *h, vf *y, vf s, vf x, vf xx,
	      vm m)
{
	vf one = vf_set1(1), g = x, v, u;

	if (p->regular) {
		g = gradient(p, *w, s, x);
		v = vf_fma(g, g, p->epsilon);
		s = one;
	} else {
		v = vf_fma(s * s, xx, p->epsilon);
	}
	*h = p->masked ? vm_fma(m, *h, p->rho, v) : vf_fma(*h, p->rho, v);
	if (p->root == ROOT_EXACT)
		u = vf_sqrt(*y / *h) * s * g;
	else if (p->root == ROOT_FAST)
		u = root_fast(*y, *y * *h, s) * g;
	else
		u = root_fma(*y, *y * *h, s) * g;
	if (p->masked && p->regular)
		*w = vm_blend(m, *w - u, *w);
	else
		*w = *w - u;
	v = vf_fma(u, u, p->epsilon);
	*y = p->masked ? vm_fma(m, *y, p->rho, v) : vf_fma(*y, p->rho, v);
}

VEC_INLINE void
step_rate(const struct step *p, vf *w, vf *velocity, vf g, vm m)
{
	vf to = *velocity, d;

	if (p->rule == SWEEP_SGD) {
		d = vf_fma(-p->rate, g, *w);
	} else {
		to = vf_fma(-p->rate, g, p->momentum * to);
		d = p->rule == SWEEP_MOMENTUM ? *w + to :
		    vf_fma(p->momentum, to, vf_fma(-p->rate, g, *w));
		*velocity = p->masked ? vm_blend(m, to, *velocity) : to;
	}
	*w = p->masked ? vm_blend(m, d, *w) : d;
}

#endif
