/*
 * report_results.c - plots of result rows: error against time of all runs with
 * the Pareto front; for each source its runs' speed and error as bars; speed
 * against size where only the topology varies.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>

#include "report.h"

#define BARS_MOST 40

static const struct result_stat *
stat_of(const struct result_group *g, enum result_measure m)
{
	return &g->stat[m];
}

static double
mean_of(const struct result_group *g, enum result_measure m)
{
	return g->stat[m].mean;
}

/* mean +- sd as the interval of a point. */
static void
set_spread(struct figure_point *p, const struct result_stat *s)
{
	if (!p || s->n < 2 || !(s->sd > 0))
		return;
	p->low = s->mean - s->sd;
	p->high = s->mean + s->sd;
}

static const struct result_group *
same_run(const struct results *r, size_t source, const char *key)
{
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].source == source &&
		    !strcmp(r->group[i].run->key, key))
			return &r->group[i];
	return NULL;
}

/* Has one of our own sources that run? */
static bool
is_own_run(const struct report_runs *runs, const char *key)
{
	for (size_t i = 0; i < runs->own; i++)
		if (same_run(&runs->results, i, key))
			return true;
	return false;
}

/* A reference that knows our runs shows these; one that doesn't, all. */
static bool
is_related(const struct report_runs *runs, size_t source)
{
	for (size_t i = 0; i < runs->results.groups; i++)
		if (runs->results.group[i].source == source &&
		    is_own_run(runs, runs->results.group[i].run->key))
			return true;
	return false;
}

/* ---- error against time --------------------------------------------- */

/* Logarithmic where values span more than `factor`. */
static bool
is_wide(const struct results *r, enum result_measure m, double factor)
{
	double low = INFINITY, high = 0;

	for (size_t i = 0; i < r->groups; i++) {
		double v = mean_of(&r->group[i], m);

		if (!isfinite(v))
			continue;
		low = fmin(low, v);
		high = fmax(high, v);
	}
	return low > 0 && high > factor * low;
}

static int
by_time(const void *a, const void *b)
{
	const struct result_group *const *x = a, *const *y = b;
	double s = mean_of(*x, RESULT_TIME), t = mean_of(*y, RESULT_TIME);

	return (s > t) - (s < t);
}

/* Steps through the runs that none beats. */
static int
add_front(struct figure *f, const struct results *r, struct err *e)
{
	const struct result_group **list = mem_zalloc(r->groups, sizeof(*list),
						      e);
	struct figure_series *s;
	size_t n = 0;

	if (!list)
		return -1;
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].pareto)
			list[n++] = &r->group[i];
	if (n > 1) {
		qsort(list, n, sizeof(*list), by_time);
		s = figure_series(f, "Pareto front", FIGURE_GUIDE);
		for (size_t i = 0; i < n; i++) {
			if (i)
				figure_point(s, mean_of(list[i], RESULT_TIME),
					     mean_of(list[i - 1],
						     RESULT_ERROR), NULL);
			figure_point(s, mean_of(list[i], RESULT_TIME),
				     mean_of(list[i], RESULT_ERROR), NULL);
		}
	}
	mem_free(list);
	return 0;
}

/* Points of a reference stand beside ours and need no names of their own. */
static int
add_source(struct figure *f, const struct report_runs *runs, size_t source,
	   struct err *e)
{
	const struct results *r = &runs->results;
	struct figure_series *s = figure_series(f, r->source[source],
						FIGURE_POINTS);
	struct result_names names = {0};
	struct str label = STR_INIT;
	int status = results_differing(r, source, &names, e);
	bool some = source >= runs->own && is_related(runs, source);

	if (s)
		s->hollow = source >= runs->own;
	for (size_t i = 0; status == 0 && i < r->groups; i++) {
		const struct result_group *g = &r->group[i];
		struct figure_point *p;

		if (g->source != source ||
		    (some && !is_own_run(runs, g->run->key)))
			continue;
		str_reset(&label);
		results_label(g->run, &names, &label);
		p = figure_point(s, mean_of(g, RESULT_TIME),
				 mean_of(g, RESULT_ERROR),
				 some ? NULL : label.buf);
		if (p)
			p->first = g->pareto;
		set_spread(p, stat_of(g, RESULT_ERROR));
	}
	f->failed |= label.failed;
	str_release(&label);
	result_names_release(&names);
	return status;
}

