/* cv_int.h - cross-validation as its parts see it. */
#ifndef DLTOOLS_CV_INT_H
#define DLTOOLS_CV_INT_H

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "dltools/cv.h"
#include "model/folds.h"
#include "model/model_int.h"

struct cv_fold {
	struct cv *cv;
	size_t number;          /* from 0 */
	struct frame *training, *holdout;
	struct params params;
	char *state_path;       /* or NULL */
	struct model model;     /* when done, if models are kept */
	struct metrics metrics; /* of the holdout, when done */
	int64_t rows, samples;
	double epochs, best_epochs;
	double began, ended;    /* clock; 0: was done before */
	volatile sig_atomic_t save;
	bool done;
	struct err err;
};

struct cv {
	struct cv_request rq;
	struct folds folds;
	struct cv_fold *fold;    /* [folds.n] */
	struct params given;     /* rq.base.params */
	struct params params;    /* of the model of all rows */
	struct metrics metrics;  /* of all folds, finished */
	struct train_other others[MODEL_OTHERS]; /* names of the final
						  * model's columns */
	unsigned parallel;       /* folds at a time */
	pthread_mutex_t lock;    /* of the hooks, and of what follows */
	size_t next;
	bool failed, interrupted;
	/* with predictions, by row of the training frame */
	float *p;                /* [rows][classes] */
	double *value;           /* [rows], regression */
	/* of the first model that was done */
	bool prepared;
	enum metrics_kind kind;
	struct string_table classes;
};

/* cv_fold.c: trains fold k, or takes its finished model, and judges it. */
enum train_end cv_fold_run(struct cv_fold *k, struct err *e) MUST_USE;
int cv_fold_init(struct cv_fold *k, struct cv *cv, size_t number,
		 struct err *e) MUST_USE;
void cv_fold_release(struct cv_fold *k);

/* cv_measures.c: row i of the summary; NaN where the kind has none. */
extern const size_t cv_measures;
const char *cv_measure_name(size_t i);
double cv_measure(const struct metrics *m, size_t i);

/* STATE.cv_K; mem_free. */
char *cv_state_name(const char *state_path, size_t number,
		    struct err *e) MUST_USE;

#endif
