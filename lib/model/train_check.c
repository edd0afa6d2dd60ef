/*
 * train_check.c - parameters that contradict the request or the data.  What a
 * single value may be, and what goes together, params.h has checked.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "model/train_int.h"

#define MANY_ROWS 100000 /* in a mini-batch, if the table has fewer */
#define NAMES_FROM 100 /* fewer rows may have a level each by chance */

int
train_check(const struct train_request *rq, struct err *e)
{
	if (rq->validation && rq->params->valid_fraction > 0)
		return err_set(e, ERR_USAGE, "valid_fraction and a validation "
			       "frame exclude each other");
	return 0;
}

/* A batch has memory of its own, and never needs much more than an epoch. */
static int
check_batch(const struct train *t, struct err *e)
{
	int64_t size = t->model.params.mini_batch_size;
	int64_t rows = frame_rows(t->rq.training);

	if (size <= MANY_ROWS || size <= rows)
		return 0;
	return err_set(e, ERR_USAGE, "--mini-batch-size: '%" PRId64 "': more "
		       "than %d and than the %" PRId64 " rows there are", size,
		       MANY_ROWS, rows);
}

static int
check_size(const struct train *t, struct err *e)
{
	struct net_plan plan = {0};
	double parameters;
	int rc = net_plan_make(&plan, &t->model.params, &t->model.enc, e);

	if (rc == 0) {
		parameters = net_plan_parameters(&plan);
		if (parameters > 1e8)
			rc = err_set(e, ERR_USAGE, "hidden: the net would have "
				     "%.0f parameters, at most 1e8 are "
				     "allowed", parameters);
	}
	net_plan_release(&plan);
	return rc;
}

static int
check_positive(const struct train *t, const struct frame *f, struct err *e)
{
	const struct params *p = &t->model.params;
	const struct frame_column *c;
	int64_t at;

	if (!f || !t->model.enc.response || !params_has_log_link(p))
		return 0;
	at = frame_find(f, t->model.enc.response);
	if (at < 0)
		return 0; /* said where the frame is matched */
	c = frame_column(f, (size_t)at);
	if (c->type == COLUMN_ENUM || !(c->stats.min < 0))
		return 0;
	return err_set(e, ERR_USAGE, "--distribution %s and response '%s': "
		       "values must not be negative, the smallest in '%s' is "
		       "%g", param_table[PARAM_ID_distribution]
		       .values[p->distribution].text, c->name, frame_path(f),
		       c->stats.min);
}

static int
check_auc(const struct train *t, struct err *e)
{
	size_t n = t->model.enc.classes.n;

	if (t->model.params.auc_type > PARAM_AUC_TYPE_NONE &&
	    encoder_is_classifier(&t->model.enc) && n > METRICS_AUC_CLASSES)
		return err_set(e, ERR_USAGE, "--auc-type: the response has %zu "
			       "classes, at most %d are allowed", n,
			       METRICS_AUC_CLASSES);
	return 0;
}

/* Often meant as classes; who names a distribution knows. */
static void
note_binary(struct train *t)
{
	const char *name = t->model.enc.response;
	const struct frame_column *c;
	int64_t at;

	if (!name || encoder_is_classifier(&t->model.enc) ||
	    params_given(&t->model.params, distribution) ||
	    params_given(&t->model.params, loss))
		return;
	at = frame_find(t->rq.training, name);
	if (at < 0) /* going on from a checkpoint: refused later */
		return;
	c = frame_column(t->rq.training, (size_t)at);
	if (!c->is_integer || c->stats.min < 0 || c->stats.max > 1)
		return;
	str_addf(&t->notes, "response '%s' holds 0 and 1 only: this is a "
		 "regression; dl-import --type %s=enum makes classes of "
		 "them\n", name, name);
}

/*
 * Names, which tell nothing about other rows: H2O reads a column as text, and
 * leaves it out, if as few of its words are repeated.
 */
static void
note_names(struct train *t)
{
	const struct encoder *enc = &t->model.enc;

	for (size_t i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		int64_t levels = (int64_t)c->levels.n, rows = c->stats.count;

		if (c->type == COLUMN_ENUM && levels >= NAMES_FROM &&
		    levels * 20 >= rows * 19)
			str_addf(&t->notes, "column '%s' has %" PRId64
				 " levels in %" PRId64 " rows: names rather "
				 "than categories (--ignore leaves it out)\n",
				 c->name, levels, rows);
	}
}

int
train_check_data(struct train *t, struct err *e)
{
	struct params *p = &t->model.params;
	struct params_task task = {
		.classification = encoder_is_classifier(&t->model.enc),
		.classes = t->model.enc.classes.n,
	};
	const char *metric;

	note_binary(t); /* before AUTO is resolved */
	note_names(t);
	if (params_resolve(p, &task, e) < 0 || check_auc(t, e) < 0 ||
	    check_positive(t, t->rq.training, e) < 0 ||
	    check_positive(t, t->rq.validation, e) < 0)
		return -1;
	metric = param_table[PARAM_ID_stopping_metric]
		.values[p->stopping_metric].text;
	t->metric = stop_metric_find(metric, task.classification,
				     p->autoencoder);
	if (!t->metric)
		return err_set(e, ERR_USAGE, "stopping_metric=%s does not suit "
			       "%s", metric, task.classification ?
			       "classification" : "regression");
	if (train_check_balance(t, e) < 0)
		return -1;
	return check_batch(t, e) < 0 ? -1 : check_size(t, e);
}
