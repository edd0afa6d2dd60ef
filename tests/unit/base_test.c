/* base_test.c - strings, numbers, random streams, files, pool. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/num.h>
#include <dltools/pool.h>
#include <dltools/rng.h>
#include <dltools/str.h>

static void
numbers_print_shortest(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{0, "0"}, {-0.0, "-0"}, {0.1, "0.1"},
		{1.0 / 3, "0.3333333333333333"}, {1e15, "1000000000000000"},
		{1e16, "1e+16"}, {9.99e-6, "9.99e-06"}, {5e-324, "5e-324"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{-255, "-255"}, {33.318421052631579, "33.31842105263158"},
	};
	char text[NUM_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		num_print_double(text, cases[i].value);
		assert_string_equal(text, cases[i].text);
	}
	num_print_float(text, 0.1f);
	assert_string_equal(text, "0.1");
	num_print_float(text, 1e-12f);
	assert_string_equal(text, "1e-12");
	num_print_float(text, 3.4028235e38f);
	assert_string_equal(text, "3.4028235e+38");
}

static void
numbers_read_back(void **state)
{
	struct rng_key key = rng_key(7, RNG_SEARCH);
	struct rng_words r;
	char text[NUM_TEXT];
	uint64_t i;
	double d;
	float f;

	(void)state;
	for (i = 0; i < 200000; i++) {
		r = rng_at(key, 0, i);
		memcpy(&d, r.w, sizeof(d));
		memcpy(&f, &r.w[2], sizeof(f));
		if (isfinite(d)) {
			assert_true(num_print_double(text, d) < NUM_TEXT);
			assert_true(strtod(text, NULL) == d);
		}
		if (isfinite(f)) {
			assert_true(num_print_float(text, f) < NUM_TEXT);
			assert_true(strtof(text, NULL) == f);
		}
	}
}

static void
numbers_parse(void **state)
{
	struct err e = {0};
	int64_t n;
	uint64_t bytes;
	double x;

	(void)state;
	assert_int_equal(num_parse_int("10k", 0, 1000000, &n, &e), 0);
	assert_int_equal(n, 10000);
	assert_int_equal(num_parse_int("1e6", 0, 10000000, &n, &e), 0);
	assert_int_equal(n, 1000000);
	assert_int_equal(num_parse_int("1.5", 0, 10, &n, &e), -1);
	assert_int_equal(num_parse_int("11", 0, 10, &n, &e), -1);
	assert_string_equal(e.msg, "'11': must be between 0 and 10");
	assert_int_equal(num_parse_int("", 0, 10, &n, &e), -1);
	assert_int_equal(num_parse_real("0x10", 0, 99, &x, &e), -1);
	assert_int_equal(num_parse_real("nan", 0, 99, &x, &e), -1);
	assert_int_equal(num_parse_real("1,5", 0, 99, &x, &e), -1);
	assert_int_equal(num_parse_real(".5", 0, 99, &x, &e), 0);
	assert_true(x == 0.5);
	assert_int_equal(num_parse_size("2GiB", &bytes, &e), 0);
	assert_true(bytes == (uint64_t)2 << 30);
	assert_int_equal(num_parse_size("64M", &bytes, &e), 0);
	assert_true(bytes == (uint64_t)64 << 20);
	assert_int_equal(num_parse_size("12Q", &bytes, &e), -1);
	assert_int_equal(num_parse_seconds("30m", &x, &e), 0);
	assert_true(x == 1800);
	assert_int_equal(num_parse_seconds("2h", &x, &e), 0);
	assert_true(x == 7200);
	assert_int_equal(num_parse_seconds("-1s", &x, &e), -1);
}

/* kat_vectors of Random123: counter and key all 0, all ones, digits of pi. */
static void
philox_known_answers(void **state)
{
	static const uint32_t zero[4] = {0}, ones[4] = {~0u, ~0u, ~0u, ~0u};
	static const uint32_t pi[4] = {0x243f6a88, 0x85a308d3, 0x13198a2e,
				       0x03707344};
	static const uint32_t want[3][4] = {
		{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
		{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
		{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
	};
	struct rng_words r;

	(void)state;
	r = rng_philox((struct rng_key){{0, 0}}, zero);
	assert_memory_equal(r.w, want[0], 16);
	r = rng_philox((struct rng_key){{~0u, ~0u}}, ones);
	assert_memory_equal(r.w, want[1], 16);
	r = rng_philox((struct rng_key){{0xa4093822, 0x299f31d0}}, pi);
	assert_memory_equal(r.w, want[2], 16);
}

static void
permutations_are_permutations(void **state)
{
	struct rng_key key = rng_key(1, RNG_SHUFFLE);
	static const uint64_t sizes[] = {1, 2, 3, 5, 64, 1000, 4097};
	unsigned char seen[4097];
	uint64_t i, j, n, fixed = 0;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		n = sizes[i];
		memset(seen, 0, sizeof(seen));
		for (j = 0; j < n; j++) {
			uint64_t k = rng_permute(key, 3, j, n);

			assert_true(k < n);
			assert_false(seen[k]);
			seen[k] = 1;
			fixed += n == 4097 && k == j;
		}
	}
	assert_true(fixed < 12); /* about 1 is expected */
}

static void
normals_have_moments(void **state)
{
	struct rng_key key = rng_key(1, RNG_INIT);
	double sum = 0, sum2 = 0, x;
	uint64_t i, n = 100000;

	(void)state;
	for (i = 0; i < n; i++) {
		x = rng_normal(key, 0, i);
		sum += x;
		sum2 += x * x;
	}
	assert_true(fabs(sum / (double)n) < 0.015);
	assert_true(fabs(sum2 / (double)n - 1) < 0.02);
}

static void
text_is_quoted_for_people(void **state)
{
	struct str s = STR_INIT;
	static const char *const names[] = {"hidden", "epochs", "rate_decay"};

	(void)state;
	str_add_quoted(&s, "a\nb\x1b[31m\xff\xc3\xa9", 11, 100);
	assert_string_equal(s.buf, "a\\nb\\x1b[31m\\xff\xc3\xa9");
	str_reset(&s);
	str_add_csv(&s, "a\"b,c", 5, ',');
	assert_string_equal(s.buf, "\"a\"\"b,c\"");
	str_release(&s);
	assert_string_equal(str_nearest("hiden", names, 3), "hidden");
	assert_string_equal(str_nearest("rate-deacy", names, 3), "rate_decay");
	assert_null(str_nearest("zzzzzz", names, 3));
	assert_int_equal(str_utf8_valid("abc\xc0\x80", 5), 3);
	assert_int_equal(str_utf8_valid("\xed\xa0\x80", 3), 0);
}

/* One check after a loop sees a failure of any round. */
static void
text_remembers_a_failure(void **state)
{
	struct str s = STR_INIT;
	struct err e = {0};

	(void)state;
	str_add_bytes(&s, "", SIZE_MAX);
	str_reset(&s);
	str_add(&s, "a");
	assert_int_equal(s.len, 0);
	assert_int_equal(str_check(&s, &e), -1);
	str_release(&s);
	assert_int_equal(str_check(&s, &e), 0);
}

static void
json_is_written(void **state)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	(void)state;
	json_put_object(&j);
	json_key(&j, "a\"b");
	json_put_array(&j);
	json_put_int(&j, -3);
	json_put_real(&j, NAN);
	json_put_bytes(&j, "x\x01\xff", 3);
	json_end(&j);
	json_key(&j, "t");
	json_put_bool(&j, true);
	json_end(&j);
	assert_string_equal(s.buf,
		"{\"a\\\"b\":[-3,null,\"x\\u0001\\u00ff\"],\"t\":true}");
	str_release(&s);
}

static void
outputs_are_whole_or_absent(void **state)
{
	char dir[] = "/tmp/base_test-XXXXXX", path[64], line[8] = "";
	struct outfile out;
	struct err e = {0};
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	(void)snprintf(path, sizeof(path), "%s/out", dir);
	assert_int_equal(outfile_open(&out, path, &e), 0);
	assert_int_equal(outfile_write(&out, "old\n", 4, &e), 0);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(outfile_commit(&out, &e), 0);
	assert_int_equal(outfile_open(&out, path, &e), 0);
	assert_int_equal(outfile_write(&out, "new\n", 4, &e), 0);
	outfile_discard(&out);
	outfile_discard(&out);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_string_equal(line, "old\n");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0); /* nothing else was left there */
	assert_int_equal(outfile_open(&out, "/nonexistent/x", &e), -1);
	assert_int_equal(e.code, ERR_OUTPUT);
	assert_int_equal(outfile_open(&out, "/dev/full", &e), 0);
	assert_int_equal(outfile_write(&out, "x", 1, &e), 0);
	assert_int_equal(outfile_commit(&out, &e), -1);
	assert_int_equal(e.code, ERR_OUTPUT);
}

