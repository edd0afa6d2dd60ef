/* pairs.c - reading a table of actual and predicted classes; see pairs.h. */
#include "model/pairs.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/columns.h>
#include <dltools/mem.h>
#include <dltools/str.h>
#include <dltools/text_table.h>

#include "data/cell_int.h"

#define SHOWN 60

void
pairs_release(struct pairs *p)
{
	size_t i;

	csv_free(p->reader);
	csv_dialect_release(&p->dialect);
	csv_block_release(&p->block);
	for (i = 0; i < p->columns; i++)
		mem_free(p->name[i]);
	mem_free(p->name);
	memset(p, 0, sizeof(*p));
}

int
pairs_close(struct pairs *p, struct err *e)
{
	int status = csv_close(p->reader, e);

	p->reader = NULL;
	pairs_release(p);
	return status;
}

/* ---- delimiter ------------------------------------------------------ */

/* Is there a field `name` in the line, cut at d? */
static bool
has_field(const char *line, size_t len, char d, const char *name)
{
	size_t n = strlen(name), at = 0, end;

	while (at <= len) {
		for (end = at; end < len && line[end] != d; end++)
			;
		if (end - at == n && !memcmp(line + at, name, n))
			return true;
		if (end - at == n + 2 && line[at] == '"' &&
		    !memcmp(line + at + 1, name, n))
			return true;
		at = end + 1;
	}
	return false;
}

/* Given, or the one that shows the two columns by name, or the likeliest. */
static int
find_delimiter(struct pairs *p, const struct confusion_options *o,
	       struct err *e)
{
	static const char known[] = ",\t;| ";
	struct csv_guess guess = {0};
	const char *bytes, *d;
	struct err ignored;
	size_t len, line;
	bool whole;

	if (csv_peek(p->reader, &bytes, &len, &whole, e) < 0)
		return -1;
	if (memchr(bytes, '\0', len < 64 ? len : 64))
		return err_set(e, ERR_INPUT, "'%s' is no text table; dl-cat "
			       "prints the rows of a frame",
			       csv_path(p->reader));
	if (o->delimiter) {
		p->dialect.delimiter = o->delimiter;
		return 0;
	}
	for (line = 0; line < len && bytes[line] != '\n' &&
	     bytes[line] != '\r'; line++)
		;
	for (d = known; *d && !o->no_header; d++)
		if (has_field(bytes, line, *d,
			      o->actual ? o->actual : "actual") &&
		    has_field(bytes, line, *d,
			      o->predict ? o->predict : "predict")) {
			p->dialect.delimiter = *d;
			return 0;
		}
	p->dialect.delimiter = '\0';
	if (csv_guess(&guess, &p->dialect, !o->no_header, bytes, len, whole,
		      csv_path(p->reader), &ignored) < 0)
		guess.delimiter = ',';
	p->dialect.delimiter = guess.delimiter;
	return 0;
}

/* ---- columns -------------------------------------------------------- */

static int
name_columns(struct pairs *p, const struct csv_block *b, bool no_header,
	     struct err *e)
{
	const struct csv_record *r = &b->record[0];
	const struct csv_field *f;
	char number[32];
	size_t i;

	p->name = mem_zalloc(r->fields, sizeof(*p->name), e);
	if (!p->name)
		return -1;
	for (i = 0; i < r->fields; i++) {
		f = &b->field[r->field + i];
		(void)snprintf(number, sizeof(number), "C%zu", i + 1);
		p->name[i] = no_header
				     ? mem_strdup(number, e)
				     : mem_memdup(b->text + f->at, f->len, e);
		if (!p->name[i])
			return -1;
		p->columns = i + 1;
	}
	return 0;
}

/* A name that two columns have means neither. */
static int
check_name(const struct pairs *p, const char *name, struct err *e)
{
	size_t i, n = 0;

	for (i = 0; i < p->columns; i++)
		n += !strcmp(p->name[i], name);
	return n < 2 ? 0 : err_set(e, ERR_SCHEMA, "%zu columns '%s': give the "
				   "number of one", n, name);
}

