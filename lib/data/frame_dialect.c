/*
 * frame_dialect.c - how the text was written that a frame was made from, in its
 * table of contents: scoring reads other text of that kind without a guess.
 */
#include "frame_int.h"

#include <string.h>

#include <dltools/mem.h>

#include "cell_int.h"

#define FLAG_HEADER 1u
#define FLAG_SVMLIGHT 2u
#define FLAG_BASE 4u /* indices count from 1 */
#define FLAG_LATIN1 8u
#define TOKENS_MOST 65536

static void
put_text(struct bytes *b, const char *text)
{
	bytes_varint(b, strlen(text));
	bytes_add(b, text, strlen(text));
}

static void
put_tokens(struct bytes *b, char *const *na, size_t n)
{
	size_t i;

	bytes_varint(b, n);
	for (i = 0; i < n; i++)
		put_text(b, na[i]);
}

static unsigned
flags_of(const struct csv_dialect *d)
{
	return (d->has_header ? FLAG_HEADER : 0) |
	       (d->format == CSV_SVMLIGHT ? FLAG_SVMLIGHT : 0) |
	       (d->index_base ? FLAG_BASE : 0) |
	       (d->latin1 ? FLAG_LATIN1 : 0);
}

/* Svmlight has neither header nor Latin-1, and only it counts features. */
static bool
take_flags(struct csv_dialect *d, unsigned flags)
{
	d->has_header = flags & FLAG_HEADER;
	d->format = flags & FLAG_SVMLIGHT ? CSV_SVMLIGHT : CSV_DELIMITED;
	d->index_base = flags & FLAG_BASE ? 1 : 0;
	d->latin1 = flags & FLAG_LATIN1;
	return (flags & ~FLAG_LATIN1) <= FLAG_HEADER ||
	       flags == FLAG_SVMLIGHT || flags == (FLAG_SVMLIGHT | FLAG_BASE);
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
	put_tokens(b, d->na, d->na_n);
	if (d->owns)
		bytes_varint(b, d->owns);
	for (i = 0; i < d->owns; i++) {
		put_text(b, d->own[i].column);
		put_text(b, d->own[i].header ? d->own[i].header : "");
		put_text(b, d->own[i].format ? d->own[i].format : "");
		put_tokens(b, d->own[i].na, d->own[i].na_n);
	}
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
get_tokens(char ***na, size_t *na_n, struct cursor *in, struct err *e)
{
	uint64_t n = cursor_varint(in);

	if (in->bad || n > TOKENS_MOST || n > cursor_left(in))
		return err_set(e, ERR_INPUT,
			       "damaged table of contents: missing values");
	*na = mem_zalloc((size_t)n, sizeof **na, e);
	if (!*na)
		return -1;
	for (*na_n = 0; *na_n < n; ++*na_n) {
		(*na)[*na_n] = get_text(in, e);
		if (!(*na)[*na_n])
			return -1;
	}
	return 0;
}

/* NULL instead of an empty text. */
static int
get_some_text(char **text, struct cursor *in, struct err *e)
{
	*text = get_text(in, e);
	if (!*text)
		return -1;
	if (!**text) {
		mem_free(*text);
		*text = NULL;
	}
	return 0;
}

/* Only times have a format, and one that is understood. */
static bool
format_fits(const struct frame_column *c, const char *format)
{
	return !format ||
	       (c->type == COLUMN_TIME && cell_is_time_format(format));
}

/* Columns come in their order, each at most once: *at is where to look. */
static int
get_own(struct contents *t, size_t *at, struct cursor *in, struct err *e)
{
	struct csv_own *own = &t->dialect.own[t->dialect.owns++];

	own->column = get_text(in, e);
	if (!own->column || get_some_text(&own->header, in, e) < 0 ||
	    get_some_text(&own->format, in, e) < 0 ||
	    get_tokens(&own->na, &own->na_n, in, e) < 0)
		return -1;
	while (*at < t->columns && strcmp(t->column[*at].name, own->column))
		++*at;
	if (*at == t->columns || !format_fits(&t->column[*at], own->format))
		return err_set(e, ERR_INPUT, "damaged table of contents: "
			       "column of the dialect");
	++*at;
	return 0;
}

/* Older frames end before. */
static int
get_owns(struct contents *t, struct cursor *in, struct err *e)
{
	uint64_t n, i;
	size_t at = 0;

	if (!cursor_left(in))
		return 0;
	n = cursor_varint(in);
	if (in->bad || n == 0 || n > t->columns || n > cursor_left(in))
		return err_set(e, ERR_INPUT,
			       "damaged table of contents: dialect");
	if (mem_grow(&t->dialect.own, &t->dialect.own_room, (size_t)n,
		     sizeof *t->dialect.own, e) < 0)
		return -1;
	memset(t->dialect.own, 0, (size_t)n * sizeof *t->dialect.own);
	for (i = 0; i < n; i++)
		if (get_own(t, &at, in, e) < 0)
			return -1;
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
	if (get_some_text(&d->comment, in, e) < 0 ||
	    get_tokens(&d->na, &d->na_n, in, e) < 0 || get_owns(t, in, e) < 0)
		return -1;
	return cursor_left(in) ? err_set(e, ERR_INPUT, "damaged table of "
					 "contents: too long") : 0;
}
