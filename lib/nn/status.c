/*
 * status.c - what a layer looks like in numbers: the rows of H2O's "Status of
 * Neuron Layers", and whether the net is still usable.
 */
#include <math.h>

#include "nn/net_int.h"

struct moments {
	double n, sum, squares;
};

static void
add(struct moments *m, double x)
{
	m->n++;
	m->sum += x;
	m->squares += x * x;
}

static double
mean(const struct moments *m)
{
	return m->n > 0 ? m->sum / m->n : 0;
}

static double
deviation(const struct moments *m)
{
	double a = mean(m), v = m->n > 0 ? m->squares / m->n - a * a : 0;

	return v > 0 || isnan(v) ? sqrt(v) : 0;
}

static void
add_block(const struct params_block *p, struct moments *values,
	  struct moments *rates)
{
	for (size_t r = 0; r < p->rows; r++)
		for (size_t c = 0; c < p->columns; c++) {
			size_t at = r * p->ld + c;

			add(values, (double)p->v[0][at]);
			if (rates)
				add(rates, sqrt((double)p->v[2][at] /
						(double)p->v[1][at]));
		}
}

void
net_layer_status(const struct net *net, size_t layer, int64_t samples,
		 struct net_layer_status *status)
{
	const struct net_rule *rule = &net->rule;
	const struct layer *at = &net->layer[layer - 1];
	struct moments w = { 0 }, b = { 0 }, rate = { 0 };
	bool adaptive = rule->optimizer == OPTIMIZER_ADADELTA;

	add_block(&at->w, &w, adaptive ? &rate : NULL);
	add_block(&at->sw, &w, adaptive ? &rate : NULL);
	add_block(&at->b, &b, NULL);
	*status = (struct net_layer_status){
		.mean_rate = adaptive ? mean(&rate) :
			     rule_rate(rule, layer - 1, samples),
		.rate_rms = adaptive ? deviation(&rate) : 0,
		.momentum = rule->optimizer == OPTIMIZER_SGD ?
			    rule_momentum(rule, samples) : 0,
		.mean_weight = mean(&w),
		.weight_rms = deviation(&w),
		.mean_bias = mean(&b),
		.bias_rms = deviation(&b),
	};
}

static bool
within(double x, double limit)
{
	return fabs(x) <= limit; /* false for NaN */
}

int
net_check_stable(const struct net *net, struct err *e)
{
	for (size_t l = 1; l <= net->layers; l++) {
		const struct layer *at = &net->layer[l - 1];
		struct moments w = { 0 }, b = { 0 };

		add_block(&at->w, &w, NULL);
		add_block(&at->sw, &w, NULL);
		add_block(&at->b, &b, NULL);
		if (!within(mean(&w), 1e10) || !within(deviation(&w), 1e10))
			return err_set(e, ERR_NUMERIC, "layer %zu: the weights "
				       "grew without bound (mean %g, sd %g)", l,
				       mean(&w), deviation(&w));
		if (!within(mean(&b), 1e5) || !within(deviation(&b), 1e5))
			return err_set(e, ERR_NUMERIC, "layer %zu: the biases "
				       "grew without bound (mean %g, sd %g)", l,
				       mean(&b), deviation(&b));
	}
	return 0;
}
