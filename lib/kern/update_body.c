/*
 * update_body.c - optimizer steps and what else mini-batches do per element.
 */
#include "kern/kern_int.h"
#include "kern/lanes.h"
#include "kern/vec_math.h"
#include "kern/vec_step.h"

/*
 * The lanes of the VL weights from `first` on, a multiple of VL, that bits[]
 * names; all if it is NULL.
 */
VEC_INLINE vm
lanes_of(const uint16_t *bits, size_t first)
{
#if VL == 16
	return bits != NULL ? bits[first / 16] : 0xffff;
#else
	vi lane;

	if (bits == NULL)
		return (vm)vi_set1(-1);
	for (int i = 0; i < VL; i++)
		lane[i] = 1 << i;
	return (vm)((vi_set1(bits[first / 16] >> (first % 16)) & lane) != 0);
#endif
}

/*
 * Weights that are asked for, to write them, before they are in turn: the other
 * cores have read them on the way back.  State they have not, and to ask for it
 * in this way gains nothing.
 */
#define AHEAD 64

struct weights {
	vf w, s1, s2;
};

/*
 * The rule's constants in all lanes: read from *u they would be spread anew for
 * each vector, as weights might overlap them (a third of Adam's time).
 */
struct constants {
	vf l1, l2, rate, momentum, rho, epsilon, scale, decay;
	vf beta1, beta2, share1, share2; /* share = 1 - beta */
	bool estimates, is_plain;        /* plain: neither l1, l2 nor decay */
};

VEC_INLINE struct constants
constants_of(const struct update *u)
{
	return (struct constants){
		.l1 = vf_set1(u->l1), .l2 = vf_set1(u->l2),
		.rate = vf_set1(u->rate), .momentum = vf_set1(u->momentum),
		.rho = vf_set1(u->rho), .epsilon = vf_set1(u->epsilon),
		.scale = vf_set1(u->scale), .decay = vf_set1(-u->decay),
		.beta1 = vf_set1(u->beta1), .beta2 = vf_set1(u->beta2),
		.share1 = vf_set1(1.0f - u->beta1),
		.share2 = vf_set1(1.0f - u->beta2),
		.estimates = u->estimates,
		.is_plain = u->l1 == 0 && u->l2 == 0 && u->decay == 0,
	};
}

VEC_INLINE struct weights
adadelta(const struct constants *c, struct weights x, vf g)
{
	vf step;

	x.s1 = vf_fma(c->rho, x.s1, vf_fma(g, g, c->epsilon));
	step = c->estimates ? root_fast(x.s2, x.s1 * x.s2) * g :
			      vf_sqrt(x.s2 / x.s1) * g;
	x.s2 = vf_fma(c->rho, x.s2, vf_fma(step, step, c->epsilon));
	x.w = x.w - step;
	return x;
}

/* 0 instead of x where |x| is below `least`. */
VEC_INLINE vf
no_tiny(vf x, float least)
{
	vf size = (vf)((vi)x & vi_set1(0x7fffffff));

	return (vf)((vi)x & ~(vi)(size < vf_set1(least)));
}

/* a / (sqrt(b) + c) by estimates; b below 1e-36 counts as that. */
VEC_INLINE vf
quotient(vf a, vf b, vf c)
{
#if defined(__AVX2__) || defined(__AVX512F__)
	vf t = vf_max(b, vf_set1(1e-36f)), one = vf_set1(1);
	vf below = root_fast(t, t) + c;
#if defined(__AVX512F__)
	vf q = (vf)_mm512_rcp14_ps((__m512)below);
#else
	vf q = (vf)_mm256_rcp_ps((__m256)below);
#endif

	return a * vf_fma(q, vf_fma(-below, q, one), q);
#else
	return a / (vf_sqrt(b) + c);
#endif
}

VEC_INLINE struct weights
adam(const struct constants *c, struct weights x, vf g)
{
	vf scaled, step;

	x.s1 = vf_fma(c->share1, g, c->beta1 * x.s1);
	x.s2 = vf_fma(c->share2 * g, g, c->beta2 * x.s2);
	x.s1 = no_tiny(x.s1, 1e-30f);
	x.s2 = no_tiny(x.s2, 1e-36f);
	scaled = x.s2 * c->scale;
	step = c->estimates ? quotient(x.s1, scaled, c->epsilon) :
			      x.s1 / (vf_sqrt(scaled) + c->epsilon);
	if (!c->is_plain)
		x.w = vf_fma(c->decay, x.w, x.w);
	x.w = vf_fma(-c->rate, step, x.w);
	return x;
}

