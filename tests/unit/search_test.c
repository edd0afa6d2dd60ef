/*
 * search_test.c - search spaces: what is refused, what points there are, and
 * that Sobol's sequence and Latin hypercubes fill every slice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include <dltools/search.h>

static void
refused(void **state)
{
	static const char *const text[] = {
		"hidden", "=1", "hidde=8", "training_frame=a", "l1=", "l1=1|",
		"l1=a..b", "l1=1..0", "l1=log:0..1", "hidden=1..3",
		"rho=0.5..1", "activation=Tanh|Sigmoid", "l1=0..1:0",
		"l1=0..1:x", "l1=$(id)", "hidden=8 8",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		struct search s = {0};
		struct err e = {0};

		assert_int_equal(search_add(&s, text[i], &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		search_release(&s);
	}
}

static void
space(struct search *s, const char *const *text)
{
	struct err e = {0};

	for (; *text; text++)
		assert_int_equal(search_add(s, *text, &e), 0);
}

/* All combinations, each once, with ids that depend on the parameters only. */
static void
grid(void **state)
{
	static const char *const text[] = {
		"hidden=8|16,16", "l1=log:1e-6..1e-4:3", "epochs=1", NULL
	};
	char id[6][SEARCH_ID];
	struct search s = {0};
	struct params p = {0};
	struct err e = {0};

	(void)state;
	space(&s, text);
	assert_int_equal(search_check(&s, SEARCH_GRID, &e), 0);
	assert_int_equal(search_size(&s), 6);
	for (int64_t i = 0; i < 6; i++) {
		assert_int_equal(search_point(&s, SEARCH_GRID, 1, i, 6, &p,
					      &e), 0);
		assert_int_equal(p.hidden.n, i < 3 ? 1 : 2);
		assert_true(fabs(p.l1 / (1e-6 * pow(10, (double)(i % 3))) -
				 1) < 1e-9);
		assert_int_equal(search_id(&p, id[i], &e), 0);
		assert_int_equal(strlen(id[i]), SEARCH_ID - 1);
		for (int64_t k = 0; k < i; k++)
			assert_string_not_equal(id[i], id[k]);
	}
	params_release(&p);
	search_release(&s);
}

/* Of 2^k points, one in each of 2^k slices of every axis, however shifted;
 * of the first two axes together one in each box of area 2^-k. */
static void
sobol(void **state)
{
	enum { K = 10, N = 1 << K };
	static unsigned char seen[N];

	(void)state;
	for (size_t d = 0; d < SEARCH_SOBOL_MOST; d++) {
		memset(seen, 0, sizeof(seen));
		for (uint32_t i = 0; i < N; i++)
			seen[sobol_word(d, i) >> (32 - K)]++;
		for (size_t i = 0; i < N; i++)
			assert_int_equal(seen[i], 1);
	}
	for (unsigned a = 0; a <= K; a++) {
		memset(seen, 0, sizeof(seen));
		for (uint32_t i = 0; i < N; i++) {
			uint64_t x = sobol_word(0, i), y = sobol_word(1, i);

			seen[x >> (32 - a) << (K - a) |
			     y >> (32 - (K - a))]++;
		}
		for (size_t i = 0; i < N; i++)
			assert_int_equal(seen[i], 1);
	}
}

static void
latin(void **state)
{
	static const char *const text[] = {"rho=0.1..0.9", "seed=1..50", NULL};
	int slices[2][50] = {{0}};
	struct search s = {0};
	struct params p = {0};
	struct err e = {0};

	(void)state;
	space(&s, text);
	for (int64_t i = 0; i < 50; i++) {
		assert_int_equal(search_point(&s, SEARCH_LATIN, 3, i, 50, &p,
					      &e), 0);
		assert_true(p.rho >= 0.1 && p.rho <= 0.9);
		slices[1][p.seed - 1]++;
		/* rounding to four digits may cross a border */
		slices[0][(int)fmin((p.rho - 0.1) / 0.016, 49)]++;
	}
	for (int i = 0; i < 50; i++) {
		assert_int_equal(slices[1][i], 1);
		assert_in_range(slices[0][i], 0, 2);
	}
	params_release(&p);
	search_release(&s);
}

/* Random points of a space without ranges: each of it once, in disorder. */
static void
deck(void **state)
{
	static const char *const text[] = {"seed=1|2|3|4|5|6|7|8|9|10",
					   "epochs=1|2|3|4|5|6|7", NULL};
	bool seen[70] = {false};
	struct search s = {0};
	struct params p = {0};
	struct err e = {0};
	int in_order = 0;

	(void)state;
	space(&s, text);
	for (int64_t i = 0; i < 70; i++) {
		size_t at;

		assert_int_equal(search_point(&s, SEARCH_RANDOM, 5, i, 3, &p,
					      &e), 0);
		at = (size_t)(7 * (p.seed - 1)) + (size_t)p.epochs - 1;
		assert_true(at < 70 && !seen[at]);
		seen[at] = true;
		in_order += at == (size_t)i;
	}
	assert_true(in_order < 10);
	params_release(&p);
	search_release(&s);
}

/* Integers beyond 2^53 stay within their range, to the last. */
static void
wide(void **state)
{
	static const char *const text[] = {
		"seed=9007199254740993..9007199254740995:3", NULL
	}, *const range[] = {
		"seed=9223372036854775800..9223372036854775801", NULL
	};
	struct search s = {0};
	struct params p = {0};
	struct err e = {0};
	int seen[2] = {0};

	(void)state;
	space(&s, text);
	for (int64_t i = 0; i < 3; i++) {
		assert_int_equal(search_point(&s, SEARCH_GRID, 1, i, 3, &p,
					      &e), 0);
		assert_true(p.seed == 9007199254740993 + i);
	}
	search_release(&s);
	space(&s, range);
	for (int64_t i = 0; i < 30; i++) {
		assert_int_equal(search_point(&s, SEARCH_RANDOM, 1, i, 30, &p,
					      &e), 0);
		assert_in_range(p.seed - 9223372036854775800, 0, 1);
		seen[p.seed - 9223372036854775800]++;
	}
	assert_true(seen[0] > 5 && seen[1] > 5);
	params_release(&p);
	search_release(&s);
}

/* Ends as they are given, what is between in the range and evenly apart. */
static void
fine(void **state)
{
	static const char *const text[] = {"max_w2=100001..100009:3", NULL},
		*const range[] = {"rho=0.99990..0.99999", NULL};
	struct search s = {0};
	struct params p = {0};
	struct err e = {0};

	(void)state;
	space(&s, text);
	assert_int_equal(search_size(&s), 3);
	for (int64_t i = 0; i < 3; i++) {
		assert_int_equal(search_point(&s, SEARCH_GRID, 1, i, 3, &p,
					      &e), 0);
		assert_true(p.max_w2 == 100001 + 4 * (double)i);
	}
	search_release(&s);
	space(&s, range);
	for (int64_t i = 0; i < 50; i++) {
		assert_int_equal(search_point(&s, SEARCH_LATIN, 1, i, 50, &p,
					      &e), 0);
		assert_true(p.rho >= 0.9999 && p.rho <= 0.99999);
	}
	params_release(&p);
	search_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused), cmocka_unit_test(grid),
		cmocka_unit_test(sobol),   cmocka_unit_test(latin),
		cmocka_unit_test(deck),    cmocka_unit_test(wide),
		cmocka_unit_test(fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
