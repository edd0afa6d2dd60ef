/* text_bars.c - lying bars in a terminal, in eighths of a character. */
#include <math.h>
#include <string.h>

#include "plot/layout.h"
#include "plot/text.h"

#define VALUE 8 /* room for the number at the end of a bar */

struct bars {
	const struct pen *pen;
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
	b->name = (size_t)fmin(widest, (double)width * 0.45);
	b->width = width - b->name - 1 - VALUE;
	scale_axis(&b->scale, f, true, 6);
}

static void
draw_bar(const struct bars *b, struct canvas *c, double y,
	 const struct figure_point *p, int colour)
{
	double left = (double)b->name + 1, w = (double)b->width;
	double from = b->scale.log ? 0 : scale_at(&b->scale, 0) * w;
	double to = scale_at(&b->scale, p->y) * w, x = fmin(from, to);
	double end = fmax(from, to);
	char text[NUM_TEXT];

	for (; x + 0.999 < end && !b->scale.log; x++)
		canvas_put(c, left + x, y, c->unicode ? 0x2588 : '#', colour);
	if (c->unicode && !b->scale.log && end - floor(end) > 0.06)
		canvas_put(c, left + floor(end), y, 0x2590u - (uint32_t)
			   ceil((end - floor(end)) * 8), colour);
	if (b->scale.log)
		canvas_put(c, left + fmin(to, w - 1), y,
			   canvas_marker(c, (size_t)colour, false), colour);
	scale_value(p->y, text);
	canvas_text(c, left + fmin(ceil(end), w) + 1, y, text, CANVAS_PLAIN);
}

static void
draw_rows(const struct bars *b, const struct figure *f, struct canvas *c)
{
	struct str name = STR_INIT;
	double y = 1;

	for (size_t i = 0; i < f->names; i++) {
		size_t drawn = 0;

		str_reset(&name);
		layout_clip(b->pen, f->name[i], (double)b->name, &name);
		canvas_text(c, (double)b->name - b->pen->width(name.buf), y,
			    name.buf, CANVAS_PLAIN);
		for (size_t k = 0; k < f->n; k++)
			if (has_value(f, k, i)) {
				draw_bar(b, c, y, &f->series[k]->point[i],
					 (int)layout_colour(f, k));
				y++;
				drawn++;
			}
		if (!drawn)
			canvas_text(c, (double)b->name + 2, y++, "-",
				    CANVAS_MUTED);
	}
	str_release(&name);
}

/* The axis' label and names of series, in rows; c NULL: only how many. */
static size_t
draw_legend(const struct bars *b, const struct figure *f, size_t width,
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
			canvas_put(c, x, y, c->unicode ? 0x2588 : '#',
				   (int)layout_colour(f, i));
			canvas_text(c, x + 2, y, name.buf, CANVAS_PLAIN);
		}
		x += w + 2;
	}
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
