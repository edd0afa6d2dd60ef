/* cell_test.c - numbers and times in the text of a cell (data/cell_int.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <base/decimal_int.h>
#include <data/cell_int.h>

static uint64_t state_of_rng = 7;

static uint32_t
draw(uint32_t n)
{
	state_of_rng = state_of_rng * 6364136223846793005u +
		       1442695040888963407u;
	return (uint32_t)(state_of_rng >> 33) % n;
}

static size_t
draw_digits(char *p, uint32_t most)
{
	uint32_t i, n = draw(most + 1);

	for (i = 0; i < n; i++)
		p[i] = draw(4) ? (char)('0' + draw(10)) : '0';
	return n;
}

/* A random number's text, of every form. */
static size_t
draw_number(char *t)
{
	char *p = t;

	if (!draw(4))
		*p++ = draw(2) ? '-' : '+';
	p += draw_digits(p, draw(3) ? 9 : 22);
	if (draw(2)) {
		*p++ = '.';
		p += draw_digits(p, draw(3) ? 9 : 34);
	}
	if (!draw(3)) {
		*p++ = draw(2) ? 'e' : 'E';
		if (draw(2))
			*p++ = draw(2) ? '-' : '+';
		p += draw_digits(p, draw(4) ? 2 : 3);
	}
	if (!draw(20))
		*p++ = ' ';
	*p = '\0';
	return (size_t)(p - t);
}

static void
test_against_strtod(void **state)
{
	char text[100], back[CELL_TEXT_ROOM], *end;
	int i, kept = 0;

	(void)state;
	for (i = 0; i < 400000; i++) {
		size_t n = draw_number(text), len;
		struct cell c;
		double d = strtod(text, &end), got;
		enum cell_kind kind = cell_parse(text, n, &c);
		bool number = end != text && strspn(end, " ") == strlen(end);

		if (number != (kind != CELL_TEXT))
			fail_msg("'%s' is %d", text, kind);
		if (kind == CELL_RANGE && isfinite(d))
			fail_msg("'%s' is in range", text);
		if (kind == CELL_LONG) {
			assert_int_equal(cell_text_double(text, n, &got), 0);
			assert_memory_equal(&got, &d, sizeof(d));
		}
		if (kind != CELL_NUMBER)
			continue;
		kept++;
		got = cell_double(c.value, c.shape);
		if (got != d || (signbit(got) != signbit(d) && c.shape))
			fail_msg("'%s' is %a, not %a", text, d, got);
		len = cell_print(back, c.value, c.shape);
		if (len != n || memcmp(back, text, n) != 0)
			fail_msg("'%s' came back as '%.*s'", text, (int)len,
				 back);
	}
	assert_true(kept > 200000);
}

/* The exact ways of decimal_value() at their edges and at ties. */
static void
test_decimal_value(void **state)
{
	char text[64];
	uint64_t m;
	int q, i;

	(void)state;
	for (q = -30; q <= 30; q++)
		for (i = 0; i < 3000; i++) {
			m = (uint64_t)draw(1u << 31) << draw(33) ^ draw(99);
			if (i < 64)
				m = ((uint64_t)1 << i) - (uint64_t)(q & 1);
			else if (i < 90) /* half-way between two doubles */
				m = ((uint64_t)1 << 53) + (uint64_t)(i - 64);
			snprintf(text, sizeof(text), "%llue%d",
				 (unsigned long long)m, q);
			if (decimal_value(m, q) != strtod(text, NULL))
				fail_msg("%s", text);
		}
	assert_true(decimal_value(1, 400) == HUGE_VAL);
	assert_true(decimal_value(1, -400) == 0);
}

static void
kind_is(const char *text, enum cell_kind kind, uint32_t traits)
{
	struct cell c = {0};

	assert_int_equal(cell_parse(text, strlen(text), &c), kind);
	if (kind == CELL_NUMBER && c.traits != traits)
		fail_msg("'%s': traits %u", text, c.traits);
}

static void
test_kinds(void **state)
{
	(void)state;
	kind_is("0", CELL_NUMBER, 0);
	kind_is("00", CELL_NUMBER, CELL_PADDED);
	kind_is("007", CELL_NUMBER, CELL_PADDED);
	kind_is("-7", CELL_NUMBER, CELL_NOT_DIGITS);
	kind_is("-0", CELL_NUMBER, CELL_NOT_DIGITS | CELL_REAL);
	kind_is("1.", CELL_NUMBER, CELL_NOT_DIGITS | CELL_REAL);
	kind_is("9007199254740992", CELL_NUMBER, 0);
	kind_is("9007199254740993", CELL_NUMBER, CELL_INEXACT);
	kind_is("9223372036854775807", CELL_NUMBER, CELL_INEXACT);
	kind_is("9223372036854775808", CELL_BIG, 0);
	kind_is("-9223372036854775808", CELL_NUMBER, CELL_NOT_DIGITS);
	kind_is("-9223372036854775809", CELL_BIG, 0);
	kind_is("123456789012345678901", CELL_BIG, 0);
	kind_is("1e400", CELL_RANGE, 0);
	kind_is("1e-400", CELL_LONG, 0);
	kind_is("", CELL_TEXT, 0);
	kind_is(" ", CELL_TEXT, 0);
	kind_is(".", CELL_TEXT, 0);
	kind_is("-", CELL_TEXT, 0);
	kind_is("1e", CELL_TEXT, 0);
	kind_is("1 2", CELL_TEXT, 0);
	kind_is("0x1p3", CELL_TEXT, 0);
	kind_is("1_000", CELL_TEXT, 0);
	kind_is("1,5", CELL_TEXT, 0);
	kind_is("nan", CELL_TEXT, 0);
	kind_is("inf", CELL_TEXT, 0);
	kind_is("2020-01-01", CELL_TEXT, 0);
}

