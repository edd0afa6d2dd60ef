/*
 * dl-score - predictions of a model for a table
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dltools/err.h>
#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/model.h>
#include <dltools/num.h>
#include <dltools/score.h>
#include <dltools/str.h>

static const char usage[] =
	"usage: dl-score -m MODEL [--actual] [options] [FRAME|CSV|-]\n";

struct opts {
	struct score_options score;
	const char *model, *input, *output, *metrics;
	bool quiet;
};

/* ---- values of options ---------------------------------------------------- */

/* The position of value in a list of words, or an error that shows them. */
static int
choose(const char *option, const char *value, const char *const *word, size_t n,
       int *out, struct err *e)
{
	struct str all = STR_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(word[i], value)) {
			*out = (int)i;
			return 0;
		}
		str_addf(&all, "%s%s", i ? ", " : "", word[i]);
	}
	err_set(e, ERR_USAGE, "--%s: '%s': must be one of %s", option, value,
		all.buf);
	str_release(&all);
	return -1;
}

/* One conversion of a double, nothing else. */
static int
check_ofmt(const char *format, struct err *e)
{
	const char *p = format;

	p += strcspn(p, "%");
	if (*p == '%') {
		p += 1 + strspn(p + 1, "-+ 0#");
		p += strspn(p, "0123456789");
		if (*p == '.')
			p += 1 + strspn(p + 1, "0123456789");
		if (*p && strchr("eEfFgGaA", *p) && !strchr(p, '%') &&
		    strlen(format) < 32)
			return 0;
	}
	return err_set(e, ERR_USAGE, "--ofmt: '%s': must be one format of a "
		       "number, such as %%.4g", format);
}

static int
set_threshold(struct opts *o, const char *value, struct err *e)
{
	o->score.threshold = 0;
	if (!strcmp(value, "max-f1"))
		return 0;
	if (num_parse_real(value, 0, 1, &o->score.threshold, e) < 0)
		return err_prefix(e, "--threshold");
	/* zero stands for "the model's": the next number is as good */
	if (o->score.threshold == 0)
		o->score.threshold = nextafter(0, 1);
	return 0;
}

static int
set_count(const char *option, const char *value, int64_t low, size_t *out,
	  struct err *e)
{
	int64_t n;

	if (num_parse_int(value, low, 1 << 20, &n, e) < 0)
		return err_prefix(e, "--%s", option);
	*out = (size_t)n;
	return 0;
}

static int
set_word(struct opts *o, const char *name, const char *value, struct err *e)
{
	static const char *const outputs[] = {"prob", "label", "raw"};
	static const char *const yes_no[] = {"no", "yes"};
	static const char *const policies[] = {"error", "na"};
	static const char *const precisions[] = {"auto", "f32", "bf16"};
	int k;

	if (!strcmp(name, "output")) {
		if (choose(name, value, outputs, 3, &k, e) < 0)
			return -1;
		o->score.output = (enum score_output)k;
	} else if (!strcmp(name, "header")) {
		if (choose(name, value, yes_no, 2, &o->score.header_in, e) < 0)
			return -1;
	} else if (!strcmp(name, "precision")) {
		if (choose(name, value, precisions, 3, &k, e) < 0)
			return -1;
		o->score.precision = (enum net_precision)k;
	} else {
		if (choose(name, value, policies, 2, &k, e) < 0)
			return -1;
		if (!strcmp(name, "missing-columns"))
			o->score.missing_na = k == 1;
		else
			o->score.unseen_error = k == 0;
	}
	return 0;
}

static int
set_delimiter(struct opts *o, const char *value, struct err *e)
{
	if (!strcmp(value, "tab") || !strcmp(value, "\\t"))
		value = "\t";
	if (strlen(value) != 1)
		return err_set(e, ERR_USAGE, "--delimiter: '%s': must be one "
			       "byte or 'tab'", value);
	o->score.delimiter = *value;
	return 0;
}

/* ---- the options ------------------------------------------------------- */

enum {
	OPT_ACTUAL = 256, OPT_KEEP, OPT_NO_HEADER, OPT_TSV, OPT_JSON,
	OPT_OUTPUT, OPT_THRESHOLD, OPT_METRICS, OPT_LAYER, OPT_WORD,
	OPT_LINE_BUFFERED, OPT_OFMT, OPT_STRICT, OPT_HELP,
};

static const struct option options[] = {
	{"model", 1, 0, 'm'},
	{"out", 1, 0, 'o'},
	{"actual", 0, 0, OPT_ACTUAL},
	{"keep", 1, 0, OPT_KEEP},
	{"no-header", 0, 0, OPT_NO_HEADER},
	{"tsv", 0, 0, OPT_TSV},
	{"json", 0, 0, OPT_JSON},
	{"output", 1, 0, OPT_WORD},
	{"top", 1, 0, 'k'},
	{"threshold", 1, 0, OPT_THRESHOLD},
	{"metrics", 1, 0, OPT_METRICS},
	{"layer", 1, 0, OPT_LAYER},
	{"precision", 1, 0, OPT_WORD},
	{"ofmt", 1, 0, OPT_OFMT},
	{"line-buffered", 0, 0, OPT_LINE_BUFFERED},
	{"missing-columns", 1, 0, OPT_WORD},
	{"unseen-levels", 1, 0, OPT_WORD},
	{"strict", 0, 0, OPT_STRICT},
	{"header", 1, 0, OPT_WORD},
	{"delimiter", 1, 0, 'd'},
	{"threads", 1, 0, 'j'},
	{"quiet", 0, 0, 'q'},
	{"help", 0, 0, 'h'},
	{0},
};

