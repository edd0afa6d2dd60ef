/*
 * score_explain.c - contributions of the columns to each row's prediction; see
 * explain.h for those of input units, which are summed here.
 *
 * Columns of the output: one for each predictor in the order of the training
 * table (or one for each input unit), then BiasTerm, the score of the mean row.
 * With gradients BiasTerm is what is left of the row's own score.  So rows sum
 * to that score: the log odds of the class, or the prediction of a regression
 * before the inverse link.
 */
#include "model/score_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

/* ---- what is explained ------------------------------------------------ */

static int
find_class(const struct score_job *job, size_t *cls, struct err *e)
{
	const struct string_table *t = &job->m->enc.classes;
	const char *name = job->o->contrib_class;
	size_t len = strlen(name), k;

	for (k = 0; k < t->n; k++)
		if (t->at[k + 1] - t->at[k] == len &&
		    !memcmp(t->bytes + t->at[k], name, len)) {
			*cls = k;
			return 0;
		}
	return err_set(e, ERR_USAGE, "--contrib-class: the model has no class "
		       "'%s'", name);
}

static int
check(const struct score_job *job, struct err *e)
{
	const struct encoder *enc = &job->m->enc;

	if (!enc->response)
		return err_set(e, ERR_USAGE, "--contrib: the model is an "
			       "autoencoder");
	if (job->o->contrib_class && !encoder_is_classifier(enc))
		return err_set(e, ERR_USAGE, "--contrib-class: the model has "
			       "no classes");
	if (!job->m->input_mean)
		return err_set(e, ERR_USAGE, "--contrib: the model has no mean "
			       "row%s", job->m->finished
			       ? "" : ": it is unfinished");
	return 0;
}

/*
 * Which column each unit's share goes to: of its predictor, or its own.  A
 * bucket of hashing belongs to no predictor.
 */
static void
map_units(struct score_explain *x, const struct encoder *enc, bool per_unit)
{
	size_t units = encoder_units(enc), i, u;

	for (u = 0; u < units; u++)
		x->column[u] = SIZE_MAX;
	for (i = 0; !per_unit && i < enc->sources; i++) {
		const struct encoder_column *c;

		if (enc->source[i].predictor < 0)
			continue;
		c = &enc->column[enc->source[i].predictor];
		if (c->one_hot && enc->buckets)
			continue;
		for (u = c->first_unit; u < c->first_unit + c->units; u++)
			x->column[u] = x->columns;
		x->named[x->columns++] = enc->source[i].name;
	}
	for (u = 0; u < units; u++)
		if (x->column[u] == SIZE_MAX)
			x->column[u] = x->columns++;
}

static int
name_units(struct score_explain *x, const struct encoder *enc, struct err *e)
{
	size_t u, k;

	for (u = 0; u < encoder_units(enc); u++) {
		k = x->column[u];
		if (x->named[k] || x->name[k])
			continue;
		x->name[k] = encoder_unit_name(enc, u, e);
		if (!x->name[k])
			return -1;
	}
	return 0;
}

/* Logarithms of what score_correct() multiplies probabilities by. */
static int
make_net(struct score_job *job, struct score_explain *x, struct err *e)
{
	const struct encoder *enc = &job->m->enc;
	size_t n = net_shape(job->m->net)->outputs, k;
	double *shift = mem_zalloc(n, sizeof(*shift), e);

	if (!shift)
		return -1;
	for (k = 0; enc->balanced && k < n; k++)
		if (enc->priors[k] > 0 && enc->balanced[k] > 0)
			shift[k] = log(enc->priors[k] / enc->balanced[k]);
	x->net = explain_new(job->m->net, job->m->input_mean, shift,
			     job->o->contrib == SCORE_GRADIENT
				     ? EXPLAIN_GRADIENT : EXPLAIN_INTEGRATED,
			     e);
	mem_free(shift);
	return x->net ? 0 : -1;
}

