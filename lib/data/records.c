/* records.c - which field of a record is which column; see records.h. */
#include "data/records.h"

#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "data/csv_int.h"

static int
copy_names(struct records *r, const struct csv_block *b, struct err *e)
{
	size_t i;

	for (i = 0; i < r->fields; i++) {
		r->name[i] = csv_field_name(b, i, e);
		if (!r->name[i])
			return -1;
	}
	return 0;
}

static void
forget_names(struct records *r)
{
	size_t i;

	for (i = 0; r->name && i < r->fields; i++) {
		mem_free(r->name[i]);
		r->name[i] = NULL;
	}
}

/* Names that --col-names replaced are replaced here too. */
static int
translate(struct records *r, const size_t *place, struct err *e)
{
	const char *column;
	size_t i;

	for (i = 0; i < r->fields; i++) {
		if (place[i] == SIZE_MAX)
			continue;
		column = r->enc->source[place[i]].name;
		if (!strcmp(r->name[i], column))
			continue;
		mem_free(r->name[i]);
		r->name[i] = mem_strdup(column, e);
		if (!r->name[i])
			return -1;
	}
	return 0;
}

static int
match_names(struct records *r, size_t *place, struct err *e)
{
	const struct encoder *enc = r->enc;
	const char **source = mem_zalloc(enc->sources, sizeof(*source), e);
	size_t i;
	int status = -1;

	for (i = 0; source && i < enc->sources; i++)
		source[i] = enc->source[i].name;
	if (source)
		status = csv_match_header((const char *const *)r->name,
					  r->fields, source, enc->sources,
					  r->dialect, place, e);
	mem_free(source);
	return status < 0 ? err_prefix(e, "'%s'", r->path) : 0;
}

/*
 * Is the first record a header?  Yes, if at least half of its fields or of the
 * model's predictors are there by name: a header may have more columns than
 * the model, or fewer.
 */
static int
names_known(struct records *r, bool *header, struct err *e)
{
	const struct encoder *enc = r->enc;
	size_t *place = mem_zalloc(r->fields, sizeof(*place), e);
	size_t known = 0, predictors = 0, i;
	int status = place ? match_names(r, place, e) : -1;

	for (i = 0; status == 0 && i < r->fields; i++) {
		if (place[i] == SIZE_MAX)
			continue;
		known++;
		predictors += enc->source[place[i]].predictor >= 0;
	}
	*header = known &&
		  (2 * known >= r->fields || 2 * predictors >= enc->columns);
	if (status == 0)
		status = translate(r, place, e);
	mem_free(place);
	return status;
}

/*
 * Without a header: all columns of the training table, or all but the response.
 */
static int
place_names(struct records *r, struct err *e)
{
	const struct encoder *enc = r->enc;
	bool less = enc->response && r->fields + 1 == enc->sources;
	size_t i, k = 0;

	if (r->fields != enc->sources && !less)
		return err_set(e, ERR_SCHEMA, "'%s' has no header with the "
			       "model's columns and %zu columns, the model's "
			       "table had %zu", r->path, r->fields,
			       enc->sources);
	for (i = 0; i < enc->sources; i++) {
		if (less && enc->source[i].role == ROLE_RESPONSE)
			continue;
		r->name[k] = mem_strdup(enc->source[i].name, e);
		if (!r->name[k++])
			return -1;
	}
	return 0;
}

/* From the header, if there is one. */
static int
find_names(struct records *r, const struct csv_block *first, int header,
	   struct err *e)
{
	if (header != 0 && (copy_names(r, first, e) < 0 ||
			    names_known(r, &r->has_header, e) < 0))
		return -1;
	if (header == 1)
		r->has_header = true;
	if (r->has_header)
		return 0;
	forget_names(r);
	return place_names(r, e);
}

/* The names of a record's fields, to find them by. */
struct names {
	struct string_table table;
	struct level_index index;
	bool *twice; /* a later field has the same name */
};

static void
names_release(struct names *n)
{
	level_index_release(&n->index);
	string_table_release(&n->table);
	mem_free(n->twice);
}

static int
names_init(struct names *n, const struct records *r, struct err *e)
{
	size_t i, first;

	memset(n, 0, sizeof(*n));
	n->twice = mem_zalloc(r->fields, sizeof(*n->twice), e);
	if (!n->twice)
		return -1;
	for (i = 0; i < r->fields; i++)
		if (string_table_add(&n->table, r->name[i], strlen(r->name[i]),
				     e) < 0)
			return -1;
	if (level_index_init(&n->index, &n->table, e) < 0)
		return -1;
	for (i = 0; i < r->fields; i++) {
		first = level_index_find(&n->index, r->name[i],
					 strlen(r->name[i]));
		n->twice[first] |= first != i;
	}
	return 0;
}

