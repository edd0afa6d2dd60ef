/*
 * params_resolve.c - what AUTO means for a task, what a continuation may
 * change, and what was asked for in vain.
 */
#include <dltools/params.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "params_int.h"

static const char *
text_of(enum param_id id, int value)
{
	return param_value_text(&param_table[id], value);
}

/* ---- distribution and loss ------------------------------------------ */

static int
resolve_classes(struct params *p, size_t classes, struct err *e)
{
	int d = classes == 2 ? PARAM_DISTRIBUTION_BERNOULLI
			     : PARAM_DISTRIBUTION_MULTINOMIAL;

	if (p->distribution != PARAM_DISTRIBUTION_AUTO &&
	    p->distribution != d &&
	    p->distribution != PARAM_DISTRIBUTION_MULTINOMIAL)
		return err_set(e, ERR_USAGE,
			       "--distribution %s: the response has %zu "
			       "classes", text_of(PARAM_ID_distribution,
						  p->distribution), classes);
	if (p->loss == PARAM_LOSS_AUTOMATIC)
		p->loss = PARAM_LOSS_CROSS_ENTROPY;
	if (p->loss != PARAM_LOSS_CROSS_ENTROPY &&
	    p->loss != PARAM_LOSS_QUADRATIC)
		return err_set(e, ERR_USAGE,
			       "--loss %s: the response has classes; "
			       "CrossEntropy and Quadratic can be used",
			       text_of(PARAM_ID_loss, p->loss));
	p->distribution = d;
	return 0;
}

static int
resolve_values(struct params *p, struct err *e)
{
	static const struct {
		int loss, distribution;
	} pair[] = {
		{PARAM_LOSS_QUADRATIC, PARAM_DISTRIBUTION_GAUSSIAN},
		{PARAM_LOSS_ABSOLUTE, PARAM_DISTRIBUTION_LAPLACE},
		{PARAM_LOSS_QUANTILE, PARAM_DISTRIBUTION_QUANTILE},
		{PARAM_LOSS_HUBER, PARAM_DISTRIBUTION_HUBER},
	};
	size_t i;

	if (p->loss == PARAM_LOSS_CROSS_ENTROPY)
		return err_set(e, ERR_USAGE, "--loss CrossEntropy: "
			       "the response is a number, not a class");
	if (p->distribution == PARAM_DISTRIBUTION_BERNOULLI ||
	    p->distribution == PARAM_DISTRIBUTION_MULTINOMIAL)
		return err_set(e, ERR_USAGE, "--distribution %s: "
			       "the response is a number, not a class",
			       text_of(PARAM_ID_distribution,
				       p->distribution));
	if (p->loss == PARAM_LOSS_AUTOMATIC &&
	    p->distribution == PARAM_DISTRIBUTION_AUTO)
		p->distribution = PARAM_DISTRIBUTION_GAUSSIAN;
	for (i = 0; i < sizeof(pair) / sizeof(*pair); i++) {
		if (p->distribution == PARAM_DISTRIBUTION_AUTO &&
		    p->loss == pair[i].loss)
			p->distribution = pair[i].distribution;
		if (p->loss == PARAM_LOSS_AUTOMATIC &&
		    p->distribution == pair[i].distribution)
			p->loss = pair[i].loss;
	}
	return 0;
}

static int
check_classes_only(const struct params *p, struct err *e)
{
	if (p->balance_classes)
		return err_set(e, ERR_USAGE, "--balance-classes: "
			       "the response has no classes");
	if (p->class_weights.n)
		return err_set(e, ERR_USAGE, "--class-weights: "
			       "the response has no classes");
	if (p->score_validation_sampling ==
	    PARAM_SCORE_VALIDATION_SAMPLING_STRATIFIED)
		return err_set(e, ERR_USAGE,
			       "--score-validation-sampling Stratified: "
			       "the response has no classes");
	return 0;
}

/* ---- stopping metric ------------------------------------------------ */

static int
resolve_metric(struct params *p, const struct params_task *task,
	       struct err *e)
{
	int m = p->stopping_metric;
	const char *why = NULL;

