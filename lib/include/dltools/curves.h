/*
 * curves.h - what scores of two classes say at every threshold: ROC, precision
 * and recall, criteria, gains and lift, calibration.  Exact, by sorting.
 *
 *	struct curve c;
 *
 *	curve_init(&c, score, label, weight, n, &e);
 *	printf("%g\n", curve_auc(&c));
 *	plot(c.fp[i] / c.negatives, c.tp[i] / c.positives);	ROC, i < c.n
 *	curve_release(&c);
 */
#ifndef DLTOOLS_CURVES_H
#define DLTOOLS_CURVES_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/*
 * What happens as the threshold falls: point i holds the weight of true and
 * false positives when rows with score >= threshold[i] are called positive.
 * Thresholds descend strictly, one for every distinct score.  A zeroed curve
 * has no rows.
 */
struct curve {
	double *threshold, *tp, *fp;
	size_t n;
	double positives, negatives;
	double unit; /* the weight that quantiles take for one row */
};

/*
 * label: 0 negative, else positive; weight NULL: 1 each.  Rows whose weight is
 * not above 0 and rows whose score is NaN do not count.
 */
int curve_init(struct curve *c, const double *score, const uint8_t *label,
	       const double *weight, size_t n, struct err *e) MUST_USE;
void curve_release(struct curve *c);

/* Trapezoids over (fp, tp); NaN unless there are both classes. */
double curve_auc(const struct curve *c);
/* Davis and Goadrich 2006: hyperbolic between points; NaN as above. */
double curve_pr_auc(const struct curve *c);
/* Kolmogorov and Smirnov: the largest recall - share of false positives. */
double curve_ks(const struct curve *c);

/*
 * Interpolated quantile of the scores, 0 <= q <= 1; whole weights are numbers
 * of rows, others relative, with a mean of one row.  NaN without rows.
 */
double curve_quantile(const struct curve *c, double q);

/* ---- criteria ------------------------------------------------------- */

/* H2O's "maximum metrics", in its order. */
enum criterion {
	CRITERION_F1,
	CRITERION_F2,
	CRITERION_F0POINT5,
	CRITERION_ACCURACY,
	CRITERION_PRECISION,
	CRITERION_RECALL,
	CRITERION_SPECIFICITY,
	CRITERION_ABSOLUTE_MCC,
	CRITERION_MIN_PER_CLASS_ACCURACY,
	CRITERION_MEAN_PER_CLASS_ACCURACY,
	CRITERION_TNS,
	CRITERION_FNS,
	CRITERION_FPS,
	CRITERION_TPS,
	CRITERION_TNR,
	CRITERION_FNR,
	CRITERION_FPR,
	CRITERION_TPR,
	CRITERIA,
};

/* Columns of H2O's threshold table: "threshold", "f1"... "tpr", "idx". */
extern const char *const curve_columns[CRITERIA + 2];
const char *criterion_name(enum criterion k); /* "f1"... */
/* NaN where rows of a class are lacking. */
double curve_criterion(const struct curve *c, size_t point, enum criterion k);
/* First point (highest threshold) of the maximum; 0 if there is none. */
size_t curve_best(const struct curve *c, enum criterion k);

/*
 * The points for a table of at most `most` rows, ascending: all of them if
 * they are so few, else the first, the last, the best of each criterion, and
 * others evenly spread; one alone is the best by F1.  index[most]; returns how
 * many.
 */
size_t curve_pick(const struct curve *c, size_t most, size_t *index);

#define CURVE_TABLE 400 /* rows of H2O's threshold table */

/* ---- gains and lift ------------------------------------------------- */

/* Columns of H2O's gains/lift table, in its order. */
enum gains_column {
	GAINS_GROUP, /* from 1, highest scores */
	GAINS_CUMULATIVE_DATA_FRACTION,
	GAINS_LOWER_THRESHOLD,
	GAINS_LIFT,
	GAINS_CUMULATIVE_LIFT,
	GAINS_RESPONSE_RATE,
	GAINS_SCORE, /* mean of the group */
	GAINS_CUMULATIVE_RESPONSE_RATE,
	GAINS_CUMULATIVE_SCORE,
	GAINS_CAPTURE_RATE,
	GAINS_CUMULATIVE_CAPTURE_RATE,
	GAINS_GAIN, /* 100 (lift - 1) */
	GAINS_CUMULATIVE_GAIN,
	GAINS_KOLMOGOROV_SMIRNOV, /* or NaN */
	GAINS_COLUMNS,
};

extern const char *const gains_columns[GAINS_COLUMNS]; /* "group"... */

#define GAINS_MOST 100000 /* groups */

struct gains {
	double (*row)[GAINS_COLUMNS];
	size_t n;
};

/*
 * bins -1: cut at the quantiles .99 .98 .97 .96 .95 .9 .85 .8 .7 ... .1 0 of
 * the scores, else at (bins-1)/bins ... 0; groups without rows are left out.
 * 0 bins, no positives or no rows: an empty table.
 */
int gains_init(struct gains *g, const struct curve *c, int64_t bins,
	       struct err *e) MUST_USE;
void gains_release(struct gains *g);
/* Lift of the highest 1 % of the scores. */
double curve_lift_top_group(const struct curve *c);

/* ---- calibration ---------------------------------------------------- */

/* Scores in [low, high), the last bin with its high. */
struct calibration_bin {
	double low, high, weight;
	double score, rate; /* means of score and label; NaN if empty */
};

/* Bins of equal width over [0, 1]: bin[bins]. */
void curve_calibration(const struct curve *c, size_t bins,
		       struct calibration_bin *bin);

#endif
