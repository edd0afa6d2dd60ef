/*
 * history_load.c - the scoring history from a file of its own: CSV, TSV or JSON
 * lines, as dl-history(5) has it.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <dltools/csv.h>
#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/text_table.h>

#include "conf/json_read.h"
#include "model/history_int.h"

#define LARGEST ((size_t)1 << 28)

static const struct history_column *
find(const char *name)
{
	for (size_t i = 0; i < history_columns_n; i++)
		if (!strcmp(history_columns[i].name, name))
			return &history_columns[i];
	return NULL;
}

/* What `name` is for a further set, hold_rmse for "hold" validation_rmse; for
 * the history itself, set NULL, its own column. */
static const struct history_column *
find_of(const char *set, const char *name)
{
	size_t len = set ? strlen(set) : 0;
	char column[80];

	if (!set)
		return find(name);
	if (strncmp(name, set, len) || name[len] != '_')
		return NULL;
	(void)snprintf(column, sizeof(column), "validation%.60s", name + len);
	return find(column);
}

double
history_get(const struct history_row *row, const char *column)
{
	const struct history_column *c = find(column);

	return c ? history_value(c, row) : NAN;
}

static void
empty_row(struct history_row *row)
{
	memset(row, 0, sizeof(*row));
	for (size_t i = 0; i < history_columns_n; i++)
		if (history_columns[i].form == HISTORY_REAL)
			history_set(&history_columns[i], row, NAN);
}

/* Counts that no run can have are left out. */
static void
put(const struct history_column *c, struct history_row *row, double value)
{
	if (c->form == HISTORY_REAL ||
	    (value >= 0 && value < 0x1p62))
		history_set(c, row, value);
}

static int
finish_row(struct history *h, struct history_row *row, struct err *e)
{
	row->has_validation = !isnan(row->validation.rmse);
	return history_add(h, row, e);
}

/* ---- further sets --------------------------------------------------- */

void
history_others_release(struct history_others *o)
{
	for (size_t i = 0; i < o->n; i++) {
		mem_free(o->set[i].name);
		history_release(&o->set[i].history);
	}
	mem_free(o->set);
	*o = (struct history_others){0};
}

/* A column NAME_rmse makes a set NAME: every kind of model has that. */
static int
note_set(struct history_others *o, const char *column, struct err *e)
{
	static const char mark[] = "_rmse";
	size_t len = strlen(column), tail = sizeof(mark) - 1;

	if (len <= tail || strcmp(column + len - tail, mark) || find(column))
		return 0;
	if (mem_grow(&o->set, &o->room, o->n + 1, sizeof(*o->set), e) < 0)
		return -1;
	o->set[o->n] = (struct history_other){0};
	o->set[o->n].name = mem_memdup(column, len - tail, e);
	return o->set[o->n].name ? (o->n++, 0) : -1;
}

/* ---- tables --------------------------------------------------------- */

bool
history_is_table(const struct text_table *t)
{
	bool place = false, measure = false;

	for (size_t i = 0; i < t->columns; i++) {
		const char *name = text_table_name(t, i);

		if (!find(name))
			continue;
		place |= !strcmp(name, "epochs") || !strcmp(name, "samples") ||
			 !strcmp(name, "iterations");
		measure |= (!strncmp(name, "training_", 9) &&
			    strcmp(name, "training_speed")) ||
			   !strncmp(name, "validation_", 11);
	}
	return place && measure;
}

/* H2O writes durations and speeds with their units, clocks are no numbers. */
static bool
is_number(const struct history_column *c)
{
	return c->form != HISTORY_CLOCK && c->form != HISTORY_SPEED &&
	       strcmp(c->name, "duration");
}

static int
read_row(struct history *h, const char *set, const struct text_table *t,
	 size_t r, struct err *e)
{
	struct history_row row;

	empty_row(&row);
	for (size_t i = 0; i < t->columns; i++) {
		const struct history_column *c =
			find_of(set, text_table_name(t, i));
		double value;

		if (!c || !is_number(c))
			continue;
		if (text_table_number(t, r, i, &value, e) < 0)
			return -1;
		put(c, &row, value);
	}
	return finish_row(h, &row, e);
}

/* A row for the history and for each further set, or for none of them. */
static int
read_rows(struct history *h, struct history_others *o,
	  const struct text_table *t, size_t r, struct err *e)
{
	size_t before = h->n;
	int status = read_row(h, NULL, t, r, e);

	for (size_t k = 0; status == 0 && k < o->n; k++)
		status = read_row(&o->set[k].history, o->set[k].name, t, r, e);
	if (status == 0)
		return 0;
	h->n = before;
	for (size_t k = 0; k < o->n; k++)
		o->set[k].history.n = before;
	return -1;
}

