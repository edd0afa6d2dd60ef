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

/* ---- taking missing rows out ----------------------------------------- */

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

/* ---- body ------------------------------------------------------------ */

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

void
codec_put_head(struct bytes *body, const struct plan *p, enum chunk_form form,
	       size_t n)
{
	bytes_u8(body, (unsigned)form);
	bytes_u8(body, p->transform);
	bytes_u8(body, p->layout);
	bytes_u8(body, p->width);
	bytes_varint(body, n);
	bytes_zigzag(body, (int64_t)p->base);
}

static int
make_body(struct bytes *b, const struct chunk *c, const struct chunk *dense,
	  struct err *e)
{
	struct plan p;
	int status = -1;

	if (codec_plan(&p, dense, e) < 0)
		goto out;
	if (dense->n < c->n)
		p.layout |= LAYOUT_MASK;
	codec_put_head(b, &p, c->form, c->n);
	if (p.layout & LAYOUT_MASK)
		add_mask(b, c);
	if (add_words(b, &p, e) < 0)
		goto out;
	if (c->form == CHUNK_TEXT && codec_put_strings(b, &c->dict, e) < 0)
		goto out;
	status = b->failed ? err_nomem(e, "an encoded chunk") : 0;
out:
	mem_free(p.owned);
	return status;
}

/* ---- compression ----------------------------------------------------- */

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
int
codec_seal(struct encoded_chunk *x, const struct bytes *body, int level,
	   struct err *e)
{
	struct bytes out = {0};
	int status = compress(&out, body, level, e);

	if (status == 0) {
		x->bytes = (unsigned char *)mem_memdup(out.at, out.len, e);
		x->len = out.len;
		x->hash = XXH3_64bits(out.at, out.len);
		status = x->bytes ? 0 : -1;
	}
	bytes_release(&out);
	return status;
}

static int
check_chunk(const struct chunk *c, enum column_type type, struct err *e)
{
	if (c->n == 0 || c->n > FRAME_GROUP_ROWS)
		return err_set(e, ERR_INTERNAL, "chunk of %zu rows", c->n);
	if (!chunk_form_fits(c->form, type))
		return err_set(e, ERR_INTERNAL,
			       "form %d in a column of type %s", (int)c->form,
			       column_type_name(type));
	return 0;
}

struct encoded_chunk *
chunk_encode(const struct chunk *c, enum column_type type, int zstd_level,
	     struct err *e)
{
	struct encoded_chunk *x = NULL;
	struct bytes body = {0};
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
	    make_body(&body, c, &dense, e) < 0)
		goto out;
	status = codec_seal(x, &body, zstd_level, e);
out:
	drop_dense(&dense, c);
	bytes_release(&body);
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
