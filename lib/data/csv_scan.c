/*
 * csv_scan.c - the fields of a block of delimited text; see csv.h.
 *
 * Most blocks hold no quote: there every delimiter and line end counts, and 64
 * bytes are compared at a time, the bits of the comparison being walked one by
 * one.  Other blocks are walked field by field.
 */
#include "csv_int.h"

#include <dltools/mem.h>
#include <dltools/str.h>

size_t
csv_quoted_end(const struct csv_dialect *d, const char *t, size_t i, size_t n,
	       bool whole, bool *doubled)
{
	const char *p;

	*doubled = false;
	for (i++; i < n; i++) {
		if (!d->escape) {
			p = memchr(t + i, d->quote, n - i);
			if (!p)
				return 0;
			i = (size_t)(p - t);
		}
		if (d->escape && t[i] == d->escape && t[i] != d->quote) {
			*doubled = true;
			i++;
		} else if (t[i] == d->quote) {
			if (i + 1 == n)
				return whole ? n : 0;
			if (t[i + 1] != d->quote)
				return i + 1;
			*doubled = true;
			i++;
		}
	}
	return 0;
}

bool
csv_is_comment(const struct csv_dialect *d, const char *t, size_t i, size_t n)
{
	size_t len = d->comment ? strlen(d->comment) : 0;

	return len && n - i >= len && !memcmp(t + i, d->comment, len);
}

void
csv_block_release(struct csv_block *b)
{
	if (!b)
		return;
	mem_free(b->base);
	mem_free(b->field);
	mem_free(b->record);
	memset(b, 0, sizeof(*b));
}

int
csv_block_room(struct csv_block *b, size_t n, size_t side, struct err *e)
{
	size_t need = n + side + 3 * CSV_MARGIN;

	if (need > b->base_room) {
		if (mem_grow(&b->base, &b->base_room, need, 1, e) < 0)
			return -1;
		if (!b->text)
			memset(b->base, 0, CSV_MARGIN);
	}
	b->text = b->base + CSV_MARGIN;
	return 0;
}

static int
need_fields(struct csv_block *b, size_t n, struct err *e)
{
	if (b->fields + n <= b->field_room)
		return 0;
	return mem_grow(&b->field, &b->field_room, b->fields + n,
			sizeof(*b->field), e);
}

static int
need_record(struct csv_block *b, struct err *e)
{
	if (b->records < b->record_room)
		return 0;
	return mem_grow(&b->record, &b->record_room, b->records + 1,
			sizeof(*b->record), e);
}

static void
begin_record(struct csv_block *b, size_t at, size_t line)
{
	struct csv_record *r = &b->record[b->records];

	memset(r, 0, sizeof(*r));
	r->field = (uint32_t)b->fields;
	r->at = (uint32_t)at;
	r->line = (uint32_t)line;
}

static void
end_record(struct csv_block *b, size_t end)
{
	struct csv_record *r = &b->record[b->records++];

	r->fields = (uint32_t)b->fields - r->field;
	r->len = (uint32_t)end - r->at;
	if (!r->len)
		r->fault = CSV_BLANK;
}

static inline void
put_field(struct csv_block *b, size_t from, size_t to)
{
	b->field[b->fields].at = (uint32_t)from;
	b->field[b->fields++].len = (uint32_t)(to - from);
}

/* A line end at t[i]: closes the record that has a field from `from` on. */
static size_t
close_line(struct csv_block *b, size_t from, size_t i)
{
	put_field(b, from, i);
	end_record(b, i);
	return b->text[i] == '\r' && i + 1 < b->len && b->text[i + 1] == '\n'
		? i + 2 : i + 1;
}

/* Every structural byte of t[at..at+64): mask m, line ends in ends. */
static int
walk_mask(struct csv_block *b, size_t at, uint64_t m, uint64_t ends,
	  size_t *from, size_t *line, struct err *e)
{
	size_t i;

	for (; m; m &= m - 1) {
		i = at + csv_lowest(m);
		if (!(ends & m & -m)) {
			put_field(b, *from, i);
			*from = i + 1;
			continue;
		}
		if (i < *from) /* the LF of a CRLF */
			continue;
		*from = close_line(b, *from, i);
		if (need_record(b, e) < 0)
			return -1;
		begin_record(b, *from, ++*line);
	}
	return 0;
}

/* No quotes, no comments. */
static int
scan_plain(struct csv_block *b, char delimiter, struct err *e)
{
	size_t i, from = 0, line = 0;
	uint64_t m, ends;

	if (need_record(b, e) < 0)
		return -1;
	begin_record(b, 0, 0);
	for (i = 0; i < b->len; i += 64) {
		if (need_fields(b, 66, e) < 0)
			return -1;
		m = csv_mask(b->text + i, delimiter);
		ends = csv_mask(b->text + i, '\n') |
		       csv_mask(b->text + i, '\r');
		if (b->len - i < 64) {
			m &= ((uint64_t)1 << (b->len - i)) - 1;
			ends &= ((uint64_t)1 << (b->len - i)) - 1;
		}
		if (!ends) {
			for (; m; m &= m - 1) {
				size_t k = i + csv_lowest(m);

				put_field(b, from, k);
				from = k + 1;
			}
		} else if (walk_mask(b, i, m | ends, ends, &from, &line,
				     e) < 0) {
			return -1;
		}
	}
	if (from < b->len || b->fields > b->record[b->records].field) {
		put_field(b, from, b->len);
		end_record(b, b->len);
	}
	return 0;
}

