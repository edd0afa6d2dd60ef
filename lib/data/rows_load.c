/*
 * rows_load.c - reading the chunks of a frame into packed rows, by all threads.
 *
 * A task is one part of one row group: neighbouring items of about 64 bytes.
 * Its columns are decoded one by one into narrow arrays (4 MiB in all), then
 * copied into the rows in tiles of 64 rows, so that a tile's cache lines are
 * filled while they are in the first-level cache; bytes, such as pixels, in
 * squares of 8 rows and 8 columns.
 */
#include <dltools/rows.h>

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/widen.h>

#include "data/rows_int.h"

#define PART_BYTES 64
#define TILE 64
#define CACHE_LINE 64
#define SPARE CACHE_LINE /* behind a narrow array, lest all share a cache set */

struct load {
	const struct frame *f;
	const struct adapt *a;
	struct rows *r;
	enum rows_use use;
	size_t first, groups;
	size_t parts;
	size_t *part;        /* parts + 1 item numbers, parts > 0 */
	uint64_t **left_out; /* [group]: a bit per row; NULL: none */
	int64_t *start;      /* [groups + 1] where a group's rows go */
	struct err *error;   /* [threads] */
	atomic_size_t next;
	atomic_bool failed;
};

struct worker {
	struct chunk chunk;
	unsigned char *narrow;
};

static void
run(struct load *l, struct pool *pool, pool_fn *work)
{
	atomic_store(&l->next, 0);
	if (pool)
		pool_run(pool, work, l);
	else
		work(l, 0, 1);
}

static int
first_error(const struct load *l, unsigned threads, struct err *e)
{
	unsigned i;

	for (i = 0; i < threads; i++)
		if (l->error[i].code) {
			*e = l->error[i];
			return -1;
		}
	return 0;
}

/* ---- which rows ------------------------------------------------------ */

static bool
has_missing(const struct load *l, const struct adapt_column *c)
{
	return c->how != ADAPT_ABSENT &&
	       frame_column(l->f, c->column)->stats.missing > 0;
}

/* Marks the rows of a group in which a column is missing (or zero). */
static int
mark(struct load *l, size_t group, const struct adapt_column *c, bool zero,
     struct chunk *chunk, struct err *e)
{
	uint64_t *bits = l->left_out[group];
	size_t i;

	if (c->how == ADAPT_ABSENT || (!zero && !has_missing(l, c)))
		return 0;
	if (frame_read(l->f, l->first + group, c->column, chunk, e) < 0)
		return -1;
	if (!bits) {
		bits = mem_zalloc((chunk->n + 63) / 64, sizeof(*bits), e);
		if (!bits)
			return -1;
		l->left_out[group] = bits;
	}
	for (i = 0; i < chunk->n; i++)
		if (chunk_is_missing(chunk, i)
			    ? !zero /* a weight then is 1 */
			    : zero && (chunk->form == CHUNK_INT
					       ? chunk->i64[i] <= 0
					       : !(chunk->f64[i] > 0)))
			bits[i / 64] |= (uint64_t)1 << (i % 64);
	return 0;
}

static int
mark_group(struct load *l, size_t group, struct chunk *chunk, struct err *e)
{
	const struct encoder *enc = l->r->enc;
	size_t i;

	if (mark(l, group, &l->a->response, false, chunk, e) < 0 ||
	    mark(l, group, &l->a->weights, true, chunk, e) < 0)
		return -1;
	if (l->use != ROWS_TRAIN || enc->missing != MISSING_SKIP)
		return 0;
	for (i = 0; i < enc->columns; i++)
		if (mark(l, group, &l->a->column[i], false, chunk, e) < 0)
			return -1;
	return 0;
}

static void
mark_work(void *arg, unsigned thread, unsigned threads)
{
	struct load *l = arg;
	struct chunk chunk = {0};
	size_t g;

	(void)threads;
	while ((g = atomic_fetch_add(&l->next, 1)) < l->groups &&
	       !atomic_load(&l->failed))
		if (mark_group(l, g, &chunk, &l->error[thread]) < 0)
			atomic_store(&l->failed, true);
	chunk_release(&chunk);
}

static bool
is_left_out(const struct load *l, size_t group, size_t i)
{
	const uint64_t *bits = l->left_out[group];

	return bits && (bits[i / 64] >> (i % 64) & 1);
}

static void
place_groups(struct load *l)
{
	size_t g, i, n;

	for (g = 0; g < l->groups; g++) {
		n = frame_group_rows(l->f, l->first + g);
		l->start[g + 1] = l->start[g] + (int64_t)n;
		for (i = 0; l->left_out[g] && i < n; i++)
			l->start[g + 1] -= is_left_out(l, g, i);
	}
	l->r->count = l->start[l->groups];
}

