/*
 * report_compare.c - two result sets run by run: rows with equal parameters,
 * ratio of speeds and of errors with 95 % intervals where runs were repeated,
 * and the geometric mean over all rows.
 */
#include <math.h>
#include <string.h>

#include "report.h"

static const struct result_group *
partner(const struct results *r, const struct result_group *a)
{
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].source == 1 &&
		    !strcmp(r->group[i].run->key, a->run->key))
			return &r->group[i];
	return NULL;
}

static void
put_real(struct table *t, double value, int digits, bool people)
{
	char text[64];

	if (!people || !isfinite(value)) {
		table_real(t, isfinite(value) ? value : NAN);
		return;
	}
	if (value != 0 && fabs(value) < 5 * pow(10, -digits))
		(void)snprintf(text, sizeof(text), "%.3g", value);
	else
		(void)snprintf(text, sizeof(text), "%.*f", digits, value);
	table_figure(t, text);
}

/* "1.23 [1.10, 1.38]" for people, four columns for programs. */
static void
put_interval(struct table *t, const struct result_interval *v, bool people)
{
	char text[128];

	if (!people) {
		put_real(t, v->value, 0, false);
		put_real(t, v->low, 0, false);
		put_real(t, v->high, 0, false);
		put_real(t, v->p, 0, false);
		return;
	}
	if (!isfinite(v->value))
		(void)snprintf(text, sizeof(text), "-");
	else if (isfinite(v->low))
		(void)snprintf(text, sizeof(text), "%.3g [%.3g, %.3g]",
			       v->value, v->low, v->high);
	else
		(void)snprintf(text, sizeof(text), "%.3g", v->value);
	table_figure(t, text);
}

static void
put_measure(struct table *t, const struct result_group *a,
	    const struct result_group *b, const int form[3], bool people)
{
	int m = form[0];
	struct result_interval ratio = results_ratio(&a->log_stat[m],
						     &b->log_stat[m]);

	put_real(t, a->stat[m].mean, form[1], people);
	put_real(t, b->stat[m].mean, form[1], people);
	put_interval(t, &ratio, people);
}

/* Of the last row: only the mean of ratios. */
static void
put_mean(struct table *t, const struct result_stat *log_ratio, bool people)
{
	struct result_interval mean = results_mean(log_ratio);

	mean.value = exp(mean.value);
	mean.low = exp(mean.low);
	mean.high = exp(mean.high);
	table_none(t);
	table_none(t);
	put_interval(t, &mean, people);
}

static const int forms[2][3] = {
	{RESULT_SPEED, 0, 0}, {RESULT_ERROR, 4, 0},
};

static struct table *
start(struct report *r, const struct results *res, bool people)
{
	static const char *const heads[] = {"run", "A row/s", "B row/s",
		"B/A", "A error", "B error", "B/A"};
	static const char *const keys[] = {"parameters", "n_a", "n_b",
		"speed_a", "speed_b", "speed_ratio", "speed_ratio_low",
		"speed_ratio_high", "speed_p", "error_a", "error_b",
		"error_ratio", "error_ratio_low", "error_ratio_high",
		"error_p"};
	struct str said = STR_INIT;
	struct table *t;

	str_addf(&said, "A is %s, B is %s.\nB/A has a 95 %% interval where "
		 "runs were repeated.", res->source[0], res->source[1]);
	t = report_table(r, people ? said.buf : NULL, people ? heads : keys,
			 people ? 7 : 15);
	r->failed |= said.failed;
	str_release(&said);
	return t;
}

static void
put_row(struct table *t, const struct result_group *a,
	const struct result_group *b, const char *label, bool people)
{
	table_text(t, label, strlen(label));
	if (!people) {
		table_int(t, (int64_t)a->n);
		table_int(t, (int64_t)b->n);
	}
	for (int k = 0; k < 2; k++)
		put_measure(t, a, b, forms[k], people);
}

static void
put_overall(struct table *t, const struct result_stat log_ratio[2],
	    size_t matched, bool people)
{
	const char *name = "geometric mean";

	table_text(t, name, strlen(name));
	if (!people) {
		table_int(t, (int64_t)matched);
		table_int(t, (int64_t)matched);
	}
	for (int k = 0; k < 2; k++)
		put_mean(t, &log_ratio[k], people);
}

/* ---- the plot ------------------------------------------------------- */

static void
add_dot(struct figure_series *s, const struct result_group *a,
	const struct result_group *b, int m)
{
	struct result_interval v = results_ratio(&a->log_stat[m],
						 &b->log_stat[m]);
	struct figure_point *p = figure_point(s, 0, v.value, NULL);

	if (p && isfinite(v.low) && v.low > 0) {
		p->low = v.low;
		p->high = v.high;
	}
}

static void
start_plot(struct figure *f, const struct results *res)
{
	struct str title = STR_INIT;

	str_addf(&title, "%s over %s: ratio of each run", res->source[1],
		 res->source[0]);
	figure_init(f, FIGURE_BARS, "compare", title.buf);
	f->x.label = "ratio (1: equal)";
	f->x.log = true;
	f->x.low = f->x.high = 1;
	figure_series(f, "speed", FIGURE_POINTS);
	figure_series(f, "error", FIGURE_POINTS);
	f->failed |= title.failed;
	str_release(&title);
}

/* The source of fewer runs: less differs among them, names are shorter. */
static size_t
smaller(const struct results *r)
{
	size_t n[2] = {0, 0};

	for (size_t i = 0; i < r->groups; i++)
		n[r->group[i].source == 1]++;
	return n[1] < n[0];
}

/* ---- row by row ----------------------------------------------------- */

struct comparison {
	struct result_names names;
	struct result_stat log_ratio[2];
	size_t matched;
	struct table *table;
	struct figure figure;
	bool people;
};

static void
add_pair(struct comparison *c, const struct result_group *a,
	 const struct result_group *b)
{
	struct str label = STR_INIT;

	c->matched++;
	results_label(a->run, &c->names, &label);
	put_row(c->table, a, b, c->people ? label.buf : a->run->key,
		c->people);
	figure_name(&c->figure, label.buf);
	for (int k = 0; k < 2 && c->figure.n == 2; k++) {
		int m = forms[k][0];

		add_dot(c->figure.series[k], a, b, m);
		result_stat_add(&c->log_ratio[k], b->log_stat[m].mean -
				a->log_stat[m].mean);
	}
	c->figure.failed |= label.failed;
	str_release(&label);
}

int
report_compare(struct report *r, const struct results *res, bool people,
	       struct err *e)
{
	struct comparison c = {.people = people};
	int status = results_differing(res, smaller(res), &c.names, e);

	c.table = start(r, res, people);
	start_plot(&c.figure, res);
	for (size_t i = 0; status == 0 && c.table && i < res->groups; i++) {
		const struct result_group *a = &res->group[i];
		const struct result_group *b = a->source ? NULL
							 : partner(res, a);

		if (b)
			add_pair(&c, a, b);
	}
	if (status == 0 && !c.matched)
		status = err_set(e, ERR_SCHEMA, "%s and %s have no run with "
				 "equal parameters", res->source[0],
				 res->source[1]);
	for (int k = 0; k < 2; k++)
		result_stat_finish(&c.log_ratio[k]);
	if (status == 0 && c.table && c.matched > 1)
		put_overall(c.table, c.log_ratio, c.matched, people);
	if (status == 0)
		report_figure(r, &c.figure);
	figure_release(&c.figure);
	result_names_release(&c.names);
	return status;
}
