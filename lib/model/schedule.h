/*
 * schedule.h - how many rows an iteration presents, and which row stands at
 * which position of the training sequence.
 *
 * Positions count the samples presented since the model was initialised.
 * Position p belongs to epoch p / T; every epoch is a permutation of all T
 * rows of its own, a function of seed and epoch number, so that an iteration
 * shorter than an epoch takes the permutation's next piece and nothing has to
 * be stored or replayed when a run is resumed.
 *
 * Rows of unequal weight: the T positions of an epoch are T equidistant points
 * on the line on which row i has a length of w_i (systematic sampling; Madow
 * 1949), shifted at random from epoch to epoch, in random order.  A row is then
 * presented floor or ceil of T w_i / sum w times an epoch, and exactly that
 * many times in the mean.
 */
#ifndef DLTOOLS_SCHEDULE_H
#define DLTOOLS_SCHEDULE_H

#include <stddef.h>
#include <stdint.h>

#include "dltools/encoder.h"
#include "dltools/rng.h"

struct schedule {
	int64_t rows;          /* T */
	int64_t per_iteration; /* S */
	int64_t batch;         /* mini-batch size; 1 unless set after init */
	double epochs;
	struct rng_key key;
	const int64_t *subset; /* subset[T]: row numbers, NULL = all rows */
	const double *share;   /* share[T]: sums of the weights of rows 0..i,
				* all > 0; NULL: all are equal */
};

/* asked: train_samples_per_iteration; rows >= 1. */
void schedule_init(struct schedule *s, int64_t rows, double epochs,
		   int64_t asked, uint64_t seed);

/*
 * The position where training ends if it goes on from `samples`: the first
 * iteration that reaches the epochs, by S rows each or, if these are there
 * sooner, by whole mini-batches.
 */
int64_t schedule_end(const struct schedule *s, int64_t samples);

/*
 * Where the iteration ends that begins at `from`, in a run from `origin` on:
 * after S rows and the rest of the mini-batch they end in, which is not cut;
 * but not beyond the end of training.
 */
int64_t schedule_next(const struct schedule *s, int64_t origin, int64_t from);

/* Row number at a position. */
int64_t schedule_row(const struct schedule *s, int64_t position);

/* Picks n of rows 0..rows-1, ascending, drawn by key; n >= rows picks all. */
int schedule_sample(int64_t rows, int64_t n, struct rng_key key,
		    int64_t **picked, int64_t *count, struct err *e) MUST_USE;

#endif
