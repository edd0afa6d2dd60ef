/*
 * frame_text.h - rows of a frame as text.
 *
 * The canonical text of a value reads back as the same value: integers in full,
 * reals as the shortest decimal, levels and strings as they were (quoted only
 * where they must be), times as 2024-01-31T08:30:00.250Z with as much of the
 * fraction as there is, missing values as nothing; an empty string is "".
 *
 *	struct frame_text_options o = {.columns = index, .n = n, .last = rows};
 *
 *	frame_text_write(f, &o, sink, ctx, &e);
 */
#ifndef DLTOOLS_FRAME_TEXT_H
#define DLTOOLS_FRAME_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "frame.h"
#include "str.h"

enum frame_text_format {
	FRAME_TEXT_CSV,
	FRAME_TEXT_TSV,  /* the same with tabs between fields */
	FRAME_TEXT_JSON, /* one object a line, missing and infinite null */
};

struct frame_text_options {
	const size_t *columns; /* in this order */
	size_t n;
	enum frame_text_format format;
	bool header;           /* not for JSON */
	int64_t first, last;   /* rows first .. last-1, from 0 */
	double sample;         /* share of rows kept; 0 = all */
	uint64_t seed;         /* row i is in or out whatever else is asked */
	size_t memory;         /* bytes for rows in flight; 0 = 128 MiB */
};

/* Takes text that ends with a whole row. */
typedef int frame_text_sink(void *ctx, const char *text, size_t len,
			    struct err *e);

int frame_text_write(const struct frame *f, const struct frame_text_options *o,
		     frame_text_sink *sink, void *ctx,
		     struct err *e) MUST_USE;

/* One value; i counts within the chunk. */
void frame_text_cell(struct str *out, const struct frame_column *column,
		     const struct chunk *c, size_t i,
		     enum frame_text_format format);

/* 1970-01-01T00:00:00Z and so on; room for it and a NUL. */
#define FRAME_TIME_TEXT 40
size_t frame_text_time(char out[FRAME_TIME_TEXT], int64_t ms);

#endif
