/*
 * params_text.c - parameters as text: values, the results row, config files.
 *
 * A config file has lines `key = value`; `#` begins a comment.  Defaults that
 * were not asked for are written as comments, so that what is read back is what
 * was asked for, and no more.  A value, or an
 * item of a list, that holds a blank, comma, quote or # stands in double
 * quotes, a quote in it doubled.
 */
#include <dltools/params.h>

#include <string.h>

#include <dltools/mem.h>
#include <dltools/num.h>

#include "params_int.h"

static void
add_real(struct str *out, double value)
{
	char text[NUM_TEXT];

	num_print_double(text, value);
	str_add(out, text);
}

static void
add_int(struct str *out, int64_t value)
{
	char text[NUM_TEXT];

	num_print_int(text, value);
	str_add(out, text);
}

static void
add_quoted(struct str *out, const char *text)
{
	const char *c;

	if (*text && !strpbrk(text, " \t\r\n,\"#=") && *text != '@') {
		str_add(out, text);
		return;
	}
	str_add_char(out, '"');
	for (c = text; *c; c++) {
		if (*c == '"')
			str_add_char(out, '"');
		str_add_char(out, *c);
	}
	str_add_char(out, '"');
}

static void
print_list(const struct params *p, const struct param_info *i, struct str *out)
{
	const struct param_ints *ints = param_field_const(p, i);
	const struct param_reals *reals = param_field_const(p, i);
	const struct param_texts *texts = param_field_const(p, i);
	size_t k, n = i->type == PARAM_INTS ? ints->n
		      : i->type == PARAM_REALS ? reals->n : texts->n;

	for (k = 0; k < n; k++) {
		if (k)
			str_add_char(out, ',');
		if (i->type == PARAM_INTS)
			add_int(out, ints->v[k]);
		else if (i->type == PARAM_REALS)
			add_real(out, reals->v[k]);
		else
			add_quoted(out, texts->v[k]);
	}
}

void
param_print(const struct params *p, const struct param_info *i,
	    struct str *out)
{
	const void *field = param_field_const(p, i);
	const char *text;

	switch (i->type) {
	case PARAM_BOOL:
		str_add(out, *(const bool *)field ? "true" : "false");
		break;
	case PARAM_INT:
		add_int(out, *(const int64_t *)field);
		break;
	case PARAM_REAL:
	case PARAM_SECONDS:
		add_real(out, *(const double *)field);
		break;
	case PARAM_ENUM:
		str_add(out, param_value_text(i, *(const int *)field));
		break;
	case PARAM_TEXT:
	case PARAM_COLUMN:
	case PARAM_PATH:
		text = *(char *const *)field;
		str_add(out, text ? text : "");
		break;
	default:
		print_list(p, i, out);
	}
}

int
param_is_initial(const struct params *p, const struct param_info *i,
		 struct err *e)
{
	struct str is = STR_INIT, was = STR_INIT;
	struct params initial = {0};
	int status = 0;

	if (i->type != PARAM_PATHS)
		status = param_parse(&initial, i, i->initial, e);
	param_print(p, i, &is);
	param_print(&initial, i, &was);
	if (status == 0 && (str_check(&is, e) < 0 || str_check(&was, e) < 0))
		status = -1;
	if (status == 0)
		status = !strcmp(is.buf, was.buf);
	param_clear(&initial, i);
	str_release(&is);
	str_release(&was);
	return status;
}

void
params_row(const struct params *p, struct str *out)
{
	size_t k;
	const char *blank = "";

	for (k = 0; k < PARAM_COUNT; k++) {
		if (p->from[k] == PARAM_FROM_DEFAULT ||
		    param_table[k].flags & PARAM_ROLE)
			continue;
		str_addf(out, "%s%s=", blank, param_table[k].name);
		param_print(p, &param_table[k], out);
		blank = " ";
	}
	if (params_given(p, validation_frame))
		str_addf(out, "%svalid=true", blank);
}

const char *
params_row_item(const char *row, const struct param_info **i,
		struct str *value)
{
	size_t n = strcspn(row, "= ");
	const char *end = row + n;
	bool quoted = false;

	str_reset(value);
	str_add_bytes(value, row, n);
	*i = param_find(value->buf);
	str_reset(value);
	for (; *end && (quoted || *end != ' '); end++)
		if (*end == '"')
			quoted = !quoted;
	if (row[n] == '=')
		str_add_bytes(value, row + n + 1, (size_t)(end - row) - n - 1);
	return *end ? end + 1 : end;
}

int
params_mark_row(struct params *p, const char *row, struct err *e)
{
	const struct param_info *i;
	struct str value = STR_INIT;
	int status;

	while (*row) {
		row = params_row_item(row, &i, &value);
		if (i && i->type != PARAM_PATHS)
			p->from[i - param_table] = PARAM_FROM_CONFIG;
	}
	status = str_check(&value, e);
	str_release(&value);
	return status;
}

/* ---- config files --------------------------------------------------- */

