/*
 * train_loop.c - the training loop: iterations, scoring when it is due, and
 * the reasons to stop.
 *
 * An iteration is handed to the trainer in pieces of about a fifth of a second
 * that end where a block of rows ends, so that progress can be shown and
 * signals and budgets obeyed without changing what is computed.
 */
#include <math.h>
#include <string.h>

#include "dltools/clock.h"
#include "dltools/mem.h"
#include "model/train_int.h"

#define PIECE_SECONDS 0.2

/* ---- scoring events ------------------------------------------------- */

static const struct history_row *
newest(const struct train *t)
{
	return &t->model.history.row[t->model.history.n - 1];
}

static const struct history_measures *
judged(const struct train *t, const struct history_row *row)
{
	return t->validation.rows ? &row->validation : &row->training;
}

/* An autoencoder is scored before it is trained: how much there is to learn. */
static size_t
untrained_events(const struct train *t)
{
	return t->model.kind == METRICS_AUTOENCODER && t->origin == 0;
}

/* The metric of every event, for the moving averages. */
static int
keep_values(struct train *t, struct err *e)
{
	const struct history *h = &t->model.history;

	if (mem_grow(&t->value, &t->values_room, h->n, sizeof(double), e) < 0)
		return -1;
	for (; t->values < h->n; t->values++)
		t->value[t->values] = stop_metric_value(
			t->metric, judged(t, &h->row[t->values]));
	return 0;
}

/*
 * Copies the weights of this event: as the best, or to fall back on.  Those of
 * the last event are in the net itself.
 */
static int
keep_weights(struct train *t, bool is_last, struct err *e)
{
	double loss = stop_metric_loss(t->metric, judged(t, newest(t)));
	bool is_best = isnan(t->best_loss) || loss < t->best_loss;
	struct net_copy *to = &t->last;

	if (is_best) {
		t->best_loss = loss;
		t->best_event = (int64_t)t->model.history.n - 1;
	}
	if (is_last)
		return 0;
	t->last_samples = t->position;
	t->last_iterations = t->model.iterations;
	t->last_iteration_end = t->iteration_end;
	t->last_is_best = is_best && t->model.params.overwrite_with_best_model;
	if (t->last_is_best) {
		to = &t->model.best;
		if (!to->value) { /* memory that is there is faster */
			*to = t->last;
			t->last = (struct net_copy){0};
		}
	}
	return net_copy_take(to, t->model.net, e);
}

static int
tell_scored(struct train *t, struct err *e)
{
	struct history_layout l = model_layout(&t->model);
	struct history_other name[MODEL_OTHERS] = {{0}};

	l.run = true;
	l.folds = t->rq.folds > 0;
	for (size_t i = 0; t->rq.fold && i < t->rq.others; i++)
		name[i].name = (char *)(uintptr_t)t->rq.other[i].name;
	if (t->rq.fold) { /* columns that the final model will fill */
		l.other = name;
		l.others = t->rq.others;
	}
	return t->rq.hooks.scored ?
		t->rq.hooks.scored(t->rq.hooks.ctx, &l, &t->model.history,
				   e) : 0;
}

/* A model that is not reproducible says how it came about. */
static int
record_run(struct train *t, struct err *e)
{
	struct train_totals totals;
	struct str s = STR_INIT;

	if (t->model.reproducible)
		return 0;
	train_totals(t, &totals);
	if (train_run_info(t, &totals, &s, e) < 0) {
		str_release(&s);
		return -1;
	}
	t->model.run_json = str_take(&s, e);
	return t->model.run_json ? 0 : -1;
}

/* What only a finished model has. */
static void
forget_records(struct model *m)
{
	mem_free(m->importance);
	mem_free(m->input_mean);
	mem_free(m->run_json);
	m->importance = m->input_mean = NULL;
	m->run_json = NULL;
}

/* The model as it is at this event, as good as any other. */
static int
export_event(struct train *t, struct err *e)
{
	struct str name = STR_INIT;
	int rc;

	if (!t->rq.export_prefix)
		return 0;
	str_addf(&name, "%s_%zu.dlm", t->rq.export_prefix,
		 t->model.history.n);
	t->model.finished = true;
	rc = str_check(&name, e);
	if (rc == 0)
		rc = train_record_metrics(t, true, e);
	if (rc == 0)
		rc = train_record_inputs(t, e);
	if (rc == 0)
		rc = record_run(t, e);
	if (rc == 0)
		rc = model_save(&t->model, name.buf, true, e);
	t->model.finished = false;
	forget_records(&t->model);
	str_release(&name);
	return rc;
}

