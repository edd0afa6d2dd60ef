/*
 * cv.c - cross-validation: the folds, several at a time, and what they say
 * together; see cv.h.
 */
#include "dltools/cv.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "dltools/mem.h"
#include "model/cv_int.h"

bool
cv_is_asked(const struct params *p)
{
	return p->nfolds > 1 || p->fold_column;
}

/* ---- before training ------------------------------------------------- */

static double
physical_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (double)pages * (double)size : INFINITY;
}

/* No more than there are threads; together no more than half the memory. */
static unsigned
choose_parallel(const struct cv *cv)
{
	const struct params *p = cv->rq.base.params;
	unsigned n = p->threads ? (unsigned)p->threads :
		pool_default_threads();
	double fit = physical_memory() / 2 / fmax(1, cv->rq.fold_bytes);

	if (!p->parallelize_cross_validation)
		return 1;
	if (n > cv->folds.n)
		n = (unsigned)cv->folds.n;
	if (fit < (double)n)
		n = fit < 1 ? 1 : (unsigned)fit;
	return n;
}

static int
make_folds(struct cv *cv, struct err *e)
{
	const struct params *p = cv->rq.base.params;
	const struct frame *f = cv->rq.base.training;

	if (folds_assign(&cv->folds, f, p, (uint64_t)p->seed, e) < 0 ||
	    folds_check(&cv->folds, f, p->response_column, e) < 0)
		return -1;
	cv->parallel = choose_parallel(cv);
	cv->fold = mem_zalloc(cv->folds.n, sizeof(*cv->fold), e);
	if (!cv->fold)
		return -1;
	for (size_t i = 0; i < cv->folds.n; i++)
		if (cv_fold_init(&cv->fold[i], cv, i, e) < 0)
			return -1;
	return 0;
}

struct cv *
cv_new(const struct cv_request *r, struct err *e)
{
	struct cv *cv = mem_zalloc(1, sizeof(*cv), e);

	if (!cv)
		return NULL;
	cv->rq = *r;
	cv->rq.base.params = &cv->given;
	for (size_t i = 0; i < r->base.others && i < MODEL_OTHERS; i++)
		cv->others[i].name = r->base.other[i].name;
	pthread_mutex_init(&cv->lock, NULL);
	if (params_copy(&cv->given, r->base.params, e) == 0 &&
	    make_folds(cv, e) == 0)
		return cv;
	cv_free(cv);
	return NULL;
}

void
cv_free(struct cv *cv)
{
	if (!cv)
		return;
	for (size_t i = 0; cv->fold && i < cv->folds.n; i++)
		cv_fold_release(&cv->fold[i]);
	mem_free(cv->fold);
	folds_release(&cv->folds);
	params_release(&cv->params);
	params_release(&cv->given);
	metrics_release(&cv->metrics);
	string_table_release(&cv->classes);
	mem_free(cv->p);
	mem_free(cv->value);
	pthread_mutex_destroy(&cv->lock);
	mem_free(cv);
}

/* ---- the model of all rows ------------------------------------------- */

/* Mean of the folds' epochs, to the best event or to the end. */
static double
mean_epochs(const struct cv *cv)
{
	bool best = cv->rq.base.params->cv_epochs == PARAM_CV_EPOCHS_BEST;
	double sum = 0;

	for (size_t i = 0; i < cv->folds.n; i++)
		sum += best ? cv->fold[i].best_epochs : cv->fold[i].epochs;
	return sum / (double)cv->folds.n;
}

static int
set_params(struct cv *cv, struct err *e)
{
	const struct params *asked = cv->rq.base.params;
	struct params *p = &cv->params;

	if (params_copy(p, asked, e) < 0)
		return -1;
	p->max_runtime_secs = cv->fold[0].params.max_runtime_secs;
	if (asked->cv_epochs == PARAM_CV_EPOCHS_ASKED)
		return 0;
	p->overwrite_with_best_model = false;
	if (asked->stopping_rounds > 0 || asked->max_runtime_secs > 0) {
		p->stopping_rounds = 0;
		p->epochs = mean_epochs(cv);
	}
	return 0;
}

