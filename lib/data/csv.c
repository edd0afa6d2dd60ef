/*
 * csv.c - cuts delimited text into blocks that end where a record ends; see
 * csv.h.  Without a quote in sight the last line end is such a place; otherwise
 * the block is walked field by field.  What is left over is carried to the next
 * block.
 */
#include "csv_int.h"
#include "frame_int.h"
#include "source_int.h"

#include <dltools/mem.h>
#include <dltools/str.h>

#define BLOCK_BYTES ((size_t)128 << 10)
#define PEEK_BYTES ((size_t)256 << 10)
#define QUOTED_BYTES ((size_t)1 << 20)
#define QUOTED_LINES 10000
#define RECORD_BYTES ((size_t)64 << 20)

struct csv_reader {
	struct source *source;
	char *path;
	struct csv_options o;
	struct csv_dialect d;
	/* read, not given out yet: carry[carry_at .. carry_at + carry_len) */
	char *carry;
	size_t carry_at, carry_len, carry_room;
	uint64_t at;
	int64_t line, blocks;
	bool begun, at_end, unterminated;
};

struct csv_reader *
csv_open(const char *path, const struct csv_options *o, struct err *e)
{
	struct csv_reader *r = mem_zalloc(1, sizeof(*r), e);

	if (!r)
		return NULL;
	if (o)
		r->o = *o;
	if (!r->o.block_bytes)
		r->o.block_bytes = BLOCK_BYTES;
	if (!r->o.quoted_bytes)
		r->o.quoted_bytes = QUOTED_BYTES;
	if (!r->o.quoted_lines)
		r->o.quoted_lines = QUOTED_LINES;
	if (!r->o.record_bytes)
		r->o.record_bytes = RECORD_BYTES;
	r->line = 1;
	r->source = source_open(path, &r->o, e);
	if (!r->source) {
		csv_free(r);
		return NULL;
	}
	return r;
}

void
csv_free(struct csv_reader *r)
{
	if (!r)
		return;
	source_free(r->source);
	csv_dialect_release(&r->d);
	mem_free(r->carry);
	mem_free(r);
}

int
csv_close(struct csv_reader *r, struct err *e)
{
	int status = r->at_end ? source_check(r->source, e) : 0;

	csv_free(r);
	return status;
}

const char *
csv_path(const struct csv_reader *r)
{
	return source_name(r->source);
}

bool
csv_is_unterminated(const struct csv_reader *r)
{
	return r->unterminated;
}

void
csv_progress(const struct csv_reader *r, uint64_t *packed, uint64_t *unpacked,
	     uint64_t *size)
{
	*packed = source_packed(r->source);
	*unpacked = r->at;
	*size = source_size(r->source);
}

/* One read more behind the carried bytes. */
static int
read_more(struct csv_reader *r, size_t n, struct err *e)
{
	size_t got;

	if (r->carry_at) {
		memmove(r->carry, r->carry + r->carry_at, r->carry_len);
		r->carry_at = 0;
	}
	if (mem_grow(&r->carry, &r->carry_room,
		     r->carry_len + n + CSV_MARGIN, 1, e) < 0 ||
	    source_read(r->source, r->carry + r->carry_len, n, &got, e) < 0)
		return -1;
	r->carry_len += got;
	r->at_end = !got;
	return 0;
}

static void
drop(struct csv_reader *r, size_t n)
{
	r->carry_at += n;
	r->carry_len -= n;
	r->at += n;
}

static int
endless(const struct csv_reader *r, struct err *e)
{
	return err_set(e, ERR_INPUT, "%s:%lld: line longer than %zu bytes",
		       csv_path(r), (long long)r->line, r->o.record_bytes);
}

