/*
 * report_runs.c - the table of runs: the parameters that differ, repeats
 * pooled, time, speed and error, the Pareto front.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <dltools/columns.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#include "report.h"

enum run_kind { RUN_SOURCE, RUN_PARAMETER, RUN_REPEATS, RUN_MEAN, RUN_SD,
		RUN_P, RUN_PARETO };

struct run_column {
	enum run_kind kind;
	int measure;
	char key[64]; /* in tables for programs, and for --columns, --sort */
};

struct run_table {
	const struct results *results;
	const struct result_group **group; /* in order of the table */
	size_t groups;
	struct result_names names;
	struct run_column *column;
	size_t columns, room;
	const struct result_group *best; /* least error, of those repeated */
	int digits[RESULT_MEASURES]; /* for people */
	bool ascii;
	bool all; /* columns of --columns, which may be empty here */
};

static void
run_table_release(struct run_table *t)
{
	result_names_release(&t->names);
	mem_free(t->column);
	mem_free(t->group);
}

/* ---- which columns -------------------------------------------------- */

static int
add_column(struct run_table *t, enum run_kind kind, int measure,
	   const char *key, struct err *e)
{
	struct run_column *c;

	if (mem_grow(&t->column, &t->room, t->columns + 1, sizeof(*c), e) < 0)
		return -1;
	c = &t->column[t->columns++];
	*c = (struct run_column){.kind = kind, .measure = measure};
	for (size_t i = 0; key[i] && i < sizeof(c->key) - 1; i++)
		c->key[i] = key[i];
	return 0;
}

static bool
has_value(const struct run_table *t, int measure, size_t least)
{
	for (size_t i = 0; i < t->groups; i++)
		if (t->group[i]->stat[measure].n >= least)
			return true;
	return t->all;
}

static bool
has_repeats(const struct run_table *t)
{
	for (size_t i = 0; i < t->groups; i++)
		if (t->group[i]->n > 1)
			return true;
	return t->all;
}

/* Where others stand on the front the column would be empty. */
static bool
has_pareto(const struct run_table *t)
{
	for (size_t i = 0; i < t->groups; i++)
		if (t->group[i]->pareto)
			return true;
	return false;
}

