/* codec_test.c - chunks survive encoding bit for bit (chunk.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include <dltools/chunk.h>
#include <dltools/rng.h>

#include "data/codec_int.h"

static struct rng_key key;
static uint64_t drawn;

static uint32_t
draw(uint32_t below)
{
	return rng_at(key, 0, drawn++).w[0] % below;
}

static uint64_t
draw_bits(void)
{
	struct rng_words r = rng_at(key, 1, drawn++);

	return (uint64_t)r.w[0] << 32 | r.w[1];
}

static int
setup(void **state)
{
	(void)state;
	key = rng_key(1, RNG_SPLIT);
	drawn = 0;
	return 0;
}

/* ---- round trips ------------------------------------------------------- */

static void
reserve(struct chunk *c, enum chunk_form form, size_t n)
{
	struct err e = {0};

	assert_int_equal(chunk_reserve(c, form, n, &e), 0);
	c->n = n;
}

static void
set_missing(struct chunk *c, size_t i)
{
	struct err e = {0};

	assert_int_equal(chunk_reserve_missing(c, &e), 0);
	c->missing[i / 64] |= (uint64_t)1 << (i % 64);
}

static void
assert_same_value(const struct chunk *a, const struct chunk *b, size_t i)
{
	const struct string_table *s = &a->dict, *t = &b->dict;

	if (a->form == CHUNK_INT) {
		assert_int_equal(a->i64[i], b->i64[i]);
	} else if (a->form == CHUNK_REAL) {
		assert_memory_equal(&a->f64[i], &b->f64[i], 8);
	} else if (a->form == CHUNK_CODE) {
		assert_int_equal(a->code[i], b->code[i]);
	} else {
		uint64_t p = s->at[a->code[i]], q = t->at[b->code[i]];
		uint64_t len = s->at[a->code[i] + 1] - p;

		assert_int_equal(len, t->at[b->code[i] + 1] - q);
		assert_memory_equal(s->bytes + p, t->bytes + q, len);
	}
}

static void
assert_same(const struct chunk *a, const struct chunk *b)
{
	size_t i;

	assert_int_equal(a->form, b->form);
	assert_int_equal(a->n, b->n);
	for (i = 0; i < a->n; i++) {
		assert_int_equal(chunk_is_missing(a, i),
				 chunk_is_missing(b, i));
		if (!chunk_is_missing(a, i))
			assert_same_value(a, b, i);
		else if (b->form == CHUNK_INT)
			assert_int_equal(b->i64[i], 0);
		else if (b->form == CHUNK_REAL)
			assert_true(b->f64[i] == 0);
		else
			assert_int_equal(b->code[i], 0);
	}
}

static enum column_type
type_of(const struct chunk *c)
{
	return c->form == CHUNK_CODE ? COLUMN_ENUM
	     : c->form == CHUNK_TEXT ? COLUMN_TEXT : COLUMN_NUM;
}

/* Encodes and decodes c, into a chunk that was used before; stored length. */
static size_t
survives(const struct chunk *c)
{
	static struct chunk back;
	struct err e = {0};
	struct encoded_chunk *x = chunk_encode(c, type_of(c), 0, &e);
	const void *bytes;
	void *copy;
	size_t len;

	assert_non_null(x);
	bytes = encoded_chunk_bytes(x, &len);
	copy = malloc(len); /* exact, so that a sanitizer sees its end */
	assert_non_null(copy);
	memcpy(copy, bytes, len);
	if (chunk_decode(&back, copy, len, &e) < 0)
		fail_msg("%s", e.msg);
	assert_same(c, &back);
	encoded_chunk_drop(x);
	assert_int_equal(encoded_chunk_restore(x, copy, len, &e), 0);
	((unsigned char *)copy)[len / 2] ^= 1;
	assert_int_equal(encoded_chunk_restore(x, copy, len, &e), -1);
	free(copy);
	encoded_chunk_free(x);
	return len;
}

/* ---- values ------------------------------------------------------------ */

static void
test_every_special_double(void **state)
{
	static const double v[] = {
		0.0, -0.0, INFINITY, -INFINITY, DBL_MIN, -DBL_MIN, DBL_MAX,
		-DBL_MAX, 4.9406564584124654e-324, 0.1, 0.3, 1.0 / 3, 1e22,
		1e23, 9007199254740991.0, 9007199254740992.0, 123456.789,
		-0.001, 1e-300, 3.4028234663852886e38, 1.17549435e-38, 0.5,
	};
	const size_t n = sizeof v / sizeof v[0];
	struct chunk c = {0};
	size_t i, k;

	(void)state;
	reserve(&c, CHUNK_REAL, n);
	memcpy(c.f64, v, sizeof v);
	survives(&c);
	for (i = 0; i < n; i++) {
		for (k = 0; k < n; k++)
			c.f64[k] = v[i];
		survives(&c);
		c.f64[n / 2] = v[(i + 1) % n];
		survives(&c);
	}
	chunk_release(&c);
}

