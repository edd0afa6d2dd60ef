/*
 * svg_images.c - many small pictures of signed values side by side, each on its
 * own scale: blue below zero, red above.
 */
#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "plot/palette.h"
#include "plot/png.h"
#include "plot/svg.h"

#define TOP 30.0
#define GAP 8.0
#define NAME 16.0

struct tiles {
	size_t across, down;
	size_t w, h;   /* pixels of a picture */
	double size;   /* of a pixel on the page */
};

static void
plan(struct tiles *t, const struct figure *f, double width)
{
	double wanted = 72, step;

	t->w = f->image_width ? f->image_width : f->columns;
	t->h = f->columns / (t->w ? t->w : 1);
	t->size = fmax(wanted / (double)(t->w > t->h ? t->w : t->h), 0.5);
	step = (double)t->w * t->size + GAP;
	t->across = (size_t)((width - 24 + GAP) / step);
	t->across = t->across ? t->across : 1;
	if (t->across > f->rows)
		t->across = f->rows;
	t->down = (f->rows + t->across - 1) / t->across;
}

static double
tile_height(const struct tiles *t)
{
	return (double)t->h * t->size + NAME + 2;
}

double
svg_images_height(const struct figure *f, double width)
{
	struct tiles t;

	plan(&t, f, width);
	return ceil(TOP + tile_height(&t) * (double)t.down + 8);
}

static double
largest(const double *v, size_t n)
{
	double most = 0;

	for (size_t i = 0; i < n; i++)
		if (isfinite(v[i]))
			most = fmax(most, fabs(v[i]));
	return most > 0 ? most : 1;
}

static int
add_image(const struct tiles *t, const struct figure *f, size_t i,
	  struct str *out, struct err *e)
{
	const double *v = f->cell + i * f->columns;
	double most = largest(v, f->columns), step = (double)t->w * t->size;
	double x = 12 + (double)(i % t->across) * (step + GAP);
	double y = TOP + (double)(i / t->across) * tile_height(t);
	unsigned char *pixel = mem_zalloc(f->columns, 1, e);
	uint32_t palette[256] = {0};
	int status;

	if (!pixel)
		return -1;
	for (size_t k = 1; k < 256; k++)
		palette[k] = palette_signed(((double)k - 128) / 127);
	for (size_t k = 0; k < f->columns; k++)
		pixel[k] = isnan(v[k]) ? 0 : (unsigned char)
			   (128 + lrint(127 * v[k] / most));
	str_addf(out, "<image x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		 "height=\"%.1f\" style=\"image-rendering:pixelated\" "
		 "href=\"", x, y, step, (double)t->h * t->size);
	status = png_data_uri(pixel, t->w, t->h, palette, out, e);
	str_add(out, "\"/>\n");
	if (i < f->names)
		svg_text(out, &(struct svg_text){x, y + (double)t->h * t->size
			 + NAME / 2, "start", "m"}, f->name[i]);
	mem_free(pixel);
	return status;
}

int
svg_images(const struct figure *f, double width, struct str *out,
	   struct err *e)
{
	struct tiles t;

	plan(&t, f, width);
	svg_text(out, &(struct svg_text){12, 14, "start", "h"}, f->title);
	for (size_t i = 0; i < f->rows; i++)
		if (add_image(&t, f, i, out, e) < 0)
			return -1;
	return 0;
}