static int
error_time(struct report *r, const struct report_runs *runs, struct err *e)
{
	const struct results *from = &runs->results;
	struct figure f;
	int status = 0;

	figure_init(&f, FIGURE_XY, "error-time",
		    "Test set error against training time");
	f.x.label = "training time (s)";
	f.y.label = "test set error";
	f.x.log = is_wide(from, RESULT_TIME, 8);
	f.y.log = is_wide(from, RESULT_ERROR, 4);
	if (!f.y.log)
		f.y.low = 0;
	for (size_t i = 0; status == 0 && i < from->sources; i++)
		status = add_source(&f, runs, i, e);
	if (status == 0)
		status = add_front(&f, from, e);
	if (status == 0)
		report_figure(r, &f);
	figure_release(&f);
	return status;
}

/* ---- bars ----------------------------------------------------------- */

/* One more series: the values of `source` for the runs of f's categories. */
static void
add_bars(struct figure *f, const struct results *r, const size_t sources[2],
	 enum result_measure m)
{
	struct figure_series *s = figure_series(f, r->source[sources[1]],
						FIGURE_POINTS);
	size_t n = 0;

	for (size_t i = 0; i < r->groups && n < f->names; i++) {
		const struct result_group *g;
		struct figure_point *p;

		if (r->group[i].source != sources[0])
			continue;
		g = same_run(r, sources[1], r->group[i].run->key);
		p = figure_point(s, 0, g ? mean_of(g, m) : NAN, NULL);
		if (g)
			set_spread(p, stat_of(g, m));
		n++;
	}
}

static int
name_bars(struct figure *f, const struct results *r, size_t source,
	  struct err *e)
{
	struct result_names names = {0};
	struct str label = STR_INIT;
	int status = results_differing(r, source, &names, e);
	size_t all = 0;

	for (size_t i = 0; status == 0 && i < r->groups; i++) {
		if (r->group[i].source != source || all++ >= BARS_MOST)
			continue;
		str_reset(&label);
		results_label(r->group[i].run, &names, &label);
		figure_name(f, label.buf);
	}
	str_reset(&label);
	str_addf(&label, "The first %d of %zu runs; the table has them all.",
		 BARS_MOST, all);
	if (all > BARS_MOST)
		figure_note(f, label.buf);
	f->failed |= label.failed;
	str_release(&label);
	result_names_release(&names);
	return status;
}

static bool
any_matches(const struct results *r, size_t source, size_t other,
	    enum result_measure m)
{
	for (size_t i = 0; i < r->groups; i++) {
		const struct result_group *g;

		if (r->group[i].source != source)
			continue;
		g = same_run(r, other, r->group[i].run->key);
		if (g && stat_of(g, m)->n)
			return true;
	}
	return false;
}

/* "speed", or "speed-NAME" where there are several sources. */
static void
name_figure(const struct report_runs *runs, size_t source, const char *word,
	    struct str *id)
{
	str_add(id, word);
	if (runs->own < 2)
		return;
	str_add_char(id, '-');
	for (const char *p = runs->results.source[source]; *p; p++) {
		bool plain = (*p >= 'a' && *p <= 'z') ||
			     (*p >= 'A' && *p <= 'Z') ||
			     (*p >= '0' && *p <= '9');

		str_add_char(id, plain ? *p : '-');
	}
}

static int
bars(struct report *r, const struct report_runs *runs, size_t source,
     enum result_measure m, struct err *e)
{
	struct str id = STR_INIT;
	struct figure f;
	int status;

	name_figure(runs, source, result_info[m].word, &id);
	figure_init(&f, FIGURE_BARS, id.buf, m == RESULT_SPEED
		    ? "Training speed of each run"
		    : "Test set error of each run");
	f.x.label = result_info[m].axis;
	status = name_bars(&f, &runs->results, source, e);
	if (status == 0)
		add_bars(&f, &runs->results, (size_t[]){source, source}, m);
	for (size_t i = runs->own; status == 0 && i < runs->results.sources;
	     i++) {
		if (!any_matches(&runs->results, source, i, m))
			continue;
		add_bars(&f, &runs->results, (size_t[]){source, i}, m);
		if (f.n > 1 && f.series[f.n - 1])
			f.series[f.n - 1]->hollow = true;
	}
	f.failed |= id.failed;
	if (status == 0)
		report_figure(r, &f);
	figure_release(&f);
	str_release(&id);
	return status;
}

