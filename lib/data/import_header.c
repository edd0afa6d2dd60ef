/*
 * import_header.c - opens the files of an import in turn: the first decides on
 * dialect and names, the others must agree; see import_int.h.
 */
#include "import_int.h"

#include <stdio.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "csv_int.h"

/* Delimiter and header where they were not given. */
static int
guess(struct import *im, struct err *e)
{
	const struct import_options *o = im->o;
	struct csv_guess g;
	const char *bytes;
	size_t len;
	bool whole;
	char text[8];

	if (csv_peek(im->reader, &bytes, &len, &whole, e) < 0 ||
	    csv_guess(&g, &o->dialect, o->header, bytes, len, whole,
		      import_file_name(im, im->file), e) < 0)
		return -1;
	im->fields = g.columns;
	im->dialect.delimiter = g.delimiter;
	im->dialect.has_header = g.has_header;
	if (!g.lines || (o->dialect.delimiter && o->header >= 0))
		return 0;
	import_note(im, "delimiter %s%s (%zu column%s in %zu of the first %zu "
		    "lines), %s (%s)", csv_delimiter_name(g.delimiter, text),
		    o->dialect.delimiter ? " as asked" : "", g.columns,
		    g.columns == 1 ? "" : "s", g.lines_fit, g.lines,
		    g.has_header ? "header" : "no header", g.why);
	return 0;
}

static int
check_header(struct import *im, const struct csv_block *b, struct err *e)
{
	const struct csv_record *r = &b->record[0];

	if (r->fault && r->fault != CSV_BLANK)
		return err_set(e, ERR_INPUT, "%s:%lld:%u: bad header: %s",
			       import_file_name(im, im->file),
			       (long long)(b->line + r->line),
			       r->fault_field + 1,
			       r->fault == CSV_NUL_BYTE ? "NUL byte" :
			       r->fault == CSV_NOT_UTF8 ? "not UTF-8" :
			       "text after the closing quote");
	return 0;
}

/* The names of the first file's header. */
static int
read_names(struct import *im, struct csv_block *b, struct err *e)
{
	size_t i;

	if (check_header(im, b, e) < 0)
		return -1;
	im->fields = 0;
	im->field_name = mem_zalloc(b->record[0].fields,
				    sizeof(*im->field_name), e);
	if (!im->field_name)
		return -1;
	for (i = 0; i < b->record[0].fields; i++, im->fields++) {
		im->field_name[i] = csv_field_name(b, i, e);
		if (!im->field_name[i])
			return -1;
	}
	return 0;
}

/* A later file's header must be the first one's. */
static int
compare_names(struct import *im, struct csv_block *b, struct err *e)
{
	size_t i;
	int differs = 0;
	char *name;

	if (check_header(im, b, e) < 0)
		return -1;
	if (b->record[0].fields != im->fields)
		return err_set(e, ERR_SCHEMA, "'%s' has %u columns, '%s' has "
			       "%zu", import_file_name(im, im->file),
			       b->record[0].fields, import_file_name(im, 0),
			       im->fields);
	if (im->o->names)
		return 0;
	for (i = 0; i < im->fields && !differs; i++) {
		name = csv_field_name(b, i, e);
		if (!name)
			return -1;
		differs = strcmp(name, im->header_name[i]);
		if (differs)
			err_set(e, ERR_SCHEMA, "the header of '%s' is not "
				"that of '%s': column %zu is '%s', not '%s'",
				import_file_name(im, im->file),
				import_file_name(im, 0), i + 1, name,
				im->header_name[i]);
		mem_free(name);
	}
	return differs ? -1 : 0;
}

static int
default_names(struct import *im, struct err *e)
{
	char text[32];
	size_t i, n = im->fields;

	im->fields = 0;
	im->field_name = mem_zalloc(n, sizeof(*im->field_name), e);
	if (!im->field_name)
		return -1;
	for (i = 0; i < n; i++, im->fields++) {
		snprintf(text, sizeof(text), "C%zu", i + 1);
		im->field_name[i] = mem_strdup(text, e);
		if (!im->field_name[i])
			return -1;
	}
	return 0;
}

