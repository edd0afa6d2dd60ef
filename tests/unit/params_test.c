/*
 * params_test.c - the table of parameters: values, ranges, combinations, and
 * the ways to write them down and read them back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include <jansson.h>

#include <dltools/json.h>
#include <dltools/params.h>
#include <dltools/pool.h>

static void
set(struct params *p, const char *name, const char *text)
{
	struct err e = {0};

	if (params_set(p, PARAM_FROM_FLAG, name, text, &e) < 0)
		fail_msg("%s", e.msg);
}

static void
refused(const char *name, const char *text, const char *message)
{
	struct params p;
	struct err e = {0};

	assert_int_equal(params_init(&p, &e), 0);
	assert_int_equal(params_set(&p, PARAM_FROM_FLAG, name, text, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_string_equal(e.msg, message);
	params_release(&p);
}

static void
defaults(void **state)
{
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	assert_int_equal(p.hidden.n, 2);
	assert_int_equal(p.hidden.v[1], 200);
	assert_int_equal(p.activation, PARAM_ACTIVATION_RECTIFIER);
	assert_true(p.adaptive_rate && p.standardize && !p.reproducible);
	assert_true(p.rho == 0.99 && p.epsilon == 1e-8 && p.epochs == 10);
	assert_true(p.max_w2 == 3.4028235e38);
	assert_true(param_table[PARAM_ID_threads].high == POOL_MOST);
	assert_int_equal(p.seed, -1);
	assert_int_equal(p.train_samples_per_iteration, -2);
	assert_null(p.response_column);
	assert_int_equal(p.validation_frame.n, 0);
	for (size_t i = 0; i < PARAM_COUNT; i++)
		assert_int_equal(1, param_is_initial(&p, &param_table[i], &e));
	params_release(&p);
	params_release(&p);
}

static void
values(void **state)
{
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "hidden-dropout-ratios", "0.1, 0.2");
	set(&p, "hidden_dropout_ratios", "[0.5,0.25]");
	assert_int_equal(p.hidden_dropout_ratios.n, 2);
	assert_true(p.hidden_dropout_ratios.v[1] == 0.25);
	set(&p, "activation", "maxout_with_dropout");
	assert_int_equal(p.activation, PARAM_ACTIVATION_MAXOUT_WITH_DROPOUT);
	set(&p, "y", "C785");
	set(&p, "response", "label");
	assert_string_equal(p.response_column, "label");
	set(&p, "max-runtime", "2m");
	assert_true(p.max_runtime_secs == 120);
	set(&p, "ignore", "a,\"b,\"\"c\",d e");
	assert_int_equal(p.ignored_columns.n, 3);
	assert_string_equal(p.ignored_columns.v[1], "b,\"c");
	set(&p, "valid", "a,b.dlf");
	set(&p, "valid", "x=c.dlf");
	assert_int_equal(p.validation_frame.n, 2);
	assert_string_equal(p.validation_frame.v[0], "a,b.dlf");
	set(&p, "hidden", "");
	assert_int_equal(p.hidden.n, 0);
	set(&p, "max_w2", "inf");
	set(&p, "train_samples_per_iteration", "10k");
	assert_int_equal(p.train_samples_per_iteration, 10000);
	set(&p, "standardize", "no");
	assert_false(p.standardize);
	params_release(&p);
}

static void
ranges(void **state)
{
	(void)state;
	refused("rho", "2", "--rho: '2': must be in (0, 1)");
	refused("rho", "1", "--rho: '1': must be in (0, 1)");
	refused("input-dropout-ratio", "1",
		"--input-dropout-ratio: '1': must be in [0, 1)");
	refused("epsilon", "0", "--epsilon: '0': must be > 0");
	refused("epochs", "-1", "--epochs: '-1': must be >= 0");
	refused("epochs", "inf", "--epochs: 'inf': must be >= 0 and finite");
	refused("rho", "inf", "--rho: 'inf': must be in (0, 1)");
	refused("mini_batch_size", "999999999999", "--mini-batch-size: "
		"'999999999999': must be >= 1 and <= 2147483647");
	refused("epochs", "nan", "--epochs: 'nan': not a number; must be >= 0");
	refused("hidden", "64,0", "--hidden: '0': must be >= 1");
	refused("hidden", "64,,64", "--hidden: '': not a number; must be >= 1");
	refused("hidden", "64,", "--hidden: '64,': stray ',' in the list");
	refused("mini_batch_size", "1.5",
		"--mini-batch-size: '1.5': not a whole number; must be >= 1");
	refused("quantile_alpha", "1.1",
		"--quantile-alpha: '1.1': must be in [0, 1]");
	refused("tweedie_power", "2",
		"--tweedie-power: '2': must be in (1, 2)");
	refused("standardize", "maybe",
		"--standardize: 'maybe': must be true or false");
	refused("loss", "square",
		"--loss: 'square': must be Automatic, CrossEntropy, "
		"Quadratic, Huber, Absolute or Quantile");
	refused("nfolds", "-1", "--nfolds: '-1': must be >= 0");
	refused("hiden", "5",
		"unknown parameter 'hiden': did you mean 'hidden'?");
}

/* A value that is refused leaves the old one. */
static void
refused_is_unchanged(void **state)
{
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "hidden", "7");
	assert_int_equal(params_set(&p, PARAM_FROM_FLAG, "hidden", "1,x", &e),
			 -1);
	assert_int_equal(p.hidden.n, 1);
	assert_int_equal(p.hidden.v[0], 7);
	params_release(&p);
}

