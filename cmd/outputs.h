/*
 * outputs.h - can a file be written?  Asked before the work is done that is to
 * be written.
 */
#ifndef CMD_OUTPUTS_H
#define CMD_OUTPUTS_H

#include <stdbool.h>

#include <dltools/err.h>

/* No pipe and no device: something that can be replaced. */
bool output_is_file_or_new(const char *path);

/* A file that appears when it is complete.  NULL, pipes and devices pass. */
int output_check(const char *path, struct err *e) MUST_USE;
/* A file that grows: what stands in it stays, a new one is taken away again. */
int output_check_growing(const char *path, struct err *e) MUST_USE;

#endif
