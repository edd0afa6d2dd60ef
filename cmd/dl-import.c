/*
 * dl-import - turn delimited text into a frame
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <dltools/file.h>
#include <dltools/import.h>
#include <dltools/mem.h>
#include <dltools/str.h>

static const char usage[] =
	"usage: dl-import [-o OUT|-] [options] [FILE...|-]\n";

struct opts {
	struct import_options import;
	struct import_schema schema;
	const char *out, *like, *schema_file, *files_from, *summary;
	bool dry_run, quiet;
	char *list;         /* of --files-from */
	const char **file;
	size_t files, room;
	/* for notes and progress */
	struct str notes;
	bool has_note, has_progress;
	double start, shown;
};

/* ---- options -------------------------------------------------------- */

/* Those without a letter of their own go to import_set() by name. */
static const struct option options[] = {
	{ "output", 1, NULL, 'o' }, { "delimiter", 1, NULL, 0 },
	{ "tsv", 0, NULL, 't' }, { "quote", 1, NULL, 0 },
	{ "escape", 1, NULL, 0 }, { "skip-lines", 1, NULL, 0 },
	{ "comment", 1, NULL, 0 }, { "header", 1, NULL, 0 },
	{ "no-header", 0, NULL, 'H' }, { "col-names", 1, NULL, 0 },
	{ "type", 1, NULL, 0 }, { "schema", 1, NULL, 'S' },
	{ "like", 1, NULL, 'L' }, { "adapt", 0, NULL, 0 },
	{ "na", 1, NULL, 0 }, { "no-default-na", 0, NULL, 0 },
	{ "leading-zeros", 1, NULL, 0 }, { "columns", 1, NULL, 0 },
	{ "drop-columns", 1, NULL, 0 }, { "on-error", 1, NULL, 0 },
	{ "max-errors", 1, NULL, 0 }, { "rejects", 1, NULL, 0 },
	{ "expect-rows", 1, NULL, 0 }, { "allow-empty", 0, NULL, 0 },
	{ "rename-columns", 0, NULL, 0 }, { "encoding", 1, NULL, 0 },
	{ "decompress", 1, NULL, 0 }, { "member", 1, NULL, 0 },
	{ "max-expand-ratio", 1, NULL, 0 }, { "files-from", 1, NULL, 'F' },
	{ "summary", 1, NULL, 'M' }, { "dry-run", 0, NULL, 'D' },
	{ "memory", 1, NULL, 0 }, { "max-levels", 1, NULL, 0 },
	{ "compress", 1, NULL, 0 }, { "threads", 1, NULL, 0 },
	{ "quiet", 0, NULL, 'q' }, { NULL, 0, NULL, 0 }
};

static int
set(struct opts *o, int c, const char *name, const char *value, struct err *e)
{
	switch (c) {
	case 'o': o->out = value; break;
	case 't': return import_set(&o->import, "delimiter", "tab", e);
	case 'H': return import_set(&o->import, "header", "no", e);
	case 'd': return import_set(&o->import, "delimiter", value, e);
	case 'c': return import_set(&o->import, "columns", value, e);
	case 'C': return import_set(&o->import, "drop-columns", value, e);
	case 'j': return import_set(&o->import, "threads", value, e);
	case 'S': o->schema_file = value; break;
	case 'L': o->like = value; break;
	case 'F': o->files_from = value; break;
	case 'M': o->summary = value; break;
	case 'D': o->dry_run = true; break;
	case 'q': o->quiet = true; break;
	default: return import_set(&o->import, name, value, e);
	}
	return 0;
}

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

/* ---- schemas -------------------------------------------------------- */

static int
read_schema(struct opts *o, struct err *e)
{
	int status;

	if (o->like && o->schema_file)
		return err_set(e, ERR_USAGE,
			       "--like and --schema exclude each other");
	if (!o->like && !o->schema_file)
		return 0;
	if (o->schema_file)
		status = import_schema_of_json(&o->schema, o->schema_file, e);
	else
		status = import_schema_of_frame(&o->schema, o->like, e);
	o->import.schema = &o->schema;
	return status;
}