/* ---- filling --------------------------------------------------------- */

/* Bytes from one narrow array to the next. */
static size_t
narrow_bytes(const struct item *it)
{
	return (size_t)FRAME_GROUP_ROWS * it->width + SPARE;
}

/* Are `from` and the seven items after it, below `end`, bytes side by side? */
static bool
are_bytes(const struct item *item, size_t from, size_t end)
{
	size_t i;

	if (end - from < BYTES_AT_ONCE)
		return false;
	for (i = 0; i < BYTES_AT_ONCE; i++)
		if (item[from + i].width != 1 ||
		    item[from + i].at != item[from].at + i)
			return false;
	return true;
}

/* A part of a row group: items first .. end-1. */
struct piece {
	size_t group, first, end;
};

/* Items `it` .. of n rows, at `from` in the narrow arrays; how many items. */
static size_t
scatter_items(const struct item *item, const struct piece *p, size_t it,
	      const unsigned char *from, size_t n, unsigned char *const *row)
{
	if (are_bytes(item, it, p->end)) {
		bytes_scatter(item[it].at, from, narrow_bytes(&item[it]), n,
			      row);
		return BYTES_AT_ONCE;
	}
	item_scatter(&item[it], from, n, row);
	return 1;
}

/*
 * Rows i .. of a group, which begin at `to`; returns where those after do.
 * Asks for the lines that the part fills one tile later: rows are further
 * apart than what the processor sees coming.
 */
static unsigned char *
take_tile(const struct load *l, const struct piece *p, size_t i, size_t n,
	  unsigned char *to, unsigned char **row)
{
	const struct rows *r = l->r;
	size_t later = TILE * r->stride + r->item[p->first].at, k;

	for (k = 0; k < n; k++) {
		row[k] = NULL;
		if (is_left_out(l, p->group, i + k))
			continue;
		row[k] = to;
		widen_prefetch((void *)((uintptr_t)to + later), PART_BYTES + 1);
		to += r->stride;
	}
	return to;
}

static void
scatter(const struct load *l, const struct piece *p, size_t n,
	const unsigned char *narrow)
{
	const struct item *item = l->r->item;
	unsigned char *row[TILE], *to;
	size_t i, m, it, done;

	to = l->r->data + (size_t)l->start[p->group] * l->r->stride;
	for (i = 0; i < n; i += TILE) {
		const unsigned char *from = narrow;

		m = n - i < TILE ? n - i : TILE;
		to = take_tile(l, p, i, m, to, row);
		for (it = p->first; it < p->end; it += done) {
			done = scatter_items(item, p, it,
					     from + i * item[it].width, m, row);
			from += done * narrow_bytes(&item[it]);
		}
	}
}

static int
fill(struct load *l, size_t task, struct worker *w, struct err *e)
{
	const size_t *part = &l->part[task % l->parts];
	struct piece p = { task / l->parts, part[0], part[1] };
	size_t n = frame_group_rows(l->f, l->first + p.group), it;
	unsigned char *to = w->narrow;
	int64_t unseen;

	for (it = p.first; it < p.end; it++) {
		const struct item *item = &l->r->item[it];
		bool absent = item->from->how == ADAPT_ABSENT;

		/* the bits of one column follow each other */
		bool again = item->unit && it > p.first;

		if (!absent && !again && frame_read(l->f, l->first + p.group,
					  item->from->column, &w->chunk,
					  e) < 0)
			return -1;
		unseen = item_pack(item, absent ? NULL : &w->chunk, n, to);
		if (unseen)
			atomic_fetch_add(item->kind == ITEM_LABEL
					 ? &l->r->unknown
					 : &l->r->unseen[item->predictor],
					 unseen);
		to += narrow_bytes(item);
	}
	scatter(l, &p, n, w->narrow);
	return 0;
}

static void
fill_work(void *arg, unsigned thread, unsigned threads)
{
	struct load *l = arg;
	struct worker w = {0};
	struct err *e = &l->error[thread];
	size_t task;

	(void)threads;
	/* at most PART_BYTES items of a byte each */
	w.narrow = mem_zalloc_aligned(FRAME_GROUP_ROWS + SPARE, PART_BYTES, e);
	if (!w.narrow)
		atomic_store(&l->failed, true);
	while (!atomic_load(&l->failed) &&
	       (task = atomic_fetch_add(&l->next, 1)) < l->groups * l->parts)
		if (fill(l, task, &w, e) < 0)
			atomic_store(&l->failed, true);
	chunk_release(&w.chunk);
	mem_free(w.narrow);
}

