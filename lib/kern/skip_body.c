/*
 * skip_body.c - products with a matrix of which few elements are not zero.
 *
 * A row of C, 128 columns wide with AVX-512, lives in registers while the row's
 * entries are gone through: per entry one number is spread over the lanes and
 * eight vectors of B come as operands of the multiply-adds, two a cycle if they
 * are in the first-level cache.  So terms go in blocks of which these columns
 * fill 36 KiB at most (32 or 40 KiB lose 2 % with a cache of 48; without
 * AVX-512 28, as many have 32), and all rows pass before the next columns.  Two
 * entries a turn are 3 % faster.
 *
 * The entries of a block are first copied one row behind the other: as parts of
 * lists that lie far apart they would miss the first-level cache at each row
 * (5 to 30 % of the time, the more the fewer they are).  With AVX2 the columns
 * of the block are, too, where its terms lie on more pages than the first-level
 * TLB has entries, 64: that costs what it saves over some 16 entries a term,
 * and an entry takes 6.4 cycles for 64 columns instead of 7.5, or of 8.2 if B
 * has 2,048 columns (Zen 3, where 8 loads and a broadcast take 4.5 at best).
 * Emerald Rapids has 96 entries and gains nothing.
 */
#include "kern/kern_int.h"
#include "kern/lanes.h"

#if VL == 16
#define WIDTH 128
#define BLOCK 72 /* terms at most */
#else
#define WIDTH 64
#define BLOCK 112
#endif
/* From this stride on columns are copied, for so many entries a term. */
#define FAR_TERM 640
#define MANY_ENTRIES 16
#if VL == 8
#define MAY_PACK true
#else
#define MAY_PACK false
#endif
/*
 * Floats of B that were used before and are still in the second-level cache, of
 * 2 MiB on Emerald Rapids: asking for them again costs 1 to 2 % of a training.
 */
#define CACHED 262144

/*
 * Some terms of B, and the entries of some rows that name them: 73 KiB with
 * AVX-512, else 114.
 */
struct block {
	size_t first, terms;      /* of B */
	size_t stride;            /* floats from one term to the next */
	size_t next;              /* where the block after this begins */
	size_t next_terms;
	size_t row, rows;         /* of C */
	bool later;               /* C has a part of its sums already */
	size_t asks;              /* terms a row asks for */
	uint32_t begin[SKIP_ROWS + 1];      /* row i's entries: begin[i] .. */
	uint32_t offset[SKIP_ROWS * BLOCK + 16]; /* from the first term on */
	float value[SKIP_ROWS * BLOCK + 16];
	float *packed; /* [terms][WIDTH], a copy of the columns, or NULL */
};

#if VL == 16
/* A row's entries of the block to place `to`; returns the next place. */
VEC_INLINE uint32_t
take_row(struct block *k, struct skip_row *row, uint32_t to)
{
	size_t end = k->first + k->terms, n = 16;
	const __m512i first = _mm512_set1_epi32((int)k->first);
	const __m512i last = _mm512_set1_epi32((int)(end - 1));
	const __m512i term = _mm512_set1_epi32((int)k->stride);

	for (; row->at < row->count && n == 16; row->at += n) {
		size_t left = row->count - row->at;
		__mmask16 m = (__mmask16)(left < 16 ? (1u << left) - 1 :
						      0xffff);
		__m512i i = _mm512_maskz_loadu_epi32(m, row->index + row->at);

		_mm512_storeu_si512(k->offset + to, _mm512_mullo_epi32(
			_mm512_sub_epi32(i, first), term));
		_mm512_storeu_ps(k->value + to, _mm512_maskz_loadu_ps(
			m, row->value + row->at));
		n = mask_ones(_mm512_mask_cmple_epu32_mask(m, i, last));
		to += (uint32_t)n;
	}
	return to;
}
#else
#if VL == 8
/* As take_row(), by eights, as far as there are that many. */
VEC_INLINE uint32_t
take_eights(struct block *k, struct skip_row *row, uint32_t to)
{
	const __m256i first = _mm256_set1_epi32((int)k->first);
	const __m256i end = _mm256_set1_epi32((int)(k->first + k->terms));
	const __m256i term = _mm256_set1_epi32((int)k->stride);
	size_t n = 8;

	for (; row->count - row->at >= 8 && n == 8; row->at += n) {
		__m256i i = _mm256_loadu_si256(
			(const __m256i_u *)(row->index + row->at));

		_mm256_storeu_si256((__m256i_u *)(k->offset + to),
			_mm256_mullo_epi32(_mm256_sub_epi32(i, first), term));
		vf_store(k->value + to, vf_load(row->value + row->at));
		n = (size_t)__builtin_popcount(
			lane_signs(_mm256_cmpgt_epi32(end, i)));
		to += (uint32_t)n;
	}
	return to;
}
#endif

