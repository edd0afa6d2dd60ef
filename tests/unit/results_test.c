/*
 * results_test.c - result rows: parameters in canonical form, repeats pooled,
 * the Pareto front, what differs, and Welch's intervals.
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

#include "model/results_int.h"
#include "model/student.h"

static void
near(double is, double wanted, double tolerance)
{
	assert_true(fabs(is - wanted) <= tolerance);
}

/* A file of the text; the caller unlinks it. */
static void
write_file(char path[64], const char *text)
{
	FILE *f;
	int fd;

	(void)snprintf(path, 64, "%s", "/tmp/results_test.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	f = fdopen(fd, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
read_text(struct results *r, const char *source, const char *text)
{
	struct err e = {0};
	char path[64];

	write_file(path, text);
	assert_int_equal(results_read(r, source, path, &e), 0);
	unlink(path);
	assert_int_equal(results_pool(r, &e), 0);
}

static const char head[] = "parameters,training samples,training time,"
			   "training speed,test set error\n";

static void
keys(void **state)
{
	static const char *const text[][2] = {
		{"hidden=[64, 64] epochs=0.1", "epochs=0.1 hidden=64,64"},
		{"epochs=0.1 hidden=64,64 seed=7", "epochs=0.1 hidden=64,64"},
		{"activation=Rectifier l1=1e-05", "l1=0.00001"},
		{"valid=True adaptive_rate=False",
		 "adaptive_rate=false valid=true"},
		{"momentum_ramp=100000.0", "momentum_ramp=100000"},
		{"colour=dark red", "colour=dark red"},
		{"", ""},
	};
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		struct result_run run = {0};

		assert_int_equal(result_run_parse(&run, text[i][0], &e), 0);
		assert_string_equal(run.key, text[i][1]);
		result_run_release(&run);
	}
}

static void
bad_parameters(void **state)
{
	static const char *const text[] = {"abc", "=3", " x y=1"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct result_run run = {0};
		struct err e = {0};

		assert_int_equal(result_run_parse(&run, text[i], &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		result_run_release(&run);
	}
}

static void
pooling(void **state)
{
	struct results r = {0};
	char text[1000];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s", head,
		       "\"hidden=8,8 seed=1\",100,1,100,0.10\n"
		       "\"hidden=8,8 seed=2\",100,3,33,0.14\n"
		       "\"hidden=16\",100,2,50,0.08\n"
		       "\"hidden=32\",100,9,,\n");
	read_text(&r, "a", text);
	assert_int_equal(r.groups, 3);
	assert_int_equal(r.group[0].n, 2);
	near(r.group[0].stat[RESULT_TIME].mean, 2, 1e-12);
	near(r.group[0].stat[RESULT_ERROR].sd, 0.0282842712,
			   1e-9);
	assert_int_equal(r.group[2].stat[RESULT_ERROR].n, 0);
	assert_true(isnan(r.group[2].stat[RESULT_ERROR].mean));
	/* 16 is as fast and better; 32 has no error */
	assert_false(r.group[0].pareto);
	assert_true(r.group[1].pareto);
	assert_false(r.group[2].pareto);
	results_release(&r);
}

static void
differing(void **state)
{
	struct result_names names = {0};
	struct str label = STR_INIT;
	struct results r = {0};
	struct err e = {0};
	char text[1000];

	(void)state;
	(void)snprintf(text, sizeof(text), "%s%s", head,
		       "\"hidden=8,8,8 epochs=1 seed=1\",,,,\n"
		       "\"epochs=1 activation=Tanh hidden=8,8,8 "
		       "rho=0.99\",,,,\n");
	read_text(&r, "a", text);
	assert_int_equal(results_differing(&r, RESULTS_ALL, &names, &e), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.name[0], "activation");
	/* what is not given has the default's value */
	assert_string_equal(results_value(r.group[0].run, "activation"),
			    "Rectifier");
	results_label(r.group[0].run, &names, &label);
	assert_string_equal(label.buf, "defaults");
	str_reset(&label);
	results_label(r.group[1].run, &names, &label);
	assert_string_equal(label.buf, "Tanh");
	str_release(&label);
	result_names_release(&names);
	results_release(&r);
}

/* Tables of the t distribution; df 1 is Cauchy's, df 2 has a closed form. */
static void
student(void **state)
{
	(void)state;
	near(student_two_sided(1, 1), 0.5, 1e-12);
	near(student_two_sided(3, 2),
			   1 - 3 / sqrt(2 + 9.0), 1e-12);
	near(student_quantile(0.05, 10), 2.228138852, 1e-8);
	near(student_quantile(0.05, 1), 12.7062047362, 1e-7);
	near(student_quantile(0.05, 1e6), 1.959966, 1e-5);
	near(student_two_sided(0, 5), 1, 1e-12);
}

/* R: t.test(c(1,2,3,4), c(2,4,6,8,10)): t = -2.2514, df = 6.0136 */
static void
welch(void **state)
{
	static const double a[] = {1, 2, 3, 4}, b[] = {2, 4, 6, 8, 10};
	struct result_stat x = {0}, y = {0};
	struct result_interval d;

	(void)state;
	for (int i = 0; i < 4; i++)
		result_stat_add(&x, a[i]);
	for (int i = 0; i < 5; i++)
		result_stat_add(&y, b[i]);
	result_stat_finish(&x);
	result_stat_finish(&y);
	d = results_difference(&x, &y);
	near(d.value, 3.5, 1e-12);
	near(d.p, student_two_sided(3.5 / sqrt(5.0 / 12 + 2),
			   pow(5.0 / 12 + 2, 2) / (pow(5.0 / 12, 2) / 3 + 1)),
			   1e-12);
	assert_true(d.low < 0 && d.high > 3.5);
	near(d.high - d.value, d.value - d.low, 1e-12);
	y.n = 1;
	assert_true(isnan(results_difference(&x, &y).p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),      cmocka_unit_test(bad_parameters),
		cmocka_unit_test(pooling),   cmocka_unit_test(differing),
		cmocka_unit_test(student),   cmocka_unit_test(welch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
