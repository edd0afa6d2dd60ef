/*
 * svg.h - what the files of the SVG back end share.
 *
 * Colours are classes: k0..k6 fill and l0..l6 stroke the seven series colours
 * (Okabe and Ito 2008, "Color universal design", darkened or lightened for the
 * background), t and m text and muted text, a and g axis and grid lines.  Two
 * sets of rules, for light and dark, stand in one style element.
 */
#ifndef PLOT_SVG_H
#define PLOT_SVG_H

#include "plot/layout.h"

#define PLOT_COLOURS 7

/* Text for XML: & < > " are escaped, control bytes dropped. */
void svg_escape(struct str *out, const char *text);
/* A text with its middle at y; anchor: "start", "middle", "end". */
struct svg_text {
	double x, y;
	const char *anchor;
	const char *class; /* "t", "m", "h" (heading), "v" (in a cell) */
};
void svg_text(struct str *out, const struct svg_text *at, const char *text);
/* A marker of a colour's shape; extra: attributes or "". */
void svg_marker(struct str *out, size_t colour, bool hollow, double x,
		double y);
/* Coordinates with one decimal. */
void svg_number(struct str *out, double value);

/* The words of a note that fit into a line; what is left of it. */
#define SVG_NOTE 16 /* height of such a line */
double svg_note_height(const struct figure *f, double width);
const char *svg_note_line(const char *note, double width, struct str *line);

/* The parts inside <svg>...</svg>, for a given width and height. */
int svg_xy(const struct figure *f, const struct layout *l, struct str *out,
	   struct err *e) MUST_USE;
void svg_bars(const struct figure *f, double width, struct str *out);
double svg_bars_height(const struct figure *f, double width);
int svg_grid(const struct figure *f, double width, struct str *out,
	     struct err *e) MUST_USE;
double svg_grid_height(const struct figure *f, double width);
/* Where its cells stand; false: they are too small for names. */
bool svg_grid_box(const struct figure *f, double width, struct box *box);
int svg_images(const struct figure *f, double width, struct str *out,
	       struct err *e) MUST_USE;
double svg_images_height(const struct figure *f, double width);

#endif
