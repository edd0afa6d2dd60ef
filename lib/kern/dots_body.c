/*
 * dots_body.c - the forward pass of a block of rows: dot products of rows of
 * weights with rows of inputs.
 *
 * Each sum has 16 lanes, lane j taking columns j, j + 16, ..., folded by
 * halves, whatever the vector length: that order is the result's definition.
 * With 16-lane vectors 4 x 4 sums are made at once and folded together, 45
 * instructions for 16 sums; with 8-lane vectors 3 units x 2 samples.  For 16
 * weights and a row, a core of Zen 3 takes 0.37 to 0.45 ns where multiply-adds
 * alone take 0.31, and took 0.55 for 2 x 2.
 */
#include "kern/kern_int.h"
#include "kern/vec.h"

/* One sum of `vs` vectors' lanes, in the order of vsum_fold. */
VEC_INLINE float
fold(const struct vsum *s)
{
#if defined(__AVX512F__) || defined(__AVX2__)
#if defined(__AVX512F__)
	__m512 v = (__m512)s->v[0];
	__m256 y = _mm256_add_ps(_mm512_castps512_ps256(v),
				 _mm512_extractf32x8_ps(v, 1));
#else
	__m256 y = (__m256)(s->v[0] + s->v[1]);
#endif
	__m128 x = _mm_add_ps(_mm256_castps256_ps128(y),
			      _mm256_extractf128_ps(y, 1));

	x = _mm_add_ps(x, _mm_movehl_ps(x, x));
	return _mm_cvtss_f32(_mm_add_ss(x, _mm_movehdup_ps(x)));
#else
	return vsum_fold(s);
#endif
}

/* units x samples sums; both constant at every call. */
VEC_INLINE void
tile(const struct dots *k, size_t r, size_t b, const size_t units,
     const size_t samples)
{
	struct vsum s[16];
	size_t row[4];

	for (size_t i = 0; i < units; i++)
		row[i] = k->row ? k->row[r + i] : r + i;
	for (size_t i = 0; i < units * samples; i++)
		s[i] = (struct vsum){ 0 };
	for (size_t c = 0; c < k->columns; c += 16)
		for (size_t v = 0; v < VSUM_VECTORS; v++)
			for (size_t i = 0; i < units; i++) {
				vf w = vf_load_once(k->w + row[i] * k->ld +
						    c + v * VL);

				for (size_t j = 0; j < samples; j++)
					s[i * samples + j].v[v] = vf_fma(w,
						vf_load(k->x +
							(b + j) * k->x_ld + c +
							v * VL),
						s[i * samples + j].v[v]);
			}
	for (size_t i = 0; i < units; i++)
		for (size_t j = 0; j < samples; j++)
			k->z[(b + j) * k->z_ld + row[i]] +=
				fold(&s[i * samples + j]);
}

#define TILES 16 /* whose sums are kept between pieces */

#if VL == 16
#define TILE_UNITS 4
#define TILE_SAMPLES 4
#define WHOLE_FLOATS 20480 /* of x: more is taken in pieces */
#define PIECE_FLOATS 8192  /* which stay in the first-level cache */

/* Halves of two vectors: lanes of 256 bits. */
VEC_INLINE __m512
fold_256(__m512 a, __m512 b)
{
	return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44),
			     _mm512_shuffle_f32x4(a, b, 0xee));
}

VEC_INLINE __m512
fold_128(__m512 ab, __m512 cd)
{
	return _mm512_add_ps(_mm512_shuffle_f32x4(ab, cd, 0x88),
			     _mm512_shuffle_f32x4(ab, cd, 0xdd));
}

VEC_INLINE __m512
fold_64(__m512 a, __m512 b)
{
	__m512d x = _mm512_castps_pd(a), y = _mm512_castps_pd(b);

	return _mm512_add_ps(_mm512_castpd_ps(_mm512_unpacklo_pd(x, y)),
			     _mm512_castpd_ps(_mm512_unpackhi_pd(x, y)));
}

/* The sums of 4 units x 4 samples, lanes folded, to z. */
VEC_INLINE void
add_sums(const struct dots *k, size_t r, size_t b, vf s[4][4])
{
	__m512 q[4], sum;

	for (size_t i = 0; i < 4; i++)
		q[i] = fold_128(fold_256((__m512)s[i][0], (__m512)s[i][1]),
				fold_256((__m512)s[i][2], (__m512)s[i][3]));
	q[0] = fold_64(q[0], q[1]);
	q[2] = fold_64(q[2], q[3]);
	sum = _mm512_add_ps(_mm512_shuffle_ps(q[0], q[2], 0x88),
			    _mm512_shuffle_ps(q[0], q[2], 0xdd));
	for (size_t j = 0; j < 4; j++) {
		float *z = k->z + (b + j) * k->z_ld + r;
		__m128 part;

		switch (j) {
		case 0: part = _mm512_extractf32x4_ps(sum, 0); break;
		case 1: part = _mm512_extractf32x4_ps(sum, 1); break;
		case 2: part = _mm512_extractf32x4_ps(sum, 2); break;
		default: part = _mm512_extractf32x4_ps(sum, 3); break;
		}
		_mm_storeu_ps(z, _mm_add_ps(_mm_loadu_ps(z), part));
	}
}

