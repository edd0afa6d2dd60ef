/*
 * dl-report - plots and tables of runs, histories, models and scores
 */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <dltools/num.h>

#include "report_inputs.h"
#include "report_make.h"

static const char synopsis[] =
	"dl-report [-o OUT] [options] [NAME=]FILE...\n"
	"dl-report --table [options] [NAME=]RESULTS...\n"
	"dl-report --compare [options] [NAME=]RESULTS_A [NAME=]RESULTS_B\n"
	"dl-report --follow [options] HISTORY...\n";

static const char examples[] =
	"dl-report runs.csv                       plots in the terminal\n"
	"dl-report --table --sort error runs.csv\n"
	"dl-report -o report.html --reference H2O=h2o.csv *.csv\n"
	"dl-report -o curves.svg a.history.csv b.history.csv\n"
	"dl-report -o model.html --image 28x28 model.dlm\n";

static const char notes[] =
	"FILE is a result table of dl-train --result, a history, a model, or\n"
	"scores of dl-score --actual; what it is shows in its first line.\n";

struct opts {
	const char *output;
	size_t size[2];
	struct cli_list reference, plots;
	struct report_make make;
	struct report_style style;
	int format, color;
	double interval;
	bool table, compare, follow;
};

/* ---- what was asked for --------------------------------------------- */

static int
parse_size(const char *text, size_t size[2], struct err *e)
{
	int64_t w, h;
	char first[24] = "";
	const char *x = strchr(text, 'x');
	struct err ignored;

	if (x && (size_t)(x - text) < sizeof(first)) {
		memcpy(first, text, (size_t)(x - text));
		if (num_parse_int(first, 1, 20000, &w, &ignored) == 0 &&
		    num_parse_int(x + 1, 1, 20000, &h, &ignored) == 0) {
			size[0] = (size_t)w;
			size[1] = (size_t)h;
			return 0;
		}
	}
	return err_set(e, ERR_USAGE, "'%s': must be WIDTHxHEIGHT, each from 1 "
		       "to 20000", text);
}

static int
set_size(void *to, const char *name, const char *value, struct err *e)
{
	(void)name;
	return parse_size(value, to, e);
}

/* The suffix of -o says the format, unless -f does. */
static int
find_format(struct opts *o, struct err *e)
{
	const char *dot = o->output ? strrchr(o->output, '.') : NULL;

	if (o->format < 0 && dot && !strchr(dot, '/'))
		for (int i = 0; report_formats[i]; i++)
			if (!strcmp(dot + 1, report_formats[i]))
				o->format = i;
	if (o->format < 0 && dot && !strcmp(dot, ".htm"))
		o->format = REPORT_HTML;
	if (o->format < 0 && (!dot || strchr(dot, '/') ||
			      !strcmp(dot, ".txt")))
		o->format = REPORT_TEXT;
	if (o->format < 0)
		return err_set(e, ERR_USAGE, "-o '%s': '%s' is none of the "
			       "formats .txt .svg .png .pdf .html .md .tsv "
			       ".csv .json: give -f", o->output, dot);
	o->style.format = (enum report_format)o->format;
	if (o->style.format > REPORT_MARKDOWN && !o->table && !o->compare)
		return err_set(e, ERR_USAGE, "-f %s is for --table and "
			       "--compare", report_formats[o->format]);
	return 0;
}

/* The terminal's width, or 80 columns; Unicode by the locale. */
static void
find_terminal(struct opts *o)
{
	const char *columns = getenv("COLUMNS");
	struct winsize w;
	struct err ignored;
	int64_t n = 80;
	size_t rows = 0;

	o->style.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8");
	o->style.color = !o->output && cli_is_color((enum cli_color)o->color,
						    stdout);
	o->make.ascii = !o->style.unicode && o->style.format == REPORT_TEXT;
	if (o->style.format != REPORT_TEXT || o->style.width)
		return;
	if (!o->output && isatty(STDOUT_FILENO) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col) {
		n = w.ws_col;
		rows = w.ws_row;
	} else if (columns && num_parse_int(columns, 20, 1000, &n,
					  &ignored) < 0) {
		n = 80;
	}
	o->style.width = (size_t)(n < 40 ? 40 : n > 160 ? 160 : n);
	/* two plots and a blank line are seen at once */
	if (o->follow && rows > 20 && rows < 46)
		o->style.height = rows / 2 - 1;
}

