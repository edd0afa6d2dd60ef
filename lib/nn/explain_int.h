/* explain_int.h - what the files of explain.h share. */
#ifndef NN_EXPLAIN_INT_H
#define NN_EXPLAIN_INT_H

#include "dltools/explain.h"
#include "kern/kern.h"

#define EXPLAIN_POINTS 64

struct explain_layer {
	size_t in, units, pieces, rows; /* rows = units * pieces */
	float keep;   /* factor on the activations */
	float *w;     /* [rows][in] */
	float *bias;  /* [rows] */
};

struct explain {
	const struct net_shape *shape;
	const struct kern *kern;
	enum explain_method method;
	size_t inputs, layers; /* with the output layer */
	struct explain_layer *layer;
	float *first;          /* [inputs][rows of layer 0]: w transposed */
	float *baseline;       /* [inputs] */
	float *start;          /* [rows of layer 0]: z(b) */
	double *shift;         /* [outputs] */
};

struct explain_scratch {
	float **z;    /* of each layer [rows][EXPLAIN_POINTS]: sums, errors */
	float **a;    /* of each hidden layer [units][EXPLAIN_POINTS] */
	float *error; /* [widest][EXPLAIN_POINTS] */
	float *x;     /* [inputs]: row - baseline */
	float *dz;    /* [rows of layer 0] */
	double *mean; /* [rows of layer 0]: mean gradient */
	double f[EXPLAIN_POINTS], slope[EXPLAIN_POINTS];
	double weight[EXPLAIN_POINTS];
};

/*
 * From s->dz: the mean gradient with respect to the first layer's sums into
 * s->mean, along the line or at its end; F at both ends.
 */
void explain_along(const struct explain *x, struct explain_scratch *s,
		   size_t cls, struct explain_facts *facts);
void explain_at_end(const struct explain *x, struct explain_scratch *s,
		    size_t cls, struct explain_facts *facts);

#endif
