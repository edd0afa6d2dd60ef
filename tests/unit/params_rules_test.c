/*
 * params_rules_test.c - every wrong value of every parameter, and every
 * combination that contradicts itself, is refused by a message of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/params.h>

/* The whole message of "name=value": empty if it is taken. */
static void
try_value(const char *name, const char *value, struct str *message)
{
	struct params p;
	struct err e = {0};

	assert_int_equal(params_init(&p, &e), 0);
	if (params_set(&p, PARAM_FROM_FLAG, name, value, &e) < 0)
		assert_int_equal(e.code, ERR_USAGE);
	str_reset(message);
	str_add(message, e.msg);
	params_release(&p);
}

/* It begins with "--option: 'value': " and ends with `why`. */
static void
refused(const struct param_info *i, const char *value, const char *why)
{
	struct str message = STR_INIT, want = STR_INIT;
	size_t len;

	try_value(i->name, value, &message);
	param_option(i, &want);
	str_addf(&want, ": '%s': ", value);
	if (strncmp(message.buf, want.buf, want.len) != 0)
		fail_msg("%s=%s: '%s'", i->name, value, message.buf);
	len = strlen(why);
	if (message.len < len ||
	    strcmp(message.buf + message.len - len, why) != 0)
		fail_msg("no '%s' in '%s'", why, message.buf);
	str_release(&message);
	str_release(&want);
}

static bool
is_number(const struct param_info *i)
{
	return i->type == PARAM_INT || i->type == PARAM_REAL ||
	       i->type == PARAM_SECONDS || i->type == PARAM_INTS ||
	       i->type == PARAM_REALS;
}

/* Just beyond a bound, or the bound itself where it is open. */
static void
beyond(const struct param_info *i, bool low)
{
	double bound = low ? i->low : i->high;
	bool open = i->flags & (low ? PARAM_OPEN_LOW : PARAM_OPEN_HIGH);
	bool whole = i->type == PARAM_INT || i->type == PARAM_INTS;
	double step = open ? 0 : whole ? 1 : 0.125;
	struct str range = STR_INIT, why = STR_INIT;
	char value[64];

	if (!isfinite(bound) || fabs(bound) > 1e15)
		return;
	snprintf(value, sizeof(value), "%.10g",
		 low ? bound - step : bound + step);
	param_range(i, &range);
	str_addf(&why, "must be %s", range.buf);
	if (!low && bound >= INT32_MAX) /* left out of the range */
		str_addf(&why, "%s<= %.0f", range.len ? " and " : "", bound);
	refused(i, value, why.buf);
	str_release(&range);
	str_release(&why);
}

/* What it must be is said, where there is a range. */
static void
no_number(const struct param_info *i, const char *value)
{
	struct str why = STR_INIT;
	size_t len;

	str_add(&why, "not a number; must be ");
	len = why.len;
	param_range(i, &why);
	refused(i, value, why.len > len ? why.buf : "not a number");
	str_release(&why);
}

static void
numbers(void **state)
{
	(void)state;
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		const struct param_info *i = &param_table[k];

		if (!is_number(i))
			continue;
		beyond(i, true);
		beyond(i, false);
		no_number(i, "many");
		no_number(i, "nan");
		if (i->type == PARAM_INT || i->type == PARAM_REAL)
			no_number(i, "");
	}
}

static void
words(void **state)
{
	struct str range = STR_INIT, why = STR_INIT;

	(void)state;
	for (size_t k = 0; k < PARAM_COUNT; k++) {
		const struct param_info *i = &param_table[k];

		if (i->type != PARAM_BOOL && i->type != PARAM_ENUM)
			continue;
		str_reset(&range);
		str_reset(&why);
		param_range(i, &range);
		str_addf(&why, "must be %s", range.buf);
		refused(i, "nonsense", why.buf);
		for (const struct param_value *v = i->values; v && v->text; v++)
			assert_non_null(strstr(range.buf, v->text));
	}
	str_release(&range);
	str_release(&why);
}

