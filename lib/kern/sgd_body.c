/*
 * sgd_body.c - the update of a slice of a layer by a block of rows where the
 * rule is SGD without l1 and l2.
 *
 * That is two multiply-adds for a weight and row, fewer than the loads and
 * stores of x and e that go with them.  So several units take part at once, and
 * what is loaded serves all of them.  A unit that a row of the block does not
 * touch has the error 0 there, which changes neither its weights nor e (as
 * long as these are finite), but takes as long as any other: so units that the
 * same rows touch, or nearly the same, are put together.  With a quarter of all
 * errors not 0 that makes blocks of 4 rows a quarter faster, of 8 two fifths,
 * of 16 a third.
 */
#include "kern/sweep_int.h"

#define UNITS 4
#define VECTORS (VL == 16 ? 4 : 2)

/*
 * Units whose errors are not all 0 in the block.  Pointers of their own: those
 * of struct sweep would be read again after every store.
 */
struct units {
	size_t n;
	float *w[UNITS], *squares[UNITS]; /* squares: or NULL */
	size_t touches;
	struct hit {
		size_t b;
		const float *x;
		float *e; /* or NULL */
		float s[UNITS], by[UNITS]; /* by = -rate s */
	} hit[SWEEP_MOST];
};

static void
add_unit(const struct sweep *k, struct units *u, size_t r)
{
	u->w[u->n] = k->w + (k->row ? k->row[r] : r) * k->ld;
	u->squares[u->n] = k->w_squares ? k->w_squares + r * 16 : NULL;
	for (size_t i = 0; i < u->touches; i++) {
		struct hit *hit = &u->hit[i];
		float s = k->s[r * k->s_row + hit->b * k->s_sample];

		if (s < TINY_ERROR && s > -TINY_ERROR)
			s = 0;
		hit->s[u->n] = s;
		hit->by[u->n] = -(k->rate[hit->b] * s);
	}
	u->n++;
}

static void
add_hit(const struct sweep *k, struct units *u, size_t b)
{
	struct hit *hit = &u->hit[u->touches++];

	hit->b = b;
	hit->x = k->x + b * k->x_ld;
	hit->e = k->e ? k->e + b * k->e_ld : NULL;
}

#if VL == 16
/* A row of the block, columns from c on; numbers are spread by their use. */
VEC_INLINE void
step_hit(const struct hit *t, vf w[UNITS][VECTORS], size_t c,
	 const size_t units, const size_t vectors, const bool has_e)
{
	const float *x = t->x + c;
	float *e = has_e ? t->e + c : NULL;

#pragma GCC unroll 8
	for (size_t v = 0; v < vectors; v++) {
		vf xv = vf_load(x + v * VL);
		vf ev = has_e ? vf_load(e + v * VL) : vf_set1(0);

		for (size_t i = 0; i < units; i++) {
			if (has_e)
				ev = vf_fma(vf_set1(t->s[i]), w[i][v], ev);
			w[i][v] = vf_fma(vf_set1(t->by[i]), xv, w[i][v]);
		}
		if (has_e)
			vf_store(e + v * VL, ev);
	}
}
#else
/* The same; each number is spread once, for all vectors. */
VEC_INLINE void
step_hit(const struct hit *t, vf w[UNITS][VECTORS], size_t c,
	 const size_t units, const size_t vectors, const bool has_e)
{
	vf x[VECTORS], e[VECTORS];

	for (size_t v = 0; v < vectors; v++) {
		x[v] = vf_load_once(t->x + c + v * VL);
		e[v] = has_e ? vf_load(t->e + c + v * VL) : vf_set1(0);
	}
#pragma GCC unroll 4
	for (size_t i = 0; i < units; i++) {
		vf s = vf_set1(t->s[i]), by = vf_set1(t->by[i]);

		for (size_t v = 0; v < vectors; v++) {
			if (has_e)
				e[v] = vf_fma(s, w[i][v], e[v]);
			w[i][v] = vf_fma(by, x[v], w[i][v]);
		}
	}
	for (size_t v = 0; has_e && v < vectors; v++)
		vf_store(t->e + c + v * VL, e[v]);
}
#endif

