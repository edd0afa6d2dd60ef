/* text_table.c - small tables of text in memory; see text_table.h. */
#include <dltools/text_table.h>

#include <math.h>
#include <string.h>
#include <strings.h>

#include <dltools/csv.h>
#include <dltools/mem.h>
#include <dltools/str.h>

#include "data/cell_int.h"

#define SHOWN 60

enum part { WHOLE, WHOLE_LINES, NAMES };

void
text_table_release(struct text_table *t)
{
	if (!t)
		return;
	mem_free(t->path);
	mem_free(t->bytes);
	mem_free(t->cell);
	mem_free(t->line);
	*t = (struct text_table){0};
}

/* ---- reading -------------------------------------------------------- */

static int
find_delimiter(struct csv_reader *r, char *delimiter, struct err *e)
{
	static const char known[] = ",\t;";
	size_t len, best = 0;
	const char *bytes;
	bool whole;

	if (csv_peek(r, &bytes, &len, &whole, e) < 0)
		return -1;
	if (memchr(bytes, '\0', len < 4096 ? len : 4096))
		return err_set(e, ERR_INPUT, "'%s' is no text table",
			       csv_path(r));
	*delimiter = ',';
	for (const char *d = known; *d; d++) {
		size_t n = 0;
		bool quoted = false;

		for (size_t i = 0; i < len && (quoted || (bytes[i] != '\n' &&
				   bytes[i] != '\r')); i++) {
			quoted ^= bytes[i] == '"';
			n += !quoted && bytes[i] == *d;
		}
		if (n > best) {
			best = n;
			*delimiter = *d;
		}
	}
	return 0;
}

static int
add_cell(struct text_table *t, const char *text, size_t len, struct err *e)
{
	if (mem_grow(&t->bytes, &t->bytes_room, t->used + len + 1, 1, e) < 0 ||
	    mem_grow(&t->cell, &t->cell_room, t->cells + 1, sizeof(*t->cell),
		     e) < 0)
		return -1;
	if (len)
		memcpy(t->bytes + t->used, text, len);
	t->bytes[t->used + len] = '\0';
	t->cell[t->cells++] = (struct text_cell){t->used, len};
	t->used += len + 1;
	return 0;
}

static int
check_record(const struct text_table *t, const struct csv_record *r,
	     int64_t line, struct err *e)
{
	static const char *const fault[] = {
		[CSV_AFTER_QUOTE] = "text after the closing quote",
		[CSV_NUL_BYTE] = "NUL byte",
		[CSV_NOT_UTF8] = "not UTF-8",
	};

	if (r->fault == CSV_AFTER_QUOTE || r->fault == CSV_NUL_BYTE ||
	    r->fault == CSV_NOT_UTF8)
		return err_set(e, ERR_INPUT, "%s:%lld:%u: %s", t->path,
			       (long long)line, r->fault_field + 1,
			       fault[r->fault]);
	if (t->columns && r->fields != t->columns)
		return err_set(e, ERR_INPUT, "%s:%lld: %u fields, not %zu",
			       t->path, (long long)line, r->fields,
			       t->columns);
	return 0;
}

/* The first record names the columns. */
static int
add_record(struct text_table *t, const struct csv_block *b, size_t i,
	   enum part part, struct err *e)
{
	const struct csv_record *r = &b->record[i];
	const struct csv_field *f = b->field + r->field;
	int64_t line = b->line + r->line;

	if (r->fault == CSV_BLANK && t->columns != 1)
		return 0;
	t->is_open = (size_t)r->at + r->len == b->len;
	if (part == WHOLE_LINES && t->is_open && t->rows &&
	    r->fields < t->columns) {
		t->cut = line;
		return 0;
	}
	if (check_record(t, r, line, e) < 0)
		return -1;
	for (size_t k = 0; k < r->fields; k++)
		if (add_cell(t, b->text + f[k].at, f[k].len, e) < 0)
			return -1;
	if (!t->columns) {
		t->columns = r->fields;
		return 0;
	}
	if (mem_grow(&t->line, &t->line_room, t->rows + 1, sizeof(*t->line),
		     e) < 0)
		return -1;
	t->line[t->rows++] = line;
	return 0;
}

