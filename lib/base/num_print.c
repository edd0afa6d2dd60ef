/*
 * num_print.c - the shortest decimal text of a number; the digits come from
 * shortest.c.
 */
#include <dltools/num.h>

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/shortest_int.h"

/* Digits of n into out; returns their number.  Two at a time. */
static size_t
digits(char *out, uint64_t n)
{
	static const char pairs[] =
		"00010203040506070809101112131415161718192021222324"
		"25262728293031323334353637383940414243444546474849"
		"50515253545556575859606162636465666768697071727374"
		"75767778798081828384858687888990919293949596979899";
	char text[20];
	size_t at = sizeof(text);

	for (; n >= 100; n /= 100) {
		at -= 2;
		memcpy(text + at, pairs + n % 100 * 2, 2);
	}
	if (n >= 10) {
		at -= 2;
		memcpy(text + at, pairs + n * 2, 2);
	} else {
		text[--at] = (char)('0' + n);
	}
	memcpy(out, text + at, sizeof(text) - at);
	return sizeof(text) - at;
}

size_t
num_print_int(char out[NUM_TEXT], int64_t value)
{
	size_t len = 0;

	if (value < 0)
		out[len++] = '-';
	len += digits(out + len, value < 0 ? 0 - (uint64_t)value
					   : (uint64_t)value);
	out[len] = '\0';
	return len;
}

/* m * 10^exponent in positional notation */
static size_t
print_fixed(char *out, struct decimal d)
{
	char text[20];
	size_t n = digits(text, d.m), len, point;

	if (d.exponent >= 0) {
		memcpy(out, text, n);
		memset(out + n, '0', (size_t)d.exponent);
		return n + (size_t)d.exponent;
	}
	point = (size_t)-d.exponent; /* digits behind it */
	if (n <= point) {
		memcpy(out, "0.", 2);
		len = 2 + point - n;
		memset(out + 2, '0', point - n);
		memcpy(out + len, text, n);
		return len + n;
	}
	memcpy(out, text, n - point);
	out[n - point] = '.';
	memcpy(out + n - point + 1, text + n - point, point);
	return n + 1;
}

/* m * 10^exponent as d.ddde-nn */
static size_t
print_scientific(char *out, struct decimal d)
{
	char text[20];
	size_t n = digits(text, d.m), len = 1;
	int exponent = d.exponent + (int)n - 1;

	out[0] = text[0];
	if (n > 1) {
		out[len++] = '.';
		memcpy(out + len, text + 1, n - 1);
		len += n - 1;
	}
	out[len++] = 'e';
	out[len++] = exponent < 0 ? '-' : '+';
	exponent = exponent < 0 ? -exponent : exponent;
	if (exponent < 10)
		out[len++] = '0';
	return len + digits(out + len, (uint64_t)exponent);
}

static size_t
print_special(char out[NUM_TEXT], double value)
{
	const char *text = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";

	memcpy(out, text, strlen(text) + 1);
	return strlen(text);
}

static size_t
print(char out[NUM_TEXT], struct decimal d, bool negative, bool is_fixed)
{
	size_t len = 0;

	if (negative)
		out[len++] = '-';
	len += is_fixed ? print_fixed(out + len, d)
			: print_scientific(out + len, d);
	out[len] = '\0';
	return len;
}

size_t
num_print_double(char out[NUM_TEXT], double value)
{
	double v = fabs(value);

	if (!isfinite(value))
		return print_special(out, value);
	if (v < 1e16 && v == rint(v)) /* in full, though fewer would do */
		return print(out, (struct decimal){(uint64_t)v, 0},
			     signbit(value), true);
	return print(out, shortest_double(v), signbit(value),
		     v >= 1e-5 && v < 1e16);
}

size_t
num_print_float(char out[NUM_TEXT], float value)
{
	float v = fabsf(value);

	if (!isfinite(value))
		return print_special(out, (double)value);
	if (v < 1e8f && v == rintf(v))
		return print(out, (struct decimal){(uint64_t)v, 0},
			     signbit(value), true);
	return print(out, shortest_float(v), signbit(value),
		     v >= 1e-5f && v < 1e8f);
}
