/*
 * table.c - small tables as text; see table.h.
 */
#include "table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>

/* ---- filling --------------------------------------------------------- */

void
table_start(struct table *t, const char *const *names, size_t columns)
{
	*t = (struct table){.names = names, .columns = columns};
	str_init(&t->text);
}

static void
add(struct table *t, struct table_cell cell)
{
	struct err e = {0};

	if (!t->failed && mem_grow(&t->cell, &t->room, t->n + 1,
				   sizeof *t->cell, &e) == 0)
		t->cell[t->n++] = cell;
	else
		t->failed = true;
}

void
table_text(struct table *t, const char *bytes, size_t len)
{
	add(t, (struct table_cell){.kind = CELL_TEXT, .at = t->text.len,
				   .len = len});
	str_add_bytes(&t->text, bytes, len);
}

void
table_figure(struct table *t, const char *text)
{
	table_text(t, text, strlen(text));
	if (!t->failed)
		t->cell[t->n - 1].kind = CELL_FIGURE;
}

void
table_int(struct table *t, int64_t value)
{
	add(t, (struct table_cell){.kind = CELL_INT, .whole = value});
}

void
table_real(struct table *t, double value)
{
	if (isnan(value))
		table_none(t);
	else
		add(t, (struct table_cell){.kind = CELL_REAL, .real = value});
}

void
table_float(struct table *t, double value)
{
	if (isnan(value))
		table_none(t);
	else
		add(t, (struct table_cell){.kind = CELL_FLOAT, .real = value});
}

void
table_bool(struct table *t, bool value)
{
	add(t, (struct table_cell){.kind = CELL_BOOL, .whole = value});
}

void
table_none(struct table *t)
{
	add(t, (struct table_cell){.kind = CELL_NONE});
}

void
table_release(struct table *t)
{
	if (!t)
		return;
	mem_free(t->cell);
	str_release(&t->text);
	*t = (struct table){0};
}

/* ---- cells ----------------------------------------------------------- */

static bool
is_for_people(enum table_format format)
{
	return format == TABLE_ALIGNED || format == TABLE_MARKDOWN ||
	       format == TABLE_HTML;
}

/* Bytes that mean something to Markdown or HTML become harmless. */
static void
add_markup(struct str *out, const char *bytes, size_t len,
	   enum table_format format)
{
	static const char special[] = "&<>|";
	static const char *const entity[] = {"&amp;", "&lt;", "&gt;", "\\|"};
	struct str text = STR_INIT;
	const char *p;

	str_add_quoted(&text, bytes, len, 1000);
	for (p = text.buf; *p; p++) {
		const char *hit = strchr(special, *p);

		if (hit && !(*hit == '|' && format == TABLE_HTML))
			str_add(out, entity[hit - special]);
		else
			str_add_char(out, *p);
	}
	out->failed |= text.failed;
	str_release(&text);
}

static void
add_text(struct str *out, const char *bytes, size_t len,
	 enum table_format format, size_t widest)
{
	struct json j;

	switch (format) {
	case TABLE_ALIGNED:
		str_add_quoted(out, bytes, len, widest ? widest : 60);
		break;
	case TABLE_CSV:
		str_add_csv(out, bytes, len, ',');
		break;
	case TABLE_TSV:
		str_add_csv(out, bytes, len, '\t');
		break;
	case TABLE_JSON:
		j = json_start(out);
		json_put_bytes(&j, bytes, len);
		break;
	case TABLE_MARKDOWN:
	case TABLE_HTML:
		add_markup(out, bytes, len, format);
		break;
	}
}

static void
add_real(struct str *out, double value, enum table_format format)
{
	char text[NUM_TEXT];

	if (is_for_people(format) && value != rint(value)) {
		str_addf(out, "%.6g", value);
		return;
	}
	if (format == TABLE_JSON && isinf(value)) {
		str_add(out, "null");
		return;
	}
	str_add_bytes(out, text, num_print_double(text, value));
}

static void
add_cell(struct str *out, const struct table *t, const struct table_cell *c,
	 enum table_format format)
{
	char text[NUM_TEXT];

