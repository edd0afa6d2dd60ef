/*
 * online_kern_test.c - the products, slopes and masks of online training, in
 * every instruction set of this machine, against plain loops: odd sizes, zeros.
 */
#include <string.h>

#include "kern_fixture.h"

static void
check_products(const struct kern *kern, size_t rows, size_t columns, size_t n)
{
	struct data *d = make(columns);
	float z[32 * 48], want[32 * 48];
	struct dots dots = {
		.w = d->w, .ld = LD, .rows = rows, .columns = columns, .n = n,
		.x = d->x, .x_ld = LD, .z = z, .z_ld = 48,
	};
	struct out_pass out = {
		.w = d->w, .ld = LD, .rows = rows, .columns = 48, .n = n,
		.x = d->s, .x_ld = LD, .z = z, .z_ld = 48,
	};

	memcpy(z, d->s, sizeof(z));
	memcpy(want, d->s, sizeof(z));
	kern->dots(&dots);
	dots.z = want;
	dots_ref(&dots);
	near(kern->isa, "dots", z, want, 32 * 48, 4e-6, 9);
	kern->out_forward(&out);
	out.z = want;
	out_forward_ref(&out);
	near(kern->isa, "out_forward", z, want, 32 * 48, 4e-6, 9);
	out.columns = columns < 100 ? columns - 3 : columns;
	out.x_ld = 32;
	out.n = n;
	kern->out_back(&out);
	memcpy(z, want, sizeof(z));
	out.z = z;
	out_back_ref(&out);
	for (size_t r = 0; r < rows; r++)
		near(kern->isa, "out_back", want + r * 48, z + r * 48, n,
		     4e-6, 9);
	mem_free(d);
}

static void
test_products(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t rows = 1; kern && rows <= 9; rows++)
			for (size_t n = 1; n <= 19; n += 3) {
				check_products(kern, rows, 16, n);
				check_products(kern, rows, 320, n);
			}
	}
}

/* Sums have the same bits wherever there is FMA, however they are tiled. */
static void
test_order(void **state)
{
	struct data *d = make(320);
	float z[32 * 16], one[32 * 16];
	size_t seen = 0;

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);
		struct dots k = { .w = d->w, .ld = LD, .rows = 9,
				  .columns = 320, .n = 11, .x = d->x,
				  .x_ld = LD, .z = z, .z_ld = 16 };

		if (!kern || !strcmp(kern->isa, "plain"))
			continue;
		memset(z, 0, sizeof(z));
		kern->dots(&k);
		if (seen++ == 0)
			memcpy(one, z, sizeof(z));
		assert_memory_equal(one, z, sizeof(z));
		memset(z, 0, sizeof(z));
		for (size_t i = 0; i < 9 * 11; i++) {
			k.rows = k.n = 1;
			k.w = d->w + i % 9 * LD;
			k.x = d->x + i / 9 * LD;
			k.z = z + i / 9 * 16 + i % 9;
			kern->dots(&k);
		}
		assert_memory_equal(one, z, sizeof(z));
	}
	mem_free(d);
}

#define LONG 2064
#define UNITS 41

/* Net inputs of units row[], one by one. */
static void
one_by_one(const struct kern *kern, struct dots k, const uint32_t *row,
	   float *z)
{
	const float *w = k.w, *x = k.x;
	size_t rows = k.rows, n = k.n;

	k.row = NULL;
	k.rows = k.n = 1;
	for (size_t i = 0; i < rows * n; i++) {
		size_t r = row ? row[i % rows] : i % rows;

		k.w = w + r * k.ld;
		k.x = x + i / rows * k.x_ld;
		k.z = z + i / rows * k.z_ld + r;
		kern->dots(&k);
	}
}

/* Long rows are taken in pieces, some of the units by a list: the same bits. */
static void
test_long_and_listed(void **state)
{
	static const uint32_t row[] = { 1, 2, 5, 6, 7, 10 };
	static const size_t samples[] = { 1, 2, 4, 8, 13, 16, 20, 28, 32 };
	float *w = numbers(UNITS * LONG), *x = numbers(32 * LONG);
	float z[32 * 48], want[32 * 48];

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t i = 0; kern && i < 9; i++)
			for (size_t listed = 0; listed < 2; listed++) {
				struct dots k = {
					.w = w, .ld = LONG, .columns = LONG,
					.rows = listed ? 6 : UNITS,
					.n = samples[i], .x = x, .x_ld = LONG,
					.row = listed ? row : NULL,
					.z = z, .z_ld = 48, .is_far = i % 2,
				};

				memset(z, 0, sizeof(z));
				memset(want, 0, sizeof(want));
				kern->dots(&k);
				one_by_one(kern, k, k.row, want);
				assert_memory_equal(z, want, sizeof(z));
				memset(want, 0, sizeof(want));
				k.z = want;
				dots_ref(&k);
				near(kern->isa, "long dots", z, want, 32 * 48,
				     4e-6, 99);
			}
	}
	mem_free(w);
	mem_free(x);
}

static void
test_back_and_keep(void **state)
{
	struct data *d = make(320), *want = make(320);

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (int i = 0; kern && i < 8; i++) {
			struct back k = {
				.e = d->w, .parts = (size_t)i / 2 + 1,
				.part_ld = LD, .a = d->x,
				.keep = i % 2 ? d->s : NULL,
				.slope = (enum back_slope)(i % 4),
				.d = d->e, .n = 80,
			};
			struct keep keep = {
				.key = { 1, (uint32_t)i }, .a = 1234567890123,
				.b = (uint64_t)i << 40, .n = 5 + 37 * (size_t)i,
				.first = 13U * (size_t)i,
				.ratio = 0.1F * (float)i, .keep = d->a,
				.y = i % 2 ? d->b : NULL,
			};

			kern->back(&k);
			k.d = want->e;
			back_ref(&k);
			near(kern->isa, "back", d->e, want->e, 80, 1e-5,
			     1e-3);
			memcpy(want->b, d->b, sizeof(d->b));
			kern->dropout_keep(&keep);
			keep.keep = want->a;
			keep.y = i % 2 ? want->b : NULL;
			dropout_keep_ref(&keep);
			assert_memory_equal(d->a, want->a, keep.n * 4);
			assert_memory_equal(d->b, want->b, keep.n * 4);
		}
	}
	mem_free(d);
	mem_free(want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_products),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_long_and_listed),
		cmocka_unit_test(test_back_and_keep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