/* g with what l1 and l2 add. */
VEC_INLINE vf
regularized(const struct constants *c, vf w, vf g)
{
	vf zero = vf_set1(0);

	g = vf_fma(c->l2, w, g);
	return g + vf_select((vi)(w > zero), c->l1, zero) -
	       vf_select((vi)(w < zero), c->l1, zero);
}

VEC_INLINE struct weights
step(const struct constants *c, enum update_kind kind, struct weights x, vf g)
{
	if (!c->is_plain)
		g = regularized(c, x.w, g);
	switch (kind) {
	case UPDATE_ADADELTA:
		return adadelta(c, x, g);
	case UPDATE_ADAM:
		return adam(c, x, g);
	case UPDATE_SGD:
		x.w = vf_fma(-c->rate, g, x.w);
		return x;
	case UPDATE_VELOCITY:
		x.s1 = vf_fma(c->momentum, x.s1, -(c->rate * g));
		x.s1 = no_tiny(x.s1, 1e-30f);
		x.w = x.w + x.s1;
		return x;
	case UPDATE_NESTEROV:
		x.s1 = vf_fma(c->momentum, x.s1, -(c->rate * g));
		x.s1 = no_tiny(x.s1, 1e-30f);
		x.w = vf_fma(c->momentum, x.s1, vf_fma(-c->rate, g, x.w));
		return x;
	}
	return x;
}

/* `two` and `one`: how many states the rule has. */
VEC_INLINE void
sweep(const struct update *u, enum update_kind kind, float *w, float *s1,
      float *s2, const float *g, const uint16_t *bits, size_t n)
{
	const struct constants c = constants_of(u);
	bool two = kind == UPDATE_ADADELTA || kind == UPDATE_ADAM;
	bool one = kind != UPDATE_SGD;

	for (size_t i = 0; i < n; i += VL) {
		struct weights x = { .w = vf_load(w + i) }, y;
		vm mask = lanes_of(bits, i);

		if (i + AHEAD < n)
			vec_own(w + i + AHEAD);
		if (one)
			x.s1 = vf_load(s1 + i);
		if (two)
			x.s2 = vf_load(s2 + i);
		y = step(&c, kind, x, vf_load(g + i));
		vf_store(w + i, vm_blend(mask, y.w, x.w));
		if (one)
			vf_store(s1 + i, vm_blend(mask, y.s1, x.s1));
		if (two)
			vf_store(s2 + i, vm_blend(mask, y.s2, x.s2));
	}
}

/* A loop per rule, once for all weights and once for the selected ones. */
#define SWEEP(kind) \
	case kind: \
		if (bits == NULL) \
			sweep(u, kind, w, s1, s2, g, NULL, n); \
		else \
			sweep(u, kind, w, s1, s2, g, bits, n); \
		return

void
KERN_NAME(vec_update)(const struct update *u, float *w, float *s1, float *s2,
		      const float *g, const uint16_t *bits, size_t n)
{
	switch (u->kind) {
	SWEEP(UPDATE_ADADELTA);
	SWEEP(UPDATE_SGD);
	SWEEP(UPDATE_VELOCITY);
	SWEEP(UPDATE_NESTEROV);
	SWEEP(UPDATE_ADAM);
	}
}

void
KERN_NAME(vec_compress)(float *out, const float *in, const uint16_t *bits,
			size_t n)
{
	for (size_t i = 0; i < n; i += 16) {
#if VL == 16
		__mmask16 m = bits[i / 16];

		_mm512_storeu_ps(out,
			_mm512_maskz_compress_ps(m, _mm512_loadu_ps(in + i)));
		out += __builtin_popcount(bits[i / 16]);
#elif VL == 8
		for (size_t j = 0; j < 16; j += 8) {
			unsigned m = bits[i / 16] >> j & 0xff;

			_mm256_storeu_ps(out, _mm256_permutevar8x32_ps(
				_mm256_loadu_ps(in + i + j),
				lanes_at(set_lanes + m)));
			out += __builtin_popcount(m);
		}
#else
		for (uint32_t m = bits[i / 16]; m != 0; m &= m - 1)
			*out++ = in[i + (size_t)__builtin_ctz(m)];
#endif
	}
}

