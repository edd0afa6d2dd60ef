/*
 * dl-cat - print the rows of a frame as text
 */
#include "cli.h"
#include "range.h"

#include <string.h>

#include <dltools/columns.h>
#include <dltools/file.h>
#include <dltools/frame_text.h>
#include <dltools/mem.h>

static const char synopsis[] =
	"dl-cat [-c COLUMNS] [-n N] [-o FILE] [options] [FRAME|-]\n";

static const char examples[] =
	"dl-cat --head 5 digits.dlf                 the first five rows\n"
	"dl-cat -c id,3-5,re:^px --rows 100:199 t.dlf\n"
	"dl-cat --sample 0.01 --seed 1 t.dlf >sample.csv\n";

struct opts {
	const char *output;
	const char *columns;
	const char *rows; /* "A:B", from 1 */
	int64_t head;     /* -1: all */
	double sample;    /* 1: all */
	int64_t seed;
	bool no_header, tsv, json;
	enum frame_text_format format; /* that they ask for */
};

/* ---- what was asked for ---------------------------------------------- */

/* All of them without a list. */
static int
choose_columns(struct column_list *list, const struct frame *f,
	       const char *text, struct err *e)
{
	size_t i, n = frame_columns(f);
	const char **names = mem_zalloc(n, sizeof *names, e);
	int status = 0;

	if (!names)
		return -1;
	for (i = 0; i < n; i++)
		names[i] = frame_column(f, i)->name;
	if (text) {
		status = column_list_parse(list, text, names, n, e);
	} else {
		status = mem_grow(&list->index, &list->room, n,
				  sizeof *list->index, e);
		for (i = 0; status == 0 && i < n; i++)
			list->index[list->n++] = i;
	}
	mem_free(names);
	return status;
}

static int
choose_rows(struct frame_text_options *t, const struct frame *f,
	    const struct opts *o, struct err *e)
{
	t->first = 0;
	t->last = frame_rows(f);
	if (o->rows && parse_rows(o->rows, &t->first, &t->last, e) < 0)
		return -1;
	if (t->last > frame_rows(f))
		t->last = frame_rows(f);
	if (o->head >= 0 && o->head < t->last - t->first)
		t->last = t->first + o->head;
	if (o->sample < 1)
		t->sample = o->sample;
	if (o->sample == 0)
		t->last = t->first;
	return 0;
}

/* ---- the work ---------------------------------------------------------- */

static int
sink(void *ctx, const char *text, size_t len, struct err *e)
{
	return outfile_write(ctx, text, len, e);
}

static int
print(const struct frame *f, const struct opts *o, struct err *e)
{
	struct frame_text_options t = {
		.format = o->format,
		.header = !o->no_header,
		.seed = (uint64_t)o->seed,
	};
	struct column_list list = {0};
	struct outfile out = {0};
	int status = -1;

	if (choose_columns(&list, f, o->columns, e) < 0 ||
	    choose_rows(&t, f, o, e) < 0)
		goto out;
	if (list.n == 0) {
		err_set(e, ERR_SCHEMA, "no column is left");
		goto out;
	}
	t.columns = list.index;
	t.n = list.n;
	if (outfile_open(&out, o->output, e) == 0 &&
	    frame_text_write(f, &t, sink, &out, e) == 0)
		status = outfile_commit(&out, e);
out:
	outfile_discard(&out);
	column_list_release(&list);
	return status;
}

static int
run(struct opts *o, const char *input, struct err *e)
{
	struct frame *f;
	int status;

	if (cli_text_format(&o->format, o->tsv, o->json, e) < 0)
		return -1;
	if (strcmp(o->output, "-") && file_is_same(o->output, input))
		return err_set(e, ERR_USAGE, "'%s' is both input and output",
			       input);
	f = frame_open(input, e);
	if (!f)
		return -1;
	status = print(f, o, e);
	frame_close(f);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.output = "-", .head = -1, .sample = 1};
	const struct cli_option options[] = {
		CLI_TEXT('c', "columns", &o.columns, "LIST",
			 "these columns: names, numbers, 3-5, px*, re:^px, "
			 "@FILE, !not"),
		CLI_INT('n', "head", &o.head, 0, INT64_MAX, "N",
			"at most N rows"),
		CLI_TEXT(0, "rows", &o.rows, "A:B",
			 "rows A to B, from 1, both included"),
		CLI_REAL(0, "sample", &o.sample, 0, 1, "P",
			 "keep each row with probability P"),
		CLI_INT(0, "seed", &o.seed, 0, INT64_MAX, "N",
			"seed of the sample (0)"),
		CLI_FLAG('H', "no-header", &o.no_header, "no header line"),
		CLI_FLAG('t', "tsv", &o.tsv, "tab-separated values"),
		CLI_FLAG(0, "json", &o.json, "one JSON object a line"),
		CLI_TEXT('o', "output", &o.output, "FILE",
			 "write to FILE, not to standard output"),
		CLI_END
	};
	struct cli c = {.name = "dl-cat",
			.about = "print the rows of a frame as text",
			.synopsis = synopsis, .examples = examples,
			.options = options, .max_operands = 1,
			.reads_input = true};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	if (run(&o, c.operand[0], &e) < 0)
		return die(&e);
	return cli_finish();
}
