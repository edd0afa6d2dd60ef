/* results_differ.c - in which parameters runs differ, and short names. */
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/params.h>

#include "model/results_int.h"

void
result_names_release(struct result_names *names)
{
	mem_free(names->name);
	*names = (struct result_names){0};
}

const char *
results_value(const struct result_run *run, const char *name)
{
	const struct result_setting *s = result_run_find(run, name);
	const struct param_info *info = s ? NULL : param_find(name);

	if (s)
		return s->value;
	return info && !(info->flags & PARAM_ROLE) ? info->initial : NULL;
}

static bool
differs(const struct results *r, size_t source, const char *name)
{
	const struct result_run *first = NULL;

	for (size_t i = 0; i < r->groups; i++) {
		const struct result_run *run = r->group[i].run;
		const char *a, *b;

		if (source != RESULTS_ALL && run->source != source)
			continue;
		if (!first)
			first = run;
		a = results_value(first, name);
		b = results_value(run, name);
		if ((!a != !b) || (a && strcmp(a, b)))
			return true;
	}
	return false;
}

/* In the order of params.def, others after them. */
static size_t
place_of(const char *name)
{
	const struct param_info *info = param_find(name);

	return info && !strcmp(info->name, name)
		       ? (size_t)(info - param_table) : PARAM_COUNT;
}

static int
by_place(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	size_t i = place_of(*x), k = place_of(*y);

	return i != k ? (i > k) - (i < k) : strcmp(*x, *y);
}

static bool
is_there(const struct result_names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

int
results_differing(const struct results *r, size_t source,
		  struct result_names *names, struct err *e)
{
	for (size_t i = 0; i < r->groups; i++) {
		const struct result_run *run = r->group[i].run;

		if (source != RESULTS_ALL && run->source != source)
			continue;
		for (size_t k = 0; k < run->n; k++) {
			const char *name = run->setting[k].name;

			if (!strcmp(name, "seed") || is_there(names, name) ||
			    !differs(r, source, name))
				continue;
			if (mem_grow(&names->name, &names->room, names->n + 1,
				     sizeof(*names->name), e) < 0)
				return -1;
			names->name[names->n++] = name;
		}
	}
	if (names->n)
		qsort(names->name, names->n, sizeof(*names->name), by_place);
	return 0;
}

/* Values that speak for themselves need no name. */
static bool
is_plain(const char *name)
{
	return !strcmp(name, "hidden") || !strcmp(name, "activation");
}

/* 1024,1024,1024 is 3 x 1024. */
static void
add_hidden(const char *value, struct str *out)
{
	size_t len = strcspn(value, ","), n = 1;
	const char *p = value + len;

	for (; *p == ',' && !strncmp(p + 1, value, len) &&
	     (p[len + 1] == ',' || !p[len + 1]); p += len + 1)
		n++;
	if (!*p && n > 2)
		str_addf(out, "%zux%.*s", n, (int)len, value);
	else
		str_add(out, *value ? value : "no hidden layer");
}

void
results_label(const struct result_run *run, const struct result_names *names,
	      struct str *out)
{
	const char *between = "";

	for (size_t i = 0; i < names->n; i++) {
		const struct result_setting *s =
			result_run_find(run, names->name[i]);

		if (!s)
			continue;
		str_add(out, between);
		if (!strcmp(s->name, "hidden"))
			add_hidden(s->value, out);
		else if (is_plain(s->name) || names->n == 1)
			str_add(out, s->value);
		else
			str_addf(out, "%s=%s", s->name, s->value);
		between = " ";
	}
	if (!*between)
		str_add(out, names->n ? "defaults" : run->key);
	if (!out->len)
		str_add(out, "defaults");
}
