/* metrics_text.c - measures and their tables as JSON; see metrics.h. */
#include <dltools/metrics.h>

#include <math.h>

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#include "model/confusion_int.h"

static void
put(struct json *j, const char *key, double value)
{
	if (isnan(value))
		return;
	json_key(j, key);
	json_put_real(j, value);
}

static void
put_confusion(const struct metrics *m, const struct string_table *classes,
	      struct json *j)
{
	size_t a, p, rows = m->classes;

	for (p = 0; p < m->classes; p++)
		if (m->confusion[m->classes * m->classes + p] > 0)
			rows = m->classes + 1;
	if (classes) {
		json_key(j, "domain");
		json_put_array(j);
		for (a = 0; a < classes->n; a++)
			json_put_bytes(j, classes->bytes + classes->at[a],
				   classes->at[a + 1] - classes->at[a]);
		json_end(j);
	}
	json_key(j, "confusion_matrix");
	json_put_array(j);
	for (a = 0; a < rows; a++) {
		json_put_array(j);
		for (p = 0; p < m->classes; p++)
			json_put_real(j, m->confusion[a * m->classes + p]);
		json_end(j);
	}
	json_end(j);
}

static void
put_hits(const struct metrics *m, struct json *j)
{
	size_t i, n = m->classes < METRICS_HITS ? m->classes : METRICS_HITS;

	json_key(j, "hit_ratios");
	json_put_array(j);
	for (i = 0; i < n; i++)
		json_put_real(j, m->hits[i]);
	json_end(j);
}

static void
put_measures(const struct metrics *m, const struct string_table *classes,
	     struct json *j)
{
	static const char *const kinds[] = {"regression", "binomial",
					    "multinomial", "autoencoder"};

	json_key(j, "schema");
	json_put_text(j, "dl.metrics/1");
	json_key(j, "kind");
	json_put_text(j, kinds[m->kind]);
	json_key(j, "nobs");
	json_put_int(j, m->rows);
	put(j, "weight", m->weight);
	put(j, "MSE", m->mse);
	put(j, "RMSE", m->rmse);
	put(j, "mae", m->mae);
	put(j, "rmsle", m->rmsle);
	put(j, "mean_residual_deviance", m->mean_residual_deviance);
	put(j, "r2", m->r2);
	put(j, "logloss", m->logloss);
	put(j, "error", m->error);
	put(j, "mean_per_class_error", m->mean_per_class_error);
	put(j, "AUC", m->auc);
	put(j, "pr_auc", m->pr_auc);
	put(j, "Gini", m->gini);
	put(j, "lift_top_group", m->lift_top_group);
	if (m->kind == METRICS_BINOMIAL)
		put(j, "threshold", m->threshold_f1);
	if (m->classes && m->rows) {
		put_confusion(m, classes, j);
		put_hits(m, j);
	}
}

void
metrics_json(const struct metrics *m, const struct string_table *classes,
	     struct json *j)
{
	json_put_object(j);
	put_measures(m, classes, j);
	json_end(j);
}

/* ---- tables --------------------------------------------------------- */

/* {"columns": [...], then "rows": [, to be closed by two json_end(). */
static void
put_table(struct json *j, const char *key, const char *const *column, size_t n)
{
	size_t i;

	json_key(j, key);
	json_put_object(j);
	json_key(j, "columns");
	json_put_array(j);
	for (i = 0; i < n; i++)
		json_put_text(j, column[i]);
	json_end(j);
	json_key(j, "rows");
	json_put_array(j);
}

static void
put_thresholds(const struct curve *c, const size_t *index, size_t n,
	       struct json *j)
{
	static const char *const columns[] = {"threshold", "tps", "fps"};
	size_t i;

