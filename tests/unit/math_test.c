/*
 * math_test.c - exp, log, tanh and softmax against libm in double, on every
 * instruction set that this machine has.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kern/kern.h"

#define COUNT 4099

static float
from_bits(uint32_t bits)
{
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

/* Distance of y from the exact value, in units of its last place. */
static double
ulps(float y, double exact)
{
	double unit;

	if (!isfinite((float)exact))
		return isfinite(y) ? 1e9 : 0;
	unit = fabs(exact) < 0x1p-126 ? 0x1p-149 :
	       ldexp(1, ilogb(exact) - 23);
	return fabs((double)y - exact) / unit;
}

struct function {
	void (*f)(float *y, const float *x, size_t n);
	double (*exact)(double x);
	double limit;
};

/* A sample of all floats: every 9,973rd bit pattern, in chunks. */
static double
worst(const struct function *t)
{
	float x[COUNT], y[COUNT];
	uint64_t bits = 0;
	double largest = 0;

	while (bits < UINT64_C(1) << 32) {
		size_t n = 0;

		for (; n < COUNT && bits < UINT64_C(1) << 32; bits += 9973) {
			x[n] = from_bits((uint32_t)bits);
			if (!isnan(x[n]))
				n++;
		}
		t->f(y, x, n);
		for (size_t i = 0; i < n; i++) {
			double u = ulps(y[i], t->exact((double)x[i]));

			if (!(u <= largest))
				largest = u;
		}
	}
	return largest;
}

static void
check(struct function t)
{
	double u = worst(&t);

	if (!(u <= t.limit))
		fail_msg("error of %g units in the last place", u);
}

static void
test_errors(void **state)
{
	(void)state;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++) {
		if (kern_find((*k)->isa) == NULL)
			continue;
		check((struct function){ (*k)->vec_exp, exp, 1.0 });
		check((struct function){ (*k)->vec_tanh, tanh, 2.0 });
	}
}

static void
test_special_values(void **state)
{
	float x[3] = { NAN, INFINITY, -INFINITY }, y[3];

	(void)state;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++) {
		if (kern_find((*k)->isa) == NULL)
			continue;
		(*k)->vec_exp(y, x, 3);
		assert_true(isnan(y[0]) && isinf(y[1]) && y[2] == 0);
		(*k)->vec_tanh(y, x, 3);
		assert_true(isnan(y[0]) && y[1] == 1 && y[2] == -1);
	}
}

/* All instruction sets with FMA agree to the bit, at every length. */
static void
test_same_bits(void **state)
{
	const struct kern *best = kern_all()[0];
	const struct kern *avx2 = kern_find("avx2");
	float x[67], y[67], z[67];

	(void)state;
	best = kern_find(best->isa) != NULL ? best : kern_get();
	if (avx2 == NULL)
		return;
	for (size_t n = 1; n <= 67; n++) {
		for (size_t i = 0; i < n; i++)
			x[i] = (float)((int)(i * 37 % 64) - 32) * 0.37f;
		best->vec_exp(y, x, n);
		avx2->vec_exp(z, x, n);
		assert_memory_equal(y, z, n * sizeof(float));
		best->vec_tanh(y, x, n);
		avx2->vec_tanh(z, x, n);
		assert_memory_equal(y, z, n * sizeof(float));
		memcpy(y, x, sizeof(x));
		memcpy(z, x, sizeof(x));
		best->vec_softmax(y, n);
		avx2->vec_softmax(z, n);
		assert_memory_equal(y, z, n * sizeof(float));
	}
}

static void
test_softmax(void **state)
{
	float x[5] = { 1000, 1001, 999, -1000, 1000.5f };
	double total = 0, exact = 0;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		exact += exp((double)x[i] - 1001);
	kern_get()->vec_softmax(x, 5);
	for (size_t i = 0; i < 5; i++)
		total += (double)x[i];
	assert_true(fabs(total - 1) < 1e-6);
	assert_true(fabs((double)x[1] - 1 / exact) < 1e-6);
	assert_true(x[3] == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_special_values),
		cmocka_unit_test(test_same_bits),
		cmocka_unit_test(test_softmax),
	};

	return cmocka_run_group_tests_name("math", tests, NULL, NULL);
}
