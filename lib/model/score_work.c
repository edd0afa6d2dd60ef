/* score_work.c - scoring a block of rows and writing it in its turn. */
#include "model/score_int.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "model/reconstruct.h"

int
score_work_init(struct score_work *w, struct score_job *job)
{
	const struct encoder *enc = &job->m->enc;

	memset(w, 0, sizeof(*w));
	str_init(&w->text);
	w->job = job;
	w->unseen = mem_zalloc(enc->columns, sizeof(*w->unseen), &w->err);
	if (!w->unseen ||
	    batch_init(&w->batch, job->batch, enc->sparse, enc->dense,
		       enc->enums, &w->err) < 0)
		return -1;
	if (!enc->response) {
		w->in = mem_zalloc(encoder_units(enc), sizeof(*w->in),
				   &w->err);
		if (!w->in)
			return -1;
	}
	w->scratch = forward_scratch_new(job->fwd, job->batch, &w->err);
	return w->scratch ? score_explain_work(w) : -1;
}

void
score_work_release(struct score_work *w)
{
	batch_release(&w->batch);
	forward_scratch_free(w->scratch);
	mem_free(w->p);
	mem_free(w->label);
	mem_free(w->actual);
	mem_free(w->weight);
	mem_free(w->mse);
	mem_free(w->in);
	mem_free(w->unseen);
	explain_scratch_free(w->explain);
	mem_free(w->contrib);
	mem_free(w->unit);
	mem_free(w->sum);
	str_release(&w->text);
}

int
score_work_start(struct score_work *w, size_t n)
{
	struct err *e = &w->err;

	w->rows = 0;
	w->pairs = 0;
	str_reset(&w->text);
	memset(w->unseen, 0, w->job->m->enc.columns * sizeof(*w->unseen));
	if (n <= w->room)
		return 0;
	mem_free(w->p);
	mem_free(w->label);
	mem_free(w->actual);
	mem_free(w->weight);
	mem_free(w->contrib);
	mem_free(w->mse);
	w->room = 0;
	w->contrib = mem_zalloc(n, score_explain_columns(w->job) *
				   sizeof(*w->contrib), e);
	w->p = mem_floats(n, w->job->width, e);
	w->label = mem_zalloc(n, sizeof(*w->label), e);
	w->actual = mem_zalloc(n, sizeof(*w->actual), e);
	w->weight = mem_zalloc(n, sizeof(*w->weight), e);
	w->mse = mem_zalloc(n, sizeof(*w->mse), e);
	if (!w->p || !w->label || !w->actual || !w->weight || !w->contrib ||
	    !w->mse)
		return -1;
	w->room = n;
	return 0;
}

/* Errors of the autoencoder's rows in w->batch; out becomes them if asked. */
static void
measure_errors(struct score_work *w, float *out)
{
	const struct score_job *job = w->job;
	size_t i, k;

	for (i = 0; i < w->batch.rows; i++, out += job->width) {
		w->mse[w->rows + i] =
			reconstruct_error(&w->batch, i, out, w->in);
		for (k = 0; job->o->per_feature && k < job->width; k++) {
			double d = (double)out[k] - (double)w->in[k];

			out[k] = (float)(d * d);
		}
	}
}

void
score_work_add(struct score_work *w, const double *actual,
	       const double *weight)
{
	const struct score_job *job = w->job;
	float *out = w->p + w->rows * job->width;
	size_t i;

	if (w->batch.rows == 0)
		return;
	if (job->o->layer) {
		forward_hidden(job->fwd, w->scratch, &w->batch, job->o->layer,
			       out, job->width);
	} else {
		forward_run(job->fwd, w->scratch, &w->batch, out, job->width);
		score_correct(&job->m->enc, out, w->batch.rows);
	}
	score_explain_rows(w, out);
	if (w->in && !job->o->layer)
		measure_errors(w, out);
	for (i = 0; i < w->batch.rows; i++) {
		w->label[w->rows + i] = w->batch.label[i];
		w->weight[w->rows + i] = weight[i];
		w->actual[w->rows + i] = actual[i];
	}
	w->rows += w->batch.rows;
}

static int
add_metrics(struct score_work *w)
{
	const struct score_job *job = w->job;
	const struct encoder *enc = &job->m->enc;
	struct metrics *m = &job->report->metrics;
	enum net_loss loss = net_shape(job->m->net)->loss;
	bool classifier = encoder_is_classifier(enc);
	size_t i;

	for (i = 0; i < w->rows; i++) {
		const float *p = w->p + i * job->width;

		if (w->in)
			metrics_add_reconstruction(m, w->mse[i], w->weight[i]);
		else if (classifier ? metrics_add_class(m, p, w->label[i],
						   w->weight[i], &w->err) < 0
			       : metrics_add_value(m,
						   score_value(enc, loss, *p),
						   w->actual[i], w->weight[i],
						   &w->err) < 0)
			return -1;
	}
	return 0;
}

static int
check_unseen(struct score_work *w)
{
	const struct score_job *job = w->job;
	size_t i;

	for (i = 0; i < job->m->enc.columns; i++)
		if (w->unseen[i] && job->o->unseen_error)
			return err_set(&w->err, ERR_SCHEMA,
				       "column '%s' of '%s' has a level that "
				       "the model has not seen",
				       job->m->enc.column[i].name, job->name);
	return 0;
}

static void
count_classes(struct score_work *w)
{
	struct score_job *job = w->job;
	int32_t classes = (int32_t)job->m->enc.classes.n;
	size_t i;

	if (!encoder_is_classifier(&job->m->enc) ||
	    !(job->o->actual || job->o->metrics))
		return;
	for (i = 0; i < w->rows; i++) {
		job->report->unknown += w->label[i] == classes;
		job->known += w->label[i] >= 0 && w->label[i] < classes;
	}
}

/* A classifier's probabilities are all NaN or none is. */
static void
count_not_numbers(struct score_work *w)
{
	struct score_job *job = w->job;
	size_t i;

	for (i = 0; i < w->rows && !job->o->layer; i++)
		job->report->not_numbers +=
			w->in ? isnan(w->mse[i])
			      : isnan(w->p[i * job->width]);
}

/* With the turn: everything that must happen in order. */
static int
deliver(struct score_work *w)
{
	struct score_job *job = w->job;
	size_t i;

	if (w->err.code || check_unseen(w) < 0 ||
	    str_check(&w->text, &w->err) < 0 ||
	    outfile_write(job->out, w->text.buf, w->text.len, &w->err) < 0 ||
	    (job->o->line_buffered && outfile_flush(job->out, &w->err) < 0) ||
	    (job->o->metrics && add_metrics(w) < 0))
		return -1;
	count_classes(w);
	count_not_numbers(w);
	job->report->rows += (int64_t)w->rows;
	job->pairs += w->pairs;
	if (w->contrib_error > job->report->contrib_error)
		job->report->contrib_error = w->contrib_error;
	for (i = 0; i < job->m->enc.columns; i++)
		job->unseen[i] += w->unseen[i];
	return 0;
}

int
score_finish_block(struct score_work *w, int64_t turn)
{
	struct score_turn *t = &w->job->turn;
	int status = -1;

	pthread_mutex_lock(&t->lock);
	while (t->next != turn && !t->failed)
		pthread_cond_wait(&t->moved, &t->lock);
	if (!t->failed) {
		status = deliver(w);
		if (status < 0) {
			*w->job->e = w->err;
			t->failed = true;
		}
		t->next++;
	}
	pthread_cond_broadcast(&t->moved);
	pthread_mutex_unlock(&t->lock);
	return status;
}
