/* shuffle.c - a row made of two; see shuffle.h. */
#include "model/shuffle.h"

/* Entries of row i from both, in the order of their units. */
static uint32_t
mix_entries(const struct batch *own, const struct batch *other, size_t i,
	    const bool *unit, struct batch *out)
{
	uint32_t a = own->start[i], a_end = own->start[i + 1];
	uint32_t b = other->start[i], b_end = other->start[i + 1];
	uint32_t to = out->start[i];

	for (;;) {
		const struct batch *from;
		uint32_t at;

		while (a < a_end && unit[own->index[a]])
			a++;
		while (b < b_end && !unit[other->index[b]])
			b++;
		if (a == a_end && b == b_end)
			return to;
		from = b == b_end || (a < a_end &&
				      own->index[a] < other->index[b])
			       ? own : other;
		at = from == own ? a++ : b++;
		out->index[to] = from->index[at];
		out->value[to++] = from->value[at];
	}
}

void
shuffle_mix(const struct batch *own, const struct batch *other,
	    const bool *unit, struct batch *out)
{
	const bool *dense = unit + own->sparse;
	size_t i, k;

	out->rows = own->rows;
	out->start[0] = 0;
	for (i = 0; i < own->rows; i++) {
		const float *a = own->x + i * own->ld;
		const float *b = other->x + i * other->ld;
		float *x = out->x + i * out->ld;

		out->start[i + 1] = mix_entries(own, other, i, unit, out);
		for (k = 0; k < own->dense; k++)
			x[k] = dense[k] ? b[k] : a[k];
		out->offset[i] = own->offset[i];
		out->weight[i] = own->weight[i];
		out->label[i] = own->label[i];
		out->target[i] = own->target[i];
	}
}
