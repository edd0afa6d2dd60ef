/*
 * mem.h - checked allocation.
 *
 * Sizes are multiplied with an overflow check.  Everything is released with
 * mem_free(), which accepts NULL.  Aligned blocks are for arrays that vector
 * kernels touch: 64-byte aligned, and asked to be huge pages from 2 MiB on.
 */
#ifndef DLTOOLS_MEM_H
#define DLTOOLS_MEM_H

#include <stddef.h>

#include "err.h"

#define MEM_ALIGN 64

/* Zeroed array of n elements of `size` bytes; n = 0 gives a valid pointer. */
void *mem_zalloc(size_t n, size_t size, struct err *e) MUST_USE;

/* The same, 64-byte aligned; mem_alloc_aligned: contents not set. */
void *mem_zalloc_aligned(size_t n, size_t size, struct err *e) MUST_USE;
void *mem_alloc_aligned(size_t n, size_t size, struct err *e) MUST_USE;
/* rows x columns floats, zeroed and aligned. */
float *mem_floats(size_t rows, size_t columns, struct err *e) MUST_USE;

/*
 * Grows *array to hold at least `need` elements; *room is its capacity in
 * elements and grows by half.  The old contents stay; new bytes are not set.
 * On failure *array is unchanged and still owned by the caller.
 */
int mem_grow(void *array, size_t *room, size_t need, size_t size,
	     struct err *e) MUST_USE;

/* Copy of a string or of len bytes plus a NUL. */
char *mem_strdup(const char *s, struct err *e) MUST_USE;
char *mem_memdup(const void *bytes, size_t len, struct err *e) MUST_USE;

void mem_free(void *p);

/* a*b and a+b that fail (return -1) instead of wrapping. */
int mem_mul(size_t a, size_t b, size_t *out) MUST_USE;
int mem_add(size_t a, size_t b, size_t *out) MUST_USE;

#endif
