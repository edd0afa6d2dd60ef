/*
 * net_plan.c - the net that parameters and an encoder ask for.  Training and
 * the reading of a model go the same way, so that a file's shape cannot differ
 * from its parameters.
 */
#include <string.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/model_int.h"

static enum activation
activation_of(const struct params *p)
{
	switch (p->activation) {
	case PARAM_ACTIVATION_TANH:
	case PARAM_ACTIVATION_TANH_WITH_DROPOUT:
		return ACTIVATION_TANH;
	case PARAM_ACTIVATION_MAXOUT:
	case PARAM_ACTIVATION_MAXOUT_WITH_DROPOUT:
		return ACTIVATION_MAXOUT;
	case PARAM_ACTIVATION_EXP_RECTIFIER:
	case PARAM_ACTIVATION_EXP_RECTIFIER_WITH_DROPOUT:
		return ACTIVATION_EXP_RECTIFIER;
	default:
		return ACTIVATION_RECTIFIER;
	}
}

/* Of numbers; the distribution is resolved. */
static void
plan_number_loss(struct net_shape *s, const struct params *p)
{
	switch (p->distribution) {
	case PARAM_DISTRIBUTION_LAPLACE:
		s->loss = LOSS_ABSOLUTE;
		break;
	case PARAM_DISTRIBUTION_HUBER:
		s->loss = LOSS_HUBER;
		s->loss_param = 1; /* D, until training moves it */
		break;
	case PARAM_DISTRIBUTION_QUANTILE:
		s->loss = LOSS_QUANTILE;
		s->loss_param = p->quantile_alpha;
		break;
	case PARAM_DISTRIBUTION_POISSON:
		s->loss = LOSS_POISSON;
		break;
	case PARAM_DISTRIBUTION_GAMMA:
		s->loss = LOSS_GAMMA;
		break;
	case PARAM_DISTRIBUTION_TWEEDIE:
		s->loss = LOSS_TWEEDIE;
		s->loss_param = p->tweedie_power;
		break;
	default:
		s->loss = LOSS_QUADRATIC;
	}
}

static void
plan_loss(struct net_shape *s, const struct params *p)
{
	if (s->classification)
		s->loss = p->loss == PARAM_LOSS_QUADRATIC ?
			LOSS_SOFTMAX_QUADRATIC : LOSS_CROSS_ENTROPY;
	else
		plan_number_loss(s, p);
}

static int
plan_layers(struct net_plan *plan, const struct params *p, struct err *e)
{
	size_t n = p->hidden.n;

	plan->units = mem_zalloc(n, sizeof(size_t), e);
	plan->dropout = mem_zalloc(n, sizeof(double), e);
	if (!plan->units || !plan->dropout)
		return -1;
	for (size_t i = 0; i < n; i++) {
		plan->units[i] = (size_t)p->hidden.v[i];
		if (params_has_dropout(p))
			plan->dropout[i] = p->hidden_dropout_ratios.n ?
				p->hidden_dropout_ratios.v[i] : 0.5;
	}
	plan->shape.layers = n;
	plan->shape.units = plan->units;
	plan->shape.hidden_dropout = params_has_dropout(p) ?
		plan->dropout : NULL;
	return 0;
}

static enum net_optimizer
optimizer_of(const struct params *p)
{
	switch (p->optimizer) {
	case PARAM_OPTIMIZER_ADAM:
		return OPTIMIZER_ADAM;
	case PARAM_OPTIMIZER_ADADELTA:
		return OPTIMIZER_ADADELTA;
	case PARAM_OPTIMIZER_SGD:
		return OPTIMIZER_SGD;
	default:
		return p->adaptive_rate ? OPTIMIZER_ADADELTA : OPTIMIZER_SGD;
	}
}

static void
plan_rule(struct net_rule *r, const struct params *p)
{
	r->optimizer = optimizer_of(p);
	r->rho = p->rho;
	r->epsilon = p->epsilon;
	r->rate = p->rate;
	r->rate_annealing = p->rate_annealing;
	r->rate_decay = p->rate_decay;
	r->momentum_start = p->momentum_start;
	r->momentum_ramp = p->momentum_ramp;
	r->momentum_stable = p->momentum_stable;
	r->nesterov = p->nesterov_accelerated_gradient;
	r->beta1 = p->beta1;
	r->beta2 = p->beta2;
	r->adam_epsilon = p->adam_epsilon;
	r->weight_decay = p->weight_decay;
	r->average_decay = p->average_decay;
	r->schedule = p->rate_schedule == PARAM_RATE_SCHEDULE_COSINE ?
		SCHEDULE_COSINE :
		p->rate_schedule == PARAM_RATE_SCHEDULE_STEP ? SCHEDULE_STEP :
		SCHEDULE_CONSTANT;
	r->l1 = p->l1;
	r->l2 = p->l2;
	r->max_w2 = (float)p->max_w2;
	r->fast_mode = p->fast_mode;
	r->sparsity_beta = p->sparsity_beta;
	r->average_activation = p->average_activation;
	r->mini_batch = (size_t)p->mini_batch_size;
}

