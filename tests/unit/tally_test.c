/* tally_test.c - statistics of chunks and how they add up (tally_int.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/chunk.h>

#include "data/codec_int.h"

static void
reserve(struct chunk *c, enum chunk_form form, size_t n)
{
	struct err e = {0};

	assert_int_equal(chunk_reserve(c, form, n, &e), 0);
	c->n = n;
}

static void
set_missing(struct chunk *c, size_t i)
{
	struct err e = {0};

	assert_int_equal(chunk_reserve_missing(c, &e), 0);
	c->missing[i / 64] |= (uint64_t)1 << (i % 64);
}

static void
tally(struct tally *t, const struct chunk *c)
{
	struct err e = {0};

	assert_int_equal(codec_tally(t, c, &e), 0);
}

static void
test_statistics(void **state)
{
	static const double v[] = {3, -1, 0, 2.5, -0.0, 3, 8};
	struct chunk c = {0};
	struct tally t;
	struct column_stats s;

	(void)state;
	reserve(&c, CHUNK_REAL, 7);
	memcpy(c.f64, v, sizeof v);
	set_missing(&c, 6);
	tally(&t, &c);
	tally_stats(&t, COLUMN_NUM, &s);
	assert_int_equal(s.count, 6);
	assert_int_equal(s.missing, 1);
	assert_int_equal(s.zeros, 2);
	assert_int_equal(s.distinct, 4);
	assert_true(s.min == -1 && s.max == 3 && s.mean == 1.25);
	assert_true(fabs(s.sd - 1.7818529681205462) < 1e-15);
	assert_false(tally_is_integer(&t, COLUMN_NUM));
	tally_release(&t);
	chunk_release(&c);
}

/* Values far from 0 and close together: sums of squares would fail. */
static void
test_statistics_are_stable(void **state)
{
	struct chunk c = {0};
	struct tally sum = {0}, t;
	struct column_stats s;
	struct err e = {0};
	size_t i, k;

	(void)state;
	reserve(&c, CHUNK_REAL, 5000);
	for (k = 0; k < 8; k++) {
		for (i = 0; i < c.n; i++)
			c.f64[i] = 1e9 + (double)((k * c.n + i) % 2) + 0.25;
		tally(&t, &c);
		assert_int_equal(tally_merge(&sum, &t, &e), 0);
		tally_release(&t);
	}
	tally_stats(&sum, COLUMN_NUM, &s);
	assert_true(s.mean == 1e9 + 0.75);
	assert_true(fabs(s.sd - 0.5 * sqrt(40000.0 / 39999)) < 1e-12);
	assert_int_equal(s.distinct, 2);
	tally_release(&sum);
	chunk_release(&c);
}

/* Of n values v[k % values] in groups of 1000. */
static struct column_stats
stats_of(const double *v, size_t values, size_t n)
{
	struct chunk c = {0};
	struct tally sum = {0}, t;
	struct column_stats s;
	struct err e = {0};
	size_t i = 0;

	reserve(&c, CHUNK_REAL, 1000);
	while (i < n) {
		for (c.n = 0; c.n < 1000 && i < n; i++)
			c.f64[c.n++] = v[i % values];
		tally(&t, &c);
		assert_int_equal(tally_merge(&sum, &t, &e), 0);
		tally_release(&t);
	}
	tally_stats(&sum, COLUMN_NUM, &s);
	tally_release(&sum);
	chunk_release(&c);
	return s;
}

static void
moments_are(const double *v, size_t values, size_t n, double mean, double sd)
{
	struct column_stats s = stats_of(v, values, n);

	if (fabs(s.mean - mean) > 1e-15 * fabs(mean) ||
	    !(fabs(s.sd - sd) <= 1e-14 * sd))
		fail_msg("%g...: mean %.17g, not %.17g; sd %.17g, not %.17g",
			 v[0], s.mean, mean, s.sd, sd);
}

#define MOMENTS_ARE(n, mean, sd, ...) \
	moments_are((const double[]){__VA_ARGS__}, \
		    sizeof((double[]){__VA_ARGS__}) / sizeof(double), n, mean, \
		    sd)

static void
test_extreme_statistics(void **state)
{
	(void)state;
	MOMENTS_ARE(3, 0, 1e200, 1e200, -1e200, 0);
	MOMENTS_ARE(11, 12e160 / 11, 3.0151134457776363e159, 1e160, 1e160,
		    1e160, 1e160, 1e160, 1e160, 1e160, 1e160, 1e160, 1e160,
		    2e160);
	MOMENTS_ARE(5000, 1.7e308, 0, 1.7e308);
	MOMENTS_ARE(2, 0, DBL_MAX, 1.7e308, -1.7e308);
	MOMENTS_ARE(4, 1.5e-170, 1.2909944487358056e-170, 1e-170, 2e-170,
		    3e-170, 0);
	MOMENTS_ARE(2, 0, sqrt(2) * 0x1p-1050, 0x1p-1050, -0x1p-1050);
}