static int
find_column(const struct pairs *p, const char *option, const char *asked,
	    const char *usual, size_t *column, struct err *e)
{
	struct column_list list = {0};
	int status;

	status = column_list_parse(&list, asked ? asked : usual,
				   (const char *const *)p->name, p->columns, e);
	if (status == 0 && list.n != 1)
		status = err_set(e, ERR_USAGE, "%s: '%s': must be one column",
				 option, asked);
	else if (status < 0 && !asked && e->code != ERR_OUTPUT)
		status = err_set(e, ERR_SCHEMA,
				 "%s: no column '%s': name one with %s",
				 csv_path(p->reader), usual, option);
	else if (status < 0 ||
		 (status = check_name(p, asked ? asked : usual, e)) < 0)
		err_prefix(e, "%s", csv_path(p->reader));
	if (status == 0)
		*column = list.index[0];
	column_list_release(&list);
	return status;
}

static int
find_columns(struct pairs *p, const struct confusion_options *o,
	     struct err *e)
{
	p->weight = SIZE_MAX;
	if (find_column(p, "--actual", o->actual, "actual", &p->actual,
			e) < 0 ||
	    find_column(p, "--predict", o->predict, "predict", &p->predict,
			e) < 0 ||
	    (o->weight && find_column(p, "--weight", o->weight, NULL,
				      &p->weight, e) < 0))
		return -1;
	if (p->actual == p->predict)
		return err_set(e, ERR_USAGE, "--actual and --predict: "
			       "'%s' cannot be both", p->name[p->actual]);
	return 0;
}

/* ---- rows ----------------------------------------------------------- */

/* Makes p->record the next one that is no empty line. */
static int
find_record(struct pairs *p, struct err *e)
{
	const struct csv_block *b = &p->block;
	int got;

	for (;; p->record++) {
		while (p->record == b->records) {
			got = csv_next(p->reader, &p->block, e);
			if (got <= 0)
				return got;
			if (csv_scan(&p->dialect, &p->block, e) < 0)
				return -1;
			p->record = 0;
		}
		if (b->record[p->record].fault != CSV_BLANK || p->columns == 1)
			return 1;
	}
}

static int
check_record(const struct pairs *p, const struct csv_record *r, struct err *e)
{
	static const char *const fault[] = {
		[CSV_AFTER_QUOTE] = "text after the closing quote",
		[CSV_NUL_BYTE] = "NUL byte",
		[CSV_NOT_UTF8] = "not UTF-8",
	};
	struct err ignored;

	if (r->fault == CSV_AFTER_QUOTE || r->fault == CSV_NUL_BYTE ||
	    r->fault == CSV_NOT_UTF8) {
		err_set(e, ERR_INPUT, "%s", fault[r->fault]);
		return err_prefix(e, "%s:%lld:%u", csv_path(p->reader),
				  (long long)p->line, r->fault_field + 1);
	}
	if (r->fields != p->columns) {
		err_set(&ignored, ERR_INPUT, "%u fields, not %zu", r->fields,
			p->columns);
		*e = ignored;
		return err_prefix(e, "%s:%lld", csv_path(p->reader),
				  (long long)p->line);
	}
	return 0;
}

static int
read_weight(const struct pairs *p, const struct csv_field *f, double *weight,
	    struct err *e)
{
	struct str shown = STR_INIT;

	if (cell_text_double(p->block.text + f->at, f->len, weight) == 0 &&
	    *weight >= 0 && isfinite(*weight))
		return 0;
	str_add_quoted(&shown, p->block.text + f->at, f->len, SHOWN);
	err_set(e, ERR_INPUT, "column '%s': '%s': not a weight >= 0",
		p->name[p->weight], shown.buf);
	str_release(&shown);
	return err_prefix(e, "%s:%lld:%zu", csv_path(p->reader),
			  (long long)p->line, p->weight + 1);
}

