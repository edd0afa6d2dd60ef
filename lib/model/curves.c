/* curves.c - curves of two classes and their criteria; see curves.h. */
#include <dltools/curves.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <dltools/mem.h>

#include "model/rank.h"

/* ---- the curve ------------------------------------------------------ */

static int
reserve(struct curve *c, size_t n, struct err *e)
{
	c->threshold = mem_zalloc(n, sizeof(double), e);
	c->tp = mem_zalloc(n, sizeof(double), e);
	c->fp = mem_zalloc(n, sizeof(double), e);
	return c->threshold && c->tp && c->fp ? 0 : -1;
}

/* Moves what counts to the front of c->threshold; row[i] is where it was. */
static size_t
gather(struct curve *c, const double *score, const double *weight, size_t n,
       size_t *row)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (isnan(score[i]) || (weight && !(weight[i] > 0)))
			continue;
		c->threshold[kept] = score[i];
		row[kept++] = i;
	}
	return kept;
}

/* Whole weights count rows; if one is not, the mean weight is a row's. */
static double
unit_of(const double *weight, const size_t *row, size_t n)
{
	double sum = 0;
	bool whole = true;
	size_t i;

	for (i = 0; weight && i < n; i++) {
		whole = whole && weight[row[i]] == floor(weight[row[i]]);
		sum += weight[row[i]];
	}
	return whole ? 1 : sum / (double)n;
}

int
curve_init(struct curve *c, const double *score, const uint8_t *label,
	   const double *weight, size_t n, struct err *e)
{
	size_t *row = mem_zalloc(n, sizeof(*row), e), *order, i, r, kept;
	double tp = 0, fp = 0;
	int status = -1;

	memset(c, 0, sizeof(*c));
	order = mem_zalloc(n, sizeof(*order), e);
	if (!row || !order || reserve(c, n, e) < 0)
		goto out;
	kept = gather(c, score, weight, n, row);
	if (rank_rows(c->threshold, kept, order, e) < 0)
		goto out;
	for (i = 0; i < kept; i++) {
		r = row[order[i]];
		*(label[r] ? &tp : &fp) += weight ? weight[r] : 1;
		if (i + 1 < kept && score[row[order[i + 1]]] == score[r])
			continue;
		c->threshold[c->n] = score[r];
		c->tp[c->n] = tp;
		c->fp[c->n++] = fp;
	}
	c->positives = tp;
	c->negatives = fp;
	c->unit = unit_of(weight, row, kept);
	status = 0;
out:
	mem_free(row);
	mem_free(order);
	if (status < 0)
		curve_release(c);
	return status;
}

void
curve_release(struct curve *c)
{
	if (!c)
		return;
	mem_free(c->threshold);
	mem_free(c->tp);
	mem_free(c->fp);
	memset(c, 0, sizeof(*c));
}

/* ---- areas ---------------------------------------------------------- */

