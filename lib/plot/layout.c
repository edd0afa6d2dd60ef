/* layout.c - where the parts of a plot stand; see layout.h. */
#include "plot/layout.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#define DIRECT_MOST 10

/* Has the series a name to be shown in a legend? */
static bool
is_named(const struct figure_series *s)
{
	return s->name && *s->name && s->n && s->mark != FIGURE_FAINT;
}

size_t
layout_colour(const struct figure *f, size_t series)
{
	size_t n = 0;

	for (size_t i = 0; i < series; i++)
		n += f->series[i]->mark < FIGURE_GUIDE;
	return n;
}

/* Of characters: the ends fall into the first and the last cell. */
static double
along(const struct layout *l, double share, double length)
{
	return l->pen->snap ? fmin(share * length, length - 1e-6)
			    : share * length;
}

double
layout_x(const struct layout *l, double value)
{
	return l->plot.x + along(l, scale_at(&l->x, value), l->plot.w);
}

double
layout_y(const struct layout *l, double value)
{
	return l->plot.y + along(l, 1 - scale_at(&l->y, value), l->plot.h);
}

bool
layout_has(const struct layout *l, const struct figure_point *p)
{
	return scale_has(&l->x, p->x) && scale_has(&l->y, p->y);
}

int
layout_add(struct layout_label **list, size_t *n, size_t *room,
	   const struct layout_label *label, const struct pen *pen,
	   struct err *e)
{
	struct str text = STR_INIT;

	layout_clip(pen, label->text, label->w, &text);
	if (mem_grow(list, room, *n + 1, sizeof(**list), e) < 0 ||
	    str_check(&text, e) < 0) {
		str_release(&text);
		return -1;
	}
	(*list)[*n] = *label;
	(*list)[*n].text = str_take(&text, e);
	return (*list)[(*n)++].text ? 0 : -1;
}

void
layout_release(struct layout *l)
{
	for (size_t i = 0; i < l->labels; i++)
		mem_free(l->label[i].text);
	for (size_t i = 0; i < l->legends; i++)
		mem_free(l->legend[i].text);
	mem_free(l->label);
	mem_free(l->legend);
	*l = (struct layout){0};
}

/* ---- names of series ------------------------------------------------ */

static size_t
named(const struct figure *f, double *widest, const struct pen *pen)
{
	size_t n = 0;

	*widest = 0;
	for (size_t i = 0; i < f->n; i++)
		if (is_named(f->series[i])) {
			*widest = fmax(*widest,
				       pen->width(f->series[i]->name));
			n++;
		}
	return n;
}

/* Names at the ends of lines, if all are lines, few, and not too long. */
static bool
is_direct(const struct layout *l, const struct figure *f)
{
	double widest;
	size_t n = named(f, &widest, l->pen);

	if (f->legend)
		return false;
	for (size_t i = 0; i < f->n; i++)
		if (f->series[i]->mark == FIGURE_POINTS)
			return false;
	return n >= 2 && n <= DIRECT_MOST && widest <= l->width * 0.3 &&
	       (double)n * l->pen->line < l->height * 0.7 &&
	       l->width >= (l->pen->snap ? 60 : 480);
}

/* Legend entries flow in rows below; returns the height they take. */
static int
flow_legend(struct layout *l, const struct figure *f, double *height,
	    struct err *e)
{
	double sign = l->pen->snap ? 2 : 20, gap = l->pen->snap ? 2 : 18;
	double x = l->pen->snap ? 1 : 12, y = 0, widest;

	*height = 0;
	if (l->direct || named(f, &widest, l->pen) < 2)
		return 0;
	for (size_t i = 0; i < f->n; i++) {
		struct layout_label entry = {.series = i};

		if (!is_named(f->series[i]))
			continue;
		entry.text = f->series[i]->name;
		entry.w = fmin(l->pen->width(entry.text),
			       l->width - sign - gap);
		if (x + sign + entry.w > l->width - l->pen->pad && l->legends &&
		    x > gap) {
			x = l->pen->snap ? 1 : 12;
			y += l->pen->line;
		}
		entry.x = x + sign;
		entry.y = y;
		if (layout_add(&l->legend, &l->legends, &l->legend_room,
			       &entry, l->pen, e) < 0)
			return -1;
		x = entry.x + entry.w + gap;
	}
	*height = y + l->pen->line;
	return 0;
}

/* The last point of a line that the axes show. */
static const struct figure_point *
end_of(const struct layout *l, const struct figure_series *s)
{
	for (size_t k = s->n; k-- > 0;)
		if (layout_has(l, &s->point[k]))
			return &s->point[k];
	return NULL;
}

