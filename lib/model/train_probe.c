/*
 * train_probe.c - a short training run before the long one; see train_probe.h.
 *
 * Blocks of rows are small at the start of a run and training is slower there,
 * so the probe presents samples from a later position on.
 */
#include "dltools/train_probe.h"

#include <math.h>
#include <stdio.h>

#include "dltools/clock.h"
#include "dltools/mem.h"
#include "model/train_int.h"

#define PROBE_FROM 16384 /* samples: blocks have their full size */
#define PROBE_ROWS 32    /* the least to be timed */

/* Samples per second of a trainer, 0 if it diverged; -1: failed. */
static double
speed_of(struct train *t, struct trainer *trainer, double seconds,
	 struct err *e)
{
	int64_t from = PROBE_FROM > t->position ? PROBE_FROM : t->position;
	int64_t at = trainer_block_end(trainer, from), begun = at;
	double start = clock_now(), end = start + seconds, now = start;
	int64_t step = PROBE_ROWS;

	while (now < end || at == begun) {
		int64_t to = trainer_block_end(trainer, at + step);

		if (trainer_run(trainer, &t->feed, at, to - at, e) < 0)
			return e->code == ERR_NUMERIC ? 0 : -1;
		at = to;
		now = clock_now();
		if (now - start < seconds / 8 && step < INT64_MAX / 4)
			step *= 2;
	}
	return (double)(at - begun) / (now - start);
}

static struct trainer *
make_trainer(struct train *t, struct pool *pool, struct err *e)
{
	struct train_options o;

	train_trainer_options(&t->model.params, &o);
	return trainer_new(t->model.net, pool, &o, e);
}

static int
try_threads(struct train *t, unsigned threads, double seconds,
	    struct train_probe *p, struct err *e)
{
	struct pool *pool = pool_new(threads, e);
	struct trainer *trainer = pool ? make_trainer(t, pool, e) : NULL;
	double speed = trainer ? speed_of(t, trainer, seconds, e) : -1;

	trainer_free(trainer);
	pool_free(pool);
	if (speed < 0)
		return -1;
	p->tried[p->tries].threads = threads;
	p->tried[p->tries].speed = speed;
	if (speed > p->tried[p->best].speed)
		p->best = p->tries;
	p->tries++;
	return 0;
}

/* 1, 2, 4... and all there are, the run's own number first. */
static int
try_all(struct train *t, double seconds, struct train_probe *p, struct err *e)
{
	unsigned own = pool_threads(t->pool), most = pool_default_threads();
	double share = seconds / (2 + log2((double)most));

	if (try_threads(t, own, share, p, e) < 0)
		return -1;
	p->speed = p->tried[0].speed;
	for (unsigned n = 1; n <= most && p->tries < TRAIN_PROBES;
	     n = n < most && 2 * n > most ? most : 2 * n)
		if (n != own && try_threads(t, n, share, p, e) < 0)
			return -1;
	return 0;
}

static int
time_scoring(struct train *t, struct train_probe *p, struct err *e)
{
	double start = clock_now();
	struct metrics m = {0};
	int rc = forward_repack(t->forward, e);

	if (rc == 0)
		rc = train_score_set(t, &t->training, &m, e);
	metrics_release(&m);
	if (rc == 0 && t->validation.rows)
		rc = train_score_set(t, &t->validation, &m, e);
	metrics_release(&m);
	for (size_t i = 0; i < t->model.others && rc == 0; i++) {
		rc = train_score_set(t, &t->other[i], &m, e);
		metrics_release(&m);
	}
	p->score_s = clock_now() - start;
	return rc;
}

/* After each iteration, or as the clock allows. */
static void
estimate(struct train *t, struct train_probe *p)
{
	const struct params *o = &t->model.params;
	int64_t end = schedule_end(&t->schedule, t->origin);
	double train_s = p->speed > 0 ?
		(double)(end - t->position) / p->speed : NAN;
	double iterations = (double)((end - t->position) /
				     t->schedule.per_iteration);
	double apart = fmax(o->score_interval, o->score_duty_cycle > 0 ?
			    p->score_s / o->score_duty_cycle : INFINITY);

	p->events = iterations;
	if (!o->reproducible && !o->score_each_iteration)
		p->events = fmin(iterations, 2 + floor(train_s / apart));
	p->seconds = train_s + p->events * p->score_s;
	if (o->max_runtime_secs > 0)
		p->seconds = fmin(p->seconds, o->max_runtime_secs);
	p->bytes = train_memory(t);
}

int
train_probe_run(struct train *t, double seconds, struct train_probe *p,
		struct err *e)
{
	struct net_copy before = {0};
	int rc = -1;

	*p = (struct train_probe){.tries = 0};
	if (net_copy_take(&before, t->model.net, e) == 0 &&
	    time_scoring(t, p, e) == 0 && try_all(t, seconds, p, e) == 0) {
		estimate(t, p);
		rc = 0;
	}
	if (before.n)
		net_copy_give(&before, t->model.net);
	net_copy_release(&before);
	return rc;
}

static void
add_time(struct str *out, double s)
{
	if (!isfinite(s))
		str_add(out, "unknown");
	else if (s >= 3600)
		str_addf(out, "%.0f h %02.0f min", floor(s / 3600),
			 floor(fmod(s, 3600) / 60));
	else if (s >= 60)
		str_addf(out, "%.0f min %02.0f s", floor(s / 60),
			 floor(fmod(s, 60)));
	else
		str_addf(out, "%.3g s", s);
}

void
train_probe_text(const struct train *t, const struct train_probe *p,
		 size_t models, struct str *out)
{
	str_addf(out, "speed: %.4g samples/s with %u threads", p->speed,
		 pool_threads(t->pool));
	for (size_t i = 1; i < p->tries; i++)
		str_addf(out, ", %.4g with %u", p->tried[i].speed,
			 p->tried[i].threads);
	str_addf(out, "; best: -j %u\nscoring: ", p->tried[p->best].threads);
	add_time(out, p->score_s);
	str_addf(out, " an event, about %.0f events, %.1f %% of the time\n"
		 "time: about ", p->events, p->seconds > 0 ?
		 100 * p->events * p->score_s / p->seconds : 0);
	add_time(out, p->seconds);
	if (models > 1) {
		str_addf(out, " a model, %zu models: at most ", models);
		add_time(out, p->seconds * (double)models);
	}
	str_addf(out, "\nmemory in all: about %.3g MB\n", p->bytes / 1e6);
}
