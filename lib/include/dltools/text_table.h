/*
 * text_table.h - a small table of text, whole in memory: result rows, histories
 * and other CSV or TSV files that people keep.
 *
 *	struct text_table t = {0};
 *
 *	text_table_read(&t, "runs.csv", &e);
 *	c = text_table_column(&t, "test set error");
 *	text_table_number(&t, row, c, &value, &e);
 *	text_table_release(&t);
 *
 * The first line names the columns.  The delimiter is the one of comma, tab,
 * semicolon that is most frequent in it.  Compressed files are read too.
 */
#ifndef DLTOOLS_TEXT_TABLE_H
#define DLTOOLS_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct text_cell {
	size_t at, len; /* in bytes[], which has a NUL behind each cell */
};

/* Zeroed means empty. */
struct text_table {
	char *path; /* for messages */
	char *bytes;
	size_t used, bytes_room;
	struct text_cell *cell; /* [rows + 1][columns]: names first */
	size_t cells, cell_room;
	int64_t *line; /* [rows]: physical line of each row, from 1 */
	size_t rows, line_room;
	size_t columns;
	bool is_open; /* the last line has no line end */
	int64_t cut;  /* of text_table_read_log() */
};

#define TEXT_TABLE_NONE ((size_t)-1)

/*
 * ERR_INPUT: no such file, empty, ragged, broken.  A table that has a header
 * and no rows is read: rows = 0.
 */
int text_table_read(struct text_table *t, const char *path,
		    struct err *e) MUST_USE;
/*
 * The same of a file that grows by a line at a time: a last line that lacks its
 * end and some fields, as a crash leaves it behind others, is left out and its
 * number is t->cut.
 */
int text_table_read_log(struct text_table *t, const char *path,
			struct err *e) MUST_USE;
/* The header line only. */
int text_table_names(struct text_table *t, const char *path,
		     struct err *e) MUST_USE;
void text_table_release(struct text_table *t);

const char *text_table_name(const struct text_table *t, size_t column);
/* Blanks and `_` in names are alike.  TEXT_TABLE_NONE if there is none. */
size_t text_table_column(const struct text_table *t, const char *name);
const char *text_table_cell(const struct text_table *t, size_t row,
			    size_t column);
/* NA, nan, inf, null or nothing: what stands where no finite number is. */
bool text_table_is_none(const char *text, size_t len);
/* NaN for such a cell and for a missing column; else a number. */
int text_table_number(const struct text_table *t, size_t row, size_t column,
		      double *value, struct err *e) MUST_USE;
/* Puts "path:line:field: name" before the message in e; returns -1. */
int text_table_error(const struct text_table *t, size_t row, size_t column,
		     struct err *e);

#endif
