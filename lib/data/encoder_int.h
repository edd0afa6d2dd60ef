/* encoder_int.h - what the encoder's files share. */
#ifndef ENCODER_INT_H
#define ENCODER_INT_H

#include <dltools/encoder.h>

/*
 * Numbers the units of the columns, in order; sets sparse, dense, entries.
 * Category units beyond max_features (0: any number) are hashed.
 */
void encoder_number_units(struct encoder *enc, size_t max_features);

/* Bits of the numbers 1 .. levels. */
size_t encoder_bits(size_t levels);

/* Does it give units of their own to levels?  The others make numbers. */
bool encoder_is_one_hot(enum categorical_encoding encoding);

/* "OneHotInternal"... */
const char *encoder_encoding_name(enum categorical_encoding encoding);

/*
 * Reads the categorical predictors and orders, joins or numbers their levels,
 * as the encoding has it; `most` levels are kept by EnumLimited.
 */
int encoder_encode_levels(struct encoder *enc, const struct frame *f,
			  size_t most, struct err *e) MUST_USE;

/* [group][row]: is a predictor missing there? */
uint8_t **encoder_skip_new(const struct encoder *enc, const struct frame *f,
			   struct err *e) MUST_USE;
void encoder_skip_free(uint8_t **skip, const struct frame *f);

/*
 * Brings the columns order[0 .. n-1] of the frame, all numeric, that are worth
 * being kept as entries to the front, in order; returns how many they are.
 * spare[n] is working memory.
 */
size_t encoder_sparse_first(const struct frame *f,
			    const struct encoder_options *o, size_t *order,
			    size_t n, size_t *spare);

/*
 * Means and deviations of the numeric columns weighted by the weights column:
 * m = sum wx / sum w, s = sqrt(n / (n - 1) * sum w (x - m)^2 / sum w).
 */
int encoder_weigh(struct encoder *enc, const struct frame *f,
		  struct err *e) MUST_USE;

/* ERR_NUMERIC for a column of the training table that no float can hold. */
int encoder_check_range(const struct encoder *enc, const struct frame *f,
			struct err *e) MUST_USE;

#endif
