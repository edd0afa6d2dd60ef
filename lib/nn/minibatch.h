/*
 * minibatch.h - training by mini-batches: the mean gradient of B rows, l1 and
 * l2 once, one optimizer step.  The trainer (net.h) comes here when
 * mini_batch > 1, or for rules that the online engine has not: Adam, a
 * schedule, weight averaging.
 *
 * The work of a mini-batch is split over the threads by units and inputs, so
 * any number of threads gives the same bits.  Weights and state are copied out
 * of the net at the start of a run, if something else changed it, and back when
 * settled.
 *
 * Batches end at multiples of B of the position (samples presented), and where
 * a run ends.
 *
 * Adam and the averages count steps by position, from where their state began;
 * with fast_mode a weight is left alone by a mini-batch in which its unit's
 * gradient is 0 in all rows, or its input was dropped from all rows, or its
 * sparse input is in none of them.
 */
#ifndef DLTOOLS_NN_MINIBATCH_H
#define DLTOOLS_NN_MINIBATCH_H

#include "dltools/net.h"

struct minibatch;

/* Borrows net and pool. */
struct minibatch *minibatch_new(struct net *net, struct pool *pool,
				const struct train_options *options,
				struct err *e) MUST_USE;
void minibatch_free(struct minibatch *mb);

/* As trainer_run, trainer_settle, trainer_block_end and trainer_facts. */
int64_t minibatch_run(struct minibatch *mb, const struct row_feed *feed,
		      int64_t first, int64_t count, struct err *e) MUST_USE;
int minibatch_settle(struct minibatch *mb, struct err *e) MUST_USE;
int64_t minibatch_block_end(const struct minibatch *mb, int64_t position);
void minibatch_facts(const struct minibatch *mb, struct trainer_facts *facts);

#endif
