/*
 * online_kern_test.c - every kernel of online training, in every instruction
 * set of this machine, against plain loops: odd sizes, zeros, all rules.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dltools/mem.h"
#include "dltools/rng.h"
#include "kern/kern.h"

#define ROWS 7
#define LD 336
#define N 19
#define FLOATS (32 * LD)

struct data {
	float w[FLOATS], a[FLOATS], b[FLOATS], x[FLOATS], s[FLOATS];
	float e[FLOATS];
	float rate[32], momentum[32];
};

static uint64_t counter;

/* Uniform in (-1, 1), a quarter of them 0. */
static float
number(void)
{
	struct rng_words w = rng_at(rng_key(5, RNG_INIT), 0, counter++);

	return w.w[1] % 4 == 0 ? 0 : 2 * rng_unit_float(w.w[0]) - 1;
}

static struct data *
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

static void
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

static struct sweep
sweep_on(struct data *d, const struct sweep *like)
{
	struct sweep k = *like;

	k.w = d->w;
	k.a = d->a;
	k.b = d->b;
	k.s = d->s;
	k.x = d->x;
	k.e = like->e_ld ? d->e : NULL;
	k.rate = d->rate;
	k.momentum = d->momentum;
	return k;
}

/* Some columns where no row has a zero, some errors next to nothing. */
static void
make_special(struct data *d)
{
	for (size_t i = 0; i < FLOATS; i++)
		if (i % LD < 160 && d->x[i] == 0)
			d->x[i] = 0.5F;
	for (size_t i = 0; i < ROWS; i++)
		d->s[2 * LD + i] = i % 2 ? 1e-35F : -1e-20F;
}

static void
check_sweep(const struct kern *kern, const struct sweep *like)
{
	struct data *d, *ref;
	struct sweep k;

	counter = 0;
	d = make(like->columns);
	counter = 0;
	ref = make(like->columns);
	if (like->columns > 160 && like->l1 == 0) {
		make_special(d);
		make_special(ref);
	}
	k = sweep_on(d, like);
	kern->sweep_update(&k);
	k = sweep_on(ref, like);
	sweep_update_ref(&k);
	near(kern->isa, "w", d->w, ref->w, FLOATS, 4e-6, 0.1);
	near(kern->isa, "h or velocity", d->a, ref->a, FLOATS, 4e-6,
	     like->rule == SWEEP_ADADELTA ? 1e-6 : 0.1);
	near(kern->isa, "y", d->b, ref->b, FLOATS, 4e-6, 1e-6);
	near(kern->isa, "e", d->e, ref->e, FLOATS, 4e-6, 1);
	mem_free(d);
	mem_free(ref);
}

static void
sweep_rules(const struct kern *kern, size_t columns, size_t n)
{
	for (int i = 0; i < 6 * 2 * 2 * 3; i++) {
		struct sweep k = {
			.rule = i % 6 < 3 ? SWEEP_ADADELTA :
				(enum sweep_rule)(i % 6 - 2),
			.root = i % 6 < 3 ? (enum sweep_root)(i % 6) : 0,
			.every = i / 6 % 2, .rows = ROWS, .columns = columns,
			.ld = LD, .n = n, .s_row = 1, .s_sample = LD,
			.x_ld = LD, .e_ld = i / 12 % 2 ? LD : 0,
			.rho = 0.99F, .epsilon = 1e-8F,
			.l1 = i / 24 ? 1e-3F : 0, .l2 = i / 24 == 1 ? 1e-2F : 0,
			.ahead = i / 24 ? 64 : 0,
		};

		check_sweep(kern, &k);
	}
}

static void
test_sweep(void **state)
{
	static const size_t columns[] = { 16, 32, 48, 80, 240, 320 };

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t i = 0; kern && i < 6; i++) {
			sweep_rules(kern, columns[i], 1);
			sweep_rules(kern, columns[i], N);
		}
	}
}

/* An error next to nothing decays the state and changes nothing else. */
static void
test_tiny_error(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);
		float w[16], h[16], y[16], x[16], e[16] = { 0 }, s = 1e-38F;
		float rate = 1, momentum = 0;
		struct sweep k = {
			.rule = SWEEP_ADADELTA, .root = ROOT_FMA,
			.rows = 1, .columns = 16, .ld = 16, .n = 1,
			.w = w, .a = h, .b = y, .s = &s, .x = x, .x_ld = 16,
			.e = e, .e_ld = 16, .rho = 0.5F, .epsilon = 0.25F,
			.rate = &rate, .momentum = &momentum,
		};

		for (int i = 0; i < 16; i++) {
			w[i] = 1e-30F;
			h[i] = y[i] = 1;
			x[i] = 2;
		}
		if (kern)
			kern->sweep_update(&k);
		for (int i = 0; kern && i < 16; i++) {
			assert_true(w[i] == 1e-30F);
			assert_true(h[i] == 0.75F && y[i] == 0.75F);
			assert_true(e[i] == 0);
		}
	}
}