/* ---- combinations ----------------------------------------------------- */

#define Y "y=a "
#define AE "autoencoder=1 "
#define STARTS "both say where weights start"

static const struct {
	const char *settings, *part; /* NULL: they go together */
} rules[] = {
	{Y, NULL},
	{"epochs=1", "--response-column (-y) is missing"},
	{Y "weights_column=a", "--response-column and --weights-column: 'a'"},
	{Y "offset_column=a", "--response-column and --offset-column: 'a'"},
	{Y "fold_column=a", "--response-column and --fold-column: 'a'"},
	{Y "weights_column=w offset_column=w",
	 "--weights-column and --offset-column: 'w' cannot be both"},
	{Y "weights_column=w fold_column=w",
	 "--weights-column and --fold-column: 'w' cannot be both"},
	{Y "offset_column=w fold_column=w",
	 "--offset-column and --fold-column: 'w' cannot be both"},
	{Y "nfolds=1", "--nfolds: '1': must be 0 or at least 2"},
	{Y "nfolds=2 fold_assignment=Modulo", NULL},
	{Y "nfolds=2 fold_column=f", "--fold-column and --nfolds"},
	{Y "fold_column=f fold_assignment=Modulo",
	 "--fold-column and --fold-assignment"},
	{Y "fold_assignment=Modulo", "--fold-assignment needs --nfolds"},
	{Y "nfolds=2 checkpoint=m", "and --checkpoint: "},
	{Y "nfolds=2 valid_fraction=0.1", "and --valid-fraction: "},
	{Y "validation_frame=v valid_fraction=0.1",
	 "--validation-frame and --valid-fraction"},
	{AE "nfolds=2", "--nfolds and --autoencoder"},
	{AE "activation=Maxout", "--autoencoder and --activation"},
	{AE "activation=MaxoutWithDropout", "--autoencoder and --activation"},
	{AE "loss=CrossEntropy", "--autoencoder and --loss"},
	{AE "stopping_metric=RMSE", "--autoencoder and --stopping-metric"},
	{AE "stopping_metric=MSE", NULL},
	{AE "distribution=bernoulli", "--autoencoder and --distribution"},
	{AE "distribution=poisson", "--distribution poisson: the inputs"},
	{AE "distribution=tweedie", "--distribution tweedie: the inputs"},
	{AE "distribution=huber", NULL},
	{AE "categorical_encoding=SortByResponse",
	 "--autoencoder and --categorical-encoding"},
	{AE "balance_classes=1", "--balance-classes and --distribution or"},
	{AE "class_weights=a=1", "--class-weights and --distribution or"},
	{AE "pretrained_autoencoder=m",
	 "--pretrained-autoencoder and --autoencoder"},
	{AE "sparsity_beta=1 activation=Tanh average_activation=1",
	 "--average-activation and --activation: must be in (-1, 1)"},
	{AE "sparsity_beta=1 average_activation=0",
	 "--average-activation and --activation: must be > 0"},
	{AE "sparsity_beta=1 average_activation=0.1", NULL},
	{Y "sparsity_beta=1", "--sparsity-beta needs --autoencoder"},
	{Y "checkpoint=m initial_weights=w", STARTS},
	{Y "checkpoint=m pretrained_autoencoder=p", STARTS},
	{Y "pretrained_autoencoder=p initial_biases=b", STARTS},
	{Y "hidden=5,5 initial_weights=w", "--initial-weights and --hidden"},
	{Y "hidden=5,5 initial_biases=w", "--initial-biases and --hidden"},
	{Y "col_major=1", "--col-major: removed; leave it false"},
	{Y "hidden_dropout_ratios=0.1,0.1",
	 "--hidden-dropout-ratios and --activation"},
	{Y "activation=TanhWithDropout hidden_dropout_ratios=0.1",
	 "--hidden-dropout-ratios and --hidden"},
	{Y "optimizer=ADADELTA adaptive_rate=0",
	 "--optimizer ADADELTA and --no-adaptive-rate"},
	{Y "optimizer=SGD adaptive_rate=1", "--optimizer and --adaptive-rate"},
	{Y "optimizer=Adam momentum_start=0.5",
	 "--optimizer Adam and --momentum-start"},
	{Y "weight_decay=0.1", "--weight-decay needs --optimizer Adam"},
	{Y "mini_batch_size=2 row_block=4",
	 "--mini-batch-size and --row-block"},
	{Y "distribution=gaussian loss=Huber",
	 "--distribution gaussian and --loss Huber: contradict each other"},
	{Y "distribution=poisson loss=Quadratic", "contradict each other"},
	{Y "distribution=laplace loss=Quadratic", "contradict each other"},
	{Y "distribution=quantile loss=Huber", "contradict each other"},
	{Y "distribution=huber loss=Absolute", "contradict each other"},
	{Y "distribution=tweedie loss=Quantile", "contradict each other"},
	{Y "distribution=multinomial loss=Absolute", "contradict each other"},
	{Y "distribution=multinomial loss=Quadratic", NULL},
	{Y "distribution=bernoulli offset_column=o",
	 "--offset-column and --distribution"},
	{Y "class_sampling_factors=1,2",
	 "--class-sampling-factors needs --balance-classes"},
	{Y "distribution=gaussian balance_classes=1",
	 "--balance-classes and --distribution"},
	{Y "distribution=gaussian class_weights=a=1",
	 "--class-weights and --distribution"},
	{Y "weighting=Gradient", "--weighting Gradient needs --weights-column"},
	{Y "weighting=Gradient class_weights=a=1", NULL},
	{AE "weighting=Gradient weights_column=w", NULL},
	{Y "balance_classes=1 class_weights=a=1",
	 "--class-weights and --balance-classes"},
	{Y "elastic_averaging=1", "--elastic-averaging: it ties the nets of"},
	{Y "elastic_averaging=0 elastic_averaging_moving_rate=0.5", NULL},
	{Y "reproducible=1 max_runtime=5",
	 "--reproducible and --max-runtime-secs"},
	{Y "reproducible=1 threading=hogwild",
	 "--reproducible and --threading hogwild"},
	{Y "reproducible=1 precision=bf16",
	 "--reproducible and --precision bf16"},
};

