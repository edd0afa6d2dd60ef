/*
 * trainer.c - picks the engine that trains a net.
 */
#include "nn/trainer_int.h"

#include "dltools/mem.h"

struct trainer {
	const struct engine *engine;
	void *state;
};

struct trainer *
trainer_new(struct net *net, struct pool *pool,
	    const struct train_options *options, struct err *e)
{
	struct trainer *t = mem_zalloc(1, sizeof(*t), e);

	if (!t)
		return NULL;
	t->engine = &engine_online;
	t->state = t->engine->new(net, pool, options, e);
	if (!t->state) {
		mem_free(t);
		return NULL;
	}
	return t;
}

void
trainer_free(struct trainer *t)
{
	if (!t)
		return;
	t->engine->free(t->state);
	mem_free(t);
}

int64_t
trainer_run(struct trainer *t, const struct row_feed *feed, int64_t first,
	    int64_t count, struct err *e)
{
	return t->engine->run(t->state, feed, first, count, e);
}

int64_t
trainer_block_end(const struct trainer *t, int64_t position)
{
	return t->engine->block_end(t->state, position);
}

void
trainer_facts(const struct trainer *t, struct trainer_facts *facts)
{
	t->engine->facts(t->state, facts);
}
