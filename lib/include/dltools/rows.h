/*
 * rows.h - the rows of a frame in memory, packed for the net.
 *
 * Numeric columns whose values are small integers stay bytes or 16 bits, the
 * others are floats, already standardized; levels are codes.  Columns that the
 * encoder wants sparse are entries, 8 bytes for each cell that is not zero.  A
 * fetch widens and standardizes rows into a batch: the same bits whatever the
 * packing.
 *
 *	struct rows *r = rows_load(f, &enc, NULL, ROWS_TRAIN, pool, &e);
 *	rows_fetch(r, index, n, &batch, 0);
 *
 * The encoder must outlive the rows; the frame may be closed.
 */
#ifndef DLTOOLS_ROWS_H
#define DLTOOLS_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "adapt.h"
#include "batch.h"
#include "encoder.h"
#include "err.h"
#include "frame.h"
#include "pool.h"

enum rows_use {
	ROWS_TRAIN, /* leaves out rows without response or of weight 0 and, in
		     * skip mode, those with a missing predictor */
	ROWS_VALID, /* leaves out rows without response or of weight 0 */
	ROWS_ALL,   /* every row */
};

struct rows;

/*
 * a = NULL: the frame the encoder was built from (or one adapted silently).
 * pool may be NULL.  ERR_OUTPUT if there is not enough memory.
 */
struct rows *rows_load(const struct frame *f, const struct encoder *enc,
		       const struct adapt *a, enum rows_use use,
		       struct pool *pool, struct err *e) MUST_USE;
/* The same for groups first .. first+n-1 of the frame only. */
struct rows *rows_load_groups(const struct frame *f, const struct encoder *enc,
			      const struct adapt *a, enum rows_use use,
			      size_t first, size_t n, struct pool *pool,
			      struct err *e) MUST_USE;
void rows_free(struct rows *r);

int64_t rows_count(const struct rows *r); /* of ROWS_TRAIN: T */
uint64_t rows_bytes(const struct rows *r);
/* The most sparse entries that one of the rows has. */
size_t rows_entries(const struct rows *r);
/* A batch for up to `room` of these rows. */
int rows_batch(const struct rows *r, size_t room, struct batch *b,
	       struct err *e) MUST_USE;
/* Cells of an enum predictor whose level the model has not seen. */
int64_t rows_unseen(const struct rows *r, size_t predictor);
/* Cells of the response with a class that the model does not know. */
int64_t rows_unknown(const struct rows *r);

/*
 * Writes row index[i] as row at + i of b, i < n, and sets b->rows to at + n;
 * rows before `at` must be there already.  Labels: -1 missing, classes.n a
 * class unknown to the model.  Thread-safe, cannot fail.
 */
void rows_fetch(const struct rows *r, const int64_t *index, size_t n,
		struct batch *b, size_t at);

/* The response in its own units, unrounded; NaN if missing. */
double rows_actual(const struct rows *r, int64_t row);
double rows_weight(const struct rows *r, int64_t row);
int32_t rows_label(const struct rows *r, int64_t row);
/* Asks for a row's response and weight, which will be read soon. */
void rows_ask(const struct rows *r, int64_t row);

#endif
