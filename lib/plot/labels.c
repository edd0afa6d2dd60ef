/*
 * labels.c - labels beside points, where there is room.
 *
 * Greedy: labels marked `first` go before the others, each tries eight places
 * around its point and takes the first that lies in the plot and covers neither
 * a marker nor a label set before.  What finds no place is left out: a plot
 * with fewer names is better than one nobody can read.
 */
#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "plot/layout.h"

struct obstacles {
	struct box *box;
	size_t n, room;
};

static int
add_obstacle(struct obstacles *o, struct box b, struct err *e)
{
	if (mem_grow(&o->box, &o->room, o->n + 1, sizeof(b), e) < 0)
		return -1;
	o->box[o->n++] = b;
	return 0;
}

static bool
overlap(const struct box *a, const struct box *b)
{
	double slack = 1e-6;

	return a->x + slack < b->x + b->w && b->x + slack < a->x + a->w &&
	       a->y + slack < b->y + b->h && b->y + slack < a->y + a->h;
}

static bool
is_free(const struct layout *l, const struct obstacles *o, const struct box *b)
{
	const struct box *p = &l->plot;

	if (b->x < p->x || b->x + b->w > p->x + p->w || b->y < p->y ||
	    b->y + b->h > p->y + p->h)
		return false;
	for (size_t i = 0; i < o->n; i++)
		if (overlap(b, &o->box[i]))
			return false;
	return true;
}

/* The box of a marker; of characters, the cell the point falls into. */
static struct box
marker_box(const struct layout *l, const struct figure_point *p)
{
	double x = layout_x(l, p->x), y = layout_y(l, p->y), m = l->pen->mark;

	if (l->pen->snap)
		return (struct box){floor(x), floor(y), 1, 1};
	return (struct box){x - m, y - m, 2 * m, 2 * m};
}

static bool
find_place(const struct layout *l, const struct obstacles *o,
	   const struct box *mark, double w, struct box *b)
{
	/* right, left, above, below, then the corners */
	static const signed char side[8][2] = {
		{1, 0}, {-1, 0}, {0, -1}, {0, 1},
		{1, -1}, {1, 1}, {-1, -1}, {-1, 1},
	};
	double h = l->pen->snap ? 1 : l->pen->line - 3;

	for (size_t i = 0; i < 8; i++) {
		double dx = side[i][0], dy = side[i][1];

		b->w = w;
		b->h = h;
		b->x = dx > 0 ? mark->x + mark->w : dx < 0 ? mark->x - w
		     : floor(mark->x + mark->w / 2 - w / 2);
		b->y = dy > 0 ? mark->y + mark->h : dy < 0 ? mark->y - h
		     : mark->y + mark->h / 2 - h / 2;
		if (is_free(l, o, b))
			return true;
	}
	return false;
}

static int
place_text(struct layout *l, struct obstacles *o, const struct box *mark,
	   struct layout_label *label, struct err *e)
{
	struct box b;

	label->w = l->pen->width(label->text);
	label->at_x = mark->x + mark->w / 2;
	label->at_y = mark->y + mark->h / 2;
	if (!find_place(l, o, mark, label->w, &b)) {
		l->left_out++;
		return 0;
	}
	label->x = b.x;
	label->y = b.y + b.h / 2;
	if (add_obstacle(o, b, e) < 0)
		return -1;
	return layout_add(&l->label, &l->labels, &l->label_room, label,
			  l->pen, e);
}

static int
place_one(struct layout *l, struct obstacles *o, size_t series,
	  const struct figure_point *p, struct err *e)
{
	double most = l->plot.w * (l->pen->snap ? 0.45 : 0.4);
	struct box mark = marker_box(l, p);
	struct layout_label label = {.series = series};
	struct str text = STR_INIT;
	int status;

	layout_shorten(l->pen, p->label, most, &text);
	label.text = text.buf;
	status = str_check(&text, e);
	if (status == 0)
		status = place_text(l, o, &mark, &label, e);
	str_release(&text);
	return status;
}

static int
mark_obstacles(const struct layout *l, const struct figure *f,
	       struct obstacles *o, struct err *e)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct figure_series *s = f->series[i];

		if (s->mark != FIGURE_POINTS)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (layout_has(l, &s->point[k]) &&
			    add_obstacle(o, marker_box(l, &s->point[k]),
					 e) < 0)
				return -1;
	}
	for (size_t i = 0; i < l->labels; i++) {
		const struct layout_label *b = &l->label[i];
		double h = l->pen->line;

		if (add_obstacle(o, (struct box){b->x, b->y - h / 2, b->w, h},
				 e) < 0)
			return -1;
	}
	return 0;
}

int
layout_place(struct layout *l, const struct figure *f, struct err *e)
{
	struct obstacles o = {0};
	int status = mark_obstacles(l, f, &o, e);

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < f->n; i++) {
			const struct figure_series *s = f->series[i];

			for (size_t k = 0; status == 0 && k < s->n; k++) {
				const struct figure_point *p = &s->point[k];

				if (p->label && p->first == !round &&
				    layout_has(l, p))
					status = place_one(l, &o, i, p, e);
			}
		}
	mem_free(o.box);
	return status;
}
