/*
 * import_parse.c - a block of records to cells, column by column.
 *
 * A column of a block is short (a hundred rows of a wide table), so the fields
 * of neighbouring columns are still in the first-level cache when their turn
 * comes, and the values are written in one stream.  Integers of up to eight
 * digits, nearly all cells of nearly all tables, are converted eight bytes at a
 * time without a branch on their length.
 */
#include "import_int.h"

#include <string.h>

#include <dltools/mem.h>

/* One fault per record: the one in the leftmost field. */
static int
add_bad(struct import_worker *w, uint32_t record, size_t field,
	enum import_fault fault, size_t column, struct err *e)
{
	struct import_bad *b;

	if (w->bad_at[record]) {
		b = &w->bad[w->bad_at[record] - 1];
		if (b->field <= field)
			return 0;
	} else {
		if (mem_grow(&w->bad, &w->bad_room, w->bads + 1,
			     sizeof(*w->bad), e) < 0)
			return -1;
		b = &w->bad[w->bads++];
		w->bad_at[record] = (uint32_t)w->bads;
	}
	b->record = record;
	b->field = (uint32_t)field;
	b->fault = fault;
	b->column = column;
	return 0;
}

/* A record with too few fields gets empty ones, behind all others. */
static int
pad_record(struct import_worker *w, struct csv_record *r, struct err *e)
{
	struct csv_block *b = &w->block;
	size_t n = w->im->fields;

	if (mem_grow(&b->field, &b->field_room, b->fields + n,
		     sizeof(*b->field), e) < 0)
		return -1;
	memset(b->field + b->fields, 0, n * sizeof(*b->field));
	memcpy(b->field + b->fields, b->field + r->field,
	       r->fields * sizeof(*b->field));
	r->field = (uint32_t)b->fields;
	r->fields = (uint32_t)n;
	b->fields += n;
	w->padded++;
	return 0;
}

static int
check_record(struct import_worker *w, uint32_t i, struct err *e)
{
	static const enum import_fault fault[] = {
		[CSV_AFTER_QUOTE] = FAULT_AFTER_QUOTE,
		[CSV_NUL_BYTE] = FAULT_NUL,
		[CSV_NOT_UTF8] = FAULT_UTF8,
	};
	struct csv_record *r = &w->block.record[i];
	size_t n = w->im->fields;

	if (r->fault && r->fault != CSV_BLANK)
		return add_bad(w, i, r->fault_field, fault[r->fault], SIZE_MAX,
			       e);
	if (r->fields == n)
		return 0;
	if (r->fields > n)
		return add_bad(w, i, n, FAULT_MANY_FIELDS, SIZE_MAX, e);
	if (w->im->o->on_error == IMPORT_PAD)
		return pad_record(w, r, e);
	return add_bad(w, i, r->fields, FAULT_FEW_FIELDS, SIZE_MAX, e);
}

/* The records that are rows, as far as their fields show. */
static int
list_rows(struct import_worker *w, bool is_again, struct err *e)
{
	size_t i, n = w->block.records;

	if (mem_grow(&w->first, &w->first_room, n, sizeof(*w->first), e) < 0 ||
	    mem_grow(&w->record, &w->record_room, n, sizeof(*w->record),
		     e) < 0 ||
	    mem_grow(&w->bad_at, &w->bad_at_room, n, sizeof(*w->bad_at),
		     e) < 0)
		return -1;
	if (!is_again) {
		memset(w->bad_at, 0, n * sizeof(*w->bad_at));
		w->bads = 0;
		w->blank = w->padded = 0;
	}
	for (i = w->rows = 0; i < n; i++) {
		if (w->block.record[i].fault == CSV_BLANK &&
		    !w->im->is_one_column) {
			w->blank += !is_again;
			continue;
		}
		if (!is_again && check_record(w, (uint32_t)i, e) < 0)
			return -1;
		if (w->bad_at[i])
			continue;
		w->first[w->rows] = w->block.record[i].field;
		w->record[w->rows++] = (uint32_t)i;
	}
	return 0;
}

/*
 * 1 to 8 digits without a leading zero, and nothing else?  The field's bytes
 * are the upper ones of a word, those below it count as leading zeros; digits
 * are then added up in pairs, fours and eights.
 */
