/*
 * layout.h - where the parts of an XY figure stand, in pixels or characters,
 * and where its labels find room.
 *
 *	+----------------------------------------------+
 *	| title                                        |
 *	| label of y                                   |
 *	|  t +--------------------------------+ direct |
 *	|  i | plot                           | labels |
 *	|  c |                                |        |
 *	|    +--------------------------------+        |
 *	|      ticks                label of x         |
 *	| legend                                       |
 *	+----------------------------------------------+
 *
 * x runs to the right, y down, from the top left corner.
 */
#ifndef PLOT_LAYOUT_H
#define PLOT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include <dltools/figure.h>

#include "plot/scale.h"

/* What text is written with. */
struct pen {
	double (*width)(const char *text); /* of one line */
	double line;     /* height of a line */
	double mark;     /* half the size of a marker, with its margin */
	double pad;      /* between things */
	double tick_x, tick_y; /* least distance of ticks */
	const char *dots;      /* what stands for text cut off */
	bool snap;       /* everything stands in whole cells */
};

extern const struct pen pen_pixels, pen_unicode, pen_ascii;

struct box {
	double x, y, w, h;
};

/* A text that found room; y is the middle of its line. */
struct layout_label {
	double x, y, w;
	double at_x, at_y; /* what it belongs to */
	size_t series;
	char *text;
};

struct layout {
	const struct pen *pen;
	double width, height;
	struct box plot;
	struct scale x, y;
	double title_y, y_label_y, tick_y, x_label_y; /* middles of lines */
	bool direct;  /* lines are named at their ends */
	struct layout_label *label; /* of points and of ends of lines */
	size_t labels, label_room;
	struct layout_label *legend; /* x, y of the text; a mark before it */
	size_t legends, legend_room;
	size_t left_out; /* labels of points that found no room */
};

int layout_init(struct layout *l, const struct figure *f,
		const struct pen *pen, double width, double height,
		struct err *e) MUST_USE;
void layout_release(struct layout *l);

double layout_x(const struct layout *l, double value);
double layout_y(const struct layout *l, double value);
/* Can the figure's axes show the point? */
bool layout_has(const struct layout *l, const struct figure_point *p);

/* text, cut to the width, with dots where it was cut. */
void layout_clip(const struct pen *pen, const char *text, double width,
		 struct str *out);
/* The same, with dots in the middle: names differ at their ends as often. */
void layout_shorten(const struct pen *pen, const char *text, double width,
		    struct str *out);

/* 0.. among the coloured series; the place of its colour and marker. */
size_t layout_colour(const struct figure *f, size_t series);

/* Appends the labels of the points that find room (labels.c). */
int layout_place(struct layout *l, const struct figure *f,
		 struct err *e) MUST_USE;
/* One more label; the text is cut to the width. */
int layout_add(struct layout_label **list, size_t *n, size_t *room,
	       const struct layout_label *label, const struct pen *pen,
	       struct err *e) MUST_USE;

#endif