	switch (m) {
	case PARAM_STOPPING_METRIC_AUTO:
		p->stopping_metric =
			p->autoencoder ? PARAM_STOPPING_METRIC_MSE
			: task->classification ? PARAM_STOPPING_METRIC_LOGLOSS
			: PARAM_STOPPING_METRIC_DEVIANCE;
		break;
	case PARAM_STOPPING_METRIC_DEVIANCE:
	case PARAM_STOPPING_METRIC_MAE:
	case PARAM_STOPPING_METRIC_RMSLE:
		if (task->classification)
			why = "the response has classes";
		break;
	case PARAM_STOPPING_METRIC_AUC:
	case PARAM_STOPPING_METRIC_AUCPR:
	case PARAM_STOPPING_METRIC_LIFT_TOP_GROUP:
		if (task->classification && task->classes > 2)
			why = m == PARAM_STOPPING_METRIC_LIFT_TOP_GROUP
				? "it is for two classes"
				: p->auc_type > PARAM_AUC_TYPE_NONE ? NULL
				: "more than two classes need --auc-type";
		/* fall through */
	case PARAM_STOPPING_METRIC_LOGLOSS:
	case PARAM_STOPPING_METRIC_MISCLASSIFICATION:
	case PARAM_STOPPING_METRIC_MEAN_PER_CLASS_ERROR:
		if (!task->classification)
			why = "the response has no classes";
		break;
	default:
		break;
	}
	return why ? err_set(e, ERR_USAGE, "--stopping-metric %s: %s",
			     text_of(PARAM_ID_stopping_metric, m), why) : 0;
}

/* ---- the rest ------------------------------------------------------- */

static void
resolve_optimizer(struct params *p)
{
	if (p->optimizer == PARAM_OPTIMIZER_AUTO)
		p->optimizer = p->adaptive_rate ? PARAM_OPTIMIZER_ADADELTA
						: PARAM_OPTIMIZER_SGD;
	p->adaptive_rate = p->optimizer == PARAM_OPTIMIZER_ADADELTA;
	if (p->optimizer == PARAM_OPTIMIZER_ADAM) {
		if (!params_given(p, rate))
			p->rate = 0.001;
		if (!params_given(p, rate_annealing))
			p->rate_annealing = 0;
	}
}

/* As in H2O, Rectifier nets without a limit have one of 1000. */
static void
resolve_max_w2(struct params *p)
{
	if (isinf(p->max_w2) &&
	    (p->activation == PARAM_ACTIVATION_RECTIFIER ||
	     p->activation == PARAM_ACTIVATION_RECTIFIER_WITH_DROPOUT))
		p->max_w2 = 1000;
}

static int
resolve_dropout(struct params *p, struct err *e)
{
	struct param_reals *ratios = &p->hidden_dropout_ratios;
	size_t i;

	if (!params_has_dropout(p) || ratios->n || !p->hidden.n)
		return 0;
	ratios->v = mem_zalloc(p->hidden.n, sizeof(*ratios->v), e);
	if (!ratios->v)
		return -1;
	ratios->n = p->hidden.n;
	for (i = 0; i < ratios->n; i++)
		ratios->v[i] = 0.5;
	return 0;
}

int
params_resolve(struct params *p, const struct params_task *task,
	       struct err *e)
{
	if (p->offset_column && task->classification)
		return err_set(e, ERR_USAGE, "--offset-column and "
			       "--response-column: the response has classes, "
			       "offsets are for regression");
	if (task->classification) {
		if (resolve_classes(p, task->classes, e) < 0)
			return -1;
	} else if (resolve_values(p, e) < 0 || check_classes_only(p, e) < 0) {
		return -1;
	}
	if (resolve_metric(p, task, e) < 0 || resolve_dropout(p, e) < 0)
		return -1;
	resolve_optimizer(p);
	resolve_max_w2(p);
	if (p->autoencoder)
		p->use_all_factor_levels = true;
	if (p->categorical_encoding == PARAM_CATEGORICAL_ENCODING_AUTO)
		p->categorical_encoding =
			PARAM_CATEGORICAL_ENCODING_ONE_HOT_INTERNAL;
	if (p->auc_type == PARAM_AUC_TYPE_AUTO)
		p->auc_type = PARAM_AUC_TYPE_NONE;
	return 0;
}

/* ---- going on from a checkpoint ------------------------------------- */

int
params_check_continuation(const struct params *before,
			  const struct params *now, struct err *e)
{
	struct str is = STR_INIT, was = STR_INIT, list = STR_INIT;
	size_t k;
	int status = 0;

	for (k = 0; k < PARAM_COUNT; k++) {
		if (param_table[k].flags & PARAM_CHANGE)
			continue;
		str_reset(&is);
		str_reset(&was);
		param_print(before, &param_table[k], &was);
		param_print(now, &param_table[k], &is);
		if (strcmp(is.buf, was.buf))
			str_addf(&list, "%s%s (was '%s', is '%s')",
				 list.len ? ", " : "", param_table[k].name,
				 was.buf, is.buf);
	}
	if (str_check(&is, e) < 0 || str_check(&was, e) < 0 ||
	    str_check(&list, e) < 0)
		status = -1;
	else if (list.len)
		status = err_set(e, ERR_SCHEMA,
				 "--checkpoint: these cannot change: %s",
				 list.buf);
	str_release(&is);
	str_release(&was);
	str_release(&list);
	return status;
}

