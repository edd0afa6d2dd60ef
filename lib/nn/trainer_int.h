/*
 * trainer_int.h - the engines behind a trainer: online (mini_batch 1), where
 * threads own units or by Hogwild, and mini-batches.  Each has its own memory
 * and runs rows first .. first+count-1 exactly as trainer_run of net.h says.
 */
#ifndef DLTOOLS_TRAINER_INT_H
#define DLTOOLS_TRAINER_INT_H

#include "dltools/net.h"

struct engine {
	void *(*new)(struct net *net, struct pool *pool,
		     const struct train_options *options, struct err *e);
	void (*free)(void *engine);
	int64_t (*run)(void *engine, const struct row_feed *feed, int64_t first,
		       int64_t count, struct err *e);
	int (*settle)(void *engine, struct err *e); /* NULL: always is */
	int64_t (*block_end)(const void *engine, int64_t position);
	void (*facts)(const void *engine, struct trainer_facts *facts);
};

extern const struct engine engine_online, engine_hogwild, engine_minibatch;

#endif
