/* import_like.h - the coding of --like: of a frame, or of a model's columns. */
#ifndef CMD_IMPORT_LIKE_H
#define CMD_IMPORT_LIKE_H

#include <dltools/import.h>

int import_like(struct import_schema *s, const char *path,
		struct err *e) MUST_USE;

#endif
