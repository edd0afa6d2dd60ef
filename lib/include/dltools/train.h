/*
 * train.h - from frames and parameters to a model.
 *
 *	struct train *t = train_new(&request, &e);   everything is checked here
 *
 *	switch (train_run(t, &e)) {
 *	case TRAIN_FINISHED:
 *		model_save(train_model(t), path, true, &e);
 *		break;
 *	case TRAIN_INTERRUPTED:                      request.stop was set
 *		train_save_state(t, "OUT.ckpt", &e);
 *	train_free(t);
 *
 * Nothing is printed: what happens is told through the hooks, all called from
 * the thread that called train_run, between two blocks of rows.
 */
#ifndef DLTOOLS_TRAIN_H
#define DLTOOLS_TRAIN_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"
#include "model.h"
#include "params.h"
#include "str.h"
#include "train_files.h"

struct cv;

/* How far training is; times in seconds. */
struct train_progress {
	size_t fold, folds; /* of cross-validation, fold from 1; or 0 */
	double epochs, epochs_asked;
	int64_t samples;
	double speed;   /* samples / s, recent */
	double loss;    /* of the last scoring event, NaN before the first */
	double left;    /* estimate */
	double elapsed; /* since the first row was presented */
};

struct train_hooks {
	void *ctx;
	/* Some five times a second. */
	int (*tick)(void *ctx, const struct train_progress *p, struct err *e);
	/* After each scoring event; history->row[n - 1] is the new one. */
	int (*scored)(void *ctx, const struct history_layout *layout,
		      const struct history *history, struct err *e);
};

/* When to save the state of a run; 0 = never. */
struct train_every {
	double seconds, epochs;
	int64_t samples;
};

/* A further validation frame: scored at each event, never used for choosing. */
struct train_other {
	const char *name;          /* letters, digits, _ - . */
	const struct frame *frame; /* NULL: its columns only */
};

/* All pointers are borrowed until train_free. */
struct train_request {
	const struct params *params; /* checked by params_check */
	const struct params *asked;  /* what the user said, where params is
				      * derived from it; NULL: params */
	const struct frame *training;
	const struct frame *validation; /* or NULL; see valid_fraction */
	const struct train_other *other; /* [others], at most 15 */
	size_t others;
	const struct model *checkpoint; /* to be continued, or NULL */
	const struct model *resume;     /* state of the same run, or NULL */
	const struct model *pretrained; /* autoencoder to start from, or NULL */
	const char *tags_json;          /* or NULL */
	const char *const *command;     /* [words], for the record */
	size_t words;
	const char *output;             /* the same; or NULL */
	const struct train_file *file;  /* [files] settings, lists: the same */
	size_t files;
	const char *state_path;         /* OUT.ckpt, or NULL */
	const char *export_prefix;      /* NULL, or PREFIX_N.dlm gets the model
					 * of event N from 1 */
	struct train_every every;
	double started;                 /* clock_now() at program start */
	const volatile sig_atomic_t *stop; /* set by a signal: finish soon */
	volatile sig_atomic_t *save;    /* set: save the state and clear it */
	struct train_hooks hooks;
	size_t fold, folds;             /* of cross-validation, fold from 1 */
	const struct cv *cv;            /* what it found, for the model of all
					 * rows; or NULL */
};

struct train;

/*
 * ERR_USAGE for parameters that contradict each other or the data, ERR_SCHEMA
 * for columns, and for a checkpoint or a state that does not fit (every
 * mismatch in one message).
 */
struct train *train_new(const struct train_request *rq,
			struct err *e) MUST_USE;
void train_free(struct train *t);

enum train_end {
	TRAIN_FAILED = -1, /* ERR_NUMERIC: train_model has the last finite
			    * weights, and train_save_state works */
	TRAIN_FINISHED,
	TRAIN_INTERRUPTED,
};

enum train_end train_run(struct train *t, struct err *e) MUST_USE;

/* Moves the finished model out; t is then good for train_free only. */
void train_take_model(struct train *t, struct model *to);

/* As it was given; owned by t. */
const struct train_request *train_request_of(const struct train *t);

/* Owned by t.  Unfinished until train_run returns TRAIN_FINISHED. */
const struct model *train_model(const struct train *t);
int train_save_state(struct train *t, const char *path,
		     struct err *e) MUST_USE;

/*
 * May a state be saved there, in the place of nothing or of the state of an
 * earlier run?  ERR_USAGE for any other file.  fold: of a fold, whose state may
 * be a finished model.  Pipes and devices pass.
 */
int train_check_state(const char *path, bool fold, struct err *e) MUST_USE;

/* Is this finished model what the request would make? (--resume) */
bool train_is_result(const struct train_request *rq, const struct model *m);

#endif
