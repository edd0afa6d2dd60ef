/*
 * string_set_int.h - distinct strings, numbered from 0 in the order of coming.
 * At most 2^32 - 2 of them.
 */
#ifndef DATA_STRING_SET_INT_H
#define DATA_STRING_SET_INT_H

#include <stddef.h>
#include <stdint.h>

#include <dltools/chunk.h>
#include <dltools/err.h>

/* Zeroed means empty. */
struct string_set {
	struct string_table table;
	uint32_t *slot;
	uint32_t *hash; /* upper halves, per string */
	size_t slots, hash_room;
};

void string_set_release(struct string_set *s);
/* The string's number, or -1 if it is not there. */
int64_t string_set_find(const struct string_set *s, const void *bytes,
			size_t len);
/* Its number, a new one if need be; -1 on failure. */
int64_t string_set_add(struct string_set *s, const void *bytes, size_t len,
		       struct err *e) MUST_USE;

#endif
