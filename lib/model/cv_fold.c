/*
 * cv_fold.c - one fold: its frames, its model, its judgement.
 */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "dltools/clock.h"
#include "dltools/mem.h"
#include "dltools/score_rows.h"
#include "model/cv_int.h"
#include "model/train_int.h"

#define BATCH 128

char *
cv_state_name(const char *state_path, size_t number, struct err *e)
{
	struct str s = STR_INIT;

	str_addf(&s, "%s.cv_%zu", state_path, number + 1);
	return str_take(&s, e);
}

/* ---- what it is trained with ----------------------------------------- */

/* Time for each model, as H2O divides it: those side by side share it. */
static double
time_share(const struct cv *cv)
{
	double rounds = (double)cv->folds.n / (double)cv->parallel + 1;

	return cv->rq.base.params->max_runtime_secs / ceil(rounds);
}

static int
set_params(struct cv_fold *k, struct err *e)
{
	const struct cv *cv = k->cv;
	struct params *p = &k->params;
	unsigned threads;

	if (params_copy(p, cv->rq.base.params, e) < 0)
		return -1;
	threads = p->threads ? (unsigned)p->threads : pool_default_threads();
	p->threads = threads / cv->parallel ? threads / cv->parallel : 1;
	p->nfolds = 0;
	p->max_runtime_secs = time_share(cv);
	for (size_t i = 0; i < p->validation_frame.n; i++)
		mem_free(p->validation_frame.v[i]);
	p->validation_frame.n = 0;
	return 0;
}

int
cv_fold_init(struct cv_fold *k, struct cv *cv, size_t number, struct err *e)
{
	k->cv = cv;
	k->number = number;
	if (cv->rq.base.state_path) {
		k->state_path = cv_state_name(cv->rq.base.state_path, number,
					      e);
		if (!k->state_path || (!cv->rq.resume &&
		    train_check_state(k->state_path, true, e) < 0))
			return -1;
	}
	return set_params(k, e);
}

static void
close_frames(struct cv_fold *k)
{
	frame_close(k->training);
	frame_close(k->holdout);
	k->training = k->holdout = NULL;
}

void
cv_fold_release(struct cv_fold *k)
{
	close_frames(k);
	params_release(&k->params);
	model_release(&k->model);
	metrics_release(&k->metrics);
	mem_free(k->state_path);
}

static struct frame *
subset(struct cv_fold *k, bool inside, struct pool *pool, struct err *e)
{
	const struct cv *cv = k->cv;
	const struct frame *whole = cv->rq.base.training;
	struct str label = STR_INIT;
	struct frame *f = NULL;
	int64_t n, *row = folds_rows(&cv->folds, k->number, inside, &n, e);

	str_addf(&label, "%s (%s fold %zu)", frame_path(whole),
		 inside ? "in" : "outside", k->number + 1);
	if (row && str_check(&label, e) == 0)
		f = frame_subset(whole, row, n, label.buf, pool, e);
	str_release(&label);
	mem_free(row);
	return f;
}

/* ---- hooks: one at a time -------------------------------------------- */

/* SIGUSR2 is for all folds. */
static void
pass_save_on(struct cv *cv)
{
	if (!cv->rq.base.save || !*cv->rq.base.save)
		return;
	*cv->rq.base.save = 0;
	for (size_t i = 0; i < cv->folds.n; i++)
		cv->fold[i].save = 1;
}

static int
on_tick(void *ctx, const struct train_progress *p, struct err *e)
{
	struct cv_fold *k = ctx;
	struct cv *cv = k->cv;
	const struct train_hooks *h = &cv->rq.base.hooks;
	int rc = 0;

	pthread_mutex_lock(&cv->lock);
	pass_save_on(cv);
	if (cv->failed)
		rc = err_set(e, ERR_INTERNAL, "another fold failed");
	else if (h->tick)
		rc = h->tick(h->ctx, p, e);
	pthread_mutex_unlock(&cv->lock);
	return rc;
}

static int
on_scored(void *ctx, const struct history_layout *l, const struct history *h,
	  struct err *e)
{
	struct cv_fold *k = ctx;
	const struct train_hooks *hooks = &k->cv->rq.base.hooks;
	int rc = 0;

	if (!hooks->scored)
		return 0;
	pthread_mutex_lock(&k->cv->lock);
	rc = hooks->scored(hooks->ctx, l, h, e);
	pthread_mutex_unlock(&k->cv->lock);
	return rc;
}

