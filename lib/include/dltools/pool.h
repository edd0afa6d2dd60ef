/*
 * pool.h - a fixed team of threads with a barrier.
 *
 *	struct pool *p = pool_new(2, &e);
 *
 *	pool_run(p, work, arg);    work(arg, thread, threads) on every thread
 *	pool_free(p);
 *
 * pool_run returns when all threads have returned from work; the caller is
 * thread 0.  Inside work the team may meet at pool_barrier().  Waiting spins
 * for a short while, then sleeps (futex or condition variable), so a core that
 * is taken away costs a scheduler delay, not a spinning partner.  All signals
 * are blocked in the workers.  One pool_run at a time.
 */
#ifndef DLTOOLS_POOL_H
#define DLTOOLS_POOL_H

#include "err.h"

struct pool;

/* Threads of a pool at most, as options and $DLTOOLS_THREADS allow. */
#define POOL_MOST 1024

typedef void pool_fn(void *arg, unsigned thread, unsigned threads);

struct pool *pool_new(unsigned threads, struct err *e) MUST_USE;
void pool_free(struct pool *p);
unsigned pool_threads(const struct pool *p);
void pool_run(struct pool *p, pool_fn *work, void *arg);

/*
 * Waits until every thread of the running pool_run has called it.  What was
 * written before is seen after.
 */
void pool_barrier(struct pool *p);

/* Seconds that thread 0 has spent waiting in barriers since pool_new. */
double pool_waited(const struct pool *p);

/*
 * Processors this process may use: affinity mask and cgroup CPU quota, at
 * least 1.  $DLTOOLS_THREADS, if a positive number, overrides.
 */
unsigned pool_default_threads(void);

#endif
