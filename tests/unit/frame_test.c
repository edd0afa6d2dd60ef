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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include <dltools/file.h>
#include <dltools/frame.h>

#include "data/frame_int.h"

static char path[] = "/tmp/dl-frame-test-XXXXXX";

static void
put_file(const void *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

static unsigned char *
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

static void
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

static void
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

static void
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
static enum err_code
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

static int
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

static int
teardown_group(void **state)
{
	(void)state;
	string_table_release(&schema[2].levels);
	return unlink(path);
}

/* ---- what is written is read ---------------------------------------------- */

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

static void
test_empty_frame(void **state)
{
	(void)state;
	write_long(0, false);
	assert_int_equal(verdict(), ERR_NONE);
}

/* ---- what the writer refuses ------------------------------------------------ */

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

/* ---- accidents --------------------------------------------------------------- */

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

/* ---- malice: every checksum is right ------------------------------------------- */

/* A frame taken apart. */
struct parts {
	unsigned char *file; /* header and chunks */
	uint64_t data;       /* where they end */
	struct contents toc;
	struct bytes raw;    /* contents, not compressed */
};

static void
take_apart(struct parts *p)
{
	struct trailer t;
	struct err e = {0};
	size_t len;

	*p = (struct parts){0};
	p->file = get_file(&len);
	assert_int_equal(frame_get_trailer(&t, p->file + len - FRAME_TRAILER,
					   len, &e), 0);
	p->data = t.contents_at;
	assert_non_null(bytes_extend(&p->raw, (size_t)t.contents_raw));
	if (t.contents_raw == t.contents_len)
		memcpy(p->raw.at, p->file + p->data, p->raw.len);
	else
		assert_int_equal(ZSTD_decompress(p->raw.at, p->raw.len,
						 p->file + p->data,
						 (size_t)t.contents_len),
				 p->raw.len);
	assert_int_equal(contents_read(&p->toc, p->raw.at, p->raw.len,
				       p->data - FRAME_HEADER, &e), 0);
}

static void
drop_parts(struct parts *p)
{
	free(p->file);
	contents_release(&p->toc);
	bytes_release(&p->raw);
}

/* Chunks and contents as given, sealed as if by the writer. */
static void
seal(const unsigned char *data, uint64_t len, const struct bytes *contents)
{
	struct trailer t = {
		.contents_at = len, .contents_len = contents->len,
		.contents_raw = contents->len,
		.size = len + contents->len + FRAME_TRAILER,
	};
	unsigned char end[FRAME_TRAILER];
	XXH128_canonical_t id;
	struct bytes all = {0};

	XXH128_canonicalFromHash(&id, XXH3_128bits(contents->at,
						   contents->len));
	memcpy(t.id, id.digest, 16);
	frame_put_trailer(end, &t);
	bytes_add(&all, data, (size_t)len);
	bytes_add(&all, contents->at, contents->len);
	bytes_add(&all, end, sizeof end);
	put_file(all.at, all.len);
	bytes_release(&all);
}

/* Whatever is believed must be usable. */
static void
survive(void)
{
	struct err e = {0};
	struct frame *f = frame_open(path, &e);
	struct chunk c = {0};
	size_t g, k;

	for (g = 0; f && g < frame_groups(f) && g < 3; g++)
		for (k = 0; k < frame_columns(f); k++)
			if (frame_read(f, g, k, &c, &e) == 0)
				assert_int_equal(c.n, frame_group_rows(f, g));
	if (f && frame_verify(f, &e) < 0)
		assert_int_equal(e.code, ERR_INPUT);
	if (!f)
		assert_int_equal(e.code, ERR_INPUT);
	chunk_release(&c);
	frame_close(f);
}

static void
test_hostile_contents(void **state)
{
	static const unsigned char evil[] = {0, 1, 8, 127, 128, 255};
	struct parts p;
	unsigned char keep[8];
	size_t i, k, n;

	(void)state;
	write_frame();
	take_apart(&p);
	seal(p.file, p.data, &p.raw);
	assert_int_equal(verdict(), ERR_NONE);
	for (i = 0; i < p.raw.len; i++) {
		n = p.raw.len - i < 8 ? p.raw.len - i : 8;
		memcpy(keep, p.raw.at + i, n);
		for (k = 0; k < sizeof evil; k++) {
			p.raw.at[i] = evil[k];
			seal(p.file, p.data, &p.raw);
			survive();
			memset(p.raw.at + i, evil[k], n); /* a whole u64 */
			seal(p.file, p.data, &p.raw);
			survive();
			memcpy(p.raw.at + i, keep, n);
		}
		p.raw.at[i]++; /* off by one */
		seal(p.file, p.data, &p.raw);
		survive();
		p.raw.at[i] = keep[0];
	}
	drop_parts(&p);
}

/* Chunk 0 replaced by other bytes of the same length, its hash made good. */
static void
reseal_chunk(struct parts *p, size_t block)
{
	struct chunk_entry *x = &p->toc.entry[block];
	struct bytes raw = {0};
	struct err e = {0};

	x->hash = frame_hash(p->file + x->at, (size_t)x->len, block);
	assert_int_equal(contents_write(&p->toc, &raw, &e), 0);
	seal(p->file, p->data, &raw);
	bytes_release(&raw);
}

static void
test_hostile_chunks(void **state)
{
	static const unsigned char evil[] = {0, 1, 8, 127, 128, 255};
	struct parts p;
	size_t block, i, k;

	(void)state;
	write_frame();
	take_apart(&p);
	for (block = 0; block < p.toc.entries; block++)
		for (i = 0; i < p.toc.entry[block].len; i++) {
			unsigned char *at = p.file + p.toc.entry[block].at + i;
			unsigned char keep = *at;

			for (k = 0; k < sizeof evil; k++) {
				*at = evil[k];
				reseal_chunk(&p, block);
				survive();
			}
			*at = keep;
		}
	drop_parts(&p);
}

/* Statistics that are not those of the values are found by verify. */
static void
test_false_statistics(void **state)
{
	struct parts p;
	struct bytes raw = {0};
	struct err e = {0};

	(void)state;
	write_frame();
	take_apart(&p);
	p.toc.column[0].stats.mean += 1;
	assert_int_equal(contents_write(&p.toc, &raw, &e), 0);
	seal(p.file, p.data, &raw);
	bytes_release(&raw);
	assert_int_equal(verdict(), ERR_INPUT);
	p.toc.column[0].stats.mean -= 1;
	p.toc.column[2].level_counts[0]--;
	p.toc.column[2].level_counts[1]++;
	assert_int_equal(contents_write(&p.toc, &raw, &e), 0);
	seal(p.file, p.data, &raw);
	bytes_release(&raw);
	assert_int_equal(verdict(), ERR_INPUT);
	drop_parts(&p);
}

/* Two chunks of equal length change places. */
static void
test_swapped_chunks(void **state)
{
	struct frame_column two[2] = {{.name = "a", .type = COLUMN_NUM},
				      {.name = "b", .type = COLUMN_NUM}};
	struct chunk c = {0};
	struct err e = {0};
	struct frame_writer *w = frame_writer_open(path, two, 2, NULL, &e);
	struct parts p;
	struct chunk_entry *x;
	unsigned char keep[64];

	(void)state;
	assert_non_null(w);
	assert_int_equal(chunk_reserve(&c, CHUNK_INT, 1, &e), 0);
	c.n = 1;
	c.i64[0] = 1;
	assert_int_equal(frame_writer_add(w, 0, &c, &e), 0);
	c.i64[0] = 2;
	assert_int_equal(frame_writer_add(w, 1, &c, &e), 0);
	assert_int_equal(frame_writer_close(w, &e), 0);
	frame_writer_free(w);
	chunk_release(&c);
	assert_int_equal(verdict(), ERR_NONE);
	take_apart(&p);
	x = p.toc.entry;
	assert_int_equal(x[0].len, x[1].len);
	memcpy(keep, p.file + x[0].at, (size_t)x[0].len);
	memcpy(p.file + x[0].at, p.file + x[1].at, (size_t)x[0].len);
	memcpy(p.file + x[1].at, keep, (size_t)x[0].len);
	seal(p.file, p.data, &p.raw);
	assert_int_equal(verdict(), ERR_INPUT);
	drop_parts(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema_and_statistics),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_groups_and_same_bytes),
		cmocka_unit_test(test_empty_frame),
		cmocka_unit_test(test_bad_schemas),
		cmocka_unit_test(test_writer_given_up),
		cmocka_unit_test(test_every_bit_flip),
		cmocka_unit_test(test_every_truncation_and_more),
		cmocka_unit_test(test_other_version),
		cmocka_unit_test(test_hostile_contents),
		cmocka_unit_test(test_hostile_chunks),
		cmocka_unit_test(test_false_statistics),
		cmocka_unit_test(test_swapped_chunks),
	};

	return cmocka_run_group_tests_name("frame", tests, setup_group,
					   teardown_group);
}
