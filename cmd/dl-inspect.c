/*
 * dl-inspect - show what is in a frame or a model
 */
#include "cli.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dltools/file.h>

#include "inspect.h"

static const char synopsis[] =
	"dl-inspect [--csv|--json|-t] [options] [FRAME|MODEL|-]\n";

static const char examples[] =
	"dl-inspect digits.dlf                 schema and statistics\n"
	"dl-inspect --levels C785 digits.dlf\n"
	"dl-inspect --verify digits.dlf && echo whole\n"
	"dl-inspect model.dlm                  layers, end of the history\n"
	"dl-inspect --history --csv model.dlm\n"
	"dl-inspect --varimp model.dlm | head\n"
	"dl-inspect --diff old.dlm new.dlm\n";

/* In the order of enum inspect_set and enum inspect_dump. */
static const char *const sets[] = {"training", "validation", NULL};
static const char *const dumps[] = {"json", "tsv", "npy", NULL};

/* ---- files ------------------------------------------------------------- */

static int
run_frame(const struct inspect_options *o, struct str *out, struct err *e)
{
	struct frame *f = frame_open(o->input, e);
	int status = f ? inspect_show_frame(f, o, out, e) : -1;

	frame_close(f);
	return status;
}

/* model_open() checks every byte. */
static int
run_model(const struct inspect_options *o, struct str *out, struct err *e)
{
	struct model m = {0};
	int status = model_open(&m, o->input, e);

	if (status == 0 && o->dump == INSPECT_DUMP_NPY)
		status = inspect_npz(&m, e);
	else if (status == 0 && o->dump != INSPECT_NO_DUMP)
		status = inspect_dump(&m, o->dump, e);
	else if (status == 0)
		status = inspect_show_model(&m, o, out, e);
	model_release(&m);
	return status;
}

static int
run_diff(struct inspect_options *o, struct str *out, struct err *e)
{
	struct model first = {0}, second = {0};
	int status = model_open(&first, o->diff, e);

	if (status == 0)
		status = model_open(&second, o->input, e);
	if (status == 0)
		status = inspect_diff(&first, &second, inspect_format(o),
				      &o->differ, out, e);
	model_release(&second);
	model_release(&first);
	return status;
}

static bool
is_pipe(const char *path)
{
	struct stat st;

	return strcmp(path, "-") == 0 ||
	       (stat(path, &st) == 0 && S_ISFIFO(st.st_mode));
}

/*
 * A pipe is copied to a scratch file, to be looked at twice; it becomes
 * standard input.
 */
static int
make_seekable(const char *path, struct err *e)
{
	struct infile in = {0};
	int status = 0;

	if (infile_open(&in, path, e) < 0)
		return -1;
	if (in.fd != STDIN_FILENO &&
	    (dup2(in.fd, STDIN_FILENO) < 0 ||
	     lseek(STDIN_FILENO, 0, SEEK_SET) < 0))
		status = err_errno(e, ERR_INPUT, "cannot use standard input");
	infile_close(&in);
	return status;
}

/*
 * A model begins with the length of a JSON object and the object.  What can't
 * be read, or is too short to tell, is left to frame_open() to complain about.
 */
static int
run_either(const struct inspect_options *o, struct str *out, struct err *e)
{
	char start[9];
	int got = file_peek(o->input, start, sizeof start, e), is;

	if (got > 0 && start[8] == '{')
		return run_model(o, out, e);
	is = got > 0 ? frame_is_frame(o->input, e) : 1;
	if (got < 0 || is < 0)
		return -1;
	if (is)
		return run_frame(o, out, e);
	return err_set(e, ERR_INPUT, "'%s': neither frame nor model",
		       inspect_name(o->input));
}

static int
write_out(const struct str *text, struct err *e)
{
	struct outfile out = {0};
	int status = -1;

	if (outfile_open(&out, "-", e) == 0 &&
	    outfile_write(&out, text->buf, text->len, e) == 0)
		status = outfile_commit(&out, e);
	outfile_discard(&out);
	return status;
}