static int
score(struct train *t, bool is_last, struct err *e)
{
	double start = clock_now();
	int rc = train_score(t, e);

	if (rc != 0)
		return rc;
	if (keep_values(t, e) < 0 ||
	    keep_weights(t, is_last, e) < 0 || export_event(t, e) < 0)
		return -1;
	/* copying belongs to scoring: training speed is that of training */
	t->scoring_s += clock_now() - start - t->last_score_s;
	return tell_scored(t, e);
}

static bool
score_is_due(const struct train *t)
{
	const struct params *p = &t->model.params;
	double since = clock_now() - t->last_score_at;

	if (t->model.history.n == t->first_event + untrained_events(t) ||
	    p->score_each_iteration || p->reproducible)
		return true;
	return since > p->score_interval &&
		t->last_score_s / since < p->score_duty_cycle;
}

static bool
is_converged(const struct train *t)
{
	const struct params *p = &t->model.params;
	const struct history *h = &t->model.history;
	size_t none = h->n > 0 && h->row[0].samples == 0;

	return stop_converged(t->metric, t->value + none, t->values - none,
			      (size_t)p->stopping_rounds,
			      p->stopping_tolerance);
}

static bool
is_on_target(const struct train *t)
{
	const struct params *p = &t->model.params;
	const struct history_measures *m = &newest(t)->training;

	if (encoder_is_classifier(&t->model.enc))
		return m->error <= p->classification_stop;
	return m->mse <= p->regression_stop;
}

/* ---- iterations ----------------------------------------------------- */

static bool
time_is_up(const struct train *t)
{
	double budget = t->model.params.max_runtime_secs;

	return budget > 0 && train_elapsed(t) >= budget;
}

static void
tell(struct train *t, struct train_progress *p)
{
	double now = clock_now();
	int64_t end = schedule_end(&t->schedule, t->origin);

	if (now > t->recent_at)
		t->speed = (double)(t->position - t->recent_samples) /
			(now - t->recent_at);
	t->recent_at = now;
	t->recent_samples = t->position;
	p->fold = t->rq.fold;
	p->folds = t->rq.folds;
	p->epochs = (double)t->position / (double)t->schedule.rows;
	p->epochs_asked = t->schedule.epochs;
	p->samples = t->position;
	p->speed = t->speed;
	p->elapsed = train_elapsed(t);
	p->left = t->speed > 0 ? (double)(end - t->position) / t->speed : NAN;
	p->loss = t->model.history.n ?
		stop_metric_value(t->metric, judged(t, newest(t))) : NAN;
}

static bool
save_is_due(const struct train *t)
{
	const struct train_every *v = &t->rq.every;
	double rows = (double)(t->position - t->last_save_samples);

	if (t->rq.save && *t->rq.save)
		return true;
	return (v->seconds > 0 &&
		clock_now() - t->last_save_at >= v->seconds) ||
		(v->samples > 0 && rows >= (double)v->samples) ||
		(v->epochs > 0 &&
		 rows >= v->epochs * (double)t->schedule.rows);
}

/* Between two pieces. */
static int
between(struct train *t, struct err *e)
{
	struct train_progress p;

	if (t->rq.hooks.tick) {
		tell(t, &p);
		if (t->rq.hooks.tick(t->rq.hooks.ctx, &p, e) < 0)
			return -1;
	}
	if (!t->rq.state_path || !save_is_due(t))
		return 0;
	if (t->rq.save)
		*t->rq.save = 0;
	t->last_save_at = clock_now();
	t->last_save_samples = t->position;
	return train_save_state(t, t->rq.state_path, e);
}

/* Rows of the next piece, by the pace so far. */
static int64_t
next_piece(const struct train *t)
{
	int64_t left = t->iteration_end - t->position, end;
	double rows = t->training_s > 0 ? PIECE_SECONDS / t->training_s *
		      (double)(t->position - t->origin) : 0;

	if (rows < 32)
		rows = 32;
	if (rows >= (double)left)
		return left;
	end = trainer_block_end(t->trainer, t->position + (int64_t)rows);
	return end - t->position < left ? end - t->position : left;
}

static bool
is_stopped(const struct train *t)
{
	return t->rq.stop && *t->rq.stop;
}

/* 1: interrupted, 0: the iteration or the time is over, -1: failed. */
static int
run_iteration(struct train *t, struct err *e)
{
	double start;
	int64_t done;

	while (t->position < t->iteration_end) {
		start = clock_now();
		done = trainer_run(t->trainer, &t->feed, t->position,
				   next_piece(t), e);
		t->training_s += clock_now() - start;
		if (done < 0)
			return -1;
		t->position += done;
		t->model.samples = t->position;
		if (is_stopped(t))
			break;
		if (between(t, e) < 0)
			return -1;
		if (time_is_up(t))
			break;
	}
	start = clock_now();
	if (trainer_settle(t->trainer, e) < 0)
		return -1;
	t->training_s += clock_now() - start;
	return is_stopped(t);
}

