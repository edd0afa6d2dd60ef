/*
 * encoder_value.c - the units of one cell: of a level that is a number, of a
 * category unit that may be hashed.
 */
#include <dltools/encoder.h>

#include "data/murmur.h"

float
encoder_level_number(const struct encoder_column *c, size_t level, size_t k)
{
	bool known = level < c->levels.n;
	double bit;

	if (!c->bit_sub)
		return encoder_number(c, known ? c->value[level] : c->fill);
	bit = known ? (double)((level + 1) >> k & 1) : 0;
	return (float)((bit - c->bit_sub[k]) * c->bit_mul[k]);
}

/* H2O's: the number's bytes, big-endian; the hash is a signed integer. */
static uint32_t
bucket(const struct encoder *enc, size_t unit)
{
	const unsigned char bytes[4] = {
		(unsigned char)(unit >> 24), (unsigned char)(unit >> 16),
		(unsigned char)(unit >> 8), (unsigned char)unit,
	};
	int64_t h = murmur2(bytes, sizeof(bytes), enc->hash_seed);

	if (h > INT32_MAX)
		h = ((int64_t)1 << 32) - h;
	return (uint32_t)(h % (int64_t)enc->buckets);
}

/* Entries stay sorted; what meets in one bucket adds up. */
uint32_t
encoder_light_bucket(const struct encoder *enc, size_t unit, struct batch *b,
		     uint32_t start, uint32_t end)
{
	uint32_t index = bucket(enc, unit), i;
	uint32_t at = end;

	while (at > start && b->index[at - 1] > index)
		at--;
	if (at > start && b->index[at - 1] == index) {
		b->value[at - 1] += 1;
		return end;
	}
	for (i = end; i > at; i--) {
		b->index[i] = b->index[i - 1];
		b->value[i] = b->value[i - 1];
	}
	b->index[at] = index;
	b->value[at] = 1;
	return end + 1;
}
