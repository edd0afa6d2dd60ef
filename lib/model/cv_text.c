/*
 * cv_text.c - what cross-validation found: as JSON for the model, as H2O's
 * summary table, as predictions and as models.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "conf/json_read.h"
#include "dltools/frame_text.h"
#include "dltools/json.h"
#include "dltools/mem.h"
#include "dltools/num.h"
#include "model/cv_int.h"
#include "model/score_int.h"

/* ---- the summary ------------------------------------------------------ */

/* Mean and standard deviation (n - 1) over the folds that have the measure. */
static size_t
spread(const struct cv *cv, size_t i, double *mean, double *sd)
{
	double sum = 0, squares = 0;
	size_t n = 0;

	for (size_t k = 0; k < cv->folds.n; k++) {
		double v = cv_measure(&cv->fold[k].metrics, i);

		if (isnan(v))
			continue;
		sum += v;
		n++;
	}
	*mean = n ? sum / (double)n : NAN;
	for (size_t k = 0; k < cv->folds.n; k++) {
		double v = cv_measure(&cv->fold[k].metrics, i);

		if (!isnan(v))
			squares += (v - *mean) * (v - *mean);
	}
	*sd = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
	return n;
}

static void
put_summary(const struct cv *cv, struct json *j)
{
	json_key(j, "summary");
	json_put_array(j);
	for (size_t i = 0; i < cv_measures; i++) {
		double mean, sd;

		if (spread(cv, i, &mean, &sd) == 0)
			continue;
		json_put_object(j);
		json_key(j, "measure");
		json_put_text(j, cv_measure_name(i));
		json_add_real(j, "mean", mean);
		json_add_real(j, "sd", sd);
		json_key(j, "folds");
		json_put_array(j);
		for (size_t k = 0; k < cv->folds.n; k++)
			json_put_real(j, cv_measure(&cv->fold[k].metrics, i));
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void
put_models(const struct cv *cv, struct json *j)
{
	json_key(j, "models");
	json_put_array(j);
	for (size_t i = 0; i < cv->folds.n; i++) {
		const struct cv_fold *k = &cv->fold[i];

		json_put_object(j);
		json_add_int(j, "training_rows", k->rows);
		json_add_int(j, "holdout_rows", cv->folds.count[i]);
		json_add_int(j, "samples", k->samples);
		json_add_real(j, "epochs", k->epochs);
		json_add_real(j, "best_epochs", k->best_epochs);
		json_end(j);
	}
	json_end(j);
}

int
cv_json(const struct cv *cv, struct str *out, struct err *e)
{
	const struct params *p = cv->rq.base.params;
	const struct param_info *how = &param_table[PARAM_ID_fold_assignment];
	int assignment = p->fold_assignment;
	struct json j = json_start(out);

	if (assignment == PARAM_FOLD_ASSIGNMENT_AUTO)
		assignment = PARAM_FOLD_ASSIGNMENT_RANDOM;
	json_put_object(&j);
	json_key(&j, "schema");
	json_put_text(&j, "dl.cv/1");
	json_add_int(&j, "folds", (int64_t)cv->folds.n);
	json_key(&j, "assignment");
	json_put_text(&j, p->fold_column ? "column" :
		      how->values[assignment].text);
	json_add_real(&j, "epochs", cv->params.epochs);
	json_key(&j, "metrics");
	metrics_json(&cv->metrics, &cv->classes, &j);
	put_summary(cv, &j);
	put_models(cv, &j);
	json_end(&j);
	return str_check(out, e);
}

/* ---- for people ------------------------------------------------------- */

static void
add_value(struct str *out, const json_t *v)
{
	if (json_is_number(v))
		str_addf(out, "  %10.6g", json_number_value(v));
	else
		str_addf(out, "  %10s", "");
}

static void
add_summary(struct str *out, const json_t *root)
{
	const json_t *row, *v, *rows = json_object_get(root, "summary");
	size_t folds = (size_t)json_integer_value(
		json_object_get(root, "folds"));
	char title[32];
	size_t i, k;

	str_addf(out, "Cross-Validation Metrics Summary\n%-23s  %10s  %10s",
		 "", "mean", "sd");
	for (k = 1; k <= folds; k++) {
		snprintf(title, sizeof(title), "cv_%zu_valid", k);
		str_addf(out, "  %10s", title);
	}
	str_add_char(out, '\n');
	json_array_foreach(rows, i, row) {
		str_addf(out, "%-23s", json_string_value(
				 json_object_get(row, "measure")));
		add_value(out, json_object_get(row, "mean"));
		add_value(out, json_object_get(row, "sd"));
		json_array_foreach(json_object_get(row, "folds"), k, v)
			add_value(out, v);
		str_add_char(out, '\n');
	}
}

static void
add_joint(struct str *out, const json_t *root)
{
	static const char *const shown[] = {"logloss", "error", "AUC", "RMSE",
					    "mae", "r2"};
	const json_t *m = json_object_get(root, "metrics");

	str_addf(out, "cross-validation: %lld folds, %lld rows together:",
		 (long long)json_integer_value(json_object_get(root, "folds")),
		 (long long)json_integer_value(json_object_get(m, "nobs")));
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const json_t *v = json_object_get(m, shown[i]);

		if (json_is_number(v))
			str_addf(out, " %s %.5g", shown[i],
				 json_number_value(v));
	}
	str_add_char(out, '\n');
}

int
cv_table(const char *json, struct str *out, struct err *e)
{
	json_t *root;
	int got;

	if (!json)
		return 0;
	got = json_read(&root, json, strlen(json), NULL, e);
	if (got < 0)
		return -1;
	if (got > 0)
		return err_set(e, ERR_INPUT, "the model's 'cross_validation' "
			       "is not as it should be");
	add_summary(out, root);
	add_joint(out, root);
	json_decref(root);
	return str_check(out, e);
}

/* ---- files ------------------------------------------------------------ */

int
cv_save_models(const struct cv *cv, const char *prefix, bool with_state,
	       struct err *e)
{
	struct str name = STR_INIT;
	int rc = 0;

	for (size_t i = 0; i < cv->folds.n && rc == 0; i++) {
		str_reset(&name);
		str_addf(&name, "%s.cv_%zu.dlm", prefix, i + 1);
		rc = str_check(&name, e);
		if (rc == 0)
			rc = model_save(&cv->fold[i].model, name.buf,
					with_state, e);
	}
	str_release(&name);
	return rc;
}

static void
add_class(struct str *out, const struct cv *cv, size_t k)
{
	const struct string_table *t = &cv->classes;

	str_add_csv(out, t->bytes + t->at[k],
		    (size_t)(t->at[k + 1] - t->at[k]), ',');
}

static size_t
label_of(const struct cv *cv, const float *p)
{
	size_t best = 0;

	if (cv->kind == METRICS_BINOMIAL)
		return (double)p[1] >= cv->metrics.threshold_f1;
	for (size_t k = 1; k < cv->classes.n; k++)
		if (p[k] > p[best])
			best = k;
	return best;
}

static void
add_prediction(struct str *out, const struct cv *cv, int64_t row)
{
	const float *p = cv->p + (size_t)row * cv->classes.n;
	char text[NUM_TEXT];

	if (cv->kind == METRICS_REGRESSION) {
		num_print_double(text, cv->value[row]);
		str_add(out, text);
		return;
	}
	add_class(out, cv, label_of(cv, p));
	for (size_t k = 0; k < cv->classes.n; k++) {
		num_print_float(text, p[k]);
		str_addf(out, ",%s", text);
	}
}

static int
add_header(struct str *out, const struct cv *cv, bool values, struct err *e)
{
	static const char *const other[] = {"fold", "actual", "predict"};
	struct str name = STR_INIT;
	bool dotted = false;

	if (values && score_class_names_clash(&cv->classes, other, 3, &dotted,
					      e) < 0)
		return -1;
	str_add(out, values ? "fold,actual,predict" : "fold");
	for (size_t k = 0; values && k < cv->classes.n; k++) {
		str_reset(&name);
		score_add_class_name(&name, &cv->classes, k, dotted);
		str_add_char(out, ',');
		str_add_csv(out, name.buf, name.len, ',');
	}
	str_add_char(out, '\n');
	str_release(&name);
	return str_check(out, e);
}

struct writer {
	const struct cv *cv;
	const struct frame *frame;
	size_t response;
	struct outfile out;
	struct chunk actual;
	struct str text;
};

static int
write_group(struct writer *w, size_t group, bool values, struct err *e)
{
	const struct cv *cv = w->cv;
	int64_t first = (int64_t)(group * FRAME_GROUP_ROWS);
	size_t n = frame_group_rows(w->frame, group);

	if (values && frame_read(w->frame, group, w->response, &w->actual,
				 e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		int64_t row = first + (int64_t)i;

		str_addf(&w->text, "%" PRIu32, cv->folds.fold[row] + 1);
		if (values) {
			str_add_char(&w->text, ',');
			frame_text_cell(&w->text,
					frame_column(w->frame, w->response),
					&w->actual, i, FRAME_TEXT_CSV);
			str_add_char(&w->text, ',');
			add_prediction(&w->text, cv, row);
		}
		str_add_char(&w->text, '\n');
	}
	if (str_check(&w->text, e) < 0 ||
	    outfile_write(&w->out, w->text.buf, w->text.len, e) < 0)
		return -1;
	str_reset(&w->text);
	return 0;
}

int
cv_write(const struct cv *cv, const char *path, bool values, struct err *e)
{
	struct writer w = {.cv = cv, .frame = cv->rq.base.training};
	int rc;

	str_init(&w.text);
	if (values)
		w.response = (size_t)frame_find(
			w.frame, cv->rq.base.params->response_column);
	rc = outfile_open(&w.out, path, e);
	if (rc == 0)
		rc = add_header(&w.text, cv, values, e);
	for (size_t g = 0; g < frame_groups(w.frame) && rc == 0; g++)
		rc = write_group(&w, g, values, e);
	if (rc == 0)
		rc = outfile_commit(&w.out, e);
	outfile_discard(&w.out);
	chunk_release(&w.actual);
	str_release(&w.text);
	return rc;
}
