/*
 * params.c - the life of struct params, and setting one value; see params.h.
 */
#include <dltools/params.h>

#include <string.h>

#include <dltools/mem.h>

#include "params_int.h"

int
params_init(struct params *p, struct err *e)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < PARAM_COUNT; i++) {
		if (param_table[i].type == PARAM_PATHS)
			continue; /* they are added to; none at first */
		if (param_parse(p, &param_table[i], param_table[i].initial,
				e) < 0) {
			params_release(p);
			return -1;
		}
	}
	return 0;
}

void
params_release(struct params *p)
{
	size_t i;

	if (!p)
		return;
	for (i = 0; i < PARAM_COUNT; i++)
		param_clear(p, &param_table[i]);
	memset(p, 0, sizeof(*p));
}

static int
copy_texts(struct param_texts *to, const struct param_texts *from,
	   struct err *e)
{
	size_t k;

	*to = (struct param_texts){0};
	for (k = 0; k < from->n; k++)
		if (param_append(to, from->v[k], strlen(from->v[k]), e) < 0)
			return -1;
	return 0;
}

static int
copy_bytes(void *to, const void *from, size_t n, size_t size, struct err *e)
{
	void *v = n ? mem_zalloc(n, size, e) : NULL;

	memcpy(to, &v, sizeof(v));
	if (!n)
		return 0;
	if (!v)
		return -1;
	memcpy(v, from, n * size);
	return 0;
}

/* to's field holds from's pointers still. */
static int
copy_field(struct params *to, const struct params *from,
	   const struct param_info *i, struct err *e)
{
	const struct param_ints *ints = param_field_const(from, i);
	const struct param_reals *reals = param_field_const(from, i);
	struct param_ints *ints_to = param_field(to, i);
	struct param_reals *reals_to = param_field(to, i);
	char *const *text = param_field_const(from, i);
	char **text_to = param_field(to, i);

	switch (i->type) {
	case PARAM_TEXT:
	case PARAM_COLUMN:
	case PARAM_PATH:
		*text_to = *text ? mem_strdup(*text, e) : NULL;
		return *text && !*text_to ? -1 : 0;
	case PARAM_INTS:
		return copy_bytes(&ints_to->v, ints->v, ints->n,
				  sizeof(*ints->v), e);
	case PARAM_REALS:
		return copy_bytes(&reals_to->v, reals->v, reals->n,
				  sizeof(*reals->v), e);
	case PARAM_TEXTS:
	case PARAM_COLUMNS:
	case PARAM_PATHS:
		return copy_texts(param_field(to, i),
				  param_field_const(from, i), e);
	default:
		return 0;
	}
}

int
params_copy(struct params *to, const struct params *from, struct err *e)
{
	struct params copy = *from;
	size_t i, k;

	for (i = 0; i < PARAM_COUNT; i++) {
		if (copy_field(&copy, from, &param_table[i], e) == 0)
			continue;
		/* the fields beyond are still `from`'s own */
		for (k = 0; k <= i; k++)
			param_clear(&copy, &param_table[k]);
		memset(to, 0, sizeof(*to));
		return -1;
	}
	*to = copy;
	return 0;
}

static int
unknown(const char *name, struct err *e)
{
	const char *names[PARAM_COUNT + 16], *near;
	const struct param_alias *a;
	size_t n;

	for (n = 0; n < PARAM_COUNT; n++)
		names[n] = param_table[n].name;
	for (a = param_aliases; a->name && n < PARAM_COUNT + 16; a++)
		names[n++] = a->name;
	near = str_nearest(name, names, n);
	if (near)
		return err_set(e, ERR_USAGE,
			       "unknown parameter '%s': did you mean '%s'?",
			       name, near);
	return err_set(e, ERR_USAGE, "unknown parameter '%s'", name);
}

static int
prefix(const struct param_info *i, struct err *e)
{
	struct str option = STR_INIT;

	param_option(i, &option);
	err_prefix(e, "%s", option.buf);
	str_release(&option);
	return -1;
}

/* Reads the text into a copy of its own, so that errors leave p as it was. */
static int
set(struct params *p, const struct param_info *i, const char *text, bool add,
    struct err *e)
{
	struct params scratch = {0};

	if (add)
		return param_parse(p, i, text, e);
	if (param_parse(&scratch, i, text, e) < 0) {
		param_clear(&scratch, i);
		return -1;
	}
	param_clear(&scratch, i);
	param_clear(p, i);
	return param_parse(p, i, text, e);
}

int
params_set(struct params *p, enum param_source from, const char *name,
	   const char *text, struct err *e)
{
	const struct param_info *i = param_find(name);
	struct params ignored = {0};
	size_t k;
	bool add;

	if (!i)
		return unknown(name, e);
	k = (size_t)(i - param_table);
	if (p->from[k] > from) {
		/* overruled, but it must be right all the same */
		if (set(&ignored, i, text, false, e) < 0)
			return prefix(i, e);
		param_clear(&ignored, i);
		return 0;
	}
	add = i->type == PARAM_PATHS && p->from[k] == from &&
	      from != PARAM_FROM_DEFAULT;
	if (set(p, i, text, add, e) < 0)
		return prefix(i, e);
	p->from[k] = (unsigned char)from;
	return 0;
}
