/* train_clock.c - what a run has taken: time, processor time, memory. */
#include <sys/resource.h>
#include <time.h>

#include "model/train_int.h"

double
train_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double
train_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

double
train_peak_memory(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
#ifdef __APPLE__
	return (double)u.ru_maxrss; /* bytes there, kilobytes elsewhere */
#else
	return (double)u.ru_maxrss * 1024;
#endif
}

double
train_elapsed(const struct train *t)
{
	double now = t->ended > 0 ? t->ended : train_clock();

	return now - t->began + t->before_s;
}