static void
config_line(const struct params *p, size_t k, struct str *out)
{
	const struct param_info *i = &param_table[k];
	const struct param_texts *list = param_field_const(p, i);
	struct str value = STR_INIT;
	struct err e;
	int initial;
	size_t n;

	if (i->type == PARAM_PATHS) {
		if (!list->n)
			str_addf(out, "#%s = \n", i->name);
		for (n = 0; n < list->n; n++) {
			str_addf(out, "%s = ", i->name);
			add_quoted(out, list->v[n]);
			str_add_char(out, '\n');
		}
		return;
	}
	param_print(p, i, &value);
	initial = param_is_initial(p, i, &e);
	out->failed |= initial < 0 || value.failed;
	str_addf(out, "%s%s = ", p->from[k] == PARAM_FROM_DEFAULT && initial
		 ? "#" : "", i->name);
	if (*value.buf && (i->type == PARAM_TEXT || i->type == PARAM_PATH ||
			   i->type == PARAM_COLUMN))
		add_quoted(out, value.buf);
	else
		str_add(out, value.buf);
	str_add_char(out, '\n');
	str_release(&value);
}

void
params_print_config(const struct params *p, struct str *out)
{
	size_t k;

	for (k = 0; k < PARAM_COUNT; k++) {
		if (k == 0 || param_table[k].group != param_table[k - 1].group)
			str_addf(out, "%s# %s\n", k ? "\n" : "",
				 param_group_title[param_table[k].group]);
		config_line(p, k, out);
	}
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * A value from *at to the end of its line: comment and blanks at both ends cut
 * off, what stands in quotes kept as it is.  *quoted: all of it was one quoted
 * text, which is given without its quotes if `bare`.
 */
static void
take_value(const char **at, bool bare, struct str *value, bool *quoted)
{
	const char *p = *at, *start;
	bool inside = false;
	size_t len = 0;

	while (is_blank(*p))
		p++;
	start = p;
	*quoted = *p == '"';
	for (; *p && (inside || *p != '\n'); p++) {
		if (*p == '"')
			inside = !inside;
		else if (!inside && *p == '#' &&
			 (p == start || is_blank(p[-1])))
			break;
		if (!is_blank(*p) || inside)
			len = (size_t)(p + 1 - start);
	}
	p += strcspn(p, "\n");
	*at = p;
	if (!bare || !*quoted || len < 2 || start[len - 1] != '"') {
		str_add_bytes(value, start, len);
		return;
	}
	for (p = start + 1; p < start + len - 1; p++) {
		str_add_char(value, *p);
		if (*p == '"' && p[1] == '"')
			p++;
	}
}

/* A name twice in a file is a slip, but for files that add up. */
static int
check_first(const struct param_info *i, bool *seen, const char *name,
	    struct err *e)
{
	if (!i || i->type == PARAM_PATHS)
		return 0;
	if (seen[i - param_table])
		return err_set(e, ERR_USAGE, "'%s': is there already", name);
	seen[i - param_table] = true;
	return 0;
}

/*
 * One line of a config file; *at moves to its end.  seen[PARAM_COUNT]: those of
 * the lines before.
 */
static int
config_entry(struct params *p, const char **at, bool *seen, struct err *e)
{
	size_t len = strcspn(*at, "=#\n");
	const struct param_info *i;
	struct str name = STR_INIT, value = STR_INIT;
	bool quoted, list;
	int status = -1;

	while (len && is_blank((*at)[len - 1]) && (*at)[len] != '\0')
		len--;
	str_add_bytes(&name, *at, len);
	*at += strcspn(*at, "=\n");
	if (**at != '=') {
		err_set(e, ERR_USAGE, "'%s': not of the form key = value",
			name.buf);
		goto out;
	}
	++*at;
	i = param_find(name.buf);
	list = i && (i->type == PARAM_TEXTS || i->type == PARAM_COLUMNS);
	take_value(at, !list, &value, &quoted);
	if (str_check(&name, e) < 0 || str_check(&value, e) < 0 ||
	    check_first(i, seen, name.buf, e) < 0)
		goto out;
	if (i && i->type == PARAM_PATHS && !*value.buf && !quoted)
		status = 0;
	else
		status = params_set(p, PARAM_FROM_CONFIG, name.buf, value.buf,
				    e);
out:
	str_release(&name);
	str_release(&value);
	return status;
}

int
params_read_config(struct params *p, const char *path, const char *text,
		   struct err *e)
{
	const char *at = text, *begin;
	bool seen[PARAM_COUNT] = {false};
	size_t line = 1;

	if (strncmp(at, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
		at += 3;
	while (*at) {
		while (is_blank(*at))
			at++;
		begin = at;
		if (*at && *at != '#' && *at != '\n' &&
		    config_entry(p, &at, seen, e) < 0)
			return err_prefix(e, "%s:%zu", path, line);
		at += strcspn(at, "\n");
		at += *at == '\n';
		for (; begin < at; begin++)
			line += *begin == '\n';
	}
	return 0;
}