static int
load_table(struct history *h, struct history_others *o, const char *path,
	   int64_t *cut, struct err *e)
{
	struct text_table t = {0};
	int status = text_table_read_log(&t, path, e);

	*cut = t.cut;
	if (status == 0 && !history_is_table(&t))
		status = err_set(e, ERR_SCHEMA, "'%s' is no scoring history",
				 path);
	for (size_t i = 0; status == 0 && i < t.columns; i++)
		status = note_set(o, text_table_name(&t, i), e);
	if (t.is_open && !t.cut && t.rows > 1)
		*cut = t.line[--t.rows]; /* perhaps within its last number */
	for (size_t i = 0; status == 0 && i < t.rows; i++)
		status = read_rows(h, o, &t, i, e);
	text_table_release(&t);
	return status;
}

/* ---- JSON lines ----------------------------------------------------- */

int
history_is_lines(const char *path, struct err *e)
{
	struct csv_reader *r = csv_open(path, NULL, e);
	const char *bytes;
	size_t len;
	bool whole;
	int is;

	if (r && csv_peek(r, &bytes, &len, &whole, e) == 0)
		is = len > 1 && bytes[0] == '{';
	else
		is = e->code == ERR_OUTPUT ? -1 : 0;
	csv_free(r);
	if (!strcmp(path, "-"))
		(void)!lseek(STDIN_FILENO, 0, SEEK_SET);
	return is;
}

static int
read_object(struct history *h, const char *set, json_t *object, struct err *e)
{
	struct history_row row;
	const char *name;
	json_t *cell;

	empty_row(&row);
	json_object_foreach(object, name, cell) {
		const struct history_column *c = find_of(set, name);

		if (c && json_is_number(cell))
			put(c, &row, json_number_value(cell));
	}
	return finish_row(h, &row, e);
}

/* The first line has every set there is. */
static int
read_objects(struct history *h, struct history_others *o, json_t *object,
	     struct err *e)
{
	const char *name;
	json_t *cell;
	int status = 0;

	if (!h->n)
		json_object_foreach(object, name, cell)
			if (status == 0)
				status = note_set(o, name, e);
	if (status == 0)
		status = read_object(h, NULL, object, e);
	for (size_t k = 0; status == 0 && k < o->n; k++)
		status = read_object(&o->set[k].history, o->set[k].name,
				     object, e);
	return status;
}

struct lines {
	const char *path;
	int64_t number;
	bool is_open; /* the last one, without its end */
};

/* 1: cut off. */
static int
read_line(struct history *h, struct history_others *o, const struct lines *at,
	  const char *line, size_t len, struct err *e)
{
	json_t *object;
	int status = json_read(&object, line, len, NULL, e);

	if (status > 0 && at->is_open && h->n)
		return 1;
	if (status >= 0 &&
	    !json_is_number(json_object_get(object, "samples")))
		status = err_set(e, ERR_INPUT, "%s:%lld: no line of a scoring "
				 "history", at->path, (long long)at->number);
	else if (status == 0)
		status = read_objects(h, o, object, e);
	json_decref(object);
	return status;
}

static int
load_lines(struct history *h, struct history_others *o, const char *path,
	   int64_t *cut, struct err *e)
{
	struct lines at = {path, 1, false};
	size_t len;
	char *text = file_slurp(path, LARGEST, &len, e), *p = text, *end;
	int status = text ? 0 : -1;

	*cut = 0;
	for (; status == 0 && p < text + len; p = end + 1, at.number++) {
		end = memchr(p, '\n', len - (size_t)(p - text));
		at.is_open = !end;
		end = end ? end : text + len;
		status = read_line(h, o, &at, p, (size_t)(end - p), e);
		if (status > 0)
			*cut = at.number;
	}
	mem_free(text);
	return status < 0 ? -1 : 0;
}

int
history_load(struct history *h, struct history_others *others,
	     const char *path, int64_t *cut, struct err *e)
{
	int status;

	*h = (struct history){0};
	*others = (struct history_others){0};
	status = history_is_lines(path, e);
	if (status >= 0)
		status = status ? load_lines(h, others, path, cut, e)
				: load_table(h, others, path, cut, e);
	if (status == 0)
		return 0;
	history_release(h);
	history_others_release(others);
	return -1;
}
