/*
 * import_svmlight.c - svmlight text into a frame; see import_svmlight_int.h.
 *
 * One thread reads, 20 million pairs a second, all threads encode a group when
 * it is full.  Memory: 16 bytes a pair of the group being filled, and the
 * encoded chunks of those behind it.
 */
#include "import_svmlight_int.h"

#include <stdio.h>
#include <string.h>

#include <dltools/columns.h>
#include <dltools/mem.h>
#include <dltools/str.h>

static void
note(const struct svm_import *im, const char *text)
{
	if (im->o->note)
		im->o->note(im->o->ctx, text);
}

static const char *
file_name(const struct svm_import *im)
{
	const char *name = im->o->file[im->file];

	return strcmp(name, "-") ? name : "standard input";
}

/* ---- what was asked for ---------------------------------------------- */

/* Options that mean nothing to this format. */
static int
check_options(const struct import_options *o, struct err *e)
{
	const struct {
		bool is_set;
		const char *name;
	} no[] = {
		{o->dialect.delimiter && o->dialect.delimiter != ',',
		 "--delimiter"},
		{o->header == 1, "--header"},
		{o->keep != NULL, "--columns"},
		{o->drop != NULL, "--drop-columns"},
		{o->nas > 0, "--na"},
		{o->rejects != NULL, "--rejects"},
		{o->on_error == IMPORT_PAD, "--on-error pad"},
	};

	if (o->index_base < 0)
		return err_set(e, ERR_USAGE, "--format svmlight needs "
			       "--index-base 0 or 1: the number of the first "
			       "feature");
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (no[i].is_set)
			return err_set(e, ERR_USAGE, "%s: not with --format "
				       "svmlight", no[i].name);
	return 0;
}

/* The label is named, C1, or 1; nothing else has a type to choose. */
static int
ask_types(struct svm_import *im, struct err *e)
{
	const struct import_options *o = im->o;
	const char *name = im->label.name;

	for (size_t i = 0; i < o->types; i++) {
		const struct import_type *t = &o->type[i];

		if (strcmp(t->column, name) && strcmp(t->column, "1"))
			return err_set(e, ERR_USAGE, "--type '%s': only the "
				       "label, '%s', has a type in svmlight",
				       t->column, name);
		if (t->type != COLUMN_NUM && t->type != COLUMN_ENUM)
			return err_set(e, ERR_USAGE, "--type '%s': a label is "
				       "num or enum", t->column);
		im->label.type = t->type;
	}
	return 0;
}

/* The columns of --like or --schema: a label, then numbers. */
static int
take_schema(struct svm_import *im, const struct import_schema *s,
	    struct err *e)
{
	for (size_t i = 1; i < s->columns; i++)
		if (s->column[i].type != COLUMN_NUM)
			return err_set(e, ERR_SCHEMA, "column '%s' of '%s' is "
				       "%s: svmlight has numbers only",
				       s->column[i].name, s->origin,
				       column_type_name(s->column[i].type));
	if (s->columns < 2 || (s->column[0].type != COLUMN_NUM &&
			       s->column[0].type != COLUMN_ENUM))
		return err_set(e, ERR_SCHEMA, "'%s' is no table of a label and "
			       "numbers", s->origin);
	im->most = s->columns - 1;
	im->label.type = s->column[0].type;
	if (s->column[0].type == COLUMN_ENUM && s->column[0].levels.n > 0)
		im->label.coding = &s->column[0].levels;
	return import_add_coding(&im->label, e);
}

static int
init(struct svm_import *im, struct err *e)
{
	const struct import_options *o = im->o;
	struct str s = STR_INIT;
	int status;

	if (check_options(o, e) < 0)
		return -1;
	if (o->names == 1)
		return err_set(e, ERR_USAGE, "--col-names: a label and at "
			       "least one feature");
	im->most = o->names ? o->names - 1 : 0;
	im->label.type = COLUMN_NUM;
	im->label.name = mem_strdup(svm_name(im, 0, &s), e);
	status = str_check(&s, e);
	str_release(&s);
	if (!im->label.name || status < 0 ||
	    (o->schema && take_schema(im, o->schema, e) < 0) ||
	    ask_types(im, e) < 0 ||
	    csv_dialect_svmlight(&im->dialect, o->index_base, e) < 0)
		return -1;
	im->pool = pool_new(o->threads ? o->threads : pool_default_threads(),
			    e);
	im->number = mem_zalloc(FRAME_GROUP_ROWS, sizeof(*im->number), e);
	im->code = mem_zalloc(FRAME_GROUP_ROWS, sizeof(*im->code), e);
	return im->pool && im->number && im->code ? 0 : -1;
}

