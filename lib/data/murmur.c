/* murmur.c - MurmurHash2; see murmur.h. */
#include "data/murmur.h"

#define MIX 0x5bd1e995u

static uint32_t
stir(uint32_t h, uint32_t word)
{
	word *= MIX;
	word ^= word >> 24;
	return h * MIX ^ word * MIX;
}

uint32_t
murmur2(const void *bytes, size_t n, uint32_t seed)
{
	const unsigned char *p = bytes;
	uint32_t h = seed ^ (uint32_t)n;

	for (; n >= 4; n -= 4, p += 4)
		h = stir(h, (uint32_t)p[0] | (uint32_t)p[1] << 8 |
				    (uint32_t)p[2] << 16 |
				    (uint32_t)p[3] << 24);
	if (n == 3)
		h ^= (uint32_t)p[2] << 16;
	if (n >= 2)
		h ^= (uint32_t)p[1] << 8;
	if (n >= 1)
		h = (h ^ p[0]) * MIX;
	h ^= h >> 13;
	h *= MIX;
	return h ^ h >> 15;
}
