/*
 * inspect.h - the two halves of dl-inspect: frames and models.
 */
#ifndef CMD_INSPECT_H
#define CMD_INSPECT_H

#include <stdbool.h>

#include <dltools/err.h>
#include <dltools/frame.h>
#include <dltools/model.h>
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

/* What it predicts from what, its layers, the end of its history. */
int inspect_model(const struct model *m, const char *path, struct str *out,
		  struct err *e) MUST_USE;
/* The columns that scoring wants and what comes out, as JSON. */
int inspect_signature(const struct model *m, struct str *out,
		      struct err *e) MUST_USE;
/* Scoring history; JSON is one object a line. */
int inspect_history(const struct model *m, enum table_format format,
		    struct str *out, struct err *e) MUST_USE;
int inspect_model_levels(const struct model *m, const char *column,
			 enum table_format format, struct str *out,
			 struct err *e) MUST_USE;
void inspect_model_names(const struct model *m, struct str *out);
/* The JSON header as it stands in the file. */
int inspect_header(const char *path, struct str *out, struct err *e) MUST_USE;

#endif
