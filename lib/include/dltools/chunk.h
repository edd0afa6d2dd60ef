/*
 * chunk.h - up to 65,536 values of one column, in memory and encoded.
 *
 * A chunk in memory is a struct chunk, in one of few forms; chunk_encode()
 * picks the smallest exact encoding by itself and chunk_decode() gives the same
 * values back, bit for bit.
 *
 *	struct chunk c = {0};
 *
 *	if (chunk_reserve(&c, CHUNK_INT, n, &e) < 0)
 *		return -1;
 *	c.i64[0] = 42;
 *	c.n = 1;
 *	x = chunk_encode(&c, COLUMN_NUM, 0, &e);
 */
#ifndef DLTOOLS_CHUNK_H
#define DLTOOLS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define FRAME_GROUP_ROWS 65536

enum column_type {
	COLUMN_NUM = 1, /* double or int64 */
	COLUMN_ENUM,    /* codes into a table of levels */
	COLUMN_TEXT,    /* byte strings */
	COLUMN_TIME,    /* int64 milliseconds since 1970, UTC */
};

const char *column_type_name(enum column_type type); /* "num", "enum"... */

/* Byte strings end to end: string i is bytes[at[i]] .. bytes[at[i+1]-1]. */
struct string_table {
	char *bytes;
	uint64_t *at; /* n + 1 entries, at[0] = 0; NULL when n = 0 */
	size_t n;
	size_t bytes_room, at_room;
};

void string_table_release(struct string_table *t);
int string_table_add(struct string_table *t, const void *bytes, size_t len,
		     struct err *e) MUST_USE;
/* Adds all strings of from to to. */
int string_table_copy(struct string_table *to, const struct string_table *from,
		      struct err *e) MUST_USE;
/* Index of the string in a table sorted in byte order or in any order. */
int64_t string_table_find(const struct string_table *t, const void *bytes,
			  size_t len);

enum chunk_form {
	CHUNK_INT = 1, /* i64[]: integers (num, time) */
	CHUNK_REAL,    /* f64[]: doubles, bit for bit; never NaN */
	CHUNK_CODE,    /* code[]: levels of an enum column */
	CHUNK_TEXT,    /* code[]: strings of the chunk's own dict[] */
};

/*
 * n values of one column, n <= FRAME_GROUP_ROWS.  Bit i % 64 of missing[i / 64]
 * is 1 where row i has no value (the slot then holds 0 when read, anything when
 * written); missing is NULL when every row has one.  A num column may have
 * CHUNK_INT in one group and CHUNK_REAL in another.  Zeroed means empty.
 */
struct chunk {
	enum chunk_form form;
	size_t n;
	int64_t *i64;
	double *f64;
	uint32_t *code;
	uint64_t *missing;
	struct string_table dict; /* CHUNK_TEXT only */
	size_t room;              /* values allocated in the arrays present */
};

/*
 * Sets the form and makes room for n values in its array; what stands in the
 * arrays stays, c->n is left alone.  chunk_reserve_missing() makes room in the
 * mask too, new bits 0.
 */
int chunk_reserve(struct chunk *c, enum chunk_form form, size_t n,
		  struct err *e) MUST_USE;
int chunk_reserve_missing(struct chunk *c, struct err *e) MUST_USE;
void chunk_release(struct chunk *c);

static inline bool
chunk_is_missing(const struct chunk *c, size_t i)
{
	return c->missing && (c->missing[i / 64] >> (i % 64) & 1);
}

/* ---- encoded chunks ------------------------------------------------- */

/*
 * A chunk in its smallest exact encoding, with its statistics.  Any thread may
 * encode.  The type says which forms are legal and what is counted: num INT or
 * REAL, time INT, enum CODE, text TEXT.  zstd_level 0 is the default.
 *
 * A spool keeps the bytes and drops them from memory:
 *
 *	x = chunk_encode(&c, COLUMN_NUM, 0, &e);
 *	bytes = encoded_chunk_bytes(x, &len);     write them somewhere
 *	encoded_chunk_drop(x);                    statistics stay
 *	...
 *	encoded_chunk_restore(x, bytes, len, &e)  they are copied
 *	frame_writer_add_encoded(w, column, x, &e)
 *
 * or chunk_decode() to get the values back.  The bytes know their own length
 * and form; chunk_decode checks them fully (ERR_INPUT), CHUNK_CODE codes
 * excepted, which the caller compares with the number of levels.
 */
struct encoded_chunk;

struct encoded_chunk *chunk_encode(const struct chunk *c, enum column_type type,
				   int zstd_level, struct err *e) MUST_USE;
/*
 * The same for c->n numbers of which all but some are zero, none missing: entry
 * k < entries stands in row code[k], rows ascending, and is i64[k] or f64[k],
 * not 0.  Its price is that of the entries.
 */
struct encoded_chunk *chunk_encode_entries(const struct chunk *c,
					   size_t entries, int zstd_level,
					   struct err *e) MUST_USE;
void encoded_chunk_free(struct encoded_chunk *x);
const void *encoded_chunk_bytes(const struct encoded_chunk *x, size_t *len);
void encoded_chunk_drop(struct encoded_chunk *x);
int encoded_chunk_restore(struct encoded_chunk *x, const void *bytes,
			  size_t len, struct err *e) MUST_USE;
int chunk_decode(struct chunk *c, const void *bytes, size_t len,
		 struct err *e) MUST_USE;

/*
 * Numbers without their zeros: entry k < *entries stands in row code[k], rows
 * ascending, its value is i64[k] or f64[k].  c->n are all rows.  Missing rows
 * are entries too, of value 0; the mask is by rows.  What lies as gaps without
 * a mask costs only what is not zero.
 */
int chunk_decode_entries(struct chunk *c, size_t *entries, const void *bytes,
			 size_t len, struct err *e) MUST_USE;

#endif
