/*
 * model_dialect.c - the text "dialect" of a model: how the table was written
 * that it was trained from; see dl-model(5).
 */
#include <jansson.h>
#include <string.h>

#include "data/cell_int.h"
#include "dltools/json.h"
#include "dltools/mem.h"
#include "model/model_int.h"

static void
write_char(struct json *j, const char *key, char c)
{
	json_key(j, key);
	if (c)
		json_put_bytes(j, &c, 1);
	else
		json_put_null(j);
}

static void
write_tokens(struct json *j, char *const *na, size_t n)
{
	size_t i;

	json_key(j, "na");
	json_put_array(j);
	for (i = 0; i < n; i++)
		json_put_text(j, na[i]);
	json_end(j);
}

static void
write_own(struct json *j, const struct csv_own *own)
{
	json_put_object(j);
	json_add_text(j, "name", own->column);
	if (own->header)
		json_add_text(j, "header", own->header);
	if (own->format)
		json_add_text(j, "format", own->format);
	write_tokens(j, own->na, own->na_n);
	json_end(j);
}

void
model_write_dialect(const struct csv_dialect *d, struct json *j)
{
	size_t i;

	json_put_object(j);
	write_char(j, "delimiter", d->delimiter);
	write_char(j, "quote", d->quote);
	write_char(j, "escape", d->escape);
	write_char(j, "decimal", d->decimal);
	json_add_bool(j, "header", d->has_header);
	if (d->format == CSV_SVMLIGHT)
		json_add_int(j, "svmlight_index_base", d->index_base);
	if (d->latin1)
		json_add_text(j, "encoding", "latin1");
	json_add_text(j, "comment", d->comment);
	write_tokens(j, d->na, d->na_n);
	if (d->owns) {
		json_key(j, "columns");
		json_put_array(j);
		for (i = 0; i < d->owns; i++)
			write_own(j, &d->own[i]);
		json_end(j);
	}
	json_end(j);
}

static int
get_char(const json_t *root, const char *key, char *out)
{
	const json_t *v = json_object_get(root, key);

	*out = '\0';
	if (json_is_null(v))
		return 0;
	if (!json_is_string(v) || json_string_length(v) != 1)
		return -1;
	*out = json_string_value(v)[0];
	return 0;
}

static int
parse_na(char ***to, size_t *n, const json_t *na, struct err *e)
{
	*to = mem_zalloc(json_array_size(na), sizeof(**to), e);
	if (!*to)
		return -1;
	for (*n = 0; *n < json_array_size(na); ++*n) {
		const char *text = json_string_value(json_array_get(na, *n));

		(*to)[*n] = mem_strdup(text ? text : "", e);
		if (!(*to)[*n])
			return -1;
	}
	return 0;
}

static int
parse_own(struct csv_own *own, const json_t *root, struct err *e)
{
	const char *name = json_string_value(json_object_get(root, "name"));
	const char *header =
		json_string_value(json_object_get(root, "header"));
	const char *format =
		json_string_value(json_object_get(root, "format"));

	if (!name || (format && !cell_is_time_format(format)))
		return 1;
	own->column = mem_strdup(name, e);
	if (!own->column ||
	    (header && !(own->header = mem_strdup(header, e))) ||
	    (format && !(own->format = mem_strdup(format, e))))
		return -1;
	return parse_na(&own->na, &own->na_n, json_object_get(root, "na"), e);
}

/* Older models have none. */
static int
parse_owns(struct csv_dialect *d, const json_t *list, struct err *e)
{
	size_t n = json_array_size(list);
	int got = 0;

	if (n == 0)
		return 0;
	d->own = mem_zalloc(n, sizeof(*d->own), e);
	if (!d->own)
		return -1;
	d->own_room = n;
	while (got == 0 && d->owns < n) {
		struct csv_own *own = &d->own[d->owns];

		got = parse_own(own, json_array_get(list, d->owns++), e);
	}
	return got;
}

int
model_parse_dialect(struct csv_dialect *d, const json_t *root, struct err *e)
{
	const json_t *header = json_object_get(root, "header");
	const json_t *base = json_object_get(root, "svmlight_index_base");
	const json_t *encoding = json_object_get(root, "encoding");
	const char *comment =
		json_string_value(json_object_get(root, "comment"));

	if (get_char(root, "delimiter", &d->delimiter) < 0 || !d->delimiter ||
	    get_char(root, "quote", &d->quote) < 0 ||
	    get_char(root, "escape", &d->escape) < 0 ||
	    get_char(root, "decimal", &d->decimal) < 0 ||
	    !json_is_boolean(header))
		return 1;
	d->has_header = json_is_true(header);
	d->format = base ? CSV_SVMLIGHT : CSV_DELIMITED;
	d->index_base = (int)json_integer_value(base);
	if (base && (!json_is_integer(base) || json_integer_value(base) < 0 ||
		     json_integer_value(base) > 1 || d->has_header))
		return 1;
	d->latin1 = encoding != NULL;
	if (encoding && (base || !json_is_string(encoding) ||
			 strcmp(json_string_value(encoding), "latin1")))
		return 1;
	if (comment) {
		d->comment = mem_strdup(comment, e);
		if (!d->comment)
			return -1;
	}
	if (parse_na(&d->na, &d->na_n, json_object_get(root, "na"), e) < 0)
		return -1;
	return parse_owns(d, json_object_get(root, "columns"), e);
}
