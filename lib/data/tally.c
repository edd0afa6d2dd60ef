/*
 * tally.c - count, missing, zeros, extremes and distinct values of a chunk, and
 * how chunks add up; mean and variance are in tally_moments.c.
 */
#include "tally_int.h"

#include <math.h>
#include <string.h>

#include <xxhash.h>

#include <dltools/mem.h>

#define LANES 4 /* partial counts, so that additions need not wait */

/* Integers up to here are doubles without loss. */
#define EXACT_INT ((int64_t)1 << 53)

/* Equal numbers have equal keys, whichever form they came in. */
static uint64_t
key_of_double(double value)
{
	uint64_t bits;

	value += 0.0; /* -0 becomes 0 */
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static uint64_t
key_of_int(int64_t value)
{
	double near = (double)value;

	if ((value >= -EXACT_INT && value <= EXACT_INT) ||
	    (near < 0x1p63 && (int64_t)near == value))
		return key_of_double(near);
	return XXH3_64bits_withSeed(&value, sizeof value, 1);
}

/* ---- whole numbers of a small range: a table of counts --------------- */

/* Non-negative values have ascending keys, negative ones descending above. */
static void
add_small_keys(struct distinct *d, const uint32_t *times, int64_t low,
	       int64_t high)
{
	int64_t v;

	for (v = low > 0 ? low : 0; v <= high; v++)
		if (times[v - low])
			d->key[d->n++] = key_of_int(v);
	for (v = high < 0 ? high : -1; v >= low; v--)
		if (times[v - low])
			d->key[d->n++] = key_of_int(v);
}

static int
tally_counts(struct tally *t, const uint32_t *times, size_t values,
	     int64_t low, struct err *e)
{
	double sum = 0, d;
	size_t i;

	tally_set_exponent(t);
	t->distinct.key = mem_zalloc(values, sizeof *t->distinct.key, e);
	if (!t->distinct.key)
		return -1;
	for (i = 0; i < values; i++)
		sum += (double)i * times[i];
	tally_set_mean(t, (double)low, sum, 0);
	for (i = 0; i < values; i++) {
		d = (double)i - sum / (double)t->count;
		t->m2 += d * d * times[i];
	}
	add_small_keys(&t->distinct, times, low, low + (int64_t)values - 1);
	if (low <= 0 && -low < (int64_t)values)
		t->zeros = times[-low];
	return 0;
}

static int
tally_small(struct tally *t, const int64_t *v, size_t n, int64_t low,
	    size_t values, struct err *e)
{
	uint32_t *times = mem_zalloc(LANES * values, sizeof *times, e);
	uint32_t *lane[LANES];
	size_t i, k;
	int status;

	if (!times)
		return -1;
	for (k = 0; k < LANES; k++)
		lane[k] = times + k * values;
	for (i = 0; i + LANES <= n; i += LANES)
		for (k = 0; k < LANES; k++)
			lane[k][v[i + k] - low]++;
	for (; i < n; i++)
		times[v[i] - low]++;
	for (k = 1; k < LANES; k++)
		for (i = 0; i < values; i++)
			times[i] += lane[k][i];
	if (t->zeros) /* rows beside v[] */
		times[-low] += (uint32_t)t->zeros;
	status = tally_counts(t, times, values, low, e);
	mem_free(times);
	return status;
}

/* ---- any numbers ----------------------------------------------------- */

static bool
has_fraction(const double *v, size_t n)
{
	size_t i = 0;

	/* from 2^53 on every double is an integer; infinity is none */
	while (i < n && (fabs(v[i]) >= 0x1p53
			 ? !isinf(v[i])
			 : (double)(int64_t)v[i] == v[i]))
		i++;
	return i < n;
}

/* Keys of the values, and of a zero beside them. */
static int
tally_keys(struct tally *t, uint64_t *key, size_t n, struct err *e)
{
	key[n] = key_of_double(0);
	return distinct_from_keys(&t->distinct, key,
				  n + (t->count > (int64_t)n), e);
}

static int
tally_reals(struct tally *t, const struct tally_values *x, struct err *e)
{
	uint64_t *key = mem_zalloc(x->n + 1, sizeof *key, e);
	size_t i;
	int status;

	if (!key)
		return -1;
	t->min = t->max = t->zeros ? 0 : x->v[0] + 0.0;
	tally_moments(t, x);
	t->fraction = has_fraction(x->v, x->n);
	for (i = 0; i < x->n; i++)
		key[i] = key_of_double(x->v[i]);
	status = tally_keys(t, key, x->n, e);
	mem_free(key);
	return status;
}

static int
tally_wide(struct tally *t, const int64_t *v, const uint32_t *row, size_t n,
	   struct err *e)
{
	uint64_t *key = mem_zalloc(n + 1, sizeof *key, e);
	double *real = mem_zalloc(n, sizeof *real, e);
	struct tally_values x = {real, row, n};
	int status = -1;
	size_t i;

	if (key && real) {
		for (i = 0; i < n; i++) {
			real[i] = (double)v[i];
			key[i] = key_of_int(v[i]);
		}
		tally_moments(t, &x);
		status = tally_keys(t, key, n, e);
	}
	mem_free(key);
	mem_free(real);
	return status;
}

static int
tally_ints(struct tally *t, const int64_t *v, const uint32_t *row, size_t n,
	   struct err *e)
{
	int64_t low = t->zeros ? 0 : v[0], high = low;
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i] < low)
			low = v[i];
		if (v[i] > high)
			high = v[i];
	}
	t->min = (double)low;
	t->max = (double)high;
	if ((uint64_t)high - (uint64_t)low < DISTINCT_EXACT &&
	    low >= -EXACT_INT && high <= EXACT_INT)
		return tally_small(t, v, n, low, (size_t)(high - low) + 1, e);
	return tally_wide(t, v, row, n, e);
}

