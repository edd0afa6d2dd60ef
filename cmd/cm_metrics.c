/* cm_metrics.c - the measures of dl-cm: per class, overall, tests. */
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
