/*
 * score_print.c - predictions as CSV, TSV or JSON lines.
 *
 * Probabilities are printed as the shortest text that reads back as the same
 * float, predictions of a regression as the shortest of the same double.
 */
#include "model/score_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/frame_text.h>
#include <dltools/json.h>
#include <dltools/num.h>

#include "data/frame_text_int.h"
#include "model/reconstruct.h"

/* ---- names ----------------------------------------------------------- */

/* The name of number k of a row, k < score_numbers(job). */
void
score_add_number_name(struct str *out, const struct score_job *job, size_t k)
{
	const struct score_options *o = job->o;

	if (o->contrib)
		str_addf(out, "%s%s", job->dotted ? "contrib." : "",
			 score_explain_name(job, k));
	else if (o->layer)
		str_addf(out, "DF.L%zu.C%zu", o->layer, k + 1);
	else if (o->reconstruction_error && !o->per_feature)
		str_add(out, "Reconstruction.MSE");
	else if (job->unit)
		str_addf(out, "reconstr_%s%s", job->unit[k],
			 o->per_feature ? ".SE" : "");
	else if (o->top)
		str_addf(out, k % 2 ? "top%zu_p" : "top%zu", k / 2 + 1);
	else
		score_add_class_name(out, &job->m->enc.classes, k,
				     job->dotted);
}

/* Is there a column `predict` before the numbers? */
bool
score_has_predict(const struct score_job *job)
{
	return !job->o->layer && !job->unit;
}

/* Columns after `predict`, or all there are without it. */
size_t
score_numbers(const struct score_job *job)
{
	if (job->o->contrib)
		return score_explain_columns(job);
	if (job->o->reconstruction_error && !job->o->per_feature)
		return 1;
	if (!score_has_predict(job))
		return job->width;
	if (job->o->output == SCORE_LABEL ||
	    !encoder_is_classifier(&job->m->enc))
		return 0;
	return job->o->top ? 2 * job->o->top : job->width;
}

static const char *
kept_name(const struct score_job *job, const struct score_cells *cells,
	  size_t i)
{
	return cells->name(cells->ctx, job->keep.index[i]);
}

static void
add_name(struct str *out, const char *name, size_t len, char separator,
	 enum frame_text_format format)
{
	if (separator)
		str_add_char(out, separator);
	frame_text_string(out, name, len, format);
}

static int
print_header(const struct score_job *job, const struct score_cells *cells,
	     struct str *out, struct err *e)
{
	enum frame_text_format format = job->o->format;
	char between = format == FRAME_TEXT_TSV ? '\t' : ',', sep = '\0';
	struct str name = STR_INIT;
	size_t i;

	if (job->o->actual) {
		add_name(out, "actual", 6, sep, format);
		sep = between;
	}
	for (i = 0; i < job->keep.n; i++) {
		const char *kept = kept_name(job, cells, i);

		add_name(out, kept, strlen(kept), sep, format);
		sep = between;
	}
	if (score_has_predict(job)) {
		add_name(out, "predict", 7, sep, format);
		sep = between;
	}
	for (i = 0; i < score_numbers(job); i++) {
		str_reset(&name);
		score_add_number_name(&name, job, i);
		add_name(out, name.buf, name.len, sep, format);
		sep = between;
	}
	str_add_char(out, '\n');
	i = name.failed;
	str_release(&name);
	return i ? err_nomem(e, "the header") : str_check(out, e);
}

int
score_start_output(struct score_job *job, const struct score_cells *cells,
		   struct err *e)
{
	struct str text = STR_INIT;
	int status = 0;

	if (score_name_columns(job, cells, e) < 0)
		return -1;
	if (!score_has_header(job->o))
		return 0;
	if (print_header(job, cells, &text, e) < 0 ||
	    outfile_write(job->out, text.buf, text.len, e) < 0 ||
	    (job->o->line_buffered && outfile_flush(job->out, e) < 0))
		status = -1;
	str_release(&text);
	return status;
}

/* ---- values ---------------------------------------------------------- */

/* Where the next value goes: separators, JSON keys. */
struct line {
	const struct score_job *job;
	const struct score_cells *cells;
	enum frame_text_format format;
	struct str *out;
	bool begun;
};

static void
next(struct line *l, const char *key, size_t len)
{
	if (l->format == FRAME_TEXT_JSON) {
		str_add_char(l->out, l->begun ? ',' : '{');
		frame_text_string(l->out, key, len, l->format);
		str_add_char(l->out, ':');
	} else if (l->begun) {
		str_add_char(l->out, l->format == FRAME_TEXT_TSV ? '\t' : ',');
	}
	l->begun = true;
}

static void
next_number(struct line *l, size_t k)
{
	struct str name = STR_INIT;

	if (l->format == FRAME_TEXT_JSON)
		score_add_number_name(&name, l->job, k);
	next(l, name.buf, name.len);
	l->out->failed |= name.failed;
	str_release(&name);
}

static void
add_ofmt(struct str *out, const char *ofmt, double v)
{
	char text[512]; /* 309 digits, a point, 99 digits */
	int n;

	n = snprintf(text, sizeof(text), ofmt, v);
	if (n > 0 && (size_t)n < sizeof(text))
		str_add_bytes(out, text, (size_t)n);
}

static void
add_float(struct line *l, float v)
{
	char text[NUM_TEXT];

	if (l->format == FRAME_TEXT_JSON && !isfinite(v))
		str_add(l->out, "null");
	else if (l->job->o->ofmt)
		add_ofmt(l->out, l->job->o->ofmt, (double)v);
	else
		str_add_bytes(l->out, text, num_print_float(text, v));
}