/*
 * Columns from .. to-1 of 4 units x 4 samples; the sums so far lie in sums.  A
 * row of weights that comes later is asked for meanwhile if it is far: there is
 * more to do for each number of W than the processor looks ahead.
 */
static void
whole_tile(const struct dots *k, size_t r, size_t b, size_t from, size_t to,
	   float *sums)
{
	size_t later = r + 4 + b / 4 % 4;
	bool asks = k->is_far && k->n >= 8 && later < k->rows;
	const float *w = k->w + r * k->ld, *x = k->x + b * k->x_ld;
	const float *ask = asks ? k->w + later * k->ld : x;
	vf s[4][4];

	for (size_t i = 0; i < 16; i++)
		s[i / 4][i % 4] = vf_set1(0);
	for (size_t i = 0; from > 0 && i < 16; i++)
		s[i / 4][i % 4] = vf_load(sums + i * VL);
	for (size_t c = from; c < to; c += 16) {
		vf x0 = vf_load(x + c), x1 = vf_load(x + k->x_ld + c);
		vf x2 = vf_load(x + 2 * k->x_ld + c);
		vf x3 = vf_load(x + 3 * k->x_ld + c);

		__builtin_prefetch(ask + c, 0, 2);
		for (size_t i = 0; i < 4; i++) {
			vf u = vf_load(w + i * k->ld + c);

			s[i][0] = vf_fma(u, x0, s[i][0]);
			s[i][1] = vf_fma(u, x1, s[i][1]);
			s[i][2] = vf_fma(u, x2, s[i][2]);
			s[i][3] = vf_fma(u, x3, s[i][3]);
		}
	}
	if (to == k->columns) {
		add_sums(k, r, b, s);
		return;
	}
	for (size_t i = 0; i < 16; i++)
		vf_store(sums + i * VL, s[i / 4][i % 4]);
}
#elif defined(__AVX2__)
#define TILE_UNITS 3
#define TILE_SAMPLES 2
#define WHOLE_FLOATS 16384
#define PIECE_FLOATS 8192

/* Halves of two vectors: lanes of 128 bits. */
VEC_INLINE __m256
fold_128(__m256 a, __m256 b)
{
	return _mm256_add_ps(_mm256_permute2f128_ps(a, b, 0x20),
			     _mm256_permute2f128_ps(a, b, 0x31));
}

VEC_INLINE __m256
fold_64(__m256 a, __m256 b)
{
	__m256d x = _mm256_castps_pd(a), y = _mm256_castps_pd(b);

	return _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(x, y)),
			     _mm256_castpd_ps(_mm256_unpackhi_pd(x, y)));
}

/* The sums of 3 units x 2 samples, lanes folded, to z. */
VEC_INLINE void
add_sums(const struct dots *k, size_t r, size_t b, vf s[3][2][2])
{
	__m256 q[3], sum;

	for (size_t i = 0; i < 3; i++)
		q[i] = fold_128((__m256)(s[i][0][0] + s[i][0][1]),
				(__m256)(s[i][1][0] + s[i][1][1]));
	q[0] = fold_64(q[0], q[1]);
	q[2] = fold_64(q[2], q[2]);
	sum = _mm256_add_ps(_mm256_shuffle_ps(q[0], q[2], 0x88),
			    _mm256_shuffle_ps(q[0], q[2], 0xdd));
	for (size_t j = 0; j < 2; j++) {
		float *z = k->z + (b + j) * k->z_ld + r, t[4];

		_mm_storeu_ps(t, j == 0 ? _mm256_castps256_ps128(sum) :
					  _mm256_extractf128_ps(sum, 1));
		for (size_t i = 0; i < 3; i++)
			z[i] += t[i];
	}
}