/* The sparse numbers: a task is a whole group. */
static void
entries_work(void *arg, unsigned thread, unsigned threads)
{
	struct load *l = arg;
	struct entry_load what = { l->r, l->f, l->a };
	size_t g;

	(void)threads;
	while ((g = atomic_fetch_add(&l->next, 1)) < l->groups &&
	       !atomic_load(&l->failed))
		if (rows_load_entries(&what, l->first + g, g, l->left_out[g],
				      l->r->entries + l->start[g],
				      &l->error[thread]) < 0)
			atomic_store(&l->failed, true);
}

static int
load_entries(struct load *l, struct pool *pool, unsigned threads,
	     struct err *e)
{
	struct rows *r = l->r;

	if (r->enc->row_entries > r->enc->enums) {
		r->entries = mem_zalloc((size_t)r->count, sizeof(*r->entries),
					e);
		r->entry_block = mem_zalloc(l->groups, sizeof(*r->entry_block),
					    e);
		if (!r->entries || !r->entry_block)
			return -1;
		r->blocks = l->groups;
		run(l, pool, entries_work);
		if (first_error(l, threads, e) < 0)
			return -1;
	}
	rows_count_entries(r);
	return 0;
}

/* Cuts the items into parts of at most PART_BYTES: at least one, if empty. */
static int
cut_parts(struct load *l, struct err *e)
{
	size_t i, bytes = 0;

	l->part = mem_zalloc(l->r->items + 2, sizeof(*l->part), e);
	if (!l->part)
		return -1;
	for (i = 0; i < l->r->items; i++) {
		bytes += l->r->item[i].width;
		if (bytes > PART_BYTES) {
			l->part[++l->parts] = i;
			bytes = l->r->item[i].width;
		}
	}
	l->part[++l->parts] = l->r->items;
	return 0;
}

/* Zeroes the rows, by all threads: the pages are there from then on. */
static void
zero_work(void *arg, unsigned thread, unsigned threads)
{
	struct load *l = arg;
	size_t bytes = (size_t)l->r->count * l->r->stride;
	size_t from, page = (size_t)2 << 20; /* a huge one */

	(void)thread;
	(void)threads;
	while ((from = page * atomic_fetch_add(&l->next, 1)) < bytes)
		memset(l->r->data + from, 0,
		       bytes - from < page ? bytes - from : page);
}

static int
load(struct load *l, struct pool *pool, struct err *e)
{
	unsigned threads = pool ? pool_threads(pool) : 1;

	l->left_out = mem_zalloc(l->groups, sizeof(*l->left_out), e);
	l->start = mem_zalloc(l->groups + 1, sizeof(*l->start), e);
	l->error = mem_zalloc(threads, sizeof(*l->error), e);
	if (!l->left_out || !l->start || !l->error || cut_parts(l, e) < 0)
		return -1;
	if (l->use != ROWS_ALL)
		run(l, pool, mark_work);
	if (first_error(l, threads, e) < 0)
		return -1;
	place_groups(l);
	l->r->data = mem_alloc_aligned((size_t)l->r->count, l->r->stride, e);
	if (!l->r->data)
		return -1;
	run(l, pool, zero_work);
	run(l, pool, fill_work);
	if (first_error(l, threads, e) < 0)
		return -1;
	return load_entries(l, pool, threads, e);
}

static void
load_release(struct load *l)
{
	size_t g;

	for (g = 0; l->left_out && g < l->groups; g++)
		mem_free(l->left_out[g]);
	mem_free(l->left_out);
	mem_free(l->start);
	mem_free(l->error);
	mem_free(l->part);
}

struct rows *
rows_load_groups(const struct frame *f, const struct encoder *enc,
		 const struct adapt *a, enum rows_use use, size_t first,
		 size_t n, struct pool *pool, struct err *e)
{
	struct rows *r = mem_zalloc(1, sizeof(*r), e);
	struct adapt *own = NULL;
	struct load l = {0};

	if (!r)
		return NULL;
	if (!a)
		a = own = adapt_new(enc, f, 0, e);
	r->enc = enc;
	l.f = f;
	l.a = a;
	l.r = r;
	l.use = use;
	l.first = first;
	l.groups = n;
	if (!a || rows_layout(r, f, a, e) < 0 || load(&l, pool, e) < 0) {
		rows_free(r);
		r = NULL;
	}
	load_release(&l);
	adapt_free(own);
	return r;
}

struct rows *
rows_load(const struct frame *f, const struct encoder *enc,
	  const struct adapt *a, enum rows_use use, struct pool *pool,
	  struct err *e)
{
	return rows_load_groups(f, enc, a, use, 0, frame_groups(f), pool, e);
}
