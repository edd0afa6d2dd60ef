/*
 * history_test.c - the scoring history in its forms.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "dltools/history.h"

/* json.h and jansson.h exclude each other. */
struct json {
	struct str *out;
	int depth;
	char close[32];
	bool comma[32];
	bool after_key;
};
struct json json_start(struct str *out);

static struct history_row
example(int64_t i)
{
	struct history_row r = {
		.timestamp = 1763900000.25, .duration_s = 1.5, .wall_s = 1.25,
		.cpu_s = 2.5, .peak_memory_bytes = 1048576, .speed = 4000,
		.epochs = 0.1 * (double)i, .iterations = i, .samples = 100 * i,
	};

	r.training = (struct history_measures){
		.rmse = 0.25, .mse = 0.0625, .mae = NAN, .rmsle = NAN,
		.deviance = NAN, .r2 = 0.5, .logloss = 1.0 / 3, .error = 0.125,
		.mean_per_class_error = 0.2, .auc = NAN, .pr_auc = NAN,
		.lift = NAN,
	};
	r.validation = r.training;
	r.validation.logloss = 0.75;
	return r;
}

static void
as_csv(void **state)
{
	struct history_layout l = {.kind = METRICS_MULTINOMIAL, .run = true};
	struct history_row r = example(2);
	struct history h = {.row = &r, .n = 1};
	struct str s = STR_INIT;

	(void)state;
	history_header(&l, HISTORY_CSV, &s);
	history_line(&l, HISTORY_CSV, &h, 0, &s);
	assert_string_equal(s.buf,
		"timestamp,duration,training_speed,epochs,iterations,samples,"
		"training_rmse,training_logloss,training_r2,"
		"training_classification_error,training_auc,training_pr_auc,"
		"wall_s,cpu_s,peak_memory_bytes\n"
		"2025-11-23T12:13:20.250Z,1.5,4000,0.2,2,200,0.25,"
		"0.3333333333333333,0.5,0.125,,,1.25,2.5,1048576\n");
	str_release(&s);
}

static void
as_lines(void **state)
{
	struct history_layout l = {.kind = METRICS_REGRESSION,
				   .validation = true};
	struct history_row r = example(1);
	struct history h = {.row = &r, .n = 1};
	struct str s = STR_INIT;

	(void)state;
	assert_int_equal(history_format_of("a.b.jsonl"), HISTORY_JSONL);
	assert_int_equal(history_format_of("a.tsv"), HISTORY_TSV);
	assert_int_equal(history_format_of("-"), HISTORY_CSV);
	history_header(&l, HISTORY_JSONL, &s);
	history_line(&l, HISTORY_JSONL, &h, 0, &s);
	assert_string_equal(s.buf,
		"{\"schema\":\"dl.history/1\",\"epochs\":0.1,\"iterations\":1,"
		"\"samples\":100,\"training_rmse\":0.25,"
		"\"training_deviance\":null,\"training_mae\":null,"
		"\"training_r2\":0.5,\"validation_rmse\":0.25,"
		"\"validation_deviance\":null,\"validation_mae\":null,"
		"\"validation_r2\":0.5}\n");
	str_release(&s);
}

/* What a model keeps comes back to the bit; no clock without `run`. */
static void
through_json(void **state)
{
	struct history_layout l = {.kind = METRICS_MULTINOMIAL,
				   .validation = true};
	struct history h = {0}, back = {0};
	struct history_row rows[2] = {example(1), example(2)};
	struct str s = STR_INIT;
	struct json j = json_start(&s);
	struct err e = {0};
	json_t *root;

	(void)state;
	rows[1].training.rmse = 0.1 + 0.2;
	for (int i = 0; i < 2; i++)
		assert_int_equal(history_add(&h, &rows[i], &e), 0);
	history_write_json(&l, &h, &j);
	assert_null(strstr(s.buf, "timestamp"));
	assert_null(strstr(s.buf, "wall_s"));
	root = json_loads(s.buf, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(history_parse(&back, root, &e), 0);
	assert_int_equal(back.n, 2);
	assert_true(back.row[1].training.rmse == 0.1 + 0.2);
	assert_true(back.row[1].training.mean_per_class_error == 0.2);
	assert_true(back.row[0].validation.logloss == 0.75);
	assert_true(isnan(back.row[0].training.auc));
	assert_int_equal(back.row[1].samples, 200);
	assert_true(back.row[0].has_validation);
	json_decref(root);
	root = json_loads("{\"columns\":[\"epochs\"],\"rows\":[[1,2]]}", 0,
			  NULL);
	assert_int_equal(history_parse(&back, root, &e), -1);
	json_decref(root);
	history_release(&h);
	history_release(&back);
	str_release(&s);
}

/* No clock and no count of this world, in a model sealed by someone else. */
static void
absurd(void **state)
{
	static const char *const text[] = {
		"{\"columns\":[\"timestamp\"],\"rows\":[[1e300]]}",
		"{\"columns\":[\"timestamp\"],\"rows\":[[-1e300]]}",
		"{\"columns\":[\"samples\"],\"rows\":[[1e19]]}",
		"{\"columns\":[\"iterations\"],\"rows\":[[-1]]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		json_t *root = json_loads(text[i], 0, NULL);
		struct history back = {0};
		struct err e = {0};

		assert_int_equal(history_parse(&back, root, &e), -1);
		assert_int_equal(e.code, ERR_INPUT);
		json_decref(root);
		history_release(&back);
	}
}

static void
as_table(void **state)
{
	struct history_layout l = {.kind = METRICS_MULTINOMIAL};
	struct history h = {0};
	struct str s = STR_INIT;
	struct err e = {0};

	(void)state;
	for (int i = 1; i <= 12; i++) {
		struct history_row r = example(i);

		assert_int_equal(history_add(&h, &r, &e), 0);
	}
	history_table(&l, &h, 1, &s);
	assert_string_equal(s.buf,
		" Epochs  Iterations  Samples  Training RMSE  Training LogLoss"
		"  Training r2  Training Classification Error\n"
		"1.20000          12     1200        0.25000           0.33333"
		"      0.50000                        0.12500\n");
	history_release(&h);
	str_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_csv),
		cmocka_unit_test(as_lines),
		cmocka_unit_test(through_json),
		cmocka_unit_test(absurd),
		cmocka_unit_test(as_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
