/*
 * update_test.c - optimizer steps and the smaller kernels against plain loops
 * of doubles, on every instruction set that this machine has.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kern/kern.h"

#define N 96

static uint32_t noise = 1;
static const struct kern *kern[8]; /* usable ones, NULL at the end */

static float
number(void)
{
	noise = noise * 1664525u + 1013904223u;
	return (float)(noise >> 8) * 0x1p-23f - 1;
}

static int
find_kernels(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct kern *const *k = kern_all(); *k != NULL; k++)
		if (kern_find((*k)->isa) != NULL)
			kern[n++] = *k;
	return 0;
}

/* Within 1e-6 of b and of `size`, the largest number that b is made of. */
static void
near_by(double size, double a, double b)
{
	if (!(fabs(a - b) <= 1e-6 * (size + fabs(b))))
		fail_msg("%.9g is not %.9g", a, b);
}

static void
near(double a, double b)
{
	near_by(0.1, a, b);
}

/* The rules as update.h has them: x[0] the weight, x[1] and x[2] the state. */
static void
plain_step(const struct update *u, double *x, double g)
{
	double s, rate = (double)u->rate, m = (double)u->momentum;
	double rho = (double)u->rho, epsilon = (double)u->epsilon;
	double b1 = (double)u->beta1, b2 = (double)u->beta2, w = x[0];

	g += (double)u->l2 * w + (double)u->l1 * ((w > 0) - (w < 0));
	switch (u->kind) {
	case UPDATE_ADADELTA:
		x[1] = rho * x[1] + g * g + epsilon;
		s = sqrt(x[2] / x[1]) * g;
		x[2] = rho * x[2] + s * s + epsilon;
		x[0] = w - s;
		return;
	case UPDATE_SGD:
		x[0] = w - rate * g;
		return;
	case UPDATE_VELOCITY:
		x[1] = m * x[1] - rate * g;
		x[0] = w + x[1];
		return;
	case UPDATE_NESTEROV:
		x[1] = m * x[1] - rate * g;
		x[0] = w + m * x[1] - rate * g;
		return;
	case UPDATE_ADAM:
		x[1] = b1 * x[1] + (1 - b1) * g;
		x[2] = b2 * x[2] + (1 - b2) * g * g;
		x[0] = w - rate * x[1] /
		       (sqrt((double)u->scale * x[2]) + epsilon) -
		       (double)u->decay * w;
		return;
	}
}

static struct update
some_rule(enum update_kind kind)
{
	return (struct update){
		.kind = kind, .l1 = 0.01f, .l2 = 0.02f, .rho = 0.95f,
		.epsilon = 1e-4f, .rate = 0.05f, .momentum = 0.9f,
		.beta1 = 0.9f, .beta2 = 0.99f, .scale = 1.5f, .decay = 0.01f,
	};
}

struct weights {
	float v[3][N], g[N];
	uint16_t bits[N / 16];
};

static void
some_weights(struct weights *w)
{
	for (size_t i = 0; i < N; i++) {
		w->v[0][i] = i % 7 == 0 ? 0 : number();
		w->v[1][i] = fabsf(number()) + 0.01f;
		w->v[2][i] = fabsf(number()) + 0.01f;
		w->g[i] = number();
	}
	for (size_t i = 0; i < N / 16; i++)
		w->bits[i] = (uint16_t)(0x9c35u * (i + 1));
}

static void
check_rule(const struct kern *k, enum update_kind kind, bool all,
	   bool estimates)
{
	struct update u = some_rule(kind);
	struct weights w, before;

	u.estimates = estimates;
	some_weights(&w);
	before = w;
	k->vec_update(&u, w.v[0], w.v[1], w.v[2], w.g, all ? NULL : w.bits,
		      N);
	for (size_t i = 0; i < N; i++) {
		double x[3];

		for (size_t j = 0; j < 3; j++)
			x[j] = (double)before.v[j][i];
		if (all || w.bits[i / 16] >> (i % 16) & 1)
			plain_step(&u, x, (double)w.g[i]);
		/* a step by an estimate may be wrong by 3e-7, and is below 1 */
		for (size_t j = 0; j < 3; j++)
			near_by(estimates && j == 0 ? 0.3 : 0.1,
				(double)w.v[j][i], x[j]);
	}
}

static void
test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; kern[i] != NULL; i++)
		for (int r = UPDATE_ADADELTA; r <= UPDATE_ADAM; r++) {
			check_rule(kern[i], (enum update_kind)r, true, false);
			check_rule(kern[i], (enum update_kind)r, false, false);
			check_rule(kern[i], (enum update_kind)r, true, true);
		}
}

