/*
 * widen.h - small integers to standardized floats, fast:
 *
 *	out[i] = (float)((in[i] - sub[i]) * mul[i])
 *
 * in double, rounded once, so every build gives the same bits.  Several builds
 * for x86-64, chosen by the loader.
 */
#ifndef DLTOOLS_WIDEN_H
#define DLTOOLS_WIDEN_H

#include <stddef.h>
#include <stdint.h>

void widen_u8(float *out, const uint8_t *in, size_t n, const double *sub,
	      const double *mul);
void widen_i16(float *out, const int16_t *in, size_t n, const double *sub,
	       const double *mul);

/* Asks the cache for bytes that are needed soon; `bytes` may point anywhere. */
void widen_prefetch(const void *bytes, size_t len);

#endif
