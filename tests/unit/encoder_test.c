/*
 * encoder_test.c - which columns are used, in which order, with which numbers
 * (encoder.h), and the way of an encoder through a model file.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

/* jansson.h and json.h share four names; the writer's are meant here */
#define json_object jansson_object
#define json_array jansson_array
#define json_real jansson_real
#define json_null jansson_null
#include <jansson.h>
#undef json_object
#undef json_array
#undef json_real
#undef json_null

#include <dltools/encoder.h>
#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/str.h>

#include "table_fixture.h"

static const char table[] =
	"x,two,id,three,con,one,w,y,text,gone\n"
	"1,a,5,p,7,k,1,yes,foo,\n"
	"2,b,6,q,7,k,1,no,bar,\n"
	",a,7,r,7,k,2,yes,baz,\n"
	"6,,9,p,7,k,0,no,qux,\n";
static const char types[] = "text=text two=enum three=enum one=enum";

static void
assert_near(double got, double want, double within)
{
	if (!(fabs(got - want) <= within))
		fail_msg("%.17g is not %.17g", got, want);
}

static struct encoder_options
defaults(const char *response)
{
	struct encoder_options o = {
		.response = response,
		.ignore_const_cols = true,
		.use_all_factor_levels = true,
		.standardize = true,
	};

	return o;
}

static void
build(struct encoder *enc, const char *text, const char *as,
      const struct encoder_options *o)
{
	struct err e = {0};
	struct frame *f = table_frame(text, as);

	if (encoder_build(enc, f, o, &e) < 0)
		fail_msg("%s", e.msg);
	frame_close(f);
}

static void
refused(const char *text, const struct encoder_options *o, enum err_code code,
	const char *part)
{
	struct encoder enc;
	struct err e = {0};
	struct frame *f = table_frame(text, types);

	assert_int_equal(encoder_build(&enc, f, o, &e), -1);
	assert_int_equal(e.code, code);
	if (!strstr(e.msg, part))
		fail_msg("'%s' is not in: %s", part, e.msg);
	frame_close(f);
}

static void
unit_is(const struct encoder *enc, size_t unit, const char *name)
{
	struct err e = {0};
	char *got = encoder_unit_name(enc, unit, &e);

	assert_string_equal(got, name);
	mem_free(got);
}

static void
test_columns(void **state)
{
	struct encoder_options o = defaults("y");
	struct encoder enc;

	(void)state;
	build(&enc, table, types, &o);
	assert_int_equal(enc.columns, 5); /* three, two, x, id, w */
	assert_string_equal(enc.column[0].name, "three");
	assert_string_equal(enc.column[1].name, "two");
	assert_string_equal(enc.column[2].name, "x");
	assert_int_equal(enc.sparse, 4 + 3);
	assert_int_equal(enc.dense, 3);
	assert_int_equal(enc.row_entries, 2);
	unit_is(&enc, 0, "three.p");
	unit_is(&enc, 3, "three.missing(NA)");
	unit_is(&enc, 5, "two.b");
	unit_is(&enc, 7, "x");
	unit_is(&enc, 9, "w");
	assert_int_equal(encoder_dropped(&enc, ROLE_CONSTANT), 3);
	assert_int_equal(encoder_dropped(&enc, ROLE_UNUSABLE), 1);
	assert_int_equal(enc.source[4].role, ROLE_CONSTANT);
	assert_int_equal(enc.source[2].predictor, 3);
	assert_true(encoder_is_classifier(&enc));
	assert_int_equal(enc.classes.n, 2);
	assert_near(enc.priors[0], 0.5, 0);
	encoder_release(&enc);
}

