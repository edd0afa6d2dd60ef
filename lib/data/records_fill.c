/*
 * records_fill.c - the cells of records as input units; see records.h.  Values
 * go through encoder_number(), like those of frames, so the bits are the same.
 */
#include "data/records.h"

#include <math.h>
#include <string.h>

#include <dltools/str.h>

/* One record being read. */
struct row {
	const struct records *r;
	const struct csv_block *block;
	const struct csv_record *rec;
};

static const char *
text_of(const struct row *row, size_t field, size_t *len)
{
	const struct csv_field *f =
		&row->block->field[row->rec->field + field];

	*len = f->len;
	return row->block->text + f->at;
}

static int
bad(const struct row *row, size_t field, const char *what, const char *why,
    struct err *e)
{
	struct str s = STR_INIT, name = STR_INIT;
	size_t len = 0;
	const char *t = "";

	if (field < row->rec->fields)
		t = text_of(row, field, &len);
	str_add_quoted(&s, t, len, 60);
	str_add_quoted(&name, row->r->name[field],
		       strlen(row->r->name[field]), 60);
	err_set(e, ERR_INPUT, "%s:%lld:%zu: %s: '%s': %s '%s'", row->r->path,
		(long long)(row->block->line + row->rec->line), field + 1,
		what, s.buf, why, name.buf);
	str_release(&s);
	str_release(&name);
	return -1;
}

/* Mostly digits: up to nine of them are exact without further thought. */
static bool
few_digits(const char *t, size_t len, double *out)
{
	uint32_t v = 0;
	size_t i;
	unsigned d;

	if (len == 0 || len > 9)
		return false;
	for (i = 0; i < len; i++) {
		d = (unsigned)(unsigned char)t[i] - '0';
		if (d > 9)
			return false;
		v = v * 10 + d;
	}
	*out = v;
	return true;
}

/* The number with a decimal comma, say: the mark becomes a point. */
static int
parse_marked(const char *t, size_t len, char mark, double *out)
{
	char copy[128];
	char *at;

	if (len >= sizeof(copy) || memchr(t, '.', len))
		return -1;
	memcpy(copy, t, len);
	at = memchr(copy, mark, len);
	if (at)
		*at = '.';
	return cell_text_double(copy, len, out);
}

static const struct na_set *
na_of(const struct records *r, size_t field)
{
	return r->own_at[field] ? &r->own_at[field]->na : &r->na;
}

bool
records_is_na(const struct records *r, size_t field, const char *t, size_t len)
{
	return na_set_has(na_of(r, field), t, len);
}

/* By the column's format, or by ISO 8601, as dl-cat writes times. */
static int
parse_time(const struct records *r, size_t field, const char *t, size_t len,
	   double *out)
{
	const struct records_own *own = r->own_at[field];
	int64_t ms;

	if ((!own || !own->format ||
	     cell_time(t, len, own->format, &ms) < 0) &&
	    cell_time(t, len, NULL, &ms) < 0)
		return -1;
	*out = (double)ms;
	return 1;
}

int
records_number(const struct records *r, size_t field, const char *t, size_t len,
	       double *out)
{
	const struct na_set *na = na_of(r, field);
	char mark = r->dialect->decimal;

	if (few_digits(t, len, out) && !na->digits &&
	    r->type[field] != COLUMN_TIME)
		return 1;
	if (na_set_has(na, t, len))
		return 0;
	if (r->type[field] == COLUMN_TIME)
		return parse_time(r, field, t, len, out);
	return (mark && mark != '.' ? parse_marked(t, len, mark, out)
				    : cell_text_double(t, len, out)) == 0
		       ? 1 : -1;
}

static int
read_number(const struct row *row, size_t field, double *out, struct err *e)
{
	size_t len;
	const char *t = text_of(row, field, &len);
	int got = records_number(row->r, field, t, len, out);

	if (got < 0)
		bad(row, field,
		    row->r->type[field] == COLUMN_TIME ? "not a time"
						       : "not a number",
		    row->r->type[field] == COLUMN_TIME ? "in time column"
						       : "in numeric column",
		    e);
	return got;
}

/* The level in a field: levels.n if missing or unseen; *missing says which. */
static size_t
read_level(const struct row *row, size_t field, const struct level_index *x,
	   bool *missing)
{
	size_t len;
	const char *t;

	*missing = true;
	if (field == SIZE_MAX)
		return x->t->n;
	t = text_of(row, field, &len);
	if (records_is_na(row->r, field, t, len))
		return x->t->n;
	*missing = false;
	return level_index_find(x, t, len);
}

/* A level that is made numbers. */
static void
fill_level(const struct row *row, size_t i, float *x, int64_t *unseen)
{
	const struct encoder_column *c = &row->r->enc->column[i];
	bool missing;
	size_t level, k;

	level = read_level(row, row->r->field[i], &row->r->index[i], &missing);
	unseen[i] += !missing && level == c->levels.n;
	for (k = 0; k < c->units; k++)
		x[k] = encoder_level_number(c, level, k);
}