static int
read_all(struct text_table *t, struct csv_reader *r,
	 const struct csv_dialect *d, enum part part, struct err *e)
{
	struct csv_block b = {0};
	int got = csv_next_record(r, &b, e), status = -1;

	if (got == 0)
		err_set(e, ERR_INPUT, "'%s' is empty", t->path);
	if (got > 0 && b.records)
		status = add_record(t, &b, 0, part, e);
	if (status == 0 && !t->columns)
		status = err_set(e, ERR_INPUT, "'%s' has no header line",
				 t->path);
	while (status == 0 && part != NAMES) {
		got = csv_next(r, &b, e);
		if (got <= 0 || csv_scan(d, &b, e) < 0) {
			status = got ? -1 : 0;
			break;
		}
		for (size_t i = 0; status == 0 && i < b.records; i++)
			status = add_record(t, &b, i, part, e);
	}
	csv_block_release(&b);
	return status;
}

static int
read_table(struct text_table *t, const char *path, enum part part,
	   struct err *e)
{
	struct csv_dialect d = {0};
	struct csv_reader *r = NULL;
	int status = -1;

	*t = (struct text_table){0};
	if (csv_dialect_init(&d, e) < 0)
		return -1;
	d.has_header = true;
	r = csv_open(path, NULL, e);
	if (r && (t->path = mem_strdup(csv_path(r), e)) &&
	    find_delimiter(r, &d.delimiter, e) == 0 &&
	    csv_start(r, &d, e) == 0)
		status = read_all(t, r, &d, part, e);
	if (status == 0 && part != NAMES) {
		status = csv_close(r, e);
		r = NULL;
	}
	csv_free(r);
	csv_dialect_release(&d);
	if (status < 0)
		text_table_release(t);
	return status;
}

int
text_table_read(struct text_table *t, const char *path, struct err *e)
{
	return read_table(t, path, WHOLE, e);
}

int
text_table_read_log(struct text_table *t, const char *path, struct err *e)
{
	return read_table(t, path, WHOLE_LINES, e);
}

int
text_table_names(struct text_table *t, const char *path, struct err *e)
{
	return read_table(t, path, NAMES, e);
}

/* ---- asking --------------------------------------------------------- */

const char *
text_table_name(const struct text_table *t, size_t column)
{
	return t->bytes + t->cell[column].at;
}

static bool
is_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '_' ? ' ' : *a) != (*b == '_' ? ' ' : *b))
			return false;
	return *a == *b;
}

size_t
text_table_column(const struct text_table *t, const char *name)
{
	for (size_t i = 0; i < t->columns; i++)
		if (is_same_name(text_table_name(t, i), name))
			return i;
	return TEXT_TABLE_NONE;
}

const char *
text_table_cell(const struct text_table *t, size_t row, size_t column)
{
	return t->bytes + t->cell[(row + 1) * t->columns + column].at;
}

int
text_table_error(const struct text_table *t, size_t row, size_t column,
		 struct err *e)
{
	return err_prefix(e, "%s:%lld:%zu: %s", t->path,
			  (long long)t->line[row], column + 1,
			  text_table_name(t, column));
}

bool
text_table_is_none(const char *text, size_t len)
{
	static const char *const names[] = {"", "NA", "nan", "inf", "infinity",
					    "null"};
	size_t i;

	if (len && (*text == '-' || *text == '+')) {
		text++;
		len--;
	}
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == len &&
		    !strncasecmp(names[i], text, len))
			return true;
	return false;
}

int
text_table_number(const struct text_table *t, size_t row, size_t column,
		  double *value, struct err *e)
{
	struct str shown = STR_INIT;
	const char *text;
	size_t len;

	*value = NAN;
	if (column == TEXT_TABLE_NONE)
		return 0;
	text = text_table_cell(t, row, column);
	len = t->cell[(row + 1) * t->columns + column].len;
	if (cell_text_double(text, len, value) == 0)
		return 0;
	*value = NAN;
	if (text_table_is_none(text, len))
		return 0;
	str_add_quoted(&shown, text, len, SHOWN);
	err_set(e, ERR_INPUT, "'%s': not a number", shown.buf);
	str_release(&shown);
	return text_table_error(t, row, column, e);
}
