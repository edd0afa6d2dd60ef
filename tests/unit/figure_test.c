/*
 * figure_test.c - axes have round ticks that hold the data; labels cover
 * neither each other nor markers; every back end draws every kind of figure,
 * also empty, endless and hostile ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/rng.h>

#include "plot/layout.h"

/* ---- axes ----------------------------------------------------------- */

static void
check_scale(double low, double high, bool log, size_t most)
{
	struct scale s;
	double slack;

	scale_fit(&s, low, high, log, most);
	assert_true(s.n >= 2 && s.n <= most);
	slack = log ? 1e-9 * low : 0;
	assert_true(s.low <= low + slack);
	slack = log ? 1e-9 * high : slack;
	assert_true(s.high >= high - slack);
	for (size_t i = 1; i < s.n; i++)
		assert_true(s.tick[i] > s.tick[i - 1]);
	assert_true(scale_has(&s, low) && scale_has(&s, high));
}

static void
scales(void **state)
{
	struct rng_key key = rng_key(1, RNG_SEARCH);

	(void)state;
	for (uint64_t i = 0; i < 20000; i++) {
		double a = exp((rng_uniform(key, i, 0) - 0.5) * 60);
		double b = a * exp(rng_uniform(key, i, 1) * 40);
		size_t most = 3 + i % 9;

		check_scale(a, b, i % 2, most);
		if (i % 2 == 0)
			check_scale(-a, b, false, most);
	}
	check_scale(5, 5, false, 6);
	check_scale(5, 5, true, 6);
	check_scale(0, 0, false, 6);
}

static void
tick_texts(void **state)
{
	struct scale s;
	char text[NUM_TEXT];

	(void)state;
	scale_fit(&s, 0, 0.2, false, 6);
	scale_text(&s, s.tick[1], text);
	assert_string_equal(text, "0.05");
	scale_fit(&s, 0, 98000, false, 6);
	scale_text(&s, s.tick[1], text);
	assert_string_equal(text, "20k");
	scale_fit(&s, 0.05, 300, true, 8);
	scale_text(&s, 0.1, text);
	assert_string_equal(text, "0.1");
	scale_value(0.09, text);
	assert_string_equal(text, "0.0900");
}

/* ---- labels --------------------------------------------------------- */

static void
scatter(struct figure *f, size_t n, uint64_t seed)
{
	struct rng_key key = rng_key(seed, RNG_SEARCH);
	struct figure_series *s;
	char label[40];

	figure_init(f, FIGURE_XY, "scatter", "Scatter");
	f->x.label = "x";
	f->y.label = "y";
	s = figure_series(f, "runs", FIGURE_POINTS);
	for (uint64_t i = 0; i < n; i++) {
		struct figure_point *p;

		(void)snprintf(label, sizeof(label), "run %d of many",
			       (int)i);
		p = figure_point(s, rng_uniform(key, i, 0),
				 rng_uniform(key, i, 1), label);
		assert_non_null(p);
		p->first = i % 10 == 0;
	}
}

static bool
apart(const struct layout_label *a, const struct layout_label *b, double h)
{
	return a->x + a->w <= b->x + 1e-6 || b->x + b->w <= a->x + 1e-6 ||
	       fabs(a->y - b->y) >= h - 1e-6;
}

static void
check_labels(const struct pen *pen, double w, double h, size_t n)
{
	double line = pen->snap ? 1 : pen->line - 3;
	struct figure f;
	struct layout l;
	struct err e = {0};

	scatter(&f, n, n);
	assert_int_equal(layout_init(&l, &f, pen, w, h, &e), 0);
	assert_true(l.labels > 0 && l.labels + l.left_out == n);
	for (size_t i = 0; i < l.labels; i++) {
		assert_true(l.label[i].x >= l.plot.x);
		assert_true(l.label[i].x + l.label[i].w <= l.width);
		for (size_t k = 0; k < i; k++)
			assert_true(apart(&l.label[i], &l.label[k], line));
	}
	layout_release(&l);
	figure_release(&f);
}