/* Columns from .. to-1 of 3 units x 2 samples; the sums so far lie in sums. */
static void
whole_tile(const struct dots *k, size_t r, size_t b, size_t from, size_t to,
	   float *sums)
{
	const float *w = k->w + r * k->ld, *x = k->x + b * k->x_ld;
	vf s[3][2][2];

	for (size_t i = 0; i < 12; i++)
		s[i / 4][i / 2 % 2][i % 2] = from > 0 ?
			vf_load(sums + i * VL) : vf_set1(0);
	for (size_t c = from; c < to; c += 16)
		for (size_t v = 0; v < 2; v++) {
			vf x0 = vf_load(x + c + v * VL);
			vf x1 = vf_load(x + k->x_ld + c + v * VL);

			for (size_t i = 0; i < 3; i++) {
				vf u = vf_load_once(w + i * k->ld + c +
						    v * VL);
				s[i][0][v] = vf_fma(u, x0, s[i][0][v]);
				s[i][1][v] = vf_fma(u, x1, s[i][1][v]);
			}
		}
	if (to == k->columns) {
		add_sums(k, r, b, s);
		return;
	}
	for (size_t i = 0; i < 12; i++)
		vf_store(sums + i * VL, s[i / 4][i / 2 % 2][i % 2]);
}
#endif

#if VL >= 8
_Static_assert(TILES >= SWEEP_MOST / TILE_SAMPLES,
	       "a band of units needs its tiles");

/*
 * Units r .. r+units-1 for samples b < n, both multiples of a tile's: columns
 * in pieces, so that x comes from the first-level cache for all tiles of units
 * but one.
 */
static void
tiles(const struct dots *k, size_t r, size_t units, size_t n, size_t piece)
{
	_Alignas(64) float part[TILES][TILE_UNITS * TILE_SAMPLES * 16];

	for (size_t from = 0; from < k->columns; from += piece) {
		size_t to = k->columns - from < piece ? k->columns :
							from + piece;

		for (size_t i = 0, tile = 0; i < units; i += TILE_UNITS)
			for (size_t b = 0; b < n; b += TILE_SAMPLES)
				whole_tile(k, r + i, b, from, to, part[tile++]);
	}
}

/* As many units and samples as whole tiles can take; samples taken. */
static size_t
whole_tiles(const struct dots *k)
{
	size_t n = k->row ? 0 : k->n / TILE_SAMPLES * TILE_SAMPLES;
	size_t rows = k->rows / TILE_UNITS * TILE_UNITS;
	size_t units, piece = k->columns;

	if (n == 0)
		return 0;
	if (k->columns * n > WHOLE_FLOATS) {
		size_t pieces = k->columns * n / PIECE_FLOATS + 1;

		piece = (k->columns / pieces + 15) / 16 * 16;
	}
	units = TILES / (n / TILE_SAMPLES) * TILE_UNITS;
	for (size_t r = 0; r < rows; r += units)
		tiles(k, r, rows - r < units ? rows - r : units, n, piece);
	return n;
}
#else
#define TILE_UNITS 2

VEC_INLINE size_t
whole_tiles(const struct dots *k)
{
	(void)k;
	return 0;
}
#endif

/* Units r .. r+count-1 for samples from b on. */
VEC_INLINE void
band(const struct dots *k, size_t r, size_t b, const size_t count)
{
	for (; b + 2 <= k->n; b += 2)
		tile(k, r, b, count, 2);
	if (b < k->n)
		tile(k, r, b, count, 1);
}

void
KERN_NAME(dots)(const struct dots *k)
{
	size_t r = 0, done = whole_tiles(k);

	for (; r + TILE_UNITS <= k->rows; r += TILE_UNITS)
		band(k, r, done, TILE_UNITS);
	for (; r < k->rows; r++)
		band(k, r, 0, 1);
}

/* Vectors i .. i+count-1 of y, whole ones. */
VEC_INLINE void
gather_vectors(const struct gather *k, size_t i, const size_t count)
{
	vf s[8];

	for (size_t v = 0; v < count; v++)
		s[v] = vf_load(k->y + i + v * VL);
	for (size_t e = 0; e < k->entries; e++) {
		const float *w = k->w + k->index[e] * k->ld + i;
		vf by = vf_set1(k->value[e]);

		for (size_t v = 0; v < count; v++)
			s[v] = vf_fma(by, vf_load(w + v * VL), s[v]);
	}
	for (size_t v = 0; v < count; v++)
		vf_store(k->y + i + v * VL, s[v]);
}

void
KERN_NAME(gather)(const struct gather *k)
{
	size_t i = 0, left;
	vf s;

	for (; i + 8 * VL <= k->n; i += 8 * VL)
		gather_vectors(k, i, 8);
	for (; i + 2 * VL <= k->n; i += 2 * VL)
		gather_vectors(k, i, 2);
	for (; i + VL <= k->n; i += VL)
		gather_vectors(k, i, 1);
	left = k->n - i;
	if (left == 0)
		return;
	s = vf_load_n(k->y + i, left);
	for (size_t e = 0; e < k->entries; e++)
		s = vf_fma(vf_set1(k->value[e]),
			   vf_load_n(k->w + k->index[e] * k->ld + i, left), s);
	vf_store_n(k->y + i, s, left);
}