static void
make_request(struct cv_fold *k, struct train_request *rq)
{
	*rq = k->cv->rq.base;
	rq->asked = k->cv->rq.base.params;
	rq->params = &k->params;
	rq->training = k->training;
	rq->validation = k->holdout;
	rq->other = k->cv->others;
	rq->export_prefix = NULL;
	rq->checkpoint = NULL;
	rq->resume = NULL;
	rq->state_path = k->state_path;
	rq->save = &k->save;
	rq->fold = k->number + 1;
	rq->folds = k->cv->folds.n;
	rq->hooks = (struct train_hooks){k, on_tick, on_scored};
}

/* ---- the holdout ----------------------------------------------------- */

static void
keep_predictions(struct cv_fold *k, const struct encoder *enc,
		 enum net_loss loss, const float *out, int64_t row)
{
	struct cv *cv = k->cv;
	size_t n = cv->classes.n;

	if (cv->value)
		cv->value[row] = score_value(enc, loss, *out);
	else
		memcpy(cv->p + (size_t)row * n, out, n * sizeof(float));
}

/* Every row of the fold, its response missing or not. */
static int
predict(struct cv_fold *k, const struct model *m, const struct forward *fwd,
	const struct rows *rows, struct err *e)
{
	struct forward_scratch *s = forward_scratch_new(fwd, BATCH, e);
	size_t outputs = net_shape(m->net)->outputs;
	float *out = mem_floats(BATCH, outputs, e);
	int64_t index[BATCH], n, *row;
	struct batch b = {0};
	int rc = -1;

	row = folds_rows(&k->cv->folds, k->number, true, &n, e);
	if (!s || !out || !row || rows_batch(rows, BATCH, &b, e) < 0)
		goto out;
	for (int64_t at = 0; at < n; at += BATCH) {
		size_t some = n - at < BATCH ? (size_t)(n - at) : BATCH;

		for (size_t i = 0; i < some; i++)
			index[i] = at + (int64_t)i;
		rows_fetch(rows, index, some, &b, 0);
		forward_run(fwd, s, &b, out, outputs);
		score_correct(&m->enc, out, some);
		for (size_t i = 0; i < some; i++)
			keep_predictions(k, &m->enc, net_shape(m->net)->loss,
					 out + i * outputs,
					 row[at + (int64_t)i]);
	}
	rc = 0;
out:
	batch_release(&b);
	mem_free(row);
	mem_free(out);
	forward_scratch_free(s);
	return rc;
}

static int
judge_with(struct cv_fold *k, const struct model *m, struct pool *pool,
	   struct err *e)
{
	struct forward *fwd = forward_new(m->net, PRECISION_F32, e);
	struct score_source source = {
		.fwd = fwd, .enc = &m->enc, .loss = net_shape(m->net)->loss,
		.pool = pool,
	};
	struct rows *rows = NULL;
	int rc = -1;

	if (fwd)
		rows = rows_load(k->holdout, &m->enc, NULL, ROWS_ALL, pool, e);
	if (!rows || score_metrics_init(&k->metrics, &m->enc,
					net_shape(m->net),
					m->params.huber_alpha, e) < 0)
		goto out;
	k->metrics.auc_type = metrics_auc_type(m->params.auc_type);
	source.rows = rows;
	if (score_rows(&source, NULL, (size_t)rows_count(rows), &k->metrics,
		       e) < 0)
		goto out;
	rc = k->cv->rq.predictions ? predict(k, m, fwd, rows, e) : 0;
out:
	rows_free(rows);
	forward_free(fwd);
	return rc;
}

/* The event with the lowest loss: where the weights that were kept are from. */
static double
best_epochs(const struct model *m)
{
	const struct stop_metric *metric = stop_metric_find(
		param_table[PARAM_ID_stopping_metric]
			.values[m->params.stopping_metric].text,
		encoder_is_classifier(&m->enc), false);
	double best = NAN, epochs = 0;

	for (size_t i = 0; i < m->history.n; i++) {
		const struct history_row *row = &m->history.row[i];
		double loss = metric ? stop_metric_loss(
			metric, row->has_validation ? &row->validation :
			&row->training) : NAN;

		if (loss >= best)
			continue;
		best = loss;
		epochs = row->epochs;
	}
	return epochs;
}

/* The first model says what predictions look like. */
static int
prepare_predictions(struct cv *cv, const struct model *m, struct err *e)
{
	size_t rows = cv->rq.predictions ? (size_t)cv->folds.rows : 0;
	int rc = 0;

	pthread_mutex_lock(&cv->lock);
	if (!cv->prepared) {
		cv->prepared = true;
		cv->kind = m->kind;
		rc = string_table_copy(&cv->classes, &m->enc.classes, e);
		if (m->kind == METRICS_REGRESSION)
			cv->value = mem_zalloc(rows, sizeof(double), e);
		else
			cv->p = mem_zalloc(rows, m->enc.classes.n *
					   sizeof(float), e);
	}
	if (!cv->value && !cv->p)
		rc = -1;
	pthread_mutex_unlock(&cv->lock);
	return rc;
}

