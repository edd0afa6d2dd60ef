/*
 * train_score.c - scoring events of a training run.
 */
#include <math.h>
#include <time.h>

#include "dltools/json.h"
#include "dltools/mem.h"
#include "dltools/score.h"
#include "model/train_int.h"

int
train_score_set(struct train *t, const struct score_set *set,
		struct metrics *m, struct err *e)
{
	const struct encoder *enc = &t->model.enc;
	const struct net_shape *shape = net_shape(t->model.net);

	if (score_metrics_init(m, enc, shape, t->model.params.huber_alpha,
			       e) < 0 ||
	    score_rows(t->forward, enc, shape->loss, set->rows, set->index,
		       (size_t)set->n, t->pool, m, e) < 0)
		return -1;
	return metrics_finish(m, e);
}

/* ---- a scoring event ------------------------------------------------ */

static int
keep_metrics(struct train *t, const struct metrics *m, char **to,
	     struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);

	metrics_json(m, &t->model.enc.classes, &j);
	mem_free(*to);
	*to = str_take(&s, e);
	return *to ? 0 : -1;
}

/*
 * Huber's D starts as 1 in the response's standard deviations, as in H2O, and
 * follows the quantile of the training errors that the deviance uses.
 */
static void
move_huber(struct train *t, const struct metrics *m)
{
	double d = m->huber_delta * t->model.enc.response_mul;

	if (t->model.params.huber_adaptive && d > 0 && isfinite(d))
		net_set_loss_param(t->model.net, d);
}

static int
measure(struct train *t, const struct score_set *set,
	struct history_measures *to, char **json, struct err *e)
{
	struct metrics m = {0};
	int rc = train_score_set(t, set, &m, e);

	if (rc == 0) {
		history_measure(to, &m);
		if (t->model.kind == METRICS_BINOMIAL)
			t->model.threshold = m.threshold_f1;
		if (set == &t->training)
			move_huber(t, &m);
		rc = keep_metrics(t, &m, json, e);
	}
	metrics_release(&m);
	return rc;
}

static void
no_measures(struct history_measures *m)
{
	double *v = (double *)m;

	for (size_t i = 0; i < sizeof(*m) / sizeof(*v); i++)
		v[i] = NAN;
}

static void
stamp(struct train *t, struct history_row *row)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	row->timestamp = (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
	row->duration_s = train_clock() - t->rq.started;
	row->wall_s = train_elapsed(t);
	row->cpu_s = train_cpu() - t->cpu_began + t->before_cpu_s;
	row->peak_memory_bytes = train_peak_memory();
	if (t->training_s > 0)
		row->speed = (double)(t->position - t->origin) /
			t->training_s;
	row->epochs = (double)t->position / (double)t->schedule.rows;
	row->iterations = t->model.iterations;
	row->samples = t->position;
}

/* The threshold of the validation set, if there is one, comes last. */
int
train_score(struct train *t, struct err *e)
{
	double start = train_clock();
	struct history_row row = {0};
	struct model *m = &t->model;

	no_measures(&row.training);
	no_measures(&row.validation);
	if (net_check_stable(m->net, e) < 0 ||
	    forward_repack(t->forward, e) < 0 ||
	    measure(t, &t->training, &row.training, &m->training_json, e) < 0)
		return -1;
	row.has_training = true;
	if (t->validation.rows) {
		if (measure(t, &t->validation, &row.validation,
			    &m->validation_json, e) < 0)
			return -1;
		row.has_validation = true;
	}
	t->last_score_at = start;
	t->last_score_s = train_clock() - start;
	t->scoring_s += t->last_score_s;
	stamp(t, &row);
	return history_add(&m->history, &row, e);
}
