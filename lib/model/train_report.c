/*
 * train_report.c - what a run has to tell: the results row, the run's facts,
 * its closing line and the outline before it starts.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "dltools/clock.h"
#include "dltools/cv.h"
#include "dltools/json.h"
#include "dltools/num.h"
#include "dltools/adapt.h"
#include "model/history_int.h"
#include "model/train_int.h"

const char train_result_header[] =
	"parameters,training samples,training time,training speed,"
	"test set error\n";

void
train_totals(const struct train *t, struct train_totals *to)
{
	int64_t samples;
	double seconds;

	to->samples = t->position - t->origin;
	to->seconds = train_elapsed(t);
	to->training_s = t->training_s;
	to->scoring_s = t->scoring_s;
	to->cpu_s = clock_process() - t->cpu_began + t->before_cpu_s;
	to->test_error = NAN;
	if (t->rq.cv) {
		cv_totals(t->rq.cv, &samples, &seconds);
		to->samples += samples;
		to->seconds += seconds;
	}
}

int
train_check_test(struct train *t, const struct frame *f, struct err *e)
{
	struct adapt *a = train_adapt(t, f, "test", e);
	struct rows *rows = NULL;
	int rc = a ? 0 : -1;

	if (a && (train_refuses_unseen(&t->model.params) ||
		  adapt_may_be_empty(a, f))) {
		rows = rows_load(f, &t->model.enc, a, ROWS_VALID, t->pool, e);
		rc = rows ? train_adapted(t, rows, f, "test", e) : -1;
	}
	rows_free(rows);
	adapt_free(a);
	return rc;
}

int
train_test(struct train *t, const struct frame *f, double *error,
	   struct err *e)
{
	struct adapt *a = train_adapt(t, f, "test", e);
	struct score_set set = {0};
	struct metrics m = {0};
	struct rows *rows = NULL;
	int rc = -1;

	str_reset(&t->notes); /* told when the frame was checked */
	if (a)
		rows = rows_load(f, &t->model.enc, a, ROWS_VALID, t->pool, e);
	if (!rows || train_adapted(t, rows, f, "test", e) < 0)
		goto out;
	set.rows = rows;
	set.n = rows_count(rows);
	if (forward_repack(t->forward, e) < 0 ||
	    train_score_set(t, &set, &m, e) < 0)
		goto out;
	*error = m.kind == METRICS_BINOMIAL ?
		metrics_error_at(&m, model_threshold(&t->model)) :
		m.kind == METRICS_MULTINOMIAL ? m.error : m.rmse;
	rc = 0;
out:
	metrics_release(&m);
	rows_free(rows);
	adapt_free(a);
	return rc;
}

int
train_result_row(const struct train *t, const struct train_totals *totals,
		 struct str *out, struct err *e)
{
	double speed = totals->seconds > 0 ?
		(double)totals->samples / totals->seconds : 0;
	struct str asked = STR_INIT;
	char error[NUM_TEXT] = "";

	if (!isnan(totals->test_error))
		num_print_double(error, totals->test_error);
	params_row(t->rq.asked ? t->rq.asked : t->rq.params, &asked);
	str_add_csv(out, asked.buf, asked.len, ',');
	str_release(&asked);
	str_addf(out, ",%" PRId64 ",%.3f,%.1f,%s\n", totals->samples,
		 totals->seconds, speed, error);
	return str_check(out, e);
}

/* ---- --run-info ----------------------------------------------------- */

static void
put_machine(const struct train *t, struct json *j)
{
	struct trainer_facts facts;
	struct utsname host;

	trainer_facts(t->trainer, &facts);
	if (uname(&host) == 0) {
		json_add_text(j, "host", host.nodename);
		json_add_text(j, "machine", host.machine);
		json_add_text(j, "system", host.sysname);
	}
	json_add_text(j, "isa", facts.isa);
	json_add_int(j, "threads", facts.threads);
	json_add_text(j, "threading", facts.threading);
	json_add_text(j, "precision", facts.precision);
	json_add_int(j, "row_block", (int64_t)facts.row_block);
}

static bool
is_huber_moved(const struct train *t)
{
	return net_shape(t->model.net)->loss == LOSS_HUBER &&
	       t->model.params.huber_adaptive;
}

static void
put_decided(const struct train *t, struct json *j)
{
	json_key(j, "decided_by");
	json_put_array(j);
	if (t->model.stop == MODEL_STOP_TIME)
		json_put_text(j, "time budget");
	if (!t->model.params.reproducible) {
		struct trainer_facts facts;

		trainer_facts(t->trainer, &facts);
		if (strcmp(facts.threading, "hogwild") == 0 &&
		    facts.threads > 1)
			json_put_text(j, "race");
		if (!t->model.params.score_each_iteration &&
		    (t->restored || t->model.stop == MODEL_STOP_CONVERGED ||
		     t->model.stop == MODEL_STOP_TARGET || is_huber_moved(t)))
			json_put_text(j, "scoring by the clock");
	}
	json_end(j);
}

