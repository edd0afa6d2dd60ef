/*
 * minibatch_test.c - gradients of mini-batches against finite differences, for
 * every activation and loss, with and without dropout; the limit of the norms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plain_net.h"

static bool weighted; /* do weights multiply errors? */

/* The function whose derivative the table of gradients gives. */
static double
unit_loss(const struct net_shape *s, double f, double t)
{
	double q = s->loss_param, d = f - t;

	switch (s->loss) {
	case LOSS_ABSOLUTE:
		return fabs(d);
	case LOSS_HUBER:
		return fabs(d) <= q ? d * d : 2 * q * fabs(d) - q * q;
	case LOSS_QUANTILE:
		return t > f ? q * (t - f) : (1 - q) * (f - t);
	case LOSS_POISSON:
		return 2 * (exp(f) - t * f);
	case LOSS_GAMMA:
		return 2 * (f + t * exp(-f));
	case LOSS_TWEEDIE:
		return 2 * (exp(f * (2 - q)) / (2 - q) -
			    t * exp(f * (1 - q)) / (1 - q));
	default:
		return d * d;
	}
}

static double
row_loss(struct plain *p, size_t row)
{
	const struct net_shape *s = p->shape;
	double *f = p->value[s->layers + 1], sum = 0, e = 0, in[INPUTS];
	int32_t label = p->table->label[row];

	plain_forward(p, row);
	if (s->autoencoder) {
		plain_input(p, row, in);
		for (size_t k = 0; k < s->outputs; k++)
			e += unit_loss(s, f[k], in[k]);
		return e;
	}
	if (s->loss != LOSS_CROSS_ENTROPY && s->loss != LOSS_SOFTMAX_QUADRATIC)
		return unit_loss(s, f[0] + (row % 2 ? 0.25 : 0),
				 (double)p->table->target[row]);
	for (size_t k = 0; k < s->outputs; k++)
		sum += exp(f[k]);
	if (s->loss == LOSS_CROSS_ENTROPY)
		return log(sum) - f[label];
	for (size_t k = 0; k < s->outputs; k++) {
		double d = exp(f[k]) / sum - ((int32_t)k == label ? 1 : 0);

		e += d * d / 2;
	}
	return e;
}

static double
mean_loss(struct plain *p, size_t rows)
{
	double sum = 0;

	for (size_t i = 0; i < rows; i++)
		sum += row_loss(p, i) *
		       (weighted ? (double)row_weight(i) : 1);
	return sum / (double)rows;
}

static void
run_net(struct net *net, bool row_masks, unsigned threads, int64_t rows,
	struct table *t)
{
	struct err e = { 0 };
	struct train_options o = {
		.precision = PRECISION_F32, .seed = 11, .row_masks = row_masks,
		.weighted = weighted,
	};
	struct row_feed feed = { t, fetch };
	struct pool *pool = pool_new(threads, &e);
	struct trainer *mb = trainer_new(net, pool, &o, &e);

	assert_non_null(mb);
	assert_int_equal(trainer_run(mb, &feed, 0, rows, &e), rows);
	assert_int_equal(trainer_settle(mb, &e), 0);
	trainer_free(mb);
	pool_free(pool);
}

/*
 * What l1, l2 and sparsity add to the gradient of parameter i.  Mean
 * activations start at 0 and take in one row after the other.
 */
static double
penalty(struct plain *p, const struct net_rule *rule, size_t i)
{
	const struct net_shape *s = p->shape;
	double g = rule->l1 * (p->w[i] > 0 ? 1 : p->w[i] < 0 ? -1 : 0) +
		   rule->l2 * p->w[i], mean = 0, sum = 0;
	size_t tensor = 0;

	while (p->start[tensor + 1] <= i)
		tensor++;
	if (rule->sparsity_beta == 0 || tensor % 2 == 0 ||
	    tensor / 2 == s->layers)
		return g;
	for (size_t row = 0; row < ROWS; row++) {
		plain_forward(p, row);
		mean = 0.999 * mean + 0.001 *
		       p->value[tensor / 2 + 1][i - p->start[tensor]];
		sum += mean - rule->average_activation;
	}
	return g + rule->sparsity_beta * sum / ROWS;
}

/* One SGD step moves each weight by rate times the mean gradient. */
static void
check_step(const struct net_shape *shape, const struct net_rule *more,
	   bool row_masks)
{
	static struct plain p, after;
	struct net_rule rule = *more;
	struct err e = { 0 };
	struct table t;
	struct net *net = net_new(shape, &rule, 3, &e);

	assert_non_null(net);
	fill(&t, shape->sparse);
	p = (struct plain){ .shape = shape, .table = &t, .seed = 11,
			    .row_masks = row_masks, .is_training = true };
	plain_take(&p, net);
	run_net(net, row_masks, 1, ROWS, &t);
	after = p;
	plain_take(&after, net);
	for (size_t i = 0; i < p.start[2 * (shape->layers + 1)]; i++) {
		double w = p.w[i], h = 1e-6, up, down, g, ours;

		p.w[i] = w + h;
		up = mean_loss(&p, ROWS);
		p.w[i] = w - h;
		down = mean_loss(&p, ROWS);
		p.w[i] = w;
		g = (up - down) / (2 * h) + penalty(&p, &rule, i);
		ours = (w - after.w[i]) / RATE;
		if (!(fabs(g - ours) < 5e-5 * (1 + fabs(g))))
			fail_msg("activation %d loss %d parameter %zu: %g, "
				 "difference quotient %g", shape->activation,
				 shape->loss, i, ours, g);
	}
	net_free(net);
}

static void
check_gradient(const struct net_shape *shape, bool row_masks)
{
	struct net_rule rule = sgd_rule(ROWS);

	check_step(shape, &rule, row_masks);
}

