/*
 * records.h - records of delimited text as rows of a batch, for scoring.
 *
 * The model says everything: names, types, levels, NA tokens.  Made once per
 * stream from its first record; read by many threads after that.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/batch.h>
#include <dltools/csv.h>
#include <dltools/encoder.h>
#include <dltools/err.h>

#include "data/cell_int.h"
#include "data/level_index.h"

/* What a column has of its own: tokens beside the table's, a format. */
struct records_own {
	struct na_set na;
	const char *format; /* of times; NULL: ISO 8601 */
};

struct records {
	const struct encoder *enc;
	const struct csv_dialect *dialect;
	const char *path;      /* for messages; borrowed */
	struct na_set na;      /* the table's */
	struct records_own *own; /* of the dialect's, one by one */
	const struct records_own **own_at; /* [fields], or NULL */
	bool has_header;       /* the first record is no row */
	size_t fields;         /* of every record */
	bool is_svmlight;      /* lines of svmlight: no names, no fields */
	float *absent;         /* svmlight: dense units of a row of zeros */
	char **name;           /* [fields] */
	enum column_type *type; /* [fields]: in the model's table, or 0 */
	size_t *field;         /* of each predictor; SIZE_MAX: not there */
	size_t response, offset, weights; /* fields, or SIZE_MAX */
	bool needs_weights; /* set after init: a missing one is an error */
	struct level_index *index; /* of each enum predictor */
	struct level_index classes;
};

/*
 * first: record 0 of a scanned block.  header: 1 yes, 0 no, -1: a header if it
 * is made of the model's column names.  ERR_SCHEMA if the columns cannot be
 * told or if no predictor is there.
 */
int records_init(struct records *r, const struct encoder *enc,
		 const struct csv_dialect *dialect, const char *path,
		 const struct csv_block *first, int header,
		 struct err *e) MUST_USE;
/* Lines of svmlight.  ERR_SCHEMA if the model's table cannot be such text. */
int records_init_svmlight(struct records *r, const struct encoder *enc,
			  const struct csv_dialect *dialect, const char *path,
			  struct err *e) MUST_USE;
void records_release(struct records *r);

/* What a batch does not hold; arrays of at least as many rows. */
struct records_side {
	double *actual;  /* response in its own units, NaN if missing */
	double *weight;  /* also beyond the floats of a batch */
	int64_t *unseen; /* per predictor, added to */
	int64_t *pairs;  /* features of svmlight that are not 0, added to */
};

/*
 * Records first .. first+n-1 of a scanned block into b (from row 0 on).
 * ERR_INPUT naming line and field for a record of another width, a broken one,
 * or text in a numeric column.
 */
int records_fill(const struct records *r, const struct csv_block *block,
		 size_t first, size_t n, struct batch *b,
		 struct records_side *side, struct err *e) MUST_USE;

/* A cell of a num or time column: 1 a number, 0 missing, -1 neither. */
int records_number(const struct records *r, size_t field, const char *text,
		   size_t len, double *out);

/* Does this cell of a field mean that its value is missing? */
bool records_is_na(const struct records *r, size_t field, const char *text,
		   size_t len);

/* The first word of a line of svmlight; empty where there is none. */
const char *records_svmlight_label(const struct csv_block *b,
				   const struct csv_record *rec, size_t *len);
/* What records_fill() does with such lines. */
int records_fill_svmlight(const struct records *r,
			  const struct csv_block *block, size_t first,
			  size_t n, struct batch *b,
			  struct records_side *side, struct err *e) MUST_USE;

/* An empty line: no row, unless the table has one column. */
static inline bool
records_is_blank(const struct records *r, const struct csv_block *b,
		 const struct csv_record *rec)
{
	size_t len;

	if (!r->is_svmlight)
		return rec->fault == CSV_BLANK && r->fields > 1;
	records_svmlight_label(b, rec, &len);
	return len == 0;
}

#endif
