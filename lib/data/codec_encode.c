/*
 * codec_encode.c - a chunk to its smallest exact encoding.
 *
 * Missing rows are taken out, the rest becomes 64-bit words (integers, scaled
 * decimals, or the bits of floats), the words are packed densely or, where most
 * are 0, as positions and values, and zstd has the last word.
 */
#include "codec_int.h"

#include <string.h>

#include <xxhash.h>
#include <zstd.h>

#include <dltools/mem.h>

/* The words of a chunk and how they are going to lie. */
struct plan {
	const uint64_t *word;
	uint64_t *owned;   /* what word points to, if it was made here */
	size_t n;
	unsigned transform;
	unsigned layout;
	unsigned width;
	uint64_t base;
	size_t filled;     /* words that are not 0 */
};

/* ---- taking missing rows out ------------------------------------------ */

static size_t
gather(struct chunk *to, const struct chunk *c)
{
	size_t i, n = 0;

	for (i = 0; i < c->n; i++) {
		if (c->missing[i / 64] >> (i % 64) & 1)
			continue;
		if (c->form == CHUNK_INT)
			to->i64[n++] = c->i64[i];
		else if (c->form == CHUNK_REAL)
			to->f64[n++] = c->f64[i];
		else
			to->code[n++] = c->code[i];
	}
	return n;
}

/* A chunk without mask; arrays and dict may be borrowed from c. */
static int
make_dense(struct chunk *dense, const struct chunk *c, struct err *e)
{
	struct string_table none = {0};

	*dense = *c;
	dense->missing = NULL;
	if (!c->missing)
		return 0;
	dense->i64 = NULL;
	dense->f64 = NULL;
	dense->code = NULL;
	dense->dict = none;
	dense->room = 0;
	if (chunk_reserve(dense, c->form, c->n, e) < 0)
		return -1;
	dense->n = gather(dense, c);
	dense->dict = c->dict;
	return 0;
}

static void
drop_dense(struct chunk *dense, const struct chunk *c)
{
	dense->dict = (struct string_table){0};
	if (c->missing)
		chunk_release(dense);
}

int
codec_tally(struct tally *t, const struct chunk *c, struct err *e)
{
	struct chunk dense = {0};
	int status = make_dense(&dense, c, e);

	if (status == 0)
		status = tally_chunk(t, &dense, c->n - dense.n, e);
	drop_dense(&dense, c);
	return status;
}

/* ---- words ------------------------------------------------------------ */

/*
 * value = m / 10^k to the last bit?  The nearest double of a quotient of two
 * exact integers is what a decimal number reads as, so decimals survive.
 */
static bool
scale(double value, unsigned k, uint64_t *word)
{
	const double round = 0x1.8p52;
	double m = value * codec_power10[k];
	double back;

	if (!(m > -0x1p51 && m < 0x1p51))
		return false;
	m = (m + round) - round;
	back = m / codec_power10[k];
	*word = (uint64_t)(int64_t)m;
	return memcmp(&back, &value, sizeof back) == 0;
}

static bool
to_decimal(uint64_t *word, const double *v, size_t n, unsigned *digits)
{
	unsigned k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		while (!scale(v[i], k, &word[i]))
			if (++k > 15)
				return false;
	/* the first values were scaled by less */
	for (i = 0; i < n; i++)
		if (!scale(v[i], k, &word[i]))
			return false;
	*digits = k;
	return true;
}

static bool
to_f32(uint64_t *word, const double *v, size_t n)
{
	uint32_t bits;
	size_t i;

	for (i = 0; i < n; i++) {
		float narrow = (float)v[i];
		double back = (double)narrow;

		if (memcmp(&back, &v[i], sizeof back) != 0)
			return false;
		memcpy(&bits, &narrow, sizeof bits);
		word[i] = bits;
	}
	return true;
}

static unsigned
range_width(const uint64_t *word, size_t n)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	size_t i;

	for (i = 0; i < n; i++) {
		int64_t v = (int64_t)word[i];

		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	return n ? codec_width((uint64_t)high - (uint64_t)low) : 0;
}

