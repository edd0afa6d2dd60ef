/*
 * outputs.h - can a file be written, and does it replace nothing that is
 * needed?  Asked before the work is done that is to be written.
 */
#ifndef CMD_OUTPUTS_H
#define CMD_OUTPUTS_H

#include <stdbool.h>
#include <stddef.h>

#include <dltools/err.h>

/* No pipe and no device: something that can be replaced. */
bool output_is_file_or_new(const char *path);

/*
 * By one name, or one file whether it is there or not.  What is no file may be
 * named twice, but for "-".
 */
bool output_is_same(const char *a, const char *b);
/*
 * ERR_USAGE if two of out[], or one of out[] and one of in[], are one file.
 * NULLs are left out.
 */
int outputs_check_apart(const char *const *out, size_t outs,
			const char *const *in, size_t ins,
			struct err *e) MUST_USE;

/* A file that appears when it is complete.  NULL, pipes and devices pass. */
int output_check(const char *path, struct err *e) MUST_USE;
/* A file that grows: it is not touched, and not made if it is not there. */
int output_check_growing(const char *path, struct err *e) MUST_USE;

#endif
