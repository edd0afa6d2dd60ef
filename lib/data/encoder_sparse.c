/*
 * encoder_sparse.c - which numeric columns are kept as entries of what is not
 * zero.
 *
 * An entry costs about as much in a pass as four cells of a dense row, and each
 * column of entries its own sweep of the weights; so a column has to be mostly
 * zero, and there have to be many of them.
 */
#include "data/encoder_int.h"

#include <string.h>

#define SPARSE_SHARE 0.25 /* at most so much of a column is not zero */
#define SPARSE_COLUMNS 64 /* fewer stay dense */

static bool
is_mostly_zero(const struct frame_column *c)
{
	double rows = (double)c->stats.count + (double)c->stats.missing;

	return c->type != COLUMN_ENUM && c->type != COLUMN_TEXT &&
	       rows - (double)c->stats.zeros <= SPARSE_SHARE * rows;
}

size_t
encoder_sparse_first(const struct frame *f, const struct encoder_options *o,
		     size_t *order, size_t n, size_t *spare)
{
	size_t i, sparse = 0, dense = 0;

	bool keeps_zeros = o->uncentred || o->scaling == ENCODER_NONE ||
			   o->scaling == ENCODER_MAX_ABS ||
			   (o->scaling == ENCODER_STANDARD && !o->standardize);

	if (!keeps_zeros)
		return 0;
	for (i = 0; i < n; i++)
		sparse += is_mostly_zero(frame_column(f, order[i]));
	if (sparse < SPARSE_COLUMNS)
		return 0;
	for (i = sparse = 0; i < n; i++)
		if (is_mostly_zero(frame_column(f, order[i])))
			order[sparse++] = order[i];
		else
			spare[dense++] = order[i];
	memcpy(order + sparse, spare, dense * sizeof(*order));
	return sparse;
}