int
score_explain_init(struct score_job *job, struct err *e)
{
	const struct encoder *enc = &job->m->enc;
	struct score_explain *x = &job->explain;
	size_t units = encoder_units(enc);

	if (check(job, e) < 0 ||
	    (job->o->contrib_class && find_class(job, &x->cls, e) < 0))
		return -1;
	x->column = mem_zalloc(units, sizeof(*x->column), e);
	x->named = mem_zalloc(units, sizeof(*x->named), e);
	x->name = mem_zalloc(units, sizeof(*x->name), e);
	if (!x->column || !x->named || !x->name)
		return -1;
	map_units(x, enc, job->o->contrib_units);
	return name_units(x, enc, e) < 0 ? -1 : make_net(job, x, e);
}

void
score_explain_release(struct score_job *job)
{
	struct score_explain *x = &job->explain;
	size_t i;

	explain_free(x->net);
	for (i = 0; x->name && i < encoder_units(&job->m->enc); i++)
		mem_free(x->name[i]);
	mem_free(x->name);
	mem_free(x->named);
	mem_free(x->column);
}

size_t
score_explain_columns(const struct score_job *job)
{
	return job->explain.net ? job->explain.columns + 1 : 0;
}

const char *
score_explain_name(const struct score_job *job, size_t k)
{
	const struct score_explain *x = &job->explain;

	return k == x->columns ? "BiasTerm" : x->named[k] ? x->named[k]
							 : x->name[k];
}

/* ---- rows ------------------------------------------------------------- */

int
score_explain_work(struct score_work *w)
{
	const struct explain *net = w->job->explain.net;

	if (!net)
		return 0;
	w->explain = explain_scratch_new(net, &w->err);
	w->unit = mem_zalloc(encoder_units(&w->job->m->enc), sizeof(*w->unit),
			     &w->err);
	w->sum = mem_zalloc(w->job->explain.columns + 1, sizeof(*w->sum),
			    &w->err);
	return w->explain && w->unit && w->sum ? 0 : -1;
}

/* The second of two classes, else the one that is predicted. */
static size_t
class_of(const struct score_job *job, const float *p)
{
	size_t n = net_shape(job->m->net)->outputs, best = 0, k;

	if (job->o->contrib_class || n < 2)
		return job->explain.cls;
	for (k = 1; k < n; k++)
		if (p[k] > p[best])
			best = k;
	return n == 2 ? 1 : best;
}

static void
explain_one(struct score_work *w, size_t i, const float *p, float *out)
{
	const struct score_job *job = w->job;
	const struct score_explain *x = &job->explain;
	const struct encoder *enc = &job->m->enc;
	bool classifier = encoder_is_classifier(enc);
	double scale = classifier ? 1 : 1 / enc->response_mul, bias;
	struct explain_facts f;
	size_t u, k;

	explain_row(x->net, w->explain, &w->batch, i, class_of(job, p),
		    w->unit, &f);
	memset(w->sum, 0, x->columns * sizeof(*w->sum));
	for (u = 0; u < encoder_units(enc); u++)
		w->sum[x->column[u]] += (double)w->unit[u];
	for (k = 0; k < x->columns; k++)
		out[k] = (float)(scale * w->sum[k]);
	bias = f.base;
	if (job->o->contrib == SCORE_GRADIENT)
		bias += f.error;
	else if (fabs(f.error * scale) > w->contrib_error)
		w->contrib_error = fabs(f.error * scale);
	if (!classifier)
		bias = (bias + (double)w->batch.offset[i]) * scale +
		       enc->response_sub;
	out[x->columns] = (float)bias;
}

void
score_explain_rows(struct score_work *w, const float *p)
{
	size_t columns = score_explain_columns(w->job), i;

	for (i = 0; columns && i < w->batch.rows; i++)
		explain_one(w, i, p + i * w->job->width,
			    w->contrib + (w->rows + i) * columns);
}
