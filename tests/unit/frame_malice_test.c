/*
 * frame_malice_test.c - frames altered by someone who knows the format and
 * makes every checksum good: refused or harmless, never a crash.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <xxhash.h>
#include <zstd.h>

#include "data/frame_int.h"
#include "frame_fixture.h"

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

static void
seal_contents(const struct parts *p)
{
	struct bytes raw = {0};
	struct err e = {0};

	assert_int_equal(contents_write(&p->toc, &raw, &e), 0);
	seal(p->file, p->data, &raw);
	bytes_release(&raw);
}

/* An estimate that has no positive, a delimiter that is half a character. */
static void
test_impossible_contents(void **state)
{
	char na[] = "NA", *tokens[] = {na};
	struct csv_dialect d = {.delimiter = ',', .decimal = '.',
				.na = tokens, .na_n = 1};
	struct err e = {0};
	struct parts p;
	int64_t distinct;

	(void)state;
	write_frame();
	take_apart(&p);
	distinct = p.toc.column[0].stats.distinct;
	p.toc.column[0].stats.distinct = INT64_MIN;
	seal_contents(&p);
	assert_null(frame_open(path, &e));
	assert_int_equal(e.code, ERR_INPUT);
	p.toc.column[0].stats.distinct = distinct;
	csv_dialect_release(&p.toc.dialect);
	p.toc.dialect = d;
	p.toc.has_dialect = true;
	seal_contents(&p);
	assert_int_equal(verdict(), ERR_NONE);
	p.toc.dialect.delimiter = (char)0xe9;
	seal_contents(&p);
	assert_int_equal(verdict(), ERR_INPUT);
	p.toc.dialect = (struct csv_dialect){0};
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
		cmocka_unit_test(test_hostile_contents),
		cmocka_unit_test(test_hostile_chunks),
		cmocka_unit_test(test_false_statistics),
		cmocka_unit_test(test_impossible_contents),
		cmocka_unit_test(test_swapped_chunks),
	};

	return cmocka_run_group_tests_name("frame malice", tests, setup_group,
					   teardown_group);
}
