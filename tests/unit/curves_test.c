/* curves_test.c - tables by score against rows counted one by one. */
#include <math.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/curves.h>
#include <dltools/rng.h>

#define MOST 3000

struct sample {
	double score[MOST], weight[MOST];
	uint8_t label[MOST];
	size_t n;
};

static struct sample s; /* too large for the stack */

/* Scores on a grid, many tied; some weights are 0, some scores NaN. */
static void
draw(uint64_t seed, size_t n, unsigned grid)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	struct rng_words r;
	size_t i;

	s.n = n;
	for (i = 0; i < n; i++) {
		r = rng_at(key, 0, i);
		s.score[i] = r.w[3] % 31 ? (double)(r.w[0] % grid) / grid : NAN;
		s.weight[i] = r.w[1] % 4;
		s.label[i] = r.w[2] % 3 == 0;
	}
}

static void
make(struct curve *c)
{
	struct err e = {0};

	assert_int_equal(curve_init(c, s.score, s.label, s.weight, s.n, &e),
			 0);
}

/* Weight and events of the rows with low <= score < high. */
static void
count(double low, double high, double *weight, double *events, double *score)
{
	size_t i;

	*weight = *events = *score = 0;
	for (i = 0; i < s.n; i++) {
		if (!(s.score[i] >= low && s.score[i] < high))
			continue;
		*weight += s.weight[i];
		*events += s.label[i] ? s.weight[i] : 0;
		*score += s.weight[i] * s.score[i];
	}
}

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * (1 + fabs(b));
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* By repeating each row as often as its weight says. */
static double
quantile_by_rows(double q)
{
	static double all[4 * MOST];
	size_t n = 0, i;
	double at;
	int k;

	for (i = 0; i < s.n; i++)
		for (k = 0; !isnan(s.score[i]) && k < (int)s.weight[i]; k++)
			all[n++] = s.score[i];
	qsort(all, n, sizeof(*all), ascending);
	at = q * (double)(n - 1);
	i = (size_t)at;
	return i + 1 < n ? all[i] + (at - (double)i) * (all[i + 1] - all[i])
			 : all[i];
}

static void
quantiles_are_those_of_repeated_rows(void **state)
{
	struct curve c;
	uint64_t seed;
	double q;

	(void)state;
	for (seed = 0; seed < 12; seed++) {
		draw(seed, 5 + 90 * seed, seed % 2 ? 9 : 100000);
		make(&c);
		for (q = 0; q <= 1; q += 0.03125)
			assert_true(near(curve_quantile(&c, q),
					 quantile_by_rows(q)));
		curve_release(&c);
	}
}

static void
check_group(const struct gains *g, size_t k)
{
	const double *row = g->row[k];
	double high = k ? g->row[k - 1][GAINS_LOWER_THRESHOLD] : INFINITY;
	double low = row[GAINS_LOWER_THRESHOLD], w, v, p, w1, v1, p1, W, V, P;

	count(low, high, &w, &v, &p);
	count(low, INFINITY, &w1, &v1, &p1);
	count(-INFINITY, INFINITY, &W, &V, &P);
	assert_true(row[GAINS_GROUP] == (double)(k + 1));
	assert_true(near(row[GAINS_CUMULATIVE_DATA_FRACTION], w1 / W));
	assert_true(near(row[GAINS_LIFT], v / w / (V / W)));
	assert_true(near(row[GAINS_CUMULATIVE_LIFT], v1 / w1 / (V / W)));
	assert_true(near(row[GAINS_RESPONSE_RATE], v / w));
	assert_true(near(row[GAINS_SCORE], p / w));
	assert_true(near(row[GAINS_CUMULATIVE_SCORE], p1 / w1));
	assert_true(near(row[GAINS_CUMULATIVE_RESPONSE_RATE], v1 / w1));
	assert_true(near(row[GAINS_CAPTURE_RATE], v / V));
	assert_true(near(row[GAINS_CUMULATIVE_CAPTURE_RATE], v1 / V));
	assert_true(near(row[GAINS_GAIN], 100 * (v / w / (V / W) - 1)));
	assert_true(near(row[GAINS_CUMULATIVE_GAIN],
			 100 * (v1 / w1 / (V / W) - 1)));
	assert_true(near(row[GAINS_KOLMOGOROV_SMIRNOV],
			 v1 / V - (w1 - v1) / (W - V)));
}

