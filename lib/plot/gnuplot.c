/*
 * gnuplot.c - figures as gnuplot commands: the same layout, ticks, colours and
 * labels as the SVG, but data stay data, so that a reader may change the plot.
 *
 * Texts are single-quoted, where gnuplot expands nothing, or stand in the data.
 */
#include <math.h>
#include <string.h>

#include <dltools/num.h>

#include "plot/layout.h"
#include "plot/palette.h"
#include "plot/svg.h"

struct script {
	const struct figure *f;
	const char *data, *extra;
	double width, height; /* of the figure */
	double above, total;
	size_t labels;
	struct str *out;
};

/* Point types of the shapes of svg.c. */
static const int full_type[PALETTE_SERIES] = {7, 5, 9, 13, 11, 15, 3};
static const int hollow_type[PALETTE_SERIES] = {6, 4, 8, 12, 10, 14, 2};

static void
add_quoted(struct str *out, const char *text)
{
	str_add_char(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			str_add_char(out, '\'');
		str_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
	}
	str_add_char(out, '\'');
}

static double
screen_x(const struct script *s, double x)
{
	return x / s->width;
}

static double
screen_y(const struct script *s, double y)
{
	return 1 - (s->above + y) / s->total;
}

/* anchor: "left", "right", "center". */
static void
add_label(struct script *s, const struct svg_text *at, const char *text)
{
	str_addf(s->out, "set label %zu ", ++s->labels);
	add_quoted(s->out, text);
	str_addf(s->out, " at screen %.5f,%.5f %s tc rgb '%s'%s front\n",
		 screen_x(s, at->x), screen_y(s, at->y), at->anchor,
		 at->class[0] == 'm' ? "#5c5c5c" : "#1a1a1a",
		 at->class[0] == 'h' ? " font ',12'" : "");
}

static void
add_margins(struct script *s, const struct box *p)
{
	str_addf(s->out, "set lmargin at screen %.5f\n"
		 "set rmargin at screen %.5f\nset tmargin at screen %.5f\n"
		 "set bmargin at screen %.5f\n", screen_x(s, p->x),
		 screen_x(s, p->x + p->w), screen_y(s, p->y),
		 screen_y(s, p->y + p->h));
}

static void
add_axis(struct script *s, char name, const struct scale *scale)
{
	char text[NUM_TEXT], low[NUM_TEXT], high[NUM_TEXT];

	num_print_double(low, scale->low);
	num_print_double(high, scale->high);
	str_addf(s->out, "set %crange [%s:%s]\n", name, low, high);
	if (scale->log)
		str_addf(s->out, "set logscale %c\n", name);
	str_addf(s->out, "set %ctics scale 0 (", name);
	for (size_t i = 0; i < scale->n; i++) {
		scale_text(scale, scale->tick[i], text);
		num_print_double(low, scale->tick[i]);
		str_addf(s->out, "%s'%s' %s", i ? ", " : "", text, low);
	}
	str_add(s->out, ")\n");
}

static const char *
colour_of(const struct figure *f, size_t series)
{
	enum figure_mark mark = f->series[series]->mark;

	return mark == FIGURE_GUIDE ? "#767676" : mark == FIGURE_FAINT
	       ? "#9db4c8" : palette_series[layout_colour(f, series) %
					    PALETTE_SERIES].light;
}

static int
point_type(const struct figure *f, size_t series)
{
	size_t c = layout_colour(f, series) % PALETTE_SERIES;

	return f->series[series]->hollow ? hollow_type[c] : full_type[c];
}

static bool
is_marked(const struct figure_series *s)
{
	return s->mark == FIGURE_POINTS ||
	       (s->mark < FIGURE_GUIDE && s->n <= 12);
}

static void
begin(struct script *s)
{
	str_add(s->out, "reset\nset encoding utf8\nunset key\n"
		"set datafile separator tab\nset datafile missing ''\n"
		"set border 3 lc rgb '#8c8c8c'\n"
		"set grid lc rgb '#e6e6e6' lt 1\n"
		"set tics nomirror tc rgb '#5c5c5c'\n");
	if (s->data)
		return;
	str_add(s->out, "$data << EndOfData\n");
	figure_data(s->f, s->out);
	str_add(s->out, "EndOfData\n");
}