static void
test_every_width_of_integers(void **state)
{
	struct chunk c = {0};
	int bits, sign;

	(void)state;
	reserve(&c, CHUNK_INT, 1000);
	for (bits = 0; bits < 64; bits++)
		for (sign = 0; sign < 3; sign++) {
			uint64_t most = bits ? ((uint64_t)1 << bits) - 1 : 0;
			size_t i;

			for (i = 0; i < c.n; i++) {
				int64_t v = (int64_t)(draw_bits() & most);

				c.i64[i] = sign == 2 && i % 2 ? -v
					 : sign == 1 ? -v : v;
			}
			survives(&c);
		}
	c.i64[0] = INT64_MIN;
	c.i64[1] = INT64_MAX;
	survives(&c);
	chunk_release(&c);
}

static void
test_one_row_and_no_value(void **state)
{
	enum chunk_form form;
	struct err e = {0};

	(void)state;
	for (form = CHUNK_INT; form <= CHUNK_TEXT; form++) {
		struct chunk c = {0};
		size_t i;

		reserve(&c, form, 70);
		for (i = 0; i < 70; i++)
			set_missing(&c, i);
		survives(&c);
		c.n = 1;
		survives(&c);
		if (form == CHUNK_TEXT)
			assert_int_equal(string_table_add(&c.dict, "", 0, &e),
					 0);
		if (form == CHUNK_INT)
			c.i64[0] = -7;
		else if (form == CHUNK_REAL)
			c.f64[0] = 0.25;
		else
			c.code[0] = 0;
		c.missing[0] = 0;
		survives(&c);
		c.n = 3; /* the others stay missing */
		c.missing[0] = 6;
		survives(&c);
		chunk_release(&c);
	}
}

/* ---- chunks at random -------------------------------------------------- */

static int64_t
draw_int(unsigned style)
{
	switch (style) {
	case 0: return 0;
	case 1: return (int64_t)draw(2);
	case 2: return (int64_t)draw(256);
	case 3: return draw(40) ? 0 : (int64_t)draw(100) - 50;
	case 4: return draw(3) ? 0 : (int64_t)draw(70000);
	case 5: return 1000000000 + (int64_t)draw(16);
	default: return (int64_t)draw_bits();
	}
}

static double
draw_real(unsigned style)
{
	double v;
	uint64_t bits;

	switch (style) {
	case 0: return 2.5;
	case 1: return draw(1000) / 100.0;
	case 2: return draw(20) ? 0 : draw(1000) / 8.0;
	case 3: return (double)(float)(draw(1000000) / 7.0);
	case 4: return draw(1000000) / 7.0;
	case 5: return draw(2) ? -0.0 : 1e5 * draw(9);
	default:
		do {
			bits = draw_bits();
			memcpy(&v, &bits, sizeof v);
		} while (v != v);
		return v;
	}
}

static void
draw_values(struct chunk *c, unsigned style)
{
	struct err e = {0};
	size_t i, k, strings = c->form == CHUNK_TEXT ? draw(50) + 1u : 0;
	char text[200];

	for (i = 0; i < strings; i++) {
		size_t len = draw(sizeof text);

		for (k = 0; k < len; k++)
			text[k] = (char)draw(256);
		assert_int_equal(string_table_add(&c->dict, text, len, &e), 0);
	}
	for (i = 0; i < c->n; i++) {
		if (c->form == CHUNK_INT)
			c->i64[i] = draw_int(style);
		else if (c->form == CHUNK_REAL)
			c->f64[i] = draw_real(style);
		else if (c->form == CHUNK_CODE)
			c->code[i] = style == 6 ? draw(2000000)
						: (uint32_t)draw_int(style % 3);
		else
			c->code[i] = draw((uint32_t)strings);
	}
}

static void
draw_chunk(struct chunk *c)
{
	size_t n = draw(3) ? draw(300) + 1u : draw(3000) + 1u, i;
	uint32_t gap = draw(4);

	*c = (struct chunk){0};
	reserve(c, (enum chunk_form)(CHUNK_INT + draw(4)), n);
	draw_values(c, draw(7));
	if (gap)
		for (i = 0; i < n; i++)
			if (draw(gap * gap * gap) == 0)
				set_missing(c, i);
}

static void
test_chunks_at_random(void **state)
{
	struct chunk c;
	int i;

	(void)state;
	for (i = 0; i < 4000; i++) {
		draw_chunk(&c);
		survives(&c);
		chunk_release(&c);
	}
}

/* ---- sizes -------------------------------------------------------------- */

