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
	list->failed |= why.code == ERR_OUTPUT;
}

static size_t
new_levels(const struct string_table *now, const struct string_table *before)
{
	size_t n = 0;

	for (size_t i = 0; i < now->n; i++)
		n += string_table_find(before, now->bytes + now->at[i],
				       (size_t)(now->at[i + 1] - now->at[i])) <
			0;
	return n;
}

/* levels: NULL of a number. */
static void
check_column(const struct frame *f, const char *name,
	     const struct string_table *levels, struct str *list)
{
	const char *between = list->len ? "; " : "";
	const struct frame_column *c = NULL;
	size_t n;

	for (size_t i = 0; i < frame_columns(f) && !c; i++)
		if (strcmp(frame_column(f, i)->name, name) == 0)
			c = frame_column(f, i);
	if (!c) {
		str_addf(list, "%scolumn '%s' is missing", between, name);
		return;
	}
	if (c->stats.count == 0)
		return;
	if ((c->type == COLUMN_ENUM) != (levels != NULL)) {
		str_addf(list, "%scolumn '%s' is %s, was %s", between, name,
			 column_type_name(c->type), levels ? "enum" : "num");
		return;
	}
	n = levels ? new_levels(&c->levels, levels) : 0;
	if (n)
		str_addf(list, "%scolumn '%s' has %zu new levels", between,
			 name, n);
}

static bool
has_source(const struct encoder *enc, const char *name)
{
	for (size_t i = 0; i < enc->sources; i++)
		if (strcmp(enc->source[i].name, name) == 0)
			return true;
	return false;
}

static void
check_columns(const struct train *t, const struct model *from,
	      struct str *list)
{
	const struct frame *f = t->rq.training;
	const struct encoder *enc = &from->enc;

	for (size_t i = 0; i < enc->columns; i++)
		check_column(f, enc->column[i].name,
			     enc->column[i].type == COLUMN_ENUM ?
			     &enc->column[i].levels : NULL, list);
	if (enc->response)
		check_column(f, enc->response, encoder_is_classifier(enc) ?
			     &enc->classes : NULL, list);
	for (size_t i = 0; i < frame_columns(f); i++)
		if (!has_source(enc, frame_column(f, i)->name))
			str_addf(list, "%scolumn '%s' is new",
				 list->len ? "; " : "",
				 frame_column(f, i)->name);
}

static void
check_run(const struct train *t, const struct model *from, struct str *list)
{
	bool had = from->validation_json != NULL;
	bool has = t->rq.validation || t->model.params.valid_fraction > 0;
	double done = (double)from->samples / (double)from->training_rows;

	if (!from->finished)
		add(list, "it is not finished (use --resume)");
	if (from->cv_json)
		add(list, "it was made with cross-validation");
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
	int rc;

	check_run(t, from, &list);
	check_parameters(t, from, &list);
	check_columns(t, from, &list);
	rc = str_check(&list, e);
	if (rc == 0 && list.len)
		rc = err_set(e, ERR_SCHEMA, "cannot go on from this "
			     "checkpoint: %s", list.buf);
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
			values = mem_floats(want.rows, want.columns, e);
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
	return train_others_copy(t, from, e);
}

/*
 * The weights of a finished model are those of its last event.  They remain the
 * best ones as long as no event on the same rows is better.
 */
static int
keep_best(struct train *t, const struct model *from, struct err *e)
{
	const struct model *m = &t->model;
	const struct history_row *row;

	if (from->history.n == 0 || !m->params.overwrite_with_best_model ||
	    strcmp(m->frame_id, from->frame_id) != 0 ||
	    strcmp(m->validation_id, from->validation_id) != 0)
		return 0;
	row = &m->history.row[from->history.n - 1];
	t->best_loss = stop_metric_loss(t->metric, row->has_validation ?
					&row->validation : &row->training);
	t->best_event = (int64_t)from->history.n - 1;
	return net_copy_take(&t->model.best, t->model.net, e);
}

/* Times add up in the history. */
static void
add_times(struct train *t, const struct history *h)
{
	if (h->n == 0 || t->model.reproducible)
		return;
	t->earlier_s = h->row[h->n - 1].wall_s;
	t->earlier_cpu_s = h->row[h->n - 1].cpu_s;
}

#define STEPS_MOST ((int64_t)1 << 30) /* more change no correction */

/*
 * What moves with the weights: Huber's D, and where the state's steps began, so
 * that their number stays what it was, with mini-batches of another size too.
 * As batches end at multiples of their size, so the origin is one.
 */
static void
take_course(struct net *to, const struct model *from)
{
	const struct net_rule *was = net_rule(from->net), *is = net_rule(to);
	int64_t origin = net_step_origin(from->net), steps = 0;
	int64_t b = (int64_t)was->mini_batch, next = (int64_t)is->mini_batch;
	bool fresh = from->lacks_state || was->optimizer != is->optimizer;

	if (net_shape(to)->loss == LOSS_HUBER &&
	    net_shape(from->net)->loss == LOSS_HUBER)
		net_set_loss_param(to, net_shape(from->net)->loss_param);
	if (!fresh)
		steps = (from->samples - origin + b - 1) / b;
	if (steps > STEPS_MOST)
		steps = STEPS_MOST;
	if (fresh || b != next)
		origin = (from->samples / next - steps) * next;
	net_set_step_origin(to, origin);
}

int
train_take_weights(struct train *t, const struct model *from, struct err *e)
{
	t->position = t->origin = t->model.samples = from->samples;
	t->model.iterations = from->iterations;
	t->iteration_end = schedule_next(&t->schedule, t->origin, t->position);
	t->first_event = from->history.n;
	add_times(t, &from->history);
	take_course(t->model.net, from);
	if (train_copy_history(t, from, e) < 0 ||
	    train_copy_weights(t->model.net, from->net, e) < 0)
		return -1;
	return keep_best(t, from, e);
}
