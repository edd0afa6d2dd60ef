/* source_int.h - bytes of a file, pipe or packed stream, in order. */
#ifndef DATA_SOURCE_INT_H
#define DATA_SOURCE_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/csv.h>
#include <dltools/err.h>

struct source;

struct source *source_open(const char *path, const struct csv_options *o,
			   struct err *e) MUST_USE;
/* At most n bytes, what one read gives; *got = 0 at the end of the text. */
int source_read(struct source *s, char *bytes, size_t n, size_t *got,
		struct err *e) MUST_USE;
/* After the last byte: was the file the same all the time? */
int source_check(const struct source *s, struct err *e) MUST_USE;
void source_free(struct source *s);
const char *source_name(const struct source *s);
/* Bytes read of the file, its size (0: unknown). */
uint64_t source_packed(const struct source *s);
uint64_t source_size(const struct source *s);

#endif
