/*
 * vec_math.h - exp and tanh of a vector of floats, for kernel bodies.
 *
 * exp: x = n ln 2 + r with |r| <= ln 2 / 2, a polynomial of degree 6 for e^r
 * (minimax on that interval), times 2^n in two halves so that denormal results
 * round once.  tanh: an odd polynomial up to 0.625, then 1 - 2/(e^2x + 1).
 * Constants in two pieces after Cody and Waite ("Software manual for the
 * elementary functions", 1980).
 */
#ifndef DLTOOLS_VEC_MATH_H
#define DLTOOLS_VEC_MATH_H

#include "kern/vec.h"

/* Nearest integer for |x| < 2^22, as float and, in `bits`, as integer. */
VEC_INLINE vf
vf_round(vf x, vi *bits)
{
	vf magic = vf_set1(0x1.8p23f);
	vf t = x + magic;

	*bits = (vi)t - (vi)magic;
	return t - magic;
}

VEC_INLINE vf
vf_exp(vf x)
{
	vf low = vf_set1(-104.0f), high = vf_set1(89.0f);
	vf c = vf_min(high, vf_max(low, x));
	vi n;
	vf f = vf_round(c * vf_set1(0x1.715476p+0f), &n);
	vf r = vf_fma(f, vf_set1(-0x1.63p-1f), c);
	vf p = vf_set1(0x1.6a2352p-10f);
	vi half = n >> 1;
	vi rest = n - half;

	r = vf_fma(f, vf_set1(0x1.bd0106p-13f), r);
	p = vf_fma(p, r, vf_set1(0x1.123a6cp-7f));
	p = vf_fma(p, r, vf_set1(0x1.5558f4p-5f));
	p = vf_fma(p, r, vf_set1(0x1.555490p-3f));
	p = vf_fma(p, r, vf_set1(0x1.fffffcp-2f));
	p = vf_fma(p * r, r, r) + vf_set1(1.0f);
	p = p * (vf)((half + vi_set1(127)) << 23);
	p = p * (vf)((rest + vi_set1(127)) << 23);
	return vf_select((vi)(x == x), p, x);
}

VEC_INLINE vf
vf_tanh(vf x)
{
	vf a = (vf)((vi)x & vi_set1(0x7fffffff));
	vi sign = (vi)x & vi_set1((int32_t)0x80000000u);
	vf z = x * x;
	vf p = vf_set1(0x1.187178p-9f);
	vf one = vf_set1(1.0f);
	vf big = one - vf_set1(2.0f) / (vf_exp(a + a) + one);

	p = vf_fma(p, z, vf_set1(-0x1.0bd738p-7f));
	p = vf_fma(p, z, vf_set1(0x1.638586p-6f));
	p = vf_fma(p, z, vf_set1(-0x1.b9ee0cp-5f));
	p = vf_fma(p, z, vf_set1(0x1.111064p-3f));
	p = vf_fma(p, z, vf_set1(-0x1.555554p-2f));
	p = vf_fma(p * z, x, x);
	big = (vf)((vi)big | sign);
	return vf_select((vi)(a < vf_set1(0.625f)), p, big);
}

#endif
