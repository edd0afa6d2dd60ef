/*
 * train_report.h - what a training run has to tell: before it starts, when it
 * is done, and as a row of results.
 */
#ifndef DLTOOLS_TRAIN_REPORT_H
#define DLTOOLS_TRAIN_REPORT_H

#include "err.h"
#include "str.h"
#include "train.h"

/* "stopped after 10 epochs; kept event 7 of 9 (logloss 0.083 ...)" */
void train_closing(const struct train *t, struct str *out);
/* Lines about what the frames lack; each is given once. */
void train_adaptations(struct train *t, struct str *out);

/* Layers, parameters and memory, before training. */
void train_outline(const struct train *t, struct str *out);

/* Memory that such a run needs, about, in bytes. */
double train_memory(const struct train *t);

struct train_totals {
	int64_t samples;  /* presented by this run */
	double seconds;   /* from the first row to the model, with scoring */
	double training_s, scoring_s, cpu_s;
	double test_error; /* NaN without a test frame */
};
void train_totals(const struct train *t, struct train_totals *to);

/* Error (a fraction) or RMSE on a frame; are its columns as they must be? */
int train_check_test(struct train *t, const struct frame *f,
		     struct err *e) MUST_USE;
int train_test(struct train *t, const struct frame *f, double *error,
	       struct err *e) MUST_USE;

/* The results row and the header it belongs to, each a line. */
extern const char train_result_header[];
int train_result_row(const struct train *t, const struct train_totals *totals,
		     struct str *out, struct err *e) MUST_USE;

/* One JSON object: clock, host, threads, kernels, speed, memory. */
int train_run_info(const struct train *t, const struct train_totals *totals,
		   struct str *out, struct err *e) MUST_USE;

#endif
