/*
 * train.c - setting up a training run: everything that can be wrong is found
 * here, before the first row is presented.
 */
#include "dltools/train.h"

#include <math.h>
#include <string.h>

#include "dltools/adapt.h"
#include "dltools/cv.h"
#include "dltools/mem.h"
#include "dltools/rng.h"
#include "model/train_int.h"

/*
 * What was asked for, less what says only how to compute it: a run may go on
 * with another number of threads, and a reproducible model tells no such thing.
 */
char *
train_asked(const struct params *p, int64_t seed, struct err *e)
{
	struct params what = *p;
	struct str s = STR_INIT;

	for (size_t i = 0; i < PARAM_COUNT; i++)
		if (param_table[i].flags & PARAM_RUN)
			what.from[i] = PARAM_FROM_DEFAULT;
	if (p->reproducible && p->seed == -1) {
		what.seed = seed;
		what.from[PARAM_ID_seed] = PARAM_FROM_FLAG;
	}
	params_row(&what, &s);
	return str_take(&s, e);
}

static void
forget_list(struct param_texts *list)
{
	for (size_t i = 0; i < list->n; i++)
		mem_free(list->v[i]);
	mem_free(list->v);
	memset(list, 0, sizeof(*list));
}

/* A reproducible model names no file. */
static void
forget_paths(struct params *p)
{
	for (size_t i = 0; i < PARAM_COUNT; i++) {
		char *at = (char *)p + param_table[i].offset;
		struct param_texts *list = (struct param_texts *)(void *)at;
		char **path = (char **)(void *)at;

		if (param_table[i].type == PARAM_PATH) {
			mem_free(*path);
			*path = NULL;
		}
		if (param_table[i].type == PARAM_PATHS)
			forget_list(list);
	}
}

static const char **
names_of(const struct param_texts *list)
{
	return (const char **)(uintptr_t)list->v;
}

static const char *
name_or_null(const char *name)
{
	return name && *name ? name : NULL;
}

static enum categorical_encoding
encoding_of(const struct params *p)
{
	switch (p->categorical_encoding) {
	case PARAM_CATEGORICAL_ENCODING_BINARY:
		return ENCODING_BINARY;
	case PARAM_CATEGORICAL_ENCODING_EIGEN:
		return ENCODING_EIGEN;
	case PARAM_CATEGORICAL_ENCODING_LABEL_ENCODER:
		return ENCODING_LABEL;
	case PARAM_CATEGORICAL_ENCODING_SORT_BY_RESPONSE:
		return ENCODING_SORT_BY_RESPONSE;
	case PARAM_CATEGORICAL_ENCODING_ENUM_LIMITED:
		return ENCODING_ENUM_LIMITED;
	default:
		return ENCODING_ONE_HOT;
	}
}

static enum encoder_scaling
scaling_of(enum param_scaling scaling)
{
	switch (scaling) {
	case PARAM_SCALING_NONE:
		return ENCODER_NONE;
	case PARAM_SCALING_MIN_MAX:
		return ENCODER_MIN_MAX;
	case PARAM_SCALING_MAX_ABS:
		return ENCODER_MAX_ABS;
	case PARAM_SCALING_AUTO:
		break;
	}
	return ENCODER_STANDARD;
}

static int
build_encoder(struct train *t, struct err *e)
{
	const struct params *p = &t->model.params;
	struct encoder_options o = {
		.response = name_or_null(p->response_column),
		.ignored = names_of(&p->ignored_columns),
		.ignored_n = p->ignored_columns.n,
		.used = p->predictors.n ? names_of(&p->predictors) : NULL,
		.used_n = p->predictors.n,
		.weights_column = name_or_null(p->weights_column),
		.offset_column = name_or_null(p->offset_column),
		.fold_column = name_or_null(p->fold_column),
		.autoencoder = p->autoencoder,
		.ignore_const_cols = p->ignore_const_cols,
		.use_all_factor_levels = p->use_all_factor_levels,
		.standardize = p->standardize,
		.encoding = encoding_of(p),
		.max_levels = (size_t)p->max_categorical_levels,
		.max_features = (size_t)p->max_categorical_features,
		.hash_seed = (uint32_t)p->seed,
		.raw_response = params_has_log_link(p),
		.scaling = scaling_of((enum param_scaling)p->scaling),
		.uncentred = p->sparse,
		.missing = p->missing_values_handling ==
			PARAM_MISSING_VALUES_HANDLING_SKIP ?
			MISSING_SKIP : MISSING_MEAN_IMPUTATION,
	};

	return encoder_build(&t->model.enc, t->rq.training, &o, e);
}