static void
sort_by_height(struct layout_label *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && list[k].y < list[k - 1].y; k--) {
			struct layout_label t = list[k];

			list[k] = list[k - 1];
			list[k - 1] = t;
		}
}

/* Apart by a line each, within the plot: down from the top, then back up. */
static void
spread(const struct layout *l, struct layout_label *list, size_t n)
{
	double line = l->pen->snap ? 1 : l->pen->line - 2;
	double most = l->plot.y + l->plot.h + (l->pen->snap ? -0.5 : 0);
	double least = l->plot.y + (l->pen->snap ? 0.5 : 4);

	sort_by_height(list, n);
	for (size_t i = 0; i < n; i++) {
		list[i].y = fmax(list[i].y, least);
		least = list[i].y + line;
	}
	for (size_t i = n; i-- > 0;) {
		list[i].y = fmin(list[i].y, most);
		most = list[i].y - line;
	}
}

static int
name_ends(struct layout *l, const struct figure *f, struct err *e)
{
	double x = l->plot.x + l->plot.w + (l->pen->snap ? 3 : 28);

	for (size_t i = 0; l->direct && i < f->n; i++) {
		const struct figure_point *p = end_of(l, f->series[i]);
		struct layout_label label = {.x = x, .series = i};

		if (!p || !is_named(f->series[i]))
			continue;
		label.text = f->series[i]->name;
		label.w = l->width - x;
		label.at_x = layout_x(l, p->x);
		label.at_y = layout_y(l, p->y);
		label.y = l->pen->snap ? floor(label.at_y) + 0.5 : label.at_y;
		if (layout_add(&l->label, &l->labels, &l->label_room, &label,
			       l->pen, e) < 0)
			return -1;
	}
	spread(l, l->label, l->labels);
	return 0;
}

/* ---- the whole ------------------------------------------------------ */

static double
widest_tick(const struct layout *l, const struct scale *s)
{
	char text[NUM_TEXT];
	double widest = 0;

	for (size_t i = 0; i < s->n; i++) {
		scale_text(s, s->tick[i], text);
		widest = fmax(widest, l->pen->width(text));
	}
	return widest;
}

/* Lines above the plot, then below it; legend: its height. */
static void
stack(struct layout *l, const struct figure *f, double legend)
{
	double line = l->pen->line, y = l->pen->snap ? 0 : 4, below;

	if (f->title) {
		l->title_y = y + line / 2;
		y += line + (l->pen->snap ? 0 : 4);
	}
	if (f->y.label) {
		l->y_label_y = y + line / 2;
		y += line + (l->pen->snap ? 0 : 3);
	}
	l->plot.y = y + (l->pen->snap ? 0 : 6);
	below = legend + (l->pen->snap ? 2 : line + 8) +
		(f->x.label ? line : 0);
	l->plot.h = fmax(l->height - below - l->plot.y, 3 * line);
	y = l->plot.y + l->plot.h;
	l->tick_y = y + (l->pen->snap ? 1.5 : 4 + line / 2);
	l->x_label_y = l->tick_y + line;
	for (size_t i = 0; i < l->legends; i++)
		l->legend[i].y += l->tick_y + line / 2 + line / 2 +
				  (f->x.label ? line : 0) +
				  (l->pen->snap ? 0 : 4);
}

/* The room the axis of y needs at the left and names of lines at the right. */
static void
spread_out(struct layout *l, const struct figure *f)
{
	double widest = 0, right = l->pen->snap ? 2 : 16;
	size_t most;

	most = (size_t)(l->plot.h / l->pen->tick_y) + 1;
	scale_axis(&l->y, f, false, most < 11 ? most : 11);
	if (l->direct) {
		named(f, &widest, l->pen);
		right = widest + (l->pen->snap ? 3 : 32); /* with a mark */
	}
	l->plot.x = widest_tick(l, &l->y) + (l->pen->snap ? 1 : 14);
	l->plot.w = fmax(l->width - l->plot.x - right, 4 * l->pen->pad);
	most = (size_t)(l->plot.w / l->pen->tick_x) + 1;
	scale_axis(&l->x, f, true, most < 11 ? most : 11);
}

int
layout_init(struct layout *l, const struct figure *f, const struct pen *pen,
	    double width, double height, struct err *e)
{
	double legend;

	*l = (struct layout){.pen = pen, .width = width, .height = height};
	l->direct = is_direct(l, f);
	if (flow_legend(l, f, &legend, e) < 0)
		goto fail;
	stack(l, f, legend);
	spread_out(l, f);
	if (name_ends(l, f, e) < 0 || layout_place(l, f, e) < 0)
		goto fail;
	return 0;
fail:
	layout_release(l);
	return -1;
}
