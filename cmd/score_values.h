/*
 * score_values.h - parts of dl-score: values of its options, to be called by
 * cli.h, and what it writes beside rows.
 */
#ifndef CMD_SCORE_VALUES_H
#define CMD_SCORE_VALUES_H

#include <stdbool.h>

#include <dltools/curves.h>
#include <dltools/err.h>
#include <dltools/file.h>
#include <dltools/model.h>
#include <dltools/score.h>

#include "table.h"

/* `to` is a const char *: a printf format of one double, below 100 places. */
int score_set_ofmt(void *to, const char *name, const char *value,
		   struct err *e);

/* Does such a format, or NULL, write what JSON takes for a number? */
int score_check_ofmt(const char *format, bool json, struct err *e) MUST_USE;

/* A threshold of two classes: a number, or the best of the model's table. */
struct score_threshold {
	double value;     /* 0: the criterion's */
	bool is_criterion; /* else the model's own, that of F1 */
	enum criterion criterion;
};

/* `to` is a struct score_threshold. */
int score_set_threshold(void *to, const char *name, const char *value,
			struct err *e);

/* `to` is a char. */
int score_set_delimiter(void *to, const char *name, const char *value,
			struct err *e);

/* The threshold to score with; 0: the model's own. */
int score_find_threshold(const struct score_threshold *t,
			 const struct model *m, double *to,
			 struct err *e) MUST_USE;

/* Metrics by their file's name, "-": as the rows are that they stand for. */
bool score_is_tsv(const char *path, bool rows);
/* Metrics and tables as JSON; tsv: measures, one a line.  Not committed. */
int score_write_metrics(struct outfile *out, const struct model *m,
			const struct metrics *metrics, bool tsv,
			struct err *e) MUST_USE;

/* What there is to tell of rows that were scored. */
void score_say(const struct model *m, const struct score_options *o,
	       const struct score_report *r);

/* --permutation-importance and what goes with it. */
struct score_permute {
	int64_t repeats, seed; /* 0: 5; -1: 1 */
	const char *metric;
	unsigned threads;
	enum table_format format;
	bool quiet;
};

/* Writes a table of columns to out, NULL: standard output. */
int score_permutation(const struct model *m, const char *input,
		      const char *out, const struct score_permute *p,
		      struct err *e) MUST_USE;

/* Nothing is written over what is read; output and metrics may be NULL. */
int score_check_outputs(const char *model, const char *input,
			const char *output, const char *metrics,
			struct err *e) MUST_USE;

#endif
