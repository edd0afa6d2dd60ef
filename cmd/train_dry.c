/* train_dry.c - --dry-run; see train_dry.h. */
#include "train_dry.h"

#include <stdio.h>

#include <dltools/cv.h>
#include <dltools/train_probe.h>
#include <dltools/train_report.h>

#define PROBE_SECONDS 1.0

/* Models of the folds, of a column as many as it has values, and the last. */
static size_t
models_of(const struct train *t, const struct params *p)
{
	const struct cv_request r = {.base = *train_request_of(t)};
	struct err e = {0};
	struct cv *cv;
	size_t n = 1;

	if (!cv_is_asked(p))
		return 1;
	cv = cv_new(&r, &e);
	n += cv ? cv_folds(cv) : 0;
	cv_free(cv);
	return n;
}

int
train_dry_run(struct train *t, const struct train_job *job, struct err *e)
{
	struct str s = STR_INIT;
	struct train_probe p;
	int rc = -1;

	train_outline(t, &s);
	if (model_layer_table(train_model(t), &s, e) == 0 &&
	    train_probe_run(t, PROBE_SECONDS, &p, e) == 0) {
		train_probe_text(t, &p, models_of(t, &job->params), &s);
		rc = str_check(&s, e);
	}
	if (rc == 0)
		fputs(s.buf, stdout);
	str_release(&s);
	return rc;
}
