/*
 * import_columns.c - which columns a table has and what is asked of them:
 * names, selection, types, NA tokens, the coding to follow; see import_int.h.
 */
#include "import_int.h"

#include <string.h>

#include <dltools/columns.h>
#include <dltools/mem.h>
#include <dltools/str.h>

#include "csv_int.h"

static int
no_column(const struct import *im, const char *option, const char *name,
	  struct err *e)
{
	const char *near = str_nearest(name,
				       (const char *const *)im->field_name,
				       im->fields);

	return err_set(e, ERR_SCHEMA, "%s: no column '%s' among the %zu%s%s%s",
		       option, name, im->fields,
		       near ? "; nearest is '" : "", near ? near : "",
		       near ? "'" : "");
}

/* The fields that a user's list means. */
static int
find_fields(const struct import *im, const char *text, const char *option,
	    struct column_list *list, struct err *e)
{
	memset(list, 0, sizeof(*list));
	if (column_list_parse(list, text, (const char *const *)im->field_name,
			      im->fields, e) == 0)
		return 0;
	column_list_release(list);
	return err_prefix(e, "%s", option);
}

static int
mark_fields(const struct import *im, const char *text, const char *option,
	    bool *marked, bool mark, struct err *e)
{
	struct column_list list;
	size_t i;

	if (find_fields(im, text, option, &list, e) < 0)
		return -1;
	for (i = 0; i < list.n; i++)
		marked[list.index[i]] = mark;
	column_list_release(&list);
	return 0;
}

