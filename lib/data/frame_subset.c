/*
 * frame_subset.c - some rows of a frame as a frame, for cross-validation: its
 * chunks are gathered from those of the whole when they are read, so it takes
 * no more memory than its row numbers.
 */
#include "frame_int.h"

#include <string.h>

#include <xxhash.h>

#include <dltools/mem.h>
#include <dltools/pool.h>

#include "split_int.h"

/* Leaves the zeros out, as chunk_decode_entries() does. */
static int
keep_entries(struct chunk *c, size_t *entries, struct err *e)
{
	enum chunk_form form = c->form;
	size_t n = 0;

	if (chunk_reserve(c, CHUNK_CODE, c->n, e) < 0)
		return -1;
	c->form = form;
	for (size_t i = 0; i < c->n; i++) {
		bool zero = form == CHUNK_INT ? c->i64[i] == 0 :
			c->f64[i] == 0;

		if (zero && !chunk_is_missing(c, i))
			continue;
		c->code[n] = (uint32_t)i;
		if (form == CHUNK_INT)
			c->i64[n] = c->i64[i];
		else
			c->f64[n] = c->f64[i];
		n++;
	}
	*entries = n;
	return 0;
}

int
frame_subset_read(const struct frame *f, size_t group, size_t column,
		  struct chunk *c, size_t *entries, struct err *e)
{
	struct split_pick pick = {.f = f->whole,
				  .row = f->row + group * FRAME_GROUP_ROWS,
				  .n = frame_group_rows(f, group)};
	struct split_hand hand = {0};
	int status;

	/* c's arrays are used again */
	hand.out = *c;
	status = split_gather(&hand, &pick, column, e);
	*c = hand.out;
	hand.out = (struct chunk){0};
	split_hand_release(&hand);
	if (status == 0 && entries)
		status = keep_entries(c, entries, e);
	return status;
}

/* ---- statistics ------------------------------------------------------ */

struct counting {
	struct frame *f;
	struct err *err; /* [threads] */
};

static int
count_column(struct frame *f, size_t i, struct err *e)
{
	struct frame_column *c = &f->toc.column[i];
	struct tally sum = {0};
	int status = frame_tally(f, i, &sum, c->level_counts, e);

	tally_stats(&sum, c->type, &c->stats);
	c->is_integer = tally_is_integer(&sum, c->type);
	for (size_t k = 0; c->type == COLUMN_ENUM && k < c->levels.n; k++)
		c->stats.distinct += c->level_counts[k] > 0;
	tally_release(&sum);
	return status;
}

static void
count_columns(void *arg, unsigned thread, unsigned threads)
{
	struct counting *k = arg;

	for (size_t i = thread; i < k->f->toc.columns; i += threads)
		if (count_column(k->f, i, &k->err[thread]) < 0)
			return;
}

static int
count_all(struct frame *f, struct pool *pool, struct err *e)
{
	unsigned threads = pool ? pool_threads(pool) : 1;
	struct counting k = {.f = f};
	int status = 0;

	k.err = mem_zalloc(threads, sizeof *k.err, e);
	if (!k.err)
		return -1;
	if (pool)
		pool_run(pool, count_columns, &k);
	else
		count_columns(&k, 0, 1);
	for (unsigned t = 0; t < threads && status == 0; t++) {
		if (k.err[t].code == ERR_NONE)
			continue;
		*e = k.err[t];
		status = -1;
	}
	mem_free(k.err);
	return status;
}

/* ---- the frame ------------------------------------------------------- */

static int
copy_schema(struct frame *f, struct err *e)
{
	const struct contents *from = &f->whole->toc;

	f->toc.column = mem_zalloc(from->columns, sizeof *f->toc.column, e);
	if (!f->toc.column)
		return -1;
	f->toc.columns = from->columns;
	for (size_t i = 0; i < from->columns; i++)
		if (frame_column_copy(&f->toc.column[i], &from->column[i],
				      e) < 0)
			return -1;
	f->toc.has_dialect = from->has_dialect;
	return from->has_dialect ?
		csv_dialect_copy(&f->toc.dialect, &from->dialect, e) : 0;
}

/* Of the whole's id and the row numbers. */
static void
make_id(struct frame *f)
{
	XXH128_canonical_t id;
	XXH64_hash_t seed = XXH3_64bits(f->whole->id, sizeof f->whole->id);

	XXH128_canonicalFromHash(&id, XXH3_128bits_withSeed(
		f->row, (size_t)f->toc.rows * sizeof *f->row, seed));
	memcpy(f->id, id.digest, sizeof f->id);
}

static int
fill(struct frame *f, const int64_t *row, int64_t n, const char *label,
     struct err *e)
{
	f->in.path = mem_strdup(label, e);
	f->row = mem_zalloc((size_t)n, sizeof *f->row, e);
	if (!f->in.path || !f->row)
		return -1;
	memcpy(f->row, row, (size_t)n * sizeof *row);
	f->in.size = f->whole->in.size;
	f->toc.rows = n;
	f->toc.groups = (size_t)((n + FRAME_GROUP_ROWS - 1) / FRAME_GROUP_ROWS);
	make_id(f);
	return copy_schema(f, e);
}

struct frame *
frame_subset(const struct frame *whole, const int64_t *row, int64_t n,
	     const char *label, struct pool *pool, struct err *e)
{
	struct frame *f = mem_zalloc(1, sizeof *f, e);

	if (!f)
		return NULL;
	f->whole = whole;
	if (fill(f, row, n, label, e) == 0 && count_all(f, pool, e) == 0)
		return f;
	frame_close(f);
	return NULL;
}
