/* scale.c - ranges and ticks of axes; see scale.h. */
#include "plot/scale.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define HUGEST 1e290 /* values beyond are not shown: no room for ticks */

/* ---- linear --------------------------------------------------------- */

/* The smallest of 1, 2, 5 times a power of ten that is >= rough. */
static double
nice_step(double rough)
{
	double power = pow(10, floor(log10(rough)));
	double part = rough / power;

	return power * (part <= 1.0000001 ? 1 : part <= 2.0000001 ? 2
			: part <= 5.0000001 ? 5 : 10);
}

static void
fit_linear(struct scale *s, double low, double high, size_t most)
{
	double first, last;

	if (high - low < 1e-12 * fmax(fabs(low), fabs(high)) || high == low) {
		double half = low == 0 ? 0.5 : fabs(low) * 0.1;

		low -= half;
		high += half;
	}
	s->step = nice_step((high - low) / (double)(most - 1));
	for (;;) {
		first = floor(low / s->step + 1e-9);
		last = ceil(high / s->step - 1e-9);
		if (last - first + 1 <= (double)most || most < 3)
			break;
		s->step = nice_step(s->step * 1.5);
	}
	s->low = fmin(first * s->step, low);
	s->high = fmax(last * s->step, high);
	for (s->n = 0; s->n < SCALE_TICKS && first + (double)s->n <= last;
	     s->n++)
		s->tick[s->n] = (first + (double)s->n) * s->step;
}

/* ---- logarithmic ---------------------------------------------------- */

/* Digits within a decade, coarse to fine. */
static const double log_digits[][19] = {
	{1, 0},
	{1, 3, 0},
	{1, 2, 5, 0},
	{1, 2, 3, 5, 7, 0},
	{1, 2, 3, 4, 5, 6, 7, 8, 9, 0},
	{1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9,
	 9.5, 0},
};
#define LOG_KINDS (sizeof(log_digits) / sizeof(*log_digits))

/*
 * Ticks of a kind from the last one <= low to the first one >= high; every
 * `stride` decades.  Returns how many, SCALE_TICKS + 1 if too many.
 */
static size_t
log_ticks(struct scale *s, double low, double high, size_t kind, int stride)
{
	int decade = (int)floor(log10(low) + 1e-9);
	double slack = 1 + 1e-9;

	s->n = 0;
	for (;; decade += stride)
		for (size_t i = 0; log_digits[kind][i] > 0; i++) {
			double v = log_digits[kind][i] * pow(10, decade);

			if (v <= low * slack)
				s->n = 0; /* a better first one */
			if (s->n == SCALE_TICKS)
				return SCALE_TICKS + 1;
			s->tick[s->n++] = v;
			if (v * slack >= high)
				return s->n;
		}
}

/* Below this ratio of its ends ticks at equal distances read better. */
#define SHORT 6

static void
fit_log(struct scale *s, double low, double high, size_t most)
{
	size_t kind = 0;
	int stride = 1;

	if (high / low < 1.02) {
		low /= 1.1;
		high *= 1.1;
	}
	if (high / low < SHORT) {
		fit_linear(s, low, high, most);
		if (s->low > 0)
			return;
	}
	for (kind = LOG_KINDS; kind-- > 0;)
		if (log_ticks(s, low, high, kind, 1) <= most)
			break;
	if (kind == SIZE_MAX) {
		for (stride = 2; stride < 400; stride++)
			if (log_ticks(s, low, high, 0, stride) <= most)
				break;
	}
	s->low = fmin(s->tick[0], low);
	s->high = fmax(s->tick[s->n - 1], high);
}

/* ---- both ----------------------------------------------------------- */

void
scale_fit(struct scale *s, double low, double high, bool log, size_t most)
{
	double largest;

	memset(s, 0, sizeof(*s));
	s->log = log;
	if (most < 2)
		most = 2;
	if (most > SCALE_TICKS)
		most = SCALE_TICKS;
	if (log)
		fit_log(s, low, high, most);
	else
		fit_linear(s, low, high, most);
	largest = fmax(fabs(s->low), fabs(s->high));
	s->unit = largest >= 1e10 ? 1e9 : largest >= 1e7 ? 1e6
		: largest >= 1e4 ? 1e3 : 1;
	s->suffix = s->unit == 1e9 ? "G" : s->unit == 1e6 ? "M"
		  : s->unit == 1e3 ? "k" : "";
}

