/*
 * frame_test.c - frames: written, read, and refused when any bit is wrong
 * (frame.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>
#include <xxhash.h>

#include "data/frame_int.h"
#include "frame_fixture.h"

/* ---- what is written is read -------------------------------------------- */

static void
test_schema_and_statistics(void **state)
{
	struct err e = {0};
	struct frame *f;
	const struct frame_column *c;

	(void)state;
	write_frame();
	f = frame_open(path, &e);
	assert_non_null(f);
	assert_int_equal(frame_rows(f), ROWS);
	assert_int_equal(frame_columns(f), COLUMNS);
	assert_int_equal(frame_groups(f), 1);
	assert_int_equal(frame_group_rows(f, 0), ROWS);
	assert_int_equal(frame_find(f, "kind"), 2);
	assert_int_equal(frame_find(f, "3"), 2);
	assert_int_equal(frame_find(f, "7"), -1);
	assert_int_equal(frame_find(f, "no"), -1);
	c = frame_column(f, 0);
	assert_true(c->is_integer && c->stats.min == -7);
	assert_int_equal(c->stats.distinct, ROWS);
	c = frame_column(f, 1);
	assert_false(c->is_integer);
	assert_int_equal(c->stats.missing, 5);
	c = frame_column(f, 2);
	assert_int_equal(c->type, COLUMN_ENUM);
	assert_int_equal(string_table_find(&c->levels, "red", 3), 2);
	assert_int_equal(c->level_counts[0], 14);
	assert_int_equal(c->level_counts[1], 26);
	assert_int_equal(c->level_counts[2], 0);
	assert_int_equal(c->stats.distinct, 2);
	assert_true(isnan(c->stats.mean));
	assert_int_equal(frame_column(f, 3)->stats.distinct, 2);
	assert_int_equal(frame_column(f, 5)->stats.missing, ROWS);
	frame_close(f);
	assert_int_equal(verdict(), ERR_NONE);
}

static void
test_values(void **state)
{
	struct chunk want[COLUMNS], got = {0};
	struct err e = {0};
	struct frame *f;
	size_t i, k;

	(void)state;
	write_frame();
	make_chunks(want);
	f = frame_open(path, &e);
	assert_non_null(f);
	for (k = 0; k < COLUMNS; k++) {
		assert_int_equal(frame_read(f, 0, k, &got, &e), 0);
		assert_int_equal(got.n, ROWS);
		assert_int_equal(got.form, want[k].form);
		for (i = 0; i < ROWS; i++) {
			assert_int_equal(chunk_is_missing(&got, i),
					 chunk_is_missing(&want[k], i));
			if (chunk_is_missing(&got, i))
				continue;
			if (k == 1)
				assert_true(got.f64[i] == want[k].f64[i]);
			else if (k == 2 || k == 3)
				assert_int_equal(got.code[i], want[k].code[i]);
			else
				assert_int_equal(got.i64[i], want[k].i64[i]);
		}
		chunk_release(&want[k]);
	}
	assert_int_equal(frame_read(f, 1, 0, &got, &e), -1);
	chunk_release(&got);
	frame_close(f);
}

/* Two groups and a bit; the same bytes each time, whoever encodes. */
static void
write_long(int64_t rows, bool in_advance)
{
	static struct chunk c;
	struct frame_column one = {.name = "x", .type = COLUMN_NUM};
	struct err e = {0};
	struct frame_writer *w = frame_writer_open(path, &one, 1, NULL, &e);
	int64_t at, i;

	assert_non_null(w);
	assert_int_equal(chunk_reserve(&c, CHUNK_INT, FRAME_GROUP_ROWS, &e),
			 0);
	for (at = 0; at < rows; at += FRAME_GROUP_ROWS) {
		struct encoded_chunk *x;

		c.n = (size_t)(rows - at < FRAME_GROUP_ROWS
			       ? rows - at : FRAME_GROUP_ROWS);
		for (i = 0; i < (int64_t)c.n; i++)
			c.i64[i] = (at + i) * (at + i) % 1009;
		if (!in_advance) {
			assert_int_equal(frame_writer_add(w, 0, &c, &e), 0);
			continue;
		}
		x = chunk_encode(&c, COLUMN_NUM, 0, &e);
		assert_non_null(x);
		assert_int_equal(frame_writer_add_encoded(w, 0, x, &e), 0);
		encoded_chunk_free(x);
	}
	assert_int_equal(frame_writer_close(w, &e), 0);
	frame_writer_free(w);
}