static int
judge(struct cv_fold *k, const struct model *m, struct pool *pool,
      struct err *e)
{
	k->rows = m->training_rows;
	k->samples = m->samples;
	k->epochs = (double)m->samples / (double)m->training_rows;
	k->best_epochs = best_epochs(m);
	if (prepare_predictions(k->cv, m, e) < 0)
		return err_nomem(e, "predictions of the folds");
	return judge_with(k, m, pool, e);
}

/* ---- training -------------------------------------------------------- */

/* Judges a finished model, and takes it if it is to be kept. */
static int
settle(struct cv_fold *k, struct model *m, struct pool *pool, struct err *e)
{
	if (judge(k, m, pool, e) < 0)
		return -1;
	if (k->cv->rq.keep_models) {
		k->model = *m;
		memset(m, 0, sizeof(*m));
	}
	k->done = true;
	return 0;
}

static int
finish(struct cv_fold *k, struct model *m, struct pool *pool, struct err *e)
{
	k->ended = clock_now();
	if (k->state_path && model_save(m, k->state_path, true, e) < 0)
		return -1;
	return settle(k, m, pool, e);
}

static enum train_end
train_fold(struct cv_fold *k, const struct train_request *rq,
	   struct pool *pool, struct err *e)
{
	struct train *t = train_new(rq, e);
	struct model m = {0};
	struct err second = {0};
	enum train_end end;

	if (!t)
		return TRAIN_FAILED;
	k->began = clock_now();
	end = train_run(t, e);
	if (end == TRAIN_FINISHED) {
		train_take_model(t, &m);
		if (finish(k, &m, pool, e) < 0)
			end = TRAIN_FAILED;
		model_release(&m);
	} else if (k->state_path && (end == TRAIN_INTERRUPTED ||
				     e->code == ERR_NUMERIC) &&
		   train_save_state(t, k->state_path, &second) < 0 &&
		   end == TRAIN_INTERRUPTED) {
		*e = second;
		end = TRAIN_FAILED;
	}
	train_free(t);
	return end;
}

/* A fold that was done before: its rows of the history are told again. */
static int
take_finished(struct cv_fold *k, const struct train_request *rq,
	      struct model *m, struct pool *pool, struct err *e)
{
	struct history_layout l = model_layout(m);
	struct history_other name[MODEL_OTHERS] = {{0}};

	l.run = l.folds = true;
	for (size_t i = 0; i < rq->others; i++)
		name[i].name = (char *)(uintptr_t)rq->other[i].name;
	l.other = name;
	l.others = rq->others;
	for (size_t i = 0; i < m->history.n; i++)
		m->history.row[i].fold = (int64_t)rq->fold;
	if (m->history.n && on_scored(k, &l, &m->history, e) < 0)
		return -1;
	return settle(k, m, pool, e);
}

static enum train_end
go_on(struct cv_fold *k, struct train_request *rq, struct pool *pool,
      struct err *e)
{
	struct model before = {0};
	enum train_end end;

	if (!k->cv->rq.resume || !k->state_path ||
	    access(k->state_path, F_OK) < 0)
		return train_fold(k, rq, pool, e);
	if (model_open(&before, k->state_path, e) < 0)
		return TRAIN_FAILED;
	if (train_is_result(rq, &before)) {
		end = take_finished(k, rq, &before, pool, e) < 0 ?
			TRAIN_FAILED : TRAIN_FINISHED;
	} else {
		rq->resume = &before;
		end = train_fold(k, rq, pool, e);
	}
	model_release(&before);
	return end;
}

enum train_end
cv_fold_run(struct cv_fold *k, struct err *e)
{
	struct pool *pool = pool_new((unsigned)k->params.threads, e);
	struct train_request rq;
	enum train_end end = TRAIN_FAILED;

	if (!pool)
		return TRAIN_FAILED;
	k->training = subset(k, false, pool, e);
	if (k->training)
		k->holdout = subset(k, true, pool, e);
	if (k->holdout) {
		make_request(k, &rq);
		end = go_on(k, &rq, pool, e);
	}
	close_frames(k);
	pool_free(pool);
	if (end == TRAIN_FAILED)
		err_prefix(e, "fold %zu", k->number + 1);
	return end;
}