static void
widen(double range[2], double value, bool log)
{
	if (!isfinite(value) || fabs(value) > HUGEST ||
	    (log && value < 1 / HUGEST))
		return;
	range[0] = fmin(range[0], value);
	range[1] = fmax(range[1], value);
}

/* Of bars the values are y, and their axis begins at 0. */
static void
range_of(const struct figure *f, bool is_x, double range[2])
{
	const struct figure_axis *a = is_x ? &f->x : &f->y;
	bool is_value = !is_x || f->kind == FIGURE_BARS;

	range[0] = INFINITY;
	range[1] = -INFINITY;
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < f->series[i]->n; k++) {
			const struct figure_point *p = &f->series[i]->point[k];

			if (f->kind == FIGURE_XY &&
			    (f->series[i]->mark == FIGURE_GUIDE ||
			     !isfinite(p->x) || !isfinite(p->y)))
				continue;
			widen(range, is_value ? p->y : p->x, a->log);
			if (is_value) {
				widen(range, p->low, a->log);
				widen(range, p->high, a->log);
			}
		}
	widen(range, a->low, a->log);
	widen(range, a->high, a->log);
	if (f->kind == FIGURE_BARS && !a->log)
		widen(range, 0, false);
}

/* Lines end at the axis' ends, where their names stand: no more than data. */
static bool
is_tight(const struct figure *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->series[i]->mark == FIGURE_POINTS)
			return false;
	return f->kind == FIGURE_XY;
}

static void
tighten(struct scale *s, const double range[2])
{
	size_t kept = 0;

	if (!(range[0] < range[1]))
		return;
	s->low = range[0];
	s->high = range[1];
	for (size_t i = 0; i < s->n; i++)
		if (scale_has(s, s->tick[i]))
			s->tick[kept++] = s->tick[i];
	s->n = kept;
}

void
scale_axis(struct scale *s, const struct figure *f, bool is_x, size_t most)
{
	const struct figure_axis *a = is_x ? &f->x : &f->y;
	double range[2];

	range_of(f, is_x, range);
	if (range[0] > range[1])
		range[0] = a->log ? 1 : 0, range[1] = a->log ? 10 : 1;
	scale_fit(s, range[0], range[1], a->log, most);
	if (is_x && is_tight(f))
		tighten(s, range);
}

double
scale_at(const struct scale *s, double value)
{
	if (s->log)
		return log(value / s->low) / log(s->high / s->low);
	return (value - s->low) / (s->high - s->low);
}

bool
scale_has(const struct scale *s, double value)
{
	double slack = 1e-9;

	if (!isfinite(value) || (s->log && value <= 0))
		return false;
	value = scale_at(s, value);
	return value >= -slack && value <= 1 + slack;
}

/* ---- text ----------------------------------------------------------- */

void
scale_text(const struct scale *s, double tick, char out[NUM_TEXT])
{
	double v = tick / s->unit;
	int digits;

	if (s->log) {
		const char *suffix = fabs(v) >= 1 ? s->suffix : "";

		(void)snprintf(out, NUM_TEXT, "%.4g%s",
			       fabs(v) >= 1 ? v : tick, suffix);
		return;
	}
	if (tick == 0) {
		(void)snprintf(out, NUM_TEXT, "0");
		return;
	}
	if (s->step < 1e-5) {
		(void)snprintf(out, NUM_TEXT, "%.3g", tick);
		return;
	}
	digits = (int)-floor(log10(s->step / s->unit) + 1e-9);
	(void)snprintf(out, NUM_TEXT, "%.*f%s", digits > 0 ? digits : 0, v,
		       s->suffix);
}

void
scale_value(double value, char out[NUM_TEXT])
{
	double a = fabs(value);

	if (!isfinite(value))
		(void)snprintf(out, NUM_TEXT, "-");
	else if (a >= 1e10)
		(void)snprintf(out, NUM_TEXT, "%.3gG", value / 1e9);
	else if (a >= 1e7)
		(void)snprintf(out, NUM_TEXT, "%.3gM", value / 1e6);
	else if (a >= 1e5)
		(void)snprintf(out, NUM_TEXT, "%.0fk", value / 1e3);
	else if (a >= 100 || value == rint(value))
		(void)snprintf(out, NUM_TEXT, "%.0f", value);
	else
		(void)snprintf(out, NUM_TEXT, "%#.3g", value);
}