int
pairs_next(struct pairs *p, struct pair *row, struct err *e)
{
	const struct csv_block *b = &p->block;
	const struct csv_record *r;
	const struct csv_field *f;
	int got = find_record(p, e);

	if (got <= 0)
		return got;
	r = &b->record[p->record++];
	p->line = b->line + r->line;
	if (check_record(p, r, e) < 0)
		return -1;
	f = &b->field[r->field];
	row->actual = b->text + f[p->actual].at;
	row->actual_len = f[p->actual].len;
	row->predicted = b->text + f[p->predict].at;
	row->predicted_len = f[p->predict].len;
	row->field = f;
	row->weight = 1;
	if (p->weight != SIZE_MAX &&
	    read_weight(p, &f[p->weight], &row->weight, e) < 0)
		return -1;
	return 1;
}

/* ---- opening -------------------------------------------------------- */

int
pairs_read_scores(const struct pairs *p, const struct csv_field *field,
		  int64_t line, double *value, struct err *why)
{
	const char *text = p->block.text;
	double v, sum = 0;
	size_t k;

	for (k = 0; k < p->scores; k++) {
		const struct csv_field *f = &field[pairs_score(p, k)];

		if (cell_text_double(text + f->at, f->len, &v) == 0 &&
		    v >= 0 && v <= 1)
			;
		else if (text_table_is_none(text + f->at, f->len))
			return 0;
		else
			return err_set(why, ERR_SCHEMA, "%s:%lld: column "
				       "'%s' holds no probability",
				       csv_path(p->reader), (long long)line,
				       p->name[pairs_score(p, k)]);
		if (value)
			value[k] = v;
		sum += v;
	}
	if (fabs(sum - 1) <= 1e-3)
		return 1;
	return err_set(why, ERR_SCHEMA, "%s:%lld: the columns after '%s' add "
		       "up to %g, not to 1: no probabilities",
		       csv_path(p->reader), (long long)line,
		       p->name[p->predict], sum);
}

/*
 * Are the columns after the predicted one probabilities?  They are if those of
 * the first block are numbers in [0, 1] and sum to 1; rows without say nothing.
 */
static bool
are_scores(struct pairs *p)
{
	const struct csv_block *b = &p->block;
	bool any = false;
	int is = 0;

	for (size_t i = p->record; is >= 0 && i < b->records; i++) {
		const struct csv_record *r = &b->record[i];

		if (r->fields != p->columns)
			continue;
		is = pairs_read_scores(p, &b->field[r->field],
				       b->line + r->line, NULL, &p->no_scores);
		any |= is > 0;
	}
	return is >= 0 && any;
}

static int
start(struct pairs *p, const struct confusion_options *o, struct err *e)
{
	struct csv_block first = {0};
	int got = csv_next_record(p->reader, &first, e), status = -1;

	if (got == 0)
		err_set(e, ERR_INPUT, "'%s' is empty", csv_path(p->reader));
	if (got > 0 && name_columns(p, &first, o->no_header, e) == 0 &&
	    find_columns(p, o, e) == 0)
		status = 0;
	if (status == 0 && o->no_header) {
		p->block = first; /* it is the first row */
		first = (struct csv_block){0};
	}
	csv_block_release(&first);
	if (status < 0)
		return -1;
	got = find_record(p, e);
	if (got == 0)
		err_set(e, ERR_INPUT, "'%s' has no rows after the header",
			csv_path(p->reader));
	return got > 0 ? 0 : -1;
}

int
pairs_open(struct pairs *p, const char *path,
	   const struct confusion_options *o, struct err *e)
{
	size_t n;

	*p = (struct pairs){0};
	if (csv_dialect_init(&p->dialect, e) < 0)
		return -1;
	p->dialect.has_header = !o->no_header;
	p->reader = csv_open(path, NULL, e);
	if (!p->reader || find_delimiter(p, o, e) < 0 ||
	    csv_start(p->reader, &p->dialect, e) < 0 || start(p, o, e) < 0)
		goto fail;
	n = p->columns - p->predict - 1;
	n -= p->weight != SIZE_MAX && p->weight > p->predict;
	p->scores = n > 1 && p->actual < p->predict ? n : 0;
	if (p->scores && !are_scores(p))
		p->scores = 0;
	return 0;
fail:
	pairs_release(p);
	return -1;
}
