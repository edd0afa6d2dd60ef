/*
 * score.h - predictions of a model for a table.
 *
 * A table is a frame or delimited text, from a file or a pipe; it is read in
 * blocks, scored by all threads and written in order, in constant memory.
 * A row's text depends on the model and the row only.
 *
 *	struct score_options o = {.header = true, .header_in = -1,
 *		.index_base_in = -1, .latin1_in = -1};
 *	struct score_report done = {0};
 *
 *	outfile_open(&out, "-", &e);
 *	score_run(&model, "test.csv", &o, &out, &done, &e);
 *	outfile_commit(&out, &e);
 */
#ifndef DLTOOLS_SCORE_H
#define DLTOOLS_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "frame_text.h"
#include "metrics.h"
#include "net.h"

struct model;

enum score_output {
	SCORE_PROB,  /* predict and a probability per class */
	SCORE_LABEL, /* predict only */
	SCORE_RAW,   /* natural logs of probabilities; before the inverse link;
		      * an autoencoder's outputs as they are */
};

enum score_text { SCORE_TEXT_MODEL, SCORE_TEXT_CSV, SCORE_TEXT_SVMLIGHT };

enum score_contrib {
	SCORE_NO_CONTRIB,
	SCORE_INTEGRATED, /* gradients, explain.h */
	SCORE_GRADIENT,
};

/* Zeros are sensible but for header and those that end in _in. */
struct score_options {
	enum score_output output;
	enum frame_text_format format;
	bool header;           /* write one (not for JSON) */
	bool actual;           /* the response first */
	const char *keep;      /* columns to carry over, as in columns.h */
	size_t top;            /* the k most probable classes instead of all */
	double min_prob;       /* of these; less probable ones are empty */
	double threshold;      /* of a binomial label; 0: the model's */
	size_t layer;          /* deep features of hidden layer 1..L instead */
	enum score_contrib contrib; /* of columns, after `predict` */
	const char *contrib_class;  /* NULL: the second of 2, or predicted */
	bool contrib_units;    /* of input units instead of columns */
	bool reconstruction_error; /* an autoencoder's, its outputs' instead: */
	bool per_feature;      /* not the mean, each unit's squared error */
	const char *ofmt;      /* one printf format of a double, checked */
	enum net_precision precision; /* 0: f32 */
	unsigned threads;      /* 0: all */
	bool line_buffered;    /* each row as soon as it is there */
	bool no_rows;          /* write nothing: only metrics are wanted */
	bool metrics;          /* gather; needs the response */
	bool missing_na;       /* a predictor that is not there is missing in
				* every row; else ERR_SCHEMA */
	bool unseen_error;     /* a level the model has not seen: ERR_SCHEMA */
	bool strict;           /* the same for classes and lacking weights */
	/* delimited text: 1 yes, 0 no, -1 by the model's column names */
	int header_in;
	char delimiter;        /* NUL: the model's */
	int latin1_in;         /* 1 ISO 8859-1, 0 UTF-8, -1: the model's */
	uint64_t skip_lines;   /* of text, before the table */
	enum score_text text;  /* how it is written: as the model's table */
	int index_base_in;     /* svmlight: 0, 1, -1: the model's */
};

struct score_column_note {
	const char *name; /* the model's */
	int64_t cells;    /* with a level the model has not seen */
};

struct score_report {
	int64_t rows;
	size_t missing;            /* predictors that the table lacks */
	struct score_column_note *missing_column;
	size_t unseen;             /* columns with unseen levels */
	struct score_column_note *unseen_column;
	size_t extra;              /* columns that training did not know */
	char *extra_column;        /* the first of them */
	const char *no_weights;    /* the column that each row's 1 stands for */
	int64_t unknown;           /* rows of a class the model does not know,
				    * if it was looked at */
	int64_t not_numbers;       /* rows whose prediction is NaN */
	bool no_features;          /* svmlight of labels only: all zeros */
	bool unterminated;         /* the text ended within a line */
	bool has_metrics;
	struct metrics metrics;    /* finished */
	double contrib_error;      /* most that a row's sum is off */
	double threshold;          /* in use, of a binomial model */
};

void score_report_release(struct score_report *r);

/*
 * path "-" is standard input.  Names in the report are the model's.  Errors of
 * the table: ERR_INPUT (metrics: also if no row counts), ERR_SCHEMA; what was
 * written stays written.
 */
int score_run(const struct model *m, const char *path,
	      const struct score_options *o, struct outfile *out,
	      struct score_report *r, struct err *e) MUST_USE;

#endif
