/* csv_dialect.c - how a table's text is written; see csv_dialect.h. */
#include <dltools/csv_dialect.h>

#include <string.h>

#include <dltools/mem.h>

static const char *const default_na[] = {
	"NA", "N/A", "#N/A", "na", "n/a", "NaN", "nan", "NULL", "null"
};

#define DEFAULTS (sizeof(default_na) / sizeof(*default_na))

/* So many are there then as could be copied. */
static int
copy_tokens(char ***to, size_t *to_n, const char *const *na, size_t n,
	    struct err *e)
{
	*to_n = 0;
	*to = mem_zalloc(n, sizeof(**to), e);
	if (!*to)
		return -1;
	for (; *to_n < n; ++*to_n) {
		(*to)[*to_n] = mem_strdup(na[*to_n], e);
		if (!(*to)[*to_n])
			return -1;
	}
	return 0;
}

static void
free_tokens(char **na, size_t n)
{
	size_t i;

	for (i = 0; na && i < n; i++)
		mem_free(na[i]);
	mem_free(na);
}

int
csv_dialect_init(struct csv_dialect *d, struct err *e)
{
	memset(d, 0, sizeof(*d));
	d->delimiter = ',';
	d->quote = '"';
	d->decimal = '.';
	d->has_header = true;
	if (copy_tokens(&d->na, &d->na_n, default_na, DEFAULTS, e) == 0)
		return 0;
	csv_dialect_release(d);
	return -1;
}

int
csv_dialect_svmlight(struct csv_dialect *d, int index_base, struct err *e)
{
	memset(d, 0, sizeof(*d));
	d->format = CSV_SVMLIGHT;
	d->index_base = index_base;
	d->delimiter = ' ';
	d->decimal = '.';
	d->comment = mem_strdup("#", e);
	return d->comment ? 0 : -1;
}

int
csv_dialect_add_own(struct csv_dialect *d, const struct csv_own *own,
		    struct err *e)
{
	struct csv_own *to;

	if (mem_grow(&d->own, &d->own_room, d->owns + 1, sizeof(*d->own),
		     e) < 0)
		return -1;
	to = &d->own[d->owns++];
	memset(to, 0, sizeof(*to));
	to->column = mem_strdup(own->column, e);
	if (!to->column ||
	    (own->header && !(to->header = mem_strdup(own->header, e))) ||
	    (own->format && !(to->format = mem_strdup(own->format, e))))
		return -1;
	return copy_tokens(&to->na, &to->na_n, (const char *const *)own->na,
			   own->na_n, e);
}

int
csv_dialect_add_na(struct csv_dialect *d, const struct csv_dialect *from,
		   struct err *e)
{
	size_t i, room = d->na_n;

	for (i = 0; i < from->na_n; i++) {
		if (csv_is_na(d, from->na[i], strlen(from->na[i])))
			continue;
		if (mem_grow(&d->na, &room, d->na_n + 1, sizeof(*d->na),
			     e) < 0)
			return -1;
		d->na[d->na_n] = mem_strdup(from->na[i], e);
		if (!d->na[d->na_n])
			return -1;
		d->na_n++;
	}
	return 0;
}

int
csv_dialect_copy(struct csv_dialect *to, const struct csv_dialect *from,
		 struct err *e)
{
	size_t i;

	*to = *from;
	to->na = NULL;
	to->comment = NULL;
	to->own = NULL;
	to->owns = to->own_room = 0;
	if ((from->comment &&
	     !(to->comment = mem_strdup(from->comment, e))) ||
	    copy_tokens(&to->na, &to->na_n, (const char *const *)from->na,
			from->na_n, e) < 0)
		goto fail;
	for (i = 0; i < from->owns; i++)
		if (csv_dialect_add_own(to, &from->own[i], e) < 0)
			goto fail;
	return 0;
fail:
	csv_dialect_release(to);
	return -1;
}

void
csv_dialect_release(struct csv_dialect *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; i < d->owns; i++) {
		mem_free(d->own[i].column);
		mem_free(d->own[i].header);
		mem_free(d->own[i].format);
		free_tokens(d->own[i].na, d->own[i].na_n);
	}
	mem_free(d->own);
	free_tokens(d->na, d->na_n);
	mem_free(d->comment);
	memset(d, 0, sizeof(*d));
}

bool
csv_is_na(const struct csv_dialect *d, const char *cell, size_t len)
{
	size_t i;

	while (len && (*cell == ' ' || *cell == '\t')) {
		cell++;
		len--;
	}
	while (len && (cell[len - 1] == ' ' || cell[len - 1] == '\t'))
		len--;
	if (!len)
		return true;
	for (i = 0; i < d->na_n; i++)
		if (strlen(d->na[i]) == len && !memcmp(d->na[i], cell, len))
			return true;
	return false;
}
