/*
 * score_int.h - what the files of score_run() share.
 *
 * Blocks of rows are numbered; any thread scores one, then waits for its turn
 * to write.  So output, counts and metrics are in order, and an error is that
 * of the first bad row, for any number of threads.
 */
#ifndef SCORE_INT_H
#define SCORE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include <dltools/columns.h>
#include <dltools/explain.h>
#include <dltools/model.h>
#include <dltools/score.h>
#include <dltools/score_rows.h>
#include <dltools/str.h>

#define SCORE_BATCH 128 /* rows of one forward pass */

struct score_turn {
	pthread_mutex_t lock;
	pthread_cond_t moved;
	int64_t next;
	atomic_bool failed;
};

/* What score_explain.c needs; net NULL: no contributions are wanted. */
struct score_explain {
	struct explain *net;
	size_t columns, *column; /* column[units]: where its share goes */
	const char **named;      /* [units] of predictors, or NULL... */
	char **name;             /* [units] of units */
	size_t cls;              /* that of contrib_class */
};

struct score_job {
	const struct model *m;
	const struct score_options *o;
	const char *path;   /* "-": standard input */
	const char *name;   /* for messages */
	struct outfile *out;
	struct score_report *report;
	struct err *e;
	struct forward *fwd;
	struct pool *pool;  /* NULL: one thread */
	size_t width;       /* numbers of one row */
	size_t batch;       /* rows of one forward pass, at most SCORE_BATCH */
	bool dotted;        /* columns are called p.CLASS, contrib.COLUMN */
	char **unit;        /* [units] names, of an autoencoder's columns */
	int64_t *unseen;    /* [predictors] */
	int64_t pairs;      /* of svmlight */
	int64_t known;      /* rows of a class that the model knows */
	struct score_turn turn;
	struct score_explain explain;
	/* columns to carry over, of the input */
	struct column_list keep;
};

/* What one thread needs; rows of one block. */
struct score_work {
	struct score_job *job;
	struct batch batch;
	struct forward_scratch *scratch;
	size_t rows, room;  /* of the block so far */
	float *p;           /* [room][width] */
	int32_t *label;     /* [room] */
	double *actual, *weight;
	double *mse;        /* [room] of an autoencoder, else NULL */
	float *in;          /* [units], the same */
	int64_t *unseen;    /* [predictors] */
	int64_t pairs;      /* of svmlight, of the block */
	struct explain_scratch *explain;
	float *contrib;     /* [room][score_explain_columns()] */
	float *unit;        /* [units] */
	double *sum;        /* [columns] */
	double contrib_error; /* the largest */
	struct str text;
	struct err err;
};

/* Prints field `which` of row i: response (SIZE_MAX) or keep.index[which]. */
struct score_cells {
	void (*print)(void *ctx, size_t row, size_t which, struct str *out);
	void *ctx;
	const char *(*name)(void *ctx, size_t which);
};

int score_work_init(struct score_work *w, struct score_job *job) MUST_USE;
void score_work_release(struct score_work *w);

/* Room for n rows of a block, which becomes empty. */
int score_work_start(struct score_work *w, size_t n) MUST_USE;

/* Scores w->batch as the next rows of the block; actual and weight: [rows] */
void score_work_add(struct score_work *w, const double *actual,
		    const double *weight);

static inline bool
score_has_header(const struct score_options *o)
{
	return o->header && o->format != FRAME_TEXT_JSON && !o->no_rows;
}

/* The name of the column of class k's probabilities. */
void score_add_class_name(struct str *out, const struct string_table *t,
			  size_t k, bool dotted);
/* Would such a column have the name of another, or one of other[n]? */
int score_class_names_clash(const struct string_table *t,
			    const char *const *other, size_t n, bool *clash,
			    struct err *e) MUST_USE;

/* Is there a column `predict` before the numbers? */
bool score_has_predict(const struct score_job *job);
/* Columns after `predict`, or all there are without it; and their names. */
size_t score_numbers(const struct score_job *job);
void score_add_number_name(struct str *out, const struct score_job *job,
			   size_t k);
/* Settles job->dotted; ERR_USAGE if two columns would have one name. */
int score_name_columns(struct score_job *job, const struct score_cells *cells,
		       struct err *e) MUST_USE;

/* Prints all rows of the block into w->text. */
int score_print_rows(struct score_work *w,
		     const struct score_cells *cells) MUST_USE;
/* Names the columns, and writes the header if there is to be one. */
int score_start_output(struct score_job *job, const struct score_cells *cells,
		       struct err *e) MUST_USE;

/*
 * Waits for the turn of block number `turn`, then writes, counts and passes the
 * turn on; w->err set: the job fails there.  Returns -1 if the job has failed.
 */
int score_finish_block(struct score_work *w, int64_t turn) MUST_USE;

/* score_explain.c: none of this does anything without contrib. */
int score_explain_init(struct score_job *job, struct err *e) MUST_USE;
void score_explain_release(struct score_job *job);
size_t score_explain_columns(const struct score_job *job);
const char *score_explain_name(const struct score_job *job, size_t k);
int score_explain_work(struct score_work *w) MUST_USE;
/* Of w->batch, whose outputs are p[rows][width]. */
void score_explain_rows(struct score_work *w, const float *p);

/* The inputs. */
int score_frame(struct score_job *job, struct err *e) MUST_USE;
int score_text(struct score_job *job, const void *head, size_t head_len,
	       struct err *e) MUST_USE;

/* Adds a predictor that the table lacks to the report. */
int score_note_missing(struct score_job *job, const char *name,
		       struct err *e) MUST_USE;
/* Fails for what the options do not allow. */
int score_check_columns(struct score_job *job, struct err *e) MUST_USE;
/* The table has no weights though the metrics need them. */
int score_note_weights(struct score_job *job, struct err *e) MUST_USE;
/* Counts the columns of the table that the training table did not have. */
int score_note_extra(struct score_job *job, const char *const *names, size_t n,
		     struct err *e) MUST_USE;
/* After the last row: the metrics, if they are wanted. */
int score_finish_metrics(struct score_job *job, struct err *e) MUST_USE;
/* After the last row: levels and classes that the model does not know. */
int score_report_levels(struct score_job *job, struct err *e) MUST_USE;

#endif
