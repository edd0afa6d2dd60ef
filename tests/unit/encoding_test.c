/*
 * encoding_test.c - what the encodings make of levels: units, numbers, buckets;
 * levels that training has not seen; the way through a model file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define json_object jansson_object
#define json_array jansson_array
#define json_real jansson_real
#define json_null jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_real
#undef json_null

#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/rows.h>

#include "data/encoder_int.h"
#include "data/murmur.h"

#include "table_fixture.h"

/* g: a 3 rows, b 2, c 2, d 1, and one that is missing. */
static const char table[] =
	"g,x,h,y\n"
	"a,1,u,4\n"
	"b,2,v,1\n"
	"c,3,u,9\n"
	"d,4,w,7\n"
	"a,5,v,5\n"
	"b,6,u,2\n"
	",7,w,8\n"
	"c,8,v,9\n"
	"a,9,u,3\n";
static const char types[] = "g=enum h=enum";

/* The same columns with levels that are not in the table. */
static const char other[] =
	"y,h,g\n"
	"1,u,d\n"
	"2,z,e\n"
	"3,w,a\n";

static void
assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.17g is not %.17g", got, want);
}

struct coded {
	struct frame *f;
	struct encoder enc;
	struct batch b;
};

static struct encoder_options
defaults(enum categorical_encoding encoding)
{
	struct encoder_options o = {
		.response = "y",
		.ignore_const_cols = true,
		.use_all_factor_levels = true,
		.standardize = true,
		.encoding = encoding,
		.max_levels = 10,
	};

	return o;
}

static void
fetch(struct coded *c, const struct frame *f, const struct adapt *a)
{
	int64_t index[16];
	struct err e = {0};
	struct rows *r = rows_load(f, &c->enc, a, ROWS_ALL, NULL, &e);
	size_t i, n;

	assert_non_null(r);
	n = (size_t)rows_count(r);
	assert_in_range(n, 1, 16);
	for (i = 0; i < n; i++)
		index[i] = (int64_t)i;
	batch_release(&c->b);
	assert_int_equal(encoder_batch(&c->enc, 16, &c->b, &e), 0);
	rows_fetch(r, index, n, &c->b, 0);
	rows_free(r);
}

static void
code(struct coded *c, const struct encoder_options *o)
{
	struct err e = {0};

	memset(c, 0, sizeof(*c));
	c->f = table_frame(table, types);
	if (encoder_build(&c->enc, c->f, o, &e) < 0)
		fail_msg("%s", e.msg);
	fetch(c, c->f, NULL);
}

/* Rows of the other table; predictor 0 of the model is g or h. */
static void
code_other(struct coded *c)
{
	struct err e = {0};
	struct frame *f = table_frame(other, types);
	struct adapt *a = adapt_new(&c->enc, f, 0, &e);

	assert_non_null(a);
	fetch(c, f, a);
	adapt_free(a);
	frame_close(f);
}

static void
release(struct coded *c)
{
	frame_close(c->f);
	encoder_release(&c->enc);
	batch_release(&c->b);
}

static float
dense(const struct coded *c, size_t row, const char *column, size_t k)
{
	size_t i;

	for (i = 0; strcmp(c->enc.column[i].name, column); i++)
		;
	return c->b.x[row * c->b.ld + c->enc.column[i].first_unit + k -
		      c->enc.sparse];
}

static void
unit_is(const struct encoder *enc, size_t unit, const char *name)
{
	struct err e = {0};
	char *got = encoder_unit_name(enc, unit, &e);

	assert_string_equal(got, name);
	mem_free(got);
}

/* SMHasher's verification value of this function. */
static void
test_murmur(void **state)
{
	unsigned char key[256], hash[4 * 256];
	uint32_t h, i;

	(void)state;
	for (i = 0; i < 256; i++) {
		key[i] = (unsigned char)i;
		h = murmur2(key, i, 256 - i);
		hash[4 * i] = (unsigned char)h;
		hash[4 * i + 1] = (unsigned char)(h >> 8);
		hash[4 * i + 2] = (unsigned char)(h >> 16);
		hash[4 * i + 3] = (unsigned char)(h >> 24);
	}
	assert_int_equal(murmur2(hash, sizeof(hash), 0), 0x27864C1E);
}