/* A continuation keeps the coding of the model it goes on from. */
static int
copy_encoder(struct train *t, struct err *e)
{
	return encoder_copy(&t->model.enc, &t->rq.checkpoint->enc, e);
}

static int
load_rows(struct train *t, struct err *e)
{
	struct adapt *a = NULL;

	if (t->rq.checkpoint) {
		a = adapt_new(&t->model.enc, t->rq.training,
			      ADAPT_RESPONSE | ADAPT_WEIGHTS, e);
		if (!a)
			return -1;
	}
	t->rows = rows_load(t->rq.training, &t->model.enc, a, ROWS_TRAIN,
			    t->pool, e);
	adapt_free(a);
	return t->rows ? 0 : -1;
}

/* Position to row: called by the trainer's threads. */
static void
fetch(void *ctx, int64_t first, size_t n, struct batch *b)
{
	const struct train *t = ctx;
	int64_t index[64];

	b->rows = 0;
	for (size_t at = 0; at < n;) {
		size_t k = n - at < 64 ? n - at : 64;

		for (size_t i = 0; i < k; i++)
			index[i] = schedule_row(&t->schedule,
						first + (int64_t)(at + i));
		rows_fetch(t->rows, index, k, b, at);
		if (t->weight_scale > 0)
			train_weigh_errors(t, index, k, b->weight + at);
		at += k;
	}
}

void
train_trainer_options(const struct params *p, struct train_options *o)
{
	*o = (struct train_options){
		.threading = p->threading == PARAM_THREADING_OWNER ?
			THREADING_OWNER :
			p->threading == PARAM_THREADING_HOGWILD ?
			THREADING_HOGWILD : THREADING_AUTO,
		.precision = p->precision == PARAM_PRECISION_BF16 ?
			PRECISION_BF16 :
			p->precision == PARAM_PRECISION_F32 ?
			PRECISION_F32 : PRECISION_AUTO,
		.row_block = (size_t)p->row_block,
		.reproducible = p->reproducible,
		.row_masks = p->row_masks,
		.weighted = p->weighting == PARAM_WEIGHTING_GRADIENT,
		.seed = (uint64_t)p->seed,
	};
	if (p->reproducible) {
		o->threading = THREADING_OWNER;
		o->precision = PRECISION_F32;
	}
}

static int
make_trainer(struct train *t, struct err *e)
{
	struct train_options o;

	train_trainer_options(&t->model.params, &o);
	o.stop = t->rq.stop;
	t->trainer = trainer_new(t->model.net, t->pool, &o, e);
	return t->trainer ? 0 : -1;
}

static int
make_net(struct train *t, struct err *e)
{
	struct net_plan plan = {0};
	int rc = -1;

	if (net_plan_make(&plan, &t->model.params, &t->model.enc, e) == 0) {
		plan.shape.row_entries = rows_entries(t->rows) > 0 ?
			rows_entries(t->rows) : 1;
		plan.rule.schedule_samples = (double)schedule_end(
			&t->schedule, t->origin);
		t->model.net = net_new(&plan.shape, &plan.rule,
				       (uint64_t)t->model.params.seed, e);
		rc = t->model.net ? 0 : -1;
	}
	net_plan_release(&plan);
	return rc;
}

static int
keep_cv(struct model *m, const struct cv *cv, struct err *e)
{
	struct str s = STR_INIT;

	if (cv_json(cv, &s, e) < 0) {
		str_release(&s);
		return -1;
	}
	m->cv_json = str_take(&s, e);
	return m->cv_json ? 0 : -1;
}

