/*
 * confusion_test.c - counting and measuring, against counts and formulas in
 * their plainest form.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/rng.h>

#include "model/confusion_int.h"

static void
add(struct confusion *c, const char *actual, const char *predicted,
    double weight)
{
	struct err e = {0};

	size_t a, p;

	assert_int_equal(confusion_find(c, actual, strlen(actual), &a, &e), 0);
	assert_int_equal(confusion_find(c, predicted, strlen(predicted), &p,
					&e), 0);
	assert_int_equal(confusion_add_classes(c, a, p, weight, &e), 0);
}

static double
count(const struct confusion *c, size_t actual, size_t predicted)
{
	for (size_t i = 0; i < c->cells; i++)
		if (c->cell[i].actual == actual &&
		    c->cell[i].predicted == predicted)
			return c->cell[i].weight;
	return 0;
}

static void
finish(struct confusion *c)
{
	struct err e = {0};

	assert_int_equal(confusion_finish(c, &e), 0);
}

static void
near(double is, double wanted, double tolerance)
{
	if (!(fabs(is - wanted) <= tolerance))
		fail_msg("%.17g is not %.17g", is, wanted);
}

static void
empty(void **state)
{
	struct confusion c = {0};
	int m;

	(void)state;
	finish(&c);
	for (m = 0; m < CONFUSION_MEASURES; m++)
		if (m != CONFUSION_ROWS)
			assert_true(isnan(confusion_value(&c,
				(enum confusion_measure)m, 1)));
	assert_int_equal(confusion_class(&c, "a"), -1);
	assert_int_equal(c.rows, 0);
	confusion_release(&c);
	confusion_release(&c);
	confusion_release(NULL);
}

static void
order(void **state)
{
	static const char *const number[] = {"10", "9", "-2", "0"};
	static const char *const sorted[] = {"-2", "0", "9", "10"};
	struct confusion c = {0};
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++)
		add(&c, number[i], number[0], 1);
	finish(&c);
	for (i = 0; i < 4; i++) {
		assert_string_equal(c.name[i], sorted[i]);
		assert_int_equal(confusion_class(&c, sorted[i]), i);
	}
	/* one that is no canonical integer: bytes */
	add(&c, "007", "9", 1);
	finish(&c);
	assert_string_equal(c.name[0], "-2");
	assert_string_equal(c.name[1], "0");
	assert_string_equal(c.name[2], "007");
	assert_string_equal(c.name[3], "10");
	assert_true(count(&c, 2, 4) == 1);
	assert_true(count(&c, 3, 3) == 1);
	confusion_release(&c);
}

enum { K = 40, ROWS = 5000 };

/* The same counts in a plain array. */
struct plain {
	double n[K][K], row[K], column[K], total, right;
};

/* Random pairs and weights into both. */
static void
fill(struct confusion *c, struct plain *t)
{
	const struct rng_key key = rng_key(7, RNG_SPLIT);
	struct rng_words r;
	char a[16], p[16];
	uint32_t x, y;
	double w;
	size_t i;

	for (i = 0; i < ROWS; i++) {
		r = rng_at(key, i, 0);
		x = r.w[0] % K;
		y = r.w[1] % 3 ? x : r.w[2] % K;
		w = (double)(1 + r.w[3] % 4) / 2;
		(void)snprintf(a, sizeof(a), "%u", x);
		(void)snprintf(p, sizeof(p), "%u", y);
		add(c, a, p, w);
		t->n[x][y] += w;
		t->row[x] += w;
		t->column[y] += w;
		t->total += w;
		t->right += x == y ? w : 0;
	}
}

static void
per_class(const struct confusion *c, const struct plain *t)
{
	double f1 = 0, errors = 0;
	size_t i, k;

	for (i = 0; i < K; i++) {
		for (k = 0; k < K; k++)
			assert_true(count(c, i, k) == t->n[i][k]);
		f1 += 2 * t->n[i][i] / (t->row[i] + t->column[i]) / (double)K;
		errors += (t->row[i] - t->n[i][i]) / t->row[i] / (double)K;
		near(confusion_value(c, CONFUSION_RECALL, i),
		     t->n[i][i] / t->row[i], 1e-12);
		near(confusion_value(c, CONFUSION_PRECISION, i),
		     t->n[i][i] / t->column[i], 1e-12);
	}
	near(confusion_value(c, CONFUSION_MACRO_F1, 0), f1, 1e-12);
	near(confusion_value(c, CONFUSION_MEAN_PER_CLASS_ERROR, 0), errors,
	     1e-12);
}

/* MCC as the correlation of indicators: covariances over all classes. */
static void
brute_force(void **state)
{
	static struct plain t;
	struct confusion c = {0};
	double po, pe = 0, xx = 0, yy = 0, xy;
	size_t i;

	(void)state;
	fill(&c, &t);
	finish(&c);
	assert_int_equal(c.classes, K);
	assert_true(c.weight == t.total && c.is_fractional);
	per_class(&c, &t);
	po = t.right / t.total;
	xy = t.right * t.total;
	for (i = 0; i < K; i++) {
		pe += t.row[i] / t.total * t.column[i] / t.total;
		xy -= t.row[i] * t.column[i];
		xx += t.row[i] * (t.total - t.row[i]);
		yy += t.column[i] * (t.total - t.column[i]);
	}
	near(confusion_value(&c, CONFUSION_ERROR, 0), 1 - po, 1e-12);
	near(confusion_value(&c, CONFUSION_KAPPA, 0), (po - pe) / (1 - pe),
	     1e-12);
	near(confusion_value(&c, CONFUSION_MCC, 0), xy / sqrt(xx * yy), 1e-12);
	confusion_release(&c);
}

static void
one_class(void **state)
{
	struct confusion c = {0};

	(void)state;
	add(&c, "a", "a", 1);
	finish(&c);
	assert_true(confusion_value(&c, CONFUSION_ERROR, 0) == 0);
	assert_true(isnan(confusion_value(&c, CONFUSION_MCC, 0)));
	assert_true(isnan(confusion_value(&c, CONFUSION_KAPPA, 0)));
	assert_true(isnan(confusion_value(&c, CONFUSION_LOGLOSS, 0)));
	confusion_release(&c);
}

/* Exact values by counting sign patterns; the two ways agree. */
static void
mcnemar(void **state)
{
	(void)state;
	assert_true(confusion_mcnemar(0, 0) == 1);
	assert_true(confusion_mcnemar(5, 5) == 1);
	assert_true(confusion_mcnemar(0, 8) == 2.0 / 256);
	assert_true(confusion_mcnemar(8, 0) == 2.0 / 256);
	assert_true(confusion_mcnemar(1, 9) == 22.0 / 1024);
	/* normal approximation with continuity correction, far from 0 */
	near(confusion_mcnemar(480, 530),
			   erfc(49 / sqrt(2.0 * 1010)), 1e-4);
	near(confusion_mcnemar(470, 529),
			   erfc(58 / sqrt(2.0 * 999)), 1e-4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(order),
		cmocka_unit_test(brute_force),
		cmocka_unit_test(one_class),
		cmocka_unit_test(mcnemar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