/* The fields that are to be columns. */
static int
select_fields(const struct import *im, bool *chosen, struct err *e)
{
	const struct import_options *o = im->o;
	size_t i;

	for (i = 0; i < im->fields && !o->keep; i++)
		chosen[i] = true;
	if (o->keep && mark_fields(im, o->keep, "--columns", chosen, true,
				   e) < 0)
		return -1;
	if (o->drop && mark_fields(im, o->drop, "--drop-columns", chosen,
				   false, e) < 0)
		return -1;
	for (i = 0; i < o->types; i++)
		if (o->type[i].type == IMPORT_SKIP_COLUMN &&
		    mark_fields(im, o->type[i].column, "--type", chosen,
				false, e) < 0)
			return -1;
	return 0;
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

static struct import_column *
column_of_field(struct import *im, size_t field)
{
	size_t i;

	/* nearly always the columns are the fields */
	if (field < im->columns && im->column[field].field == field)
		return &im->column[field];
	for (i = 0; i < im->columns; i++)
		if (im->column[i].field == field)
			return &im->column[i];
	return NULL;
}

/* Later ones win. */
static int
apply_type(struct import *im, const struct import_type *t, struct err *e)
{
	struct column_list list;
	struct import_column *c;
	size_t i;

	if (find_fields(im, t->column, "--type", &list, e) < 0)
		return -1;
	for (i = 0; i < list.n; i++) {
		c = column_of_field(im, list.index[i]);
		if (!c || t->type == IMPORT_SKIP_COLUMN)
			continue;
		c->asked = t->type;
		c->format = t->format;
		c->coding = NULL;
	}
	column_list_release(&list);
	return 0;
}

static int
add_token(struct import_column *c, char *token, struct err *e)
{
	if (mem_grow(&c->na, &c->na_room, c->nas + 1, sizeof(*c->na), e) < 0)
		return -1;
	c->na[c->nas++] = token;
	return 0;
}

static int
apply_na(struct import *im, const struct import_na *na, struct err *e)
{
	struct column_list list;
	struct import_column *c;
	size_t i, n;

	if (find_fields(im, na->column, "--na", &list, e) < 0)
		return -1;
	for (i = 0; i < list.n; i++) {
		c = column_of_field(im, list.index[i]);
		if (!c)
			continue;
		if (add_token(c, na->token, e) < 0)
			break;
	}
	n = list.n;
	column_list_release(&list);
	return i < n ? -1 : 0;
}

static int
apply_options(struct import *im, struct err *e)
{
	size_t i;

	for (i = 0; i < im->o->types; i++)
		if (apply_type(im, &im->o->type[i], e) < 0)
			return -1;
	for (i = 0; i < im->o->nas; i++)
		if (apply_na(im, &im->o->na[i], e) < 0)
			return -1;
	return 0;
}

/* The field of this name, IMPORT_NO_FIELD if there is none. */
static size_t
find_field(const struct import *im, const char *name)
{
	return (size_t)string_set_find(&im->names, name, strlen(name));
}

static int
add_tokens(struct import_column *c, const struct csv_own *own, struct err *e)
{
	size_t i;

	for (i = 0; i < own->na_n; i++)
		if (add_token(c, own->na[i], e) < 0)
			return -1;
	return 0;
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
	if (s->own && s->own[i] && add_tokens(c, s->own[i], e) < 0)
		return -1;
	if (c->asked != COLUMN_ENUM || !levels->n)
		return 0;
	c->coding = levels;
	for (k = 0; k < levels->n; k++)
		if (string_set_add(&c->known, levels->bytes + levels->at[k],
				   levels->at[k + 1] - levels->at[k], e) < 0)
			return -1;
	return 0;
}

/* The field of each column of --like, by name: field[s->columns]. */
static int
match_fields(const struct import *im, size_t *field, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	const char **column = mem_zalloc(s->columns, sizeof(*column), e);
	size_t *place = mem_zalloc(im->fields, sizeof(*place), e), i;
	struct csv_dialect none = {0}; /* --col-names are not the text's */
	int status = -1;

	for (i = 0; i < s->columns; i++) {
		field[i] = IMPORT_NO_FIELD;
		if (column)
			column[i] = s->column[i].name;
	}
	if (column && place)
		status = csv_match_header((const char *const *)im->field_name,
					  im->fields, column, s->columns,
					  im->o->names ? &none : &s->dialect,
					  place, e);
	for (i = 0; i < im->fields && status == 0; i++)
		if (place[i] != SIZE_MAX)
			field[place[i]] = i;
	mem_free(column);
	mem_free(place);
	return status;
}

static int
take_coding_column(struct import *im, size_t i, size_t field, struct err *e)
{
	const struct import_schema *s = im->o->schema;

	if (field == IMPORT_NO_FIELD && !im->o->adapt)
		return err_set(e, ERR_SCHEMA, "no column '%s', which '%s' has "
			       "(--adapt)", s->column[i].name, s->origin);
	if (field == IMPORT_NO_FIELD)
		import_note(im, "no column '%s': all missing (--adapt)",
			    s->column[i].name);
	return take_schema_column(im, s, i, field, e);
}

/* --like: the same columns in the same order, by name or by place. */
static int
follow_coding(struct import *im, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	size_t *field, i;
	int status = 0;

	if (!im->o->adapt && im->fields != s->columns)
		return err_set(e, ERR_SCHEMA, "%zu columns, but '%s' has %zu "
			       "(--adapt)", im->fields, s->origin, s->columns);
	field = mem_zalloc(s->columns, sizeof(*field), e);
	if (!field)
		return -1;
	for (i = 0; i < s->columns; i++)
		field[i] = i < im->fields ? i : IMPORT_NO_FIELD;
	if (im->dialect.has_header || im->o->names)
		status = match_fields(im, field, e);
	for (i = 0; i < s->columns && status == 0; i++)
		status = take_coding_column(im, i, field[i], e);
	mem_free(field);
	return status;
}

/* Where the schema has each field, SIZE_MAX: it leaves it out. */
static int
find_in_schema(const struct import *im, size_t *place, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	size_t i, k;

	for (i = 0; i < im->fields; i++)
		place[i] = SIZE_MAX;
	for (k = 0; s && k < s->columns; k++) {
		i = find_field(im, s->column[k].name);
		if (i == IMPORT_NO_FIELD)
			return no_column(im, s->origin, s->column[k].name, e);
		place[i] = k;
	}
	return 0;
}

/* --schema: types for columns by name; those it leaves out are inferred. */
static int
follow_schema(struct import *im, const bool *chosen, struct err *e)
{
	const struct import_schema *s = im->o->schema;
	size_t *place = mem_zalloc(im->fields, sizeof(*place), e), i, k;
	int status = place ? find_in_schema(im, place, e) : -1;

	for (i = 0; i < im->fields && status == 0; i++) {
		k = place[i];
		if (!chosen[i] || (k != SIZE_MAX && s->column[k].type ==
				   IMPORT_SKIP_COLUMN))
			continue;
		if (k != SIZE_MAX)
			status = take_schema_column(im, s, k, i, e);
		else if (!add_column(im, im->field_name[i], i, e))
			status = -1;
	}
	mem_free(place);
	return status;
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
	na_set_init(&im->na_set, &im->dialect, NULL, 0);
	for (i = 0; i < im->columns; i++) {
		c = &im->column[i];
		c->type = c->asked;
		c->na_set = &im->na_set;
		if (!c->nas)
			continue;
		c->na_set = c->own_na = mem_zalloc(1, sizeof(*c->own_na), e);
		if (!c->own_na)
			return -1;
		na_set_init(c->own_na, &im->dialect, c->na, c->nas);
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
		mem_free(c->own_na);
		mem_free(c->offender);
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
	string_set_release(&im->names);
}
