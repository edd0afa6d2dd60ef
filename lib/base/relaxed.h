/*
 * relaxed.h - floats that several threads touch at once, unlocked: each is
 * moved by a relaxed atomic access, so whatever is read was written by some
 * thread.  Arrays go in pairs, which are atomic as such: 64 bits at a time take
 * two thirds of the time of 32.
 */
#ifndef DLTOOLS_RELAXED_H
#define DLTOOLS_RELAXED_H

#include <stddef.h>
#include <stdint.h>

typedef uint64_t relaxed_pair __attribute__((may_alias));

static inline float
relaxed_load(const float *from)
{
	float x;

	__atomic_load(from, &x, __ATOMIC_RELAXED);
	return x;
}

static inline void
relaxed_store(float *to, float x)
{
	__atomic_store(to, &x, __ATOMIC_RELAXED);
}

/* Copies n floats, an even number, on 8 bytes; `to` is the thread's own. */
static inline void
relaxed_copy_in(float *to, const float *from, size_t n)
{
	const relaxed_pair *f = (const void *)from;
	relaxed_pair *t = (void *)to;

	for (size_t i = 0; i < n / 2; i++)
		t[i] = __atomic_load_n(f + i, __ATOMIC_RELAXED);
}

/* The same, where `from` is the thread's own. */
static inline void
relaxed_copy_out(float *to, const float *from, size_t n)
{
	const relaxed_pair *f = (const void *)from;
	relaxed_pair *t = (void *)to;

	for (size_t i = 0; i < n / 2; i++)
		__atomic_store_n(t + i, f[i], __ATOMIC_RELAXED);
}

#endif
