/* import_options.c - options of an import from text; see import.h. */
#include <dltools/import.h>

#include <stdlib.h>
#include <string.h>

#include <dltools/file.h>
#include <dltools/mem.h>
#include <dltools/num.h>
#include <dltools/pool.h>

#include "data/cell_int.h"

#define LEVELS_MAX 10000000
#define NAMES_BYTES ((size_t)256 << 20)

int
import_options_init(struct import_options *o, struct err *e)
{
	memset(o, 0, sizeof(*o));
	o->header = -1;
	o->index_base = -1;
	o->max_errors = -1;
	o->expect_rows = -1;
	o->max_levels = LEVELS_MAX;
	if (csv_dialect_init(&o->dialect, e) < 0)
		return -1;
	o->dialect.delimiter = '\0';
	return 0;
}

void
import_options_release(struct import_options *o)
{
	size_t i;

	if (!o)
		return;
	for (i = 0; i < o->types; i++) {
		mem_free(o->type[i].column);
		mem_free(o->type[i].format);
	}
	for (i = 0; i < o->nas; i++) {
		mem_free(o->na[i].column);
		mem_free(o->na[i].token);
	}
	mem_free(o->type);
	mem_free(o->name);
	mem_free(o->name_text);
	mem_free(o->na);
	csv_dialect_release(&o->dialect);
	memset(o, 0, sizeof(*o));
}

/* A word of a list to its place in it. */
static int
pick(const char *value, const char *const *words, int *out, struct err *e)
{
	struct str s = STR_INIT;
	int i;

	for (i = 0; words[i]; i++) {
		if (!strcmp(words[i], value)) {
			*out = i;
			str_release(&s);
			return 0;
		}
		str_addf(&s, "%s%s", i ? ", " : "", words[i]);
	}
	err_set(e, ERR_USAGE, "'%s' is none of %s", value, s.buf);
	str_release(&s);
	return -1;
}

/* One byte, or a word for one; "none" is NUL. */
static int
set_char(const char *value, bool may_be_none, char *out, struct err *e)
{
	if (!strcmp(value, "tab") || !strcmp(value, "\\t"))
		*out = '\t';
	else if (!strcmp(value, "space"))
		*out = ' ';
	else if (may_be_none && !strcmp(value, "none"))
		*out = '\0';
	else if (strlen(value) == 1 && *value != '\n' && *value != '\r' &&
		 (unsigned char)*value < 0x80)
		*out = *value;
	else
		return err_set(e, ERR_USAGE, "'%s' is not one byte of ASCII, "
			       "tab or space%s", value,
			       may_be_none ? " or none" : "");
	return 0;
}

static int
set_count(const char *value, int64_t low, int64_t *out, struct err *e)
{
	return num_parse_int(value, low, INT64_MAX, out, e);
}

/* "a,b,c", or the lines of @FILE */
static int
set_names(struct import_options *o, const char *value, struct err *e)
{
	char *p, *next, end = *value == '@' ? '\n' : ',';
	size_t len, room = 0;

	mem_free(o->name);
	mem_free(o->name_text);
	o->name = NULL;
	o->names = 0;
	o->name_text = *value == '@' ?
		file_slurp(value + 1, NAMES_BYTES, &len, e) :
		mem_strdup(value, e);
	for (p = o->name_text; p; p = next) {
		next = strchr(p, end);
		if (next)
			*next++ = '\0';
		else if (end == '\n' && !*p)
			break; /* behind the last line */
		len = strlen(p);
		if (end == '\n' && len && p[len - 1] == '\r')
			p[len - 1] = '\0';
		if (mem_grow(&o->name, &room, o->names + 1, sizeof(*o->name),
			     e) < 0)
			return -1;
		o->name[o->names++] = p;
	}
	return o->name_text ? 0 : -1;
}

