/*
 * history_text.c - the scoring history as CSV, TSV or JSON lines, and as H2O's
 * aligned table.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dltools/json.h"
#include "dltools/num.h"
#include "model/history_int.h"

enum history_format
history_format_of(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && strcmp(dot, ".tsv") == 0)
		return HISTORY_TSV;
	if (dot && strcmp(dot, ".jsonl") == 0)
		return HISTORY_JSONL;
	return HISTORY_CSV;
}

/* ---- columns, those of other sets too -------------------------------- */

/* What is printed of one row. */
struct line {
	const struct history_layout *l;
	const struct history *h;
	size_t row;
	struct str *out;
	char between; /* NUL: JSON */
	bool begun;
	struct json json;
};

typedef void cell_fn(struct line *line, const struct history_column *c,
		     const char *name, const struct history_row *row);

/* Calls cell for every column; row is NULL where the set was not scored. */
static void
for_columns(struct line *line, cell_fn *cell)
{
	const struct history_layout *l = line->l;
	struct history_layout other = *l;
	struct str name = STR_INIT;

	for (size_t c = 0; c < history_columns_n; c++)
		if (history_has(l, &history_columns[c]))
			cell(line, &history_columns[c], history_columns[c].name,
			     line->h ? &line->h->row[line->row] : NULL);
	other.validation = true;
	for (size_t k = 0; k < l->others; k++) {
		const struct history_other *o = &l->other[k];

		for (size_t c = 0; c < history_columns_n; c++) {
			const struct history_column *col = &history_columns[c];

			if (!(col->use & HISTORY_VALID) ||
			    !history_has(&other, col))
				continue;
			str_reset(&name);
			str_addf(&name, "%s%s", o->name,
				 strchr(col->name, '_'));
			cell(line, col, name.buf, line->row < o->history.n ?
			     &o->history.row[line->row] : NULL);
		}
	}
	line->out->failed |= name.failed;
	str_release(&name);
}

static void
add_between(struct line *line)
{
	if (line->begun)
		str_add_char(line->out, line->between);
	line->begun = true;
}

static void
add_title(struct line *line, const struct history_column *c, const char *name,
	  const struct history_row *row)
{
	(void)c;
	(void)row;
	add_between(line);
	str_add(line->out, name);
}

/* Missing measures are empty cells. */
static void
add_cell(struct line *line, const struct history_column *c, const char *name,
	 const struct history_row *row)
{
	double value = row ? history_value(c, row) : NAN;
	char text[NUM_TEXT];

	(void)name;
	add_between(line);
	if (isnan(value))
		return;
	if (c->form == HISTORY_CLOCK)
		history_clock(value, text);
	else
		num_print_double(text, value);
	str_add(line->out, text);
}

static void
add_member(struct line *line, const struct history_column *c,
	   const char *name, const struct history_row *row)
{
	double value = row ? history_value(c, row) : NAN;
	char text[32];

	json_key(&line->json, name);
	if (c->form == HISTORY_CLOCK && !isnan(value)) {
		history_clock(value, text);
		json_put_text(&line->json, text);
	} else {
		json_put_real(&line->json, value);
	}
}

void
history_header(const struct history_layout *l, enum history_format format,
	       struct str *out)
{
	struct line line = {.l = l, .out = out,
			    .between = format == HISTORY_TSV ? '\t' : ','};

	if (format == HISTORY_JSONL)
		return;
	for_columns(&line, add_title);
	str_add_char(out, '\n');
}

void
history_line(const struct history_layout *l, enum history_format format,
	     const struct history *h, size_t i, struct str *out)
{
	struct line line = {.l = l, .h = h, .row = i, .out = out,
			    .between = format == HISTORY_TSV ? '\t' : ','};

	if (format == HISTORY_JSONL) {
		line.json = json_start(out);
		json_put_object(&line.json);
		json_key(&line.json, "schema");
		json_put_text(&line.json, "dl.history/1");
		for_columns(&line, add_member);
		json_end(&line.json);
	} else {
		for_columns(&line, add_cell);
	}
	str_add_char(out, '\n');
}

/* ---- the table for people ------------------------------------------- */

static int
print_cell(char out[48], const struct history_column *c,
	   const struct history_row *row)
{
	double value = history_value(c, row);

	if (isnan(value))
		return snprintf(out, 48, "%s", "");
	switch (c->form) {
	case HISTORY_CLOCK:
		history_clock(value, out);
		out[10] = ' ';
		out[19] = '\0';
		return 19;
	case HISTORY_SECONDS:
		return snprintf(out, 48, "%.3f sec", value);
	case HISTORY_SPEED:
		return snprintf(out, 48, "%.0f obs/sec", value);
	case HISTORY_COUNT:
		return snprintf(out, 48, "%.0f", value);
	default:
		return snprintf(out, 48, "%.5f", value);
	}
}

/* A column is shown if any of its cells has a value. */
static int
width_of(const struct history_column *c, const struct history *h, size_t first)
{
	int width = 0;
	char text[48];

	for (size_t i = first; i < h->n; i++) {
		int n = print_cell(text, c, &h->row[i]);

		if (n > width)
			width = n;
	}
	if (width > 0 && width < (int)strlen(c->title))
		width = (int)strlen(c->title);
	return width;
}

void
history_table(const struct history_layout *l, const struct history *h,
	      size_t last, struct str *out)
{
	size_t first = h->n > last ? h->n - last : 0;
	char text[48];

	for (size_t i = first; i <= h->n; i++) {
		const char *between = "";

		for (size_t k = 0; k < history_columns_n; k++) {
			const struct history_column *c = &history_columns[k];
			int width;

			if (!c->title || !history_has(l, c))
				continue;
			width = width_of(c, h, first);
			if (width == 0)
				continue;
			if (i > first)
				print_cell(text, c, &h->row[i - 1]);
			str_addf(out, "%s%*s", between, width,
				 i > first ? text : c->title);
			between = "  ";
		}
		str_add_char(out, '\n');
	}
}
