/* train_clock.c - what a run has taken: time and memory. */
#include <sys/resource.h>

#include "dltools/clock.h"
#include "model/train_int.h"

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
	double now = t->ended > 0 ? t->ended : clock_now();

	return now - t->began + t->before_s;
}
