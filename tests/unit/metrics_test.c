/* metrics_test.c - measures against definitions spelled out row by row. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/json.h>
#include <dltools/metrics.h>
#include <dltools/metrics_record.h>
#include <dltools/rng.h>

#define ROWS 300

struct sample {
	double score[ROWS], weight[ROWS];
	uint8_t label[ROWS];
	size_t n;
};

/* Scores on a grid, so that many are tied; some weights are 0. */
static struct sample
draw(uint64_t seed, size_t n, unsigned grid)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	struct sample s = {.n = n};
	struct rng_words r;
	size_t i;

	for (i = 0; i < n; i++) {
		r = rng_at(key, 0, i);
		s.score[i] = (double)(r.w[0] % grid) / grid;
		s.weight[i] = r.w[1] % 4;
		s.label[i] = r.w[2] % 3 == 0;
	}
	return s;
}

/* P(score of a positive > that of a negative) + half the ties. */
static double
auc_by_pairs(const struct sample *s)
{
	double won = 0, pairs = 0, w;
	size_t i, j;

	for (i = 0; i < s->n; i++)
		for (j = 0; j < s->n; j++) {
			if (!s->label[i] || s->label[j])
				continue;
			w = s->weight[i] * s->weight[j];
			pairs += w;
			won += w * (s->score[i] > s->score[j]
				? 1 : s->score[i] == s->score[j] ? 0.5 : 0);
		}
	return won / pairs;
}

/* Precision over recall integrated in many small steps between points. */
static double
pr_by_steps(const struct curve *c)
{
	const int steps = 2000;
	double area = 0, tp = 0, fp = 0, slope, t, f;
	size_t i;
	int k;

	for (i = 0; i < c->n; tp = c->tp[i], fp = c->fp[i], i++) {
		if (c->tp[i] == tp)
			continue;
		slope = (c->fp[i] - fp) / (c->tp[i] - tp);
		for (k = 0; k < steps; k++) {
			t = tp + (c->tp[i] - tp) * (k + 0.5) / steps;
			f = fp + slope * (t - tp);
			area += t / (t + f) * (c->tp[i] - tp) / steps;
		}
	}
	return area / c->positives;
}

static void
ranking_agrees_with_pairs(void **state)
{
	static const unsigned grids[] = {2, 7, 50, 100000};
	struct curve c;
	struct err e = {0};
	struct sample s;
	size_t i;

	(void)state;
	for (i = 0; i < 20; i++) {
		s = draw(i, 20 + 14 * i, grids[i % 4]);
		assert_int_equal(curve_init(&c, s.score, s.label,
						    s.weight, s.n, &e), 0);
		assert_true(fabs(curve_auc(&c) - auc_by_pairs(&s)) <
			    1e-12);
		assert_true(fabs(curve_pr_auc(&c) - pr_by_steps(&c)) <
			    1e-5);
		curve_release(&c);
	}
}

static void
add_all(struct metrics *m, const struct sample *s, size_t from, size_t to)
{
	struct err e = {0};
	float p[2];
	size_t i;

	for (i = from; i < to; i++) {
		p[1] = (float)s->score[i];
		p[0] = 1 - p[1];
		assert_int_equal(metrics_add_class(m, p, s->label[i],
						   s->weight[i], &e), 0);
	}
}

