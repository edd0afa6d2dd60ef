/*
 * math.c - single values of the vector functions.
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

float
math_log(float x)
{
	float y;

	kern_get()->vec_log(&y, &x, 1);
	return y;
}

float
math_tanh(float x)
{
	float y;

	kern_get()->vec_tanh(&y, &x, 1);
	return y;
}
