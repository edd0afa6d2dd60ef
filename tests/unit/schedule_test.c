/*
 * schedule_test.c - iteration lengths, ends and the exactness of orders.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "dltools/mem.h"
#include "model/schedule.h"

static void
lengths(void **state)
{
	static const struct {
		int64_t rows;
		double epochs;
		int64_t asked, iteration, end;
	} cases[] = {
		/* -2: a tenth of the run, at most T and 100000 */
		{60000, 10, -2, 60000, 600000},
		{60000, 0.1, -2, 600, 6000},
		{60000, 0.025, -2, 150, 1500},
		{1000000, 10, -2, 100000, 10000000},
		{70, 0.1, -2, 1, 7},
		{3, 0.1, -2, 1, 1},
		{7, 3, -2, 2, 22},
		{60000, 0, -2, 1, 0},
		/* -1, 0: an epoch; the last one is not shortened */
		{100, 2, -1, 100, 200},
		{100, 2.5, 0, 100, 300},
		{100, 0.1, 0, 100, 100},
		/* n, at most the whole run */
		{100, 2, 64, 64, 256},
		{100, 2, 1000, 200, 200},
		{100, 1.1, 1000, 110, 110},
		{10, 0.7, 7, 7, 7},
		{100, 3, 1, 1, 300},
	};
	struct schedule s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		schedule_init(&s, cases[i].rows, cases[i].epochs,
			      cases[i].asked, 1);
		assert_int_equal(s.per_iteration, cases[i].iteration);
		assert_int_equal(schedule_end(&s, 0), cases[i].end);
	}
}

static void
continued(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 100, 2, 30, 1);
	assert_int_equal(schedule_end(&s, 0), 210);
	assert_int_equal(schedule_end(&s, 90), 210);
	assert_int_equal(schedule_end(&s, 100), 220);
	assert_int_equal(schedule_end(&s, 200), 200);
	assert_int_equal(schedule_end(&s, 500), 500);
}

/* Iterations end with a mini-batch, and with the run. */
static void
mini_batches(void **state)
{
	struct schedule s;
	int64_t at = 0;

	(void)state;
	schedule_init(&s, 1100, 1, 110, 1);
	s.batch = 100;
	for (int64_t i = 1; i <= 5; i++) {
		at = schedule_next(&s, 0, at);
		assert_int_equal(at, 200 * i);
	}
	assert_int_equal(schedule_next(&s, 0, 1000), 1100);
	assert_int_equal(schedule_next(&s, 0, 1050), 1100);
	assert_int_equal(schedule_next(&s, 30, 30), 200);
	s.batch = 5000;
	assert_int_equal(schedule_next(&s, 0, 0), 1100);
	s.batch = 1;
	assert_int_equal(schedule_next(&s, 0, 0), 110);
	/* the epochs are there before as many iterations of S rows are */
	schedule_init(&s, 1234, 1, 123, 1);
	assert_int_equal(schedule_end(&s, 0), 1353);
	s.batch = 32;
	assert_int_equal(schedule_end(&s, 0), 1280);
	assert_int_equal(schedule_next(&s, 0, 1152), 1280);
	schedule_init(&s, 7, 5, 3, 1);
	s.batch = 7;
	assert_int_equal(schedule_end(&s, 0), 35);
}

/* Every epoch presents every row once, in an order of its own. */
static void
orders(void **state)
{
	enum { ROWS = 1000, EPOCHS = 3 };
	int seen[ROWS] = {0}, same = 0, sorted = 0;
	struct schedule s, t;

	(void)state;
	schedule_init(&s, ROWS, EPOCHS, 7, 42);
	schedule_init(&t, ROWS, EPOCHS, 7, 43);
	for (int64_t p = 0; p < ROWS * EPOCHS; p++) {
		int64_t row = schedule_row(&s, p);

		assert_in_range(row, 0, ROWS - 1);
		assert_int_equal(seen[row], p / ROWS);
		seen[row]++;
		same += row == schedule_row(&s, (p + ROWS) % (ROWS * EPOCHS));
		same += row == schedule_row(&t, p);
		sorted += row == p % ROWS;
	}
	/* about one chance meeting in a thousand */
	assert_in_range(same, 0, 40);
	assert_in_range(sorted, 0, 20);
}

static void
subset(void **state)
{
	static const int64_t rows[4] = {3, 5, 8, 13};
	int64_t sum = 0;
	struct schedule s;

	(void)state;
	schedule_init(&s, 4, 1, 0, 1);
	s.subset = rows;
	for (int64_t p = 0; p < 4; p++)
		sum += schedule_row(&s, p);
	assert_int_equal(sum, 29);
}

static void
samples(void **state)
{
	struct rng_key key = rng_key(5, RNG_SCORE_SAMPLE);
	struct err e = {0};
	int64_t *picked, n;

	(void)state;
	assert_int_equal(schedule_sample(1000, 100, key, &picked, &n, &e), 0);
	assert_int_equal(n, 100);
	for (int64_t i = 1; i < n; i++)
		assert_true(picked[i] > picked[i - 1]);
	assert_in_range(picked[n - 1], 800, 999);
	mem_free(picked);
	assert_int_equal(schedule_sample(50, 100, key, &picked, &n, &e), 0);
	assert_int_equal(n, 50);
	assert_int_equal(picked[49], 49);
	mem_free(picked);
}

/* Rows are presented in proportion to their weights, to the row. */
static void
weights(void **state)
{
	enum { ROWS = 1000, EPOCHS = 40 };
	static int64_t seen[ROWS];
	static double share[ROWS], weight[ROWS];
	struct schedule s;
	double sum = 0;

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		weight[i] = i % 10 == 0 ? 12.25 : 0.25 + i % 3;
		share[i] = sum += weight[i];
	}
	schedule_init(&s, ROWS, EPOCHS, 7, 42);
	s.share = share;
	for (int64_t epoch = 0; epoch < EPOCHS; epoch++) {
		int64_t before[ROWS];

		for (int i = 0; i < ROWS; i++)
			before[i] = seen[i];
		for (int64_t k = 0; k < ROWS; k++)
			seen[schedule_row(&s, epoch * ROWS + k)]++;
		for (int i = 0; i < ROWS; i++) {
			double want = (double)ROWS * weight[i] / sum;
			double n = (double)(seen[i] - before[i]);

			assert_true(n > want - 1 && n < want + 1);
		}
	}
	for (int i = 0; i < ROWS; i++) {
		double want = EPOCHS * ROWS * weight[i] / sum;

		assert_true((double)seen[i] > want - 16 &&
			    (double)seen[i] < want + 16);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths),
		cmocka_unit_test(continued),
		cmocka_unit_test(mini_batches),
		cmocka_unit_test(orders),
		cmocka_unit_test(weights),
		cmocka_unit_test(subset),
		cmocka_unit_test(samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