static void
gains_count_rows(void **state)
{
	static const int64_t bins[] = {-1, 1, 10, 333};
	struct curve c;
	struct gains g;
	struct err e = {0};
	uint64_t seed;
	size_t k;

	(void)state;
	for (seed = 0; seed < 16; seed++) {
		draw(seed, 60 + 150 * seed, seed % 3 ? 100000 : 13);
		/* weights need not be whole */
		for (size_t i = 0; seed % 2 && i < s.n; i++)
			s.weight[i] /= 8;
		make(&c);
		assert_int_equal(gains_init(&g, &c, bins[seed % 4], &e), 0);
		for (k = 0; k < g.n; k++)
			check_group(&g, k);
		assert_true(near(g.row[g.n - 1]
				 [GAINS_CUMULATIVE_DATA_FRACTION], 1));
		if (bins[seed % 4] == -1)
			assert_true(near(g.row[0][GAINS_LIFT],
					 curve_lift_top_group(&c)));
		gains_release(&g);
		curve_release(&c);
	}
}

static void
calibration_counts_rows(void **state)
{
	struct calibration_bin bin[7];
	struct curve c;
	double w, v, p;
	size_t k;

	(void)state;
	draw(3, 900, 21);
	make(&c);
	curve_calibration(&c, 7, bin);
	for (k = 0; k < 7; k++) {
		count(k ? bin[k].low : -INFINITY, k < 6 ? bin[k].high
			: INFINITY, &w, &v, &p);
		assert_true(near(bin[k].weight, w));
		assert_true(near(bin[k].score, p / w));
		assert_true(near(bin[k].rate, v / w));
	}
	curve_release(&c);
}

static void
tables_hold_ends_and_maxima(void **state)
{
	size_t index[CURVE_TABLE], n, i, best;
	struct curve c;
	int k;

	(void)state;
	draw(8, MOST, 100000);
	make(&c);
	assert_true(c.n > 1000);
	n = curve_pick(&c, CURVE_TABLE, index);
	assert_int_equal(n, CURVE_TABLE);
	assert_int_equal(index[0], 0);
	assert_int_equal(index[n - 1], c.n - 1);
	for (i = 1; i < n; i++)
		assert_true(index[i] > index[i - 1] &&
			    index[i] - index[i - 1] < 10);
	for (k = 0; k < CRITERIA; k++) {
		best = curve_best(&c, (enum criterion)k);
		for (i = 0; i < n && index[i] != best; i++)
			;
		assert_true(i < n);
	}
	assert_int_equal(curve_pick(&c, 1, index), 1);
	assert_int_equal(index[0], curve_best(&c, CRITERION_F1));
	for (n = 2; n <= CURVE_TABLE; n++) {
		assert_int_equal(curve_pick(&c, n, index), n);
		assert_int_equal(index[0], 0);
		assert_int_equal(index[n - 1], c.n - 1);
		for (i = 1; i < n; i++)
			assert_true(index[i] > index[i - 1]);
	}
	curve_release(&c);
	draw(8, 100, 11);
	make(&c);
	assert_int_equal(curve_pick(&c, CURVE_TABLE, index), c.n);
	curve_release(&c);
}

static void
criteria_by_hand(void **state)
{
	static const double score[] = {.9, .8, .7, .6, .5};
	static const uint8_t label[] = {1, 0, 1, 1, 0};
	struct curve c;
	struct err e = {0};

	(void)state;
	assert_int_equal(curve_init(&c, score, label, NULL, 5, &e), 0);
	/* threshold .7: two of three found, one of two wrongly */
	assert_true(near(curve_criterion(&c, 2, CRITERION_F1), 2. / 3));
	assert_true(near(curve_criterion(&c, 2, CRITERION_F2), 2. / 3));
	assert_true(near(curve_criterion(&c, 2, CRITERION_ACCURACY), .6));
	assert_true(near(curve_criterion(&c, 2, CRITERION_ABSOLUTE_MCC),
			 (2 * 1 - 1 * 1) / 6.));
	assert_true(near(curve_criterion(&c, 2, CRITERION_FPR), .5));
	assert_true(near(curve_criterion(&c, 2, CRITERION_FNR), 1. / 3));
	assert_true(curve_criterion(&c, 2, CRITERION_TPS) == 2);
	assert_true(curve_criterion(&c, 2, CRITERION_TNS) == 1);
	assert_int_equal(curve_best(&c, CRITERION_F1), 3);
	assert_true(near(curve_ks(&c), .5));
	assert_true(near(curve_auc(&c), 4. / 6));
	curve_release(&c);
}

