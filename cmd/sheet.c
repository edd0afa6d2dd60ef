/* sheet.c - rows of text in several formats; see sheet.h. */
#include "sheet.h"

#include <string.h>

static size_t
count_characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

static void
add_shown(struct str *s, const char *text)
{
	str_add_quoted(s, text, strlen(text), 4096);
}

size_t
sheet_width(const char *text)
{
	struct str shown = STR_INIT;
	size_t n;

	add_shown(&shown, text);
	n = count_characters(shown.failed ? text : shown.buf);
	str_release(&shown);
	return n;
}

/* ---- one cell ------------------------------------------------------- */

static void
add_html_char(struct str *s, char c)
{
	switch (c) {
	case '<': str_add(s, "&lt;"); break;
	case '>': str_add(s, "&gt;"); break;
	case '&': str_add(s, "&amp;"); break;
	case '"': str_add(s, "&quot;"); break;
	default: str_add_char(s, c);
	}
}

static void
add_html(struct str *s, const char *t)
{
	while (*t)
		add_html_char(s, *t++);
}

static void
add_markdown(struct str *s, const char *t)
{
	for (; *t; t++) {
		if (*t == '|' || *t == '\\' || *t == '*' || *t == '_')
			str_add_char(s, '\\');
		add_html_char(s, *t == '\n' ? ' ' : *t);
	}
}

/* Shades of red for what is off the diagonal, green on it (256 colours). */
static void
open_color(const struct sheet *s, double heat, struct str *line)
{
	static const int red[] = {52, 88, 124, 160, 196};

	if (!s->color || heat == 0)
		return;
	if (heat < 0)
		str_add(line, "\033[1;32m");
	else
		str_addf(line, "\033[97;48;5;%dm",
			 red[heat >= 0.999 ? 4 : (int)(heat * 5)]);
}

static void
add_aligned(const struct sheet *s, size_t i, const struct sheet_cell *cell,
	    struct str *line)
{
	struct str shown = STR_INIT;
	size_t width;

	add_shown(&shown, cell->text);
	width = count_characters(shown.buf);
	if (i) {
		str_add_char(line, ' ');
		str_addf(line, "%*s", (int)(s->width[i] > width
					    ? s->width[i] - width : 0), "");
	}
	open_color(s, cell->heat, line);
	str_add(line, shown.buf);
	if (s->color && cell->heat != 0)
		str_add(line, "\033[0m");
	if (!i && s->columns > 1)
		str_addf(line, "%*s", (int)(s->width[i] > width
					    ? s->width[i] - width : 0), "");
	line->failed |= shown.failed;
	str_release(&shown);
}

static void
add_html_cell(size_t i, const struct sheet_cell *cell, const char *tag,
	      struct str *line)
{
	str_addf(line, "<%s", i ? tag : "th");
	if (cell->heat > 0)
		str_addf(line, " style=\"background:rgba(220,40,40,%.2f)\"",
			 cell->heat);
	else if (cell->heat < 0)
		str_add(line, " style=\"background:rgba(40,160,40,.25)\"");
	str_add_char(line, '>');
	add_html(line, cell->text);
	str_addf(line, "</%s>", i ? tag : "th");
}

static void
add_cell(const struct sheet *s, size_t i, const struct sheet_cell *cell,
	 const char *tag, struct str *line)
{
	switch (s->format) {
	case SHEET_TABLE:
		add_aligned(s, i, cell, line);
		break;
	case SHEET_TSV:
		if (i)
			str_add_char(line, '\t');
		str_add_csv(line, cell->text, strlen(cell->text), '\t');
		break;
	case SHEET_CSV:
		if (i)
			str_add_char(line, ',');
		str_add_csv(line, cell->text, strlen(cell->text), ',');
		break;
	case SHEET_MARKDOWN:
		str_add(line, i ? " | " : "| ");
		add_markdown(line, cell->text);
		break;
	case SHEET_HTML:
		add_html_cell(i, cell, tag, line);
		break;
	}
}

/* ---- rows ----------------------------------------------------------- */

static void
print_line(struct sheet *s, const struct sheet_cell *cell,
	   const char *const *name, const char *tag)
{
	struct sheet_cell plain = {NULL, 0};
	struct str line = STR_INIT;
	size_t i;

	if (s->format == SHEET_HTML)
		str_add(&line, "<tr>");
	for (i = 0; i < s->columns; i++) {
		if (name)
			plain.text = name[i];
		add_cell(s, i, name ? &plain : &cell[i], tag, &line);
	}
	if (s->format == SHEET_HTML)
		str_add(&line, "</tr>");
	if (s->format == SHEET_MARKDOWN)
		str_add(&line, " |");
	str_add_char(&line, '\n');
	if (!line.failed)
		fwrite(line.buf, 1, line.len, s->out);
	s->failed |= line.failed;
	str_release(&line);
}

void
sheet_head(struct sheet *s, const char *const *name)
{
	size_t i;

	if (s->format == SHEET_HTML)
		fputs("<table>\n", s->out);
	print_line(s, NULL, name, "th");
	if (s->format != SHEET_MARKDOWN)
		return;
	fputs("| --- |", s->out);
	for (i = 1; i < s->columns; i++)
		fputs(" ---: |", s->out);
	fputc('\n', s->out);
}

void
sheet_row(struct sheet *s, const struct sheet_cell *cell)
{
	print_line(s, cell, NULL, "td");
}

int
sheet_end(struct sheet *s, struct err *e)
{
	if (s->format == SHEET_HTML)
		fputs("</table>\n", s->out);
	return s->failed ? err_nomem(e, "a table") : 0;
}
