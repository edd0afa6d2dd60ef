/*
 * online_bench.c - the kernels of online training on one core, by working set
 * and rows of a block.
 *
 * Prints CSV: for a layer of `rows` x `columns` weights and blocks of n rows,
 * nanoseconds for a vector of 16 weights and one row in the sweep (ADADELTA,
 * every unit active) and in the forward product, and the bytes a second that
 * the sweep moves (24 a weight).  Beside machine_bench: the sweep needs 11
 * multiply-adds or products a vector and row, one more with the error of the
 * layer below, the product one.  usage: online_bench [ISA]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "dltools/mem.h"
#include "kern/kern.h"

#define TRIALS 15

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *
numbers(size_t n, float low, float high)
{
	struct err e;
	float *v = mem_zalloc_aligned(n, sizeof(*v), &e);

	for (size_t i = 0; v && i < n; i++)
		v[i] = low + (high - low) * (float)(i * 7919 % 1009) / 1009;
	return v;
}

struct result {
	double sweep, dots; /* seconds */
};

static struct result
measure(const struct kern *kern, const struct sweep *k, const struct dots *d,
	size_t repeats)
{
	struct result best = { 1e9, 1e9 };
	double start, took;

	for (int i = 0; i < TRIALS; i++) {
		start = now();
		for (size_t j = 0; j < repeats; j++)
			kern->sweep_update(k);
		took = (now() - start) / (double)repeats;
		best.sweep = took < best.sweep ? took : best.sweep;
		start = now();
		for (size_t j = 0; j < repeats; j++)
			kern->dots(d);
		took = (now() - start) / (double)repeats;
		best.dots = took < best.dots ? took : best.dots;
	}
	return best;
}

static int
run(const struct kern *kern, size_t rows, size_t columns, size_t n,
    enum sweep_root root)
{
	size_t cells = rows * columns, vectors = cells * n / 16;
	static float rate[SWEEP_MOST];
	struct sweep k = {
		.rule = SWEEP_ADADELTA, .root = root, .rows = rows,
		.columns = columns, .ld = columns, .n = n,
		.w = numbers(cells, -0.1F, 0.1F),
		.a = numbers(cells, 1e-6F, 1e-4F),
		.b = numbers(cells, 1e-6F, 1e-5F),
		.s = numbers(rows * n, -0.5F, 0.5F), .s_row = n, .s_sample = 1,
		.x = numbers(n * columns, -1, 1), .x_ld = columns,
		.e = numbers(n * columns, 0, 0), .e_ld = columns,
		.ahead = cells > 4000000 ? 256 : 0,
		.rho = 0.99F, .epsilon = 1e-8F, .rate = rate, .momentum = rate,
	};
	struct dots d = {
		.w = k.w, .ld = columns, .rows = rows, .columns = columns,
		.n = n, .x = k.x, .x_ld = columns,
		.z = numbers(n * rows, 0, 0), .z_ld = rows,
		.is_far = 3 * rows * columns > 500000,
	};
	struct result r;

	if (!k.w || !k.a || !k.b || !k.s || !k.x || !k.e || !d.z)
		return 1;
	r = measure(kern, &k, &d, 4000000 / vectors + 1);
	printf("%s,%s,%zu,%zu,%zu,%.1f,%.2f,%.2f,%.1f\n", kern->isa,
	       root == ROOT_FAST ? "estimate" : "integer", rows, columns, n,
	       (double)cells * 12 / 1048576, r.sweep * 1e9 / (double)vectors,
	       r.dots * 1e9 / (double)vectors, (double)cells * 24e-9 / r.sweep);
	mem_free(k.w);
	mem_free(k.a);
	mem_free(k.b);
	mem_free((void *)(uintptr_t)k.s);
	mem_free((void *)(uintptr_t)k.x);
	mem_free(k.e);
	mem_free(d.z);
	return 0;
}

int
main(int argc, char **argv)
{
	static const size_t shapes[][2] = {
		{ 8, 272 }, { 64, 720 }, { 512, 1040 }, { 2048, 2064 },
	};
	static const size_t blocks[] = { 1, 4, 16 };
	const struct kern *kern = argc > 1 ? kern_find(argv[1]) : kern_get();

	if (!kern) {
		fprintf(stderr, "online_bench: no such instruction set here\n");
		return 2;
	}
	printf("isa,root,rows,columns,block,MiB,sweep ns,product ns,GB/s\n");
	for (size_t i = 0; i < 4; i++)
		for (size_t j = 0; j < 3; j++)
			for (int root = ROOT_FAST; root <= ROOT_FMA; root++)
				if (run(kern, shapes[i][0], shapes[i][1],
					blocks[j], (enum sweep_root)root))
					return 6;
	return 0;
}
