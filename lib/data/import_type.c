/* import_type.c - types and levels, when all is known; see import_int.h. */
#include "import_int.h"

#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#define TEXT_LEVELS 10000

/* A column asked to be num that can't be one without rounding. */
static int
check_num(const struct import_column *c, struct err *e)
{
	if (!(c->facts.traits & CELL_INEXACT) ||
	    !(c->facts.traits & CELL_REAL))
		return 0;
	return err_set(e, ERR_INPUT, "column '%s' has integers beyond 2^53 and "
		       "other numbers: no type holds both exactly "
		       "(--type enum or text)", c->name);
}

/* A column with text in it: say so if it is nearly all numbers. */
static void
note_nearly_num(const struct import *im, const struct import_column *c)
{
	const struct import_facts *f = &c->facts;
	const struct import_offender *o = c->offender;
	struct str s = STR_INIT;

	if (f->numbers * 10 <= f->present * 9 || !o)
		return;
	str_add_quoted(&s, o->text, strlen(o->text), 40);
	import_note(im, "column '%s' is %.4g %% numbers but not all: "
		    "%s:%lld:%zu: '%s'%s (--na '%s=%s' makes such cells "
		    "missing, --type '%s=num' bad rows)", c->name,
		    100.0 * (double)f->numbers / (double)f->present,
		    import_file_name(im, o->file),
		    (long long)o->line, c->field + 1, s.buf,
		    o->kind == CELL_BIG ? " is beyond 64 bits" :
		    o->kind == CELL_RANGE ? " is beyond a double" : "",
		    c->name, s.buf, c->name);
	str_release(&s);
}

/* num, or enum if it may turn out to be text. */
static enum column_type
guess_type(const struct import *im, const struct import_column *c)
{
	const struct import_facts *f = &c->facts;

	if (f->numbers < f->present) {
		note_nearly_num(im, c);
		return COLUMN_ENUM;
	}
	if ((f->traits & CELL_PADDED) && !(f->traits & CELL_NOT_DIGITS) &&
	    !im->o->zeros_are_numbers) {
		import_note(im, "column '%s' has codes with leading zeros: "
			    "enum (--leading-zeros num)", c->name);
		return COLUMN_ENUM;
	}
	if ((f->traits & CELL_INEXACT) && (f->traits & CELL_REAL)) {
		import_note(im, "column '%s' has integers beyond 2^53 and "
			    "other numbers: enum, since a double would round "
			    "them", c->name);
		return COLUMN_ENUM;
	}
	return COLUMN_NUM;
}

/* A level and where it stands among those found. */
struct level {
	const char *text;
	size_t len;
	int64_t value;
	uint32_t found;
};

static int
by_bytes(const void *a, const void *b)
{
	const struct level *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = n ? memcmp(x->text, y->text, n) : 0;

	return c ? c : (x->len > y->len) - (x->len < y->len);
}

static int
by_value(const void *a, const void *b)
{
	const struct level *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

/* The ranks of the levels found, those of a coding before all others. */
int
import_rank_levels(struct import_column *c, struct err *e)
{
	const struct string_table *t = &c->levels.table;
	size_t fixed = c->coding ? c->coding->n : 0, i, n = t->n - fixed;
	struct level *level = mem_zalloc(n, sizeof(*level), e);
	bool integers = true;
	struct cell x;

	if (!level)
		return -1;
	c->code = mem_zalloc(t->n, sizeof(*c->code), e);
	if (!c->code) {
		mem_free(level);
		return -1;
	}
	for (i = 0; i < n; i++) {
		level[i].text = t->bytes + t->at[fixed + i];
		level[i].len = t->at[fixed + i + 1] - t->at[fixed + i];
		level[i].found = (uint32_t)(fixed + i);
		integers = integers && cell_parse(level[i].text, level[i].len,
						  &x) == CELL_NUMBER &&
			   !x.shape;
		level[i].value = x.value;
	}
	qsort(level, n, sizeof(*level), integers ? by_value : by_bytes);
	for (i = 0; i < fixed; i++)
		c->code[i] = (uint32_t)i;
	for (i = 0; i < n; i++)
		c->code[level[i].found] = (uint32_t)(fixed + i);
	mem_free(level);
	return 0;
}

static bool
is_too_varied(const struct import *im, struct import_column *c)
{
	int64_t n = (int64_t)c->levels.table.n;

	c->is_over = n > im->o->max_levels;
	if (c->is_over)
		return true;
	return !c->asked && n > TEXT_LEVELS && n > c->facts.present / 2;
}

/* The levels of the coding come first, in its order. */
int
import_add_coding(struct import_column *c, struct err *e)
{
	const struct string_table *t = c->coding;
	size_t i;

	for (i = 0; t && i < t->n; i++)
		if (string_set_add(&c->levels, t->bytes + t->at[i],
				   t->at[i + 1] - t->at[i], e) < 0)
			return -1;
	return 0;
}

int
import_stream(struct import *im, struct err *e)
{
	struct import_column *c;
	size_t i;

	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		if (import_add_coding(c, e) < 0 ||
		    (c->coding && import_rank_levels(c, e) < 0))
			return -1;
	}
	return import_start_writer(im, e);
}

/* Every level of an enum column, which may turn out to be text. */
static int
find_levels(struct import_worker *w, size_t column, struct err *e)
{
	struct import_column *c = &w->im->column[column];
	size_t group, i, len, groups = w->im->group + (w->im->open_rows > 0);
	const struct cells *all;
	char scratch[CELL_TEXT_ROOM];
	const char *t;

	if (c->type != COLUMN_ENUM)
		return 0;
	if (import_add_coding(c, e) < 0)
		return -1;
	for (group = 0; group < groups; group++) {
		all = import_assemble(w, column, group, e);
		if (!all)
			return -1;
		for (i = 0; i < all->n; i++) {
			if (cells_missing(all, i))
				continue;
			t = cells_text(all, i, scratch, &len);
			if (string_set_add(&c->levels, t, len, e) < 0)
				return -1;
		}
		if (is_too_varied(w->im, c)) {
			c->type = COLUMN_TEXT;
			string_set_release(&c->levels);
			return 0;
		}
	}
	return import_rank_levels(c, e);
}

static void
note_text(const struct import *im, const struct import_column *c)
{
	if (c->is_over)
		import_note(im, "column '%s' has over %lld levels "
			    "(--max-levels): text, not enum", c->name,
			    (long long)im->o->max_levels);
	else
		import_note(im, "column '%s' is text: most of its cells "
			    "differ (--type '%s=enum')", c->name, c->name);
}

int
import_find_types(struct import *im, struct err *e)
{
	struct import_column *c;
	size_t i;

	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		c->type = c->asked ? c->asked : guess_type(im, c);
		if (c->type == COLUMN_NUM && check_num(c, e) < 0)
			return -1;
		if (c->adapted)
			import_note(im, "column '%s': %lld cells that are no "
				    "numbers made missing (--adapt)", c->name,
				    (long long)c->adapted);
	}
	if (im->streaming)
		return 0;
	if (import_each_column(im, find_levels, e) < 0)
		return -1;
	for (i = 0; i < im->columns; i++)
		if (im->column[i].type == COLUMN_TEXT &&
		    im->column[i].asked != COLUMN_TEXT)
			note_text(im, &im->column[i]);
	return 0;
}
