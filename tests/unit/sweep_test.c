/*
 * sweep_test.c - the updates of online training, in every instruction set of
 * this machine, against plain loops: odd sizes, zeros, all rules.
 */
#include <string.h>

#include "kern_fixture.h"

#define ROWS 7
#define N 19
#define MANY 300 /* units of a sweep */

static struct sweep
sweep_on(struct data *d, const struct sweep *like)
{
	struct sweep k = *like;

	k.w = d->w;
	k.a = d->a;
	k.b = d->b;
	k.s = d->s;
	k.x = d->x;
	k.e = like->e_ld ? d->e : NULL;
	k.w_squares = like->every || like->n > 1 ? d->squares : NULL;
	k.rate = d->rate;
	k.momentum = d->momentum;
	return k;
}

/* Some columns where no row has a zero, some errors next to nothing. */
static void
make_special(struct data *d)
{
	for (size_t i = 0; i < FLOATS; i++)
		if (i % LD < 160 && d->x[i] == 0)
			d->x[i] = 0.5F;
	for (size_t i = 0; i < ROWS; i++)
		d->s[2 * LD + i] = i % 2 ? 1e-35F : -1e-20F;
}

static void
check_sweep(const struct kern *kern, const struct sweep *like)
{
	struct data *d, *ref;
	struct sweep k;

	counter = 0;
	d = make(like->columns);
	counter = 0;
	ref = make(like->columns);
	if (like->columns > 160 && like->l1 == 0) {
		make_special(d);
		make_special(ref);
	}
	k = sweep_on(d, like);
	kern->sweep_update(&k);
	k = sweep_on(ref, like);
	sweep_update_ref(&k);
	near(kern->isa, "w", d->w, ref->w, FLOATS, 4e-6, 0.1);
	near(kern->isa, "h or velocity", d->a, ref->a, FLOATS, 4e-6,
	     like->rule == SWEEP_ADADELTA ? 1e-6 : 0.1);
	near(kern->isa, "y", d->b, ref->b, FLOATS, 4e-6, 1e-6);
	near(kern->isa, "e", d->e, ref->e, FLOATS, 4e-6, 1);
	near(kern->isa, "squares", d->squares, ref->squares, ROWS * 16, 1e-5,
	     0.1);
	mem_free(d);
	mem_free(ref);
}

static void
sweep_rules(const struct kern *kern, size_t columns, size_t n)
{
	for (int i = 0; i < 6 * 2 * 2 * 3; i++) {
		struct sweep k = {
			.rule = i % 6 < 3 ? SWEEP_ADADELTA :
				(enum sweep_rule)(i % 6 - 2),
			.root = i % 6 < 3 ? (enum sweep_root)(i % 6) : 0,
			.every = i / 6 % 2, .rows = ROWS, .columns = columns,
			.ld = LD, .n = n, .s_row = 1, .s_sample = LD,
			.x_ld = LD, .e_ld = i / 12 % 2 ? LD : 0,
			.rho = 0.99F, .epsilon = 1e-8F,
			.l1 = i / 24 ? 1e-3F : 0, .l2 = i / 24 == 1 ? 1e-2F : 0,
			.ahead = i / 24 ? 64 : 0,
		};

		check_sweep(kern, &k);
	}
}

static void
test_sweep(void **state)
{
	static const size_t columns[] = { 16, 32, 48, 80, 240, 320 };

	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t i = 0; kern && i < 6; i++) {
			sweep_rules(kern, columns[i], 1);
			sweep_rules(kern, columns[i], N);
		}
	}
}

/* An error next to nothing decays the state and changes nothing else. */
static void
test_tiny_error(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);
		float w[16], h[16], y[16], x[16], e[16] = { 0 }, s = 1e-38F;
		float rate = 1, momentum = 0;
		struct sweep k = {
			.rule = SWEEP_ADADELTA, .root = ROOT_FMA,
			.rows = 1, .columns = 16, .ld = 16, .n = 1,
			.w = w, .a = h, .b = y, .s = &s, .x = x, .x_ld = 16,
			.e = e, .e_ld = 16, .rho = 0.5F, .epsilon = 0.25F,
			.rate = &rate, .momentum = &momentum,
		};

		for (int i = 0; i < 16; i++) {
			w[i] = 1e-30F;
			h[i] = y[i] = 1;
			x[i] = 2;
		}
		if (kern)
			kern->sweep_update(&k);
		for (int i = 0; kern && i < 16; i++) {
			assert_true(w[i] == 1e-30F);
			assert_true(h[i] == 0.75F && y[i] == 0.75F);
			assert_true(e[i] == 0);
		}
	}
}

