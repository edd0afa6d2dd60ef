/*
 * frame_seal.c - the first and the last 64 bytes of a frame.
 */
#include "frame_int.h"

#include <string.h>

#include <xxhash.h>

static void
put_u32(unsigned char *to, uint32_t value)
{
	size_t i;

	for (i = 0; i < 4; i++)
		to[i] = (unsigned char)(value >> (8 * i) & 255);
}

static void
put_u64(unsigned char *to, uint64_t value)
{
	put_u32(to, (uint32_t)(value & UINT32_MAX));
	put_u32(to + 4, (uint32_t)(value >> 32));
}

uint64_t
frame_hash(const void *bytes, size_t len, uint64_t block)
{
	return XXH3_64bits_withSeed(bytes, len, block);
}

void
frame_put_header(unsigned char header[FRAME_HEADER])
{
	memset(header, 0, FRAME_HEADER);
	memcpy(header, FRAME_MAGIC, 8);
	put_u32(header + 8, FRAME_VERSION);
	put_u32(header + 16, FRAME_GROUP_ROWS);
	put_u64(header + 56, XXH3_64bits(header, 56));
}

/* Every version has magic, version and checksum at the same places. */
int
frame_check_header(const unsigned char header[FRAME_HEADER], struct err *e)
{
	unsigned char right[FRAME_HEADER];
	uint32_t version = load_u32(header + 8);

	if (memcmp(header, FRAME_MAGIC, 8) != 0)
		return err_set(e, ERR_INPUT, "not a dltools frame");
	if (load_u64(header + 56) != XXH3_64bits(header, 56))
		return err_set(e, ERR_INPUT, "damaged: header checksum");
	if (version != FRAME_VERSION)
		return err_set(e, ERR_SCHEMA, "frame format version %u, "
			       "this program reads version %d",
			       (unsigned)version, FRAME_VERSION);
	frame_put_header(right);
	if (memcmp(header, right, FRAME_HEADER) != 0)
		return err_set(e, ERR_INPUT, "damaged: header");
	return 0;
}

void
frame_put_trailer(unsigned char bytes[FRAME_TRAILER], const struct trailer *t)
{
	memcpy(bytes, FRAME_SEAL, 8);
	put_u64(bytes + 8, t->contents_at);
	put_u64(bytes + 16, t->contents_len);
	put_u64(bytes + 24, t->contents_raw);
	memcpy(bytes + 32, t->id, 16);
	put_u64(bytes + 48, t->size);
	put_u64(bytes + 56, XXH3_64bits(bytes, 56));
}

int
frame_get_trailer(struct trailer *t, const unsigned char bytes[FRAME_TRAILER],
		  uint64_t size, struct err *e)
{
	uint64_t room = size - FRAME_HEADER - FRAME_TRAILER;

	if (memcmp(bytes, FRAME_SEAL, 8) != 0)
		return err_set(e, ERR_INPUT,
			       "cut off or damaged: no seal at its end");
	if (load_u64(bytes + 56) != XXH3_64bits(bytes, 56))
		return err_set(e, ERR_INPUT, "damaged: checksum of the seal");
	t->contents_at = load_u64(bytes + 8);
	t->contents_len = load_u64(bytes + 16);
	t->contents_raw = load_u64(bytes + 24);
	memcpy(t->id, bytes + 32, 16);
	t->size = load_u64(bytes + 48);
	if (t->size != size)
		return err_set(e, ERR_INPUT, "damaged: %llu bytes, sealed "
			       "with %llu", (unsigned long long)size,
			       (unsigned long long)t->size);
	if (t->contents_len > room ||
	    t->contents_at != size - FRAME_TRAILER - t->contents_len)
		return err_set(e, ERR_INPUT, "damaged: place of the contents");
	if (t->contents_raw < t->contents_len ||
	    (t->contents_raw > CONTENTS_FREE &&
	     t->contents_raw / CONTENTS_RATIO > t->contents_len))
		return err_set(e, ERR_INPUT, "damaged: size of the contents");
	return 0;
}
