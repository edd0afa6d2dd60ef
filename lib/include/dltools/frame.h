/*
 * frame.h - columnar frames (.dlf): types, chunks, writer, reader.
 *
 * A frame is a schema and row groups of FRAME_GROUP_ROWS rows (the last one
 * may be shorter); in each group one chunk (chunk.h) per column.  dl-frame(5)
 * is the law of the bytes.
 */
#ifndef DLTOOLS_FRAME_H
#define DLTOOLS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chunk.h"
#include "csv_dialect.h"
#include "err.h"

/*
 * A whole column, over the values that are not missing.  zeros, min, max, mean
 * and sd of num and time columns only: NaN (zeros: 0) for enum and text.
 */
struct column_stats {
	int64_t count;   /* present */
	int64_t missing;
	int64_t zeros;
	double min, max, mean, sd; /* sd with n - 1; NaN without values */
	int64_t distinct; /* exact up to 4096, then minus an estimate (2 %) */
};

struct frame_column {
	char *name;
	enum column_type type;
	bool is_integer;            /* num: every value is an integer */
	struct string_table levels; /* enum */
	int64_t *level_counts;      /* enum: rows per level */
	struct column_stats stats;
};

/* ---- writer --------------------------------------------------------- */

struct frame_writer;

struct frame_writer_options {
	int zstd_level; /* 0 = default */
	const struct csv_dialect *dialect; /* of the text; may be NULL */
};

/*
 * The schema is final: names, types and levels are copied; stats, is_integer
 * and level_counts are computed by the writer.  path "-" streams to stdout,
 * else the file appears at close.  Groups are added in order, columns of a
 * group in order; every group but the last has FRAME_GROUP_ROWS rows.  Names
 * must be neither empty nor equal.
 */
struct frame_writer *frame_writer_open(const char *path,
				       const struct frame_column *columns,
				       size_t n,
				       const struct frame_writer_options *o,
				       struct err *e) MUST_USE;
int frame_writer_add(struct frame_writer *w, size_t column,
		     const struct chunk *c, struct err *e) MUST_USE;
/* The same for a chunk encoded beforehand; adds its statistics too. */
int frame_writer_add_encoded(struct frame_writer *w, size_t column,
			     const struct encoded_chunk *x,
			     struct err *e) MUST_USE;
/* Writes the table of contents and trailer: all but the commit. */
int frame_writer_finish(struct frame_writer *w, struct err *e) MUST_USE;
/* Finishes what is not finished and commits the file. */
int frame_writer_close(struct frame_writer *w, struct err *e) MUST_USE;
/* Discards; accepts NULL and closed writers. */
void frame_writer_free(struct frame_writer *w);

/* ---- reader --------------------------------------------------------- */

struct frame;
struct pool;

/*
 * Opens a frame; "-" or a pipe is spooled to an unlinked file.  The header,
 * trailer and table of contents are checked whole here; each chunk's checksum
 * when it is read.  ERR_INPUT if missing, not a frame, cut off or damaged;
 * ERR_SCHEMA for another format version.
 */
struct frame *frame_open(const char *path, struct err *e) MUST_USE;
void frame_close(struct frame *f);

const char *frame_path(const struct frame *f);
uint64_t frame_bytes(const struct frame *f); /* size of the file */
int64_t frame_rows(const struct frame *f);
size_t frame_groups(const struct frame *f);
size_t frame_group_rows(const struct frame *f, size_t group);
size_t frame_columns(const struct frame *f);
const struct frame_column *frame_column(const struct frame *f, size_t column);
/* Index by name; a decimal number from 1 if there is no such name; else -1. */
int64_t frame_find(const struct frame *f, const char *name);
/* The same, or ERR_SCHEMA: "WHAT 'name': no such column", and the nearest. */
int frame_require(const struct frame *f, const char *what, const char *name,
		  size_t *column, struct err *e) MUST_USE;
/* How the text it was made from was written; NULL if not known. */
const struct csv_dialect *frame_dialect(const struct frame *f);
/* 128 bits of content hash, as 32 hexadecimal digits and a NUL. */
void frame_id(const struct frame *f, char hex[33]);

/* Decodes a chunk into c (its arrays are reused).  Safe from many threads. */
int frame_read(const struct frame *f, size_t group, size_t column,
	       struct chunk *c, struct err *e) MUST_USE;
/* Only what is not zero, of a num or time column: chunk_decode_entries(). */
int frame_read_entries(const struct frame *f, size_t group, size_t column,
		       struct chunk *c, size_t *entries,
		       struct err *e) MUST_USE;
/* Reads every byte, checks every chunk, recomputes every statistic. */
int frame_verify(const struct frame *f, struct err *e) MUST_USE;

/*
 * Rows row[n] (ascending, copied) of a frame as a frame of its own: the same
 * columns, types and levels, its own statistics and id; nothing is written.
 * label is its path in messages.  The whole must outlive it.
 */
struct frame *frame_subset(const struct frame *whole, const int64_t *row,
			   int64_t n, const char *label, struct pool *pool,
			   struct err *e) MUST_USE;

/* By its first bytes: 1, or 0 if it is none, or -1 if descriptors ran out. */
int frame_is_frame(const char *path, struct err *e) MUST_USE;

#endif
