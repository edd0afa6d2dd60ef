/* svg.c - figures as SVG; see svg.h. */
#include "plot/svg.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/num.h>

#include "plot/palette.h"

/* ---- pieces --------------------------------------------------------- */

/* Bytes of the character at text, 0 if it is not UTF-8. */
static size_t
character(const char *text)
{
	for (size_t n = 1; n <= 4 && (n == 1 || text[n - 1]); n++)
		if (str_utf8_valid(text, n) == n)
			return n;
	return 0;
}

void
svg_escape(struct str *out, const char *text)
{
	static const char special[] = "&<>\"";
	static const char *const entity[] = {"&amp;", "&lt;", "&gt;",
					     "&quot;"};
	size_t n;

	for (; *text; text += n ? n : 1) {
		const char *hit = strchr(special, *text);

		n = character(text);
		if (hit)
			str_add(out, entity[hit - special]);
		else if (n == 1 && ((unsigned char)*text < ' ' ||
				    *text == 0x7f))
			str_add_char(out, ' ');
		else if (n)
			str_add_bytes(out, text, n);
		else
			str_add_char(out, '?');
	}
}

void
svg_number(struct str *out, double value)
{
	char text[NUM_TEXT];

	num_print_double(text, rint(value * 10) / 10);
	str_add(out, text);
}

void
svg_text(struct str *out, const struct svg_text *at, const char *text)
{
	str_add(out, "<text x=\"");
	svg_number(out, at->x);
	str_add(out, "\" y=\"");
	svg_number(out, at->y + 4.2);
	str_addf(out, "\" class=\"%s\"", at->class);
	if (at->anchor[0] != 's')
		str_addf(out, " text-anchor=\"%s\"", at->anchor);
	str_add_char(out, '>');
	svg_escape(out, text);
	str_add(out, "</text>\n");
}

/* Corners of each shape but the circle, in units of its size. */
static const struct {
	size_t n;
	double at[4][2];
} shapes[PLOT_COLOURS] = {
	{0, {{0}}},
	{4, {{-.9, -.9}, {.9, -.9}, {.9, .9}, {-.9, .9}}},
	{3, {{0, -1.2}, {1.1, .8}, {-1.1, .8}}},
	{4, {{0, -1.25}, {1.25, 0}, {0, 1.25}, {-1.25, 0}}},
	{3, {{0, 1.2}, {1.1, -.8}, {-1.1, -.8}}},
	{4, {{-1.3, -.55}, {1.3, -.55}, {1.3, .55}, {-1.3, .55}}},
	{4, {{-.55, -1.3}, {.55, -1.3}, {.55, 1.3}, {-.55, 1.3}}},
};

void
svg_marker(struct str *out, size_t colour, bool hollow, double x, double y)
{
	const double size = 4;
	size_t c = colour % PLOT_COLOURS;

	if (!shapes[c].n) {
		str_add(out, "<circle cx=\"");
		svg_number(out, x);
		str_add(out, "\" cy=\"");
		svg_number(out, y);
		str_add(out, "\" r=\"4\"");
	} else {
		str_add(out, "<path d=\"");
		for (size_t i = 0; i < shapes[c].n; i++) {
			str_add_char(out, i ? 'L' : 'M');
			svg_number(out, x + shapes[c].at[i][0] * size);
			str_add_char(out, ' ');
			svg_number(out, y + shapes[c].at[i][1] * size);
		}
		str_add(out, "Z\"");
	}
	str_addf(out, " class=\"%s%zu\"/>\n", hollow ? "l" : "k", c);
}

/* ---- style ---------------------------------------------------------- */

static void
add_colours(struct str *out, bool dark)
{
	for (size_t i = 0; i < PLOT_COLOURS; i++) {
		const char *c = dark ? palette_series[i].dark
				     : palette_series[i].light;

		str_addf(out, ".k%zu{fill:%s}.l%zu{stroke:%s}\n", i, c, i, c);
	}
}

void
figure_style(struct str *out)
{
	str_add(out, "svg text{font-family:Helvetica,Arial,\"Liberation Sans\","
		"sans-serif;font-size:12px}\n"
		"svg text.h{font-size:14px;font-weight:600}\n"
		"svg text.o{paint-order:stroke;stroke:#fff;stroke-width:3px;"
		"stroke-linejoin:round}\n"
		".l0,.l1,.l2,.l3,.l4,.l5,.l6{fill:none;stroke-width:1.8;"
		"stroke-linejoin:round;stroke-linecap:round}\n"
		".b{fill:#fff}.t,.h,.o{fill:#1a1a1a}.m{fill:#5c5c5c}\n"
		".a{stroke:#8c8c8c;fill:none}.g{stroke:#e6e6e6;fill:none}\n"
		".q{stroke:#767676;fill:none;stroke-dasharray:4 3}\n"
		".f{stroke:#9db4c8;fill:none;opacity:.55}"
		".w{fill:#fff}.d{fill:#1a1a1a}\n");
	add_colours(out, false);
	str_add(out, "@media(prefers-color-scheme:dark){\n"
		".b{fill:#15181c}.t,.h,.o{fill:#ececec}.m{fill:#a9b0b8}\n"
		"svg text.o{stroke:#15181c}\n"
		".a{stroke:#79818a}.g{stroke:#2c3138}.q{stroke:#8f979f}\n"
		".f{stroke:#7290ab}\n");
	add_colours(out, true);
	str_add(out, "}\n");
}

