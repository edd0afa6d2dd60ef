/*
 * score.c - predictions for a table: looks at the input, sets up the forward
 * pass and the report; see score.h.
 */
#include "model/score_int.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/mem.h>

#include "data/frame_int.h"

#define HEAD_BYTES 4096
#define SMALL_FILE (16 << 10)

/* ---- which input ----------------------------------------------------- */

/*
 * Standard input is read a little to see what it is.  A frame on a pipe is
 * copied to an unlinked file that takes its place; of text, the bytes read are
 * handed to the reader.
 */
static int
read_head(unsigned char head[HEAD_BYTES], size_t *len, size_t want,
	  struct err *e)
{
	ssize_t got = 1;

	while (*len < want && got > 0) {
		do
			got = read(STDIN_FILENO, head + *len,
				   HEAD_BYTES - *len);
		while (got < 0 && errno == EINTR);
		if (got < 0)
			return err_errno(e, ERR_INPUT,
					 "cannot read 'standard input'");
		*len += (size_t)got;
	}
	return 0;
}

static int
spool(const void *head, size_t len, struct err *e)
{
	unsigned char bytes[HEAD_BYTES];
	int fd = file_scratch(e), status = -1;
	const void *from = head;

	if (fd < 0)
		return -1;
	do {
		if (file_write_all(fd, from, len, "temporary file", e) < 0)
			goto out;
		from = bytes;
		len = 0;
		if (read_head(bytes, &len, 1, e) < 0)
			goto out;
	} while (len);
	if (lseek(fd, 0, SEEK_SET) < 0 || dup2(fd, STDIN_FILENO) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot use temporary file");
		goto out;
	}
	status = 0;
out:
	close(fd);
	return status;
}

static int
score_stdin(struct score_job *job, struct err *e)
{
	unsigned char head[HEAD_BYTES];
	size_t len = 0;

	/* the first byte of a frame begins no text: wait for no more */
	if (read_head(head, &len, 1, e) < 0)
		return -1;
	if (!len || head[0] != (unsigned char)FRAME_MAGIC[0])
		return score_text(job, head, len, e);
	if (spool(head, len, e) < 0)
		return -1;
	return score_frame(job, e);
}

