/*
 * frame_verify.c - every byte read, every statistic computed anew.
 */
#include "frame_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "codec_int.h"

static int
add_levels(int64_t *counts, size_t levels, const struct tally *t,
	   struct err *e)
{
	size_t i;

	for (i = 0; i < t->codes; i++) {
		if (t->code[i] >= levels)
			return err_set(e, ERR_INPUT, "level");
		counts[t->code[i]] += t->times[i];
	}
	return 0;
}

/* A column that is mostly zeros costs what is not: the sums are the same. */
static int
tally_group(const struct frame *f, size_t group, size_t column,
	    struct chunk *c, struct tally *t, struct err *e)
{
	const struct frame_column *col = frame_column(f, column);
	size_t entries;

	if (col->type == COLUMN_NUM && !col->stats.missing &&
	    col->stats.zeros > col->stats.count / 2) {
		if (frame_read_entries(f, group, column, c, &entries, e) < 0)
			return -1;
		if (!c->missing)
			return tally_entries(t, c, entries, e);
	}
	if (frame_read(f, group, column, c, e) < 0)
		return -1;
	return codec_tally(t, c, e);
}

int
frame_tally(const struct frame *f, size_t column, struct tally *sum,
	    int64_t *counts, struct err *e)
{
	size_t group, levels = frame_column(f, column)->levels.n;
	struct chunk c = {0};
	struct tally t = {0};
	int status = 0;

	for (group = 0; status == 0 && group < frame_groups(f); group++) {
		status = tally_group(f, group, column, &c, &t, e);
		if (status == 0)
			status = add_levels(counts, levels, &t, e);
		if (status == 0)
			status = tally_merge(sum, &t, e);
		tally_release(&t);
	}
	chunk_release(&c);
	return status;
}

static bool
same_real(double a, double b)
{
	return a == b || (a != a && b != b);
}

/* Versions before summed otherwise: means and sds differ in rounding. */
static bool
near_real(double a, double b, const struct column_stats *s)
{
	double most = fmax(fabs(s->min), fabs(s->max));

	return same_real(a, b) || fabs(a - b) <= 1e-9 * most;
}

static bool
same_stats(const struct column_stats *a, const struct column_stats *b)
{
	return a->count == b->count && a->missing == b->missing &&
	       a->zeros == b->zeros && a->distinct == b->distinct &&
	       same_real(a->min, b->min) && same_real(a->max, b->max) &&
	       near_real(a->mean, b->mean, a) && near_real(a->sd, b->sd, a);
}

static int
verify_column(const struct frame *f, size_t column, struct err *e)
{
	const struct frame_column *c = frame_column(f, column);
	int64_t *counts = mem_zalloc(c->levels.n, sizeof *counts, e);
	struct tally sum = {0};
	struct column_stats stats;
	int status = -1;
	size_t i;

	if (!counts || frame_tally(f, column, &sum, counts, e) < 0)
		goto out;
	tally_stats(&sum, c->type, &stats);
	for (i = 0; i < c->levels.n; i++)
		stats.distinct += counts[i] > 0;
	if (!same_stats(&stats, &c->stats) ||
	    c->is_integer != tally_is_integer(&sum, c->type) ||
	    (c->levels.n && memcmp(counts, c->level_counts,
				   c->levels.n * sizeof *counts) != 0))
		err_set(e, ERR_INPUT, "'%s': column '%s': damaged: the "
			"statistics are not those of the values",
			frame_path(f), c->name);
	else
		status = 0;
out:
	tally_release(&sum);
	mem_free(counts);
	return status;
}

int
frame_verify(const struct frame *f, struct err *e)
{
	size_t i;

	for (i = 0; i < frame_columns(f); i++)
		if (verify_column(f, i, e) < 0)
			return -1;
	return 0;
}
