/*
 * results_parse.c - "hidden=[64, 64] epochs=0.1" as settings in canonical form.
 *
 * A word without `=` belongs to the value before it, so lists may hold blanks.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <dltools/mem.h>
#include <dltools/params.h>

#include "model/results_int.h"

void
result_run_release(struct result_run *run)
{
	for (size_t i = 0; i < run->n; i++) {
		mem_free(run->setting[i].name);
		mem_free(run->setting[i].value);
	}
	mem_free(run->setting);
	mem_free(run->key);
	*run = (struct result_run){0};
}

const struct result_setting *
result_run_find(const struct result_run *run, const char *name)
{
	for (size_t i = 0; i < run->n; i++)
		if (!strcmp(run->setting[i].name, name))
			return &run->setting[i];
	return NULL;
}

/* Brackets, quotes and blanks of H2O's lists: [64, 64] is 64,64. */
static void
plain_value(const char *text, size_t len, struct str *out)
{
	bool is_list = len > 1 && text[0] == '[' && text[len - 1] == ']';

	for (size_t i = 0; i < len; i++)
		if (!is_list || !strchr("[]'\" ", text[i]))
			str_add_char(out, text[i]);
	if (!strcasecmp(out->buf, "true") || !strcasecmp(out->buf, "false"))
		for (char *p = out->buf; *p; p++)
			*p = (char)tolower((unsigned char)*p);
}

/* As dl-train would understand and print it; what it refuses stays as is. */
static int
canonical(const struct param_info *info, struct str *value, bool *initial,
	  struct err *e)
{
	struct params p = {0};
	struct err why;
	int status = 0;

	*initial = false;
	if (!info || value->buf[0] == '@' || info->flags & PARAM_ROLE)
		return 0;
	if (params_init(&p, e) < 0)
		return -1;
	if (params_set(&p, PARAM_FROM_FLAG, info->name, value->buf,
		       &why) == 0) {
		str_reset(value);
		param_print(&p, info, value);
		status = param_is_initial(&p, info, e);
		*initial = status > 0;
		if (*initial) { /* as those say it that leave it out */
			str_reset(value);
			str_add(value, info->initial);
		}
		status = status < 0 ? -1 : str_check(value, e);
	} else if (why.code == ERR_USAGE) {
		*initial = !strcasecmp(value->buf, info->initial);
	} else {
		status = err_set(e, why.code, "%s", why.msg);
	}
	params_release(&p);
	return status;
}

static int
add_setting(struct result_run *run, const char *name, size_t name_len,
	    struct str *value, struct err *e)
{
	struct result_setting *s;
	const struct param_info *info;
	struct err ignored;
	char *own = mem_memdup(name, name_len, e);

	if (!own || mem_grow(&run->setting, &run->room, run->n + 1,
			     sizeof(*s), e) < 0) {
		mem_free(own);
		return -1;
	}
	s = &run->setting[run->n++];
	*s = (struct result_setting){.name = own};
	info = param_find(own);
	if (info && strcmp(info->name, own) && !(info->flags & PARAM_ROLE)) {
		mem_free(own);
		s->name = mem_strdup(info->name, &ignored);
	}
	if (!s->name || canonical(info, value, &s->initial, e) < 0 ||
	    str_check(value, e) < 0)
		return s->name ? -1 : err_nomem(e, "result rows");
	s->value = mem_strdup(value->buf, e);
	return s->value ? 0 : -1;
}

/* From p to where the next word with a `=` begins, blanks cut off. */
static size_t
setting_length(const char *p)
{
	size_t at = strcspn(p, " "), end = at;

	while (p[at]) {
		size_t blank = strspn(p + at, " ");
		size_t word = strcspn(p + at + blank, " ");

		if (!word || memchr(p + at + blank, '=', word))
			break;
		at += blank + word;
		end = at;
	}
	return end;
}

static int
by_name(const void *a, const void *b)
{
	const struct result_setting *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* Settings that are not the default, but the seed, sorted by name. */
static int
make_key(struct result_run *run, struct err *e)
{
	const struct result_setting **list =
		mem_zalloc(run->n, sizeof(*list), e);
	struct str key = STR_INIT;
	size_t n = 0;

	if (!list)
		return -1;
	for (size_t i = 0; i < run->n; i++)
		if (!run->setting[i].initial &&
		    strcmp(run->setting[i].name, "seed"))
			list[n++] = &run->setting[i];
	if (n)
		qsort(list, n, sizeof(*list), by_name);
	for (size_t i = 0; i < n; i++)
		str_addf(&key, "%s%s=%s", i ? " " : "", list[i]->name,
			 list[i]->value);
	mem_free(list);
	run->key = str_take(&key, e);
	str_release(&key);
	return run->key ? 0 : -1;
}

int
result_run_parse(struct result_run *run, const char *text, struct err *e)
{
	struct str value = STR_INIT;
	int status = 0;

	text += strspn(text, " ");
	while (status == 0 && *text) {
		size_t len = setting_length(text), name = strcspn(text, "=");

		if (name == 0 || name >= len || strcspn(text, " ") < name) {
			status = err_set(e, ERR_INPUT, "'%.*s': must be "
					 "name=value", (int)(len < 60 ? len
							     : 60), text);
			break;
		}
		str_reset(&value);
		plain_value(text + name + 1, len - name - 1, &value);
		status = str_check(&value, e);
		if (status == 0)
			status = add_setting(run, text, name, &value, e);
		text += len;
		text += strspn(text, " ");
	}
	str_release(&value);
	return status < 0 ? -1 : make_key(run, e);
}
