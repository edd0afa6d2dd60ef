/*
 * skip_int.h - what products with lists, and the making of lists, share; for
 * kernel bodies only.
 */
#ifndef DLTOOLS_KERN_SKIP_INT_H
#define DLTOOLS_KERN_SKIP_INT_H

#include "kern/vec.h"

#if VL == 16
/*
 * gcc 12 reads 32 bits of a mask that it had to put on the stack, where 16 were
 * written: seen with AddressSanitizer at -O1.  So the move is spelled out.
 */
VEC_INLINE size_t
mask_ones(__mmask16 mask)
{
	uint32_t bits;

	__asm__("kmovw %1, %0" : "=r"(bits) : "k"(mask));
	return (size_t)__builtin_popcount(bits);
}
#elif VL == 8
/* Lanes whose sign is set, the first as the lowest bit. */
VEC_INLINE unsigned
lane_signs(__m256i mask)
{
	return (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(mask));
}
#endif

#endif
