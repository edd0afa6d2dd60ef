/* rank.h - rows in the order of a score. */
#ifndef MODEL_RANK_H
#define MODEL_RANK_H

#include <stddef.h>

#include <dltools/err.h>

/*
 * row[n] gets the rows from the highest score to the lowest, equal ones in the
 * order of the rows.  Scores must not be NaN.
 */
int rank_rows(const double *score, size_t n, size_t *row,
	      struct err *e) MUST_USE;

#endif
