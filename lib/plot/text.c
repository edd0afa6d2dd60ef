/* text.c - figures in a terminal: plots of lines and points. */
#include <math.h>
#include <string.h>

#include "plot/canvas.h"
#include "plot/layout.h"
#include "plot/text.h"

/* ---- axes ----------------------------------------------------------- */

static void
draw_axes(const struct figure *f, const struct layout *l, struct canvas *c)
{
	const struct box *p = &l->plot;
	double bottom = p->y + p->h;
	uint32_t across = c->unicode ? 0x2500 : '-';
	uint32_t down = c->unicode ? 0x2502 : '|';
	char text[NUM_TEXT];

	for (double x = p->x; x < p->x + p->w; x++)
		canvas_put(c, x, bottom, across, CANVAS_MUTED);
	for (double y = p->y; y < bottom; y++)
		canvas_put(c, p->x - 1, y, down, CANVAS_MUTED);
	canvas_put(c, p->x - 1, bottom, c->unicode ? 0x2514 : '+',
		   CANVAS_MUTED);
	for (size_t i = 0; i < l->y.n; i++) {
		double y = layout_y(l, l->y.tick[i]);

		scale_text(&l->y, l->y.tick[i], text);
		canvas_text(c, p->x - 1 - pen_unicode.width(text), y, text,
			    CANVAS_PLAIN);
		canvas_put(c, p->x - 1, y, c->unicode ? 0x2524 : '+',
			   CANVAS_MUTED);
	}
	for (size_t i = 0; i < l->x.n; i++) {
		double x = layout_x(l, l->x.tick[i]), w, at;

		scale_text(&l->x, l->x.tick[i], text);
		w = pen_unicode.width(text);
		at = fmin(floor(x) - floor(w / 2), (double)c->width - w);
		canvas_text(c, fmax(at, 0), l->tick_y, text, CANVAS_PLAIN);
		canvas_put(c, x, bottom, c->unicode ? 0x252c : '+',
			   CANVAS_MUTED);
	}
	if (f->y.label)
		canvas_text(c, 0, l->y_label_y, f->y.label, CANVAS_MUTED);
	if (f->x.label)
		canvas_text(c, fmax(p->x + p->w -
			    pen_unicode.width(f->x.label), 0), l->x_label_y,
			    f->x.label, CANVAS_MUTED);
}

/* ---- data ----------------------------------------------------------- */

static int
colour_of(const struct figure *f, size_t series)
{
	if (f->series[series]->mark >= FIGURE_GUIDE)
		return CANVAS_MUTED;
	return (int)layout_colour(f, series);
}

static void
draw_line(const struct figure *f, const struct layout *l, size_t series,
	  struct canvas *c)
{
	const struct figure_series *s = f->series[series];
	int colour = colour_of(f, series);
	double last[2] = {0}, at[2], corner[2];
	bool begun = false;

	for (size_t i = 0; i < s->n; i++) {
		if (!layout_has(l, &s->point[i]))
			continue;
		at[0] = layout_x(l, s->point[i].x);
		at[1] = layout_y(l, s->point[i].y);
		if (begun && s->mark == FIGURE_STEPS) {
			corner[0] = at[0];
			corner[1] = last[1];
			canvas_line(c, last, corner, colour);
			canvas_line(c, corner, at, colour);
		} else {
			canvas_line(c, begun ? last : at, at, colour);
		}
		memcpy(last, at, sizeof(at));
		begun = true;
	}
}

/*
 * Markers of all points, or along a line at least `apart` columns from each
 * other, and at its end.
 */
static void
draw_markers(const struct figure *f, const struct layout *l, size_t series,
	     struct canvas *c)
{
	const struct figure_series *s = f->series[series];
	uint32_t code = canvas_marker(c, layout_colour(f, series), s->hollow);
	double apart = s->mark == FIGURE_POINTS ? 0 : 12, last = -INFINITY;

	if (s->mark >= FIGURE_GUIDE)
		return;
	for (size_t i = 0; i < s->n; i++) {
		double x = layout_x(l, s->point[i].x);

		if (!layout_has(l, &s->point[i]) ||
		    (fabs(x - last) < apart && i + 1 < s->n))
			continue;
		canvas_put(c, x, layout_y(l, s->point[i].y), code,
			   colour_of(f, series));
		last = x;
	}
}

