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
	"dl-inspect --history --csv model.dlm\n";

struct opts {
	const char *input;
	const char *levels; /* column */
	bool names, verify;
	bool history, signature, params, header;
	bool csv, tsv, json;
};

static enum table_format
format_of(const struct opts *o)
{
	return o->json ? TABLE_JSON : o->tsv ? TABLE_TSV
	     : o->csv ? TABLE_CSV : TABLE_ALIGNED;
}

/* ---- frames ------------------------------------------------------------ */

static int
show_frame(const struct frame *f, const struct opts *o, struct str *out,
	   struct err *e)
{
	if (o->history || o->signature || o->params || o->header)
		return err_set(e, ERR_USAGE, "'%s' is a frame: --history, "
			       "--signature, --params and --header are for "
			       "models", frame_path(f));
	if (o->verify)
		return inspect_frame_verify(f, out, e);
	if (o->levels)
		return inspect_levels(f, o->levels, format_of(o), out, e);
	if (o->names) {
		inspect_names(f, out);
		return str_check(out, e);
	}
	return inspect_frame(f, format_of(o), out, e);
}

static int
run_frame(const struct opts *o, struct str *out, struct err *e)
{
	struct frame *f = frame_open(o->input, e);
	int status = f ? show_frame(f, o, out, e) : -1;

	frame_close(f);
	return status;
}

/* ---- models ------------------------------------------------------------ */

static int
show_model(const struct model *m, const struct opts *o, struct str *out,
	   struct err *e)
{
	if ((o->csv || o->tsv) && !o->levels && !o->history)
		return err_set(e, ERR_USAGE, "'%s' is a model: --csv and "
			       "--tsv are for its --history and --levels",
			       o->input);
	if (o->levels)
		return inspect_model_levels(m, o->levels, format_of(o), out,
					    e);
	if (o->history)
		return inspect_history(m, format_of(o), out, e);
	if (o->signature)
		return inspect_signature(m, out, e);
	if (o->header || (o->json && !o->names && !o->params && !o->verify))
		return inspect_header(o->input, out, e);
	if (o->verify) {
		str_add_quoted(out, o->input, strlen(o->input), 200);
		str_add(out, ": whole\n");
	} else if (o->names) {
		inspect_model_names(m, out);
	} else if (o->params) {
		params_print_config(&m->params, out);
	} else {
		return inspect_model(m, o->input, out, e);
	}
	return str_check(out, e);
}

/* model_open() checks every byte. */
static int
run_model(const struct opts *o, struct str *out, struct err *e)
{
	struct model m = {0};
	int status = model_open(&m, o->input, e);

	if (status == 0)
		status = show_model(&m, o, out, e);
	model_release(&m);
	return status;
}

/* ---- the program --------------------------------------------------------- */

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

	if (infile_open(&in, path, e) < 0)
		return -1;
	if (in.fd != STDIN_FILENO &&
	    (dup2(in.fd, STDIN_FILENO) < 0 ||
	     lseek(STDIN_FILENO, 0, SEEK_SET) < 0))
		return err_errno(e, ERR_INPUT, "cannot use standard input");
	infile_close(&in);
	return 0;
}

/*
 * A model begins with the length of a JSON object and the object.  What can't
 * be read, or is too short to tell, is left to frame_open() to complain about.
 */
static int
run_either(const struct opts *o, struct str *out, struct err *e)
{
	struct infile in = {0};
	char start[9] = "";
	bool is_known = infile_open(&in, o->input, e) < 0 ||
			in.size < sizeof start ||
			infile_read(&in, 0, start, sizeof start, e) < 0;

	infile_close(&in);
	if (start[8] == '{')
		return run_model(o, out, e);
	if (is_known || frame_is_frame(o->input))
		return run_frame(o, out, e);
	return err_set(e, ERR_INPUT, "'%s': neither frame nor model",
		       o->input);
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
run(struct opts *o, struct err *e)
{
	struct str out = STR_INIT;
	int status = 0;

	if (is_pipe(o->input)) {
		status = make_seekable(o->input, e);
		o->input = "-";
	}
	if (status == 0)
		status = run_either(o, &out, e);
	if (status == 0)
		status = write_out(&out, e);
	str_release(&out);
	return status;
}

/* Each names one thing to show. */
static int
check(const struct opts *o, struct err *e)
{
	if ((o->levels != NULL) + o->names + o->verify + o->history +
	    o->signature + o->params + o->header > 1)
		return err_set(e, ERR_USAGE, "--names, --levels, --verify, "
			       "--history, --signature, --params and --header "
			       "exclude each other");
	if (o->csv + o->tsv + o->json > 1)
		return err_set(e, ERR_USAGE, "--csv, --tsv and --json exclude "
			       "each other");
	return 0;
}

int
main(int argc, char **argv)
{
	struct opts o = {0};
	const struct cli_option options[] = {
		CLI_FLAG(0, "names", &o.names, "names of the columns"),
		CLI_TEXT(0, "levels", &o.levels, "COLUMN",
			 "levels of a categorical column"),
		CLI_FLAG(0, "verify", &o.verify, "check every byte"),
		CLI_FLAG(0, "csv", &o.csv, "comma-separated values"),
		CLI_FLAG('t', "tsv", &o.tsv, "tab-separated values"),
		CLI_FLAG(0, "json", &o.json,
			 "JSON; for a model its header"),
		CLI_FLAG(0, "history", &o.history,
			 "model: the whole scoring history"),
		CLI_FLAG(0, "signature", &o.signature,
			 "model: columns in and out, as JSON"),
		CLI_FLAG(0, "params", &o.params,
			 "model: all parameters, as a config file"),
		CLI_FLAG(0, "header", &o.header,
			 "model: the JSON header as it stands"),
		CLI_END
	};
	struct cli c = {.name = "dl-inspect",
			.about = "show what is in a frame or a model",
			.synopsis = synopsis, .examples = examples,
			.options = options, .max_operands = 1,
			.reads_input = true};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	o.input = c.operand[0];
	if (check(&o, &e) < 0 || run(&o, &e) < 0)
		return die(&e);
	return cli_finish();
}