/* Holdouts put together in the order of the folds, then measured. */
static int
put_together(struct cv *cv, struct err *e)
{
	const struct metrics *first = &cv->fold[0].metrics;

	if (metrics_init(&cv->metrics, first->kind, first->classes, e) < 0)
		return -1;
	cv->metrics.auc_type = first->auc_type;
	cv->metrics.deviance = first->deviance;
	cv->metrics.deviance_param = first->deviance_param;
	for (size_t i = 0; i < cv->folds.n; i++)
		if (metrics_merge(&cv->metrics, &cv->fold[i].metrics, e) < 0 ||
		    metrics_finish(&cv->fold[i].metrics, e) < 0)
			return -1;
	return metrics_finish(&cv->metrics, e);
}

/* ---- all folds ------------------------------------------------------- */

/* The next fold to train; NULL: none is left, or it is time to stop. */
static struct cv_fold *
take_fold(struct cv *cv)
{
	const volatile sig_atomic_t *stop = cv->rq.base.stop;
	struct cv_fold *k = NULL;

	pthread_mutex_lock(&cv->lock);
	if (stop && *stop)
		cv->interrupted = true;
	if (!cv->failed && !cv->interrupted && cv->next < cv->folds.n)
		k = &cv->fold[cv->next++];
	pthread_mutex_unlock(&cv->lock);
	return k;
}

static void
work(void *arg, unsigned thread, unsigned threads)
{
	struct cv *cv = arg;
	struct cv_fold *k;

	(void)thread;
	(void)threads;
	while ((k = take_fold(cv)) != NULL) {
		struct err e = {0};
		enum train_end end = cv_fold_run(k, &e);

		pthread_mutex_lock(&cv->lock);
		if (end == TRAIN_FAILED && !cv->failed) {
			cv->failed = true;
			k->err = e;
		}
		if (end == TRAIN_INTERRUPTED)
			cv->interrupted = true;
		pthread_mutex_unlock(&cv->lock);
	}
}

enum train_end
cv_run(struct cv *cv, struct err *e)
{
	struct pool *pool = pool_new(cv->parallel, e);

	if (!pool)
		return TRAIN_FAILED;
	pool_run(pool, work, cv);
	pool_free(pool);
	for (size_t i = 0; i < cv->folds.n; i++) {
		if (cv->fold[i].err.code == ERR_NONE)
			continue;
		*e = cv->fold[i].err;
		return TRAIN_FAILED;
	}
	if (cv->interrupted)
		return TRAIN_INTERRUPTED;
	return put_together(cv, e) < 0 || set_params(cv, e) < 0 ?
		TRAIN_FAILED : TRAIN_FINISHED;
}

/* ---- questions ------------------------------------------------------- */

size_t
cv_folds(const struct cv *cv)
{
	return cv->folds.n;
}

const struct params *
cv_params(const struct cv *cv)
{
	return &cv->params;
}

void
cv_totals(const struct cv *cv, int64_t *samples, double *seconds)
{
	double began = INFINITY, ended = 0;

	*samples = 0;
	for (size_t i = 0; i < cv->folds.n; i++) {
		const struct cv_fold *k = &cv->fold[i];

		*samples += k->samples;
		if (k->began > 0) {
			began = fmin(began, k->began);
			ended = fmax(ended, k->ended);
		}
	}
	*seconds = ended > began ? ended - began : 0;
}

void
cv_remove_states(const char *state_path, size_t folds)
{
	struct err e = {0};
	bool more = state_path != NULL;

	for (size_t i = 0; more; i++) {
		char *name = cv_state_name(state_path, i, &e);

		more = name && ((model_is_model(name, &e) > 0 &&
				 unlink(name) == 0) || i + 1 < folds);
		mem_free(name);
	}
}