double
curve_auc(const struct curve *c)
{
	double area = 0, tp = 0, fp = 0;
	size_t i;

	if (!(c->negatives > 0) || !(c->positives > 0))
		return NAN;
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
curve_pr_auc(const struct curve *c)
{
	double area = 0, tp = 0, fp = 0, slope, a, b, x0, x1;
	size_t i;

	if (!(c->negatives > 0) || !(c->positives > 0))
		return NAN;
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

double
curve_ks(const struct curve *c)
{
	double most = 0, gap;
	size_t i;

	if (!(c->negatives > 0) || !(c->positives > 0))
		return 0;
	for (i = 0; i < c->n; i++) {
		gap = c->tp[i] / c->positives - c->fp[i] / c->negatives;
		most = gap > most ? gap : most;
	}
	return most;
}

/* ---- criteria ------------------------------------------------------- */

const char *const curve_columns[CRITERIA + 2] = {
	"threshold", "f1", "f2", "f0point5", "accuracy", "precision",
	"recall", "specificity", "absolute_mcc", "min_per_class_accuracy",
	"mean_per_class_accuracy", "tns", "fns", "fps", "tps", "tnr", "fnr",
	"fpr", "tpr", "idx",
};

const char *
criterion_name(enum criterion k)
{
	return curve_columns[k + 1];
}

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

/* A share of rows of a class: undefined if there are none. */
static double
share(double a, double b)
{
	return b > 0 ? a / b : NAN;
}

/* (1 + beta^2) p r / (beta^2 p + r) */
static double
f_measure(double precision, double recall, double beta2)
{
	return isnan(recall) ? NAN : ratio((1 + beta2) * precision * recall,
		     beta2 * precision + recall);
}

/* Weights of the four cells at one threshold. */
struct cells {
	double tp, fp, fn, tn;
};

static double
of_cells(const struct cells *n, enum criterion k)
{
	double recall = share(n->tp, n->tp + n->fn);
	double specificity = share(n->tn, n->tn + n->fp);

	switch (k) {
	case CRITERION_ACCURACY:
		return ratio(n->tp + n->tn, n->tp + n->tn + n->fp + n->fn);
	case CRITERION_ABSOLUTE_MCC:
		return isnan(recall + specificity) ? NAN
			: ratio(fabs(n->tp * n->tn - n->fp * n->fn),
				sqrt(n->tp + n->fp) * sqrt(n->tp + n->fn) *
				sqrt(n->tn + n->fp) * sqrt(n->tn + n->fn));
	case CRITERION_MIN_PER_CLASS_ACCURACY:
		return isnan(recall + specificity)
			? NAN : fmin(recall, specificity);
	case CRITERION_MEAN_PER_CLASS_ACCURACY:
		return (recall + specificity) / 2;
	case CRITERION_TNS:
		return n->tn;
	case CRITERION_FNS:
		return n->fn;
	case CRITERION_FPS:
		return n->fp;
	case CRITERION_TPS:
		return n->tp;
	case CRITERION_FNR:
		return share(n->fn, n->tp + n->fn);
	case CRITERION_FPR:
		return share(n->fp, n->tn + n->fp);
	case CRITERION_RECALL:
	case CRITERION_TPR:
		return recall;
	default: /* CRITERION_SPECIFICITY, CRITERION_TNR */
		return specificity;
	}
}

double
curve_criterion(const struct curve *c, size_t i, enum criterion k)
{
	const struct cells n = {c->tp[i], c->fp[i], c->positives - c->tp[i],
				c->negatives - c->fp[i]};
	double precision = ratio(n.tp, n.tp + n.fp);
	double recall = share(n.tp, c->positives);

	switch (k) {
	case CRITERION_F1:
		return f_measure(precision, recall, 1);
	case CRITERION_F2:
		return f_measure(precision, recall, 4);
	case CRITERION_F0POINT5:
		return f_measure(precision, recall, 0.25);
	case CRITERION_PRECISION:
		return precision;
	default:
		return of_cells(&n, k);
	}
}

size_t
curve_best(const struct curve *c, enum criterion k)
{
	double value, most = -1;
	size_t i, best = 0;

	for (i = 0; i < c->n; i++) {
		value = curve_criterion(c, i, k);
		if (value > most) {
			most = value;
			best = i;
		}
	}
	return best;
}

/* ---- the points of a table ------------------------------------------ */

/* Keeps index[n] ascending and without repetition. */
static size_t
insert(size_t *index, size_t n, size_t point)
{
	size_t i = n;

	while (i > 0 && index[i - 1] > point)
		i--;
	if (i > 0 && index[i - 1] == point)
		return n;
	memmove(index + i + 1, index + i, (n - i) * sizeof(*index));
	index[i] = point;
	return n + 1;
}

/*
 * Adds `rest` of the points that are not in index[n], evenly spread.  The one
 * of rank r among them stands at r plus the chosen ones below it; from the
 * last on, so that index[] is merged in place.
 */
static void
spread(const struct curve *c, size_t *index, size_t n, size_t rest)
{
	size_t others = c->n - n, i = rest, rank;

	while (i > 0) {
		rank = (2 * i - 1) * others / (2 * rest);
		if (n > 0 && index[n - 1] >= rank + n) {
			index[n + i - 1] = index[n - 1];
			n--;
		} else {
			index[n + i - 1] = rank + n;
			i--;
		}
	}
}

size_t
curve_pick(const struct curve *c, size_t most, size_t *index)
{
	size_t n = 0, i;
	int k;

	if (c->n <= most) {
		for (i = 0; i < c->n; i++)
			index[i] = i;
		return c->n;
	}
	if (most > 1) {
		n = insert(index, n, 0);
		n = insert(index, n, c->n - 1);
	}
	for (k = 0; k < CRITERIA && n < most; k++)
		n = insert(index, n, curve_best(c, (enum criterion)k));
	spread(c, index, n, most - n);
	return most;
}
