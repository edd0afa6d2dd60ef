/*
 * report_curves.c - learning curves: one figure for each measure, one line for
 * each run.  Of many runs all are shown, and the best are named.
 */
#include "report_curves.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#define NAMED 7  /* lines with a colour, where there are more than */
#define FEW 10

const char *const curve_x_choices[] = {"epochs", "samples", "time", NULL};

/* Measures in the order in which they matter. */
static const struct {
	const char *name;
	bool is_gain; /* more is better */
} measures[] = {
	{"classification_error", false}, {"logloss", false}, {"rmse", false},
	{"mae", false}, {"auc", true}, {"pr_auc", true}, {"mse", false},
	{"deviance", false}, {"r2", true}, {"mean_per_class_error", false},
	{"rmsle", false}, {"lift", true},
};
#define MEASURES (sizeof(measures) / sizeof(*measures))
#define USUAL 2 /* figures without --metric */

/* A run of its own, or with `set` what a further frame gave in one. */
static int
add_named(struct curves *c, const char *name, const char *set,
	  struct history *h, struct err *e)
{
	struct curve_run *run;

	if (mem_grow(&c->run, &c->room, c->n + 1, sizeof(*c->run), e) < 0)
		return -1;
	run = &c->run[c->n++];
	*run = (struct curve_run){STR_INIT, STR_INIT, *h};
	*h = (struct history){0};
	c->runs += !set;
	str_add(&run->name, name);
	str_add(&run->set, set ? set : "");
	return str_check(&run->name, e) < 0 ? -1 : str_check(&run->set, e);
}

/* The least fold above this one, or -1. */
static int64_t
next_fold(const struct history *h, int64_t above)
{
	int64_t next = -1;

	for (size_t i = 0; i < h->n; i++)
		if (h->row[i].fold > above &&
		    (next < 0 || h->row[i].fold < next))
			next = h->row[i].fold;
	return next;
}

