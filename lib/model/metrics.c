/*
 * metrics.c - gathering predictions and the measures that are sums over rows;
 * see metrics.h.  Measures that need an order of rows are in metrics_rank.c.
 */
#include <dltools/metrics.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "model/metrics_int.h"

#define LOGLOSS_MOST 34.538776394910684 /* -ln 1e-15 */

int
metrics_init(struct metrics *m, enum metrics_kind kind, size_t classes,
	     struct err *e)
{
	memset(m, 0, sizeof(*m));
	m->kind = kind;
	if (kind == METRICS_REGRESSION || kind == METRICS_AUTOENCODER)
		return 0;
	m->classes = classes;
	m->confusion = mem_zalloc((classes + 1) * classes,
				  sizeof(*m->confusion), e);
	m->p = mem_zalloc(classes, sizeof(*m->p), e);
	return m->confusion && m->p ? 0 : -1;
}

void
metrics_release(struct metrics *m)
{
	if (!m)
		return;
	mem_free(m->confusion);
	mem_free(m->p);
	mem_free(m->score);
	mem_free(m->score_weight);
	mem_free(m->score_label);
	mem_free(m->probability);
	mem_free(m->pair);
	memset(m, 0, sizeof(*m));
}

static bool
has_probability(const struct metrics *m)
{
	return m->kind == METRICS_MULTINOMIAL && m->auc_type &&
	       m->classes <= METRICS_AUC_CLASSES;
}

/* Room for n more entries in the arrays of scores. */
static int
reserve_scores(struct metrics *m, size_t n, struct err *e)
{
	size_t need = m->scores + n, room;

	if (need <= m->scores_room)
		return 0;
	room = m->scores_room;
	if (mem_grow(&m->score, &room, need, sizeof(*m->score), e) < 0)
		return -1;
	room = m->scores_room;
	if (mem_grow(&m->score_weight, &room, need, sizeof(*m->score_weight),
		     e) < 0)
		return -1;
	room = m->scores_room;
	if (mem_grow(&m->score_label, &room, need, sizeof(*m->score_label),
		     e) < 0)
		return -1;
	need = room;
	room = m->scores_room;
	if (has_probability(m) &&
	    mem_grow(&m->probability, &room, need,
		     m->classes * sizeof(*m->probability), e) < 0)
		return -1;
	m->scores_room = need;
	return 0;
}

static int
add_score(struct metrics *m, double score, uint8_t label, double weight,
	  struct err *e)
{
	if (reserve_scores(m, 1, e) < 0)
		return -1;
	m->score[m->scores] = score;
	m->score_label[m->scores] = label;
	m->score_weight[m->scores++] = weight;
	return 0;
}

static int
add_probability(struct metrics *m, const double *p, uint8_t label,
		double weight, struct err *e)
{
	if (add_score(m, 0, label, weight, e) < 0)
		return -1;
	for (size_t i = 0; i < m->classes; i++)
		m->probability[(m->scores - 1) * m->classes + i] = (float)p[i];
	return 0;
}

/* Place of class `label` among the probabilities, 0 = most probable. */
static size_t
rank_of(const double *p, size_t classes, size_t label)
{
	size_t c, rank = 0;

	for (c = 0; c < classes; c++)
		rank += p[c] > p[label] || (p[c] == p[label] && c < label);
	return rank;
}

static size_t
most_probable(const double *p, size_t classes)
{
	size_t c, best = 0;

	for (c = 1; c < classes; c++)
		if (p[c] > p[best])
			best = c;
	return best;
}

static bool
has_nan(const double *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (isnan(p[i]))
			return true;
	return false;
}

/* Does a row count?  Takes down why not; weight 0 needs no reason. */
static bool
counts(struct metrics *m, bool has_response, bool has_prediction,
       double weight)
{
	if (!(weight > 0))
		return false;
	m->no_response += !has_response;
	m->no_prediction += has_response && !has_prediction;
	return has_response && has_prediction;
}

/*
 * Sums of distances from the first value: a mean that is large beside them
 * would cancel the variance out.
 */
static void
add_response(struct metrics *m, double y, double weight)
{
	double apart;

	if (m->rows == 1)
		m->first_y = y;
	apart = y - m->first_y;
	m->sum_y += weight * apart;
	m->sum_y2 += weight * apart * apart;
}

