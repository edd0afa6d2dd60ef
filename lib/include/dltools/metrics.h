/*
 * metrics.h - measures of predictions, gathered row by row or in blocks and
 * merged over threads in a fixed order; all sums are double.
 *
 *	struct metrics m;
 *
 *	metrics_init(&m, METRICS_MULTINOMIAL, classes, keep_scores, &e);
 *	metrics_add(&m, probabilities, label, weight)...
 *	metrics_finish(&m, &e);
 *	printf("%g\n", m.logloss);
 *
 * Rows of weight 0, with a missing response or a NaN prediction do not count.
 */
#ifndef DLTOOLS_METRICS_H
#define DLTOOLS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"

enum metrics_kind {
	METRICS_REGRESSION,
	METRICS_BINOMIAL,
	METRICS_MULTINOMIAL,
};

#define METRICS_HITS 10

struct metrics {
	enum metrics_kind kind;
	size_t classes;
	/* gathered */
	int64_t rows;       /* counted rows */
	double weight;      /* their weights' sum */
	double sum_err2, sum_logloss, sum_abs, sum_log_err2, sum_deviance;
	double sum_y, sum_y2;
	double *confusion;  /* [classes + 1][classes]: actual, predicted; the
			     * last row collects classes unknown to the model */
	double hits[METRICS_HITS];
	/* scores of a binomial problem, for AUC: (p1, label, weight) */
	double *score, *score_weight;
	uint8_t *score_label;
	size_t scores, scores_room;
	/* finished; NaN where the kind has no such measure */
	double mse, rmse, mae, rmsle, mean_residual_deviance, r2;
	double logloss, error, mean_per_class_error;
	double auc, pr_auc, gini, lift_top_group;
	double threshold_f1; /* of the maximal F1: default label threshold */
};

int metrics_init(struct metrics *m, enum metrics_kind kind, size_t classes,
		 struct err *e) MUST_USE;
void metrics_release(struct metrics *m);

/*
 * p[classes]: probabilities; label -1: response missing (skipped), classes: a
 * class unknown to the model.
 */
int metrics_add_class(struct metrics *m, const float *p, int32_t label,
		      double weight, struct err *e) MUST_USE;
int metrics_add_value(struct metrics *m, double predicted, double actual,
		      double weight, struct err *e) MUST_USE;
/* to += from */
int metrics_merge(struct metrics *to, const struct metrics *from,
		  struct err *e) MUST_USE;
int metrics_finish(struct metrics *m, struct err *e) MUST_USE;

/* Value by H2O's name (logloss, AUC, RMSE, misclassification...), or NaN. */
double metrics_value(const struct metrics *m, const char *name);
/* One JSON object of all that applies, H2O's names. */
struct json; /* json.h, which jansson.h excludes */
void metrics_json(const struct metrics *m, const struct string_table *classes,
		  struct json *j);

#endif