/* ---- combinations --------------------------------------------------- */

/* settings: "name=value name=value"; message NULL: they go together. */
static void
together(const char *settings, const char *message)
{
	struct params p;
	struct err e = {0};
	char copy[256], *name, *value, *rest = copy;
	int status;

	assert_int_equal(params_init(&p, &e), 0);
	assert_true(strlen(settings) < sizeof(copy));
	memcpy(copy, settings, strlen(settings) + 1);
	while ((name = strtok_r(rest, " ", &rest))) {
		value = strchr(name, '=');
		*value++ = '\0';
		set(&p, name, value);
	}
	status = params_check(&p, &e);
	assert_string_equal(e.msg, message ? message : "");
	assert_int_equal(status, message ? -1 : 0);
	params_release(&p);
}

static void
combinations(void **state)
{
	(void)state;
	together("y=a", NULL);
	together("epochs=1", "--response-column (-y) is missing: "
			     "which column is to be predicted?");
	together("y=a weights_column=a",
		 "--response-column and --weights-column: 'a' cannot be both");
	together("y=a hidden_dropout_ratios=0.1,0.1",
		 "--hidden-dropout-ratios and --activation: only activations "
		 "WithDropout drop hidden units");
	together("y=a activation=TanhWithDropout hidden_dropout_ratios=0.1",
		 "--hidden-dropout-ratios and --hidden: "
		 "one ratio is needed for each hidden layer");
	together("y=a activation=TanhWithDropout hidden=5 "
		 "hidden_dropout_ratios=0.1", NULL);
	together("y=a distribution=gaussian loss=CrossEntropy",
		 "--distribution gaussian and --loss CrossEntropy: "
		 "contradict each other");
	together("y=a distribution=multinomial loss=quadratic", NULL);
	together("y=a reproducible=1 max_runtime=5",
		 "--reproducible and --max-runtime-secs: "
		 "a result cannot depend on the clock");
	together("y=a optimizer=adam adaptive_rate=true",
		 "--optimizer and --adaptive-rate: "
		 "the adaptive rate is ADADELTA");
	together("y=a optimizer=adam", NULL);
	together("y=a mini_batch_size=2 row_block=4",
		 "--mini-batch-size and --row-block: "
		 "row blocks are for training row by row");
	together("y=a col_major=1", "--col-major: removed; leave it false");
}

/*
 * What the flags cannot say yet: fields written directly, so that rules about
 * parameters to come are tested as well.
 */
