/* cm_curves.c - tables of dl-cm by the probability of the second class. */
#include "cm_int.h"

#include <string.h>

#include <dltools/num.h>

#include "curve_table.h"

/* A table of table.h in any format of dl-cm. */
static int
print(const struct table *t, enum cm_format format, struct err *e)
{
	struct cm_grid g = {.name = t->names, .columns = t->columns};
	enum table_format as = format == CM_CSV || format == CM_TSV ||
			       format == CM_LONG || format == CM_JSON
				       ? TABLE_CSV : TABLE_ALIGNED;
	struct str text = STR_INIT;
	size_t i;
	int status = 0;

	g.texts = t->n && t->cell[0].kind == CELL_TEXT;
	for (i = 0; i < t->n && status == 0; i++) {
		str_reset(&text);
		table_cell_text(t, i, as, &text);
		status = cm_grid_add(&g, text.buf, e);
	}
	if (status == 0)
		status = t->failed || t->text.failed || text.failed
			? err_nomem(e, "a table")
			: cm_grid_print(&g, format, e);
	str_release(&text);
	cm_grid_release(&g);
	return status;
}

int
cm_set_thresholds(void *to, const char *name, const char *value, struct err *e)
{
	int64_t *n = to;

	if (!strcmp(value, "max"))
		*n = -1;
	else if (!strcmp(value, "all"))
		*n = INT64_MAX;
	else if (num_parse_int(value, 1, INT64_MAX, n, e) < 0)
		return err_set(e, ERR_USAGE, "--%s: '%s': must be max, all or "
			       "a number", name, value);
	return 0;
}

int
cm_set_gains(void *to, const char *name, const char *value, struct err *e)
{
	int64_t *n = to;

	if (num_parse_int(value, -1, GAINS_MOST, n, e) == 0 && *n)
		return 0;
	return err_set(e, ERR_USAGE, "--%s: '%s': must be -1 or in 1..%d",
		       name, value, GAINS_MOST);
}

static int
fill_thresholds(const struct curve *c, int64_t n, struct table *t,
		struct err *e)
{
	if (n > 0)
		return curve_table_points(c, SCORES_DOUBLE, (size_t)n, t, e);
	curve_table_maxima(c, SCORES_DOUBLE, t);
	return 0;
}

static int
fill_gains(const struct curve *c, int64_t bins, struct table *t, struct err *e)
{
	struct gains g;

	if (!(c->positives > 0))
		return err_set(e, ERR_SCHEMA, "--gains: no row is of the "
			       "second class");
	if (gains_init(&g, c, bins, e) < 0)
		return -1;
	curve_table_gains(&g, t);
	gains_release(&g);
	return 0;
}

static int
check_scores(const struct confusion *c, struct err *e)
{
	if (c->has_scores && c->scores.kind == METRICS_BINOMIAL)
		return 0;
	if (!c->has_scores && c->no_scores.code) {
		*e = c->no_scores;
		return -1;
	}
	if (!c->has_scores)
		return err_set(e, ERR_SCHEMA, "the table has no probabilities "
			       "of two classes");
	return err_set(e, ERR_SCHEMA, "the table has probabilities of %zu "
		       "classes, not of two classes", c->scores.classes);
}

int
cm_print_curve(const struct confusion *c, const struct cm_style *style,
	       const struct cm_curve *what, struct err *e)
{
	const struct metrics *s = &c->scores;
	struct table t = {0};
	struct curve curve;
	int status;

	if (check_scores(c, e) < 0)
		return err_prefix(e, what->thresholds ? "--thresholds"
				     : what->calibration ? "--calibration"
							 : "--gains");
	if (metrics_curve(s, &curve, e) < 0)
		return -1;
	status = what->thresholds
		? fill_thresholds(&curve, what->thresholds, &t, e)
		: what->calibration
		? curve_table_calibration(&curve, (size_t)what->calibration,
					  &t, e)
		: fill_gains(&curve, what->gains, &t, e);
	if (status == 0)
		status = print(&t, (enum cm_format)style->format, e);
	table_release(&t);
	curve_release(&curve);
	return status;
}
