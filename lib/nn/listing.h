/*
 * listing.h - what is not zero in some rows, for products that pass over the
 * rest (kern/skip.h).
 */
#ifndef DLTOOLS_NN_LISTING_H
#define DLTOOLS_NN_LISTING_H

#include "kern/kern.h"

/*
 * Rows x[n][ld] of so many columns, of a product that is `width` wide;
 * rest[columns] is taken off, or NULL.
 */
struct listing {
	const float *x, *rest;
	size_t n, columns, ld, width;
	struct skip_row *row; /* [n] */
	uint32_t *index;      /* [n][room]; room >= columns + 16 */
	float *number;
	size_t room;
};

/* False, and the lists are not whole, if too little of it is zero. */
bool listing_make(const struct kern *kern, const struct listing *l);

#endif
