/*
 * dl-score - predictions of a model for a table
 */
#include <string.h>
#include <unistd.h>

#include <dltools/err.h>
#include <dltools/file.h>
#include <dltools/model.h>
#include <dltools/num.h>
#include <dltools/score.h>

#include "cli.h"
#include "score_values.h"

static const char synopsis[] =
	"dl-score -m MODEL [--actual] [options] [FRAME|CSV|-]\n";

static const char examples[] =
	"dl-score -m model.dlm --actual test.dlf | dl-cm\n"
	"head -5 test.csv | dl-score -m model.dlm -\n"
	"dl-score -m model.dlm --metrics - test.dlf\n";

struct opts {
	struct score_options score;
	struct score_threshold threshold;
	const char *model, *output, *metrics;
	int form, header, encoding, precision, missing, unseen, contrib, text;
	int64_t top, layer, threads, base, skip;
	struct score_permute permute;
	bool tsv, json, no_header, strict, quiet, permutation;
};

/* In the order of the enums they stand for. */
static const char *const forms[] = {"prob", "label", "raw", NULL};
static const char *const contribs[] = {"none", "ig", "grad", NULL};
static const char *const precisions[] = {"auto", "f32", "bf16", NULL};
static const char *const policies[] = {"error", "na", NULL};
static const char *const headers[] = {"no", "yes", NULL};
static const char *const encodings[] = {"utf-8", "latin1", NULL};
static const char *const texts[] = {"model", "csv", "svmlight", "libsvm", NULL};

/* ---- what was asked for ---------------------------------------------- */

/* Options that need or exclude each other. */
static int
check(struct opts *o, const char *input, struct err *e)
{
	const struct score_options *s = &o->score;

	if (!o->model)
		return err_set(e, ERR_USAGE, "a model is required: -m MODEL");
	if (!strcmp(o->model, "-") && !strcmp(input, "-"))
		return err_set(e, ERR_USAGE, "model and table cannot both be "
			       "standard input");
	if (cli_text_format(&o->score.format, o->tsv, o->json, e) < 0)
		return -1;
	if ((o->top && (o->form == SCORE_LABEL || o->contrib)) ||
	    (o->layer && (o->top || o->form)) ||
	    (o->contrib && (o->layer || o->form)))
		return err_set(e, ERR_USAGE, "--top, --layer, --contrib and "
			       "--output exclude each other");
	if (s->min_prob > 0 && !o->top)
		return err_set(e, ERR_USAGE, "--min-prob needs --top");
	if (!o->contrib && (s->contrib_class || s->contrib_units))
		return err_set(e, ERR_USAGE, "--contrib-class and "
			       "--contrib-units need --contrib");
	if (o->permutation && (o->contrib || o->top || o->layer || o->form ||
			       o->metrics || s->actual || s->keep ||
			       o->no_header || s->ofmt))
		return err_set(e, ERR_USAGE, "--permutation-importance cannot "
			       "be used with what says how rows are written");
	if (!o->permutation && (o->permute.metric || o->permute.repeats ||
				o->permute.seed >= 0))
		return err_set(e, ERR_USAGE, "--repeats, --metric and --seed "
			       "need --permutation-importance");
	if (score_check_ofmt(s->ofmt, o->json, e) < 0)
		return -1;
	return score_check_outputs(o->model, input, o->output, o->metrics, e);
}

/* Options as the library wants them. */
static void
settle(struct opts *o)
{
	struct score_options *s = &o->score;

	o->permute.threads = (unsigned)o->threads;
	o->permute.format = o->json ? TABLE_JSON : o->tsv ? TABLE_TSV
							  : TABLE_CSV;
	o->permute.quiet = o->quiet;
	s->contrib = (enum score_contrib)o->contrib;
	s->text = (enum score_text)(o->text == 3 ? 2 : o->text);
	s->index_base_in = (int)o->base;
	if (s->keep && !strcmp(s->keep, "all"))
		s->keep = "1-";
	s->output = (enum score_output)o->form;
	s->precision = (enum net_precision)o->precision;
	s->header = !o->no_header;
	s->header_in = o->header;
	s->latin1_in = o->encoding;
	s->skip_lines = (uint64_t)o->skip;
	s->missing_na = o->missing == 1 && !o->strict;
	s->unseen_error = o->unseen == 0 || o->strict;
	s->strict = o->strict;
	s->top = (size_t)o->top;
	s->layer = (size_t)o->layer;
	s->threads = (unsigned)o->threads;
	s->metrics = o->metrics != NULL;
	s->no_rows = o->metrics && !strcmp(o->metrics, "-") && !o->output;
	if (!o->output && isatty(STDOUT_FILENO))
		s->line_buffered = true;
}

/* ---- the work --------------------------------------------------------- */

static int
score(const struct opts *o, const struct model *m, const char *input,
      struct err *e)
{
	struct score_report r = {0};
	struct outfile out = {0}, metrics = {0};
	const char *to = o->metrics;
	int status = -1;

	if (outfile_open(&out, o->output ? o->output : "-", e) == 0 &&
	    (!to || outfile_open(&metrics, to, e) == 0) &&
	    score_run(m, input, &o->score, &out, &r, e) == 0 &&
	    outfile_flush(&out, e) == 0 &&
	    (!to || score_write_metrics(&metrics, m, &r.metrics,
					score_is_tsv(to, o->tsv), e) == 0) &&
	    outfile_commit(&out, e) == 0 &&
	    (!to || outfile_commit(&metrics, e) == 0))
		status = 0;
	if (status == 0 && !o->quiet)
		score_say(m, &o->score, &r);
	outfile_discard(&out);
	outfile_discard(&metrics);
	score_report_release(&r);
	return status;
}

