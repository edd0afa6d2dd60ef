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

void
history_header(const struct history_layout *l, enum history_format format,
	       struct str *out)
{
	const char *between = "";

	if (format == HISTORY_JSONL)
		return;
	for (size_t c = 0; c < history_columns_n; c++) {
		if (!history_has(l, &history_columns[c]))
			continue;
		str_add(out, between);
		str_add(out, history_columns[c].name);
		between = format == HISTORY_TSV ? "\t" : ",";
	}
	str_add_char(out, '\n');
}

/* Missing measures are empty cells. */
static void
add_cell(const struct history_column *c, const struct history_row *row,
	 struct str *out)
{
	double value = history_value(c, row);
	char text[NUM_TEXT];

	if (isnan(value))
		return;
	if (c->form == HISTORY_CLOCK)
		history_clock(value, text);
	else
		num_print_double(text, value);
	str_add(out, text);
}

static void
add_json(const struct history_layout *l, const struct history_row *row,
	 struct str *out)
{
	struct json j = json_start(out);
	char text[32];

	json_put_object(&j);
	json_key(&j, "schema");
	json_put_text(&j, "dl.history/1");
	for (size_t i = 0; i < history_columns_n; i++) {
		const struct history_column *c = &history_columns[i];

		if (!history_has(l, c))
			continue;
		json_key(&j, c->name);
		if (c->form == HISTORY_CLOCK) {
			history_clock(history_value(c, row), text);
			json_put_text(&j, text);
		} else {
			json_put_real(&j, history_value(c, row));
		}
	}
	json_end(&j);
	str_add_char(out, '\n');
}

void
history_line(const struct history_layout *l, enum history_format format,
	     const struct history_row *row, struct str *out)
{
	const char *between = "";

	if (format == HISTORY_JSONL) {
		add_json(l, row, out);
		return;
	}
	for (size_t c = 0; c < history_columns_n; c++) {
		if (!history_has(l, &history_columns[c]))
			continue;
		str_add(out, between);
		add_cell(&history_columns[c], row, out);
		between = format == HISTORY_TSV ? "\t" : ",";
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
