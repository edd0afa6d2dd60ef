/*
 * csv_dialect.h - how a table's text is written: what the writer of a table and
 * its readers must agree on.  A model keeps the dialect of its training table.
 */
#ifndef DLTOOLS_CSV_DIALECT_H
#define DLTOOLS_CSV_DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum csv_format {
	CSV_DELIMITED,
	CSV_SVMLIGHT, /* label index:value index:value ... # comment */
};

/* What a column has of its own.  Owns all. */
struct csv_own {
	char *column;
	char *header; /* its name in the text; NULL: the same */
	char *format; /* of times; NULL: ISO 8601 */
	char **na;    /* cells that mean missing, besides the table's */
	size_t na_n;
};

/* Owns comment, na[] and own[].  Zeroed means empty. */
struct csv_dialect {
	enum csv_format format;
	int index_base; /* svmlight: of the first feature, 0 or 1 */
	char delimiter;
	char quote;   /* NUL: none */
	char escape;  /* NUL: none; inside quotes only */
	char decimal; /* '.' */
	bool has_header;
	bool latin1;  /* bytes are ISO 8859-1, else UTF-8; not of svmlight */
	char *comment; /* lines that begin so are no records; NULL: none */
	char **na;     /* cells that mean missing, besides the empty one */
	size_t na_n;
	struct csv_own *own; /* of some columns, in the table's order */
	size_t owns, own_room;
};

/* RFC 4180 with comma and header; "NA", "NaN" and the like are missing. */
int csv_dialect_init(struct csv_dialect *d, struct err *e) MUST_USE;
/* Lines of svmlight: blanks, no quotes, comments begin with #. */
int csv_dialect_svmlight(struct csv_dialect *d, int index_base,
			 struct err *e) MUST_USE;
int csv_dialect_copy(struct csv_dialect *to, const struct csv_dialect *from,
		     struct err *e) MUST_USE;
/* One column more; texts are copied. */
int csv_dialect_add_own(struct csv_dialect *d, const struct csv_own *own,
			struct err *e) MUST_USE;
/* The tokens for all columns that d has not yet. */
int csv_dialect_add_na(struct csv_dialect *d, const struct csv_dialect *from,
		       struct err *e) MUST_USE;
void csv_dialect_release(struct csv_dialect *d);
/* Missing by this dialect?  Blanks around the token do not count. */
bool csv_is_na(const struct csv_dialect *d, const char *cell, size_t len);

struct csv_guess {
	char delimiter;
	size_t columns;
	size_t lines;      /* records looked at */
	size_t lines_fit;  /* of them with that many columns */
	bool has_header;
	char why[200];     /* the evidence for the header, for people */
};

/*
 * From the beginning of a text.  known: what is not to be guessed (delimiter
 * not NUL; header 1 yes, 0 no, -1 guess).  ERR_USAGE when two delimiters fit
 * equally well.
 */
int csv_guess(struct csv_guess *g, const struct csv_dialect *known, int header,
	      const char *bytes, size_t len, bool whole, const char *path,
	      struct err *e) MUST_USE;

#endif
