/*
 * forward_int.h - inside the forward pass for scoring.
 *
 * Activations lie row by row, x[n][x_ld].  Weights are transposed, w[in][ld],
 * so that the units lie along the lanes: an input is one number that is spread
 * and multiplied with a row of w, and one that is 0 is passed over where there
 * are many of them (kern/skip.h).  The pieces of a Maxout layer stand apart:
 * columns 0 .. half-1 the first ones, half .. width-1 the second ones.
 *
 * Each pre-activation is one chain of multiply-adds: what the layer starts with
 * (bias, in layer 1 and the values at rest), sparse entries in order, dense
 * inputs in order; in layer 1 these are differences from their values at rest.
 */
#ifndef DLTOOLS_NN_FORWARD_INT_H
#define DLTOOLS_NN_FORWARD_INT_H

#include "kern/kern.h"
#include "nn/net_int.h"

#define FORWARD_ROWS 128 /* at once: each weight is read once for them */

struct forward_layer {
	size_t in;     /* dense inputs */
	size_t sparse; /* one-hot and sparse inputs, layer 1 only */
	size_t units;
	size_t pieces;
	size_t half, width; /* columns of a piece, of all; multiples of 16 */
	size_t ld;     /* an odd number of cache lines */
	float keep;    /* factor on the activations */
	bool is_narrow; /* inputs and weights are rounded to bf16 */
	bool has_pairs; /* and multiplied as pairs */
	const float *w; /* [in][ld]: the net's own where its layout is this */
	float *packed;  /* else a copy */
	uint32_t *pairs; /* [in / 2 rounded up][ld], instead of w */
	float *sparse_w; /* [sparse][ld] */
	float *start;    /* [width]: bias, and in layer 1 W rest */
};

struct forward {
	const struct net *net;
	const struct kern *kern;
	size_t layers; /* with the output layer */
	size_t x_ld;   /* of activations and of the inputs */
	bool is_bf16;
	struct forward_layer *layer;
};

struct forward_scratch {
	size_t room; /* rows */
	float *x[2]; /* [room][x_ld] */
	uint16_t *half; /* [room][x_ld] as bf16, for pairs */
	struct skip_row *rows; /* [room]: what is not 0 */
	uint32_t *index;       /* [room][x_ld + 16] */
	float *number;
};

#endif
