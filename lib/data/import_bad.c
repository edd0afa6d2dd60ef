/* import_bad.c - rows that can't be taken; see import_int.h. */
#include "import_int.h"

#include <string.h>

#include <dltools/str.h>

#define SHOWN 60

static const char *const what[] = {
	[FAULT_FEW_FIELDS] = "too few fields",
	[FAULT_MANY_FIELDS] = "too many fields",
	[FAULT_AFTER_QUOTE] = "text after the closing quote",
	[FAULT_NUL] = "NUL byte",
	[FAULT_UTF8] = "not UTF-8",
	[FAULT_NUMBER] = "not a number",
	[FAULT_BIG] = "integer beyond 64 bits",
	[FAULT_RANGE] = "number out of range",
	[FAULT_TIME] = "not a time",
	[FAULT_LEVEL] = "level not in the coding",
};

static void
add_why(struct str *s, const struct import_worker *w,
	const struct import_bad *b)
{
	const struct import *im = w->im;
	const struct csv_record *r = &w->block.record[b->record];
	const struct import_column *c = b->column == SIZE_MAX ? NULL :
		&im->column[b->column];

	if (c) {
		str_add(s, ": column '");
		str_add_quoted(s, c->name, strlen(c->name), SHOWN);
		str_addf(s, "' is %s", column_type_name(c->asked));
		if (c->coding || (im->o->schema && im->o->schema->is_coding))
			str_addf(s, " in '%s'%s", im->o->schema->origin,
				 im->o->schema->is_coding ? " (--adapt)" : "");
		return;
	}
	switch (b->fault) {
	case FAULT_FEW_FIELDS:
	case FAULT_MANY_FIELDS:
		str_addf(s, ": %u field%s, not %zu", r->fields,
			 r->fields == 1 ? "" : "s", im->fields);
		break;
	case FAULT_UTF8:
		str_add(s, ": convert it with iconv, or --encoding latin1");
		break;
	case FAULT_AFTER_QUOTE:
		str_add(s, ": quotes inside a quoted field are doubled");
		break;
	default:
		str_add(s, ": a text file has none");
	}
}

/* The field in question, or the whole record where it is about that. */
static void
add_value(struct str *s, const struct import_worker *w,
	  const struct import_bad *b, size_t most)
{
	const struct csv_record *r = &w->block.record[b->record];
	const struct csv_field *f = &w->block.field[r->field + b->field];

	if (b->fault == FAULT_FEW_FIELDS || b->field >= r->fields)
		str_add_quoted(s, w->block.text + r->at, r->len, most);
	else
		str_add_quoted(s, w->block.text + f->at, f->len, most);
}

static int
set_error(const struct import_worker *w, const struct import_bad *b,
	  struct err *e)
{
	const struct csv_record *r = &w->block.record[b->record];
	bool is_drift = b->fault == FAULT_LEVEL ||
		(b->column != SIZE_MAX && w->im->o->schema &&
		 w->im->o->schema->is_coding);
	struct str s = STR_INIT;

	str_add_quoted(&s, import_file_name(w->im, w->file),
		       strlen(import_file_name(w->im, w->file)), 200);
	str_addf(&s, ":%lld:%zu: %s: '",
		 (long long)(w->block.line + r->line), (size_t)b->field + 1,
		 what[b->fault]);
	add_value(&s, w, b, SHOWN);
	str_add_char(&s, '\'');
	add_why(&s, w, b);
	if (str_check(&s, e) == 0)
		err_set(e, is_drift ? ERR_SCHEMA : ERR_INPUT, "%s", s.buf);
	str_release(&s);
	return -1;
}

/* Tab-separated text: tab, line ends and backslash are escaped. */
static void
add_tsv(struct str *s, const char *t, size_t n)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char c;
	size_t i;

	for (i = 0; i < n; i++) {
		c = (unsigned char)t[i];
		if (c == '\t')
			str_add(s, "\\t");
		else if (c == '\n')
			str_add(s, "\\n");
		else if (c == '\r')
			str_add(s, "\\r");
		else if (c == '\\')
			str_add(s, "\\\\");
		else if (c)
			str_add_char(s, (char)c);
		else
			str_addf(s, "\\x%c%c", hex[c >> 4], hex[c & 15]);
	}
}

static int
write_reject(struct import_worker *w, const struct import_bad *b,
	     struct err *e)
{
	struct import *im = w->im;
	const struct csv_record *r = &w->block.record[b->record];
	const char *name = import_file_name(im, w->file);
	struct str s = STR_INIT;
	int status;

	add_tsv(&s, name, strlen(name));
	str_addf(&s, "\t%lld\t%llu\t%zu\t%s",
		 (long long)(w->block.line + r->line),
		 (unsigned long long)(w->block.at + r->at),
		 (size_t)b->field + 1, what[b->fault]);
	if (b->column != SIZE_MAX) {
		str_add(&s, " (column ");
		add_tsv(&s, im->column[b->column].name,
			strlen(im->column[b->column].name));
		str_add_char(&s, ')');
	}
	str_add_char(&s, '\t');
	add_tsv(&s, w->block.text + r->at, r->len);
	str_add_char(&s, '\n');
	status = str_check(&s, e);
	if (status == 0)
		status = outfile_write(&im->rejects, s.buf, s.len, e);
	str_release(&s);
	return status;
}

/* The bad records of a block, in order: stop, or count and keep them. */
int
import_reject(struct import_worker *w, struct err *e)
{
	struct import *im = w->im;
	const struct import_options *o = im->o;
	const struct import_bad *b;
	size_t i;

	for (i = 0; i < w->block.records && w->bads; i++) {
		if (!w->bad_at[i])
			continue;
		b = &w->bad[w->bad_at[i] - 1];
		if (o->on_error == IMPORT_STOP || b->fault == FAULT_LEVEL ||
		    (b->column != SIZE_MAX && o->schema &&
		     o->schema->is_coding))
			return set_error(w, b, e);
		if (im->rejects.open && write_reject(w, b, e) < 0)
			return -1;
		im->rejected++;
		if (o->max_errors >= 0 && im->rejected > o->max_errors) {
			struct err last = {0};

			set_error(w, b, &last);
			return err_set(e, last.code, "%s: the last of over "
				       "%lld bad rows (--max-errors)",
				       last.msg, (long long)o->max_errors);
		}
	}
	return 0;
}