/* ---- speed against size --------------------------------------------- */

/* Layers of equal width: their number and the width. */
static bool
topology(const struct result_group *g, int *layers, double *width)
{
	const char *p = results_value(g->run, "hidden");
	char *end;
	double w;

	*layers = 0;
	*width = 0;
	for (; p && *p; p = *end ? end + 1 : end) {
		w = strtod(p, &end);
		if (end == p || (*end && *end != ',') ||
		    (*layers && w != *width))
			return false;
		*width = w;
		++*layers;
	}
	return *layers > 0;
}

static bool
is_topology_study(const struct results *r, size_t source,
		  const struct result_names *names)
{
	double width, first = 0;
	bool vary = false;
	int layers;

	if (names->n != 1 || strcmp(names->name[0], "hidden"))
		return false;
	for (size_t i = 0; i < r->groups; i++) {
		if (r->group[i].source != source)
			continue;
		if (!topology(&r->group[i], &layers, &width))
			return false;
		if (!(mean_of(&r->group[i], RESULT_SPEED) > 0))
			continue; /* nothing to draw */
		vary |= first > 0 && width != first;
		first = width;
	}
	return vary;
}

/* A line for each number of layers, of the runs that `own` has too. */
static void
add_depths(struct figure *f, const struct results *r, size_t own,
	   size_t source)
{
	char name[128];
	double width;
	int layers;

	for (int depth = 1; depth < 100; depth++) {
		struct figure_series *s = NULL;

		for (size_t i = 0; i < r->groups; i++) {
			const struct result_group *g = &r->group[i];

			if (g->source != source ||
			    !same_run(r, own, g->run->key) ||
			    !topology(g, &layers, &width) || layers != depth)
				continue;
			(void)snprintf(name, sizeof(name), "%.90s, %d layer%s",
				       r->source[source], depth,
				       depth > 1 ? "s" : "");
			if (!s)
				s = figure_series(f, name, FIGURE_LINE);
			if (s)
				s->hollow = own != source;
			figure_point(s, width, mean_of(g, RESULT_SPEED), NULL);
		}
	}
}

static int
speed_size(struct report *r, const struct report_runs *runs, size_t source,
	   struct err *e)
{
	struct result_names names = {0};
	struct str id = STR_INIT;
	struct figure f = {0};
	int status = results_differing(&runs->results, source, &names, e);

	if (status == 0 && is_topology_study(&runs->results, source, &names)) {
		name_figure(runs, source, "speed-size", &id);
		figure_init(&f, FIGURE_XY, id.buf,
			    "Training speed against size of the net");
		f.x.label = "units of each hidden layer";
		f.y.label = "training speed (samples/s)";
		f.x.log = f.y.log = true;
		add_depths(&f, &runs->results, source, source);
		for (size_t i = runs->own; i < runs->results.sources; i++)
			if (any_matches(&runs->results, source, i,
					RESULT_SPEED))
				add_depths(&f, &runs->results, source, i);
		report_figure(r, &f);
	}
	str_release(&id);
	result_names_release(&names);
	return status;
}

/* ---- all ------------------------------------------------------------ */

static size_t
count(const struct results *r, size_t source)
{
	size_t n = 0;

	for (size_t i = 0; i < r->groups; i++)
		n += r->group[i].source == source;
	return n;
}

int
report_results(struct report *r, const struct report_runs *runs,
	       struct err *e)
{
	if (!runs->results.groups)
		return 0;
	if (error_time(r, runs, e) < 0)
		return -1;
	for (size_t i = 0; i < runs->results.sources; i++) {
		bool own = i < runs->own;

		if (runs->results.sources > 1 && own)
			report_heading(r, runs->results.source[i]);
		if (own && report_run_table(r, runs, i, true, e) < 0)
			return -1;
		if (own && count(&runs->results, i) > 1 &&
		    (speed_size(r, runs, i, e) < 0 ||
		     bars(r, runs, i, RESULT_SPEED, e) < 0 ||
		     bars(r, runs, i, RESULT_ERROR, e) < 0))
			return -1;
	}
	return 0;
}
