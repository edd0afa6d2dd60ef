/*
 * codec_pack.c - words of 0 to 64 bits, packed.
 *
 * Below a byte, words lie side by side from the low bit up; from 16 bits on,
 * all low bytes come first, then all second bytes...: zstd finds more in bytes
 * of one kind.
 */
#include "codec_int.h"

#include <string.h>

const double codec_power10[16] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12,
	1e13, 1e14, 1e15,
};

bool
chunk_form_fits(enum chunk_form form, enum column_type type)
{
	switch (type) {
	case COLUMN_NUM:
		return form == CHUNK_INT || form == CHUNK_REAL;
	case COLUMN_ENUM:
		return form == CHUNK_CODE;
	case COLUMN_TEXT:
		return form == CHUNK_TEXT;
	case COLUMN_TIME:
		return form == CHUNK_INT;
	}
	return false;
}

unsigned
codec_width(uint64_t range)
{
	unsigned bits = 0;

	while (bits < 64 && range >> bits)
		bits++;
	if (bits <= 2)
		return bits;
	return bits <= 4 ? 4 : (bits + 7) / 8 * 8;
}

bool
codec_is_width(unsigned width)
{
	return width <= 2 || width == 4 || (width % 8 == 0 && width <= 64);
}

size_t
codec_packed_bytes(size_t n, unsigned width)
{
	return width < 8 ? (n * width + 7) / 8 : n * (width / 8);
}

static void
pack_bits(unsigned char *out, const uint64_t *word, size_t n, uint64_t base,
	  unsigned width)
{
	size_t i, per = 8 / width;

	memset(out, 0, codec_packed_bytes(n, width));
	for (i = 0; i < n; i++)
		out[i / per] |= (unsigned char)((word[i] - base)
						<< (i % per * width));
}

void
codec_pack(unsigned char *out, const uint64_t *word, size_t n, uint64_t base,
	   unsigned width)
{
	unsigned shift;
	size_t i;

	if (width == 0)
		return;
	if (width < 8) {
		pack_bits(out, word, n, base, width);
		return;
	}
	for (shift = 0; shift < width; shift += 8, out += n)
		for (i = 0; i < n; i++)
			out[i] = (unsigned char)((word[i] - base) >> shift &
						 255);
}

static void
unpack_bits(uint64_t *word, const unsigned char *in, size_t n, uint64_t base,
	    unsigned width)
{
	uint64_t mask = ((uint64_t)1 << width) - 1;
	size_t i, per = 8 / width;

	for (i = 0; i < n; i++)
		word[i] = base + ((uint64_t)in[i / per] >> (i % per * width) &
				  mask);
}

void
codec_unpack(uint64_t *word, const unsigned char *in, size_t n, uint64_t base,
	     unsigned width)
{
	unsigned shift;
	size_t i;

	if (width > 0 && width < 8) {
		unpack_bits(word, in, n, base, width);
		return;
	}
	for (i = 0; i < n; i++)
		word[i] = base + (width ? in[i] : 0);
	for (shift = 8; shift < width; shift += 8) {
		in += n;
		for (i = 0; i < n; i++)
			word[i] += (uint64_t)in[i] << shift;
	}
}
