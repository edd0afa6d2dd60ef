/*
 * npz.h - arrays as a NumPy archive: a zip whose members are NAME.npy, stored
 * without compression, so that numpy.load() reads them by name.
 *
 *	struct npz z = {.out = &out};
 *
 *	npz_add(&z, &array, values, &e);     as often as there are arrays
 *	npz_finish(&z, &e);                  writes the table of contents
 *	npz_release(&z);
 *
 * The same arrays make the same bytes: there is no time in it.  All of it must
 * be below 3.75 GiB (ERR_OUTPUT).
 */
#ifndef DLTOOLS_NPZ_H
#define DLTOOLS_NPZ_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "file.h"
#include "str.h"

struct npz {
	struct outfile *out;  /* borrowed */
	struct str directory; /* of the members so far */
	uint64_t at;          /* bytes written */
	size_t members;
};

struct npz_array {
	const char *name;
	const char *type; /* as NumPy has it: "<f4", "<f8" */
	size_t item;      /* bytes of an element */
	size_t dims;      /* 0, 1 or 2 */
	size_t shape[2];
};

/* values: in C order, little-endian. */
int npz_add(struct npz *z, const struct npz_array *a, const void *values,
	    struct err *e) MUST_USE;
int npz_finish(struct npz *z, struct err *e) MUST_USE;
void npz_release(struct npz *z);

#endif
