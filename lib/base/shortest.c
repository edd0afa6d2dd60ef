/*
 * shortest.c - the shortest decimal that reads back as the same number, by
 * integer arithmetic: Giulietti 2020, "The Schubfach way to render doubles".
 *
 * A number c * 2^q is the only one between its boundaries, half a step away.
 * With k such that 10^k is no longer than that interval, the interval holds one
 * or two multiples of 10^k and at most one of 10^(k+1): if there is one of the
 * latter it is the shortest, else the nearer one of the former.  Boundaries and
 * value are compared after multiplication by 10^-k; that product is rounded to
 * odd (inexact ones get an odd last bit), so that comparisons stay exact.
 */
#include "base/shortest_int.h"

#include <stdbool.h>
#include <string.h>

__extension__ typedef unsigned __int128 uint128;

/* x / 2^n rounded down. */
static int
floor_shift(int x, int n)
{
	return x >= 0 ? x >> n : -((-x + (1 << n) - 1) >> n);
}

/* floor(log2(10^n)), |n| <= 1233 */
static int
log2_of_power(int n)
{
	return floor_shift(n * 1741647, 19);
}

/* floor(log10(2^q)), or floor(log10(3/4 * 2^q)) */
static int
log10_of_power(int q, bool three_quarters)
{
	return floor_shift(q * 1262611 - (three_quarters ? 524031 : 0), 22);
}

static uint64_t
round_to_odd(const struct shortest_power *g, uint64_t c)
{
	uint128 x = (uint128)g->low * c;
	uint128 y = (uint128)g->high * c + (uint64_t)(x >> 64);

	return (uint64_t)(y >> 64) | ((uint64_t)y > 1);
}

static uint64_t
round_to_odd_single(const struct shortest_power *g, uint64_t c)
{
	uint64_t high = g->high + (g->low != 0);
	uint128 y = (uint128)high * c;

	return (uint64_t)(y >> 64) | ((uint32_t)((uint64_t)y >> 32) > 1);
}

/* Value and boundaries times 4 * 10^-k. */
struct scaled {
	uint64_t low, value, high;
};

/* The multiple of 1 or 10 within (low, high), nearest to value. */
static struct decimal
choose(const struct scaled *v, int k)
{
	uint64_t s = v->value / 4, t;
	bool below, above;

	if (s >= 10) {
		t = s / 10;
		below = v->low <= 40 * t;
		above = 40 * t + 40 <= v->high;
		if (below != above)
			return (struct decimal){t + above, k + 1};
	}
	below = v->low <= 4 * s;
	above = 4 * s + 4 <= v->high;
	if (below != above)
		return (struct decimal){s + above, k};
	t = 4 * s + 2;
	above = v->value > t || (v->value == t && (s & 1));
	return (struct decimal){s + above, k};
}

static struct decimal
strip_zeros(struct decimal d)
{
	if (d.m == 0)
		return (struct decimal){0, 0};
	while (d.m % 100 == 0) {
		d.m /= 100;
		d.exponent += 2;
	}
	if (d.m % 10 == 0) {
		d.m /= 10;
		d.exponent++;
	}
	return d;
}

/* c * 2^q; closer: the number below is only half a step away. */
static struct decimal
shortest(uint64_t c, int q, bool closer, bool is_single)
{
	int k = log10_of_power(q, closer), h = q + log2_of_power(-k) + 1;
	const struct shortest_power *g = &shortest_power[-k - SHORTEST_FIRST];
	uint64_t odd = c & 1; /* even numbers own their boundaries */
	uint64_t low = (4 * c - 2 + closer) << h, value = (4 * c) << h;
	uint64_t high = (4 * c + 2) << h;
	struct scaled v;

	if (is_single) {
		v.low = round_to_odd_single(g, low) + odd;
		v.value = round_to_odd_single(g, value);
		v.high = round_to_odd_single(g, high) - odd;
	} else {
		v.low = round_to_odd(g, low) + odd;
		v.value = round_to_odd(g, value);
		v.high = round_to_odd(g, high) - odd;
	}
	return strip_zeros(choose(&v, k));
}

/* An integer needs no search: its digits are short enough. */
static bool
is_small_integer(uint64_t c, int q, int bits)
{
	return q <= 0 && q > -bits && !(c & (((uint64_t)1 << -q) - 1));
}

struct decimal
shortest_double(double value)
{
	uint64_t bits, c;
	int q;

	memcpy(&bits, &value, sizeof(bits));
	c = bits & (((uint64_t)1 << 52) - 1);
	q = (int)(bits >> 52);
	if (q == 0 && c == 0)
		return (struct decimal){0, 0};
	if (q == 0)
		return shortest(c, 1 - 1075, false, false);
	if (is_small_integer(c | (uint64_t)1 << 52, q - 1075, 53))
		return strip_zeros((struct decimal){
			(c | (uint64_t)1 << 52) >> (1075 - q), 0});
	return shortest(c | (uint64_t)1 << 52, q - 1075, c == 0 && q > 1,
			false);
}

struct decimal
shortest_float(float value)
{
	uint32_t bits, c;
	int q;

	memcpy(&bits, &value, sizeof(bits));
	c = bits & (((uint32_t)1 << 23) - 1);
	q = (int)(bits >> 23);
	if (q == 0 && c == 0)
		return (struct decimal){0, 0};
	if (q == 0)
		return shortest(c, 1 - 150, false, true);
	if (is_small_integer(c | (uint32_t)1 << 23, q - 150, 24))
		return strip_zeros((struct decimal){
			(c | (uint32_t)1 << 23) >> (150 - q), 0});
	return shortest(c | (uint32_t)1 << 23, q - 150, c == 0 && q > 1, true);
}
