/* inspect_show.c - what was asked for, of a frame or a model; inspect.h. */
#include "inspect.h"

#include <string.h>
#include <unistd.h>

#include <dltools/provenance.h>

enum table_format
inspect_format(const struct inspect_options *o)
{
	return o->json ? TABLE_JSON : o->tsv ? TABLE_TSV
	     : o->csv ? TABLE_CSV : TABLE_ALIGNED;
}

const char *
inspect_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

/* What is shown as text only. */
static int
check_form(const struct inspect_options *o, struct err *e)
{
	static const struct {
		enum inspect_what what;
		const char *option;
	} texts[] = {
		{INSPECT_NAMES, "--names"},
		{INSPECT_VERIFY, "--verify"},
		{INSPECT_PARAMS, "--params"},
		{INSPECT_COMMAND, "--command"},
		{INSPECT_RULE, "--rule"},
		{INSPECT_CHECK_INPUTS, "--check-inputs"},
	};
	size_t i;

	if (!o->csv && !o->tsv && !o->json)
		return 0;
	for (i = 0; i < sizeof texts / sizeof *texts; i++)
		if (o->what[texts[i].what])
			return err_set(e, ERR_USAGE, "%s is text: not with "
				       "--csv, --tsv or --json",
				       texts[i].option);
	return 0;
}

/* Tables of which a model may have two. */
static bool
has_set(const struct inspect_options *o)
{
	int i;

	for (i = INSPECT_THRESHOLDS; i < INSPECT_WHATS; i++)
		if (o->what[i])
			return true;
	return false;
}

/* Each names one thing to show. */
int
inspect_check(const struct inspect_options *o, struct err *e)
{
	int i, asked = (o->levels != NULL) + (o->diff != NULL) +
		       (o->dump != INSPECT_NO_DUMP);

	for (i = 0; i < INSPECT_WHATS; i++)
		asked += o->what[i];
	if (asked > 1)
		return err_set(e, ERR_USAGE, "--names, --levels, --verify, "
			       "--history, --signature, --params, --header, "
			       "--metrics, --varimp, --thresholds, --maxima, "
			       "--gains, --hit-ratios, --confusion, "
			       "--per-class, --class-auc, --command, --rule, "
			       "--check-inputs, --dump and --diff exclude "
			       "each other");
	if (o->csv + o->tsv + o->json + (o->dump != INSPECT_NO_DUMP) > 1)
		return err_set(e, ERR_USAGE, "--csv, --tsv, --json and --dump "
			       "exclude each other");
	if (o->set != INSPECT_LAST && !has_set(o))
		return err_set(e, ERR_USAGE, "--set is for --thresholds, "
			       "--maxima, --gains, --hit-ratios, --confusion, "
			       "--per-class and --class-auc");
	if (o->dump == INSPECT_DUMP_NPY && isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "an archive is not for a "
			       "terminal: > FILE");
	return check_form(o, e);
}

int
inspect_show_frame(const struct frame *f, const struct inspect_options *o,
		   struct str *out, struct err *e)
{
	int i;

	for (i = INSPECT_OF_MODELS; i < INSPECT_WHATS; i++)
		if (o->what[i] || o->dump != INSPECT_NO_DUMP)
			return err_set(e, ERR_USAGE, "'%s' is a frame: "
				       "--history, --signature, --params, "
				       "--header, measures and their tables "
				       "are for models", frame_path(f));
	if (o->what[INSPECT_VERIFY])
		return inspect_frame_verify(f, out, e);
	if (o->levels)
		return inspect_levels(f, o->levels, inspect_format(o), out, e);
	if (o->what[INSPECT_NAMES]) {
		inspect_names(f, out);
		return str_check(out, e);
	}
	return inspect_frame(f, inspect_format(o), out, e);
}

/* What has rows and columns. */
static bool
is_table(const struct inspect_options *o)
{
	int i;

	for (i = INSPECT_METRICS; i < INSPECT_WHATS; i++)
		if (o->what[i])
			return true;
	return o->levels || o->what[INSPECT_HISTORY];
}

static int
show_table(const struct model *m, const struct inspect_options *o,
	   struct str *out, struct err *e)
{
	enum table_format format = inspect_format(o);
	enum inspect_what w;

	if (o->levels)
		return inspect_model_levels(m, o->levels, format, out, e);
	if (o->what[INSPECT_HISTORY])
		return inspect_history(m, format, out, e);
	if (o->what[INSPECT_METRICS])
		return inspect_metrics(m, format, out, e);
	if (o->what[INSPECT_VARIMP])
		return inspect_varimp(m, format, out, e);
	for (w = INSPECT_THRESHOLDS; !o->what[w]; w++)
		;
	if (w >= INSPECT_CONFUSION)
		return inspect_classes(m, w, o->set, format, out, e);
	return inspect_table(m, w, o->set, format, out, e);
}

int
inspect_show_model(const struct model *m, const struct inspect_options *o,
		   struct str *out, struct err *e)
{
	if (is_table(o))
		return show_table(m, o, out, e);
	if (o->csv || o->tsv)
		return err_set(e, ERR_USAGE, "'%s' is a model: --csv and "
			       "--tsv are for its --history, --levels and "
			       "tables", inspect_name(o->input));
	if (o->what[INSPECT_SIGNATURE])
		return inspect_signature(m, out, e);
	if (o->what[INSPECT_COMMAND] || o->what[INSPECT_RULE])
		return provenance_command(m, o->input, o->what[INSPECT_RULE],
					  out, e);
	if (o->what[INSPECT_CHECK_INPUTS])
		return provenance_check(m, out, e);
	if (o->json || o->what[INSPECT_HEADER])
		return inspect_header(o->input, out, e);
	if (o->what[INSPECT_VERIFY]) {
		const char *name = inspect_name(o->input);

		str_add_quoted(out, name, strlen(name), 200);
		str_add(out, ": whole\n");
	} else if (o->what[INSPECT_NAMES]) {
		inspect_model_names(m, out);
	} else if (o->what[INSPECT_PARAMS]) {
		params_print_config(&m->params, out);
	} else {
		return inspect_model(m, o->input, out, e);
	}
	return str_check(out, e);
}
