/* pen.c - how wide text is, and text cut to a width; see layout.h. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "plot/layout.h"

/* Widths of ' '..'~' in Helvetica, thousandths of the size (Adobe AFM). */
static const short helvetica[] = {
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,
	278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278,
	584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
	500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944,
	667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556,
	278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
	278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
};

/* The code point at *p, which is moved on; bytes that are none count alone. */
static uint32_t
next_point(const unsigned char **p)
{
	uint32_t c = *(*p)++;
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;

	if (c < 0x80 || !more)
		return c;
	c &= 0x3fu >> more;
	for (; more-- && (**p & 0xc0) == 0x80; (*p)++)
		c = c << 6 | (**p & 0x3fu);
	return c;
}

/* Double width: CJK, Hangul, full-width forms, pictographs. */
static bool
is_wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) ||
	       (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
	       (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000);
}

static bool
is_combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || c == 0x200b || c == 0x200d ||
	       (c >= 0xfe00 && c <= 0xfe0f);
}

/* 12 pixels high; a little wide, since fonts differ. */
static double
width_pixels(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	double sum = 0;

	while (*p) {
		uint32_t c = next_point(&p);

		if (c >= ' ' && c <= '~')
			sum += helvetica[c - ' '];
		else if (!is_combining(c))
			sum += is_wide(c) ? 1000 : 600;
	}
	return ceil(sum * 0.012 * 1.06);
}

static double
width_characters(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	double sum = 0;

	while (*p) {
		uint32_t c = next_point(&p);

		sum += is_combining(c) ? 0 : is_wide(c) ? 2 : 1;
	}
	return sum;
}

const struct pen pen_pixels = {
	width_pixels, 17, 6, 8, 64, 34, "\xe2\x80\xa6", false,
};
const struct pen pen_unicode = {
	width_characters, 1, 0.5, 1, 9, 3, "\xe2\x80\xa6", true,
};
const struct pen pen_ascii = {
	width_characters, 1, 0.5, 1, 9, 3, "..", true,
};

void
layout_clip(const struct pen *pen, const char *text, double width,
	    struct str *out)
{
	const unsigned char *p = (const unsigned char *)text, *end;
	struct str piece = STR_INIT;
	double room = width - pen->width(pen->dots);

	if (pen->width(text) <= width) {
		str_add(out, text);
		return;
	}
	for (end = p; *end;) {
		str_reset(&piece);
		next_point(&end);
		str_add_bytes(&piece, text,
			      (size_t)(end - (const unsigned char *)text));
		if (piece.failed || pen->width(piece.buf) > room)
			break;
		p = end;
	}
	str_add_bytes(out, text, (size_t)(p - (const unsigned char *)text));
	str_add(out, pen->dots);
	out->failed |= piece.failed;
	str_release(&piece);
}

void
layout_shorten(const struct pen *pen, const char *text, double width,
	       struct str *out)
{
	struct str head = STR_INIT;

	if (pen->width(text) <= width) {
		str_add(out, text);
		return;
	}
	layout_clip(pen, text, width * 0.6, &head);
	str_add(out, head.buf);
	width -= pen->width(head.buf);
	while (*text && pen->width(text) > width)
		do
			text++;
		while (((unsigned char)*text & 0xc0) == 0x80);
	str_add(out, text);
	out->failed |= head.failed;
	str_release(&head);
}
