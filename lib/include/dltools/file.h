/*
 * file.h - files that appear whole or not at all, and inputs that may be pipes.
 *
 *	struct outfile out = {0};
 *
 *	if (outfile_open(&out, path, &e) < 0 ||
 *	    outfile_write(&out, bytes, len, &e) < 0 ||
 *	    outfile_commit(&out, &e) < 0)
 *		goto fail;
 *	...
 * fail:	outfile_discard(&out);
 *
 * A regular target is written as a temporary file beside it, then fsync,
 * rename, fsync of the directory; until the rename the old file is untouched.
 * "-", a FIFO or a device is written in place; what names a descriptor, such as
 * /dev/stdout, from where that stands.  Names of temporary files are kept in
 * one process-wide table so that file_remove_temporaries() can unlink them from
 * a signal handler.
 */
#ifndef DLTOOLS_FILE_H
#define DLTOOLS_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct outfile {
	char *path;      /* as given, for messages */
	char *target;    /* after symbolic links */
	char *temporary; /* NULL when written in place */
	int fd;
	bool open;
	int slot;        /* in the table of temporary names */
	unsigned char *buf;
	size_t used;
	uint64_t written; /* bytes, buffered ones included */
};

int outfile_open(struct outfile *out, const char *path, struct err *e) MUST_USE;
int outfile_write(struct outfile *out, const void *bytes, size_t len,
		  struct err *e) MUST_USE;
/* Hands buffered bytes to the system: for line-by-line output to a pipe. */
int outfile_flush(struct outfile *out, struct err *e) MUST_USE;
/* Flushes, syncs, closes and renames.  On failure the file is discarded. */
int outfile_commit(struct outfile *out, struct err *e) MUST_USE;
/* Removes what was not committed; harmless on NULL, zeroed or committed. */
void outfile_discard(struct outfile *out);

/* Async-signal-safe. */
void file_remove_temporaries(void);

/*
 * An open input that can be read at any offset.  A pipe is first copied to an
 * unlinked file in $TMPDIR (/tmp).  path "-" is standard input.
 */
struct infile {
	char *path; /* for messages: "standard input" for "-" */
	int fd;
	bool open;
	uint64_t size;
};

int infile_open(struct infile *in, const char *path, struct err *e) MUST_USE;
/* Exactly len bytes at offset, or ERR_INPUT ("cut off") if the file ends. */
int infile_read(const struct infile *in, uint64_t offset, void *bytes,
		size_t len, struct err *e) MUST_USE;
void infile_close(struct infile *in);

/*
 * Opens path for sequential reading: "-" is standard input.  A directory or a
 * missing file is ERR_INPUT, lack of descriptors ERR_OUTPUT.  Returns the
 * descriptor or -1.
 */
int file_open_stream(const char *path, struct err *e) MUST_USE;

/*
 * The first len bytes of a regular file, or of a standard input that is one at
 * its beginning: 1, or 0 if it isn't, is shorter or can't be read, or -1 if
 * descriptors ran out.
 */
int file_peek(const char *path, void *bytes, size_t len,
	      struct err *e) MUST_USE;

/* Unlinked read/write scratch file in $TMPDIR; returns the descriptor or -1. */
int file_scratch(struct err *e) MUST_USE;

/* Do both paths lead to the same regular file? */
bool file_is_same(const char *a, const char *b);

/* write(2) until done; what names the target in the message. */
int file_write_all(int fd, const void *bytes, size_t len, const char *what,
		   struct err *e) MUST_USE;
/* pread(2) until done or end of file; *got is the number of bytes read. */
int file_read_at(int fd, uint64_t offset, void *bytes, size_t len, size_t *got,
		 const char *what, struct err *e) MUST_USE;

/* Whole small file into a NUL-terminated heap buffer; at most max bytes. */
char *file_slurp(const char *path, size_t max, size_t *len,
		 struct err *e) MUST_USE;

/*
 * Appends header (only if the file is empty) and row in one write under an
 * exclusive lock: result tables shared by parallel runs.  A last line without
 * newline gets one first; "-" is standard output.  ERR_INPUT: the file is not
 * empty and its first line is not the header; the check alone leaves it as is.
 */
int file_append_check(const char *path, const char *header,
		      struct err *e) MUST_USE;
int file_append_locked(const char *path, const char *header, const char *row,
		       struct err *e) MUST_USE;

#endif