	json_key(j, "positives");
	json_put_real(j, c->positives);
	json_key(j, "negatives");
	json_put_real(j, c->negatives);
	put_table(j, "thresholds", columns, 3);
	for (i = 0; i < n; i++) {
		json_put_array(j);
		json_put_real(j, c->threshold[index[i]]);
		json_put_real(j, c->tp[index[i]]);
		json_put_real(j, c->fp[index[i]]);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

/* "idx" is the row of the threshold table. */
static void
put_maxima(const struct curve *c, const size_t *index, size_t n,
	   struct json *j)
{
	static const char *const columns[] = {"metric", "threshold", "value",
					      "idx"};
	size_t best, i;
	double value;
	int k;

	put_table(j, "max_criteria_and_metric_scores", columns, 4);
	for (k = 0; k < CRITERIA && n; k++) {
		best = curve_best(c, (enum criterion)k);
		for (i = 0; i + 1 < n && index[i] < best; i++)
			;
		json_put_array(j);
		json_put_text(j, criterion_name((enum criterion)k));
		value = curve_criterion(c, best, (enum criterion)k);
		json_put_real(j, isnan(value) ? NAN : c->threshold[best]);
		json_put_real(j, value);
		json_put_real(j, isnan(value) ? NAN : (double)i);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static void
put_gains(const struct gains *g, struct json *j)
{
	size_t i, k;

	put_table(j, "gains_lift", gains_columns, GAINS_COLUMNS);
	for (i = 0; i < g->n; i++) {
		json_put_array(j);
		for (k = 0; k < GAINS_COLUMNS; k++)
			json_put_real(j, g->row[i][k]);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

static int
put_curve(const struct metrics *m, int64_t bins, struct json *j,
	  struct err *e)
{
	size_t index[CURVE_TABLE], n;
	struct gains g = {NULL, 0};
	struct curve c;
	int status;

	if (metrics_curve(m, &c, e) < 0)
		return -1;
	n = curve_pick(&c, CURVE_TABLE, index);
	put(j, "KS", c.positives > 0 && c.negatives > 0 ? curve_ks(&c) : NAN);
	put_maxima(&c, index, n, j);
	put_thresholds(&c, index, n, j);
	status = gains_init(&g, &c, bins, e);
	if (status == 0 && g.n)
		put_gains(&g, j);
	gains_release(&g);
	curve_release(&c);
	return status;
}

/* The matrix's margins, as confusion_value() wants them. */
static int
margins(const struct metrics *m, struct confusion *c, struct err *e)
{
	size_t a, p;

	*c = (struct confusion){.classes = m->classes};
	c->total = mem_zalloc(m->classes, sizeof(*c->total), e);
	if (!c->total)
		return -1;
	for (a = 0; a < m->classes; a++)
		for (p = 0; p < m->classes; p++)
			confusion_count_cell(c, a, p,
				m->confusion[a * m->classes + p]);
	confusion_sum_up(c);
	return 0;
}

/* Precision... of each class, in the order of the domain. */
static int
put_classes(const struct metrics *m, struct json *j, struct err *e)
{
	static const enum confusion_measure of_all[] = {
		CONFUSION_ACCURACY, CONFUSION_MCC, CONFUSION_KAPPA,
		CONFUSION_MACRO_F1};
	struct confusion c;
	size_t i, k;

	if (margins(m, &c, e) < 0)
		return -1;
	for (k = 0; k < sizeof(of_all) / sizeof(*of_all); k++)
		put(j, confusion_measures[of_all[k]],
		    confusion_value(&c, of_all[k], 0));
	put_table(j, "per_class", confusion_measures + CONFUSION_PRECISION,
		  CONFUSION_MEASURES - CONFUSION_PRECISION);
	for (i = 0; i < c.classes; i++) {
		json_put_array(j);
		for (k = CONFUSION_PRECISION; k < CONFUSION_MEASURES; k++)
			json_put_real(j, confusion_value(&c,
				(enum confusion_measure)k, i));
		json_end(j);
	}
	json_end(j);
	json_end(j);
	mem_free(c.total); /* all that it has */
	return 0;
}

/* Classes are numbers in the domain; null: the rest. */
static void
put_pairs(const struct metrics *m, struct json *j)
{
	static const char *const columns[] = {"first", "second", "AUC",
					      "pr_auc", "weight"};
	size_t i;

	put_table(j, "multinomial_auc", columns, 5);
	for (i = 0; i < m->pairs; i++) {
		json_put_array(j);
		json_put_int(j, (int64_t)m->pair[i].a);
		if (m->pair[i].b < m->classes)
			json_put_int(j, (int64_t)m->pair[i].b);
		else
			json_put_null(j);
		json_put_real(j, m->pair[i].auc);
		json_put_real(j, m->pair[i].pr_auc);
		json_put_real(j, m->pair[i].weight);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}

int
metrics_json_tables(const struct metrics *m, const struct string_table *classes,
		    int64_t bins, struct json *j, struct err *e)
{
	int status = 0;

	json_put_object(j);
	put_measures(m, classes, j);
	if (m->kind != METRICS_REGRESSION && m->rows)
		status = put_classes(m, j, e);
	if (m->kind == METRICS_BINOMIAL && m->rows && status == 0)
		status = put_curve(m, bins, j, e);
	if (m->pairs)
		put_pairs(m, j);
	json_end(j);
	return status;
}