static void
test_integers(void **state)
{
	struct cell c;
	int64_t v;

	(void)state;
	assert_int_equal(cell_parse("5.00", 4, &c), CELL_NUMBER);
	assert_true(cell_integer(c.value, c.shape, &v));
	assert_int_equal(v, 5);
	assert_int_equal(cell_parse("+12e2", 5, &c), CELL_NUMBER);
	assert_true(cell_integer(c.value, c.shape, &v));
	assert_int_equal(v, 1200);
	assert_int_equal(cell_parse("-0012", 5, &c), CELL_NUMBER);
	assert_true(cell_integer(c.value, c.shape, &v));
	assert_int_equal(v, -12);
	assert_int_equal(cell_parse(" -9223372036854775808", 21, &c),
			 CELL_NUMBER);
	assert_true(cell_integer(c.value, c.shape, &v));
	assert_true(v == INT64_MIN);
	assert_int_equal(cell_parse("-9223372036854775808  ", 22, &c),
			 CELL_LONG);
	assert_true(cell_integer(c.value, c.shape, &v));
	assert_true(v == INT64_MIN);
	assert_int_equal(cell_parse("-0", 2, &c), CELL_NUMBER);
	assert_false(cell_integer(c.value, c.shape, &v));
	assert_int_equal(cell_parse("0.5", 3, &c), CELL_NUMBER);
	assert_false(cell_integer(c.value, c.shape, &v));
}

static void
time_is(const char *text, const char *format, int64_t want)
{
	int64_t ms = -1;

	if (cell_time(text, strlen(text), format, &ms) < 0 || ms != want)
		fail_msg("'%s' by '%s' is %lld", text, format ? format :
			 "ISO", (long long)ms);
}

static void
no_time(const char *text, const char *format)
{
	int64_t ms;

	if (cell_time(text, strlen(text), format, &ms) == 0)
		fail_msg("'%s' taken by '%s'", text, format ? format : "ISO");
}

static void
test_times(void **state)
{
	(void)state;
	time_is("1970-01-01", NULL, 0);
	time_is("2000-02-29", NULL, 951782400000);
	time_is("1969-12-31T23:59:59.250Z", NULL, -750);
	time_is("2026-11-23 13:22:40", NULL, 1795440160000);
	time_is("2026-11-23T13:22:40+01:30", NULL, 1795434760000);
	time_is("0001-01-01", NULL, -62135596800000);
	time_is("23.11.2026", "%d.%m.%Y", 1795392000000);
	time_is("Nov 23 2026 1:22 PM", "%b %d %Y %I:%M %p", 1795440120000);
	time_is("1795440160", "%s", 1795440160000);
	time_is("1.5", "%s.%f", 1500);
	time_is("-1.5", "%s.%f", -1500);
	time_is("-0.25", "%s.%f", -250);
	time_is("-7", "%s", -7000);
	time_is("2026 327", "%Y %j", 1795392000000);
	no_time("2026-13-01", NULL);
	no_time("2026-02-29", NULL);
	no_time("2026-02-2", "%F ");
	no_time("2026-02-02x", NULL);
	no_time("2026-02-02 25:00", NULL);
	no_time("", NULL);
	no_time("a", "%");
	time_is("0000-01-01", NULL, -62167219200000);
	no_time("0000-01-01T00:00+00:01", NULL);
	time_is("9999-12-31T23:59:59.999", NULL, 253402300799999);
	no_time("9999-12-31T23:59:60", NULL);
	no_time("9999-12-31T23:59-00:01", NULL);
	time_is("253402300799", "%s", 253402300799000);
	no_time("253402300800", "%s");
	no_time("-62167219201", "%s");
	no_time("999999999999999", "%s");
}

static void
test_na(void **state)
{
	struct csv_dialect d;
	struct err e = {0};
	char *more[] = { (char[]){"-999"}, (char[]){"?"} };
	struct na_set na;

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	na_set_init(&na, &d, more, 2);
	assert_true(na_set_has(&na, "", 0));
	assert_true(na_set_has(&na, " ", 1));
	assert_true(na_set_has(&na, "NA", 2));
	assert_true(na_set_has(&na, " NaN ", 5));
	assert_true(na_set_has(&na, "-999", 4));
	assert_true(na_set_has(&na, "?", 1));
	assert_false(na_set_has(&na, "-9999", 5));
	assert_false(na_set_has(&na, "NAN", 3));
	assert_false(na.digits);
	csv_dialect_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_strtod),
		cmocka_unit_test(test_decimal_value),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_na),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
