/*
 * search.h - a space of training parameters, and points in it: all of a grid,
 * or a number of them drawn at random, as a Latin hypercube, or from Sobol's
 * sequence.
 *
 *	struct search s = {0};
 *	struct params p = {0};
 *
 *	search_add(&s, "hidden=64,64|200,200", &e);
 *	search_add(&s, "l1=log:1e-6..1e-3", &e);
 *	search_check(&s, SEARCH_SOBOL, &e);
 *	for (i = 0; i < 20; i++) {
 *		search_point(&s, SEARCH_SOBOL, seed, i, 20, &p, &e);
 *		search_id(&p, id);
 *	}
 *
 * An axis is NAME=VALUE|VALUE..., NAME=LOW..HIGH, NAME=log:LOW..HIGH, and with
 * :N behind HIGH N points from LOW to HIGH, evenly apart (log: in ratio).
 * Names, types and bounds are those of params.def.  Real numbers between LOW
 * and HIGH have four digits, and more where these are too coarse for the range.
 * A point depends on (seed, i, n) only.
 */
#ifndef DLTOOLS_SEARCH_H
#define DLTOOLS_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "params.h"

enum search_method {
	SEARCH_GRID,   /* every combination, the last axis fastest */
	SEARCH_RANDOM, /* each by itself; none twice if there are no ranges */
	SEARCH_LATIN,  /* each of n slices of every axis once (McKay et al.
			* 1979) */
	SEARCH_SOBOL,  /* Sobol 1967 with the directions of Joe and Kuo 2008,
			* shifted by the seed; at most SEARCH_SOBOL_MOST axes */
};

#define SEARCH_SOBOL_MOST 21
#define SEARCH_MOST 10000000 /* points of a grid */

struct search_axis {
	const struct param_info *info;
	char **value; /* choices, NULL for a range */
	size_t values;
	double low, high;
	int64_t first, last; /* the same of integers, exactly */
	bool log;
};

struct search {
	struct search_axis *axis;
	size_t n, room;
};

/* ERR_USAGE with the axis, what is wrong, and what is legal. */
int search_add(struct search *s, const char *text, struct err *e) MUST_USE;
void search_release(struct search *s);

/* Can points be taken in this way? */
int search_check(const struct search *s, enum search_method method,
		 struct err *e) MUST_USE;
/* Points of the grid; 0 if there is a range, at most SEARCH_MOST after
 * search_check(). */
int64_t search_size(const struct search *s);

/*
 * Point i of n; p, zeroed or another point of the space, gets the defaults and
 * the axes' values, which need not go together: see params_check().
 */
int search_point(const struct search *s, enum search_method method,
		 uint64_t seed, int64_t i, int64_t n, struct params *p,
		 struct err *e) MUST_USE;

/* Name of a run: 12 hexadecimal digits, a hash of params_row(). */
#define SEARCH_ID 13
int search_id(const struct params *p, char id[SEARCH_ID],
	      struct err *e) MUST_USE;

/* Element i of Sobol's sequence in a dimension, 32 bits: for tests too. */
uint32_t sobol_word(size_t dimension, uint32_t i);

#endif
