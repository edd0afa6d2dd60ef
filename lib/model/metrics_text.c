/* metrics_text.c - measures as JSON; see metrics.h. */
#include <dltools/metrics.h>

#include <math.h>

#include <dltools/json.h>

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

void
metrics_json(const struct metrics *m, const struct string_table *classes,
	     struct json *j)
{
	static const char *const kinds[] = {"regression", "binomial",
					    "multinomial"};

	json_put_object(j);
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
	if (m->kind != METRICS_REGRESSION && m->rows) {
		put_confusion(m, classes, j);
		put_hits(m, j);
	}
	json_end(j);
}