/* These criteria, a blank behind each, and no others are undefined. */
static void
check_undefined(const struct curve *c, const char *names)
{
	char word[40];
	size_t i;
	int k;

	for (k = 0; k < CRITERIA; k++) {
		const char *name = criterion_name((enum criterion)k), *at;

		(void)snprintf(word, sizeof(word), "%s ", name);
		at = strstr(names, word);
		while (at && at > names && at[-1] != ' ')
			at = strstr(at + 1, word);
		for (i = 0; i < c->n; i++)
			assert_true(isnan(curve_criterion(c, i,
					  (enum criterion)k)) == !!at);
	}
}

static void
nothing_and_one_class(void **state)
{
	struct calibration_bin bin[2];
	struct curve c;
	struct gains g;
	struct err e = {0};

	(void)state;
	draw(1, 0, 2);
	make(&c);
	assert_int_equal(c.n, 0);
	assert_true(isnan(curve_quantile(&c, 0.5)));
	assert_int_equal(gains_init(&g, &c, -1, &e), 0);
	assert_int_equal(g.n, 0);
	gains_release(&g);
	curve_calibration(&c, 2, bin);
	assert_true(isnan(bin[0].rate));
	curve_release(&c);
	draw(1, 50, 20);
	memset(s.label, 0, sizeof(s.label));
	make(&c);
	assert_true(isnan(curve_auc(&c)) && isnan(curve_pr_auc(&c)) &&
		    curve_ks(&c) == 0);
	assert_int_equal(gains_init(&g, &c, 10, &e), 0);
	assert_int_equal(g.n, 0);
	gains_release(&g);
	check_undefined(&c, "f1 f2 f0point5 recall absolute_mcc tpr fnr "
			"min_per_class_accuracy mean_per_class_accuracy ");
	curve_release(&c);
	memset(s.label, 1, sizeof(s.label));
	make(&c);
	assert_true(isnan(curve_auc(&c)) && isnan(curve_pr_auc(&c)));
	check_undefined(&c, "specificity absolute_mcc tnr fpr "
			"min_per_class_accuracy mean_per_class_accuracy ");
	assert_int_equal(gains_init(&g, &c, 2, &e), 0);
	assert_true(g.n == 2 && g.row[0][GAINS_LIFT] == 1);
	assert_true(isnan(g.row[1][GAINS_KOLMOGOROV_SMIRNOV]));
	gains_release(&g);
	curve_release(&c);
}

/* Weights that are no counts: only their proportions matter. */
static void
quantiles_have_no_unit(void **state)
{
	static const double factor[] = {0.1, 3.7, 1e-9, 1e9 / 7};
	double want[33];
	struct curve c;
	size_t i, k, q;

	(void)state;
	draw(3, 200, 100000);
	for (i = 0; i < s.n; i++)
		s.weight[i] = 1;
	make(&c);
	for (q = 0; q <= 32; q++)
		want[q] = curve_quantile(&c, (double)q / 32);
	curve_release(&c);
	for (k = 0; k < 2 * sizeof(factor) / sizeof(*factor); k++) {
		if (k == 4) { /* from here on unequal ones */
			for (i = 0; i < s.n; i++)
				s.weight[i] = 0.3 + (double)(i % 5);
			make(&c);
			for (q = 0; q <= 32; q++)
				want[q] = curve_quantile(&c, (double)q / 32);
			curve_release(&c);
		}
		for (i = 0; i < s.n; i++)
			s.weight[i] = factor[k % 4] *
				(k < 4 ? 1 : 0.3 + (double)(i % 5));
		make(&c);
		for (q = 0; q <= 32; q++)
			assert_true(near(curve_quantile(&c, (double)q / 32),
					 want[q]));
		curve_release(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_those_of_repeated_rows),
		cmocka_unit_test(quantiles_have_no_unit),
		cmocka_unit_test(gains_count_rows),
		cmocka_unit_test(calibration_counts_rows),
		cmocka_unit_test(tables_hold_ends_and_maxima),
		cmocka_unit_test(criteria_by_hand),
		cmocka_unit_test(nothing_and_one_class),
	};

	return cmocka_run_group_tests_name("curves", tests, NULL, NULL);
}
