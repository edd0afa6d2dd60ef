/*
 * frame.h - columnar frames (.dlf): types, chunks, writer, reader.
 *
 * A frame is a schema and row groups of FRAME_GROUP_ROWS rows (the last one
 * may be shorter); in each group one chunk per column.  dl-frame(5) is the law
 * of the bytes.  A chunk in memory is a struct chunk, in one of few forms; the
 * codec picks the smallest exact encoding of it by itself.
 */
#ifndef DLTOOLS_FRAME_H
#define DLTOOLS_FRAME_H

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
/* Index of the string in a table sorted in byte order or in any order. */
int64_t string_table_find(const struct string_table *t, const void *bytes,
			  size_t len);

/* Count, missing... of a whole column, exact, over non-missing values. */
struct column_stats {
	int64_t count;   /* present */
	int64_t missing;
	int64_t zeros;
	double min, max, mean, sd; /* sd with n - 1; NaN without values */
	int64_t distinct; /* exact up to 2^16, then an estimate marked < 0 */
};

struct frame_column {
	char *name;
	enum column_type type;
	bool is_integer;            /* num: every value is an integer */
	struct string_table levels; /* enum */
	int64_t *level_counts;      /* enum: rows per level */
	struct column_stats stats;
};

enum chunk_form {
	CHUNK_INT,  /* i64[]: canonical integers (num, time) */
	CHUNK_REAL, /* f64[]: doubles, bit for bit */
	CHUNK_CODE, /* code[]: levels of an enum column, or, with `dict`, of the
		     * chunk's own dictionary (text) */
};

/*
 * n values of one column.  missing: bit i of missing[i / 64] is 1 where row i
 * has no value (the value slot is then 0), or NULL when none is missing.
 */
struct chunk {
	enum chunk_form form;
	size_t n;
	int64_t *i64;
	double *f64;
	uint32_t *code;
	uint64_t *missing;
	struct string_table dict; /* text chunks only */
	size_t room;              /* values allocated in the arrays present */
};

int chunk_reserve(struct chunk *c, enum chunk_form form, size_t n,
		  struct err *e) MUST_USE;
void chunk_release(struct chunk *c);

/* ---- writer --------------------------------------------------------- */

struct frame_writer;

struct frame_writer_options {
	int zstd_level; /* 0 = default */
};

/*
 * The schema is final: names, types and levels are copied; stats and
 * level_counts are computed by the writer.  path "-" streams to stdout, else
 * the file appears at close.  Groups are added in order, columns of a group in
 * order; every group but the last has FRAME_GROUP_ROWS rows.
 */
struct frame_writer *frame_writer_open(const char *path,
				       const struct frame_column *columns,
				       size_t n,
				       const struct frame_writer_options *o,
				       struct err *e) MUST_USE;
int frame_writer_add(struct frame_writer *w, size_t column,
		     const struct chunk *c, struct err *e) MUST_USE;
/*
 * The same for a chunk encoded beforehand by another thread; adds its
 * statistics too.
 */
struct encoded_chunk;
struct encoded_chunk *chunk_encode(const struct chunk *c, enum column_type type,
				   int zstd_level, struct err *e) MUST_USE;
void encoded_chunk_free(struct encoded_chunk *x);
int frame_writer_add_encoded(struct frame_writer *w, size_t column,
			     const struct encoded_chunk *x,
			     struct err *e) MUST_USE;
/* Writes the table of contents and trailer and commits the file. */
int frame_writer_close(struct frame_writer *w, struct err *e) MUST_USE;
/* Discards; accepts NULL and closed writers. */
void frame_writer_free(struct frame_writer *w);

/* ---- reader --------------------------------------------------------- */

struct frame;

/*
 * Opens a frame; "-" or a pipe is spooled to an unlinked file.  The header,
 * trailer and table of contents are checked whole here; each chunk's checksum
 * when it is read.  ERR_INPUT if missing, not a frame, cut off or damaged;
 * ERR_SCHEMA for another format version.
 */
struct frame *frame_open(const char *path, struct err *e) MUST_USE;
void frame_close(struct frame *f);

const char *frame_path(const struct frame *f);
int64_t frame_rows(const struct frame *f);
size_t frame_groups(const struct frame *f);
size_t frame_group_rows(const struct frame *f, size_t group);
size_t frame_columns(const struct frame *f);
const struct frame_column *frame_column(const struct frame *f, size_t column);
/* Index by name; a decimal number from 1 if there is no such name; else -1. */
int64_t frame_find(const struct frame *f, const char *name);
/* 128 bits of content hash, as 32 hexadecimal digits and a NUL. */
void frame_id(const struct frame *f, char hex[33]);

/* Decodes a chunk into c (its arrays are reused).  Safe from many threads. */
int frame_read(const struct frame *f, size_t group, size_t column,
	       struct chunk *c, struct err *e) MUST_USE;
/* Reads and checks every byte. */
int frame_verify(const struct frame *f, struct err *e) MUST_USE;

/* Is this file a frame / a model by its first bytes? (false: cannot tell) */
bool frame_is_frame(const char *path);

#endif