static int
check(struct opts *o, size_t operands, struct err *e)
{
	if (o->table + o->compare + o->follow > 1)
		return err_set(e, ERR_USAGE, "--table, --compare and --follow "
			       "exclude each other");
	if (o->compare && operands != 2)
		return err_set(e, ERR_USAGE, "--compare needs two result "
			       "tables");
	if (!o->table && (o->make.runs.sort || o->make.runs.columns))
		return err_set(e, ERR_USAGE, "--sort and --columns are for "
			       "--table");
	if ((o->table || o->compare) && o->plots.n)
		return err_set(e, ERR_USAGE, "--plot cannot be used with "
			       "--table or --compare");
	if (find_format(o, e) < 0)
		return -1;
	if ((o->table || o->compare) && o->style.format >= REPORT_SVG &&
	    o->style.format <= REPORT_PDF)
		return err_set(e, ERR_USAGE, "-f %s is for plots",
			       report_formats[o->format]);
	o->style.width = o->size[0];
	o->style.height = o->size[1];
	if (o->follow && (o->style.format != REPORT_TEXT || o->output))
		return err_set(e, ERR_USAGE, "--follow draws in the terminal: "
			       "it goes with neither -o nor -f");
	find_terminal(o);
	o->make.what = o->table ? MAKE_TABLE : o->compare ? MAKE_COMPARISON
							  : MAKE_REPORT;
	o->make.people = o->style.format < REPORT_TSV;
	return 0;
}

/* ---- the work ------------------------------------------------------- */

static int
run(struct opts *o, const struct cli *c, struct err *e)
{
	struct report_inputs in = {0};
	struct report r = {0};
	int status = 0;

	if (o->follow)
		return report_follow(c, &o->make, &o->style, o->interval, e);
	for (size_t i = 0; status == 0 && i < c->operands; i++)
		status = report_inputs_add(&in, c->operand[i], false, e);
	for (size_t i = 0; status == 0 && i < o->reference.n; i++)
		status = report_inputs_add(&in, o->reference.v[i], true, e);
	if (status == 0 && o->output)
		status = report_inputs_spare(&in, o->output, e);
	if (status == 0)
		status = report_make(&r, &in, &o->make, e);
	if (status == 0 && o->plots.n)
		status = report_select(&r, &o->plots, e);
	if (status == 0)
		status = report_write(&r, &o->style,
				      o->output ? o->output : "-", e);
	report_release(&r);
	report_inputs_release(&in);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.format = -1, .color = CLI_COLOR_AUTO,
			 .interval = 1};
	const struct cli_option options[] = {
		CLI_TEXT('o', "output", &o.output, "OUT",
			 "write to OUT; its suffix is the format"),
		CLI_CHOICE('f', "format", &o.format, report_formats,
			   "what to write"),
		CLI_LIST(0, "reference", &o.reference, "[NAME=]FILE",
			 "results to set beside the others; repeatable"),
		CLI_FLAG(0, "table", &o.table, "only the table of runs"),
		CLI_TEXT(0, "sort", &o.make.runs.sort, "KEY",
			 "order of the table: error, time, speed, samples or "
			 "a parameter [error]"),
		CLI_TEXT(0, "columns", &o.make.runs.columns, "LIST",
			 "columns of the table, in this order"),
		CLI_FLAG(0, "compare", &o.compare,
			 "two result tables run by run"),
		CLI_FLAG(0, "follow", &o.follow,
			 "draw again as the histories grow"),
		CLI_SECONDS(0, "interval", &o.interval,
			    "between two looks of --follow [1s]"),
		CLI_LIST(0, "plot", &o.plots, "ID",
			 "only this plot; repeatable"),
		CLI_LIST(0, "metric", &o.make.metrics, "NAME",
			 "measure of learning curves; repeatable"),
		CLI_CHOICE('x', "x", &o.make.x, curve_x_choices,
			   "what learning curves are drawn against"),
		CLI_CALL(0, "image", o.make.image, set_size, "WxH",
			 "first layer's weights as pictures of this size"),
		CLI_TEXT(0, "title", &o.style.title, "TEXT",
			 "title of the page"),
		CLI_CALL(0, "size", o.size, set_size, "WxH",
			 "of each plot, in pixels; of text in characters"),
		CLI_TEXT(0, "data-dir", &o.style.data_dir, "DIR",
			 "also write the numbers behind each plot, ID.tsv and "
			 "ID.gp"),
		CLI_TEXT(0, "gnuplot", &o.style.gnuplot, "COMMANDS",
			 "for gnuplot, before it plots"),
		CLI_CHOICE(0, "color", &o.color, cli_color_choices,
			   "colours in the terminal"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-report",
		.about = "plots and tables of runs, histories, models and "
			 "scores",
		.synopsis = synopsis, .examples = examples, .notes = notes,
		.options = options, .max_operands = 100000,
		.reads_input = true,
	};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	if (check(&o, c.operands, &e) < 0 || run(&o, &c, &e) < 0)
		return die(&e);
	return cli_finish();
}
