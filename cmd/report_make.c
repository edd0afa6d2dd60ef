/* report_make.c - which inputs give which part of a report. */
#include "report_make.h"

#include <string.h>

static int
check_kinds(const struct report_inputs *in, const struct report_make *m,
	    struct err *e)
{
	for (size_t i = 0; i < in->n; i++)
		if (in->input[i].kind != INPUT_RESULTS &&
		    (m->what != MAKE_REPORT || in->input[i].reference))
			return err_set(e, ERR_SCHEMA, "'%s' is no result "
				       "table", in->input[i].path);
	if (m->image[0] && !in->count[INPUT_MODEL])
		return err_set(e, ERR_USAGE, "--image needs a model");
	if (m->metrics.n && !in->count[INPUT_MODEL] &&
	    !in->count[INPUT_HISTORY])
		return err_set(e, ERR_USAGE, "--metric needs a history or a "
			       "model");
	return 0;
}

/* ---- results -------------------------------------------------------- */

/* Two tables to compare are two sources, whatever their names. */
static int
read_results(struct report_runs *runs, const struct report_inputs *in,
	     bool apart, struct err *e)
{
	for (size_t i = 0; i < in->n; i++) {
		struct str name = STR_INIT;
		int status;

		if (in->input[i].kind != INPUT_RESULTS)
			continue;
		str_add(&name, in->input[i].name);
		if (apart && i && !strcmp(name.buf, in->input[0].name))
			str_add(&name, " (2)");
		status = str_check(&name, e);
		if (status == 0)
			status = results_read(&runs->results, name.buf,
					      in->input[i].path, e);
		str_release(&name);
		if (status < 0)
			return -1;
		if (!in->input[i].reference)
			runs->own = runs->results.sources;
	}
	if (results_pool(&runs->results, e) < 0)
		return -1;
	results_mark_pareto(&runs->results, 0, runs->own);
	for (size_t i = 0; i < runs->results.groups; i++)
		if (runs->results.group[i].source >= runs->own)
			runs->results.group[i].pareto = false;
	return 0;
}

static int
make_results(struct report *r, const struct report_inputs *in,
	     struct report_make *m, struct err *e)
{
	struct report_runs *runs = &m->runs;
	int status;

	runs->ascii = m->ascii;
	status = read_results(runs, in, m->what == MAKE_COMPARISON, e);
	if (status == 0 && m->what == MAKE_COMPARISON)
		status = report_compare(r, &runs->results, m->people, e);
	else if (status == 0 && m->what == MAKE_TABLE) {
		runs->sort = runs->sort ? runs->sort : "error";
		status = report_run_table(r, runs, RESULTS_ALL, m->people, e);
	} else if (status == 0) {
		status = report_results(r, runs, e);
	}
	results_release(&runs->results);
	return status;
}

/* ---- histories ------------------------------------------------------ */

static int
add_history(struct curves *c, const struct report_input *i, struct err *e)
{
	struct history_others others;
	struct history h;
	int64_t cut = 0;
	int status = history_load(&h, &others, i->path, &cut, e);

	if (status == 0 && cut && !c->quiet)
		fprintf(stderr, "dl-report: %s:%lld: the line is cut off: left "
			"out\n", i->path, (long long)cut);
	if (status == 0 && !h.n)
		status = err_set(e, ERR_INPUT, "'%s' has no scoring events",
				 i->path);
	if (status == 0)
		status = curves_add(c, i->name, &h, others.set, others.n, e);
	history_others_release(&others);
	history_release(&h);
	return status;
}

int
report_make(struct report *r, const struct report_inputs *in,
	    struct report_make *m, struct err *e)
{
	struct curves c = {.x = m->x, .metrics = &m->metrics,
			   .quiet = m->quiet};
	int status = check_kinds(in, m, e);

	m->models = in->count[INPUT_MODEL];
	if (status == 0 && in->count[INPUT_RESULTS])
		status = make_results(r, in, m, e);
	for (size_t i = 0; status == 0 && i < in->n; i++)
		if (in->input[i].kind == INPUT_HISTORY)
			status = add_history(&c, &in->input[i], e);
		else if (in->input[i].kind == INPUT_MODEL)
			status = report_model(r, &in->input[i], m, &c, e);
	if (status == 0 && c.n)
		status = report_curves(r, &c, e);
	if (status == 0 && in->count[INPUT_SCORES])
		status = report_scores(r, in, e);
	curves_release(&c);
	return status;
}