/* Groups of 1000 zeros, then 1e-170 and 2e-170, then 1e200 and its opposite. */
static void
test_groups_of_unlike_size(void **state)
{
	static double v[3000];
	struct column_stats s;
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		v[1000 + i] = i % 2 ? 1e-170 : 3e-170;
		v[2000 + i] = i % 2 ? 1e200 : -1e200;
	}
	s = stats_of(v, 3000, 2000);
	assert_true(fabs(s.mean - 1e-170) < 1e-184);
	assert_true(fabs(s.sd * 1e170 - sqrt(1.5 * 2000 / 1999)) < 1e-13);
	s = stats_of(v, 3000, 3000);
	assert_true(fabs(s.sd / 1e200 - sqrt(1000.0 / 2999)) < 1e-14);
}

/* Constants have themselves as mean; so do groups far from 0 their variance. */
static void
test_exact_statistics(void **state)
{
	struct column_stats s;

	(void)state;
	s = stats_of((double[]){0.1}, 1, 5500);
	assert_true(s.mean == 0.1 && s.sd == 0);
	s = stats_of((double[]){1e308}, 1, 5500);
	assert_true(s.mean == 1e308 && s.sd == 0);
	MOMENTS_ARE(3000, 1e15 + 1, sqrt(2000.0 / 2999), 1e15, 1e15 + 1,
		    1e15 + 2);
	MOMENTS_ARE(3000, 4e15 + 2500, sqrt(2 * 2500.0 * 2500 / 3 * 3000 /
		    2999), 4e15, 4e15 + 2500, 4e15 + 5000);
	MOMENTS_ARE(4000, 1 + 0x1p-41, 0x1p-41 * sqrt(4000.0 / 3999), 1,
		    1 + 0x1p-40);
}

/* The same number counts once, whichever form a group has. */
static void
test_distinct_across_forms(void **state)
{
	struct chunk a = {0}, b = {0};
	struct tally sum, t;
	struct column_stats s;
	struct err e = {0};
	int64_t i;

	(void)state;
	reserve(&a, CHUNK_INT, 300);
	reserve(&b, CHUNK_REAL, 300);
	for (i = 0; i < 300; i++) {
		a.i64[i] = i - 100;
		b.f64[i] = (double)i;
	}
	b.f64[299] = 0.5;
	tally(&sum, &a);
	assert_true(tally_is_integer(&sum, COLUMN_NUM));
	tally(&t, &b);
	assert_int_equal(tally_merge(&sum, &t, &e), 0);
	tally_stats(&sum, COLUMN_NUM, &s);
	assert_int_equal(s.distinct, 400); /* -100 .. 298 and 0.5 */
	assert_int_equal(s.zeros, 2);
	assert_false(tally_is_integer(&sum, COLUMN_NUM));
	tally_release(&sum);
	tally_release(&t);
	chunk_release(&a);
	chunk_release(&b);
}

static void
test_distinct_estimate(void **state)
{
	struct chunk c = {0};
	struct tally sum = {0}, t;
	struct err e = {0};
	int64_t i, k, many = 5 * FRAME_GROUP_ROWS, got;

	(void)state;
	reserve(&c, CHUNK_INT, FRAME_GROUP_ROWS);
	for (k = 0; k < 5; k++) {
		for (i = 0; i < FRAME_GROUP_ROWS; i++)
			c.i64[i] = 1000003 * (k * FRAME_GROUP_ROWS + i);
		tally(&t, &c);
		assert_int_equal(tally_merge(&sum, &t, &e), 0);
		tally_release(&t);
	}
	got = distinct_count(&sum.distinct);
	assert_true(got < 0 && -got > many * 94 / 100 &&
		    -got < many * 106 / 100);
	tally_release(&sum);
	/* up to the limit it is exact */
	for (i = 0; i < FRAME_GROUP_ROWS; i++)
		c.i64[i] = 1000003 * (i % 4096);
	tally(&sum, &c);
	assert_int_equal(distinct_count(&sum.distinct), 4096);
	tally_release(&sum);
	chunk_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_statistics_are_stable),
		cmocka_unit_test(test_extreme_statistics),
		cmocka_unit_test(test_groups_of_unlike_size),
		cmocka_unit_test(test_exact_statistics),
		cmocka_unit_test(test_distinct_across_forms),
		cmocka_unit_test(test_distinct_estimate),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
