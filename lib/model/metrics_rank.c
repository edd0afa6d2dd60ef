/*
 * metrics_rank.c - measures that look at rows in the order of their score:
 * exact curves by sorting, where the reference bins scores into 400.
 */
#include <dltools/metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>

#include "model/metrics_int.h"

struct ranked {
	double score, weight;
	size_t row;
	uint8_t label;
};

/* Highest score first; equal ones in row order, so that sums repeat. */
static int
by_score(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static struct ranked *
rank_rows(const double *score, const uint8_t *label, const double *weight,
	  size_t n, struct err *e)
{
	struct ranked *r = mem_zalloc(n, sizeof(*r), e);
	size_t i;

	if (!r)
		return NULL;
	for (i = 0; i < n; i++) {
		r[i].score = score[i];
		r[i].label = label ? label[i] : 0;
		r[i].weight = weight ? weight[i] : 1;
		r[i].row = i;
	}
	qsort(r, n, sizeof(*r), by_score);
	return r;
}

int
metrics_curve_init(struct metrics_curve *c, const double *score,
		   const uint8_t *label, const double *weight, size_t n,
		   struct err *e)
{
	struct ranked *r;
	double tp = 0, fp = 0;
	size_t i;

	memset(c, 0, sizeof(*c));
	r = rank_rows(score, label, weight, n, e);
	c->threshold = mem_zalloc(n, sizeof(double), e);
	c->tp = mem_zalloc(n, sizeof(double), e);
	c->fp = mem_zalloc(n, sizeof(double), e);
	if (!r || !c->threshold || !c->tp || !c->fp) {
		mem_free(r);
		metrics_curve_release(c);
		return -1;
	}
	for (i = 0; i < n; i++) {
		*(r[i].label ? &tp : &fp) += r[i].weight;
		if (i + 1 < n && r[i + 1].score == r[i].score)
			continue;
		c->threshold[c->n] = r[i].score;
		c->tp[c->n] = tp;
		c->fp[c->n++] = fp;
	}
	c->positives = tp;
	c->negatives = fp;
	mem_free(r);
	return 0;
}

void
metrics_curve_release(struct metrics_curve *c)
{
	if (!c)
		return;
	mem_free(c->threshold);
	mem_free(c->tp);
	mem_free(c->fp);
	memset(c, 0, sizeof(*c));
}

double
metrics_curve_auc(const struct metrics_curve *c)
{
	double area = 0, tp = 0, fp = 0;
	size_t i;

	if (!(c->negatives > 0))
		return 1;
	if (!(c->positives > 0))
		return 0;
	for (i = 0; i < c->n; i++) {
		area += (c->fp[i] - fp) * (c->tp[i] + tp) / 2;
		tp = c->tp[i];
		fp = c->fp[i];
	}
	return area / (c->positives * c->negatives);
}

/*
 * Between two points precision follows x / (a x + b), x = recall, not a
 * straight line (Davis and Goadrich 2006, "The relationship between
 * precision-recall and ROC curves", section 3).
 */
double
metrics_curve_pr_auc(const struct metrics_curve *c)
{
	double area = 0, tp = 0, fp = 0, slope, a, b, x0, x1;
	size_t i;

	if (!(c->negatives > 0))
		return 1;
	if (!(c->positives > 0))
		return 0;
	for (i = 0; i < c->n; tp = c->tp[i], fp = c->fp[i], i++) {
		if (c->tp[i] <= tp)
			continue;
		slope = (c->fp[i] - fp) / (c->tp[i] - tp);
		a = 1 + slope;
		b = (fp - slope * tp) / c->positives;
		x0 = tp / c->positives;
		x1 = c->tp[i] / c->positives;
		/* b = 0 where the line starts at the origin */
		if (fabs(b) < 1e-15)
			area += (x1 - x0) / a;
		else
			area += (x1 - x0 - b / a * log((a * x1 + b) /
						       (a * x0 + b))) / a;
	}
	return area;
}

const char *
metrics_criterion_name(enum metrics_criterion criterion)
{
	static const char *const names[CRITERIA] = {
		"f1", "f2", "f0point5", "accuracy", "precision", "recall",
		"specificity", "absolute_mcc", "min_per_class_accuracy",
		"mean_per_class_accuracy",
	};

	return names[criterion];
}

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

/* (1 + beta^2) p r / (beta^2 p + r) */
static double
f_measure(double precision, double recall, double beta2)
{
	return ratio((1 + beta2) * precision * recall,
		     beta2 * precision + recall);
}

double
metrics_criterion(const struct metrics_curve *c, size_t i,
		  enum metrics_criterion criterion)
{
	double tp = c->tp[i], fp = c->fp[i];
	double fn = c->positives - tp, tn = c->negatives - fp;
	double precision = ratio(tp, tp + fp);
	double recall = ratio(tp, c->positives);
	double specificity = ratio(tn, c->negatives);

	switch (criterion) {
	case CRITERION_F1:
		return f_measure(precision, recall, 1);
	case CRITERION_F2:
		return f_measure(precision, recall, 4);
	case CRITERION_F0POINT5:
		return f_measure(precision, recall, 0.25);
	case CRITERION_ACCURACY:
		return ratio(tp + tn, c->positives + c->negatives);
	case CRITERION_PRECISION:
		return precision;
	case CRITERION_RECALL:
		return recall;
	case CRITERION_SPECIFICITY:
		return specificity;
	case CRITERION_ABSOLUTE_MCC:
		return ratio(fabs(tp * tn - fp * fn),
			     sqrt(tp + fp) * sqrt(tp + fn) * sqrt(tn + fp) *
			     sqrt(tn + fn));
	case CRITERION_MIN_PER_CLASS_ACCURACY:
		return fmin(recall, specificity);
	case CRITERION_MEAN_PER_CLASS_ACCURACY:
		return (recall + specificity) / 2;
	case CRITERIA:
		break;
	}
	return NAN;
}

size_t
metrics_curve_best(const struct metrics_curve *c,
		   enum metrics_criterion criterion)
{
	double value, most = -1;
	size_t i, best = 0;

	for (i = 0; i < c->n; i++) {
		value = metrics_criterion(c, i, criterion);
		if (value > most) {
			most = value;
			best = i;
		}
	}
	return best;
}

/*
 * Interpolated quantile of values sorted in descending order, each standing
 * for `weight` equal ones (whole weights: as if the rows were repeated).
 */
static double
quantile(const struct ranked *r, size_t n, double q)
{
	double total = 0, at, below = 0, low, high;
	size_t i, k;

	for (i = 0; i < n; i++)
		total += r[i].weight;
	at = (total > 1 ? total - 1 : 0) * q;
	for (i = n; i-- > 1 && below + r[i].weight <= floor(at);)
		below += r[i].weight;
	low = high = r[i].score;
	for (k = i; k > 0 && below + r[k].weight <= floor(at) + 1; k--)
		below += r[k].weight;
	high = r[k].score;
	return low + (high - low) * (at - floor(at));
}

/* Event rate among the highest 1 % of scores over the rate of all. */
static double
top_lift(const struct ranked *r, size_t n, double overall)
{
	double cut = quantile(r, n, 0.99), rows = 0, events = 0;
	size_t i;

	for (i = 0; i < n && r[i].score >= cut; i++) {
		rows += r[i].weight;
		events += r[i].label ? r[i].weight : 0;
	}
	return ratio(ratio(events, rows), overall);
}

int
metrics_finish_rank(struct metrics *m, struct err *e)
{
	struct metrics_curve c;
	struct ranked *r;
	size_t best;

	if (metrics_curve_init(&c, m->score, m->score_label, m->score_weight,
			       m->scores, e) < 0)
		return -1;
	r = rank_rows(m->score, m->score_label, m->score_weight, m->scores, e);
	if (!r) {
		metrics_curve_release(&c);
		return -1;
	}
	m->auc = metrics_curve_auc(&c);
	m->gini = 2 * m->auc - 1;
	m->pr_auc = metrics_curve_pr_auc(&c);
	m->lift_top_group = top_lift(r, m->scores, c.positives / m->weight);
	best = metrics_curve_best(&c, CRITERION_F1);
	m->threshold_f1 = c.threshold[best];
	m->confusion[0] = c.negatives - c.fp[best];
	m->confusion[1] = c.fp[best];
	m->confusion[2] = c.positives - c.tp[best];
	m->confusion[3] = c.tp[best];
	mem_free(r);
	metrics_curve_release(&c);
	return 0;
}

int
metrics_finish_huber(struct metrics *m, struct err *e)
{
	struct ranked *r = rank_rows(m->score, NULL, m->score_weight,
				     m->scores, e);
	double sum = 0, d, a;
	size_t i;

	if (!r)
		return -1;
	d = quantile(r, m->scores, m->deviance_param);
	for (i = 0; i < m->scores; i++) {
		a = m->score[i];
		sum += m->score_weight[i] * (a <= d ? a * a : (2 * a - d) * d);
	}
	m->mean_residual_deviance = sum / m->weight;
	m->huber_delta = d;
	mem_free(r);
	return 0;
}
