/*
 * batch.h - a block of rows as the net sees them; all that lib/nn and lib/data
 * know of each other.
 *
 * Input units are numbered sparse first: units 0 .. sparse-1 (one-hot blocks of
 * categorical columns, then sparse numeric columns) come as (index, value)
 * lists, units sparse .. sparse+dense-1 come as floats, already standardized.
 *
 *	x[rows][ld]        dense part, ld >= dense, a multiple of 16, 64-byte
 *	                   aligned; x[i][dense..ld-1] = 0
 *	start[rows + 1]    row i owns entries start[i] .. start[i+1]-1 of
 *	index[], value[]   the sparse part; in a row each index is above
 *			the one before
 *	label[rows]        class of the row, -1 if missing (classification)
 *	target[rows]       response in the net's own space (regression)
 *	weight[rows]       row weight, 1 unless there is a weights column
 *	offset[rows]       added to the output before the link, 0 by default
 *
 * label, target, weight and offset are always allocated.
 */
#ifndef DLTOOLS_BATCH_H
#define DLTOOLS_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct batch {
	size_t rows;      /* in use */
	size_t room;      /* rows allocated */
	size_t sparse;    /* units */
	size_t dense;     /* units */
	size_t ld;        /* floats */
	size_t entries;   /* room in index[] and value[] */
	float *x;
	uint32_t *start;
	uint32_t *index;
	float *value;
	int32_t *label;
	float *target;
	float *weight;
	float *offset;
};

/* Floats from row to row, of a batch and of whatever is laid out like it. */
size_t batch_stride(size_t columns);

/* row_entries: the most sparse entries that one row can have. */
int batch_init(struct batch *b, size_t room, size_t sparse, size_t dense,
	       size_t row_entries, struct err *e) MUST_USE;
void batch_release(struct batch *b);
/* Room for so many sparse entries in all; what stands there stays. */
int batch_reserve(struct batch *b, size_t entries, struct err *e) MUST_USE;

/* All input units of row i, the sparse ones first: x[sparse + dense]. */
void batch_row(const struct batch *b, size_t i, float *x);

/*
 * Where rows come from, given to the trainer.  fetch() fills b with the n rows
 * at positions first .. first+n-1 of the training sequence (position = samples
 * presented since the model was initialised; the callee knows epochs and
 * permutations).  Called by several threads at once with different b; must not
 * fail, allocate or depend on the caller's thread.  n <= b->room.
 */
struct row_feed {
	void *ctx;
	void (*fetch)(void *ctx, int64_t first, size_t n, struct batch *b);
};

#endif
