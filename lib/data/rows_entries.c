/*
 * rows_entries.c - sparse numeric columns of a row group, turned into rows.
 *
 * Chunks come column by column; their entries are noted one behind the other,
 * then dealt out to their rows, so a row's units ascend.  Nothing costs more
 * than what is not zero, but for a count per row.
 */
#include "data/rows_int.h"

#include <string.h>

#include <dltools/mem.h>

/* Entries of a group in the order of columns. */
struct notes {
	uint32_t *row, *unit;
	float *value;
	size_t n, room[3];
	uint32_t *count; /* per row of the group */
};

static int
make_room(struct notes *t, size_t more, struct err *e)
{
	size_t need;

	if (mem_add(t->n, more, &need) < 0)
		return err_nomem(e, "sparse rows");
	return mem_grow(&t->row, &t->room[0], need, sizeof(*t->row), e) < 0 ||
	       mem_grow(&t->unit, &t->room[1], need, sizeof(*t->unit), e) < 0 ||
	       mem_grow(&t->value, &t->room[2], need, sizeof(*t->value), e) < 0
		       ? -1 : 0;
}

static void
note(struct notes *t, size_t row, size_t unit, float value)
{
	if (value == 0)
		return;
	t->row[t->n] = (uint32_t)row;
	t->unit[t->n] = (uint32_t)unit;
	t->value[t->n++] = value;
	t->count[row]++;
}

/* A column that the table does not have: the same in every row. */
static int
note_absent(struct notes *t, const struct encoder *enc,
	    const struct encoder_column *c, size_t rows, struct err *e)
{
	float value = encoder_number(c, encoder_absent(enc, c));

	if (value == 0)
		return 0;
	if (make_room(t, rows, e) < 0)
		return -1;
	for (size_t i = 0; i < rows; i++)
		note(t, i, c->first_unit, value);
	return 0;
}

static int
note_column(struct notes *t, const struct encoder_column *c,
	    const struct chunk *x, size_t entries, struct err *e)
{
	if (make_room(t, entries, e) < 0)
		return -1;
	for (size_t k = 0; k < entries; k++) {
		double v = x->form == CHUNK_INT ? (double)x->i64[k]
						: x->f64[k];

		if (chunk_is_missing(x, x->code[k]))
			v = c->fill;
		note(t, x->code[k], c->first_unit, encoder_number(c, v));
	}
	return 0;
}

static int
note_group(struct notes *t, const struct entry_load *l, size_t group,
	   struct err *e)
{
	const struct encoder *enc = l->r->enc;
	size_t rows = frame_group_rows(l->f, group), i, n, entries;
	struct chunk x = {0};
	int status = 0;

	n = enc->row_entries; /* categorical columns, then sparse ones */
	for (i = enc->enums; i < n && status == 0; i++) {
		const struct adapt_column *from = &l->a->column[i];

		if (from->how == ADAPT_ABSENT) {
			status = note_absent(t, enc, &enc->column[i], rows, e);
			continue;
		}
		status = frame_read_entries(l->f, group, from->column, &x,
					    &entries, e);
		if (status == 0)
			status = note_column(t, &enc->column[i], &x, entries,
					     e);
	}
	chunk_release(&x);
	return status;
}

/* Rows that are left out get no place: their entries are dropped. */
static int
deal_out(const struct notes *t, uint32_t *lie, const uint64_t *left_out,
	 struct row_entries *to, size_t rows, struct err *e)
{
	uint32_t **at = mem_zalloc(rows, sizeof(*at), e);
	size_t i, k, sum = 0;

	if (!at)
		return -1;
	for (i = k = 0; i < rows; i++) {
		if (left_out && (left_out[i / 64] >> (i % 64) & 1))
			continue;
		at[i] = lie + sum;
		to[k++] = (struct row_entries){ at[i], t->count[i] };
		sum += 2 * (size_t)t->count[i];
	}
	for (i = 0; i < t->n; i++) {
		size_t row = t->row[i];

		if (!at[row])
			continue;
		*at[row] = t->unit[i];
		memcpy(at[row]++ + t->count[row], &t->value[i],
		       sizeof(t->value[i]));
	}
	mem_free(at);
	return 0;
}

int
rows_load_entries(const struct entry_load *l, size_t group, size_t block,
		  const uint64_t *left_out, struct row_entries *to,
		  struct err *e)
{
	size_t rows = frame_group_rows(l->f, group);
	struct notes t = {0};
	uint32_t *lie = NULL;
	int status = -1;

	t.count = mem_zalloc(rows, sizeof(*t.count), e);
	if (t.count && note_group(&t, l, group, e) == 0)
		lie = mem_zalloc(2 * t.n, sizeof(*lie), e);
	if (lie)
		status = deal_out(&t, lie, left_out, to, rows, e);
	l->r->entry_block[block] = lie;
	mem_free(t.row);
	mem_free(t.unit);
	mem_free(t.value);
	mem_free(t.count);
	return status;
}

void
rows_count_entries(struct rows *r)
{
	r->most_entries = r->enc->enums;
	for (int64_t i = 0; r->entries && i < r->count; i++) {
		size_t n = r->entries[i].n;

		r->entry_bytes += n * 2 * sizeof(uint32_t);
		if (r->enc->enums + n > r->most_entries)
			r->most_entries = r->enc->enums + n;
	}
}
