/*
 * tally_int.h - statistics of chunks, added up to those of a column.
 *
 * Sums run in a fixed order and groups are merged in theirs (Chan, Golub and
 * LeVeque 1983, "Algorithms for computing the sample variance"), so the same
 * values always give the same bits, whoever encoded them.
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
	double min, max, mean, m2;
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

#endif
