/*
 * encoder.h - from table columns to input units: which columns are used, how
 * numbers are standardized, which level lights which unit.
 *
 * Built once from the training frame, stored in the model, used for all tables.
 *
 * Unit order: categorical predictors first, by number of levels descending
 * (the exchange sort of H2O), then numerics in frame order; each categorical
 * has its level units and one "missing" unit at the end.  Numeric x becomes
 * (x - sub) * mul; a missing numeric the training mean (0 after it).
 *
 * Numbers that are not centred (sub = 0) leave zeros zero.  Where many columns
 * are mostly zero, those are kept as (index, value) entries of a batch and come
 * before the other numerics: a matter of storage, the net is the same.
 *
 * Other encodings: EnumLimited gives units to the most frequent levels and one
 * more to the others together; LabelEncoder and Eigen make a numeric column of
 * the levels, Binary one of each bit of their number, after all other columns.
 * With hashing category units light one of `buckets` units instead; those that
 * meet add up.  An unseen level is a missing one.
 */
#ifndef DLTOOLS_ENCODER_H
#define DLTOOLS_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "err.h"
#include "frame.h"

enum categorical_encoding {
	ENCODING_ONE_HOT,
	ENCODING_BINARY,
	ENCODING_EIGEN,
	ENCODING_LABEL,
	ENCODING_SORT_BY_RESPONSE,
	ENCODING_ENUM_LIMITED,
	ENCODINGS
};

enum missing_handling { MISSING_MEAN_IMPUTATION, MISSING_SKIP };

struct encoder_column {
	char *name;
	enum column_type type;      /* num (time counts as num) or enum */
	struct string_table levels; /* enum, in the order of their units */
	bool one_hot;               /* enum: units in `sparse`; else numbers */
	size_t kept;                /* levels with a unit of their own */
	double *value;              /* LabelEncoder, Eigen: [levels.n] */
	double *bit_sub, *bit_mul;  /* Binary: [units] */
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
	int64_t predictor; /* index into column[], or -1 */
};

struct encoder {
	struct encoder_source *source; /* every column of the training table */
	size_t sources;
	struct encoder_column *column; /* predictors in unit order */
	size_t columns;
	size_t sparse, dense;          /* units, batch.h */
	size_t enums;                  /* categorical ones, the first columns */
	size_t row_entries;            /* most sparse entries of one row */
	enum categorical_encoding encoding;
	size_t buckets;                /* of hashing; 0: none */
	uint32_t hash_seed;
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
	/* regression: y' = (y - sub) * mul */
	double response_sub, response_mul;
	double response_mean;              /* in its own units: R2, baselines */
	enum missing_handling missing;
	char *weights_column, *offset_column; /* or NULL */
};

/* Accepts NULL and zeroed. */
void encoder_release(struct encoder *enc);

bool encoder_is_classifier(const struct encoder *enc);
size_t encoder_units(const struct encoder *enc);

/*
 * How the numbers of a unit are scaled, x' = (x - sub) * mul; false for the
 * unit of a level, which is 0 or 1, and for a bucket.
 */
bool encoder_unit_scale(const struct encoder *enc, size_t unit, double *sub,
			double *mul);
/* x of a numeric unit where the cell is missing; 1 of the missing unit of
 * levels, 0 of the others and of buckets. */
double encoder_unit_fill(const struct encoder *enc, size_t unit);
/* "column.level", "column.other", "column.missing(NA)", "column", "column:1",
 * "hash.0"; caller frees. */
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

#include "encoder_build.h"
#include "encoder_json.h"
#include "encoder_units.h"

#endif
