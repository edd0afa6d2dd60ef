/*
 * num_print.c - the shortest decimal text of a number.
 *
 * A value v has the text m / 10^k if m is an integer below 2^53 and k <= 22:
 * then both are exact, the quotient is correctly rounded, and comparing it with
 * v is the same as parsing the text (Clinger 1990, "How to read floating point
 * numbers accurately").  So the least k that gives v back is the shortest text.
 * That settles nearly all values that come from tables; the rest go through
 * printf and strtod, one digit more at each try.
 */
#include <dltools/num.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num_int.h"

static const double ten[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/* Digits of n into out; returns their number. */
static size_t
digits(char *out, uint64_t n)
{
	char text[20];
	size_t len = 0, i;

	do {
		text[len++] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	for (i = 0; i < len; i++)
		out[i] = text[len - 1 - i];
	return len;
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

/* sign, then m / 10^k in positional notation */
static size_t
print_fixed(char out[NUM_TEXT], bool negative, uint64_t m, int k)
{
	char text[20];
	size_t n = digits(text, m), len = 0, point;

	if (negative)
		out[len++] = '-';
	if (n <= (size_t)k) {
		out[len++] = '0';
		out[len++] = '.';
		for (point = n; point < (size_t)k; point++)
			out[len++] = '0';
		memcpy(out + len, text, n);
		len += n;
	} else {
		point = n - (size_t)k;
		memcpy(out + len, text, point);
		len += point;
		if (k) {
			out[len++] = '.';
			memcpy(out + len, text + point, (size_t)k);
			len += (size_t)k;
		}
	}
	out[len] = '\0';
	return len;
}

/* sign, then m * 10^exponent as d.ddde-nn; m has no trailing zero */
static size_t
print_scientific(char out[NUM_TEXT], bool negative, uint64_t m, int exponent)
{
	char text[20];
	size_t n = digits(text, m), len = 0;

	exponent += (int)n - 1;
	if (negative)
		out[len++] = '-';
	out[len++] = text[0];
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
	len += digits(out + len, (uint64_t)exponent);
	out[len] = '\0';
	return len;
}

static size_t
print_special(char out[NUM_TEXT], double value)
{
	const char *text = isnan(value) ? "nan" : value < 0 ? "-inf" : "inf";

	memcpy(out, text, strlen(text) + 1);
	return strlen(text);
}

/*
 * d.ddd[e]nn by printf with the fewest digits that read back, `least` to
 * `most`; back() says whether a text reads back.
 */
static size_t
print_slow(char out[NUM_TEXT], double value, int least, int most,
	   bool (*back)(const char *text, double value))
{
	char text[48], *mark, *p;
	int places, exponent;
	uint64_t m = 0;
	bool negative = signbit(value);

	for (places = least - 1; places < most; places++) {
		(void)snprintf(text, sizeof(text), "%.*e", places,
			       fabs(value));
		/* a locale may have put its own mark after the first digit */
		if (places > 0)
			text[1] = '.';
		if (back(text, fabs(value)))
			break;
	}
	mark = strchr(text, 'e');
	exponent = (int)strtol(mark + 1, NULL, 10);
	for (p = text; p < mark; p++)
		if (*p >= '0' && *p <= '9') {
			m = m * 10 + (uint64_t)(*p - '0');
			exponent -= p > text;
		}
	while (m && m % 10 == 0) {
		m /= 10;
		exponent++;
	}
	if (exponent <= 0 && exponent >= -22 && fabs(value) >= 1e-5)
		return print_fixed(out, negative, m, -exponent);
	return print_scientific(out, negative, m, exponent);
}

static bool
back_double(const char *text, double value)
{
	return num_strtod_c(text, NULL) == value;
}

static bool
back_float(const char *text, double value)
{
	return num_strtof_c(text, NULL) == (float)value;
}

size_t
num_print_double(char out[NUM_TEXT], double value)
{
	double v = fabs(value), m;
	int k;

	if (!isfinite(value))
		return print_special(out, value);
	if (v == 0)
		return print_fixed(out, signbit(value), 0, 0);
	if (v >= 1e-5 && v < 1e15) {
		for (k = 0; k <= 20; k++) {
			m = rint(v * ten[k]);
			if (m >= 1e15)
				break;
			if (m / ten[k] == v)
				return print_fixed(out, signbit(value),
						   (uint64_t)m, k);
		}
	} else if (v >= 1e15 && v < 1e16 && v == rint(v)) {
		return print_fixed(out, signbit(value), (uint64_t)v, 0);
	}
	/*
	 * 15 digits always identify a shorter decimal (its zeros are cut off),
	 * except among subnormals.
	 */
	return print_slow(out, value, v < DBL_MIN ? 1 : 15, 17, back_double);
}

/* 10^n, |n| <= 64, with an error of a few units of a 64-bit significand. */
static long double
power_of_ten(int n)
{
	long double result = 1, base = 10;
	unsigned i = (unsigned)(n < 0 ? -n : n);

	for (; i; i >>= 1, base *= base)
		if (i & 1)
			result *= base;
	return n < 0 ? 1 / result : result;
}

/* Surely (float)x == v, allowing for the error of power_of_ten? */
static bool
rounds_to(long double x, float v)
{
	return (float)(x * (1 - 0x1p-56L)) == v &&
	       (float)(x * (1 + 0x1p-56L)) == v;
}

size_t
num_print_float(char out[NUM_TEXT], float value)
{
	float v = fabsf(value);
	int k, decimal, places;
	long double scale, m;

	if (!isfinite(value))
		return print_special(out, (double)value);
	if (v == 0 || (v < 1e8f && v == rintf(v)))
		return print_fixed(out, signbit(value), (uint64_t)v, 0);
	if (v >= 1e-36f && v < 1e36f) {
		decimal = (int)floor(log10((double)v));
		for (places = 1; places <= 9; places++) {
			k = places - 1 - decimal;
			scale = power_of_ten(k);
			m = rintl((long double)v * scale);
			if (!rounds_to(m / scale, v))
				continue;
			while (m >= 10 && fmodl(m, 10) == 0) {
				m /= 10;
				k--;
			}
			if (k >= 0 && k <= 20 && v >= 1e-5f && v < 1e8f)
				return print_fixed(out, signbit(value),
						   (uint64_t)m, k);
			return print_scientific(out, signbit(value),
						(uint64_t)m, -k);
		}
	}
	return print_slow(out, (double)value, 1, 9, back_float);
}
