/*
 * frame_toc.c - the table of contents: schema, levels, statistics, and length
 * and hash of every chunk.  Offsets are not stored: chunks lie end to end, so
 * there can be no holes and no overlap.
 */
#include "frame_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "codec_int.h"

#define FLAG_INTEGER 1u
#define NAN_BITS 0x7ff8000000000000u

/* Least bytes that a column and a chunk take in the contents. */
#define COLUMN_LEAST 68
#define CHUNK_LEAST 9

static void
column_release(struct frame_column *column)
{
	mem_free(column->name);
	string_table_release(&column->levels);
	mem_free(column->level_counts);
	*column = (struct frame_column){0};
}

void
contents_release(struct contents *t)
{
	size_t i;

	for (i = 0; t->column && i < t->columns; i++)
		column_release(&t->column[i]);
	mem_free(t->column);
	csv_dialect_release(&t->dialect);
	mem_free(t->entry);
	*t = (struct contents){0};
}

/* ---- uniqueness ------------------------------------------------------ */

struct text {
	const char *bytes;
	size_t len;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct text *x = a, *y = b;
	size_t least = x->len < y->len ? x->len : y->len;
	int order = least ? memcmp(x->bytes, y->bytes, least) : 0;

	return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Sorts text[] if need be; index of the first of two equal ones, or -1. */
static int64_t
find_twins(struct text *text, size_t n)
{
	size_t i;

	for (i = 1; i < n && by_bytes(&text[i - 1], &text[i]) < 0; i++)
		;
	if (i >= n)
		return -1;
	qsort(text, n, sizeof *text, by_bytes);
	for (i = 1; i < n; i++)
		if (by_bytes(&text[i - 1], &text[i]) == 0)
			return (int64_t)(i - 1);
	return -1;
}

static int
report_twin(const struct text *twin, const char *what, struct err *e)
{
	struct str s = STR_INIT;

	str_add_quoted(&s, twin->bytes, twin->len, 60);
	err_set(e, ERR_SCHEMA, "%s '%s' occurs twice", what, s.buf);
	str_release(&s);
	return -1;
}

int
frame_check_names(const struct frame_column *column, size_t n, struct err *e)
{
	struct text *text = mem_zalloc(n, sizeof *text, e);
	int64_t twin;
	size_t i;
	int status = 0;

	if (!text)
		return -1;
	for (i = 0; i < n; i++) {
		text[i] = (struct text){column[i].name,
					strlen(column[i].name)};
		if (text[i].len == 0 && status == 0)
			status = err_set(e, ERR_SCHEMA,
					 "column %zu has no name", i + 1);
	}
	twin = status == 0 ? find_twins(text, n) : -1;
	if (twin >= 0)
		status = report_twin(&text[twin], "column name", e);
	mem_free(text);
	return status;
}

int
frame_check_levels(const struct frame_column *column, struct err *e)
{
	const struct string_table *t = &column->levels;
	struct text *text = mem_zalloc(t->n, sizeof *text, e);
	int64_t twin;
	size_t i;
	int status = 0;

	if (!text)
		return -1;
	for (i = 0; i < t->n; i++)
		text[i] = (struct text){t->bytes + t->at[i],
					(size_t)(t->at[i + 1] - t->at[i])};
	twin = find_twins(text, t->n);
	if (twin >= 0)
		status = report_twin(&text[twin], "level", e);
	mem_free(text);
	return status;
}

/* ---- writing --------------------------------------------------------- */

static void
put_real(struct bytes *b, double value)
{
	if (isnan(value))
		bytes_u64(b, NAN_BITS);
	else
		bytes_f64(b, value);
}

static void
put_stats(struct bytes *b, const struct column_stats *s)
{
	bytes_u64(b, (uint64_t)s->count);
	bytes_u64(b, (uint64_t)s->missing);
	bytes_u64(b, (uint64_t)s->zeros);
	put_real(b, s->min);
	put_real(b, s->max);
	put_real(b, s->mean);
	put_real(b, s->sd);
	bytes_u64(b, (uint64_t)s->distinct);
}

static int
put_levels(struct bytes *b, const struct frame_column *c, struct err *e)
{
	size_t i, n = c->levels.n;
	uint64_t *count = mem_zalloc(n, sizeof *count, e);
	int status = count ? codec_put_strings(b, &c->levels, e) : -1;

	for (i = 0; status == 0 && i < n; i++)
		count[i] = (uint64_t)c->level_counts[i];
	if (status == 0)
		codec_put_numbers(b, count, n);
	mem_free(count);
	return status;
}

int
contents_write(const struct contents *t, struct bytes *out, struct err *e)
{
	size_t i;

	bytes_u64(out, (uint64_t)t->rows);
	bytes_u64(out, t->columns);
	for (i = 0; i < t->columns; i++) {
		const struct frame_column *c = &t->column[i];

		bytes_u8(out, (unsigned)c->type);
		bytes_u8(out, c->is_integer ? FLAG_INTEGER : 0);
		bytes_varint(out, strlen(c->name));
		bytes_add(out, c->name, strlen(c->name));
		put_stats(out, &c->stats);
		if (c->type == COLUMN_ENUM && put_levels(out, c, e) < 0)
			return -1;
	}
	for (i = 0; i < t->entries; i++)
		bytes_varint(out, t->entry[i].len);
	for (i = 0; i < t->entries; i++)
		bytes_u64(out, t->entry[i].hash);
	contents_put_dialect(out, t);
	return out->failed ? err_nomem(e, "the table of contents") : 0;
}

/* ---- reading --------------------------------------------------------- */

static int
damaged(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "damaged table of contents: %s", what);
}

