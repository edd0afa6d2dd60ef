/*
 * score_rows.h - a model's metrics over rows in memory, as scoring events of
 * training need them.
 *
 *	struct metrics m;
 *
 *	score_metrics_init(&m, &enc, net_shape(net), huber_alpha, &e);
 *	score_rows(&source, NULL, (size_t)rows_count(rows), &m, &e);
 *	metrics_finish(&m, &e);
 */
#ifndef DLTOOLS_SCORE_ROWS_H
#define DLTOOLS_SCORE_ROWS_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

#include "encoder.h"
#include "err.h"
#include "metrics.h"
#include "net.h"
#include "pool.h"
#include "rows.h"

struct score_source {
	const struct forward *fwd;
	const struct encoder *enc;
	enum net_loss loss;
	const struct rows *rows;
	struct pool *pool;                 /* or NULL */
	const volatile sig_atomic_t *stop; /* or NULL; not 0: give up */
};

/*
 * Adds rows index[0 .. n-1] to m, in that order: m is the same for any number
 * of threads.  index = NULL: rows 0 .. n-1.  Returns 1, with some of them in m,
 * if it was to stop.
 */
int score_rows(const struct score_source *s, const int64_t *index, size_t n,
	       struct metrics *m, struct err *e) MUST_USE;

/* Empty metrics of the kind and deviance of this net. */
int score_metrics_init(struct metrics *m, const struct encoder *enc,
		       const struct net_shape *shape, double huber_alpha,
		       struct err *e) MUST_USE;

/*
 * p[rows][classes]: probabilities of a net that learned from balanced classes
 * as they are among the classes' real shares: p_c * prior_c / balanced_c,
 * normalised.  Nothing to do for other nets.
 */
void score_correct(const struct encoder *enc, float *p, size_t rows);

/* An output of a regression net in the response's own units. */
double score_value(const struct encoder *enc, enum net_loss loss, float f);

#endif
