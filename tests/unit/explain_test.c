/*
 * explain_test.c - contributions against gradients by finite differences of the
 * net in plain loops of doubles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dltools/explain.h>

#include "plain_net.h"

static const double shift[3] = { 0.4, -0.7, 0.1 };

/* F of any input, in double. */
static double
score(struct plain *p, const double *x, size_t cls)
{
	const struct net_shape *s = p->shape;
	size_t in = s->sparse + s->dense;
	double sum = 0;

	memcpy(p->value[0], x, in * sizeof(*x));
	for (size_t l = 1; l <= s->layers + 1; l++) {
		plain_layer(p, l, in, 0);
		in = l <= s->layers ? s->units[l - 1] : 0;
	}
	if (!s->classification)
		return p->value[s->layers + 1][0];
	for (size_t k = 0; k < s->outputs; k++)
		if (k != cls)
			sum += exp(p->value[s->layers + 1][k] + shift[k]);
	return p->value[s->layers + 1][cls] + shift[cls] - log(sum);
}

/* dF/dx_i by a central difference. */
static double
slope(struct plain *p, const double *at, size_t i, size_t cls)
{
	const double h = 1e-6;
	double x[INPUTS], up;

	memcpy(x, at, sizeof(x));
	x[i] = at[i] + h;
	up = score(p, x, cls);
	x[i] = at[i] - h;
	return (up - score(p, x, cls)) / (2 * h);
}

/* Integrated gradients by the midpoint rule. */
static void
by_steps(struct plain *p, const double *b, const double *x, size_t cls,
	 int steps, double *want)
{
	double at[INPUTS];

	memset(want, 0, INPUTS * sizeof(*want));
	for (int k = 0; k < steps; k++) {
		for (size_t i = 0; i < INPUTS; i++)
			at[i] = b[i] + (x[i] - b[i]) * (k + 0.5) / steps;
		for (size_t i = 0; i < INPUTS; i++)
			want[i] += (x[i] - b[i]) * slope(p, at, i, cls) / steps;
	}
}

struct bench {
	struct net *net;
	struct plain p;
	struct table t;
	struct batch b;
	struct explain *x;
	struct explain_scratch *s;
	double base[INPUTS];
};

static struct bench w; /* large */

static void
set_up(const struct net_shape *s, enum explain_method method)
{
	struct net_rule rule = sgd_rule(1);
	float baseline[INPUTS];
	struct err e = { 0 };

	w.net = net_new(s, &rule, 5, &e);
	assert_non_null(w.net);
	fill(&w.t, s->sparse);
	w.p = (struct plain){ .shape = s, .table = &w.t };
	plain_take(&w.p, w.net);
	for (size_t i = 0; i < INPUTS; i++) {
		baseline[i] = 0.3f * noise(900 + i);
		w.base[i] = (double)baseline[i];
	}
	assert_int_equal(batch_init(&w.b, ROWS, s->sparse, DENSE, ENTRIES, &e),
			 0);
	fetch(&w.t, 0, ROWS, &w.b);
	w.x = explain_new(w.net, baseline, s->classification ? shift : NULL,
			  method, &e);
	assert_non_null(w.x);
	w.s = explain_scratch_new(w.x, &e);
	assert_non_null(w.s);
}

static void
tear_down(void)
{
	explain_scratch_free(w.s);
	explain_free(w.x);
	batch_release(&w.b);
	net_free(w.net);
}

/* Row i explained for a class; what is wanted, by so many steps. */
static void
check_row(size_t i, size_t cls, int steps, double tolerance)
{
	double x[INPUTS], want[INPUTS], sum = 0;
	struct explain_facts f;
	float got[INPUTS];

	plain_input(&w.p, i, x);
	explain_row(w.x, w.s, &w.b, i, cls, got, &f);
	assert_true(fabs(f.score - score(&w.p, x, cls)) < 1e-4);
	plain_forward(&w.p, i);
	if (!w.p.shape->classification)
		assert_true(fabs(f.score - w.p.value[3][0]) < 1e-5);
	assert_true(fabs(f.base - score(&w.p, w.base, cls)) < 1e-4);
	if (steps) {
		by_steps(&w.p, w.base, x, cls, steps, want);
	} else {
		for (size_t k = 0; k < INPUTS; k++)
			want[k] = (x[k] - w.base[k]) *
				  slope(&w.p, x, k, cls);
	}
	for (size_t k = 0; k < INPUTS; k++) {
		assert_true(fabs((double)got[k] - want[k]) < tolerance);
		sum += (double)got[k];
	}
	assert_true(fabs(f.score - f.base - sum - f.error) < 1e-12);
	if (steps)
		assert_true(fabs(f.error) < 1e-5 * (1 + fabs(f.score)));
}

static void
check_kinds(enum explain_method method, int steps, double tolerance)
{
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_QUADRATIC; l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, SPARSE);

			if (l == LOSS_QUADRATIC)
				s.hidden_dropout = half;
			set_up(&s, method);
			for (size_t i = 0; i < 4; i++)
				check_row(i, i % s.outputs, steps, tolerance);
			tear_down();
		}
}

static void
integrals_are_those_of_many_steps(void **state)
{
	(void)state;
	check_kinds(EXPLAIN_INTEGRATED, 400, 3e-3);
}

static void
gradients_are_finite_differences(void **state)
{
	(void)state;
	check_kinds(EXPLAIN_GRADIENT, 0, 1e-4);
}

/* Weight times distance from the baseline, by either method. */
static void
a_linear_net_is_exact(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_TANH, LOSS_QUADRATIC,
					SPARSE);
	struct explain_facts f;
	float got[INPUTS];
	double x[INPUTS];

	(void)state;
	s.layers = 0;
	for (int m = EXPLAIN_INTEGRATED; m <= EXPLAIN_GRADIENT; m++) {
		set_up(&s, (enum explain_method)m);
		for (size_t i = 0; i < ROWS; i++) {
			plain_input(&w.p, i, x);
			explain_row(w.x, w.s, &w.b, i, 0, got, &f);
			for (size_t k = 0; k < INPUTS; k++)
				assert_true(fabs((double)got[k] - w.p.w[k] *
						 (x[k] - w.base[k])) < 1e-6);
			assert_true(fabs(f.error) < 1e-5);
		}
		tear_down();
	}
}

/* The second of two classes has the opposite of the first's. */
static void
two_classes_mirror_each_other(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
					LOSS_CROSS_ENTROPY, 0);
	float first[INPUTS], second[INPUTS];
	struct explain_facts f, g;

	(void)state;
	s.outputs = 2;
	set_up(&s, EXPLAIN_INTEGRATED);
	for (size_t i = 0; i < ROWS; i++) {
		explain_row(w.x, w.s, &w.b, i, 0, first, &f);
		explain_row(w.x, w.s, &w.b, i, 1, second, &g);
		assert_true(fabs(f.score + g.score) < 1e-6);
		for (size_t k = 0; k < DENSE; k++)
			assert_true(fabsf(first[k] + second[k]) < 1e-6f);
	}
	tear_down();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integrals_are_those_of_many_steps),
		cmocka_unit_test(gradients_are_finite_differences),
		cmocka_unit_test(a_linear_net_is_exact),
		cmocka_unit_test(two_classes_mirror_each_other),
	};

	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
