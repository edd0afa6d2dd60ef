/*
 * rows_test.c - packed rows against the values of the frame, and other tables
 * than the one trained on (rows.h, adapt.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include <dltools/adapt.h>
#include <dltools/rows.h>
#include <dltools/widen.h>

#include "data/rows_int.h"
#include "rows_fixture.h"

/* Unit by unit from the frame's chunks. */
static void
naive_row(const struct set *s, int64_t row, float *units)
{
	struct chunk c = {0};
	struct err e = {0};
	size_t i;

	memset(units, 0, encoder_units(&s->enc) * sizeof(*units));
	for (i = 0; i < s->enc.columns; i++) {
		const struct encoder_column *p = &s->enc.column[i];
		int64_t at = frame_find(s->f, p->name);
		size_t unit = p->first_unit, level;
		bool missing;
		double v;

		assert_int_equal(frame_read(s->f, 0, (size_t)at, &c, &e), 0);
		missing = chunk_is_missing(&c, (size_t)row);
		if (p->type == COLUMN_ENUM) {
			level = missing ? p->levels.n : c.code[row];
			unit = encoder_level_unit(&s->enc, p, level);
			if (unit != SIZE_MAX)
				units[unit] = 1;
			continue;
		}
		v = c.form == CHUNK_INT ? (double)c.i64[row] : c.f64[row];
		units[unit] = encoder_number(p, missing ? p->fill : v);
	}
	chunk_release(&c);
}

static void
fetched_row(const struct batch *b, size_t i, float *units)
{
	uint32_t k;

	batch_row(b, i, units);
	for (k = b->start[i] + 1; k < b->start[i + 1]; k++)
		assert_true(b->index[k] > b->index[k - 1]);
	for (k = (uint32_t)b->dense; k < b->ld; k++)
		assert_true(b->x[i * b->ld + k] == 0);
}

static void
compare(const struct set *s, const struct rows *r, bool whole)
{
	size_t units = encoder_units(&s->enc), n = 100, i;
	float *want = calloc(units, sizeof(*want));
	float *got = calloc(units, sizeof(*got));
	struct batch b = {0};
	struct err e = {0};
	int64_t index[100];

	assert_int_equal(encoder_batch(&s->enc, n, &b, &e), 0);
	for (i = 0; i < n; i++)
		index[i] = (int64_t)(i * 577 % (size_t)rows_count(r));
	rows_fetch(r, index, 60, &b, 0);
	rows_fetch(r, index + 60, 40, &b, 60);
	assert_int_equal(b.rows, 100);
	for (i = 0; i < n && whole; i++) {
		naive_row(s, index[i], want);
		fetched_row(&b, i, got);
		assert_memory_equal(want, got, units * sizeof(*want));
		assert_int_equal(b.label[i], index[i] % 13 == 0 ? -1
					     : index[i] % 3    ? 1
							       : 0);
	}
	batch_release(&b);
	free(want);
	free(got);
}

static void
test_fetch(void **state)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct pool *pool = pool_new(3, &e);
	struct set s;
	struct rows *r;
	int all;

	(void)state;
	for (all = 0; all < 2; all++) {
		o.use_all_factor_levels = all;
		set_init(&s, &o);
		r = rows_load(s.f, &s.enc, NULL, ROWS_ALL,
			      all ? pool : NULL, &e);
		assert_non_null(r);
		assert_int_equal(rows_count(r), ROWS);
		/* 1+1 bytes, 2, two floats, gap's, codes 1 and 2, w, label */
		assert_int_equal(rows_bytes(r), ROWS * 32);
		compare(&s, r, true);
		rows_free(r);
		set_release(&s);
	}
	pool_free(pool);
}

static void
test_left_out(void **state)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct set s;
	struct rows *r;
	int64_t i, want = 0, labelled = 0, heavy = 0;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		labelled += i % 13 != 0;
		heavy += i % 13 != 0 && i % 4;
		want += i % 13 != 0 && i % 5 && i % 7;
	}
	o.missing = MISSING_SKIP;
	set_init(&s, &o);
	r = rows_load(s.f, &s.enc, NULL, ROWS_TRAIN, NULL, &e);
	assert_int_equal(rows_count(r), want);
	compare(&s, r, false);
	/* rows 1, 2, 3, 4, 6, 8...: every row kept is the right one */
	assert_int_equal(rows_label(r, 0), 1);
	assert_int_equal(rows_label(r, 2), 0);
	assert_int_equal(rows_label(r, 4), 0);
	rows_free(r);
	r = rows_load(s.f, &s.enc, NULL, ROWS_VALID, NULL, &e);
	assert_int_equal(rows_count(r), labelled);
	rows_free(r);
	set_release(&s);

	o.weights_column = "w";
	o.missing = MISSING_MEAN_IMPUTATION;
	set_init(&s, &o);
	r = rows_load(s.f, &s.enc, NULL, ROWS_TRAIN, NULL, &e);
	assert_int_equal(rows_count(r), heavy);
	assert_true(rows_weight(r, 0) == 1 && rows_weight(r, 1) == 2);
	rows_free(r);
	set_release(&s);
}

