/*
 * import_test.c - imports of made-up tables (import.h): the same frame whatever
 * the threads, blocks and memory; types, levels and values as they should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/import.h>
#include <dltools/mem.h>

static char folder[] = "/tmp/dl-import-test-XXXXXX";
static uint64_t random_state = 1;

static uint32_t
draw(uint32_t n)
{
	random_state = random_state * 6364136223846793005u +
		       1442695040888963407u;
	return (uint32_t)(random_state >> 33) % n;
}

static void
put(const char *name, const char *bytes, size_t len)
{
	FILE *f = fopen(name, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

struct setting {
	unsigned threads;
	size_t block;
	uint64_t memory;
	enum import_on_error on_error;
	const char *rejects;
	struct import_type *type;
	size_t types;
};

static int
import(const char *from, const char *to, const struct setting *s,
       struct import_report *r, struct err *e)
{
	struct import_options o;
	int status;

	assert_int_equal(import_options_init(&o, e), 0);
	o.file = &from;
	o.files = 1;
	o.out = to;
	o.threads = s->threads;
	o.csv.block_bytes = s->block;
	o.memory = s->memory;
	o.on_error = s->on_error;
	o.rejects = s->rejects;
	o.type = s->type;
	o.types = s->types;
	status = import_run(&o, r, e);
	o.type = NULL;
	o.types = 0;
	import_options_release(&o);
	return status;
}

static void
same_file(const char *a, const char *b)
{
	struct err e = {0};
	size_t n = 0, m = 0;
	char *x = file_slurp(a, 1 << 26, &n, &e);
	char *y = file_slurp(b, 1 << 26, &m, &e);

	assert_non_null(x);
	assert_non_null(y);
	assert_int_equal(n, m);
	assert_memory_equal(x, y, n);
	mem_free(x);
	mem_free(y);
}

/* A table of every kind of column, some late surprises, and bad rows. */
static void
make_table(struct str *s, int rows, bool with_bad)
{
	static const char *const words[] = { "red", "green", "\"b,l\nue\"",
					     "NA", "", "\"\"\"q\"\"\"" };
	int i;

	str_add(s, "int,real,code,word,late,id,mixed,big\n");
	for (i = 0; i < rows; i++) {
		str_addf(s, "%d,", (int)draw(300) - (draw(9) ? 0 : 70000));
		str_addf(s, "%.*f,", (int)draw(6), (double)draw(100000) / 64);
		str_addf(s, "%03u,", draw(1000));
		str_addf(s, "%s,", words[draw(6)]);
		str_addf(s, i == rows - 2 ? "x," : draw(8) ? "%u," : "%u.50,",
			 draw(50));
		str_addf(s, "k%d-%u,", i, draw(1000));
		str_addf(s, draw(3) ? "%u," : "%ue-3,", draw(1000));
		str_addf(s, "%s%u\n", draw(2) ? "" : "900719925474099",
			 1 + draw(9));
		if (with_bad && !draw(50))
			str_add(s, draw(2) ? "1,2,3\n" : "1,2,3,4,5,6,7,8,9\n");
		if (!draw(90))
			str_add(s, "\n");
	}
}

/* t.csv by one thread is want.dlf; any other way must give the same. */
static void
compare_settings(int rows)
{
	static const struct setting settings[] = {
		{ .threads = 1 },
		{ .threads = 2 },
		{ .threads = 3, .block = 100 },
		{ .threads = 2, .block = 5000, .memory = 20000 },
		{ .threads = 1, .block = 1000, .memory = 100000 },
		{ .threads = 4, .block = 17 },
	};
	struct import_report r;
	struct err e = {0};
	size_t k;
	int64_t rejected = 0;

	for (k = 0; k < sizeof(settings) / sizeof(*settings); k++) {
		struct setting s = settings[k];

		s.on_error = IMPORT_SKIP;
		s.rejects = k ? "got.tsv" : "want.tsv";
		if (import("t.csv", k ? "got.dlf" : "want.dlf", &s, &r,
			   &e) < 0)
			fail_msg("%s", e.msg);
		if (!k)
			rejected = r.rejected;
		assert_int_equal(r.rows, rows);
		assert_int_equal(r.rejected, rejected);
		import_report_release(&r);
		if (!k)
			continue;
		same_file("want.dlf", "got.dlf");
		same_file("want.tsv", "got.tsv");
	}
}

