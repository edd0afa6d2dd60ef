/*
 * loss.h - from the outputs of a row to their errors.
 */
#ifndef DLTOOLS_NN_LOSS_H
#define DLTOOLS_NN_LOSS_H

#include "dltools/net.h"
#include "kern/kern.h"

struct row_truth {
	int32_t label;
	float target, offset;
	const float *inputs; /* [outputs], autoencoder */
	float weight;        /* multiplies the errors */
};

/* The net inputs z[outputs] of the output units become errors dE/dz. */
void loss_errors(const struct net_shape *shape, const struct kern *k, float *z,
		 const struct row_truth *truth);

#endif
