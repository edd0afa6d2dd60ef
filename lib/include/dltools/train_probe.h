/*
 * train_probe.h - how fast a run is going to be, measured on the run itself
 * before it is made: for --dry-run.
 */
#ifndef DLTOOLS_TRAIN_PROBE_H
#define DLTOOLS_TRAIN_PROBE_H

#include "err.h"
#include "str.h"
#include "train.h"

#define TRAIN_PROBES 8

/* Speeds in samples / s, times in seconds. */
struct train_probe {
	struct {
		unsigned threads;
		double speed;
	} tried[TRAIN_PROBES];
	size_t tries;
	size_t best;      /* of tried[] */
	double speed;     /* with the threads of the run */
	double score_s;   /* one scoring event */
	double events;    /* how many there will be, about */
	double seconds;   /* the whole run */
	double bytes;     /* memory that it takes, about */
};

/*
 * Trains for about `seconds` in all, with as many threads as the run has and
 * with others, from the sample on where blocks of rows have grown.  The weights
 * are not good for anything afterwards.
 */
int train_probe_run(struct train *t, double seconds, struct train_probe *p,
		    struct err *e) MUST_USE;

/* Lines for people; models: how many such runs there will be. */
void train_probe_text(const struct train *t, const struct train_probe *p,
		      size_t models, struct str *out);

#endif