/* A row's entries of the block to place `to`; returns the next place. */
VEC_INLINE uint32_t
take_row(struct block *k, struct skip_row *row, uint32_t to)
{
	size_t end = k->first + k->terms;

#if VL == 8
	to = take_eights(k, row, to);
#endif
	for (; row->at < row->count && row->index[row->at] < end; row->at++) {
		k->offset[to] = (uint32_t)((row->index[row->at] - k->first) *
					   k->stride);
		k->value[to++] = row->value[row->at];
	}
	return to;
}
#endif

/* Takes those of all rows, and finds where the next block begins. */
static void
take_entries(const struct skip *s, struct block *k)
{
	uint32_t to = 0;

	k->next = s->terms;
	for (size_t i = 0; i < k->rows; i++) {
		struct skip_row *row = &s->row[k->row + i];

		k->begin[i] = to;
		to = take_row(k, row, to);
		if (row->at < row->count && row->index[row->at] < k->next)
			k->next = row->index[row->at];
	}
	k->begin[k->rows] = to;
}

/*
 * Row i asks for some of the columns after these, or of the next block: they
 * come from the third cache or from memory, in pieces too short for the
 * processor to see them coming.
 */
VEC_INLINE void
ask(const struct skip *s, const struct block *k, size_t i, size_t j,
    size_t width)
{
	bool is_last = j + width >= s->n;
	size_t first = is_last ? k->next : k->first;
	size_t column = is_last ? 0 : j + width;
	size_t from = i * k->asks, end = is_last ? k->next_terms : k->terms;

	for (size_t t = from; t < from + k->asks && t < end; t++)
		for (size_t v = 0; v < width; v += 16)
			__builtin_prefetch(s->b + (first + t) * s->b_term +
					   column + v, 0, 2);
}

/* acc += value b[], `width` of them. */
VEC_INLINE void
add_entry(vf *acc, float value, const float *b, size_t width)
{
	vf a = vf_set1(value);

	/* Not b and an index, of which a multiply-add makes two operations. */
	__asm__("" : "+r"(b));
#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		acc[v] = vf_fma(a, vf_load(b + v * VL), acc[v]);
}

/* Row i's entries of the block, columns j .. j+width-1; b: its terms. */
VEC_INLINE void
run_row(const struct skip *s, const struct block *k, const float *b, size_t i,
	size_t j, size_t width)
{
	const uint32_t *offset = k->offset + k->begin[i];
	const uint32_t *end = k->offset + k->begin[i + 1];
	const float *value = k->value + k->begin[i];
	float *c = s->c + (k->row + i) * s->c_row + j;
	vf acc[WIDTH / VL];

#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		acc[v] = k->later ? vf_load(c + v * VL) :
			 s->start != NULL ? vf_load(s->start + j + v * VL) :
					    vf_set1(0);
	for (; offset + 1 < end; offset += 2, value += 2) {
		add_entry(acc, value[0], b + offset[0], width);
		add_entry(acc, value[1], b + offset[1], width);
	}
	if (offset < end)
		add_entry(acc, *value, b + *offset, width);
#pragma GCC unroll 16
	for (size_t v = 0; v < width / VL; v++)
		vf_store(c + v * VL, acc[v]);
}

/* Columns j .. j+width-1 of the block's terms, copied if that is faster. */
VEC_INLINE const float *
pack_columns(const struct skip *s, const struct block *k, size_t j,
	     size_t width)
{
	const float *b = s->b + k->first * s->b_term + j;

	if (!MAY_PACK || k->packed == NULL)
		return b;
	for (size_t t = 0; t < k->terms; t++)
		for (size_t v = 0; v < width; v += VL)
			vf_store(k->packed + t * WIDTH + v,
				 vf_load(b + t * s->b_term + v));
	return k->packed;
}