/* `vectors` vectors from column c on; units, vectors, has_e: constants. */
VEC_INLINE void
piece(const struct units *u, size_t c, const size_t units,
      const size_t vectors, const bool has_e)
{
	const struct hit *const end = u->hit + u->touches;
	vf w[UNITS][VECTORS];
	float *at[UNITS];

	for (size_t i = 0; i < units; i++)
		at[i] = u->w[i] + c;
	for (size_t i = 0; i < units; i++)
		for (size_t v = 0; v < vectors; v++)
			w[i][v] = vf_load(at[i] + v * VL);
	for (const struct hit *t = u->hit; t < end; t++)
		step_hit(t, w, c, units, vectors, has_e);
	if (u->squares[0])
		for (size_t i = 0; i < units; i++)
			add_squares(u->squares[i], w[i], c, vectors);
	for (size_t i = 0; i < units; i++)
		for (size_t v = 0; v < vectors; v++)
			vf_store(at[i] + v * VL, w[i][v]);
}

VEC_INLINE void
step_units(const struct units *u, size_t from, size_t to, const size_t units,
	   const bool has_e)
{
	size_t c = from;

	for (; c + VECTORS * VL <= to; c += VECTORS * VL)
		piece(u, c, units, VECTORS, has_e);
	for (; c < to; c += VL)
		piece(u, c, units, 1, has_e);
}

static void
step_all(const struct sweep *k, const struct units *u, size_t from, size_t to)
{
	if (u->n == UNITS && k->e)
		step_units(u, from, to, UNITS, true);
	else if (u->n == UNITS)
		step_units(u, from, to, UNITS, false);
	else if (k->e)
		step_units(u, from, to, 1, true);
	else
		step_units(u, from, to, 1, false);
}

/*
 * The units of which hits[n] is not 0, by hits, in the order of their numbers
 * where these are equal; how many.  A radix sort by four rows of the block at a
 * time.
 */
static size_t
sort_units(const struct sweep *k, const uint32_t *hits, size_t n,
	   uint16_t *list)
{
	uint16_t other[ROWS_AT_ONCE], *from = list, *to = other, *sorted;
	size_t found = 0;

	for (size_t i = 0; i < n; i++) {
		list[found] = (uint16_t)i;
		found += hits[i] != 0;
	}
	for (size_t low = 0; low < k->n; low += 4) {
		size_t at[17] = { 0 }; /* at[16] is not used */

		for (size_t i = 0; i < found; i++)
			at[1 + (hits[from[i]] >> low & 15)]++;
		for (size_t i = 1; i < 16; i++)
			at[i] += at[i - 1];
		for (size_t i = 0; i < found; i++)
			to[at[hits[from[i]] >> low & 15]++] = from[i];
		sorted = to;
		to = from;
		from = sorted;
	}
	if (from != list)
		memcpy(list, from, found * sizeof(*list));
	return found;
}

/* Units r + list[0 .. n-1], columns from .. to-1. */
static void
take_units(const struct sweep *k, size_t r, const uint16_t *list, size_t n,
	   const uint32_t *hits, size_t from, size_t to)
{
	struct units u;
	uint32_t all = 0;

	u.n = u.touches = 0;
	for (size_t i = 0; i < n; i++)
		all |= hits[list[i]];
	for (; all != 0; all &= all - 1)
		add_hit(k, &u, (size_t)__builtin_ctz(all));
	for (size_t i = 0; i < n; i++)
		add_unit(k, &u, r + list[i]);
	step_all(k, &u, from, to);
}

/* Columns from .. to-1 of all units. */
static void
step_strip(const struct sweep *k, size_t from, size_t to)
{
	uint32_t hits[ROWS_AT_ONCE];
	uint16_t list[ROWS_AT_ONCE];

	for (size_t r = 0, n, found, some; r < k->rows; r += n) {
		n = k->rows - r < ROWS_AT_ONCE ? k->rows - r : ROWS_AT_ONCE;
		find_hits(k, r, n, hits);
		found = sort_units(k, hits, n, list);
		for (size_t i = 0; i < found; i += some) {
			some = found - i < UNITS ? 1 : UNITS;
			take_units(k, r, list + i, some, hits, from, to);
		}
	}
}

_Static_assert(ROWS_AT_ONCE <= UINT16_MAX && SWEEP_MOST <= 32,
	       "sort_units has lists of 16 bits and hits of 32");
_Static_assert(STRIP_BYTES / sizeof(float) / (2 * SWEEP_MOST) >= VECTORS * VL,
	       "a strip must have room for one piece of all rows");

void
KERN_NAME(sweep_sgd)(const struct sweep *k)
{
	size_t each = k->n * (k->e ? 2 : 1), least = VECTORS * VL;
	size_t width = STRIP_BYTES / sizeof(float) / each / least * least;

	for (size_t c = 0; c < k->columns; c += width)
		step_strip(k, c, c + width < k->columns ? c + width :
			   k->columns);
}