/* ---- levels and strings ---------------------------------------------- */

static int
tally_codes(struct tally *t, const uint32_t *code, size_t n, size_t levels,
	    struct err *e)
{
	uint32_t *times = mem_zalloc(levels, sizeof *times, e);
	size_t i;

	t->code = mem_zalloc(levels < n ? levels : n, sizeof *t->code, e);
	t->times = mem_zalloc(levels < n ? levels : n, sizeof *t->times, e);
	for (i = 0; times && i < n; i++)
		times[code[i]]++;
	for (i = 0; times && t->code && t->times && i < levels; i++)
		if (times[i]) {
			t->code[t->codes] = (uint32_t)i;
			t->times[t->codes++] = times[i];
		}
	i = times && t->code && t->times;
	mem_free(times);
	return i ? 0 : -1;
}

static int
tally_strings(struct tally *t, const struct chunk *c, struct err *e)
{
	uint64_t *key = mem_zalloc(c->n, sizeof *key, e);
	const struct string_table *d = &c->dict;
	int status;
	size_t i;

	if (!key)
		return -1;
	for (i = 0; i < c->n; i++) {
		uint64_t at = d->at[c->code[i]];

		key[i] = XXH3_64bits(d->bytes + at,
				     (size_t)(d->at[c->code[i] + 1] - at));
	}
	status = distinct_from_keys(&t->distinct, key, c->n, e);
	mem_free(key);
	return status;
}

static size_t
count_levels(const uint32_t *code, size_t n)
{
	uint32_t most = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (code[i] > most)
			most = code[i];
	return (size_t)most + 1;
}

/* ---- what the others call -------------------------------------------- */

int
tally_chunk(struct tally *t, const struct chunk *c, size_t missing,
	    struct err *e)
{
	*t = (struct tally){.count = (int64_t)c->n,
			    .missing = (int64_t)missing};
	if (c->n == 0)
		return 0;
	switch (c->form) {
	case CHUNK_INT:
		return tally_ints(t, c->i64, NULL, c->n, e);
	case CHUNK_REAL:
		return tally_reals(t, &(struct tally_values){
					   c->f64, NULL, c->n}, e);
	case CHUNK_CODE:
		return tally_codes(t, c->code, c->n,
				   count_levels(c->code, c->n), e);
	case CHUNK_TEXT:
		return tally_strings(t, c, e);
	}
	return err_set(e, ERR_INTERNAL, "chunk form %d", (int)c->form);
}

int
tally_entries(struct tally *t, const struct chunk *c, size_t entries,
	      struct err *e)
{
	*t = (struct tally){.count = (int64_t)c->n,
			    .zeros = (int64_t)(c->n - entries)};
	if (c->form == CHUNK_INT)
		return tally_ints(t, c->i64, c->code, entries, e);
	return tally_reals(t, &(struct tally_values){
				   c->f64, c->code, entries}, e);
}

int
tally_merge(struct tally *t, const struct tally *other, struct err *e)
{
	if (other->count)
		tally_merge_moments(t, other);
	t->count += other->count;
	t->missing += other->missing;
	t->zeros += other->zeros;
	t->fraction |= other->fraction;
	return distinct_merge(&t->distinct, &other->distinct, e);
}

void
tally_stats(const struct tally *t, enum column_type type,
	    struct column_stats *stats)
{
	bool is_number = type == COLUMN_NUM || type == COLUMN_TIME;

	*stats = (struct column_stats){
		.count = t->count, .missing = t->missing,
		.zeros = is_number ? t->zeros : 0,
		.min = NAN, .max = NAN, .mean = NAN, .sd = NAN,
		.distinct = distinct_count(&t->distinct),
	};
	if (!is_number || t->count == 0)
		return;
	stats->min = t->min;
	stats->max = t->max;
	tally_mean_sd(t, &stats->mean, &stats->sd);
}

bool
tally_is_integer(const struct tally *t, enum column_type type)
{
	return type == COLUMN_NUM && t->count > 0 && !t->fraction;
}

void
tally_release(struct tally *t)
{
	if (!t)
		return;
	distinct_release(&t->distinct);
	mem_free(t->code);
	mem_free(t->times);
	*t = (struct tally){0};
}
