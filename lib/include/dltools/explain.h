/*
 * explain.h - how much each input unit of a row contributes to an output of a
 * net, compared with a baseline row.
 *
 *	e = explain_new(net, baseline, NULL, EXPLAIN_INTEGRATED, &err);
 *	s = explain_scratch_new(e, &err);
 *	explain_row(e, s, &batch, i, class, contribution, &facts);
 *
 * What is explained is F: of a classifier the log odds of the class,
 * ln(p / (1 - p)), of a regression the output before the inverse link, without
 * offset.
 *
 * EXPLAIN_INTEGRATED: integrated gradients (Sundararajan, Taly and Yan 2017,
 * "Axiomatic attribution for deep networks"): unit i gets
 *
 *	(x_i - b_i) * integral over t in [0, 1] of dF/dx_i (b + t (x - b))
 *
 * so that contributions add up to F(x) - F(b).  EXPLAIN_GRADIENT: the gradient
 * at x times x - b, exact where the net is linear.
 */
#ifndef DLTOOLS_EXPLAIN_H
#define DLTOOLS_EXPLAIN_H

#include <stddef.h>

#include "batch.h"
#include "err.h"
#include "net.h"

enum explain_method { EXPLAIN_INTEGRATED, EXPLAIN_GRADIENT };

struct explain;
struct explain_scratch; /* working memory of one thread */

/*
 * baseline[sparse + dense] and shift[outputs], logarithms of factors on the
 * probabilities, or NULL; both are copied.  The net must not change meanwhile;
 * it must not be an autoencoder.
 */
struct explain *explain_new(const struct net *net, const float *baseline,
			    const double *shift, enum explain_method method,
			    struct err *e) MUST_USE;
void explain_free(struct explain *x);

struct explain_scratch *explain_scratch_new(const struct explain *x,
					    struct err *e) MUST_USE;
void explain_scratch_free(struct explain_scratch *s);

struct explain_facts {
	double score; /* F(x) */
	double base;  /* F(b) */
	double error; /* score - base - the sum of contributions */
};

/*
 * Row i of a batch; contribution[sparse + dense].  cls is not used by a
 * regression.  Thread-safe with one scratch per thread.
 */
void explain_row(const struct explain *x, struct explain_scratch *s,
		 const struct batch *b, size_t i, size_t cls,
		 float *contribution, struct explain_facts *facts);

#endif
