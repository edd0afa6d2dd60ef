/*
 * history_read.c - the scoring history of a model file.  Columns go by name;
 * names this version does not know are passed over.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "model/history_int.h"

static int
bad(struct err *e)
{
	return err_set(e, ERR_INPUT, "the history is not as it should be");
}

static const struct history_column *
find(const char *name)
{
	for (size_t i = 0; name && i < history_columns_n; i++)
		if (strcmp(history_columns[i].name, name) == 0)
			return &history_columns[i];
	return NULL;
}

/* What the column's form can hold: a clock up to the year 9999. */
static bool
is_possible(const struct history_column *c, double value)
{
	if (c->form == HISTORY_COUNT)
		return value >= 0 && value < 0x1p63;
	return c->form != HISTORY_CLOCK ||
	       (value >= 0 && value < 253402300800.0);
}

static int
parse_row(struct history_row *row, const json_t *names, const json_t *cells)
{
	size_t n = json_array_size(names);

	memset(row, 0, sizeof(*row));
	for (size_t i = 0; i < history_columns_n; i++)
		if (history_columns[i].form == HISTORY_REAL)
			history_set(&history_columns[i], row, NAN);
	if (json_array_size(cells) != n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const json_t *cell = json_array_get(cells, i);
		const struct history_column *c =
			find(json_string_value(json_array_get(names, i)));

		if (!json_is_number(cell) && !json_is_null(cell))
			return -1;
		if (!c || json_is_null(cell))
			continue;
		if (!is_possible(c, json_number_value(cell)))
			return -1;
		history_set(c, row, json_number_value(cell));
	}
	row->has_validation = !isnan(row->validation.rmse);
	return 0;
}

int
history_parse(struct history *h, const struct json_t *root, struct err *e)
{
	const json_t *names = json_object_get(root, "columns");
	const json_t *rows = json_object_get(root, "rows");

	if (!json_is_array(names) || !json_is_array(rows))
		return bad(e);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		struct history_row row;

		if (parse_row(&row, names, json_array_get(rows, i)) < 0)
			return bad(e);
		if (history_add(h, &row, e) < 0)
			return -1;
	}
	return 0;
}
