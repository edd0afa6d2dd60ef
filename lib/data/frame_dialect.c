/*
 * frame_dialect.c - how the text was written that a frame was made from, in its
 * table of contents: scoring reads other text of that kind without a guess.
 */
#include "frame_int.h"

#include <string.h>

#include <dltools/mem.h>

#define FLAG_HEADER 1u
#define FLAG_SVMLIGHT 2u
#define FLAG_BASE 4u /* indices count from 1 */
#define TOKENS_MOST 65536

static void
put_text(struct bytes *b, const char *text)
{
	bytes_varint(b, strlen(text));
	bytes_add(b, text, strlen(text));
}

static unsigned
flags_of(const struct csv_dialect *d)
{
	return (d->has_header ? FLAG_HEADER : 0) |
	       (d->format == CSV_SVMLIGHT ? FLAG_SVMLIGHT : 0) |
	       (d->index_base ? FLAG_BASE : 0);
}

/* Svmlight has no header, and only it counts features. */
static bool
take_flags(struct csv_dialect *d, unsigned flags)
{
	d->has_header = flags & FLAG_HEADER;
	d->format = flags & FLAG_SVMLIGHT ? CSV_SVMLIGHT : CSV_DELIMITED;
	d->index_base = flags & FLAG_BASE ? 1 : 0;
	return flags <= FLAG_HEADER || flags == FLAG_SVMLIGHT ||
	       flags == (FLAG_SVMLIGHT | FLAG_BASE);
}

void
contents_put_dialect(struct bytes *b, const struct contents *t)
{
	const struct csv_dialect *d = &t->dialect;
	size_t i;

	if (!t->has_dialect)
		return;
	bytes_u8(b, (unsigned char)d->delimiter);
	bytes_u8(b, (unsigned char)d->quote);
	bytes_u8(b, (unsigned char)d->escape);
	bytes_u8(b, (unsigned char)d->decimal);
	bytes_u8(b, flags_of(d));
	put_text(b, d->comment ? d->comment : "");
	bytes_varint(b, d->na_n);
	for (i = 0; i < d->na_n; i++)
		put_text(b, d->na[i]);
}

static char *
get_text(struct cursor *in, struct err *e)
{
	uint64_t len = cursor_varint(in);
	const unsigned char *text = cursor_take(in, len);

	if (!text || memchr(text, '\0', (size_t)len)) {
		in->bad = true;
		err_set(e, ERR_INPUT,
			"damaged table of contents: text of the dialect");
		return NULL;
	}
	return mem_memdup(text, (size_t)len, e);
}

static int
get_tokens(struct csv_dialect *d, struct cursor *in, struct err *e)
{
	uint64_t n = cursor_varint(in);

	if (in->bad || n > TOKENS_MOST || n > cursor_left(in))
		return err_set(e, ERR_INPUT,
			       "damaged table of contents: missing values");
	d->na = mem_zalloc((size_t)n, sizeof *d->na, e);
	if (!d->na)
		return -1;
	for (d->na_n = 0; d->na_n < n; d->na_n++) {
		d->na[d->na_n] = get_text(in, e);
		if (!d->na[d->na_n])
			return -1;
	}
	return 0;
}

/* Half a character could not be told in a model's JSON. */
static bool
is_ascii(const struct csv_dialect *d)
{
	return !((d->delimiter | d->quote | d->escape | d->decimal) & 0x80);
}

int
contents_get_dialect(struct contents *t, struct cursor *in, struct err *e)
{
	struct csv_dialect *d = &t->dialect;
	unsigned flags;

	t->has_dialect = true;
	d->delimiter = (char)cursor_u8(in);
	d->quote = (char)cursor_u8(in);
	d->escape = (char)cursor_u8(in);
	d->decimal = (char)cursor_u8(in);
	flags = cursor_u8(in);
	if (in->bad || !is_ascii(d) || !d->delimiter || !d->decimal ||
	    !take_flags(d, flags) || d->delimiter == d->quote)
		return err_set(e, ERR_INPUT,
			       "damaged table of contents: dialect");
	d->comment = get_text(in, e);
	if (!d->comment)
		return -1;
	if (!*d->comment) {
		mem_free(d->comment);
		d->comment = NULL;
	}
	if (get_tokens(d, in, e) < 0)
		return -1;
	return cursor_left(in) ? err_set(e, ERR_INPUT, "damaged table of "
					 "contents: too long") : 0;
}
