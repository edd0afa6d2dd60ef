/* text.h - what the files of the terminal back end share. */
#ifndef PLOT_TEXT_H
#define PLOT_TEXT_H

#include "plot/canvas.h"

#include <dltools/figure.h>

/* The title in the first row. */
void text_title(struct canvas *c, const struct figure *f);

int text_bars(const struct figure *f, const struct figure_look *look,
	      struct str *out, struct err *e) MUST_USE;
int text_grid(const struct figure *f, const struct figure_look *look,
	      struct str *out, struct err *e) MUST_USE;
int text_images(const struct figure *f, const struct figure_look *look,
		struct str *out, struct err *e) MUST_USE;

#endif