static void
test_small_things_stay_small(void **state)
{
	struct chunk c = {0};
	size_t i;

	(void)state;
	reserve(&c, CHUNK_INT, FRAME_GROUP_ROWS);
	memset(c.i64, 0, c.n * sizeof *c.i64);
	assert_true(survives(&c) <= 9); /* constant */
	c.i64[4711] = 1;
	assert_true(survives(&c) <= 16); /* one position */
	for (i = 0; i < c.n; i++)
		c.i64[i] = draw(2);
	assert_true(survives(&c) <= 8192 + 32); /* a bit each */
	for (i = 0; i < c.n; i++)
		c.i64[i] = INT64_MAX - 3 + (int64_t)draw(4);
	assert_true(survives(&c) <= 16384 + 32);
	reserve(&c, CHUNK_REAL, FRAME_GROUP_ROWS);
	for (i = 0; i < c.n; i++)
		c.f64[i] = draw(65536) / 100.0; /* two digits */
	assert_true(survives(&c) <= 131072 + 64);
	for (i = 0; i < c.n; i++)
		c.f64[i] = (double)(float)(draw(1u << 31) / 3.0);
	assert_true(survives(&c) <= 4 * 65536 + 64);
	chunk_release(&c);
}

/* A chunk that compresses too well is stored raw, not refused on reading. */
static void
test_extreme_ratio(void **state)
{
	static char zeros[3 << 20];
	struct chunk c = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(string_table_add(&c.dict, zeros, sizeof zeros, &e),
			 0);
	reserve(&c, CHUNK_TEXT, 1);
	c.code[0] = 0;
	assert_true(survives(&c) > sizeof zeros / 1025);
	chunk_release(&c);
}

/* ---- hostile bytes ------------------------------------------------------- */

/* Whatever decodes must be a chunk that can be used without care. */
static void
decode_anything(const unsigned char *bytes, size_t len)
{
	struct chunk c = {0};
	struct err e = {0};
	unsigned char *copy = malloc(len ? len : 1);
	size_t i;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	if (chunk_decode(&c, copy, len, &e) == 0) {
		assert_in_range(c.n, 1, FRAME_GROUP_ROWS);
		for (i = 0; c.form == CHUNK_TEXT && i < c.n; i++)
			assert_true(c.code[i] < c.dict.n ||
				    chunk_is_missing(&c, i));
		for (i = 0; c.form == CHUNK_REAL && i < c.n; i++)
			assert_true(c.f64[i] == c.f64[i]);
	} else {
		assert_int_equal(e.code, ERR_INPUT);
		assert_true(e.msg[0] != '\0');
	}
	free(copy);
	chunk_release(&c);
}

/* Every byte of the body set to what breaks arithmetic; every truncation. */
static void
mutate(const unsigned char *bytes, size_t len)
{
	static const unsigned char evil[] = {0, 1, 2, 7, 8, 64, 127, 128, 255};
	unsigned char *copy = malloc(len + 10);
	size_t i, k;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	for (i = 0; i < len && i < 400; i++) {
		for (k = 0; k < sizeof evil; k++) {
			copy[i] = evil[k];
			decode_anything(copy, len);
		}
		copy[i] = (unsigned char)(bytes[i] + 1);
		decode_anything(copy, len);
		copy[i] = (unsigned char)(bytes[i] - 1);
		decode_anything(copy, len);
		copy[i] = bytes[i];
		decode_anything(bytes, i);
		/* a varint as large as they get */
		memset(copy + i, 0xff, len - i < 9 ? len - i : 9);
		decode_anything(copy, len);
		memcpy(copy, bytes, len);
	}
	free(copy);
}

static void
unpack(unsigned char *to, size_t size, const struct cursor *in)
{
	assert_non_null(to);
	assert_int_equal(ZSTD_decompress(to, size, in->at, cursor_left(in)),
			 size);
}

static void
test_hostile_bytes(void **state)
{
	struct err e = {0};
	int i;

	(void)state;
	for (i = 0; i < 150; i++) {
		struct encoded_chunk *x;
		struct chunk c;
		struct bytes raw = {0};
		const unsigned char *bytes;
		struct cursor in;
		size_t len;

		draw_chunk(&c);
		if (c.n > 200)
			c.n = 200;
		x = chunk_encode(&c, type_of(&c), 0, &e);
		assert_non_null(x);
		bytes = encoded_chunk_bytes(x, &len);
		mutate(bytes, len);
		/* and the body bare, so that its fields are reached */
		in = (struct cursor){bytes + 1, bytes + len, false};
		bytes_u8(&raw, STORED_RAW);
		if (bytes[0] == STORED_ZSTD) {
			size_t size = (size_t)cursor_varint(&in);

			unpack(bytes_extend(&raw, size), size, &in);
			mutate(raw.at, raw.len);
		}
		bytes_release(&raw);
		encoded_chunk_free(x);
		chunk_release(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_special_double, setup),
		cmocka_unit_test_setup(test_every_width_of_integers, setup),
		cmocka_unit_test_setup(test_one_row_and_no_value, setup),
		cmocka_unit_test_setup(test_chunks_at_random, setup),
		cmocka_unit_test_setup(test_small_things_stay_small, setup),
		cmocka_unit_test_setup(test_extreme_ratio, setup),
		cmocka_unit_test_setup(test_hostile_bytes, setup),
	};

	return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
