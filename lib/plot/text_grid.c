/*
 * text_grid.c - matrices and small pictures in a terminal.  A matrix shows its
 * numbers if they fit, else a shade for each cell, else for each block of them.
 */
#include <math.h>
#include <string.h>

#include "plot/layout.h"
#include "plot/text.h"

/* ---- matrices ------------------------------------------------------- */

struct grid {
	const struct pen *pen;
	size_t name, cell; /* widths */
	bool numbers;
	size_t by;         /* rows and columns of a block that is one cell */
};

static size_t
widest(const struct grid *g, const struct figure *f, size_t from, size_t n)
{
	double most = 0;

	for (size_t i = from; i < from + n && i < f->names; i++)
		most = fmax(most, g->pen->width(f->name[i]));
	return (size_t)most;
}

static void
plan(struct grid *g, const struct figure *f, size_t width)
{
	char text[NUM_TEXT];
	size_t w = widest(g, f, f->rows, f->columns);

	for (size_t i = 0; i < f->rows * f->columns; i++) {
		size_t n;

		scale_value(f->cell[i], text);
		n = strlen(text);
		w = n > w ? n : w;
	}
	g->name = widest(g, f, 0, f->rows);
	if (g->name > width / 3)
		g->name = width / 3;
	g->cell = (w < 10 ? w : 10) + 2;
	g->numbers = g->name + 1 + g->cell * f->columns <= width;
	if (!g->numbers)
		g->cell = g->name + 2 + 2 * f->columns <= width ? 2 : 1;
	g->by = 1;
	while (g->name + 2 + g->cell * ((f->columns + g->by - 1) / g->by) >
	       width)
		g->by++;
}

/* The darkest shade of a block. */
static double
shade_of(const struct grid *g, const struct figure *f, size_t row,
	 size_t column)
{
	double most = 0;

	for (size_t i = row; i < row + g->by && i < f->rows; i++)
		for (size_t k = column; k < column + g->by && k < f->columns;
		     k++)
			most = fmax(most, f->shade[i * f->columns + k]);
	return most;
}

static void
draw_cell(const struct grid *g, const struct figure *f, struct canvas *c,
	  const size_t at[2])
{
	double x = (double)(g->name + 1 + at[1] / g->by * g->cell);
	double y = (double)(at[0] / g->by) + 3;
	double shade = shade_of(g, f, at[0], at[1]);
	uint32_t code = canvas_shade(c, shade);
	char text[NUM_TEXT];

	if (!g->numbers) {
		for (size_t i = 0; i < g->cell; i++)
			canvas_put(c, x + (double)i, y, code, 0);
		return;
	}
	if (isnan(f->cell[at[0] * f->columns + at[1]]))
		return;
	scale_value(f->cell[at[0] * f->columns + at[1]], text);
	canvas_put(c, x + 1, y, code, 0);
	canvas_text(c, x + (double)(g->cell - strlen(text)), y, text,
		    shade > 0 ? CANVAS_PLAIN : CANVAS_MUTED);
}

static void
draw_names(const struct grid *g, const struct figure *f, struct canvas *c)
{
	struct str name = STR_INIT;

	for (size_t i = 0; i < f->rows && i < f->names; i += g->by) {
		str_reset(&name);
		layout_shorten(g->pen, f->name[i], (double)g->name, &name);
		canvas_text(c, (double)g->name - g->pen->width(name.buf),
			    (double)(i / g->by) + 3, name.buf, CANVAS_PLAIN);
	}
	for (size_t i = 0; g->numbers && i < f->columns; i++) {
		if (f->rows + i >= f->names)
			break;
		str_reset(&name);
		layout_shorten(g->pen, f->name[f->rows + i],
			    (double)g->cell - 1, &name);
		canvas_text(c, (double)(g->name + 1 + (i + 1) * g->cell) -
			    g->pen->width(name.buf), 2, name.buf,
			    CANVAS_PLAIN);
	}
	c->failed |= name.failed;
	str_release(&name);
}

int
text_grid(const struct figure *f, const struct figure_look *look,
	  struct str *out, struct err *e)
{
	size_t width = look->width > 30 ? look->width : look->width ? 30 : 80;
	struct grid g = {.pen = look->unicode ? &pen_unicode : &pen_ascii};
	struct canvas c;

	plan(&g, f, width);
	if (canvas_init(&c, width, (f->rows + g.by - 1) / g.by + 3,
			look->unicode, e) < 0)
		return -1;
	text_title(&c, f);
	if (f->x.label)
		canvas_text(&c, 0, 1, f->x.label, CANVAS_MUTED);
	draw_names(&g, f, &c);
	for (size_t i = 0; i < f->rows; i += g.by)
		for (size_t k = 0; k < f->columns; k += g.by)
			draw_cell(&g, f, &c, (size_t[]){i, k});
	canvas_print(&c, look->color, out);
	if (g.by > 1)
		str_addf(out, "one mark is %zu x %zu cells\n", g.by, g.by);
	canvas_release(&c);
	return 0;
}

/* ---- pictures ------------------------------------------------------- */

#define SHOWN 12 /* most pictures: a terminal is small */

/* Mean absolute value of the pixels behind one character, 1 x 2 or more. */
static double
behind(const double *v, size_t w, const size_t area[4])
{
	double sum = 0;
	size_t n = 0;

	for (size_t y = area[1]; y < area[3]; y++)
		for (size_t x = area[0]; x < area[2]; x++, n++)
			sum += fabs(v[y * w + x]);
	return n ? sum / (double)n : 0;
}

static void
draw_picture(const struct figure *f, struct canvas *c, size_t i,
	     const double corner[2])
{
	const double *v = f->cell + i * f->columns;
	size_t w = f->image_width, h = f->columns / w;
	size_t by = (w + 25) / 26;
	double most = 0;

	for (size_t k = 0; k < f->columns; k++)
		most = fmax(most, isfinite(v[k]) ? fabs(v[k]) : 0);
	for (size_t y = 0; y < h; y += 2 * by)
		for (size_t x = 0; x < w; x += by) {
			size_t area[4] = {x, y, x + by < w ? x + by : w,
					  y + 2 * by < h ? y + 2 * by : h};
			double a = behind(v, w, area);

			canvas_put(c, corner[0] + (double)(x / by),
				   corner[1] + (double)(y / by / 2),
				   canvas_shade(c, most > 0 ? a / most : 0),
				   CANVAS_PLAIN);
		}
	if (i < f->names)
		canvas_text(c, corner[0], corner[1] +
			    ceil((double)h / (double)(2 * by)), f->name[i],
			    CANVAS_MUTED);
}

int
text_images(const struct figure *f, const struct figure_look *look,
	    struct str *out, struct err *e)
{
	size_t width = look->width > 30 ? look->width : look->width ? 30 : 80;
	size_t w = f->image_width, h = f->columns / w, by = (w + 25) / 26;
	size_t across, n = f->rows < SHOWN ? f->rows : SHOWN, rows;
	struct canvas c;

	w = (w + by - 1) / by + 2;
	h = (h + 2 * by - 1) / (2 * by) + 2;
	across = width / w ? width / w : 1;
	rows = (n + across - 1) / across;
	if (canvas_init(&c, width, rows * h + 1, look->unicode, e) < 0)
		return -1;
	text_title(&c, f);
	for (size_t i = 0; i < n; i++)
		draw_picture(f, &c, i, (double[]){
			     (double)(i % across * w),
			     (double)(i / across * h + 1)});
	canvas_print(&c, look->color, out);
	canvas_release(&c);
	if (n < f->rows)
		str_addf(out, "and %zu more\n", f->rows - n);
	return 0;
}
