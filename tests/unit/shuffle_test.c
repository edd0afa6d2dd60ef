/* shuffle_test.c - rows made of two, against the same written out in full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/rng.h>

#include "model/shuffle.h"

#define ROWS 40
#define SPARSE 9
#define DENSE 5
#define UNITS (SPARSE + DENSE)

/* Rows with some entries, in the order of their units, and some numbers. */
static void
draw(struct batch *b, uint64_t seed)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	struct err e = {0};
	uint32_t at = 0;
	size_t i, k;

	assert_int_equal(batch_init(b, ROWS, SPARSE, DENSE, SPARSE, &e), 0);
	b->rows = ROWS;
	b->start[0] = 0;
	for (i = 0; i < ROWS; i++) {
		for (k = 0; k < SPARSE; k++) {
			if (rng_at(key, k, i).w[0] % 3)
				continue;
			b->index[at] = (uint32_t)k;
			b->value[at++] = (float)(rng_at(key, k, i).w[1] % 99);
		}
		b->start[i + 1] = at;
		for (k = 0; k < DENSE; k++)
			b->x[i * b->ld + k] =
				(float)(rng_at(key, 50 + k, i).w[2] % 77);
		b->label[i] = (int32_t)(rng_at(key, 99, i).w[0] % 5);
		b->weight[i] = (float)(i % 3);
	}
}

static void
write_out(const struct batch *b, size_t i, float full[UNITS])
{
	uint32_t k;

	memset(full, 0, UNITS * sizeof(*full));
	for (k = b->start[i]; k < b->start[i + 1]; k++) {
		assert_true(k == b->start[i] || b->index[k] > b->index[k - 1]);
		full[b->index[k]] = b->value[k];
	}
	memcpy(full + SPARSE, b->x + i * b->ld, DENSE * sizeof(*full));
}

static void
units_come_from_where_they_should(void **state)
{
	float own_full[UNITS], other_full[UNITS], got[UNITS];
	struct batch own, other, out;
	bool unit[UNITS];
	struct err e = {0};
	size_t i, k;
	unsigned mask;

	(void)state;
	draw(&own, 1);
	draw(&other, 2);
	assert_int_equal(batch_init(&out, ROWS, SPARSE, DENSE, SPARSE, &e), 0);
	for (mask = 0; mask < 1 << UNITS; mask += 37) {
		for (k = 0; k < UNITS; k++)
			unit[k] = mask >> k & 1;
		shuffle_mix(&own, &other, unit, &out);
		assert_int_equal(out.rows, ROWS);
		for (i = 0; i < ROWS; i++) {
			write_out(&own, i, own_full);
			write_out(&other, i, other_full);
			write_out(&out, i, got);
			for (k = 0; k < UNITS; k++)
				assert_true(got[k] == (unit[k] ? other_full[k]
							       : own_full[k]));
			assert_int_equal(out.label[i], own.label[i]);
			assert_true(out.weight[i] == own.weight[i]);
		}
	}
	batch_release(&own);
	batch_release(&other);
	batch_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_come_from_where_they_should),
	};

	return cmocka_run_group_tests_name("shuffle", tests, NULL, NULL);
}
