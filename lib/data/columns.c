/*
 * columns.c - column lists; see columns.h.
 */
#include <dltools/columns.h>

#include <fnmatch.h>
#include <regex.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/str.h>

#define LIST_FILE_MAX ((size_t)64 << 20)

struct table {
	const char *const *names;
	size_t n;
	bool *chosen;
};

void
column_list_release(struct column_list *list)
{
	mem_free(list->index);
	*list = (struct column_list){0};
}

/* ---- taking columns in and out --------------------------------------- */

static int
put(struct column_list *list, struct table *t, size_t column, bool is_in,
    struct err *e)
{
	size_t i, k = 0;

	if (t->chosen[column] == is_in)
		return 0;
	t->chosen[column] = is_in;
	if (is_in) {
		if (mem_grow(&list->index, &list->room, list->n + 1,
			     sizeof *list->index, e) < 0)
			return -1;
		list->index[list->n++] = column;
		return 0;
	}
	for (i = 0; i < list->n; i++)
		if (list->index[i] != column)
			list->index[k++] = list->index[i];
	list->n = k;
	return 0;
}

static int
put_range(struct column_list *list, struct table *t, size_t first,
	  size_t last, bool is_in, struct err *e)
{
	size_t i;

	for (i = first; i <= last; i++)
		if (put(list, t, i, is_in, e) < 0)
			return -1;
	return 0;
}

static int
no_column(const struct table *t, const char *item, struct err *e)
{
	const char *near = str_nearest(item, t->names, t->n);
	struct str s = STR_INIT;

	str_add_quoted(&s, item, strlen(item), 100);
	if (near) {
		str_add(&s, "', did you mean '");
		str_add_quoted(&s, near, strlen(near), 100);
	}
	err_set(e, ERR_SCHEMA, "no column '%s'", s.buf);
	str_release(&s);
	return -1;
}

static int
put_name(struct column_list *list, struct table *t, const char *name,
	 bool is_in, struct err *e)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->names[i], name) == 0)
			return put(list, t, i, is_in, e);
	return no_column(t, name, e);
}

/* ---- kinds of items -------------------------------------------------- */

static bool
is_name(const struct table *t, const char *item)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (strcmp(t->names[i], item) == 0)
			return true;
	return false;
}

static bool
is_range(const char *item)
{
	const char *dash;

	if (strspn(item, "0123456789-") != strlen(item))
		return false;
	dash = strchr(item, '-');
	return item[0] && (!dash || (!strchr(dash + 1, '-') && item[1]));
}

/* "3", "3-5", "5-" or "-2": columns from 1 to t->n. */
static int
put_numbers(struct column_list *list, struct table *t, const char *item,
	    bool is_in, struct err *e)
{
	const char *dash = strchr(item, '-');
	size_t head = dash ? (size_t)(dash - item) : strlen(item);
	char *first = mem_memdup(item, head, e);
	int64_t a = 1, b = (int64_t)t->n;
	int status = -1;

	if (!first)
		return -1;
	if ((*first && num_parse_int(first, 1, (int64_t)t->n, &a, e) < 0) ||
	    (dash && dash[1] &&
	     num_parse_int(dash + 1, 1, (int64_t)t->n, &b, e) < 0)) {
		err_set(e, ERR_SCHEMA, "no column '%s' among %zu", item, t->n);
		goto out;
	}
	if (!dash)
		b = a;
	if (a > b)
		err_set(e, ERR_USAGE, "column range '%s' runs backwards", item);
	else
		status = put_range(list, t, (size_t)a - 1, (size_t)b - 1,
				   is_in, e);
out:
	mem_free(first);
	return status;
}

static int
put_pattern(struct column_list *list, struct table *t, const char *item,
	    bool is_in, struct err *e)
{
	bool is_regex = strncmp(item, "re:", 3) == 0, found = false;
	regex_t regex;
	size_t i;
	int status = 0;

	if (is_regex && regcomp(&regex, item + 3, REG_EXTENDED | REG_NOSUB))
		return err_set(e, ERR_USAGE, "'%s' is no regular expression",
			       item);
	for (i = 0; status == 0 && i < t->n; i++) {
		if (is_regex ? regexec(&regex, t->names[i], 0, NULL, 0)
			     : fnmatch(item, t->names[i], 0))
			continue;
		found = true;
		status = put(list, t, i, is_in, e);
	}
	if (is_regex)
		regfree(&regex);
	if (status == 0 && !found)
		return err_set(e, ERR_SCHEMA, "no column matches '%s'", item);
	return status;
}

static int
put_file(struct column_list *list, struct table *t, const char *path,
	 bool is_in, struct err *e)
{
	size_t len;
	char *text = file_slurp(path, LIST_FILE_MAX, &len, e), *line, *end;
	int status = 0;

	if (!text)
		return -1;
	for (line = text; status == 0 && *line; line = end) {
		end = line + strcspn(line, "\r\n");
		if (*end)
			*end++ = '\0';
		if (*line)
			status = put_name(list, t, line, is_in, e);
	}
	mem_free(text);
	return status;
}

static int
put_item(struct column_list *list, struct table *t, const char *item,
	 struct err *e)
{
	bool is_in = true;

	if (is_name(t, item))
		return put_name(list, t, item, true, e);
	if (item[0] == '!') {
		is_in = false;
		item++;
		if (is_name(t, item))
			return put_name(list, t, item, false, e);
	}
	if (item[0] == '\0')
		return err_set(e, ERR_USAGE, "empty item in a column list");
	if (item[0] == '@')
		return put_file(list, t, item + 1, is_in, e);
	if (is_range(item))
		return put_numbers(list, t, item, is_in, e);
	if (strncmp(item, "re:", 3) == 0 || strpbrk(item, "*?["))
		return put_pattern(list, t, item, is_in, e);
	return no_column(t, item, e);
}

/* ---- the list -------------------------------------------------------- */

/*
 * Copies the next item to word and returns what follows its comma, NULL after
 * the last.  *quoted: it stood in quotes.
 */
static const char *
next_item(const char *at, char *word, bool *quoted)
{
	*quoted = *at == '"';
	if (*quoted) {
		for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
			*word++ = *at;
			at += *at == '"';
		}
		at += *at == '"';
	}
	while (*at && *at != ',')
		*word++ = *at++;
	*word = '\0';
	return *at ? at + 1 : NULL;
}

int
column_list_parse(struct column_list *list, const char *text,
		  const char *const *names, size_t n, struct err *e)
{
	struct table t = {names, n, mem_zalloc(n, sizeof *t.chosen, e)};
	char *word = mem_strdup(text, e);
	const char *at = text;
	bool quoted;
	size_t i;
	int status = t.chosen && word ? 0 : -1;

	for (i = 0; status == 0 && i < list->n; i++)
		t.chosen[list->index[i]] = true;
	if (status == 0 && is_name(&t, text)) {
		status = put_name(list, &t, text, true, e);
		at = NULL;
	} else if (status == 0 && text[0] == '!' && list->n == 0 && n) {
		status = put_range(list, &t, 0, n - 1, true, e);
	}
	while (status == 0 && at) {
		at = next_item(at, word, &quoted);
		status = quoted ? put_name(list, &t, word, true, e)
				: put_item(list, &t, word, e);
	}
	mem_free(t.chosen);
	mem_free(word);
	return status;
}
