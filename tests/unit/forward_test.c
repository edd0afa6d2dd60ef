/*
 * forward_test.c - the forward pass against plain loops; a row's scores have
 * the same bits alone and among others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain_net.h"

/* Scores of all rows at once and of each row alone, against plain loops. */
static void
check_forward(const struct net_shape *s)
{
	static struct plain p;
	struct net_rule rule = sgd_rule(1);
	struct err e = { 0 };
	struct table t;
	struct net *net = net_new(s, &rule, 3, &e);
	struct forward *f = forward_new(net, PRECISION_F32, &e);
	struct forward_scratch *scratch = forward_scratch_new(f, ROWS, &e);
	struct batch b;
	float all[ROWS][3], alone[3], hidden[ROWS][6];

	assert_non_null(scratch);
	assert_int_equal(batch_init(&b, ROWS, s->sparse, DENSE, ENTRIES, &e),
			 0);
	fill(&t, s->sparse);
	p = (struct plain){ .shape = s, .table = &t };
	plain_take(&p, net);
	fetch(&t, 0, ROWS, &b);
	forward_run(f, scratch, &b, all[0], 3);
	forward_hidden(f, scratch, &b, 2, hidden[0], 6);
	for (size_t i = 0; i < ROWS; i++) {
		fetch(&t, (int64_t)i, 1, &b);
		b.offset[0] = i % 2 ? 0.25f : 0;
		forward_run(f, scratch, &b, alone, 3);
		assert_memory_equal(alone, all[i],
				    s->outputs * sizeof(float));
		plain_forward(&p, i);
		for (size_t j = 0; j < 6; j++)
			assert_true(fabs((double)hidden[i][j] -
					 p.value[2][j]) < 1e-5);
		if (s->outputs == 1)
			assert_true(fabs((double)alone[0] - p.value[3][0] -
					 (i % 2 ? 0.25 : 0)) < 1e-5);
	}
	batch_release(&b);
	forward_scratch_free(scratch);
	forward_free(f);
	net_free(net);
}

/*
 * With the second, one row of three differs too much to be listed, alone, and
 * all together do; with the third nothing is at rest.
 */
static const float mixed[DENSE] = { 9, 0, 0.25f, -0.125f, 1 };
static const float never[DENSE] = { 9, 9, 9, 9, 9 };
static const float *const rest[] = { at_rest, mixed, never };

/* Many rows in pieces of any size; the rows repeat. */
static void
test_many_rows(void **state)
{
	static const size_t pieces[] = { 300, 128, 7 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
						LOSS_CROSS_ENTROPY, SPARSE);
		struct net_rule rule = sgd_rule(1);
		struct err e = { 0 };
		struct net *net = net_new(&s, &rule, 3, &e);
		struct forward *f = forward_new(net, PRECISION_F32, &e);
		struct forward_scratch *scratch =
			forward_scratch_new(f, pieces[i], &e);
		static float out[300][3];
		struct batch b;
		struct table t;

		assert_int_equal(batch_init(&b, 300, SPARSE, DENSE, ENTRIES,
					    &e), 0);
		fill(&t, SPARSE);
		fetch(&t, 0, 300, &b);
		forward_run(f, scratch, &b, out[0], 3);
		for (size_t r = ROWS; r < 300; r++)
			assert_memory_equal(out[r], out[r - ROWS], 12);
		batch_release(&b);
		forward_scratch_free(scratch);
		forward_free(f);
		net_free(net);
	}
}

/* Rounded to bf16 the outputs are nearly the same, and not the same. */
static void
test_bf16(void **state)
{
	(void)state;
	for (int v = 0; v < 2; v++) {
		struct net_shape s = test_shape(ACTIVATION_TANH,
						LOSS_CROSS_ENTROPY, SPARSE);
		struct net_rule rule = sgd_rule(1);
		struct err e = { 0 };
		struct net *net;
		float out[2][ROWS][3];
		struct batch b;
		struct table t;

		s.rest = v ? at_rest : NULL;
		net = net_new(&s, &rule, 3, &e);
		assert_int_equal(batch_init(&b, ROWS, SPARSE, DENSE, ENTRIES,
					    &e), 0);
		fill(&t, SPARSE);
		fetch(&t, 0, ROWS, &b);
		for (int i = 0; i < 2; i++) {
			struct forward *f = forward_new(net, i ? PRECISION_BF16
							: PRECISION_F32, &e);
			struct forward_scratch *scratch =
				forward_scratch_new(f, ROWS, &e);

			forward_run(f, scratch, &b, out[i][0], 3);
			forward_scratch_free(scratch);
			forward_free(f);
		}
		assert_memory_not_equal(out[0], out[1], sizeof(out[0]));
		for (size_t i = 0; i < 3 * ROWS; i++)
			assert_true(fabs((double)out[0][i / 3][i % 3] -
					 (double)out[1][i / 3][i % 3]) < 0.01);
		batch_release(&b);
		net_free(net);
	}
}

static void
test_forward(void **state)
{
	(void)state;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_QUADRATIC; l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, a % 2 ? SPARSE : 0);

			check_forward(&s);
			for (size_t i = 0; i < 3; i++) {
				s.rest = rest[i];
				check_forward(&s);
			}
			s.hidden_dropout = half;
			check_forward(&s);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_bf16),
	};

	return cmocka_run_group_tests_name("forward", tests, NULL, NULL);
}
