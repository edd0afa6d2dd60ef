/*
 * split.h - the rows of a frame given out to several frames.
 *
 * The parts have the columns, types and levels of the whole (so that codes mean
 * the same) and statistics of their own; rows keep their order.  Which part a
 * row goes to depends on the seed, the row and the shares, not on threads.
 *
 *	const double share[] = {0.8, 0.2};
 *	const char *const path[] = {"train.dlf", "test.dlf"};
 *	struct split_options o = {.share = share, .path = path, .parts = 2,
 *				  .last = frame_rows(f)};
 *	int64_t rows[2];
 *
 *	frame_split(f, &o, pool, rows, &e);
 *
 * Memory does not grow with the rows: a byte for each stands in a scratch file.
 */
#ifndef DLTOOLS_SPLIT_H
#define DLTOOLS_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"
#include "pool.h"

#define SPLIT_MAX 100 /* parts */

struct split_options {
	const double *share;     /* share[parts], positive, sum 1 */
	const char *const *path; /* path[parts], "-" for standard output */
	size_t parts;
	int64_t first, last;     /* rows first .. last-1 are given out */
	/*
	 * An enum column, or NULL: each of its levels (and the rows without
	 * one) is divided by itself, its share of a part rounded down or up,
	 * and the parts have the sizes they would have without it.
	 */
	const char *stratify;
	/*
	 * A column, or NULL: rows of equal value stay together.  The part is a
	 * function of seed and value, the same in every frame; sizes are met
	 * on average.  Excludes the two around it.
	 */
	const char *by_key;
	bool in_order;           /* the first rows to the first part, ... */
	uint64_t seed;
	int zstd_level;          /* 0 = default */
};

/*
 * Writes the parts; they appear when all are complete.  rows[parts] are their
 * sizes: shares rounded so that the largest fractions go up.  ERR_USAGE for a
 * part that gets no row, ERR_SCHEMA for a column that is not there or not of
 * the type wanted.  pool may be NULL.
 */
int frame_split(const struct frame *f, const struct split_options *o,
		struct pool *pool, int64_t *rows, struct err *e) MUST_USE;

/*
 * n things to parts by share[parts] (sum 1): quota[parts] sums to n, each the
 * exact share rounded down or up, up where the fraction is greatest.
 */
void split_quota(int64_t n, const double *share, size_t parts, int64_t *quota);

#endif