static void
merge_responses(struct metrics *to, const struct metrics *from)
{
	double apart = from->first_y - to->first_y;
	double moved = from->weight * apart;

	if (!to->rows) {
		to->first_y = from->first_y;
		apart = moved = 0;
	}
	to->sum_y += from->sum_y + moved;
	to->sum_y2 += from->sum_y2 + apart * (2 * from->sum_y + moved);
}

int
metrics_add_exact(struct metrics *m, const double *p, int32_t label,
		  double weight, struct err *e)
{
	size_t actual = (size_t)label, rank;
	bool known = label >= 0 && actual < m->classes;
	double wrong, loss;

	if (!counts(m, label >= 0, !has_nan(p, m->classes), weight) ||
	    (!known && m->kind == METRICS_BINOMIAL))
		return 0;
	if (m->kind == METRICS_BINOMIAL &&
	    add_score(m, p[1], (uint8_t)actual, weight, e) < 0)
		return -1;
	if (known && has_probability(m) &&
	    add_probability(m, p, (uint8_t)actual, weight, e) < 0)
		return -1;
	wrong = known ? 1 - p[actual] : 1;
	loss = known ? -log(p[actual]) : LOGLOSS_MOST;
	if (!(loss < LOGLOSS_MOST))
		loss = LOGLOSS_MOST;
	m->rows++;
	m->weight += weight;
	m->sum_err2 += weight * wrong * wrong;
	m->sum_logloss += weight * loss;
	add_response(m, label, weight);
	m->confusion[(known ? actual : m->classes) * m->classes +
		     most_probable(p, m->classes)] += weight;
	rank = known ? rank_of(p, m->classes, actual) : METRICS_HITS;
	if (rank < METRICS_HITS)
		m->hits[rank] += weight;
	return 0;
}

int
metrics_add_class(struct metrics *m, const float *p, int32_t label,
		  double weight, struct err *e)
{
	for (size_t i = 0; i < m->classes; i++)
		m->p[i] = (double)p[i];
	return metrics_add_exact(m, m->p, label, weight, e);
}

/* The reference's clamped functions; the bound of 19 is ours. */
static double
clamped_log(double x)
{
	return x <= 0 ? -19 : fmin(fmax(-19, log(x)), 19);
}

static double
clamped_exp(double x)
{
	return exp(x) > 1e19 ? 1e19 : exp(x); /* NaN stays one */
}

static double
tweedie_deviance(double y, double p, double power)
{
	double u = clamped_log(p);

	return 2 * (pow(y, 2 - power) / ((1 - power) * (2 - power)) -
		    y * clamped_exp(u * (1 - power)) / (1 - power) +
		    clamped_exp(u * (2 - power)) / (2 - power));
}

static double
row_deviance(const struct metrics *m, double y, double p)
{
	double a = m->deviance_param, ratio;

	switch (m->deviance) {
	case DEVIANCE_GAUSSIAN:
		return (y - p) * (y - p);
	case DEVIANCE_LAPLACE:
		return fabs(y - p);
	case DEVIANCE_QUANTILE:
		return y > p ? a * (y - p) : (1 - a) * (p - y);
	case DEVIANCE_HUBER:
		return 0; /* at the end, when its quantile is known */
	case DEVIANCE_POISSON:
		return 2 * ((y > 0 ? y * clamped_log(y / p) : 0) - y + p);
	case DEVIANCE_GAMMA:
		ratio = y == 0 && p == 0 ? 1 : y / p;
		return 2 * (-clamped_log(ratio) + ratio - 1);
	case DEVIANCE_TWEEDIE:
		return tweedie_deviance(y, p, a);
	}
	return NAN;
}

int
metrics_add_value(struct metrics *m, double predicted, double actual,
		  double weight, struct err *e)
{
	double error = actual - predicted, logs;

	if (!counts(m, !isnan(actual), !isnan(predicted), weight))
		return 0;
	if (m->deviance == DEVIANCE_HUBER &&
	    add_score(m, fabs(error), 0, weight, e) < 0)
		return -1;
	m->rows++;
	m->weight += weight;
	m->sum_err2 += weight * error * error;
	m->sum_abs += weight * fabs(error);
	/* NaN as soon as one value is below -1, as the reference has it */
	logs = predicted < -1 || actual < -1
		? NAN : log1p(predicted) - log1p(actual);
	m->sum_log_err2 += weight * logs * logs;
	m->sum_deviance += weight * row_deviance(m, actual, predicted);
	add_response(m, actual, weight);
	return 0;
}

