/*
 * split_quota.c - how many rows of each class go to each part.
 *
 * One class: largest remainder.  Several classes: every cell of the table
 * (class, part) is its exact share rounded down or up and the sums over classes
 * are given.  That is controlled rounding: a start that rounds up where most is
 * owed, then single units moved along paths of cells that may change, which
 * exist as long as a sum is wrong (the exact shares are a feasible flow, so an
 * integral one exists).
 */
#include "split_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

/* A share that is whole but for the last bits is whole. */
static double
exact(int64_t n, double share)
{
	double x = (double)n * share, r = nearbyint(x);

	return fabs(x - r) <= 1e-9 * fmax(1, fabs(x)) ? r : x;
}

/*
 * Floors to quota, then ones where `owed` is greatest among the cells that are
 * not whole; owed[parts] is what the part lacks, kept up to date.
 */
static void
divide(int64_t n, const double *share, size_t parts, int64_t *quota,
       double *owed)
{
	bool may[SPLIT_MAX];
	int64_t left = n;

	for (size_t p = 0; p < parts; p++) {
		double x = exact(n, share[p]);

		quota[p] = (int64_t)floor(x);
		may[p] = x > floor(x);
		owed[p] += x - floor(x);
		left -= quota[p];
	}
	for (; left > 0; left--) {
		size_t best = parts;

		for (size_t p = 0; p < parts; p++)
			if (may[p] && (best == parts ||
				       owed[p] > owed[best] + 1e-9))
				best = p;
		if (best == parts) /* rounding noise in the shares */
			best = 0;
		quota[best]++;
		owed[best]--;
		may[best] = false;
	}
}

void
split_quota(int64_t n, const double *share, size_t parts, int64_t *quota)
{
	double owed[SPLIT_MAX] = {0};

	divide(n, share, parts, quota, owed);
}

struct table {
	int64_t *quota;
	const int64_t *count;
	size_t strata, parts;
	const double *share;
};

/* A class whose cell of part `from` was rounded up and of `to` down, or -1. */
static int64_t
find_class(const struct table *t, size_t from, size_t to)
{
	for (size_t s = 0; s < t->strata; s++) {
		const int64_t *q = t->quota + s * t->parts;

		if ((double)q[from] > exact(t->count[s], t->share[from]) &&
		    (double)q[to] < exact(t->count[s], t->share[to]))
			return (int64_t)s;
	}
	return -1;
}

/* Moves one unit from part to part, through others if need be. */
static bool
move_one(struct table *t, size_t from, size_t to)
{
	size_t queue[SPLIT_MAX], head = 0, tail = 0;
	size_t before[SPLIT_MAX];
	int64_t by[SPLIT_MAX];

	for (size_t p = 0; p < t->parts; p++)
		before[p] = SPLIT_MAX;
	before[from] = from;
	queue[tail++] = from;
	while (head < tail && before[to] == SPLIT_MAX) {
		size_t at = queue[head++];

		for (size_t p = 0; p < t->parts; p++) {
			if (before[p] != SPLIT_MAX ||
			    (by[p] = find_class(t, at, p)) < 0)
				continue;
			before[p] = at;
			queue[tail++] = p;
		}
	}
	if (before[to] == SPLIT_MAX)
		return false;
	for (size_t p = to; p != from; p = before[p]) {
		int64_t *q = t->quota + (size_t)by[p] * t->parts;

		q[before[p]]--;
		q[p]++;
	}
	return true;
}

/* Sums over the classes to what they must be. */
static int
mend(struct table *t, const int64_t *total, struct err *e)
{
	int64_t sum[SPLIT_MAX] = {0};
	size_t from, to;

	for (size_t i = 0; i < t->strata * t->parts; i++)
		sum[i % t->parts] += t->quota[i];
	for (;;) {
		for (from = 0; from < t->parts && sum[from] <= total[from];)
			from++;
		for (to = 0; to < t->parts && sum[to] >= total[to];)
			to++;
		if (from == t->parts || to == t->parts)
			return 0;
		if (!move_one(t, from, to))
			return err_set(e, ERR_INTERNAL, "shares of classes "
				       "cannot be rounded");
		sum[from]--;
		sum[to]++;
	}
}

int
split_quotas(int64_t *quota, const int64_t *count, size_t strata,
	     const double *share, size_t parts, const int64_t *total,
	     struct err *e)
{
	struct table t = {quota, count, strata, parts, share};
	double owed[SPLIT_MAX] = {0};

	for (size_t s = 0; s < strata; s++)
		divide(count[s], share, parts, quota + s * parts, owed);
	return mend(&t, total, e);
}
