/*
 * params_check.c - which parameters go together, as far as can be said without
 * looking at data.
 */
#include <dltools/params.h>

#include <math.h>
#include <string.h>

#include "params_int.h"

static bool
is_maxout(const struct params *p)
{
	return p->activation == PARAM_ACTIVATION_MAXOUT ||
	       p->activation == PARAM_ACTIVATION_MAXOUT_WITH_DROPOUT;
}

static bool
is_rectifier(const struct params *p)
{
	return p->activation == PARAM_ACTIVATION_RECTIFIER ||
	       p->activation == PARAM_ACTIVATION_RECTIFIER_WITH_DROPOUT;
}

bool
params_has_dropout(const struct params *p)
{
	return p->activation == PARAM_ACTIVATION_TANH_WITH_DROPOUT ||
	       p->activation == PARAM_ACTIVATION_RECTIFIER_WITH_DROPOUT ||
	       p->activation == PARAM_ACTIVATION_MAXOUT_WITH_DROPOUT ||
	       p->activation == PARAM_ACTIVATION_EXP_RECTIFIER_WITH_DROPOUT;
}

/* The clash that holds first, if any: a condition and what to say about it. */
struct clash {
	bool holds;
	const char *message;
};

static int
first(const struct clash *c, size_t n, struct err *e)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c[i].holds)
			return err_set(e, ERR_USAGE, "%s", c[i].message);
	return 0;
}

#define FIRST(clashes, e) \
	first(clashes, sizeof(clashes) / sizeof(*(clashes)), e)

/* ---- columns -------------------------------------------------------- */

static int
check_roles(const struct params *p, struct err *e)
{
	const struct {
		const char *option, *column;
	} role[] = {
		{"--response-column", p->response_column},
		{"--weights-column", p->weights_column},
		{"--offset-column", p->offset_column},
		{"--fold-column", p->fold_column},
	};
	size_t i, k;

	for (i = 0; i < 4; i++)
		for (k = 0; k < i; k++)
			if (role[i].column && role[k].column &&
			    !strcmp(role[i].column, role[k].column))
				return err_set(e, ERR_USAGE,
					       "%s and %s: '%s' cannot be both",
					       role[k].option, role[i].option,
					       role[i].column);
	if (p->custom_metric_func && !p->autoencoder)
		return err_set(e, ERR_USAGE, "--custom-metric-func: there are "
			       "no functions to load; a measure of your own "
			       "is a program: dl-score --actual -m MODEL FRAME "
			       "| PROGRAM");
	if (!p->autoencoder && !p->response_column)
		return err_set(e, ERR_USAGE,
			       "--response-column (-y) is missing: "
			       "which column is to be predicted?");
	return 0;
}

static int
check_folds(const struct params *p, struct err *e)
{
	bool cv = p->nfolds > 1 || p->fold_column;
	bool assigned = p->fold_assignment != PARAM_FOLD_ASSIGNMENT_AUTO;
	const struct clash clashes[] = {
		{p->nfolds == 1, "--nfolds: '1': must be 0 or at least 2"},
		{p->fold_column && p->nfolds > 1,
		 "--fold-column and --nfolds: only one can make the folds"},
		{p->fold_column && assigned,
		 "--fold-column and --fold-assignment: "
		 "only one can make the folds"},
		{assigned && !cv,
		 "--fold-assignment needs --nfolds: there are no folds"},
		{p->nfolds > 1 && p->autoencoder,
		 "--nfolds and --autoencoder: "
		 "an autoencoder has no cross-validation"},
		{p->fold_column && p->autoencoder,
		 "--fold-column and --autoencoder: "
		 "an autoencoder has no cross-validation"},
		{cv && p->checkpoint,
		 "--nfolds or --fold-column and --checkpoint: a run that goes "
		 "on from a checkpoint has no cross-validation"},
		{cv && p->valid_fraction > 0,
		 "--nfolds or --fold-column and --valid-fraction: "
		 "the folds are the validation"},
	};

	return FIRST(clashes, e);
}

/* ---- where the run starts ------------------------------------------- */

static int
check_start(const struct params *p, struct err *e)
{
	bool given = p->initial_weights.n || p->initial_biases.n;
	const struct clash clashes[] = {
		{p->checkpoint && given,
		 "--checkpoint and --initial-weights or --initial-biases: "
		 "both say where weights start"},
		{p->checkpoint && p->pretrained_autoencoder,
		 "--checkpoint and --pretrained-autoencoder: "
		 "both say where weights start"},
		{p->pretrained_autoencoder && given,
		 "--pretrained-autoencoder and --initial-weights or "
		 "--initial-biases: both say where weights start"},
		{p->pretrained_autoencoder && p->autoencoder,
		 "--pretrained-autoencoder and --autoencoder: "
		 "the model that it starts must predict a response"},
		{p->initial_weights.n &&
			 p->initial_weights.n != p->hidden.n + 1,
		 "--initial-weights and --hidden: "
		 "one frame is needed for each hidden layer and the output"},
		{p->initial_biases.n && p->initial_biases.n != p->hidden.n + 1,
		 "--initial-biases and --hidden: "
		 "one frame is needed for each hidden layer and the output"},
		{p->validation_frame.n && p->valid_fraction > 0,
		 "--validation-frame and --valid-fraction: "
		 "only one can make the validation set"},
	};

	return FIRST(clashes, e);
}

