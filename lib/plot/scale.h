/*
 * scale.h - axes: from data to a range with round ends and readable ticks.
 *
 * Linear ticks are multiples of 1, 2 or 5 times a power of ten (Heckbert 1990,
 * "Nice numbers for graph labels").  Logarithmic ones are decades, or within
 * them 1, 2, 5, or finer, whichever is the finest that fits.
 */
#ifndef PLOT_SCALE_H
#define PLOT_SCALE_H

#include <stdbool.h>
#include <stddef.h>

#include <dltools/figure.h>
#include <dltools/num.h>

#define SCALE_TICKS 24

struct scale {
	bool log;
	double low, high; /* ends of the axis */
	double tick[SCALE_TICKS];
	size_t n;
	double step;      /* linear */
	double unit;      /* ticks are shown in thousands, millions... */
	const char *suffix;
};

/* Ends that hold low..high, with at most `most` ticks (2 at least). */
void scale_fit(struct scale *s, double low, double high, bool log,
	       size_t most);
/* The same for one axis of a figure of kind FIGURE_XY or FIGURE_BARS. */
void scale_axis(struct scale *s, const struct figure *f, bool is_x,
		size_t most);

/* Place on the axis: 0 at its low end, 1 at its high end. */
double scale_at(const struct scale *s, double value);
/* Can the axis show it? */
bool scale_has(const struct scale *s, double value);
/* Text of a tick. */
void scale_text(const struct scale *s, double tick, char out[NUM_TEXT]);
/* A value beside a bar: three or four digits, k, M, G from 100,000 on. */
void scale_value(double value, char out[NUM_TEXT]);

#endif
