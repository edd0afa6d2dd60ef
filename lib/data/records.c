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

/* Names of the table's columns, then those that its text had for some. */
static int
index_sources(const struct records *r, struct string_table *t,
	      struct level_index *x, struct err *e)
{
	const struct csv_dialect *d = r->dialect;
	const char *name;
	size_t i;

	for (i = 0; i < r->enc->sources + d->owns; i++) {
		name = i < r->enc->sources ? r->enc->source[i].name :
			d->own[i - r->enc->sources].header;
		if (!name)
			name = d->own[i - r->enc->sources].column;
		if (string_table_add(t, name, strlen(name), e) < 0)
			return -1;
	}
	return level_index_init(x, t, e);
}

/* Where field i's name stands among the table's columns; else sources. */
static int
find_source(struct records *r, const struct level_index *x, size_t i,
	    size_t *at, struct err *e)
{
	size_t n = r->enc->sources;
	const char *column;

	*at = level_index_find(x, r->name[i], strlen(r->name[i]));
	if (*at < n)
		return 0;
	if (*at < x->t->n) {
		column = r->dialect->own[*at - n].column;
		mem_free(r->name[i]);
		r->name[i] = mem_strdup(column, e);
		if (!r->name[i])
			return -1;
		*at = level_index_find(x, column, strlen(column));
	}
	*at = *at < n ? *at : n;
	return 0;
}

/*
 * Is the first record a header?  Yes, if at least half of its fields or of the
 * model's predictors are there by name: a header may have more columns than
 * the model, or fewer.  Names that --col-names replaced are replaced here too.
 */
static int
names_known(struct records *r, bool *header, struct err *e)
{
	const struct encoder *enc = r->enc;
	struct level_index x = {0};
	struct string_table t = {0};
	size_t known = 0, predictors = 0, i, at;
	int status = index_sources(r, &t, &x, e);

	for (i = 0; status == 0 && i < r->fields; i++) {
		status = find_source(r, &x, i, &at, e);
		if (status < 0 || at == enc->sources)
			continue;
		known++;
		predictors += enc->source[at].predictor >= 0;
	}
	*header = known &&
		  (2 * known >= r->fields || 2 * predictors >= enc->columns);
	level_index_release(&x);
	string_table_release(&t);
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
	if (copy_names(r, first, e) < 0 ||
	    names_known(r, &r->has_header, e) < 0)
		return -1;
	if (header >= 0)
		r->has_header = header == 1;
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
