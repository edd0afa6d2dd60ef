/*
 * svmlight_test.c - lines of svmlight text: random ones come back, random bytes
 * never break a rule (svmlight_int.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include <dltools/rng.h>

#include "data/svmlight_int.h"

static uint64_t drawn;

static uint32_t
draw(uint32_t below)
{
	return rng_at(rng_key(8, RNG_SPLIT), 0, drawn++).w[0] % below;
}

static void
test_round_trip(void **state)
{
	struct svmlight_line line = {0};
	struct err e = {0};
	char text[2000];
	uint32_t column[40];
	double value[40];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		int base = round % 2;
		size_t n = draw(40), len, i, kept = 0;
		uint32_t at = 0;

		len = (size_t)sprintf(text, "%sk%u", draw(2) ? " " : "",
				      draw(9));
		for (i = 0; i < n; i++) {
			double v = draw(5) ? draw(1000) / 8.0 - 60 : 0;

			at += i ? 1 + draw(2000) : draw(2000);
			len += (size_t)sprintf(text + len, "%s%u:%.17g",
					       draw(3) ? " " : "\t  ",
					       at + (uint32_t)base, v);
			column[kept] = at;
			value[kept] = v;
			kept += v != 0;
		}
		if (draw(2))
			len += (size_t)sprintf(text + len, " # 1:x");
		assert_int_equal(svmlight_parse(&line, base, text, len, &e), 0);
		assert_int_equal(line.pairs, kept);
		assert_int_equal(line.label_len, 2);
		for (i = 0; i < kept; i++)
			assert_true(line.column[i] == column[i] &&
				    line.value[i] == value[i]);
	}
	svmlight_release(&line);
}

/* A heap copy without a byte behind it, so that a sanitizer sees overruns. */
static void
parse_anything(struct svmlight_line *line, const char *text, size_t len)
{
	char *copy = malloc(len + !len);
	struct err e = {0};

	memcpy(copy, text, len);
	if (svmlight_parse(line, 1, copy, len, &e) < 0) {
		assert_int_equal(e.code, ERR_INPUT);
		assert_true(e.msg[0] >= '1' && e.msg[0] <= '9');
	} else {
		for (size_t i = 0; i < line->pairs; i++) {
			assert_true(line->column[i] < SVMLIGHT_COLUMNS);
			assert_true(isfinite(line->value[i]) &&
				    line->value[i] != 0);
			assert_true(!i || line->column[i] >
						  line->column[i - 1]);
		}
	}
	free(copy);
}

static void
test_any_bytes(void **state)
{
	static const char bytes[] = "0123456789:::  \t#.-+eEqid xn\x80";
	static const char good[] = "1 qid:4 1:0.5 7:1e3 20:-2 # c";
	struct svmlight_line line = {0};
	char text[64];

	(void)state;
	for (int round = 0; round < 50000; round++) {
		size_t len = draw(sizeof(text)), i;

		if (round % 2) {
			len = sizeof(good) - 1;
			memcpy(text, good, len);
			for (i = 0; i < 1 + draw(3); i++)
				text[draw((uint32_t)len)] =
					bytes[draw(sizeof(bytes) - 1)];
			len -= draw(6);
		} else {
			for (i = 0; i < len; i++)
				text[i] = bytes[draw(sizeof(bytes) - 1)];
		}
		parse_anything(&line, text, len);
	}
	svmlight_release(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
