/* tally_test.c - statistics of chunks and how they add up (tally_int.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
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
		cmocka_unit_test(test_distinct_across_forms),
		cmocka_unit_test(test_distinct_estimate),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
