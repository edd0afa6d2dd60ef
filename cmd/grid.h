/*
 * grid.h - what the files of dl-grid share.
 */
#ifndef CMD_GRID_H
#define CMD_GRID_H

#include <dltools/search.h>

#include "cli.h"

enum grid_format { GRID_OPTIONS, GRID_TSV, GRID_JSON };

struct grid_output {
	enum grid_format format;
	bool no_id;
	const char *config_dir; /* or NULL: ID.conf for each run */
	struct str text;        /* what goes to standard output */
	/* ids that were put, so that no run comes twice: a hash table,
	 * 0 is free */
	uint64_t *seen;
	size_t size;            /* a power of two, or 0 */
	size_t lines;
};

void grid_output_release(struct grid_output *out);

/* One run; extra options, such as --checkpoint, follow or are NULL. */
int grid_put(struct grid_output *out, const struct params *p,
	     const char *extra, struct err *e) MUST_USE;

struct grid_halving {
	double eta;
	double max_epochs;      /* 0: none */
	const char *results;
	const char *checkpoint; /* {} is the id of the run before */
};

/* The next rung: the best of the last one, with eta times its epochs. */
int grid_halve(const struct grid_halving *h, const struct search *s,
	       struct grid_output *out, struct err *e) MUST_USE;

#endif