/* The rows of a fold; with o, the measures that a further frame gave. */
static int
take_fold(struct history *part, const struct history *h,
	  const struct history_other *o, int64_t fold, struct err *e)
{
	for (size_t i = 0; i < h->n; i++) {
		struct history_row row = h->row[i];

		if (row.fold != fold)
			continue;
		if (o) {
			history_unmeasured(&row.training);
			history_unmeasured(&row.validation);
			if (i < o->history.n)
				row.validation = o->history.row[i].validation;
		}
		if (history_add(part, &row, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_fold(struct curves *c, const char *name, const struct history *h,
	 const struct history_other *o, int64_t fold, struct err *e)
{
	struct history part = {0};
	struct str text = STR_INIT;
	int status;

	str_add(&text, name);
	if (fold)
		str_addf(&text, ", fold %lld", (long long)fold);
	status = str_check(&text, e);
	if (status == 0)
		status = take_fold(&part, h, o, fold, e);
	if (status == 0)
		status = add_named(c, text.buf, o ? o->name : NULL, &part, e);
	history_release(&part);
	str_release(&text);
	return status;
}

static bool
has_times(const struct history *h)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->row[i].wall_s > 0)
			return true;
	return false;
}

int
curves_add(struct curves *c, const char *name, const struct history *h,
	   const struct history_other *others, size_t n, struct err *e)
{
	int64_t fold = next_fold(h, -1);
	int status = 0;

	if (c->x == CURVE_TIME && h->n && !has_times(h)) {
		if (!c->quiet)
			fprintf(stderr, "dl-report: '%s' has no times "
				"(wall_s): left out\n", name);
		return 0;
	}
	for (; status == 0 && fold >= 0; fold = next_fold(h, fold)) {
		status = add_fold(c, name, h, NULL, fold, e);
		for (size_t i = 0; status == 0 && i < n; i++)
			status = add_fold(c, name, h, &others[i], fold, e);
	}
	return status;
}

void
curves_release(struct curves *c)
{
	for (size_t i = 0; i < c->n; i++) {
		str_release(&c->run[i].name);
		str_release(&c->run[i].set);
		history_release(&c->run[i].history);
	}
	mem_free(c->run);
	*c = (struct curves){0};
}

/* ---- values --------------------------------------------------------- */

static double
x_of(const struct curves *c, const struct history_row *row)
{
	return c->x == CURVE_TIME ? row->wall_s
	     : c->x == CURVE_SAMPLES ? (double)row->samples : row->epochs;
}

static double
value_of(const struct history_row *row, const char *set, const char *measure)
{
	char column[80];

	(void)snprintf(column, sizeof(column), "%s_%.60s", set, measure);
	return history_get(row, column);
}

static bool
has_values(const struct history *h, const char *set, const char *measure)
{
	for (size_t i = 0; i < h->n; i++)
		if (isfinite(value_of(&h->row[i], set, measure)))
			return true;
	return false;
}

static bool
any_has(const struct curves *c, const char *set, const char *measure)
{
	for (size_t i = 0; i < c->n; i++)
		if (has_values(&c->run[i].history, set, measure))
			return true;
	return false;
}

static double
last_value(const struct history *h, const char *set, const char *measure)
{
	for (size_t i = h->n; i-- > 0;) {
		double v = value_of(&h->row[i], set, measure);

		if (isfinite(v))
			return v;
	}
	return NAN;
}

static bool
is_gain(const char *measure)
{
	for (size_t i = 0; i < MEASURES; i++)
		if (!strcmp(measures[i].name, measure))
			return measures[i].is_gain;
	return false;
}

/* ---- one figure ----------------------------------------------------- */

struct curve_plot {
	const struct curves *c;
	const char *measure;
	const char *set; /* the further frame shown, or "": the runs' own */
	size_t runs;     /* that are shown */
	struct figure *f;
	char label[160]; /* of y */
};

/* A run's own sets always are; a further one, where it has the measure. */
static bool
is_shown(const struct curve_plot *p, size_t run)
{
	const struct curve_run *r = &p->c->run[run];

	return !strcmp(r->set.buf, p->set) &&
	       (!*p->set || has_values(&r->history, "validation", p->measure));
}

/* Validation where there is some. */
static const char *
set_of(const struct curve_plot *p, const struct history *h)
{
	return has_values(h, "validation", p->measure) ? "validation"
						       : "training";
}

/* How many runs end better than this one? */
static size_t
rank_of(const struct curve_plot *p, size_t run)
{
	const struct history *h = &p->c->run[run].history;
	double mine = last_value(h, set_of(p, h), p->measure);
	size_t rank = 0;

	for (size_t i = 0; i < p->c->n; i++) {
		const struct history *o = &p->c->run[i].history;
		double v = last_value(o, set_of(p, o), p->measure);
		bool better = is_gain(p->measure) ? v > mine : v < mine;

		rank += is_shown(p, i) &&
			(better || (isnan(mine) && !isnan(v)) ||
			 (v == mine && i < run));
	}
	return rank;
}

/* The model that is kept, scored again: no step of the course. */
static bool
is_again(const struct history *h, size_t row)
{
	return row && row + 1 == h->n && h->row[row].samples > 0 &&
	       h->row[row].samples == h->row[row - 1].samples;
}

static void
add_line(const struct curve_plot *p, const struct history *h,
	 const char *name, const char *set, bool faint)
{
	struct figure_series *s = figure_series(p->f, name, faint
						? FIGURE_FAINT : FIGURE_LINE);

	for (size_t i = 0; i < h->n; i++)
		if (!is_again(h, i))
			figure_point(s, x_of(p->c, &h->row[i]),
				     value_of(&h->row[i], set, p->measure),
				     NULL);
}

static void
add_run(const struct curve_plot *p, size_t i)
{
	const struct curve_run *run = &p->c->run[i];
	const struct history *h = &run->history;
	const char *set = set_of(p, h);
	struct str name = STR_INIT;
	bool faint = p->runs > FEW && rank_of(p, i) >= NAMED;

	str_add(&name, run->name.buf);
	if (*set == 't' && any_has(p->c, "validation", p->measure))
		str_add(&name, " (training)");
	add_line(p, h, name.buf, set, faint);
	p->f->failed |= name.failed;
	str_release(&name);
}

/* Of one run all sets are in one figure. */
static void
add_sets(const struct curve_plot *p)
{
	const struct history *h = &p->c->run[0].history;

	if (has_values(h, "training", p->measure))
		add_line(p, h, "training", "training", false);
	if (has_values(h, "validation", p->measure))
		add_line(p, h, "validation", "validation", false);
	for (size_t i = 1; i < p->c->n; i++) {
		h = &p->c->run[i].history;
		if (has_values(h, "validation", p->measure))
			add_line(p, h, p->c->run[i].set.buf, "validation",
				 false);
	}
}

/* "classification_error" as words. */
static void
words(const char *measure, char out[80])
{
	size_t i;

	for (i = 0; measure[i] && i < 79; i++)
		out[i] = measure[i] == '_' ? ' ' : measure[i];
	out[i] = '\0';
}

static void
describe(struct curve_plot *p, const char *word)
{
	static const char *const axis[] = {"epochs", "training samples",
					   "time (s)"};
	const char *set = *p->set ? p->set : p->c->runs > 1
		? (any_has(p->c, "validation", p->measure) ? "validation"
							   : "training")
		: p->f->n == 1 ? p->f->series[0]->name : "";

	p->f->x.label = axis[p->c->x];
	(void)snprintf(p->label, sizeof(p->label), "%.60s%s%.80s", set,
		       *set ? " " : "", word);
	figure_label_y(p->f, p->label);
	if (p->runs > FEW) {
		char note[200];

		(void)snprintf(note, sizeof(note), "%zu runs; the %d that end "
			       "best are named.", p->runs, NAMED);
		figure_note(p->f, note);
	}
}

/* Curves that fall by a factor of more than 30 want a logarithmic axis. */
static bool
is_steep(const struct figure *f)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->series[i]->n; k++) {
			double y = f->series[i]->point[k].y;

			if (!isfinite(y))
				continue;
			low = fmin(low, y);
			high = fmax(high, y);
		}
	return low > 0 && high > 30 * low;
}

