/*
 * cv.h - cross-validation: a model for each fold, trained on all other rows and
 * judged on the fold; what they say together; how long the model of all rows
 * should be trained.
 *
 *	struct cv *cv = cv_new(&request, &e);
 *
 *	if (cv_run(cv, &e) == TRAIN_FINISHED) {
 *		request.base.asked = request.base.params;
 *		request.base.params = cv_params(cv);
 *		request.base.cv = cv;
 *		t = train_new(&request.base, &e);    the model of all rows
 *	}
 *	...
 *	cv_free(cv);
 *
 * A fold's model never sees its fold: not in means and deviations, not in
 * balanced classes.  It stops and keeps its best weights by its fold.  Metrics
 * are those of all predictions for rows that a model did not see, put together
 * and then measured once.
 *
 * Folds are trained side by side, each by its share of the threads, if
 * parallelize_cross_validation says so and memory allows.  Each saves its state
 * to STATE.cv_K (K from 1), which is its finished model when it is done, so
 * that a run that was stopped goes on with the folds where they were.
 */
#ifndef DLTOOLS_CV_H
#define DLTOOLS_CV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "train.h"

struct cv_request {
	struct train_request base; /* as for the model of all rows, with seed;
				    * state_path may be NULL */
	bool resume;      /* go on from STATE.cv_K */
	bool keep_models; /* for cv_save_models */
	bool predictions; /* for the values of cv_write */
	double fold_bytes; /* memory that a fold needs, about */
};

struct cv;

/* Do the parameters ask for it? */
bool cv_is_asked(const struct params *p);

/* Makes the folds and checks them; r and its parameters are copied,
 * the rest of what it points to is borrowed. */
struct cv *cv_new(const struct cv_request *r, struct err *e) MUST_USE;
void cv_free(struct cv *cv);

/*
 * Trains and judges all folds.  The hooks are called from one thread at a time,
 * progress and history rows say which fold.  Interrupted or failed: states are
 * saved, the message names the fold.
 */
enum train_end cv_run(struct cv *cv, struct err *e) MUST_USE;

size_t cv_folds(const struct cv *cv);
/* Samples presented and seconds taken by all folds. */
void cv_totals(const struct cv *cv, int64_t *samples, double *seconds);

/* Parameters of the model of all rows: epochs by cv_epochs.  Owned by cv. */
const struct params *cv_params(const struct cv *cv);

/* Metrics, summary and folds as one JSON object (dl-model(5)). */
int cv_json(const struct cv *cv, struct str *out, struct err *e) MUST_USE;
/* The summary of such an object for people; nothing if text is NULL. */
int cv_table(const char *json, struct str *out, struct err *e) MUST_USE;

/* Models of the folds, as PREFIX.cv_1.dlm ... */
int cv_save_models(const struct cv *cv, const char *prefix, bool with_state,
		   struct err *e) MUST_USE;
/*
 * CSV, a line per row of the training frame in its order: the fold from 1, and
 * with values what dl-score --actual says of the row by the model that did not
 * see it (two classes: by the threshold of the joint metrics).
 */
int cv_write(const struct cv *cv, const char *path, bool values,
	     struct err *e) MUST_USE;

/* Removes STATE.cv_K when the result stands: K to `folds`, and beyond while
 * there are any. */
void cv_remove_states(const char *state_path, size_t folds);

#endif