/* The root alone, over many orders of magnitude of y and h. */
static void
test_root(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (int i = 0; kern && i < 60000; i += 16) {
			float w[16] = { 0 }, h[16], y[16], one[16];
			double want[16];
			float zero = 0, unit = 1;
			/* exact: a division and a root, each rounded once */
			double most = i / 16 % 3 == ROOT_EXACT ? 1e-7 : 5e-7;
			struct sweep k = {
				.rule = SWEEP_ADADELTA,
				.root = (enum sweep_root)(i / 16 % 3),
				.rows = 1, .columns = 16, .ld = 16, .n = 1,
				.w = w, .a = h, .b = y, .s = &unit, .x = one,
				.x_ld = 16, .rho = 1, .epsilon = 0,
				.rate = &zero, .momentum = &zero,
			};

			for (int j = 0; j < 16; j++) {
				h[j] = ldexpf(1 + fabsf(number()), i / 1000);
				y[j] = ldexpf(1 + fabsf(number()),
					      j - i / 1000);
				one[j] = 1;
				want[j] = -sqrt((double)y[j] /
						(double)(h[j] + 1));
			}
			kern->sweep_update(&k);
			for (int j = 0; j < 16; j++)
				if (fabs((double)w[j] / want[j] - 1) > most)
					fail_msg("%s: root %d: %.9g, not %.9g",
						 kern->isa, (int)k.root,
						 (double)w[j], want[j]);
		}
	}
}

static void
check_products(const struct kern *kern, size_t rows, size_t columns, size_t n)
{
	struct data *d = make(columns);
	float z[32 * 48], want[32 * 48];
	struct dots dots = {
		.w = d->w, .ld = LD, .rows = rows, .columns = columns, .n = n,
		.x = d->x, .x_ld = LD, .z = z, .z_ld = 48,
	};
	struct out_pass out = {
		.w = d->w, .ld = LD, .rows = rows, .columns = 48, .n = n,
		.x = d->s, .x_ld = LD, .z = z, .z_ld = 48,
	};

	memcpy(z, d->s, sizeof(z));
	memcpy(want, d->s, sizeof(z));
	kern->dots(&dots);
	dots.z = want;
	dots_ref(&dots);
	near(kern->isa, "dots", z, want, 32 * 48, 4e-6, 9);
	kern->out_forward(&out);
	out.z = want;
	out_forward_ref(&out);
	near(kern->isa, "out_forward", z, want, 32 * 48, 4e-6, 9);
	out.columns = columns < 100 ? columns - 3 : columns;
	out.x_ld = 32;
	out.n = n;
	kern->out_back(&out);
	memcpy(z, want, sizeof(z));
	out.z = z;
	out_back_ref(&out);
	for (size_t r = 0; r < rows; r++)
		near(kern->isa, "out_back", want + r * 48, z + r * 48, n,
		     4e-6, 9);
	mem_free(d);
}

static void
test_products(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t rows = 1; kern && rows <= 9; rows++)
			for (size_t n = 1; n <= 19; n += 3) {
				check_products(kern, rows, 16, n);
				check_products(kern, rows, 320, n);
			}
	}
}

/* Sums have the same bits wherever there is FMA, however they are tiled. */
static void
test_order(void **state)
{
	struct data *d = make(320);
	float z[32 * 16], one[32 * 16];
	size_t seen = 0;

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);
		struct dots k = { .w = d->w, .ld = LD, .rows = 9,
				  .columns = 320, .n = 11, .x = d->x,
				  .x_ld = LD, .z = z, .z_ld = 16 };

		if (!kern || !strcmp(kern->isa, "plain"))
			continue;
		memset(z, 0, sizeof(z));
		kern->dots(&k);
		if (seen++ == 0)
			memcpy(one, z, sizeof(z));
		assert_memory_equal(one, z, sizeof(z));
		memset(z, 0, sizeof(z));
		for (size_t i = 0; i < 9 * 11; i++) {
			k.rows = k.n = 1;
			k.w = d->w + i % 9 * LD;
			k.x = d->x + i / 9 * LD;
			k.z = z + i / 9 * 16 + i % 9;
			kern->dots(&k);
		}
		assert_memory_equal(one, z, sizeof(z));
	}
	mem_free(d);
}

#define LONG 2064
#define UNITS 41
#define MANY 300 /* units of a sweep */

static float *
numbers(size_t n)
{
	struct err e;
	float *v = mem_zalloc_aligned(n, sizeof(*v), &e);

	assert_non_null(v);
	for (size_t i = 0; i < n; i++)
		v[i] = number();
	return v;
}

