/*
 * gemm_test.c - blocked products against three plain loops, odd sizes, both
 * orders of A, all starts, on every instruction set that this machine has.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kern/kern.h"

#define ROOM 280000

static uint32_t noise = 1;
static float a[ROOM], b[ROOM], c[ROOM], d[ROOM], bias[ROOM];

static float
number(void)
{
	noise = noise * 1664525u + 1013904223u;
	return (float)(noise >> 8) * 0x1p-23f - 1;
}

static uint32_t
pair(void)
{
	uint32_t u, v;
	float x = number(), y = number();

	memcpy(&u, &x, sizeof(u));
	memcpy(&v, &y, sizeof(v));
	return (u & 0xffff0000u) | v >> 16;
}

static void
fill(bool bf16)
{
	for (size_t i = 0; i < ROOM; i++) {
		uint32_t u = pair(), v = pair();

		a[i] = number();
		b[i] = number();
		if (bf16) {
			memcpy(&a[i], &u, sizeof(u));
			memcpy(&b[i], &v, sizeof(v));
		}
		c[i] = d[i] = number();
		bias[i] = number();
	}
}

static void
compare(const struct kern *k, bool bf16, bool exact)
{
	for (size_t i = 0; i < ROOM; i++) {
		double far = fabs((double)c[i] - (double)d[i]);

		if (exact ? memcmp(&c[i], &d[i], 4) != 0 : !(far < 2e-4))
			fail_msg("%s bf16=%d element %zu: %.9g not %.9g",
				 k->isa, bf16, i, (double)c[i], (double)d[i]);
	}
}

static const struct gemm sizes[] = {
	{ .m = 1, .n = 16, .terms = 1 },
	{ .m = 2, .n = 48, .terms = 7 },
	{ .m = 3, .n = 32, .terms = 0 },
	{ .m = 5, .n = 16, .terms = 33 },
	{ .m = 6, .n = 64, .terms = 64 },
	{ .m = 13, .n = 112, .terms = 19 },
	{ .m = 29, .n = 80, .terms = 101 },
	{ .m = 7, .n = 32, .terms = 1500 },
	{ .m = 11, .n = 240, .terms = 333 },
	{ .m = 300, .n = 16, .terms = 171 },
};

static void
check_size(const struct kern *k, struct gemm g, bool bf16, int start)
{
	struct gemm h;

	for (int by_row = 0; by_row < 2; by_row++) {
		fill(bf16);
		g.a = a;
		g.b = b;
		g.a_row = by_row ? g.terms + 3 : 1;
		g.a_term = by_row ? 1 : g.m + 5;
		g.b_term = g.n + 5;
		g.c_row = g.n + 1;
		g.bias = start == 1 ? bias : NULL;
		g.add = start == 2;
		h = g;
		g.c = c;
		h.c = d;
		(bf16 ? k->gemm_bf16 : k->gemm_f32)(&g);
		(bf16 ? gemm_bf16_ref : gemm_f32_ref)(&h);
		compare(k, bf16, strcmp(k->isa, "plain") != 0 && !bf16);
	}
}

static void
test_products(void **state)
{
	(void)state;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
			for (int s = 0; s < 6; s++)
				if (kern_find((*k)->isa) != NULL)
					check_size(*k, sizes[i], s >= 3, s % 3);
}

/* A column's bits do not depend on the columns and rows beside it. */
static void
test_neighbours(void **state)
{
	const struct kern *k = kern_get();
	struct gemm g = {
		.m = 17, .n = 112, .terms = 77, .a = a, .b = b, .c = c,
		.a_row = 80, .a_term = 1, .b_term = 112, .c_row = 112,
	};

	(void)state;
	fill(false);
	k->gemm_f32(&g);
	for (size_t i = 0; i < 17; i++)
		for (size_t j = 0; j < 112; j += 16) {
			struct gemm h = g;

			h.m = 1;
			h.n = 16;
			h.a = a + i * 80;
			h.b = b + j;
			h.c = d;
			k->gemm_f32(&h);
			assert_memory_equal(d, c + i * 112 + j, 64);
		}
}

/*
 * Entries of a[m][terms], of which about a third are not 0; some rows have
 * none, some nearly all, some terms are 0 in every row.
 */
static void
list_rows(const struct kern *k, struct skip_row *row, size_t m, size_t terms)
{
	static uint32_t index[ROOM];
	static float value[ROOM];
	size_t used = 0;

	for (size_t i = 0; i < m * terms; i++)
		if ((i % terms >= 200 && i % terms < 700) ||
		    ((i % 3 != 1 || i / terms % 5 == 4) && i / terms % 7 != 2))
			a[i] = 0;
	for (size_t i = 0; i < m; i++) {
		row[i] = (struct skip_row){ .index = index + used,
					    .value = value + used };
		row[i].count = k->vec_nonzero(index + used, value + used,
					      a + i * terms, terms, 0);
		used += row[i].count + 16;
	}
}