/* A pipe with a name takes standard input's place. */
static int
score_pipe(struct score_job *job, struct err *e)
{
	int fd = file_open_stream(job->path, e);

	if (fd < 0)
		return -1;
	if (dup2(fd, STDIN_FILENO) < 0) {
		err_errno(e, ERR_OUTPUT, "cannot use '%s'", job->path);
		close(fd);
		return -1;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	job->path = "-";
	return score_stdin(job, e);
}

static int
score_input(struct score_job *job, struct err *e)
{
	struct stat st;
	int is;

	if (!strcmp(job->path, "-"))
		return score_stdin(job, e);
	is = model_is_model(job->path, e);
	if (is < 0)
		return -1;
	if (is)
		return err_set(e, ERR_INPUT, "'%s' is a model, not a table",
			       job->path);
	if (stat(job->path, &st) == 0 && !S_ISREG(st.st_mode))
		return score_pipe(job, e);
	is = frame_is_frame(job->path, e);
	if (is < 0)
		return -1;
	return is ? score_frame(job, e) : score_text(job, NULL, 0, e);
}

/* ---- setting up ------------------------------------------------------ */

static int
check_reconstruction(const struct score_job *job, struct err *e)
{
	const struct score_options *o = job->o;

	if (o->per_feature && !o->reconstruction_error)
		return err_set(e, ERR_USAGE, "--per-feature needs "
			       "--reconstruction-error");
	if (o->reconstruction_error && (o->layer || o->top || o->contrib ||
					o->output != SCORE_PROB))
		return err_set(e, ERR_USAGE, "--reconstruction-error, --top, "
			       "--layer, --contrib and --output exclude each "
			       "other");
	if (job->m->enc.response && o->reconstruction_error)
		return err_set(e, ERR_USAGE, "a reconstruction error needs an "
			       "autoencoder");
	if (!job->m->enc.response && (o->actual || o->output == SCORE_LABEL))
		return err_set(e, ERR_USAGE, "the model is an autoencoder: it "
			       "has no response");
	return 0;
}

static int
check_options(struct score_job *job, struct err *e)
{
	const struct score_options *o = job->o;
	const struct net_shape *shape = net_shape(job->m->net);
	bool classifier = encoder_is_classifier(&job->m->enc);

	if (o->layer > shape->layers)
		return err_set(e, ERR_USAGE, "layer %zu: the model has %zu "
			       "hidden layers", o->layer, shape->layers);
	if (o->layer && o->metrics)
		return err_set(e, ERR_USAGE, "metrics need predictions, not "
			       "deep features");
	if (o->top && !classifier)
		return err_set(e, ERR_USAGE, "the model is no classifier: "
			       "there are no classes to choose from");
	if (o->top > shape->outputs)
		return err_set(e, ERR_USAGE, "the %zu most probable: the model "
			       "has %zu classes", o->top, shape->outputs);
	if (o->threshold > 0 && (!classifier || shape->outputs != 2))
		return err_set(e, ERR_USAGE, "a threshold needs a model of two "
			       "classes");
	return check_reconstruction(job, e);
}

/* Few rows, or one after the other: what takes time is setting up. */
static bool
is_small(const struct score_job *job)
{
	struct stat st;

	return job->o->line_buffered ||
	       (strcmp(job->path, "-") && stat(job->path, &st) == 0 &&
		S_ISREG(st.st_mode) && st.st_size < SMALL_FILE);
}

static int
name_units(struct score_job *job, struct err *e)
{
	size_t n = encoder_units(&job->m->enc), i;

	job->unit = mem_zalloc(n, sizeof(*job->unit), e);
	for (i = 0; job->unit && i < n; i++) {
		job->unit[i] = encoder_unit_name(&job->m->enc, i, e);
		if (!job->unit[i])
			return -1;
	}
	return job->unit ? 0 : -1;
}

static void
forget_units(struct score_job *job)
{
	size_t n = encoder_units(&job->m->enc), i;

	for (i = 0; job->unit && i < n; i++)
		mem_free(job->unit[i]);
	mem_free(job->unit);
}

static int
set_up(struct score_job *job, struct err *e)
{
	const struct net_shape *shape = net_shape(job->m->net);
	bool small = is_small(job);
	unsigned threads = small	    ? 1
			   : job->o->threads ? job->o->threads
					     : pool_default_threads();

	job->batch = small ? 16 : SCORE_BATCH;
	job->width = job->o->layer ? shape->units[job->o->layer - 1]
				   : shape->outputs;
	job->report->threshold = job->o->threshold > 0 ? job->o->threshold
				 : model_threshold(job->m);
	if (job->o->metrics) {
		if (score_metrics_init(&job->report->metrics, &job->m->enc,
				       shape, job->m->params.huber_alpha,
				       e) < 0)
			return -1;
		job->report->metrics.auc_type =
			metrics_auc_type(job->m->params.auc_type);
		job->report->has_metrics = true;
	}
	job->unseen = mem_zalloc(job->m->enc.columns, sizeof(*job->unseen), e);
	if (!job->unseen || (!job->m->enc.response && name_units(job, e) < 0))
		return -1;
	job->fwd = forward_new(job->m->net,
			       job->o->precision == PRECISION_AUTO
				       ? PRECISION_F32 : job->o->precision,
			       e);
	if (!job->fwd)
		return -1;
	if (job->o->contrib && score_explain_init(job, e) < 0)
		return -1;
	if (threads > 1 && !(job->pool = pool_new(threads, e)))
		return -1;
	return 0;
}

int
score_run(const struct model *m, const char *path,
	  const struct score_options *o, struct outfile *out,
	  struct score_report *r, struct err *e)
{
	struct score_job job = {
		.m = m, .o = o, .path = path,
		.name = strcmp(path, "-") ? path : "standard input",
		.out = out, .report = r, .e = e,
	};
	int status = -1;

	memset(r, 0, sizeof(*r));
	pthread_mutex_init(&job.turn.lock, NULL);
	pthread_cond_init(&job.turn.moved, NULL);
	if (check_options(&job, e) == 0 && set_up(&job, e) == 0 &&
	    score_input(&job, e) == 0 && score_report_levels(&job, e) == 0)
		status = score_finish_metrics(&job, e);
	pool_free(job.pool);
	score_explain_release(&job);
	forward_free(job.fwd);
	mem_free(job.unseen);
	forget_units(&job);
	column_list_release(&job.keep);
	pthread_cond_destroy(&job.turn.moved);
	pthread_mutex_destroy(&job.turn.lock);
	return status;
}