static void
test_label(void **state)
{
	struct encoder_options o = defaults(ENCODING_LABEL);
	struct coded c;
	/* codes 0 1 2 3 0 1 - 2 0: mean 9/8 */
	double mean = 9.0 / 8, sd = sqrt((19 - 81.0 / 8) / 7);

	(void)state;
	code(&c, &o);
	assert_int_equal(c.enc.sparse, 0);
	assert_int_equal(c.enc.dense, 3); /* g, x, h: in frame order */
	unit_is(&c.enc, 0, "g");
	assert_near((double)dense(&c, 0, "g", 0), -mean / sd, 1e-6);
	assert_near((double)dense(&c, 3, "g", 0), (3 - mean) / sd, 1e-6);
	assert_near((double)dense(&c, 6, "g", 0), 0, 0); /* missing */
	code_other(&c);
	assert_near((double)dense(&c, 0, "g", 0), (3 - mean) / sd, 1e-6);
	assert_near((double)dense(&c, 1, "g", 0), 0, 0); /* unseen */
	assert_near((double)dense(&c, 2, "g", 0), -mean / sd, 1e-6);
	release(&c);
}

static void
test_binary(void **state)
{
	struct encoder_options o = defaults(ENCODING_BINARY);
	struct coded c;
	static const int bits[] = {1, 2, 3, 4, 1, 2, 0, 3, 1};
	size_t i, k;

	(void)state;
	o.standardize = false;
	code(&c, &o);
	assert_int_equal(c.enc.dense, 1 + 3 + 2); /* x, 3 of g, 2 of h */
	unit_is(&c.enc, 0, "x");
	unit_is(&c.enc, 1, "g:0");
	unit_is(&c.enc, 3, "g:2");
	unit_is(&c.enc, 5, "h:1");
	for (i = 0; i < 9; i++)
		for (k = 0; k < 3; k++)
			assert_int_equal(dense(&c, i, "g", k),
					 bits[i] >> k & 1);
	code_other(&c);
	/* unseen: the code of missing, which no level has */
	for (k = 0; k < 3; k++)
		assert_int_equal(dense(&c, 1, "g", k), 0);
	release(&c);
	o.standardize = true;
	code(&c, &o);
	/* bit 0 of g is set in 5 rows of 9 */
	assert_near((double)dense(&c, 0, "g", 0),
		    (1 - 5.0 / 9) / sqrt(5.0 / 18), 1e-6);
	release(&c);
}

/* v is an eigenvector of the largest eigenvalue, 1, and tells levels apart. */
static void
test_eigen(void **state)
{
	struct encoder_options o = defaults(ENCODING_EIGEN);
	static const double count[] = {3, 2, 2, 1};
	const double *v;
	struct coded c;
	double sum, length = 0;
	size_t i, k;

	(void)state;
	code(&c, &o);
	v = c.enc.column[0].value;
	for (i = 0; i < 4; i++) {
		sum = 0;
		for (k = 0; k < 4; k++)
			sum += v[k] * ((i == k ? count[i] : 0) -
				       count[i] * count[k] / 8) /
			       sqrt(count[i] * count[k]);
		assert_near(sum, v[i], 1e-12);
		length += v[i] * v[i];
		assert_true(i == 0 || v[i] > v[i - 1]);
	}
	assert_near(length, 1, 1e-12);
	code_other(&c);
	assert_near((double)dense(&c, 1, "g", 0), 0, 0); /* unseen */
	release(&c);
}

/* Mean responses of a b c d: 4, 1.5, 9, 7. */
static void
test_sort_by_response(void **state)
{
	struct encoder_options o = defaults(ENCODING_SORT_BY_RESPONSE);
	struct coded c;

	(void)state;
	code(&c, &o);
	unit_is(&c.enc, 0, "g.b");
	unit_is(&c.enc, 1, "g.a");
	unit_is(&c.enc, 2, "g.d");
	unit_is(&c.enc, 3, "g.c");
	unit_is(&c.enc, 4, "g.missing(NA)");
	assert_int_equal(c.b.index[0], 1); /* a */
	assert_int_equal(c.b.index[c.b.start[1]], 0);
	assert_int_equal(c.b.index[c.b.start[6]], 4);
	code_other(&c);
	assert_int_equal(c.b.index[0], 2); /* d */
	assert_int_equal(c.b.index[c.b.start[1]], 4);
	release(&c);
}

