/*
 * kern_fixture.h - numbers for the kernels of online training, and how near
 * results must be.
 */
#ifndef TESTS_KERN_FIXTURE_H
#define TESTS_KERN_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dltools/mem.h"
#include "dltools/rng.h"
#include "kern/kern.h"

#define LD 336
#define FLOATS (32 * LD)

struct data {
	float w[FLOATS], a[FLOATS], b[FLOATS], x[FLOATS], s[FLOATS];
	float e[FLOATS], squares[FLOATS / LD * 16];
	float rate[32], momentum[32];
};

static uint64_t counter;

/* Uniform in (-1, 1), a quarter of them 0. */
static inline float
number(void)
{
	struct rng_words w = rng_at(rng_key(5, RNG_INIT), 0, counter++);

	return w.w[1] % 4 == 0 ? 0 : 2 * rng_unit_float(w.w[0]) - 1;
}

static inline struct data *
make(size_t columns)
{
	struct err e;
	struct data *d = mem_zalloc_aligned(1, sizeof(*d), &e);

	assert_non_null(d);
	for (size_t i = 0; i < FLOATS; i++) {
		bool pad = i % LD >= columns;

		d->w[i] = pad ? 0 : number();
		d->x[i] = pad ? 0 : 3 * number();
		d->a[i] = 1e-6F + fabsf(number()) * 1e-3F;
		d->b[i] = 1e-6F + fabsf(number()) * 1e-4F;
		d->s[i] = number();
	}
	for (size_t i = 0; i < 32; i++) {
		d->rate[i] = 0.01F + (float)i * 1e-4F;
		d->momentum[i] = 0.5F + (float)i * 1e-2F;
	}
	return d;
}

static inline void
near(const char *isa, const char *what, const float *got, const float *want,
     size_t n, double relative, double least)
{
	for (size_t i = 0; i < n; i++) {
		double a = (double)got[i], b = (double)want[i];

		if (!(fabs(a - b) <= relative * (fabs(b) + least)))
			fail_msg("%s: %s[%zu]: %.9g, not %.9g", isa, what, i, a,
				 b);
	}
}

static inline float *
numbers(size_t n)
{
	struct err e;
	float *v = mem_zalloc_aligned(n, sizeof(*v), &e);

	assert_non_null(v);
	for (size_t i = 0; i < n; i++)
		v[i] = number();
	return v;
}

#endif
