/* confusion_measure.c - what a confusion matrix says in one number. */
#include <dltools/confusion.h>

#include <math.h>

const char *const confusion_measures[CONFUSION_MEASURES + 1] = {
	[CONFUSION_ERROR] = "error",
	[CONFUSION_ACCURACY] = "accuracy",
	[CONFUSION_MEAN_PER_CLASS_ERROR] = "mean_per_class_error",
	[CONFUSION_MCC] = "mcc",
	[CONFUSION_KAPPA] = "kappa",
	[CONFUSION_MACRO_F1] = "macro_f1",
	[CONFUSION_ROWS] = "rows",
	[CONFUSION_LOGLOSS] = "logloss",
	[CONFUSION_MSE] = "mse",
	[CONFUSION_RMSE] = "rmse",
	[CONFUSION_AUC] = "auc",
	[CONFUSION_AUCPR] = "aucpr",
	[CONFUSION_GINI] = "gini",
	[CONFUSION_HIT_RATIO] = "hit_ratio",
	[CONFUSION_PRECISION] = "precision",
	[CONFUSION_RECALL] = "recall",
	[CONFUSION_F1] = "f1",
	[CONFUSION_SUPPORT] = "support",
	[CONFUSION_CLASS_ERROR] = "class_error",
};

enum confusion_domain
confusion_domain(enum confusion_measure m)
{
	return m >= CONFUSION_PRECISION ? MEASURE_OF_CLASS :
	       m == CONFUSION_HIT_RATIO ? MEASURE_OF_RANK : MEASURE_OF_ALL;
}

/* An empty class counts 0 but is one of the classes, as in H2O. */
static double
mean_per_class_error(const struct confusion *c)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->classes; i++)
		if (c->total[i].actual > 0)
			sum += c->total[i].wrong / c->total[i].actual;
	return sum / (double)c->classes;
}

/*
 * Gorodkin 2004, "Comparing two K-category assignments by a K-category
 * correlation coefficient"; for two classes Matthews' coefficient.  Weights
 * are taken times a power of two, which changes no bit of the result, as the
 * fourth power of great or tiny ones is beyond float range.
 */
static double
mcc(const struct confusion *c)
{
	double cross = 0, actual = 0, predicted = 0, by, s, square;
	size_t i;

	if (!(c->weight > 0))
		return NAN;
	by = ldexp(1, -ilogb(c->weight));
	s = c->weight * by;
	for (i = 0; i < c->classes; i++) {
		double a = c->total[i].actual * by;
		double p = c->total[i].predicted * by;

		cross += a * p;
		actual += a * a;
		predicted += p * p;
	}
	square = (s * s - predicted) * (s * s - actual);
	return square > 0 ? (c->right * by * s - cross) / sqrt(square) : NAN;
}

/* Cohen 1960, "A coefficient of agreement for nominal scales". */
static double
kappa(const struct confusion *c)
{
	double chance = 0, agreed = c->right / c->weight;
	size_t i;

	for (i = 0; i < c->classes; i++)
		chance += c->total[i].actual / c->weight *
			  (c->total[i].predicted / c->weight);
	return chance < 1 ? (agreed - chance) / (1 - chance) : NAN;
}

static double
f1(const struct confusion_totals *t)
{
	double sum = t->actual + t->predicted;

	return sum > 0 ? 2 * t->right / sum : NAN;
}

static double
macro_f1(const struct confusion *c)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < c->classes; i++)
		sum += f1(&c->total[i]);
	return sum / (double)c->classes;
}

static double
of_class(const struct confusion_totals *t, enum confusion_measure m)
{
	switch (m) {
	case CONFUSION_PRECISION:
		return t->predicted > 0 ? t->right / t->predicted : NAN;
	case CONFUSION_RECALL:
		return t->actual > 0 ? t->right / t->actual : NAN;
	case CONFUSION_F1:
		return f1(t);
	case CONFUSION_SUPPORT:
		return t->actual;
	default: /* CONFUSION_CLASS_ERROR */
		return t->actual > 0 ? t->wrong / t->actual : NAN;
	}
}

static double
of_scores(const struct metrics *s, enum confusion_measure m, size_t rank)
{
	switch (m) {
	case CONFUSION_LOGLOSS:
		return s->logloss;
	case CONFUSION_MSE:
		return s->mse;
	case CONFUSION_RMSE:
		return s->rmse;
	case CONFUSION_AUC:
		return s->auc;
	case CONFUSION_AUCPR:
		return s->pr_auc;
	case CONFUSION_GINI:
		return s->gini;
	default: /* CONFUSION_HIT_RATIO */
		return s->kind == METRICS_MULTINOMIAL && rank >= 1 &&
		       rank <= METRICS_HITS && rank <= s->classes
			       ? s->hits[rank - 1] : NAN;
	}
}

double
confusion_value(const struct confusion *c, enum confusion_measure m, size_t of)
{
	if (confusion_domain(m) == MEASURE_OF_CLASS)
		return of < c->classes ? of_class(&c->total[of], m) : NAN;
	if (m >= CONFUSION_LOGLOSS)
		return c->has_scores ? of_scores(&c->scores, m, of) : NAN;
	if (m == CONFUSION_ROWS)
		return (double)c->rows;
	if (!(c->weight > 0))
		return NAN;
	switch (m) {
	case CONFUSION_ERROR:
		return c->wrong / c->weight;
	case CONFUSION_ACCURACY:
		return c->right / c->weight;
	case CONFUSION_MEAN_PER_CLASS_ERROR:
		return mean_per_class_error(c);
	case CONFUSION_MCC:
		return mcc(c);
	case CONFUSION_KAPPA:
		return kappa(c);
	default: /* CONFUSION_MACRO_F1 */
		return macro_f1(c);
	}
}

/*
 * McNemar 1947; exact: the rows on which only one model is right fall to either
 * with probability 1/2, so twice the smaller tail of a binomial distribution.
 * Terms follow from one another; the first is a power of two, or where that
 * vanishes the last one, by logarithms.
 */
double
confusion_mcnemar(int64_t only_a, int64_t only_b)
{
	double n = (double)(only_a + only_b), k, term, tail = 0;
	double least = (double)(only_a < only_b ? only_a : only_b);

	if (n < 1000) {
		term = ldexp(1, -(int)n);
		for (k = 0; k <= least; k++) {
			tail += term;
			term *= (n - k) / (k + 1);
		}
	} else {
		term = exp(lgamma(n + 1) - lgamma(least + 1) -
			   lgamma(n - least + 1) - n * log(2));
		for (k = least; k >= 0 && term > 0; k--) {
			tail += term;
			term *= k / (n - k + 1);
		}
	}
	return tail < 0.5 ? 2 * tail : 1;
}
