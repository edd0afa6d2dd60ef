/*
 * stop_test.c - stopping metrics and the moving average rule.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "model/stop.h"

static bool
converged(const char *metric, const double *value, size_t n, size_t rounds,
	  double tolerance)
{
	const struct stop_metric *m = stop_metric_find(metric, true, false);

	assert_non_null(m);
	return stop_converged(m, value, n, rounds, tolerance);
}

static void
names(void **state)
{
	struct history_measures h = {.logloss = 1, .deviance = 2, .mse = 3,
				     .auc = 0.9, .lift = 5};

	(void)state;
	assert_string_equal(stop_metric_find("AUTO", true, false)->name,
			    "logloss");
	assert_string_equal(stop_metric_find("auto", false, false)->name,
			    "deviance");
	assert_string_equal(stop_metric_find("AUTO", false, true)->name,
			    "MSE");
	assert_null(stop_metric_find("deviance", true, false));
	assert_null(stop_metric_find("logloss", false, false));
	assert_null(stop_metric_find("AUC", false, true));
	assert_null(stop_metric_find("nonsense", true, false));
	assert_true(stop_metric_loss(stop_metric_find("AUC", true, false),
				     &h) == -0.9);
	assert_true(stop_metric_loss(stop_metric_find("lift_top_group", true,
						      false), &h) == -5);
	assert_true(stop_metric_value(stop_metric_find("MSE", false, false),
				      &h) == 3);
}

static void
smaller_is_better(void **state)
{
	static const double falling[] = {8, 7, 6, 5, 4, 3};
	static const double flat[] = {9, 5, 5, 5, 5, 5};
	static const double rising[] = {9, 1, 2, 3, 4, 5};
	static const double bump[] = {3, 3, 9, 1, 1, 1};
	static const double zero[] = {1, 0, 0, 0, 0};

	(void)state;
	assert_false(converged("logloss", falling, 6, 2, 0));
	assert_true(converged("logloss", flat, 6, 2, 0));
	assert_true(converged("logloss", rising, 6, 2, 0));
	/* averages of 3: 5, 13/3, 11/3, 1 */
	assert_false(converged("logloss", bump, 6, 3, 0));
	assert_false(converged("logloss", bump, 6, 3, 0.79));
	assert_true(converged("logloss", bump, 6, 3, 0.81));
	/* not yet enough events */
	assert_false(converged("logloss", flat + 3, 3, 2, 0));
	assert_true(converged("logloss", flat + 2, 4, 2, 0));
	assert_false(converged("logloss", flat, 6, 0, 0));
	assert_true(converged("logloss", zero, 5, 2, 0));
}

static void
larger_is_better(void **state)
{
	static const double rising[] = {0.5, 0.6, 0.7, 0.8};
	static const double falling[] = {0.8, 0.7, 0.6, 0.5};

	(void)state;
	assert_false(converged("AUC", rising, 4, 2, 0));
	assert_true(converged("AUC", falling, 4, 2, 0));
	/* 0.55 to 0.75: 36 % better */
	assert_false(converged("AUC", rising, 4, 2, 0.36));
	assert_true(converged("AUC", rising, 4, 2, 0.37));
}

/* A deviance below zero: falling is progress, rising is not. */
static void
negative_values(void **state)
{
	static const double falling[] = {-1, -2, -3, -4};
	static const double rising[] = {-4, -3, -2, -1};
	static const double across[] = {1, 0.5, -0.5, -1};
	const struct stop_metric *m = stop_metric_find("deviance", false,
						       false);

	(void)state;
	assert_false(stop_converged(m, falling, 4, 2, 0));
	assert_true(stop_converged(m, rising, 4, 2, 0));
	assert_false(stop_converged(m, across, 4, 2, 0));
}

static void
missing_values(void **state)
{
	static const double late[] = {5, 5, 5, NAN};
	static const double early[] = {NAN, 5, 5, 5};
	static const double old[] = {NAN, 5, 5, 5, 5};

	(void)state;
	assert_false(converged("logloss", late, 4, 2, 0));
	assert_false(converged("logloss", early, 4, 2, 0));
	assert_true(converged("logloss", old, 5, 2, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(smaller_is_better),
		cmocka_unit_test(larger_is_better),
		cmocka_unit_test(negative_values),
		cmocka_unit_test(missing_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
