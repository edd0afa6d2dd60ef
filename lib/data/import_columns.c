/*
 * import_columns.c - which columns a table has and what is asked of them: names,
 * selection, types, NA tokens, the coding to follow; see import_int.h.
 */
#include "import_int.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

/* A number from 1 to n, else 0. */
static size_t
column_number(const char *t, size_t n)
{
	char *end;
	unsigned long k;

	if (*t < '0' || *t > '9')
		return 0;
	k = strtoul(t, &end, 10);
	return *end || k > n ? 0 : (size_t)k;
}

static bool
is_a_name(const struct import *im, const char *t)
{
	size_t i;

	for (i = 0; i < im->fields; i++)
		if (!strcmp(im->field_name[i], t))
			return true;
	return false;
}

bool
import_is_meant(const struct import *im, const char *pattern, size_t i)
{
	if (!strcmp(im->field_name[i], pattern))
		return true;
	if (column_number(pattern, im->fields) == i + 1)
		return !is_a_name(im, pattern);
	return strpbrk(pattern, "*?[") && !is_a_name(im, pattern) &&
	       fnmatch(pattern, im->field_name[i], 0) == 0;
}

static int
no_column(const struct import *im, const char *option, const char *pattern,
	  struct err *e)
{
	const char *near = str_nearest(pattern,
				       (const char *const *)im->field_name,
				       im->fields);

	return err_set(e, ERR_SCHEMA, "%s: no column '%s' among the %zu%s%s%s",
		       option, pattern, im->fields,
		       near ? "; nearest is '" : "", near ? near : "",
		       near ? "'" : "");
}

/* "3-7", "3-" or "-7"; false if it is none. */
static bool
parse_range(const struct import *im, const char *t, size_t *from, size_t *to)
{
	char *end;

	if (is_a_name(im, t) || !strchr(t, '-'))
		return false;
	*from = *t == '-' ? 1 : strtoul(t, &end, 10);
	if (*t != '-' && (end == t || *end != '-'))
		return false;
	t = strchr(t, '-') + 1;
	*to = *t ? strtoul(t, &end, 10) : im->fields;
	return !*t || !*end;
}

/* Marks the fields of one item of a list. */
static int
mark_item(const struct import *im, const char *item, const char *option,
	  bool *marked, struct err *e)
{
	size_t i, from, to, n = 0;

	if (parse_range(im, item, &from, &to)) {
		if (from < 1 || to > im->fields || from > to)
			return err_set(e, ERR_SCHEMA, "%s: '%s' is not within "
				       "1-%zu", option, item, im->fields);
		for (i = from; i <= to; i++)
			marked[i - 1] = true;
		return 0;
	}
	for (i = 0; i < im->fields; i++)
		if (import_is_meant(im, item, i)) {
			marked[i] = true;
			n++;
		}
	return n ? 0 : no_column(im, option, item, e);
}

static int
mark_list(const struct import *im, const char *list, const char *option,
	  bool *marked, struct err *e)
{
	char *copy = mem_strdup(list, e), *item, *next;
	int status = copy ? 0 : -1;

	for (item = copy; item && status == 0; item = next) {
		next = strchr(item, ',');
		if (next)
			*next++ = '\0';
		status = mark_item(im, item, option, marked, e);
	}
	mem_free(copy);
	return status;
}

/* The fields that are to be columns. */
static int
select_fields(const struct import *im, bool *chosen, struct err *e)
{
	const struct import_options *o = im->o;
	bool *dropped = mem_zalloc(im->fields, sizeof(*dropped), e);
	size_t i, k;
	int status = dropped ? 0 : -1;

	if (status == 0 && o->drop)
		status = mark_list(im, o->drop, "--drop-columns", dropped, e);
	for (i = 0; status == 0 && i < o->types; i++)
		for (k = 0; k < im->fields; k++)
			if (import_is_meant(im, o->type[i].column, k))
				dropped[k] = o->type[i].type ==
					     IMPORT_SKIP_COLUMN;
	if (status == 0 && o->keep)
		status = mark_list(im, o->keep, "--columns", chosen, e);
	else
		for (i = 0; i < im->fields; i++)
			chosen[i] = true;
	for (i = 0; status == 0 && i < im->fields; i++)
		chosen[i] = chosen[i] && !dropped[i];
	mem_free(dropped);
	return status;
}

static struct import_column *
add_column(struct import *im, const char *name, size_t field, struct err *e)
{
	struct import_column *c = &im->column[im->columns];

	c->name = mem_strdup(name, e);
	if (!c->name)
		return NULL;
	c->field = field;
	im->columns++;
	return c;
}

/* Types and tokens given by options; later ones win. */
static int
apply_options(struct import *im, struct err *e)
{
	const struct import_options *o = im->o;
	struct import_column *c;
	size_t i, k, n;

	for (i = 0; i < o->types; i++) {
		for (k = n = 0; k < im->fields; k++)
			n += import_is_meant(im, o->type[i].column, k);
		if (!n)
			return no_column(im, "--type", o->type[i].column, e);
		for (k = 0; k < im->columns; k++) {
			c = &im->column[k];
			if (c->field == IMPORT_NO_FIELD || o->type[i].type ==
			    IMPORT_SKIP_COLUMN || !import_is_meant(im,
					o->type[i].column, c->field))
				continue;
			c->asked = o->type[i].type;
			c->format = o->type[i].format;
			c->coding = NULL;
		}
	}
	for (i = 0; i < o->nas; i++) {
		for (k = n = 0; k < im->fields; k++)
			n += import_is_meant(im, o->na[i].column, k);
		if (!n)
			return no_column(im, "--na", o->na[i].column, e);
		for (k = 0; k < im->columns; k++) {
			c = &im->column[k];
			if (c->field == IMPORT_NO_FIELD ||
			    !import_is_meant(im, o->na[i].column, c->field))
				continue;
			n = c->nas;
			if (mem_grow(&c->na, &n, c->nas + 1, sizeof(*c->na),
				     e) < 0)
				return -1;
			c->na[c->nas++] = o->na[i].token;
		}
	}
	return 0;
}