static int
skip_line(struct csv_reader *r, struct err *e)
{
	size_t i = 0;
	const char *t;

	for (;;) {
		t = r->carry + r->carry_at;
		i = csv_find_line_end(t, i, r->carry_len);
		if (i + 1 < r->carry_len || r->at_end)
			break;
		if (i > r->o.record_bytes)
			return endless(r, e);
		if (read_more(r, PEEK_BYTES, e) < 0)
			return -1;
	}
	if (i + 1 < r->carry_len && t[i] == '\r' && t[i + 1] == '\n')
		i++;
	drop(r, i < r->carry_len ? i + 1 : i);
	r->line++;
	return 0;
}

/* What is no text, or none that can be read, by its first bytes. */
static int
check_kind(const struct csv_reader *r, struct err *e)
{
	static const char model[] = "{\"__metadata__\":{";
	const unsigned char *t = (const unsigned char *)r->carry;
	size_t n = r->carry_len;

	if (n >= 4 && (!memcmp(t, "\xff\xfe\0\0", 4) ||
		       !memcmp(t, "\0\0\xfe\xff", 4)))
		return err_set(e, ERR_INPUT, "'%s' is UTF-32: convert it with "
			       "'iconv -f UTF-32 -t UTF-8'", csv_path(r));
	if (n >= 2 && ((t[0] == 0xff && t[1] == 0xfe) ||
		       (t[0] == 0xfe && t[1] == 0xff)))
		return err_set(e, ERR_INPUT, "'%s' is UTF-16: convert it with "
			       "'iconv -f UTF-16 -t UTF-8'", csv_path(r));
	if (n >= 8 && !memcmp(t, FRAME_MAGIC, 8))
		return err_set(e, ERR_INPUT, "'%s' is a frame, not text: "
			       "dl-cat prints its rows", csv_path(r));
	if (n >= 8 + sizeof(model) - 1 &&
	    !memcmp(t + 8, model, sizeof(model) - 1))
		return err_set(e, ERR_INPUT, "'%s' is a model, not text",
			       csv_path(r));
	return 0;
}

/* Byte order mark and lines to be skipped. */
static int
begin(struct csv_reader *r, struct err *e)
{
	uint64_t i;

	if (r->begun)
		return 0;
	r->begun = true;
	while (r->carry_len < 3 && !r->at_end)
		if (read_more(r, PEEK_BYTES, e) < 0)
			return -1;
	if (check_kind(r, e) < 0)
		return -1;
	if (r->carry_len >= 3 && !memcmp(r->carry, "\xef\xbb\xbf", 3))
		drop(r, 3);
	for (i = 0; i < r->o.skip_lines && (r->carry_len || !r->at_end); i++)
		if (skip_line(r, e) < 0)
			return -1;
	return 0;
}

int
csv_peek(struct csv_reader *r, const char **bytes, size_t *len, bool *whole,
	 struct err *e)
{
	size_t line = 0;

	if (begin(r, e) < 0)
		return -1;
	while (r->carry_len < PEEK_BYTES && !r->at_end)
		if (read_more(r, PEEK_BYTES - r->carry_len, e) < 0)
			return -1;
	/* one line at least, however long */
	while (csv_find_line_end(r->carry + r->carry_at, line, r->carry_len) ==
	       r->carry_len && !r->at_end) {
		line = r->carry_len;
		if (line > r->o.record_bytes)
			return endless(r, e);
		if (read_more(r, line, e) < 0)
			return -1;
	}
	*bytes = r->carry + r->carry_at;
	*len = line || r->carry_len < PEEK_BYTES ? r->carry_len : PEEK_BYTES;
	*whole = r->at_end && *len == r->carry_len;
	return 0;
}

int
csv_start(struct csv_reader *r, const struct csv_dialect *d, struct err *e)
{
	if (d->delimiter == d->quote ||
	    (d->escape && d->delimiter == d->escape))
		return err_set(e, ERR_USAGE, "'%c' is the delimiter, so it "
			       "cannot be the %s", d->delimiter,
			       d->delimiter == d->quote ? "quote" : "escape");
	csv_dialect_release(&r->d);
	return csv_dialect_copy(&r->d, d, e);
}

