/*
 * net_int.h - how a net lies in memory; for lib/nn and its tests only.
 *
 * Weight layers are numbered 0 .. layers (the last one is the output layer).
 *
 * Hidden layers are [out][in]: row r of w holds the weights into net input r
 * (unit r / pieces), so a unit without error costs nothing.  The output layer
 * is [in][out] (by_input): row c holds the weights out of input c, so an input
 * that is zero costs nothing, and each owner of a slice of the last hidden
 * layer owns its output weights too.  Rows are padded with zeros to ld, an
 * odd multiple of 16.  Sparse inputs have their own [sparse][in] block.
 *
 *	w [rows][ld]    dense part
 *	sw[sparse][ld]  sparse part: [in][out] in both kinds of layer
 *	b [1][ld]       biases
 *
 * each with an ld of its own.  Beside each lie up to three arrays of optimizer
 * state of the same shape.  ADADELTA keeps
 *
 *	h = (g2 + epsilon) / (1 - rho)	y = (x2 + epsilon) / (1 - rho)
 *
 * with which a step is h = rho h + G^2 + epsilon, u = sqrt(y / h) G, w -= u,
 * y = rho y + u^2 + epsilon.  The tensors of a model hold h and y themselves:
 * the way back to g2 rounds, and a resumed run must have the same bits.
 */
#ifndef DLTOOLS_NET_INT_H
#define DLTOOLS_NET_INT_H

#include "dltools/net.h"

#define NET_STATES 3
#define NET_MAX_SLICES 16

/*
 * Weights and their state: v[0] the values, v[1] to v[3] the state or NULL.
 * With weight averaging the values are the average and the last state, "raw",
 * holds the weights proper; it is all zero until rows have been trained.
 */
struct params_block {
	size_t rows, columns;
	size_t width; /* columns in whole vectors of 16 */
	size_t ld;    /* floats from row to row */
	float *v[1 + NET_STATES];
};

struct layer {
	size_t dense, sparse; /* inputs */
	size_t units;
	size_t pieces; /* net inputs per unit */
	size_t outs;   /* units * pieces */
	bool by_input;
	struct params_block w, sw, b;
	float *mean; /* [units] a sparse autoencoder's activations, or NULL */
	/*
	 * Slices of units (of dense inputs if by_input) that are owned as a
	 * whole by one thread; multiples of 16, fixed by the shape.
	 */
	size_t slices;
	size_t slice[NET_MAX_SLICES + 1];
};

struct net {
	struct net_shape shape;
	struct net_rule rule;
	size_t *units;
	double *dropout;
	float *rest;
	size_t layers;      /* weight layers: hidden + 1 */
	size_t states;      /* arrays of state in use, 0 to 3 */
	struct layer *layer;
	uint64_t changes; /* calls of net_set so far */
	int64_t step_origin;
};

static inline size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

/* init.c: weights and biases by the shape, state as at the start. */
void net_init_values(struct net *net, uint64_t seed);

/* Below H2O's default, 3.4028235e38, however it has been rounded. */
static inline bool
has_norm(const struct net_rule *rule)
{
	return rule->max_w2 < 3.4e38F;
}

static inline bool
has_momentum(const struct net_rule *rule)
{
	return rule->momentum_start != 0 || rule->momentum_stable != 0;
}

/*
 * sparsity.c: takes the activations a[n] of one row of training into their
 * means and adds the penalty's gradient to those of the biases, d[n].
 */
static inline bool
has_sparsity(const struct net_rule *rule)
{
	return rule->sparsity_beta > 0;
}
void sparsity_add(const struct net_rule *rule, float *mean, const float *a,
		  float *d, size_t n);

/* rule.c: arrays of state, 0 to 2, but for that of averages. */
size_t rule_states(const struct net_rule *rule);
/* After N samples; l = 0 for the first weight layer. */
double rule_rate(const struct net_rule *rule, size_t l, int64_t samples);
double rule_momentum(const struct net_rule *rule, int64_t samples);

#endif
