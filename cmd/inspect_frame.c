/*
 * inspect_frame.c - what is in a frame; see inspect.h.
 */
#include "inspect.h"

#include <string.h>

#include <dltools/frame_text.h>
#include <dltools/json.h>
#include <dltools/num.h>

#define STATS_COLUMNS 14

static const char *const stats_names[STATS_COLUMNS] = {
	"number", "name", "type", "count", "missing", "zeros", "min", "max",
	"mean", "sd", "distinct", "estimated", "integer", "levels",
};

/* For people: without "estimated". */
static const char *const people_names[STATS_COLUMNS - 1] = {
	"number", "name", "type", "count", "missing", "zeros", "min", "max",
	"mean", "sd", "distinct", "integer", "levels",
};

/* min, max and mean of times are times. */
static void
add_moment(struct table *t, const struct frame_column *c, double value,
	   enum table_format format)
{
	char text[FRAME_TIME_TEXT];

	if (c->type == COLUMN_TIME && format == TABLE_ALIGNED &&
	    value >= -0x1p62 && value <= 0x1p62)
		table_text(t, text, frame_text_time(text, (int64_t)value));
	else
		table_real(t, value);
}

/* An estimate is marked: "~5023", or in a column of its own. */
static void
add_distinct(struct table *t, int64_t distinct, enum table_format format)
{
	int64_t n = distinct < 0 ? -distinct : distinct;
	char text[NUM_TEXT + 1] = "~";

	if (format != TABLE_ALIGNED) {
		table_int(t, n);
		table_bool(t, distinct < 0);
	} else if (distinct < 0) {
		table_text(t, text, 1 + num_print_int(text + 1, n));
	} else {
		table_int(t, n);
	}
}

static void
add_stats(struct table *t, const struct frame_column *c,
	  enum table_format format)
{
	const struct column_stats *s = &c->stats;
	bool is_number = c->type == COLUMN_NUM || c->type == COLUMN_TIME;

	table_int(t, s->count);
	table_int(t, s->missing);
	if (is_number)
		table_int(t, s->zeros);
	else
		table_none(t);
	add_moment(t, c, s->min, format);
	add_moment(t, c, s->max, format);
	add_moment(t, c, s->mean, format);
	table_real(t, s->sd);
	add_distinct(t, s->distinct, format);
	table_bool(t, c->is_integer);
	if (c->type == COLUMN_ENUM)
		table_int(t, (int64_t)c->levels.n);
	else
		table_none(t);
}

static void
add_columns(struct table *t, const struct frame *f, enum table_format format)
{
	size_t i;

	if (format == TABLE_ALIGNED)
		table_start(t, people_names, STATS_COLUMNS - 1);
	else
		table_start(t, stats_names, STATS_COLUMNS);
	for (i = 0; i < frame_columns(f); i++) {
		const struct frame_column *c = frame_column(f, i);
		const char *type = column_type_name(c->type);

		table_int(t, (int64_t)i + 1);
		table_text(t, c->name, strlen(c->name));
		table_text(t, type, strlen(type));
		add_stats(t, c, format);
	}
}

static void
add_title(struct str *out, const struct frame *f)
{
	char id[33];

	frame_id(f, id);
	str_add_quoted(out, frame_path(f), strlen(frame_path(f)), 200);
	str_addf(out, ": frame, %lld rows, %zu columns, %llu bytes\n",
		 (long long)frame_rows(f), frame_columns(f),
		 (unsigned long long)frame_bytes(f));
	str_addf(out, "row groups %zu, id %s\n\n", frame_groups(f), id);
}

static void
open_json(struct str *out, const struct frame *f)
{
	struct json j = json_start(out);
	char id[33];

	frame_id(f, id);
	json_put_object(&j);
	json_key(&j, "schema");
	json_put_text(&j, "dl.frame/1");
	json_key(&j, "rows");
	json_put_int(&j, frame_rows(f));
	json_key(&j, "row_groups");
	json_put_int(&j, (int64_t)frame_groups(f));
	json_key(&j, "size_bytes");
	json_put_int(&j, (int64_t)frame_bytes(f));
	json_key(&j, "id");
	json_put_text(&j, id);
	json_key(&j, "columns");
}

int
inspect_frame(const struct frame *f, enum table_format format,
	      struct str *out, struct err *e)
{
	struct table t = {0};

	add_columns(&t, f, format);
	if (format == TABLE_ALIGNED)
		add_title(out, f);
	else if (format == TABLE_JSON)
		open_json(out, f);
	table_print(&t, format, out);
	if (format == TABLE_JSON)
		str_add(out, "}\n");
	table_release(&t);
	return str_check(out, e);
}

void
inspect_names(const struct frame *f, struct str *out)
{
	size_t i;

	for (i = 0; i < frame_columns(f); i++) {
		str_add(out, frame_column(f, i)->name);
		str_add_char(out, '\n');
	}
}

int
inspect_levels(const struct frame *f, const char *column,
	       enum table_format format, struct str *out, struct err *e)
{
	static const char *const names[] = {"level", "count"};
	const struct frame_column *c;
	struct table t;
	size_t i, k;

	if (frame_require(f, "column", column, &k, e) < 0)
		return -1;
	c = frame_column(f, k);
	if (c->type != COLUMN_ENUM)
		return err_set(e, ERR_SCHEMA, "column '%s' is %s, not enum",
			       c->name, column_type_name(c->type));
	table_start(&t, names, 2);
	for (i = 0; i < c->levels.n; i++) {
		uint64_t at = c->levels.at[i];

		table_text(&t, c->levels.bytes + at,
			   (size_t)(c->levels.at[i + 1] - at));
		table_int(&t, c->level_counts[i]);
	}
	table_print(&t, format, out);
	table_release(&t);
	return str_check(out, e);
}

int
inspect_frame_verify(const struct frame *f, struct str *out, struct err *e)
{
	if (frame_verify(f, e) < 0)
		return -1;
	str_add_quoted(out, frame_path(f), strlen(frame_path(f)), 200);
	str_addf(out, ": whole: %llu bytes, %zu chunks, %lld rows\n",
		 (unsigned long long)frame_bytes(f),
		 frame_groups(f) * frame_columns(f),
		 (long long)frame_rows(f));
	return str_check(out, e);
}
