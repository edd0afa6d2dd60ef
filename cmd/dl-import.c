/*
 * dl-import - turn delimited text or svmlight into a frame
 */
#include <string.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/import.h>
#include <dltools/mem.h>

#include "cli.h"
#include "import_like.h"
#include "import_talk.h"
#include "outputs.h"

static const char synopsis[] = "dl-import [-o OUT|-] [options] [FILE...|-]\n";

struct opts {
	struct import_options import;
	struct import_schema schema;
	const char *out, *like, *schema_file, *files_from;
	char *list;         /* of --files-from */
	const char **file;
	size_t files, room;
	struct import_talk talk;
};

static int
add_file(struct opts *o, const char *path, struct err *e)
{
	if (mem_grow(&o->file, &o->room, o->files + 1, sizeof(*o->file),
		     e) < 0)
		return -1;
	o->file[o->files++] = path;
	return 0;
}

static int
add_list(struct opts *o, struct err *e)
{
	char *p, *next;
	size_t len;

	o->list = file_slurp(o->files_from, (size_t)64 << 20, &len, e);
	for (p = o->list; p; p = next) {
		next = strchr(p, '\n');
		if (next)
			*next++ = '\0';
		if (*p && add_file(o, p, e) < 0)
			return -1;
	}
	return o->list ? 0 : -1;
}

static bool
is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

/* Options that need or exclude each other. */
static int
check(const struct opts *o, struct err *e)
{
	const char *const out[] = {o->talk.dry_run ? NULL : o->out,
				   o->import.rejects, o->talk.summary};
	const char *const also[] = {o->like, o->schema_file, o->files_from};
	int streams = 0;

	for (size_t i = 0; i < 3; i++)
		streams += is_stdout(out[i]);
	if (o->import.adapt && !o->like)
		return err_set(e, ERR_USAGE, "--adapt needs --like");
	if (streams > 1)
		return err_set(e, ERR_USAGE, "only one of --output, --summary "
			       "and --rejects can be standard output");
	if (outputs_check_apart(out, 3, o->file, o->files, e) < 0 ||
	    outputs_check_apart(out, 3, also, 3, e) < 0)
		return -1;
	return output_check(o->talk.summary, e);
}

static int
read_schema(struct opts *o, struct err *e)
{
	if (o->like && o->schema_file)
		return err_set(e, ERR_USAGE,
			       "--like and --schema exclude each other");
	if (!o->like && !o->schema_file)
		return 0;
	o->import.schema = &o->schema;
	return o->like ? import_like(&o->schema, o->like, e) :
		import_schema_of_json(&o->schema, o->schema_file, e);
}

static int
run(struct opts *o, const struct cli *c, struct err *e)
{
	struct import_report r = {0};
	size_t i;
	int status;

	for (i = 0; i < c->operands; i++)
		if (add_file(o, c->operand[i], e) < 0)
			return -1;
	if (o->files_from && add_list(o, e) < 0)
		return -1;
	if (!o->files && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no input: name a file, or - for "
			       "standard input");
	if (!o->files && add_file(o, "-", e) < 0)
		return -1;
	if (!o->talk.dry_run && !strcmp(o->out, "-") && isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "a frame is not for a terminal: "
			       "-o FILE");
	if (check(o, e) < 0 || read_schema(o, e) < 0)
		return -1;
	o->import.file = o->file;
	o->import.files = o->files;
	o->import.out = o->talk.dry_run ? NULL : o->out;
	import_talk_start(&o->talk, &o->import);
	status = import_run(&o->import, &r, e);
	import_talk_end(&o->talk, status < 0 ? NULL : &r);
	import_report_release(&r);
	return status;
}

/* ---- options -------------------------------------------------------- */

static int
set(void *to, const char *name, const char *value, struct err *e)
{
	return import_set(to, name, value, e);
}

static const char notes[] =
	"COL is a name, a number from 1, or a list: a,3-5,pix*,re:^x,@FILE.\n"
	"Cells that mean missing: the empty one, NA N/A #N/A na n/a NaN nan\n"
	"NULL null, blanks around them left out.\n";

