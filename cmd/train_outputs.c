/* train_outputs.c - what will be written; see train_outputs.h. */
#include "train_outputs.h"

#include <string.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/train_report.h>

#include "outputs.h"
#include "train_folds.h"

int
train_export_prefix(const struct train_job *job, struct str *out,
		    struct err *e)
{
	const char *dir = job->params.export_checkpoints_dir;
	const char *name = strrchr(job->out, '/');

	if (!dir)
		return 0;
	str_addf(out, "%s/", dir);
	name = name ? name + 1 : job->out;
	train_add_name(out, strcmp(name, "-") == 0 ? "model" : name, "");
	return str_check(out, e);
}

static int
check_export(const struct train_job *job, struct err *e)
{
	struct str name = STR_INIT;
	int rc = train_export_prefix(job, &name, e);

	if (rc == 0 && name.len) {
		str_add(&name, "_1.dlm");
		rc = str_check(&name, e) < 0 ? -1 : output_check(name.buf, e);
	}
	if (rc < 0)
		err_prefix(e, "--export-checkpoints-dir");
	str_release(&name);
	return rc;
}

/* STATE.cv_K: where the state of a fold goes. */
static bool
is_fold_state(const char *path, const char *state)
{
	const char *end = strrchr(path, '.');
	struct str s = STR_INIT;
	bool is;

	if (!end || strncmp(end, ".cv_", 4) != 0 ||
	    end[4 + strspn(end + 4, "0123456789")])
		return false;
	str_add_bytes(&s, path, (size_t)(end - path));
	is = s.buf && output_is_same(s.buf, state);
	str_release(&s);
	return is;
}

/* No input and no output may be where a fold's state goes. */
static int
check_folds(const struct train_job *job, const char *const *path, size_t n,
	    struct err *e)
{
	for (size_t i = 0; i < n && job->state; i++)
		if (path[i] && cv_is_asked(&job->params) &&
		    is_fold_state(path[i], job->state))
			return err_set(e, ERR_USAGE, "'%s' is where the state "
				       "of a fold goes", path[i]);
	return 0;
}

static int
check_input(const char *const *out, size_t n, const char *input, struct err *e)
{
	for (size_t i = 0; i < n; i++)
		if (out[i] && file_is_same(out[i], input))
			return err_set(e, ERR_USAGE, "'%s' is an input and an "
				       "output: it would be replaced by what "
				       "is made of it", out[i]);
	return 0;
}

/*
 * What is read stays, but for a checkpoint: the model that goes on from it,
 * out[0], may take its place.
 */
static int
check_inputs(const struct train_job *job, const char *const *out, size_t n,
	     struct err *e)
{
	size_t inputs = 0, streams = 0;
	const char **in = train_inputs(job, &inputs, e);
	int rc = in ? check_folds(job, in, inputs, e) : -1;

	for (size_t i = 0; i < inputs && rc == 0; i++) {
		size_t skip = in[i] == job->params.checkpoint;

		rc = check_input(out + skip, n - skip, in[i], e);
		streams += strcmp(in[i], "-") == 0;
	}
	if (rc == 0 && streams > 1)
		rc = err_set(e, ERR_USAGE, "standard input is named %zu times",
			     streams);
	mem_free(in);
	return rc;
}

/* Two outputs in one file: the later would destroy the earlier. */
static int
check_different(const struct train_job *job, struct err *e)
{
	const char *path[] = {job->out, job->state, job->result,
			      job->history, job->run_info, job->deps,
			      job->cv_predictions, job->lock};
	size_t n = sizeof(path) / sizeof(*path), files = n - 1;

	/* nothing is written to a lock: it may be an input */
	if (check_inputs(job, path, files, e) < 0 ||
	    check_folds(job, path, n, e) < 0)
		return -1;
	for (size_t i = 0; i < n && job->dry_run; i++)
		if (path[i] && !strcmp(path[i], "-"))
			path[i] = NULL; /* nothing goes there */
	return outputs_check_apart(path, n, NULL, 0, e);
}

int
train_check_outputs(const struct train_job *job, struct err *e)
{
	if (train_folds_check(job, e) < 0 || check_different(job, e) < 0 ||
	    train_check_deps(job, e) < 0)
		return -1;
	if (job->dry_run)
		return 0;
	if (output_check(job->out, e) < 0 ||
	    output_check(job->state, e) < 0 ||
	    output_check(job->run_info, e) < 0 ||
	    output_check(job->deps, e) < 0 ||
	    output_check(job->cv_predictions, e) < 0 ||
	    (job->result && file_append_check(job->result,
					      train_result_header, e) < 0) ||
	    output_check_growing(job->result, e) < 0 ||
	    output_check_growing(job->history, e) < 0)
		return -1;
	if (job->history && history_is_growing(job->history))
		return err_set(e, ERR_GATE, "'%s': another run writes this "
			       "history", job->history);
	return check_export(job, e);
}