/* The field called name, SIZE_MAX if there is none; two are an error. */
static int
find(const struct records *r, const struct names *n, const char *name,
     size_t *field, struct err *e)
{
	size_t at = level_index_find(&n->index, name, strlen(name));

	*field = at < r->fields ? at : SIZE_MAX;
	if (at < r->fields && n->twice[at])
		return err_set(e, ERR_SCHEMA, "'%s' has two columns '%s'",
			       r->path, name);
	return 0;
}

static int
find_roles(struct records *r, const struct names *n, struct err *e)
{
	const struct encoder *enc = r->enc;

	r->response = r->weights = r->offset = SIZE_MAX;
	if ((enc->response &&
	     find(r, n, enc->response, &r->response, e) < 0) ||
	    (enc->weights_column &&
	     find(r, n, enc->weights_column, &r->weights, e) < 0) ||
	    (enc->offset_column &&
	     find(r, n, enc->offset_column, &r->offset, e) < 0))
		return -1;
	if (enc->offset_column && r->offset == SIZE_MAX)
		return err_set(e, ERR_SCHEMA, "offset column '%s': no such "
			       "column in '%s'", enc->offset_column, r->path);
	return 0;
}

static void
find_types(struct records *r, const struct names *n)
{
	const struct encoder *enc = r->enc;
	size_t i, at;

	for (i = 0; i < enc->sources; i++) {
		at = level_index_find(&n->index, enc->source[i].name,
				      strlen(enc->source[i].name));
		if (at < r->fields)
			r->type[at] = enc->source[i].type;
	}
}

static int
find_columns(struct records *r, const struct names *n, struct err *e)
{
	const struct encoder *enc = r->enc;
	size_t i, found = 0;

	for (i = 0; i < enc->columns; i++) {
		if (find(r, n, enc->column[i].name, &r->field[i], e) < 0)
			return -1;
		found += r->field[i] != SIZE_MAX;
	}
	if (found)
		return 0;
	return err_set(e, ERR_SCHEMA, "'%s' has no column in common with the "
		       "model's %zu predictors ('%s'...)", r->path,
		       enc->columns, enc->column[0].name);
}

static int
find_own(struct records *r, const struct names *n, struct err *e)
{
	const struct csv_dialect *d = r->dialect;
	size_t i, at;

	r->own = mem_zalloc(d->owns, sizeof(*r->own), e);
	r->own_at = mem_zalloc(r->fields, sizeof(*r->own_at), e);
	if (!r->own || !r->own_at)
		return -1;
	for (i = 0; i < d->owns; i++) {
		na_set_init(&r->own[i].na, d, d->own[i].na, d->own[i].na_n);
		r->own[i].format = d->own[i].format;
		at = level_index_find(&n->index, d->own[i].column,
				      strlen(d->own[i].column));
		if (at < r->fields)
			r->own_at[at] = &r->own[i];
	}
	return 0;
}

static int
find_fields(struct records *r, struct err *e)
{
	struct names n;
	int status = names_init(&n, r, e);

	if (status == 0)
		status = find_columns(r, &n, e);
	if (status == 0)
		status = find_own(r, &n, e);
	if (status == 0) {
		find_types(r, &n);
		status = find_roles(r, &n, e);
	}
	names_release(&n);
	return status;
}

static int
index_levels(struct records *r, struct err *e)
{
	const struct encoder *enc = r->enc;
	size_t i;

	for (i = 0; i < enc->columns; i++)
		if (enc->column[i].type == COLUMN_ENUM &&
		    level_index_init(&r->index[i], &enc->column[i].levels,
				     e) < 0)
			return -1;
	return level_index_init(&r->classes, &enc->classes, e);
}

int
records_init(struct records *r, const struct encoder *enc,
	     const struct csv_dialect *dialect, const char *path,
	     const struct csv_block *first, int header, struct err *e)
{
	memset(r, 0, sizeof(*r));
	r->enc = enc;
	r->dialect = dialect;
	r->path = path;
	r->fields = first->record[0].fields;
	na_set_init(&r->na, dialect, NULL, 0);
	r->name = mem_zalloc(r->fields, sizeof(*r->name), e);
	r->field = mem_zalloc(enc->columns, sizeof(*r->field), e);
	r->index = mem_zalloc(enc->columns, sizeof(*r->index), e);
	r->type = mem_zalloc(r->fields, sizeof(*r->type), e);
	if (!r->name || !r->field || !r->index || !r->type ||
	    find_names(r, first, header, e) < 0 ||
	    find_fields(r, e) < 0 || index_levels(r, e) < 0) {
		records_release(r);
		return -1;
	}
	return 0;
}

void
records_release(struct records *r)
{
	size_t i;

	forget_names(r);
	for (i = 0; r->index && i < r->enc->columns; i++)
		level_index_release(&r->index[i]);
	level_index_release(&r->classes);
	mem_free(r->name);
	mem_free(r->type);
	mem_free(r->field);
	mem_free(r->own);
	mem_free(r->own_at);
	mem_free(r->absent);
	mem_free(r->index);
	memset(r, 0, sizeof(*r));
}
