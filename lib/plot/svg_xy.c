/* svg_xy.c - lines and points over two axes as SVG. */
#include <math.h>
#include <string.h>

#include "plot/svg.h"

static void
add_line(struct str *out, const char *class, const double at[4])
{
	static const char *const name[] = {"x1", "y1", "x2", "y2"};

	str_addf(out, "<line class=\"%s\"", class);
	for (int i = 0; i < 4; i++) {
		str_addf(out, " %s=\"", name[i]);
		svg_number(out, at[i]);
		str_add_char(out, '"');
	}
	str_add(out, "/>\n");
}

static void
add_axes(const struct figure *f, const struct layout *l, struct str *out)
{
	const struct box *p = &l->plot;
	double right = p->x + p->w, bottom = p->y + p->h;
	char text[NUM_TEXT];

	for (size_t i = 0; i < l->y.n; i++) {
		double y = layout_y(l, l->y.tick[i]);

		add_line(out, "g", (double[]){p->x, y, right, y});
		scale_text(&l->y, l->y.tick[i], text);
		svg_text(out, &(struct svg_text){p->x - 6, y, "end", "m"},
			 text);
	}
	for (size_t i = 0; i < l->x.n; i++) {
		double x = layout_x(l, l->x.tick[i]);

		add_line(out, "g", (double[]){x, p->y, x, bottom});
		scale_text(&l->x, l->x.tick[i], text);
		svg_text(out, &(struct svg_text){x, l->tick_y, "middle", "m"},
			 text);
	}
	add_line(out, "a", (double[]){p->x, bottom, right, bottom});
	if (f->y.label)
		svg_text(out, &(struct svg_text){12, l->y_label_y, "start",
			 "m"}, f->y.label);
	if (f->x.label)
		svg_text(out, &(struct svg_text){right, l->x_label_y, "end",
			 "m"}, f->x.label);
}

static const char *
class_of(const struct figure *f, size_t series, char name[8])
{
	name[0] = 'l';
	name[1] = (char)('0' + layout_colour(f, series) % PLOT_COLOURS);
	name[2] = '\0';
	return f->series[series]->mark == FIGURE_GUIDE ? "q"
	       : f->series[series]->mark == FIGURE_FAINT ? "f" : name;
}

/* Lines of colours used twice are broken. */
static void
add_path(const struct figure *f, const struct layout *l, size_t series,
	 struct str *out)
{
	const struct figure_series *s = f->series[series];
	bool begun = false;
	char name[8];
	double y = 0;

	str_addf(out, "<path class=\"%s\"", class_of(f, series, name));
	if (s->mark < FIGURE_GUIDE && layout_colour(f, series) >= PLOT_COLOURS)
		str_add(out, " stroke-dasharray=\"6 3\"");
	str_add(out, " d=\"");
	for (size_t i = 0; i < s->n; i++) {
		const struct figure_point *p = &s->point[i];

		if (!layout_has(l, p))
			continue;
		str_add_char(out, begun ? 'L' : 'M');
		svg_number(out, layout_x(l, p->x));
		str_add_char(out, ' ');
		if (begun && (s->mark == FIGURE_STEPS)) {
			svg_number(out, y);
			str_add(out, "V");
		}
		y = layout_y(l, p->y);
		svg_number(out, y);
		begun = true;
	}
	str_add(out, "\"/>\n");
}

/* A line has markers if it has few points. */
#define MARKED 12

static void
add_points(const struct figure *f, const struct layout *l, size_t series,
	   struct str *out)
{
	const struct figure_series *s = f->series[series];
	size_t colour = layout_colour(f, series);
	char name[8];

	if (s->mark != FIGURE_POINTS &&
	    (s->mark >= FIGURE_GUIDE || s->n > MARKED))
		return;
	for (size_t i = 0; i < s->n; i++) {
		const struct figure_point *p = &s->point[i];
		double x = layout_x(l, p->x);

		if (!layout_has(l, p))
			continue;
		if (scale_has(&l->y, p->low) && scale_has(&l->y, p->high))
			add_line(out, class_of(f, series, name),
				 (double[]){x, layout_y(l, p->low), x,
					    layout_y(l, p->high)});
		svg_marker(out, colour, s->hollow, x, layout_y(l, p->y));
	}
}

/* What a series looks like, before its name. */
static void
add_sign(const struct figure *f, size_t series, double x, double y,
	 struct str *out)
{
	const struct figure_series *s = f->series[series];
	char name[8];

	if (s->mark < FIGURE_GUIDE)
		svg_marker(out, layout_colour(f, series), s->hollow, x, y);
	else
		add_line(out, class_of(f, series, name),
			 (double[]){x - 5, y, x + 5, y});
}

static void
add_labels(const struct figure *f, const struct layout *l, struct str *out)
{
	for (size_t i = 0; i < l->labels; i++) {
		const struct layout_label *b = &l->label[i];
		bool is_end = l->direct && b->x >= l->plot.x + l->plot.w;

		if (is_end) {
			add_line(out, "q", (double[]){b->at_x + 5, b->at_y,
				 b->x - 14, b->y});
			add_sign(f, b->series, b->x - 8, b->y, out);
		}
		svg_text(out, &(struct svg_text){b->x, b->y, "start",
			 is_end ? "t" : "o"}, b->text);
	}
}

static void
add_legend(const struct figure *f, const struct layout *l, struct str *out)
{
	char name[8];

	for (size_t i = 0; i < l->legends; i++) {
		const struct layout_label *b = &l->legend[i];
		const struct figure_series *s = f->series[b->series];

		if (s->mark != FIGURE_POINTS)
			add_line(out, class_of(f, b->series, name),
				 (double[]){b->x - 20, b->y, b->x - 4, b->y});
		if (s->mark == FIGURE_POINTS ||
		    (s->mark < FIGURE_GUIDE && s->n <= MARKED))
			svg_marker(out, layout_colour(f, b->series),
				   s->hollow, b->x - 12, b->y);
		svg_text(out, &(struct svg_text){b->x, b->y, "start", "t"},
			 b->text);
	}
}

static int
add_title(const struct figure *f, const struct layout *l, struct str *out,
	  struct err *e)
{
	struct str title = STR_INIT;
	int status;

	if (!f->title)
		return 0;
	layout_clip(l->pen, f->title, (l->width - 24) / 1.25, &title);
	status = str_check(&title, e);
	if (status == 0)
		svg_text(out, &(struct svg_text){12, l->title_y, "start", "h"},
			 title.buf);
	str_release(&title);
	return status;
}

int
svg_xy(const struct figure *f, const struct layout *l, struct str *out,
       struct err *e)
{
	if (add_title(f, l, out, e) < 0)
		return -1;
	add_axes(f, l, out);
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < f->n; i++) {
			bool back = f->series[i]->mark >= FIGURE_GUIDE;

			if (f->series[i]->mark != FIGURE_POINTS &&
			    back == !pass)
				add_path(f, l, i, out);
		}
	for (size_t i = 0; i < f->n; i++)
		add_points(f, l, i, out);
	add_labels(f, l, out);
	add_legend(f, l, out);
	return 0;
}
