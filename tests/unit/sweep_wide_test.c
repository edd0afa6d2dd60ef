/*
 * sweep_wide_test.c - rows of weights that the first-level cache can't hold
 * have the same bits at once as in two halves that it can, in every instruction
 * set of this machine.
 */
#include <string.h>

#include "kern_fixture.h"

#define ROWS 5
#define WIDE 2048
#define CELLS (ROWS * WIDE)
#define RULES 6 /* ADADELTA by each root, SGD, momentum, Nesterov */

struct layer {
	float *w, *a, *b, *x, *e, *s;
	float squares[ROWS * 16];
};

/* Runs of columns where no row has a zero, long and short ones. */
static bool
is_full(size_t column)
{
	return column < 700 || column / 32 % 5 == 0;
}

static void
open_layer(struct layer *l)
{
	memset(l, 0, sizeof(*l));
	l->w = numbers(CELLS);
	l->a = numbers(CELLS);
	l->b = numbers(CELLS);
	l->x = numbers(CELLS);
	l->e = numbers(CELLS);
	l->s = numbers(ROWS * ROWS);
	for (size_t i = 0; i < CELLS; i++) {
		l->a[i] = 1e-6F + fabsf(l->a[i]) * 1e-3F;
		l->b[i] = 1e-6F + fabsf(l->b[i]) * 1e-4F;
		if (l->x[i] == 0 && is_full(i % WIDE))
			l->x[i] = 0.25F;
	}
}

static void
close_layer(struct layer *l)
{
	mem_free(l->w);
	mem_free(l->a);
	mem_free(l->b);
	mem_free(l->x);
	mem_free(l->e);
	mem_free(l->s);
}

/* Columns from .. from+n-1 of all rows. */
static void
sweep(const struct kern *kern, struct layer *l, int rule, float l1,
      size_t from, size_t n)
{
	static const float rate[ROWS] = { 0.1F, 0.2F, 0.3F, 0.4F, 0.5F };
	struct sweep k = {
		.rule = rule < 3 ? SWEEP_ADADELTA : (enum sweep_rule)(rule - 2),
		.root = rule < 3 ? (enum sweep_root)rule : 0, .l1 = l1,
		.rows = ROWS, .columns = n, .ld = WIDE, .n = ROWS,
		.w = l->w + from,
		.a = rule == 3 ? NULL : l->a + from, /* SGD has no state */
		.b = rule >= 3 ? NULL : l->b + from,
		.x = l->x + from, .x_ld = WIDE, .e = l->e + from, .e_ld = WIDE,
		.s = l->s, .s_row = 1, .s_sample = ROWS, .rate = rate,
		.momentum = rate, .w_squares = l->squares, .rho = 0.99F,
		.epsilon = 1e-8F, .ahead = n == WIDE ? 64 : 0,
	};

	kern->sweep_update(&k);
}

static void
check_wide(const struct kern *kern, int rule, float l1)
{
	struct layer once, halves;

	counter = 0;
	open_layer(&once);
	counter = 0;
	open_layer(&halves);
	sweep(kern, &once, rule, l1, 0, WIDE);
	sweep(kern, &halves, rule, l1, 0, WIDE / 2);
	sweep(kern, &halves, rule, l1, WIDE / 2, WIDE / 2);
	assert_memory_equal(once.w, halves.w, CELLS * sizeof(*once.w));
	assert_memory_equal(once.a, halves.a, CELLS * sizeof(*once.a));
	assert_memory_equal(once.b, halves.b, CELLS * sizeof(*once.b));
	assert_memory_equal(once.e, halves.e, CELLS * sizeof(*once.e));
	assert_memory_equal(once.squares, halves.squares,
			    sizeof(once.squares));
	close_layer(&once);
	close_layer(&halves);
}

static void
test_wide(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (int rule = 0; kern && rule < RULES; rule++) {
			check_wide(kern, rule, 0);
			check_wide(kern, rule, 1e-3F);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
