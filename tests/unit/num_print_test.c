/*
 * num_print_test.c - the text of a number reads back as the same number and no
 * text with fewer digits does (num.h, shortest_int.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/num.h>
#include <dltools/rng.h>

#include "base/shortest_int.h"

static int
digits(uint64_t n)
{
	int count = 0;

	for (; n; n /= 10)
		count++;
	return count;
}

static void
check_double(double v)
{
	struct decimal d = shortest_double(v);
	char text[40];

	snprintf(text, sizeof(text), "%llue%d", (unsigned long long)d.m,
		 d.exponent);
	if (strtod(text, NULL) != v)
		fail_msg("%s is not %a", text, v);
	assert_true(d.m % 10 || (!d.m && !d.exponent));
	snprintf(text, sizeof(text), "%.*e", digits(d.m) - 2, v);
	if (digits(d.m) > 1 && strtod(text, NULL) == v)
		fail_msg("%s is shorter than %llue%d", text,
			 (unsigned long long)d.m, d.exponent);
	snprintf(text, sizeof(text), "%.*e", digits(d.m) - 1, v);
	if (digits(d.m) && strtod(text, NULL) == v) { /* the nearest one */
		char own[40];

		snprintf(own, sizeof(own), "%llue%d", (unsigned long long)d.m,
			 d.exponent);
		assert_true(fabsl(strtold(own, NULL) - (long double)v) <=
			    fabsl(strtold(text, NULL) - (long double)v));
	}
}

static void
check_float(float v)
{
	struct decimal d = shortest_float(v);
	char text[40];

	snprintf(text, sizeof(text), "%llue%d", (unsigned long long)d.m,
		 d.exponent);
	if (strtof(text, NULL) != v)
		fail_msg("%s is not %a", text, (double)v);
	snprintf(text, sizeof(text), "%.*e", digits(d.m) - 2, (double)v);
	if (digits(d.m) > 1 && strtof(text, NULL) == v)
		fail_msg("%s is shorter than %llue%d", text,
			 (unsigned long long)d.m, d.exponent);
}

/* Around every power of two, where the steps change. */
static void
test_boundaries(void **state)
{
	uint64_t e, bits;
	uint32_t small;
	double v;
	float f;
	int d;

	(void)state;
	for (e = 0; e < 2047; e++)
		for (d = e ? -2 : 0; d <= 2; d++) {
			bits = (e << 52) + (uint64_t)d;
			memcpy(&v, &bits, sizeof(v));
			check_double(v);
		}
	for (e = 0; e < 255; e++)
		for (d = e ? -2 : 0; d <= 2; d++) {
			small = (uint32_t)(e << 23) + (uint32_t)d;
			memcpy(&f, &small, sizeof(f));
			check_float(f);
		}
}

static void
test_random(void **state)
{
	struct rng_key key = rng_key(7, RNG_SPLIT);
	uint64_t i, bits;
	uint32_t small;
	double v;
	float f;

	(void)state;
	for (i = 0; i < 30000; i++) {
		struct rng_words w = rng_at(key, 0, i);

		bits = (((uint64_t)w.w[0] << 32) | w.w[1]) & INT64_MAX;
		memcpy(&v, &bits, sizeof(v));
		if (isfinite(v))
			check_double(v);
		check_double(w.w[2] / 1e4);
		small = w.w[3] & INT32_MAX;
		memcpy(&f, &small, sizeof(f));
		if (isfinite(f))
			check_float(f);
		check_float((float)w.w[2] * 0x1p-32f);
	}
}

static void
test_text(void **state)
{
	static const struct {
		double value;
		const char *text, *as_float;
	} cases[] = {
		{0, "0", "0"},
		{-0.0, "-0", "-0"},
		{0.1, "0.1", "0.1"},
		{-1.5, "-1.5", "-1.5"},
		{100, "100", "100"},
		{16777216, "16777216", "16777216"},
		{34669808, "34669808", "34669808"}, /* all digits of integers */
		{99999999, "99999999", "1e+08"},
		{123456789012, "123456789012", "1.2345679e+11"},
		{9007199254740992.0, "9007199254740992", "9.007199e+15"},
		{1e16, "1e+16", "1e+16"},
		{1e-5, "0.00001", "0.00001"},
		{9.5e-6, "9.5e-06", "9.5e-06"},
		{0.000012345, "0.000012345", "0.000012345"},
		{1e-300, "1e-300", "0"},
		{5e-324, "5e-324", "0"},
		{1.7976931348623157e308, "1.7976931348623157e+308", "inf"},
		{-INFINITY, "-inf", "-inf"},
	};
	char text[NUM_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_int_equal(num_print_double(text, cases[i].value),
				 strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
		num_print_float(text, (float)cases[i].value);
		assert_string_equal(text, cases[i].as_float);
	}
	num_print_double(text, (double)NAN);
	assert_string_equal(text, "nan");
	num_print_int(text, INT64_MIN);
	assert_string_equal(text, "-9223372036854775808");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_boundaries),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
