/*
 * svg_bars.c - lying bars with names and values; where names are long or the
 * figure is narrow, the name stands above its bars.  On a logarithmic axis,
 * where a bar's length means nothing, values are markers.
 */
#include <math.h>
#include <string.h>

#include "plot/svg.h"

#define TOP 34.0
#define VALUE 58.0 /* room for the number at a bar's end */
#define NAME 19.0
#define LEGEND 18.0 /* a row of it */

struct bars {
	double left, right; /* of the axis */
	double thick, gap;
	bool above;         /* names stand above */
	struct scale scale;
};

static double
widest_name(const struct figure *f)
{
	double widest = 0;

	for (size_t i = 0; i < f->names; i++)
		widest = fmax(widest, pen_pixels.width(f->name[i]));
	return widest;
}

static void
plan(struct bars *b, const struct figure *f, double width)
{
	double widest = widest_name(f);

	b->above = width < 520 || widest > width * 0.4;
	b->left = b->above ? 14 : widest + 22;
	b->right = width - VALUE;
	b->thick = f->n > 1 ? 12 : 13;
	b->gap = b->above ? 4 : 7;
	scale_axis(&b->scale, f, true,
		   (size_t)((b->right - b->left) / 70) + 1);
}

static bool
has_value(const struct figure *f, size_t series, size_t category)
{
	return category < f->series[series]->n &&
	       isfinite(f->series[series]->point[category].y);
}

static double
row_height(const struct bars *b, const struct figure *f, size_t category)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += has_value(f, i, category);
	return (double)(n ? n : 1) * (b->thick + 1) + b->gap +
	       (b->above ? NAME : 0);
}

static double
bars_height(const struct bars *b, const struct figure *f)
{
	double h = TOP;

	for (size_t i = 0; i < f->names; i++)
		h += row_height(b, f, i);
	return h;
}

static double
at(const struct bars *b, double value)
{
	return b->left + scale_at(&b->scale, value) * (b->right - b->left);
}

static void
add_rule(struct str *out, const char *class, const double line[4])
{
	str_addf(out, "<path class=\"%s\" d=\"M", class);
	svg_number(out, line[0]);
	str_add_char(out, ' ');
	svg_number(out, line[1]);
	str_add_char(out, 'L');
	svg_number(out, line[2]);
	str_add_char(out, ' ');
	svg_number(out, line[3]);
	str_add(out, "\"/>\n");
}

static void
add_ticks(const struct bars *b, const struct figure *f, double bottom,
	  struct str *out)
{
	char text[NUM_TEXT];

	for (size_t i = 0; i < b->scale.n; i++) {
		double x = at(b, b->scale.tick[i]);

		add_rule(out, "g", (double[]){x, TOP - 4, x, bottom});
		scale_text(&b->scale, b->scale.tick[i], text);
		svg_text(out, &(struct svg_text){x, bottom + 12, "middle",
			 "m"}, text);
	}
	if (f->x.label)
		svg_text(out, &(struct svg_text){b->right, bottom + 29, "end",
			 "m"}, f->x.label);
}

static void
add_bar(const struct bars *b, const struct figure_series *s, size_t colour,
	const double place[2], struct str *out)
{
	const struct figure_point *p = &s->point[(size_t)place[1]];
	double x0 = at(b, b->scale.log ? b->scale.low : 0), x = at(b, p->y);
	double y = place[0], end = x;
	char text[NUM_TEXT];

	if (b->scale.log) {
		svg_marker(out, colour, s->hollow, x, y + b->thick / 2);
	} else {
		str_add(out, "<rect x=\"");
		svg_number(out, fmin(x0, x));
		str_add(out, "\" y=\"");
		svg_number(out, y);
		str_add(out, "\" width=\"");
		svg_number(out, fmax(fabs(x - x0), 0.5));
		str_addf(out, "\" height=\"%.0f\" class=\"%s%zu\"/>\n",
			 b->thick, s->hollow ? "l" : "k",
			 colour % PLOT_COLOURS);
	}
	if (isfinite(p->low) && isfinite(p->high)) {
		double mid = y + b->thick / 2;

		end = at(b, fmin(p->high, b->scale.high));
		add_rule(out, "a", (double[]){at(b, fmax(p->low,
			 b->scale.low)), mid, end, mid});
	}
	scale_value(p->y, text);
	svg_text(out, &(struct svg_text){fmax(end, x) + 6, y + b->thick / 2,
		 "start", "t"}, text);
}