/* COLUMN=num|enum|text|skip|time[:FORMAT] */
static int
set_type(struct import_options *o, const char *value, struct err *e)
{
	static const char *const words[] = {
		"num", "enum", "text", "time", "skip", NULL
	};
	static const enum column_type types[] = {
		COLUMN_NUM, COLUMN_ENUM, COLUMN_TEXT, COLUMN_TIME,
		IMPORT_SKIP_COLUMN
	};
	const char *equals = strrchr(value, '=');
	const char *time = strstr(value, "=time:");
	struct import_type *t;
	int k = 3;

	if (time)
		equals = time;
	if (!equals || equals == value)
		return err_set(e, ERR_USAGE, "'%s' is not COLUMN=TYPE", value);
	if (!time && pick(equals + 1, words, &k, e) < 0)
		return -1;
	if (time && !cell_is_time_format(time + 6))
		return err_set(e, ERR_USAGE, "'%s': not a format of a time",
			       time + 6);
	if (mem_grow(&o->type, &o->type_room, o->types + 1, sizeof(*o->type),
		     e) < 0)
		return -1;
	t = &o->type[o->types++];
	t->type = types[k];
	t->column = mem_memdup(value, (size_t)(equals - value), e);
	t->format = time ? mem_strdup(time + 6, e) : NULL;
	return t->column && (!time || t->format) ? 0 : -1;
}

/* TOKEN, or COLUMN=TOKEN; =TOKEN for one with an equals sign */
static int
set_na(struct import_options *o, const char *value, struct err *e)
{
	const char *equals = strchr(value, '=');
	struct import_na *na;
	size_t room = o->dialect.na_n;

	if (equals && equals > value) {
		if (mem_grow(&o->na, &o->na_room, o->nas + 1, sizeof(*o->na),
			     e) < 0)
			return -1;
		na = &o->na[o->nas++];
		na->column = mem_memdup(value, (size_t)(equals - value), e);
		na->token = mem_strdup(equals + 1, e);
		return na->column && na->token ? 0 : -1;
	}
	if (mem_grow(&o->dialect.na, &room, o->dialect.na_n + 1,
		     sizeof(*o->dialect.na), e) < 0)
		return -1;
	o->dialect.na[o->dialect.na_n] =
		mem_strdup(equals ? equals + 1 : value, e);
	if (!o->dialect.na[o->dialect.na_n])
		return -1;
	o->dialect.na_n++;
	return 0;
}

/* N, or P% of all rows */
static int
set_max_errors(struct import_options *o, const char *value, struct err *e)
{
	size_t n = strlen(value);
	char *number;
	double percent;
	int status;

	if (!n || value[n - 1] != '%')
		return set_count(value, 0, &o->max_errors, e);
	number = mem_memdup(value, n - 1, e);
	if (!number)
		return -1;
	status = num_parse_real(number, 0, 100, &percent, e);
	mem_free(number);
	if (status == 0)
		o->max_error_share = percent / 100;
	return status;
}

static int
set_comment(struct import_options *o, const char *value, struct err *e)
{
	if (!*value || strpbrk(value, "\r\n"))
		return err_set(e, ERR_USAGE, "a prefix of a line, not empty");
	mem_free(o->dialect.comment);
	o->dialect.comment = mem_strdup(value, e);
	return o->dialect.comment ? 0 : -1;
}

static int
set_format(struct import_options *o, const char *value, struct err *e)
{
	static const char *const format[] = {
		"csv", "tsv", "svmlight", "libsvm", NULL
	};
	int k = 0;

	if (pick(value, format, &k, e) < 0)
		return -1;
	o->dialect.format = k >= 2 ? CSV_SVMLIGHT : CSV_DELIMITED;
	if (k == 1)
		o->dialect.delimiter = '\t';
	return 0;
}

