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
 *	...
 *	train_free(t);
 *
 * Nothing is printed: what happens is told through the hooks, all called from
 * the thread that called train_run, between two blocks of rows.
 */
#ifndef DLTOOLS_TRAIN_H
#define DLTOOLS_TRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"
#include "model.h"
#include "params.h"
#include "str.h"

/* How far training is; times in seconds. */
struct train_progress {
	double epochs, epochs_asked;
	int64_t samples, samples_end;
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

/* All pointers are borrowed until train_free. */
struct train_request {
	const struct params *params; /* checked by params_check */
	const struct frame *training;
	const struct frame *validation; /* or NULL; see valid_fraction */
	const struct model *checkpoint; /* to be continued, or NULL */
	const struct model *resume;     /* state of the same run, or NULL */
	const char *tags_json;          /* or NULL */
	const char *state_path;         /* OUT.ckpt, or NULL */
	struct train_every every;
	double started;                 /* train_clock() at program start */
	const volatile int *stop;       /* set by a signal: finish soon */
	volatile int *save;             /* set: save the state and clear it */
	struct train_hooks hooks;
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

/* Owned by t.  Unfinished until train_run returns TRAIN_FINISHED. */
const struct model *train_model(const struct train *t);
int train_save_state(struct train *t, const char *path,
		     struct err *e) MUST_USE;

/* ---- what to tell --------------------------------------------------- */

/* "stopped after 10 epochs; kept event 7 of 9 (logloss 0.083 ...)" */
void train_closing(const struct train *t, struct str *out);

/* Layers, parameters and memory, before training. */
void train_outline(const struct train *t, struct str *out);

struct train_totals {
	int64_t samples;  /* presented by this run */
	double seconds;   /* from the first row to the model, with scoring */
	double training_s, scoring_s, cpu_s;
	double test_error; /* NaN without a test frame */
};
void train_totals(const struct train *t, struct train_totals *to);

/* Error (a fraction) or RMSE on a frame; are its columns as they must be? */
int train_check_test(const struct train *t, const struct frame *f,
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

/* "10m", "1epoch", "1e6samples". */
int train_parse_every(struct train_every *every, const char *text,
		      struct err *e) MUST_USE;

/* "KEY=VALUE" texts as one JSON object; *json NULL for none; mem_free. */
int train_tags_json(const char *const *tag, size_t n, char **json,
		    struct err *e) MUST_USE;

/* A make rule: out depends on in[n]; names escaped. */
void train_deps(const char *out, const char *const *in, size_t n,
		struct str *rule);

/* For a live line, and for a line per scoring event. */
void train_progress_text(const struct train_progress *p, struct str *out);
void train_event_text(const struct history_row *row, struct str *out);

/* Is this finished model what the request would make? (--resume) */
bool train_is_result(const struct train_request *rq, const struct model *m);

/* Monotonic seconds. */
double train_clock(void);

#endif
