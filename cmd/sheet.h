/*
 * sheet.h - rows of text printed as an aligned table, CSV, TSV, Markdown or
 * HTML, one row at a time, so that a table may be larger than memory.
 *
 *	struct sheet s = {.format = SHEET_TSV, .columns = 3, .out = stdout};
 *
 *	sheet_head(&s, names);
 *	sheet_row(&s, cells);
 *	sheet_end(&s, &e);
 *
 * The end tells whether memory ran out in a row.
 */
#ifndef CMD_SHEET_H
#define CMD_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <dltools/str.h>

enum sheet_format {
	SHEET_TABLE,
	SHEET_TSV,
	SHEET_CSV,
	SHEET_MARKDOWN,
	SHEET_HTML,
};

/* A cell; text is copied nowhere and must live until the row is printed. */
struct sheet_cell {
	const char *text;
	double heat; /* shade in [0, 1]; negative: a cell of the diagonal */
};

struct sheet {
	enum sheet_format format;
	size_t *width; /* [columns], of a table; the caller's */
	size_t columns;
	bool color; /* shade cells of a table */
	FILE *out;
	bool failed;
};

/* Characters that a table shows for a text: control bytes take several. */
size_t sheet_width(const char *text);

/* The first column is text, the others stand to the right. */
void sheet_head(struct sheet *s, const char *const *name);
void sheet_row(struct sheet *s, const struct sheet_cell *cell);
int sheet_end(struct sheet *s, struct err *e) MUST_USE;

#endif