int
net_plan_make(struct net_plan *plan, const struct params *p,
	      const struct encoder *enc, struct err *e)
{
	struct net_shape *s = &plan->shape;
	bool classification = encoder_is_classifier(enc);

	memset(plan, 0, sizeof(*plan));
	if (p->hidden.n >= NET_MAX_LAYERS)
		return err_set(e, ERR_USAGE, "hidden: at most %d layers",
			       NET_MAX_LAYERS - 1);
	if (p->hidden_dropout_ratios.n &&
	    p->hidden_dropout_ratios.n != p->hidden.n)
		return err_set(e, ERR_USAGE, "hidden_dropout_ratios: %zu "
			       "ratios for %zu hidden layers",
			       p->hidden_dropout_ratios.n, p->hidden.n);
	s->sparse = enc->sparse;
	s->row_entries = enc->row_entries;
	s->dense = enc->dense;
	s->autoencoder = !enc->response;
	s->linear_output = p->linear_output;
	s->outputs = s->autoencoder ? encoder_units(enc) :
		classification ? enc->classes.n : 1;
	s->activation = activation_of(p);
	s->classification = classification;
	plan_loss(s, p);
	s->input_dropout = p->input_dropout_ratio;
	s->initial = p->initial_weight_distribution ==
		PARAM_INITIAL_WEIGHT_DISTRIBUTION_UNIFORM ? INITIAL_UNIFORM :
		p->initial_weight_distribution ==
		PARAM_INITIAL_WEIGHT_DISTRIBUTION_NORMAL ? INITIAL_NORMAL :
		INITIAL_UNIFORM_ADAPTIVE;
	s->initial_scale = p->initial_weight_scale;
	s->initial_output_factor = p->initial_output_factor;
	plan_rule(&plan->rule, p);
	if (encoder_has_rest(enc)) {
		plan->rest = mem_zalloc(enc->dense, sizeof(float), e);
		if (!plan->rest)
			return -1;
		encoder_rest(enc, plan->rest);
		s->rest = plan->rest;
	}
	return plan_layers(plan, p, e);
}

void
net_plan_release(struct net_plan *plan)
{
	mem_free(plan->units);
	mem_free(plan->dropout);
	mem_free(plan->rest);
	memset(plan, 0, sizeof(*plan));
}

/* Counts in double: a hostile file cannot make it wrap. */
double
net_plan_parameters(const struct net_plan *plan)
{
	const struct net_shape *s = &plan->shape;
	double pieces = s->activation == ACTIVATION_MAXOUT ? 2 : 1;
	double below = (double)s->sparse + (double)s->dense, sum = 0;

	for (size_t i = 0; i < s->layers; i++) {
		double units = (double)s->units[i];

		sum += pieces * units * (below + 1);
		below = units;
	}
	return sum + (double)s->outputs * (below + 1);
}

static const char *
activation_name(const struct net_shape *s)
{
	static const char *const names[][2] = {
		[ACTIVATION_TANH] = {"Tanh", "TanhWithDropout"},
		[ACTIVATION_RECTIFIER] = {"Rectifier", "RectifierWithDropout"},
		[ACTIVATION_EXP_RECTIFIER] = {"ExpRectifier",
					      "ExpRectifierWithDropout"},
		[ACTIVATION_MAXOUT] = {"Maxout", "MaxoutWithDropout"},
	};

	return names[s->activation][s->hidden_dropout != NULL];
}

const char *
net_plan_output(const struct net_shape *s)
{
	struct net_shape plain = *s;

	plain.hidden_dropout = NULL;
	return s->classification ? "Softmax" :
		s->autoencoder && !s->linear_output ? activation_name(&plain) :
		"Linear";
}

/* Is this the text that net_plan_json() writes for the shape? */
int
net_plan_check(const struct net_shape *s, const char *text, struct err *e)
{
	struct str own = STR_INIT;
	struct json j = json_start(&own);
	int rc;

	net_plan_json(s, &j);
	rc = str_check(&own, e);
	if (rc == 0)
		rc = !text || strcmp(own.buf, text) != 0;
	str_release(&own);
	return rc;
}

void
net_plan_json(const struct net_shape *s, struct json *j)
{
	json_put_object(j);
	json_key(j, "inputs");
	json_put_int(j, (int64_t)(s->sparse + s->dense));
	json_key(j, "sparse_inputs");
	json_put_int(j, (int64_t)s->sparse);
	json_key(j, "hidden");
	json_put_array(j);
	for (size_t i = 0; i < s->layers; i++)
		json_put_int(j, (int64_t)s->units[i]);
	json_end(j);
	json_key(j, "activation");
	json_put_text(j, activation_name(s));
	json_key(j, "hidden_dropout_ratios");
	json_put_array(j);
	for (size_t i = 0; i < s->layers && s->hidden_dropout; i++)
		json_put_real(j, s->hidden_dropout[i]);
	json_end(j);
	json_key(j, "outputs");
	json_put_int(j, (int64_t)s->outputs);
	json_key(j, "output_activation");
	json_put_text(j, net_plan_output(s));
	json_end(j);
}
