/*
 * split_test.c - shares rounded: of one number, and of every class at once
 * (split.h, split_int.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <dltools/rng.h>

#include "data/split_int.h"

static void
test_largest_remainder(void **state)
{
	static const double tenths[] = {0.8, 0.1, 0.1}, third[] = {1.0 / 3,
		1.0 / 3, 1.0 / 3};
	int64_t q[3];

	(void)state;
	split_quota(1003, tenths, 3, q);
	assert_true(q[0] == 803 && q[1] == 100 && q[2] == 100);
	split_quota(70, tenths, 3, q); /* 0.1 * 70 is a hair above 7 */
	assert_true(q[0] == 56 && q[1] == 7 && q[2] == 7);
	split_quota(4, third, 3, q);
	assert_true(q[0] == 2 && q[1] == 1 && q[2] == 1);
	split_quota(0, third, 3, q);
	assert_true(q[0] == 0 && q[1] == 0 && q[2] == 0);
}

#define STRATA 60
#define PARTS 6

/* Each cell within one of its share, rows and columns of the table exact. */
static void
check_table(const int64_t *quota, const int64_t *count, size_t strata,
	    const double *share, size_t parts, const int64_t *total)
{
	int64_t column[PARTS] = {0};

	for (size_t s = 0; s < strata; s++) {
		int64_t row = 0;

		for (size_t p = 0; p < parts; p++) {
			int64_t q = quota[s * parts + p];

			assert_true(fabs((double)q - (double)count[s] *
					 share[p]) < 1);
			row += q;
			column[p] += q;
		}
		assert_int_equal(row, count[s]);
	}
	for (size_t p = 0; p < parts; p++)
		assert_int_equal(column[p], total[p]);
}

static void
test_classes(void **state)
{
	struct rng_key key = rng_key(1, RNG_SPLIT);
	int64_t quota[STRATA * PARTS], count[STRATA], total[PARTS];
	double share[PARTS];

	(void)state;
	for (uint64_t round = 0; round < 3000; round++) {
		size_t strata = 1 + rng_at(key, round, 0).w[0] % STRATA;
		size_t parts = 1 + rng_at(key, round, 0).w[1] % PARTS;
		int64_t n = 0;
		double sum = 0;
		struct err e = {0};

		for (size_t p = 0; p < parts; p++)
			sum += share[p] = 0.01 + rng_uniform(key, round, 1 + p);
		for (size_t p = 0; p < parts; p++)
			share[p] /= sum;
		for (size_t s = 0; s < strata; s++)
			n += count[s] = rng_at(key, round, 100 + s).w[0] % 9;
		split_quota(n, share, parts, total);
		assert_int_equal(split_quotas(quota, count, strata, share,
					      parts, total, &e), 0);
		check_table(quota, count, strata, share, parts, total);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_largest_remainder),
		cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