static void
test_numbers(void **state)
{
	struct encoder_options o = defaults("id");
	struct encoder enc;
	const struct encoder_column *x;

	(void)state;
	build(&enc, table, types, &o);
	x = &enc.column[enc.row_entries];
	assert_string_equal(x->name, "x");
	assert_true(x->had_missing);
	assert_near(x->sub, 3, 1e-12);
	assert_near(x->mul, 1 / sqrt(7), 1e-12); /* 1, 2, 6: sd with n-1 */
	assert_near(encoder_number(x, x->fill), 0, 0);
	assert_near(enc.response_sub, 6.75, 1e-12);
	encoder_release(&enc);

	o.standardize = false;
	o.raw_response = true;
	build(&enc, table, types, &o);
	x = &enc.column[enc.row_entries];
	assert_near(encoder_number(x, 6), 6, 0);
	assert_near(x->fill, 3, 1e-12);
	assert_near(enc.response_mul, 1, 0);
	encoder_release(&enc);
}

/* Weights 1, 1, 2, 0; x = 1, 2, NA, 6: m = 1.5, s^2 = 2/1 * 0.5/2. */
static void
test_weights(void **state)
{
	struct encoder_options o = defaults("id");
	struct encoder enc;
	const struct encoder_column *x;

	(void)state;
	o.weights_column = "w";
	build(&enc, table, types, &o);
	x = &enc.column[enc.row_entries];
	assert_near(x->sub, 1.5, 1e-12);
	assert_near(x->fill, 1.5, 1e-12);
	assert_near(x->mul, 1 / sqrt(0.5), 1e-12);
	/* id = 5, 6, 7 with weights 1, 1, 2 */
	assert_near(enc.response_sub, 6.25, 1e-12);
	assert_string_equal(enc.weights_column, "w");
	assert_int_equal(enc.dense, 1);
	encoder_release(&enc);
	o.response = "y"; /* no yes no qux: weights 1, 1, 2, 0 */
	build(&enc, table, types, &o);
	assert_near(enc.priors[0], 0.25, 1e-15);
	assert_near(enc.priors[1], 0.75, 1e-15);
	encoder_release(&enc);
}

/*
 * Levels 2 2 3 2: the exchange sort takes the third column before the others,
 * and the first two change places with it: c b a d, not the stable c a b d.
 */
static void
test_exchange_sort(void **state)
{
	struct encoder_options o = defaults("y");
	struct encoder enc;

	(void)state;
	build(&enc, "a,b,c,d,y\nu,u,u,u,1\nv,v,v,v,2\nu,v,w,u,3\n", "", &o);
	assert_string_equal(enc.column[0].name, "c");
	assert_string_equal(enc.column[1].name, "b");
	assert_string_equal(enc.column[2].name, "a");
	assert_string_equal(enc.column[3].name, "d");
	encoder_release(&enc);
}

static void
test_factor_levels(void **state)
{
	struct encoder_options o = defaults("y");
	struct encoder enc;
	const struct encoder_column *c;

	(void)state;
	o.use_all_factor_levels = false;
	build(&enc, table, types, &o);
	c = &enc.column[0];
	assert_int_equal(c->units, 3); /* three: q, r, missing */
	assert_true(encoder_level_unit(&enc, c, 0) == SIZE_MAX);
	assert_int_equal(encoder_level_unit(&enc, c, 1), 0);
	assert_int_equal(encoder_level_unit(&enc, c, 3), 2);
	unit_is(&enc, 0, "three.q");
	unit_is(&enc, 2, "three.missing(NA)");
	encoder_release(&enc);
}

static void
test_roles(void **state)
{
	static const char *const ignored[] = {"id", "y"}, *used[] = {"x", "y"};
	struct encoder_options o = defaults("y");
	struct encoder enc;

	(void)state;
	o.ignored = ignored;
	o.ignored_n = 2;
	build(&enc, table, types, &o);
	assert_int_equal(enc.source[2].role, ROLE_IGNORED);
	assert_int_equal(enc.source[7].role, ROLE_RESPONSE);
	encoder_release(&enc);
	o.ignored_n = 0;
	o.used = used;
	o.used_n = 2;
	o.ignore_const_cols = false;
	build(&enc, table, types, &o);
	assert_int_equal(encoder_units(&enc), 1);
	encoder_release(&enc);
	o.used = NULL;
	build(&enc, table, types, &o); /* constants stay, the empty one goes */
	assert_int_equal(encoder_dropped(&enc, ROLE_CONSTANT), 1);
	encoder_release(&enc);
}

