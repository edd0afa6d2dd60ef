/*
 * inspect_tables.c - measures, their tables and the importances of a model;
 * see inspect.h.
 */
#include "inspect.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/importance.h>
#include <dltools/mem.h>
#include <dltools/metrics_record.h>

#include "curve_table.h"

/* ---- measures -------------------------------------------------------- */

/* What the model says of its two sets; NULL: it has no such set. */
static const char *
json_of(const struct model *m, int set)
{
	return set == INSPECT_TRAINING ? m->training_json
				       : m->validation_json;
}

static int
put_json(const struct model *m, struct str *out, struct err *e)
{
	const char *training = json_of(m, INSPECT_TRAINING);
	const char *validation = json_of(m, INSPECT_VALIDATION);

	str_addf(out, "{\"training\":%s,\"validation\":",
		 training ? training : "null");
	str_add(out, validation ? validation : "null");
	str_add(out, "}\n");
	return str_check(out, e);
}

/* Those of training, then those that only validation has. */
static void
fill_measures(const struct metrics_record r[2], struct table *t)
{
	for (int set = 0; set < 2; set++)
		for (size_t i = 0; i < r[set].measures; i++) {
			const char *name = r[set].measure[i].name;

			if (set && !isnan(metrics_record_value(&r[0], name)))
				continue;
			table_text(t, name, strlen(name));
			table_real(t, metrics_record_value(&r[0], name));
			table_real(t, metrics_record_value(&r[1], name));
		}
}

int
inspect_metrics(const struct model *m, enum table_format format,
		struct str *out, struct err *e)
{
	static const char *const names[] = {"metric", "training",
					    "validation"};
	struct metrics_record r[2] = {{0}, {0}};
	struct table t = {0};
	int set, status = 0;

	if (format == TABLE_JSON)
		return put_json(m, out, e);
	for (set = 0; set < 2 && status == 0; set++)
		if (json_of(m, set))
			status = metrics_read(&r[set], json_of(m, set), e);
	if (status == 0) {
		table_start(&t, names, 3);
		fill_measures(r, &t);
		table_print(&t, format, out);
		table_release(&t);
		status = str_check(out, e);
	}
	metrics_record_release(&r[0]);
	metrics_record_release(&r[1]);
	return status;
}

/* ---- tables ---------------------------------------------------------- */

static int
no_table(const struct model *m, const char *what, struct err *e)
{
	return err_set(e, ERR_USAGE, "the model has no %s: %s", what,
		       !m->finished ? "it is unfinished"
		       : m->kind == METRICS_BINOMIAL
			       ? "it was made without"
			       : "it is not one of two classes");
}

static void
fill_hits(const struct metrics_record *r, struct table *t)
{
	static const char *const names[] = {"k", "hit_ratio"};
	char name[32];
	double value;
	int64_t k;

	table_start(t, names, 2);
	for (k = 1; k <= METRICS_HITS; k++) {
		snprintf(name, sizeof(name), "hit_ratio_%lld", (long long)k);
		value = metrics_record_value(r, name);
		if (isnan(value))
			break;
		table_int(t, k);
		table_real(t, value);
	}
}

static int
fill(const struct model *m, const struct metrics_record *r,
     enum inspect_what what, struct table *t, struct err *e)
{
	switch (what) {
	case INSPECT_HIT_RATIOS:
		fill_hits(r, t);
		return t->n ? 0 : err_set(e, ERR_USAGE, "the model has no hit "
					  "ratios: it is no classifier");
	case INSPECT_GAINS:
		curve_table_gains(&r->gains, t);
		return r->gains.n ? 0 : no_table(m, "gains and lift", e);
	case INSPECT_MAXIMA:
		curve_table_maxima(&r->curve, SCORES_FLOAT, t);
		return r->curve.n ? 0 : no_table(m, "thresholds", e);
	default: /* INSPECT_THRESHOLDS */
		return r->curve.n
			? curve_table_points(&r->curve, SCORES_FLOAT,
					     r->curve.n, t, e)
			: no_table(m, "thresholds", e);
	}
}

const char *
inspect_set_json(const struct model *m, int set, struct err *e)
{
	const char *json;

	if (set == INSPECT_LAST)
		set = m->validation_json ? INSPECT_VALIDATION
					 : INSPECT_TRAINING;
	json = json_of(m, set);
	if (!json)
		err_set(e, ERR_USAGE, "the model has no metrics of %s rows",
			set == INSPECT_TRAINING ? "training" : "validation");
	return json;
}

int
inspect_table(const struct model *m, enum inspect_what what, int set,
	      enum table_format format, struct str *out, struct err *e)
{
	struct metrics_record r = {0};
	struct table t = {0};
	const char *json = inspect_set_json(m, set, e);
	int status = 0;

	if (!json)
		return -1;
	if (metrics_read(&r, json, e) < 0)
		return -1;
	status = fill(m, &r, what, &t, e);
	if (status == 0) {
		table_print(&t, format, out);
		status = str_check(out, e);
	}
	table_release(&t);
	metrics_record_release(&r);
	return status;
}

/* ---- importances ----------------------------------------------------- */

struct input {
	double value;
	size_t unit;
};

static int
by_value(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

/* Importances stored, or computed from the weights. */
static struct input *
rank_inputs(const struct model *m, size_t n, struct err *e)
{
	struct input *in = mem_zalloc(n, sizeof(*in), e);
	float *value = mem_zalloc(n, sizeof(*value), e);
	size_t i;

	if (in && value && !m->importance &&
	    importance_compute(m->net, &m->enc, value, e) < 0) {
		mem_free(in);
		in = NULL;
	}
	for (i = 0; in && value && i < n; i++)
		in[i] = (struct input){(double)(m->importance
					? m->importance[i] : value[i]), i};
	if (in && value)
		qsort(in, n, sizeof(*in), by_value);
	mem_free(value);
	return in;
}

int
inspect_varimp(const struct model *m, enum table_format format,
	       struct str *out, struct err *e)
{
	static const char *const names[] = {"variable", "relative_importance",
					    "scaled_importance", "percentage"};
	size_t n = encoder_units(&m->enc), i;
	struct input *in = rank_inputs(m, n, e);
	struct table t = {0};
	double sum = 0;
	int status = -1;

	table_start(&t, names, 4);
	for (i = 0; in && i < n; i++)
		sum += in[i].value;
	for (i = 0; in && i < n; i++) {
		char *name = encoder_unit_name(&m->enc, in[i].unit, e);

		if (!name)
			goto out;
		table_text(&t, name, strlen(name));
		table_float(&t, in[i].value);
		table_float(&t, in[0].value > 0 ? in[i].value / in[0].value
						: 0);
		table_real(&t, sum > 0 ? in[i].value / sum : 0);
		mem_free(name);
	}
	if (in) {
		table_print(&t, format, out);
		status = str_check(out, e);
	}
out:
	table_release(&t);
	mem_free(in);
	return status;
}
