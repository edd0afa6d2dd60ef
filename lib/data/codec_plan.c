/*
 * codec_plan.c - how a chunk is going to lie: which words stand for its values,
 * dense or sparse, in how many bits.
 */
#include "codec_int.h"

#include <string.h>

#include <dltools/mem.h>

/* ---- words ----------------------------------------------------------- */

/*
 * value = m / 10^k to the last bit?  The nearest double of a quotient of two
 * exact integers is what a decimal number reads as, so decimals survive.
 */
static bool
scale(double value, unsigned k, uint64_t *word)
{
	const double round = 0x1.8p52;
	double m = value * codec_power10[k];
	double back;

	if (!(m > -0x1p51 && m < 0x1p51))
		return false;
	m = (m + round) - round;
	back = m / codec_power10[k];
	*word = (uint64_t)(int64_t)m;
	return memcmp(&back, &value, sizeof back) == 0;
}

static bool
to_decimal(uint64_t *word, const double *v, size_t n, unsigned *digits)
{
	unsigned k = 0;
	size_t i;

	for (i = 0; i < n; i++)
		while (!scale(v[i], k, &word[i]))
			if (++k > 15)
				return false;
	/* the first values were scaled by less */
	for (i = 0; i < n; i++)
		if (!scale(v[i], k, &word[i]))
			return false;
	*digits = k;
	return true;
}

static bool
to_f32(uint64_t *word, const double *v, size_t n)
{
	uint32_t bits;
	size_t i;

	for (i = 0; i < n; i++) {
		float narrow = (float)v[i];
		double back = (double)narrow;

		if (memcmp(&back, &v[i], sizeof back) != 0)
			return false;
		memcpy(&bits, &narrow, sizeof bits);
		word[i] = bits;
	}
	return true;
}

static unsigned
range_width(const uint64_t *word, size_t n)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	size_t i;

	for (i = 0; i < n; i++) {
		int64_t v = (int64_t)word[i];

		low = v < low ? v : low;
		high = v > high ? v : high;
	}
	return n ? codec_width((uint64_t)high - (uint64_t)low) : 0;
}

/* Decimals if they take no more than half a double, floats, doubles. */
static void
real_words(struct plan *p, const double *v)
{
	unsigned digits = 0;
	bool is_decimal = to_decimal(p->owned, v, p->n, &digits);

	p->transform = TRANSFORM_DECIMAL + digits;
	if (is_decimal && range_width(p->owned, p->n) <= 32)
		return;
	p->transform = TRANSFORM_F32;
	if (to_f32(p->owned, v, p->n))
		return;
	p->transform = TRANSFORM_DECIMAL + digits;
	if (is_decimal && to_decimal(p->owned, v, p->n, &digits) &&
	    range_width(p->owned, p->n) < 64)
		return;
	p->transform = TRANSFORM_F64;
	memcpy(p->owned, v, p->n * sizeof *v);
}

static int
make_words(struct plan *p, const struct chunk *dense, struct err *e)
{
	size_t i;

	p->n = dense->n;
	p->transform = TRANSFORM_INT;
	if (dense->form == CHUNK_INT) {
		p->word = (const uint64_t *)dense->i64;
		return 0;
	}
	p->owned = mem_zalloc(p->n, sizeof *p->owned, e);
	p->word = p->owned;
	if (!p->owned)
		return -1;
	if (dense->form == CHUNK_REAL)
		real_words(p, dense->f64);
	else
		for (i = 0; i < p->n; i++)
			p->owned[i] = dense->code[i];
	return 0;
}

/* ---- layout ---------------------------------------------------------- */

static size_t
varint_bytes(uint64_t value)
{
	size_t n = 1;

	for (; value >= 128; value >>= 7)
		n++;
	return n;
}

struct extent {
	int64_t low, high;
};

/* Branch-free: where the zeros are is anyone's guess. */
static void
find_extents(struct plan *p, struct extent *all, struct extent *filled)
{
	int64_t low = INT64_MAX, high = INT64_MIN;
	size_t i, n = 0;

	for (i = 0; i < p->n; i++) {
		int64_t v = (int64_t)p->word[i];
		int64_t v_low = v ? v : INT64_MAX, v_high = v ? v : INT64_MIN;

		low = v_low < low ? v_low : low;
		high = v_high > high ? v_high : high;
		n += v != 0;
	}
	p->filled = n;
	*filled = (struct extent){low, high};
	*all = *filled;
	if (n < p->n) {
		all->low = low < 0 ? low : 0;
		all->high = high > 0 ? high : 0;
	}
}

/* Bytes of the gaps as varints, or a bitmap's if they are more. */
static size_t
count_gap_bytes(const struct plan *p, size_t bitmap)
{
	size_t i, last = 0, sum = varint_bytes(p->filled);

	for (i = 0; i < p->n && sum < bitmap; i++) {
		if (p->word[i] == 0)
			continue;
		sum += varint_bytes(i - last);
		last = i + 1;
	}
	return sum;
}

static void
take_extent(struct plan *p, const struct extent *x)
{
	unsigned plain = x->low >= 0 ? codec_width((uint64_t)x->high) : 64;

	p->width = codec_width((uint64_t)x->high - (uint64_t)x->low);
	p->base = (uint64_t)x->low;
	/* no offset that saves nothing, so that small numbers look alike */
	if (p->width && p->width == plain)
		p->base = 0;
}

static void
make_layout(struct plan *p)
{
	struct extent all, filled;
	size_t bitmap = (p->n + 7) / 8, gaps, dense, sparse = SIZE_MAX;

	if (p->n == 0)
		return;
	find_extents(p, &all, &filled);
	if (p->filled && p->filled < p->n) {
		take_extent(p, &filled);
		gaps = p->filled < bitmap ? count_gap_bytes(p, bitmap) : bitmap;
		sparse = codec_packed_bytes(p->filled, p->width) + gaps;
		p->layout = gaps < bitmap ? LAYOUT_GAPS : LAYOUT_BITMAP;
	}
	dense = codec_packed_bytes(
		p->n, codec_width((uint64_t)all.high - (uint64_t)all.low));
	if (sparse < dense - dense / 8)
		return;
	p->layout = 0;
	take_extent(p, &all);
}

int
codec_plan(struct plan *p, const struct chunk *dense, struct err *e)
{
	*p = (struct plan){0};
	if (make_words(p, dense, e) < 0)
		return -1;
	make_layout(p);
	return 0;
}

/* One zero stands for all when the words are chosen. */
int
codec_plan_entries(struct plan *p, const struct chunk *c, size_t entries,
		   struct err *e)
{
	struct extent all, filled;
	double *copy;

	*p = (struct plan){.n = entries + 1};
	p->owned = mem_zalloc(p->n, sizeof *p->owned, e);
	copy = mem_zalloc(p->n, sizeof *copy, e);
	if (!p->owned || !copy) {
		mem_free(copy);
		return -1;
	}
	p->word = p->owned;
	if (c->form == CHUNK_INT) {
		p->transform = TRANSFORM_INT;
		memcpy(p->owned, c->i64, entries * sizeof *p->owned);
	} else {
		memcpy(copy, c->f64, entries * sizeof *copy);
		real_words(p, copy);
	}
	mem_free(copy);
	p->n = entries;
	find_extents(p, &all, &filled);
	take_extent(p, &filled);
	p->layout = LAYOUT_GAPS;
	return 0;
}
