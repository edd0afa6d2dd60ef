/*
 * svg_grid.c - a matrix of shaded cells with names: rows at the left, columns
 * on top, numbers in the cells as far as they fit.
 */
#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "plot/palette.h"
#include "plot/png.h"
#include "plot/svg.h"

#define RECTANGLES 1600 /* most cells drawn one by one */
#define TOP 52.0

struct grid {
	double left, top, w, h; /* w, h of a cell */
	bool turned;            /* column names stand upright */
	bool named;             /* cells are large enough for names */
};

static double
widest(const struct figure *f, size_t from, size_t n)
{
	double most = 0;

	for (size_t i = from; i < from + n && i < f->names; i++)
		most = fmax(most, pen_pixels.width(f->name[i]));
	return most;
}

static void
plan(struct grid *g, const struct figure *f, double width)
{
	double rows = fmin(widest(f, 0, f->rows), width * 0.3);
	double columns = fmin(widest(f, f->rows, f->columns), 110);

	g->left = rows + 20;
	g->w = fmin((width - g->left - 12) / (double)f->columns, 56);
	g->h = f->columns == f->rows ? fmin(g->w, 30) : fmin(g->w, 24);
	g->named = g->h >= 11;
	if (!g->named) {
		g->left = 14;
		g->w = (width - g->left - 12) / (double)f->columns;
		g->h = g->w;
	}
	g->turned = columns + 4 > g->w;
	g->top = TOP + (!g->named ? 0 : g->turned ? columns + 8 : 18);
}

double
svg_grid_height(const struct figure *f, double width)
{
	struct grid g;

	plan(&g, f, width);
	return ceil(g.top + g.h * (double)f->rows + 12);
}

bool
svg_grid_box(const struct figure *f, double width, struct box *box)
{
	struct grid g;

	plan(&g, f, width);
	*box = (struct box){g.left, g.top, g.w * (double)f->columns,
			    g.h * (double)f->rows};
	return g.named;
}

static void
clipped(const struct svg_text *where, const char *text, double width,
	struct str *out)
{
	struct str s = STR_INIT;

	layout_shorten(&pen_pixels, text, width, &s);
	svg_text(out, where, s.buf);
	out->failed |= s.failed;
	str_release(&s);
}

static void
add_upright(const struct grid *g, double x, const char *text, struct str *out)
{
	struct str s = STR_INIT;

	layout_shorten(&pen_pixels, text, 110, &s);
	str_addf(out, "<text class=\"m\" transform=\"translate(%.1f %.1f) "
		 "rotate(-90)\">", x + 4, g->top - 5);
	svg_escape(out, s.buf);
	str_add(out, "</text>\n");
	out->failed |= s.failed;
	str_release(&s);
}

static void
add_names(const struct grid *g, const struct figure *f, struct str *out)
{
	for (size_t i = 0; i < f->rows && i < f->names; i++) {
		double y = g->top + ((double)i + 0.5) * g->h;

		clipped(&(struct svg_text){g->left - 6, y, "end", "m"},
			f->name[i], g->left - 16, out);
	}
	for (size_t i = 0; i < f->columns && f->rows + i < f->names; i++) {
		double x = g->left + ((double)i + 0.5) * g->w;
		const char *name = f->name[f->rows + i];

		if (g->turned)
			add_upright(g, x, name, out);
		else
			svg_text(out, &(struct svg_text){x, g->top - 9,
				 "middle", "m"}, name);
	}
}

static void
add_cell(const struct grid *g, const struct figure *f, size_t i,
	 struct str *out)
{
	double x = g->left + (double)(i % f->columns) * g->w;
	double y = g->top + (double)(i / f->columns) * g->h;
	char text[NUM_TEXT];

	if (isnan(f->cell[i]))
		return;
	str_add(out, "<rect x=\"");
	svg_number(out, x + 0.5);
	str_add(out, "\" y=\"");
	svg_number(out, y + 0.5);
	str_add(out, "\" width=\"");
	svg_number(out, g->w - 1);
	str_add(out, "\" height=\"");
	svg_number(out, g->h - 1);
	str_addf(out, "\" fill=\"#%06x\"/>\n", palette_heat(f->shade[i]));
	scale_value(f->cell[i], text);
	if (f->cell[i] != 0 && pen_pixels.width(text) <= g->w - 2 &&
	    g->h >= 13)
		svg_text(out, &(struct svg_text){x + g->w / 2, y + g->h / 2,
			 "middle", f->shade[i] > 0.55 ? "w" : "d"}, text);
}

/* Too many cells: one picture. */
static int
add_picture(const struct grid *g, const struct figure *f, struct str *out,
	    struct err *e)
{
	size_t n = f->rows * f->columns;
	unsigned char *pixel = mem_zalloc(n, 1, e);
	uint32_t palette[256] = {0};
	int status;

	if (!pixel)
		return -1;
	for (size_t i = 1; i < 256; i++)
		palette[i] = palette_heat((double)(i - 1) / 254);
	for (size_t i = 0; i < n; i++)
		pixel[i] = isnan(f->shade[i]) ? 0 :
			   (unsigned char)(1 + lrint(254 * f->shade[i]));
	str_addf(out, "<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		 "height=\"%.1f\" style=\"image-rendering:pixelated\" "
		 "href=\"", g->left, g->top, g->w * (double)f->columns,
		 g->h * (double)f->rows);
	status = png_data_uri(pixel, f->columns, f->rows, palette, out, e);
	str_add(out, "\"/>\n");
	mem_free(pixel);
	return status;
}

int
svg_grid(const struct figure *f, double width, struct str *out, struct err *e)
{
	struct grid g;

	plan(&g, f, width);
	clipped(&(struct svg_text){12, 14, "start", "h"}, f->title,
		(width - 24) / 1.25, out);
	if (f->x.label)
		svg_text(out, &(struct svg_text){12, 36, "start", "m"},
			 f->x.label);
	if (g.named)
		add_names(&g, f, out);
	if (f->rows * f->columns > RECTANGLES)
		return add_picture(&g, f, out, e);
	for (size_t i = 0; i < f->rows * f->columns; i++)
		add_cell(&g, f, i, out);
	return 0;
}
