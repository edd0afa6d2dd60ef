/* shortest_int.h - the shortest decimal of a binary number. */
#ifndef BASE_SHORTEST_INT_H
#define BASE_SHORTEST_INT_H

#include <stdint.h>

/* m * 10^exponent; m does not end in 0 unless it is 0. */
struct decimal {
	uint64_t m;
	int exponent;
};

/* value: finite, not negative. */
struct decimal shortest_double(double value);
struct decimal shortest_float(float value);

struct shortest_power {
	uint64_t high, low;
};

#define SHORTEST_POWERS 617
#define SHORTEST_FIRST (-292)
extern const struct shortest_power shortest_power[SHORTEST_POWERS];

#endif