static void
test_regression(void **state)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct batch b = {0};
	int64_t index[1] = {9};
	struct set s;
	struct rows *r;

	(void)state;
	o.response = "real";
	o.offset_column = "w";
	set_init(&s, &o);
	r = rows_load(s.f, &s.enc, NULL, ROWS_TRAIN, NULL, &e);
	assert_true(rows_actual(r, 9) == -1.67);
	assert_int_equal(encoder_batch(&s.enc, 1, &b, &e), 0);
	rows_fetch(r, index, 1, &b, 0);
	assert_true(b.target[0] == (float)((-1.67 - s.enc.response_sub) *
					   s.enc.response_mul));
	assert_true(b.offset[0] == (float)((1 - s.enc.response_sub) *
					   s.enc.response_mul));
	assert_int_equal(b.label[0], -1);
	batch_release(&b);
	rows_free(r);
	set_release(&s);
}

/* ---- other tables -------------------------------------------------------- */

static const char other[] =
	"extra,color,real,byte,city,short,wide,gap,w,y\n"
	"1,red,1.5,300,c3,1,2,3,1,no\n"
	"2,green,,4,7,1,2,3,1,maybe\n"
	"3,blue,2,5,8,1,2,3,1,\n";

static void
test_adapted(void **state)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct batch b = {0};
	int64_t index[3] = {0, 1, 2};
	struct frame *f = table_frame(other, "");
	const size_t *missing;
	struct adapt *a;
	struct rows *r;
	struct set s;
	float units[500];

	(void)state;
	set_init(&s, &o);
	a = adapt_new(&s.enc, f, ADAPT_RESPONSE, &e);
	assert_non_null(a);
	assert_int_equal(adapt_missing(a, &missing), 1);
	assert_string_equal(s.enc.column[missing[0]].name, "byte2");
	assert_string_equal(s.enc.column[1].name, "color");
	r = rows_load(f, &s.enc, a, ROWS_ALL, NULL, &e);
	assert_int_equal(rows_unseen(r, 1), 1);
	assert_int_equal(rows_label(r, 0), 0);
	assert_int_equal(rows_label(r, 1), 2); /* unknown */
	assert_int_equal(rows_label(r, 2), -1);
	assert_int_equal(encoder_batch(&s.enc, 3, &b, &e), 0);
	rows_fetch(r, index, 3, &b, 0);
	fetched_row(&b, 1, units);
	assert_true(units[401 + 2] == 1); /* color: blue, red, missing */
	assert_true(b.x[1] == 0); /* byte2: the mean */
	assert_true(b.x[b.ld + 4] == 0); /* real: missing */
	batch_release(&b);
	rows_free(r);
	adapt_free(a);
	frame_close(f);
	set_release(&s);
}

static void
adapt_refuses(const char *text, unsigned flags, const char *part)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct frame *f = table_frame(text, "");
	struct set s;

	set_init(&s, &o);
	assert_null(adapt_new(&s.enc, f, flags, &e));
	assert_int_equal(e.code, ERR_SCHEMA);
	if (!strstr(e.msg, part))
		fail_msg("'%s' is not in: %s", part, e.msg);
	frame_close(f);
	set_release(&s);
}

static void
test_refusals(void **state)
{
	(void)state;
	adapt_refuses("p,q\n1,2\n3,4\n", 0, "no column in common");
	adapt_refuses("byte,y\nred,no\nblue,no\n", 0, "num in the model");
	adapt_refuses("byte\n1\n2\n", ADAPT_RESPONSE, "no such column");
	adapt_refuses("byte,y\n1,a\n2,b\n", ADAPT_RESPONSE, "no level of");
}

