/* rule.c - rate and momentum in the course of training; see net.h. */
#include "nn/net_int.h"

size_t
rule_states(const struct net_rule *rule)
{
	if (rule->optimizer == OPTIMIZER_SGD)
		return has_momentum(rule) ? 1 : 0;
	return 2;
}

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
	return 1;
}

double
rule_rate(const struct net_rule *rule, size_t l, int64_t samples)
{
	double rate = rule->rate * schedule_factor(rule, (double)samples);

	if (rule->optimizer != OPTIMIZER_SGD)
		return rate;
	while (l-- > 0) /* no libm decides the bits */
		rate *= rule->rate_decay;
	return rate / (1 + rule->rate_annealing * (double)samples);
}

double
rule_momentum(const struct net_rule *rule, int64_t samples)
{
	double start = rule->momentum_start, stable = rule->momentum_stable;

	if (rule->momentum_ramp <= 0)
		return start;
	if ((double)samples >= rule->momentum_ramp)
		return stable;
	return start + (stable - start) * (double)samples / rule->momentum_ramp;
}
