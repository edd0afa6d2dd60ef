/*
 * dl-cm - confusion matrix and measures of two columns of any table
 */
#include <string.h>

#include <dltools/confusion.h>
#include <dltools/num.h>

#include "cli.h"
#include "cm_gate.h"
#include "cm_print.h"

static const char synopsis[] =
	"dl-cm [-a ACTUAL] [-p PREDICT] [options] [TABLE|-]\n"
	"dl-cm --diff [options] TABLE_A TABLE_B\n";

static const char examples[] =
	"dl-score -m model.dlm --actual test.dlf | dl-cm\n"
	"dl-cm -a label -p guess --metrics answers.tsv\n"
	"dl-cm --error scores.csv\n"
	"dl-cm --fail-if 'error>0.05' --fail-if 'recall(7)<0.9' scores.csv\n";

static const char notes[] =
	"Rows of the matrix are actual classes, columns predicted ones.\n"
	"Measures of --fail-if: error, accuracy, mean_per_class_error, mcc,\n"
	"kappa, macro_f1, rows, logloss, mse, rmse, auc, aucpr, gini,\n"
	"hit_ratio(K), precision(CLASS), recall(CLASS), f1(CLASS),\n"
	"support(CLASS), class_error(CLASS).\n";

static const char *const formats[] = {"table", "tsv", "csv", "json", "md",
				      "html", "long", NULL};

struct opts {
	struct confusion_options read;
	struct cm_style style;
	struct cm_curve curve;
	const char *delimiter;
	struct cli_list fail_if;
	struct cm_gates gates;
	bool error, diff, tab, quiet;
	int color;
};

/* ---- what was asked for --------------------------------------------- */

