/*
 * curves_gains.c - groups of rows by score: gains and lift, calibration; see
 * curves.h.  A curve's points are runs of equal scores, so a group is a range
 * of points.
 */
#include <dltools/curves.h>

#include <math.h>

#include <dltools/mem.h>

const char *const gains_columns[GAINS_COLUMNS] = {
	"group", "cumulative_data_fraction", "lower_threshold", "lift",
	"cumulative_lift", "response_rate", "score",
	"cumulative_response_rate", "cumulative_score", "capture_rate",
	"cumulative_capture_rate", "gain", "cumulative_gain",
	"kolmogorov_smirnov",
};

static const double fixed[] = {.99, .98, .97, .96, .95, .9, .85, .8,
			       .7, .6, .5, .4, .3, .2, .1, 0};
#define FIXED ((int64_t)(sizeof(fixed) / sizeof(*fixed)))

/* Weight of the rows at or above point i. */
static double
weight_above(const struct curve *c, size_t i)
{
	return c->tp[i] + c->fp[i];
}

/*
 * *from is a point at or above the result, moved down to it: quantiles are
 * asked for in falling order.
 */
static double
quantile(const struct curve *c, double q, size_t *from)
{
	double rows = (c->positives + c->negatives) / c->unit;
	double at = (rows > 1 ? rows - 1 : 0) * q;
	/* of the lower neighbour, with it; sums of weights are not exact */
	double above = (rows - floor(at)) * (1 - 1e-12);
	size_t high = *from, low;

	/* the neighbours of `at`, counted from the highest score */
	while (high + 1 < c->n && weight_above(c, high) < (above - 1) * c->unit)
		high++;
	*from = high;
	for (low = high; low + 1 < c->n &&
	     weight_above(c, low) < above * c->unit;)
		low++;
	return c->threshold[low] + (c->threshold[high] - c->threshold[low]) *
		(at - floor(at));
}

double
curve_quantile(const struct curve *c, double q)
{
	size_t from = 0;

	return c->n ? quantile(c, q, &from) : NAN;
}

/* Sums over the rows of a group, or of all groups so far. */
struct sums {
	double weight, events, score;
};

static double
ratio(double a, double b)
{
	return b > 0 ? a / b : 0;
}

static void
fill(double *row, const struct curve *c, const struct sums *group,
     const struct sums *all)
{
	double total = c->positives + c->negatives;
	double rate = c->positives / total;
	double lift = ratio(group->events, group->weight) / rate;
	double all_lift = ratio(all->events, all->weight) / rate;

	row[GAINS_CUMULATIVE_DATA_FRACTION] = all->weight / total;
	row[GAINS_LIFT] = lift;
	row[GAINS_CUMULATIVE_LIFT] = all_lift;
	row[GAINS_RESPONSE_RATE] = ratio(group->events, group->weight);
	row[GAINS_SCORE] = ratio(group->score, group->weight);
	row[GAINS_CUMULATIVE_RESPONSE_RATE] = ratio(all->events, all->weight);
	row[GAINS_CUMULATIVE_SCORE] = ratio(all->score, all->weight);
	row[GAINS_CAPTURE_RATE] = group->events / c->positives;
	row[GAINS_CUMULATIVE_CAPTURE_RATE] = all->events / c->positives;
	row[GAINS_GAIN] = 100 * (lift - 1);
	row[GAINS_CUMULATIVE_GAIN] = 100 * (all_lift - 1);
	row[GAINS_KOLMOGOROV_SMIRNOV] = c->negatives > 0
		? all->events / c->positives -
		  (all->weight - all->events) / c->negatives : NAN;
}

/* Adds the points from *i down to the cut. */
static struct sums
take_group(const struct curve *c, double cut, size_t *i, struct sums *all)
{
	struct sums group = {0, 0, 0};
	double tp, fp;

	for (; *i < c->n && c->threshold[*i] >= cut; (*i)++) {
		tp = c->tp[*i] - (*i ? c->tp[*i - 1] : 0);
		fp = c->fp[*i] - (*i ? c->fp[*i - 1] : 0);
		group.weight += tp + fp;
		group.events += tp;
		group.score += (tp + fp) * c->threshold[*i];
	}
	all->weight += group.weight;
	all->events += group.events;
	all->score += group.score;
	return group;
}

int
gains_init(struct gains *g, const struct curve *c, int64_t bins,
	   struct err *e)
{
	int64_t cuts = bins < 0 ? FIXED : bins < GAINS_MOST ? bins
							    : GAINS_MOST;
	struct sums all = {0, 0, 0}, group;
	double cut, last = INFINITY, *row;
	size_t i = 0, from = 0;
	int64_t k;

	g->n = 0;
	g->row = mem_zalloc((size_t)cuts, sizeof(*g->row), e);
	if (!g->row)
		return -1;
	for (k = 0; k < cuts && c->n && c->positives > 0; k++) {
		cut = quantile(c, bins < 0 ? fixed[k]
			       : (double)(cuts - k - 1) / (double)cuts, &from);
		if (!(cut < last))
			continue;
		last = cut;
		group = take_group(c, cut, &i, &all);
		if (!(group.weight > 0)) /* the cut fell between two scores */
			continue;
		row = g->row[g->n++];
		fill(row, c, &group, &all);
		row[GAINS_GROUP] = (double)g->n;
		row[GAINS_LOWER_THRESHOLD] = cut;
	}
	return 0;
}

void
gains_release(struct gains *g)
{
	if (!g)
		return;
	mem_free(g->row);
	*g = (struct gains){NULL, 0};
}

double
curve_lift_top_group(const struct curve *c)
{
	struct sums all = {0, 0, 0}, group;
	size_t i = 0, from = 0;

	if (!c->n || !(c->positives > 0))
		return NAN;
	group = take_group(c, quantile(c, fixed[0], &from), &i, &all);
	return ratio(group.events, group.weight) /
		(c->positives / (c->positives + c->negatives));
}

/* ---- calibration ---------------------------------------------------- */

void
curve_calibration(const struct curve *c, size_t bins,
		  struct calibration_bin *bin)
{
	struct sums all = {0, 0, 0}, s;
	size_t i = 0, k;

	for (k = bins; k-- > 0;) {
		bin[k].low = (double)k / (double)bins;
		bin[k].high = (double)(k + 1) / (double)bins;
		s = take_group(c, k ? bin[k].low : -INFINITY, &i, &all);
		bin[k].weight = s.weight;
		bin[k].score = s.weight > 0 ? s.score / s.weight : NAN;
		bin[k].rate = s.weight > 0 ? s.events / s.weight : NAN;
	}
}
