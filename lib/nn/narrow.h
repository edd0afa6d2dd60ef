/*
 * narrow.h - activations as the bf16 products read them.
 */
#ifndef DLTOOLS_NN_NARROW_H
#define DLTOOLS_NN_NARROW_H

#include "kern/kern.h"

#define NARROW_WIDTH 64 /* largest panel */

struct narrow {
	uint32_t *pairs;
	const float *x;
	size_t width, units;
};

/*
 * pairs[i / 2][width] from x[units][width]: units i and i + 1 side by side, for
 * even i from `from` below `to`; a zero beside the last of an odd number.
 */
void narrow_units(const struct kern *k, const struct narrow *n, size_t from,
		  size_t to);

#endif