/* ---- network -------------------------------------------------------- */

static int
check_network(const struct params *p, struct err *e)
{
	const struct clash clashes[] = {
		{p->col_major, "--col-major: removed; leave it false"},
		{p->elastic_averaging,
		 "--elastic-averaging: it ties the nets of several machines to "
		 "their mean, and here all threads train one net; "
		 "--average-decay averages weights over time"},
		{p->hidden_dropout_ratios.n && !params_has_dropout(p),
		 "--hidden-dropout-ratios and --activation: only activations "
		 "WithDropout drop hidden units"},
		{p->hidden_dropout_ratios.n &&
			 p->hidden_dropout_ratios.n != p->hidden.n,
		 "--hidden-dropout-ratios and --hidden: "
		 "one ratio is needed for each hidden layer"},
	};

	return FIRST(clashes, e);
}

static int
check_autoencoder(const struct params *p, struct err *e)
{
	const struct clash clashes[] = {
		{is_maxout(p),
		 "--autoencoder and --activation: "
		 "Maxout cannot be used for an autoencoder"},
		{p->loss == PARAM_LOSS_CROSS_ENTROPY,
		 "--autoencoder and --loss: "
		 "CrossEntropy cannot be used for an autoencoder"},
		{p->stopping_metric !=
			 PARAM_STOPPING_METRIC_AUTO && p->stopping_metric !=
			 PARAM_STOPPING_METRIC_MSE,
		 "--autoencoder and --stopping-metric: "
		 "an autoencoder has AUTO and MSE only"},
		{p->custom_metric_func,
		 "--autoencoder and --custom-metric-func: "
		 "an autoencoder has no metric of one's own"},
		{p->categorical_encoding ==
			 PARAM_CATEGORICAL_ENCODING_SORT_BY_RESPONSE,
		 "--autoencoder and --categorical-encoding: "
		 "SortByResponse needs a response"},
		{p->response_column,
		 "--autoencoder and --response-column: an autoencoder learns "
		 "its inputs; --ignore leaves the column out"},
		{p->offset_column,
		 "--autoencoder and --offset-column: "
		 "there is no response to add to"},
	};

	return p->autoencoder ? FIRST(clashes, e) : 0;
}

static int
check_sparsity(const struct params *p, struct err *e)
{
	bool beta = p->sparsity_beta > 0;
	const struct clash clashes[] = {
		{p->linear_output && !p->autoencoder,
		 "--linear-output needs --autoencoder"},
		{beta && !p->autoencoder,
		 "--sparsity-beta needs --autoencoder"},
		{beta && p->threading == PARAM_THREADING_HOGWILD,
		 "--sparsity-beta and --threading hogwild: "
		 "mean activations cannot be shared by threads"},
		{beta && is_rectifier(p) && !(p->average_activation > 0),
		 "--average-activation and --activation: "
		 "must be > 0 with Rectifier"},
		{beta && !is_rectifier(p) && !(fabs(p->average_activation) < 1),
		 "--average-activation and --activation: "
		 "must be in (-1, 1) with Tanh and ExpRectifier"},
	};

	return FIRST(clashes, e);
}

/* ---- optimizer ------------------------------------------------------ */

static int
check_optimizer(const struct params *p, struct err *e)
{
	bool adam = p->optimizer == PARAM_OPTIMIZER_ADAM;
	bool sgd = p->optimizer == PARAM_OPTIMIZER_SGD;
	bool adadelta = p->optimizer == PARAM_OPTIMIZER_ADADELTA;
	bool asked = params_given(p, adaptive_rate);
	const struct clash clashes[] = {
		{adadelta && !p->adaptive_rate,
		 "--optimizer ADADELTA and --no-adaptive-rate: "
		 "ADADELTA is the adaptive rate"},
		{(sgd || adam) && asked && p->adaptive_rate,
		 "--optimizer and --adaptive-rate: "
		 "the adaptive rate is ADADELTA"},
		{adam && (params_given(p, momentum_start) ||
			  params_given(p, momentum_stable)),
		 "--optimizer Adam and --momentum-start or --momentum-stable: "
		 "Adam has beta1"},
		{!adam && p->weight_decay > 0,
		 "--weight-decay needs --optimizer Adam; "
		 "--l2 is for the others"},
		{p->mini_batch_size > 1 && p->row_block,
		 "--mini-batch-size and --row-block: "
		 "row blocks are for training row by row"},
	};

	return FIRST(clashes, e);
}