static int
start_model(struct train *t, struct err *e)
{
	struct model *m = &t->model;
	const struct csv_dialect *d;

	if (params_copy(&m->params, t->rq.params, e) < 0)
		return -1;
	if (m->params.seed == -1)
		m->params.seed = t->rq.resume ? t->rq.resume->params.seed :
			(int64_t)(rng_fresh_seed() >> 1);
	m->reproducible = m->params.reproducible;
	m->asked = train_asked(t->rq.asked ? t->rq.asked : t->rq.params,
			       m->params.seed, e);
	if (m->reproducible)
		forget_paths(&m->params);
	d = frame_dialect(t->rq.training);
	if (!m->asked ||
	    (d ? csv_dialect_copy(&m->dialect, d, e) :
		 csv_dialect_init(&m->dialect, e)) < 0)
		return -1;
	if (t->rq.tags_json) {
		m->tags_json = mem_strdup(t->rq.tags_json, e);
		if (!m->tags_json)
			return -1;
	}
	frame_id(t->rq.training, m->frame_id);
	if (t->rq.validation)
		frame_id(t->rq.validation, m->validation_id);
	if (t->rq.cv && keep_cv(m, t->rq.cv, e) < 0)
		return -1;
	return t->rq.checkpoint ? copy_encoder(t, e) : build_encoder(t, e);
}

static int
set_up(struct train *t, struct err *e)
{
	struct model *m = &t->model;
	const struct params *p = &m->params;

	if (start_model(t, e) < 0)
		return -1;
	m->kind = model_kind(&m->enc);
	if (train_check_data(t, e) < 0)
		return -1;
	if (t->rq.checkpoint &&
	    train_check_continue(t, t->rq.checkpoint, e) < 0)
		return -1;
	t->pool = pool_new(p->threads ? (unsigned)p->threads :
			   pool_default_threads(), e);
	if (!t->pool || load_rows(t, e) < 0 || train_sets_init(t, e) < 0)
		return -1;
	schedule_init(&t->schedule, m->training_rows, p->epochs,
		      p->train_samples_per_iteration, (uint64_t)p->seed);
	t->schedule.subset = t->subset;
	t->schedule.share = t->share;
	t->schedule.batch = p->mini_batch_size;
	t->iteration_end = schedule_next(&t->schedule, 0, 0);
	if (make_net(t, e) < 0)
		return -1;
	if (train_take_initial(t, e) < 0 || train_record_origin(t, e) < 0)
		return -1;
	if (t->rq.checkpoint && train_take_weights(t, t->rq.checkpoint, e) < 0)
		return -1;
	if (t->rq.resume && train_take_state(t, e) < 0)
		return -1;
	t->forward = forward_new(m->net, PRECISION_F32, e);
	return t->forward ? make_trainer(t, e) : -1;
}

struct train *
train_new(const struct train_request *rq, struct err *e)
{
	struct train *t;

	if (train_check(rq, e) < 0)
		return NULL;
	t = mem_zalloc(1, sizeof(*t), e);
	if (!t)
		return NULL;
	t->rq = *rq;
	str_init(&t->notes);
	t->best_event = -1;
	t->best_loss = NAN;
	t->feed.ctx = t;
	t->feed.fetch = fetch;
	if (set_up(t, e) < 0) {
		train_free(t);
		return NULL;
	}
	return t;
}

void
train_free(struct train *t)
{
	if (!t)
		return;
	trainer_free(t->trainer);
	forward_free(t->forward);
	net_copy_release(&t->last);
	metrics_release(&t->scored[0]);
	metrics_release(&t->scored[1]);
	model_release(&t->model);
	rows_free(t->rows);
	rows_free(t->valid_rows);
	train_others_release(t);
	mem_free(t->training.index);
	mem_free(t->validation.index);
	str_release(&t->notes);
	mem_free(t->subset);
	mem_free(t->share);
	mem_free(t->class_weight);
	mem_free(t->start.input);
	mem_free(t->value);
	pool_free(t->pool);
	mem_free(t);
}

void
train_take_model(struct train *t, struct model *to)
{
	trainer_free(t->trainer);
	forward_free(t->forward);
	t->trainer = NULL;
	t->forward = NULL;
	*to = t->model;
	memset(&t->model, 0, sizeof(t->model));
}

const struct train_request *
train_request_of(const struct train *t)
{
	return &t->rq;
}

const struct model *
train_model(const struct train *t)
{
	return &t->model;
}