/* The root alone, over many orders of magnitude of y and h. */
static void
test_root(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (int i = 0; kern && i < 60000; i += 16) {
			float w[16] = { 0 }, h[16], y[16], one[16];
			double want[16];
			float zero = 0, unit = 1;
			/* exact: a division and a root, each rounded once */
			double most = i / 16 % 3 == ROOT_EXACT ? 1e-7 : 5e-7;
			struct sweep k = {
				.rule = SWEEP_ADADELTA,
				.root = (enum sweep_root)(i / 16 % 3),
				.rows = 1, .columns = 16, .ld = 16, .n = 1,
				.w = w, .a = h, .b = y, .s = &unit, .x = one,
				.x_ld = 16, .rho = 1, .epsilon = 0,
				.rate = &zero, .momentum = &zero,
			};

			for (int j = 0; j < 16; j++) {
				h[j] = ldexpf(1 + fabsf(number()), i / 1000);
				y[j] = ldexpf(1 + fabsf(number()),
					      j - i / 1000);
				one[j] = 1;
				want[j] = -sqrt((double)y[j] /
						(double)(h[j] + 1));
			}
			kern->sweep_update(&k);
			for (int j = 0; j < 16; j++)
				if (fabs((double)w[j] / want[j] - 1) > most)
					fail_msg("%s: root %d: %.9g, not %.9g",
						 kern->isa, (int)k.root,
						 (double)w[j], want[j]);
		}
	}
}

/* More units than are looked at together, some untouched: SGD. */
static void
check_many(const struct kern *kern, size_t n)
{
	float *w = numbers(MANY * 80), *want = numbers(MANY * 80);
	float *s = numbers(32 * MANY), *x = numbers(32 * 80), rate[32];
	float e[2][32 * 80] = { { 0 } }, squares[2][MANY * 16] = { { 0 } };
	struct sweep k = {
		.rule = SWEEP_SGD, .rows = MANY, .columns = 80, .ld = 80,
		.n = n, .w = w, .s = s, .s_row = 1, .s_sample = MANY,
		.x = x, .x_ld = 80, .e = e[0], .e_ld = 80,
		.w_squares = squares[0], .rate = rate, .momentum = rate,
	};

	memcpy(want, w, MANY * 80 * sizeof(*w));
	for (size_t i = 0; i < 32; i++)
		rate[i] = 0.1F + (float)i * 1e-3F;
	for (size_t i = 0; i < 32 * MANY; i++)
		s[i] = i % MANY % 7 == 3 || fabsf(number()) < 0.6F ? 0 : s[i];
	kern->sweep_update(&k);
	k.w = want;
	k.e = e[1];
	k.w_squares = squares[1];
	sweep_update_ref(&k);
	near(kern->isa, "w", w, want, MANY * 80, 4e-6, 0.5);
	near(kern->isa, "e", e[0], e[1], 32 * 80, 4e-6, 9);
	near(kern->isa, "squares", squares[0], squares[1], MANY * 16, 4e-6, 1);
	mem_free(w);
	mem_free(want);
	mem_free(s);
	mem_free(x);
}

static void
test_many_units(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		for (size_t n = 1; kern && n <= 32; n += n < 8 ? 1 : 4)
			check_many(kern, n);
	}
}

#define ORDERED 12

/* Unit i is touched by those of the last five rows whose bits these are. */
static const unsigned hits_of[ORDERED] = {
	6, 17, 1, 0, 6, 16, 17, 2, 1, 31, 6, 1,
};
static const size_t in_order[] = { 2, 8, 11, 7, 0, 4, 10, 5, 1, 6, 9 };

/*
 * SGD takes units by the rows that touch them, those touched alike in turn: the
 * errors of the layer below are one chain of multiply-adds in that order.
 */
static void
check_order(const struct kern *kern, size_t n)
{
	float *w = numbers(ORDERED * 16), x[9 * 16] = { 0 };
	float s[9 * ORDERED] = { 0 }, e[9 * 16] = { 0 }, want, rate[9] = { 0 };
	struct sweep k = {
		.rule = SWEEP_SGD, .rows = ORDERED, .columns = 16, .ld = 16,
		.n = n, .w = w, .s = s, .s_row = 1, .s_sample = ORDERED,
		.x = x, .x_ld = 16, .e = e, .e_ld = 16,
		.rate = rate, .momentum = rate,
	};

	for (size_t i = 0; i < 5 * ORDERED; i++)
		s[(n - 5) * ORDERED + i] =
			hits_of[i % ORDERED] >> i / ORDERED & 1 ?
				number() + 2 : 0;
	kern->sweep_update(&k);
	for (size_t i = 0; i < n * 16; i++) {
		const float *of_row = s + i / 16 * ORDERED;

		want = 0;
		for (size_t j = 0; j < ORDERED - 1; j++)
			want = fmaf(of_row[in_order[j]],
				    w[in_order[j] * 16 + i % 16], want);
		assert_true(e[i] == want);
	}
	mem_free(w);
}

static void
test_order(void **state)
{
	(void)state;
	for (size_t t = 0; kern_all()[t]; t++) {
		const struct kern *kern = kern_find(kern_all()[t]->isa);

		if (!kern || strcmp(kern->isa, "plain") == 0)
			continue;
		check_order(kern, 5);
		check_order(kern, 9);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sweep),
		cmocka_unit_test(test_tiny_error),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_many_units),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