	switch (c->kind) {
	case CELL_NONE:
		if (format == TABLE_JSON)
			str_add(out, "null");
		else if (is_for_people(format))
			str_add_char(out, '-');
		break;
	case CELL_TEXT:
	case CELL_FIGURE:
		add_text(out, t->text.buf + c->at, c->len, format,
			 c->kind == CELL_TEXT ? t->widest : 0);
		break;
	case CELL_INT:
		str_add_bytes(out, text, num_print_int(text, c->whole));
		break;
	case CELL_REAL:
		add_real(out, c->real, format);
		break;
	case CELL_FLOAT:
		str_add_bytes(out, text, num_print_float(text,
							 (float)c->real));
		break;
	case CELL_BOOL:
		if (is_for_people(format))
			str_add(out, c->whole ? "yes" : "no");
		else
			str_add(out, c->whole ? "true" : "false");
		break;
	}
}

void
table_cell_text(const struct table *t, size_t cell, enum table_format format,
		struct str *out)
{
	add_cell(out, t, &t->cell[cell], format);
}

/* ---- formats --------------------------------------------------------- */

static void
print_separated(const struct table *t, enum table_format format,
		struct str *out)
{
	char mark = format == TABLE_CSV ? ',' : '\t';
	size_t i, k;

	for (k = 0; k < t->columns; k++) {
		if (k)
			str_add_char(out, mark);
		add_text(out, t->names[k], strlen(t->names[k]), format, 0);
	}
	str_add_char(out, '\n');
	for (i = 0; i < t->n; i++) {
		if (i % t->columns)
			str_add_char(out, mark);
		add_cell(out, t, &t->cell[i], format);
		if (i % t->columns == t->columns - 1)
			str_add_char(out, '\n');
	}
}

static void
print_json(const struct table *t, struct str *out)
{
	size_t i, k;

	str_add(out, t->lines ? "" : "[\n");
	for (i = 0; i < t->n; i++) {
		k = i % t->columns;
		str_add(out, k || (i && !t->lines) ? "," : "");
		str_add(out, k ? "" : i ? "\n{" : "{");
		add_text(out, t->names[k], strlen(t->names[k]), TABLE_JSON,
			 0);
		str_add_char(out, ':');
		add_cell(out, t, &t->cell[i], TABLE_JSON);
		if (k == t->columns - 1)
			str_add_char(out, '}');
	}
	str_add(out, t->lines ? "" : t->n ? "\n]" : "]");
	str_add(out, t->lines && !t->n ? "" : "\n");
}