/* The field of this name, IMPORT_NO_FIELD if there is none. */
static size_t
find_field(const struct import *im, const char *name)
{
	size_t i;

	for (i = 0; i < im->fields; i++)
		if (!strcmp(im->field_name[i], name))
			return i;
	return IMPORT_NO_FIELD;
}

static int
take_schema_column(struct import *im, const struct import_schema *s, size_t i,
		   size_t field, struct err *e)
{
	struct import_column *c = add_column(im, s->column[i].name, field, e);
	const struct string_table *levels = &s->column[i].levels;
	size_t k;

	if (!c)
		return -1;
	c->asked = s->column[i].type;
	c->format = s->format ? s->format[i] : NULL;
	if (c->asked != COLUMN_ENUM || (!levels->n && !s->is_coding))
		return 0;
	c->coding = levels;
	for (k = 0; k < levels->n; k++)
		if (string_set_add(&c->known, levels->bytes + levels->at[k],
				   levels->at[k + 1] - levels->at[k], e) < 0)
			return -1;
	return 0;
}

/* --like: the same columns in the same order, by name or by place. */
static int
follow_coding(struct import *im, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	size_t i, field;
	bool by_name = im->dialect.has_header || im->o->names;

	if (!im->o->adapt && im->fields != s->columns)
		return err_set(e, ERR_SCHEMA, "%zu columns, but '%s' has %zu "
			       "(--adapt)", im->fields, s->origin, s->columns);
	for (i = 0; i < s->columns; i++) {
		field = by_name ? find_field(im, s->column[i].name) :
			i < im->fields ? i : IMPORT_NO_FIELD;
		if (field == IMPORT_NO_FIELD && !im->o->adapt)
			return err_set(e, ERR_SCHEMA, "no column '%s', which "
				       "'%s' has (--adapt)", s->column[i].name,
				       s->origin);
		if (field == IMPORT_NO_FIELD)
			import_note(im, "no column '%s': all missing "
				    "(--adapt)", s->column[i].name);
		if (take_schema_column(im, s, i, field, e) < 0)
			return -1;
	}
	return 0;
}

/* --schema: types for columns by name; those it leaves out are inferred. */
static int
follow_schema(struct import *im, const bool *chosen, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	size_t i, k, found;
	struct import_column *c;

	for (k = 0; s && k < s->columns; k++)
		if (find_field(im, s->column[k].name) == IMPORT_NO_FIELD)
			return no_column(im, s->origin, s->column[k].name, e);
	for (i = 0; i < im->fields; i++) {
		if (!chosen[i])
			continue;
		for (k = 0, found = SIZE_MAX; s && k < s->columns; k++)
			if (!strcmp(s->column[k].name, im->field_name[i]))
				found = k;
		if (found != SIZE_MAX && s->column[found].type ==
		    IMPORT_SKIP_COLUMN)
			continue;
		if (found != SIZE_MAX) {
			if (take_schema_column(im, s, found, i, e) < 0)
				return -1;
			continue;
		}
		c = add_column(im, im->field_name[i], i, e);
		if (!c)
			return -1;
	}
	return 0;
}

/* Types are final if nothing is left to be found out. */
static bool
is_all_known(const struct import *im)
{
	const struct import_column *c;
	size_t i;

	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		if (!c->asked || (c->asked == COLUMN_ENUM &&
				  (!c->coding || im->o->adapt)))
			return false;
	}
	return true;
}

int
import_columns_init(struct import *im, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	bool *chosen = mem_zalloc(im->fields, sizeof(*chosen), e);
	size_t i, room = im->fields + (s ? s->columns : 0);
	struct import_column *c;
	int status;

	im->column = mem_zalloc(room, sizeof(*im->column), e);
	status = chosen && im->column ? select_fields(im, chosen, e) : -1;
	if (status == 0)
		status = s && s->is_coding ? follow_coding(im, e) :
			 follow_schema(im, chosen, e);
	mem_free(chosen);
	if (status < 0 || apply_options(im, e) < 0)
		return -1;
	if (!im->columns)
		return err_set(e, ERR_SCHEMA, "no column is left");
	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		c->type = c->asked;
		na_set_init(&c->na_set, &im->dialect, c->na, c->nas);
	}
	im->streaming = is_all_known(im);
	return 0;
}

void
import_columns_release(struct import *im)
{
	struct import_column *c;
	size_t i, k;

	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		mem_free(c->name);
		mem_free(c->na);
		mem_free(c->code);
		string_set_release(&c->known);
		string_set_release(&c->levels);
		cells_release(&c->open);
		encoded_chunk_free(c->encoded);
		for (k = 0; k < c->pieces; k++)
			cells_packed_release(&c->piece[k].packed);
		mem_free(c->piece);
	}
	mem_free(im->column);
	for (i = 0; im->field_name && i < im->fields; i++)
		mem_free(im->field_name[i]);
	mem_free(im->field_name);
	for (i = 0; im->header_name && i < im->fields; i++)
		mem_free(im->header_name[i]);
	mem_free(im->header_name);
}
