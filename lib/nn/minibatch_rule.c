/*
 * minibatch_rule.c - rates, momentum and bias corrections of one step.
 */
#include <math.h>

#include "nn/minibatch_int.h"

#define AVERAGE_EVERY 8 /* steps; averaging costs as much traffic as Adam */

/* cos of 0 .. pi, the same bits everywhere: Taylor about pi / 2. */
static double
half_turn_cos(double x)
{
	double y = 1.57079632679489661923 - x, z = y * y, s = 1;

	for (int i = 20; i > 0; i -= 2)
		s = 1 - s * z / (i * (i + 1));
	return y * s;
}

/*
 * Cosine falls from 1 to 0 over the schedule's samples; step to a tenth after
 * half of them and a hundredth after three quarters.
 */
static double
schedule_factor(const struct net_rule *rule, double samples)
{
	double part = rule->schedule_samples > 0 ?
		samples / rule->schedule_samples : 0;

	if (part > 1)
		part = 1;
	switch (rule->schedule) {
	case SCHEDULE_COSINE:
		return 0.5 * (1 + half_turn_cos(part * 3.14159265358979323846));
	case SCHEDULE_STEP:
		return part < 0.5 ? 1 : part < 0.75 ? 0.1 : 0.01;
	case SCHEDULE_CONSTANT:
		break;
	}
	return rule->optimizer == OPTIMIZER_SGD ?
		1 / (1 + rule->rate_annealing * samples) : 1;
}

static double
momentum_at(const struct net_rule *rule, double samples)
{
	if (rule->momentum_ramp <= 0)
		return rule->momentum_start;
	if (samples >= rule->momentum_ramp)
		return rule->momentum_stable;
	return rule->momentum_start + samples / rule->momentum_ramp *
	       (rule->momentum_stable - rule->momentum_start);
}

/* The number of the step, from 1. */
static double
step_number(const struct minibatch *mb)
{
	return (double)(mb->at / (int64_t)mb->room + 1);
}

/* base^n by squaring, so that no libm decides its bits. */
static double
power(double base, double n)
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
set_sgd(const struct net_rule *rule, size_t l, double rate, double samples,
	struct update *u)
{
	double m = momentum_at(rule, samples);

	for (size_t i = 1; i < l; i++)
		rate *= rule->rate_decay;
	u->rate = (float)(rate * (1 - m));
	u->momentum = (float)m;
	u->kind = UPDATE_SGD;
	if (rule->momentum_start != 0 || rule->momentum_stable != 0)
		u->kind = rule->nesterov ? UPDATE_NESTEROV : UPDATE_VELOCITY;
}

static void
set_adam(const struct net_rule *rule, double rate, double number,
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
	double samples = (double)mb->at;
	double rate = rule->rate * schedule_factor(rule, samples);

	for (size_t l = 1; l <= mb->layers; l++) {
		struct update *u = &mb->rule[l];

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
			set_sgd(rule, l, rate, samples, u);
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
	double n = step_number(mb), early = (1 + n) / (10 + n);

	if (decay <= 0 || (int64_t)n % AVERAGE_EVERY != 0)
		return 0;
	if (early < decay)
		decay = early;
	return (float)(1 - power(decay, AVERAGE_EVERY));
}
