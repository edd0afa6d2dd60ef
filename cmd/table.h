/*
 * table.h - a small table printed aligned for people, or as CSV, TSV,
 * JSON, Markdown or HTML.
 *
 *	struct table t = {0};
 *
 *	table_start(&t, names, 2);
 *	table_text(&t, "x", 1);
 *	table_real(&t, 0.5);
 *	table_print(&t, TABLE_ALIGNED, &out);
 *	table_release(&t);
 *
 * Cells are added row by row.  Failures are remembered and told by the
 * str_check() of what was printed.
 */
#ifndef CMD_TABLE_H
#define CMD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/str.h>

enum table_format {
	TABLE_ALIGNED, /* two blanks apart, numbers to the right, %.6g */
	TABLE_CSV,     /* shortest numbers; a cell without value is empty */
	TABLE_TSV,     /* the same with tabs */
	TABLE_JSON,    /* an array of objects; no value is null */
	TABLE_MARKDOWN, /* as aligned, in GitHub's manner */
	TABLE_HTML,    /* as aligned; a table element */
};

struct table_cell {
	enum { CELL_NONE, CELL_TEXT, CELL_FIGURE, CELL_INT, CELL_REAL,
	       CELL_FLOAT, CELL_BOOL } kind;
	size_t at, len; /* text; CELL_FIGURE: a number made ready */
	int64_t whole;
	double real; /* of a float too */
};

struct table {
	const char *const *names;
	size_t columns;
	struct table_cell *cell;
	size_t n, room;
	struct str text;
	size_t widest; /* of texts for people: 60 if 0 */
	bool lines;    /* JSON: an object a line, no array */
	/*
	 * Aligned: texts of the first column longer than this stand above
	 * their rows, on lines of at most `width` characters; 0: none do.
	 */
	size_t above, width;
	bool failed;
};

void table_start(struct table *t, const char *const *names, size_t columns);
void table_text(struct table *t, const char *bytes, size_t len);
/* Text that stands to the right, as numbers do. */
void table_figure(struct table *t, const char *text);
void table_int(struct table *t, int64_t value);
void table_real(struct table *t, double value); /* NaN: no value */
void table_float(struct table *t, double value); /* a float: its text */
void table_bool(struct table *t, bool value);
void table_none(struct table *t);

/* One cell as it is printed. */
void table_cell_text(const struct table *t, size_t cell,
		     enum table_format format, struct str *out);

/* Appends the header line and the rows. */
void table_print(const struct table *t, enum table_format format,
		 struct str *out);
void table_release(struct table *t);

#endif