/* Numbers as dense units of row `at`, or as entries from *entry on. */
static int
fill_numbers(const struct row *row, struct batch *b, size_t at,
	     uint32_t *entry, int64_t *unseen, struct err *e)
{
	const struct encoder *enc = row->r->enc;
	float *x = b->x + at * b->ld, unit;
	size_t i;
	double v;
	int got;

	for (i = enc->enums; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];

		if (c->type == COLUMN_ENUM) {
			fill_level(row, i, x + (c->first_unit - enc->sparse),
				   unseen);
			continue;
		}
		got = 1;
		v = encoder_absent(enc, c);
		if (row->r->field[i] != SIZE_MAX)
			got = read_number(row, row->r->field[i], &v, e);
		if (got < 0)
			return -1;
		unit = encoder_number(c, got ? v : c->fill);
		if (!c->is_sparse) {
			x[c->first_unit - enc->sparse] = unit;
		} else if (unit != 0) {
			b->index[*entry] = (uint32_t)c->first_unit;
			b->value[(*entry)++] = unit;
		}
	}
	return 0;
}

static uint32_t
fill_levels(const struct row *row, struct batch *b, uint32_t start,
	    int64_t *unseen)
{
	const struct encoder *enc = row->r->enc;
	uint32_t end = start;
	size_t i, level;
	bool missing;

	for (i = 0; i < enc->enums; i++) {
		level = read_level(row, row->r->field[i], &row->r->index[i],
				   &missing);
		unseen[i] += !missing && level == enc->column[i].levels.n;
		end = encoder_light(enc, &enc->column[i], level, b, start,
				    end);
	}
	return end;
}

static int
fill_weight(const struct row *row, double *weight, struct err *e)
{
	size_t field = row->r->weights;
	double v;
	int got = 0;

	*weight = 1;
	if (field != SIZE_MAX)
		got = read_number(row, field, &v, e);
	if (got > 0 && !(v >= 0))
		return bad(row, field, "not a weight", "negative in column",
			   e);
	if (got == 0 && field != SIZE_MAX && row->r->needs_weights)
		return bad(row, field, "missing", "no weight in", e);
	if (got > 0)
		*weight = v;
	return got < 0 ? -1 : 0;
}

static int
fill_roles(const struct row *row, struct batch *b, size_t at,
	   struct records_side *side, struct err *e)
{
	const struct records *r = row->r;
	const struct encoder *enc = r->enc;
	double *actual = &side->actual[at];
	bool missing;
	double v;
	int got = 0;

	b->label[at] = -1;
	*actual = (double)NAN;
	b->offset[at] = 0;
	if (encoder_is_classifier(enc)) {
		size_t level = read_level(row, r->response, &r->classes,
					  &missing);

		b->label[at] = missing ? -1 : (int32_t)level;
	} else if (r->response != SIZE_MAX) {
		got = read_number(row, r->response, actual, e);
		if (got == 0)
			*actual = (double)NAN;
	}
	if (got < 0 || fill_weight(row, &side->weight[at], e) < 0)
		return -1;
	b->weight[at] = (float)side->weight[at];
	if (r->offset != SIZE_MAX) {
		if (read_number(row, r->offset, &v, e) <= 0)
			return e->code ? -1
				       : bad(row, r->offset, "missing",
					     "no offset in", e);
		b->offset[at] = (float)((v - enc->response_sub) *
					enc->response_mul);
	}
	return 0;
}

static int
check(const struct row *row, struct err *e)
{
	static const char *const what[] = {
		[CSV_AFTER_QUOTE] = "text after closing quote",
		[CSV_NUL_BYTE] = "NUL byte",
		[CSV_NOT_UTF8] = "not UTF-8",
	};
	const struct records *r = row->r;

	if (row->rec->fault != CSV_SOUND && row->rec->fault != CSV_BLANK)
		return bad(row, row->rec->fault_field < r->fields
					? row->rec->fault_field : 0,
			   what[row->rec->fault], "in column", e);
	if (row->rec->fields != r->fields)
		return err_set(e, ERR_INPUT, "%s:%lld: %u fields where the "
			       "first line has %zu", r->path,
			       (long long)(row->block->line + row->rec->line),
			       (unsigned)row->rec->fields, r->fields);
	return 0;
}

int
records_fill(const struct records *r, const struct csv_block *block,
	     size_t first, size_t n, struct batch *b, struct records_side *side,
	     struct err *e)
{
	size_t at = 0, i;
	uint32_t entry;

	if (r->is_svmlight)
		return records_fill_svmlight(r, block, first, n, b, side, e);
	b->start[0] = 0;
	for (i = 0; i < n; i++) {
		struct row row = {r, block, &block->record[first + i]};

		if (records_is_blank(r, block, row.rec))
			continue;
		if (check(&row, e) < 0 ||
		    batch_reserve(b, b->start[at] + r->enc->row_entries,
				  e) < 0)
			return -1;
		entry = fill_levels(&row, b, b->start[at], side->unseen);
		if (fill_numbers(&row, b, at, &entry, side->unseen, e) < 0 ||
		    fill_roles(&row, b, at, side, e) < 0)
			return -1;
		b->start[++at] = entry;
	}
	b->rows = at;
	return 0;
}