/* ---- asked for in vain ---------------------------------------------- */

static void
note(const struct params *p, enum param_id id, const char *why,
     struct str *out)
{
	if (p->from[id] == PARAM_FROM_DEFAULT)
		return;
	param_option(&param_table[id], out);
	str_addf(out, " has no effect: %s\n", why);
}

static void
note_all(const struct params *p, const enum param_id *id, size_t n,
	 const char *why, struct str *out)
{
	for (size_t i = 0; i < n; i++)
		note(p, id[i], why, out);
}

#define NOTE_ALL(p, ids, why, out) \
	note_all(p, ids, sizeof(ids) / sizeof(*(ids)), why, out)

static void
note_optimizers(const struct params *p, struct str *out)
{
	static const enum param_id manual[] = {
		PARAM_ID_rate, PARAM_ID_rate_annealing, PARAM_ID_rate_decay,
		PARAM_ID_rate_schedule, PARAM_ID_momentum_start,
		PARAM_ID_momentum_ramp, PARAM_ID_momentum_stable,
		PARAM_ID_nesterov_accelerated_gradient,
	};
	static const enum param_id adam[] = {
		PARAM_ID_beta1, PARAM_ID_beta2, PARAM_ID_adam_epsilon,
	};
	static const enum param_id sgd[] = {
		PARAM_ID_rate_annealing, PARAM_ID_rate_decay,
		PARAM_ID_momentum_ramp, PARAM_ID_nesterov_accelerated_gradient,
	};
	static const enum param_id adadelta[] = {
		PARAM_ID_rho, PARAM_ID_epsilon,
	};
	bool is_adam = p->optimizer == PARAM_OPTIMIZER_ADAM;
	bool adaptive = p->optimizer == PARAM_OPTIMIZER_ADADELTA ||
			(p->optimizer == PARAM_OPTIMIZER_AUTO &&
			 p->adaptive_rate);

	if (adaptive)
		NOTE_ALL(p, manual, "the rate is adaptive (ADADELTA)", out);
	else
		NOTE_ALL(p, adadelta, "the rate is not adaptive", out);
	if (is_adam)
		NOTE_ALL(p, sgd, "the optimizer is Adam", out);
	else
		NOTE_ALL(p, adam, "the optimizer is not Adam", out);
}

/* One row after the other, or many to a step. */
static void
note_engine(const struct params *p, struct str *out)
{
	bool batches = p->mini_batch_size > 1 || p->average_decay > 0 ||
		       p->optimizer == PARAM_OPTIMIZER_ADAM ||
		       p->rate_schedule != PARAM_RATE_SCHEDULE_CONSTANT;

	if (batches)
		note(p, PARAM_ID_row_block, "mini-batches have none", out);
	if (batches && p->threading == PARAM_THREADING_HOGWILD)
		note(p, PARAM_ID_threading,
		     "mini-batches are shared by all threads", out);
	if (!batches && p->row_masks)
		note(p, PARAM_ID_row_masks,
		     "row by row, each row has masks of its own", out);
	if (batches && p->row_masks && !params_has_dropout(p) &&
	    !(p->input_dropout_ratio > 0))
		note(p, PARAM_ID_row_masks, "there is no dropout", out);
	if (!batches && p->precision == PARAM_PRECISION_BF16)
		note(p, PARAM_ID_precision, "there are no mini-batches", out);
}

static void
note_scoring(const struct params *p, struct str *out)
{
	static const enum param_id folds[] = {
		PARAM_ID_keep_cross_validation_models,
		PARAM_ID_keep_cross_validation_predictions,
		PARAM_ID_keep_cross_validation_fold_assignment,
		PARAM_ID_parallelize_cross_validation, PARAM_ID_cv_epochs,
	};
	static const enum param_id validation[] = {
		PARAM_ID_score_validation_samples,
		PARAM_ID_score_validation_sampling,
	};
	static const enum param_id clock[] = {
		PARAM_ID_score_interval, PARAM_ID_score_duty_cycle,
	};
	bool cv = p->nfolds > 1 || p->fold_column;

	if (p->stopping_rounds == 0)
		note(p, PARAM_ID_stopping_tolerance, "--stopping-rounds is 0",
		     out);
	if (p->stopping_rounds == 0 && !p->overwrite_with_best_model)
		note(p, PARAM_ID_stopping_metric,
		     "neither the end nor the best model hangs on it", out);
	if (p->reproducible || p->score_each_iteration)
		NOTE_ALL(p, clock, "every iteration is scored", out);
	if (!cv)
		NOTE_ALL(p, folds, "there is no cross-validation", out);
	if (!cv && !p->validation_frame.n && !(p->valid_fraction > 0))
		NOTE_ALL(p, validation, "there is no validation set", out);
}

