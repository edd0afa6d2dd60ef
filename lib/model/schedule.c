/*
 * schedule.c - iteration lengths and the order of rows.
 */
#include "model/schedule.h"

#include <math.h>

#include "dltools/mem.h"

/* 0.1 epochs of 70 rows are 7 rows: products are rounded where they are whole
 * but for the last bits. */
static double
whole(double x)
{
	double r = nearbyint(x);

	return fabs(x - r) <= 1e-9 * fmax(1, fabs(x)) ? r : x;
}

static int64_t
clamp(double x, int64_t low, int64_t high)
{
	if (x < (double)low)
		return low;
	return x > (double)high ? high : (int64_t)x;
}

static int64_t
iteration_rows(int64_t asked, double epochs, int64_t rows)
{
	double all = whole(epochs * (double)rows);

	if (asked == -2)
		return clamp(floor(whole(all / 10)), 1,
			     rows < 100000 ? rows : 100000);
	if (asked <= 0)
		return rows;
	return clamp(floor(all), 1, asked);
}

void
schedule_init(struct schedule *s, int64_t rows, double epochs, int64_t asked,
	      uint64_t seed)
{
	s->rows = rows;
	s->epochs = epochs;
	s->per_iteration = iteration_rows(asked, epochs, rows);
	s->batch = 1;
	s->key = rng_key(seed, RNG_SHUFFLE);
	s->subset = NULL;
	s->share = NULL;
}

static int64_t
whole_batches(const struct schedule *s, int64_t samples)
{
	int64_t over = samples % s->batch;

	return over > 0 ? samples + s->batch - over : samples;
}

/* As many steps from `from` as reach the target, at least `least`. */
static int64_t
reach(double target, int64_t from, int64_t step, int64_t least)
{
	double steps = ceil(whole((target - (double)from) / (double)step));

	return from + step * clamp(steps, least, (INT64_MAX / 2 - from) / step);
}

/* Iterations of whole mini-batches may reach the epochs earlier. */
int64_t
schedule_end(const struct schedule *s, int64_t samples)
{
	double target = whole(s->epochs * (double)s->rows);
	int64_t end, first, batches;

	if (target <= (double)samples)
		return samples;
	end = reach(target, samples, s->per_iteration, 1);
	first = whole_batches(s, samples + s->per_iteration);
	batches = reach(target, first, whole_batches(s, s->per_iteration), 0);
	return batches < end ? batches : end;
}

int64_t
schedule_next(const struct schedule *s, int64_t origin, int64_t from)
{
	int64_t end = schedule_end(s, origin);
	int64_t next = whole_batches(s, from + s->per_iteration);

	return from < end && next > end ? end : next;
}

/* The row on which point number k of this epoch falls. */
static uint64_t
weighted_row(const struct schedule *s, uint64_t epoch, uint64_t k)
{
	uint64_t low = 0, high = (uint64_t)s->rows - 1, mid;
	double shift = rng_uniform(s->key, epoch, 0);
	double point = ((double)k + shift) / (double)s->rows * s->share[high];

	while (low < high) {
		mid = low + (high - low) / 2;
		if (s->share[mid] > point)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

int64_t
schedule_row(const struct schedule *s, int64_t position)
{
	uint64_t rows = (uint64_t)s->rows;
	uint64_t epoch = (uint64_t)position / rows;
	uint64_t row = rng_permute(s->key, epoch, (uint64_t)position % rows,
				   rows);

	if (s->share)
		row = weighted_row(s, epoch, row);
	return s->subset ? s->subset[row] : (int64_t)row;
}

/* Row i is picked if its place in a permutation is one of the first n. */
int
schedule_sample(int64_t rows, int64_t n, struct rng_key key, int64_t **picked,
		int64_t *count, struct err *e)
{
	if (n > rows)
		n = rows;
	*count = 0;
	*picked = mem_zalloc((size_t)n, sizeof(int64_t), e);
	if (!*picked)
		return -1;
	for (int64_t i = 0; i < rows; i++)
		if (n == rows || rng_permute(key, 0, (uint64_t)i,
					     (uint64_t)rows) < (uint64_t)n)
			(*picked)[(*count)++] = i;
	return 0;
}