static inline bool
small_int(const char *t, uint32_t len, int32_t *out)
{
	const unsigned shift = 64 - 8 * len;
	uint64_t v;

	memcpy(&v, t + len - 8, sizeof(v));
	v = (v ^ 0x3030303030303030u) >> shift;
	if (len > 1 && !(v & 0xff))
		return false;
	v <<= shift;
	if (((v + 0x7676767676767676u) | v) & 0x8080808080808080u)
		return false;
	v = v * 2561 >> 8;
	v = (v & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
	v = (v & 0x0000ffff0000ffffu) * 42949672960001u >> 32;
	*out = (int32_t)v;
	return true;
}

/* From row r on as long as cells are small integers; returns where not. */
static size_t
parse_small(const struct import_worker *w, size_t field, int32_t *out,
	    size_t r)
{
	const struct csv_field *f;
	unsigned char digit;

	for (; r < w->rows; r++) {
		f = &w->block.field[w->first[r] + field];
		digit = (unsigned char)(w->block.text[f->at] - '0');
		if (f->len == 1 && digit < 10) {
			out[r] = digit;
			continue;
		}
		if (f->len - 1 >= 8 ||
		    !small_int(w->block.text + f->at, f->len, &out[r]))
			break;
	}
	return r;
}

/* A cell that is no number, in a column that is to be num. */
static int
refuse_number(struct import_worker *w, size_t column, size_t row,
	      enum cell_kind kind, struct err *e)
{
	const struct import_column *c = &w->im->column[column];
	enum import_fault fault = kind == CELL_BIG ? FAULT_BIG :
		kind == CELL_RANGE ? FAULT_RANGE : FAULT_NUMBER;

	if (w->im->o->schema && w->im->o->schema->is_coding &&
	    w->im->o->adapt) {
		w->adapted[column]++;
		w->facts[column].present--;
		return cells_put_missing(&w->cells[column], e);
	}
	if (cells_put_missing(&w->cells[column], e) < 0)
		return -1;
	return add_bad(w, w->record[row], c->field, fault, column, e);
}

/* Any cell of a column whose text decides. */
static int
parse_any(struct import_worker *w, size_t column, size_t row, struct err *e)
{
	const struct import_column *c = &w->im->column[column];
	const struct csv_field *f = &w->block.field[w->first[row] + c->field];
	const char *t = w->block.text + f->at;
	struct import_facts *facts = &w->facts[column];
	struct cells *cells = &w->cells[column];
	struct cell x = {0};
	enum cell_kind kind;

	if (na_set_has(c->na_set, t, f->len))
		return cells_put_missing(cells, e);
	facts->present++;
	if (c->coding && c->asked == COLUMN_ENUM && !w->im->o->adapt &&
	    string_set_find(&c->known, t, f->len) < 0)
		return add_bad(w, w->record[row], c->field, FAULT_LEVEL,
			       column, e) < 0 ? -1 :
			cells_put_missing(cells, e);
	kind = cell_parse(t, f->len, &x);
	if (kind == CELL_NUMBER || kind == CELL_LONG) {
		facts->numbers++;
		facts->traits |= x.traits;
		return kind == CELL_LONG ?
			cells_put_text(cells, t, f->len, e) :
			cells_put_number(cells, x.value, x.shape, e);
	}
	if (c->asked == COLUMN_NUM)
		return refuse_number(w, column, row, kind, e);
	if (!facts->kind) {
		facts->kind = kind;
		facts->row = (uint32_t)row;
	}
	return cells_put_text(cells, t, f->len, e);
}

static int
parse_time(struct import_worker *w, size_t column, size_t row, struct err *e)
{
	const struct import_column *c = &w->im->column[column];
	const struct csv_field *f = &w->block.field[w->first[row] + c->field];
	const char *t = w->block.text + f->at;
	int64_t ms;

	if (na_set_has(c->na_set, t, f->len))
		return cells_put_missing(&w->cells[column], e);
	w->facts[column].present++;
	if (cell_time(t, f->len, c->format, &ms) == 0)
		return cells_put_number(&w->cells[column], ms, 0, e);
	if (add_bad(w, w->record[row], c->field, FAULT_TIME, column, e) < 0)
		return -1;
	return cells_put_missing(&w->cells[column], e);
}

static int
parse_column(struct import_worker *w, size_t column, struct err *e)
{
	const struct import_column *c = &w->im->column[column];
	struct cells *cells = &w->cells[column];
	bool small = !c->na_set->digits && !c->coding &&
		     c->asked != COLUMN_TIME;
	int32_t *out;
	size_t r = 0, was;
	int status = 0;

	cells_reset(cells);
	memset(&w->facts[column], 0, sizeof(w->facts[column]));
	w->adapted[column] = 0;
	while (r < w->rows && status == 0) {
		if (small && c->field != IMPORT_NO_FIELD && !cells->is_text &&
		    !cells->shape && cells->width < 8) {
			out = cells_int32(cells, w->rows, e);
			if (!out)
				return -1;
			was = r;
			cells->n = r = parse_small(w, c->field, out, r);
			w->facts[column].present += (int64_t)(r - was);
			w->facts[column].numbers += (int64_t)(r - was);
			if (r == w->rows)
				break;
		}
		if (c->field == IMPORT_NO_FIELD)
			status = cells_put_missing(cells, e);
		else if (c->asked == COLUMN_TIME)
			status = parse_time(w, column, r, e);
		else
			status = parse_any(w, column, r, e);
		r++;
	}
	return status;
}

int
import_parse(struct import_worker *w, struct err *e)
{
	size_t i, bads;

	if (csv_scan(&w->im->dialect, &w->block, e) < 0 ||
	    list_rows(w, false, e) < 0)
		return -1;
	for (;;) {
		bads = w->bads;
		for (i = 0; i < w->im->columns; i++)
			if (parse_column(w, i, e) < 0)
				return -1;
		if (w->bads == bads || w->im->o->on_error == IMPORT_STOP)
			return 0;
		/* rows turned out bad: the others once more */
		if (list_rows(w, true, e) < 0)
			return -1;
	}
}