static int
set(struct opts *o, int c, const char *name, const char *value, struct err *e)
{
	size_t n = 0;

	switch (c) {
	case 'm': o->model = value; break;
	case 'o': o->output = value; break;
	case 'q': o->quiet = true; break;
	case 'd': return set_delimiter(o, value, e);
	case 'k': return set_count("top", value, 1, &o->score.top, e);
	case 'j':
		if (set_count("threads", value, 0, &n, e) < 0)
			return -1;
		o->score.threads = (unsigned)n;
		break;
	case OPT_ACTUAL: o->score.actual = true; break;
	case OPT_KEEP: o->score.keep = value; break;
	case OPT_NO_HEADER: o->score.header = false; break;
	case OPT_TSV: o->score.format = SCORE_TSV; break;
	case OPT_JSON: o->score.format = SCORE_JSON; break;
	case OPT_THRESHOLD: return set_threshold(o, value, e);
	case OPT_METRICS: o->metrics = value; break;
	case OPT_LAYER: return set_count(name, value, 1, &o->score.layer, e);
	case OPT_WORD: return set_word(o, name, value, e);
	case OPT_OFMT:
		o->score.ofmt = value;
		return check_ofmt(value, e);
	case OPT_LINE_BUFFERED: o->score.line_buffered = true; break;
	case OPT_STRICT:
		o->score.missing_na = false;
		o->score.unseen_error = true;
		break;
	default: break;
	}
	return 0;
}

/* ---- the work ---------------------------------------------------------- */

static void
say(const struct opts *o, const struct score_report *r)
{
	size_t i;

	if (o->quiet)
		return;
	for (i = 0; i < r->missing; i++)
		fprintf(stderr, "dl-score: no column '%s': taken as missing in "
			"every row\n", r->missing_column[i].name);
	for (i = 0; i < r->unseen; i++)
		fprintf(stderr, "dl-score: column '%s': %lld cells hold levels "
			"that the model has not seen: taken as missing\n",
			r->unseen_column[i].name,
			(long long)r->unseen_column[i].cells);
	if (r->unterminated)
		fprintf(stderr, "dl-score: the last line has no line end: is "
			"the input whole?\n");
}

static int
write_metrics(const struct opts *o, const struct model *m,
	      const struct score_report *r, struct err *e)
{
	struct str text = STR_INIT;
	struct json j = json_start(&text);
	struct outfile out = {0};
	int status = -1;

	metrics_json(&r->metrics, &m->enc.classes, &j);
	str_add_char(&text, '\n');
	if (str_check(&text, e) == 0 &&
	    outfile_open(&out, o->metrics, e) == 0 &&
	    outfile_write(&out, text.buf, text.len, e) == 0)
		status = outfile_commit(&out, e);
	outfile_discard(&out);
	str_release(&text);
	return status;
}

static int
score(const struct opts *o, const struct model *m, struct err *e)
{
	struct score_report r = {0};
	struct outfile out = {0};
	int status = -1;

	if (outfile_open(&out, o->output ? o->output : "-", e) == 0 &&
	    score_run(m, o->input, &o->score, &out, &r, e) == 0 &&
	    outfile_commit(&out, e) == 0 &&
	    (!o->metrics || write_metrics(o, m, &r, e) == 0)) {
		say(o, &r);
		status = 0;
	}
	outfile_discard(&out);
	score_report_release(&r);
	return status;
}

static int
run(struct opts *o, struct err *e)
{
	struct model m = {0};
	int status;

	if (!o->model)
		return err_set(e, ERR_USAGE, "a model is required: -m MODEL");
	if (!o->input && isatty(STDIN_FILENO))
		return err_set(e, ERR_USAGE, "no table is given");
	if (!o->input)
		o->input = "-";
	o->score.metrics = o->metrics != NULL;
	o->score.no_rows = o->metrics && !strcmp(o->metrics, "-") &&
			   !o->output;
	if (isatty(STDOUT_FILENO) && !o->output)
		o->score.line_buffered = true;
	if (model_open(&m, o->model, e) < 0)
		return -1;
	status = score(o, &m, e);
	model_release(&m);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.score = {.header = true, .header_in = -1}};
	struct err e = {0};
	int c, i = 0;

	while ((c = getopt_long(argc, argv, "m:o:k:d:j:qh", options, &i)) !=
	       -1) {
		if (c == '?') {
			fputs(usage, stderr);
			return ERR_USAGE;
		}
		if (c == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (set(&o, c, c > 255 ? options[i].name : NULL, optarg,
			&e) < 0)
			break;
	}
	if (!e.code && optind < argc)
		o.input = argv[optind++];
	if (!e.code && optind < argc)
		err_set(&e, ERR_USAGE, "'%s': one table only", argv[optind]);
	if (e.code || run(&o, &e) < 0)
		fprintf(stderr, "dl-score: %s\n", e.msg);
	return (int)e.code;
}
