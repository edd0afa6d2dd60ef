/*
 * bytes_int.h - little-endian fields and varints, written and read with bounds.
 */
#ifndef DATA_BYTES_INT_H
#define DATA_BYTES_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/err.h>

/* A growing buffer; `failed` is sticky, as in struct str. */
struct bytes {
	unsigned char *at;
	size_t len, room;
	bool failed;
};

/* Room for len more bytes, counted as used; NULL when memory ran out. */
unsigned char *bytes_extend(struct bytes *b, size_t len);
void bytes_add(struct bytes *b, const void *from, size_t len);
void bytes_u8(struct bytes *b, unsigned value);
void bytes_u64(struct bytes *b, uint64_t value);
void bytes_f64(struct bytes *b, double value);
void bytes_varint(struct bytes *b, uint64_t value);  /* LEB128 */
void bytes_zigzag(struct bytes *b, int64_t value);
/*
 * Appends len bytes unpacked: 0, or -1 if memory ran out, or 1 if from[n] is
 * not one zstd frame of that length.
 */
int bytes_unzstd(struct bytes *b, size_t len, const void *from, size_t n,
		 struct err *e) MUST_USE;
void bytes_release(struct bytes *b);

/*
 * A view that is consumed from the front.  A read past the end sets `bad`,
 * which is sticky, and gives 0 or NULL.
 */
struct cursor {
	const unsigned char *at, *end;
	bool bad;
};

size_t cursor_left(const struct cursor *c);
const unsigned char *cursor_take(struct cursor *c, uint64_t len);
unsigned cursor_u8(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);
double cursor_f64(struct cursor *c);
uint64_t cursor_varint(struct cursor *c); /* the shortest form only */
int64_t cursor_zigzag(struct cursor *c);

static inline uint64_t
load_u64(const unsigned char *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 |
	       (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
	       (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

static inline uint32_t
load_u32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

#endif
