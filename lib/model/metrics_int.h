/* metrics_int.h - what the files of metrics share. */
#ifndef MODEL_METRICS_INT_H
#define MODEL_METRICS_INT_H

#include <dltools/metrics.h>

/* AUC, PR-AUC, lift, and the confusion matrix at the max-F1 threshold. */
int metrics_finish_rank(struct metrics *m, struct err *e) MUST_USE;

/* AUC and PR-AUC of more than two classes, as auc_type says. */
int metrics_finish_auc(struct metrics *m, struct err *e) MUST_USE;

/* Huber deviance, its D the weighted alpha-quantile of |y - p|. */
int metrics_finish_huber(struct metrics *m, struct err *e) MUST_USE;

#endif
