/*
 * level_index.h - finding a level by its bytes: a hash table over a string
 * table, made once for a frame or a stream, read by many threads.
 */
#ifndef LEVEL_INDEX_H
#define LEVEL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include <dltools/chunk.h>
#include <dltools/err.h>

struct level_index {
	const struct string_table *t; /* borrowed */
	uint32_t *slot;               /* level + 1, 0 = free */
	size_t mask;
};

int level_index_init(struct level_index *x, const struct string_table *t,
		     struct err *e) MUST_USE;
void level_index_release(struct level_index *x);

/* The level, or t->n if it is unknown. */
size_t level_index_find(const struct level_index *x, const void *bytes,
			size_t len);

#endif
