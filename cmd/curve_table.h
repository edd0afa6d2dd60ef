/*
 * curve_table.h - the tables of curves.h, filled for printing.  The names of
 * the columns are H2O's and live as long as the program.
 */
#ifndef CMD_CURVE_TABLE_H
#define CMD_CURVE_TABLE_H

#include <dltools/curves.h>
#include <dltools/err.h>

#include "table.h"

/* What the scores are, and so how many digits tell their thresholds apart. */
enum curve_scores { SCORES_FLOAT, SCORES_DOUBLE };

/* "Maximum Metrics": where each criterion is greatest, if it is defined. */
void curve_table_maxima(const struct curve *c, enum curve_scores scores,
			struct table *t);
/* Every criterion at no more than `most` thresholds. */
int curve_table_points(const struct curve *c, enum curve_scores scores,
		       size_t most, struct table *t, struct err *e) MUST_USE;
void curve_table_gains(const struct gains *g, struct table *t);
/* Bins of equal width: how often what was predicted came true. */
int curve_table_calibration(const struct curve *c, size_t bins,
			    struct table *t, struct err *e) MUST_USE;

#endif