static void
labels(void **state)
{
	(void)state;
	for (size_t n = 1; n < 400; n = n * 2 + 1) {
		check_labels(&pen_pixels, 720, 430, n);
		check_labels(&pen_pixels, 360, 360, n);
		check_labels(&pen_unicode, 80, 22, n);
	}
}

static void
clipping(void **state)
{
	struct str s = STR_INIT;

	(void)state;
	layout_clip(&pen_unicode, "Grüße aus Köln", 8, &s);
	assert_string_equal(s.buf, "Grüße a…");
	str_reset(&s);
	layout_clip(&pen_ascii, "short", 8, &s);
	assert_string_equal(s.buf, "short");
	str_release(&s);
}

/* ---- drawing -------------------------------------------------------- */

static size_t
widest_line(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t len = strcspn(text, "\n"), n = 0;

		for (size_t i = 0; i < len; i++)
			n += ((unsigned char)text[i] & 0xc0) != 0x80;
		most = n > most ? n : most;
		text += len + (text[len] == '\n');
	}
	return most;
}

static void
draw_all(const struct figure *f)
{
	struct figure_look look = {.width = 80, .unicode = true};
	struct str out = STR_INIT, again = STR_INIT;
	struct err e = {0};

	assert_int_equal(figure_text(f, &look, &out, &e), 0);
	assert_true(widest_line(out.buf) <= 80);
	look.unicode = false;
	str_reset(&out);
	assert_int_equal(figure_text(f, &look, &out, &e), 0);
	assert_true(widest_line(out.buf) <= 80);
	for (size_t w = 200; w <= 1000; w += 400) {
		look.width = w;
		str_reset(&out);
		str_reset(&again);
		assert_int_equal(figure_svg(f, &look, &out, &e), 0);
		assert_int_equal(figure_svg(f, &look, &again, &e), 0);
		assert_string_equal(out.buf, again.buf);
		assert_null(strstr(out.buf, "nan"));
		assert_null(strstr(out.buf, "inf"));
		assert_null(strstr(out.buf, "<script"));
		str_reset(&out);
		assert_int_equal(figure_gnuplot(f, &look, NULL, NULL, &out,
						&e), 0);
	}
	str_release(&out);
	str_release(&again);
}

static void
all_kinds(void **state)
{
	struct figure f;
	char name[40];

	(void)state;
	for (size_t n = 0; n < 300; n = n * 3 + 1) {
		scatter(&f, n, 7);
		draw_all(&f);
		figure_release(&f);
		figure_init(&f, FIGURE_BARS, "bars", "Bars");
		figure_series(&f, "a", FIGURE_POINTS);
		figure_series(&f, "<script>b", FIGURE_POINTS);
		for (size_t i = 0; i < n; i++) {
			(void)snprintf(name, sizeof(name), "%zu & <b>", i);
			figure_name(&f, name);
			figure_point(f.series[0], 0, (double)i, NULL);
			figure_point(f.series[1], 0, i % 3 ? NAN : 3.5, NULL);
		}
		draw_all(&f);
		figure_release(&f);
		figure_init(&f, FIGURE_GRID, "grid", "Grid");
		for (size_t i = 0; i < 2 * n; i++)
			figure_name(&f, "class");
		assert_true(figure_cells(&f, n + 1, n + 1));
		f.cell[0] = f.shade[0] = 1;
		draw_all(&f);
		figure_release(&f);
	}
}

static void
hostile(void **state)
{
	static const double odd[] = {NAN, INFINITY, -INFINITY, 0, -1, 1e300,
				     1e-300, -1e300, 5e-324};
	size_t n = sizeof(odd) / sizeof(*odd);
	struct figure f;

	(void)state;
	for (int log = 0; log < 2; log++) {
		struct figure_series *s;

		figure_init(&f, FIGURE_XY, "odd", "'`id`' \"<b>\" \xff\x01");
		f.x.log = f.y.log = log;
		s = figure_series(&f, "\xc3\x28 `id`", FIGURE_LINE);
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < n; k++)
				figure_point(s, odd[i], odd[k], "\t\n\x80");
		draw_all(&f);
		figure_release(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scales),   cmocka_unit_test(tick_texts),
		cmocka_unit_test(labels),   cmocka_unit_test(clipping),
		cmocka_unit_test(all_kinds), cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
