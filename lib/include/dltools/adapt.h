/*
 * adapt.h - how the columns of another table stand for those of the model.
 *
 * Columns are found by name; other columns are left aside.  A predictor that is
 * not there is missing in every row; levels are mapped by their text, unknown
 * ones light the missing unit; an integer column may stand for a categorical
 * one (its digits are the level), a categorical one never for a numeric one.
 * What was lacking is counted, for the caller to report or refuse.
 *
 *	struct adapt *a = adapt_new(&enc, f, ADAPT_RESPONSE, &e);
 *	struct rows *r = rows_load(f, &enc, a, ROWS_VALID, pool, &e);
 *
 * The encoder and the frame must outlive it; read only once made.
 */
#ifndef DLTOOLS_ADAPT_H
#define DLTOOLS_ADAPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "encoder.h"
#include "err.h"
#include "frame.h"

enum adapt_flags {
	ADAPT_RESPONSE = 1, /* the response must be there */
	ADAPT_WEIGHTS = 2,  /* in a weights column no weight may be missing */
};

struct adapt;

/*
 * ERR_SCHEMA if no predictor is in the frame, if a categorical column stands
 * for a numeric one, if the offset column or a response asked for is not there,
 * if weights are negative (or, asked for, missing), or if the response
 * shares no level with the model's.  ERR_INPUT if a response asked for is
 * missing in every row.
 */
struct adapt *adapt_new(const struct encoder *enc, const struct frame *f,
			unsigned flags, struct err *e) MUST_USE;
void adapt_free(struct adapt *a);

/* Does the table lack the weights column?  Every row weighs 1 then. */
bool adapt_lacks_weights(const struct adapt *a);

/*
 * Enough rows lack a response or weigh nothing for none to be left: they must
 * be counted.
 */
bool adapt_may_be_empty(const struct adapt *a, const struct frame *f);

/* Predictors that the table lacks; index into enc->column[]. */
size_t adapt_missing(const struct adapt *a, const size_t **predictor);

#endif