/* A quoted field with escaped bytes: its value goes to the side area. */
static int
unescape(struct csv_block *b, const struct csv_dialect *d, size_t from,
	 size_t to, struct err *e)
{
	size_t i, k, side = b->len + CSV_MARGIN + b->side;

	if (csv_block_room(b, b->len, b->side + (to - from), e) < 0)
		return -1;
	for (i = from, k = side; i < to; i++) {
		if (b->text[i] == d->quote ||
		    (d->escape && b->text[i] == d->escape))
			i++;
		b->text[k++] = b->text[i];
	}
	put_field(b, side, k);
	b->side += k - side;
	return 0;
}

/* One field from t[i] on; *end is the offset of its delimiter or line end. */
static int
scan_field(struct csv_block *b, const struct csv_dialect *d, size_t i,
	   size_t *end, struct err *e)
{
	struct csv_record *r = &b->record[b->records];
	bool doubled;
	size_t close;

	if (need_fields(b, 2, e) < 0)
		return -1;
	if (!d->quote || i >= b->len || b->text[i] != d->quote) {
		*end = csv_find_end(b->text, i, b->len, d->delimiter);
		put_field(b, i, *end);
		return 0;
	}
	close = csv_quoted_end(d, b->text, i, b->len, true, &doubled);
	if (!close) { /* a text to guess from; csv_next() lets none through */
		*end = b->len;
		put_field(b, i + 1, b->len);
		return 0;
	}
	*end = csv_find_end(b->text, close, b->len, d->delimiter);
	if (*end == close && doubled)
		return unescape(b, d, i + 1, close - 1, e);
	if (*end == close) {
		put_field(b, i + 1, close - 1);
		return 0;
	}
	if (!r->fault) {
		r->fault = CSV_AFTER_QUOTE;
		r->fault_field = (uint32_t)b->fields - r->field;
	}
	put_field(b, i, *end);
	return 0;
}

/* One record from t[at] on; returns the offset of the next, 0 on failure. */
static size_t
scan_record(struct csv_block *b, const struct csv_dialect *d, size_t at,
	    size_t line, struct err *e)
{
	size_t i = at, end;

	if (need_record(b, e) < 0)
		return 0;
	begin_record(b, at, line);
	for (;; i = end + 1) {
		if (scan_field(b, d, i, &end, e) < 0)
			return 0;
		if (end == b->len || b->text[end] != d->delimiter)
			break;
	}
	end_record(b, end);
	if (end + 1 < b->len && b->text[end] == '\r' &&
	    b->text[end + 1] == '\n')
		return end + 2;
	return end + 1;
}

static int
scan_quoted(struct csv_block *b, const struct csv_dialect *d, struct err *e)
{
	size_t i, next, line = 0;

	for (i = 0; i < b->len; i = next) {
		if (csv_is_comment(d, b->text, i, b->len)) {
			next = csv_find_line_end(b->text, i, b->len);
			if (next + 1 < b->len && b->text[next] == '\r' &&
			    b->text[next + 1] == '\n')
				next++;
			next++;
			line++;
			continue;
		}
		next = scan_record(b, d, i, line, e);
		if (!next)
			return -1;
		line += (size_t)csv_count_lines(b->text + i,
				next < b->len ? next - i : b->len - i);
	}
	return 0;
}

/* Which field holds the byte at this offset? */
static uint32_t
field_of(const struct csv_block *b, const struct csv_record *r, size_t at)
{
	uint32_t k;

	for (k = 0; k + 1 < r->fields; k++)
		if (b->field[r->field + k].at <= b->len &&
		    b->field[r->field + k].at + b->field[r->field + k].len >=
		    at)
			break;
	return k;
}

/* NUL bytes and bytes that are not UTF-8. */
static void
check_bytes(struct csv_block *b)
{
	const char *text, *nul;
	struct csv_record *r;
	size_t i, bad;

	for (i = 0; i < b->records; i++) {
		r = &b->record[i];
		text = b->text + r->at;
		bad = str_utf8_valid(text, r->len);
		nul = memchr(text, 0, r->len);
		if (nul && (size_t)(nul - text) <= bad) {
			r->fault = CSV_NUL_BYTE;
			r->fault_field = field_of(b, r, (size_t)(nul -
							       b->text));
		} else if (bad < r->len) {
			r->fault = CSV_NOT_UTF8;
			r->fault_field = field_of(b, r, r->at + bad);
		}
	}
}

int
csv_scan(const struct csv_dialect *d, struct csv_block *b, struct err *e)
{
	bool plain = !d->comment &&
		     (!d->quote || !memchr(b->text, d->quote, b->len));

	b->fields = b->records = b->side = 0;
	memset(b->text + b->len, 0, CSV_MARGIN);
	if (plain ? scan_plain(b, d->delimiter, e) < 0 :
		    scan_quoted(b, d, e) < 0)
		return -1;
	if (memchr(b->text, 0, b->len) ||
	    str_utf8_valid(b->text, b->len) < b->len)
		check_bytes(b);
	return 0;
}
