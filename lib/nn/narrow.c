/*
 * narrow.c - pairs of units for the bf16 products; see narrow.h.
 */
#include "nn/narrow.h"

void
narrow_units(const struct kern *k, const struct narrow *n, size_t from,
	     size_t to)
{
	static const float zero[NARROW_WIDTH];

	for (size_t i = from; i < to; i += 2) {
		const float *x = n->x + i * n->width;

		k->vec_pairs(n->pairs + i / 2 * n->width, x,
			     i + 1 < n->units ? x + n->width : zero, n->width);
	}
}
