/*
 * tally_int.h - statistics of chunks, added up to those of a column.
 *
 * Sums run in a fixed order and groups are merged in theirs (Chan, Golub and
 * LeVeque 1983, "Algorithms for computing the sample variance"), so the same
 * values always give the same bits, whoever encoded them.  What a double of the
 * mean leaves over is kept, for groups far from 0 with values close to each
 * other (1e15 + 0, 1, 2); numbers so large or small that their squares are no
 * doubles are scaled by a power of two.
 */
#ifndef DATA_TALLY_INT_H
#define DATA_TALLY_INT_H

#include <dltools/frame.h>

/* Distinct values are counted one by one up to this many, then estimated. */
#define DISTINCT_EXACT 4096

/*
 * A set of 64-bit keys: all of them, ascending, or, beyond DISTINCT_EXACT,
 * the registers of a HyperLogLog sketch (Flajolet et al. 2007, with the
 * estimator of Ertl 2017, arXiv:1702.01284).
 */
struct distinct {
	uint64_t *key;
	size_t n;
	unsigned char *reg; /* not NULL: a sketch, and no keys */
};

int distinct_from_keys(struct distinct *d, const uint64_t *key, size_t n,
		       struct err *e) MUST_USE;
int distinct_merge(struct distinct *d, const struct distinct *other,
		   struct err *e) MUST_USE;
/* Exact, or minus the estimate. */
int64_t distinct_count(const struct distinct *d);
void distinct_release(struct distinct *d);

struct tally {
	int64_t count, missing, zeros;
	bool fraction; /* some value is no integer */
	double min, max;
	/* of values times 2^-exponent: the mean is the sum of two */
	double mean, mean_low, m2;
	int exponent;
	struct distinct distinct;
	uint32_t *code; /* enum: codes that occur, ascending */
	int64_t *times; /* and how often */
	size_t codes;
};

/* c has no mask; `missing` rows are to be counted beside it. */
int tally_chunk(struct tally *t, const struct chunk *c, size_t missing,
		struct err *e) MUST_USE;
/*
 * The same, to the last bit, for numbers without their zeros, as
 * chunk_encode_entries() has them.
 */
int tally_entries(struct tally *t, const struct chunk *c, size_t entries,
		  struct err *e) MUST_USE;
/* Adds everything but the codes. */
int tally_merge(struct tally *t, const struct tally *other,
		struct err *e) MUST_USE;
void tally_stats(const struct tally *t, enum column_type type,
		 struct column_stats *stats);
/* Is a num column of integers only? */
bool tally_is_integer(const struct tally *t, enum column_type type);
void tally_release(struct tally *t);

/* ---- moments: tally_moments.c ---------------------------------------- */

/* Value k stands in row[k], in row k where row is NULL; the others are 0. */
struct tally_values {
	const double *v;
	const uint32_t *row;
	size_t n;
};

/* Of numbers: zeros, extremes, mean, m2; t has its count and first extremes. */
void tally_moments(struct tally *t, const struct tally_values *x);
/* By the extremes. */
void tally_set_exponent(struct tally *t);
/* The mean of values whose differences to `about` add up to sum + rest. */
void tally_set_mean(struct tally *t, double about, double sum, double rest);
/* Both have a count; that of t is of before. */
void tally_merge_moments(struct tally *t, const struct tally *other);
/* sd is left alone unless there are two values. */
void tally_mean_sd(const struct tally *t, double *mean, double *sd);

#endif