enum key {
	KEY_DELIMITER, KEY_QUOTE, KEY_ESCAPE, KEY_SKIP_LINES, KEY_COMMENT,
	KEY_HEADER, KEY_FORMAT, KEY_INDEX_BASE, KEY_COL_NAMES, KEY_TYPE,
	KEY_NA, KEY_NO_DEFAULT_NA, KEY_LEADING_ZEROS, KEY_COLUMNS,
	KEY_DROP_COLUMNS, KEY_ADAPT, KEY_ON_ERROR, KEY_MAX_ERRORS,
	KEY_REJECTS, KEY_EXPECT_ROWS,
	KEY_ALLOW_EMPTY, KEY_RENAME_COLUMNS, KEY_ENCODING, KEY_DECOMPRESS,
	KEY_MEMBER, KEY_MAX_EXPAND_RATIO, KEY_MEMORY, KEY_MAX_LEVELS,
	KEY_COMPRESS, KEY_THREADS,
};

/* How the text is written. */
static int
set_dialect(struct import_options *o, enum key key, const char *value,
	    struct err *e)
{
	static const char *const header[] = { "no", "yes", "auto", NULL };
	int64_t lines = 0;
	int k = 0, status = 0;

	switch (key) {
	case KEY_DELIMITER:
		return set_char(value, false, &o->dialect.delimiter, e);
	case KEY_QUOTE:
		return set_char(value, true, &o->dialect.quote, e);
	case KEY_ESCAPE:
		return set_char(value, true, &o->dialect.escape, e);
	case KEY_SKIP_LINES:
		status = set_count(value, 0, &lines, e);
		o->csv.skip_lines = (uint64_t)lines;
		return status;
	case KEY_COMMENT:
		return set_comment(o, value, e);
	case KEY_HEADER:
		status = pick(value, header, &k, e);
		o->header = k == 2 ? -1 : k;
		return status;
	case KEY_FORMAT:
		return set_format(o, value, e);
	case KEY_INDEX_BASE:
		status = set_count(value, 0, &lines, e);
		if (status == 0 && lines > 1)
			return err_set(e, ERR_USAGE, "'%s' is not 0 or 1",
				       value);
		o->index_base = (int)lines;
		return status;
	default:
		return set_names(o, value, e);
	}
}

/* Where the bytes come from. */
static int
set_input(struct import_options *o, enum key key, const char *value,
	  struct err *e)
{
	static const char *const packing[] = {
		"auto", "none", "gz", "zst", "xz", "bz2", "lz4", "archive",
		NULL
	};
	static const char *const encoding[] = { "utf-8", "latin1", NULL };
	int64_t ratio = 0;
	int k = 0, status;

	switch (key) {
	case KEY_ENCODING:
		status = pick(value, encoding, &k, e);
		if (status < 0)
			err_prefix(e, "convert other encodings with iconv");
		o->csv.latin1 = k == 1;
		return status;
	case KEY_DECOMPRESS:
		status = pick(value, packing, &k, e);
		o->csv.packing = (enum csv_packing)k;
		return status;
	case KEY_MEMBER:
		o->csv.member = value;
		return 0;
	default:
		status = set_count(value, 1, &ratio, e);
		o->csv.expand_ratio = (uint64_t)ratio;
		return status;
	}
}

/* What is done with rows. */
static int
set_policy(struct import_options *o, enum key key, const char *value,
	   struct err *e)
{
	static const char *const on_error[] = { "stop", "skip", "pad", NULL };
	int k = 0, status = 0;

	switch (key) {
	case KEY_ON_ERROR:
		status = pick(value, on_error, &k, e);
		o->on_error = (enum import_on_error)k;
		return status;
	case KEY_MAX_ERRORS: return set_max_errors(o, value, e);
	case KEY_REJECTS: o->rejects = value; break;
	case KEY_EXPECT_ROWS: return set_count(value, 0, &o->expect_rows, e);
	case KEY_ALLOW_EMPTY: o->allow_empty = true; break;
	case KEY_RENAME_COLUMNS: o->rename_columns = true; break;
	default: o->adapt = true;
	}
	return 0;
}

static void
clear_na(struct csv_dialect *d)
{
	while (d->na_n)
		mem_free(d->na[--d->na_n]);
}