/* The words after `plot`, of all plot elements. */
static void
add_source(struct script *s)
{
	if (s->data)
		add_quoted(s->out, s->data);
	else
		str_add(s->out, "$data");
	str_add(s->out, " skip 1 ");
}

static void
add_note(struct script *s)
{
	struct str line = STR_INIT;
	const char *note = s->f->note;
	double y = s->height + 10;

	for (; note && *note && !line.failed; y += SVG_NOTE) {
		note = svg_note_line(note, s->width - 24, &line);
		add_label(s, &(struct svg_text){12, y, "left", "m"},
			  line.buf);
	}
	s->out->failed |= line.failed;
	str_release(&line);
}

static void
begin_plot(struct script *s)
{
	add_note(s);
	if (s->extra)
		str_addf(s->out, "%s\n", s->extra);
	str_add(s->out, "plot ");
}

/* ---- lines and points ----------------------------------------------- */

static void
add_element(struct script *s, size_t i, const char *what, bool spread)
{
	const struct figure_series *series = s->f->series[i];
	size_t colour = layout_colour(s->f, i);

	add_source(s);
	str_addf(s->out, "using (($1==%zu)?$2:NaN):3%s with %s lc rgb '%s' ",
		 i, spread ? ":4:5" : "", what, colour_of(s->f, i));
	if (!strcmp(what, "points"))
		str_addf(s->out, "pt %d ps 1.1", point_type(s->f, i));
	else if (spread)
		str_add(s->out, "pt 0 lw 1.5");
	else
		str_addf(s->out, "lw %s dt %d", series->mark >= FIGURE_GUIDE
			 ? "1" : "2", series->mark == FIGURE_GUIDE ? 2 :
			 colour >= PALETTE_SERIES ? 4 : 1);
	str_add(s->out, ", \\\n     ");
}

static bool
has_spread(const struct figure_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (isfinite(s->point[i].low))
			return true;
	return false;
}

static void
add_sign(struct script *s, size_t series, double x, double y)
{
	str_addf(s->out, "set label %zu '' at screen %.5f,%.5f point pt %d "
		 "ps 1.1 lc rgb '%s'\n", ++s->labels, screen_x(s, x),
		 screen_y(s, y), point_type(s->f, series),
		 colour_of(s->f, series));
}

static void
add_legend(struct script *s, const struct layout *l)
{
	for (size_t i = 0; i < l->legends; i++) {
		const struct layout_label *b = &l->legend[i];
		const struct figure_series *series = s->f->series[b->series];

		add_label(s, &(struct svg_text){b->x, b->y, "left", "t"},
			  b->text);
		if (is_marked(series))
			add_sign(s, b->series, b->x - 12, b->y);
		if (series->mark != FIGURE_POINTS)
			str_addf(s->out, "set arrow from screen %.5f,%.5f to "
				 "screen %.5f,%.5f nohead lw 2 lc rgb '%s' "
				 "dt %d\n", screen_x(s, b->x - 20),
				 screen_y(s, b->y), screen_x(s, b->x - 4),
				 screen_y(s, b->y), colour_of(s->f, b->series),
				 series->mark == FIGURE_GUIDE ? 2 : 1);
	}
}

static void
add_texts(struct script *s, const struct layout *l)
{
	const struct figure *f = s->f;

	add_label(s, &(struct svg_text){12, l->title_y, "left", "h"},
		  f->title);
	if (f->y.label)
		add_label(s, &(struct svg_text){12, l->y_label_y, "left",
			  "m"}, f->y.label);
	if (f->x.label)
		add_label(s, &(struct svg_text){l->plot.x + l->plot.w,
			  l->x_label_y, "right", "m"}, f->x.label);
	for (size_t i = 0; i < l->labels; i++) {
		const struct layout_label *b = &l->label[i];

		add_label(s, &(struct svg_text){b->x, b->y, "left", "t"},
			  b->text);
		if (l->direct)
			add_sign(s, b->series, b->x - 8, b->y);
	}
	add_legend(s, l);
}