/* Net inputs of units row[], one by one. */
static void
one_by_one(const struct kern *kern, struct dots k, const uint32_t *row,
	   float *z)
{
	const float *w = k.w, *x = k.x;
	size_t rows = k.rows, n = k.n;

	k.row = NULL;
	k.rows = k.n = 1;
	for (size_t i = 0; i < rows * n; i++) {
		size_t r = row ? row[i % rows] : i % rows;

		k.w = w + r * k.ld;
		k.x = x + i / rows * k.x_ld;
		k.z = z + i / rows * k.z_ld + r;
		kern->dots(&k);
	}
}

/* Long rows are taken in pieces, some of the units by a list: the same bits. */
static void
test_long_and_listed(void **state)
{
	static const uint32_t row[] = { 1, 2, 5, 6, 7, 10 };
	static const size_t samples[] = { 1, 2, 4, 8, 13, 16, 20, 28, 32 };
	float *w = numbers(UNITS * LONG), *x = numbers(32 * LONG);
	float z[32 * 48], want[32 * 48];

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t i = 0; kern && i < 9; i++)
			for (size_t listed = 0; listed < 2; listed++) {
				struct dots k = {
					.w = w, .ld = LONG, .columns = LONG,
					.rows = listed ? 6 : UNITS,
					.n = samples[i], .x = x, .x_ld = LONG,
					.row = listed ? row : NULL,
					.z = z, .z_ld = 48, .is_far = i % 2,
				};

				memset(z, 0, sizeof(z));
				memset(want, 0, sizeof(want));
				kern->dots(&k);
				one_by_one(kern, k, k.row, want);
				assert_memory_equal(z, want, sizeof(z));
				memset(want, 0, sizeof(want));
				k.z = want;
				dots_ref(&k);
				near(kern->isa, "long dots", z, want, 32 * 48,
				     4e-6, 99);
			}
	}
	mem_free(w);
	mem_free(x);
}

/* More units than are looked at together, some untouched: SGD. */
static void
check_many(const struct kern *kern)
{
	float *w = numbers(MANY * 80), *want = numbers(MANY * 80);
	float *s = numbers(32 * MANY), e[2][32 * 80] = { { 0 } };
	struct sweep k = {
		.rule = SWEEP_SGD, .rows = MANY, .columns = 80, .ld = 80,
		.n = 32, .w = w, .s = s, .s_row = 1, .s_sample = MANY,
		.x = s + 99, .x_ld = 80, .e = e[0], .e_ld = 80,
		.rate = s + 7, .momentum = s,
	};

	memcpy(want, w, MANY * 80 * sizeof(*w));
	for (size_t i = 0; i < 32 * MANY; i++)
		s[i] = i % MANY % 7 == 3 ? 0 : s[i];
	kern->sweep_update(&k);
	k.w = want;
	k.e = e[1];
	sweep_update_ref(&k);
	near(kern->isa, "w", w, want, MANY * 80, 4e-6, 0.5);
	near(kern->isa, "e", e[0], e[1], 32 * 80, 4e-6, 9);
	mem_free(w);
	mem_free(want);
	mem_free(s);
}

static void
test_many_units(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		if (kern)
			check_many(kern);
	}
}

static void
test_back_and_keep(void **state)
{
	struct data *d = make(320), *want = make(320);

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (int i = 0; kern && i < 8; i++) {
			struct back k = {
				.e = d->w, .parts = (size_t)i / 2 + 1,
				.part_ld = LD, .a = d->x,
				.keep = i % 2 ? d->s : NULL,
				.slope = (enum back_slope)(i % 4),
				.d = d->e, .n = 80,
			};
			struct keep keep = {
				.key = { 1, (uint32_t)i }, .a = 1234567890123,
				.b = (uint64_t)i << 40, .n = 5 + 37 * (size_t)i,
				.first = 13U * (size_t)i,
				.ratio = 0.1F * (float)i, .keep = d->a,
				.y = i % 2 ? d->b : NULL,
			};

			kern->back(&k);
			k.d = want->e;
			back_ref(&k);
			near(kern->isa, "back", d->e, want->e, 80, 1e-5,
			     1e-3);
			memcpy(want->b, d->b, sizeof(d->b));
			kern->dropout_keep(&keep);
			keep.keep = want->a;
			keep.y = i % 2 ? want->b : NULL;
			dropout_keep_ref(&keep);
			assert_memory_equal(d->a, want->a, keep.n * 4);
			assert_memory_equal(d->b, want->b, keep.n * 4);
		}
	}
	mem_free(d);
	mem_free(want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_tiny_error),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_long_and_listed),
		cmocka_unit_test(test_many_units),
		cmocka_unit_test(test_back_and_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
