/*
 * rows_sparse_test.c - numeric columns that are kept as entries: chunks read
 * without their zeros, the order of units, rows against the frame's values.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <dltools/adapt.h>
#include <dltools/mem.h>
#include <dltools/rng.h>
#include <dltools/rows.h>
#include <dltools/str.h>

#include "data/codec_int.h"
#include "model/model_int.h"
#include "table_fixture.h"

#define ROWS 300
#define WIDE 80

static uint32_t
draw(size_t i, size_t k)
{
	return rng_at(rng_key(3, RNG_SPLIT), i, k).w[0];
}

/* ---- chunks ---------------------------------------------------------- */

/* One in `rare` is not zero, one in `gaps` is missing; 0: none. */
static void
draw_chunk(struct chunk *c, enum chunk_form form, size_t n, uint32_t rare,
	   uint32_t gaps)
{
	struct err e = {0};

	assert_int_equal(chunk_reserve(c, form, n, &e), 0);
	assert_int_equal(chunk_reserve_missing(c, &e), 0);
	c->n = n;
	for (size_t i = 0; i < n; i++) {
		bool zero = rare == 0 || draw(i, 1) % rare;

		if (form == CHUNK_INT)
			c->i64[i] = zero ? 0 : (int64_t)(draw(i, 2) % 900) + 1;
		else
			c->f64[i] = zero ? 0 :
				(double)(draw(i, 2) % 99) / 8 - 7;
		if (gaps && draw(i, 3) % gaps == 0)
			c->missing[i / 64] |= (uint64_t)1 << (i % 64);
	}
}

static double
number(const struct chunk *c, size_t i)
{
	return c->form == CHUNK_INT ? (double)c->i64[i] : c->f64[i];
}

static void
entries_are_right(enum chunk_form form, size_t n, uint32_t rare, uint32_t gaps)
{
	struct chunk c = {0}, got = {0};
	struct encoded_chunk *x;
	struct err e = {0};
	size_t len, entries = 0, k = 0, i;
	const void *bytes;

	draw_chunk(&c, form, n, rare, gaps);
	x = chunk_encode(&c, COLUMN_NUM, 0, &e);
	assert_non_null(x);
	bytes = encoded_chunk_bytes(x, &len);
	assert_int_equal(chunk_decode_entries(&got, &entries, bytes, len, &e),
			 0);
	assert_int_equal(got.n, n);
	for (i = 0; i < n; i++) {
		bool missing = chunk_is_missing(&c, i);

		assert_int_equal(chunk_is_missing(&got, i), missing);
		if (number(&c, i) == 0 && !missing)
			continue;
		assert_true(k < entries && got.code[k] == i);
		assert_true(missing || number(&c, i) == number(&got, k));
		k++;
	}
	assert_int_equal(k, entries);
	encoded_chunk_free(x);
	chunk_release(&c);
	chunk_release(&got);
}

static void
test_entries(void **state)
{
	static const uint32_t rare[] = {0, 1, 2, 7, 40, 1000};
	static const size_t rows[] = {1, 7, 64, 3001};

	(void)state;
	for (size_t i = 0; i < 6 * 4 * 3 * 2; i++)
		entries_are_right(i % 2 ? CHUNK_INT : CHUNK_REAL,
				  rows[i / 2 % 4], rare[i / 8 % 6],
				  (uint32_t)(i / 48) * 5);
}

