/* cm_grid.c - small tables of dl-cm; see cm_int.h. */
#include "cm_int.h"

#include <math.h>

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>

const char *
cm_number(char text[CM_TEXT], double value, enum cm_format format)
{
	if (isnan(value))
		return format == CM_CSV || format == CM_TSV ||
		       format == CM_LONG ? "" : "-";
	num_print_double(text, value);
	return text;
}

const char *
cm_fixed(char text[CM_TEXT], double value, int decimals,
	 enum cm_format format)
{
	if (isnan(value) || format == CM_CSV || format == CM_TSV ||
	    format == CM_LONG || format == CM_JSON)
		return cm_number(text, value, format);
	(void)snprintf(text, CM_TEXT, "%.*f", decimals, value);
	return text;
}

const char *
cm_count(char text[CM_TEXT], double value)
{
	if (value == rint(value))
		num_print_double(text, value);
	else
		(void)snprintf(text, CM_TEXT, "%.6g", value);
	return text;
}

enum sheet_format
cm_sheet_format(enum cm_format format)
{
	switch (format) {
	case CM_TSV:
		return SHEET_TSV;
	case CM_CSV:
	case CM_LONG:
		return SHEET_CSV;
	case CM_MARKDOWN:
		return SHEET_MARKDOWN;
	case CM_HTML:
		return SHEET_HTML;
	default:
		return SHEET_TABLE;
	}
}

void
cm_gap(enum cm_format format)
{
	if (format == CM_TABLE || format == CM_MARKDOWN)
		putchar('\n');
}

int
cm_grid_add(struct cm_grid *g, const char *text, struct err *e)
{
	if (mem_grow(&g->cell, &g->room, g->n + 1, sizeof(*g->cell), e) < 0)
		return -1;
	g->cell[g->n] = mem_strdup(text, e);
	if (!g->cell[g->n])
		return -1;
	g->n++;
	return 0;
}

void
cm_grid_release(struct cm_grid *g)
{
	while (g->n)
		mem_free(g->cell[--g->n]);
	mem_free(g->cell);
	g->cell = NULL;
	g->room = 0;
}

/* An array of objects. */
static int
print_json(const struct cm_grid *g, struct err *e)
{
	struct str out = STR_INIT;
	struct json j = json_start(&out);
	size_t i, k;
	double value;
	int status;

	json_put_array(&j);
	for (i = 0; i < g->n; i++) {
		k = i % g->columns;
		if (k == 0)
			json_put_object(&j);
		json_key(&j, g->name[k]);
		if (k < g->texts)
			json_put_text(&j, g->cell[i]);
		else if (num_parse_real(g->cell[i], -INFINITY, INFINITY,
					&value, e) == 0)
			json_put_real(&j, value);
		else
			json_put_null(&j);
		if (k == g->columns - 1)
			json_end(&j);
	}
	json_end(&j);
	status = str_check(&out, e);
	if (status == 0)
		puts(out.buf);
	str_release(&out);
	return status;
}

int
cm_grid_print(const struct cm_grid *g, enum cm_format format, struct err *e)
{
	struct sheet s = {.format = cm_sheet_format(format),
			  .columns = g->columns, .out = stdout};
	struct sheet_cell *row;
	size_t i, width;

	if (format == CM_JSON)
		return print_json(g, e);
	s.width = mem_zalloc(g->columns, sizeof(*s.width), e);
	row = mem_zalloc(g->columns, sizeof(*row), e);
	if (!s.width || !row) {
		mem_free(s.width);
		mem_free(row);
		return -1;
	}
	for (i = 0; i < g->columns + g->n; i++) {
		width = sheet_width(i < g->columns ? g->name[i]
						   : g->cell[i - g->columns]);
		if (width > s.width[i % g->columns])
			s.width[i % g->columns] = width;
	}
	sheet_head(&s, g->name);
	for (i = 0; i < g->n; i++) {
		row[i % g->columns].text = g->cell[i];
		if (i % g->columns == g->columns - 1)
			sheet_row(&s, row);
	}
	mem_free(s.width);
	mem_free(row);
	return sheet_end(&s, e);
}
