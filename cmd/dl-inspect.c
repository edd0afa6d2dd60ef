/*
 * dl-inspect - show what is in a frame or a model
 */
#include <getopt.h>
#include <stdio.h>

#include <dltools/file.h>

#include "inspect.h"

struct opts {
	const char *input;
	const char *levels; /* column */
	bool names, verify;
	bool csv, tsv, json;
};

static enum table_format
format_of(const struct opts *o)
{
	return o->json ? TABLE_JSON : o->tsv ? TABLE_TSV
	     : o->csv ? TABLE_CSV : TABLE_ALIGNED;
}

static int
show_frame(const struct frame *f, const struct opts *o, struct str *out,
	   struct err *e)
{
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
	struct frame *f = frame_open(o->input, e);
	int status = -1;

	if (f && show_frame(f, o, &out, e) == 0)
		status = write_out(&out, e);
	frame_close(f);
	str_release(&out);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"levels", 1, 0, 'l'}, {"names", 0, 0, 'N'},
		{"verify", 0, 0, 'v'}, {"csv", 0, 0, 'c'},
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
		default: return ERR_USAGE;
		}
	o.input = optind < argc ? argv[optind] : "-";
	if (run(&o, &e) < 0) {
		fprintf(stderr, "dl-inspect: %s\n", e.msg);
		return (int)e.code;
	}
	return 0;
}
