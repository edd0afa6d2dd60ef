/*
 * sparsity.c - the penalty of a sparse autoencoder: units whose mean activation
 * is above the one aimed at have their biases lowered, the others raised.
 *
 * The reference takes this as a step of its own after the bias's, scaled by the
 * same factor.  Here it is part of the bias's gradient, so that every rule and
 * both engines treat it alike; with a plain rate the two are the same.
 */
#include "nn/net_int.h"

#define MEMORY 0.999F

void
sparsity_add(const struct net_rule *rule, float *mean, const float *a,
	     float *d, size_t n)
{
	float beta = (float)rule->sparsity_beta;
	float aim = (float)rule->average_activation;

	for (size_t i = 0; i < n; i++) {
		mean[i] = MEMORY * mean[i] + (1 - MEMORY) * a[i];
		d[i] += beta * (mean[i] - aim);
	}
}
