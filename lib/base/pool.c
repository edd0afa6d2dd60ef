/*
 * pool.c - a fixed team of threads with a barrier; see pool.h.
 *
 * Everybody waits the same way: spin SPINS times on a generation counter, then
 * sleep on a condition variable.  On a free core the partner arrives within
 * the spin (a barrier costs well under a microsecond); on a busy one the
 * sleeper gives its core to whoever needs it.
 *
 * Sleeping is announced (sleepers, sequentially consistent) before the counter
 * is looked at again, and the waker bumps the counter before it looks at
 * sleepers: one of the two sees the other, so no wake-up is lost.
 */
#define _GNU_SOURCE /* sched_getaffinity */
#include <dltools/pool.h>

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/clock.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#define SPINS 4000 /* about 40 us with the pause instruction of x86-64 */
#define STACK ((size_t)1 << 20) /* at least: kernels take up to 150 KiB */

/* A counter that threads can wait on; alone in its cache line. */
struct gate {
	_Alignas(64) atomic_uint generation;
	_Alignas(64) atomic_uint sleepers;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned spins; /* before a thread goes to sleep */
};

struct member {
	struct pool *pool;
	unsigned thread;
	pthread_t id;
};

struct pool {
	struct gate start, done, meet;
	_Alignas(64) atomic_uint arrived;
	_Alignas(64) atomic_uint finished;
	unsigned threads;
	unsigned running; /* workers that were started */
	struct member *member;
	pool_fn *work;
	void *arg;
	bool quit;
	double waited;
	pthread_t leader;
};

static void
relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

static void
gate_init(struct gate *g, unsigned spins)
{
	g->spins = spins;
	atomic_init(&g->generation, 0);
	atomic_init(&g->sleepers, 0);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->wake, NULL);
}

static void
gate_destroy(struct gate *g)
{
	pthread_mutex_destroy(&g->lock);
	pthread_cond_destroy(&g->wake);
}

static void
gate_open(struct gate *g)
{
	atomic_fetch_add(&g->generation, 1);
	if (atomic_load(&g->sleepers) == 0)
		return;
	pthread_mutex_lock(&g->lock);
	pthread_cond_broadcast(&g->wake);
	pthread_mutex_unlock(&g->lock);
}

/* Waits until the generation is no longer `seen`. */
static void
gate_wait(struct gate *g, unsigned seen)
{
	unsigned spin;

	for (spin = 0; spin < g->spins; spin++) {
		if (atomic_load_explicit(&g->generation,
					 memory_order_acquire) != seen)
			return;
		relax();
	}
	pthread_mutex_lock(&g->lock);
	atomic_fetch_add(&g->sleepers, 1);
	while (atomic_load(&g->generation) == seen)
		pthread_cond_wait(&g->wake, &g->lock);
	atomic_fetch_sub(&g->sleepers, 1);
	pthread_mutex_unlock(&g->lock);
}

void
pool_barrier(struct pool *p)
{
	unsigned seen;
	double since;

	if (p->threads == 1)
		return;
	seen = atomic_load(&p->meet.generation);
	if (atomic_fetch_add(&p->arrived, 1) + 1 == p->threads) {
		atomic_store(&p->arrived, 0);
		gate_open(&p->meet);
		return;
	}
	if (!pthread_equal(pthread_self(), p->leader)) {
		gate_wait(&p->meet, seen);
		return;
	}
	since = clock_now();
	gate_wait(&p->meet, seen);
	p->waited += clock_now() - since;
}

static void *
member_main(void *arg)
{
	struct member *m = arg;
	struct pool *p = m->pool;
	unsigned seen = 0;

	for (;; seen++) {
		gate_wait(&p->start, seen);
		if (p->quit)
			return NULL;
		p->work(p->arg, m->thread, p->threads);
		if (atomic_fetch_add(&p->finished, 1) + 1 == p->running)
			gate_open(&p->done);
	}
}

