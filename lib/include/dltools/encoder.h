/*
 * encoder.h - from table columns to input units: which columns are used, how
 * numbers are standardized, which level lights which unit.
 *
 * Built once from the training frame's statistics (encoder_build), stored in
 * the model, and used again for every frame or CSV that is scored, so the same
 * row always gives the same units.
 *
 * Unit order: categorical predictors first, by number of levels descending
 * (the exchange sort of H2O), then numerics in frame order; each categorical
 * has its level units and one "missing" unit at the end.  Numeric x becomes
 * (x - sub) * mul; a missing numeric the training mean (0 after it).
 */
#ifndef DLTOOLS_ENCODER_H
#define DLTOOLS_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "err.h"
#include "frame.h"
#include "pool.h"

enum missing_handling { MISSING_MEAN_IMPUTATION, MISSING_SKIP };

struct encoder_column {
	char *name;
	enum column_type type;      /* num (time counts as num) or enum */
	struct string_table levels; /* enum, training order */
	size_t first_unit;
	size_t units;
	double sub, mul, fill;      /* num; fill = value used when missing */
	bool had_missing;
	struct column_stats stats;  /* of the training frame */
};

/* A column of the training table that is no predictor, and why. */
enum column_role {
	ROLE_PREDICTOR = 1,
	ROLE_RESPONSE,
	ROLE_WEIGHTS,
	ROLE_OFFSET,
	ROLE_FOLD,
	ROLE_IGNORED,  /* by the user */
	ROLE_CONSTANT, /* dropped: constant or all missing */
	ROLE_UNUSABLE, /* dropped: text */
};

struct encoder_source {
	char *name;
	enum column_type type;
	enum column_role role;
	int64_t predictor; /* index into columns[], -1 */
};

struct encoder {
	struct encoder_source *source; /* every column of the training table */
	size_t sources;
	struct encoder_column *column; /* predictors in unit order */
	size_t columns;
	size_t sparse, dense;          /* units, batch.h */
	size_t row_entries;            /* most sparse entries of one row */
	bool use_all_factor_levels;
	bool standardize;
	/* response */
	char *response;                /* NULL for an autoencoder */
	enum column_type response_type;
	struct string_table classes;   /* classification */
	double *priors;                /* class shares in training */
	double response_sub, response_mul; /* regression: y' = (y - sub) * mul */
	double response_mean;              /* in its own units: R2, baselines */
	enum missing_handling missing;
	char *weights_column, *offset_column;
};

struct encoder_options {
	const char *response;
	const char *const *ignored;
	size_t ignored_n;
	const char *const *used; /* -x: only these; NULL = all */
	size_t used_n;
	const char *weights_column, *offset_column, *fold_column;
	bool autoencoder;
	bool ignore_const_cols, use_all_factor_levels, standardize;
	bool raw_response; /* distributions with a log link */
	enum missing_handling missing;
};

/*
 * Errors: ERR_SCHEMA for a response that is not there, constant or has one
 * level, for no usable predictor; names quoted, nearest name suggested.
 */
int encoder_build(struct encoder *enc, const struct frame *f,
		  const struct encoder_options *o, struct err *e) MUST_USE;
void encoder_release(struct encoder *enc);

size_t encoder_units(const struct encoder *enc);
/* "column.level", "column.missing(NA)", "column"; caller frees. */
char *encoder_unit_name(const struct encoder *enc, size_t unit,
			struct err *e) MUST_USE;

/* ---- training rows in memory ---------------------------------------- */

/*
 * All usable rows of a frame, packed: numeric columns whose values are small
 * integers stay bytes (or 16 bits), others floats; levels as codes.  Rows whose
 * response is missing (and, in skip mode, rows with a missing predictor) are
 * left out: rows_count is T of the schedule.
 */
struct rows;

struct rows *rows_load(const struct frame *f, const struct encoder *enc,
		       struct pool *pool, struct err *e) MUST_USE;
void rows_free(struct rows *r);
int64_t rows_count(const struct rows *r);
uint64_t rows_bytes(const struct rows *r);

/* Writes row index[i] into row at + i of b, i < n.  Thread-safe, no failure. */
void rows_fetch(const struct rows *r, const int64_t *index, size_t n,
		struct batch *b, size_t at);

/* A batch of the right widths for this encoder. */
int encoder_batch(const struct encoder *enc, size_t room, struct batch *b,
		  struct err *e) MUST_USE;

#endif
