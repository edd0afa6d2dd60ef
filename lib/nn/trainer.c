/*
 * trainer.c - picks the engine that trains a net.
 */
#include "nn/trainer_int.h"

#include "dltools/mem.h"

struct trainer {
	const struct engine *engine;
	void *state;
};

static const struct engine *
choose(const struct net *net, const struct train_options *options)
{
	const struct net_rule *rule = net_rule(net);
	bool batch = rule->mini_batch > 1 ||
		     rule->optimizer == OPTIMIZER_ADAM ||
		     rule->schedule != SCHEDULE_CONSTANT ||
		     rule->average_decay > 0;

	if (batch)
		return &engine_minibatch;
	return options->threading == THREADING_HOGWILD ? &engine_hogwild :
	       &engine_online;
}

struct trainer *
trainer_new(struct net *net, struct pool *pool,
	    const struct train_options *options, struct err *e)
{
	struct trainer *t = mem_zalloc(1, sizeof(*t), e);

	if (!t)
		return NULL;
	t->engine = choose(net, options);
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

int
trainer_settle(struct trainer *t, struct err *e)
{
	return t->engine->settle ? t->engine->settle(t->state, e) : 0;
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