/* What a signal handler does, with as many outputs as dl-split can have. */
static void
temporaries_are_removed(void **state)
{
	enum { OUTPUTS = 110 };
	char dir[] = "/tmp/base_test-XXXXXX", path[64];
	struct outfile *out = calloc(OUTPUTS, sizeof(*out));
	struct err e = {0};
	int i;

	(void)state;
	assert_non_null(out);
	assert_non_null(mkdtemp(dir));
	for (i = 0; i < OUTPUTS; i++) {
		(void)snprintf(path, sizeof(path), "%s/%d", dir, i);
		assert_int_equal(outfile_open(&out[i], path, &e), 0);
	}
	file_remove_temporaries();
	assert_int_equal(rmdir(dir), 0);
	for (i = 0; i < OUTPUTS; i++)
		outfile_discard(&out[i]);
	free(out);
}

struct meeting {
	struct pool *pool;
	int64_t slot[8];
	int64_t sum[8];
};

/* Each round every thread writes its slot, meets, and adds up all slots. */
static void
meet(void *arg, unsigned thread, unsigned threads)
{
	struct meeting *m = arg;
	unsigned round, t;

	for (round = 0; round < 2000; round++) {
		m->slot[thread] = (int64_t)round * (thread + 1);
		pool_barrier(m->pool);
		for (t = 0; t < threads; t++)
			m->sum[thread] += m->slot[t];
		pool_barrier(m->pool);
	}
}

static void
pools_meet(void **state)
{
	struct meeting m = {0};
	struct err e = {0};
	unsigned threads, t;

	(void)state;
	for (threads = 1; threads <= 4; threads++) {
		memset(&m, 0, sizeof(m));
		m.pool = pool_new(threads, &e);
		assert_non_null(m.pool);
		pool_run(m.pool, meet, &m);
		pool_run(m.pool, meet, &m);
		for (t = 0; t < threads; t++)
			assert_int_equal(m.sum[t], (int64_t)1999 * 2000 *
					 threads * (threads + 1) / 2);
		pool_free(m.pool);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_print_shortest),
		cmocka_unit_test(numbers_read_back),
		cmocka_unit_test(numbers_parse),
		cmocka_unit_test(philox_known_answers),
		cmocka_unit_test(permutations_are_permutations),
		cmocka_unit_test(normals_have_moments),
		cmocka_unit_test(text_is_quoted_for_people),
		cmocka_unit_test(text_remembers_a_failure),
		cmocka_unit_test(json_is_written),
		cmocka_unit_test(outputs_are_whole_or_absent),
		cmocka_unit_test(temporaries_are_removed),
		cmocka_unit_test(pools_meet),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