/* All instruction sets with FMA give the same weights to the bit. */
static void
test_same_bits(void **state)
{
	const struct kern *avx2 = kern_find("avx2");

	(void)state;
	for (int r = UPDATE_ADADELTA; avx2 != NULL && r <= UPDATE_ADAM; r++) {
		struct update u = some_rule((enum update_kind)r);
		struct weights a, b;

		some_weights(&a);
		b = a;
		for (int i = 0; i < 20; i++) {
			kern[0]->vec_update(&u, a.v[0], a.v[1], a.v[2], a.g,
					    a.bits, N);
			avx2->vec_update(&u, b.v[0], b.v[1], b.v[2], b.g,
					 b.bits, N);
		}
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

/* Without gradients the state of Adam ends at 0, not among denormals. */
static void
test_no_denormals(void **state)
{
	struct update u = some_rule(UPDATE_ADAM);
	struct weights w;

	(void)state;
	u.l1 = u.l2 = 0;
	some_weights(&w);
	memset(w.g, 0, sizeof(w.g));
	for (int i = 0; i < 9000; i++)
		kern_get()->vec_update(&u, w.v[0], w.v[1], w.v[2], w.g, NULL,
				       N);
	for (size_t i = 0; i < N; i++)
		assert_true(w.v[1][i] == 0 && w.v[2][i] == 0);
}

/* What compress takes out, expand puts back, zeros elsewhere. */
static void
test_compress(void **state)
{
	(void)state;
	for (size_t i = 0; kern[i] != NULL; i++) {
		struct weights w;
		float packed[N] = { 0 }, same[N], back[N];
		size_t n = 0;

		some_weights(&w);
		kern[i]->vec_compress(packed, w.g, w.bits, N);
		for (size_t j = 0; j < N; j++)
			if (w.bits[j / 16] >> (j % 16) & 1)
				assert_true(packed[n++] == w.g[j]);
		memcpy(same, w.g, sizeof(same));
		kern[i]->vec_compress(same, same, w.bits, N);
		assert_memory_equal(same, packed, n * sizeof(*same));
		kern[i]->vec_expand(back, packed, w.bits, N);
		for (size_t j = 0; j < N; j++)
			assert_true(back[j] ==
				    (w.bits[j / 16] >> (j % 16) & 1 ?
				     w.g[j] : 0));
	}
}

static void
test_sums(void **state)
{
	(void)state;
	for (size_t i = 0; kern[i] != NULL; i++)
		for (size_t n = 1; n < 40; n++) {
			float x[4][48], sum[48], size[48];

			for (size_t j = 0; j < 4 * 48; j++)
				x[j / 48][j % 48] = number();
			kern[i]->vec_columns(sum, size, x[0], 48, 4, n);
			for (size_t j = 0; j < n; j++) {
				double s = 0, a = 0;

				for (size_t r = 0; r < 4; r++) {
					s += (double)x[r][j];
					a += fabs((double)x[r][j]);
				}
				near((double)sum[j], s);
				near((double)size[j], a);
			}
			kern[i]->vec_add_squares(sum, x[0], n);
			for (size_t j = 0; j < n; j++) {
				double s = pow((double)x[0][j], 2);

				for (size_t r = 0; r < 4; r++)
					s += (double)x[r][j];
				near((double)sum[j], s);
			}
		}
}

/* Also the same bits wherever there is FMA. */
static void
test_squares(void **state)
{
	float x[300], first = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++)
		x[i] = number();
	for (size_t n = 1; n <= 300; n++) {
		double squares = 0;
		size_t seen = 0;

		for (size_t i = 0; i < n; i++)
			squares += (double)x[i] * (double)x[i];
		for (size_t i = 0; kern[i] != NULL; i++) {
			float sum = kern[i]->vec_squares(x, n);

			near((double)sum, squares);
			if (strcmp(kern[i]->isa, "plain") == 0)
				continue;
			if (seen++ == 0)
				first = sum;
			assert_true(sum == first);
		}
	}
}

static void
test_activations(void **state)
{
	(void)state;
	for (size_t i = 0; kern[i] != NULL; i++)
		for (size_t n = 1; n < 40; n++) {
			float x[40], y[48], elu[48], d[48];
			struct back k = {
				.e = d, .parts = 1, .a = elu, .d = d, .n = n,
				.slope = SLOPE_ELU,
			};

			for (size_t j = 0; j < n; j++)
				x[j] = y[j] = elu[j] = 3 * number();
			kern[i]->vec_rectify(y, n);
			kern[i]->vec_elu(elu, n);
			for (size_t j = 0; j < n; j++) {
				d[j] = 2;
				assert_true(y[j] == (x[j] > 0 ? x[j] : 0));
				near((double)elu[j], x[j] >= 0 ? (double)x[j] :
				     expm1((double)x[j]));
			}
			kern[i]->back(&k);
			for (size_t j = 0; j < n; j++)
				near((double)d[j], x[j] >= 0 ? 2 :
				     2 * ((double)elu[j] + 1));
			k.a = y;
			k.slope = SLOPE_STEP;
			kern[i]->back(&k);
			for (size_t j = 0; j < n; j++)
				assert_true((d[j] == 0) == (x[j] <= 0));
		}
}

/* NaN goes through, so that divergence is seen. */
static void
test_nan(void **state)
{
	(void)state;
	for (size_t i = 0; kern[i] != NULL; i++)
		for (int r = UPDATE_ADADELTA; r <= UPDATE_ADAM; r++) {
			struct update u = some_rule((enum update_kind)r);
			struct weights w;
			float y[3] = { NAN, NAN, NAN };

			some_weights(&w);
			w.g[5] = NAN;
			kern[i]->vec_update(&u, w.v[0], w.v[1], w.v[2], w.g,
					    NULL, N);
			assert_true(isnan(w.v[0][5]));
			kern[i]->vec_rectify(y, 1);
			kern[i]->vec_elu(y + 1, 1);
			kern[i]->vec_max(y + 2, y, y + 2, 1);
			assert_true(isnan(y[0]) && isnan(y[1]) && isnan(y[2]));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_same_bits),
		cmocka_unit_test(test_no_denormals),
		cmocka_unit_test(test_compress),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_squares),
		cmocka_unit_test(test_activations),
		cmocka_unit_test(test_nan),
	};

	return cmocka_run_group_tests_name("update", tests, find_kernels,
					   NULL);
}
