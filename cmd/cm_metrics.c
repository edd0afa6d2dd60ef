/* cm_metrics.c - the measures of dl-cm: per class, overall, thresholds, tests. */
#include "cm_int.h"

#include <math.h>
#include <string.h>

#include <dltools/num.h>

/* ---- --metrics ------------------------------------------------------ */

static bool
is_for_people(enum cm_format format)
{
	return format != CM_CSV && format != CM_TSV && format != CM_LONG;
}

static int
print_classes(const struct confusion *c, enum cm_format format, struct err *e)
{
	static const char *const name[] = {"Class", "Precision", "Recall",
					   "F1", "Support"};
	struct cm_grid g = {.name = name, .columns = 5};
	char text[CM_TEXT];
	size_t i;
	int m, status = 0;

	for (i = 0; i < c->classes && status == 0; i++) {
		status = cm_grid_add(&g, c->name[i], e);
		for (m = CONFUSION_PRECISION; status == 0 &&
		     m <= CONFUSION_F1; m++)
			status = cm_grid_add(&g, cm_fixed(text,
				confusion_value(c, (enum confusion_measure)m,
						i), 5, format), e);
		if (status == 0)
			status = cm_grid_add(&g, cm_count(text,
						c->total[i].actual), e);
	}
	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}

static int
add_measure(struct cm_grid *g, const char *name, const char *of, double value,
	    enum cm_format format, struct err *e)
{
	char text[CM_TEXT];
	int decimals = value == rint(value) ? 0 : 5;

	if (cm_grid_add(g, name, e) < 0 || (of && cm_grid_add(g, of, e) < 0))
		return -1;
	return cm_grid_add(g, cm_fixed(text, value, decimals, format), e);
}

/* Overall measures that are defined; with a column `of` for programs. */
static int
add_overall(struct cm_grid *g, const struct confusion *c,
	    enum cm_format format, struct err *e)
{
	char name[CM_TEXT], rank[8];
	bool people = is_for_people(format);
	double value;
	size_t k;
	int m, status = 0;

	for (m = 0; m < CONFUSION_HIT_RATIO && status == 0; m++) {
		value = confusion_value(c, (enum confusion_measure)m, 0);
		if (!isnan(value))
			status = add_measure(g, confusion_measures[m],
					     people ? NULL : "", value,
					     format, e);
	}
	for (k = 1; k <= METRICS_HITS && status == 0; k++) {
		value = confusion_value(c, CONFUSION_HIT_RATIO, k);
		if (isnan(value))
			break;
		(void)snprintf(name, sizeof(name), "hit_ratio(%zu)", k);
		(void)snprintf(rank, sizeof(rank), "%zu", k);
		status = add_measure(g, people ? name : "hit_ratio",
				     people ? NULL : rank, value, format, e);
	}
	return status;
}

static int
print_overall(const struct confusion *c, enum cm_format format, struct err *e)
{
	static const char *const name[] = {"Measure", "Value"};
	struct cm_grid g = {.name = name, .columns = 2};
	int status = add_overall(&g, c, format, e);

	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}

/* For programs: measure,of,value. */
static int
print_list(const struct confusion *c, enum cm_format format, struct err *e)
{
	static const char *const name[] = {"measure", "of", "value"};
	struct cm_grid g = {.name = name, .columns = 3};
	size_t i;
	int m, status = add_overall(&g, c, format, e);

	for (m = CONFUSION_PRECISION; m < CONFUSION_MEASURES; m++)
		for (i = 0; i < c->classes && status == 0; i++)
			status = add_measure(&g, confusion_measures[m],
				c->name[i], confusion_value(c,
				(enum confusion_measure)m, i), format, e);
	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}

int
cm_print_metrics(const struct confusion *c, const struct cm_style *style,
		 struct err *e)
{
	enum cm_format format = (enum cm_format)style->format;

	if (!is_for_people(format))
		return print_list(c, format, e);
	cm_gap(format);
	if (print_classes(c, format, e) < 0)
		return -1;
	cm_gap(format);
	return print_overall(c, format, e);
}

/* ---- --thresholds --------------------------------------------------- */

/* Scores are floats: the shortest text of one. */
static const char *
threshold(char text[CM_TEXT], double value)
{
	num_print_float(text, (float)value);
	return text;
}