static void
add_double(struct line *l, double v)
{
	char text[NUM_TEXT];

	if (l->format == FRAME_TEXT_JSON && !isfinite(v))
		str_add(l->out, "null");
	else if (l->job->o->ofmt)
		add_ofmt(l->out, l->job->o->ofmt, v);
	else
		str_add_bytes(l->out, text, num_print_double(text, v));
}

static void
add_class(struct line *l, size_t k)
{
	const struct string_table *t = &l->job->m->enc.classes;

	frame_text_string(l->out, t->bytes + t->at[k],
			  (size_t)(t->at[k + 1] - t->at[k]), l->format);
}

static float
shown(const struct score_job *job, float p)
{
	return job->o->output == SCORE_RAW ? logf(p) : p;
}

/* The most probable class; the first of equal ones. */
static size_t
best(const float *p, size_t n)
{
	size_t k = 0, i;

	for (i = 1; i < n; i++)
		if (p[i] > p[k])
			k = i;
	return k;
}

static size_t
label(const struct score_job *job, const float *p)
{
	if (job->width == 2)
		return (double)p[1] >= job->report->threshold;
	return best(p, job->width);
}

/* Class `at` as number k of a row, unless it is too improbable or none. */
static void
print_ranked(struct line *l, size_t k, size_t at, float p)
{
	bool is_shown = isfinite(p) && !((double)p < l->job->o->min_prob);
	const char *nothing = l->format == FRAME_TEXT_JSON ? "null" : "";

	next_number(l, 2 * k);
	if (is_shown)
		add_class(l, at);
	else
		str_add(l->out, nothing);
	next_number(l, 2 * k + 1);
	if (is_shown)
		add_float(l, shown(l->job, p));
	else
		str_add(l->out, nothing);
}

/* The k most probable, by repeated search: k is small. */
static void
print_top(struct line *l, const float *p)
{
	const struct score_job *job = l->job;
	float last = INFINITY;
	size_t last_at = 0, i, k, at;

	for (k = 0; k < job->o->top; k++) {
		at = job->width;
		for (i = 0; i < job->width; i++) {
			if (p[i] > last || (p[i] == last && i <= last_at &&
					    k > 0))
				continue;
			if (at == job->width || p[i] > p[at])
				at = i;
		}
		if (at == job->width)
			at = 0; /* not a number */
		print_ranked(l, k, at, p[at]);
		last = p[at];
		last_at = at;
	}
}

static void
print_class(struct line *l, const float *p)
{
	const struct score_job *job = l->job;
	size_t k;

	next(l, "predict", 7);
	if (!isfinite(p[0]))
		str_add(l->out, l->format == FRAME_TEXT_JSON ? "null" : "");
	else
		add_class(l, label(job, p));
	if (job->o->output == SCORE_LABEL || job->o->contrib)
		return;
	if (job->o->top) {
		print_top(l, p);
		return;
	}
	for (k = 0; k < job->width; k++) {
		next_number(l, k);
		add_float(l, shown(job, p[k]));
	}
}

static void
print_value(struct line *l, float f)
{
	const struct score_job *job = l->job;
	const struct encoder *enc = &job->m->enc;

	next(l, "predict", 7);
	add_double(l, job->o->output == SCORE_RAW
			      ? (double)f / enc->response_mul +
					enc->response_sub
			      : score_value(enc, net_shape(job->m->net)->loss,
					    f));
}

/* Deep features, or what an autoencoder has to say of row i. */
static void
print_numbers(struct line *l, const struct score_work *w, size_t i)
{
	const struct score_job *job = l->job;
	const struct score_options *o = job->o;
	const float *p = w->p + i * job->width;
	const struct encoder *enc = &job->m->enc;
	bool as_is = o->layer || o->reconstruction_error ||
		     o->output == SCORE_RAW;
	double sub, mul;

	for (size_t k = 0; k < score_numbers(job); k++) {
		next_number(l, k);
		if (o->reconstruction_error && !o->per_feature)
			add_double(l, w->mse[i]);
		else if (as_is || !encoder_unit_scale(enc, k, &sub, &mul))
			add_float(l, p[k]);
		else
			add_double(l, reconstruct_value(enc, k, p[k]));
	}
}

static void
print_cells(struct line *l, size_t row)
{
	const struct score_job *job = l->job;
	size_t i;

	if (job->o->actual) {
		next(l, "actual", 6);
		l->cells->print(l->cells->ctx, row, SIZE_MAX, l->out);
	}
	for (i = 0; i < job->keep.n; i++) {
		const char *name = kept_name(job, l->cells, i);

		next(l, name, strlen(name));
		l->cells->print(l->cells->ctx, row, job->keep.index[i],
				l->out);
	}
}

int
score_print_rows(struct score_work *w, const struct score_cells *cells)
{
	const struct score_job *job = w->job;
	struct line l = {job, cells, job->o->format, &w->text, false};
	size_t i, k, rows = job->o->no_rows ? 0 : w->rows;

	for (i = 0; i < rows; i++) {
		const float *p = w->p + i * job->width;

		l.begun = false;
		print_cells(&l, i);
		if (!score_has_predict(job))
			print_numbers(&l, w, i);
		else if (encoder_is_classifier(&job->m->enc))
			print_class(&l, p);
		else
			print_value(&l, *p);
		for (k = 0; job->o->contrib && k < score_numbers(job); k++) {
			next_number(&l, k);
			add_float(&l, w->contrib[i * score_numbers(job) + k]);
		}
		str_add(&w->text, l.format == FRAME_TEXT_JSON ? "}\n" : "\n");
	}
	return str_check(&w->text, &w->err);
}
