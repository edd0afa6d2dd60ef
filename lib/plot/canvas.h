/*
 * canvas.h - a sheet of character cells for drawing in a terminal.
 *
 * Lines are drawn in dots: with Unicode eight a cell (braille patterns, U+2800,
 * 2 across and 4 down), else one a cell.  Characters cover dots.
 */
#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dltools/err.h>
#include <dltools/str.h>

#define CANVAS_PLAIN (-1) /* the terminal's own colour */
#define CANVAS_MUTED (-2)

struct canvas_cell {
	uint32_t code;     /* Unicode; 0: none, 1: right half of a wide one */
	unsigned char dot; /* braille bits */
	short colour;      /* of the palette, or one of the above */
};

struct canvas {
	size_t width, height;
	bool unicode;
	struct canvas_cell *cell; /* [height][width] */
	bool failed; /* memory ran out for a text to draw */
};

int canvas_init(struct canvas *c, size_t width, size_t height, bool unicode,
		struct err *e) MUST_USE;
void canvas_release(struct canvas *c);

/* Outside the sheet nothing happens. */
void canvas_put(struct canvas *c, double x, double y, uint32_t code,
		int colour);
void canvas_text(struct canvas *c, double x, double y, const char *text,
		 int colour);
/* A line between two places in cells (0.5 is the middle of the first). */
void canvas_line(struct canvas *c, const double from[2], const double to[2],
		 int colour);

/* Marker of a colour; block of 0..8 eighths from the left; shade 0..1. */
uint32_t canvas_marker(const struct canvas *c, size_t colour, bool hollow);
uint32_t canvas_shade(const struct canvas *c, double share);

/* Rows without trailing blanks; with colour as escapes of xterm. */
void canvas_print(const struct canvas *c, bool color, struct str *out);

#endif
