/*
 * figure.h - one description of a plot, drawn alike as terminal text, SVG, and
 * by gnuplot.
 *
 *	struct figure f;
 *	struct figure_series *s;
 *
 *	figure_init(&f, FIGURE_XY, "error-time", "Error against time");
 *	f.x = (struct figure_axis){.label = "training time (s)", .log = true};
 *	s = figure_series(&f, "dltools", FIGURE_POINTS);
 *	figure_point(s, 3.2, 0.09, "512,512");
 *	if (figure_svg(&f, &look, &out, &e) < 0) ...
 *	figure_release(&f);
 *
 * Texts are copied.  Adding cannot fail one by one: when memory runs out it is
 * remembered, and told by the call that draws.  Points whose x or y is not
 * finite (or not positive on a logarithmic axis) are left out; lines pass on to
 * the next one.  The same figure gives the same bytes everywhere.
 */
#ifndef DLTOOLS_FIGURE_H
#define DLTOOLS_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "str.h"

enum figure_kind {
	FIGURE_XY,     /* series of points over two axes */
	FIGURE_BARS,   /* series of values over named categories, lying */
	FIGURE_GRID,   /* a matrix of shaded cells with names */
	FIGURE_IMAGES, /* many small pictures of signed values */
};

enum figure_mark {
	FIGURE_LINE,   /* line, in order of the points */
	FIGURE_POINTS, /* markers */
	FIGURE_STEPS,  /* horizontal, then vertical */
	FIGURE_GUIDE,  /* a thin grey line to compare with: no colour */
	FIGURE_FAINT,  /* one of many lines: thin, without name */
};

struct figure_axis {
	const char *label; /* with its unit; a literal, or NULL */
	bool log;
	double low, high; /* the axis holds these too; NaN: from the data */
};

struct figure_point {
	double x, y;
	double low, high; /* interval of y (of a bar: its value), or NaN */
	char *label;      /* or NULL */
	bool first;       /* its label goes before others */
};

struct figure_series {
	char *name;
	enum figure_mark mark;
	bool hollow; /* markers and bars not filled: reference figures */
	struct figure_point *point; /* bars: point i is of category i */
	size_t n, room;
	bool *failed; /* of the figure */
};

struct figure {
	enum figure_kind kind;
	char *id;    /* file name without suffix: a-z 0-9 - */
	char *title;
	char *note;  /* one sentence below, or NULL */
	bool legend; /* lines meet at their ends: no names there */
	struct figure_axis x, y; /* bars: x is the axis of values */
	struct figure_series **series;
	size_t n, room;
	/* bars: names; grid: names of rows, then of columns; images: names */
	char **name;
	size_t names, names_room;
	/* grid and images: cell[rows][columns], a row an image of images */
	size_t rows, columns;
	double *cell;        /* NaN: empty */
	double *shade;       /* grid: [0, 1]; images: unused */
	size_t image_width;  /* images: columns = width * height */
	char *y_text;        /* of figure_label_y() */
	bool failed;
};

/* What a back end draws on. */
struct figure_look {
	size_t width, height; /* pixels, or characters of text; 0: as fits */
	bool unicode, color;  /* text */
	bool inside;          /* SVG: in a page that has figure_style() */
	/* gnuplot: `above` pixels down in a picture `total` high; 0: alone */
	size_t above, total;
};

void figure_init(struct figure *f, enum figure_kind kind, const char *id,
		 const char *title);
void figure_release(struct figure *f);

void figure_set_id(struct figure *f, const char *id);
/* A label of y that is no literal: copied. */
void figure_label_y(struct figure *f, const char *label);
void figure_note(struct figure *f, const char *note);
/* Never NULL, but memory may lack: then points go nowhere. */
struct figure_series *figure_series(struct figure *f, const char *name,
				    enum figure_mark mark);
struct figure_point *figure_point(struct figure_series *s, double x, double y,
				  const char *label);
void figure_name(struct figure *f, const char *name);
/* Makes cell and shade, all NaN; false: no memory. */
bool figure_cells(struct figure *f, size_t rows, size_t columns);

/* Has it anything to show? */
bool figure_has_data(const struct figure *f);

/* ---- back ends ------------------------------------------------------ */

/* Lines of at most look->width (80) columns. */
int figure_text(const struct figure *f, const struct figure_look *look,
		struct str *out, struct err *e) MUST_USE;

/* An <svg> element; a file of its own unless look->inside. */
int figure_svg(const struct figure *f, const struct figure_look *look,
	       struct str *out, struct err *e) MUST_USE;
/* Style rules that figures inside a page need, dark and light. */
void figure_style(struct str *out);
/* Pixels the figure takes with this look: the height if that is 0. */
int figure_height(const struct figure *f, const struct figure_look *look,
		  size_t *height, struct err *e) MUST_USE;

/* The numbers: a header line and tab-separated rows. */
void figure_data(const struct figure *f, struct str *out);
/*
 * gnuplot commands that plot them, from the file `data`, or written into the
 * script if data is NULL.  The terminal is the caller's; extra, if not NULL,
 * is put before the plot command.
 */
int figure_gnuplot(const struct figure *f, const struct figure_look *look,
		   const char *data, const char *extra, struct str *out,
		   struct err *e) MUST_USE;

#endif
