/* curve_table.c - tables of two classes by score; see curve_table.h. */
#include "curve_table.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>

/* What `score >= threshold` is true for again when it is read. */
static void
add_threshold(struct table *t, double threshold, enum curve_scores scores)
{
	char text[NUM_TEXT];

	if (scores == SCORES_FLOAT) {
		table_float(t, threshold);
		return;
	}
	num_print_double(text, threshold);
	table_figure(t, text);
}

void
curve_table_maxima(const struct curve *c, enum curve_scores scores,
		   struct table *t)
{
	static const char *const names[] = {"metric", "threshold", "value",
					    "idx"};
	enum criterion k;
	double value;
	size_t best;

	table_start(t, names, 4);
	for (k = 0; k < CRITERIA && c->n; k++) {
		best = curve_best(c, k);
		value = curve_criterion(c, best, k);
		table_text(t, criterion_name(k), strlen(criterion_name(k)));
		if (isnan(value)) {
			table_none(t);
			table_none(t);
			table_none(t);
			continue;
		}
		add_threshold(t, c->threshold[best], scores);
		table_real(t, value);
		table_int(t, (int64_t)best);
	}
}

int
curve_table_points(const struct curve *c, enum curve_scores scores,
		   size_t most, struct table *t, struct err *e)
{
	size_t *index, n, i;
	enum criterion k;

	most = most < c->n ? most : c->n;
	index = mem_zalloc(most, sizeof(*index), e);
	if (!index)
		return -1;
	table_start(t, curve_columns, CRITERIA + 2);
	n = curve_pick(c, most, index);
	for (i = 0; i < n; i++) {
		add_threshold(t, c->threshold[index[i]], scores);
		for (k = 0; k < CRITERIA; k++)
			table_real(t, curve_criterion(c, index[i], k));
		table_int(t, (int64_t)index[i]);
	}
	mem_free(index);
	return 0;
}

void
curve_table_gains(const struct gains *g, struct table *t)
{
	size_t i, k;

	table_start(t, gains_columns, GAINS_COLUMNS);
	for (i = 0; i < g->n; i++)
		for (k = 0; k < GAINS_COLUMNS; k++)
			table_real(t, g->row[i][k]);
}

int
curve_table_calibration(const struct curve *c, size_t bins, struct table *t,
			struct err *e)
{
	static const char *const names[] = {"low", "high", "weight",
					    "mean_score", "rate"};
	struct calibration_bin *bin = mem_zalloc(bins, sizeof(*bin), e);
	size_t i;

	if (!bin)
		return -1;
	curve_calibration(c, bins, bin);
	table_start(t, names, 5);
	for (i = 0; i < bins; i++) {
		table_real(t, bin[i].low);
		table_real(t, bin[i].high);
		table_real(t, bin[i].weight);
		table_real(t, bin[i].score);
		table_real(t, bin[i].rate);
	}
	mem_free(bin);
	return 0;
}
