/*
 * search_sobol.c - Sobol's sequence (Bratley and Fox 1988, "Algorithm 659") in
 * up to 21 dimensions; primitive polynomials and initial direction numbers are
 * the first of Joe and Kuo 2008, "Constructing Sobol sequences with better
 * two-dimensional projections".
 */
#include <dltools/search.h>

#define BITS 32

/* Degree s, inner coefficients a of the polynomial, m_1..m_s. */
static const struct {
	unsigned s, a, m[7];
} directions[SEARCH_SOBOL_MOST] = {
	{0, 0, {0}}, /* dimension 0: van der Corput's */
	{1, 0, {1}},
	{2, 1, {1, 3}},
	{3, 1, {1, 3, 1}},
	{3, 2, {1, 1, 1}},
	{4, 1, {1, 1, 3, 3}},
	{4, 4, {1, 3, 5, 13}},
	{5, 2, {1, 1, 5, 5, 17}},
	{5, 4, {1, 1, 5, 5, 5}},
	{5, 7, {1, 1, 7, 11, 19}},
	{5, 11, {1, 1, 5, 1, 1}},
	{5, 13, {1, 1, 1, 3, 11}},
	{5, 14, {1, 3, 5, 5, 31}},
	{6, 1, {1, 3, 3, 9, 7, 49}},
	{6, 13, {1, 1, 1, 15, 21, 21}},
	{6, 16, {1, 3, 1, 13, 27, 49}},
	{6, 19, {1, 1, 1, 15, 7, 5}},
	{6, 22, {1, 3, 1, 15, 13, 25}},
	{6, 25, {1, 1, 5, 5, 19, 61}},
	{7, 1, {1, 3, 7, 11, 23, 15, 103}},
	{7, 4, {1, 3, 7, 13, 13, 15, 69}},
};

/* v[k]: direction numbers, m_k shifted to the top. */
static void
fill_directions(size_t dimension, uint32_t v[BITS])
{
	unsigned s = directions[dimension].s, a = directions[dimension].a;

	for (unsigned k = 0; k < BITS; k++) {
		if (!s) {
			v[k] = 1u << (BITS - 1 - k);
			continue;
		}
		if (k < s) {
			v[k] = directions[dimension].m[k] << (BITS - 1 - k);
			continue;
		}
		v[k] = v[k - s] ^ v[k - s] >> s;
		for (unsigned j = 1; j < s; j++)
			if (a >> (s - 1 - j) & 1)
				v[k] ^= v[k - j];
	}
}

/* By the bits of the Gray code of i: the order differs from that of i's own
 * bits only within blocks of 2^k. */
uint32_t
sobol_word(size_t dimension, uint32_t i)
{
	uint32_t v[BITS], gray = i ^ i >> 1, word = 0;

	fill_directions(dimension, v);
	for (unsigned k = 0; k < BITS; k++)
		if (gray >> k & 1)
			word ^= v[k];
	return word;
}
