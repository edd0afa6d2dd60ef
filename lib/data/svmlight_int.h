/*
 * svmlight_int.h - a line of svmlight (libsvm) text:
 *
 *	LABEL [qid:N] INDEX:VALUE INDEX:VALUE ... [# comment]
 *
 * Blanks and tabs stand between; indices ascend and count from the base, 0 or
 * 1; features that are not there are 0.  Index i is input column
 * i - base, which is column i - base + 2 of the table (the label is the first).
 */
#ifndef DATA_SVMLIGHT_INT_H
#define DATA_SVMLIGHT_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/err.h>

/* More columns than anyone has are a mistake, and cost memory. */
#define SVMLIGHT_COLUMNS 10000000

/* Reused from line to line; zeroed means empty. */
struct svmlight_line {
	const char *label; /* into the text; len 0: an empty line */
	size_t label_len;
	bool has_query;    /* a qid, left out */
	uint32_t *column;  /* [pairs] from 0, ascending */
	double *value;     /* [pairs], zeros left out */
	size_t pairs, column_room, value_room;
	size_t width;      /* the highest index counts, its value a zero too */
	size_t fields;     /* label, qid and pairs */
};

void svmlight_release(struct svmlight_line *line);

/*
 * ERR_INPUT on a line that breaks the rules: the message begins with the number
 * of the field, from 1, a colon and a blank; e is prefixed by the caller, who
 * knows file and line.
 */
int svmlight_parse(struct svmlight_line *line, int base, const char *text,
		   size_t len, struct err *e) MUST_USE;

#endif