static void
set_all(struct params *p, const char *settings)
{
	char copy[256], *name, *value, *rest = copy;
	struct err e = {0};

	assert_true(strlen(settings) < sizeof(copy));
	memcpy(copy, settings, strlen(settings) + 1);
	while ((name = strtok_r(rest, " ", &rest))) {
		value = strchr(name, '=');
		*value++ = '\0';
		if (params_set(p, PARAM_FROM_FLAG, name, value, &e) < 0)
			fail_msg("%s", e.msg);
	}
}

static void
combinations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const char *part = rules[i].part;
		struct params p;
		struct err e = {0};
		int status;

		assert_int_equal(params_init(&p, &e), 0);
		set_all(&p, rules[i].settings);
		status = params_check(&p, &e);
		if (status != (part ? -1 : 0) || (part && !strstr(e.msg, part)))
			fail_msg("%s: '%s'", rules[i].settings, e.msg);
		assert_int_equal(e.code, part ? ERR_USAGE : 0);
		params_release(&p);
	}
}

/* ---- parameters without effect ---------------------------------------- */

/* What is asked for in vain is said, once; what is used is not. */
static const struct {
	const char *settings, *name, *why; /* why NULL: used */
} vain[] = {
	{"adam_epsilon=1e-7", "adam_epsilon", "is not Adam"},
	{"optimizer=Adam rate_annealing=0.1", "rate_annealing",
	 "the optimizer is Adam"},
	{"optimizer=SGD rate_annealing=0.1", "rate_annealing", NULL},
	{"optimizer=SGD rho=0.9", "rho", "not adaptive"},
	{"momentum_stable=0.9", "momentum_stable", "is adaptive"},
	{"mini_batch_size=8 threading=hogwild", "threading",
	 "shared by all threads"},
	{"threading=hogwild", "threading", NULL},
	{"row_masks=1", "row_masks", "row by row"},
	{"optimizer=Adam row_block=4", "row_block", "mini-batches have none"},
	{"row_block=4", "row_block", NULL},
	{"checkpoint=a.dlm initial_output_factor=2", "initial_output_factor",
	 "the checkpoint's weights go on"},
	{"autoencoder=1 loss=Huber huber_alpha=0.3", "huber_alpha",
	 "an autoencoder's D is 1"},
	{"row_masks=1 mini_batch_size=8", "row_masks", "there is no dropout"},
	{"average_decay=0.9 row_masks=1 input_dropout_ratio=0.1",
	 "row_masks", NULL},
	{"precision=bf16", "precision", "no mini-batches"},
	{"stopping_rounds=0 stopping_metric=MSE", "stopping_metric",
	 NULL}, /* the best model is chosen by it */
	{"stopping_rounds=0 stopping_metric=MSE "
	 "overwrite_with_best_model=0", "stopping_metric", "neither"},
	{"stopping_rounds=0 stopping_tolerance=0.1",
	 "stopping_tolerance", "--stopping-rounds is 0"},
	{"reproducible=1 score_interval=3", "score_interval",
	 "every iteration is scored"},
	{"cv_epochs=Final", "cv_epochs", "no cross-validation"},
	{"nfolds=3 cv_epochs=Final", "cv_epochs", NULL},
	{"score_validation_samples=9", "score_validation_samples",
	 "no validation set"},
	{"valid_fraction=0.1 score_validation_samples=9",
	 "score_validation_samples", NULL},
	{"initial_weight_distribution=Normal initial_output_factor=4",
	 "initial_output_factor", "for UniformAdaptive"},
	{"max_categorical_levels=3", "max_categorical_levels",
	 "not EnumLimited"},
};

