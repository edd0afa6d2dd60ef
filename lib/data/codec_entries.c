/*
 * codec_entries.c - numbers that come without their zeros: the same bytes as
 * chunk_encode() makes of all values, for the price of those that are there.
 *
 * With one row in sixteen or fewer not zero, positions and values are always
 * the smallest layout; otherwise the zeros are put in and it is decided anew.
 */
#include "codec_int.h"

#include <string.h>

#include <dltools/mem.h>

#define RARE 16
#define FEW_ROWS 4096

static struct encoded_chunk *
encode_all(const struct chunk *c, size_t entries, int level, struct err *e)
{
	struct chunk all = {0};
	struct encoded_chunk *x = NULL;
	size_t k;

	if (chunk_reserve(&all, c->form, c->n, e) < 0)
		return NULL;
	all.n = c->n;
	if (c->form == CHUNK_INT)
		memset(all.i64, 0, all.n * sizeof *all.i64);
	else
		memset(all.f64, 0, all.n * sizeof *all.f64);
	for (k = 0; k < entries; k++)
		if (c->form == CHUNK_INT)
			all.i64[c->code[k]] = c->i64[k];
		else
			all.f64[c->code[k]] = c->f64[k];
	x = chunk_encode(&all, COLUMN_NUM, level, e);
	chunk_release(&all);
	return x;
}

static int
make_body(struct bytes *b, const struct chunk *c, size_t entries,
	  struct err *e)
{
	struct plan p;
	unsigned char *to;
	size_t k, last = 0;
	int status = codec_plan_entries(&p, c, entries, e);

	if (status == 0) {
		codec_put_head(b, &p, c->form, c->n);
		bytes_varint(b, entries);
		for (k = 0; k < entries; k++) {
			bytes_varint(b, c->code[k] - last);
			last = (size_t)c->code[k] + 1;
		}
		to = bytes_extend(b, codec_packed_bytes(entries, p.width));
		if (to)
			codec_pack(to, p.word, entries, p.base, p.width);
		if (b->failed)
			status = err_nomem(e, "an encoded chunk");
	}
	mem_free(p.owned);
	return status;
}

struct encoded_chunk *
chunk_encode_entries(const struct chunk *c, size_t entries, int zstd_level,
		     struct err *e)
{
	struct encoded_chunk *x;
	struct bytes body = {0};
	int status = -1;

	if (c->n < FEW_ROWS || entries == 0 || entries > c->n / RARE)
		return encode_all(c, entries, zstd_level, e);
	x = mem_zalloc(1, sizeof *x, e);
	if (!x)
		return NULL;
	x->form = c->form;
	x->n = c->n;
	if (tally_entries(&x->tally, c, entries, e) == 0 &&
	    make_body(&body, c, entries, e) == 0)
		status = codec_seal(x, &body, zstd_level, e);
	bytes_release(&body);
	if (status < 0) {
		encoded_chunk_free(x);
		x = NULL;
	}
	return x;
}