/* Decimals if they take no more than half a double, floats, doubles. */
static void
real_words(struct plan *p, const double *v)
{
	unsigned digits = 0;
	bool is_decimal = to_decimal(p->owned, v, p->n, &digits);

	p->transform = TRANSFORM_DECIMAL + digits;
	if (is_decimal && range_width(p->owned, p->n) <= 32)
		return;
	p->transform = TRANSFORM_F32;
	if (to_f32(p->owned, v, p->n))
		return;
	p->transform = TRANSFORM_DECIMAL + digits;
	if (is_decimal && to_decimal(p->owned, v, p->n, &digits) &&
	    range_width(p->owned, p->n) < 64)
		return;
	p->transform = TRANSFORM_F64;
	memcpy(p->owned, v, p->n * sizeof *v);
}

static int
make_words(struct plan *p, const struct chunk *dense, struct err *e)
{
	size_t i;

	p->n = dense->n;
	p->transform = TRANSFORM_INT;
	if (dense->form == CHUNK_INT) {
		p->word = (const uint64_t *)dense->i64;
		return 0;
	}
	p->owned = mem_zalloc(p->n, sizeof *p->owned, e);
	p->word = p->owned;
	if (!p->owned)
		return -1;
	if (dense->form == CHUNK_REAL)
		real_words(p, dense->f64);
	else
		for (i = 0; i < p->n; i++)
			p->owned[i] = dense->code[i];
	return 0;
}

/* ---- layout ------------------------------------------------------------ */

static size_t
varint_bytes(uint64_t value)
{
	size_t n = 1;

	for (; value >= 128; value >>= 7)
		n++;
	return n;
}

struct extent {
	int64_t low, high;
};

/* Branch-free: where the zeros are is anyone's guess. */
static void
find_extents(struct plan *p, struct extent *all, struct extent *filled)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	size_t i, n = 0;

	for (i = 0; i < p->n; i++) {
		int64_t v = (int64_t)p->word[i];
		int64_t v_low = v ? v : INT64_MAX, v_high = v ? v : INT64_MIN;

		low = v_low < low ? v_low : low;
		high = v_high > high ? v_high : high;
		n += v != 0;
	}
	p->filled = n;
	*filled = (struct extent){low, high};
	*all = *filled;
	if (n < p->n) {
		all->low = low < 0 ? low : 0;
		all->high = high > 0 ? high : 0;
	}
}

/* Bytes of the gaps as varints, or a bitmap's if they are more. */
static size_t
count_gap_bytes(const struct plan *p, size_t bitmap)
{
	size_t i, last = 0, sum = varint_bytes(p->filled);

	for (i = 0; i < p->n && sum < bitmap; i++) {
		if (p->word[i] == 0)
			continue;
		sum += varint_bytes(i - last);
		last = i + 1;
	}
	return sum;
}

static void
take_extent(struct plan *p, const struct extent *x)
{
	unsigned plain = x->low >= 0 ? codec_width((uint64_t)x->high) : 64;

	p->width = codec_width((uint64_t)x->high - (uint64_t)x->low);
	p->base = (uint64_t)x->low;
	/* no offset that saves nothing, so that small numbers look alike */
	if (p->width && p->width == plain)
		p->base = 0;
}

static void
make_layout(struct plan *p)
{
	struct extent all, filled;
	size_t bitmap = (p->n + 7) / 8, gaps, dense, sparse = SIZE_MAX;

	if (p->n == 0)
		return;
	find_extents(p, &all, &filled);
	if (p->filled && p->filled < p->n) {
		take_extent(p, &filled);
		gaps = p->filled < bitmap ? count_gap_bytes(p, bitmap) : bitmap;
		sparse = codec_packed_bytes(p->filled, p->width) + gaps;
		p->layout = gaps < bitmap ? LAYOUT_GAPS : LAYOUT_BITMAP;
	}
	dense = codec_packed_bytes(
		p->n, codec_width((uint64_t)all.high - (uint64_t)all.low));
	if (sparse < dense - dense / 8)
		return;
	p->layout = 0;
	take_extent(p, &all);
}

/* ---- body --------------------------------------------------------------- */