static int
run(struct opts *o, const char *input, struct err *e)
{
	struct model m = {0};
	int status;

	settle(o);
	if (model_open(&m, o->model, e) < 0)
		return -1;
	status = score_find_threshold(&o->threshold, &m, &o->score.threshold,
				      e);
	if (status == 0 && o->permutation)
		status = score_permutation(&m, input, o->output, &o->permute,
					   e);
	else if (status == 0)
		status = score(o, &m, input, e);
	model_release(&m);
	return status;
}

int
main(int argc, char **argv)
{
	struct opts o = {.header = -1, .encoding = -1,
			 .precision = PRECISION_F32, .unseen = 1,
			 .base = -1, .permute = {.seed = -1}};
	const struct cli_option options[] = {
		CLI_TEXT('m', "model", &o.model, "MODEL", "the model"),
		CLI_TEXT('o', "out", &o.output, "FILE", "write to FILE"),
		CLI_FLAG(0, "actual", &o.score.actual, "the response first"),
		CLI_TEXT(0, "keep", &o.score.keep, "COLUMNS|all",
			 "carry these columns over"),
		CLI_CHOICE(0, "output", &o.form, forms,
			   "form of the predictions (prob)"),
		CLI_INT('k', "top", &o.top, 1, 1 << 20, "N",
			"the N most probable classes instead of all"),
		CLI_REAL(0, "min-prob", &o.score.min_prob, 0, 1, "P",
			 "with -k: nothing for less probable classes"),
		CLI_CALL(0, "threshold", &o.threshold, score_set_threshold,
			 "T|max-f1|max-mcc",
			 "of the second of two classes (max-f1)"),
		CLI_TEXT(0, "metrics", &o.metrics, "FILE|-",
			 "write metrics as JSON or .tsv; - alone: instead of "
			 "rows"),
		CLI_INT(0, "layer", &o.layer, 1, 1 << 20, "L",
			"activations of hidden layer L instead"),
		CLI_CHOICE(0, "contrib", &o.contrib, contribs,
			   "what each column contributes to the prediction"),
		CLI_TEXT(0, "contrib-class", &o.score.contrib_class, "CLASS",
			 "to the score of this class"),
		CLI_FLAG(0, "contrib-units", &o.score.contrib_units,
			 "of each input unit instead of each column"),
		CLI_FLAG(0, "reconstruction-error",
			 &o.score.reconstruction_error,
			 "how far an autoencoder is off, a mean over units"),
		CLI_FLAG(0, "per-feature", &o.score.per_feature,
			 "the same for each unit"),
		CLI_FLAG(0, "permutation-importance", &o.permutation,
			 "instead: how much worse without each column"),
		CLI_INT(0, "repeats", &o.permute.repeats, 1, 10000, "N",
			"permutations of each column (5)"),
		CLI_TEXT(0, "metric", &o.permute.metric, "METRIC",
			 "that gets worse (logloss or deviance)"),
		CLI_INT(0, "seed", &o.permute.seed, 0, INT64_MAX, "N",
			"of the permutations (1)"),
		CLI_CHOICE(0, "precision", &o.precision, precisions,
			   "arithmetic (f32)"),
		CLI_FLAG(0, "no-header", &o.no_header, "no header line"),
		CLI_FLAG('t', "tsv", &o.tsv, "fields separated by tabs"),
		CLI_FLAG(0, "json", &o.json, "one JSON object a line"),
		CLI_CALL(0, "ofmt", &o.score.ofmt, score_set_ofmt, "FORMAT",
			 "printf format of numbers, such as %.4g"),
		CLI_FLAG(0, "line-buffered", &o.score.line_buffered,
			 "write each row at once"),
		CLI_CHOICE(0, "missing-columns", &o.missing, policies,
			   "a predictor is not there (error)"),
		CLI_CHOICE(0, "unseen-levels", &o.unseen, policies,
			   "a level that the model has not seen (na)"),
		CLI_FLAG(0, "strict", &o.strict, "both are errors"),
		CLI_CHOICE(0, "header", &o.header, headers,
			   "does the CSV begin with one (looks for it)"),
		CLI_CHOICE(0, "format", &o.text, texts,
			   "of text (the model's)"),
		CLI_INT(0, "index-base", &o.base, 0, 1, "0|1",
			"svmlight: number of the first feature (the model's)"),
		CLI_CALL('d', "delimiter", &o.score.delimiter,
			 score_set_delimiter, "C", "of the CSV (the model's)"),
		CLI_INT(0, "skip-lines", &o.skip, 0, INT64_MAX, "N",
			"lines before the table"),
		CLI_CHOICE(0, "encoding", &o.encoding, encodings,
			   "of the CSV (the model's)"),
		CLI_THREADS(&o.threads),
		CLI_FLAG('q', "quiet", &o.quiet, "no talk on standard error"),
		CLI_END
	};
	struct cli c = {
		.name = "dl-score", .synopsis = synopsis, .examples = examples,
		.about = "predictions of a model for a table",
		.options = options, .max_operands = 1, .reads_input = true,
	};
	struct err e = {0};

	cli_parse(&c, argc, argv);
	if (check(&o, c.operand[0], &e) < 0 || run(&o, c.operand[0], &e) < 0)
		return die(&e);
	return cli_finish();
}