/* What a series looks like, before its name. */
static uint32_t
sign_of(const struct figure *f, size_t series, const struct canvas *c)
{
	const struct figure_series *s = f->series[series];

	if (s->mark >= FIGURE_GUIDE)
		return c->unicode ? 0x2812 : '.';
	return canvas_marker(c, layout_colour(f, series), s->hollow);
}

static void
draw_names(const struct figure *f, const struct layout *l, struct canvas *c)
{
	for (size_t i = 0; i < l->labels; i++) {
		const struct layout_label *b = &l->label[i];

		canvas_text(c, b->x, b->y, b->text, CANVAS_PLAIN);
		if (l->direct)
			canvas_put(c, b->x - 2, b->y, sign_of(f, b->series, c),
				   colour_of(f, b->series));
	}
	for (size_t i = 0; i < l->legends; i++) {
		const struct layout_label *b = &l->legend[i];

		canvas_put(c, b->x - 2, b->y, sign_of(f, b->series, c),
			   colour_of(f, b->series));
		canvas_text(c, b->x, b->y, b->text, CANVAS_PLAIN);
	}
}

static int
draw_xy(const struct figure *f, const struct figure_look *look,
	struct str *out, struct err *e)
{
	size_t width = look->width ? look->width : 80;
	size_t height = look->height ? look->height : 22;
	struct canvas c = {0};
	struct layout l = {0};
	int status = -1;

	if (canvas_init(&c, width, height, look->unicode, e) < 0 ||
	    layout_init(&l, f, look->unicode ? &pen_unicode : &pen_ascii,
			(double)width, (double)height, e) < 0)
		goto out;
	text_title(&c, f);
	draw_axes(f, &l, &c);
	for (size_t i = 0; i < f->n; i++)
		if (f->series[i]->mark >= FIGURE_GUIDE)
			draw_line(f, &l, i, &c);
	for (size_t i = 0; i < f->n; i++)
		if (f->series[i]->mark < FIGURE_GUIDE &&
		    f->series[i]->mark != FIGURE_POINTS)
			draw_line(f, &l, i, &c);
	for (size_t i = 0; i < f->n; i++)
		draw_markers(f, &l, i, &c);
	draw_names(f, &l, &c);
	canvas_print(&c, look->color, out);
	status = 0;
out:
	layout_release(&l);
	canvas_release(&c);
	return status;
}

/* ---- all kinds ------------------------------------------------------ */

void
text_title(struct canvas *c, const struct figure *f)
{
	struct str title = STR_INIT;

	layout_clip(c->unicode ? &pen_unicode : &pen_ascii, f->title,
		    (double)c->width, &title);
	canvas_text(c, 0, 0, title.buf, CANVAS_PLAIN);
	c->failed |= title.failed;
	str_release(&title);
}

/* Words of the note in lines of the width. */
static void
add_note(const char *note, size_t width, struct str *out)
{
	size_t column = 0;

	while (note && *note) {
		size_t word = strcspn(note, " ");
		struct str one = STR_INIT;
		size_t w;

		str_add_bytes(&one, note, word);
		w = (size_t)pen_unicode.width(one.buf);
		if (column && column + 1 + w > width) {
			str_add_char(out, '\n');
			column = 0;
		} else if (column) {
			str_add_char(out, ' ');
			column++;
		}
		str_add_bytes(out, note, word);
		column += w;
		out->failed |= one.failed;
		str_release(&one);
		note += word + strspn(note + word, " ");
	}
	if (column)
		str_add_char(out, '\n');
}

int
figure_text(const struct figure *f, const struct figure_look *look,
	    struct str *out, struct err *e)
{
	int status;

	if (f->failed)
		return err_nomem(e, "a figure");
	status = f->kind == FIGURE_XY ? draw_xy(f, look, out, e)
	       : f->kind == FIGURE_BARS ? text_bars(f, look, out, e)
	       : f->kind == FIGURE_GRID ? text_grid(f, look, out, e)
					: text_images(f, look, out, e);
	if (status < 0)
		return -1;
	add_note(f->note, look->width ? look->width : 80, out);
	return str_check(out, e);
}
