/*
 * decimal.c - m * 10^q as the nearest double; see decimal_int.h.
 *
 * Three ways, by size.  m < 2^53 and |q| <= 22: both factors are doubles
 * without error, one operation rounds (Clinger 1990, "How to read floating
 * point numbers accurately").  |q| <= 27: 5^|q| fits in 64 bits, so the product
 * or the quotient with its remainder is exact in 128 bits.  The rest, rare in
 * tables, goes to strtod.
 */
#include "decimal_int.h"

#include <stdio.h>
#include <string.h>

#include "num_int.h"

__extension__ typedef unsigned __int128 uint128;

static const double power_of_10[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

#define EXACT_10 22
#define EXACT_5 27

static uint64_t
power_of_5(int q)
{
	uint64_t p = 1, base = 5;

	for (; q; q >>= 1, base *= base)
		if (q & 1)
			p *= base;
	return p;
}

/* s * 2^e with the top bit of s set; more: something non-zero below s. */
static double
round_to_double(uint64_t s, int more, int e)
{
	uint64_t bits = s >> 11, rest = s & 0x7ff;
	double x;

	if (rest > 0x400 || (rest == 0x400 && (more || (bits & 1))))
		bits++;
	/* a carry out of the fraction lands in the exponent, as it should */
	bits += (uint64_t)(e + 11 + 52 + 1022) << 52;
	memcpy(&x, &bits, sizeof(x));
	return x;
}

static double
multiply(uint64_t m, int q)
{
	uint128 p = (uint128)m * power_of_5(q);
	uint64_t high = (uint64_t)(p >> 64);
	int shift = high ? __builtin_clzll(high) :
			   64 + __builtin_clzll((uint64_t)p);

	p <<= shift;
	return round_to_double((uint64_t)(p >> 64), (uint64_t)p != 0,
			       64 - shift + q);
}

static double
divide(uint64_t m, int q)
{
	uint64_t d = power_of_5(q);
	int lm = __builtin_clzll(m), ld = __builtin_clzll(d), one;
	uint128 n = (uint128)(m << lm) << 63, quotient;

	d <<= ld;
	quotient = n / d; /* 2^62 < quotient < 2^64 */
	one = !((uint64_t)quotient >> 63);
	return round_to_double((uint64_t)quotient << one,
			       quotient * d != n, ld - lm - 63 - one - q);
}

double
decimal_value(uint64_t m, int q)
{
	char text[48];

	if (!m)
		return 0;
	if (m < (uint64_t)1 << 53 && q >= -EXACT_10 && q <= EXACT_10)
		return q < 0 ? (double)m / power_of_10[-q] :
			       (double)m * power_of_10[q];
	if (q >= 0 && q <= EXACT_5)
		return multiply(m, q);
	if (q < 0 && q >= -EXACT_5)
		return divide(m, -q);
	snprintf(text, sizeof(text), "%llue%d", (unsigned long long)m, q);
	return num_strtod_c(text, NULL);
}
