/*
 * safetensors.h - sealed safetensors files: named tensors and named texts.
 *
 *	+---------------------------+ 0
 *	| length of the header, u64 |
 *	+---------------------------+ 8
 *	| header: one JSON object,  |
 *	| padded with spaces        |
 *	+---------------------------+ a multiple of 64
 *	| tensors, little-endian,   |
 *	| end to end                |
 *	+---------------------------+ end of file
 *
 * Any safetensors reader can read what is written here; this reader takes only
 * what this writer writes: the first header key is __metadata__, its first
 * entry the digest, XXH3-128 of every byte of the file with the 32 digits of
 * the digest itself counted as '0'.
 *
 *	struct st_writer w = {0};
 *
 *	st_add_text(&w, "encoder", json, &e);
 *	st_add_tensor(&w, &tensor, fill, net, &e);
 *	st_stage(&w, &out, path, &e);
 *	outfile_commit(&out, &e);
 *	st_writer_release(&w);
 */
#ifndef DLTOOLS_SAFETENSORS_H
#define DLTOOLS_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "dltools/err.h"
#include "dltools/file.h"
#include "dltools/str.h"

#define ST_HEADER_MAX 100000000 /* the format's own limit */
/* A text longer than this becomes a U8 tensor of the same name. */
#define ST_TEXT_MAX 65536
#define ST_NAME_MAX 63

enum st_type { ST_F32, ST_U8 };

struct st_tensor {
	char name[ST_NAME_MAX + 1];
	enum st_type type;
	size_t dims; /* 1 or 2 */
	uint64_t shape[2];
	uint64_t at; /* offset after the header */
	uint64_t bytes;
};

/* Writes the values of tensor number `index` (the caller's) to out. */
typedef void st_fill(void *ctx, size_t index, void *out);

struct st_source {
	struct st_tensor tensor;
	st_fill *fill;
	void *ctx;
	size_t index;
};

struct st_writer {
	struct st_source *source;
	size_t n, room;
	char **key, **text; /* texts[], in the order they were added */
	size_t texts, key_room, text_room;
	uint64_t bytes; /* of all tensors */
};

/* Text is copied; fill is called twice for each tensor while writing. */
int st_add_text(struct st_writer *w, const char *key, const char *text,
		struct err *e) MUST_USE;
/* t: name, type, dims and shape are read. */
int st_add_tensor(struct st_writer *w, const struct st_tensor *t, st_fill *fill,
		  void *ctx, size_t index, struct err *e) MUST_USE;
/* Opens *out and writes all; it is left to be committed.  "-" streams. */
int st_stage(struct st_writer *w, struct outfile *out, const char *path,
	     struct err *e) MUST_USE;
void st_writer_release(struct st_writer *w);

struct st_text {
	char *key, *bytes; /* '\0' follows */
	size_t len;
};

struct st_file {
	struct infile in;
	uint64_t data; /* where the tensors start */
	struct st_tensor *tensor; /* in file order */
	size_t n;
	struct st_text *text;
	size_t texts;
	char digest[33]; /* digits */
};

/*
 * Checks everything: the structure, exact length, digest, and that the text
 * "format" is `format` (else ERR_SCHEMA).  Nothing is allocated by a number
 * from the file that the file's own size does not cover.
 */
int st_open(struct st_file *f, const char *path, const char *format,
	    struct err *e) MUST_USE;
void st_close(struct st_file *f);

const struct st_tensor *st_find(const struct st_file *f, const char *name);
/* out[t->bytes] */
int st_read(const struct st_file *f, const struct st_tensor *t, void *out,
	    struct err *e) MUST_USE;
/* The text of that name, or NULL; the file owns it. */
const char *st_text(const struct st_file *f, const char *key);
/* The same with its length, for one that may hold any byte. */
const struct st_text *st_find_text(const struct st_file *f, const char *key);

/* The start of every header; then 32 digits. */
#define ST_PREFIX "{\"__metadata__\":{\"digest\":\"xxh3-128:"
#define ST_DIGITS 32
#define ST_ALIGN 64

#endif
