/*
 * codec_strings.c - a table of strings as it is stored: a chunk's dictionary or
 * the levels of a column.
 *
 *	varint	n
 *	u8	width		of a packed length
 *	lengths			packed
 *	bytes			end to end
 */
#include "codec_int.h"

#include <string.h>

#include <dltools/mem.h>

void
codec_put_numbers(struct bytes *b, const uint64_t *v, size_t n)
{
	uint64_t most = 0;
	unsigned char *to;
	unsigned width;
	size_t i;

	for (i = 0; i < n; i++)
		most = v[i] > most ? v[i] : most;
	width = codec_width(most);
	bytes_u8(b, width);
	to = bytes_extend(b, codec_packed_bytes(n, width));
	if (to)
		codec_pack(to, v, n, 0, width);
}

int
codec_put_strings(struct bytes *b, const struct string_table *t, struct err *e)
{
	uint64_t *len = mem_zalloc(t->n, sizeof *len, e);
	size_t i;

	if (!len)
		return -1;
	for (i = 0; i < t->n; i++)
		len[i] = t->at[i + 1] - t->at[i];
	bytes_varint(b, t->n);
	codec_put_numbers(b, len, t->n);
	mem_free(len);
	if (t->n)
		bytes_add(b, t->bytes, (size_t)t->at[t->n]);
	return 0;
}

/* Where n packed numbers lie, behind their width; NULL if they do not. */
static const unsigned char *
take_packed(struct cursor *in, size_t n, unsigned *width)
{
	*width = cursor_u8(in);
	return codec_is_width(*width)
		       ? cursor_take(in, codec_packed_bytes(n, *width)) : NULL;
}

bool
codec_get_numbers(uint64_t *v, size_t n, struct cursor *in)
{
	unsigned width;
	const unsigned char *packed = take_packed(in, n, &width);

	if (packed)
		codec_unpack(v, packed, n, 0, width);
	return packed;
}

int
codec_get_strings(struct string_table *t, size_t n, struct cursor *in,
		  struct err *e)
{
	unsigned width;
	const unsigned char *packed = take_packed(in, n, &width), *bytes;
	uint64_t sum = 0;
	size_t i;

	t->n = 0;
	if (!packed)
		return 1;
	if (mem_grow(&t->at, &t->at_room, n + 1, sizeof *t->at, e) < 0)
		return -1;
	codec_unpack(t->at + 1, packed, n, 0, width);
	for (t->at[0] = 0, i = 1; i <= n; i++) {
		if (t->at[i] > cursor_left(in) - sum)
			return 1;
		sum += t->at[i];
		t->at[i] = sum;
	}
	bytes = cursor_take(in, sum);
	if (!bytes)
		return 1;
	if (mem_grow(&t->bytes, &t->bytes_room, (size_t)sum + 1, 1, e) < 0)
		return -1;
	memcpy(t->bytes, bytes, (size_t)sum);
	t->n = n;
	return 0;
}