static unsigned
affinity_cpus(void)
{
#ifdef __linux__
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (unsigned)CPU_COUNT(&set);
#endif
	return (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
}

/* As pthread_create(), with the system's stack, or a larger one of ours. */
static int
start_member(struct member *m)
{
	pthread_attr_t attr;
	size_t stack = 0;
	int rc = pthread_attr_init(&attr);

	if (rc != 0)
		return rc;
	if (pthread_attr_getstacksize(&attr, &stack) == 0 && stack < STACK)
		(void)pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&m->id, &attr, member_main, m);
	pthread_attr_destroy(&attr);
	return rc;
}

struct pool *
pool_new(unsigned threads, struct err *e)
{
	struct pool *p;
	sigset_t all, before;
	unsigned t, spins;

	if (threads < 1)
		threads = 1;
	p = mem_zalloc_aligned(1, sizeof(*p), e);
	if (!p)
		return NULL;
	/* more threads than processors take the time of those they wait for */
	spins = threads > affinity_cpus() ? 0 : SPINS;
	gate_init(&p->start, spins);
	gate_init(&p->done, spins);
	gate_init(&p->meet, spins);
	p->threads = threads;
	p->leader = pthread_self();
	p->member = mem_zalloc(threads, sizeof(*p->member), e);
	if (!p->member) {
		pool_free(p);
		return NULL;
	}
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (t = 1; t < threads; t++) {
		p->member[t].pool = p;
		p->member[t].thread = t;
		if (start_member(&p->member[t]) != 0)
			break;
		p->running++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (t < threads) {
		err_set(e, ERR_OUTPUT, "cannot start thread %u of %u", t + 1,
			threads);
		pool_free(p);
		return NULL;
	}
	return p;
}

void
pool_free(struct pool *p)
{
	unsigned t;

	if (!p)
		return;
	if (p->running) {
		p->quit = true;
		gate_open(&p->start);
		for (t = 1; t <= p->running; t++)
			pthread_join(p->member[t].id, NULL);
	}
	gate_destroy(&p->start);
	gate_destroy(&p->done);
	gate_destroy(&p->meet);
	mem_free(p->member);
	mem_free(p);
}

unsigned
pool_threads(const struct pool *p)
{
	return p->threads;
}

double
pool_waited(const struct pool *p)
{
	return p->waited;
}

void
pool_run(struct pool *p, pool_fn *work, void *arg)
{
	unsigned seen;

	p->leader = pthread_self();
	if (p->threads == 1) {
		work(arg, 0, 1);
		return;
	}
	p->work = work;
	p->arg = arg;
	atomic_store(&p->finished, 0);
	seen = atomic_load(&p->done.generation);
	gate_open(&p->start);
	work(arg, 0, p->threads);
	gate_wait(&p->done, seen);
}

/* Processors allowed by the control group's quota, 0 if it sets none. */
static unsigned
quota_cpus(void)
{
	double quota, period;
	char text[64];
	FILE *f = fopen("/sys/fs/cgroup/cpu.max", "re");
	unsigned n = 0;

	if (!f)
		return 0;
	/* "max 100000" has no number first, so it is no quota */
	if (fgets(text, sizeof(text), f) &&
	    sscanf(text, "%lf %lf", &quota, &period) == 2 && period > 0)
		n = (unsigned)(quota / period + 0.5) > 0
			? (unsigned)(quota / period + 0.5) : 1;
	fclose(f);
	return n;
}

unsigned
pool_default_threads(void)
{
	const char *env = getenv("DLTOOLS_THREADS");
	unsigned cpus = affinity_cpus(), quota = quota_cpus();
	struct err e;
	int64_t n;

	if (env && *env && num_parse_int(env, 1, POOL_MOST, &n, &e) == 0)
		return (unsigned)n;
	if (quota && quota < cpus)
		cpus = quota;
	return cpus < 1 ? 1 : cpus;
}
