/*
 * minibatch_rule.c - rates, momentum and bias corrections of one step.
 */
#include "nn/minibatch_int.h"

/* Averaging costs as much traffic as Adam: not after every step in the end. */
#define AVERAGE_ALL 64
#define AVERAGE_EVERY 8

/* The number of the step, from 1. */
static int64_t
step_number(const struct minibatch *mb)
{
	return (mb->at - net_step_origin(mb->net)) / (int64_t)mb->room + 1;
}

/* base^n by squaring, so that no libm decides its bits. */
static double
power(double base, int64_t n)
{
	double y = 1;

	for (uint64_t i = (uint64_t)n; i > 0; i >>= 1) {
		if (i & 1)
			y *= base;
		base *= base;
	}
	return y;
}

static void
set_sgd(const struct net_rule *rule, double rate, double momentum,
	struct update *u)
{
	u->rate = (float)(rate * (1 - momentum));
	u->momentum = (float)momentum;
	u->kind = UPDATE_SGD;
	if (has_momentum(rule))
		u->kind = rule->nesterov ? UPDATE_NESTEROV : UPDATE_VELOCITY;
}

static void
set_adam(const struct net_rule *rule, double rate, int64_t number,
	 struct update *u)
{
	u->kind = UPDATE_ADAM;
	u->beta1 = (float)rule->beta1;
	u->beta2 = (float)rule->beta2;
	u->epsilon = (float)rule->adam_epsilon;
	u->rate = (float)(rate / (1 - power(rule->beta1, number)));
	u->scale = (float)(1 / (1 - power(rule->beta2, number)));
	u->decay = (float)(rate * rule->weight_decay);
}

void
mb_set_rules(struct minibatch *mb)
{
	const struct net_rule *rule = net_rule(mb->net);

	for (size_t l = 1; l <= mb->layers; l++) {
		struct update *u = &mb->rule[l];
		double rate = rule_rate(rule, l - 1, mb->at);

		u->estimates = !mb->options.reproducible;
		u->l1 = (float)rule->l1;
		u->l2 = (float)rule->l2;
		switch (rule->optimizer) {
		case OPTIMIZER_ADADELTA:
			u->kind = UPDATE_ADADELTA;
			u->rho = (float)rule->rho;
			u->epsilon = (float)rule->epsilon;
			break;
		case OPTIMIZER_SGD:
			set_sgd(rule, rate, rule_momentum(rule, mb->at), u);
			break;
		case OPTIMIZER_ADAM:
			set_adam(rule, rate, step_number(mb), u);
			break;
		}
	}
}

float
mb_average_share(const struct minibatch *mb)
{
	double decay = net_rule(mb->net)->average_decay;
	int64_t n = step_number(mb);
	int64_t every = n > AVERAGE_ALL ? AVERAGE_EVERY : 1;
	double early = (double)(1 + n) / (double)(10 + n);

	if (decay <= 0 || n % every != 0)
		return 0;
	if (early < decay)
		decay = early;
	return (float)(1 - power(decay, every));
}
