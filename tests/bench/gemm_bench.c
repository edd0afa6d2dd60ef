/*
 * gemm_bench.c - matrix products beside the machine's multiply-add peak.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kern/kern.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *
numbers(size_t n)
{
	float *p = aligned_alloc(64, (n * 4 + 63) / 64 * 64);

	for (size_t i = 0; i < n; i++)
		p[i] = (float)(i % 101) / 50.0f - 1.0f;
	return p;
}

/* One product in each of the two forms that training uses. */
static void
time_product(const struct kern *k, size_t m, size_t n, size_t terms,
	     bool by_row, bool bf16)
{
	size_t lda = terms + 16, ldb = n + 16;
	float *a = numbers((m + 16) * (terms + 16));
	float *b = numbers(terms * ldb), *c = numbers(m * ldb);
	struct gemm g = {
		.m = m, .n = n, .terms = terms, .a = a, .b = b, .c = c,
		.a_row = by_row ? lda : 1, .a_term = by_row ? 1 : m + 16,
		.b_term = ldb, .c_row = ldb,
	};
	double best = 1e9;

	for (int r = 0; r < 25; r++) {
		double t = now();

		(bf16 ? k->gemm_bf16 : k->gemm_f32)(&g);
		t = now() - t;
		if (t < best)
			best = t;
	}
	printf("%s %s m=%zu n=%zu terms=%zu by_row=%d: %.1f GFLOP/s\n", k->isa,
	       bf16 ? "bf16" : "f32", m, n, terms, by_row,
	       2e-9 * (double)(m * n * terms) * (bf16 ? 2 : 1) / best);
	free(a);
	free(b);
	free(c);
}

/* A with this share of numbers that are not 0, as operations a dense product
 * would have made. */
static void
time_skip(const struct kern *k, size_t m, size_t n, size_t terms, double share)
{
	float *a = numbers(m * terms), *value = numbers(m * (terms + 16));
	float *b = numbers(terms * (n + 16)), *c = numbers(m * (n + 16));
	uint32_t *index = (uint32_t *)numbers(m * (terms + 16)), r = 1;
	struct skip_row row[1024] = { 0 };
	struct skip s = { .m = m, .n = n, .terms = terms, .row = row, .b = b,
			  .c = c, .b_term = n + 16, .c_row = n + 16 };
	double best = 1e9;

	for (size_t i = 0; i < m * terms; i++) {
		r = r * 1664525u + 1013904223u;
		if (r >> 8 > share * 0x1p24)
			a[i] = 0;
	}
	for (int trial = 0; trial < 25; trial++) {
		double t = now();

		for (size_t i = 0; i < m; i++) {
			row[i].index = index + i * (terms + 16);
			row[i].value = value + i * (terms + 16);
			row[i].count = k->vec_nonzero(index + i * (terms + 16),
				value + i * (terms + 16), a + i * terms, terms,
				0);
		}
		k->gemm_skip(&s);
		t = now() - t;
		if (t < best)
			best = t;
	}
	printf("%s skip %.0f%% m=%zu n=%zu terms=%zu: %.1f GFLOP/s\n", k->isa,
	       100 * share, m, n, terms, 2e-9 * (double)(m * n * terms) / best);
	free(a);
	free(b);
	free(c);
	free(value);
	free(index);
}

int
main(int argc, char **argv)
{
	const struct kern *k = argc > 1 ? kern_find(argv[1]) : kern_get();

	if (k == NULL)
		return 2;
	for (int bf16 = 0; bf16 < 2; bf16++) {
		time_product(k, 1024, 64, 1024, true, bf16);
		time_product(k, 1024, 128, 1024, true, bf16);
		time_product(k, 1024, 32, 1024, true, bf16);
		time_product(k, 128, 1024, 1024, true, bf16);
		time_product(k, 1024, 1024, 128, false, bf16);
		time_product(k, 1024, 1024, 32, false, bf16);
	}
	for (size_t n = 16; n <= 1024; n *= 2) {
		time_product(k, 128, n, 1024, true, false);
		for (int i = 1; i < 7; i++)
			time_skip(k, 128, n, 1024, i / 10.0);
		time_product(k, 48, n, 128, false, false);
		for (int i = 1; i < 7; i++)
			time_skip(k, 48, n, 128, i / 10.0);
	}
	return 0;
}
