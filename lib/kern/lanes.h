/*
 * lanes.h - masks of lanes as numbers, for kernel bodies only: how many are
 * set, and with AVX2, which has no instructions for it, how to bring the lanes
 * that are set to the front, and back.
 */
#ifndef DLTOOLS_LANES_H
#define DLTOOLS_LANES_H

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

/* Of mask m: how many of the lanes below lane b are set. */
#define BELOW(m, b) \
	((m) % (1 << (b)) % 2 + (m) % (1 << (b)) / 2 % 2 + \
	 (m) % (1 << (b)) / 4 % 2 + (m) % (1 << (b)) / 8 % 2 + \
	 (m) % (1 << (b)) / 16 % 2 + (m) % (1 << (b)) / 32 % 2 + \
	 (m) % (1 << (b)) / 64 % 2)

/* f(m, lane) for the eight lanes, put together; a row of them for all masks. */
#define ALL_LANES(f, m) \
	(f(m, 0) | f(m, 1) | f(m, 2) | f(m, 3) | f(m, 4) | f(m, 5) | \
	 f(m, 6) | f(m, 7))
#define MASKS_4(f, m) \
	ALL_LANES(f, m), ALL_LANES(f, m + 1), ALL_LANES(f, m + 2), \
	ALL_LANES(f, m + 3)
#define MASKS_16(f, m) \
	MASKS_4(f, m), MASKS_4(f, m + 4), MASKS_4(f, m + 8), MASKS_4(f, m + 12)
#define MASKS_64(f, m) \
	MASKS_16(f, m), MASKS_16(f, m + 16), MASKS_16(f, m + 32), \
	MASKS_16(f, m + 48)
#define MASKS(f) \
	MASKS_64(f, 0), MASKS_64(f, 64), MASKS_64(f, 128), MASKS_64(f, 192)

#define TO_FRONT(m, b) \
	((m) >> (b) & 1 ? (uint64_t)(b) << 8 * BELOW(m, b) : 0)
#define TO_PLACE(m, b) ((uint64_t)BELOW(m, b) << 8 * (b))

/* Of each mask: the lanes that are set, one a byte, the first lowest. */
static const uint64_t set_lanes[256] = { MASKS(TO_FRONT) };
/* Of each mask, a byte a lane: its place among those that are set. */
static const uint64_t set_places[256] = { MASKS(TO_PLACE) };

/* Eight of them as _mm256_permutevar8x32_ps() takes them. */
VEC_INLINE __m256i
lanes_at(const uint64_t *bytes)
{
	return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)bytes));
}
#endif

#endif
