/*
 * params_parse.c - one parameter's value from text.
 *
 * Ranges are checked here, always, with the message that every number gets:
 * `'2': must be in (0, 1)`.
 */
#include "params_int.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/num.h>

#define LIST_BYTES ((size_t)64 << 20) /* of an @FILE */

static int
refuse(const struct param_info *i, const char *text, const char *why,
       struct err *e)
{
	struct str range = STR_INIT;

	param_range(i, &range);
	if (str_check(&range, e) == 0)
		err_set(e, ERR_USAGE, "'%s': must be %s%s%s", text, range.buf,
			*range.buf && why ? " and " : "", why ? why : "");
	str_release(&range);
	return -1;
}

static int
out_of_range(const struct param_info *i, const char *text, struct err *e)
{
	return refuse(i, text, NULL, e);
}

/* The bound that a range for people leaves out has been passed. */
static int
out_of_bounds(const struct param_info *i, const char *text, double value,
	      struct err *e)
{
	char most[40];

	if (isinf(i->high) && value >= i->high)
		return refuse(i, text, "finite", e);
	if (value < i->high || i->high < (double)INT32_MAX)
		return refuse(i, text, NULL, e);
	snprintf(most, sizeof(most), "<= %.0f", i->high);
	return refuse(i, text, most, e);
}

/* "not a number" alone does not say which. */
static int
add_range(const struct param_info *i, struct err *e)
{
	struct str why = STR_INIT;

	str_addf(&why, "%s; must be ", e->msg);
	param_range(i, &why);
	if (!why.failed && why.buf[why.len - 1] != ' ')
		err_set(e, ERR_USAGE, "%s", why.buf);
	str_release(&why);
	return -1;
}

static bool
in_range(const struct param_info *i, double value)
{
	return value >= i->low && value <= i->high &&
	       !(i->flags & PARAM_OPEN_LOW && value == i->low) &&
	       !(i->flags & PARAM_OPEN_HIGH && value == i->high);
}

static int
parse_int(const struct param_info *i, const char *text, int64_t *out,
	  struct err *e)
{
	if (num_parse_int(text, INT64_MIN, INT64_MAX, out, e) < 0)
		return add_range(i, e);
	return in_range(i, (double)*out)
		? 0 : out_of_bounds(i, text, (double)*out, e);
}

static int
parse_real(const struct param_info *i, const char *text, double *out,
	   struct err *e)
{
	int status = i->type == PARAM_SECONDS && text[0] != '-'
		? num_parse_seconds(text, out, e)
		: num_parse_real(text, -INFINITY, INFINITY, out, e);

	if (status < 0)
		return add_range(i, e);
	return in_range(i, *out) ? 0 : out_of_bounds(i, text, *out, e);
}

static int
parse_bool(const struct param_info *i, const char *text, bool *out,
	   struct err *e)
{
	static const char *const yes[] = {"true", "yes", "on", "1"};
	static const char *const no[] = {"false", "no", "off", "0"};
	size_t k;

	for (k = 0; k < sizeof(yes) / sizeof(*yes); k++) {
		if (!strcasecmp(text, yes[k])) {
			*out = true;
			return 0;
		}
		if (!strcasecmp(text, no[k])) {
			*out = false;
			return 0;
		}
	}
	return out_of_range(i, text, e);
}

/* Case, `_` and `-` do not count: rectifier_with_dropout is one. */
static bool
same_value(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a == '_' || *a == '-')
			a++;
		while (*b == '_' || *b == '-')
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

static int
parse_enum(const struct param_info *i, const char *text, int *out,
	   struct err *e)
{
	int k;

	for (k = 0; i->values[k].text; k++) {
		if (!same_value(text, i->values[k].text))
			continue;
		*out = k;
		return 0;
	}
	return out_of_range(i, text, e);
}

/* ---- lists ---------------------------------------------------------- */

int
param_append(struct param_texts *list, const char *text, size_t len,
	     struct err *e)
{
	size_t room = list->n;

	if (mem_grow(&list->v, &room, list->n + 1, sizeof(*list->v), e) < 0)
		return -1;
	list->v[list->n] = mem_memdup(text, len, e);
	if (!list->v[list->n])
		return -1;
	list->n++;
	return 0;
}

/* `"a,b",c`: an item in double quotes may hold commas and doubled quotes. */
static int
split(struct param_texts *list, const char *text, struct err *e)
{
	struct str item = STR_INIT;
	const char *p = text;
	bool quoted;
	int status = 0;

	while (*p && status == 0) {
		str_reset(&item);
		quoted = *p == '"';
		for (p += quoted; *p && (quoted || *p != ','); p++) {
			if (quoted && *p == '"') {
				if (p[1] != '"')
					break;
				p++;
			}
			str_add_char(&item, *p);
		}
		p += quoted && *p == '"';
		if (*p && (*p != ',' || !p[1]))
			status = err_set(e, ERR_USAGE,
					 "'%s': stray '%c' in the list", text,
					 *p);
		else if (str_check(&item, e) < 0 ||
			 param_append(list, item.buf, item.len, e) < 0)
			status = -1;
		p += *p == ',';
	}
	str_release(&item);
	return status;
}

