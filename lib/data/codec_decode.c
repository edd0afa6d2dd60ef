/*
 * codec_decode.c - stored bytes back to a chunk.
 *
 * The bytes may come from anyone: every field is compared with what is left of
 * the input, or with the rows of the chunk, before it is used.  Work is done in
 * 64-bit words in c->i64, from where reals and codes are converted.
 */
#include "codec_int.h"

#include <string.h>

#include <dltools/mem.h>

struct head {
	enum chunk_form form;
	unsigned transform, layout, width;
	size_t n;
	uint64_t base;
	size_t present; /* rows not missing */
	bool as_entries; /* are wanted, */
	bool is_entries; /* and are what was read */
	size_t values;  /* words read: one a present row, or a gap's */
};

static int
damaged(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "damaged chunk: %s", what);
}

static bool
is_transform(enum chunk_form form, unsigned transform)
{
	if (form != CHUNK_REAL)
		return transform == TRANSFORM_INT;
	return transform == TRANSFORM_F64 || transform == TRANSFORM_F32 ||
	       (transform >= TRANSFORM_DECIMAL && transform <= TRANSFORM_LAST);
}

static int
read_head(struct head *h, struct cursor *in, struct err *e)
{
	unsigned form = cursor_u8(in);
	uint64_t n;

	h->transform = cursor_u8(in);
	h->layout = cursor_u8(in);
	h->width = cursor_u8(in);
	n = cursor_varint(in);
	h->base = (uint64_t)cursor_zigzag(in);
	if (in->bad || form < CHUNK_INT || form > CHUNK_TEXT)
		return damaged(e, "form");
	h->form = (enum chunk_form)form;
	if (!is_transform(h->form, h->transform))
		return damaged(e, "transform");
	if (h->layout & ~(unsigned)LAYOUT_ALL ||
	    (h->layout & LAYOUT_BITMAP && h->layout & LAYOUT_GAPS))
		return damaged(e, "layout");
	if (!codec_is_width(h->width))
		return damaged(e, "width");
	if (n == 0 || n > FRAME_GROUP_ROWS)
		return damaged(e, "row count");
	h->n = (size_t)n;
	h->present = h->values = h->n;
	return 0;
}

static unsigned
count_bits(unsigned byte)
{
	byte -= byte >> 1 & 0x55;
	byte = (byte & 0x33) + (byte >> 2 & 0x33);
	return (byte + (byte >> 4)) & 15;
}

/* Bits set in a bitmap of n bits; SIZE_MAX if there are some beyond. */
static size_t
count_map(const unsigned char *map, size_t n)
{
	size_t i, set = 0, len = (n + 7) / 8;

	if (n % 8 && map[len - 1] >> n % 8)
		return SIZE_MAX;
	for (i = 0; i < len; i++)
		set += count_bits(map[i]);
	return set;
}

static int
read_mask(struct chunk *c, struct head *h, struct cursor *in, struct err *e)
{
	size_t i, len = (h->n + 7) / 8, missing;
	const unsigned char *map;

	if (!(h->layout & LAYOUT_MASK)) {
		mem_free(c->missing);
		c->missing = NULL;
		return 0;
	}
	map = cursor_take(in, len);
	missing = map ? count_map(map, h->n) : SIZE_MAX;
	if (missing == 0 || missing == SIZE_MAX)
		return damaged(e, "mask");
	if (chunk_reserve_missing(c, e) < 0)
		return -1;
	memset(c->missing, 0, (c->room + 63) / 64 * sizeof *c->missing);
	for (i = 0; i < len; i++)
		c->missing[i / 8] |= (uint64_t)map[i] << (i % 8 * 8);
	h->present = h->values = h->n - missing;
	return 0;
}

/* ---- words ----------------------------------------------------------- */

static int
read_packed(uint64_t *word, size_t n, const struct head *h, struct cursor *in,
	    struct err *e)
{
	const unsigned char *from =
		cursor_take(in, codec_packed_bytes(n, h->width));

	if (!from)
		return damaged(e, "cut off");
	codec_unpack(word, from, n, h->base, h->width);
	return 0;
}

/* Words at the front move to n rows, the last first; how many are left. */
static inline size_t
spread_byte(uint64_t *word, uint64_t *row, size_t n, unsigned byte,
	    size_t filled)
{
	while (n-- > 0) {
		unsigned bit = byte >> n & 1;

		filled -= bit;
		row[n] = word[filled] & (0 - (uint64_t)bit);
	}
	return filled;
}

/* Words at the front of word[] move to the rows that the bitmap names. */
static void
spread_map(uint64_t *word, const unsigned char *map, size_t rows, size_t filled)
{
	size_t i = rows / 8 * 8;

	if (i < rows)
		filled = spread_byte(word, word + i, rows - i, map[i / 8],
				     filled);
	while (i > 0) {
		i -= 8;
		filled = spread_byte(word, word + i, 8, map[i / 8], filled);
	}
}

