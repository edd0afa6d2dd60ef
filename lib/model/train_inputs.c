/*
 * train_inputs.c - what a finished model records of each input unit: its
 * importance, and its mean, where explanations start from.
 */
#include "dltools/importance.h"
#include "dltools/mem.h"
#include "model/train_int.h"

#define BLOCK 128

/* Weights are those of the rows: a batch has floats. */
static void
add_batch(const struct batch *b, const double *weight, double *sum,
	  double *total)
{
	for (size_t i = 0; i < b->rows; i++) {
		double w = weight[i];

		*total += w;
		for (size_t k = b->start[i]; k < b->start[i + 1]; k++)
			sum[b->index[k]] += w * (double)b->value[k];
		for (size_t k = 0; k < b->dense; k++)
			sum[b->sparse + k] += w * (double)b->x[i * b->ld + k];
	}
}

/* Weighted means over the rows of the training scoring set. */
static int
sum_inputs(const struct train *t, double *sum, double *total, struct err *e)
{
	const struct score_set *set = &t->training;
	int64_t index[BLOCK], at = 0;
	double weight[BLOCK];
	struct batch b = {0};

	if (rows_batch(set->rows, BLOCK, &b, e) < 0)
		return -1;
	while (at < set->n) {
		size_t n = 0;

		for (; n < BLOCK && at < set->n; n++, at++) {
			index[n] = set->index ? set->index[at] : at;
			weight[n] = rows_weight(set->rows, index[n]);
		}
		rows_fetch(set->rows, index, n, &b, 0);
		add_batch(&b, weight, sum, total);
	}
	batch_release(&b);
	return 0;
}

/* Numbers know their mean exactly. */
static void
set_numbers(const struct encoder *enc, float *mean)
{
	for (size_t i = enc->enums; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];

		if (!c->bit_sub)
			mean[c->first_unit] = encoder_number(c, c->fill);
	}
}

static bool
has_bits(const struct encoder *enc)
{
	return enc->columns && enc->column[enc->columns - 1].bit_sub;
}

static int
record_means(struct train *t, struct err *e)
{
	struct model *m = &t->model;
	size_t n = encoder_units(&m->enc);
	double *sum = mem_zalloc(n, sizeof(*sum), e), total = 0;
	int rc = -1;

	m->input_mean = mem_zalloc(n, sizeof(float), e);
	if (!sum || !m->input_mean)
		goto out;
	/* rows are looked at only for what is not a number of its own */
	if ((m->enc.sparse || has_bits(&m->enc)) &&
	    sum_inputs(t, sum, &total, e) < 0)
		goto out;
	for (size_t i = 0; i < n; i++)
		m->input_mean[i] = total > 0 ? (float)(sum[i] / total) : 0;
	set_numbers(&m->enc, m->input_mean);
	rc = 0;
out:
	mem_free(sum);
	return rc;
}

int
train_record_inputs(struct train *t, struct err *e)
{
	struct model *m = &t->model;

	if (record_means(t, e) < 0)
		return -1;
	if (!m->params.variable_importances)
		return 0;
	m->importance = mem_zalloc(encoder_units(&m->enc), sizeof(float), e);
	if (!m->importance)
		return -1;
	return importance_compute(m->net, &m->enc, m->importance, e);
}
