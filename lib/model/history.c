/*
 * history.c - the columns of the scoring history, in one table, and its rows
 * as they stand in a file, a model or on a terminal.
 */
#include "dltools/history.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/history_int.h"

#define ROW(field) offsetof(struct history_row, field)
#define CLASSES (HISTORY_BINOMIAL | HISTORY_MULTINOMIAL)

/* Training and validation columns in H2O's order for each kind of model. */
#define MEASURES(set, prefix, title, flag)                                    \
	{prefix "_rmse", title " RMSE", ROW(set.rmse), 0,                     \
	 HISTORY_ANY | flag},                                                 \
	{prefix "_mse", title " MSE", ROW(set.mse), 0,                        \
	 HISTORY_AUTOENCODER | HISTORY_KEPT | flag},                          \
	{prefix "_logloss", title " LogLoss", ROW(set.logloss), 0,            \
	 CLASSES | flag},                                                     \
	{prefix "_deviance", title " Deviance", ROW(set.deviance), 0,         \
	 HISTORY_REGRESSION | flag},                                          \
	{prefix "_mae", title " MAE", ROW(set.mae), 0,                        \
	 HISTORY_REGRESSION | flag},                                          \
	{prefix "_r2", title " r2", ROW(set.r2), 0,                           \
	 HISTORY_REGRESSION | CLASSES | flag},                                \
	{prefix "_classification_error", title " Classification Error",       \
	 ROW(set.error), 0, HISTORY_MULTINOMIAL | flag},                      \
	{prefix "_auc", title " AUC", ROW(set.auc), 0, CLASSES | flag},       \
	{prefix "_pr_auc", title " pr_auc", ROW(set.pr_auc), 0,               \
	 CLASSES | flag},                                                     \
	{prefix "_rmsle", title " RMSLE", ROW(set.rmsle), 0,                  \
	 HISTORY_KEPT | flag},                                                \
	{prefix "_mean_per_class_error", title " Mean Per Class Error",       \
	 ROW(set.mean_per_class_error), 0, HISTORY_KEPT | flag},              \
	{prefix "_lift", title " Lift", ROW(set.lift), 0,                     \
	 HISTORY_BINOMIAL | flag},                                            \
	{prefix "_classification_error", title " Classification Error",       \
	 ROW(set.error), 0, HISTORY_BINOMIAL | flag}

const struct history_column history_columns[] = {
	{"fold", NULL, ROW(fold), HISTORY_COUNT, HISTORY_ANY | HISTORY_FOLD},
	{"timestamp", "Timestamp", ROW(timestamp), HISTORY_CLOCK,
	 HISTORY_ANY | HISTORY_RUN},
	{"duration", "Duration", ROW(duration_s), HISTORY_SECONDS,
	 HISTORY_ANY | HISTORY_RUN},
	{"training_speed", "Training Speed", ROW(speed), HISTORY_SPEED,
	 HISTORY_ANY | HISTORY_RUN},
	{"epochs", "Epochs", ROW(epochs), 0, HISTORY_ANY},
	{"iterations", "Iterations", ROW(iterations), HISTORY_COUNT,
	 HISTORY_ANY},
	{"samples", "Samples", ROW(samples), HISTORY_COUNT, HISTORY_ANY},
	MEASURES(training, "training", "Training", 0),
	MEASURES(validation, "validation", "Validation", HISTORY_VALID),
	{"wall_s", NULL, ROW(wall_s), HISTORY_SECONDS,
	 HISTORY_ANY | HISTORY_RUN},
	{"cpu_s", NULL, ROW(cpu_s), HISTORY_SECONDS,
	 HISTORY_ANY | HISTORY_RUN},
	{"peak_memory_bytes", NULL, ROW(peak_memory_bytes), 0,
	 HISTORY_ANY | HISTORY_RUN},
};

const size_t history_columns_n =
	sizeof(history_columns) / sizeof(*history_columns);

