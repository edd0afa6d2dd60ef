/*
 * inspect.h - the two halves of dl-inspect: frames and models.
 */
#ifndef CMD_INSPECT_H
#define CMD_INSPECT_H

#include <stdbool.h>

#include <dltools/err.h>
#include <dltools/frame.h>
#include <dltools/model.h>
#include <dltools/str.h>

#include "table.h"

/* What to show; those of models come last, tables at the end. */
enum inspect_what {
	INSPECT_NAMES,
	INSPECT_VERIFY,
	INSPECT_HISTORY,
	INSPECT_SIGNATURE,
	INSPECT_PARAMS,
	INSPECT_HEADER,
	INSPECT_COMMAND,
	INSPECT_RULE,
	INSPECT_CHECK_INPUTS,
	INSPECT_METRICS,
	INSPECT_VARIMP,
	INSPECT_THRESHOLDS,
	INSPECT_MAXIMA,
	INSPECT_GAINS,
	INSPECT_HIT_RATIOS,
	INSPECT_CONFUSION,
	INSPECT_PER_CLASS,
	INSPECT_CLASS_AUC,
	INSPECT_WHATS,
	INSPECT_OF_MODELS = INSPECT_HISTORY,
};

/* Whose tables; the last of the model's sets is what labels follow. */
enum inspect_set { INSPECT_TRAINING, INSPECT_VALIDATION, INSPECT_LAST };

enum inspect_dump {
	INSPECT_NO_DUMP = -1,
	INSPECT_DUMP_JSON,
	INSPECT_DUMP_TSV,
	INSPECT_DUMP_NPY,
};

struct inspect_options {
	const char *input;
	const char *levels; /* column */
	bool what[INSPECT_WHATS];
	const char *diff;   /* another model */
	bool csv, tsv, json;
	int set;  /* enum inspect_set */
	int dump; /* enum inspect_dump */
	bool differ; /* filled in: --diff found something */
};

/* Of a path, for people: that of "-" too. */
const char *inspect_name(const char *path);
int inspect_show_frame(const struct frame *f, const struct inspect_options *o,
		       struct str *out, struct err *e) MUST_USE;
enum table_format inspect_format(const struct inspect_options *o);
int inspect_show_model(const struct model *m, const struct inspect_options *o,
		       struct str *out, struct err *e) MUST_USE;

/* Schema and statistics of every column. */
int inspect_frame(const struct frame *f, enum table_format format,
		  struct str *out, struct err *e) MUST_USE;
/* A name a line. */
void inspect_names(const struct frame *f, struct str *out);
/* Levels of an enum column and how many rows have them. */
int inspect_levels(const struct frame *f, const char *column,
		   enum table_format format, struct str *out,
		   struct err *e) MUST_USE;
/* Every byte is read; says so if all is well. */
int inspect_frame_verify(const struct frame *f, struct str *out,
			 struct err *e) MUST_USE;

/* What it predicts from what, its layers, the end of its history. */
int inspect_model(const struct model *m, const char *path, struct str *out,
		  struct err *e) MUST_USE;
/* The columns that scoring wants and what comes out, as JSON. */
int inspect_signature(const struct model *m, struct str *out,
		      struct err *e) MUST_USE;
/* Scoring history; JSON is one object a line. */
int inspect_history(const struct model *m, enum table_format format,
		    struct str *out, struct err *e) MUST_USE;
int inspect_model_levels(const struct model *m, const char *column,
			 enum table_format format, struct str *out,
			 struct err *e) MUST_USE;
void inspect_model_names(const struct model *m, struct str *out);
/* Measures of training and validation; JSON is that of the model. */
int inspect_metrics(const struct model *m, enum table_format format,
		    struct str *out, struct err *e) MUST_USE;
/* What of them contradicts itself. */
int inspect_check(const struct inspect_options *o, struct err *e) MUST_USE;
/* JSON of the measures of a set; NULL: failed, there is none. */
const char *inspect_set_json(const struct model *m, int set,
			     struct err *e) MUST_USE;
/* INSPECT_CONFUSION and what follows. */
int inspect_classes(const struct model *m, enum inspect_what what, int set,
		    enum table_format format, struct str *out,
		    struct err *e) MUST_USE;
/* INSPECT_THRESHOLDS and what follows, up to those. */
int inspect_table(const struct model *m, enum inspect_what what, int set,
		  enum table_format format, struct str *out,
		  struct err *e) MUST_USE;
/* Importances of the inputs, the greatest first. */
int inspect_varimp(const struct model *m, enum table_format format,
		   struct str *out, struct err *e) MUST_USE;
/*
 * inspect_facts.c: a level of a column, text NULL if missing or unseen, and an
 * input that it sets to value before it is scaled; input 0: none.
 */
struct inspect_level {
	const char *column, *text;
	size_t len, level;
	size_t input; /* from 1 */
	double value;
};
typedef int inspect_level_fn(void *ctx, const struct inspect_level *l,
			     struct err *e);
int inspect_each_level(const struct encoder *enc, inspect_level_fn *add,
		       void *ctx, struct err *e) MUST_USE;
/* Of hidden layer 1..L or the output L+1, and what multiplies it. */
const char *inspect_activation(const struct net_shape *s, size_t layer,
			       double *factor);
/* Of a class's probability; they add up to 1 again after it. */
double inspect_class_factor(const struct encoder *enc, size_t class);
/*
 * Names and scales of the inputs, what levels set, all weights and biases,
 * activations, the factors of the classes or the response's scale, to standard
 * output; form: enum inspect_dump.
 */
int inspect_dump(const struct model *m, int form, struct err *e) MUST_USE;
/* Numbers of tensor i, and what it is; mem_free them. */
float *inspect_tensor(const struct net *net, size_t i, struct net_tensor *t,
		      struct err *e) MUST_USE;
/* inspect_npz.c: the same as a NumPy archive. */
int inspect_npz(const struct model *m, struct err *e) MUST_USE;
/* A row for each parameter, column and tensor in which b differs from a. */
int inspect_diff(const struct model *a, const struct model *b,
		 enum table_format format, bool *differ, struct str *out,
		 struct err *e) MUST_USE;
/* The JSON header as it stands in the file. */
int inspect_header(const char *path, struct str *out, struct err *e) MUST_USE;

#endif
