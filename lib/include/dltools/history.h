/*
 * history.h - the scoring history of a training run: one row per scoring event,
 * with the columns of H2O's scoring history and a few of our own.
 *
 * dl-history(5) is the law of the file that history_file_add() writes.
 */
#ifndef DLTOOLS_HISTORY_H
#define DLTOOLS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "metrics.h"
#include "str.h"

/* Measures of one scored set; NaN where there is none. */
struct history_measures {
	double rmse, mse, mae, rmsle, deviance, r2;
	double logloss, error, mean_per_class_error;
	double auc, pr_auc, lift;
};

/* One scoring event: H2O's scoring-history columns and our own. */
struct history_row {
	/* of the run; 0 in the file of a reproducible model */
	double timestamp;  /* Unix seconds */
	double duration_s; /* wall, since the program started */
	double wall_s;     /* since the first row was presented */
	double cpu_s;
	double peak_memory_bytes;
	double speed;      /* samples / s of training alone */
	double epochs;
	int64_t iterations, samples;
	int64_t fold;      /* of cross-validation, from 1; 0: none */
	bool has_validation;
	struct history_measures training, validation;
};

struct history {
	struct history_row *row;
	size_t n, room;
};

void history_release(struct history *h);
int history_add(struct history *h, const struct history_row *row,
		struct err *e) MUST_USE;

/* NaN everywhere: a set that was not scored. */
void history_unmeasured(struct history_measures *m);
/* What a set's metrics say, as measures of a scoring event. */
void history_measure(struct history_measures *to, const struct metrics *m);

enum history_format { HISTORY_CSV, HISTORY_TSV, HISTORY_JSONL };

/* By the suffix of a file name: .tsv, .jsonl, else CSV. */
enum history_format history_format_of(const char *path);

/* A further validation set: its measures stand in `validation` of its rows. */
struct history_other {
	char *name;
	struct history history; /* as many rows as there are events, or none */
};

/* Which columns there are. */
struct history_layout {
	enum metrics_kind kind;
	bool validation; /* there is a validation set */
	bool run;        /* with clock, durations, speed, memory */
	bool folds;      /* with the fold, and validation columns */
	const struct history_other *other; /* columns NAME_logloss... */
	size_t others;
};

/* The header line (nothing for JSONL) or row i, with its line end. */
void history_header(const struct history_layout *l, enum history_format format,
		    struct str *out);
void history_line(const struct history_layout *l, enum history_format format,
		  const struct history *h, size_t i, struct str *out);

/* A file that gets the rows it does not have yet; opened at the first. */
struct history_file {
	const char *path; /* "-": standard output */
	int fd;
	bool open;
	size_t *rows; /* rows[fold]: written */
	size_t folds;
};
int history_file_add(struct history_file *f, const struct history_layout *l,
		     const struct history *h, struct err *e) MUST_USE;
int history_file_close(struct history_file *f, struct err *e) MUST_USE;

/* Sets with NAME_... columns, each with as many rows as the history. */
struct history_others {
	struct history_other *set;
	size_t n, room;
};
void history_others_release(struct history_others *o);

/*
 * Reads a file that history_file_add() wrote, or H2O's scoring history as CSV:
 * a text table or JSON lines.  Columns go by name, others are passed over;
 * there is a further set where there is NAME_rmse.  *cut is the number of a
 * last line that was cut off, by a crash or as it is being written, and is left
 * out; else 0.
 */
struct text_table;
bool history_is_table(const struct text_table *t);
/*
 * By its first bytes: 1 or 0, or -1 if memory or descriptors ran out; standard
 * input that can be is wound back.
 */
int history_is_lines(const char *path, struct err *e) MUST_USE;
int history_load(struct history *h, struct history_others *others,
		 const char *path, int64_t *cut, struct err *e) MUST_USE;
/* A value by the name of its column; NaN if there is none. */
double history_get(const struct history_row *row, const char *column);
/* Is there a process that writes the file with history_file_add()? */
bool history_is_growing(const char *path);

/* H2O's table for people, aligned; at most `last` rows, the newest. */
void history_table(const struct history_layout *l, const struct history *h,
		   size_t last, struct str *out);

/*
 * {"columns": [...], "rows": [[...], ...]} as it stands in a model; root is a
 * jansson value, borrowed.  -1 (ERR_INPUT) if it is not such an object.
 */
struct json;
struct json_t;
void history_write_json(const struct history_layout *l,
			const struct history *h, struct json *j);
int history_parse(struct history *h, const struct json_t *root,
		  struct err *e) MUST_USE;

#endif
