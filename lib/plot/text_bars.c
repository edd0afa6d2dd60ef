/*
 * text_bars.c - lying bars in a terminal, in eighths of a character.  Long
 * names stand above their bars.
 */
#include <math.h>
#include <string.h>

#include "plot/layout.h"
#include "plot/text.h"

#define VALUE 10 /* room for the number at the end of a bar */

struct bars {
	const struct pen *pen;
	bool above;  /* names stand above */
	size_t name; /* width of the names' column */
	size_t width, rows;
	struct scale scale;
};

static bool
has_value(const struct figure *f, size_t series, size_t category)
{
	return category < f->series[series]->n &&
	       isfinite(f->series[series]->point[category].y);
}

static void
plan(struct bars *b, const struct figure *f, size_t width)
{
	double widest = 0;

	for (size_t i = 0; i < f->names; i++) {
		size_t n = 0;

		widest = fmax(widest, b->pen->width(f->name[i]));
		for (size_t k = 0; k < f->n; k++)
			n += has_value(f, k, i);
		b->rows += n ? n : 1;
	}
	b->above = widest > (double)width * 0.45;
	b->name = b->above ? 1 : (size_t)widest;
	b->rows += b->above ? f->names : 0;
	b->width = width - b->name - 1 - VALUE;
	scale_axis(&b->scale, f, true, 6);
}

/* What a series' bars are made of: it must not be told by colour alone. */
static uint32_t
fill_of(const struct bars *b, const struct canvas *c,
	const struct figure_series *s, int colour)
{
	static const uint32_t block[] = {0x2588, 0x2592, 0x2591, 0x2593};
	static const char plain[] = "#=-+:%*";

	if (b->scale.log)
		return canvas_marker(c, (size_t)colour, s->hollow);
	return c->unicode ? block[colour % 4]
			  : (unsigned char)plain[colour % 7];
}

/* Where a value ends; what the axis has no room for, at its end. */
static double
bar_at(const struct bars *b, double value)
{
	return fmin(fmax(scale_at(&b->scale, value), 0), 1) * (double)b->width;
}

static void
draw_bar(const struct bars *b, struct canvas *c, double y, uint32_t fill,
	 const struct figure_point *p, int colour)
{
	double left = (double)b->name + 1, w = (double)b->width;
	double from = b->scale.log ? 0 : bar_at(b, 0);
	double to = bar_at(b, p->y), x = fmin(from, to);
	double end = fmax(from, to);
	char text[NUM_TEXT];

	for (; x + 0.999 < end && !b->scale.log; x++)
		canvas_put(c, left + x, y, fill, colour);
	if (fill == 0x2588 && end - floor(end) > 0.06)
		canvas_put(c, left + floor(end), y, 0x2590u - (uint32_t)
			   ceil((end - floor(end)) * 8), colour);
	else if (fill > 0x2588 && end - floor(end) >= 0.5 && !b->scale.log)
		canvas_put(c, left + floor(end), y, fill, colour);
	if (b->scale.log)
		canvas_put(c, left + fmin(to, w - 1), y, fill, colour);
	scale_value(p->y, text);
	canvas_text(c, left + fmin(ceil(end), w) + 1, y, text, CANVAS_PLAIN);
}

static void
draw_name(struct bars *b, struct canvas *c, double y, const char *text)
{
	struct str name = STR_INIT;

	layout_shorten(b->pen, text, b->above ? (double)c->width
					   : (double)b->name, &name);
	canvas_text(c, b->above ? 0 : (double)b->name -
		    b->pen->width(name.buf), y, name.buf, CANVAS_PLAIN);
	c->failed |= name.failed;
	str_release(&name);
}

static void
draw_rows(struct bars *b, const struct figure *f, struct canvas *c)
{
	double y = 1;

	for (size_t i = 0; i < f->names; i++) {
		size_t drawn = 0;

		draw_name(b, c, y, f->name[i]);
		y += b->above;
		for (size_t k = 0; k < f->n; k++) {
			int colour = (int)layout_colour(f, k);

			if (!has_value(f, k, i))
				continue;
			draw_bar(b, c, y++, fill_of(b, c, f->series[k],
						    colour),
				 &f->series[k]->point[i], colour);
			drawn++;
		}
		if (!drawn)
			canvas_text(c, (double)b->name + 2, y++, "-",
				    CANVAS_MUTED);
	}
}

/* The axis' label and names of series, in rows; c NULL: only how many. */
static size_t
draw_legend(struct bars *b, const struct figure *f, size_t width,
	    struct canvas *c)
{
	double left = f->n > 1 ? 0 : (double)b->name + 1, x = left, w;
	double y = (double)b->rows + 1, first = y;
	struct str name = STR_INIT;

	if (f->x.label) {
		if (c)
			canvas_text(c, x, y, f->x.label, CANVAS_MUTED);
		x += b->pen->width(f->x.label) + 2;
	}
	for (size_t i = 0; f->n > 1 && i < f->n; i++) {
		str_reset(&name);
		layout_clip(b->pen, f->series[i]->name, (double)width - 2,
			    &name);
		w = b->pen->width(name.buf) + 2;
		if (x > left && x + w > (double)width) {
			x = left;
			y++;
		}
		if (c) {
			canvas_put(c, x, y,
				   fill_of(b, c, f->series[i],
					   (int)layout_colour(f, i)),
				   (int)layout_colour(f, i));
			canvas_text(c, x + 2, y, name.buf, CANVAS_PLAIN);
		}
		x += w + 2;
	}
	if (c)
		c->failed |= name.failed;
	str_release(&name);
	return (size_t)(y - first) + 1;
}

int
text_bars(const struct figure *f, const struct figure_look *look,
	  struct str *out, struct err *e)
{
	size_t width = look->width > 30 ? look->width : look->width ? 30 : 80;
	struct bars b = {.pen = look->unicode ? &pen_unicode : &pen_ascii};
	struct canvas c;

	plan(&b, f, width);
	if (canvas_init(&c, width, b.rows + 1 + draw_legend(&b, f, width, NULL),
			look->unicode, e) < 0)
		return -1;
	text_title(&c, f);
	draw_rows(&b, f, &c);
	(void)draw_legend(&b, f, width, &c);
	canvas_print(&c, look->color, out);
	canvas_release(&c);
	return 0;
}
