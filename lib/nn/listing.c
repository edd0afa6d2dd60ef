/* listing.c - see listing.h. */
#include "nn/listing.h"

#define LOOK 16 /* rows with too few zeros, then it is given up */

static size_t
list_row(const struct kern *kern, const struct listing *l, size_t i)
{
	uint32_t *index = l->index + i * l->room;
	float *number = l->number + i * l->room;
	const float *x = l->x + i * l->ld;
	struct skip_row *row = &l->row[i];

	*row = (struct skip_row){ .index = index, .value = number };
	row->count = l->rest != NULL ?
		kern->vec_unlike(index, number, x, l->rest, l->columns, 0) :
		kern->vec_nonzero(index, number, x, l->columns, 0);
	return row->count;
}

bool
listing_make(const struct kern *kern, const struct listing *l)
{
	double most = kern->skip_worth(l->width) * (double)l->columns;
	size_t total = 0;

	for (size_t i = 0; i < l->n; i++) {
		total += list_row(kern, l, i);
		if (i + 1 == LOOK && (double)total > most * LOOK)
			return false;
	}
	return (double)total <= most * (double)l->n;
}
