/*
 * rows_int.h - the layout of packed rows.
 *
 * A row is `stride` bytes: every predictor, then the response, the weight and
 * the offset, each an item of 1 to 8 bytes aligned to its own size.  Numeric
 * predictors that lie side by side in one kind of item make a segment, widened
 * by one call.
 */
#ifndef ROWS_INT_H
#define ROWS_INT_H

#include <stdatomic.h>

#include <dltools/rows.h>

#include "data/adapt_int.h"

enum item_kind {
	ITEM_U8,     /* a number 0 .. 255, never missing */
	ITEM_I16,    /* a number that fits, never missing */
	ITEM_F32,    /* a number, standardized; missing filled in; of a level
		      * that is made a number too */
	ITEM_CODE8,  /* a level of the model, levels.n = missing */
	ITEM_CODE16,
	ITEM_CODE32,
	ITEM_LABEL,  /* int32: class, -1 missing, classes.n unknown */
	ITEM_DOUBLE, /* response, weight, offset; missing = NaN */
};

struct item {
	enum item_kind kind;
	uint8_t width;
	size_t at;
	const struct adapt_column *from;
	const struct encoder_column *column; /* predictors */
	size_t levels;                       /* of codes and labels */
	size_t predictor;                    /* index of its column */
	size_t unit;                         /* of the column: its k-th one */
	double absent;                       /* a number: if not there; of a
					      * role: if missing, too */
};

struct segment {
	enum item_kind kind;
	size_t at, dense, n; /* dense: first of n dense units */
};

/* Of one row: index[n], then value[n]; already scaled. */
struct row_entries {
	const uint32_t *index;
	uint32_t n;
};

struct rows {
	const struct encoder *enc;
	unsigned char *data;
	struct row_entries *entries; /* [count], or NULL: no sparse numbers */
	uint32_t **entry_block;      /* [blocks]: where they lie, by groups */
	size_t blocks;
	uint64_t entry_bytes;
	size_t most_entries;         /* of a row */
	size_t stride;
	int64_t count;
	atomic_llong *unseen; /* per predictor */
	atomic_llong unknown; /* of the response */
	struct item *item; /* one-hot predictors, the others, then response,
			    * weight, offset */
	size_t items;
	struct segment *segment;
	size_t segments;
	double *sub, *mul; /* per dense unit */
	const struct item *response, *weight, *offset; /* or NULL */
};

/* Sets items, segments, stride and tables for this frame. */
int rows_layout(struct rows *r, const struct frame *f, const struct adapt *a,
		struct err *e) MUST_USE;

/*
 * Packs a chunk into n items end to end at `to`; c = NULL: absent column.
 * Returns the number of levels that the model has not seen.
 */
int64_t item_pack(const struct item *it, const struct chunk *c, size_t n,
		  void *to);

struct entry_load {
	struct rows *r;
	const struct frame *f;
	const struct adapt *a;
};

/*
 * Reads the sparse numbers of one row group into r->entry_block[block]; to[k]
 * is the k-th row whose bit in left_out is not set.  Any thread, one block
 * each.
 */
int rows_load_entries(const struct entry_load *l, size_t group, size_t block,
		      const uint64_t *left_out, struct row_entries *to,
		      struct err *e) MUST_USE;
/* Sets most_entries and entry_bytes when all blocks are there. */
void rows_count_entries(struct rows *r);

/* Copies n packed items into rows; row i is row[i], or NULL if left out. */
void item_scatter(const struct item *it, const void *from, size_t n,
		  unsigned char *const *row);

#define BYTES_AT_ONCE 8

/*
 * The same for eight items of a byte that lie side by side, the first at `at`;
 * the packed ones are `apart` bytes apart, and up to seven behind the n-th of
 * each may be read.
 */
void bytes_scatter(size_t at, const unsigned char *from, size_t apart, size_t n,
		   unsigned char *const *row);

#endif