int
train_run_info(const struct train *t, const struct train_totals *totals,
	       struct str *out, struct err *e)
{
	struct json j = json_start(out);
	struct timespec now;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	history_clock((double)now.tv_sec, text);
	json_put_object(&j);
	json_add_text(&j, "schema", "dl.run/1");
	json_add_text(&j, "parameters", t->model.asked);
	json_add_text(&j, "finished_at", text);
	json_add_int(&j, "seed", t->model.params.seed);
	put_machine(t, &j);
	json_add_int(&j, "training_rows", t->model.training_rows);
	json_add_int(&j, "samples_per_iteration", t->schedule.per_iteration);
	json_add_int(&j, "samples", totals->samples);
	json_add_real(&j, "wall_s", totals->seconds);
	json_add_real(&j, "training_s", totals->training_s);
	json_add_real(&j, "scoring_s", totals->scoring_s);
	json_add_real(&j, "cpu_s", totals->cpu_s);
	json_add_real(&j, "samples_per_s", totals->seconds > 0 ?
		 (double)totals->samples / totals->seconds : 0);
	json_add_real(&j, "peak_memory_bytes", train_peak_memory());
	json_add_int(&j, "rows_bytes", (int64_t)rows_bytes(t->rows));
	json_add_real(&j, "test_error", totals->test_error);
	put_decided(t, &j);
	train_put_origin(t, &j);
	json_end(&j);
	return str_check(out, e);
}

/* ---- for people ----------------------------------------------------- */

void
train_record_end(struct train *t)
{
	t->model.finished = true;
	t->model.kept_event = t->restored ? t->best_event + 1 :
					    (int64_t)t->model.history.n;
}

void
train_closing(const struct train *t, struct str *out)
{
	const struct history_row *row =
		&t->model.history.row[t->model.kept_event - 1];
	const struct history_measures *m = row->has_validation ?
		&row->validation : &row->training;
	double value = stop_metric_value(t->metric, m);

	str_addf(out, "stopped after %.4g epochs, %" PRId64 " samples: %s; "
		 "kept scoring event %" PRId64 " of %zu (%s %s ",
		 (double)t->position / (double)t->schedule.rows, t->position,
		 model_stop_text(&t->model), t->model.kept_event,
		 model_events(&t->model),
		 row->has_validation ? "validation" : "training",
		 t->metric->name);
	if (isnan(value))
		str_add(out, "is undefined: it stopped and chose nothing)");
	else
		str_addf(out, "%.5g)", value);
}

/* "46,602 parameters" for people who count digits. */
static void
add_grouped(struct str *out, int64_t n)
{
	char text[NUM_TEXT];
	size_t len = num_print_int(text, n);

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			str_add_char(out, ',');
		str_add_char(out, text[i]);
	}
}

/* Weights and state of a net. */
static double
net_bytes(const struct net *net)
{
	double bytes = 0;

	for (size_t i = 0; i < net_tensors(net); i++) {
		struct net_tensor n;

		net_tensor(net, i, &n);
		bytes += (double)n.rows * (double)n.columns * sizeof(float);
	}
	return bytes;
}

double
train_memory(const struct train *t)
{
	return (double)rows_bytes(t->rows) + 4 * net_bytes(t->model.net);
}

void
train_outline(const struct train *t, struct str *out)
{
	const struct encoder *enc = &t->model.enc;
	const struct net_shape *s = net_shape(t->model.net);
	double net = net_bytes(t->model.net);

	str_addf(out, "%" PRId64 " training rows, %zu predictors (%zu dropped "
		 "as constant), %zu input units\nlayers: %zu",
		 t->schedule.rows, enc->columns,
		 encoder_dropped(enc, ROLE_CONSTANT), encoder_units(enc),
		 encoder_units(enc));
	for (size_t i = 0; i < s->layers; i++)
		str_addf(out, "-%zu", s->units[i]);
	str_addf(out, "-%zu, ", s->outputs);
	add_grouped(out, (int64_t)net_parameters(t->model.net));
	str_addf(out, " parameters\niterations of %" PRId64 " rows, %" PRId64
		 " in all; scoring %" PRId64 " training and %" PRId64
		 " validation rows\nmemory: rows %.1f MB, net with state "
		 "%.1f MB, copies of it %.1f MB\n",
		 t->schedule.per_iteration,
		 schedule_end(&t->schedule, t->origin) - t->origin,
		 t->training.n, t->validation.n,
		 (double)rows_bytes(t->rows) / 1e6, net / 1e6, 2 * net / 1e6);
}
