/*
 * confusion.h - how often each class was taken for each other, from two columns
 * of any table: the actual class and the predicted one.
 *
 *	struct confusion c = {0};
 *
 *	confusion_read(&c, "scores.csv", &options, &e);
 *	confusion_value(&c, CONFUSION_ERROR, 0);
 *	confusion_release(&c);
 *
 * Only pairs that occur are stored, so there is no limit to the number of
 * classes.  Rows without actual or predicted class, and rows of weight 0, do
 * not count.  A zeroed struct is empty.
 */
#ifndef DLTOOLS_CONFUSION_H
#define DLTOOLS_CONFUSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "metrics.h"

struct confusion_cell {
	size_t actual, predicted; /* classes */
	double weight;            /* of the rows: their number if unweighted */
};

struct confusion_totals {
	double actual, predicted, right, wrong; /* weights of one class */
};

struct confusion {
	char **name; /* of classes, sorted; as numbers if all are integers */
	size_t classes;
	struct confusion_cell *cell; /* by actual, then predicted */
	size_t cells;
	struct confusion_totals *total; /* [classes] */
	double weight, right, wrong; /* of all classes */
	int64_t rows, skipped;
	bool is_fractional;   /* some weight was no whole number */
	bool is_regression;   /* why confusion_read() failed: no classes */
	/* from probability columns, where there are any */
	bool has_scores;
	struct err no_scores; /* why the columns after predict are none */
	struct metrics scores; /* its confusion matrix is not used */
	/* private */
	size_t name_room, cell_room;
	struct confusion_index {
		size_t *slot; /* place + 1, 0 is free */
		size_t size;
	} names, pairs;
};

void confusion_release(struct confusion *c);

enum confusion_measure {
	/* over all classes */
	CONFUSION_ERROR,
	CONFUSION_ACCURACY,
	CONFUSION_MEAN_PER_CLASS_ERROR,
	CONFUSION_MCC,
	CONFUSION_KAPPA,
	CONFUSION_MACRO_F1,
	CONFUSION_ROWS,
	/* by probabilities */
	CONFUSION_LOGLOSS,
	CONFUSION_MSE,
	CONFUSION_RMSE,
	CONFUSION_AUC,
	CONFUSION_AUCPR,
	CONFUSION_GINI,
	CONFUSION_HIT_RATIO, /* of = rank, from 1 */
	/* of one class */
	CONFUSION_PRECISION,
	CONFUSION_RECALL,
	CONFUSION_F1,
	CONFUSION_SUPPORT,
	CONFUSION_CLASS_ERROR,
	CONFUSION_MEASURES
};

/* "error", "mean_per_class_error"...; NULL at the end. */
extern const char *const confusion_measures[CONFUSION_MEASURES + 1];

enum confusion_domain { MEASURE_OF_ALL, MEASURE_OF_RANK, MEASURE_OF_CLASS };
enum confusion_domain confusion_domain(enum confusion_measure m);

/* of: the class or rank that the measure is of.  NaN where undefined. */
double confusion_value(const struct confusion *c, enum confusion_measure m,
		       size_t of);

/* Index of a class by name, or -1. */
int64_t confusion_class(const struct confusion *c, const char *name);

/* ---- reading -------------------------------------------------------- */

struct confusion_options {
	const char *actual, *predict, *weight; /* names or numbers; NULL:
						* "actual", "predict", none */
	bool no_header;
	char delimiter; /* NUL: guessed */
};

/*
 * Probability columns are those after the
 * predicted one, if they are numbers that sum to 1.
 */
int confusion_read(struct confusion *c, const char *path,
		   const struct confusion_options *o,
		   struct err *e) MUST_USE;

/* ---- two models on the same rows ------------------------------------ */

struct confusion_diff {
	struct confusion a, b;
	int64_t both_right, only_a, only_b, both_wrong;
	int64_t skipped; /* rows that do not count in a or in b */
	double p_value; /* McNemar's test, exact, two-sided */
};

int confusion_read_two(struct confusion_diff *d, const char *path_a,
		       const char *path_b, const struct confusion_options *o,
		       struct err *e) MUST_USE;
void confusion_diff_release(struct confusion_diff *d);
/* The exact two-sided test on the rows where only one is right. */
double confusion_mcnemar(int64_t only_a, int64_t only_b);

#endif