static void
test_autoencoder(void **state)
{
	struct encoder_options o = defaults(NULL);
	struct encoder enc;

	(void)state;
	o.autoencoder = true;
	o.use_all_factor_levels = false;
	build(&enc, table, types, &o);
	assert_null(enc.response);
	assert_true(enc.use_all_factor_levels);
	assert_near(enc.column[3].mul, 1.0 / 5, 1e-15); /* x: 1 .. 6 */
	encoder_release(&enc);
}

static void
test_refusals(void **state)
{
	struct encoder_options o = defaults("yy");

	(void)state;
	refused(table, &o, ERR_SCHEMA, "did you mean 'y'?");
	o.response = "one";
	refused(table, &o, ERR_SCHEMA, "only 1 level");
	o.response = "con";
	refused(table, &o, ERR_SCHEMA, "constant");
	o.response = "text";
	refused(table, &o, ERR_SCHEMA, "text");
	o.response = "gone";
	refused(table, &o, ERR_SCHEMA, "missing");
	o.response = NULL;
	refused(table, &o, ERR_USAGE, "required");
	o = defaults("y");
	o.weights_column = "y";
	refused(table, &o, ERR_SCHEMA, "another role");
	o.weights_column = "x";
	refused(table, &o, ERR_SCHEMA, "missing");
	o.weights_column = NULL;
	o.offset_column = "two";
	refused(table, &o, ERR_SCHEMA, "not num");
	o = defaults("y");
	refused("text,con,one,y,two,three\nab,1,k,1,u,v\ncd,1,k,2,u,v\n", &o,
		ERR_SCHEMA, "no usable predictor");
}

/* ---- as JSON ------------------------------------------------------------- */

static void
encoder_json_text(const struct encoder *enc, struct str *out)
{
	struct json j = json_start(out);

	encoder_write_json(enc, &j);
}

static void
assert_same(const struct encoder *a, const struct encoder *b)
{
	size_t i;

	assert_int_equal(a->sources, b->sources);
	assert_int_equal(a->columns, b->columns);
	for (i = 0; i < a->sources; i++) {
		assert_string_equal(a->source[i].name, b->source[i].name);
		assert_int_equal(a->source[i].role, b->source[i].role);
		assert_int_equal(a->source[i].type, b->source[i].type);
		assert_int_equal(a->source[i].predictor,
				 b->source[i].predictor);
	}
	for (i = 0; i < a->columns; i++) {
		const struct encoder_column *p = &a->column[i];
		const struct encoder_column *q = &b->column[i];

		assert_string_equal(p->name, q->name);
		assert_int_equal(p->first_unit, q->first_unit);
		assert_int_equal(p->levels.n, q->levels.n);
		assert_memory_equal(&p->sub, &q->sub, sizeof(double));
		assert_memory_equal(&p->mul, &q->mul, sizeof(double));
		assert_int_equal(p->had_missing, q->had_missing);
		if (p->levels.n)
			assert_memory_equal(p->levels.bytes, q->levels.bytes,
					    p->levels.at[p->levels.n]);
	}
	assert_string_equal(a->response, b->response);
	assert_int_equal(a->classes.n, b->classes.n);
	assert_int_equal(a->balanced != NULL, b->balanced != NULL);
	if (a->balanced)
		assert_memory_equal(a->balanced, b->balanced,
				    a->classes.n * sizeof(double));
	assert_int_equal(a->sparse, b->sparse);
	assert_memory_equal(&a->response_mul, &b->response_mul,
			    sizeof(double));
}

/* Text with `from` replaced by `to`, then parsed; frees the text. */
static int
parse(const char *json, const char *from, const char *to,
      const struct str *strings, struct encoder *enc, struct err *e)
{
	char *text = malloc(strlen(json) + (from ? strlen(to) : 0) + 1);
	const char *at = from ? strstr(json, from) : NULL;
	json_t *root;
	int status;

	strcpy(text, json);
	if (from) {
		assert_non_null(at);
		strcpy(text + (at - json), to);
		strcat(text, at + strlen(from));
	}
	root = json_loads(text, 0, NULL);
	assert_non_null(root);
	status = encoder_parse(enc, root, strings->buf, strings->len, e);
	json_decref(root);
	free(text);
	return status;
}