/* All values or entries only: the same bytes and statistics. */
static void
encodes_alike(enum chunk_form form, size_t n, uint32_t rare)
{
	struct chunk c = {0}, few = {0};
	struct encoded_chunk *x, *y;
	struct err e = {0};
	size_t k = 0, x_len, y_len;
	const void *bytes;

	draw_chunk(&c, form, n, rare, 0);
	assert_int_equal(chunk_reserve(&few, CHUNK_CODE, n, &e), 0);
	assert_int_equal(chunk_reserve(&few, form, n, &e), 0);
	for (size_t i = 0; i < n; i++) {
		if (number(&c, i) == 0)
			continue;
		few.code[k] = (uint32_t)i;
		if (form == CHUNK_INT)
			few.i64[k++] = c.i64[i] << (rare == 40 ? 20 : 0);
		else
			few.f64[k++] = c.f64[i];
		if (form == CHUNK_INT && rare == 40)
			c.i64[i] <<= 20;
	}
	few.n = n;
	mem_free(c.missing);
	c.missing = NULL;
	x = chunk_encode(&c, COLUMN_NUM, 0, &e);
	y = chunk_encode_entries(&few, k, 0, &e);
	bytes = encoded_chunk_bytes(x, &x_len);
	assert_memory_equal(encoded_chunk_bytes(y, &y_len), bytes, x_len);
	assert_int_equal(x_len, y_len);
	assert_memory_equal(&x->tally, &y->tally,
			    offsetof(struct tally, distinct));
	assert_int_equal(distinct_count(&x->tally.distinct),
			 distinct_count(&y->tally.distinct));
	encoded_chunk_free(x);
	encoded_chunk_free(y);
	chunk_release(&c);
	chunk_release(&few);
}

static void
test_encoding_entries(void **state)
{
	static const uint32_t rare[] = {0, 1, 7, 18, 40, 1000};
	static const size_t rows[] = {1, 300, 5000, 65536};

	(void)state;
	for (size_t i = 0; i < 6 * 4 * 2; i++)
		encodes_alike(i % 2 ? CHUNK_INT : CHUNK_REAL, rows[i / 2 % 4],
			      rare[i / 8]);
}

/* Codes have no zeros to leave out. */
static void
test_entries_of_codes(void **state)
{
	struct chunk c = {0}, got = {0};
	struct encoded_chunk *x;
	struct err e = {0};
	size_t len, entries;
	const void *bytes;

	(void)state;
	assert_int_equal(chunk_reserve(&c, CHUNK_CODE, 3, &e), 0);
	c.n = 3;
	c.code[0] = c.code[1] = c.code[2] = 1;
	x = chunk_encode(&c, COLUMN_ENUM, 0, &e);
	bytes = encoded_chunk_bytes(x, &len);
	assert_int_equal(chunk_decode_entries(&got, &entries, bytes, len, &e),
			 -1);
	assert_int_equal(e.code, ERR_INPUT);
	encoded_chunk_free(x);
	chunk_release(&c);
	chunk_release(&got);
}

/* ---- rows ------------------------------------------------------------ */

/*
 * A category, WIDE mostly zero columns with a full one behind every tenth,
 * some cells of the first missing.
 */
static struct frame *
make_frame(size_t wide)
{
	struct str s = STR_INIT;
	struct frame *f;

	str_add(&s, "color");
	for (size_t k = 0; k < wide; k++) {
		str_addf(&s, ",s%zu", k);
		if (k % 10 == 9)
			str_addf(&s, ",d%zu", k);
	}
	str_add(&s, ",y\n");
	for (size_t i = 0; i < ROWS; i++) {
		str_add(&s, i % 3 ? "red" : "blue");
		for (size_t k = 0; k < wide; k++) {
			if (k == 0 && i % 50 == 7)
				str_add(&s, ",");
			else if (draw(i, k) % 12)
				str_add(&s, ",0");
			else
				str_addf(&s, ",%g", 0.5 + (double)(i % 7) - 2);
			if (k % 10 == 9)
				str_addf(&s, ",%zu", (i * 7 + k) % 31);
		}
		str_add(&s, i % 2 ? ",yes\n" : ",no\n");
	}
	f = table_frame(s.buf, "y=enum");
	str_release(&s);
	return f;
}

