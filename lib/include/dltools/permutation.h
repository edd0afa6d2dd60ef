/*
 * permutation.h - how much worse a model gets when a column's values are dealt
 * out to other rows (Breiman 2001, "Random forests"; Fisher, Rudin and Dominici
 * 2019).
 *
 *	permutation_run(&p, &model, "test.dlf", &options, &e);
 *	printf("%s %g\n", p.column[0].name, p.column[0].mean);
 *	permutation_release(&p);
 */
#ifndef DLTOOLS_PERMUTATION_H
#define DLTOOLS_PERMUTATION_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "model.h"

struct permutation_options {
	const char *metric; /* H2O's name; NULL or AUTO: logloss or deviance */
	size_t repeats;     /* permutations of each column, at least 1 */
	uint64_t seed;
	unsigned threads;   /* 0: all */
};

struct permutation_column {
	const char *name; /* the model's */
	double mean, sd;  /* of how much worse; sd 0 for one repeat */
};

struct permutation {
	const char *metric; /* that was used */
	double value;       /* of the rows as they are */
	int64_t rows;       /* that count */
	int64_t left_out;   /* no response, or a prediction that is NaN */
	struct permutation_column *column; /* the most important first */
	size_t n;
};

/*
 * path: a frame with the response.  The result is the same for any number of
 * threads.  ERR_USAGE if the metric does not suit the model, ERR_INPUT if no
 * row counts.
 */
int permutation_run(struct permutation *p, const struct model *m,
		    const char *path, const struct permutation_options *o,
		    struct err *e) MUST_USE;
void permutation_release(struct permutation *p);

#endif
