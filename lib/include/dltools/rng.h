/*
 * rng.h - counter-based random numbers.
 *
 * A number is a pure function of (seed, purpose, a, b): no state, no order, so
 * masks, shuffles and samples do not depend on threads or on restarts.  The
 * generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random
 * numbers: as easy as 1, 2, 3", SC11): key = seed mixed with the purpose,
 * counter = (a, b).
 */
#ifndef DLTOOLS_RNG_H
#define DLTOOLS_RNG_H

#include <stdint.h>

/* What a stream is for; values are part of the model format's promise of
 * equal bits, so new purposes go to the end. */
enum rng_purpose {
	RNG_INIT = 1,       /* a = layer, b = element / 4 */
	RNG_SHUFFLE,        /* permutations of rows */
	RNG_INPUT_DROPOUT,  /* a = sample number, b = unit / 4 */
	RNG_HIDDEN_DROPOUT, /* a = sample number, b = layer << 40 | unit / 4 */
	RNG_SCORE_SAMPLE,   /* rows of the training scoring set */
	RNG_VALID_SAMPLE,
	RNG_SPLIT,
	RNG_BALANCE,
	RNG_FOLD,
	RNG_SEARCH,
};

/* Four independent uniform 32-bit words. */
struct rng_words {
	uint32_t w[4];
};

struct rng_key {
	uint32_t k[2];
};

struct rng_key rng_key(uint64_t seed, enum rng_purpose purpose);
struct rng_words rng_at(struct rng_key key, uint64_t a, uint64_t b);

/* The raw block function, for tests and for vector versions of it. */
struct rng_words rng_philox(struct rng_key key, const uint32_t counter[4]);

/* [0, 1) with 53 and 24 bits. */
double rng_uniform(struct rng_key key, uint64_t a, uint64_t b);
static inline float
rng_unit_float(uint32_t word)
{
	return (float)(word >> 8) * 0x1p-24f;
}

/* Standard normal (Marsaglia polar method), same bits on every IEEE machine. */
double rng_normal(struct rng_key key, uint64_t a, uint64_t b);

/*
 * Element i of a pseudo-random permutation of 0..n-1 without storing it: a
 * 4-round Feistel network over the next power of four with cycle walking
 * (Black and Rogaway 2002, "Ciphers with arbitrary finite domains").
 * `tweak` (an epoch number, say) selects the permutation.
 */
uint64_t rng_permute(struct rng_key key, uint64_t tweak, uint64_t i,
		     uint64_t n);

/* A seed from the clock and the process, positive as int64. */
uint64_t rng_fresh_seed(void);

#endif
