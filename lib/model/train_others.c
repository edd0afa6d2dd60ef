/*
 * train_others.c - validation sets beyond the first: scored at every event, for
 * the record only.
 */
#include <math.h>
#include <string.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/train_int.h"

static int
load_one(struct train *t, size_t i, struct err *e)
{
	const struct train_other *o = &t->rq.other[i];

	t->model.other[i].name = mem_strdup(o->name, e);
	if (!t->model.other[i].name)
		return -1;
	frame_id(o->frame, t->model.other_set[i].frame_id);
	return train_load_scored(t, o->frame, o->name, &t->other_rows[i],
				 &t->other[i], e);
}

int
train_others_load(struct train *t, struct err *e)
{
	size_t n = t->rq.others;

	if (n == 0 || !t->rq.other[0].frame)
		return 0;
	if (n > MODEL_OTHERS)
		return err_set(e, ERR_USAGE, "--valid: at most %d frames",
			       MODEL_OTHERS + 1);
	t->other_rows = mem_zalloc(n, sizeof(*t->other_rows), e);
	t->other = mem_zalloc(n, sizeof(*t->other), e);
	if (!t->other_rows || !t->other ||
	    model_add_others(&t->model, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (load_one(t, i, e) < 0)
			return -1;
	return 0;
}

void
train_others_release(struct train *t)
{
	for (size_t i = 0; t->other && i < t->rq.others; i++)
		mem_free(t->other[i].index);
	for (size_t i = 0; t->other_rows && i < t->rq.others; i++)
		rows_free(t->other_rows[i]);
	mem_free(t->other);
	mem_free(t->other_rows);
}

/* One set: a row of its history that begins like `row`, and its metrics. */
static int
score_one(struct train *t, size_t i, const struct history_row *row,
	  char **json, struct err *e)
{
	struct history_row mine = *row;
	struct metrics m = {0};
	struct str s = STR_INIT;
	struct json j = json_start(&s);
	int rc = train_score_set(t, &t->other[i], &m, e);

	if (rc == 0) {
		history_measure(&mine.validation, &m);
		mine.has_validation = true;
		metrics_json(&m, &t->model.enc.classes, &j);
		*json = str_take(&s, e);
		rc = *json ? history_add(&t->model.other[i].history, &mine, e)
			   : -1;
	}
	str_release(&s);
	metrics_release(&m);
	return rc;
}

int
train_others_score(struct train *t, const struct history_row *row,
		   struct err *e)
{
	char *json[MODEL_OTHERS] = {0};
	size_t i, n = t->model.others;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = score_one(t, i, row, &json[i], e);
	for (i = 0; i < n; i++) {
		char *drop = json[i];

		if (rc == 0) {
			drop = t->model.other_set[i].json;
			t->model.other_set[i].json = json[i];
		} else {
			t->model.other[i].history.n = t->model.history.n;
		}
		mem_free(drop);
	}
	return rc;
}

static const struct history *
history_of(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->others; i++)
		if (strcmp(m->other[i].name, name) == 0)
			return &m->other[i].history;
	return NULL;
}

int
train_others_copy(struct train *t, const struct model *from, struct err *e)
{
	for (size_t i = 0; i < t->model.others; i++) {
		struct history_other *o = &t->model.other[i];
		const struct history *before = history_of(from, o->name);

		o->history.n = 0;
		for (size_t k = 0; k < from->history.n; k++) {
			struct history_row row = from->history.row[k];

			if (before)
				row.validation = before->row[k].validation;
			else
				history_unmeasured(&row.validation);
			if (history_add(&o->history, &row, e) < 0)
				return -1;
		}
	}
	return 0;
}
