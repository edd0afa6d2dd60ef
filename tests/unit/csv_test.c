/* csv_test.c - blocks, records and fields of delimited text (csv.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/csv.h>
#include <dltools/str.h>

static char path[] = "/tmp/dl-csv-test-XXXXXX";

static void
put(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

/* Everything that csv.h says about the file, as text: one line a record. */
static void
show(struct str *s, const struct csv_dialect *d, const struct csv_options *o)
{
	struct err e = {0};
	struct csv_reader *r = csv_open(path, o, &e);
	struct csv_block b = {0};
	size_t i, k;
	int got;

	assert_non_null(r);
	assert_int_equal(csv_start(r, d, &e), 0);
	while ((got = csv_next(r, &b, &e)) > 0) {
		assert_int_equal(csv_scan(d, &b, &e), 0);
		for (i = 0; i < b.records; i++) {
			const struct csv_record *c = &b.record[i];

			str_addf(s, "%lld:%llu:%u:%u", (long long)b.line +
				 c->line, (unsigned long long)b.at + c->at,
				 c->fault, c->fault_field);
			for (k = 0; k < c->fields; k++) {
				const struct csv_field *f =
					&b.field[c->field + k];

				str_add_char(s, '[');
				str_add_bytes(s, b.text + f->at, f->len);
				str_add_char(s, ']');
			}
			str_add_char(s, '\n');
		}
	}
	if (got < 0)
		str_addf(s, "error %d: %s", e.code,
			 strrchr(e.msg, '/') ? strrchr(e.msg, '/') : e.msg);
	for (i = 0; i < s->len; i++)
		if (!s->buf[i])
			s->buf[i] = '?';
	csv_block_release(&b);
	csv_free(r);
}

static void
expect(const char *text, const char *want)
{
	struct csv_dialect d;
	struct csv_options o = { .block_bytes = 7 };
	struct str s = STR_INIT;
	struct err e = {0};

	put(text, strlen(text));
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	show(&s, &d, NULL);
	assert_string_equal(s.buf, want);
	str_reset(&s);
	show(&s, &d, &o);
	assert_string_equal(s.buf, want);
	str_release(&s);
	csv_dialect_release(&d);
}

static void
test_records(void **state)
{
	(void)state;
	expect("", "");
	expect("a", "1:0:0:0[a]\n");
	expect("a,b\n1,2\n", "1:0:0:0[a][b]\n2:4:0:0[1][2]\n");
	expect("a,\n,b", "1:0:0:0[a][]\n2:3:0:0[][b]\n");
	expect("a\r\nb\rc\n\nd", "1:0:0:0[a]\n2:3:0:0[b]\n3:5:0:0[c]\n"
	       "4:7:1:0[]\n5:8:0:0[d]\n");
	expect("\xef\xbb\xbf" "a,b", "1:3:0:0[a][b]\n");
	expect("\xef\xbb\xbf", "");
	expect("\r\r\n\n", "1:0:1:0[]\n2:1:1:0[]\n3:3:1:0[]\n");
}

static void
test_quotes(void **state)
{
	(void)state;
	expect("\"a,b\",\"c\"\"d\"\n", "1:0:0:0[a,b][c\"d]\n");
	expect("\"a\nb\r\nc\",x\ny,z\n",
	       "1:0:0:0[a\nb\r\nc][x]\n4:11:0:0[y][z]\n");
	expect("a\"b,c\n\"\",\"\"\"\"", "1:0:0:0[a\"b][c]\n2:6:0:0[][\"]\n");
	expect("1,\"a\"b,2\n3,4,5\n",
	       "1:0:2:1[1][\"a\"b][2]\n2:9:0:0[3][4][5]\n");
}

static void
test_quote_not_closed(void **state)
{
	struct csv_options o = { .block_bytes = 64, .quoted_bytes = 100,
				 .quoted_lines = 5 };
	struct csv_dialect d;
	struct str s = STR_INIT;
	struct err e = {0};
	char text[400];
	int i;

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	put("a,b\n1,\"x\n2,3\n", 13);
	show(&s, &d, &o);
	assert_non_null(strstr(s.buf, "1:0:0:0[a][b]\n"));
	assert_non_null(strstr(s.buf, ":2:2: quote not closed: '\"x\\n2,3"));
	memset(text, 'x', sizeof(text));
	memcpy(text, "a\n\"", 3);
	for (i = 0; i < 2; i++) {
		str_reset(&s);
		put(text, sizeof(text));
		show(&s, &d, &o);
		assert_non_null(strstr(s.buf, ":2:1: quoted field too long"));
		memset(text + 3, '\n', 20);
		text[350] = '"';
	}
	str_release(&s);
	csv_dialect_release(&d);
}