static int
add_maximum(struct cm_grid *g, const struct curve *curve,
	    enum criterion m, enum cm_format format, struct err *e)
{
	char text[CM_TEXT];
	size_t best = curve_best(curve, m);

	if (cm_grid_add(g, criterion_name(m), e) < 0 ||
	    cm_grid_add(g, threshold(text, curve->threshold[best]), e) < 0 ||
	    cm_grid_add(g, cm_fixed(text, curve_criterion(curve, best, m),
				    6, format), e) < 0)
		return -1;
	num_print_int(text, (int64_t)best);
	return cm_grid_add(g, text, e);
}

static int
print_maxima(const struct curve *curve, enum cm_format format,
	     struct err *e)
{
	static const char *const name[] = {"Metric", "Threshold", "Value",
					   "Idx"};
	struct cm_grid g = {.name = name, .columns = 4, .texts = 1};
	int m, status = 0;

	for (m = 0; m < CRITERIA && status == 0; m++)
		status = add_maximum(&g, curve, (enum criterion)m,
				     format, e);
	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}

static int
add_point(struct cm_grid *g, const struct curve *c, size_t i,
	  enum cm_format format, struct err *e)
{
	char text[CM_TEXT];
	int m, status;

	status = cm_grid_add(g, threshold(text, c->threshold[i]), e);
	for (m = 0; m < CRITERIA && status == 0; m++)
		status = cm_grid_add(g, cm_fixed(text, curve_criterion(c, i,
			(enum criterion)m), 6, format), e);
	return status;
}

/* n points, evenly spread over all of them, the first and last included. */
static int
print_points(const struct curve *curve, size_t n,
	     enum cm_format format, struct err *e)
{
	const char *name[CRITERIA + 1] = {"threshold"};
	struct cm_grid g = {.name = name, .columns = CRITERIA + 1};
	size_t i;
	int m, status = 0;

	for (m = 0; m < CRITERIA; m++)
		name[m + 1] = criterion_name((enum criterion)m);
	n = n < curve->n ? n : curve->n;
	for (i = 0; i < n && status == 0; i++)
		status = add_point(&g, curve, n == 1 ? 0 :
				   i * (curve->n - 1) / (n - 1), format, e);
	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}

int
cm_print_thresholds(const struct confusion *c, const struct cm_style *style,
		    const char *which, struct err *e)
{
	enum cm_format format = (enum cm_format)style->format;
	const struct metrics *s = &c->scores;
	struct curve curve;
	int64_t n = INT64_MAX;
	int status;

	if (strcmp(which, "max") && strcmp(which, "all") &&
	    num_parse_int(which, 1, INT64_MAX, &n, e) < 0)
		return err_set(e, ERR_USAGE, "--thresholds: '%s': must be max, "
			       "all or a number", which);
	if (!c->has_scores || s->kind != METRICS_BINOMIAL)
		return err_set(e, ERR_SCHEMA, "--thresholds: the table has no "
			       "probabilities of two classes");
	if (metrics_curve(s, &curve, e) < 0)
		return -1;
	status = !strcmp(which, "max")
			 ? print_maxima(&curve, format, e)
			 : print_points(&curve, (size_t)n, format, e);
	curve_release(&curve);
	return status;
}

/* ---- --diff --------------------------------------------------------- */

int
cm_print_diff(const struct confusion_diff *d, const struct cm_style *style,
	      struct err *e)
{
	static const char *const name[] = {"Measure", "Value"};
	enum cm_format format = (enum cm_format)style->format;
	struct cm_grid g = {.name = name, .columns = 2, .texts = 1};
	double a = confusion_value(&d->a, CONFUSION_ERROR, 0);
	double b = confusion_value(&d->b, CONFUSION_ERROR, 0);
	const struct {
		const char *name;
		double value;
	} line[] = {
		{"error_a", a}, {"error_b", b}, {"difference", b - a},
		{"both_right", (double)d->both_right},
		{"only_a_right", (double)d->only_a},
		{"only_b_right", (double)d->only_b},
		{"both_wrong", (double)d->both_wrong},
		{"mcnemar_p", d->p_value},
	};
	size_t i;
	int status = 0;

	for (i = 0; i < sizeof(line) / sizeof(*line) && status == 0; i++)
		status = add_measure(&g, line[i].name, NULL, line[i].value,
				     format, e);
	if (status == 0)
		status = cm_grid_print(&g, format, e);
	cm_grid_release(&g);
	return status;
}
