/* decimal_int.h - decimal numbers to doubles, correctly rounded. */
#ifndef BASE_DECIMAL_INT_H
#define BASE_DECIMAL_INT_H

#include <stdint.h>

/* The double nearest to m * 10^q, ties to even; infinity when too large. */
double decimal_value(uint64_t m, int q);

#endif