static int
asked_names(struct import *im, struct err *e)
{
	const struct import_options *o = im->o;
	size_t i;

	if (o->names != im->fields)
		return err_set(e, ERR_USAGE, "--col-names gives %zu names, "
			       "'%s' has %zu columns", o->names,
			       import_file_name(im, 0), im->fields);
	for (i = 0; i < im->fields; i++) {
		mem_free(im->field_name[i]);
		im->field_name[i] = mem_strdup(o->name[i], e);
		if (!im->field_name[i])
			return -1;
	}
	return 0;
}

/* Another name for field i: NAME_2, or C5 for an empty one. */
static int
rename_field(struct import *im, size_t i, struct err *e)
{
	struct str s = STR_INIT;
	char *old = im->field_name[i];
	int n;

	for (n = 2; ; n++) {
		str_reset(&s);
		if (*old)
			str_addf(&s, "%s_%d", old, n);
		else if (n == 2)
			str_addf(&s, "C%zu", i + 1);
		else
			str_addf(&s, "C%zu_%d", i + 1, n);
		if (string_set_find(&im->names, s.buf, s.len) < 0)
			break;
	}
	import_note(im, "column %zu '%s' is renamed to '%s'", i + 1, old,
		    s.buf);
	im->field_name[i] = str_take(&s, e);
	if (!im->field_name[i]) {
		im->field_name[i] = old;
		return -1;
	}
	mem_free(old);
	return 0;
}

/* Names must be there and differ. */
static int
check_names(struct import *im, struct err *e)
{
	const char *name;
	size_t i, before;

	for (i = 0; i < im->fields; i++) {
		name = im->field_name[i];
		before = (size_t)string_set_find(&im->names, name,
						 strlen(name));
		if (!im->o->rename_columns && !*name)
			return err_set(e, ERR_INPUT, "column %zu has no name "
				       "(--rename-columns)", i + 1);
		if (!im->o->rename_columns && before != SIZE_MAX)
			return err_set(e, ERR_INPUT, "columns %zu and %zu are "
				       "both named '%s' (--rename-columns)",
				       before + 1, i + 1, name);
		if ((!*name || before != SIZE_MAX) &&
		    rename_field(im, i, e) < 0)
			return -1;
		name = im->field_name[i];
		if (string_set_add(&im->names, name, strlen(name), e) < 0)
			return -1;
	}
	return 0;
}

/* The names as they stand in the header, for later files' headers. */
static int
keep_header(struct import *im, struct err *e)
{
	size_t i;

	im->header_name = mem_zalloc(im->fields, sizeof(*im->header_name), e);
	for (i = 0; im->header_name && i < im->fields; i++) {
		im->header_name[i] = mem_strdup(im->field_name[i], e);
		if (!im->header_name[i])
			return -1;
	}
	return im->header_name ? 0 : -1;
}

/* The first file decides on dialect and names. */
static int
begin_first(struct import *im, struct csv_block *b, struct err *e)
{
	int got = 1;

	if (guess(im, e) < 0 || csv_start(im->reader, &im->dialect, e) < 0)
		return -1;
	if (im->dialect.has_header)
		got = csv_next_record(im->reader, b, e);
	if (got < 0)
		return -1;
	if (!got || !im->fields)
		return err_set(e, ERR_INPUT, "'%s' is empty",
			       import_file_name(im, im->file));
	if ((im->dialect.has_header ? read_names(im, b, e) :
	     default_names(im, e)) < 0 || keep_header(im, e) < 0 ||
	    (im->o->names && asked_names(im, e) < 0) ||
	    check_names(im, e) < 0)
		return -1;
	im->is_one_column = im->fields == 1;
	im->header_bytes += im->dialect.has_header ? b->len : 0;
	return import_columns_init(im, e);
}

static int
begin_other(struct import *im, struct csv_block *b, struct err *e)
{
	int got;

	if (csv_start(im->reader, &im->dialect, e) < 0)
		return -1;
	if (!im->dialect.has_header)
		return 0;
	got = csv_next_record(im->reader, b, e);
	if (got > 0)
		im->header_bytes += b->len;
	return got > 0 ? compare_names(im, b, e) : got;
}

int
import_open_next(struct import *im, struct csv_block *b, struct err *e)
{
	bool is_first = im->next_file == 0;

	im->file = im->next_file++;
	im->has_rows = false;
	im->reader = csv_open(im->o->file[im->file], &im->o->csv, e);
	if (!im->reader)
		return -1;
	return is_first ? begin_first(im, b, e) : begin_other(im, b, e);
}