/* Everything else. */
static int
set_rest(struct import_options *o, enum key key, const char *value,
	 struct err *e)
{
	static const char *const zeros[] = { "enum", "num", NULL };
	int64_t n = 0;
	int k = 0, status = 0;

	switch (key) {
	case KEY_TYPE: return set_type(o, value, e);
	case KEY_NA: return set_na(o, value, e);
	case KEY_NO_DEFAULT_NA: clear_na(&o->dialect); break;
	case KEY_LEADING_ZEROS:
		status = pick(value, zeros, &k, e);
		o->zeros_are_numbers = k == 1;
		break;
	case KEY_COLUMNS: o->keep = value; break;
	case KEY_DROP_COLUMNS: o->drop = value; break;
	case KEY_MEMORY: return num_parse_size(value, &o->memory, e);
	case KEY_MAX_LEVELS: return set_count(value, 1, &o->max_levels, e);
	case KEY_COMPRESS:
		status = num_parse_int(value, 1, 19, &n, e);
		o->zstd_level = (int)n;
		break;
	default:
		status = num_parse_int(value, 1, POOL_MOST, &n, e);
		o->threads = (unsigned)n;
	}
	return status;
}

/* Options by name, and what sets them. */
static const struct {
	const char *name;
	enum key key;
	int (*set)(struct import_options *o, enum key key, const char *value,
		   struct err *e);
} option[] = {
	{"delimiter", KEY_DELIMITER, set_dialect},
	{"quote", KEY_QUOTE, set_dialect},
	{"escape", KEY_ESCAPE, set_dialect},
	{"skip-lines", KEY_SKIP_LINES, set_dialect},
	{"comment", KEY_COMMENT, set_dialect},
	{"header", KEY_HEADER, set_dialect},
	{"format", KEY_FORMAT, set_dialect},
	{"index-base", KEY_INDEX_BASE, set_dialect},
	{"col-names", KEY_COL_NAMES, set_dialect},
	{"type", KEY_TYPE, set_rest},
	{"na", KEY_NA, set_rest},
	{"no-default-na", KEY_NO_DEFAULT_NA, set_rest},
	{"leading-zeros", KEY_LEADING_ZEROS, set_rest},
	{"columns", KEY_COLUMNS, set_rest},
	{"drop-columns", KEY_DROP_COLUMNS, set_rest},
	{"adapt", KEY_ADAPT, set_policy},
	{"on-error", KEY_ON_ERROR, set_policy},
	{"max-errors", KEY_MAX_ERRORS, set_policy},
	{"rejects", KEY_REJECTS, set_policy},
	{"expect-rows", KEY_EXPECT_ROWS, set_policy},
	{"allow-empty", KEY_ALLOW_EMPTY, set_policy},
	{"rename-columns", KEY_RENAME_COLUMNS, set_policy},
	{"encoding", KEY_ENCODING, set_input},
	{"decompress", KEY_DECOMPRESS, set_input},
	{"member", KEY_MEMBER, set_input},
	{"max-expand-ratio", KEY_MAX_EXPAND_RATIO, set_input},
	{"memory", KEY_MEMORY, set_rest},
	{"max-levels", KEY_MAX_LEVELS, set_rest},
	{"compress", KEY_COMPRESS, set_rest},
	{"threads", KEY_THREADS, set_rest},
};

int
import_set(struct import_options *o, const char *name, const char *value,
	   struct err *e)
{
	size_t i, n = sizeof(option) / sizeof(*option);

	if (!strcmp(name, "tsv"))
		return import_set(o, "delimiter", "tab", e);
	if (!strcmp(name, "no-header"))
		return import_set(o, "header", "no", e);
	for (i = 0; i < n && strcmp(option[i].name, name) != 0; i++)
		;
	if (i == n)
		return err_set(e, ERR_USAGE, "no option '%s'", name);
	return option[i].set(o, option[i].key, value, e) < 0 ?
		err_prefix(e, "--%s", name) : 0;
}