/* Columns on the screen: bytes that begin a character. */
static size_t
width_of(const char *text, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

static void
pad(struct str *out, size_t n)
{
	while (n-- > 0)
		str_add_char(out, ' ');
}

struct look {
	size_t width;
	bool to_right;
};

static void
put_aligned(struct str *out, const struct str *text, const struct look *look,
	    bool is_last)
{
	size_t gap = look->width - width_of(text->buf, text->len);

	if (look->to_right)
		pad(out, gap);
	str_add_bytes(out, text->buf, text->len);
	if (!look->to_right && !is_last)
		pad(out, gap);
	str_add(out, is_last ? "\n" : "  ");
}

/* Numbers, none, or text that says "about". */
static bool
is_numeric(const struct table *t, size_t column)
{
	size_t i;

	for (i = column; i < t->n; i += t->columns) {
		const struct table_cell *c = &t->cell[i];

		if (c->kind == CELL_BOOL ||
		    (c->kind == CELL_TEXT &&
		     (c->len == 0 || t->text.buf[c->at] != '~')))
			return false;
	}
	return true;
}

/* Markdown: | a | b |; to the right under ---: */
static void
print_markdown(const struct table *t, struct str *out)
{
	size_t i, k;

	for (k = 0; k < t->columns; k++) {
		str_add(out, k ? " | " : "| ");
		add_text(out, t->names[k], strlen(t->names[k]),
			 TABLE_MARKDOWN, 0);
	}
	str_add(out, " |\n");
	for (k = 0; k < t->columns; k++)
		str_add(out, is_numeric(t, k) ? "|---:" : "|---");
	str_add(out, "|\n");
	for (i = 0; i < t->n; i++) {
		str_add(out, i % t->columns ? " | " : "| ");
		add_cell(out, t, &t->cell[i], TABLE_MARKDOWN);
		if (i % t->columns == t->columns - 1)
			str_add(out, " |\n");
	}
}

static void
print_html(const struct table *t, struct str *out)
{
	size_t i, k;

	str_add(out, "<table>\n<thead><tr>");
	for (k = 0; k < t->columns; k++) {
		str_add(out, is_numeric(t, k) ? "<th class=\"n\">" : "<th>");
		add_text(out, t->names[k], strlen(t->names[k]), TABLE_HTML,
			 0);
		str_add(out, "</th>");
	}
	str_add(out, "</tr></thead>\n<tbody>\n");
	for (i = 0; i < t->n; i++) {
		k = i % t->columns;
		str_add(out, k ? "" : "<tr>");
		str_add(out, is_numeric(t, k) ? "<td class=\"n\">" : "<td>");
		add_cell(out, t, &t->cell[i], TABLE_HTML);
		str_add(out, k == t->columns - 1 ? "</td></tr>\n" : "</td>");
	}
	str_add(out, "</tbody></table>\n");
}

static bool
stands_above(const struct table *t, int64_t row)
{
	const struct table_cell *c;

	if (!t->above || row < 0)
		return false;
	c = &t->cell[(size_t)row * t->columns];
	return c->kind == CELL_TEXT && c->len > t->above;
}

/* Breaks at blanks, or within a word that is longer than a line. */
static void
add_wrapped(struct str *out, const char *text, size_t width)
{
	while (*text) {
		size_t end = 0, blank = 0, n = 0;

		for (; text[end]; end++) {
			n += ((unsigned char)text[end] & 0xc0) != 0x80;
			if (n > width)
				break;
			if (text[end] == ' ')
				blank = end;
		}
		if (text[end] && blank)
			end = blank;
		str_add_bytes(out, text, end);
		str_add_char(out, '\n');
		text += end;
		text += *text == ' ';
	}
}

static void
put_above(const struct table *t, int64_t row, struct str *out)
{
	const struct table_cell *c = &t->cell[(size_t)row * t->columns];
	struct str text = STR_INIT;

	str_add_quoted(&text, t->text.buf + c->at, c->len, SIZE_MAX);
	add_wrapped(out, text.buf, t->width);
	out->failed |= text.failed;
	str_release(&text);
}

/* Row -1 is the header. */
static void
aligned_cell(const struct table *t, int64_t row, size_t column,
	     struct str *text)
{
	str_reset(text);
	if (row < 0)
		str_add_quoted(text, t->names[column],
			       strlen(t->names[column]), SIZE_MAX);
	else if (column || !stands_above(t, row))
		add_cell(text, t,
			 &t->cell[(size_t)row * t->columns + column],
			 TABLE_ALIGNED);
}

static void
print_aligned(const struct table *t, struct str *out)
{
	int64_t row, rows = (int64_t)(t->n / t->columns);
	struct str text = STR_INIT;
	struct err e = {0};
	struct look *look = mem_zalloc(t->columns, sizeof *look, &e);
	size_t k, w;

	for (k = 0; look && k < t->columns; k++) {
		look[k].to_right = is_numeric(t, k);
		for (row = -1; row < rows; row++) {
			aligned_cell(t, row, k, &text);
			w = width_of(text.buf, text.len);
			look[k].width = w > look[k].width ? w : look[k].width;
		}
	}
	for (row = -1; look && row < rows; row++) {
		if (stands_above(t, row))
			put_above(t, row, out);
		for (k = 0; k < t->columns; k++) {
			aligned_cell(t, row, k, &text);
			put_aligned(out, &text, &look[k],
				    k == t->columns - 1);
		}
	}
	out->failed |= !look || text.failed;
	mem_free(look);
	str_release(&text);
}

void
table_print(const struct table *t, enum table_format format, struct str *out)
{
	out->failed |= t->failed || t->text.failed;
	if (out->failed)
		return;
	if (format == TABLE_ALIGNED)
		print_aligned(t, out);
	else if (format == TABLE_JSON)
		print_json(t, out);
	else if (format == TABLE_MARKDOWN)
		print_markdown(t, out);
	else if (format == TABLE_HTML)
		print_html(t, out);
	else
		print_separated(t, format, out);
}