static int
run(struct inspect_options *o, struct err *e)
{
	struct str out = STR_INIT;
	int status = 0;

	if (is_pipe(o->input)) {
		status = make_seekable(o->input, e);
		o->input = "-";
	}
	if (status == 0)
		status = o->diff ? run_diff(o, &out, e)
				 : run_either(o, &out, e);
	if (status == 0 && out.len)
		status = write_out(&out, e);
	str_release(&out);
	return status;
}

int
main(int argc, char **argv)
{
	struct inspect_options o = {.set = INSPECT_LAST,
				    .dump = INSPECT_NO_DUMP};
	bool *what = o.what;
	const struct cli_option options[] = {
		CLI_FLAG(0, "names", &what[INSPECT_NAMES],
			 "names of the columns"),
		CLI_TEXT(0, "levels", &o.levels, "COLUMN",
			 "levels of a categorical column"),
		CLI_FLAG(0, "verify", &what[INSPECT_VERIFY],
			 "check every byte"),
		CLI_FLAG(0, "csv", &o.csv, "comma-separated values"),
		CLI_FLAG('t', "tsv", &o.tsv, "tab-separated values"),
		CLI_FLAG(0, "json", &o.json,
			 "JSON; for a model its header"),
		CLI_FLAG(0, "history", &what[INSPECT_HISTORY],
			 "model: the whole scoring history"),
		CLI_FLAG(0, "metrics", &what[INSPECT_METRICS],
			 "model: measures of training and validation"),
		CLI_FLAG(0, "varimp", &what[INSPECT_VARIMP],
			 "model: importances of the inputs"),
		CLI_FLAG(0, "thresholds", &what[INSPECT_THRESHOLDS],
			 "model: two classes by threshold"),
		CLI_FLAG(0, "maxima", &what[INSPECT_MAXIMA],
			 "model: thresholds where measures are greatest"),
		CLI_FLAG(0, "gains", &what[INSPECT_GAINS],
			 "model: gains and lift of two classes"),
		CLI_FLAG(0, "hit-ratios", &what[INSPECT_HIT_RATIOS],
			 "model: is the class among the k most probable"),
		CLI_FLAG(0, "confusion", &what[INSPECT_CONFUSION],
			 "model: the confusion matrix"),
		CLI_FLAG(0, "per-class", &what[INSPECT_PER_CLASS],
			 "model: precision, recall... of each class"),
		CLI_FLAG(0, "class-auc", &what[INSPECT_CLASS_AUC],
			 "model: AUC of each class against others"),
		CLI_CHOICE(0, "set", &o.set, sets,
			   "whose tables (validation, if there is one)"),
		CLI_FLAG(0, "signature", &what[INSPECT_SIGNATURE],
			 "model: columns in and out, as JSON"),
		CLI_FLAG(0, "params", &what[INSPECT_PARAMS],
			 "model: all parameters, as a config file"),
		CLI_FLAG(0, "header", &what[INSPECT_HEADER],
			 "model: the JSON header as it stands"),
		CLI_CHOICE(0, "dump", &o.dump, dumps,
			   "model: inputs, weights and biases"),
		CLI_TEXT(0, "diff", &o.diff, "MODEL",
			 "status 1, and how, if this one differs from it"),
		CLI_FLAG(0, "command", &what[INSPECT_COMMAND],
			 "model: the command that makes it again"),
		CLI_FLAG(0, "rule", &what[INSPECT_RULE],
			 "model: the same as a rule for make"),
		CLI_FLAG(0, "check-inputs", &what[INSPECT_CHECK_INPUTS],
			 "model: status 1 if a frame has changed since"),
		CLI_END
	};
	struct cli c = {.name = "dl-inspect",
			.about = "show what is in a frame or a model",
			.synopsis = synopsis, .examples = examples,
			.options = options, .max_operands = 1,
			.reads_input = true};
	struct err e = {0};
	int status;

	cli_parse(&c, argc, argv);
	o.input = c.operand[0];
	if (inspect_check(&o, &e) < 0 || run(&o, &e) < 0)
		return die(&e);
	status = cli_finish();
	return status == 0 && o.differ ? ERR_GATE : status;
}
