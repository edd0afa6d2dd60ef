/* score_correct_test.c - probabilities among the classes' real shares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <dltools/score_rows.h>

static double priors[] = {0.9, 0.1, 0}, balanced[] = {0.5, 0.5, 0};

static void
assert_near(float got, double want)
{
	if (!(fabs((double)got - want) < 1e-6))
		fail_msg("%.9g is not %.9g", (double)got, want);
}

static void
corrected(void **state)
{
	struct encoder enc = {.priors = priors, .balanced = balanced};
	float p[] = {0.5f, 0.5f, 0, 0.2f, 0.7f, 0.1f};

	(void)state;
	enc.classes.n = 3;
	score_correct(&enc, p, 2);
	assert_near(p[0], 0.9);
	assert_near(p[1], 0.1);
	/* .2 * 1.8, .7 * .2, and the class without a share as it is */
	assert_near(p[3], 0.36 / 0.6);
	assert_near(p[4], 0.14 / 0.6);
	assert_near(p[5], 0.1 / 0.6);
}

static void
left_alone(void **state)
{
	struct encoder enc = {.priors = priors};
	float p[] = {0.5f, 0.25f, 0.25f};

	(void)state;
	enc.classes.n = 3;
	score_correct(&enc, p, 1);
	assert_near(p[0], 0.5);
	enc.balanced = balanced;
	p[0] = p[1] = p[2] = (float)NAN;
	score_correct(&enc, p, 1);
	assert_true(isnan(p[0]) && isnan(p[2]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corrected),
		cmocka_unit_test(left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
