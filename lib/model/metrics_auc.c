/*
 * metrics_auc.c - areas under the curves of more than two classes: of each
 * class against the rest, or of each pair of classes (Hand and Till 2001, "A
 * simple generalisation of the area under the ROC curve for multiple class
 * classification problems"), then their mean.
 */
#include <dltools/metrics.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/params.h>

#include "model/metrics_int.h"

enum metrics_auc
metrics_auc_type(int param)
{
	static const enum metrics_auc types[] = {
		[PARAM_AUC_TYPE_AUTO] = AUC_NONE,
		[PARAM_AUC_TYPE_NONE] = AUC_NONE,
		[PARAM_AUC_TYPE_MACRO_OVR] = AUC_MACRO_OVR,
		[PARAM_AUC_TYPE_WEIGHTED_OVR] = AUC_WEIGHTED_OVR,
		[PARAM_AUC_TYPE_MACRO_OVO] = AUC_MACRO_OVO,
		[PARAM_AUC_TYPE_WEIGHTED_OVO] = AUC_WEIGHTED_OVO,
	};

	return types[param];
}

/* Rows of one curve. */
struct rows {
	double *score, *weight;
	uint8_t *label;
	size_t n;
};

/* Class a against b, or the rest if b = classes. */
static void
choose(const struct metrics *m, size_t a, size_t b, struct rows *r)
{
	size_t i;

	r->n = 0;
	for (i = 0; i < m->scores; i++) {
		if (b < m->classes && m->score_label[i] != a &&
		    m->score_label[i] != b)
			continue;
		r->score[r->n] = (double)m->probability[i * m->classes + a];
		r->weight[r->n] = m->score_weight[i];
		r->label[r->n++] = m->score_label[i] == a;
	}
}

/* Adds half or all of the areas of one direction. */
static int
add_curve(const struct metrics *m, struct metrics_pair *p, size_t a, size_t b,
	  struct rows *r, struct err *e)
{
	double share = b < m->classes ? 0.5 : 1;
	struct curve c;

	choose(m, a, b, r);
	if (curve_init(&c, r->score, r->label, r->weight, r->n, e) < 0)
		return -1;
	p->auc += share * curve_auc(&c);
	p->pr_auc += share * curve_pr_auc(&c);
	p->weight += c.positives;
	curve_release(&c);
	return 0;
}

static int
add_pair(struct metrics *m, size_t a, size_t b, struct rows *r, struct err *e)
{
	struct metrics_pair *p = &m->pair[m->pairs++];

	*p = (struct metrics_pair){a, b, 0, 0, 0};
	if (add_curve(m, p, a, b, r, e) < 0)
		return -1;
	return b < m->classes ? add_curve(m, p, b, a, r, e) : 0;
}

static int
add_pairs(struct metrics *m, struct rows *r, struct err *e)
{
	bool rest = m->auc_type == AUC_MACRO_OVR ||
		    m->auc_type == AUC_WEIGHTED_OVR;
	size_t a, b;

	for (a = 0; a < m->classes; a++) {
		if (rest && add_pair(m, a, m->classes, r, e) < 0)
			return -1;
		for (b = a + 1; !rest && b < m->classes; b++)
			if (add_pair(m, a, b, r, e) < 0)
				return -1;
	}
	return 0;
}

static void
average(struct metrics *m)
{
	bool plain = m->auc_type == AUC_MACRO_OVR ||
		     m->auc_type == AUC_MACRO_OVO;
	double sum = 0, auc = 0, pr_auc = 0, w;
	size_t i;

	for (i = 0; i < m->pairs; i++) {
		if (isnan(m->pair[i].auc))
			continue; /* a class without rows */
		w = plain ? 1 : m->pair[i].weight;
		sum += w;
		auc += w * m->pair[i].auc;
		pr_auc += w * m->pair[i].pr_auc;
	}
	m->auc = auc / sum;
	m->pr_auc = pr_auc / sum;
}

int
metrics_finish_auc(struct metrics *m, struct err *e)
{
	size_t n = m->classes * (m->classes + 1) / 2;
	struct rows r = {
		.score = mem_zalloc(m->scores, sizeof(double), e),
		.weight = mem_zalloc(m->scores, sizeof(double), e),
		.label = mem_zalloc(m->scores, 1, e),
	};
	int status = -1;

	mem_free(m->pair);
	m->pairs = 0;
	m->pair = mem_zalloc(n, sizeof(*m->pair), e);
	if (m->pair && r.score && r.weight && r.label)
		status = add_pairs(m, &r, e);
	if (status == 0)
		average(m);
	mem_free(r.score);
	mem_free(r.weight);
	mem_free(r.label);
	return status;
}