/* ---- talk ----------------------------------------------------------- */

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The guess at once, the others when the import has gone well. */
static void
note(void *ctx, const char *text)
{
	struct opts *o = ctx;

	if (o->quiet)
		return;
	if (!o->has_note)
		fprintf(stderr, "dl-import: %s\n", text);
	else
		str_addf(&o->notes, "dl-import: %s\n", text);
	o->has_note = true;
}

static void
progress(void *ctx, const struct import_progress *p)
{
	struct opts *o = ctx;
	double t = now();

	if (t - o->shown < 0.2)
		return;
	o->shown = t;
	o->has_progress = true;
	fprintf(stderr, "\r%lld rows, %.0f MB", (long long)p->rows,
		1e-6 * (double)p->packed);
	if (p->size)
		fprintf(stderr, " of %.0f, %.0f s left", 1e-6 * (double)p->size,
			(t - o->start) * ((double)p->size /
					  (double)(p->packed + !p->packed) - 1));
	fputs("\033[K", stderr);
}

static int
summarize(struct opts *o, const struct import_report *r, struct err *e)
{
	double seconds = now() - o->start;
	struct str s = STR_INIT;
	struct outfile f = {0};
	int status = 0;

	if (o->summary) {
		status = import_report_json(r, seconds, &s, e);
		if (status == 0)
			status = outfile_open(&f, o->summary, e);
		if (status == 0)
			status = outfile_write(&f, s.buf, s.len, e);
		if (status == 0)
			status = outfile_commit(&f, e);
		outfile_discard(&f);
	}
	str_release(&s);
	if (o->quiet || status < 0)
		return status;
	fprintf(stderr, "%sdl-import: %lld rows, %zu columns, %lld rejected, "
		"%.2f s, %.0f MB/s\n", o->notes.buf, (long long)r->rows,
		r->columns, (long long)r->rejected, seconds,
		1e-6 * (double)r->bytes / (seconds > 0 ? seconds : 1));
	return 0;
}

static int
run(struct opts *o, struct err *e)
{
	struct import_report r = {0};
	int status;

	o->start = now();
	if (o->files_from && add_list(o, e) < 0)
		return -1;
	if (!o->files && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no input: name a file, or - for "
			       "standard input");
	if (!o->files && add_file(o, "-", e) < 0)
		return -1;
	if (!o->dry_run && !strcmp(o->out, "-") && isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "a frame is not for a terminal: "
			       "-o FILE");
	if (read_schema(o, e) < 0)
		return -1;
	o->import.file = o->file;
	o->import.files = o->files;
	o->import.out = o->dry_run ? NULL : o->out;
	o->import.note = note;
	o->import.progress = !o->quiet && isatty(STDERR_FILENO) ? progress :
			     NULL;
	o->import.ctx = o;
	status = import_run(&o->import, &r, e);
	if (o->has_progress)
		fputs("\r\033[K", stderr);
	if (status == 0)
		status = summarize(o, &r, e);
	import_report_release(&r);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = { .out = "-", .notes = STR_INIT };
	struct err e = {0};
	int c, i = 0;

	if (import_options_init(&o.import, &e) < 0)
		goto out;
	while ((c = getopt_long(argc, argv, "o:d:tHc:C:j:q", options, &i)) !=
	       -1) {
		if (c == '?') {
			fputs(usage, stderr);
			return 2;
		}
		if (set(&o, c, options[i].name, optarg, &e) < 0)
			goto out;
	}
	for (; optind < argc; optind++)
		if (add_file(&o, argv[optind], &e) < 0)
			goto out;
	if (run(&o, &e) == 0)
		e.code = ERR_NONE;
out:
	if (e.code)
		fprintf(stderr, "dl-import: %s\n", e.msg);
	import_options_release(&o.import);
	import_schema_release(&o.schema);
	str_release(&o.notes);
	mem_free(o.list);
	mem_free(o.file);
	return (int)e.code;
}
