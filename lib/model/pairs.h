/*
 * pairs.h - a table read row by row for two columns: actual and predicted
 * class, with a weight and the probabilities where there are columns of them.
 */
#ifndef MODEL_PAIRS_H
#define MODEL_PAIRS_H

#include <dltools/confusion.h>
#include <dltools/csv.h>

struct pairs {
	struct csv_reader *reader;
	struct csv_dialect dialect;
	struct csv_block block;
	size_t record;      /* next one of the block */
	char **name;        /* of the columns */
	size_t columns;
	size_t actual, predict, weight; /* columns; SIZE_MAX: no weight */
	size_t scores;      /* columns of probabilities; see pairs_score() */
	struct err no_scores; /* why the columns after predict are none */
	int64_t line;       /* of the row given last */
};

struct pair {
	const char *actual, *predicted; /* valid until the next row */
	size_t actual_len, predicted_len;
	double weight;
	const struct csv_field *field;  /* [columns], texts in block.text */
};

/* Opens the table, finds the columns, reads the first block. */
int pairs_open(struct pairs *p, const char *path,
	       const struct confusion_options *o, struct err *e) MUST_USE;
/* 1, 0 at the end, -1: a row is broken. */
int pairs_next(struct pairs *p, struct pair *row, struct err *e) MUST_USE;
/* The end as it should be? */
int pairs_close(struct pairs *p, struct err *e) MUST_USE;
void pairs_release(struct pairs *p);

/* The column of probability i: those after predict but for the weight. */
static inline size_t
pairs_score(const struct pairs *p, size_t i)
{
	size_t k = p->predict + 1 + i;

	return k + (p->weight > p->predict && p->weight <= k);
}

/*
 * Value[scores] of a row: 1, 0 if one is missing, -1 if they are none, and why;
 * value may be NULL.
 */
int pairs_read_scores(const struct pairs *p, const struct csv_field *field,
		      int64_t line, double *value, struct err *why) MUST_USE;

#endif