/* What excludes each other, or would change nothing of what is printed. */
static int
check_rules(const struct opts *o, size_t operands, struct err *e)
{
	const struct cm_style *s = &o->style;
	int curves = !!o->curve.thresholds + !!o->curve.calibration +
		     !!o->curve.gains;
	bool list = s->format == CM_CSV || s->format == CM_TSV ||
		    s->format == CM_LONG;
	bool no_matrix = o->error || o->diff || curves || s->top ||
			 (s->metrics && list);
	const struct {
		bool is;
		const char *why;
	} bad[] = {
		{o->diff && operands != 2, "--diff needs two tables"},
		{!o->diff && operands == 2, "two tables need --diff"},
		{o->diff && (o->fail_if.n || curves || o->error || s->top ||
			     s->metrics),
		 "--diff cannot be used with --fail-if, --thresholds, --gains, "
		 "--calibration, --error, --top or --metrics"},
		{o->error + curves + (s->top || s->metrics) > 1,
		 "--error, --thresholds, --gains, --calibration and --top or "
		 "--metrics exclude each other"},
		{o->error && s->format != CM_TABLE,
		 "--error cannot be used with --format: it is a bare number"},
		{s->top && s->metrics && (list || s->format == CM_JSON),
		 "--top and --metrics exclude each other in this --format"},
		{s->rate && (no_matrix || s->format == CM_JSON ||
			     s->format == CM_LONG),
		 "--rate: no matrix is printed that could have the column"},
		{s->normalize && no_matrix,
		 "--normalize: no matrix is printed"},
		{o->tab && o->delimiter,
		 "--tab and --delimiter exclude each other"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (bad[i].is)
			return err_set(e, ERR_USAGE, "%s", bad[i].why);
	return 0;
}

static int
check(struct opts *o, size_t operands, struct err *e)
{
	const char *d = o->tab ? "\t" : o->delimiter;

	if (check_rules(o, operands, e) < 0)
		return -1;
	if (d && !strcmp(d, "tab"))
		d = "\t";
	if (d && !strcmp(d, "space"))
		d = " ";
	if (d && (strlen(d) != 1 || *d == '\n' || *d == '\r'))
		return err_set(e, ERR_USAGE, "--delimiter: '%s': must be one "
			       "character, tab or space", d);
	o->read.delimiter = d ? *d : '\0';
	o->style.color = o->style.format == CM_TABLE &&
			 cli_is_color((enum cli_color)o->color, stdout);
	return cm_parse_gates(&o->gates, &o->fail_if, e);
}

/* ---- the work ------------------------------------------------------- */

static int
print(const struct opts *o, const struct confusion *c, struct err *e)
{
	const struct cm_style *s = &o->style;
	char text[NUM_TEXT];

	if (o->error) {
		num_print_double(text, confusion_value(c, CONFUSION_ERROR, 0));
		puts(text);
		return 0;
	}
	if (o->curve.thresholds || o->curve.gains || o->curve.calibration)
		return cm_print_curve(c, s, &o->curve, e);
	if (s->format == CM_JSON && !s->top)
		return cm_print_json(c, s, e);
	if (s->metrics && (s->format == CM_CSV || s->format == CM_TSV ||
			   s->format == CM_LONG))
		return cm_print_metrics(c, s, e);
	if ((s->top ? cm_print_top(c, s, e) : cm_print_matrix(c, s, e)) < 0)
		return -1;
	return s->metrics ? cm_print_metrics(c, s, e) : 0;
}

/* Rows that are left out. */
static void
say_skipped(const struct opts *o, int64_t skipped, int64_t rows)
{
	if (skipped && !o->quiet)
		fprintf(stderr, "dl-cm: %lld of %lld rows have no actual or "
			"predicted class, or no weight\n",
			(long long)skipped, (long long)(skipped + rows));
}

static int
run(const struct opts *o, const char *const *table, struct err *e)
{
	struct confusion c = {0};
	struct confusion_diff d = {0};
	int status;

	if (o->diff) {
		status = confusion_read_two(&d, table[0], table[1], &o->read,
					    e);
		if (status == 0)
			status = cm_print_diff(&d, &o->style, e);
		if (status == 0)
			say_skipped(o, d.skipped, d.a.rows);
		confusion_diff_release(&d);
		return status;
	}
	status = confusion_read(&c, table[0], &o->read, e);
	if (status == 0)
		status = print(o, &c, e);
	if (status == 0)
		say_skipped(o, c.skipped, c.rows);
	if (status == 0 && c.scores.no_prediction && !o->quiet)
		fprintf(stderr, "dl-cm: %lld of %lld rows have probabilities "
			"that are not numbers: no part of logloss, mse, auc\n",
			(long long)c.scores.no_prediction, (long long)c.rows);
	if (status == 0 && c.no_scores.code && !o->quiet &&
	    (o->style.metrics || o->fail_if.n))
		fprintf(stderr, "dl-cm: %s\n", c.no_scores.msg);
	if (status == 0)
		status = cm_check_gates(&o->gates, &c, e);
	confusion_release(&c);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.color = CLI_COLOR_AUTO};
	const struct cli_option options[] = {
		CLI_TEXT('a', "actual", &o.read.actual, "COL",
			 "column of actual classes, by name or number "
			 "[actual]"),
		CLI_TEXT('p', "predict", &o.read.predict, "COL",
			 "column of predicted classes [predict]"),
		CLI_TEXT('w', "weight", &o.read.weight, "COL",
			 "column of row weights"),
		CLI_CHOICE('f', "format", &o.style.format, formats,
			   "what to write"),
		CLI_FLAG(0, "rate", &o.style.rate,
			 "with errors and rows of each class: 6 / 980"),
		CLI_CHOICE(0, "normalize", &o.style.normalize, cm_shares,
			   "cells as shares of their row, column or all"),
		CLI_FLAG(0, "metrics", &o.style.metrics,
			 "with measures per class and overall"),
		CLI_FLAG(0, "error", &o.error, "only the overall error"),
		CLI_INT(0, "top", &o.style.top, 1, INT64_MAX, "N",
			"the N most frequent confusions, not the matrix"),
		CLI_CALL(0, "thresholds", &o.curve.thresholds,
			 cm_set_thresholds, "max|all|N",
			 "measures by threshold of two classes"),
		CLI_CALL(0, "gains", &o.curve.gains, cm_set_gains, "N",
			 "gains and lift of N groups; -1: 16 quantiles"),
		CLI_INT(0, "calibration", &o.curve.calibration, 1, 10000, "N",
			"how often predictions came true, in N bins"),
		CLI_LIST(0, "fail-if", &o.fail_if, "CONDITION",
			 "end with status 1 if it holds: 'error>0.05'; "
			 "repeatable"),
		CLI_FLAG(0, "diff", &o.diff,
			 "compare two tables of the same rows"),
		CLI_TEXT('d', "delimiter", &o.delimiter, "C",
			 "between fields: a character, tab or space"),
		CLI_FLAG('t', "tab", &o.tab, "fields are separated by tabs"),
		CLI_FLAG('H', "no-header", &o.read.no_header,
			 "the first line is a row; columns are C1, C2..."),
		CLI_CHOICE(0, "color", &o.color, cli_color_choices,
			   "shade cells"),
		CLI_FLAG('q', "quiet", &o.quiet, "only errors"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-cm",
		.about = "confusion matrix and measures of two columns of any "
			 "table",
		.synopsis = synopsis, .examples = examples, .notes = notes,
		.options = options, .max_operands = 2, .reads_input = true,
	};
	struct err e = {0};
	int status;

	cli_parse(&c, argc, argv);
	status = check(&o, c.operands, &e);
	if (status == 0)
		status = run(&o, c.operand, &e);
	cm_gates_release(&o.gates);
	return status < 0 ? die(&e) : cli_finish();
}
