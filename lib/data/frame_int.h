/*
 * frame_int.h - the bytes of a .dlf around its chunks; dl-frame(5) is the law.
 *
 *	header    64 bytes
 *	chunks    group by group, in each column by column, end to end
 *	contents  zstd frame of the table of contents
 *	trailer   64 bytes
 */
#ifndef DATA_FRAME_INT_H
#define DATA_FRAME_INT_H

#include <dltools/file.h>
#include <dltools/frame.h>

#include "bytes_int.h"
#include "level_index.h"
#include "tally_int.h"

#define FRAME_VERSION 1
#define FRAME_HEADER 64
#define FRAME_TRAILER 64
#define FRAME_MAGIC "\x89" "DLF\r\n\x1a\n"
#define FRAME_SEAL "DLFseal\n"

/* The contents may be this many times their stored size, beyond 1 MiB. */
#define CONTENTS_FREE ((size_t)1 << 20)
#define CONTENTS_RATIO 1024

struct chunk_entry {
	uint64_t at;  /* offset in the file */
	uint64_t len;
	uint64_t hash;
};

/* What the table of contents says. */
struct contents {
	int64_t rows;
	size_t groups, columns;
	struct frame_column *column;
	struct csv_dialect dialect;
	bool has_dialect;
	struct chunk_entry *entry; /* [groups][columns] */
	size_t entries, entry_room;
};

/* An open file, or some rows of another frame. */
struct frame {
	struct infile in; /* a subset has a path only */
	struct contents toc;
	unsigned char id[16];
	const struct frame *whole; /* of a subset; borrowed */
	int64_t *row;              /* row[toc.rows] of the whole, ascending */
	struct string_table names; /* not of a subset */
	struct level_index by_name;
};

struct trailer {
	uint64_t contents_at, contents_len, contents_raw;
	unsigned char id[16];
	uint64_t size; /* of the whole file */
};

void contents_release(struct contents *t);
int contents_write(const struct contents *t, struct bytes *out,
		   struct err *e) MUST_USE;
/* data: bytes that chunks take up together. */
int contents_read(struct contents *t, const unsigned char *bytes, size_t len,
		  uint64_t data, struct err *e) MUST_USE;

void contents_put_dialect(struct bytes *b, const struct contents *t);
int contents_get_dialect(struct contents *t, struct cursor *in,
			 struct err *e) MUST_USE;

/* Names must be there and differ; so must the levels of a column. */
int frame_check_names(const struct frame_column *column, size_t n,
		      struct err *e) MUST_USE;
int frame_check_levels(const struct frame_column *column,
		       struct err *e) MUST_USE;
/* Name, type and levels; level_counts of zeros. */
int frame_column_copy(struct frame_column *to, const struct frame_column *from,
		      struct err *e) MUST_USE;

/* All groups of a column in their order; counts[levels] are added to. */
int frame_tally(const struct frame *f, size_t column, struct tally *sum,
		int64_t *counts, struct err *e) MUST_USE;

/* entries: NULL for all values. */
int frame_subset_read(const struct frame *f, size_t group, size_t column,
		      struct chunk *c, size_t *entries,
		      struct err *e) MUST_USE;

void frame_put_header(unsigned char header[FRAME_HEADER]);
int frame_check_header(const unsigned char header[FRAME_HEADER],
		       struct err *e) MUST_USE;
void frame_put_trailer(unsigned char bytes[FRAME_TRAILER],
		       const struct trailer *t);
int frame_get_trailer(struct trailer *t,
		      const unsigned char bytes[FRAME_TRAILER], uint64_t size,
		      struct err *e) MUST_USE;
/* Hash of a stored chunk, its place bound in. */
uint64_t frame_hash(const void *bytes, size_t len, uint64_t block);

#endif
