/* train_deps.c - the make rule of a training job: what its model depends on. */
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/train.h>
#include <dltools/train_text.h>

#include "train_job.h"

const char *
train_frame_of(const char *text)
{
	const char *is = strchr(text, '=');

	return is && access(text, F_OK) < 0 ? is + 1 : text;
}

int
train_write_text(const char *path, const char *text, struct err *e)
{
	struct outfile out = {0};
	int rc = -1;

	if (outfile_open(&out, path, e) == 0 &&
	    outfile_write(&out, text, strlen(text), e) == 0 &&
	    outfile_commit(&out, e) == 0)
		rc = 0;
	outfile_discard(&out);
	return rc;
}

/* Every file that the model depends on into in[]; returns their number. */
static size_t
list_inputs(const struct train_job *job, const char **in)
{
	const struct params *p = &job->params;
	const struct param_texts *lists[] = {
		&p->initial_weights, &p->initial_biases,
	};
	const char *ones[] = {
		job->test, p->checkpoint, p->pretrained_autoencoder,
	};
	size_t n = 0, i, k;

	in[n++] = job->frame;
	for (i = 0; i < p->validation_frame.n; i++)
		in[n++] = train_frame_of(p->validation_frame.v[i]);
	for (i = 0; i < sizeof(ones) / sizeof(*ones); i++)
		if (ones[i])
			in[n++] = ones[i];
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
		for (k = 0; k < lists[i]->n; k++)
			if (*lists[i]->v[k])
				in[n++] = lists[i]->v[k];
	for (i = 0; i < job->files.n; i++)
		in[n++] = job->files.v[i].path;
	return n;
}

const char **
train_inputs(const struct train_job *job, size_t *n, struct err *e)
{
	const struct params *p = &job->params;
	const char **in = mem_zalloc(4 + p->validation_frame.n +
				     p->initial_weights.n +
				     p->initial_biases.n + job->files.n,
				     sizeof(*in), e);

	if (in)
		*n = list_inputs(job, in);
	return in;
}

int
train_check_deps(const struct train_job *job, struct err *e)
{
	const char **in;
	size_t n = 0;
	bool broken;

	if (!job->deps)
		return 0;
	in = train_inputs(job, &n, e);
	if (!in)
		return -1;
	broken = strchr(job->out, '\n');
	while (n--)
		broken |= strchr(in[n], '\n') != NULL;
	mem_free(in);
	return !broken ? 0 : err_set(e, ERR_USAGE, "--deps: a name with a line "
				     "feed cannot stand in a makefile");
}

int
train_write_deps(const struct train_job *job, struct err *e)
{
	struct str s = STR_INIT;
	const char **in;
	size_t n = 0;
	int rc;

	if (!job->deps)
		return 0;
	in = train_inputs(job, &n, e);
	if (!in)
		return -1;
	train_deps(job->out, in, n, &s);
	rc = str_check(&s, e) < 0 ? -1 : train_write_text(job->deps, s.buf, e);
	str_release(&s);
	mem_free(in);
	return rc;
}