static void
add_mask(struct bytes *b, const struct chunk *c)
{
	size_t i, len = (c->n + 7) / 8;
	unsigned char *to = bytes_extend(b, len);

	for (i = 0; to && i < len; i++)
		to[i] = (unsigned char)(c->missing[i / 8] >> (i % 8 * 8) & 255);
	if (to && c->n % 8)
		to[len - 1] &= (unsigned char)((1u << c->n % 8) - 1);
}

static void
add_bitmap(struct bytes *b, const struct plan *p)
{
	unsigned char *bits = bytes_extend(b, (p->n + 7) / 8);
	size_t i, k, n = p->n / 8 * 8;
	unsigned byte;

	if (!bits)
		return;
	for (i = 0; i < n; i += 8) {
		for (byte = 0, k = 0; k < 8; k++)
			byte |= (unsigned)(p->word[i + k] != 0) << k;
		*bits++ = (unsigned char)byte;
	}
	for (byte = 0; i < p->n; i++)
		byte |= (unsigned)(p->word[i] != 0) << (i - n);
	if (n < p->n)
		*bits = (unsigned char)byte;
}

static void
add_gaps(struct bytes *b, const struct plan *p)
{
	size_t i, last = 0;

	bytes_varint(b, p->filled);
	for (i = 0; i < p->n; i++) {
		if (p->word[i] == 0)
			continue;
		bytes_varint(b, i - last);
		last = i + 1;
	}
}

/* Only those that are not 0; the store after the last one is overwritten or
 * falls into the spare word. */
static int
add_filled(struct bytes *b, const struct plan *p, struct err *e)
{
	uint64_t *filled = mem_zalloc(p->filled + 1, sizeof *filled, e);
	unsigned char *to;
	size_t i, k = 0;

	if (!filled)
		return -1;
	for (i = 0; i < p->n; i++) {
		filled[k] = p->word[i];
		k += p->word[i] != 0;
	}
	to = bytes_extend(b, codec_packed_bytes(p->filled, p->width));
	if (to)
		codec_pack(to, filled, p->filled, p->base, p->width);
	mem_free(filled);
	return 0;
}

static int
add_words(struct bytes *b, const struct plan *p, struct err *e)
{
	unsigned char *to;

	if (p->layout & LAYOUT_BITMAP)
		add_bitmap(b, p);
	if (p->layout & LAYOUT_GAPS)
		add_gaps(b, p);
	if (p->layout & (LAYOUT_BITMAP | LAYOUT_GAPS))
		return add_filled(b, p, e);
	to = bytes_extend(b, codec_packed_bytes(p->n, p->width));
	if (to)
		codec_pack(to, p->word, p->n, p->base, p->width);
	return 0;
}

/* varint count, u8 width, packed lengths, the bytes end to end */
static int
add_dictionary(struct bytes *b, const struct string_table *d, struct err *e)
{
	uint64_t *len = mem_zalloc(d->n, sizeof *len, e), most = 0;
	unsigned char *to;
	size_t i;

	if (!len)
		return -1;
	for (i = 0; i < d->n; i++) {
		len[i] = d->at[i + 1] - d->at[i];
		most = len[i] > most ? len[i] : most;
	}
	bytes_varint(b, d->n);
	bytes_u8(b, codec_width(most));
	to = bytes_extend(b, codec_packed_bytes(d->n, codec_width(most)));
	if (to)
		codec_pack(to, len, d->n, 0, codec_width(most));
	mem_free(len);
	if (d->n)
		bytes_add(b, d->bytes, (size_t)d->at[d->n]);
	return 0;
}

static int
make_body(struct bytes *b, const struct chunk *c, const struct chunk *dense,
	  struct err *e)
{
	struct plan p = {0};
	int status = -1;

	if (make_words(&p, dense, e) < 0)
		goto out;
	make_layout(&p);
	if (dense->n < c->n)
		p.layout |= LAYOUT_MASK;
	bytes_u8(b, (unsigned)c->form);
	bytes_u8(b, p.transform);
	bytes_u8(b, p.layout);
	bytes_u8(b, p.width);
	bytes_varint(b, c->n);
	bytes_zigzag(b, (int64_t)p.base);
	if (p.layout & LAYOUT_MASK)
		add_mask(b, c);
	if (add_words(b, &p, e) < 0)
		goto out;
	if (c->form == CHUNK_TEXT && add_dictionary(b, &c->dict, e) < 0)
		goto out;
	status = b->failed ? err_nomem(e, "an encoded chunk") : 0;
out:
	mem_free(p.owned);
	return status;
}