static int
plot_xy(struct script *s, struct err *e)
{
	const struct figure *f = s->f;
	struct layout l;

	if (layout_init(&l, f, &pen_pixels, s->width, s->height, e) < 0)
		return -1;
	begin(s);
	add_margins(s, &l.plot);
	add_axis(s, 'x', &l.x);
	add_axis(s, 'y', &l.y);
	add_texts(s, &l);
	begin_plot(s);
	for (size_t i = 0; i < f->n; i++)
		if (f->series[i]->mark != FIGURE_POINTS)
			add_element(s, i, f->series[i]->mark == FIGURE_STEPS
				    ? "steps" : "lines", false);
	for (size_t i = 0; i < f->n; i++) {
		if (has_spread(f->series[i]))
			add_element(s, i, "yerrorbars", true);
		if (is_marked(f->series[i]))
			add_element(s, i, "points", false);
	}
	str_add(s->out, "NaN notitle\n");
	layout_release(&l);
	return 0;
}

/* ---- bars ----------------------------------------------------------- */

static void
add_names(struct script *s, double left)
{
	struct str name = STR_INIT;

	str_add(s->out, "set ytics scale 0 (");
	for (size_t i = 0; i < s->f->names; i++) {
		str_reset(&name);
		layout_shorten(&pen_pixels, s->f->name[i], left - 16, &name);
		str_add(s->out, i ? ", " : "");
		add_quoted(s->out, name.buf);
		str_addf(s->out, " -%zu", i);
	}
	str_add(s->out, ")\n");
	s->out->failed |= name.failed;
	str_release(&name);
}

static void
add_bar_texts(struct script *s, double right)
{
	const struct figure *f = s->f;
	double x = 30;

	add_label(s, &(struct svg_text){12, 14, "left", "h"}, f->title);
	if (f->x.label)
		add_label(s, &(struct svg_text){right, s->height - 28,
			  "right", "m"}, f->x.label);

	for (size_t i = 0; f->n > 1 && i < f->n; i++) {
		const char *name = f->series[i]->name;

		add_label(s, &(struct svg_text){x, s->height - 12, "left",
			  "t"}, name);
		str_addf(s->out, "set label %zu '' at screen %.5f,%.5f "
			 "point pt %d ps 1.4 lc rgb '%s'\n", ++s->labels,
			 screen_x(s, x - 10), screen_y(s, s->height - 12),
			 f->series[i]->hollow ? 4 : 5, colour_of(f, i));
		x += pen_pixels.width(name) + 34;
	}
}

static int
plot_bars(struct script *s)
{
	const struct figure *f = s->f;
	double left = 0, thick = 0.8 / (double)(f->n ? f->n : 1);
	struct scale scale;
	struct box p;

	for (size_t i = 0; i < f->names; i++)
		left = fmax(left, pen_pixels.width(f->name[i]));
	left = fmin(left + 18, s->width * 0.45);
	p = (struct box){left, 34, s->width - left - 64, s->height - 90};
	scale_axis(&scale, f, true, (size_t)(p.w / 70) + 1);
	begin(s);
	add_margins(s, &p);
	add_axis(s, 'x', &scale);
	str_addf(s->out, "set yrange [-%zu.5:0.5]\n",
		 f->names ? f->names - 1 : 0);
	add_names(s, left);
	add_bar_texts(s, p.x + p.w);
	begin_plot(s);
	for (size_t i = 0; i < f->n; i++) {
		double top = 0.4 - thick * (double)i;

		add_source(s);
		str_addf(s->out, "using (($1==%zu)?$3:NaN):(-$2):(%s):3:"
			 "(-$2+%.4f):(-$2+%.4f) with boxxyerror fs solid %s "
			 "lc rgb '%s', \\\n     ", i,
			 scale.log ? "1e-300" : "0", top - thick * 0.9, top,
			 f->series[i]->hollow ? "0.35" : "1.0",
			 colour_of(f, i));
		add_source(s);
		str_addf(s->out, "using (($1==%zu)?$3:NaN):(-$2+%.4f):"
			 "(gprintf(abs($3) >= 100 || $3 == int($3) ? "
			 "' %%.0f' : ' %%.3g', $3)) with labels left "
			 "tc rgb '#1a1a1a', \\\n     ", i,
			 top - thick * 0.45);
	}
	str_add(s->out, "NaN notitle\n");
	return 0;
}

/* ---- grids and pictures --------------------------------------------- */

