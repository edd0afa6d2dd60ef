/*
 * dl-inspect - show what is in a frame or a model
 */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>

#include "inspect.h"

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

/* A pipe is copied to a scratch file that takes its place, to look at twice. */
static int
make_seekable(struct err *e)
{
	struct infile in = {0};

	if (infile_open(&in, "-", e) < 0)
		return -1;
	if (in.fd != STDIN_FILENO && dup2(in.fd, STDIN_FILENO) < 0)
		return err_errno(e, ERR_INPUT, "cannot use standard input");
	infile_close(&in);
	return 0;
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
run(const struct opts *o, struct err *e)
{
	struct str out = STR_INIT;
	int status = 0;

	if (strcmp(o->input, "-") == 0)
		status = make_seekable(e);
	if (status == 0)
		status = model_is_model(o->input) ? run_model(o, &out, e)
						  : run_frame(o, &out, e);
	if (status == 0)
		status = write_out(&out, e);
	str_release(&out);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"levels", 1, 0, 'l'}, {"names", 0, 0, 'N'},
		{"verify", 0, 0, 'v'}, {"csv", 0, 0, 'c'},
		{"history", 0, 0, 'h'}, {"signature", 0, 0, 's'},
		{"params", 0, 0, 'p'}, {"header", 0, 0, 'H'},
		{"tsv", 0, 0, 't'}, {"json", 0, 0, 'j'}, {0},
	};
	struct opts o = {0};
	struct err e = {0};
	int c;

	while ((c = getopt_long(argc, argv, "t", options, 0)) != -1)
		switch (c) {
		case 'l': o.levels = optarg; break;
		case 'N': o.names = true; break;
		case 'v': o.verify = true; break;
		case 'c': o.csv = true; break;
		case 't': o.tsv = true; break;
		case 'j': o.json = true; break;
		case 'h': o.history = true; break;
		case 's': o.signature = true; break;
		case 'p': o.params = true; break;
		case 'H': o.header = true; break;
		default: return ERR_USAGE;
		}
	o.input = optind < argc ? argv[optind] : "-";
	if (run(&o, &e) < 0) {
		fprintf(stderr, "dl-inspect: %s\n", e.msg);
		return (int)e.code;
	}
	return 0;
}