static void
test_faults(void **state)
{
	struct csv_dialect d;
	struct str s = STR_INIT;
	struct err e = {0};

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	put("a,b\n1,\0002\n\xc3\xa4,\xff\nx,y\n", 18);
	show(&s, &d, NULL);
	assert_non_null(strstr(s.buf, "2:4:3:1"));
	assert_non_null(strstr(s.buf, "3:9:4:1"));
	assert_non_null(strstr(s.buf, "4:14:0:0[x][y]"));
	str_release(&s);
	csv_dialect_release(&d);
}

static void
test_comment_and_escape(void **state)
{
	struct csv_dialect d;
	struct str s = STR_INIT;
	struct err e = {0};
	const char *text = "#a,\"\n1,\"x\\\"y\"\n#\n2,z\n#";

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	d.comment = strdup("#");
	d.escape = '\\';
	put(text, strlen(text));
	show(&s, &d, NULL);
	assert_string_equal(s.buf, "2:5:0:0[1][x\"y]\n4:16:0:0[2][z]\n");
	str_release(&s);
	d.comment ? free(d.comment) : (void)0;
	d.comment = NULL;
	csv_dialect_release(&d);
}

/* Random texts: every block size gives the same records. */
static void
test_block_size_does_not_matter(void **state)
{
	static const char bytes[] = "aa,,\"\"\n\r1b\xc3\xa4#";
	struct csv_dialect d;
	struct csv_options o = {0};
	struct str want = STR_INIT, s = STR_INIT;
	struct err e = {0};
	uint64_t x = 1;
	char text[300];
	size_t i, n;
	int k;

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	for (k = 0; k < 400; k++) {
		n = (size_t)k % sizeof(text);
		for (i = 0; i < n; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			text[i] = bytes[(x >> 40) % (sizeof(bytes) - 1)];
		}
		put(text, n);
		str_reset(&want);
		show(&want, &d, NULL);
		for (o.block_bytes = 1; o.block_bytes < 200;
		     o.block_bytes = o.block_bytes * 2 + 1) {
			o.eager = o.block_bytes & 4;
			str_reset(&s);
			show(&s, &d, &o);
			assert_string_equal(s.buf, want.buf);
		}
	}
	str_release(&want);
	str_release(&s);
	csv_dialect_release(&d);
}

static void
test_skip_and_header(void **state)
{
	struct csv_options o = { .skip_lines = 2, .block_bytes = 4 };
	struct csv_dialect d;
	struct csv_block b = {0};
	struct csv_reader *r;
	struct err e = {0};
	const char *peek;
	size_t len;
	bool whole;

	(void)state;
	assert_int_equal(csv_dialect_init(&d, &e), 0);
	put("junk\"\r\n\nname,age\nx,1\n", 21);
	r = csv_open(path, &o, &e);
	assert_non_null(r);
	assert_int_equal(csv_peek(r, &peek, &len, &whole, &e), 0);
	assert_true(whole);
	assert_int_equal(len, 13);
	assert_int_equal(csv_start(r, &d, &e), 0);
	assert_int_equal(csv_next_record(r, &b, &e), 1);
	assert_int_equal(b.records, 1);
	assert_int_equal(b.line, 3);
	assert_int_equal(b.record[0].fields, 2);
	assert_memory_equal(b.text + b.field[1].at, "age", 3);
	assert_int_equal(csv_next_record(r, &b, &e), 1);
	assert_int_equal(b.line, 4);
	assert_int_equal(csv_next_record(r, &b, &e), 0);
	assert_int_equal(csv_close(r, &e), 0);
	csv_block_release(&b);
	csv_dialect_release(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_quote_not_closed),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_comment_and_escape),
		cmocka_unit_test(test_block_size_does_not_matter),
		cmocka_unit_test(test_skip_and_header),
	};
	int fd = mkstemp(path), failed;

	if (fd < 0)
		return 1;
	close(fd);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return failed;
}
