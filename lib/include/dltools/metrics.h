/*
 * metrics.h - measures of predictions, gathered row by row or in blocks and
 * merged over threads in a fixed order; all sums are double.
 *
 *	struct metrics m;
 *
 *	metrics_init(&m, METRICS_MULTINOMIAL, classes, &e);
 *	metrics_add_class(&m, probabilities, label, weight, &e)...
 *	metrics_finish(&m, &e);
 *	printf("%g\n", m.logloss);
 *	metrics_release(&m);
 *
 * Rows of weight 0, with a missing response or a NaN prediction do not count.
 */
#ifndef DLTOOLS_METRICS_H
#define DLTOOLS_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "curves.h"
#include "err.h"
#include "frame.h"

struct json;

enum metrics_kind {
	METRICS_REGRESSION,
	METRICS_BINOMIAL,
	METRICS_MULTINOMIAL,
	METRICS_AUTOENCODER,
};

/* The deviance that regression reports; `param` is its alpha or power. */
enum metrics_deviance {
	DEVIANCE_GAUSSIAN,
	DEVIANCE_LAPLACE,
	DEVIANCE_QUANTILE,
	DEVIANCE_HUBER,
	DEVIANCE_POISSON,
	DEVIANCE_GAMMA,
	DEVIANCE_TWEEDIE,
};

/* AUC of more than two classes: one against the rest, or each pair. */
enum metrics_auc {
	AUC_NONE,
	AUC_MACRO_OVR,
	AUC_WEIGHTED_OVR, /* by the weight of the class */
	AUC_MACRO_OVO,
	AUC_WEIGHTED_OVO, /* by the weight of both classes */
};

#define METRICS_AUC_CLASSES 50 /* at most */

/* One curve of them: class a against b; b = classes: against the rest. */
struct metrics_pair {
	size_t a, b;
	double auc, pr_auc; /* of pairs: means of both directions */
	double weight;
};

#define METRICS_HITS 10

struct metrics {
	enum metrics_kind kind;
	size_t classes;
	enum metrics_deviance deviance; /* set after metrics_init */
	double deviance_param;
	enum metrics_auc auc_type; /* likewise; of a multinomial problem */
	/* gathered */
	int64_t rows;  /* counted rows */
	double weight; /* their weights' sum */
	/* rows of a weight that do not count */
	int64_t no_response, no_prediction;
	double sum_err2, sum_logloss, sum_abs, sum_log_err2, sum_deviance;
	double first_y, sum_y, sum_y2; /* sums of actual values - first_y */
	double *confusion; /* [classes + 1][classes]: actual, predicted; the
			    * last row collects classes unknown to the model */
	double hits[METRICS_HITS]; /* after finish: shares */
	/* one entry a row: p1 of a binomial problem, for AUC; |y - p| of a
	 * Huber regression, for its quantile; with auc_type, 0 and
	 * probability[scores][classes] */
	double *score, *score_weight;
	uint8_t *score_label;
	float *probability;
	double *p; /* [classes] the row being added */
	size_t scores, scores_room;
	/* finished; NaN where the kind has no such measure */
	double mse, rmse, mae, rmsle, mean_residual_deviance, r2;
	double logloss, error, mean_per_class_error;
	double auc, pr_auc, gini, lift_top_group;
	double threshold_f1; /* of the maximal F1: default label threshold */
	double huber_delta;  /* the quantile of |y - p| that Huber turns at */
	struct metrics_pair *pair; /* behind auc, with auc_type */
	size_t pairs;
};

/* A zeroed struct may be released and has no rows. */
int metrics_init(struct metrics *m, enum metrics_kind kind, size_t classes,
		 struct err *e) MUST_USE;
void metrics_release(struct metrics *m);

/*
 * p[classes]: probabilities; label -1: response missing (skipped); label =
 * classes: a class unknown to the model (multinomial: an error of 1, a row of
 * its own in the confusion matrix; binomial: skipped).
 */
int metrics_add_class(struct metrics *m, const float *p, int32_t label,
		      double weight, struct err *e) MUST_USE;
/* The same of probabilities that a net has not made. */
int metrics_add_exact(struct metrics *m, const double *p, int32_t label,
		      double weight, struct err *e) MUST_USE;
int metrics_add_value(struct metrics *m, double predicted, double actual,
		      double weight, struct err *e) MUST_USE;
/* A row of an autoencoder: the mean square of its units' errors. */
void metrics_add_reconstruction(struct metrics *m, double mse, double weight);
/* to += from */
int metrics_merge(struct metrics *to, const struct metrics *from,
		  struct err *e) MUST_USE;
/*
 * Fills in the measures.  Binomial: the confusion matrix and error are those
 * of the threshold with the greatest F1 on these rows.
 */
int metrics_finish(struct metrics *m, struct err *e) MUST_USE;
/* Binomial: the error of labels by a threshold; NaN without rows. */
double metrics_error_at(const struct metrics *m, double threshold);

/* The curve of a binomial problem's rows; release it. */
int metrics_curve(const struct metrics *m, struct curve *c,
		  struct err *e) MUST_USE;

/* params.h's value of auc_type. */
enum metrics_auc metrics_auc_type(int param);

/* One JSON object of all that applies, H2O's names. */
void metrics_json(const struct metrics *m, const struct string_table *classes,
		  struct json *j);
/*
 * The same with the tables: thresholds and maxima, gains and lift of two
 * classes (gains_init() says what bins are), scores of each class.
 */
int metrics_json_tables(const struct metrics *m,
			const struct string_table *classes, int64_t bins,
			struct json *j, struct err *e) MUST_USE;

#endif
