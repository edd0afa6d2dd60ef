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

static void
test_forward(void **state)
{
	(void)state;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_QUADRATIC; l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, a % 2 ? SPARSE : 0);

			check_forward(&s);
			s.rest = at_rest;
			check_forward(&s);
			s.hidden_dropout = half;
			check_forward(&s);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forward),
	};

	return cmocka_run_group_tests_name("forward", tests, NULL, NULL);
}
