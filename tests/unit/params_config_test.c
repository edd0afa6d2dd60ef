/*
 * params_config_test.c - what --print-config and a model's record say of each
 * parameter is what was set, when it is read again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include <dltools/params.h>

/* Texts to set: those that a parameter refuses are left out. */
static const char *const texts[] = {
	"0", "1", "true", "false", "0.25", "1.75", "inf", "-1", "3,4",
	"0.1,0.2", "", "plain", "a b", "  ", "x,y", "\"q\"", "#", "a # b",
	"a=b", "@m", "[z]", "\\", "-o", "line\nline", "\ttab", "\xc3\xa9",
	"\"x,y\",\"a \"\"b\"\" # c\",\"@q\",\"\"", "low=2,\"a b\"=3",
};

/* A text for this value, or NULL if there is none of that number. */
static const char *
text_of(const struct param_info *i, size_t n)
{
	if (i->type == PARAM_ENUM)
		return i->values[n].text;
	return n < sizeof texts / sizeof *texts ? texts[n]
	     : n == sizeof texts / sizeof *texts ? i->initial : NULL;
}

static void
same(const struct params *a, const struct params *b)
{
	struct str x = STR_INIT, y = STR_INIT;

	for (size_t k = 0; k < PARAM_COUNT; k++) {
		str_reset(&x);
		str_reset(&y);
		param_print(a, &param_table[k], &x);
		param_print(b, &param_table[k], &y);
		assert_string_equal(x.buf, y.buf);
		assert_int_equal(a->from[k] != 0, b->from[k] != 0);
	}
	str_reset(&x);
	str_reset(&y);
	params_row(a, &x);
	params_row(b, &y);
	assert_string_equal(x.buf, y.buf);
	str_release(&x);
	str_release(&y);
}

/* Through a config file and back, and the file says the same again. */
static void
round_trip(const struct params *p)
{
	struct str once = STR_INIT, twice = STR_INIT;
	struct params q;
	struct err e = {0};

	assert_int_equal(params_init(&q, &e), 0);
	params_print_config(p, &once);
	if (params_read_config(&q, "c", once.buf, &e) < 0)
		fail_msg("%s in\n%s", e.msg, once.buf);
	same(p, &q);
	params_print_config(&q, &twice);
	assert_string_equal(once.buf, twice.buf);
	params_release(&q);
	str_release(&once);
	str_release(&twice);
}

static void
each_value(void **state)
{
	(void)state;
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		const struct param_info *i = &param_table[k];
		size_t set = 0;
		const char *text;

		for (size_t n = 0; (text = text_of(i, n)); n++) {
			struct params p;
			struct err e = {0};

			assert_int_equal(params_init(&p, &e), 0);
			if (params_set(&p, PARAM_FROM_FLAG, i->name, text,
				       &e) == 0) {
				set++;
				round_trip(&p);
			}
			params_release(&p);
		}
		assert_true(set >= 2);
	}
}

/* Paths are added up: two of each, one of them empty. */
static void
several_paths(void **state)
{
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	for (size_t k = 0; k < PARAM_COUNT; k++)
		for (size_t n = 0; n < 2; n++)
			if (param_table[k].type == PARAM_PATHS)
				assert_int_equal(params_set(&p,
					PARAM_FROM_FLAG, param_table[k].name,
					n ? "" : "a, \"b\" #.dlf", &e), 0);
	assert_int_equal(p.initial_biases.n, 2);
	round_trip(&p);
	params_release(&p);
}

/* Every parameter has its line, if only as a comment. */
static void
all_lines(void **state)
{
	struct str out = STR_INIT, line = STR_INIT;
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	params_print_config(&p, &out);
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		str_reset(&line);
		str_addf(&line, "\n#%s = ", param_table[k].name);
		if (!strstr(out.buf, line.buf))
			fail_msg("no line of %s", param_table[k].name);
	}
	params_release(&p);
	str_release(&out);
	str_release(&line);
}

/* A limit that is in force is the one that is told. */
static void
max_w2(void **state)
{
	static const struct {
		const char *activation, *asked;
		double resolved;
	} of[] = {
		{"Rectifier", "inf", 1000}, {"Rectifier", "5", 5},
		{"RectifierWithDropout", "inf", 1000},
		{"Tanh", "inf", INFINITY}, {"ExpRectifier", "inf", INFINITY},
	};
	const struct params_task task = {true, 2};

	(void)state;
	for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
		struct params p;
		struct err e = {0};

		assert_int_equal(params_init(&p, &e), 0);
		assert_int_equal(params_set(&p, PARAM_FROM_FLAG, "activation",
					    of[k].activation, &e), 0);
		assert_int_equal(params_set(&p, PARAM_FROM_FLAG, "max_w2",
					    of[k].asked, &e), 0);
		assert_int_equal(params_resolve(&p, &task, &e), 0);
		assert_true(p.max_w2 >= of[k].resolved &&
			    p.max_w2 <= of[k].resolved);
		params_release(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value),
		cmocka_unit_test(several_paths),
		cmocka_unit_test(all_lines),
		cmocka_unit_test(max_w2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