static void
combinations_to_come(void **state)
{
	struct params p;
	struct err e = {0};
	char name[] = "m.dlm";

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	p.autoencoder = true;
	assert_int_equal(params_check(&p, &e), 0);
	p.activation = PARAM_ACTIVATION_MAXOUT_WITH_DROPOUT;
	assert_int_equal(params_check(&p, &e), -1);
	assert_non_null(strstr(e.msg, "Maxout"));
	p.activation = PARAM_ACTIVATION_TANH;
	p.nfolds = 3;
	assert_int_equal(params_check(&p, &e), -1);
	assert_non_null(strstr(e.msg, "--nfolds and --autoencoder"));
	p.nfolds = 0;
	p.sparsity_beta = 1;
	p.average_activation = 1;
	assert_int_equal(params_check(&p, &e), -1);
	assert_non_null(strstr(e.msg, "(-1, 1)"));
	p.activation = PARAM_ACTIVATION_RECTIFIER;
	assert_int_equal(params_check(&p, &e), 0);
	p.average_activation = 0;
	assert_int_equal(params_check(&p, &e), -1);
	p.sparsity_beta = 0;
	p.pretrained_autoencoder = name;
	assert_int_equal(params_check(&p, &e), -1);
	p.pretrained_autoencoder = NULL;
	p.fold_assignment = PARAM_FOLD_ASSIGNMENT_MODULO;
	assert_int_equal(params_check(&p, &e), -1);
	params_release(&p);
}

static void
resolved(void **state)
{
	const struct params_task two = {true, 2}, many = {true, 10};
	const struct params_task number = {false, 0};
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "activation", "RectifierWithDropout");
	assert_int_equal(params_resolve(&p, &many, &e), 0);
	assert_int_equal(p.distribution, PARAM_DISTRIBUTION_MULTINOMIAL);
	assert_int_equal(p.loss, PARAM_LOSS_CROSS_ENTROPY);
	assert_int_equal(p.stopping_metric, PARAM_STOPPING_METRIC_LOGLOSS);
	assert_int_equal(p.optimizer, PARAM_OPTIMIZER_ADADELTA);
	assert_int_equal(p.hidden_dropout_ratios.n, 2);
	assert_true(p.hidden_dropout_ratios.v[0] == 0.5);
	assert_int_equal(params_resolve(&p, &number, &e), -1);
	params_release(&p);

	assert_int_equal(params_init(&p, &e), 0);
	p.distribution = PARAM_DISTRIBUTION_HUBER;
	assert_int_equal(params_resolve(&p, &number, &e), 0);
	assert_int_equal(p.loss, PARAM_LOSS_HUBER);
	assert_int_equal(p.stopping_metric, PARAM_STOPPING_METRIC_DEVIANCE);
	params_release(&p);

	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "stopping_metric", "auc");
	assert_int_equal(params_resolve(&p, &many, &e), -1);
	assert_int_equal(params_resolve(&p, &two, &e), 0);
	assert_int_equal(p.distribution, PARAM_DISTRIBUTION_BERNOULLI);
	params_release(&p);

	assert_int_equal(params_init(&p, &e), 0);
	set(&p, "optimizer", "Adam");
	assert_int_equal(params_resolve(&p, &number, &e), 0);
	assert_false(p.adaptive_rate);
	assert_true(p.rate == 0.001 && p.rate_annealing == 0);
	params_release(&p);
}

/* ---- writing down and reading back ---------------------------------- */

static void
row(void **state)
{
	struct str out = STR_INIT;
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	params_row(&p, &out);
	assert_string_equal(out.buf, "");
	set(&p, "valid", "v.dlf");
	set(&p, "epochs", "1e-1");
	set(&p, "activation", "tanh");
	set(&p, "hidden", "1024,1024");
	set(&p, "y", "C785");
	params_row(&p, &out);
	assert_string_equal(out.buf,
		"activation=Tanh hidden=1024,1024 epochs=0.1 valid=true");
	params_release(&p);
	str_release(&out);
}

static void
same(const struct params *a, const struct params *b)
{
	struct str x = STR_INIT, y = STR_INIT;

	for (size_t i = 0; i < PARAM_COUNT; i++) {
		str_reset(&x);
		str_reset(&y);
		param_print(a, &param_table[i], &x);
		param_print(b, &param_table[i], &y);
		assert_string_equal(x.buf, y.buf);
	}
	str_release(&x);
	str_release(&y);
}

static void
fill(struct params *p)
{
	set(p, "hidden", "3,4,5");
	set(p, "response", "a # \"strange\" name, really\nreally");
	set(p, "ignore", "\"x,y\",\"# z\",\"@q\",plain");
	set(p, "valid", "first.dlf");
	set(p, "valid", "b=second file.dlf");
	set(p, "max_w2", "inf");
	set(p, "rho", "0.123456789012345678");
	set(p, "seed", "-9223372036854775807");
	set(p, "standardize", "false");
	set(p, "activation", "Tanh");
}

