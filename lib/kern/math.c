/*
 * math.c - a single value of a vector function.
 */
#include "kern/math.h"

#include "kern/kern.h"

float
math_exp(float x)
{
	float y;

	kern_get()->vec_exp(&y, &x, 1);
	return y;
}