/* ---- loss ----------------------------------------------------------- */

static bool
is_class_distribution(const struct params *p)
{
	return p->distribution == PARAM_DISTRIBUTION_BERNOULLI ||
	       p->distribution == PARAM_DISTRIBUTION_MULTINOMIAL;
}

bool
params_has_log_link(const struct params *p)
{
	return p->distribution == PARAM_DISTRIBUTION_POISSON ||
	       p->distribution == PARAM_DISTRIBUTION_GAMMA ||
	       p->distribution == PARAM_DISTRIBUTION_TWEEDIE;
}

/* Losses that a distribution admits, as bits; all of them for AUTO. */
static unsigned
losses_of(int distribution)
{
	unsigned automatic = 1u << PARAM_LOSS_AUTOMATIC;

	switch (distribution) {
	case PARAM_DISTRIBUTION_AUTO:
		return ~0u;
	case PARAM_DISTRIBUTION_BERNOULLI:
	case PARAM_DISTRIBUTION_MULTINOMIAL:
		return automatic | 1u << PARAM_LOSS_CROSS_ENTROPY |
		       1u << PARAM_LOSS_QUADRATIC;
	case PARAM_DISTRIBUTION_GAUSSIAN:
		return automatic | 1u << PARAM_LOSS_QUADRATIC;
	case PARAM_DISTRIBUTION_LAPLACE:
		return automatic | 1u << PARAM_LOSS_ABSOLUTE;
	case PARAM_DISTRIBUTION_QUANTILE:
		return automatic | 1u << PARAM_LOSS_QUANTILE;
	case PARAM_DISTRIBUTION_HUBER:
		return automatic | 1u << PARAM_LOSS_HUBER;
	default: /* poisson, gamma, tweedie have a deviance of their own */
		return automatic;
	}
}

static int
check_loss(const struct params *p, struct err *e)
{
	const struct param_info *d = &param_table[PARAM_ID_distribution];
	const struct param_info *l = &param_table[PARAM_ID_loss];

	if (!(losses_of(p->distribution) >> p->loss & 1))
		return err_set(e, ERR_USAGE,
			       "--distribution %s and --loss %s: "
			       "contradict each other",
			       param_value_text(d, p->distribution),
			       param_value_text(l, p->loss));
	if (p->autoencoder && is_class_distribution(p))
		return err_set(e, ERR_USAGE,
			       "--autoencoder and --distribution: "
			       "an autoencoder has no classes");
	if (p->autoencoder && params_has_log_link(p))
		return err_set(e, ERR_USAGE,
			       "--autoencoder and --distribution %s: the "
			       "inputs are scaled and can be negative",
			       param_value_text(d, p->distribution));
	if (p->offset_column && is_class_distribution(p))
		return err_set(e, ERR_USAGE,
			       "--offset-column and --distribution: "
			       "offsets are for regression");
	return 0;
}

static int
check_balance(const struct params *p, struct err *e)
{
	bool regression = p->distribution != PARAM_DISTRIBUTION_AUTO &&
			  !is_class_distribution(p);
	const struct clash clashes[] = {
		{p->class_sampling_factors.n && !p->balance_classes,
		 "--class-sampling-factors needs --balance-classes"},
		{p->balance_classes && (regression || p->autoencoder),
		 "--balance-classes and --distribution or --autoencoder: "
		 "there are no classes to balance"},
		{p->class_weights.n && (regression || p->autoencoder),
		 "--class-weights and --distribution or --autoencoder: "
		 "there are no classes to weight"},
		{p->weighting == PARAM_WEIGHTING_GRADIENT &&
			 !p->weights_column && !p->class_weights.n,
		 "--weighting Gradient needs --weights-column or "
		 "--class-weights: rows weigh the same"},
		{p->class_weights.n && p->balance_classes,
		 "--class-weights and --balance-classes: "
		 "both say how often classes are presented"},
	};

	return FIRST(clashes, e);
}

/* ---- reproducible --------------------------------------------------- */

static int
check_reproducible(const struct params *p, struct err *e)
{
	const struct clash clashes[] = {
		{p->max_runtime_secs > 0,
		 "--reproducible and --max-runtime-secs: "
		 "a result cannot depend on the clock"},
		{p->threading == PARAM_THREADING_HOGWILD,
		 "--reproducible and --threading hogwild: "
		 "a result cannot depend on a race"},
		{p->precision == PARAM_PRECISION_BF16,
		 "--reproducible and --precision bf16: "
		 "not every machine has it"},
	};

	return p->reproducible ? FIRST(clashes, e) : 0;
}

int
params_check(const struct params *p, struct err *e)
{
	static int (*const checks[])(const struct params *, struct err *) = {
		check_roles, check_folds, check_start, check_network,
		check_autoencoder, check_sparsity, check_optimizer, check_loss,
		check_balance, check_reproducible,
	};
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (checks[i](p, e) < 0)
			return -1;
	return 0;
}
