/*
 * gemm_body.c - blocked matrix products of one instruction set.
 *
 * C is cut into tiles of 6 rows and NV vectors that live in registers; each
 * term loads NV vectors of B and multiplies them by 6 numbers of A that are
 * spread over the lanes: 10 loads for 24 multiply-adds with AVX-512.  Terms go
 * in blocks so that the columns of B in use stay in the second-level cache.
 */
#include "kern/kern_int.h"
#include "kern/vec.h"

#define TERM_BLOCK 1024

#if VL == 16 || (defined(__aarch64__) && VL == 4)
#define NV 4
#else
#define NV 2
#endif

/* acc + two products per lane of bf16 pairs. */
#if defined(__AVX512BF16__)
VEC_INLINE vf
dot_pairs(vf a, vf b, vf acc)
{
	return (vf)_mm512_dpbf16_ps((__m512)acc, (__m512bh)a, (__m512bh)b);
}
#else
VEC_INLINE vf
dot_pairs(vf a, vf b, vf acc)
{
	vi high = vi_set1((int32_t)0xffff0000u);

	acc = vf_fma((vf)((vi)a & high), (vf)((vi)b & high), acc);
	return vf_fma((vf)((vi)a << 16), (vf)((vi)b << 16), acc);
}
#endif

struct tile {
	const float *a, *b;
	float *c;
	size_t terms, a_row, a_term, b_term, c_row;
	const float *bias;
	bool add;
};

/*
 * One tile.  mr, nv, is_bf16 and by_row are constants where this is inlined;
 * by_row: A's terms are adjacent, else its rows are.
 */
VEC_INLINE void
run_tile(const struct tile *t, size_t mr, size_t nv, bool is_bf16, bool by_row)
{
	vf acc[6][NV];
	const float *a = t->a, *b = t->b;
	const size_t step = by_row ? t->a_row : 1;
	const size_t next = by_row ? 1 : t->a_term;

#pragma GCC unroll 6
	for (size_t i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (size_t j = 0; j < nv; j++)
			acc[i][j] = t->bias != NULL ? vf_set1(t->bias[i]) :
				    t->add ? vf_load(t->c + i * t->c_row +
						     j * VL) :
					     vf_set1(0);
	for (size_t k = 0; k < t->terms; k++) {
		vf bv[NV];

#pragma GCC unroll 4
		for (size_t j = 0; j < nv; j++)
			bv[j] = vf_load(b + j * VL);
#pragma GCC unroll 6
		for (size_t i = 0; i < mr; i++) {
			vf av = vf_set1(a[i * step]);

#pragma GCC unroll 4
			for (size_t j = 0; j < nv; j++)
				acc[i][j] = is_bf16 ?
					dot_pairs(av, bv[j], acc[i][j]) :
					vf_fma(av, bv[j], acc[i][j]);
		}
		a += next;
		b += t->b_term;
	}
#pragma GCC unroll 6
	for (size_t i = 0; i < mr; i++)
#pragma GCC unroll 4
		for (size_t j = 0; j < nv; j++)
			vf_store(t->c + i * t->c_row + j * VL, acc[i][j]);
}

typedef void tile_fn(const struct tile *t);

/* One function per tile shape: name tile_, rows, vectors, bf16, by_row. */
#define TILE(mr, nv, bf16, by_row) \
static void \
tile_##mr##nv##bf16##by_row(const struct tile *t) \
{ \
	run_tile(t, mr, nv, bf16, by_row); \
}

#if NV == 4
#define TILES_OF(mr, bf16, by_row) \
	TILE(mr, 1, bf16, by_row) TILE(mr, 2, bf16, by_row) \
	TILE(mr, 4, bf16, by_row)
#define ENTRIES_OF(mr, bf16, by_row) \
	[mr] = { NULL, tile_##mr##1##bf16##by_row, tile_##mr##2##bf16##by_row, \
		 NULL, tile_##mr##4##bf16##by_row }
#else
#define TILES_OF(mr, bf16, by_row) TILE(mr, 2, bf16, by_row)
#define ENTRIES_OF(mr, bf16, by_row) \
	[mr] = { NULL, NULL, tile_##mr##2##bf16##by_row, NULL, NULL }
#endif

#define TILES(bf16, by_row) \
	TILES_OF(1, bf16, by_row) TILES_OF(2, bf16, by_row) \
	TILES_OF(4, bf16, by_row) TILES_OF(6, bf16, by_row)
#define ENTRIES(bf16, by_row) \
	{ ENTRIES_OF(1, bf16, by_row), ENTRIES_OF(2, bf16, by_row), \
	  ENTRIES_OF(4, bf16, by_row), ENTRIES_OF(6, bf16, by_row) }

TILES(0, 0)
TILES(0, 1)
TILES(1, 0)
TILES(1, 1)

/* [bf16][by_row][rows][vectors] */
static tile_fn *const tiles[2][2][7][5] = {
	{ ENTRIES(0, 0), ENTRIES(0, 1) },
	{ ENTRIES(1, 0), ENTRIES(1, 1) },
};

static size_t
tile_rows(size_t left)
{
	return left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

static size_t
tile_vectors(size_t left)
{
	return left >= NV ? NV : left >= 2 ? 2 : 1;
}

/* All rows and columns, terms first .. first + t->terms - 1. */
static void
run_block(const struct gemm *g, struct tile *t, size_t first, bool is_bf16)
{
	const float *a = (const float *)g->a + first * g->a_term;
	const float *b = (const float *)g->b + first * g->b_term;
	tile_fn *const (*shape)[5] = tiles[is_bf16][g->a_term == 1];

	for (size_t j = 0; j < g->n;) {
		size_t nv = tile_vectors((g->n - j) / VL);

		for (size_t i = 0; i < g->m;) {
			size_t mr = tile_rows(g->m - i);

			t->a = a + i * g->a_row;
			t->b = b + j;
			t->c = g->c + i * g->c_row + j;
			if (t->bias != NULL)
				t->bias = g->bias + i;
			shape[mr][nv](t);
			i += mr;
		}
		j += nv * VL;
	}
}

static void
run(const struct gemm *g, bool is_bf16)
{
	struct tile t = {
		.a_row = g->a_row, .a_term = g->a_term, .b_term = g->b_term,
		.c_row = g->c_row, .bias = g->bias, .add = g->add,
	};
	size_t k = 0;

	do {
		size_t left = g->terms - k;

		t.terms = left < TERM_BLOCK ? left : TERM_BLOCK;
		run_block(g, &t, k, is_bf16);
		k += t.terms;
		t.bias = NULL;
		t.add = true;
	} while (k < g->terms);
}

void
KERN_NAME(gemm_f32)(const struct gemm *g)
{
	run(g, false);
}

void
KERN_NAME(gemm_bf16)(const struct gemm *g)
{
	run(g, true);
}
