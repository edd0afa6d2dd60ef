/*
 * dl-train - train a neural net on a frame
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/clock.h>
#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/params.h>
#include <dltools/train.h>

#include "cli.h"
#include "train_job.h"
#include "train_say.h"

static const char synopsis[] =
	"dl-train -y RESPONSE|--autoencoder [-o MODEL|-]\n"
	"         [--valid [NAME=]FRAME] [options] [FRAME|-]\n";

static const char examples[] =
	"dl-train -y C785 --epochs 1 --test test.dlf -o m.dlm train.dlf\n"
	"dl-train -y y --valid valid.dlf --resume --checkpoint-every 10m \\\n"
	"         -o m.dlm train.dlf\n";

enum progress { PROGRESS_AUTO, PROGRESS_BAR, PROGRESS_LINE, PROGRESS_NONE };

static const char *const progress_words[] = {"auto", "bar", "line", "none",
					     NULL};

struct opts {
	struct train_job job;
	struct cli_list tags, lists; /* lists: paths of @FILE */
	int progress;
	bool print_config;
};

static int
read_config(struct opts *o, struct err *e)
{
	size_t n;
	char *text;
	int rc;

	if (!o->job.config)
		return 0;
	text = file_slurp(o->job.config, 1 << 20, &n, e);
	if (!text)
		return -1;
	rc = strlen(text) < n
		? err_set(e, ERR_INPUT, "'%s': NUL byte: a text file has none",
			  o->job.config)
		: params_read_config(&o->job.params, o->job.config, text, e);
	if (rc == 0)
		rc = train_files_add(&o->job.files, "config", o->job.config,
				     text, n, e);
	mem_free(text);
	return rc;
}

static int
read_files(struct opts *o, struct err *e)
{
	int rc = read_config(o, e);

	for (size_t i = 0; rc == 0 && i < o->lists.n; i++)
		rc = train_files_read(&o->job.files, "list", o->lists.v[i], e);
	return rc;
}

static void
choose_talk(struct opts *o)
{
	const char *term = getenv("TERM");
	bool tty = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
	int p = o->progress;

	if (p == PROGRESS_AUTO)
		p = o->job.params.quiet_mode ? PROGRESS_NONE
		  : tty ? PROGRESS_BAR : PROGRESS_LINE;
	o->job.bar = !o->job.quiet && p == PROGRESS_BAR;
	o->job.lines = !o->job.quiet && p == PROGRESS_LINE;
}

static int
choose_frame(struct train_job *job, struct err *e)
{
	const char *given = job->params.training_frame;

	if (job->frame && given && strcmp(job->frame, given) != 0)
		return err_set(e, ERR_USAGE, "two frames to train on: "
			       "--training-frame '%s' and '%s'", given,
			       job->frame);
	if (!job->frame)
		job->frame = given;
	return 0;
}

static int
check(struct opts *o, struct err *e)
{
	struct train_job *job = &o->job;

	if (!job->frame && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no input: name a frame, or - for "
			       "standard input");
	if (!job->frame)
		job->frame = "-";
	if (!job->dry_run && strcmp(job->out, "-") == 0 &&
	    isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "a model is not for a terminal: "
			       "-o MODEL");
	return params_check(&job->params, e);
}

/* With the frame, so that the file repeats the run. */
static int
print_config(struct train_job *job, struct err *e)
{
	struct str s = STR_INIT;
	int rc = 0;

	if (job->frame && !job->params.training_frame)
		rc = params_set(&job->params, PARAM_FROM_FLAG,
				"training_frame", job->frame, e);
	if (rc == 0) {
		params_print_config(&job->params, &s);
		rc = str_check(&s, e);
	}
	if (rc == 0)
		fputs(s.buf, stdout);
	str_release(&s);
	return rc;
}

static void
print_notes(const struct params *p)
{
	struct str s = STR_INIT;

	params_notes(p, &s);
	train_say_lines(s.buf);
	str_release(&s);
}

static int
run(struct opts *o, struct err *e)
{
	if (read_files(o, e) < 0 || choose_frame(&o->job, e) < 0)
		return -1;
	if (o->print_config)
		return print_config(&o->job, e);
	if (check(o, e) < 0)
		return -1;
	choose_talk(o);
	if (!o->job.quiet)
		print_notes(&o->job.params);
	o->job.tag = o->tags.v;
	o->job.tags = o->tags.n;
	return train_job_run(&o->job, e);
}

static void
parse(struct opts *o, int argc, char **argv)
{
	struct train_job *job = &o->job;
	const struct cli_option options[] = {
		CLI_TEXT('o', "output", &job->out, "FILE",
			 "model to write, - for standard output"),
		CLI_TEXT(0, "config", &job->config, "FILE",
			 "parameters as `name = value` lines"),
		CLI_FLAG(0, "print-config", &o->print_config,
			 "show all parameters in that form and stop"),
		CLI_FLAG('n', "dry-run", &job->dry_run,
			 "show layers, parameters and memory and stop"),
		CLI_TEXT(0, "test", &job->test, "FRAME",
			 "frame whose error goes to the results row"),
		CLI_TEXT(0, "result", &job->result, "FILE",
			 "table of results to append a row to"),
		CLI_TEXT(0, "history", &job->history, "FILE",
			 "scoring history: CSV, or by suffix .tsv, .jsonl"),
		CLI_TEXT(0, "cv-predictions", &job->cv_predictions, "FILE",
			 "cross-validation: predictions for unseen rows"),
		CLI_TEXT(0, "run-info", &job->run_info, "FILE",
			 "facts of the run as JSON"),
		CLI_FLAG(0, "resume", &job->resume,
			 "go on from the saved state, if there is one"),
		CLI_TEXT(0, "checkpoint-every", &job->every, "WHEN",
			 "save the state every 10m, 1epoch, 1e6samples"),
		CLI_TEXT(0, "checkpoint-file", &job->state, "FILE",
			 "where the state is saved (OUT.ckpt)"),
		CLI_FLAG(0, "no-state", &job->no_state,
			 "leave the optimizer's state out of the model"),
		CLI_TEXT(0, "lock", &job->lock, "FILE",
			 "end with status 1 if another run holds it"),
		CLI_TEXT(0, "deps", &job->deps, "FILE",
			 "write a make rule of the files that were read"),
		CLI_LIST(0, "tag", &o->tags, "KEY=VALUE",
			 "note to keep in the model; repeatable"),
		CLI_CHOICE(0, "progress", &o->progress, progress_words,
			   "how to show it"),
		CLI_FLAG('q', "quiet", &job->quiet, "say nothing but errors"),
		CLI_FLAG('v', "verbose", &job->verbose,
			 "show the outline first"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-train", .about = "train a neural net on a frame",
		.synopsis = synopsis, .examples = examples, .options = options,
		.params = &job->params, .lists = &o->lists, .max_operands = 1,
	};

	cli_parse(&c, argc, argv);
	job->command = (const char *const *)(void *)argv;
	job->words = (size_t)argc;
	job->frame = c.operands ? c.operand[0] : NULL;
}

int
main(int argc, char **argv)
{
	struct opts o = {.job.out = "-", .job.started = clock_now()};
	struct err e = {0};
	int rc = params_init(&o.job.params, &e);

	if (rc == 0) {
		parse(&o, argc, argv);
		rc = run(&o, &e);
	}
	train_files_release(&o.job.files);
	params_release(&o.job.params);
	return rc < 0 ? die(&e) : cli_finish();
}
