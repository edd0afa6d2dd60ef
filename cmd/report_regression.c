/*
 * report_regression.c - plots of the scores of a regression: what was predicted
 * against what came true, and what was left.
 */
#include <math.h>

#include <dltools/text_table.h>

#include "report_make.h"

#define POINTS 500 /* most of a plot */

struct fit {
	size_t n; /* rows with both numbers */
	double squares, distances; /* sums of (a - p)^2 and |a - p| */
	double mean, spread; /* of actual values; sum of (a - mean)^2 */
	double low, high;    /* of all numbers */
	double low_predicted, high_predicted;
};

static int
read_row(const struct text_table *t, size_t row, double *actual,
	 double *predicted, struct err *e)
{
	if (text_table_number(t, row, text_table_column(t, "actual"), actual,
			      e) < 0)
		return -1;
	return text_table_number(t, row, text_table_column(t, "predict"),
				 predicted, e);
}

static void
fit_add(struct fit *f, double a, double p)
{
	double from_mean = a - f->mean;

	f->n++;
	f->squares += (a - p) * (a - p);
	f->distances += fabs(a - p);
	f->mean += from_mean / (double)f->n;
	f->spread += from_mean * (a - f->mean);
	f->low = fmin(f->low, fmin(a, p));
	f->high = fmax(f->high, fmax(a, p));
	f->low_predicted = fmin(f->low_predicted, p);
	f->high_predicted = fmax(f->high_predicted, p);
}

static int
measure(struct fit *f, const struct text_table *t, struct err *e)
{
	*f = (struct fit){.low = INFINITY, .high = -INFINITY,
			  .low_predicted = INFINITY,
			  .high_predicted = -INFINITY};
	for (size_t i = 0; i < t->rows; i++) {
		double a, p;

		if (read_row(t, i, &a, &p, e) < 0)
			return -1;
		if (isfinite(a) && isfinite(p))
			fit_add(f, a, p);
	}
	return 0;
}

/* ---- figures -------------------------------------------------------- */

static void
start(struct figure *f, const char *id, const char *title, const char *name)
{
	char text[160], mark[96];

	(void)snprintf(mark, sizeof(mark), "%s%s%.60s", id, name ? "-" : "",
		       name ? name : "");
	(void)snprintf(text, sizeof(text), "%s%s%.100s", title,
		       name ? " of " : "", name ? name : "");
	figure_init(f, FIGURE_XY, mark, text);
	f->legend = true;
}

static void
add_guide(struct figure *f, const char *name, double x[2], double y[2])
{
	struct figure_series *s = figure_series(f, name, FIGURE_GUIDE);

	figure_point(s, x[0], y[0], NULL);
	figure_point(s, x[1], y[1], NULL);
}

static int
add_points(struct figure *plot, struct figure *rest,
	   const struct text_table *t, struct err *e)
{
	struct figure_series *fitted, *left;
	size_t step = t->rows / POINTS + (t->rows % POINTS != 0);

	fitted = figure_series(plot, "rows", FIGURE_POINTS);
	left = figure_series(rest, "rows", FIGURE_POINTS);
	fitted->hollow = left->hollow = true;
	for (size_t i = 0; i < t->rows; i += step) {
		double a, p;

		if (read_row(t, i, &a, &p, e) < 0)
			return -1;
		if (!isfinite(a) || !isfinite(p))
			continue;
		figure_point(fitted, a, p, NULL);
		figure_point(left, p, a - p, NULL);
	}
	return 0;
}

static void
say(struct figure *f, const struct fit *fit, size_t rows)
{
	struct str note = STR_INIT;
	double n = (double)fit->n;

	str_addf(&note, "%zu rows, RMSE %.5g, MAE %.5g", fit->n,
		 sqrt(fit->squares / n), fit->distances / n);
	if (fit->spread > 0 && isfinite(fit->squares / fit->spread))
		str_addf(&note, ", R2 %.4f", 1 - fit->squares / fit->spread);
	str_add(&note, ".");
	if (rows > POINTS)
		str_addf(&note, " One row of %zu is drawn.",
			 rows / POINTS + (rows % POINTS != 0));
	figure_note(f, note.buf);
	f->failed |= note.failed;
	str_release(&note);
}

static int
draw(struct report *r, const char *name, const struct text_table *t,
     const struct fit *fit, struct err *e)
{
	struct figure plot, rest;
	int status;

	start(&plot, "predicted", "Predicted against actual values", name);
	plot.x.label = "actual";
	plot.y.label = "predicted";
	start(&rest, "residuals", "Residuals", name);
	rest.x.label = "predicted";
	rest.y.label = "actual - predicted";
	status = add_points(&plot, &rest, t, e);
	add_guide(&plot, "ideal", (double[]){fit->low, fit->high},
		  (double[]){fit->low, fit->high});
	add_guide(&rest, "ideal",
		  (double[]){fit->low_predicted, fit->high_predicted},
		  (double[]){0, 0});
	say(&plot, fit, t->rows);
	if (status == 0) {
		report_figure(r, &plot);
		report_figure(r, &rest);
	}
	figure_release(&plot);
	figure_release(&rest);
	return status;
}

int
report_regression(struct report *r, const struct report_input *in,
		  bool single, struct err *e)
{
	struct text_table t = {0};
	struct fit fit;
	int status = report_input_rewind(in, e);

	if (status == 0)
		status = text_table_read(&t, in->path, e);
	if (status == 0)
		status = measure(&fit, &t, e);
	if (status == 0 && fit.n == 0)
		status = err_set(e, ERR_INPUT, "%s: no row has an actual and "
				 "a predicted value", in->path);
	if (status == 0)
		status = draw(r, single ? NULL : in->name, &t, &fit, e);
	text_table_release(&t);
	return status;
}
