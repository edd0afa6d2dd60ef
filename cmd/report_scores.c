/*
 * report_scores.c - plots of scores: how classes were taken for each other, and
 * for two classes what every threshold would give: ROC, precision and recall,
 * gains, calibration; one curve for each file.
 */
#include <math.h>
#include <string.h>

#include <dltools/confusion.h>
#include <dltools/curves.h>

#include "report_make.h"

#define POINTS 400 /* most of a curve */
#define BINS 10    /* of the calibration */

/* ---- confusion ------------------------------------------------------ */

/*
 * Shade: the square root of the share of the actual class, or few errors among
 * many rows would be as white as none.
 */
static void
add_confusion(struct report *r, const struct report_input *in, bool single,
	      const struct confusion *c)
{
	struct figure f;
	struct str text = STR_INIT;
	char id[80];

	(void)snprintf(id, sizeof(id), "confusion%s%.60s", single ? "" : "-",
		       single ? "" : in->name);
	str_addf(&text, "Confusion matrix%s%s", single ? "" : " of ",
		 single ? "" : in->name);
	figure_init(&f, FIGURE_GRID, id, text.buf);
	f.x.label = "rows: actual class, columns: predicted class";
	str_reset(&text);
	str_addf(&text, "%lld rows, error %.5f. Shade: square root of the "
		 "share of the actual class.", (long long)c->rows,
		 confusion_value(c, CONFUSION_ERROR, 0));
	figure_note(&f, text.buf);
	for (size_t i = 0; i < 2 * c->classes; i++)
		figure_name(&f, c->name[i % c->classes]);
	if (figure_cells(&f, c->classes, c->classes)) {
		for (size_t i = 0; i < c->classes * c->classes; i++)
			f.cell[i] = f.shade[i] = 0;
		for (size_t i = 0; i < c->cells; i++) {
			const struct confusion_cell *k = &c->cell[i];
			size_t at = k->actual * c->classes + k->predicted;

			f.cell[at] = k->weight;
			f.shade[at] = sqrt(k->weight /
					   c->total[k->actual].actual);
		}
	}
	f.failed |= text.failed;
	report_figure(r, &f);
	str_release(&text);
}

/* ---- curves --------------------------------------------------------- */

struct curve_figures {
	struct figure roc, pr, gains, calibration;
	size_t n;
};

static void
start_one(struct figure *f, const char *id, const char *title,
	  const char *const labels[2])
{
	figure_init(f, FIGURE_XY, id, title);
	f->x.label = labels[0];
	f->y.label = labels[1];
	f->x.low = f->y.low = 0;
	f->x.high = f->y.high = 1;
	f->legend = true;
}

static void
add_diagonal(struct figure *f, const char *name)
{
	struct figure_series *s = figure_series(f, name, FIGURE_GUIDE);

	figure_point(s, 0, 0, NULL);
	figure_point(s, 1, 1, NULL);
}

static void
start_figures(struct curve_figures *f)
{
	start_one(&f->roc, "roc", "ROC: receiver operating characteristic",
		  (const char *const[]){"false positive rate",
					"true positive rate"});
	start_one(&f->pr, "pr", "Precision against recall",
		  (const char *const[]){"recall", "precision"});
	start_one(&f->gains, "gains", "Cumulative gains",
		  (const char *const[]){"share of rows, highest scores first",
					"share of positives found"});
	start_one(&f->calibration, "calibration", "Calibration",
		  (const char *const[]){"mean probability of each tenth",
					"share of positives"});
	add_diagonal(&f->roc, "chance");
	add_diagonal(&f->gains, "chance");
	add_diagonal(&f->calibration, "ideal");
}

static void
release_figures(struct curve_figures *f)
{
	figure_release(&f->roc);
	figure_release(&f->pr);
	figure_release(&f->gains);
	figure_release(&f->calibration);
}

static struct figure_series *
add_named(struct figure *f, const char *name, const char *measure,
	  double value)
{
	char text[160];

	if (measure && !isnan(value))
		(void)snprintf(text, sizeof(text), "%.100s (%s %.4f)", name,
			       measure, value);
	else
		(void)snprintf(text, sizeof(text), "%.100s", name);
	return figure_series(f, text, FIGURE_LINE);
}

static void
add_thresholds(struct curve_figures *f, const char *name,
	       const struct curve *c)
{
	size_t index[POINTS], n = curve_pick(c, POINTS, index);
	struct figure_series *roc = add_named(&f->roc, name, "AUC",
					      curve_auc(c));
	struct figure_series *pr = add_named(&f->pr, name, "area",
					     curve_pr_auc(c));

	figure_point(roc, 0, 0, NULL);
	for (size_t i = 0; i < n; i++) {
		double tp = c->tp[index[i]], fp = c->fp[index[i]];

		figure_point(roc, fp / c->negatives, tp / c->positives, NULL);
		figure_point(pr, tp / c->positives, tp / (tp + fp), NULL);
	}
}

static int
add_tables(struct curve_figures *f, const char *name, const struct curve *c,
	   struct err *e)
{
	struct figure_series *s = add_named(&f->gains, name, NULL, 0);
	struct calibration_bin bin[BINS];
	struct gains g = {0};

	if (gains_init(&g, c, -1, e) < 0)
		return -1;
	figure_point(s, 0, 0, NULL);
	for (size_t i = 0; i < g.n; i++)
		figure_point(s, g.row[i][GAINS_CUMULATIVE_DATA_FRACTION],
			     g.row[i][GAINS_CUMULATIVE_CAPTURE_RATE], NULL);
	gains_release(&g);
	curve_calibration(c, BINS, bin);
	s = add_named(&f->calibration, name, NULL, 0);
	for (size_t i = 0; i < BINS; i++)
		if (bin[i].weight > 0)
			figure_point(s, bin[i].score, bin[i].rate, NULL);
	return 0;
}

static int
add_curves(struct curve_figures *f, const char *name, const struct metrics *m,
	   struct err *e)
{
	struct curve c = {0};
	int status;

	if (curve_init(&c, m->score, m->score_label, m->score_weight,
		       m->scores, e) < 0)
		return -1;
	status = 0;
	if (c.positives > 0 && c.negatives > 0) {
		add_thresholds(f, name, &c);
		status = add_tables(f, name, &c, e);
		f->n++;
	}
	curve_release(&c);
	return status;
}

/* ---- all ------------------------------------------------------------ */

static int
add_file(struct report *r, const struct report_input *in, bool single,
	 struct curve_figures *f, struct err *e)
{
	struct confusion_options o = {0};
	struct confusion c = {0};
	int status = confusion_read(&c, in->path, &o, e);

	if (status < 0 && c.is_regression)
		status = report_regression(r, in, single, e);
	else if (status == 0)
		add_confusion(r, in, single, &c);
	if (status == 0 && c.has_scores && c.scores.kind == METRICS_BINOMIAL)
		status = add_curves(f, in->name, &c.scores, e);
	confusion_release(&c);
	return status;
}

int
report_scores(struct report *r, const struct report_inputs *in, struct err *e)
{
	struct curve_figures f = {0};
	int status = 0;

	start_figures(&f);
	for (size_t i = 0; status == 0 && i < in->n; i++)
		if (in->input[i].kind == INPUT_SCORES)
			status = add_file(r, &in->input[i],
					  in->count[INPUT_SCORES] == 1, &f,
					  e);
	if (status == 0 && f.n) {
		report_figure(r, &f.roc);
		report_figure(r, &f.pr);
		report_figure(r, &f.gains);
		report_figure(r, &f.calibration);
	}
	release_figures(&f);
	return status;
}