void
metrics_add_reconstruction(struct metrics *m, double mse, double weight)
{
	if (!counts(m, true, !isnan(mse), weight))
		return;
	m->rows++;
	m->weight += weight;
	m->sum_err2 += weight * mse;
}

int
metrics_merge(struct metrics *to, const struct metrics *from, struct err *e)
{
	size_t i, n = (from->classes + 1) * from->classes;

	if (reserve_scores(to, from->scores, e) < 0)
		return -1;
	if (has_probability(to) && from->scores)
		memcpy(to->probability + to->scores * to->classes,
		       from->probability, from->scores * to->classes *
					  sizeof(*to->probability));
	for (i = 0; i < from->scores; i++) {
		to->score[to->scores] = from->score[i];
		to->score_label[to->scores] = from->score_label[i];
		to->score_weight[to->scores++] = from->score_weight[i];
	}
	merge_responses(to, from);
	to->rows += from->rows;
	to->no_response += from->no_response;
	to->no_prediction += from->no_prediction;
	to->weight += from->weight;
	to->sum_err2 += from->sum_err2;
	to->sum_logloss += from->sum_logloss;
	to->sum_abs += from->sum_abs;
	to->sum_log_err2 += from->sum_log_err2;
	to->sum_deviance += from->sum_deviance;
	for (i = 0; i < n; i++)
		to->confusion[i] += from->confusion[i];
	for (i = 0; i < METRICS_HITS; i++)
		to->hits[i] += from->hits[i];
	return 0;
}

/* Weighted error shares of the confusion matrix. */
static void
finish_confusion(struct metrics *m)
{
	double sum[2] = {0, 0}, row[2], per_class = 0; /* right, wrong */
	size_t a, p;

	for (a = 0; a <= m->classes; a++) {
		row[0] = row[1] = 0;
		for (p = 0; p < m->classes; p++)
			row[a != p] += m->confusion[a * m->classes + p];
		sum[0] += row[0];
		sum[1] += row[1];
		if (a < m->classes && row[0] + row[1] > 0)
			per_class += row[1] / (row[0] + row[1]);
	}
	m->error = sum[1] / (sum[0] + sum[1]);
	m->mean_per_class_error = per_class / (double)m->classes;
}

static void
finish_hits(struct metrics *m)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < METRICS_HITS; i++) {
		sum += m->hits[i];
		m->hits[i] = sum / m->weight;
	}
}

static void
clear_measures(struct metrics *m)
{
	m->mse = m->rmse = m->mae = m->rmsle = NAN;
	m->mean_residual_deviance = m->r2 = NAN;
	m->logloss = m->error = m->mean_per_class_error = NAN;
	m->auc = m->pr_auc = m->gini = m->lift_top_group = NAN;
	m->threshold_f1 = 0.5;
	m->huber_delta = NAN;
}

int
metrics_finish(struct metrics *m, struct err *e)
{
	double mean, variance;

	clear_measures(m);
	if (!(m->weight > 0))
		return 0;
	m->mse = m->sum_err2 / m->weight;
	m->rmse = sqrt(m->mse);
	if (m->kind == METRICS_AUTOENCODER)
		return 0;
	mean = m->sum_y / m->weight; /* less first_y */
	variance = m->sum_y2 / m->weight - mean * mean;
	m->r2 = variance > 0 ? 1 - m->mse / variance : NAN;
	if (m->kind == METRICS_REGRESSION) {
		m->mae = m->sum_abs / m->weight;
		m->rmsle = sqrt(m->sum_log_err2 / m->weight);
		m->mean_residual_deviance = m->sum_deviance / m->weight;
		return m->deviance == DEVIANCE_HUBER
			? metrics_finish_huber(m, e) : 0;
	}
	m->logloss = m->sum_logloss / m->weight;
	if (m->kind == METRICS_BINOMIAL ? metrics_finish_rank(m, e) < 0
	    : has_probability(m) && metrics_finish_auc(m, e) < 0)
		return -1;
	finish_confusion(m);
	finish_hits(m);
	return 0;
}
