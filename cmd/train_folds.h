/* train_folds.h - cross-validation as a part of a training job. */
#ifndef TRAIN_FOLDS_H
#define TRAIN_FOLDS_H

#include <dltools/cv.h>

#include "train_job.h"

/* Options for cross-validation without any, or without a file name. */
int train_folds_check(const struct train_job *job, struct err *e) MUST_USE;

/*
 * Trains the folds and makes rq the request for the model of all rows; *cv must
 * outlive what is made of it.  fold_bytes: memory of one fold.
 */
enum train_end train_folds_run(struct cv **cv, const struct train_job *job,
			       struct train_request *rq, double fold_bytes,
			       struct err *e) MUST_USE;

/* "model.dlm" and ".csv" make "model.csv". */
void train_add_name(struct str *out, const char *model, const char *ending);

/* The files that were asked for; nothing if cv is NULL. */
int train_folds_write(const struct cv *cv, const struct train_job *job,
		      struct err *e) MUST_USE;

#endif