/* Rows that name every term, full blocks of them and one row behind those. */
static void
test_full_rows(void **state)
{
	enum { M = 2 * SKIP_ROWS + 1, N = 16, TERMS = 1008 };
	static struct skip_row row[M];
	static uint32_t index[TERMS];

	(void)state;
	for (uint32_t i = 0; i < TERMS; i++)
		index[i] = i;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++) {
		struct skip s = { .m = M, .n = N, .terms = TERMS, .row = row,
				  .b = b, .c = c, .b_term = N, .c_row = N };
		struct skip ref = s;

		if (kern_find((*k)->isa) == NULL)
			continue;
		fill(false);
		ref.c = d;
		for (size_t i = 0; i < M; i++)
			row[i] = (struct skip_row){ .index = index,
				.value = a + i * TERMS, .count = TERMS };
		(*k)->gemm_skip(&s);
		gemm_skip_ref(&ref);
		compare(*k, false, strcmp((*k)->isa, "plain") != 0);
	}
}

/* Passing over zeros changes no bit. */
static void
check_skip(const struct kern *k, struct gemm g, int start)
{
	static struct skip_row row[300];
	struct skip s = { .m = g.m, .n = g.n, .terms = g.terms, .row = row,
			  .b = b, .c = c, .b_term = g.n + 5, .c_row = g.n + 1,
			  .start = start == 1 ? bias : NULL,
			  .add = start == 2 };
	struct skip ref = s;
	bool fused = strcmp(k->isa, "plain") != 0;

	fill(false);
	list_rows(k, row, g.m, g.terms);
	ref.c = d;
	k->gemm_skip(&s);
	gemm_skip_ref(&ref);
	compare(k, false, fused);
	if (start == 1)
		return;
	fill(false);
	list_rows(k, row, g.m, g.terms);
	k->gemm_skip(&s);
	g = (struct gemm){ .m = g.m, .n = g.n, .terms = g.terms, .a = a,
			   .b = b, .c = d, .a_row = g.terms, .a_term = 1,
			   .b_term = s.b_term, .c_row = s.c_row,
			   .add = s.add };
	gemm_f32_ref(&g);
	compare(k, false, fused);
}

static void
test_skip(void **state)
{
	/* more than the second-level cache holds, so that B is asked for */
	static const struct gemm large = { .m = 40, .n = 256, .terms = 1030 };
	/* so many entries and so wide that columns are copied */
	static const struct gemm wide = { .m = 270, .n = 624, .terms = 230 };

	(void)state;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++) {
		if (kern_find((*k)->isa) == NULL)
			continue;
		for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
			for (int s = 0; s < 3; s++)
				check_skip(*k, sizes[i], s);
		check_skip(*k, large, 0);
		check_skip(*k, wide, 0);
		check_skip(*k, wide, 2);
	}
}

/* What differs, in order, and by how much. */
static void
test_lists(void **state)
{
	uint32_t index[100 + 16];
	float value[100 + 16];

	(void)state;
	fill(false);
	b[3] = NAN;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++)
		for (size_t n = 0; n <= 100 && kern_find((*k)->isa); n++) {
			size_t count, at = 0;

			for (size_t i = 0; i < n; i++)
				if (i * i % 7 > 1)
					a[i] = b[i];
			count = (*k)->vec_unlike(index, value, a, b, n, 5);
			for (size_t i = 0; i < n; i++) {
				if (i != 3 && a[i] == b[i])
					continue;
				assert_int_equal(index[at], i + 5);
				assert_true(value[at] == a[i] - b[i] ||
					    (i == 3 && isnan(value[at])));
				at++;
			}
			assert_int_equal(count, at);
		}
}

static void
test_transpose(void **state)
{
	static const size_t n[] = { 1, 3, 4, 16, 18, 33 };

	(void)state;
	fill(false);
	for (const struct kern *const *k = kern_all(); *k != NULL; k++)
		for (size_t s = 0; s < 36 && kern_find((*k)->isa); s++) {
			size_t rows = n[s / 6], columns = n[s % 6];

			(*k)->transpose(c, 35, a, 37, rows, columns);
			for (size_t i = 0; i < rows * columns; i++)
				assert_true(c[i % columns * 35 + i / columns] ==
					    a[i / columns * 37 + i % columns]);
		}
}

static void
test_pairs(void **state)
{
	float even[3] = { 1.0f, -0x1.01p0f, NAN };
	float odd[3] = { 0x1.03p0f, 3.4028235e38f, 0 };
	uint32_t out[3];

	(void)state;
	kern_get()->vec_pairs(out, even, odd, 3);
	assert_true(out[0] == 0x3f823f80u); /* ties go to even */
	assert_true(out[1] == 0x7f80bf80u); /* rounds up to infinity */
	assert_true((out[2] & 0x7fc0) == 0x7fc0); /* NaN stays */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_skip),
		cmocka_unit_test(test_full_rows),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_transpose),
		cmocka_unit_test(test_pairs),
	};

	return cmocka_run_group_tests_name("gemm", tests, NULL, NULL);
}
