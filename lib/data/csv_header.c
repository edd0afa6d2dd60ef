/* csv_header.c - names in a header, and which columns they mean. */
#include "csv_int.h"

#include <string.h>

#include <dltools/mem.h>

#include "data/level_index.h"

char *
csv_field_name(const struct csv_block *b, size_t i, struct err *e)
{
	const struct csv_field *f = &b->field[b->record[0].field + i];
	const char *t = b->text + f->at;
	size_t n = f->len;

	for (; n && (*t == ' ' || *t == '\t'); t++)
		n--;
	while (n && (t[n - 1] == ' ' || t[n - 1] == '\t'))
		n--;
	return mem_memdup(t, n, e);
}

/* Of each field the number of its name among name[n], else SIZE_MAX. */
static int
find_all(const char *const *field, size_t fields, const char *const *name,
	 size_t n, size_t *place, size_t *found, struct err *e)
{
	struct string_table t = {0};
	struct level_index x = {0};
	size_t i;
	int status = 0;

	for (i = 0; i < n && status == 0; i++)
		status = string_table_add(&t, name[i], strlen(name[i]), e);
	if (status == 0)
		status = level_index_init(&x, &t, e);
	*found = 0;
	for (i = 0; i < fields && status == 0; i++) {
		place[i] = level_index_find(&x, field[i], strlen(field[i]));
		*found += place[i] < n;
		if (place[i] == n)
			place[i] = SIZE_MAX;
	}
	level_index_release(&x);
	string_table_release(&t);
	return status;
}

/* The columns' names in the text: was[n]. */
static int
find_headers(const char *const *column, size_t n, const struct csv_dialect *d,
	     const char **was, struct err *e)
{
	const char **name = mem_zalloc(d->owns, sizeof(*name), e);
	size_t *place = mem_zalloc(d->owns, sizeof(*place), e), i, found;
	int status = name && place ? 0 : -1;

	memcpy(was, column, n * sizeof(*was));
	for (i = 0; i < d->owns && status == 0; i++)
		name[i] = d->own[i].column;
	if (status == 0)
		status = find_all(name, d->owns, column, n, place, &found, e);
	for (i = 0; i < d->owns && status == 0; i++)
		if (place[i] < n && d->own[i].header)
			was[place[i]] = d->own[i].header;
	mem_free(name);
	mem_free(place);
	return status;
}

int
csv_match_header(const char *const *field, size_t fields,
		 const char *const *column, size_t n,
		 const struct csv_dialect *d, size_t *place, struct err *e)
{
	const char **was = mem_zalloc(n, sizeof(*was), e);
	size_t *other = mem_zalloc(fields, sizeof(*other), e), now, then;
	int status = -1;

	if (!was || !other ||
	    find_all(field, fields, column, n, place, &now, e) < 0 ||
	    find_headers(column, n, d, was, e) < 0 ||
	    find_all(field, fields, was, n, other, &then, e) < 0)
		goto out;
	status = 0;
	if (then > now)
		memcpy(place, other, fields * sizeof(*place));
	else if (then == now &&
		 memcmp(place, other, fields * sizeof(*place)) != 0)
		status = err_set(e, ERR_SCHEMA, "the header's names are those "
				 "of columns, and of others those that "
				 "--col-names replaced");
out:
	mem_free(was);
	mem_free(other);
	return status;
}