static void
config(void **state)
{
	struct str out = STR_INIT;
	struct params p, q;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	assert_int_equal(params_init(&q, &e), 0);
	fill(&p);
	params_print_config(&p, &out);
	if (params_read_config(&q, "c", out.buf, &e) < 0)
		fail_msg("%s", e.msg);
	same(&p, &q);
	for (size_t i = 0; i < PARAM_COUNT; i++)
		assert_int_equal(p.from[i] != 0, q.from[i] != 0);
	assert_non_null(strstr(out.buf, "\n#epochs = 10\n"));
	assert_non_null(strstr(out.buf, "hidden = 3,4,5\n"));

	/* flags win, whatever the order */
	assert_int_equal(params_read_config(&p, "c",
		"hidden = 9 # nine\n\n# nothing\n epochs=2\r\nrho =0.5", &e),
		0);
	assert_int_equal(p.hidden.n, 3);
	assert_true(p.epochs == 2 && p.rho != 0.5);
	assert_int_equal(params_read_config(&p, "c", "\nrho = 2\n", &e), -1);
	assert_string_equal(e.msg, "c:2: --rho: '2': must be in (0, 1)");
	assert_int_equal(params_read_config(&p, "c", "rho\n", &e), -1);
	assert_string_equal(e.msg, "c:1: 'rho': not of the form key = value");
	assert_int_equal(params_read_config(&p, "c",
		"l1 = 0\nvalid = a\nvalid = b\nl2 = 0\nl-1=0\n", &e), -1);
	assert_non_null(strstr(e.msg, "c:5: "));
	assert_int_equal(params_read_config(&p, "c",
		"hidden = 3\nrho = 0.9\nhidden = 4\n", &e), -1);
	assert_string_equal(e.msg, "c:3: 'hidden': is there already");
	params_release(&p);
	params_release(&q);
	str_release(&out);
}

static void
replace(json_t **root, const char *text)
{
	json_decref(*root);
	*root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(*root);
}

static void
json_round(void **state)
{
	struct str out = STR_INIT;
	struct params p, q, copy;
	struct err e = {0};
	struct json j;
	json_t *root;

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	fill(&p);
	assert_int_equal(params_copy(&copy, &p, &e), 0);
	j = json_start(&out);
	params_to_json(&p, false, &j);
	params_release(&p);
	root = json_loads(out.buf, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	if (params_from_json(&q, root, &e) < 0)
		fail_msg("%s", e.msg);
	same(&copy, &q);
	params_release(&q);
	replace(&root, "{\"rho\": 2}");
	assert_int_equal(params_from_json(&q, root, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	replace(&root, "{\"rho\": []}");
	assert_int_equal(params_from_json(&q, root, &e), -1);
	json_decref(root);
	str_reset(&out);
	j = json_start(&out);
	params_to_json(&copy, true, &j);
	assert_null(strstr(out.buf, "threads"));
	params_release(&copy);
	str_release(&out);
}

static void
continuation(void **state)
{
	struct params p, q;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	assert_int_equal(params_init(&q, &e), 0);
	set(&q, "epochs", "20");
	set(&q, "l1", "1e-5");
	assert_int_equal(params_check_continuation(&p, &q, &e), 0);
	set(&q, "rho", "0.5");
	set(&q, "hidden", "10");
	assert_int_equal(params_check_continuation(&p, &q, &e), -1);
	assert_int_equal(e.code, ERR_SCHEMA);
	assert_string_equal(e.msg, "--checkpoint: these cannot change: "
		"hidden (was '200,200', is '10'), rho (was '0.99', is '0.5')");
	params_release(&p);
	params_release(&q);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(values),
		cmocka_unit_test(ranges),
		cmocka_unit_test(refused_is_unchanged),
		cmocka_unit_test(combinations),
		cmocka_unit_test(combinations_to_come),
		cmocka_unit_test(resolved),
		cmocka_unit_test(row),
		cmocka_unit_test(config),
		cmocka_unit_test(json_round),
		cmocka_unit_test(continuation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
