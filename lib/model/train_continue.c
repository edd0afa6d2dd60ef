/*
 * train_continue.c - going on from a finished model (--checkpoint) under H2O's
 * rules: what must be the same, what may change.  Every mismatch is listed in
 * one message.
 */
#include <string.h>

#include "dltools/adapt.h"
#include "dltools/mem.h"
#include "model/train_int.h"

static void
add(struct str *list, const char *text)
{
	if (list->len)
		str_add(list, "; ");
	str_add(list, text);
}

static void
check_parameters(const struct train *t, const struct model *from,
		 struct str *list)
{
	struct err why = {0};

	if (params_check_continuation(&from->params, &t->model.params,
				      &why) < 0)
		add(list, why.msg);
}

static int
check_columns(const struct train *t, const struct model *from,
	      struct str *list, struct err *e)
{
	const size_t *missing;
	struct adapt *a = adapt_new(&from->enc, t->rq.training, ADAPT_RESPONSE,
				    e);
	size_t n;

	if (!a)
		return -1;
	n = adapt_missing(a, &missing);
	for (size_t i = 0; i < n; i++)
		str_addf(list, "%scolumn '%s' is missing",
			 list->len ? "; " : "",
			 from->enc.column[missing[i]].name);
	for (size_t i = 0; i < from->enc.columns; i++)
		if (adapt_unseen(a, i))
			str_addf(list, "%scolumn '%s' has %zu new levels",
				 list->len ? "; " : "",
				 from->enc.column[i].name, adapt_unseen(a, i));
	adapt_free(a);
	return 0;
}

static void
check_run(const struct train *t, const struct model *from, struct str *list)
{
	bool had = from->validation_json != NULL;
	bool has = t->rq.validation || t->model.params.valid_fraction > 0;
	double done = (double)from->samples / (double)from->training_rows;

	if (!from->finished)
		add(list, "it is not finished (use --resume)");
	if (had != has)
		add(list, had ? "it was trained with validation data" :
		    "it was trained without validation data");
	if (t->model.params.epochs <= done)
		str_addf(list, "%sepochs=%g must be more than the %g done",
			 list->len ? "; " : "", t->model.params.epochs, done);
}

int
train_check_continue(const struct train *t, const struct model *from,
		     struct err *e)
{
	struct str list = STR_INIT;
	int rc = -1;

	check_run(t, from, &list);
	check_parameters(t, from, &list);
	if (check_columns(t, from, &list, e) < 0)
		goto out;
	rc = 0;
	if (list.len)
		rc = err_set(e, ERR_SCHEMA, "cannot go on from this "
			     "checkpoint: %s", list.buf);
out:
	str_release(&list);
	return rc;
}

/* By name: a continuation may lack or add optimizer state. */
int
train_copy_weights(struct net *to, const struct net *from, struct err *e)
{
	for (size_t i = 0; i < net_tensors(to); i++) {
		struct net_tensor want, have;
		float *values;

		net_tensor(to, i, &want);
		for (size_t k = 0; k < net_tensors(from); k++) {
			net_tensor(from, k, &have);
			if (strcmp(have.name, want.name) != 0)
				continue;
			if (have.rows != want.rows ||
			    have.columns != want.columns)
				return err_set(e, ERR_SCHEMA, "tensor '%s' of "
					       "the checkpoint has another "
					       "shape", want.name);
			values = mem_zalloc_aligned(want.rows * want.columns,
						    sizeof(float), e);
			if (!values)
				return -1;
			net_get(from, k, values);
			net_set(to, i, values);
			mem_free(values);
		}
	}
	return 0;
}

int
train_copy_history(struct train *t, const struct model *from, struct err *e)
{
	for (size_t i = 0; i < from->history.n; i++) {
		struct history_row row = from->history.row[i];

		row.fold = (int64_t)t->rq.fold;
		if (history_add(&t->model.history, &row, e) < 0)
			return -1;
	}
	return 0;
}

int
train_take_weights(struct train *t, const struct model *from, struct err *e)
{
	t->position = t->origin = t->model.samples = from->samples;
	t->model.iterations = from->iterations;
	t->iteration_end = t->position + t->schedule.per_iteration;
	t->first_event = from->history.n;
	net_set_loss_param(t->model.net, net_shape(from->net)->loss_param);
	if (train_copy_history(t, from, e) < 0)
		return -1;
	return train_copy_weights(t->model.net, from->net, e);
}