static enum model_stop
why_stop(const struct train *t, bool scored)
{
	if (scored && is_on_target(t))
		return MODEL_STOP_TARGET;
	if (scored && is_converged(t))
		return MODEL_STOP_CONVERGED;
	if (t->position >= schedule_end(&t->schedule, t->origin))
		return MODEL_STOP_EPOCHS;
	return time_is_up(t) ? MODEL_STOP_TIME : MODEL_STOP_NONE;
}

/*
 * After an iteration, whole or cut short by the time budget.  1: interrupted,
 * the end of the iteration is still to come.
 */
static int
end_iteration(struct train *t, struct err *e)
{
	int64_t iterations = t->model.iterations, end = t->iteration_end;
	bool whole = t->position == t->iteration_end, scored = false, last;

	if (whole) {
		t->model.iterations++;
		t->iteration_end = schedule_next(&t->schedule, t->origin,
						 t->iteration_end);
	}
	last = why_stop(t, false) != MODEL_STOP_NONE;
	if (last || (whole && score_is_due(t))) {
		int rc = score(t, last, e);

		if (rc != 0) {
			t->model.iterations = iterations;
			t->iteration_end = end;
			return rc;
		}
		scored = true;
	}
	t->model.stop = why_stop(t, scored);
	return 0;
}

/* ---- the end -------------------------------------------------------- */

static int
restore_best(struct train *t, struct err *e)
{
	double loss, best;

	if (!t->model.params.overwrite_with_best_model || t->best_event < 0)
		return 0;
	loss = stop_metric_loss(t->metric, judged(t, newest(t)));
	best = stop_metric_loss(t->metric, judged(t,
				&t->model.history.row[t->best_event]));
	if (isnan(loss) ? isnan(best) : !(best < loss))
		return 0;
	net_copy_give(&t->model.best, t->model.net);
	t->restored = true;
	return train_score(t, e) < 0 ? -1 : tell_scored(t, e);
}

/* The last weights that were found finite. */
static void
fall_back(struct train *t)
{
	net_copy_give(t->last_is_best ? &t->model.best : &t->last,
		      t->model.net);
	t->position = t->last_samples;
	t->iteration_end = t->last_iteration_end;
	t->model.samples = t->last_samples;
	t->model.iterations = t->last_iterations;
}

static int
begin(struct train *t, struct err *e)
{
	t->last_samples = t->position;
	t->last_iterations = t->model.iterations;
	t->last_iteration_end = t->iteration_end;
	if (net_copy_take(&t->last, t->model.net, e) < 0)
		return -1;
	t->began = clock_now();
	t->cpu_began = clock_process();
	t->recent_at = t->last_save_at = t->began;
	t->recent_samples = t->last_save_samples = t->position;
	t->last_score_at = t->began;
	if (untrained_events(t) > t->model.history.n) {
		int rc = score(t, false, e);

		if (rc != 0)
			return rc;
	}
	/* a state saved between an iteration and its scoring: still to do */
	if (t->position < t->iteration_end)
		t->model.stop = why_stop(t, false);
	return 0;
}

static enum train_end
fail(struct train *t, struct err *e)
{
	t->ended = clock_now();
	if (e->code == ERR_NUMERIC)
		fall_back(t);
	return TRAIN_FAILED;
}

static int
run_iterations(struct train *t, struct err *e)
{
	while (t->model.stop == MODEL_STOP_NONE) {
		int rc = run_iteration(t, e);

		if (rc == 0)
			rc = end_iteration(t, e);
		if (rc != 0)
			return rc;
		if (is_stopped(t) && t->model.stop == MODEL_STOP_NONE)
			return 1;
	}
	return 0;
}

/* No event of this run, or none of its last rows, if a signal ended that. */
static bool
is_unscored(const struct train *t)
{
	return t->model.history.n == t->first_event ||
	       newest(t)->samples != t->position;
}

enum train_end
train_run(struct train *t, struct err *e)
{
	int rc;

	t->in_iterations = true;
	rc = begin(t, e);
	if (rc == 0)
		rc = run_iterations(t, e);
	t->in_iterations = false;
	if (rc < 0)
		return fail(t, e);
	if (rc > 0) {
		t->ended = clock_now();
		return TRAIN_INTERRUPTED;
	}
	if ((is_unscored(t) && score(t, true, e) < 0) ||
	    restore_best(t, e) < 0 || train_record_metrics(t, true, e) < 0 ||
	    train_record_inputs(t, e) < 0)
		return fail(t, e);
	t->ended = clock_now();
	train_record_end(t);
	return record_run(t, e) < 0 ? TRAIN_FAILED : TRAIN_FINISHED;
}
