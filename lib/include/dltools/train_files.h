/*
 * train_files.h - the files of settings and of lists that a command read.
 *
 *	struct train_files files = {0};
 *
 *	train_files_add(&files, "config", path, bytes, len, &e);
 *	request.file = files.v;
 *	request.files = files.n;
 *	train_files_release(&files);
 *
 * Known by hash of the bytes that were read, so that an edit during training
 * does not count.  Only a regular file can be looked at again: "-", pipes and
 * devices are left out without an error.
 */
#ifndef DLTOOLS_TRAIN_FILES_H
#define DLTOOLS_TRAIN_FILES_H

#include <stddef.h>

#include "err.h"

struct train_file {
	const char *role, *path; /* borrowed */
	char id[33];
};

struct train_files {
	struct train_file *v; /* [n] */
	size_t n, room;
};

/* What was read of it: bytes[len]. */
int train_files_add(struct train_files *files, const char *role,
		    const char *path, const void *bytes, size_t len,
		    struct err *e) MUST_USE;
/* Reads it. */
int train_files_read(struct train_files *files, const char *role,
		     const char *path, struct err *e) MUST_USE;
void train_files_release(struct train_files *files);

#endif