static void
test_penalties(void **state)
{
	struct net_rule rule = sgd_rule(ROWS);

	(void)state;
	rule.l1 = 0.01;
	rule.l2 = 0.1;
	rule.fast_mode = false;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_SOFTMAX_QUADRATIC;
		     l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, l % 2 ? SPARSE : 0);

			check_step(&s, &rule, false);
			weighted = true; /* errors, not penalties */
			check_step(&s, &rule, false);
			weighted = false;
			s.rest = at_rest;
			check_step(&s, &rule, false);
		}
}

static void
test_gradients(void **state)
{
	(void)state;
	for (int a = ACTIVATION_TANH; a <= ACTIVATION_MAXOUT; a++)
		for (int l = LOSS_CROSS_ENTROPY; l <= LOSS_SOFTMAX_QUADRATIC;
		     l++) {
			struct net_shape s = test_shape((enum activation)a,
				(enum net_loss)l, l % 2 ? SPARSE : 0);

			check_gradient(&s, false);
			s.rest = at_rest;
			check_gradient(&s, false);
			s.input_dropout = 0.2;
			s.hidden_dropout = half;
			check_gradient(&s, false);
			check_gradient(&s, true);
			s.rest = NULL;
			check_gradient(&s, false);
			check_gradient(&s, true);
		}
}

static void
test_autoencoder(void **state)
{
	struct net_rule rule = sgd_rule(ROWS);

	(void)state;
	rule.sparsity_beta = 0.5;
	rule.average_activation = 0.25;
	for (int v = 0; v < 3 * 2 * 7; v++) {
		struct net_shape s = test_shape(
			(enum activation)(v % 3),
			(enum net_loss)(LOSS_QUADRATIC + v / 6), SPARSE);

		s.autoencoder = true;
		s.linear_output = v / 3 % 2;
		s.outputs = INPUTS;
		check_gradient(&s, false);
		s.input_dropout = 0.2;
		s.rest = v % 2 ? at_rest : NULL;
		check_step(&s, &rule, false);
		check_step(&s, &rule, true);
	}
}

/* Weights of layer 2 after one run. */
static void
train_layer(const struct net_shape *s, struct net_rule rule, int64_t rows,
	    float w[9 * 6])
{
	static float all[2 * 9 * 6];
	struct err e = { 0 };
	struct net *net = net_new(s, &rule, 3, &e);
	struct table t;

	assert_non_null(net);
	fill(&t, s->sparse);
	run_net(net, false, 2, rows, &t);
	net_get(net, 2, all);
	memcpy(w, all, 9 * 6 * sizeof(*w));
	net_free(net);
}

/* No hidden layer: softmax regression. */
static void
test_no_hidden_layer(void **state)
{
	struct net_shape s = test_shape(ACTIVATION_RECTIFIER,
					LOSS_CROSS_ENTROPY, SPARSE);

	(void)state;
	s.layers = 0;
	check_gradient(&s, false);
	s.rest = at_rest;
	check_gradient(&s, false);
}

/* More rows than a panel and a group of lists have; the rows repeat. */
static void
test_many_rows(void **state)
{
	(void)state;
	for (int a = ACTIVATION_RECTIFIER; a <= ACTIVATION_MAXOUT; a += 2) {
		struct net_rule rule = sgd_rule(12 * ROWS + 7);
		struct net_shape s = test_shape((enum activation)a,
						LOSS_CROSS_ENTROPY, SPARSE);
		float few[9 * 6], many[9 * 6];

		s.rest = at_rest;
		train_layer(&s, sgd_rule(ROWS), ROWS, few);
		train_layer(&s, rule, 12 * ROWS, many);
		for (size_t i = 0; i < 9 * 6; i++)
			assert_true(fabs((double)few[i] - (double)many[i]) <
				    1e-6);
	}
}

/* Weights of layer 1 after one step. */
static void
step_once(const struct net_shape *s, float max_w2, float w[9 * INPUTS])
{
	struct net_rule rule = sgd_rule(ROWS);
	struct err e = { 0 };
	struct net *net;
	struct table t;

	rule.max_w2 = max_w2;
	net = net_new(s, &rule, 3, &e);
	assert_non_null(net);
	fill(&t, s->sparse);
	run_net(net, false, 2, ROWS, &t);
	net_get(net, 0, w);
	net_free(net);
}

/* max_w2 shrinks the rows that are too long, sparse inputs and all. */
static void
test_norm(void **state)
{
	static float free[9 * INPUTS], held[9 * INPUTS];

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		size_t sparse = variant % 2 ? SPARSE : 0, n = sparse + DENSE;
		struct net_shape s = test_shape(ACTIVATION_TANH,
						LOSS_CROSS_ENTROPY, sparse);
		double sum[9] = { 0 }, limit = 0;

		s.rest = variant / 2 ? at_rest : NULL;
		step_once(&s, FLT_MAX, free);
		for (size_t i = 0; i < s.units[0] * n; i++) {
			sum[i / n] += pow((double)free[i], 2);
			limit += pow((double)free[i], 2) / (double)s.units[0];
		}
		step_once(&s, (float)limit, held);
		for (size_t i = 0; i < s.units[0] * n; i++) {
			double by = sum[i / n] > limit ?
				    sqrt(limit / sum[i / n]) : 1;

			assert_true(fabs((double)held[i] -
					 by * (double)free[i]) < 1e-6);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gradients),
		cmocka_unit_test(test_penalties),
		cmocka_unit_test(test_autoencoder),
		cmocka_unit_test(test_no_hidden_layer),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_norm),
	};

	return cmocka_run_group_tests_name("minibatch", tests, NULL, NULL);
}
