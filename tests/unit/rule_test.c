/*
 * rule_test.c - what a few rows do to one weight and one bias, by either
 * engine, against the rules as dl-train(1) has them: ADADELTA whose bias has
 * gradients of its own, momentum as a running velocity that goes along its
 * ramp, Nesterov's form that looks ahead, Adam, rates that fall.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <dltools/net.h>

#define STEPS 12

/* f = w x + b aims at t: g = 2 (f - t), times x for the weight. */
static float
input(int64_t position)
{
	return 0.5F + 0.25F * (float)(position * 5 % 7);
}

static float
target(int64_t position)
{
	return (float)(position * 3 % 4) - 1.25F;
}

static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++) {
		b->x[i * b->ld] = input(first + (int64_t)i);
		b->start[i] = b->start[i + 1] = 0;
		b->target[i] = target(first + (int64_t)i);
		b->offset[i] = 0;
		b->weight[i] = 1;
		b->label[i] = -1;
	}
	b->rows = n;
}

struct number {
	double x, s1, s2;
};

static void
adadelta(const struct net_rule *r, struct number *p, double g)
{
	double step;

	p->s1 = r->rho * p->s1 + (1 - r->rho) * g * g;
	step = sqrt((p->s2 + r->epsilon) / (p->s1 + r->epsilon)) * g;
	p->s2 = r->rho * p->s2 + (1 - r->rho) * step * step;
	p->x -= step;
}

static double
plain_rate(const struct net_rule *r, double samples)
{
	double part = r->schedule_samples > 0
		? fmin(samples / r->schedule_samples, 1) : 0;
	double rate = r->rate;

	if (r->schedule == SCHEDULE_COSINE)
		rate *= (1 + cos(part * acos(-1))) / 2;
	else if (r->schedule == SCHEDULE_STEP)
		rate *= part < 0.5 ? 1 : part < 0.75 ? 0.1 : 0.01;
	return r->optimizer == OPTIMIZER_ADAM ? rate
		: rate / (1 + r->rate_annealing * samples);
}

static void
sgd(const struct net_rule *r, struct number *p, double g, double samples)
{
	double m = samples < r->momentum_ramp
		? r->momentum_start + (r->momentum_stable - r->momentum_start) *
			samples / r->momentum_ramp : r->momentum_stable;
	double rate = plain_rate(r, samples) * (1 - m);

	p->s1 = m * p->s1 - rate * g;
	p->x += r->nesterov ? m * p->s1 - rate * g : p->s1;
}

static void
adam(const struct net_rule *r, struct number *p, double g, double step)
{
	double rate = plain_rate(r, (step - 1) * (double)r->mini_batch);

	p->s1 = r->beta1 * p->s1 + (1 - r->beta1) * g;
	p->s2 = r->beta2 * p->s2 + (1 - r->beta2) * g * g;
	p->x -= rate * (p->s1 / (1 - pow(r->beta1, step)) /
		(sqrt(p->s2 / (1 - pow(r->beta2, step))) + r->adam_epsilon)) +
		rate * r->weight_decay * p->x;
}

static void
plain_step(const struct net_rule *r, struct number *p, double g, size_t step)
{
	if (r->optimizer == OPTIMIZER_ADADELTA)
		adadelta(r, p, g);
	else if (r->optimizer == OPTIMIZER_SGD)
		sgd(r, p, g, (double)(step * r->mini_batch));
	else
		adam(r, p, g, (double)step + 1);
}

/* Mean gradients of the rows of a step. */
static void
gradients(const struct net_rule *r, const struct number *w,
	  const struct number *b, size_t step, double *gw, double *gb)
{
	*gw = *gb = 0;
	for (size_t i = 0; i < r->mini_batch; i++) {
		int64_t at = (int64_t)(step * r->mini_batch + i);
		double x = (double)input(at);
		double g = 2 * (w->x * x + b->x - (double)target(at)) /
			   (double)r->mini_batch;

		*gw += g * x;
		*gb += g;
	}
}