static void
balance(struct encoder *enc)
{
	struct err e = {0};

	enc->balanced = mem_zalloc(2, sizeof(double), &e);
	assert_non_null(enc->balanced);
	enc->balanced[0] = 0.25;
	enc->balanced[1] = 0.75;
}

static void
test_json(void **state)
{
	static const char *const responses[] = {"y", "id"};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct encoder_options o = defaults(responses[i]);
		struct str json = STR_INIT, strings = STR_INIT;
		struct encoder enc, back;
		struct err e = {0};

		build(&enc, table, types, &o);
		if (i == 0)
			balance(&enc);
		encoder_json_text(&enc, &json);
		encoder_write_strings(&enc, &strings);
		if (parse(json.buf, NULL, NULL, &strings, &back, &e) < 0)
			fail_msg("%s", e.msg);
		assert_same(&enc, &back);
		encoder_release(&enc);
		encoder_release(&back);
		str_release(&json);
		str_release(&strings);
	}
}

static const char *const change[][2] = {
	{"\"response\",\"text\"", "\"king\",\"text\""},
	{"\"response\",\"text\"", "\"response\",\"response\""},
	{"\"constant\"", "\"predictor\""},
	{"\"constant\"", "\"constant\",\"constant\""},
	{"\"column\":[3,1,", "\"column\":[3,3,"},
	{"\"column\":[3,1,", "\"column\":[99,1,"},
	{"\"column\":[3,1,0,", "\"column\":[3,0,1,"},
	{"\"levels\":[3,2,", "\"levels\":[2,2,"},
	{"\"levels\":[3,2,", "\"levels\":[-1,2,"},
	{"\"levels\":[3,2,", "\"levels\":[1000000000,2,"},
	{"\"sub\":[null,null,3", "\"sub\":[null,null,null"},
	{"\"sub\":[null,null,3", "\"sub\":[null,null,3,3"},
	{"\"enum\"", "\"num\""},
	{"\"standardize\":true", "\"standardize\":1"},
	{"\"priors\":[0.5,0.5]", "\"priors\":[0.5]"},
	{"\"priors\":[0.5,0.5]", "\"priors\":[0.5,0.6]"},
	{"\"priors\":[0.5,0.5]", "\"priors\":[1.5,-0.5]"},
	{"\"priors\":[0.5,0.5]", "\"priors\":[\"0.5\",0.5]"},
	{"\"balanced\":[0.25,0.75]", "\"balanced\":[1]"},
	{"\"balanced\":[0.25,0.75]", "\"balanced\":[0.25,0.7]"},
	{"\"balanced\":[0.25,0.75]", "\"balanced\":7"},
	{"\"table\":", "\"tables\":"},
};

/* Whatever is wrong with the file, it is refused. */
static void
test_damaged_json(void **state)
{
	struct encoder_options o = defaults("y");
	struct str json = STR_INIT, strings = STR_INIT;
	struct encoder enc, back;
	size_t i, whole;

	(void)state;
	build(&enc, table, types, &o);
	balance(&enc);
	encoder_json_text(&enc, &json);
	encoder_write_strings(&enc, &strings);
	for (i = 0; i < sizeof(change) / sizeof(*change); i++) {
		struct err e = {0};

		if (parse(json.buf, change[i][0], change[i][1], &strings,
			  &back, &e) == 0)
			fail_msg("accepted: %s", change[i][1]);
		assert_int_equal(e.code, ERR_INPUT);
	}
	whole = strings.len;
	for (strings.len = 0; strings.len < whole; strings.len++) {
		struct err e = {0};

		assert_int_equal(parse(json.buf, NULL, NULL, &strings, &back,
				       &e), -1);
	}
	encoder_release(&enc);
	str_release(&json);
	str_release(&strings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_weights),
		cmocka_unit_test(test_exchange_sort),
		cmocka_unit_test(test_factor_levels),
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_autoencoder),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_damaged_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
