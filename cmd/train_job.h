/* train_job.h - what dl-train was asked to do, and doing it. */
#ifndef TRAIN_JOB_H
#define TRAIN_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include <dltools/err.h>
#include <dltools/params.h>
#include <dltools/train_files.h>

struct train_job {
	struct params params;
	const char *frame; /* to train on */
	const char *out, *state, *test, *result, *history, *run_info;
	const char *lock, *deps, *every, *cv_predictions;
	const char *config;
	struct train_files files; /* config and @lists, as read */
	const char *const *command; /* argv */
	size_t words;
	const char **tag;
	size_t tags;
	bool resume, no_state, dry_run;
	bool quiet, verbose, bar, lines; /* what to say */
	double started;
};

/*
 * Trains.  A signal that came is re-raised when the state has been saved, so
 * this may not return.
 */
int train_job_run(struct train_job *job, struct err *e) MUST_USE;

/* The frame of [NAME=]FRAME: a file may have an equals sign in its name. */
const char *train_frame_of(const char *text);
/* Every file that the model depends on; to be freed with mem_free(). */
const char **train_inputs(const struct train_job *job, size_t *n,
			  struct err *e) MUST_USE;
int train_write_text(const char *path, const char *text,
		     struct err *e) MUST_USE;
/* --deps: every file that was read. */
int train_write_deps(const struct train_job *job, struct err *e) MUST_USE;
/* Before training: names with line feeds cannot stand in it. */
int train_check_deps(const struct train_job *job, struct err *e) MUST_USE;

#endif