/* Errors of "positive if score >= t", tried at every score. */
static void
f1_threshold_is_the_best(void **state)
{
	struct sample s = draw(3, 200, 40);
	struct metrics m;
	struct err e = {0};
	double best = -1, best_t = 0, tp, fp, fn, f1;
	size_t i, j;

	(void)state;
	for (i = 0; i < s.n; i++) {
		tp = fp = fn = 0;
		for (j = 0; j < s.n; j++) {
			double t = (double)(float)s.score[i];
			bool called = (double)(float)s.score[j] >= t;

			tp += s.label[j] && called ? s.weight[j] : 0;
			fn += s.label[j] && !called ? s.weight[j] : 0;
			fp += !s.label[j] && called ? s.weight[j] : 0;
		}
		f1 = s.weight[i] > 0 ? 2 * tp / (2 * tp + fp + fn) : -1;
		if (f1 > best + 1e-12 ||
		    (fabs(f1 - best) < 1e-12 && s.score[i] > best_t)) {
			best = f1;
			best_t = s.score[i];
		}
	}
	assert_int_equal(metrics_init(&m, METRICS_BINOMIAL, 2, &e), 0);
	add_all(&m, &s, 0, s.n);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(fabs(m.threshold_f1 - best_t) < 1e-6);
	tp = m.confusion[3];
	assert_true(fabs(2 * tp / (2 * tp + m.confusion[1] + m.confusion[2]) -
			 best) < 1e-12);
	metrics_release(&m);
}

static void
merging_is_adding(void **state)
{
	struct sample s = draw(5, 250, 30);
	struct metrics whole, a, b;
	struct err e = {0};

	(void)state;
	assert_int_equal(metrics_init(&whole, METRICS_BINOMIAL, 2, &e), 0);
	assert_int_equal(metrics_init(&a, METRICS_BINOMIAL, 2, &e), 0);
	assert_int_equal(metrics_init(&b, METRICS_BINOMIAL, 2, &e), 0);
	add_all(&whole, &s, 0, 250);
	add_all(&a, &s, 0, 100);
	add_all(&b, &s, 100, 250);
	assert_int_equal(metrics_merge(&a, &b, &e), 0);
	assert_int_equal(metrics_finish(&a, &e), 0);
	assert_int_equal(metrics_finish(&whole, &e), 0);
	assert_int_equal(a.rows, whole.rows);
	assert_true(a.auc == whole.auc);
	assert_true(fabs(a.logloss - whole.logloss) < 1e-12);
	assert_true(a.error == whole.error);
	metrics_release(&whole);
	metrics_release(&a);
	metrics_release(&b);
}

