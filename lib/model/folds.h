/*
 * folds.h - which fold of cross-validation each row belongs to.
 *
 *	Random      an independent draw for each row, from seed and row number
 *	Modulo      row number modulo the number of folds
 *	Stratified  each class is divided evenly, and so are all rows
 *	a column    its values: levels, or integers 0 .. N-1 or 1 .. N
 */
#ifndef DLTOOLS_FOLDS_H
#define DLTOOLS_FOLDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dltools/err.h"
#include "dltools/frame.h"
#include "dltools/params.h"

struct folds {
	uint32_t *fold; /* fold[rows], from 0 */
	int64_t rows;
	size_t n;       /* folds */
	int64_t *count; /* count[n]: rows */
};

/* Zeroed means empty. */
void folds_release(struct folds *f);

/*
 * By nfolds and fold_assignment, or fold_column.  ERR_SCHEMA for a column that
 * makes no folds, ERR_USAGE for parameters that do not suit the data: more
 * folds than rows, a fold without a row.
 */
int folds_assign(struct folds *f, const struct frame *frame,
		 const struct params *p, uint64_t seed,
		 struct err *e) MUST_USE;

/*
 * What can be said about every fold before the first is trained: rows with a
 * response on both sides, and a response that varies where it is learned.
 */
int folds_check(const struct folds *f, const struct frame *frame,
		const char *response, struct err *e) MUST_USE;

/* The rows in fold k, or all the others; mem_free. */
int64_t *folds_rows(const struct folds *f, size_t k, bool inside, int64_t *n,
		    struct err *e) MUST_USE;

#endif
