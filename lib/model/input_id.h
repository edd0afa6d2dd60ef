/* input_id.h - what tells whether an input of a run is what it was. */
#ifndef DLTOOLS_INPUT_ID_H
#define DLTOOLS_INPUT_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "dltools/err.h"

#define INPUT_FILE_MOST ((size_t)64 << 20) /* bytes of settings, of a list */

enum input_kind {
	INPUT_FRAME, /* hash of its content */
	INPUT_MODEL, /* digest of its bytes, as the file has it */
	INPUT_FILE,  /* XXH3-128 of its bytes */
};

/* "frame", "model", "file"; and back, a frame if it is none of them. */
const char *input_kind_name(enum input_kind kind);
enum input_kind input_kind_of(const char *name);

/* A regular file, which can be read more than once? */
bool input_is_file(const char *path);
/* Standard input, or there, but no regular file? */
bool input_is_pipe(const char *path);
/* XXH3-128 as 32 digits. */
void input_hash(const void *bytes, size_t len, char id[33]);
int input_id(enum input_kind kind, const char *path, char id[33],
	     struct err *e) MUST_USE;

#endif