/* One item per line; empty lines do not count. */
static int
split_file(struct param_texts *list, const char *path, struct err *e)
{
	size_t len, line;
	char *text = file_slurp(path, LIST_BYTES, &len, e), *p;
	int status = text ? 0 : -1;

	for (p = text; p && *p && status == 0; p += line + (p[line] == '\n')) {
		line = strcspn(p, "\n");
		len = line > 0 && p[line - 1] == '\r' ? line - 1 : line;
		if (len)
			status = param_append(list, p, len, e);
	}
	mem_free(text);
	return status;
}

static int
parse_numbers(struct params *p, const struct param_info *i,
	      const struct param_texts *items, struct err *e)
{
	struct param_ints *ints = param_field(p, i);
	struct param_reals *reals = param_field(p, i);
	size_t k;
	int status = 0;

	if (!items->n)
		return 0; /* no list owns nothing */
	if (i->type == PARAM_INTS)
		ints->v = mem_zalloc(items->n, sizeof(*ints->v), e);
	else
		reals->v = mem_zalloc(items->n, sizeof(*reals->v), e);
	if (i->type == PARAM_INTS ? !ints->v : !reals->v)
		return -1;
	for (k = 0; k < items->n && status == 0; k++)
		status = i->type == PARAM_INTS
				 ? parse_int(i, items->v[k], &ints->v[k], e)
				 : parse_real(i, items->v[k], &reals->v[k], e);
	if (i->type == PARAM_INTS)
		ints->n = items->n;
	else
		reals->n = items->n;
	return status;
}

static void
free_texts(struct param_texts *list)
{
	size_t k;

	for (k = 0; k < list->n; k++)
		mem_free(list->v[k]);
	mem_free(list->v);
	*list = (struct param_texts){0};
}

/* H2O's clients write [200, 200]; so brackets and blanks are understood. */
static char *
bare_list(const char *text, struct err *e)
{
	char *copy = mem_strdup(text, e), *from, *to;
	size_t len;

	if (!copy)
		return NULL;
	len = strlen(copy);
	if (len >= 2 && copy[0] == '[' && copy[len - 1] == ']') {
		copy[0] = ' ';
		copy[len - 1] = ' ';
	}
	for (from = to = copy; *from; from++)
		if (!isspace((unsigned char)*from))
			*to++ = *from;
	*to = '\0';
	return copy;
}

static int
parse_list(struct params *p, const struct param_info *i, const char *text,
	   struct err *e)
{
	bool numbers = i->type == PARAM_INTS || i->type == PARAM_REALS;
	struct param_texts items = {0};
	char *bare = numbers ? bare_list(text, e) : NULL;
	int status = -1;

	if (numbers && !bare)
		return -1;
	if ((text[0] == '@' ? split_file(&items, text + 1, e)
			    : split(&items, bare ? bare : text, e)) < 0)
		goto out;
	param_clear(p, i);
	if (numbers) {
		status = parse_numbers(p, i, &items, e);
	} else {
		*(struct param_texts *)param_field(p, i) = items;
		items = (struct param_texts){0};
		status = 0;
	}
out:
	mem_free(bare);
	free_texts(&items);
	return status;
}

/* ---- one field ------------------------------------------------------ */

void
param_clear(struct params *p, const struct param_info *i)
{
	struct param_ints *ints = param_field(p, i);
	struct param_reals *reals = param_field(p, i);
	char **text = param_field(p, i);

	switch (i->type) {
	case PARAM_INTS:
		mem_free(ints->v);
		*ints = (struct param_ints){0};
		break;
	case PARAM_REALS:
		mem_free(reals->v);
		*reals = (struct param_reals){0};
		break;
	case PARAM_TEXTS:
	case PARAM_COLUMNS:
	case PARAM_PATHS:
		free_texts(param_field(p, i));
		break;
	case PARAM_TEXT:
	case PARAM_COLUMN:
	case PARAM_PATH:
		mem_free(*text);
		*text = NULL;
		break;
	default:
		break;
	}
}

static int
parse_text(struct params *p, const struct param_info *i, const char *text,
	   struct err *e)
{
	char **field = param_field(p, i);

	param_clear(p, i);
	if (!*text)
		return 0;
	*field = mem_strdup(text, e);
	return *field ? 0 : -1;
}

int
param_parse(struct params *p, const struct param_info *i, const char *text,
	    struct err *e)
{
	void *field = param_field(p, i);

	switch (i->type) {
	case PARAM_BOOL:
		return parse_bool(i, text, field, e);
	case PARAM_INT:
		return parse_int(i, text, field, e);
	case PARAM_REAL:
	case PARAM_SECONDS:
		return parse_real(i, text, field, e);
	case PARAM_ENUM:
		return parse_enum(i, text, field, e);
	case PARAM_TEXT:
	case PARAM_COLUMN:
	case PARAM_PATH:
		return parse_text(p, i, text, e);
	case PARAM_PATHS:
		return param_append(field, text, strlen(text), e);
	default:
		return parse_list(p, i, text, e);
	}
}
