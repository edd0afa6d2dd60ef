/*
 * inspect.h - the two halves of dl-inspect: frames and models.
 */
#ifndef CMD_INSPECT_H
#define CMD_INSPECT_H

#include <stdbool.h>

#include <dltools/err.h>
#include <dltools/frame.h>
#include <dltools/str.h>

#include "table.h"

/* Schema and statistics of every column. */
int inspect_frame(const struct frame *f, enum table_format format,
		  struct str *out, struct err *e) MUST_USE;
/* A name a line. */
void inspect_names(const struct frame *f, struct str *out);
/* Levels of an enum column and how many rows have them. */
int inspect_levels(const struct frame *f, const char *column,
		   enum table_format format, struct str *out,
		   struct err *e) MUST_USE;
/* Every byte is read; says so if all is well. */
int inspect_frame_verify(const struct frame *f, struct str *out,
			 struct err *e) MUST_USE;

#endif