static const char examples[] =
	"dl-import --type C785=enum -o train.dlf train.csv.zst\n"
	"dl-import --like train.dlf -o test.dlf test.csv\n"
	"zcat a.csv.gz | dl-import --on-error skip --rejects bad.tsv "
	"-o a.dlf -\n";

#define SET(l, n, v, h) CLI_CALL(l, n, &o.import, set, v, h)
#define SWITCH(l, n, h) CLI_SWITCH(l, n, &o.import, set, h)

int
main(int argc, char **argv)
{
	struct opts o = { .out = "-" };
	const struct cli_option options[] = {
		CLI_TEXT('o', "output", &o.out, "OUT", "the frame; - streams"),
		SET('d', "delimiter", "C", "one byte, tab or space"),
		SWITCH('t', "tsv", "the same as -d tab"),
		SET(0, "quote", "C", "quote, or none (\")"),
		SET(0, "escape", "C", "escape inside quotes (none)"),
		SET(0, "skip-lines", "N", "lines before the table"),
		SET(0, "comment", "PREFIX", "lines to leave out begin so"),
		SET(0, "header", "WHEN", "yes, no or auto"),
		SET(0, "format", "NAME", "csv, tsv, svmlight or libsvm"),
		SET(0, "index-base", "0|1", "svmlight: the first feature"),
		SWITCH('H', "no-header", "the same as --header no"),
		SET(0, "col-names", "LIST", "a,b,c or @FILE, line by line"),
		SET('c', "columns", "COL", "keep these only"),
		SET('C', "drop-columns", "COL", "leave these out"),
		SET(0, "type", "COL=TYPE",
		    "num, enum, text, skip, time or time:FORMAT"),
		CLI_TEXT(0, "schema", &o.schema_file, "FILE", "types, as JSON"),
		CLI_TEXT(0, "like", &o.like, "FILE",
			 "the coding of a frame or model; drift is refused"),
		SWITCH(0, "adapt", "--like: adapt what has drifted"),
		SET(0, "na", "[COL=]TEXT", "one more text for missing"),
		SWITCH(0, "no-default-na", "only the empty cell and --na"),
		SET(0, "leading-zeros", "TYPE", "007 makes it enum or num"),
		SET(0, "max-levels", "N", "above, enum becomes text (10M)"),
		SET(0, "on-error", "WHAT", "bad rows: stop, skip or pad"),
		SET(0, "max-errors", "N|P%", "most bad rows to skip"),
		SET(0, "rejects", "FILE", "bad rows, as TSV"),
		SET(0, "expect-rows", "N", "any other number is an error"),
		SWITCH(0, "allow-empty", "a file without rows is no error"),
		SWITCH(0, "rename-columns", "make empty or equal names differ"),
		SET(0, "encoding", "NAME", "utf-8 or latin1"),
		SET(0, "decompress", "KIND",
		    "auto, none, gz, zst, xz, bz2, lz4 or archive"),
		SET(0, "member", "NAME", "the file in a zip or tar"),
		SET(0, "max-expand-ratio", "N", "unpacked to packed (2000)"),
		CLI_TEXT(0, "files-from", &o.files_from, "FILE",
			 "more input files, one a line"),
		SET(0, "compress", "LEVEL", "zstd level of the frame, 1-19"),
		SET(0, "memory", "SIZE", "for rows not yet written (192M)"),
		SET('j', "threads", "N", "all processors"),
		CLI_FLAG(0, "dry-run", &o.talk.dry_run,
			 "find types, write nothing"),
		CLI_TEXT(0, "summary", &o.talk.summary, "FILE",
			 "what was found, as JSON"),
		CLI_FLAG('q', "quiet", &o.talk.quiet, "errors only"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-import",
		.about = "turn delimited text or svmlight into a frame",
		.synopsis = synopsis, .examples = examples, .notes = notes,
		.options = options, .max_operands = SIZE_MAX,
	};
	struct err e = {0};
	int status;

	if (import_options_init(&o.import, &e) < 0)
		return die(&e);
	cli_parse(&c, argc, argv);
	status = run(&o, &c, &e);
	import_options_release(&o.import);
	import_schema_release(&o.schema);
	mem_free(o.list);
	mem_free(o.file);
	return status < 0 ? die(&e) : cli_finish();
}