static void
check(const struct net_rule *r, const char *what)
{
	struct net_shape s = {.dense = 1, .outputs = 1, .loss = LOSS_QUADRATIC,
			      .initial_scale = 1};
	struct train_options o = {.row_block = r->mini_batch > 1 ? 0 : 1,
				  .precision = PRECISION_F32};
	struct row_feed feed = {NULL, fetch};
	struct err e = {0};
	struct pool *pool = pool_new(1, &e);
	struct net *net = net_new(&s, r, 3, &e);
	struct trainer *t = trainer_new(net, pool, &o, &e);
	struct number p[2] = {{0, 0, 0}, {0, 0, 0}};
	int64_t rows = (int64_t)r->mini_batch;

	assert_non_null(t);
	for (size_t step = 0; step < STEPS; step++) {
		double g[2];
		float w;

		for (size_t i = 0; step == 0 && i < 2; i++) {
			net_get(net, i, &w);
			p[i].x = (double)w;
		}
		gradients(r, &p[0], &p[1], step, &g[0], &g[1]);
		assert_int_equal(trainer_run(t, &feed, (int64_t)step * rows,
					     rows, &e), rows);
		assert_int_equal(trainer_settle(t, &e), 0);
		for (size_t i = 0; i < 2; i++) {
			plain_step(r, &p[i], g[i], step);
			net_get(net, i, &w);
			if (fabs((double)w - p[i].x) >
			    2e-5 * (1 + fabs(p[i].x)))
				fail_msg("%s, step %zu: %s %g, not %g", what,
					 step, i ? "bias" : "weight",
					 (double)w, p[i].x);
		}
	}
	trainer_free(t);
	net_free(net);
	pool_free(pool);
}

/* Row by row, and by mini-batches of 3. */
static void
check_both(struct net_rule r, const char *what)
{
	char text[64];

	r.rate_decay = 1;
	r.max_w2 = FLT_MAX;
	r.mini_batch = 1;
	check(&r, what);
	r.mini_batch = 3;
	snprintf(text, sizeof(text), "%s, mini-batches", what);
	check(&r, text);
}

static void
test_adadelta(void **state)
{
	(void)state;
	check_both((struct net_rule){.rho = 0.9, .epsilon = 1e-4}, "ADADELTA");
	check_both((struct net_rule){.rho = 0.99, .epsilon = 1e-8},
		   "ADADELTA as it is by default");
}

static void
test_momentum(void **state)
{
	struct net_rule r = {
		.optimizer = OPTIMIZER_SGD, .rate = 0.05,
		.rate_annealing = 0.01, .momentum_start = 0.2,
		.momentum_stable = 0.9, .momentum_ramp = 20,
	};

	(void)state;
	check_both(r, "momentum");
	r.nesterov = true;
	check_both(r, "Nesterov");
	r.momentum_start = r.momentum_stable = 0;
	check_both(r, "a falling rate");
	r.schedule_samples = 25;
	r.schedule = SCHEDULE_COSINE;
	check_both(r, "a cosine on top of it");
	r.schedule = SCHEDULE_STEP;
	check_both(r, "steps on top of it");
}

static void
test_adam(void **state)
{
	struct net_rule r = {
		.optimizer = OPTIMIZER_ADAM, .rate = 0.05, .beta1 = 0.9,
		.beta2 = 0.99, .adam_epsilon = 1e-6, .weight_decay = 0.01,
	};

	(void)state;
	check_both(r, "Adam");
	r.rate_annealing = 1; /* not of Adam */
	r.schedule_samples = 25;
	r.schedule = SCHEDULE_COSINE;
	check_both(r, "Adam along a cosine");
}

/* What the status of layers calls the rate is what training takes. */
static void
test_shown_rate(void **state)
{
	struct net_shape s = {.dense = 1, .outputs = 1, .loss = LOSS_QUADRATIC,
			      .initial_scale = 1, .layers = 1,
			      .units = (size_t[]){2}};
	struct net_rule r = {
		.optimizer = OPTIMIZER_SGD, .rate = 0.05, .mini_batch = 1,
		.rate_annealing = 0.01, .rate_decay = 0.5,
		.schedule = SCHEDULE_STEP, .schedule_samples = 100,
	};
	struct net_layer_status status;
	struct err e = {0};
	struct net *net = net_new(&s, &r, 3, &e);

	(void)state;
	assert_non_null(net);
	net_layer_status(net, 2, 60, &status);
	assert_true(fabs(status.mean_rate - 0.05 * 0.1 * 0.5 / 1.6) < 1e-15);
	net_free(net);
	r.optimizer = OPTIMIZER_ADAM;
	net = net_new(&s, &r, 3, &e);
	assert_non_null(net);
	net_layer_status(net, 2, 60, &status);
	assert_true(fabs(status.mean_rate - 0.05 * 0.1) < 1e-15);
	net_free(net);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adadelta),
		cmocka_unit_test(test_momentum),
		cmocka_unit_test(test_adam),
		cmocka_unit_test(test_shown_rate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