static int
read_bitmap(uint64_t *word, const struct head *h, struct cursor *in,
	    struct err *e)
{
	const unsigned char *map = cursor_take(in, (h->present + 7) / 8);
	size_t filled, i;

	if (!map || !h->present)
		return damaged(e, "bitmap");
	filled = count_map(map, h->present);
	if (filled == SIZE_MAX)
		return damaged(e, "bitmap");
	if (read_packed(word, filled, h, in, e) < 0)
		return -1;
	for (i = 0; i < filled; i++)
		if (word[i] == 0)
			return damaged(e, "zero among the filled");
	spread_map(word, map, h->present, filled);
	return 0;
}

/* Words at the front of word[] move to the rows at[]. */
static void
spread_gaps(uint64_t *word, const uint32_t *at, size_t rows, size_t filled)
{
	size_t end = rows, k = filled;

	while (k-- > 0) {
		uint64_t value = word[k];

		memset(word + at[k] + 1, 0, (end - at[k] - 1) * sizeof *word);
		word[at[k]] = value;
		end = at[k];
	}
	memset(word, 0, end * sizeof *word);
}

/* at[] has room for every row.  Entries may stay where they are. */
static int
read_gaps(uint64_t *word, uint32_t *at, struct head *h, struct cursor *in,
	  struct err *e)
{
	uint64_t filled = cursor_varint(in), i, row = 0, gap;

	if (in->bad || filled > h->present)
		return damaged(e, "gap count");
	for (i = 0; i < filled; i++) {
		gap = cursor_varint(in);
		if (in->bad || gap >= h->present - row)
			return damaged(e, "gap");
		row += gap;
		at[i] = (uint32_t)row++;
	}
	if (read_packed(word, (size_t)filled, h, in, e) < 0)
		return -1;
	for (i = 0; i < filled; i++)
		if (word[i] == 0)
			return damaged(e, "zero among the filled");
	h->is_entries = h->as_entries && !(h->layout & LAYOUT_MASK);
	if (h->is_entries)
		h->values = (size_t)filled;
	else
		spread_gaps(word, at, h->present, (size_t)filled);
	return 0;
}

static int
read_words(struct chunk *c, struct head *h, struct cursor *in,
	   struct err *e)
{
	uint64_t *word = (uint64_t *)c->i64;
	int status;

	/* nothing but zeros: most columns of most groups of a wide table */
	if (h->as_entries && !h->layout && !h->width && !h->base) {
		h->is_entries = true;
		h->values = 0;
		return 0;
	}
	if (h->layout & LAYOUT_BITMAP)
		status = read_bitmap(word, h, in, e);
	else if (h->layout & LAYOUT_GAPS)
		status = read_gaps(word, c->code, h, in, e);
	else
		status = read_packed(word, h->present, h, in, e);
	return status;
}

/* ---- words to values ------------------------------------------------- */

static int
decimals(double *to, const int64_t *word, size_t n, unsigned digits,
	 struct err *e)
{
	const int64_t most = (int64_t)1 << 53;
	double scale = codec_power10[digits];
	size_t i;

	for (i = 0; i < n; i++) {
		if (word[i] > most || word[i] < -most)
			return damaged(e, "decimal");
		to[i] = digits ? (double)word[i] / scale : (double)word[i];
	}
	return 0;
}

static int
floats(double *to, const int64_t *word, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t bits = (uint32_t)word[i];
		float value;

		memcpy(&value, &bits, sizeof value);
		if ((uint64_t)word[i] > UINT32_MAX || value != value)
			return damaged(e, "float");
		to[i] = (double)value;
	}
	return 0;
}

static int
doubles(double *to, const int64_t *word, size_t n, struct err *e)
{
	size_t i;

	memcpy(to, word, n * sizeof *to);
	for (i = 0; i < n; i++)
		if (to[i] != to[i])
			return damaged(e, "not a number");
	return 0;
}

static int
codes(uint32_t *to, const int64_t *word, size_t n, uint64_t limit,
      struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if ((uint64_t)word[i] >= limit)
			return damaged(e, "code");
		to[i] = (uint32_t)word[i];
	}
	return 0;
}

static int
reals(struct chunk *c, const struct head *h, struct err *e)
{
	if (h->transform == TRANSFORM_F64)
		return doubles(c->f64, c->i64, h->values, e);
	if (h->transform == TRANSFORM_F32)
		return floats(c->f64, c->i64, h->values, e);
	return decimals(c->f64, c->i64, h->values,
			h->transform - TRANSFORM_DECIMAL, e);
}