/* ---- compression --------------------------------------------------------- */

#define BODY_TINY 48 /* not worth a frame header */

static int
compress(struct bytes *out, const struct bytes *body, int level, struct err *e)
{
	size_t bound = ZSTD_compressBound(body->len), head, got;
	unsigned char *to;

	if (body->len >= BODY_TINY) {
		bytes_u8(out, STORED_ZSTD);
		bytes_varint(out, body->len);
		head = out->len;
		to = bytes_extend(out, bound);
		if (!to)
			return err_nomem(e, "an encoded chunk");
		got = ZSTD_compress(to, bound, body->at, body->len,
				    level ? level : CODEC_LEVEL);
		if (ZSTD_isError(got))
			return err_set(e, ERR_OUTPUT, "zstd: %s",
				       ZSTD_getErrorName(got));
		out->len = head + got;
		if (out->len <= body->len &&
		    (body->len <= BODY_FREE ||
		     body->len / BODY_RATIO <= out->len))
			return 0;
		out->len = 0;
	}
	bytes_u8(out, STORED_RAW);
	bytes_add(out, body->at, body->len);
	return out->failed ? err_nomem(e, "an encoded chunk") : 0;
}

/* Keeps what was used of a buffer made for the worst case. */
static int
keep(struct encoded_chunk *x, const struct bytes *out, struct err *e)
{
	x->bytes = (unsigned char *)mem_memdup(out->at, out->len, e);
	x->len = out->len;
	x->hash = XXH3_64bits(out->at, out->len);
	return x->bytes ? 0 : -1;
}

static int
check_chunk(const struct chunk *c, enum column_type type, struct err *e)
{
	if (c->n == 0 || c->n > FRAME_GROUP_ROWS)
		return err_set(e, ERR_INTERNAL, "chunk of %zu rows", c->n);
	if (!chunk_form_fits(c->form, type))
		return err_set(e, ERR_INTERNAL, "form %d in a column of type %s",
			       (int)c->form, column_type_name(type));
	return 0;
}

struct encoded_chunk *
chunk_encode(const struct chunk *c, enum column_type type, int zstd_level,
	     struct err *e)
{
	struct encoded_chunk *x = NULL;
	struct bytes body = {0}, out = {0};
	struct chunk dense = {0};
	int status = -1;

	if (check_chunk(c, type, e) < 0)
		return NULL;
	x = mem_zalloc(1, sizeof *x, e);
	if (!x || make_dense(&dense, c, e) < 0)
		goto out;
	x->form = c->form;
	x->n = c->n;
	if (tally_chunk(&x->tally, &dense, c->n - dense.n, e) < 0 ||
	    make_body(&body, c, &dense, e) < 0 ||
	    compress(&out, &body, zstd_level, e) < 0)
		goto out;
	status = keep(x, &out, e);
out:
	drop_dense(&dense, c);
	bytes_release(&body);
	bytes_release(&out);
	if (status < 0) {
		encoded_chunk_free(x);
		x = NULL;
	}
	return x;
}

void
encoded_chunk_free(struct encoded_chunk *x)
{
	if (!x)
		return;
	mem_free(x->bytes);
	tally_release(&x->tally);
	mem_free(x);
}

const void *
encoded_chunk_bytes(const struct encoded_chunk *x, size_t *len)
{
	*len = x->len;
	return x->bytes;
}

void
encoded_chunk_drop(struct encoded_chunk *x)
{
	mem_free(x->bytes);
	x->bytes = NULL;
}

int
encoded_chunk_restore(struct encoded_chunk *x, const void *bytes, size_t len,
		      struct err *e)
{
	if (len != x->len || XXH3_64bits(bytes, len) != x->hash)
		return err_set(e, ERR_OUTPUT,
			       "the scratch file changed behind our back");
	encoded_chunk_drop(x);
	x->bytes = (unsigned char *)mem_memdup(bytes, len, e);
	return x->bytes ? 0 : -1;
}
