/*
 * reconstruct.h - what an autoencoder makes of its inputs, and how far off it
 * is.  Both are in the net's own space, where numbers are scaled.
 */
#ifndef DLTOOLS_RECONSTRUCT_H
#define DLTOOLS_RECONSTRUCT_H

#include "dltools/encoder.h"

/*
 * Mean over the units of (out - in)^2, for row i of b; in[units] gets its
 * inputs.
 */
double reconstruct_error(const struct batch *b, size_t i, const float *out,
			 float *in);

/* out[unit] as a value of its column: categorical units are as they are. */
double reconstruct_value(const struct encoder *enc, size_t unit, float out);

#endif
