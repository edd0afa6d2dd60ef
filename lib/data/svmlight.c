/* svmlight.c - one line of svmlight text; see svmlight_int.h. */
#include "svmlight_int.h"

#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "cell_int.h"

/* A line being read. */
struct scan {
	struct svmlight_line *line;
	const char *at, *end;
	size_t field; /* number of the token, from 1 */
	int base;
	int64_t last; /* index of the pair before, or -1 */
};

struct token {
	const char *text;
	size_t len;
};

void
svmlight_release(struct svmlight_line *line)
{
	mem_free(line->column);
	mem_free(line->value);
	*line = (struct svmlight_line){0};
}

static int
bad(const struct scan *s, const char *what, const struct token *t,
    const char *why, struct err *e)
{
	struct str text = STR_INIT;

	str_add_quoted(&text, t->text, t->len, 60);
	err_set(e, ERR_INPUT, "%zu: %s: '%s'%s%s", s->field, what, text.buf,
		*why ? ": " : "", why);
	str_release(&text);
	return -1;
}

/* False at the end of the line or where a comment begins. */
static bool
next_token(struct scan *s, struct token *t)
{
	const char *p = s->at;

	while (p < s->end && (*p == ' ' || *p == '\t'))
		p++;
	t->text = p;
	if (p < s->end && *p == '#')
		p = s->end;
	else
		while (p < s->end && *p != ' ' && *p != '\t')
			p++;
	s->at = p;
	t->len = (size_t)(p - t->text);
	s->field++;
	return t->len > 0 && *t->text != '#';
}

/* Digits only, no more than a column can have. */
static bool
read_index(const struct token *t, int64_t *out)
{
	int64_t v = 0;

	for (size_t i = 0; i < t->len; i++) {
		unsigned d = (unsigned)(unsigned char)t->text[i] - '0';

		if (d > 9)
			return false;
		if (v <= SVMLIGHT_COLUMNS)
			v = v * 10 + d;
	}
	*out = v;
	return t->len > 0;
}

static int
check_index(const struct scan *s, const struct token *pair, int64_t index,
	    struct err *e)
{
	if (index < s->base)
		return bad(s, "index", pair, "indices count from 1 "
			   "(--index-base 0?)", e);
	if (index - s->base >= SVMLIGHT_COLUMNS)
		return bad(s, "index", pair, "more than 10,000,000 columns",
			   e);
	if (index == s->last)
		return bad(s, "index", pair, "occurs twice in the row", e);
	if (index < s->last)
		return bad(s, "index", pair, "indices must ascend in a row",
			   e);
	return 0;
}

static int
read_value(const struct scan *s, const struct token *t, double *out,
	   struct err *e)
{
	struct cell x;

	/* nearly all are one digit */
	if (t->len == 1 && t->text[0] >= '0' && t->text[0] <= '9') {
		*out = t->text[0] - '0';
		return 0;
	}
	switch (cell_parse(t->text, t->len, &x)) {
	case CELL_NUMBER:
	case CELL_LONG:
		if (x.traits & CELL_INEXACT && !(x.traits & CELL_REAL))
			return bad(s, "value", t, "an integer beyond 2^53", e);
		if (cell_text_double(t->text, t->len, out) == 0)
			return 0;
		break;
	case CELL_BIG:
		return bad(s, "value", t, "an integer beyond 2^53", e);
	case CELL_RANGE:
		return bad(s, "value", t, "beyond a double", e);
	case CELL_TEXT:
		break;
	}
	return bad(s, "value", t, "not a number", e);
}

static int
add_pair(struct svmlight_line *line, size_t column, double value,
	 struct err *e)
{
	if (value == 0)
		return 0;
	if (mem_grow(&line->column, &line->column_room, line->pairs + 1,
		     sizeof(*line->column), e) < 0 ||
	    mem_grow(&line->value, &line->value_room, line->pairs + 1,
		     sizeof(*line->value), e) < 0)
		return -1;
	line->column[line->pairs] = (uint32_t)column;
	line->value[line->pairs++] = value;
	return 0;
}

static int
read_pair(struct scan *s, const struct token *t, struct err *e)
{
	const char *colon = memchr(t->text, ':', t->len);
	struct token index, value;
	int64_t at;
	double v;

	if (!colon)
		return bad(s, "pair", t, "not INDEX:VALUE "
			   "(another --format?)", e);
	index = (struct token){t->text, (size_t)(colon - t->text)};
	value = (struct token){colon + 1,
			       t->len - index.len - 1};
	if (s->field == 2 && index.len == 3 && !memcmp(index.text, "qid", 3)) {
		s->line->has_query = true;
		return 0;
	}
	if (!read_index(&index, &at))
		return bad(s, "pair", t, "not INDEX:VALUE "
			   "(another --format?)", e);
	if (check_index(s, t, at, e) < 0 || read_value(s, &value, &v, e) < 0)
		return -1;
	s->last = at;
	return add_pair(s->line, (size_t)(at - s->base), v, e);
}

int
svmlight_parse(struct svmlight_line *line, int base, const char *text,
	       size_t len, struct err *e)
{
	struct scan s = {
		.line = line, .at = text, .end = text + len, .base = base,
		.last = -1,
	};
	struct token t;

	line->label_len = line->pairs = line->width = 0;
	line->has_query = false;
	if (!next_token(&s, &t))
		return 0;
	line->label = t.text;
	line->label_len = t.len;
	while (next_token(&s, &t))
		if (read_pair(&s, &t, e) < 0)
			return -1;
	line->fields = s.field - 1;
	line->width = (size_t)(s.last < 0 ? 0 : s.last - base + 1);
	return 0;
}
