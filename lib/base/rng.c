/*
 * rng.c - Philox4x32-10; see rng.h.
 *
 * Known answers (Random123's kat_vectors) are in tests/unit/base_test.c.
 */
#define _DEFAULT_SOURCE
#include <dltools/rng.h>

#include <math.h>
#include <time.h>
#include <unistd.h>

#define ROUND_0 0xD2511F53u
#define ROUND_1 0xCD9E8D57u
#define WEYL_0 0x9E3779B9u
#define WEYL_1 0xBB67AE85u

struct rng_words
rng_philox(struct rng_key key, const uint32_t counter[4])
{
	uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2];
	uint32_t c3 = counter[3], k0 = key.k[0], k1 = key.k[1];
	uint64_t p0, p1;
	int i;

	for (i = 0; i < 10; i++) {
		p0 = (uint64_t)ROUND_0 * c0;
		p1 = (uint64_t)ROUND_1 * c2;
		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)p1;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)p0;
		k0 += WEYL_0;
		k1 += WEYL_1;
	}
	return (struct rng_words){{c0, c1, c2, c3}};
}

/* Finalizer of splitmix64 (Steele, Lea, Flood 2014): a bijection. */
static uint64_t
mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

struct rng_key
rng_key(uint64_t seed, enum rng_purpose purpose)
{
	uint64_t z = mix(seed + 0x9E3779B97F4A7C15u * (uint64_t)purpose);

	return (struct rng_key){{(uint32_t)z, (uint32_t)(z >> 32)}};
}

struct rng_words
rng_at(struct rng_key key, uint64_t a, uint64_t b)
{
	const uint32_t counter[4] = {(uint32_t)b, (uint32_t)(b >> 32),
				     (uint32_t)a, (uint32_t)(a >> 32)};

	return rng_philox(key, counter);
}

double
rng_uniform(struct rng_key key, uint64_t a, uint64_t b)
{
	struct rng_words r = rng_at(key, a, b);
	uint64_t bits = (uint64_t)r.w[0] << 32 | r.w[1];

	return (double)(bits >> 11) * 0x1p-53;
}

/*
 * Sum of twelve 32-bit uniforms would be cheap but short-tailed; Box-Muller
 * with libm differs in the last bits between machines.  Marsaglia's polar
 * method needs only log and sqrt; the logarithm is taken by the series below,
 * so that equal seeds give equal bits wherever IEEE doubles are.
 */
static double
log_exact(double x)
{
	int exponent, i;
	double m = frexp(x, &exponent), t, t2, sum = 0;

	if (m < 0.70710678118654752440) {
		m *= 2;
		exponent--;
	}
	/* log m = 2 atanh t, |t| <= 0.172: 13 terms reach 1e-21 */
	t = (m - 1) / (m + 1);
	t2 = t * t;
	for (i = 27; i >= 1; i -= 2)
		sum = sum * t2 + 1.0 / i;
	return 2 * t * sum + exponent * 0.69314718055994530942;
}

double
rng_normal(struct rng_key key, uint64_t a, uint64_t b)
{
	struct rng_words r;
	double u, v, s;
	uint32_t tries;

	for (tries = 0;; tries++) {
		const uint32_t counter[4] = {
			(uint32_t)b, (uint32_t)(b >> 32) ^ tries << 8,
			(uint32_t)a, (uint32_t)(a >> 32) ^ 0x80000000u};

		r = rng_philox(key, counter);
		u = ((double)((uint64_t)r.w[0] << 20 | r.w[1] >> 12) + 0.5) *
		    0x1p-51 - 1;
		v = ((double)((uint64_t)r.w[2] << 20 | r.w[3] >> 12) + 0.5) *
		    0x1p-51 - 1;
		s = u * u + v * v;
		if (s < 1 && s > 0)
			return u * sqrt(-2 * log_exact(s) / s);
	}
}

uint64_t
rng_permute(struct rng_key key, uint64_t tweak, uint64_t i, uint64_t n)
{
	unsigned half = 1, round;
	uint64_t mask, left, right, next;

	while (half < 32 && (uint64_t)1 << (2 * half) < n)
		half++;
	mask = ((uint64_t)1 << half) - 1;
	do {
		left = i >> half;
		right = i & mask;
		for (round = 0; round < 4; round++) {
			next = mix(right ^ mix(tweak * 4 + round) ^
				   ((uint64_t)key.k[1] << 32 | key.k[0]));
			next = left ^ (next & mask);
			left = right;
			right = next;
		}
		i = left << half | right;
	} while (i >= n);
	return i;
}

uint64_t
rng_fresh_seed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return mix((uint64_t)t.tv_sec * 1000000007u + (uint64_t)t.tv_nsec +
		   ((uint64_t)getpid() << 40)) >> 1;
}