static void
test_enum_limited(void **state)
{
	struct encoder_options o = defaults(ENCODING_ENUM_LIMITED);
	struct coded c;

	(void)state;
	o.max_levels = 3;
	code(&c, &o);
	/* a, b, c, other, missing; h has no more than 3 levels */
	assert_int_equal(c.enc.sparse, 5 + 4);
	unit_is(&c.enc, 2, "g.c");
	unit_is(&c.enc, 3, "g.other");
	unit_is(&c.enc, 4, "g.missing(NA)");
	unit_is(&c.enc, 7, "h.w");
	assert_int_equal(c.b.index[c.b.start[3]], 3); /* d */
	code_other(&c);
	assert_int_equal(c.b.index[0], 3);
	assert_int_equal(c.b.index[c.b.start[1]], 4); /* unseen */
	release(&c);
	o.max_levels = 1;
	o.use_all_factor_levels = false;
	code(&c, &o);
	assert_int_equal(c.enc.sparse, 2 + 2);
	unit_is(&c.enc, 0, "g.other");
	unit_is(&c.enc, 3, "h.missing(NA)");
	assert_int_equal(c.b.start[1], 0); /* a and u are the first levels */
	release(&c);
}

static size_t
bucket_of(uint32_t unit, uint32_t seed, int32_t buckets)
{
	unsigned char bytes[4] = {0, 0, 0, (unsigned char)unit};
	int32_t h = (int32_t)murmur2(bytes, 4, seed);

	return (size_t)labs((long)(h % buckets));
}

static void
test_hashing(void **state)
{
	struct encoder_options o = defaults(ENCODING_ONE_HOT);
	/* category units of g and h in each row */
	static const uint32_t unit[][2] = {{0, 5}, {1, 6}, {2, 5}, {3, 7},
					   {0, 6}, {1, 5}, {4, 7}, {2, 6},
					   {0, 5}};
	struct coded c;
	int32_t buckets;

	(void)state;
	for (buckets = 1; buckets < 9; buckets++) {
		o.max_features = (size_t)buckets;
		o.hash_seed = 77;
		code(&c, &o);
		assert_int_equal(c.enc.sparse, buckets);
		assert_int_equal(c.enc.dense, 1);
		unit_is(&c.enc, 0, "hash.0");
		unit_is(&c.enc, (size_t)buckets, "x");
		for (size_t i = 0; i < 9; i++) {
			double want[9] = {0}, got[9] = {0};

			want[bucket_of(unit[i][0], 77, buckets)]++;
			want[bucket_of(unit[i][1], 77, buckets)]++;
			for (uint32_t k = c.b.start[i]; k < c.b.start[i + 1];
			     k++) {
				assert_true(k == c.b.start[i] ||
					    c.b.index[k] > c.b.index[k - 1]);
				got[c.b.index[k]] = (double)c.b.value[k];
			}
			assert_memory_equal(got, want, sizeof(got));
		}
		release(&c);
	}
	o.max_features = 9; /* as many as there are: none is hashed */
	code(&c, &o);
	assert_int_equal(c.enc.buckets, 0);
	assert_int_equal(c.enc.sparse, 9);
	release(&c);
}

/* ---- through a model file ------------------------------------------------ */

static int
parse(const struct encoder *enc, const char *from, const char *to,
      struct encoder *back, struct err *e)
{
	struct str json = STR_INIT, strings = STR_INIT;
	struct json j = json_start(&json);
	char *text, *at;
	json_t *root;
	int status;