/* The bars of a category from `top` down; a dash where no series has one. */
static void
add_bars(const struct bars *b, const struct figure *f, size_t category,
	 double top, struct str *out)
{
	bool any = false;

	for (size_t k = 0; k < f->n; k++) {
		if (!has_value(f, k, category))
			continue;
		add_bar(b, f->series[k], layout_colour(f, k),
			(double[]){top, (double)category}, out);
		top += b->thick + 1;
		any = true;
	}
	if (!any)
		svg_text(out, &(struct svg_text){b->left + 6,
			 top + b->thick / 2, "start", "m"}, "-");
}

static void
add_rows(const struct bars *b, const struct figure *f, struct str *out)
{
	struct str name = STR_INIT;
	double y = TOP;

	for (size_t i = 0; i < f->names; i++) {
		double h = row_height(b, f, i);

		str_reset(&name);
		layout_shorten(&pen_pixels, f->name[i],
			    b->above ? b->right + VALUE - 20 : b->left - 14,
			    &name);
		svg_text(out, &(struct svg_text){
			 b->above ? 14 : b->left - 8,
			 b->above ? y + NAME / 2 - 1
				  : y + (h - b->gap) / 2 - 0.5,
			 b->above ? "start" : "end", "t"}, name.buf);
		add_bars(b, f, i, y + (b->above ? NAME : 0), out);
		y += h;
	}
	out->failed |= name.failed;
	str_release(&name);
}

/*
 * Names of series in rows of the width; out NULL: only their height, 0 where
 * there is one series.
 */
static double
add_legend(const struct figure *f, double width, double y, struct str *out)
{
	struct str name = STR_INIT;
	double x = 24, first = y;

	for (size_t i = 0; f->n > 1 && i < f->n; i++) {
		const struct figure_series *s = f->series[i];
		double w = fmin(pen_pixels.width(s->name), width - 36);

		if (x > 24 && x + w + 12 > width) {
			x = 24;
			y += LEGEND;
		}
		if (out) {
			str_reset(&name);
			layout_clip(&pen_pixels, s->name, w, &name);
			svg_marker(out, layout_colour(f, i), s->hollow, x - 8,
				   y);
			svg_text(out, &(struct svg_text){x, y, "start", "t"},
				 name.buf);
			out->failed |= name.failed;
		}
		x += w + 28;
	}
	str_release(&name);
	return f->n > 1 ? y - first + LEGEND : 0;
}

double
svg_bars_height(const struct figure *f, double width)
{
	struct bars b;

	plan(&b, f, width);
	return ceil(bars_height(&b, f) + 44 +
		    add_legend(f, width, 0, NULL) + (f->n > 1 ? 4 : 0));
}

void
svg_bars(const struct figure *f, double width, struct str *out)
{
	struct str title = STR_INIT;
	struct bars b;
	double bottom;

	plan(&b, f, width);
	bottom = bars_height(&b, f);
	layout_clip(&pen_pixels, f->title, (width - 24) / 1.25, &title);
	svg_text(out, &(struct svg_text){12, 14, "start", "h"}, title.buf);
	add_ticks(&b, f, bottom, out);
	add_rows(&b, f, out);
	(void)add_legend(f, width, bottom + 50, out);
	out->failed |= title.failed;
	str_release(&title);
}