static void
test_same_frame(void **state)
{
	static const int rows[] = { 1, 3, 100, 2000 };
	struct str text = STR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		str_reset(&text);
		make_table(&text, rows[i], true);
		put("t.csv", text.buf, text.len);
		compare_settings(rows[i]);
	}
	str_release(&text);
}

/* Over a row group, and with a piece of a group spilled to the scratch file. */
static void
test_row_groups(void **state)
{
	struct setting one = { .threads = 1 };
	struct setting two = { .threads = 2, .block = 40000,
			       .memory = 600000 };
	struct import_report r;
	struct str text = STR_INIT;
	struct chunk c = {0};
	struct frame *f;
	struct err e = {0};
	int i;

	(void)state;
	str_add(&text, "a,b,c\n");
	for (i = 0; i < 140000; i++)
		str_addf(&text, "%d,%s,%d.5\n", i % 1000, i % 7 ? "x" : "y",
			 i);
	put("t.csv", text.buf, text.len);
	assert_int_equal(import("t.csv", "want.dlf", &one, &r, &e), 0);
	import_report_release(&r);
	assert_int_equal(import("t.csv", "got.dlf", &two, &r, &e), 0);
	import_report_release(&r);
	same_file("want.dlf", "got.dlf");
	f = frame_open("got.dlf", &e);
	assert_non_null(f);
	assert_int_equal(frame_groups(f), 3);
	assert_int_equal(frame_read(f, 2, 2, &c, &e), 0);
	assert_int_equal(c.form, CHUNK_REAL);
	assert_true(c.f64[0] == 131072.5);
	chunk_release(&c);
	frame_close(f);
	str_release(&text);
}

