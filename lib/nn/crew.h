/*
 * crew.h - whether the whole team or one thread alone trains; not public.
 *
 * The whole team works until it waits for a large part of the time (another
 * program has one of the cores, or the net is small).  Then a lone thread is
 * tried, and the faster of the two goes on until the next trial.
 */
#ifndef DLTOOLS_CREW_H
#define DLTOOLS_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crew {
	unsigned threads;
	double job_ns; /* how long a job takes, about */
	int64_t rows;  /* of the next job */
	bool alone;    /* one thread does the next job */
	bool trial;    /* the other of the two is being tried */
	int since;     /* jobs since the last trial */
	int patience;  /* jobs until a lone thread tries the team */
	double ns_row; /* of the choice, before the trial */
	size_t block;  /* that ns_row was measured with */
};

/* What the last job took. */
struct crew_job {
	double ns_row;
	double waited; /* share of the time that the leading thread waited */
	size_t block;  /* rows of its blocks */
};

/* The team begins, with a job of so many rows. */
void crew_init(struct crew *crew, unsigned threads, int64_t rows,
	       double job_ns);
/* After a job: who does the next, and how long it is. */
void crew_choose(struct crew *crew, const struct crew_job *job);

#endif
