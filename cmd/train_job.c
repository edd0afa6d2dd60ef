/*
 * train_job.c - one training job: open, train, write what was asked for.
 */
#include "train_job.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/train_report.h>
#include <dltools/train_text.h>

#include "outputs.h"
#include "train_dry.h"
#include "train_folds.h"
#include "train_outputs.h"
#include "train_say.h"
#include "train_signal.h"
#include "train_valid.h"

/* ---- talk ----------------------------------------------------------- */

struct talk {
	const struct train_job *job;
	struct history_file history;
	double shown;
	bool live; /* a live line stands on the terminal */
};

static void
clear_line(struct talk *t)
{
	if (t->live)
		fputs("\r\033[K", stderr);
	t->live = false;
}

static int
on_tick(void *ctx, const struct train_progress *p, struct err *e)
{
	struct talk *t = ctx;
	struct str s = STR_INIT;
	bool asked = train_status_wanted;

	(void)e;
	if (!asked && (!t->job->bar || p->elapsed - t->shown < 0.1))
		return 0;
	train_status_wanted = 0;
	t->shown = p->elapsed;
	train_progress_text(p, &s);
	clear_line(t);
	fprintf(stderr, t->job->bar && !asked ? "%s" : "dl-train: %s\n", s.buf);
	t->live = t->job->bar && !asked;
	fflush(stderr);
	str_release(&s);
	return 0;
}

static int
on_scored(void *ctx, const struct history_layout *l, const struct history *h,
	  struct err *e)
{
	struct talk *t = ctx;
	struct str s = STR_INIT;

	if (t->job->lines) {
		clear_line(t);
		train_event_text(&h->row[h->n - 1], &s);
		fprintf(stderr, "dl-train: %s\n", s.buf);
		str_release(&s);
	}
	if (!t->history.path)
		return 0;
	return history_file_add(&t->history, l, h, e);
}

static int
say_end(const struct train *t, struct talk *talk, struct err *e)
{
	const struct model *m = train_model(t);
	struct history_layout l = {.kind = m->kind, .run = true};
	struct str s = STR_INIT, table = STR_INIT;
	int rc;

	clear_line(talk);
	if (talk->job->quiet)
		return 0;
	l.validation = m->validation_json != NULL;
	rc = model_layer_table(m, &s, e);
	str_add(&s, "Scoring History\n");
	history_table(&l, &m->history, 20, &s);
	str_add(&s, "dl-train: ");
	train_closing(t, &s);
	if (rc == 0)
		rc = cv_table(m->cv_json, &table, e);
	if (rc == 0)
		fprintf(stderr, "%s%s\n", table.buf, s.buf);
	str_release(&table);
	str_release(&s);
	return rc;
}

/* ---- inputs and outputs --------------------------------------------- */

struct inputs {
	struct frame *training, *test;
	struct valid_frames valid;
	struct model checkpoint, resume, pretrained;
	bool has_checkpoint, has_resume, has_pretrained;
	char *tags;
	char *state_name;
	struct str export; /* prefix of exported models */
	struct cv *cv;
	int lock;
};

static void
close_inputs(struct inputs *in)
{
	frame_close(in->training);
	valid_frames_close(&in->valid);
	frame_close(in->test);
	if (in->has_checkpoint)
		model_release(&in->checkpoint);
	if (in->has_resume)
		model_release(&in->resume);
	cv_free(in->cv);
	if (in->has_pretrained)
		model_release(&in->pretrained);
	str_release(&in->export);
	mem_free(in->tags);
	mem_free(in->state_name);
	if (in->lock >= 0)
		close(in->lock);
}