/* The standard deviations are columns for programs only. */
static int
add_measures(struct run_table *t, bool people, struct err *e)
{
	char key[64] = "";

	for (int m = 0; m < RESULT_MEASURES; m++) {
		if (!has_value(t, m, 1))
			continue;
		if (add_column(t, RUN_MEAN, m, result_info[m].key, e) < 0)
			return -1;
		if ((people && !t->all) || !has_value(t, m, 2))
			continue;
		(void)snprintf(key, sizeof(key), "%s_sd", result_info[m].key);
		if (add_column(t, RUN_SD, m, key, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_columns(struct run_table *t, size_t source, bool people, struct err *e)
{
	if (source == RESULTS_ALL && (t->results->sources > 1 || t->all) &&
	    add_column(t, RUN_SOURCE, 0, "source", e) < 0)
		return -1;
	if (results_differing(t->results, source, &t->names, e) < 0)
		return -1;
	for (size_t i = 0; i < t->names.n; i++)
		if (add_column(t, RUN_PARAMETER, (int)i, t->names.name[i],
			       e) < 0)
			return -1;
	if ((!t->names.n || t->all) &&
	    add_column(t, RUN_PARAMETER, -1, "parameters", e) < 0)
		return -1;
	if (has_repeats(t) && add_column(t, RUN_REPEATS, 0, "n", e) < 0)
		return -1;
	if (add_measures(t, people, e) < 0)
		return -1;
	if ((t->best || t->all) && add_column(t, RUN_P, 0, "p", e) < 0)
		return -1;
	return t->all || has_pareto(t) ||
	       (!people && has_value(t, RESULT_TIME, 1) &&
		has_value(t, RESULT_ERROR, 1))
		       ? add_column(t, RUN_PARETO, 0, "pareto", e) : 0;
}

/* Only those of --columns, in its order. */
static int
choose_columns(struct run_table *t, const char *asked, struct err *e)
{
	struct column_list list = {0};
	struct run_column *chosen = NULL;
	const char **keys = mem_zalloc(t->columns, sizeof(*keys), e);
	int status = keys ? 0 : -1;

	for (size_t i = 0; status == 0 && i < t->columns; i++)
		keys[i] = t->column[i].key;
	if (status == 0)
		status = column_list_parse(&list, asked, keys, t->columns, e);
	if (status < 0)
		err_prefix(e, "--columns");
	else if (!(chosen = mem_zalloc(list.n, sizeof(*chosen), e)))
		status = -1;
	if (status == 0) {
		for (size_t i = 0; i < list.n; i++)
			chosen[i] = t->column[list.index[i]];
		mem_free(t->column);
		t->column = chosen;
		t->columns = t->room = list.n;
	}
	column_list_release(&list);
	mem_free(keys);
	return status;
}

/* ---- which rows, in which order ------------------------------------- */

struct order {
	int measure;      /* or -1: by the text of a parameter */
	const char *name;
	const struct result_group *group;
	size_t place;
};

static int
compare_numbers(double a, double b, bool descending)
{
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return descending ? (a < b) - (a > b) : (a > b) - (a < b);
}

static int
by_order(const void *x, const void *y)
{
	const struct order *a = x, *b = y;
	const char *ta, *tb;
	double na, nb;
	struct err ignored;
	int c;

	if (a->measure >= 0) {
		c = compare_numbers(a->group->stat[a->measure].mean,
				    b->group->stat[a->measure].mean,
				    a->measure == RESULT_SPEED);
	} else {
		ta = results_value(a->group->run, a->name);
		tb = results_value(b->group->run, a->name);
		ta = ta ? ta : "";
		tb = tb ? tb : "";
		if (num_parse_real(ta, -INFINITY, INFINITY, &na,
				   &ignored) == 0 &&
		    num_parse_real(tb, -INFINITY, INFINITY, &nb,
				   &ignored) == 0)
			c = compare_numbers(na, nb, false);
		else
			c = strcmp(ta, tb);
	}
	return c ? c : (a->place > b->place) - (a->place < b->place);
}

static int
find_order(const struct run_table *t, const char *sort, struct order *o,
	   struct err *e)
{
	o->measure = -1;
	for (int m = 0; m < RESULT_MEASURES; m++)
		if (!strcasecmp(sort, result_info[m].word) ||
		    !strcasecmp(sort, result_info[m].key) ||
		    !strcasecmp(sort, result_info[m].name))
			o->measure = m;
	o->name = sort;
	for (size_t i = 0; o->measure < 0 && i < t->names.n; i++)
		if (!strcmp(t->names.name[i], sort)) {
			o->name = t->names.name[i];
			return 0;
		}
	if (o->measure >= 0)
		return 0;
	return err_set(e, ERR_USAGE, "--sort: '%s': must be samples, time, "
		       "speed, error or a parameter that differs", sort);
}

static int
sort_groups(struct run_table *t, const char *sort, struct err *e)
{
	struct order *list, o = {0};

	if (find_order(t, sort, &o, e) < 0)
		return -1;
	list = mem_zalloc(t->groups, sizeof(*list), e);
	if (!list)
		return -1;
	for (size_t i = 0; i < t->groups; i++) {
		list[i] = o;
		list[i].group = t->group[i];
		list[i].place = i;
	}
	if (t->groups)
		qsort(list, t->groups, sizeof(*list), by_order);
	for (size_t i = 0; i < t->groups; i++)
		t->group[i] = list[i].group;
	mem_free(list);
	return 0;
}

static int
take_groups(struct run_table *t, size_t source, struct err *e)
{
	const struct results *r = t->results;

	t->group = mem_zalloc(r->groups, sizeof(*t->group), e);
	if (!t->group)
		return -1;
	for (size_t i = 0; i < r->groups; i++) {
		const struct result_group *g = &r->group[i];
		const struct result_stat *s = &g->stat[RESULT_ERROR];

		if (source != RESULTS_ALL && g->source != source)
			continue;
		t->group[t->groups++] = g;
		if (s->n > 1 && (!t->best ||
				 s->mean < t->best->stat[RESULT_ERROR].mean))
			t->best = g;
	}
	return 0;
}

/* ---- cells ---------------------------------------------------------- */

/*
 * Behind the point: so many of seconds and of errors that the least has two,
 * of errors four.
 */
static int
digits_of(const struct run_table *t, int measure)
{
	static const int digits[RESULT_MEASURES] = {0, 2, 0, 4};
	double least = INFINITY;
	int n = digits[measure];

	if (measure != RESULT_TIME && measure != RESULT_ERROR)
		return n;
	for (size_t i = 0; i < t->groups; i++) {
		double v = t->group[i]->stat[measure].mean;

		if (v > 0)
			least = fmin(least, v);
	}
	if (measure == RESULT_TIME)
		return least >= 0.1 ? 2 : least >= 0.01 ? 3 : 4;
	while (n < 12 && least * pow(10, n) < 10)
		n++;
	return n;
}

/* For people: "0.0932 ± 0.0021"; the unit stands in the head. */
static void
put_mean(const struct run_table *t, const struct result_stat *s, int measure,
	 struct table *to)
{
	int digits = t->digits[measure];
	struct str text = STR_INIT;

	if (!s->n) {
		table_none(to);
		return;
	}
	str_addf(&text, "%.*f", digits, s->mean);
	if (s->n > 1 && measure != RESULT_SAMPLES)
		str_addf(&text, " %s %.*f", t->ascii ? "+-" : "±", digits,
			 s->sd);
	table_figure(to, text.buf);
	to->failed |= text.failed;
	str_release(&text);
}

static void
put_text(struct table *to, const char *text)
{
	if (text)
		table_text(to, text, strlen(text));
	else
		table_none(to);
}

/* Welch's p that the error differs from the best's. */
static double
p_value(const struct run_table *t, const struct result_group *g)
{
	if (!t->best || g == t->best || g->stat[RESULT_ERROR].n < 2)
		return NAN;
	return results_difference(&t->best->stat[RESULT_ERROR],
				  &g->stat[RESULT_ERROR]).p;
}

static void
put_cell(const struct run_table *t, const struct run_column *c,
	 const struct result_group *g, bool people, struct table *to)
{
	switch (c->kind) {
	case RUN_SOURCE:
		put_text(to, t->results->source[g->source]);
		break;
	case RUN_PARAMETER:
		put_text(to, c->measure < 0 ? g->run->key : results_value(
				g->run, t->names.name[c->measure]));
		break;
	case RUN_REPEATS:
		table_int(to, (int64_t)g->n);
		break;
	case RUN_MEAN:
		if (people)
			put_mean(t, &g->stat[c->measure], c->measure, to);
		else
			table_real(to, g->stat[c->measure].mean);
		break;
	case RUN_SD:
		table_real(to, g->stat[c->measure].sd);
		break;
	case RUN_P:
		if (people && p_value(t, g) < 0.001)
			table_figure(to, "<0.001");
		else
			table_real(to, people ? rint(1000 * p_value(t, g)) /
						1000 : p_value(t, g));
		break;
	case RUN_PARETO:
		if (people)
			put_text(to, g->pareto ? "*" : "");
		else
			table_bool(to, g->pareto);
		break;
	}
}

static const char *
head_of(const struct run_column *c, bool people)
{
	static const char *const heads[RESULT_MEASURES] = {
		"samples", "time (s)", "samples/s", "test error"};

	return people && c->kind == RUN_MEAN ? heads[c->measure] : c->key;
}

static int
fill(struct report *r, const struct run_table *t, bool people, struct err *e)
{
	const char **heads = mem_zalloc(t->columns, sizeof(*heads), e);
	struct table *to;

	if (!heads)
		return -1;
	for (size_t i = 0; i < t->columns; i++)
		heads[i] = head_of(&t->column[i], people);
	to = report_table(r, NULL, heads, t->columns);
	mem_free(heads);
	for (size_t i = 0; to && i < t->groups; i++)
		for (size_t k = 0; k < t->columns; k++)
			put_cell(t, &t->column[k], t->group[i], people, to);
	return 0;
}

/*
 * For a terminal that is too narrow: one column in place of the parameters,
 * with the short name of each run.
 */
static const struct {
	const char *head;
	struct run_column column;
	bool of_repeats; /* only where runs were repeated */
} narrow[] = {
	{"run", {RUN_PARAMETER, 0, ""}, false},
	{"n", {RUN_REPEATS, 0, ""}, true},
	{"time (s)", {RUN_MEAN, RESULT_TIME, ""}, false},
	{"samples/s", {RUN_MEAN, RESULT_SPEED, ""}, false},
	{"error", {RUN_MEAN, RESULT_ERROR, ""}, false},
	{"p", {RUN_P, 0, ""}, true},
	{"", {RUN_PARETO, 0, ""}, false},
};
#define NARROW (sizeof(narrow) / sizeof(*narrow))

static void
put_narrow(const struct run_table *t, const struct result_group *g,
	   struct table *to)
{
	struct str label = STR_INIT;

	results_label(g->run, &t->names, &label);
	put_text(to, label.buf);
	for (size_t k = 1; k < NARROW; k++)
		if (t->best || !narrow[k].of_repeats)
			put_cell(t, &narrow[k].column, g, true, to);
	to->failed |= label.failed;
	str_release(&label);
}

static int
fill_narrow(struct report *r, const struct run_table *t, struct err *e)
{
	struct report_item *item = r->item[r->n - 1];
	size_t n = 0;

	item->narrow_name = mem_zalloc(NARROW, sizeof(char *), e);
	if (!item->narrow_name)
		return -1;
	for (size_t k = 0; k < NARROW; k++)
		if (t->best || !narrow[k].of_repeats)
			item->narrow_name[n++] = narrow[k].head;
	table_start(&item->narrow, item->narrow_name, n);
	for (size_t i = 0; i < t->groups; i++)
		put_narrow(t, t->group[i], &item->narrow);
	return 0;
}

int
report_run_table(struct report *r, const struct report_runs *runs,
		 size_t source, bool people, struct err *e)
{
	/* a list that begins with ! is of what the table shows without it */
	struct run_table t = {.results = &runs->results, .ascii = runs->ascii,
			      .all = runs->columns && *runs->columns != '!'};
	int status = -1;

	if (take_groups(&t, source, e) < 0 ||
	    add_columns(&t, source, people, e) < 0 ||
	    (runs->sort && sort_groups(&t, runs->sort, e) < 0) ||
	    (runs->columns && choose_columns(&t, runs->columns, e) < 0))
		goto out;
	for (int m = 0; m < RESULT_MEASURES; m++)
		t.digits[m] = digits_of(&t, m);
	status = fill(r, &t, people, e);
	if (status == 0 && people && !runs->columns && !r->failed)
		status = fill_narrow(r, &t, e);
out:
	run_table_release(&t);
	return status;
}
