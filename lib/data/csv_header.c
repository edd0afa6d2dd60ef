/* csv_header.c - names in a header. */
#include "csv_int.h"

#include <dltools/mem.h>

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
