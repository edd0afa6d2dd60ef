/*
 * encoder.h - from table columns to input units: which columns are used, how
 * numbers are standardized, which level lights which unit.
 *
 * Built once from the training frame, stored in the model, used again for every
 * table that is scored.
 *
 * Unit order: categorical predictors first, by number of levels descending
 * (the exchange sort of H2O), then numerics in frame order; each categorical
 * has its level units and one "missing" unit at the end.  Numeric x becomes
 * (x - sub) * mul; a missing numeric the training mean (0 after it).
 *
 * Numbers that are not centred (sub = 0) leave zeros zero.  Where there are
 * many columns that are mostly zero, those are kept as (index, value) entries
 * of a batch and come before the other numerics.  That is a matter of storage:
 * the net is the same, its input units stand in another order.
 */
#ifndef DLTOOLS_ENCODER_H
#define DLTOOLS_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "err.h"
#include "frame.h"

enum missing_handling { MISSING_MEAN_IMPUTATION, MISSING_SKIP };

struct encoder_column {
	char *name;
	enum column_type type;      /* num (time counts as num) or enum */
	struct string_table levels; /* enum, training order */
	size_t first_unit;
	size_t units;
	double sub, mul, fill; /* num: x' = (x - sub) * mul; fill if missing */
	bool had_missing;
	bool is_integer;
	bool is_sparse; /* num: given as entries; sub is 0 */
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
	size_t enums;                  /* categorical ones, the first columns */
	size_t row_entries;            /* most sparse entries of one row */
	bool use_all_factor_levels;
	bool standardize;
	bool uncentred;                /* numbers are scaled only; a column
					* that a table lacks is 0 */
	/* response */
	char *response;                /* NULL for an autoencoder */
	enum column_type response_type;
	struct string_table classes;   /* classification */
	double *priors;                /* class shares in the training table */
	double *balanced;              /* those of the rows presented, if they
					* are others (balance_classes) */
	double response_sub, response_mul; /* regression: y' = (y - sub) * mul */
	double response_mean;              /* in its own units: R2, baselines */
	enum missing_handling missing;
	char *weights_column, *offset_column; /* or NULL */
};

struct encoder_options {
	const char *response;            /* name or number; NULL: autoencoder */
	const char *const *ignored;
	size_t ignored_n;
	const char *const *used;         /* -x: only these; NULL = all */
	size_t used_n;
	const char *weights_column, *offset_column, *fold_column;
	bool autoencoder;
	bool ignore_const_cols, use_all_factor_levels, standardize;
	bool uncentred;    /* --sparse: do not centre numbers */
	bool raw_response; /* distributions with a log link */
	enum missing_handling missing;
};

/*
 * Decides it all from the training frame.  ERR_SCHEMA for a column that is not
 * there (the nearest name is suggested), a response that is constant, text or
 * has one level, and when no predictor is left.  With a weights column means
 * and deviations are weighted, which reads the numeric columns once.
 */
int encoder_build(struct encoder *enc, const struct frame *f,
		  const struct encoder_options *o, struct err *e) MUST_USE;
/* Accepts NULL and zeroed. */
void encoder_release(struct encoder *enc);

bool encoder_is_classifier(const struct encoder *enc);
size_t encoder_units(const struct encoder *enc);

/* "column.level", "column.missing(NA)", "column"; caller frees. */
char *encoder_unit_name(const struct encoder *enc, size_t unit,
			struct err *e) MUST_USE;

/* "predictor", "response", "constant"... */
const char *encoder_role_name(enum column_role role);

/* Number of columns of the training table with this role. */
size_t encoder_dropped(const struct encoder *enc, enum column_role role);

/*
 * A batch of the right widths for this encoder, with room for the entries of
 * any rows; wide sparse tables ask their rows (rows_batch) for less.
 */
int encoder_batch(const struct encoder *enc, size_t room, struct batch *b,
		  struct err *e) MUST_USE;

#include "encoder_json.h"
#include "encoder_units.h"

#endif
