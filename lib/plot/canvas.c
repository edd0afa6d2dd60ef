/* canvas.c - drawing with characters; see canvas.h. */
#include "plot/canvas.h"

#include <math.h>
#include <string.h>

#include <dltools/mem.h>

#include "plot/layout.h"
#include "plot/palette.h"

int
canvas_init(struct canvas *c, size_t width, size_t height, bool unicode,
	    struct err *e)
{
	size_t n;

	*c = (struct canvas){width, height, unicode, NULL, false};
	if (mem_mul(width, height, &n) < 0 || n > 1u << 26)
		return err_set(e, ERR_OUTPUT, "a drawing of %zu x %zu "
			       "characters is too large", width, height);
	c->cell = mem_zalloc(n, sizeof(*c->cell), e);
	return c->cell ? 0 : -1;
}

void
canvas_release(struct canvas *c)
{
	mem_free(c->cell);
	*c = (struct canvas){0};
}

static struct canvas_cell *
cell_at(const struct canvas *c, double x, double y)
{
	if (!(x >= 0 && y >= 0 && x < (double)c->width &&
	      y < (double)c->height))
		return NULL;
	return &c->cell[(size_t)y * c->width + (size_t)x];
}

void
canvas_put(struct canvas *c, double x, double y, uint32_t code, int colour)
{
	struct canvas_cell *cell = cell_at(c, x, y);

	if (!cell)
		return;
	cell->code = code;
	cell->colour = (short)colour;
}

/* The code point at *p, which is moved on; '?' for what is not UTF-8. */
static uint32_t
decode(const char **p)
{
	const unsigned char *u = (const unsigned char *)*p;
	size_t n = u[0] < 0x80 ? 1 : u[0] < 0xe0 ? 2 : u[0] < 0xf0 ? 3 : 4;
	uint32_t code = u[0];

	if (n == 1 || str_utf8_valid(*p, strnlen(*p, n)) < n) {
		++*p;
		return n > 1 ? '?' : code < ' ' || code == 0x7f ? ' ' : code;
	}
	code &= n == 2 ? 0x1f : n == 3 ? 0x0f : 0x07;
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (u[i] & 0x3f);
	*p += n;
	return code;
}

void
canvas_text(struct canvas *c, double x, double y, const char *text, int colour)
{
	while (*text) {
		const char *begin = text;
		uint32_t code = decode(&text);
		char one[8] = "";
		double w;

		memcpy(one, begin, (size_t)(text - begin));
		w = pen_unicode.width(one);
		if (w == 0)
			continue;
		if (code > 126 && !c->unicode)
			code = '?';
		canvas_put(c, x, y, code, colour);
		if (w > 1)
			canvas_put(c, x + 1, y, 1, colour);
		x += w;
	}
}

/* Braille bits by row and column of a cell. */
static const unsigned char braille[4][2] = {
	{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80},
};

static void
put_dot(struct canvas *c, double x, double y, int colour)
{
	struct canvas_cell *cell = cell_at(c, x, y);

	if (!cell)
		return;
	cell->dot |= braille[(int)((y - floor(y)) * 4)]
			    [(int)((x - floor(x)) * 2)];
	if (!cell->code)
		cell->colour = (short)colour;
}

/* Steps of less than half a dot. */
void
canvas_line(struct canvas *c, const double from[2], const double to[2],
	    int colour)
{
	double dx = to[0] - from[0], dy = to[1] - from[1];
	double longest = fmax(fabs(dx) * 2, fabs(dy) * 4);
	size_t n = longest < 1e6 ? (size_t)(longest * 2) + 1 : 1;

	for (size_t i = 0; i <= n; i++) {
		double t = (double)i / (double)n;

		put_dot(c, from[0] + dx * t, from[1] + dy * t, colour);
	}
}

uint32_t
canvas_marker(const struct canvas *c, size_t colour, bool hollow)
{
	static const uint32_t full[] = {0x25cf, 0x25a0, 0x25b2, 0x25c6,
					0x25bc, 0x25ac, 0x25ae};
	static const uint32_t open[] = {0x25cb, 0x25a1, 0x25b3, 0x25c7,
					0x25bd, 0x25ad, 0x25af};
	static const char plain[] = "o#^x*v%", hollow_plain[] = "@=+~&:$";

	colour %= PALETTE_SERIES;
	if (c->unicode)
		return hollow ? open[colour] : full[colour];
	return (unsigned char)(hollow ? hollow_plain[colour] : plain[colour]);
}

uint32_t
canvas_shade(const struct canvas *c, double share)
{
	static const uint32_t block[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
	static const char plain[] = " .:-=+*#%@";

	share = fmin(fmax(share, 0), 1);
	if (c->unicode)
		return block[(size_t)ceil(share * 4 - 1e-9)];
	return (unsigned char)plain[(size_t)ceil(share * 9 - 1e-9)];
}

static void
add_code(struct str *out, uint32_t code)
{
	if (code < 0x80) {
		str_add_char(out, (char)code);
		return;
	}
	if (code < 0x800) {
		str_add_char(out, (char)(0xc0 | code >> 6));
	} else {
		if (code < 0x10000) {
			str_add_char(out, (char)(0xe0 | code >> 12));
		} else {
			str_add_char(out, (char)(0xf0 | code >> 18));
			str_add_char(out, (char)(0x80 | (code >> 12 & 63)));
		}
		str_add_char(out, (char)(0x80 | (code >> 6 & 63)));
	}
	str_add_char(out, (char)(0x80 | (code & 63)));
}

static void
add_colour(struct str *out, int colour)
{
	if (colour == CANVAS_PLAIN)
		str_add(out, "\033[0m");
	else if (colour == CANVAS_MUTED)
		str_add(out, "\033[0;90m");
	else
		str_addf(out, "\033[0;38;5;%um",
			 palette_series[colour % PALETTE_SERIES].terminal);
}

static uint32_t
shown(const struct canvas *c, const struct canvas_cell *cell)
{
	if (cell->code)
		return cell->code;
	if (!cell->dot)
		return ' ';
	return c->unicode ? 0x2800u + cell->dot : '.';
}

void
canvas_print(const struct canvas *c, bool color, struct str *out)
{
	for (size_t y = 0; y < c->height; y++) {
		const struct canvas_cell *row = c->cell + y * c->width;
		size_t n = c->width;
		int now = CANVAS_PLAIN;

		while (n && shown(c, &row[n - 1]) == ' ')
			n--;
		for (size_t x = 0; x < n; x++) {
			uint32_t code = shown(c, &row[x]);

			if (code == 1)
				continue;
			if (color && code != ' ' && row[x].colour != now) {
				now = row[x].colour;
				add_colour(out, now);
			}
			add_code(out, code);
		}
		if (now != CANVAS_PLAIN)
			add_colour(out, CANVAS_PLAIN);
		str_add_char(out, '\n');
	}
	out->failed |= c->failed;
}
