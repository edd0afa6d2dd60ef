/*
 * bench_data.h - rows for minibatch_bench: a plain CSV of numbers with the
 * label last.
 */
#ifndef BENCH_DATA_H
#define BENCH_DATA_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dltools/net.h"
#include "dltools/rng.h"

#define CLASSES 10
#define MOST_COLUMNS 4096

struct data {
	float *x;
	int32_t *y;
	size_t rows, columns;
	float rest[MOST_COLUMNS];
	int has_rest;
};

static inline void
die(const char *what)
{
	fprintf(stderr, "minibatch_bench: %s\n", what);
	exit(2);
}

static inline void
read_csv(struct data *d, const char *file)
{
	static char line[1 << 16];
	FILE *f = fopen(file, "r");
	size_t room = 0;

	if (f == NULL)
		die(file);
	while (fgets(line, sizeof(line), f) != NULL) {
		float values[MOST_COLUMNS];
		char *p = line;
		size_t n = 0;

		do
			values[n++] = strtof(p + (*p == ','), &p);
		while (*p == ',' && n < MOST_COLUMNS);
		d->columns = n - 1;
		if (d->rows == room) {
			room = 2 * room + 1000;
			d->x = realloc(d->x, room * d->columns * sizeof(float));
			d->y = realloc(d->y, room * sizeof(int32_t));
		}
		memcpy(d->x + d->rows * d->columns, values,
		       d->columns * sizeof(float));
		d->y[d->rows++] = (int32_t)values[n - 1];
	}
	fclose(f);
}

/* Drops constant columns; standardizes, or divides by 255.  rest[] is what 0
 * becomes, if most cells are 0. */
static inline void
prepare(struct data *train, struct data *test, int standard)
{
	size_t kept = 0, columns = train->columns;
	double sub[MOST_COLUMNS], mul[MOST_COLUMNS];
	size_t from[MOST_COLUMNS];
	struct data *both[2] = { train, test };
	size_t zeros = 0;

	for (size_t j = 0; j < columns; j++) {
		double s = 0, q = 0, n = (double)train->rows;

		for (size_t i = 0; i < train->rows; i++) {
			double v = (double)train->x[i * columns + j];

			s += v;
			q += v * v;
			zeros += v == 0;
		}
		q = (q - s * s / n) / (n - 1);
		if (q <= 0)
			continue;
		sub[kept] = standard ? s / n : 0;
		mul[kept] = standard ? 1 / sqrt(q) : 1 / 255.0;
		from[kept++] = j;
	}
	for (int b = 0; b < 2; b++) {
		struct data *d = both[b];

		for (size_t i = 0; i < d->rows; i++)
			for (size_t j = 0; j < kept; j++)
				d->x[i * kept + j] = (float)(((double)d->x[
					i * columns + from[j]] - sub[j]) *
					mul[j]);
		d->columns = kept;
	}
	for (size_t j = 0; j < kept; j++)
		train->rest[j] = (float)(-sub[j] * mul[j]);
	train->has_rest = zeros * 3 > train->rows * columns * 2;
}

static inline void
fetch_row(const struct data *d, size_t r, size_t i, struct batch *b)
{
	memcpy(b->x + i * b->ld, d->x + r * d->columns,
	       d->columns * sizeof(float));
	b->label[i] = d->y[r];
	b->weight[i] = 1;
	b->start[i] = b->start[i + 1] = 0;
}

static inline void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	const struct data *d = ctx;
	struct rng_key key = rng_key(5, RNG_SHUFFLE);

	b->rows = n;
	for (size_t i = 0; i < n; i++) {
		uint64_t at = (uint64_t)first + i;
		uint64_t r = rng_permute(key, at / d->rows, at % d->rows,
					 d->rows);

		fetch_row(d, r, i, b);
	}
}

#endif