static int
read_dictionary(struct string_table *d, struct cursor *in, struct err *e)
{
	uint64_t n = cursor_varint(in);
	int status = n > FRAME_GROUP_ROWS ? 1 :
		     codec_get_strings(d, (size_t)n, in, e);

	return status > 0 ? damaged(e, "dictionary") : status;
}

static void
spread_values(struct chunk *c, const struct head *h)
{
	size_t i = h->n, from = h->values;

	if (!(h->layout & LAYOUT_MASK))
		return;
	while (i-- > 0) {
		bool is_missing = chunk_is_missing(c, i);

		from -= !is_missing;
		if (h->form == CHUNK_REAL)
			c->f64[i] = is_missing ? 0 : c->f64[from];
		else if (h->form == CHUNK_INT)
			c->i64[i] = is_missing ? 0 : c->i64[from];
		else
			c->code[i] = is_missing ? 0 : c->code[from];
	}
}

/* The zeros of a chunk of numbers leave, but for missing rows. */
static size_t
squeeze(struct chunk *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		bool is_zero = c->form == CHUNK_INT ? c->i64[i] == 0
						    : c->f64[i] == 0;

		if (is_zero && !chunk_is_missing(c, i))
			continue;
		if (c->form == CHUNK_INT)
			c->i64[n] = c->i64[i];
		else
			c->f64[n] = c->f64[i];
		c->code[n++] = (uint32_t)i;
	}
	return n;
}

/* ---- body ------------------------------------------------------------ */

static int
read_values(struct chunk *c, struct head *h, struct cursor *in,
	    struct err *e)
{
	uint64_t limit = (uint64_t)UINT32_MAX + 1;

	if (read_words(c, h, in, e) < 0)
		return -1;
	if (h->form == CHUNK_TEXT) {
		if (read_dictionary(&c->dict, in, e) < 0)
			return -1;
		limit = c->dict.n;
	}
	if (cursor_left(in))
		return damaged(e, "bytes left over");
	if (h->form == CHUNK_REAL && reals(c, h, e) < 0)
		return -1;
	if ((h->form == CHUNK_CODE || h->form == CHUNK_TEXT) &&
	    codes(c->code, c->i64, h->present, limit, e) < 0)
		return -1;
	spread_values(c, h);
	return 0;
}

/* entries: NULL for all values. */
static int
decode_body(struct chunk *c, size_t *entries, struct cursor *in, struct err *e)
{
	struct head h = { .as_entries = entries != NULL };

	c->n = 0;
	if (read_head(&h, in, e) < 0)
		return -1;
	if (entries && h.form != CHUNK_INT && h.form != CHUNK_REAL)
		return damaged(e, "form");
	/* words, gap positions, values */
	if (chunk_reserve(c, CHUNK_INT, h.n, e) < 0 ||
	    ((entries || h.layout & LAYOUT_GAPS) &&
	     chunk_reserve(c, CHUNK_CODE, h.n, e) < 0) ||
	    chunk_reserve(c, h.form, h.n, e) < 0)
		return -1;
	if (read_mask(c, &h, in, e) < 0 || read_values(c, &h, in, e) < 0)
		return -1;
	c->n = h.n;
	if (entries)
		*entries = h.is_entries ? h.values : squeeze(c);
	return 0;
}

/* ---- compression ----------------------------------------------------- */

static int
decode_zstd(struct chunk *c, size_t *entries, struct cursor *in, size_t stored,
	    struct err *e)
{
	uint64_t claimed = cursor_varint(in);
	size_t left = cursor_left(in);
	struct cursor body;
	struct bytes to = {0};
	int status;

	if (in->bad || claimed > SIZE_MAX / 2 ||
	    (claimed > BODY_FREE && claimed / BODY_RATIO > stored))
		return damaged(e, "length");
	status = bytes_unzstd(&to, (size_t)claimed, in->at, left, e);
	if (status > 0)
		status = damaged(e, "compressed bytes");
	if (status == 0) {
		body = (struct cursor){to.at, to.at + to.len, false};
		status = decode_body(c, entries, &body, e);
	}
	bytes_release(&to);
	return status;
}

static int
decode(struct chunk *c, size_t *entries, const void *bytes, size_t len,
       struct err *e)
{
	const unsigned char *at = bytes;
	struct cursor in = {at, at + len, false};
	unsigned kind = cursor_u8(&in);

	if (!in.bad && kind == STORED_RAW)
		return decode_body(c, entries, &in, e);
	if (!in.bad && kind == STORED_ZSTD)
		return decode_zstd(c, entries, &in, len, e);
	return damaged(e, "kind");
}

int
chunk_decode(struct chunk *c, const void *bytes, size_t len, struct err *e)
{
	return decode(c, NULL, bytes, len, e);
}

int
chunk_decode_entries(struct chunk *c, size_t *entries, const void *bytes,
		     size_t len, struct err *e)
{
	return decode(c, entries, bytes, len, e);
}