static void
multinomial_by_hand(void **state)
{
	static const float p[4][3] = {{.7f, .2f, .1f}, {.1f, .3f, .6f},
				      {.2f, .5f, .3f}, {.4f, .4f, .2f}};
	static const int32_t label[4] = {0, 1, 3, 1};
	struct metrics m;
	struct err e = {0};
	size_t i;

	(void)state;
	assert_int_equal(metrics_init(&m, METRICS_MULTINOMIAL, 3, &e), 0);
	for (i = 0; i < 4; i++)
		assert_int_equal(metrics_add_class(&m, p[i], label[i], 2, &e),
				 0);
	assert_int_equal(metrics_add_class(&m, p[0], -1, 1, &e), 0);
	assert_int_equal(metrics_add_class(&m, p[0], 0, 0, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_int_equal(m.rows, 4);
	assert_true(m.weight == 8);
	assert_true(fabs(m.error - 0.75) < 1e-12);
	assert_true(fabs(m.mse - (.09 + .49 + 1 + .36) / 4) < 1e-6);
	assert_true(fabs(m.logloss - (-log(.7) - log(.3) - log(1e-15) -
				      log(.4)) / 4) < 1e-6);
	/* class 1: two of two rows wrong; classes 0 and 2: none */
	assert_true(fabs(m.mean_per_class_error - 1.0 / 3) < 1e-12);
	assert_true(fabs(m.hits[0] - 0.25) < 1e-12);
	assert_true(fabs(m.hits[1] - 0.75) < 1e-12);
	assert_true(fabs(m.hits[2] - 0.75) < 1e-12);
	assert_true(m.confusion[3 * 3 + 1] == 2);
	assert_true(isnan(m.auc));
	metrics_release(&m);
}

static void
regression_by_hand(void **state)
{
	struct metrics m;
	struct err e = {0};

	(void)state;
	assert_int_equal(metrics_init(&m, METRICS_REGRESSION, 0, &e), 0);
	assert_int_equal(metrics_add_value(&m, 1, 2, 1, &e), 0);
	assert_int_equal(metrics_add_value(&m, 5, 3, 3, &e), 0);
	assert_int_equal(metrics_add_value(&m, NAN, 3, 3, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_int_equal(m.rows, 2);
	assert_true(fabs(m.mse - 13.0 / 4) < 1e-12);
	assert_true(fabs(m.mae - 7.0 / 4) < 1e-12);
	/* mean 11/4, variance 31/4 - (11/4)^2 = 3/16 */
	assert_true(fabs(m.r2 - (1 - 3.25 / 0.1875)) < 1e-9);
	assert_true(fabs(m.rmsle - sqrt((pow(log(2.0 / 3), 2) +
					 3 * pow(log(6.0 / 4), 2)) / 4)) <
		    1e-12);
	metrics_release(&m);
	assert_int_equal(metrics_init(&m, METRICS_REGRESSION, 0, &e), 0);
	m.deviance = DEVIANCE_HUBER;
	m.deviance_param = 0.5;
	/* residuals 1, 2, 9: D = 2; deviance 1, 4, (18 - 2) 2 */
	assert_int_equal(metrics_add_value(&m, 0, 1, 1, &e), 0);
	assert_int_equal(metrics_add_value(&m, 0, 2, 1, &e), 0);
	assert_int_equal(metrics_add_value(&m, 0, -9, 1, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(fabs(m.mean_residual_deviance - 37.0 / 3) < 1e-12);
	metrics_release(&m);
}

/* Actual values far from 0, in two parts that are merged. */
static void
r2_far_from_zero(void **state)
{
	static const double far[] = {0, 1e9, -1.6e12};
	struct metrics m, part;
	struct err e = {0};
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof(far) / sizeof(*far); k++) {
		assert_int_equal(metrics_init(&m, METRICS_REGRESSION, 0, &e),
				 0);
		assert_int_equal(metrics_init(&part, METRICS_REGRESSION, 0,
					      &e), 0);
		for (i = 0; i < 8; i++)
			assert_int_equal(metrics_add_value(
				i < 3 ? &m : &part, far[k] + (double)i + 0.5,
				far[k] + (double)i, 1 + (double)(i == 7), &e),
				0);
		assert_int_equal(metrics_merge(&m, &part, &e), 0);
		assert_int_equal(metrics_finish(&m, &e), 0);
		/* mean 35/9, variance 189/9 - (35/9)^2 = 476/81 */
		assert_true(fabs(m.r2 - (1 - 0.25 * 81 / 476)) < 1e-12);
		metrics_release(&m);
		metrics_release(&part);
	}
}

static void
poisson_of_nothing(void **state)
{
	struct metrics m;
	struct err e = {0};

	(void)state;
	assert_int_equal(metrics_init(&m, METRICS_REGRESSION, 0, &e), 0);
	m.deviance = DEVIANCE_POISSON;
	/* LG(3 / 0) = 19, LG(0 / 2) is no part of it */
	assert_int_equal(metrics_add_value(&m, 0, 3, 1, &e), 0);
	assert_int_equal(metrics_add_value(&m, 2, 0, 1, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(fabs(m.mean_residual_deviance - (2 * 54.0 + 4) / 2) <
		    1e-12);
	metrics_release(&m);
}

static void
nothing_and_one_class(void **state)
{
	static const float p[2] = {.3f, .7f}, none[2] = {NAN, NAN};
	struct metrics m;
	struct err e = {0};

	(void)state;
	assert_int_equal(metrics_init(&m, METRICS_BINOMIAL, 2, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(isnan(m.logloss) && isnan(m.auc) && isnan(m.error));
	assert_int_equal(metrics_add_class(&m, p, 1, 1, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(isnan(m.auc) && isnan(m.pr_auc) && isnan(m.gini) &&
		    m.error == 0);
	metrics_release(&m);
	assert_int_equal(metrics_init(&m, METRICS_BINOMIAL, 2, &e), 0);
	assert_int_equal(metrics_add_class(&m, p, 0, 1, &e), 0);
	assert_int_equal(metrics_finish(&m, &e), 0);
	assert_true(isnan(m.auc) && isnan(m.pr_auc) && isnan(m.gini));
	assert_int_equal(m.no_response + m.no_prediction, 0);
	assert_int_equal(metrics_add_class(&m, p, -1, 1, &e), 0);
	assert_int_equal(metrics_add_class(&m, none, 0, 1, &e), 0);
	assert_int_equal(metrics_add_class(&m, none, 0, 0, &e), 0);
	assert_true(m.rows == 1 && m.no_response == 1 && m.no_prediction == 1);
	metrics_release(&m);
	memset(&m, 0, sizeof(m));
	metrics_release(&m);
}

/* ---- tables written and read ---------------------------------------- */

static struct str
write_tables(const struct metrics *m, int64_t bins)
{
	struct str text = STR_INIT;
	struct json j = json_start(&text);
	struct err e = {0};

	assert_int_equal(metrics_json_tables(m, NULL, bins, &j, &e), 0);
	return text;
}

static void
tables_come_back(void **state)
{
	struct sample s = draw(9, ROWS, 60);
	struct metrics_record r;
	struct metrics m;
	struct curve c;
	struct err e = {0};
	struct str text;
	size_t i;

	(void)state;
	assert_int_equal(metrics_init(&m, METRICS_BINOMIAL, 2, &e), 0);
	add_all(&m, &s, 0, ROWS);
	assert_int_equal(metrics_finish(&m, &e), 0);
	text = write_tables(&m, 10);
	assert_int_equal(metrics_read(&r, text.buf, &e), 0);
	assert_int_equal(metrics_curve(&m, &c, &e), 0);
	assert_int_equal(r.curve.n, c.n);
	for (i = 0; i < c.n; i++)
		assert_true(r.curve.threshold[i] == c.threshold[i] &&
			    r.curve.tp[i] == c.tp[i] &&
			    r.curve.fp[i] == c.fp[i]);
	assert_true(metrics_record_value(&r, "AUC") == m.auc);
	assert_true(metrics_record_value(&r, "KS") == curve_ks(&c));
	assert_true(isnan(metrics_record_value(&r, "mae")));
	assert_true(r.gains.n > 5 && r.gains.n <= 10);
	assert_true(r.confusion[3] == m.confusion[3] && r.classes == 2);
	curve_release(&c);
	metrics_record_release(&r);
	str_release(&text);
	metrics_release(&m);
}

static void
false_tables_are_refused(void **state)
{
	static const char *const text[] = {
		"[]", "{\"thresholds\":{\"rows\":[]}}",
		"{\"positives\":1,\"negatives\":1,\"thresholds\":{\"rows\":"
		"[[0.5,1,0],[0.5,1,1]]}}",
		"{\"positives\":1,\"negatives\":1,\"thresholds\":{\"rows\":"
		"[[0.5,1,0],[0.4,0,1]]}}",
		"{\"positives\":1,\"negatives\":1,\"thresholds\":{\"rows\":"
		"[[0.5,2,0]]}}",
		"{\"gains_lift\":{\"rows\":[[1,2]]}}",
		"{\"hit_ratios\":[null]}",
		"{\"confusion_matrix\":[[1,2],[3]]}",
		"{\"confusion_matrix\":[[1,2]]}",
	};
	struct metrics_record r;
	struct err e = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) / sizeof(*text); i++) {
		e = (struct err){0};
		assert_int_equal(metrics_read(&r, text[i], &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranking_agrees_with_pairs),
		cmocka_unit_test(f1_threshold_is_the_best),
		cmocka_unit_test(merging_is_adding),
		cmocka_unit_test(multinomial_by_hand),
		cmocka_unit_test(regression_by_hand),
		cmocka_unit_test(r2_far_from_zero),
		cmocka_unit_test(poisson_of_nothing),
		cmocka_unit_test(nothing_and_one_class),
		cmocka_unit_test(tables_come_back),
		cmocka_unit_test(false_tables_are_refused),
	};

	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
