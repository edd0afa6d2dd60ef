/*
 * csv.h - delimited text as a stream of blocks of records and fields.
 *
 * A csv_reader cuts a file, pipe or compressed stream into blocks that end
 * where a record ends; csv_scan() finds the fields of a block.  The first is
 * serial and cheap, the second is most of the work and may run on any thread,
 * one block each:
 *
 *	struct csv_block b = {0};
 *
 *	r = csv_open("-", NULL, &e);
 *	csv_start(r, &dialect, NULL, &e);
 *	while ((got = csv_next(r, &b, &e)) > 0) {
 *		if (csv_scan(&dialect, &b, &e) < 0)
 *			break;
 *		for (i = 0; i < b.records; i++)
 *			for (k = 0; k < b.record[i].fields; k++)
 *				f = b.field[b.record[i].field + k];
 *				(b.text + f.at, f.len)
 *	}
 *
 * The records do not depend on the size of the blocks.  RFC 4180: a field that
 * begins with the quote may hold delimiters, line ends and doubled quotes; a
 * quote elsewhere in a field is an ordinary byte.  LF, CRLF and lone CR end a
 * record.  A byte order mark is dropped.
 */
#ifndef DLTOOLS_CSV_H
#define DLTOOLS_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "csv_dialect.h"
#include "err.h"

enum csv_packing {
	CSV_PACKING_AUTO, /* by the first bytes */
	CSV_PACKING_NONE,
	CSV_PACKING_GZ,
	CSV_PACKING_ZST,
	CSV_PACKING_XZ,
	CSV_PACKING_BZ2,
	CSV_PACKING_LZ4,
	CSV_PACKING_ARCHIVE, /* a member of a zip or tar */
};

/* Zeros are the defaults. */
struct csv_options {
	enum csv_packing packing;
	const char *member;   /* of an archive; NULL: its only file */
	bool latin1;          /* bytes are ISO 8859-1, else UTF-8 */
	bool eager;           /* a block as soon as a record is whole */
	uint64_t skip_lines;  /* physical lines before the table */
	uint64_t expand_ratio; /* unpacked / packed, from 64 MiB on: 2000 */
	size_t block_bytes;   /* 128 KiB */
	size_t quoted_bytes;  /* longest quoted field: 1 MiB */
	size_t quoted_lines;  /* 10,000 */
	size_t record_bytes;  /* longest record: 64 MiB */
	const void *head;     /* the first bytes of the input, at most 4096, */
	size_t head_len;      /* which have been read from it already */
};

struct csv_field {
	uint32_t at; /* offset in the block's text */
	uint32_t len;
};

/* What is wrong with a record; it can be left out, the next is sound. */
enum csv_fault {
	CSV_SOUND,
	CSV_BLANK,       /* an empty line: one empty field, or to be left out */
	CSV_AFTER_QUOTE, /* text between closing quote and delimiter */
	CSV_NUL_BYTE,
	CSV_NOT_UTF8,
};

struct csv_record {
	uint32_t field;  /* its first one, in field[] */
	uint32_t fields;
	uint32_t at, len; /* the text without its line end */
	uint32_t line;    /* physical lines from the block's first */
	uint16_t fault;   /* enum csv_fault */
	uint32_t fault_field; /* counted from 0 */
};

/* Zeroed means empty; the same block can be filled again and again. */
struct csv_block {
	char *text;
	size_t len;
	int64_t number; /* of the block, from 0 */
	int64_t line;   /* physical line of its first byte, from 1 */
	uint64_t at;    /* offset of its first byte in the (unpacked) text */
	struct csv_field *field;
	size_t fields;
	struct csv_record *record;
	size_t records;
	/* private */
	char *base; /* text = base + margin */
	size_t base_room, field_room, record_room, side;
};

void csv_block_release(struct csv_block *b);

struct csv_reader;

/* path "-" is standard input; o NULL takes the defaults. */
struct csv_reader *csv_open(const char *path, const struct csv_options *o,
			    struct err *e) MUST_USE;
/*
 * Checks that the input ended as it should (packed streams have an end mark)
 * if it was read to its end.  csv_free() gives up without a check.
 */
int csv_close(struct csv_reader *r, struct err *e) MUST_USE;
void csv_free(struct csv_reader *r);

/*
 * The beginning of the text, at least a block's worth or all of it; skipped
 * lines and byte order mark are gone.  Before csv_start(); the bytes stay the
 * reader's and will be read again.  *whole: the text ends there.
 */
int csv_peek(struct csv_reader *r, const char **bytes, size_t *len,
	     bool *whole, struct err *e) MUST_USE;

/* Copies the dialect.  has_header is the caller's business. */
int csv_start(struct csv_reader *r, const struct csv_dialect *d,
	      struct err *e) MUST_USE;

/*
 * The next block: 1, 0 at the end of the text, -1 on error: unreadable or cut
 * off input, an unclosed quote, an endless line.  One thread at a time.
 * csv_next_record() takes one record only, a header, and scans it too.
 */
int csv_next(struct csv_reader *r, struct csv_block *b, struct err *e) MUST_USE;
int csv_next_record(struct csv_reader *r, struct csv_block *b,
		    struct err *e) MUST_USE;

/* Finds records and fields.  -1 only for lack of memory. */
int csv_scan(const struct csv_dialect *d, struct csv_block *b,
	     struct err *e) MUST_USE;

const char *csv_path(const struct csv_reader *r);
/* Did the text end without a line end (after the last csv_next)? */
bool csv_is_unterminated(const struct csv_reader *r);
/* Bytes read so far: of the file, and unpacked; size of the file or 0. */
void csv_progress(const struct csv_reader *r, uint64_t *packed,
		  uint64_t *unpacked, uint64_t *size);

#endif