static void
release(struct svm_import *im)
{
	for (size_t i = 0; i < im->groups; i++)
		svm_group_release(&im->group[i]);
	mem_free(im->group);
	mem_free(im->row);
	mem_free(im->feature);
	mem_free(im->value);
	mem_free(im->number);
	mem_free(im->code);
	mem_free(im->label.name);
	mem_free(im->label.code);
	string_set_release(&im->label.levels);
	svmlight_release(&im->line);
	csv_block_release(&im->block);
	csv_free(im->reader);
	csv_dialect_release(&im->dialect);
	pool_free(im->pool);
}

/* ---- lines ----------------------------------------------------------- */

static int
bad_label(const struct svm_import *im, const char *what, const char *why,
	  struct err *e)
{
	struct str s = STR_INIT;

	str_add_quoted(&s, im->line.label, im->line.label_len, 60);
	err_set(e, ERR_INPUT, "1: %s: '%s': %s", what, s.buf, why);
	str_release(&s);
	return -1;
}

static int
take_label(struct svm_import *im, struct err *e)
{
	const struct svmlight_line *line = &im->line;
	struct import_column *c = &im->label;
	int64_t code;

	if (c->type == COLUMN_NUM) {
		if (cell_text_double(line->label, line->label_len,
				     &im->number[im->open]) < 0)
			return bad_label(im, "label is not a number",
					 memchr(line->label, ':',
						line->label_len)
						 ? "a pair where the label "
						   "should be"
						 : "--type 1=enum for names",
					 e);
		return 0;
	}
	if (memchr(line->label, ':', line->label_len))
		return bad_label(im, "label",
				 "a pair where the label should be", e);
	if (c->coding && !im->o->adapt &&
	    string_table_find(c->coding, line->label, line->label_len) < 0)
		return bad_label(im, "label", "no level of --like", e);
	code = string_set_add(&c->levels, line->label, line->label_len, e);
	im->code[im->open] = (uint32_t)code;
	return code < 0 ? -1 : 0;
}

/* Features that the schema does not have. */
static int
cut_pairs(struct svm_import *im, struct err *e)
{
	struct svmlight_line *line = &im->line;
	const struct import_schema *s = im->o->schema;

	if (!im->most || line->width <= im->most)
		return 0;
	if (!im->o->adapt)
		return err_set(e, ERR_INPUT, "%zu: index: '%zu': beyond the "
			       "%zu features of %s%s%s", line->fields,
			       line->width - 1 + (size_t)im->dialect.index_base,
			       im->most, s ? "'" : "--col-names",
			       s ? s->origin : "", s ? "'" : "");
	while (line->pairs && line->column[line->pairs - 1] >= im->most) {
		line->pairs--;
		im->dropped++;
	}
	line->width = im->most;
	return 0;
}

static int
add_row(struct svm_import *im, struct err *e)
{
	const struct svmlight_line *line = &im->line;
	size_t need = im->entries + line->pairs, i;

	if (mem_grow(&im->row, &im->row_room, need, sizeof(*im->row), e) < 0 ||
	    mem_grow(&im->feature, &im->feature_room, need,
		     sizeof(*im->feature), e) < 0 ||
	    mem_grow(&im->value, &im->value_room, need, sizeof(*im->value),
		     e) < 0)
		return -1;
	for (i = 0; i < line->pairs; i++) {
		im->row[im->entries] = (uint32_t)im->open;
		im->feature[im->entries] = line->column[i];
		im->value[im->entries++] = line->value[i];
	}
	if (line->width > im->features)
		im->features = line->width;
	im->rows++;
	return ++im->open == FRAME_GROUP_ROWS ? svm_seal(im, e) : 0;
}

static int
read_line(struct svm_import *im, const struct csv_record *r, struct err *e)
{
	if (r->fault == CSV_NUL_BYTE || r->fault == CSV_NOT_UTF8)
		return err_set(e, ERR_INPUT, "%u: %s", r->fault_field + 1,
			       r->fault == CSV_NUL_BYTE ? "NUL byte"
							: "not UTF-8");
	if (svmlight_parse(&im->line, im->dialect.index_base,
			   im->block.text + r->at, r->len, e) < 0)
		return -1;
	if (im->line.has_query && !im->has_query)
		note(im, "qid is left out: rows are not ranked in groups");
	im->has_query |= im->line.has_query;
	if (im->line.label_len == 0)
		return 0;
	return take_label(im, e) < 0 ? -1 : cut_pairs(im, e);
}

/* A bad line stops the import, or is left out and counted. */
static int
take_line(struct svm_import *im, const struct csv_record *r, struct err *e)
{
	const struct import_options *o = im->o;
	long long line = (long long)(im->block.line + r->line);
	struct err bad = {0};

	if (read_line(im, r, &bad) == 0)
		return im->line.label_len ? add_row(im, e) : 0;
	if (bad.code != ERR_INPUT) {
		*e = bad;
		return -1;
	}
	if (o->on_error == IMPORT_STOP)
		return err_set(e, bad.code, "%s:%lld:%s", file_name(im), line,
			       bad.msg);
	im->rejected++;
	if (o->max_errors >= 0 && im->rejected > o->max_errors)
		return err_set(e, bad.code, "%s:%lld:%s: over --max-errors",
			       file_name(im), line, bad.msg);
	return 0;
}