static void
test_groups_and_same_bytes(void **state)
{
	const int64_t rows = 2 * FRAME_GROUP_ROWS + 5;
	unsigned char *first, *second;
	size_t len, again;
	struct err e = {0};
	struct frame *f;

	(void)state;
	write_long(rows, false);
	first = get_file(&len);
	write_long(rows, true);
	second = get_file(&again);
	assert_int_equal(len, again);
	assert_memory_equal(first, second, len);
	free(first);
	free(second);
	f = frame_open(path, &e);
	assert_non_null(f);
	assert_int_equal(frame_groups(f), 3);
	assert_int_equal(frame_group_rows(f, 2), 5);
	assert_int_equal(frame_column(f, 0)->stats.count, rows);
	frame_close(f);
	assert_int_equal(verdict(), ERR_NONE);
}

/* A little above the limit of the exact count: what is written is read. */
static void
test_distinct_about_the_limit(void **state)
{
	static char names[600][8];
	struct frame_column column[600];
	struct chunk c = {0};
	struct err e = {0};
	struct frame_writer *w;
	int64_t i, k;

	(void)state;
	for (k = 0; k < 600; k++) {
		snprintf(names[k], sizeof names[k], "x%d", (int)k);
		column[k] = (struct frame_column){.name = names[k],
						  .type = COLUMN_NUM};
	}
	w = frame_writer_open(path, column, 600, NULL, &e);
	assert_non_null(w);
	assert_int_equal(chunk_reserve(&c, CHUNK_INT, 4110, &e), 0);
	c.n = 4110;
	for (k = 0; k < 600; k++) {
		for (i = 0; i < 4110; i++)
			c.i64[i] = 9256475 + 1000003 * k +
				   i % (4110 - k % 100);
		assert_int_equal(frame_writer_add(w, (size_t)k, &c, &e), 0);
	}
	assert_int_equal(frame_writer_close(w, &e), 0);
	frame_writer_free(w);
	chunk_release(&c);
	assert_int_equal(verdict(), ERR_NONE);
}

static void
test_empty_frame(void **state)
{
	(void)state;
	write_long(0, false);
	assert_int_equal(verdict(), ERR_NONE);
}

/* ---- what the writer refuses -------------------------------------------- */

static void
refuse(const struct frame_column *columns, size_t n)
{
	struct err e = {0};

	assert_null(frame_writer_open(path, columns, n, NULL, &e));
	assert_int_equal(e.code, ERR_SCHEMA);
}

static void
test_bad_schemas(void **state)
{
	struct frame_column two[2] = {{.name = "a", .type = COLUMN_NUM},
				      {.name = "a", .type = COLUMN_NUM}};
	struct err e = {0};

	(void)state;
	refuse(two, 2);
	two[1].name = "";
	refuse(two, 2);
	refuse(two, 0);
	two[1].name = "b";
	two[1].type = COLUMN_ENUM;
	assert_int_equal(string_table_add(&two[1].levels, "x", 1, &e), 0);
	assert_int_equal(string_table_add(&two[1].levels, "y", 1, &e), 0);
	assert_int_equal(string_table_add(&two[1].levels, "x", 1, &e), 0);
	refuse(two, 2);
	string_table_release(&two[1].levels);
}

/* A writer that is given up leaves what stood there before. */
static void
test_writer_given_up(void **state)
{
	struct err e = {0};
	struct frame_writer *w;

	(void)state;
	write_frame();
	w = frame_writer_open(path, schema, COLUMNS, NULL, &e);
	assert_non_null(w);
	frame_writer_free(w);
	assert_int_equal(verdict(), ERR_NONE);
}

/* ---- accidents ---------------------------------------------------------- */