void
KERN_NAME(vec_expand)(float *out, const float *in, const uint16_t *bits,
		      size_t n)
{
	for (size_t i = 0; i < n; i += 16) {
#if VL == 16
		__mmask16 m = bits[i / 16];

		_mm512_storeu_ps(out + i,
			_mm512_maskz_expand_ps(m, _mm512_loadu_ps(in)));
		in += __builtin_popcount(bits[i / 16]);
#elif VL == 8
		for (size_t j = 0; j < 16; j += 8) {
			unsigned m = bits[i / 16] >> j & 0xff;

			_mm256_storeu_ps(out + i + j, _mm256_and_ps(
				lanes_of(bits, i + j),
				_mm256_permutevar8x32_ps(_mm256_loadu_ps(in),
					lanes_at(set_places + m))));
			in += __builtin_popcount(m);
		}
#else
		memset(out + i, 0, 16 * sizeof(*out));
		for (uint32_t m = bits[i / 16]; m != 0; m &= m - 1)
			out[i + (size_t)__builtin_ctz(m)] = *in++;
#endif
	}
}

#define SQUARES 64 /* partial sums: a multiply-add waits for the one before */

VEC_INLINE void
square_and_add(vf *s, const float *x)
{
#pragma GCC unroll 16
	for (size_t j = 0; j < SQUARES / VL; j++) {
		vf v = vf_load(x + j * VL);

		s[j] = vf_fma(v, v, s[j]);
	}
}

float
KERN_NAME(vec_squares)(const float *x, size_t n)
{
	float rest[SQUARES] = { 0 };
	vf s[SQUARES / VL];
	struct vsum sum;
	size_t i = 0;

	for (size_t j = 0; j < SQUARES / VL; j++)
		s[j] = vf_set1(0);
	for (; i + SQUARES <= n; i += SQUARES)
		square_and_add(s, x + i);
	memcpy(rest, x + i, (n - i) * sizeof(*x));
	square_and_add(s, rest);
	for (size_t half = SQUARES / 2; half >= 16; half /= 2)
		for (size_t j = 0; j < half / VL; j++)
			s[j] += s[j + half / VL];
	memcpy(sum.v, s, sizeof(sum.v));
	return vsum_fold(&sum);
}

void
KERN_NAME(vec_add_squares)(float *sum, const float *x, size_t n)
{
	size_t i = 0;

	for (; i + VL <= n; i += VL) {
		vf v = vf_load(x + i);

		vf_store(sum + i, vf_fma(v, v, vf_load(sum + i)));
	}
	if (i < n) {
		vf v = vf_load_n(x + i, n - i);

		vf_store_n(sum + i, vf_fma(v, v, vf_load_n(sum + i, n - i)),
			   n - i);
	}
}

void
KERN_NAME(vec_average)(float *a, float s, const float *w, size_t n)
{
	const vf by = vf_set1(s);
	size_t i = 0;

	for (; i + VL <= n; i += VL) {
		vf v = vf_load(a + i);

		vf_store(a + i, vf_fma(by, vf_load(w + i) - v, v));
	}
	if (i < n) {
		vf v = vf_load_n(a + i, n - i);

		v = vf_fma(by, vf_load_n(w + i, n - i) - v, v);
		vf_store_n(a + i, v, n - i);
	}
}

/* Sixteen columns of d: their sums and their sums of absolute values. */
VEC_INLINE void
sum_columns(float *sum, float *size, const float *d, size_t ld, size_t rows)
{
	struct vsum s = { 0 }, a = { 0 };

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < VSUM_VECTORS; j++) {
			vf v = vf_load(d + i * ld + j * VL);

			s.v[j] = s.v[j] + v;
			a.v[j] = a.v[j] +
				 (vf)((vi)v & vi_set1(0x7fffffff));
		}
	for (size_t j = 0; j < VSUM_VECTORS; j++) {
		vf_store(sum + j * VL, s.v[j]);
		vf_store(size + j * VL, a.v[j]);
	}
}

void
KERN_NAME(vec_columns)(float *sum, float *size, const float *d, size_t ld,
		       size_t rows, size_t n)
{
	for (size_t j = 0; j < n; j += 16)
		sum_columns(sum + j, size + j, d + j, ld, rows);
}

void
KERN_NAME(prefetch)(const void *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 64)
		__builtin_prefetch((const char *)p + i, 0, 2);
}
