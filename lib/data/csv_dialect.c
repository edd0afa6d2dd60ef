/* csv_dialect.c - how a table's text is written; see csv.h. */
#include <dltools/csv.h>

#include <string.h>

#include <dltools/mem.h>

const char *const csv_default_na[] = {
	"NA", "N/A", "#N/A", "na", "n/a", "NaN", "nan", "NULL", "null", NULL
};

#define DEFAULTS (sizeof(csv_default_na) / sizeof(*csv_default_na) - 1)

static int
copy_tokens(struct csv_dialect *d, const char *const *na, size_t n,
	    struct err *e)
{
	d->na = mem_zalloc(n, sizeof(*d->na), e);
	if (!d->na)
		return -1;
	for (d->na_n = 0; d->na_n < n; d->na_n++) {
		d->na[d->na_n] = mem_strdup(na[d->na_n], e);
		if (!d->na[d->na_n])
			return -1;
	}
	return 0;
}

int
csv_dialect_init(struct csv_dialect *d, struct err *e)
{
	memset(d, 0, sizeof(*d));
	d->delimiter = ',';
	d->quote = '"';
	d->decimal = '.';
	d->has_header = true;
	if (copy_tokens(d, csv_default_na, DEFAULTS, e) == 0)
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
csv_dialect_copy(struct csv_dialect *to, const struct csv_dialect *from,
		 struct err *e)
{
	*to = *from;
	to->na = NULL;
	to->comment = NULL;
	if (from->comment &&
	    !(to->comment = mem_strdup(from->comment, e)))
		return -1;
	if (copy_tokens(to, (const char *const *)from->na, from->na_n, e) == 0)
		return 0;
	csv_dialect_release(to);
	return -1;
}

void
csv_dialect_release(struct csv_dialect *d)
{
	size_t i;

	if (!d)
		return;
	for (i = 0; d->na && i < d->na_n; i++)
		mem_free(d->na[i]);
	mem_free(d->na);
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
