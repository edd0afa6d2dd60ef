/*
 * metrics_rank.c - measures that look at rows in the order of their score,
 * exactly, where the reference bins scores into 400; see curves.h.
 */
#include <dltools/metrics.h>

#include <math.h>

#include "model/metrics_int.h"

int
metrics_curve(const struct metrics *m, struct curve *c, struct err *e)
{
	return curve_init(c, m->score, m->score_label, m->score_weight,
			  m->scores, e);
}

int
metrics_finish_rank(struct metrics *m, struct err *e)
{
	struct curve c;
	size_t best;

	if (metrics_curve(m, &c, e) < 0)
		return -1;
	m->auc = curve_auc(&c);
	m->gini = 2 * m->auc - 1;
	m->pr_auc = curve_pr_auc(&c);
	m->lift_top_group = curve_lift_top_group(&c);
	best = curve_best(&c, CRITERION_F1);
	m->threshold_f1 = c.threshold[best];
	m->confusion[0] = c.negatives - c.fp[best];
	m->confusion[1] = c.fp[best];
	m->confusion[2] = c.positives - c.tp[best];
	m->confusion[3] = c.tp[best];
	curve_release(&c);
	return 0;
}

double
metrics_error_at(const struct metrics *m, double threshold)
{
	double wrong = 0, sum = 0;

	for (size_t i = 0; i < m->scores; i++) {
		sum += m->score_weight[i];
		if ((m->score[i] >= threshold) != (m->score_label[i] != 0))
			wrong += m->score_weight[i];
	}
	return wrong / sum;
}

int
metrics_finish_huber(struct metrics *m, struct err *e)
{
	struct curve c;
	double sum = 0, d, a;
	size_t i;

	if (metrics_curve(m, &c, e) < 0)
		return -1;
	d = curve_quantile(&c, m->deviance_param);
	for (i = 0; i < m->scores; i++) {
		a = m->score[i];
		sum += m->score_weight[i] * (a <= d ? a * a : (2 * a - d) * d);
	}
	m->mean_residual_deviance = sum / m->weight;
	m->huber_delta = d;
	curve_release(&c);
	return 0;
}
