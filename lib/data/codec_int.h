/*
 * codec_int.h - the parts of the chunk codec; dl-frame(5) is the law.
 *
 * A stored chunk is one byte, STORED_RAW or STORED_ZSTD, then the body or (a
 * varint length of the body and) a zstd frame of it.  The body:
 *
 *	u8      form         enum chunk_form
 *	u8      transform    what the words below are
 *	u8      layout       LAYOUT_* flags
 *	u8      width        bits of a packed word: 0 1 2 4 8 16 24 ... 64
 *	varint  n            rows
 *	zigzag  base         word = base + packed word, modulo 2^64
 *	LAYOUT_MASK          (n + 7) / 8 bytes, bit 1 = missing
 *	LAYOUT_BITMAP        (m + 7) / 8 bytes, bit 1 = not zero
 *	LAYOUT_GAPS          varint count, then that many varint gaps
 *	words                packed
 *	CHUNK_TEXT           the dictionary
 *
 * m words stand for the m rows that are not missing; with LAYOUT_BITMAP or
 * LAYOUT_GAPS only for those whose word is not 0.
 */
#ifndef DATA_CODEC_INT_H
#define DATA_CODEC_INT_H

#include <dltools/chunk.h>

#include "bytes_int.h"
#include "tally_int.h"

enum { STORED_RAW = 0, STORED_ZSTD = 1 };

enum {
	TRANSFORM_INT = 0,      /* the integer, or the code */
	TRANSFORM_F64 = 1,      /* bits of the double */
	TRANSFORM_F32 = 2,      /* bits of the float that equals the double */
	TRANSFORM_DECIMAL = 16, /* + k: the double nearest to word / 10^k */
	TRANSFORM_LAST = 31,
};

enum {
	LAYOUT_MASK = 1 << 0,
	LAYOUT_BITMAP = 1 << 1,
	LAYOUT_GAPS = 1 << 2,
	LAYOUT_ALL = LAYOUT_MASK | LAYOUT_BITMAP | LAYOUT_GAPS,
};

/* A stored chunk may claim a body of at most this, so that a few bytes of a
 * hostile file can't ask for much memory; writers store raw beyond it. */
#define BODY_FREE ((size_t)1 << 20)
#define BODY_RATIO 1024

#define CODEC_LEVEL 1 /* zstd; see codec_encode.c for what was measured */

struct encoded_chunk {
	enum chunk_form form;
	size_t n;
	unsigned char *bytes; /* NULL once dropped */
	size_t len;
	uint64_t hash;        /* of the bytes */
	struct tally tally;
};

/* The forms that chunks of a column of this type may have. */
bool chunk_form_fits(enum chunk_form form, enum column_type type);

extern const double codec_power10[16];

/* The statistics of a chunk as it stands, without encoding it. */
int codec_tally(struct tally *t, const struct chunk *c,
		struct err *e) MUST_USE;

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

/* dense: without mask, and to be kept as long as the plan.  p->owned is the
 * caller's to free, also after a failure. */
int codec_plan(struct plan *p, const struct chunk *dense,
	       struct err *e) MUST_USE;

/* Of entries that are not 0, many rows beside them: layout 4. */
int codec_plan_entries(struct plan *p, const struct chunk *c, size_t entries,
		       struct err *e) MUST_USE;

/* The body of n rows up to its base. */
void codec_put_head(struct bytes *body, const struct plan *p,
		    enum chunk_form form, size_t n);

/* Compresses the body if that pays and keeps it. */
int codec_seal(struct encoded_chunk *x, const struct bytes *body, int level,
	       struct err *e) MUST_USE;

/* Bits for words 0 .. range, rounded up to a legal width. */
unsigned codec_width(uint64_t range);
bool codec_is_width(unsigned width);
/* Bytes of n packed words. */
size_t codec_packed_bytes(size_t n, unsigned width);
/* Packs word[i] - base; out has codec_packed_bytes() bytes. */
void codec_pack(unsigned char *out, const uint64_t *word, size_t n,
		uint64_t base, unsigned width);
/* The reverse, word[i] = base + packed. */
void codec_unpack(uint64_t *word, const unsigned char *in, size_t n,
		  uint64_t base, unsigned width);

/*
 * codec_strings.c: numbers packed behind their width; get: false if they are
 * not there in full.
 */
void codec_put_numbers(struct bytes *b, const uint64_t *v, size_t n);
bool codec_get_numbers(uint64_t *v, size_t n, struct cursor *in) MUST_USE;
/*
 * A table of strings.  get: in the place of what t held, n strings, behind
 * their number; 0, or -1 if memory ran out, or 1 if they are not there in full.
 */
int codec_put_strings(struct bytes *b, const struct string_table *t,
		      struct err *e) MUST_USE;
int codec_get_strings(struct string_table *t, size_t n, struct cursor *in,
		      struct err *e) MUST_USE;

#endif