/* Parameters of H2O that nothing here depends on. */
static void
note_kept(const struct params *p, struct str *out)
{
	static const struct {
		enum param_id id;
		const char *why;
	} kept[] = {
		{PARAM_ID_max_confusion_matrix_size, "there is no limit"},
		{PARAM_ID_export_weights_and_biases,
		 "every model holds them"},
		{PARAM_ID_target_ratio_comm_to_comp, "there is one machine"},
		{PARAM_ID_shuffle_training_data,
		 "rows are always presented in random order"},
		{PARAM_ID_force_load_balance,
		 "rows are always spread evenly"},
		{PARAM_ID_replicate_training_data, "there is one machine"},
		{PARAM_ID_single_node_mode, "there is one machine"},
		{PARAM_ID_elastic_averaging_moving_rate,
		 "there is one machine"},
		{PARAM_ID_elastic_averaging_regularization,
		 "there is one machine"},
	};
	size_t i;

	for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		note(p, kept[i].id, kept[i].why, out);
}

/* Parameters of a distribution that was not chosen, by name or by loss. */
static void
note_distributions(const struct params *p, struct str *out)
{
	static const struct {
		enum param_id id;
		int distribution, loss;
		const char *why;
	} of[] = {
		{PARAM_ID_tweedie_power, PARAM_DISTRIBUTION_TWEEDIE, -1,
		 "the distribution is not tweedie"},
		{PARAM_ID_quantile_alpha, PARAM_DISTRIBUTION_QUANTILE,
		 PARAM_LOSS_QUANTILE, "the distribution is not quantile"},
		{PARAM_ID_huber_alpha, PARAM_DISTRIBUTION_HUBER,
		 PARAM_LOSS_HUBER, "the distribution is not huber"},
		{PARAM_ID_huber_adaptive, PARAM_DISTRIBUTION_HUBER,
		 PARAM_LOSS_HUBER, "the distribution is not huber"},
	};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (p->distribution != of[i].distribution &&
		    p->loss != of[i].loss)
			note(p, of[i].id, of[i].why, out);
}

static void
note_data(const struct params *p, struct str *out)
{
	if (p->categorical_encoding != PARAM_CATEGORICAL_ENCODING_ENUM_LIMITED)
		note(p, PARAM_ID_max_categorical_levels,
		     "--categorical-encoding is not EnumLimited", out);
	if (!p->balance_classes)
		note(p, PARAM_ID_max_after_balance_size,
		     "--balance-classes is off", out);
}

static void
note_autoencoder(const struct params *p, struct str *out)
{
	if (p->autoencoder && !p->use_all_factor_levels)
		note(p, PARAM_ID_use_all_factor_levels,
		     "an autoencoder has a unit for every level", out);
	if (p->autoencoder && p->loss == PARAM_LOSS_HUBER) {
		note(p, PARAM_ID_huber_alpha, "an autoencoder's D is 1", out);
		note(p, PARAM_ID_huber_adaptive, "an autoencoder's D is 1",
		     out);
	}
	if (p->sparsity_beta == 0)
		note(p, PARAM_ID_average_activation, "--sparsity-beta is 0",
		     out);
}

static void
note_initial(const struct params *p, struct str *out)
{
	static const enum param_id id[] = {
		PARAM_ID_initial_weight_distribution,
		PARAM_ID_initial_weight_scale, PARAM_ID_initial_output_factor,
	};

	if (p->checkpoint)
		NOTE_ALL(p, id, "the checkpoint's weights go on", out);
	else if (p->initial_weight_distribution ==
		 PARAM_INITIAL_WEIGHT_DISTRIBUTION_UNIFORM_ADAPTIVE)
		note(p, PARAM_ID_initial_weight_scale,
		     "UniformAdaptive has its own", out);
	else
		note(p, PARAM_ID_initial_output_factor,
		     "it is for UniformAdaptive", out);
}

void
params_notes(const struct params *p, struct str *out)
{
	note_optimizers(p, out);
	note_engine(p, out);
	note_scoring(p, out);
	note_initial(p, out);
	if (!p->diagnostics)
		note(p, PARAM_ID_diagnostics, "diagnostics are always on",
		     out);
	note_autoencoder(p, out);
	note_distributions(p, out);
	note_data(p, out);
	note_kept(p, out);
}