static void
asked_in_vain(void **state)
{
	struct str out = STR_INIT, option = STR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(vain) / sizeof(*vain); i++) {
		struct params p;
		struct err e = {0};
		const char *at;

		assert_int_equal(params_init(&p, &e), 0);
		set_all(&p, vain[i].settings);
		str_reset(&out);
		str_reset(&option);
		params_notes(&p, &out);
		param_option(param_find(vain[i].name), &option);
		at = strstr(out.buf, option.buf);
		if ((at != NULL) != (vain[i].why != NULL) ||
		    (at && (!strstr(at, vain[i].why) ||
			    strstr(at + 1, option.buf))))
			fail_msg("%s: '%s'", vain[i].settings, out.buf);
		params_release(&p);
	}
	str_release(&out);
	str_release(&option);
}

static void
notes(void **state)
{
	struct str out = STR_INIT;
	struct params p;
	struct err e = {0};

	(void)state;
	assert_int_equal(params_init(&p, &e), 0);
	params_notes(&p, &out);
	assert_string_equal(out.buf, "");
	set_all(&p, "rate=0.1");
	params_notes(&p, &out);
	assert_string_equal(out.buf, "--rate has no effect: "
				     "the rate is adaptive (ADADELTA)\n");
	str_reset(&out);
	params_release(&p);
	assert_int_equal(params_init(&p, &e), 0);
	set_all(&p, "tweedie_power=1.2 single_node_mode=true");
	params_notes(&p, &out);
	assert_string_equal(out.buf, "--tweedie-power has no effect: "
			    "the distribution is not tweedie\n"
			    "--single-node-mode has no effect: "
			    "there is one machine\n");
	params_release(&p);
	str_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(words),
		cmocka_unit_test(combinations),
		cmocka_unit_test(asked_in_vain),
		cmocka_unit_test(notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
