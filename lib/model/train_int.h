/* train_int.h - a training run, as the parts of the trainer see it. */
#ifndef DLTOOLS_TRAIN_INT_H
#define DLTOOLS_TRAIN_INT_H

#include "dltools/adapt.h"
#include "dltools/rows.h"
#include "dltools/train.h"
#include "dltools/train_report.h"
#include "model/input_id.h"
#include "model/model_int.h"
#include "model/schedule.h"
#include "model/stop.h"

/* Rows that are scored at every event. */
struct score_set {
	const struct rows *rows; /* NULL: no such set */
	int64_t *index;          /* index[n] */
	int64_t n;
};

/* What weights start from. */
struct train_input {
	const char *role, *path; /* borrowed */
	size_t layer;            /* from 1; 0: of the whole net */
	enum input_kind kind;
	char id[33];
};

struct train_start {
	struct train_input *input; /* [n] */
	size_t n, room;
};

struct train {
	struct train_request rq;
	struct model model;
	struct pool *pool;
	struct trainer *trainer;
	struct forward *forward;
	struct rows *rows, *valid_rows;
	struct score_set training, validation;
	struct rows **other_rows; /* [model.others] */
	struct score_set *other;
	struct metrics scored[2]; /* of the last event: training, validation */
	int64_t *subset; /* [training_rows] rows of an epoch, NULL: all */
	double *share;   /* [training_rows] schedule.h, NULL: equal weights */
	double weight_scale;  /* weighting=Gradient: to a mean of 1; else 0 */
	double *class_weight; /* [classes] the same, NULL: 1 each */
	struct str notes;  /* lines: train_adaptations() */
	struct train_start start;
	struct schedule schedule;
	const struct stop_metric *metric;
	struct row_feed feed;

	int64_t position;  /* samples presented */
	int64_t iteration_end;
	int64_t origin;    /* where the run started */
	size_t first_event; /* its first row of the history */
	bool restored;     /* the best event's weights were put back */
	bool in_iterations; /* a request to stop ends scoring too */

	double best_loss;  /* NaN before the first event */
	int64_t best_event; /* from 0, -1 */
	struct net_copy last; /* of the last event that was not the best */
	int64_t last_samples, last_iterations, last_iteration_end;
	double *value;     /* the metric of every event */
	size_t values, values_room;
	bool last_is_best;

	/* seconds */
	double began;      /* clock at the first row */
	double before_s, before_cpu_s; /* of the runs that were resumed */
	double earlier_s, earlier_cpu_s; /* of the model continued from */
	double training_s, scoring_s, cpu_began;
	double last_score_at, last_score_s;
	double last_save_at;
	int64_t last_save_samples;
	double ended;      /* clock when the model was done */
	double speed, recent_at;
	int64_t recent_samples;
};

/* How the parameters want the net to be trained; stop is not set. */
void train_trainer_options(const struct params *p, struct train_options *o);

/*
 * What was asked for, without what does not matter for the model; with the seed
 * in use if the run is reproducible, so that the text makes it again.
 */
char *train_asked(const struct params *p, int64_t seed,
		  struct err *e) MUST_USE;

/* The run is over: finished, and which event is kept. */
void train_record_end(struct train *t);

/* train_check.c: parameters that contradict the request or the data. */
int train_check(const struct train_request *rq, struct err *e) MUST_USE;
int train_check_data(struct train *t, struct err *e) MUST_USE;

/* train_continue.c: H2O's rules for --checkpoint; state for --resume. */
int train_check_continue(const struct train *t, const struct model *from,
			 struct err *e) MUST_USE;
int train_copy_weights(struct net *to, const struct net *from,
		       struct err *e) MUST_USE;
int train_copy_history(struct train *t, const struct model *from,
		       struct err *e) MUST_USE;
int train_take_weights(struct train *t, const struct model *from,
		       struct err *e) MUST_USE;
int train_take_state(struct train *t, struct err *e) MUST_USE;

/* train_initial.c: weights that are not drawn. */
int train_take_initial(struct train *t, struct err *e) MUST_USE;

/* train_score.c */
/*
 * Metrics of a set under the present weights; forward must be packed.  These
 * and train_others_score() return 1 if they were stopped: the event is as if it
 * had not begun.
 */
int train_score_set(struct train *t, const struct score_set *set,
		    struct metrics *m, struct err *e) MUST_USE;
/* A scoring event: appends a row to the history. */
int train_score(struct train *t, struct err *e) MUST_USE;

/*
 * train_balance.c: balance_classes makes subset[] anew, weights make share[] or
 * weight_scale; after the validation rows were set aside.  The check needs no
 * rows yet.
 */
int train_check_balance(const struct train *t, struct err *e) MUST_USE;
int train_balance(struct train *t, struct err *e) MUST_USE;
/* weighting=Gradient: weight[n], factors of the errors of these rows. */
void train_weigh_errors(const struct train *t, const int64_t *row, size_t n,
			float *weight);

/* The last event's metrics into the model's record, tables too or not. */
int train_record_metrics(struct train *t, bool tables,
			 struct err *e) MUST_USE;

/* train_inputs.c: importances and means of the input units. */
int train_record_inputs(struct train *t, struct err *e) MUST_USE;

/* train_sets.c: which rows are trained, which are scored. */
int train_sets_init(struct train *t, struct err *e) MUST_USE;
/* Loads and draws what is scored of a validation frame. */
int train_load_scored(struct train *t, const struct frame *f, const char *what,
		      struct rows **rows, struct score_set *set,
		      struct err *e) MUST_USE;

/*
 * train_adapt.c: matches a frame that is `what`; then looks at its rows.  What
 * they lack goes to notes, or is ERR_SCHEMA.  NULL: failed.
 */
struct adapt *train_adapt(struct train *t, const struct frame *f,
			  const char *what, struct err *e) MUST_USE;
int train_adapted(struct train *t, const struct rows *r, const struct frame *f,
		  const char *what, struct err *e) MUST_USE;
bool train_refuses_unseen(const struct params *p);

/* train_others.c: further validation sets, if there are any. */
int train_others_load(struct train *t, struct err *e) MUST_USE;
/* Their part of a scoring event that begins like `row`; forward is packed. */
int train_others_score(struct train *t, const struct history_row *row,
		       struct err *e) MUST_USE;
/* Their histories so far, by name; events of others are empty. */
int train_others_copy(struct train *t, const struct model *from,
		      struct err *e) MUST_USE;
void train_others_release(struct train *t);

/*
 * train_origin.c: a frame of weights that was taken, then all that weights
 * start from, into the model; members of the object that says how it was made.
 */
int train_add_frame(struct train *t, const char *role, size_t layer,
		    const struct frame *f, const char *path,
		    struct err *e) MUST_USE;
int train_record_origin(struct train *t, struct err *e) MUST_USE;
/* The same text of what is yet to be trained; "": all weights are drawn. */
char *train_origin_text(const struct train_request *rq, struct err *e) MUST_USE;
struct json;
void train_put_origin(const struct train *t, struct json *j);

/* train_clock.c: seconds, and memory in bytes. */
double train_elapsed(const struct train *t);
double train_peak_memory(void);

#endif