static enum column_type
type_of(const char *column)
{
	struct setting s = { .threads = 1 };
	struct import_report r = {0};
	enum column_type type;
	struct err e = {0};

	put("t.csv", column, strlen(column));
	if (import("t.csv", "t.dlf", &s, &r, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(r.columns, 2);
	type = r.column[0].type;
	import_report_release(&r);
	return type;
}

static void
test_types(void **state)
{
	(void)state;
	assert_int_equal(type_of("a,b\n1,0\n2,0\n"), COLUMN_NUM);
	assert_int_equal(type_of("a,b\n1,0\nNA,0\n-.5e3,0\n"), COLUMN_NUM);
	assert_int_equal(type_of("a,b\n,0\n,0\n"), COLUMN_NUM);
	assert_int_equal(type_of("a,b\n1,0\nx,0\n"), COLUMN_ENUM);
	assert_int_equal(type_of("a,b\n\"1\",0\n\"2\",0\n"), COLUMN_NUM);
	assert_int_equal(type_of("a,b\n01234,0\n99999,0\n"), COLUMN_ENUM);
	assert_int_equal(type_of("a,b\n0123,0\n1.5,0\n"), COLUMN_NUM);
	assert_int_equal(type_of("a,b\n1e999,0\n1,0\n"), COLUMN_ENUM);
	assert_int_equal(type_of("a,b\n99999999999999999999,0\n1,0\n"),
			 COLUMN_ENUM);
	assert_int_equal(type_of("a,b\n9007199254740993,0\n1,0\n"),
			 COLUMN_NUM);
	assert_int_equal(type_of("a,b\n9007199254740993,0\n1.5,0\n"),
			 COLUMN_ENUM);
	assert_int_equal(type_of("a,b\nnan,0\ninf,0\n"), COLUMN_ENUM);
}

static void
test_text(void **state)
{
	struct str s = STR_INIT;
	int i;

	(void)state;
	str_add(&s, "a,b\n");
	for (i = 0; i < 10001; i++)
		str_addf(&s, "w%d,0\n", i);
	assert_int_equal(type_of(s.buf), COLUMN_TEXT);
	for (i = 0; i < 10002; i++)
		str_addf(&s, "w%d,0\n", i % 9000);
	assert_int_equal(type_of(s.buf), COLUMN_ENUM);
	str_release(&s);
}

static void
test_values(void **state)
{
	const char *text = "n,i,e\n0.1,1,b\n-2.5e-3,,a\n1e22,9007199254740993"
			   ",10\n";
	struct setting s = { .threads = 1 };
	struct import_report r;
	struct chunk c = {0};
	struct frame *f;
	struct err e = {0};

	(void)state;
	put("t.csv", text, strlen(text));
	assert_int_equal(import("t.csv", "t.dlf", &s, &r, &e), 0);
	f = frame_open("t.dlf", &e);
	assert_non_null(f);
	assert_int_equal(frame_read(f, 0, 0, &c, &e), 0);
	assert_true(c.f64[0] == 0.1 && c.f64[1] == -2.5e-3);
	assert_true(c.f64[2] == 1e22);
	assert_non_null(frame_dialect(f));
	assert_int_equal(frame_dialect(f)->delimiter, ',');
	assert_true(frame_dialect(f)->has_header);
	assert_string_equal(frame_dialect(f)->na[0], "NA");
	assert_int_equal(frame_read(f, 0, 1, &c, &e), 0);
	assert_int_equal(c.form, CHUNK_INT);
	assert_true(chunk_is_missing(&c, 1));
	assert_true(c.i64[2] == 9007199254740993);
	assert_int_equal(frame_read(f, 0, 2, &c, &e), 0);
	assert_int_equal(c.code[0], 2);
	assert_int_equal(c.code[1], 1);
	assert_int_equal(c.code[2], 0);
	frame_close(f);
	import_report_release(&r);
	chunk_release(&c);
}

static void
test_integer_levels(void **state)
{
	const char *text = "e,x\n10,1\n9,1\n-3,1\n";
	struct import_type as_enum = { .column = (char[]){"e"},
				       .type = COLUMN_ENUM };
	struct setting s = { .threads = 1, .type = &as_enum, .types = 1 };
	struct import_report r;
	struct err e = {0};

	(void)state;
	put("t.csv", text, strlen(text));
	assert_int_equal(import("t.csv", "t.dlf", &s, &r, &e), 0);
	assert_int_equal(r.column[0].levels.n, 3);
	assert_memory_equal(r.column[0].levels.bytes, "-3910", 5);
	import_report_release(&r);
}

/* The error is the first in the text, whoever finds it first. */
static void
test_first_error(void **state)
{
	struct setting s = { 0 };
	struct import_report r;
	struct str text = STR_INIT;
	struct err e = {0};
	int i;

	(void)state;
	str_add(&text, "a,b\n");
	for (i = 0; i < 5000; i++)
		str_add(&text, i == 1234 || i > 4000 ? "1,2,3\n" : "1,2\n");
	str_add(&text, "1,\"open\n");
	put("t.csv", text.buf, text.len);
	for (i = 0; i < 20; i++) {
		s.threads = 1 + (unsigned)i % 4;
		s.block = 10u << i % 12;
		assert_int_equal(import("t.csv", "no.dlf", &s, &r, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		assert_non_null(strstr(e.msg, "t.csv:1236:3: too many"));
		assert_int_equal(access("no.dlf", F_OK), -1);
	}
	str_release(&text);
}

/* A quote left open at the very end, found by the fuzzer. */
static void
test_open_quote_at_the_end(void **state)
{
	struct setting s = { .threads = 1 };
	struct import_report r;
	struct err e = {0};

	(void)state;
	put("t.csv", "a,b\n1,\"", 7);
	assert_int_equal(import("t.csv", "no.dlf", &s, &r, &e), -1);
	assert_non_null(strstr(e.msg, "t.csv:2:2: quote not closed"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_frame),
		cmocka_unit_test(test_row_groups),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_integer_levels),
		cmocka_unit_test(test_first_error),
		cmocka_unit_test(test_open_quote_at_the_end),
	};
	static const char *const left[] = {
		"t.csv", "t.dlf", "want.dlf", "got.dlf", "want.tsv", "got.tsv"
	};
	size_t i;
	int failed;

	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	for (i = 0; i < sizeof(left) / sizeof(*left); i++)
		unlink(left[i]);
	return chdir("/") < 0 || rmdir(folder) < 0 ? 1 : failed;
}