static void
report_progress(struct svm_import *im)
{
	struct import_progress p = {.rows = im->rows};
	uint64_t text;

	if (!im->o->progress)
		return;
	csv_progress(im->reader, &p.packed, &text, &p.size);
	im->o->progress(im->o->ctx, &p);
}

/* Columns come from rows, unless something else names them. */
static int
no_rows(const struct svm_import *im, bool may_be_empty, struct err *e)
{
	return err_set(e, ERR_INPUT, "'%s' has no rows%s", file_name(im),
		       may_be_empty ? " (--allow-empty)" :
		       ", and nothing else says what the columns are "
		       "(--col-names, --like)");
}

static int
read_file(struct svm_import *im, struct err *e)
{
	int64_t before = im->rows + im->rejected;
	struct csv_reader *r;
	int got = -1;

	im->reader = csv_open(im->o->file[im->file], &im->o->csv, e);
	if (!im->reader || csv_start(im->reader, &im->dialect, e) < 0)
		return -1;
	while ((got = csv_next(im->reader, &im->block, e)) > 0) {
		if (csv_scan(&im->dialect, &im->block, e) < 0)
			return -1;
		im->bytes += im->block.len;
		for (size_t i = 0; i < im->block.records; i++)
			if (take_line(im, &im->block.record[i], e) < 0)
				return -1;
		report_progress(im);
	}
	if (got < 0)
		return -1;
	if (im->rows + im->rejected == before && !im->o->allow_empty)
		return no_rows(im, im->most || im->o->files > 1, e);
	if (csv_is_unterminated(im->reader))
		note(im, "the last line ends without a newline: is it whole?");
	r = im->reader;
	im->reader = NULL;
	return csv_close(r, e);
}

/* ---- the import ------------------------------------------------------ */

static int
check_rows(const struct svm_import *im, struct err *e)
{
	const struct import_options *o = im->o;
	double all = (double)(im->rows + im->rejected);
	char text[100];

	if (im->dropped) {
		snprintf(text, sizeof(text), "%lld features beyond those of "
			 "--like left out", (long long)im->dropped);
		note(im, text);
	}
	if (o->max_error_share > 0 &&
	    (double)im->rejected > o->max_error_share * all)
		return err_set(e, ERR_INPUT, "%lld of %.0f rows are bad, over "
			       "%g %% (--max-errors)", (long long)im->rejected,
			       all, 100 * o->max_error_share);
	if (o->expect_rows >= 0 && im->rows != o->expect_rows)
		return err_set(e, ERR_INPUT, "%lld rows, not %lld "
			       "(--expect-rows)", (long long)im->rows,
			       (long long)o->expect_rows);
	if (!im->rows && (!o->allow_empty || !im->most))
		return no_rows(im, im->most > 0, e);
	if (!im->features && !im->most)
		return err_set(e, ERR_INPUT, "'%s' has labels, but no features",
			       file_name(im));
	return 0;
}

static int
report(struct svm_import *im, struct import_report *r, struct err *e)
{
	size_t n = 1 + (im->most ? im->most : im->features), i;
	struct str s = STR_INIT;

	if (im->label.type == COLUMN_ENUM &&
	    import_rank_levels(&im->label, e) < 0)
		return -1;
	r->rows = im->rows;
	r->rejected = im->rejected;
	r->bytes = im->bytes;
	r->column = mem_zalloc(n, sizeof(*r->column), e);
	if (!r->column || csv_dialect_copy(&r->dialect, &im->dialect, e) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		struct frame_column *c = &r->column[r->columns++];

		c->type = i ? COLUMN_NUM : im->label.type;
		c->stats.count = im->rows;
		c->name = mem_strdup(svm_name(im, i, &s), e);
		if (!c->name || str_check(&s, e) < 0)
			break;
	}
	str_release(&s);
	if (i < n)
		return -1;
	return im->label.type == COLUMN_ENUM
		? import_levels(&im->label, &r->column[0].levels, e) : 0;
}

int
import_svmlight(const struct import_options *o, struct import_report *r,
		struct err *e)
{
	struct svm_import im = {.o = o};
	int status = init(&im, e);

	for (; status == 0 && im.file < o->files; im.file++)
		status = read_file(&im, e);
	if (im.file == o->files)
		im.file--;
	if (status == 0 && im.open)
		status = svm_seal(&im, e);
	if (status == 0)
		status = check_rows(&im, e);
	if (status == 0)
		status = report(&im, r, e);
	if (status == 0)
		status = svm_write(&im, r, e);
	release(&im);
	return status;
}
