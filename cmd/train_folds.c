/* train_folds.c - cross-validation in dl-train; see train_folds.h. */
#include "train_folds.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <dltools/mem.h>
#include <dltools/rng.h>

int
train_folds_check(const struct train_job *job, struct err *e)
{
	const struct params *p = &job->params;
	bool keep = p->keep_cross_validation_models ||
		p->keep_cross_validation_predictions ||
		p->keep_cross_validation_fold_assignment;

	if (job->cv_predictions && !cv_is_asked(p))
		return err_set(e, ERR_USAGE, "--cv-predictions needs --nfolds "
			       "or --fold-column: there are no folds");
	if (keep && cv_is_asked(p) && strcmp(job->out, "-") == 0)
		return err_set(e, ERR_USAGE, "--keep-cross-validation-... "
			       "needs -o MODEL: files are named after it");
	return 0;
}

/* Of the run that is to go on: from any of its states; -1 if there is none. */
static int
old_seed(const struct train_request *rq, int64_t *seed, struct err *e)
{
	struct str name = STR_INIT;
	struct model m;
	int status = 0;

	if (rq->resume)
		*seed = rq->resume->params.seed;
	for (int i = 1; rq->state_path && i <= 64 && *seed == -1; i++) {
		str_reset(&name);
		str_addf(&name, "%s.cv_%d", rq->state_path, i);
		status = str_check(&name, e);
		if (status == 0 && access(name.buf, F_OK) < 0)
			continue;
		if (status == 0)
			status = model_open(&m, name.buf, e);
		if (status == 0) {
			*seed = m.params.seed;
			model_release(&m);
		} else if (e->code == ERR_OUTPUT) {
			break;
		}
		status = 0;
	}
	str_release(&name);
	return status;
}

/* All folds and the final model draw from one seed. */
static int
choose_seed(struct params *p, const struct train_job *job,
	    const struct train_request *rq, struct err *e)
{
	if (params_copy(p, rq->params, e) < 0)
		return -1;
	if (p->seed == -1 && job->resume && old_seed(rq, &p->seed, e) < 0)
		return -1;
	if (p->seed == -1)
		p->seed = (int64_t)(rng_fresh_seed() >> 1);
	return 0;
}

enum train_end
train_folds_run(struct cv **cv, const struct train_job *job,
		struct train_request *rq, double fold_bytes, struct err *e)
{
	const struct params *p = &job->params;
	struct cv_request r = {
		.base = *rq, .resume = job->resume, .fold_bytes = fold_bytes,
		.keep_models = p->keep_cross_validation_models,
		.predictions = job->cv_predictions ||
			p->keep_cross_validation_predictions,
	};
	struct params seeded;
	enum train_end end = TRAIN_FAILED;

	if (choose_seed(&seeded, job, rq, e) < 0)
		return TRAIN_FAILED;
	r.base.params = &seeded;
	*cv = cv_new(&r, e);
	params_release(&seeded);
	if (*cv)
		end = cv_run(*cv, e);
	rq->asked = rq->params;
	rq->params = *cv ? cv_params(*cv) : NULL;
	rq->cv = *cv;
	return end;
}

void
train_add_name(struct str *out, const char *model, const char *ending)
{
	size_t n = strlen(model);

	if (n > 4 && strcmp(model + n - 4, ".dlm") == 0)
		n -= 4;
	str_add_bytes(out, model, n);
	str_add(out, ending);
}

static int
write_beside(const struct cv *cv, const struct train_job *job, bool values,
	     struct err *e)
{
	struct str name = STR_INIT;
	int rc = -1;

	train_add_name(&name, job->out, values ? ".cv_predictions.csv" :
		       ".cv_folds.csv");
	if (str_check(&name, e) == 0)
		rc = cv_write(cv, name.buf, values, e);
	str_release(&name);
	return rc;
}

static int
write_models(const struct cv *cv, const struct train_job *job, struct err *e)
{
	struct str prefix = STR_INIT;
	int rc = -1;

	train_add_name(&prefix, job->out, "");
	if (str_check(&prefix, e) == 0)
		rc = cv_save_models(cv, prefix.buf, !job->no_state, e);
	str_release(&prefix);
	return rc;
}

int
train_folds_write(const struct cv *cv, const struct train_job *job,
		  struct err *e)
{
	const struct params *p = &job->params;

	if (!cv)
		return 0;
	if ((p->keep_cross_validation_models &&
	     write_models(cv, job, e) < 0) ||
	    (p->keep_cross_validation_predictions &&
	     write_beside(cv, job, true, e) < 0) ||
	    (job->cv_predictions &&
	     cv_write(cv, job->cv_predictions, true, e) < 0) ||
	    (p->keep_cross_validation_fold_assignment &&
	     write_beside(cv, job, false, e) < 0))
		return -1;
	return 0;
}
