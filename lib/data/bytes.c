/* bytes.c - little-endian fields and varints; see bytes_int.h. */
#include "bytes_int.h"

#include <string.h>

#include <zstd.h>
#include <zstd_errors.h>

#include <dltools/mem.h>

unsigned char *
bytes_extend(struct bytes *b, size_t len)
{
	struct err e = {0};
	size_t need;

	if (b->failed || mem_add(b->len, len, &need) < 0 ||
	    mem_grow(&b->at, &b->room, need ? need : 1, 1, &e) < 0) {
		b->failed = true;
		return NULL;
	}
	b->len = need;
	return b->at + need - len;
}

void
bytes_add(struct bytes *b, const void *from, size_t len)
{
	unsigned char *to = bytes_extend(b, len);

	if (to && len)
		memcpy(to, from, len);
}

static void
add_little(struct bytes *b, uint64_t value, size_t len)
{
	unsigned char *to = bytes_extend(b, len);
	size_t i;

	for (i = 0; to && i < len; i++)
		to[i] = (unsigned char)(value >> (8 * i) & 255);
}

void
bytes_u8(struct bytes *b, unsigned value)
{
	add_little(b, value, 1);
}

void
bytes_u64(struct bytes *b, uint64_t value)
{
	add_little(b, value, 8);
}

void
bytes_f64(struct bytes *b, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof bits);
	add_little(b, bits, 8);
}

void
bytes_varint(struct bytes *b, uint64_t value)
{
	while (value >= 128) {
		bytes_u8(b, (unsigned)(value & 127) | 128);
		value >>= 7;
	}
	bytes_u8(b, (unsigned)value);
}

void
bytes_zigzag(struct bytes *b, int64_t value)
{
	uint64_t sign = value < 0 ? UINT64_MAX : 0;

	bytes_varint(b, (uint64_t)value << 1 ^ sign);
}

int
bytes_unzstd(struct bytes *b, size_t len, const void *from, size_t n,
	     struct err *e)
{
	unsigned char *to;
	size_t got;

	if (ZSTD_getFrameContentSize(from, n) != len ||
	    ZSTD_findFrameCompressedSize(from, n) != n)
		return 1;
	to = bytes_extend(b, len);
	if (!to)
		return err_nomem(e, "unpacking");
	got = ZSTD_decompress(to, len, from, n);
	if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
		return err_nomem(e, "unpacking");
	return got != len;
}

void
bytes_release(struct bytes *b)
{
	mem_free(b->at);
	*b = (struct bytes){0};
}

/* ---- reading --------------------------------------------------------- */

size_t
cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->at);
}

const unsigned char *
cursor_take(struct cursor *c, uint64_t len)
{
	const unsigned char *p = c->at;

	if (c->bad || len > cursor_left(c)) {
		c->bad = true;
		return NULL;
	}
	c->at += len;
	return p;
}

unsigned
cursor_u8(struct cursor *c)
{
	const unsigned char *p = cursor_take(c, 1);

	return p ? *p : 0;
}

uint64_t
cursor_u64(struct cursor *c)
{
	const unsigned char *p = cursor_take(c, 8);

	return p ? load_u64(p) : 0;
}

double
cursor_f64(struct cursor *c)
{
	uint64_t bits = cursor_u64(c);
	double value;

	memcpy(&value, &bits, sizeof value);
	return value;
}

uint64_t
cursor_varint(struct cursor *c)
{
	uint64_t value = 0;
	unsigned shift, byte;

	for (shift = 0; shift < 64; shift += 7) {
		byte = cursor_u8(c);
		value |= (uint64_t)(byte & 127) << shift;
		if (byte < 128) {
			/* no padding zeros, nothing beyond 64 bits */
			if ((byte == 0 && shift) || (shift == 63 && byte > 1))
				break;
			return value;
		}
	}
	c->bad = true;
	return 0;
}

int64_t
cursor_zigzag(struct cursor *c)
{
	uint64_t value = cursor_varint(c);

	return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}