VEC_INLINE void
run_panel(const struct skip *s, const struct block *k, size_t j, size_t width)
{
	const float *b = pack_columns(s, k, j, width);

	for (size_t i = 0; i < k->rows; i++) {
		ask(s, k, i, j, width);
		if (!k->later || k->begin[i] < k->begin[i + 1])
			run_row(s, k, b, i, j, width);
	}
}

#define PANEL(width) \
static void \
panel_##width(const struct skip *s, const struct block *k, size_t j) \
{ \
	run_panel(s, k, j, width); \
}

PANEL(16)
PANEL(32)
PANEL(64)
#if WIDTH == 128
PANEL(128)
#endif

static void
run_columns(const struct skip *s, const struct block *k)
{
	size_t j = 0;

#if WIDTH == 128
	for (; s->n - j >= 128; j += 128)
		panel_128(s, k, j);
#endif
	for (; s->n - j >= 64; j += 64)
		panel_64(s, k, j);
	for (; s->n - j >= 32; j += 32)
		panel_32(s, k, j);
	for (; j < s->n; j += 16)
		panel_16(s, k, j);
}

/* Of rows row .. row+rows-1. */
static size_t
count_entries(const struct skip *s, size_t row, size_t rows)
{
	size_t count = 0;

	for (size_t i = row; i < row + rows; i++)
		count += s->row[i].count;
	return count;
}

/*
 * Does it pay to ask for B: do the rows together need most of it, and is it
 * more than stays in the second-level cache?
 */
static bool
pays_to_ask(const struct skip *s)
{
	return s->terms * s->n > CACHED &&
	       count_entries(s, 0, s->m) >= 2 * s->terms;
}

static bool
pays_to_pack(const struct skip *s, const struct block *k)
{
	return MAY_PACK && s->b_term >= FAR_TERM && s->n >= WIDTH &&
	       count_entries(s, k->row, k->rows) >= MANY_ENTRIES * s->terms;
}

/* Rows k->row .. of C.  Each block but the first begins with a term in use. */
static void
run_rows(const struct skip *s, struct block *k, size_t size)
{
	for (size_t i = 0; i < k->rows; i++)
		s->row[k->row + i].at = 0;
	k->next = 0;
	k->next_terms = size;
	k->later = s->add;
	do {
		k->first = k->next;
		k->terms = k->next_terms;
		take_entries(s, k);
		k->next_terms = s->terms - k->next < size ?
				s->terms - k->next : size;
		run_columns(s, k);
		k->later = true;
	} while (k->next_terms > 0);
}

void
KERN_NAME(gemm_skip)(const struct skip *s)
{
	size_t blocks = s->terms > 0 ? (s->terms + BLOCK - 1) / BLOCK : 1;
	bool asks = pays_to_ask(s);
	_Alignas(64) float packed[MAY_PACK ? BLOCK * WIDTH : 1];
	struct block k;

	for (k.row = 0; k.row < s->m; k.row += k.rows) {
		k.rows = s->m - k.row < SKIP_ROWS ? s->m - k.row : SKIP_ROWS;
		k.asks = asks ? (BLOCK + k.rows - 1) / k.rows : 0;
		k.packed = pays_to_pack(s, &k) ? packed : NULL;
		k.stride = k.packed != NULL ? WIDTH : s->b_term;
		run_rows(s, &k, (s->terms + blocks - 1) / blocks);
	}
}

double
KERN_NAME(skip_worth)(size_t n)
{
	/* of 16 columns and more, 32, 64, 128, 256, 512 */
#if VL == 8
	static const double share[6] = { 0, 0.2, 0.4, 0.5, 0.6, 0.65 };
#elif VL == 4 && !defined(__aarch64__)
	static const double share[6] = { 0.08, 0.3, 0.55, 0.7, 0.75, 0.75 };
#else /* measured with AVX-512 */
	static const double share[6] = { 0, 0, 0.2, 0.38, 0.5, 0.55 };
#endif
	size_t i = 0;

	while (i < 5 && n >= (size_t)32 << i)
		i++;
	return share[i];
}
