/*
 * frame_fixture.h - a small frame with a column of every kind in a file of its
 * own, for the tests of frames.
 */
#ifndef TESTS_FRAME_FIXTURE_H
#define TESTS_FRAME_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/frame.h>

static char path[] = "/tmp/dl-frame-test-XXXXXX";

static inline void
put_file(const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static inline unsigned char *
get_file(size_t *len)
{
	struct err e = {0};
	char *bytes = file_slurp(path, 1 << 24, len, &e);

	assert_non_null(bytes);
	return (unsigned char *)bytes;
}

/* ---- a frame with everything in it --------------------------------------- */

#define COLUMNS 6
#define ROWS 40

static struct frame_column schema[COLUMNS] = {
	{.name = "id", .type = COLUMN_NUM},
	{.name = "price", .type = COLUMN_NUM},
	{.name = "kind", .type = COLUMN_ENUM},
	{.name = "note", .type = COLUMN_TEXT},
	{.name = "when", .type = COLUMN_TIME},
	{.name = "none", .type = COLUMN_NUM},
};

static inline void
fill_numbers(struct chunk c[COLUMNS])
{
	struct err e = {0};
	size_t i;

	for (i = 0; i < ROWS; i++) {
		c[0].i64[i] = (int64_t)i * 1000003 - 7;
		c[1].f64[i] = i % 3 ? (double)i / 8 : 1.0 / 3;
		c[2].code[i] = (uint32_t)(i * i % 3);
		c[3].code[i] = i % 2;
		c[4].i64[i] = 1700000000000 + (int64_t)i;
	}
	assert_int_equal(chunk_reserve_missing(&c[1], &e), 0);
	assert_int_equal(chunk_reserve_missing(&c[5], &e), 0);
	c[1].missing[0] = 0x3e;
	c[5].missing[0] = UINT64_MAX;
}

static inline void
make_chunks(struct chunk c[COLUMNS])
{
	static const enum chunk_form form[COLUMNS] = {
		CHUNK_INT, CHUNK_REAL, CHUNK_CODE,
		CHUNK_TEXT, CHUNK_INT, CHUNK_INT,
	};
	struct err e = {0};
	size_t k;

	for (k = 0; k < COLUMNS; k++) {
		c[k] = (struct chunk){0};
		assert_int_equal(chunk_reserve(&c[k], form[k], ROWS, &e), 0);
		c[k].n = ROWS;
	}
	assert_int_equal(string_table_add(&c[3].dict, "a \"word\"", 8, &e),
			 0);
	assert_int_equal(string_table_add(&c[3].dict, "", 0, &e), 0);
	fill_numbers(c);
}

static inline void
write_frame(void)
{
	struct chunk c[COLUMNS];
	struct err e = {0};
	struct frame_writer *w =
		frame_writer_open(path, schema, COLUMNS, NULL, &e);
	size_t k;

	assert_non_null(w);
	make_chunks(c);
	for (k = 0; k < COLUMNS; k++) {
		assert_int_equal(frame_writer_add(w, k, &c[k], &e), 0);
		chunk_release(&c[k]);
	}
	assert_int_equal(frame_writer_close(w, &e), 0);
	frame_writer_free(w);
}

/* ERR_NONE if every byte of the file at `path` is believed. */
static inline enum err_code
verdict(void)
{
	struct err e = {0};
	struct frame *f = frame_open(path, &e);

	if (f && frame_verify(f, &e) == 0)
		assert_int_equal(e.code, ERR_NONE);
	frame_close(f);
	if (e.code)
		assert_true(e.msg[0] != '\0');
	return e.code;
}

static inline int
setup_group(void **state)
{
	struct err e = {0};
	static const char *const level[] = {"blue", "green", "red"};
	size_t i;
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	for (i = 0; i < 3; i++)
		if (string_table_add(&schema[2].levels, level[i],
				     strlen(level[i]), &e) < 0)
			return -1;
	return 0;
}

static inline int
teardown_group(void **state)
{
	(void)state;
	string_table_release(&schema[2].levels);
	return unlink(path);
}

#endif