/* As svg_grid.c has them: rows at the left, columns on top. */
static void
add_grid_names(struct script *s, const struct box *p)
{
	const struct figure *f = s->f;
	struct str name = STR_INIT;

	for (size_t i = 0; i < f->rows + f->columns && i < f->names; i++) {
		bool is_row = i < f->rows;
		double at = (double)(is_row ? i : i - f->rows) + 0.5;
		struct svg_text place = {p->x - 6, p->y + at * p->h /
					 (double)f->rows, "right", "m"};

		if (!is_row)
			place = (struct svg_text){p->x + at * p->w /
				(double)f->columns, p->y - 9, "center", "m"};
		str_reset(&name);
		layout_shorten(&pen_pixels, f->name[i], is_row ? p->x - 16
			    : p->w / (double)f->columns, &name);
		add_label(s, &place, name.buf);
	}
	s->out->failed |= name.failed;
	str_release(&name);
}

static int
plot_grid(struct script *s)
{
	const struct figure *f = s->f;
	struct box p;
	bool named = svg_grid_box(f, s->width, &p);

	begin(s);
	add_margins(s, &p);
	str_addf(s->out, "unset grid\nunset border\nunset colorbox\n"
		 "unset tics\n"
		 "set palette defined (0 '#f7fbff', 1 '#c6dbef', 2 '#6baed6', "
		 "3 '#2171b5', 4 '#08306b')\nset cbrange [0:1]\n"
		 "set xrange [-0.5:%zu.5]\nset yrange [%zu.5:-0.5]\n",
		 f->columns - 1, f->rows - 1);
	add_label(s, &(struct svg_text){12, 14, "left", "h"}, f->title);
	if (f->x.label)
		add_label(s, &(struct svg_text){12, 36, "left", "m"},
			  f->x.label);
	if (named)
		add_grid_names(s, &p);
	begin_plot(s);
	add_source(s);
	str_add(s->out, "using 2:1:4 with image");
	if (f->rows * f->columns <= 400) {
		str_add(s->out, ", \\\n     ");
		add_source(s);
		str_add(s->out, "using 2:1:($3!=0?gprintf('%.4g',$3):''):"
			"($4>0.55?0xffffff:0x1a1a1a) with labels "
			"tc rgb variable");
	}
	str_add_char(s->out, '\n');
	return 0;
}

static int
plot_images(struct script *s)
{
	const struct figure *f = s->f;
	size_t w = f->image_width, h = f->columns / w;
	size_t across = (size_t)((s->width - 16) / 80);
	size_t down;
	struct box p = {12, 34, s->width - 24, s->height - 46};

	across = across < 1 ? 1 : across > f->rows ? f->rows : across;
	down = (f->rows + across - 1) / across;
	begin(s);
	add_margins(s, &p);
	str_addf(s->out, "unset grid\nunset border\nunset colorbox\n"
		 "unset tics\nset palette defined (-3 '#2166ac', -2 '#67a9cf', "
		 "-1 '#d1e5f0', 0 '#f7f7f7', 1 '#fddbc7', 2 '#ef8a62', "
		 "3 '#b2182b')\nset cbrange [-1:1]\nset size ratio -1\n"
		 "set xrange [-1:%zu]\nset yrange [%zu:-1]\n",
		 across * (w + 2), down * (h + 2));
	add_label(s, &(struct svg_text){12, 14, "left", "h"}, f->title);
	begin_plot(s);
	str_addf(s->out, "for [i=0:%zu] ", f->rows - 1);
	add_source(s);
	str_addf(s->out, "every ::(i*%zu)::(i*%zu+%zu) using "
		 "($3+(i%%%zu)*%zu):($2+(i/%zu)*%zu):5 with image\n",
		 f->columns, f->columns, f->columns - 1, across, w + 2,
		 across, h + 2);
	return 0;
}

int
figure_gnuplot(const struct figure *f, const struct figure_look *look,
	       const char *data, const char *extra, struct str *out,
	       struct err *e)
{
	struct script s = {.f = f, .data = data, .extra = extra,
			   .out = out};
	size_t height;
	int status;

	if (figure_height(f, look, &height, e) < 0)
		return -1;
	s.width = look->width ? (double)look->width : 720;
	s.height = (double)height - svg_note_height(f, s.width);
	s.above = (double)look->above;
	s.total = (double)(look->total ? look->total : height);
	status = f->kind == FIGURE_XY ? plot_xy(&s, e)
	       : f->kind == FIGURE_BARS ? plot_bars(&s)
	       : f->kind == FIGURE_GRID ? plot_grid(&s) : plot_images(&s);
	return status < 0 ? -1 : str_check(out, e);
}