/* An integer column may stand for a categorical one. */
static void
test_digits(void **state)
{
	struct encoder_options o = defaults();
	struct frame *train = table_frame(
		"zip,y\n10,a\n20,b\n10,b\n30,a\n", "zip=enum");
	struct frame *test = table_frame("zip,y\n30,a\n15,b\n,a\n", "");
	struct err e = {0};
	struct encoder enc;
	struct batch b = {0};
	int64_t index[3] = {0, 1, 2};
	struct rows *r;

	(void)state;
	assert_int_equal(encoder_build(&enc, train, &o, &e), 0);
	r = rows_load(test, &enc, NULL, ROWS_ALL, NULL, &e);
	assert_int_equal(encoder_batch(&enc, 3, &b, &e), 0);
	rows_fetch(r, index, 3, &b, 0);
	assert_int_equal(b.index[0], 2);
	assert_int_equal(b.index[1], 3);
	assert_int_equal(b.index[2], 3);
	assert_int_equal(rows_unseen(r, 0), 1);
	batch_release(&b);
	rows_free(r);
	encoder_release(&enc);
	frame_close(train);
	frame_close(test);
}

/* Every build of the loops is the formula, also for odd lengths. */
static void
test_widen(void **state)
{
	uint8_t bytes[70];
	int16_t shorts[70];
	double sub[70], mul[70];
	float out[70];
	size_t i, n;

	(void)state;
	for (i = 0; i < 70; i++) {
		bytes[i] = (uint8_t)(i * 37);
		shorts[i] = (int16_t)(i * 991 - 30000);
		sub[i] = (double)i * 1.7 - 3;
		mul[i] = 1 / ((double)i + 0.3);
	}
	for (n = 0; n <= 70; n += 7) {
		widen_u8(out, bytes, n, sub, mul);
		for (i = 0; i < n; i++)
			assert_true(out[i] == (float)((bytes[i] - sub[i]) *
						      mul[i]));
		widen_i16(out, shorts, n, sub, mul);
		for (i = 0; i < n; i++)
			assert_true(out[i] == (float)((shorts[i] - sub[i]) *
						      mul[i]));
	}
}

#define BYTES 90 /* columns */

/* Byte columns in more than one part, a wider one among them. */
static void
test_byte_columns(void **state)
{
	struct encoder_options o = defaults();
	struct str text = STR_INIT;
	struct err e = {0};
	struct set s = {0};
	struct rows *r;
	uint32_t x = 1;

	(void)state;
	for (size_t c = 0; c < BYTES; c++)
		str_addf(&text, "b%zu,", c);
	str_add(&text, "y\n");
	for (int i = 0; i < ROWS; i++) {
		for (int c = 0; c < BYTES; c++) {
			x = x * 69069 + 1;
			str_addf(&text, "%u,", c == 21 ? x >> 18 : x >> 24);
		}
		str_add(&text, i % 13 == 0 ? "\n" : i % 3 ? "yes\n" : "no\n");
	}
	s.f = table_frame(text.buf, "y=enum");
	if (encoder_build(&s.enc, s.f, &o, &e) < 0)
		fail_msg("%s", e.msg);
	r = rows_load(s.f, &s.enc, NULL, ROWS_ALL, NULL, &e);
	assert_non_null(r);
	/* bytes, the wider one and what aligns it, label */
	assert_int_equal(rows_bytes(r), ROWS * 96);
	compare(&s, r, true);
	rows_free(r);
	frame_close(s.f);
	encoder_release(&s.enc);
	str_release(&text);
}

#define WIDE 40 /* bytes of a row */

/* Eight bytes at a time and one by one, some rows left out. */
static void
test_bytes(void **state)
{
	unsigned char from[BYTES_AT_ONCE][80], got[64][WIDE], want[64][WIDE];
	unsigned char *row[64] = {0}, *same[64] = {0};
	size_t n, at, i;
	uint32_t x = 1;

	(void)state;
	for (n = 0; n <= 64; n++) {
		for (i = 0; i < sizeof(from); i++)
			((unsigned char *)from)[i] =
				(unsigned char)((x = x * 69069 + 1) >> 24);
		memset(got, 0xa5, sizeof(got));
		memset(want, 0xa5, sizeof(want));
		for (i = 0; i < n; i++) {
			bool out = (x = x * 69069 + 1) >> 30 == 0;

			row[i] = out ? NULL : got[i];
			same[i] = out ? NULL : want[i];
		}
		at = n % (WIDE - BYTES_AT_ONCE);
		bytes_scatter(at, from[0], sizeof(from[0]), n, row);
		for (i = 0; i < BYTES_AT_ONCE; i++)
			item_scatter(&(struct item){ .width = 1, .at = at + i },
				     from[i], n, same);
		assert_memory_equal(got, want, sizeof(got));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_regression),
		cmocka_unit_test(test_adapted),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_widen),
		cmocka_unit_test(test_byte_columns),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
