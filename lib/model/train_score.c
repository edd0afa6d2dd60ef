/*
 * train_score.c - scoring events of a training run.
 */
#include <math.h>
#include <time.h>

#include "dltools/clock.h"
#include "dltools/json.h"
#include "dltools/mem.h"
#include "dltools/score_rows.h"
#include "model/train_int.h"

int
train_score_set(struct train *t, const struct score_set *set,
		struct metrics *m, struct err *e)
{
	const struct encoder *enc = &t->model.enc;
	const struct net_shape *shape = net_shape(t->model.net);
	const struct score_source source = {
		.fwd = t->forward, .enc = enc, .loss = shape->loss,
		.rows = set->rows, .pool = t->pool,
		.stop = t->in_iterations ? t->rq.stop : NULL,
	};
	int rc;

	if (score_metrics_init(m, enc, shape, t->model.params.huber_alpha,
			       e) < 0)
		return -1;
	m->auc_type = metrics_auc_type(t->model.params.auc_type);
	rc = score_rows(&source, set->index, (size_t)set->n, m, e);
	return rc == 0 ? metrics_finish(m, e) : rc;
}

/* ---- a scoring event ------------------------------------------------ */

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

/* Metrics of a set, and its measures into a row of the history, or NULL. */
static int
measure(struct train *t, const struct score_set *set, struct metrics *m,
	struct history_measures *to, struct err *e)
{
	int rc = train_score_set(t, set, m, e);

	if (rc == 0 && to)
		history_measure(to, m);
	return rc;
}

/* They become those of the last event; m is empty then. */
static void
take(struct train *t, size_t set, struct metrics *m)
{
	metrics_release(&t->scored[set]);
	t->scored[set] = *m;
	if (t->model.kind == METRICS_BINOMIAL)
		t->model.threshold = m->threshold_f1;
	*m = (struct metrics){0};
}

static int
record(const struct train *t, const struct metrics *m, bool tables,
       char **to, struct err *e)
{
	struct str s = STR_INIT;
	struct json j = json_start(&s);
	int rc = 0;

	if (tables)
		rc = metrics_json_tables(m, &t->model.enc.classes,
					 t->model.params.gainslift_bins, &j,
					 e);
	else
		metrics_json(m, &t->model.enc.classes, &j);
	mem_free(*to);
	*to = str_take(&s, e);
	return *to && rc == 0 ? 0 : -1;
}

/*
 * Tables take longer to make than measures: they are made once, at the end.  A
 * run that was resumed after its last event has no metrics at hand.
 */
int
train_record_metrics(struct train *t, bool tables, struct err *e)
{
	struct score_set *set[2] = {&t->training, &t->validation};
	char **json[2] = {&t->model.training_json, &t->model.validation_json};
	bool packed = false;

	for (size_t i = 0; i < 2; i++) {
		struct metrics *m = &t->scored[i];

		if (!set[i]->rows || (!tables && !m->classes && !m->rows))
			continue;
		if (!m->classes && !m->rows) {
			struct metrics fresh = {0};

			if (!packed && forward_repack(t->forward, e) < 0)
				return -1;
			packed = true;
			if (measure(t, set[i], &fresh, NULL, e) != 0) {
				metrics_release(&fresh);
				return -1;
			}
			take(t, i, &fresh);
		}
		if (record(t, m, tables, json[i], e) < 0)
			return -1;
	}
	return 0;
}

static void
stamp(struct train *t, struct history_row *row)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	row->timestamp = (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
	row->duration_s = clock_now() - t->rq.started;
	row->wall_s = train_elapsed(t) + t->earlier_s;
	row->cpu_s = clock_process() - t->cpu_began + t->before_cpu_s +
		t->earlier_cpu_s;
	row->peak_memory_bytes = train_peak_memory();
	if (t->training_s > 0)
		row->speed = (double)(t->position - t->origin) /
			t->training_s;
	row->epochs = (double)t->position / (double)t->schedule.rows;
	row->iterations = t->model.iterations;
	row->samples = t->position;
	row->fold = (int64_t)t->rq.fold;
}

/* The threshold of the validation set, if there is one, comes last. */
int
train_score(struct train *t, struct err *e)
{
	double start = clock_now();
	struct history_row row = {0};
	struct metrics fresh[2] = {{0}};
	struct model *m = &t->model;
	int rc;

	history_unmeasured(&row.training);
	history_unmeasured(&row.validation);
	if (net_check_stable(m->net, e) < 0 ||
	    forward_repack(t->forward, e) < 0)
		return -1;
	row.has_validation = t->validation.rows != NULL;
	rc = measure(t, &t->training, &fresh[0], &row.training, e);
	if (rc == 0 && row.has_validation)
		rc = measure(t, &t->validation, &fresh[1], &row.validation, e);
	if (rc == 0) {
		stamp(t, &row);
		rc = train_others_score(t, &row, e);
	}
	if (rc != 0) {
		metrics_release(&fresh[0]);
		metrics_release(&fresh[1]);
		return rc;
	}
	move_huber(t, &fresh[0]);
	take(t, 0, &fresh[0]);
	if (row.has_validation)
		take(t, 1, &fresh[1]);
	t->last_score_at = start;
	t->last_score_s = clock_now() - start;
	t->scoring_s += t->last_score_s;
	return history_add(&m->history, &row, e);
}