static double
get_real(struct cursor *in)
{
	double value = cursor_f64(in);
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	if (isnan(value) && bits != NAN_BITS)
		in->bad = true;
	return value;
}

/* True if the statistics can be those of a column of so many rows. */
static bool
is_possible(const struct column_stats *s, const struct frame_column *c,
	    int64_t rows)
{
	bool is_number = c->type == COLUMN_NUM || c->type == COLUMN_TIME;
	bool has_values = is_number && s->count > 0;

	if (s->count < 0 || s->missing < 0 || s->count > rows ||
	    s->missing != rows - s->count)
		return false;
	if (s->zeros < 0 || s->zeros > (is_number ? s->count : 0))
		return false;
	if (s->distinct < 0 ? s->distinct >= -DISTINCT_EXACT ||
			      s->distinct == INT64_MIN
			    : s->distinct > s->count)
		return false;
	if ((s->distinct == 0) != (s->count == 0))
		return false;
	if (has_values)
		return s->min <= s->max;
	return isnan(s->min) && isnan(s->max) && isnan(s->mean) &&
	       isnan(s->sd);
}

static int
get_stats(struct frame_column *c, struct cursor *in, int64_t rows,
	  struct err *e)
{
	struct column_stats *s = &c->stats;

	s->count = (int64_t)cursor_u64(in);
	s->missing = (int64_t)cursor_u64(in);
	s->zeros = (int64_t)cursor_u64(in);
	s->min = get_real(in);
	s->max = get_real(in);
	s->mean = get_real(in);
	s->sd = get_real(in);
	s->distinct = (int64_t)cursor_u64(in);
	if (in->bad || !is_possible(s, c, rows))
		return damaged(e, "statistics");
	return 0;
}