/* The lock goes with the process, whatever ends it. */
static int
take_lock(struct inputs *in, const char *path, struct err *e)
{
	if (!path)
		return 0;
	in->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (in->lock < 0)
		return err_errno(e, ERR_OUTPUT, "cannot open lock '%s'", path);
	if (flock(in->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return err_set(e, ERR_GATE, "lock '%s' is held by another run",
			       path);
	return err_errno(e, ERR_OUTPUT, "cannot lock '%s'", path);
}

static int
open_inputs(struct inputs *in, const struct train_job *job, struct err *e)
{
	const struct params *p = &job->params;

	in->training = frame_open(job->frame, e);
	if (!in->training)
		return -1;
	if (valid_frames_open(&in->valid, &p->validation_frame, e) < 0)
		return -1;
	if (job->test) {
		in->test = frame_open(job->test, e);
		if (!in->test)
			return -1;
	}
	if (p->checkpoint && *p->checkpoint) {
		if (model_open(&in->checkpoint, p->checkpoint, e) < 0)
			return -1;
		in->has_checkpoint = true;
	}
	if (p->pretrained_autoencoder) {
		if (model_open(&in->pretrained, p->pretrained_autoencoder,
			       e) < 0)
			return -1;
		in->has_pretrained = true;
	}
	return train_tags_json(job->tag, job->tags, &in->tags, e);
}

/* OUT.ckpt if no name was given. */
static int
name_state(struct inputs *in, struct train_job *job, struct err *e)
{
	struct str s = STR_INIT;

	if (job->state || !output_is_file_or_new(job->out))
		return 0;
	str_addf(&s, "%s.ckpt", job->out);
	job->state = in->state_name = str_take(&s, e);
	return job->state ? 0 : -1;
}

/* 1: OUT already is the result. */
static int
find_state(struct inputs *in, const struct train_job *job,
	   struct train_request *rq, struct err *e)
{
	struct model done;

	if (!job->resume)
		return job->state ? train_check_state(job->state, false, e) : 0;
	if (!job->state)
		return err_set(e, ERR_USAGE, "--resume needs -o FILE or "
			       "--checkpoint-file");
	if (access(job->state, F_OK) == 0) {
		if (model_open(&in->resume, job->state, e) < 0)
			return -1;
		in->has_resume = true;
		rq->resume = &in->resume;
		return 0;
	}
	if (access(job->out, F_OK) == 0 &&
	    model_open(&done, job->out, e) == 0) {
		bool same = train_is_result(rq, &done);

		model_release(&done);
		return same ? 1 : 0;
	}
	if (e->code == ERR_OUTPUT)
		return -1;
	memset(e, 0, sizeof(*e));
	return 0;
}

/* ---- results -------------------------------------------------------- */

static int
measure(struct train *t, const struct inputs *in, const struct train_job *job,
	struct train_totals *totals, struct err *e)
{
	train_totals(t, totals);
	if (in->test && train_test(t, in->test, &totals->test_error, e) < 0)
		return -1;
	train_say_adaptations(t, job->quiet);
	if (in->test && !job->quiet)
		fprintf(stderr, "dl-train: test set error %.5g\n",
			totals->test_error);
	return 0;
}

static int
write_run_info(const struct train *t, const struct train_totals *totals,
	       const char *path, struct err *e)
{
	struct str s = STR_INIT;
	int rc = -1;

	if (!path)
		return 0;
	if (train_run_info(t, totals, &s, e) == 0) {
		str_add_char(&s, '\n');
		rc = train_write_text(path, s.buf, e);
	}
	str_release(&s);
	return rc;
}

static int
add_result(const struct train *t, const struct train_totals *totals,
	   const char *path, struct err *e)
{
	struct str s = STR_INIT;
	int rc = -1;

	if (!path)
		return 0;
	if (train_result_row(t, totals, &s, e) == 0)
		rc = file_append_locked(path, train_result_header, s.buf, e);
	str_release(&s);
	return rc;
}

static void
remove_states(const struct train_job *job)
{
	if (!job->state || !output_is_file_or_new(job->state))
		return;
	unlink(job->state);
	if (cv_is_asked(&job->params))
		cv_remove_states(job->state, (size_t)job->params.nfolds);
}

/* What was trained is not lost, but no OUT says that all is done. */
static void
keep_model(const struct train *t, const struct train_job *job)
{
	struct str s = STR_INIT;
	struct err e = {0};

	if (!output_is_file_or_new(job->out))
		return;
	str_addf(&s, "%s.kept", job->out);
	if (str_check(&s, &e) == 0 && access(s.buf, F_OK) != 0 &&
	    model_save(train_model(t), s.buf, !job->no_state, &e) == 0)
		fprintf(stderr, "dl-train: the model is kept as '%s'\n", s.buf);
	str_release(&s);
}

/*
 * The model appears last: where it stands nothing else is missing, to make and
 * to --resume.  The row comes when only the rename is left: a run that is done
 * again adds another.
 */
static int
finish(struct train *t, struct inputs *in, struct talk *talk, struct err *e)
{
	const struct train_job *job = talk->job;
	struct train_totals totals;
	struct outfile out = {0};
	int rc = -1;

	if (measure(t, in, job, &totals, e) < 0 ||
	    train_folds_write(in->cv, job, e) < 0 ||
	    write_run_info(t, &totals, job->run_info, e) < 0 ||
	    train_write_deps(job, e) < 0 ||
	    history_file_close(&talk->history, e) < 0 ||
	    model_stage(train_model(t), &out, job->out, !job->no_state,
			e) < 0 ||
	    say_end(t, talk, e) < 0 ||
	    add_result(t, &totals, job->result, e) < 0 ||
	    outfile_commit(&out, e) < 0)
		goto out;
	remove_states(job);
	rc = 0;
out:
	outfile_discard(&out);
	if (rc < 0)
		keep_model(t, job);
	return rc;
}

static int
train(struct train *t, struct inputs *in, struct talk *talk, struct err *e)
{
	const struct train_job *job = talk->job;
	struct err second = {0};

	switch (train_run(t, e)) {
	case TRAIN_FINISHED:
		train_stop_at_once();
		return finish(t, in, talk, e);
	case TRAIN_INTERRUPTED:
		clear_line(talk);
		if (job->state && train_save_state(t, job->state, e) < 0)
			fprintf(stderr, "dl-train: %s\n", e->msg);
		train_die_of_signal();
		return -1;
	default:
		clear_line(talk);
		if (e->code == ERR_NUMERIC && job->state &&
		    train_save_state(t, job->state, &second) < 0)
			fprintf(stderr, "dl-train: %s\n", second.msg);
		return -1;
	}
}

static void
outline(const struct train *t, FILE *to)
{
	struct str s = STR_INIT;

	train_outline(t, &s);
	fputs(s.buf, to);
	str_release(&s);
}

/*
 * Finds all that can be wrong.  With folds this is for the checks and sizes
 * only: the state of the model of all rows waits for the folds.
 */
static struct train *
prepare(const struct train_job *job, struct inputs *in,
	const struct train_request *rq, struct err *e)
{
	struct train_request first = *rq;
	struct train *t;

	if (cv_is_asked(&job->params))
		first.resume = NULL;
	t = train_new(&first, e);
	if (t && in->test && train_check_test(t, in->test, e) < 0) {
		train_free(t);
		t = NULL;
	}
	if (t)
		train_say_adaptations(t, job->quiet);
	return t;
}

/* Puts the model of all rows in the place of the one that was checked. */
static int
cross_validate(struct train **t, struct inputs *in, struct talk *talk,
	       struct train_request *rq, struct err *e)
{
	double bytes = train_memory(*t);
	enum train_end end;

	train_free(*t);
	*t = NULL;
	end = train_folds_run(&in->cv, talk->job, rq, bytes, e);
	clear_line(talk);
	if (end == TRAIN_INTERRUPTED)
		train_die_of_signal();
	if (end != TRAIN_FINISHED)
		return -1;
	*t = train_new(rq, e);
	if (*t)
		train_say_adaptations(*t, true); /* said of the first one */
	return *t ? 0 : -1;
}

/* The folds' models, if any, and the model. */
static int
train_all(struct train **t, struct inputs *in, struct talk *talk,
	  struct train_request *rq, struct err *e)
{
	int rc = 0;

	if (talk->job->verbose && !talk->job->quiet)
		outline(*t, stderr);
	train_catch_signals();
	if (rq->folds)
		rc = cross_validate(t, in, talk, rq, e);
	if (rc == 0)
		rc = train(*t, in, talk, e);
	train_let_pipe_end();
	return rc;
}

static int
run(struct train_job *job, struct inputs *in, struct err *e)
{
	struct talk talk = {.job = job, .history.path = job->history};
	struct train_request rq = {
		.params = &job->params, .training = in->training,
		.validation = in->valid.n ? in->valid.frame[0] : NULL,
		.other = in->valid.other, .tags_json = in->tags,
		.others = in->valid.n > 1 ? in->valid.n - 1 : 0,
		.checkpoint = in->has_checkpoint ? &in->checkpoint : NULL,
		.pretrained = in->has_pretrained ? &in->pretrained : NULL,
		.state_path = job->state, .started = job->started,
		.export_prefix = in->export.len ? in->export.buf : NULL,
		.command = job->command, .words = job->words,
		.output = job->out, .file = job->files.v,
		.files = job->files.n, .folds = cv_is_asked(&job->params),
		.stop = &train_stop, .save = &train_save,
		.hooks = {&talk, on_tick, on_scored},
	};
	struct train *t;
	int rc;

	if (job->every && train_parse_every(&rq.every, job->every, e) < 0)
		return -1;
	rc = find_state(in, job, &rq, e);
	if (rc > 0)
		remove_states(job);
	t = rc == 0 ? prepare(job, in, &rq, e) : NULL;
	if (!t)
		return rc > 0 ? 0 : -1;
	if (job->dry_run)
		rc = train_dry_run(t, job, e);
	else
		rc = train_all(&t, in, &talk, &rq, e);
	train_free(t);
	return history_file_close(&talk.history, e) < 0 ? -1 : rc;
}

int
train_job_run(struct train_job *job, struct err *e)
{
	struct inputs in = {.lock = -1, .export = STR_INIT};
	int rc = -1;

	if (name_state(&in, job, e) == 0 &&
	    train_check_outputs(job, e) == 0 &&
	    take_lock(&in, job->lock, e) == 0 &&
	    train_export_prefix(job, &in.export, e) == 0 &&
	    open_inputs(&in, job, e) == 0)
		rc = run(job, &in, e);
	close_inputs(&in);
	if (rc == 0 && train_stop)
		train_die_of_signal(); /* it came as training ended */
	return rc;
}