/* ---- the note below ------------------------------------------------- */

const char *
svg_note_line(const char *note, double width, struct str *line)
{
	struct str next = STR_INIT;

	str_reset(line);
	while (note && *note) {
		size_t word = strcspn(note, " ");

		str_reset(&next);
		str_addf(&next, "%s%s%.*s", line->buf, line->len ? " " : "",
			 (int)word, note);
		if (line->len && pen_pixels.width(next.buf) > width)
			break;
		str_reset(line);
		str_add(line, next.buf);
		note += word + strspn(note + word, " ");
	}
	line->failed |= next.failed;
	str_release(&next);
	return note;
}

double
svg_note_height(const struct figure *f, double width)
{
	struct str line = STR_INIT;
	const char *note = f->note;
	size_t lines = 0;

	while (note && *note && !line.failed) {
		note = svg_note_line(note, width - 24, &line);
		lines++;
	}
	str_release(&line);
	return lines ? (double)lines * SVG_NOTE + 10 : 0;
}

static void
draw_note(const struct figure *f, double y, double width, struct str *out)
{
	struct str line = STR_INIT;
	const char *note = f->note;

	for (; note && *note && !line.failed; y += SVG_NOTE) {
		note = svg_note_line(note, width - 24, &line);
		svg_text(out, &(struct svg_text){12, y, "start", "m"},
			 line.buf);
	}
	out->failed |= line.failed;
	str_release(&line);
}

/* ---- the whole ------------------------------------------------------ */

static double
body_height(const struct figure *f, double width, size_t asked)
{
	switch (f->kind) {
	case FIGURE_BARS:
		return svg_bars_height(f, width);
	case FIGURE_GRID:
		return svg_grid_height(f, width);
	case FIGURE_IMAGES:
		return svg_images_height(f, width);
	case FIGURE_XY:
		break;
	}
	return asked ? (double)asked : width < 500 ? width : rint(width * 0.6);
}

static double
width_of(const struct figure_look *look)
{
	return look->width ? (double)look->width : 720;
}

int
figure_height(const struct figure *f, const struct figure_look *look,
	      size_t *height, struct err *e)
{
	double w = width_of(look);

	if (f->failed)
		return err_nomem(e, "a figure");
	*height = (size_t)(body_height(f, w, look->height) +
			   svg_note_height(f, w));
	return 0;
}

static int
draw(const struct figure *f, double width, double height, struct str *out,
     struct err *e)
{
	struct layout l;
	int status;

	switch (f->kind) {
	case FIGURE_BARS:
		svg_bars(f, width, out);
		return 0;
	case FIGURE_GRID:
		return svg_grid(f, width, out, e);
	case FIGURE_IMAGES:
		return svg_images(f, width, out, e);
	case FIGURE_XY:
		break;
	}
	if (layout_init(&l, f, &pen_pixels, width, height, e) < 0)
		return -1;
	status = svg_xy(f, &l, out, e);
	layout_release(&l);
	return status;
}

int
figure_svg(const struct figure *f, const struct figure_look *look,
	   struct str *out, struct err *e)
{
	double w = width_of(look), h = body_height(f, w, look->height);
	size_t all = 0;

	if (figure_height(f, look, &all, e) < 0)
		return -1;
	str_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		 "viewBox=\"0 0 %.0f %zu\" width=\"%.0f\" height=\"%zu\" "
		 "role=\"img\" aria-label=\"", w, all, w, all);
	svg_escape(out, f->title ? f->title : f->id);
	str_add(out, "\">\n");
	if (!look->inside) {
		str_add(out, "<style>\n");
		figure_style(out);
		str_add(out, "</style>\n");
	}
	str_addf(out, "<rect class=\"b\" width=\"%.0f\" height=\"%zu\"/>\n", w,
		 all);
	if (draw(f, w, h, out, e) < 0)
		return -1;
	draw_note(f, h + 10, w, out);
	str_add(out, "</svg>\n");
	return str_check(out, e);
}
