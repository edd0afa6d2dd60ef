/* metrics_auc_test.c - more than two classes against pairs of rows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/metrics.h>
#include <dltools/rng.h>

#define CLASSES 4
#define MANY 160

struct multi {
	float p[MANY][CLASSES];
	int32_t label[MANY];
	double weight[MANY];
};

/* Coarse probabilities, so that many are tied; NaN and unknown classes too. */
static void
draw_multi(struct multi *d, uint64_t seed)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	size_t i, c;

	for (i = 0; i < MANY; i++) {
		struct rng_words r = rng_at(key, 1, i), q = rng_at(key, 2, i);
		float sum = 0;

		for (c = 0; c < CLASSES; c++)
			sum += d->p[i][c] = (float)(1 + r.w[c] % 5);
		for (c = 0; c < CLASSES; c++)
			d->p[i][c] /= sum;
		d->label[i] = (int32_t)(q.w[0] % 11) - 1;
		if (d->label[i] > CLASSES)
			d->label[i] %= CLASSES;
		d->weight[i] = (double)(q.w[1] % 5) / 2;
		if (q.w[2] % 17 == 0)
			d->p[i][q.w[3] % CLASSES] = NAN;
	}
}

static bool
counts(const struct multi *d, size_t i)
{
	size_t c;

	for (c = 0; c < CLASSES; c++)
		if (isnan(d->p[i][c]))
			return false;
	return d->weight[i] > 0 && d->label[i] >= 0 && d->label[i] < CLASSES;
}

/* P(p_a of a row of class a > that of another), b = CLASSES: any other. */
static double
one_way(const struct multi *d, int32_t a, int32_t b)
{
	double won = 0, pairs = 0, w;
	size_t i, j;

	for (i = 0; i < MANY; i++)
		for (j = 0; j < MANY; j++) {
			if (!counts(d, i) || !counts(d, j) ||
			    d->label[i] != a || d->label[j] == a ||
			    (b < CLASSES && d->label[j] != b))
				continue;
			w = d->weight[i] * d->weight[j];
			pairs += w;
			won += w * (d->p[i][a] > d->p[j][a] ? 1 :
				    d->p[i][a] == d->p[j][a] ? 0.5 : 0);
		}
	return won / pairs;
}

static double
class_weight(const struct multi *d, int32_t a)
{
	double w = 0;
	size_t i;

	for (i = 0; i < MANY; i++)
		w += counts(d, i) && d->label[i] == a ? d->weight[i] : 0;
	return w;
}

static double
auc_of_all(const struct multi *d, enum metrics_auc type)
{
	bool rest = type == AUC_MACRO_OVR || type == AUC_WEIGHTED_OVR;
	bool weighted = type == AUC_WEIGHTED_OVR || type == AUC_WEIGHTED_OVO;
	double sum = 0, total = 0, w;
	int32_t a, b;

	for (a = 0; a < CLASSES; a++)
		for (b = rest ? CLASSES : a + 1; b < CLASSES + rest; b++) {
			w = class_weight(d, a) +
			    (rest ? 0 : class_weight(d, b));
			w = weighted ? w : 1;
			total += w;
			sum += w * (rest ? one_way(d, a, b) :
				    (one_way(d, a, b) + one_way(d, b, a)) / 2);
		}
	return sum / total;
}

static void
add_multi(struct metrics *m, const struct multi *d, size_t from, size_t to)
{
	struct err e = {0};
	size_t i;

	for (i = from; i < to; i++)
		assert_int_equal(metrics_add_class(m, d->p[i], d->label[i],
						   d->weight[i], &e), 0);
}

static void
multinomial_auc_agrees_with_pairs(void **state)
{
	struct metrics m, part;
	struct multi d;
	struct err e = {0};
	int type;

	(void)state;
	for (type = AUC_MACRO_OVR; type <= AUC_WEIGHTED_OVO; type++) {
		draw_multi(&d, 40 + (uint64_t)type);
		assert_int_equal(metrics_init(&m, METRICS_MULTINOMIAL, CLASSES,
					      &e), 0);
		assert_int_equal(metrics_init(&part, METRICS_MULTINOMIAL,
					      CLASSES, &e), 0);
		m.auc_type = part.auc_type = (enum metrics_auc)type;
		add_multi(&m, &d, 0, 70);
		add_multi(&part, &d, 70, MANY);
		assert_int_equal(metrics_merge(&m, &part, &e), 0);
		assert_int_equal(metrics_finish(&m, &e), 0);
		assert_true(fabs(m.auc - auc_of_all(&d, m.auc_type)) < 1e-12);
		assert_true(m.pr_auc > 0 && m.pr_auc < 1);
		assert_int_equal(m.pairs, type <= AUC_WEIGHTED_OVR
					  ? CLASSES : CLASSES * 3 / 2);
		metrics_release(&m);
		metrics_release(&part);
	}
}

/* Everything is weighted: a weight of 2 is the row twice. */
static void
weights_are_repetitions(void **state)
{
	struct metrics weighted, repeated;
	struct multi d;
	struct err e = {0};
	size_t i, k;

	(void)state;
	draw_multi(&d, 77);
	assert_int_equal(metrics_init(&weighted, METRICS_MULTINOMIAL, CLASSES,
				      &e), 0);
	assert_int_equal(metrics_init(&repeated, METRICS_MULTINOMIAL, CLASSES,
				      &e), 0);
	weighted.auc_type = repeated.auc_type = AUC_MACRO_OVO;
	for (i = 0; i < MANY; i++) {
		d.weight[i] = rint(d.weight[i]);
		for (k = 0; k < (size_t)d.weight[i]; k++)
			assert_int_equal(metrics_add_class(&repeated, d.p[i],
						d.label[i], 1, &e), 0);
	}
	add_multi(&weighted, &d, 0, MANY);
	assert_int_equal(metrics_finish(&weighted, &e), 0);
	assert_int_equal(metrics_finish(&repeated, &e), 0);
	assert_true(weighted.weight == repeated.weight);
	assert_true(fabs(weighted.mse - repeated.mse) < 1e-12);
	assert_true(fabs(weighted.logloss - repeated.logloss) < 1e-12);
	assert_true(fabs(weighted.auc - repeated.auc) < 1e-12);
	assert_true(fabs(weighted.pr_auc - repeated.pr_auc) < 1e-12);
	assert_memory_equal(weighted.confusion, repeated.confusion,
			    (CLASSES + 1) * CLASSES * sizeof(double));
	for (k = 0; k < CLASSES; k++)
		assert_true(fabs(weighted.hits[k] - repeated.hits[k]) < 1e-12);
	metrics_release(&weighted);
	metrics_release(&repeated);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multinomial_auc_agrees_with_pairs),
		cmocka_unit_test(weights_are_repetitions),
	};

	return cmocka_run_group_tests_name("metrics_auc", tests, NULL, NULL);
}
