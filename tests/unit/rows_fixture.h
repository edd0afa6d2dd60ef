/*
 * rows_fixture.h - a table with columns of every packing and the encoder of it.
 */
#ifndef ROWS_FIXTURE_H
#define ROWS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dltools/encoder.h>
#include <dltools/str.h>

#include "table_fixture.h"

#define ROWS 700

/*
 * Columns of every packing: bytes, 16 bits, floats, missing values, codes of
 * one and of two bytes.
 */
static inline void
make_table(struct str *s)
{
	int i;

	str_add(s, "byte,byte2,short,wide,real,gap,color,city,w,y\n");
	for (i = 0; i < ROWS; i++) {
		str_addf(s, "%d,%d,%d,%d,%.2f,", i * 7 % 256, i % 3,
			 i * 31 % 2000 - 1000, i * 1000, i * 0.37 - 5);
		if (i % 5)
			str_addf(s, "%d", i % 11);
		str_addf(s, ",%s,c%d,%d,%s\n",
			 i % 7 == 0 ? "" : i % 2 ? "red" : "blue", i % 400,
			 i % 4, i % 13 == 0 ? "" : i % 3 ? "yes" : "no");
	}
}

static inline struct encoder_options
defaults(void)
{
	struct encoder_options o = {
		.response = "y",
		.ignore_const_cols = true,
		.use_all_factor_levels = true,
		.standardize = true,
	};

	return o;
}

struct set {
	struct frame *f;
	struct encoder enc;
	struct str text;
};

static inline void
set_init(struct set *s, const struct encoder_options *o)
{
	struct err e = {0};

	str_init(&s->text);
	make_table(&s->text);
	s->f = table_frame(s->text.buf, "city=enum");
	if (encoder_build(&s->enc, s->f, o, &e) < 0)
		fail_msg("%s", e.msg);
}

static inline void
set_release(struct set *s)
{
	frame_close(s->f);
	encoder_release(&s->enc);
	str_release(&s->text);
}

#endif