static void
test_every_bit_flip(void **state)
{
	unsigned char *bytes, flipped;
	size_t len, i;
	int fd, bit;

	(void)state;
	write_frame();
	bytes = get_file(&len);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (i = 0; i < len; i++)
		for (bit = 0; bit <= 8; bit++) {
			flipped = (unsigned char)(bytes[i] ^ (1 << bit));
			assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
			if (bit < 8 && verdict() != ERR_INPUT)
				fail_msg("bit %d of byte %zu of %zu", bit, i,
					 len);
		}
	close(fd);
	assert_int_equal(verdict(), ERR_NONE);
	free(bytes);
}

static void
test_every_truncation_and_more(void **state)
{
	unsigned char *bytes, *longer;
	size_t len, i;

	(void)state;
	write_frame();
	bytes = get_file(&len);
	for (i = len; i-- > 0;) {
		assert_int_equal(truncate(path, (off_t)i), 0);
		if (verdict() != ERR_INPUT)
			fail_msg("cut to %zu of %zu bytes", i, len);
	}
	longer = calloc(2, len);
	assert_non_null(longer);
	memcpy(longer, bytes, len);
	for (i = 1; i < len; i += i < 70 ? 1 : 100) {
		put_file(longer, len + i); /* zeros behind it */
		assert_int_equal(verdict(), ERR_INPUT);
	}
	memcpy(longer + len, bytes, len); /* the same twice */
	put_file(longer, 2 * len);
	assert_int_equal(verdict(), ERR_INPUT);
	free(longer);
	free(bytes);
}

static void
test_other_version(void **state)
{
	unsigned char header[2 * FRAME_HEADER] = {0};
	struct err e = {0};
	uint64_t sum;
	size_t i;

	(void)state;
	frame_put_header(header);
	header[8] = 2;
	sum = XXH3_64bits(header, 56);
	for (i = 0; i < 8; i++)
		header[56 + i] = (unsigned char)(sum >> (8 * i));
	put_file(header, sizeof header);
	assert_null(frame_open(path, &e));
	assert_int_equal(e.code, ERR_SCHEMA);
	assert_non_null(strstr(e.msg, "version 2"));
	assert_non_null(strstr(e.msg, "version 1"));
}

/* ---- some rows as a frame ----------------------------------------------- */

static void
test_subset(void **state)
{
	static const int64_t row[] = {0, 3, 4, 17, 39};
	struct chunk all = {0}, some = {0};
	char id[33], other[33];
	struct err e = {0};
	struct frame *f, *s;

	(void)state;
	write_frame();
	f = frame_open(path, &e);
	assert_non_null(f);
	s = frame_subset(f, row, 5, "some", NULL, &e);
	assert_non_null(s);
	assert_int_equal(frame_rows(s), 5);
	assert_string_equal(frame_path(s), "some");
	/* its statistics are those of the values that it gives */
	assert_int_equal(frame_verify(s, &e), 0);
	assert_int_equal(frame_column(s, 2)->levels.n,
			 frame_column(f, 2)->levels.n);
	for (size_t c = 0; c < COLUMNS; c++) {
		assert_int_equal(frame_read(f, 0, c, &all, &e), 0);
		assert_int_equal(frame_read(s, 0, c, &some, &e), 0);
		for (size_t i = 0; i < 5; i++) {
			size_t k = (size_t)row[i];

			assert_int_equal(chunk_is_missing(&some, i),
					 chunk_is_missing(&all, k));
			if (some.form == CHUNK_INT)
				assert_true(some.i64[i] == all.i64[k]);
			if (some.form == CHUNK_CODE)
				assert_true(some.code[i] == all.code[k]);
		}
	}
	frame_id(f, id);
	frame_id(s, other);
	assert_string_not_equal(id, other);
	chunk_release(&all);
	chunk_release(&some);
	frame_close(s);
	frame_close(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_and_statistics),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_subset),
		cmocka_unit_test(test_groups_and_same_bytes),
		cmocka_unit_test(test_distinct_about_the_limit),
		cmocka_unit_test(test_empty_frame),
		cmocka_unit_test(test_bad_schemas),
		cmocka_unit_test(test_writer_given_up),
		cmocka_unit_test(test_every_bit_flip),
		cmocka_unit_test(test_every_truncation_and_more),
		cmocka_unit_test(test_other_version),
	};

	return cmocka_run_group_tests_name("frame", tests, setup_group,
					   teardown_group);
}