static int
get_levels(struct frame_column *c, struct cursor *in, struct err *e)
{
	uint64_t n = cursor_varint(in), left, used = 0, i;
	uint64_t *counts;
	int status;

	/* all levels but one have a byte at least */
	if (in->bad || n > UINT32_MAX || n > cursor_left(in) + 1)
		return damaged(e, "level count");
	status = codec_get_strings(&c->levels, (size_t)n, in, e);
	if (status)
		return status < 0 ? -1 : damaged(e, "levels");
	c->level_counts = mem_zalloc((size_t)n, sizeof *c->level_counts, e);
	if (!c->level_counts)
		return -1;
	counts = (uint64_t *)c->level_counts;
	if (!codec_get_numbers(counts, (size_t)n, in))
		return damaged(e, "level counts");
	left = (uint64_t)c->stats.count;
	for (i = 0; i < n; i++) {
		if (counts[i] > left)
			return damaged(e, "level counts");
		left -= counts[i];
		used += counts[i] > 0;
	}
	if (left || used != (uint64_t)c->stats.distinct)
		return damaged(e, "level counts");
	return frame_check_levels(c, e);
}

static int
get_column(struct frame_column *c, struct cursor *in, int64_t rows,
	   struct err *e)
{
	unsigned type = cursor_u8(in), flags = cursor_u8(in);
	uint64_t len = cursor_varint(in);
	const unsigned char *name = cursor_take(in, len);

	if (!name || memchr(name, '\0', (size_t)len))
		return damaged(e, "column name");
	if (type < COLUMN_NUM || type > COLUMN_TIME)
		return damaged(e, "column type");
	c->type = (enum column_type)type;
	c->is_integer = flags & FLAG_INTEGER;
	if (flags & ~FLAG_INTEGER ||
	    (c->is_integer && c->type != COLUMN_NUM))
		return damaged(e, "column flags");
	c->name = mem_memdup(name, (size_t)len, e);
	if (!c->name || get_stats(c, in, rows, e) < 0)
		return -1;
	return c->type == COLUMN_ENUM ? get_levels(c, in, e) : 0;
}

static int
get_entries(struct contents *t, struct cursor *in, uint64_t data,
	    struct err *e)
{
	uint64_t at = FRAME_HEADER, left = data;
	size_t i;

	t->entry = mem_zalloc(t->entries, sizeof *t->entry, e);
	if (!t->entry)
		return -1;
	for (i = 0; i < t->entries; i++) {
		t->entry[i].at = at;
		t->entry[i].len = cursor_varint(in);
		if (in->bad || t->entry[i].len == 0 || t->entry[i].len > left)
			return damaged(e, "chunk length");
		at += t->entry[i].len;
		left -= t->entry[i].len;
	}
	for (i = 0; i < t->entries; i++)
		t->entry[i].hash = cursor_u64(in);
	if (in->bad || left)
		return damaged(e, "chunks");
	return cursor_left(in) ? contents_get_dialect(t, in, e) : 0;
}

int
contents_read(struct contents *t, const unsigned char *bytes, size_t len,
	      uint64_t data, struct err *e)
{
	struct cursor in = {bytes, bytes + len, false};
	uint64_t rows = cursor_u64(&in), columns = cursor_u64(&in), groups;
	size_t i;

	if (in.bad || rows > INT64_MAX || columns == 0 ||
	    columns > cursor_left(&in) / COLUMN_LEAST)
		return damaged(e, "rows and columns");
	t->rows = (int64_t)rows;
	t->column = mem_zalloc((size_t)columns, sizeof *t->column, e);
	if (!t->column)
		return -1;
	t->columns = (size_t)columns;
	for (i = 0; i < t->columns; i++)
		if (get_column(&t->column[i], &in, t->rows, e) < 0)
			return -1;
	if (frame_check_names(t->column, t->columns, e) < 0)
		return -1;
	groups = rows / FRAME_GROUP_ROWS + (rows % FRAME_GROUP_ROWS != 0);
	if (groups > cursor_left(&in) / CHUNK_LEAST / columns)
		return damaged(e, "row groups");
	t->groups = (size_t)groups;
	t->entries = t->groups * t->columns;
	return get_entries(t, &in, data, e);
}
