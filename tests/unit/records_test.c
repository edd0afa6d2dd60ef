/*
 * records_test.c - the cells of delimited text give the bits that frames give;
 * which field is which column (records.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dltools/rows.h>

#include "data/records.h"
#include "rows_fixture.h"

struct text {
	struct csv_dialect d;
	struct csv_reader *r;
	struct csv_block first, rest;
};

static void
text_init(struct text *t, const char *bytes)
{
	const char *path = "/tmp/dltools-rows-test.csv";
	struct err e = {0};

	memset(t, 0, sizeof(*t));
	table_write(path, bytes);
	assert_int_equal(csv_dialect_init(&t->d, &e), 0);
	t->r = csv_open(path, NULL, &e);
	assert_non_null(t->r);
	remove(path);
	assert_int_equal(csv_start(t->r, &t->d, &e), 0);
	assert_int_equal(csv_next_record(t->r, &t->first, &e), 1);
	if (csv_next(t->r, &t->rest, &e) > 0)
		assert_int_equal(csv_scan(&t->d, &t->rest, &e), 0);
}

static void
text_release(struct text *t)
{
	csv_block_release(&t->first);
	csv_block_release(&t->rest);
	csv_dialect_release(&t->d);
	csv_free(t->r);
}

/* The same bits from text as from the frame. */
static void
test_text(void **state)
{
	struct encoder_options o = defaults();
	struct err e = {0};
	struct batch a = {0}, b = {0};
	int64_t index[ROWS], unseen[9] = {0};
	double actual[ROWS], weight[ROWS];
	struct records_side side = {actual, weight, unseen, NULL};
	struct records records;
	struct text t;
	struct rows *r;
	struct set s;
	size_t i;

	(void)state;
	set_init(&s, &o);
	text_init(&t, s.text.buf);
	assert_int_equal(records_init(&records, &s.enc, &t.d, "test.csv",
				      &t.first, -1, &e), 0);
	assert_true(records.has_header);
	for (i = 0; i < ROWS; i++)
		index[i] = (int64_t)i;
	r = rows_load(s.f, &s.enc, NULL, ROWS_ALL, NULL, &e);
	assert_int_equal(encoder_batch(&s.enc, ROWS, &a, &e), 0);
	assert_int_equal(encoder_batch(&s.enc, ROWS, &b, &e), 0);
	rows_fetch(r, index, ROWS, &a, 0);
	assert_int_equal(t.rest.records, ROWS);
	if (records_fill(&records, &t.rest, 0, ROWS, &b, &side, &e) < 0)
		fail_msg("%s", e.msg);
	assert_int_equal(b.rows, ROWS);
	assert_memory_equal(a.x, b.x, ROWS * a.ld * sizeof(*a.x));
	assert_memory_equal(a.start, b.start, (ROWS + 1) * sizeof(*a.start));
	assert_memory_equal(a.index, b.index,
			    a.start[ROWS] * sizeof(*a.index));
	assert_memory_equal(a.label, b.label, ROWS * sizeof(*a.label));
	batch_release(&a);
	batch_release(&b);
	rows_free(r);
	records_release(&records);
	text_release(&t);
	set_release(&s);
}

/* 0: accepted; else its code.  want: a part of the message. */
static void
text_is(const char *bytes, int header, enum err_code code, const char *part)
{
	struct encoder_options o = defaults();
	struct encoder enc;
	struct err e = {0};
	struct frame *f = table_frame("a,b,y\n1,u,p\n2,v,q\n", "");
	struct records records;
	struct records_side side;
	double actual[8], weight[8];
	int64_t unseen[2] = {0};
	struct batch b = {0};
	struct text t;
	int status;

	assert_int_equal(encoder_build(&enc, f, &o, &e), 0);
	text_init(&t, bytes);
	side = (struct records_side){actual, weight, unseen, NULL};
	assert_int_equal(encoder_batch(&enc, 8, &b, &e), 0);
	status = records_init(&records, &enc, &t.d, "t.csv", &t.first, header,
			      &e);
	if (status == 0) {
		status = records_fill(&records,
				      records.has_header ? &t.rest : &t.first,
				      0, 1, &b, &side, &e);
		records_release(&records);
	}
	assert_int_equal(status, code ? -1 : 0);
	assert_int_equal(e.code, code);
	if (code && !strstr(e.msg, part))
		fail_msg("'%s' is not in: %s", part, e.msg);
	batch_release(&b);
	text_release(&t);
	encoder_release(&enc);
	frame_close(f);
}

static void
test_text_columns(void **state)
{
	(void)state;
	text_is("a,b,y\n1,u,p\n", -1, ERR_NONE, NULL);
	text_is("id,y,b,a\nx,p,u,1\n", -1, ERR_NONE, NULL);
	text_is("b\nu\n", -1, ERR_NONE, NULL);
	text_is("1,u,p\n", -1, ERR_NONE, NULL);   /* by position */
	text_is("1,u\n", -1, ERR_NONE, NULL);     /* without the response */
	text_is("1,u,p,4\n", -1, ERR_SCHEMA,
		"4 columns, the model's table had 3");
	text_is("1\n", 0, ERR_SCHEMA, "1 columns");
	text_is("p,q\n1,2\n", 1, ERR_SCHEMA, "no column in common");
	text_is("a,a,b\n1,2,u\n", -1, ERR_SCHEMA, "two columns 'a'");
	text_is("a,b,y\nx,u,p\n", -1, ERR_INPUT,
		"t.csv:2:1: not a number: 'x': in numeric column 'a'");
	text_is("a,b,y\nNA,u,p\n", -1, ERR_NONE, NULL);
	text_is("a,b,y\n1,u\n", -1, ERR_INPUT, "t.csv:2: 2 fields");
	text_is("b,a\n\"x\"y,1\n", -1, ERR_INPUT, "after closing quote");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
