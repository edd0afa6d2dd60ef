/*
 * encoder_rest_test.c - the value at rest of dense inputs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dltools/encoder.h>

/* 40 units, of which so many have 3 zeros in 4 rows, and one is an enum. */
static bool
rests(size_t zeros, float rest[40])
{
	struct encoder_column column[40] = {0};
	struct encoder enc = {.column = column, .columns = 40, .dense = 40};

	for (size_t i = 0; i < 40; i++) {
		column[i].first_unit = 39 - i;
		column[i].sub = (double)i;
		column[i].mul = 2;
		column[i].stats.count = 3;
		column[i].stats.missing = 1;
		column[i].stats.zeros = i < zeros ? 3 : 0;
	}
	column[1].type = COLUMN_ENUM;
	encoder_rest(&enc, rest);
	return encoder_has_rest(&enc);
}

static void
test_rest(void **state)
{
	float rest[40];

	(void)state;
	assert_true(rests(40, rest));
	assert_true(rest[38] == 0);      /* the enum */
	assert_true(rest[39 - 5] == -10); /* (0 - 5) * 2 */
	assert_false(rests(30, rest));
	assert_true(rest[39 - 35] == 0); /* no zeros: rests nowhere */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rest),
	};

	return cmocka_run_group_tests_name("encoder rest", tests, NULL, NULL);
}