bool
history_has(const struct history_layout *l, const struct history_column *c)
{
	unsigned kind = l->kind == METRICS_AUTOENCODER ? HISTORY_AUTOENCODER :
		l->kind == METRICS_REGRESSION ? HISTORY_REGRESSION :
		l->kind == METRICS_BINOMIAL ? HISTORY_BINOMIAL :
		HISTORY_MULTINOMIAL;

	if ((c->use & HISTORY_RUN) && !l->run)
		return false;
	if ((c->use & HISTORY_FOLD) && !l->folds)
		return false;
	if ((c->use & HISTORY_VALID) && !l->validation && !l->folds)
		return false;
	return (c->use & kind) != 0;
}

double
history_value(const struct history_column *c, const struct history_row *row)
{
	const char *at = (const char *)row + c->offset;
	int64_t count;
	double real;

	if (c->form == HISTORY_COUNT) {
		memcpy(&count, at, sizeof(count));
		return (double)count;
	}
	memcpy(&real, at, sizeof(real));
	/* of a run that was made --reproducible nobody knows when it was */
	return (c->use & HISTORY_RUN) && row->timestamp == 0 ? NAN : real;
}

void
history_set(const struct history_column *c, struct history_row *row,
	    double value)
{
	char *at = (char *)row + c->offset;
	int64_t count;

	if (c->form == HISTORY_COUNT) {
		count = (int64_t)value;
		memcpy(at, &count, sizeof(count));
	} else {
		memcpy(at, &value, sizeof(value));
	}
}

void
history_release(struct history *h)
{
	if (!h)
		return;
	mem_free(h->row);
	memset(h, 0, sizeof(*h));
}

int
history_add(struct history *h, const struct history_row *row, struct err *e)
{
	if (mem_grow(&h->row, &h->room, h->n + 1, sizeof(*row), e) < 0)
		return -1;
	h->row[h->n++] = *row;
	return 0;
}

void
history_unmeasured(struct history_measures *m)
{
	double *v = (double *)m;

	for (size_t i = 0; i < sizeof(*m) / sizeof(*v); i++)
		v[i] = NAN;
}

void
history_measure(struct history_measures *to, const struct metrics *m)
{
	to->rmse = m->rmse;
	to->mse = m->mse;
	to->mae = m->mae;
	to->rmsle = m->rmsle;
	to->deviance = m->mean_residual_deviance;
	to->r2 = m->r2;
	to->logloss = m->logloss;
	to->error = m->error;
	to->mean_per_class_error = m->mean_per_class_error;
	to->auc = m->auc;
	to->pr_auc = m->pr_auc;
	to->lift = m->lift_top_group;
}

/* ISO 8601, UTC, milliseconds. */
void
history_clock(double seconds, char out[32])
{
	time_t t = (time_t)floor(seconds);
	int ms = (int)((seconds - floor(seconds)) * 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&t, &tm);
	n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 32 - n, ".%03dZ", ms);
}

/* A model keeps every measure that has a value in some row. */
static bool
is_kept(const struct history_layout *l, const struct history *h,
	const struct history_column *c)
{
	struct history_column any = *c;

	if (c->use & HISTORY_KEPT)
		any.use |= HISTORY_ANY;
	if (!history_has(l, &any))
		return false;
	for (size_t i = 0; i < h->n; i++)
		if (!isnan(history_value(c, &h->row[i])))
			return true;
	return false;
}

void
history_write_json(const struct history_layout *l, const struct history *h,
		   struct json *j)
{
	json_put_object(j);
	json_key(j, "columns");
	json_put_array(j);
	for (size_t c = 0; c < history_columns_n; c++)
		if (is_kept(l, h, &history_columns[c]))
			json_put_text(j, history_columns[c].name);
	json_end(j);
	json_key(j, "rows");
	json_put_array(j);
	for (size_t i = 0; i < h->n; i++) {
		json_put_array(j);
		for (size_t c = 0; c < history_columns_n; c++)
			if (is_kept(l, h, &history_columns[c]))
				json_put_real(j,
					      history_value(&history_columns[c],
							    &h->row[i]));
		json_end(j);
	}
	json_end(j);
	json_end(j);
}