static void
start_figure(struct figure *f, const struct curve_plot *p, const char *word)
{
	char id[160], title[200];

	(void)snprintf(id, sizeof(id), "curve-%.60s%s%.60s", p->measure,
		       *p->set ? "-" : "", p->set);
	for (char *q = id; *q; q++)
		*q = *q == '_' ? '-' : *q;
	(void)snprintf(title, sizeof(title), "Learning curve%s: %.60s%s%.60s",
		       p->c->runs > 1 ? "s" : "", word, *p->set ? " of " : "",
		       p->set);
	figure_init(f, FIGURE_XY, id, title);
}

/* The runs' own sets, or a further one that has the measure. */
static void
add_figure(struct report *r, const struct curves *c, const char *measure,
	   const char *set)
{
	struct figure f;
	struct curve_plot p = {.c = c, .measure = measure, .set = set,
			       .f = &f};
	char word[80];

	for (size_t i = 0; i < c->n; i++)
		p.runs += is_shown(&p, i);
	if (!p.runs)
		return;
	words(measure, word);
	start_figure(&f, &p, word);
	if (c->runs == 1)
		add_sets(&p);
	for (size_t i = 0; c->runs > 1 && i < c->n; i++)
		if (is_shown(&p, i))
			add_run(&p, i);
	if (!f.failed) {
		describe(&p, word);
		f.y.log = is_steep(&f);
	}
	report_figure(r, &f);
	figure_release(&f);
}

/* A figure for the runs' own sets, and where there are several runs one for
 * each further frame. */
static void
add_figures(struct report *r, const struct curves *c, const char *measure)
{
	add_figure(r, c, measure, "");
	for (size_t i = 0; c->runs > 1 && i < c->n; i++) {
		const char *set = c->run[i].set.buf;
		bool again = !*set;

		for (size_t k = 0; k < i; k++)
			again |= !strcmp(c->run[k].set.buf, set);
		if (!again)
			add_figure(r, c, measure, set);
	}
}

/* ---- all ------------------------------------------------------------ */

static int
check_measure(const struct curves *c, const char *name, struct err *e)
{
	struct str known = STR_INIT;

	if (any_has(c, "training", name) || any_has(c, "validation", name))
		return 0;
	for (size_t i = 0; i < MEASURES; i++)
		if (any_has(c, "training", measures[i].name) ||
		    any_has(c, "validation", measures[i].name))
			str_addf(&known, "%s%s", known.len ? ", " : "",
				 measures[i].name);
	err_set(e, ERR_USAGE, "--metric: '%s': these histories have %s", name,
		known.len ? known.buf : "no measure");
	str_release(&known);
	return -1;
}

/* The first that there are, without --metric. */
static size_t
find_usual(const struct curves *c, const char *usual[USUAL])
{
	size_t n = 0;

	for (size_t i = 0; i < MEASURES && n < USUAL; i++)
		if (any_has(c, "training", measures[i].name) ||
		    any_has(c, "validation", measures[i].name))
			usual[n++] = measures[i].name;
	return n;
}

/* Runs that none of the figures shows. */
static void
tell_left_out(const struct curves *c, const char *const *name, size_t n)
{
	for (size_t i = 0; n && !c->quiet && i < c->n; i++) {
		const struct history *h = &c->run[i].history;
		bool shown = c->run[i].set.len > 0;

		for (size_t k = 0; k < n; k++)
			shown |= has_values(h, "training", name[k]) ||
				 has_values(h, "validation", name[k]);
		if (!shown)
			fprintf(stderr, "dl-report: '%s' has no measure that "
				"is drawn: left out; see --metric\n",
				c->run[i].name.buf);
	}
}

int
report_curves(struct report *r, const struct curves *c, struct err *e)
{
	const char *usual[USUAL], *const *name = usual;
	size_t n = c->metrics->n;

	if (n)
		name = c->metrics->v;
	else
		n = find_usual(c, usual);
	for (size_t i = 0; i < n; i++) {
		if (check_measure(c, name[i], e) < 0)
			return -1;
		add_figures(r, c, name[i]);
	}
	tell_left_out(c, name, n);
	return 0;
}
