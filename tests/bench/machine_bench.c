/*
 * machine_bench.c - the limits of one core: multiply-adds a second in float32
 * and bf16, and bytes a second read from working sets of several sizes.
 *
 * Prints CSV: what, value, unit.  The best of many short trials, so that other
 * programs disturb little.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define TRIALS 40

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A chain loop returns a number so that nothing is optimized away. */
typedef float chain_fn(size_t rounds);

/* Twelve independent chains hide the latency of the multiply-add. */
#define CHAINS 12
#define EACH for (int i = 0; i < CHAINS; i++)

static float
plain_chains(size_t rounds)
{
	float v[CHAINS * 4] = { 1 }, a = 0.999f;

	for (size_t r = 0; r < rounds; r++)
		for (int i = 0; i < CHAINS * 4; i++)
			v[i] = v[i] * a + a;
	return v[0] + v[5];
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) static float
avx2_chains(size_t rounds)
{
	__m256 v[CHAINS], a = _mm256_set1_ps(0.999f);

	EACH v[i] = _mm256_set1_ps((float)i);
	for (size_t r = 0; r < rounds; r++)
		EACH v[i] = _mm256_fmadd_ps(v[i], a, a);
	EACH v[0] = _mm256_add_ps(v[0], v[i]);
	return _mm256_cvtss_f32(v[0]);
}

__attribute__((target("avx512f"))) static float
avx512_chains(size_t rounds)
{
	__m512 v[CHAINS], a = _mm512_set1_ps(0.999f);

	EACH v[i] = _mm512_set1_ps((float)i);
	for (size_t r = 0; r < rounds; r++)
		EACH v[i] = _mm512_fmadd_ps(v[i], a, a);
	EACH v[0] = _mm512_add_ps(v[0], v[i]);
	return _mm512_cvtss_f32(v[0]);
}

__attribute__((target("avx512f,avx512bf16"))) static float
bf16_chains(size_t rounds)
{
	__m512 v[CHAINS];
	__m512bh a = (__m512bh)_mm512_set1_epi32(0x3f803f80);

	EACH v[i] = _mm512_set1_ps((float)i);
	for (size_t r = 0; r < rounds; r++)
		EACH v[i] = _mm512_dpbf16_ps(v[i], a, a);
	EACH v[0] = _mm512_add_ps(v[0], v[i]);
	return _mm512_cvtss_f32(v[0]);
}
#endif

static volatile float sink;

/* lanes: numbers per instruction; 2 operations each. */
static void
peak(const char *what, chain_fn *f, double lanes)
{
	double best = 1e9;
	size_t rounds = 100000;

	for (int i = 0; i < TRIALS; i++) {
		double t = now();

		sink = f(rounds);
		t = now() - t;
		if (t < best)
			best = t;
	}
	printf("%s,%.1f,GFLOP/s\n", what,
	       2e-9 * lanes * CHAINS * (double)rounds / best);
}

static uint64_t
sum(const uint64_t *p, size_t n)
{
	uint64_t s[8] = { 0 };

	for (size_t i = 0; i + 8 <= n; i += 8)
		for (size_t j = 0; j < 8; j++)
			s[j] += p[i + j];
	return s[0] + s[1] + s[2] + s[3] + s[4] + s[5] + s[6] + s[7];
}

static void
bandwidth(size_t bytes)
{
	uint64_t *p = aligned_alloc(64, bytes);
	double best = 1e9;
	size_t times = (8u << 20) / bytes + 1;

	if (p == NULL)
		return;
	memset(p, 1, bytes);
	for (int i = 0; i < TRIALS; i++) {
		double t = now();

		for (size_t j = 0; j < times; j++)
			sink = (float)sum(p, bytes / 8);
		t = now() - t;
		if (t < best)
			best = t;
	}
	printf("read %zu KiB,%.1f,GB/s\n", bytes >> 10,
	       1e-9 * (double)(bytes * times) / best);
	free(p);
}

int
main(void)
{
	puts("what,value,unit");
	peak("multiply-add plain", plain_chains, 4);
#if defined(__x86_64__)
	__builtin_cpu_init();
	if (__builtin_cpu_supports("fma"))
		peak("multiply-add avx2", avx2_chains, 8);
	if (__builtin_cpu_supports("avx512f"))
		peak("multiply-add avx512", avx512_chains, 16);
	if (__builtin_cpu_supports("avx512bf16"))
		peak("multiply-add bf16", bf16_chains, 32);
#endif
	for (size_t kib = 32; kib <= 256 << 10; kib *= 8)
		bandwidth(kib << 10);
	return 0;
}