/*
 * Fills the block up to `want` bytes, from the carried ones first; an eager
 * reader is content with what is there.
 */
static int
fill(struct csv_reader *r, struct csv_block *b, size_t want, struct err *e)
{
	size_t n = want - b->len, got;

	if (csv_block_room(b, want, 0, e) < 0)
		return -1;
	if (n > r->carry_len)
		n = r->carry_len;
	if (n) {
		memcpy(b->text + b->len, r->carry + r->carry_at, n);
		b->len += n;
		r->carry_at += n;
		r->carry_len -= n;
	}
	while (b->len < want && !r->at_end && !(r->o.eager && n)) {
		if (source_read(r->source, b->text + b->len, want - b->len,
				&got, e) < 0)
			return -1;
		b->len += got;
		r->at_end = !got;
		n = got;
	}
	return 0;
}

/* Gives text[cut..] back to the carried bytes. */
static int
push_back(struct csv_reader *r, struct csv_block *b, size_t cut,
	  struct err *e)
{
	size_t n = b->len - cut;

	b->len = cut;
	if (!n)
		return 0;
	if (r->carry_len) { /* the bytes came from there just now */
		r->carry_at -= n;
	} else {
		if (mem_grow(&r->carry, &r->carry_room, n + CSV_MARGIN, 1,
			     e) < 0)
			return -1;
		r->carry_at = 0;
		memcpy(r->carry, b->text + cut, n);
	}
	r->carry_len += n;
	return 0;
}

/* Where a walk over records stands. */
struct walk {
	const char *t;
	size_t n;
	bool whole;      /* the text ends at n */
	size_t record;   /* offset of the record being walked */
	size_t quote_at; /* of an open quote */
	size_t field;
	bool is_open, is_long;
};

/* Is the quoted field t[i..end) beyond the limits? */
static bool
is_field_long(const struct csv_reader *r, const char *t, size_t i, size_t end)
{
	if (end - i <= r->o.quoted_lines)
		return false;
	return end - i > r->o.quoted_bytes ||
	       (size_t)csv_count_lines(t + i, end - i) > r->o.quoted_lines;
}

/* The end of the line at t[i], a line end; 0: the next byte is needed. */
static size_t
behind_line(const struct walk *w, size_t i)
{
	if (w->t[i] == '\n')
		return i + 1;
	if (i + 1 == w->n)
		return w->whole ? w->n : 0;
	return w->t[i + 1] == '\n' ? i + 2 : i + 1;
}

/* The end of the record at w->record, 0 if it is not all there (or wrong). */
static size_t
record_end(const struct csv_reader *r, struct walk *w)
{
	size_t i = w->record, end;
	bool doubled;

	if (csv_is_comment(&r->d, w->t, i, w->n)) {
		i = csv_find_line_end(w->t, i, w->n);
		return i < w->n ? behind_line(w, i) : w->whole ? w->n : 0;
	}
	for (w->field = 1;; w->field++, i++) {
		if (i < w->n && r->d.quote && w->t[i] == r->d.quote) {
			end = csv_quoted_end(&r->d, w->t, i, w->n, w->whole,
					     &doubled);
			w->is_open = !end;
			w->is_long = is_field_long(r, w->t, i,
						   end ? end : w->n);
			w->quote_at = i;
			if (!end || w->is_long)
				return 0;
			i = end;
		}
		i = csv_find_end(w->t, i, w->n, r->d.delimiter);
		if (i == w->n)
			return w->whole ? w->n : 0;
		if (w->t[i] != r->d.delimiter)
			return behind_line(w, i);
	}
}

