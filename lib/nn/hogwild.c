/*
 * hogwild.c - Hogwild training (Recht, Re, Wright, Niu 2011): every thread
 * takes its own blocks of rows and updates all weights, unlocked.
 *
 * A plain float that two threads touch at once is undefined in C, and atomic
 * floats are not vectorized.  So each thread copies the rows it needs into
 * memory of its own with relaxed atomic moves (base/relaxed.h), runs the
 * ordinary kernels there and copies them back the same way: defined, and every
 * stored weight is one that some thread computed.  Two threads in the
 * same rows at once lose one of the updates, as in the original.
 *
 * Owner computes (online.c) is faster on every net that was measured and
 * repeats its bits, so `auto` never comes here.
 */
#include <stdatomic.h>

#include "base/relaxed.h"
#include "dltools/mem.h"
#include "nn/online_int.h"

/* ---- rows of weights ------------------------------------------------- */

float *
rows_of(const struct turn *t, const struct params_block *p, size_t row,
	size_t rows, size_t state, size_t to)
{
	float *own = p->v[state] + row * p->ld;

	if (!t->o->tile[to])
		return own;
	relaxed_copy_in(t->o->tile[to], own, rows * p->ld);
	return t->o->tile[to];
}

void
rows_done(const struct turn *t, const struct params_block *p, size_t row,
	  size_t rows, size_t states)
{
	for (size_t i = 0; i <= states && t->o->tile[i]; i++)
		relaxed_copy_out(p->v[i] + row * p->ld, t->o->tile[i],
				 rows * p->ld);
}

/* ---- the engine ------------------------------------------------------ */

struct hogwild {
	struct pool *pool;
	struct online **member; /* one for each thread */
	unsigned threads;
};

struct chase {
	struct hogwild *h;
	const struct row_feed *feed;
	_Atomic int64_t next;
	int64_t last;
	struct job *bad; /* [threads]; bad >= 0 where a row was not finite */
};

static void
hogwild_free(void *engine)
{
	struct hogwild *h = engine;

	if (!h)
		return;
	for (unsigned i = 0; h->member && i < h->threads; i++)
		online_free(h->member[i]);
	mem_free(h->member);
	mem_free(h);
}

static void *
hogwild_new(struct net *net, struct pool *pool,
	    const struct train_options *options, struct err *e)
{
	struct hogwild *h = mem_zalloc(1, sizeof(*h), e);

	if (!h)
		return NULL;
	h->pool = pool;
	h->threads = pool_threads(pool);
	h->member = mem_zalloc(h->threads, sizeof(struct online *), e);
	for (unsigned i = 0; h->member && i < h->threads; i++) {
		h->member[i] = online_make(net, pool, options, 1, true, e);
		if (!h->member[i])
			break;
		if (i + 1 == h->threads)
			return h;
	}
	hogwild_free(h);
	return NULL;
}

/* Blocks one after another until none is left. */
static void
chase(void *arg, unsigned thread, unsigned threads)
{
	struct chase *c = arg;
	struct online *o = c->h->member[thread];
	int64_t first = atomic_load(&c->next), end;

	(void)threads;
	for (;;) {
		struct job job = { .o = o, .feed = c->feed, .bad = -1 };

		do {
			end = online_block_end(o, first + 1);
			end = end < c->last ? end : c->last;
		} while (first < c->last &&
			 !atomic_compare_exchange_weak(&c->next, &first, end));
		if (first >= c->last)
			return;
		job.first = first;
		job.last = end;
		online_work(&job, 0, 1);
		if (job.bad >= 0) {
			c->bad[thread] = job;
			atomic_store(&c->next, c->last);
			return;
		}
		first = atomic_load(&c->next);
	}
}

static int64_t
hogwild_run(void *engine, const struct row_feed *feed, int64_t first,
	    int64_t count, struct err *e)
{
	struct hogwild *h = engine;
	struct job *bad = mem_zalloc(h->threads, sizeof(*bad), e);
	const volatile sig_atomic_t *stop = h->member[0]->options.stop;
	int64_t at = first, done = -1;

	if (!bad)
		return -1;
	for (unsigned i = 0; i < h->threads; i++) {
		bad[i].bad = -1;
		online_set_rule(h->member[i]);
	}
	while (at < first + count && !(stop && *stop)) {
		struct chase c = { .h = h, .feed = feed, .next = at,
				   .bad = bad };

		c.last = online_block_end(h->member[0],
					  at + 64 * h->threads);
		if (c.last > first + count)
			c.last = first + count;
		pool_run(h->pool, chase, &c);
		for (unsigned i = 0; i < h->threads; i++)
			if (bad[i].bad >= 0) {
				done = online_report(bad[i].o, &bad[i], e);
				goto out;
			}
		at = c.last;
	}
	done = at - first;
out:
	mem_free(bad);
	return done;
}

static int64_t
hogwild_end(const void *engine, int64_t position)
{
	const struct hogwild *h = engine;

	return online_block_end(h->member[0], position);
}

static void
hogwild_facts(const void *engine, struct trainer_facts *facts)
{
	const struct hogwild *h = engine;

	engine_online.facts(h->member[0], facts);
	facts->threading = "hogwild";
	facts->threads = h->threads;
}

const struct engine engine_hogwild = {
	hogwild_new, hogwild_free, hogwild_run, NULL, hogwild_end,
	hogwild_facts,
};
