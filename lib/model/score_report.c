/*
 * score_report.c - how a table differs from what the model knows: counted for
 * the caller to tell, refused where the options say so.
 */
#include "model/score_int.h"

#include <string.h>

#include <dltools/mem.h>

#include "data/level_index.h"

void
score_report_release(struct score_report *r)
{
	if (!r)
		return;
	mem_free(r->missing_column);
	mem_free(r->unseen_column);
	mem_free(r->extra_column);
	if (r->has_metrics)
		metrics_release(&r->metrics);
	memset(r, 0, sizeof(*r));
}

int
score_note_missing(struct score_job *job, const char *name, struct err *e)
{
	struct score_report *r = job->report;

	if (!r->missing_column) {
		r->missing_column = mem_zalloc(job->m->enc.columns,
					       sizeof(*r->missing_column), e);
		if (!r->missing_column)
			return -1;
	}
	r->missing_column[r->missing++].name = name;
	return 0;
}

int
score_check_columns(struct score_job *job, struct err *e)
{
	const struct score_report *r = job->report;

	if (!r->missing || job->o->missing_na)
		return 0;
	if (r->missing == 1)
		return err_set(e, ERR_SCHEMA, "'%s' has no column '%s', which "
			       "the model uses", job->name,
			       r->missing_column[0].name);
	return err_set(e, ERR_SCHEMA, "'%s' lacks %zu columns that the model "
		       "uses ('%s', '%s'...)", job->name, r->missing,
		       r->missing_column[0].name, r->missing_column[1].name);
}

int
score_note_weights(struct score_job *job, struct err *e)
{
	const char *name = job->m->enc.weights_column;

	if (!job->o->metrics)
		return 0;
	if (job->o->strict)
		return err_set(e, ERR_SCHEMA, "weights column '%s': no such "
			       "column in '%s'", name, job->name);
	job->report->no_weights = name;
	return 0;
}

int
score_finish_metrics(struct score_job *job, struct err *e)
{
	struct metrics *m = &job->report->metrics;

	if (!job->report->has_metrics)
		return 0;
	if (!m->rows)
		return err_set(e, ERR_INPUT, "'%s': no row counts for the "
			       "metrics: of %lld rows %lld have no response, "
			       "of %lld the prediction is not a number",
			       job->name, (long long)job->report->rows,
			       (long long)m->no_response,
			       (long long)m->no_prediction);
	return metrics_finish(m, e);
}

/* ---- columns and levels the model does not know ---------------------- */

int
score_note_extra(struct score_job *job, const char *const *names, size_t n,
		 struct err *e)
{
	const struct encoder *enc = &job->m->enc;
	struct score_report *r = job->report;
	struct string_table own = {0};
	struct level_index x = {0};
	size_t i;
	int status = 0;

	for (i = 0; status == 0 && i < enc->sources; i++)
		status = string_table_add(&own, enc->source[i].name,
					  strlen(enc->source[i].name), e);
	if (status == 0)
		status = level_index_init(&x, &own, e);
	for (i = 0; status == 0 && i < n; i++) {
		if (level_index_find(&x, names[i], strlen(names[i])) < own.n ||
		    r->extra++)
			continue;
		r->extra_column = mem_strdup(names[i], e);
		status = r->extra_column ? 0 : -1;
	}
	level_index_release(&x);
	string_table_release(&own);
	return status;
}

static int
report_classes(struct score_job *job, struct err *e)
{
	const struct score_report *r = job->report;
	const char *name = job->m->enc.response;

	if (!r->unknown)
		return 0;
	if (!job->known)
		return err_set(e, ERR_SCHEMA, "response '%s': no level of '%s' "
			       "is known to the model", name, job->name);
	if (job->o->strict)
		return err_set(e, ERR_SCHEMA, "response '%s' of '%s': %lld "
			       "rows of a class that the model does not know",
			       name, job->name, (long long)r->unknown);
	return 0;
}

int
score_report_levels(struct score_job *job, struct err *e)
{
	struct score_report *r = job->report;
	size_t i;

	r->unseen_column = mem_zalloc(job->m->enc.columns,
				      sizeof(*r->unseen_column), e);
	if (!r->unseen_column)
		return -1;
	for (i = 0; i < job->m->enc.columns; i++)
		if (job->unseen[i])
			r->unseen_column[r->unseen++] =
				(struct score_column_note){
					job->m->enc.column[i].name,
					job->unseen[i]};
	return report_classes(job, e);
}