	encoder_write_json(enc, &j);
	encoder_write_strings(enc, &strings);
	text = malloc(json.len + strlen(to) + 1);
	strcpy(text, json.buf);
	at = strstr(text, from);
	if (!at)
		fail_msg("no '%s' in %s", from, text);
	strcpy(at, to);
	strcat(at, json.buf + (at - text) + strlen(from));
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	status = encoder_parse(back, root, strings.buf, strings.len, e);
	json_decref(root);
	free(text);
	str_release(&json);
	str_release(&strings);
	return status;
}

static void
test_file(void **state)
{
	(void)state;
	for (int k = 0; k < ENCODINGS; k++) {
		struct encoder_options o =
			defaults((enum categorical_encoding)k);
		struct encoder back;
		struct batch first;
		struct err e = {0};
		struct coded c;

		o.max_levels = 2;
		o.max_features = k == ENCODING_ONE_HOT ? 5 : 0;
		o.hash_seed = 4000000000u;
		code(&c, &o);
		if (parse(&c.enc, "{", "{", &back, &e) < 0)
			fail_msg("%s", e.msg);
		encoder_release(&c.enc);
		c.enc = back;
		first = c.b;
		memset(&c.b, 0, sizeof(c.b));
		fetch(&c, c.f, NULL);
		assert_memory_equal(c.b.x, first.x, 9 * c.b.ld * sizeof(float));
		assert_memory_equal(c.b.start, first.start,
				    10 * sizeof(uint32_t));
		assert_memory_equal(c.b.index, first.index,
				    c.b.start[9] * sizeof(uint32_t));
		batch_release(&first);
		release(&c);
	}
}

static const struct {
	enum categorical_encoding encoding;
	const char *from, *to;
} change[] = {
	{ENCODING_ONE_HOT, "OneHotInternal", "OneHot"},
	{ENCODING_ONE_HOT, "OneHotInternal", "Eigen"},
	{ENCODING_ONE_HOT, "OneHotInternal", "EnumLimited"},
	{ENCODING_ONE_HOT, "\"hash_buckets\":5", "\"hash_buckets\":9"},
	{ENCODING_ONE_HOT, "\"hash_buckets\":5", "\"hash_buckets\":0"},
	{ENCODING_ONE_HOT, "\"hash_seed\":1", "\"hash_seed\":-1"},
	{ENCODING_ONE_HOT, "\"hash_seed\":1",
	 "\"hash_seed\":4294967296"},
	{ENCODING_BINARY, "\"sub_bits\":[null,[", "\"sub_bits\":[null,[1,"},
	{ENCODING_BINARY, "\"mul_bits\":[null,[",
	 "\"mul_bits\":[null,[null,"},
	{ENCODING_BINARY, "\"sub_bits\":[null,", "\"sub_bits\":["},
	{ENCODING_EIGEN, "\"value\":[[", "\"value\":[[0,"},
	{ENCODING_EIGEN, "\"value\":", "\"values\":"},
	{ENCODING_EIGEN, "Eigen", "LabelEncode"},
	{ENCODING_LABEL, "\"fill\":[", "\"fill\":[null,"},
	{ENCODING_ENUM_LIMITED, "\"kept\":[2,", "\"kept\":[0,"},
	{ENCODING_ENUM_LIMITED, "\"kept\":[2,", "\"kept\":[5,"},
	{ENCODING_ENUM_LIMITED, "\"kept\":[2,", "\"kept\":[2,2,"},
};

/* Whatever is wrong with the coding, the file is refused. */
static void
test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(change) / sizeof(*change); i++) {
		struct encoder_options o = defaults(change[i].encoding);
		struct encoder back;
		struct err e = {0};
		struct coded c;

		o.max_levels = 2;
		o.max_features = o.encoding == ENCODING_ONE_HOT ? 5 : 0;
		o.hash_seed = 1;
		code(&c, &o);
		if (parse(&c.enc, change[i].from, change[i].to, &back, &e) == 0)
			fail_msg("accepted: %s", change[i].to);
		assert_int_equal(e.code, ERR_INPUT);
		release(&c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_murmur),
		cmocka_unit_test(test_label),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_eigen),
		cmocka_unit_test(test_sort_by_response),
		cmocka_unit_test(test_enum_limited),
		cmocka_unit_test(test_hashing),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