static void
build_without(struct encoder *enc, const struct frame *f, const char *ignored,
	      bool standardize, bool uncentred)
{
	struct encoder_options o = {
		.response = "y", .ignore_const_cols = true,
		.use_all_factor_levels = true,
		.ignored = &ignored, .ignored_n = ignored != NULL,
		.standardize = standardize, .uncentred = uncentred,
	};
	struct err e = {0};

	if (encoder_build(enc, f, &o, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
build(struct encoder *enc, const struct frame *f, bool standardize,
      bool uncentred)
{
	build_without(enc, f, NULL, standardize, uncentred);
}

/* Unit c of a row, from the frame. */
static float
value_of(const struct frame *f, const struct encoder_column *c, size_t row,
	 struct chunk *x)
{
	struct err e = {0};
	double v;

	assert_int_equal(frame_read(f, 0, (size_t)frame_find(f, c->name), x,
				    &e), 0);
	v = x->form == CHUNK_INT ? (double)x->i64[row] : x->f64[row];
	if (chunk_is_missing(x, row))
		v = c->fill;
	return encoder_number(c, v);
}

static float
unit_of(const struct batch *b, size_t row, size_t unit)
{
	if (unit >= b->sparse)
		return b->x[row * b->ld + unit - b->sparse];
	for (uint32_t k = b->start[row]; k < b->start[row + 1]; k++)
		if (b->index[k] == unit)
			return b->value[k];
	return 0;
}

static void
rows_are_right(const struct frame *f, const struct encoder *enc)
{
	struct err e = {0};
	struct rows *r = rows_load(f, enc, NULL, ROWS_TRAIN, NULL, &e);
	int64_t index[] = {0, 57, 7, 299, 7};
	struct batch b = {0};
	struct chunk x = {0};

	assert_non_null(r);
	assert_int_equal(rows_batch(r, 5, &b, &e), 0);
	rows_fetch(r, index, 2, &b, 0);
	rows_fetch(r, index + 2, 3, &b, 2);
	for (size_t i = 0; i < 5; i++) {
		for (uint32_t k = b.start[i] + 1; k < b.start[i + 1]; k++)
			assert_true(b.index[k] > b.index[k - 1]);
		assert_true(b.start[i + 1] - b.start[i] <= rows_entries(r));
		for (size_t c = enc->enums; c < enc->columns; c++) {
			const struct encoder_column *col = &enc->column[c];

			assert_true(unit_of(&b, i, col->first_unit) ==
				    value_of(f, col, (size_t)index[i], &x));
		}
		if (enc->enums)
			assert_true(unit_of(&b, i, index[i] % 3 ? 1 : 0) == 1);
	}
	chunk_release(&x);
	batch_release(&b);
	rows_free(r);
}

static void
test_order_and_rows(void **state)
{
	struct frame *f = make_frame(WIDE);
	struct encoder enc;

	(void)state;
	for (int i = 0; i < 3; i++) {
		build(&enc, f, i > 0, i == 1);
		/* centred numbers are never entries */
		assert_int_equal(enc.sparse, i < 2 ? 3 + WIDE : 3);
		assert_int_equal(enc.dense, i < 2 ? WIDE / 10
						  : WIDE + WIDE / 10);
		assert_int_equal(enc.row_entries, i < 2 ? 1 + WIDE : 1);
		assert_string_equal(enc.column[1].name, "s0");
		assert_string_equal(enc.column[10].name, "s9");
		assert_string_equal(enc.column[11].name, i < 2 ? "s10" : "d9");
		assert_true((enc.column[1].sub == 0) == (i < 2));
		assert_true((enc.column[1].mul == 1) == (i == 0));
		rows_are_right(f, &enc);
		encoder_release(&enc);
	}
	frame_close(f);
}

/* Numbers from unit 0 on: the first of them is like the others. */
static void
test_first_unit(void **state)
{
	struct frame *f = make_frame(WIDE);
	struct encoder enc;

	(void)state;
	build_without(&enc, f, "color", true, true);
	assert_int_equal(enc.sparse, WIDE);
	assert_int_equal(enc.column[0].first_unit, 0);
	assert_true(enc.column[0].is_sparse);
	rows_are_right(f, &enc);
	encoder_release(&enc);
	frame_close(f);
}

/* A few columns are not worth another order of the units. */
static void
test_narrow_stays_dense(void **state)
{
	struct frame *f = make_frame(30);
	struct encoder enc;

	(void)state;
	build(&enc, f, true, true);
	assert_int_equal(enc.sparse, 3);
	assert_true(enc.uncentred && enc.column[2].sub == 0);
	rows_are_right(f, &enc);
	encoder_release(&enc);
	frame_close(f);
}

static void
test_copy(void **state)
{
	struct frame *f = make_frame(WIDE);
	struct encoder enc, copy;
	struct err e = {0};

	(void)state;
	build(&enc, f, true, true);
	assert_int_equal(encoder_copy(&copy, &enc, &e), 0);
	assert_true(copy.uncentred);
	assert_int_equal(copy.sparse, enc.sparse);
	assert_int_equal(copy.enums, 1);
	rows_are_right(f, &copy);
	encoder_release(&copy);
	encoder_release(&enc);
	frame_close(f);
}

/* Columns that a table lacks: 0 if not centred, else the mean. */
static void
test_absent(void **state)
{
	struct frame *f = make_frame(WIDE), *few;
	struct encoder enc;
	struct err e = {0};
	int64_t index[] = {1};

	(void)state;
	few = table_frame("s3,y\n2,yes\n0,no\n", "y=enum");
	for (int i = 0; i < 2; i++) {
		struct adapt *a;
		struct rows *r;
		struct batch b = {0};

		build(&enc, f, i == 1, i == 1);
		a = adapt_new(&enc, few, 0, &e);
		assert_non_null(a);
		r = rows_load(few, &enc, a, ROWS_ALL, NULL, &e);
		assert_non_null(r);
		assert_int_equal(rows_batch(r, 1, &b, &e), 0);
		rows_fetch(r, index, 1, &b, 0);
		assert_true(unit_of(&b, 0, enc.column[5].first_unit) ==
			    (i ? 0 : encoder_number(&enc.column[5],
						    enc.column[5].fill)));
		assert_true((unit_of(&b, 0, enc.sparse) == 0) == (i == 1));
		batch_release(&b);
		rows_free(r);
		adapt_free(a);
		encoder_release(&enc);
	}
	frame_close(few);
	frame_close(f);
}

/* x is 1, 2, missing, -6. */
static void
test_scaling(void **state)
{
	static const struct {
		enum encoder_scaling scaling;
		double low, zero, high; /* of -6, 0, 2 */
	} want[] = {
		{ENCODER_NONE, -6, 0, 2},
		{ENCODER_MIN_MAX, 0, 0.75, 1},
		{ENCODER_MAX_ABS, -1, 0, 1.0 / 3},
	};
	struct frame *f = table_frame("x,y\n1,5\n2,6\n,7\n-6,9\n", "x=num");

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct encoder_options o = {.response = "y",
					    .standardize = true,
					    .scaling = want[i].scaling};
		const struct encoder_column *x;
		struct encoder enc;
		struct err e = {0};

		assert_int_equal(encoder_build(&enc, f, &o, &e), 0);
		x = &enc.column[0];
		assert_true(fabs(encoder_number(x, -6) - want[i].low) < 1e-6);
		assert_true(fabs(encoder_number(x, 0) - want[i].zero) < 1e-6);
		assert_true(fabs(encoder_number(x, 2) - want[i].high) < 1e-6);
		assert_true(fabs(enc.response_sub - 6.75) < 1e-12);
		encoder_release(&enc);
	}
	frame_close(f);
}

/* An autoencoder of sparse numbers alone: rows have no packed items. */
static void
test_nothing_dense(void **state)
{
	static const char *const ignored[] = {
		"color", "y", "d9", "d19", "d29", "d39", "d49", "d59", "d69",
		"d79",
	};
	struct encoder_options o = {.autoencoder = true,
				    .use_all_factor_levels = true,
				    .uncentred = true, .ignored = ignored,
				    .ignored_n = 10};
	struct frame *f = make_frame(WIDE);
	struct encoder enc;
	struct err e = {0};

	(void)state;
	if (encoder_build(&enc, f, &o, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(enc.sparse, WIDE);
	assert_int_equal(enc.dense + enc.enums, 0);
	rows_are_right(f, &enc);
	encoder_release(&enc);
	frame_close(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_encoding_entries),
		cmocka_unit_test(test_entries_of_codes),
		cmocka_unit_test(test_order_and_rows),
		cmocka_unit_test(test_first_unit),
		cmocka_unit_test(test_narrow_stays_dense),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_scaling),
		cmocka_unit_test(test_nothing_dense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