static int
bad_quote(const struct csv_reader *r, const struct walk *w, struct err *e)
{
	struct str s = STR_INIT;
	long long line = r->line +
		csv_count_lines(w->t, w->record) +
		(w->quote_at > w->record ?
		 csv_count_lines(w->t + w->record, w->quote_at - w->record) :
		 0);

	str_add_quoted(&s, w->t + w->quote_at, w->n - w->quote_at, 40);
	if (w->is_long)
		err_set(e, ERR_INPUT,
			"%s:%lld:%zu: quoted field too long: '%s': over %zu "
			"bytes or %zu lines: is its quote closed?",
			csv_path(r), line, w->field, s.buf, r->o.quoted_bytes,
			r->o.quoted_lines);
	else
		err_set(e, ERR_INPUT,
			"%s:%lld:%zu: quote not closed: '%s': the text ends "
			"inside it", csv_path(r), line, w->field, s.buf);
	str_release(&s);
	return -1;
}

/* The last line end, quotes or not; 0 if there is none. */
static size_t
last_line(const struct walk *w)
{
	size_t i;

	for (i = w->n; i > 0; i--)
		if (w->t[i - 1] == '\n')
			return i;
	for (i = w->n; i > 1; i--)
		if (w->t[i - 2] == '\r')
			return i - 1;
	return 0;
}

/* How much of the block are whole records (one: the first of them). */
static int
cut_block(const struct csv_reader *r, const struct csv_block *b, bool one,
	  size_t *cut, struct err *e)
{
	struct walk w = { .t = b->text, .n = b->len, .whole = r->at_end &&
			  !r->carry_len };
	size_t end;

	if (!one && (!r->d.quote || !memchr(w.t, r->d.quote, w.n))) {
		*cut = w.whole ? w.n : last_line(&w);
		return 0;
	}
	do {
		end = record_end(r, &w);
		if (!end)
			break;
		w.record = end;
	} while (end < w.n && !one);
	*cut = w.record;
	if (!w.record && (w.is_long || (w.is_open && w.whole)))
		return bad_quote(r, &w, e);
	return 0;
}

int64_t
csv_count_lines(const char *t, size_t n)
{
	int64_t lines = 0;
	size_t i, end;
	unsigned char k;

	for (i = 0; i < n; i = end) {
		end = n - i > 255 ? i + 255 : n;
		for (k = 0; i < end; i++)
			k = (unsigned char)(k + (t[i] == '\n'));
		lines += k;
	}
	if (!n || !memchr(t, '\r', n))
		return lines;
	for (i = 0; i < n; i++)
		lines += t[i] == '\r' && (i + 1 == n || t[i + 1] != '\n');
	return lines;
}

static int
next_block(struct csv_reader *r, struct csv_block *b, bool one, struct err *e)
{
	size_t want = r->o.block_bytes, cut = 0;

	if (begin(r, e) < 0)
		return -1;
	for (b->len = 0;;) {
		if (fill(r, b, want, e) < 0)
			return -1;
		if (!b->len)
			return 0;
		if (cut_block(r, b, one, &cut, e) < 0)
			return -1;
		if (cut)
			break;
		if (b->len > r->o.record_bytes)
			return endless(r, e);
		if (b->len < want)
			continue;
		want = want < r->o.record_bytes / 2 ? want * 2 :
			r->o.record_bytes + 1;
	}
	if (push_back(r, b, cut, e) < 0)
		return -1;
	b->number = r->blocks++;
	b->line = r->line;
	b->at = r->at;
	r->at += cut;
	r->line += csv_count_lines(b->text, cut);
	r->unterminated = b->text[cut - 1] != '\n' && b->text[cut - 1] != '\r';
	return 1;
}

int
csv_next(struct csv_reader *r, struct csv_block *b, struct err *e)
{
	return next_block(r, b, false, e);
}

int
csv_next_record(struct csv_reader *r, struct csv_block *b, struct err *e)
{
	int got;

	do {
		got = next_block(r, b, true, e);
		if (got > 0 && csv_scan(&r->d, b, e) < 0)
			return -1;
	} while (got > 0 && (!b->records ||
			     b->record[0].fault == CSV_BLANK));
	return got;
}
