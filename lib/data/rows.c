/*
 * rows.c - the layout of packed rows and their way into a batch; see rows.h.
 *
 * MNIST: 717 bytes of pixels and a label make 728 bytes a row; a fetch in
 * random order is a prefetch of twelve cache lines and one widening loop.
 */
#include <dltools/rows.h>

#include <math.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/widen.h>

#include "data/rows_int.h"

static const uint8_t item_width[] = {
	[ITEM_U8] = 1,	   [ITEM_I16] = 2,    [ITEM_F32] = 4,
	[ITEM_CODE8] = 1,  [ITEM_CODE16] = 2, [ITEM_CODE32] = 4,
	[ITEM_LABEL] = 4,  [ITEM_DOUBLE] = 8,
};

static enum item_kind
number_kind(const struct frame *f, const struct adapt_column *a)
{
	const struct frame_column *c;

	if (a->how != ADAPT_NUMBER)
		return ITEM_F32;
	c = frame_column(f, a->column);
	if (c->type != COLUMN_NUM || !c->is_integer || c->stats.missing)
		return ITEM_F32;
	if (c->stats.min >= 0 && c->stats.max <= UINT8_MAX)
		return ITEM_U8;
	if (c->stats.min >= INT16_MIN && c->stats.max <= INT16_MAX)
		return ITEM_I16;
	return ITEM_F32;
}

static enum item_kind
code_kind(size_t levels)
{
	return levels <= UINT8_MAX    ? ITEM_CODE8
	       : levels <= UINT16_MAX ? ITEM_CODE16
				      : ITEM_CODE32;
}

/* Appends an item to the row and returns it. */
static struct item *
add_item(struct rows *r, enum item_kind kind, const struct adapt_column *from)
{
	struct item *it = &r->item[r->items++];

	it->kind = kind;
	it->width = item_width[kind];
	it->at = (r->stride + it->width - 1) / it->width * it->width;
	it->from = from;
	r->stride = it->at + it->width;
	return it;
}

/* Numbers that lie side by side, in the row and as units, make a segment. */
static void
add_number(struct rows *r, const struct item *it)
{
	size_t dense = it->column->first_unit + it->unit - r->enc->sparse;
	struct segment *s = &r->segment[r->segments];
	bool bits = it->column->bit_sub != NULL;

	r->sub[dense] = bits ? it->column->bit_sub[it->unit] : it->column->sub;
	r->mul[dense] = bits ? it->column->bit_mul[it->unit] : it->column->mul;
	if (r->segments && s[-1].kind == it->kind &&
	    s[-1].dense + s[-1].n == dense) {
		s[-1].n++;
		return;
	}
	*s = (struct segment){it->kind, it->at, dense, 1};
	r->segments++;
}

static void
add_predictors(struct rows *r, const struct frame *f, const struct adapt *a)
{
	const struct encoder *enc = r->enc;
	size_t i, k;

	for (i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		enum item_kind kind = c->one_hot ? code_kind(c->levels.n)
				      : c->type == COLUMN_ENUM
					      ? ITEM_F32
					      : number_kind(f, &a->column[i]);

		for (k = 0; k < (c->is_sparse ? 0 : c->one_hot ? 1 : c->units);
		     k++) {
			struct item *it = add_item(r, kind, &a->column[i]);

			it->column = c;
			it->absent = encoder_absent(enc, c);
			it->levels = c->levels.n;
			it->predictor = i;
			it->unit = k;
			if (!c->one_hot)
				add_number(r, it);
		}
	}
}

static void
add_roles(struct rows *r, const struct adapt *a)
{
	const struct encoder *enc = r->enc;
	struct item *it;

	if (encoder_is_classifier(enc)) {
		it = add_item(r, ITEM_LABEL, &a->response);
		it->levels = enc->classes.n;
		r->response = it;
	} else if (enc->response) {
		it = add_item(r, ITEM_DOUBLE, &a->response);
		it->absent = (double)NAN;
		r->response = it;
	}
	if (enc->weights_column) {
		it = add_item(r, ITEM_DOUBLE, &a->weights);
		it->absent = 1;
		r->weight = it;
	}
	if (enc->offset_column) {
		it = add_item(r, ITEM_DOUBLE, &a->offset);
		it->absent = (double)NAN;
		r->offset = it;
	}
}

int
rows_layout(struct rows *r, const struct frame *f, const struct adapt *a,
	    struct err *e)
{
	size_t n = r->enc->enums + r->enc->dense;

	r->item = mem_zalloc(n + 3, sizeof(*r->item), e);
	r->segment = mem_zalloc(n, sizeof(*r->segment), e);
	r->sub = mem_zalloc(r->enc->dense, sizeof(*r->sub), e);
	r->mul = mem_zalloc(r->enc->dense, sizeof(*r->mul), e);
	r->unseen = mem_zalloc(r->enc->columns, sizeof(*r->unseen), e);
	if (!r->item || !r->segment || !r->sub || !r->mul || !r->unseen)
		return -1;
	add_predictors(r, f, a);
	add_roles(r, a);
	r->stride = r->stride ? (r->stride + 7) / 8 * 8 : 8;
	return 0;
}

void
rows_free(struct rows *r)
{
	size_t i;

	if (!r)
		return;
	mem_free(r->data);
	mem_free(r->item);
	mem_free(r->segment);
	mem_free(r->sub);
	mem_free(r->mul);
	mem_free(r->unseen);
	for (i = 0; r->entry_block && i < r->blocks; i++)
		mem_free(r->entry_block[i]);
	mem_free(r->entry_block);
	mem_free(r->entries);
	mem_free(r);
}

int64_t
rows_count(const struct rows *r)
{
	return r->count;
}

uint64_t
rows_bytes(const struct rows *r)
{
	uint64_t each = r->stride + (r->entries ? sizeof(*r->entries) : 0);

	return (uint64_t)r->count * each + r->entry_bytes;
}

size_t
rows_entries(const struct rows *r)
{
	return r->most_entries;
}

int
rows_batch(const struct rows *r, size_t room, struct batch *b, struct err *e)
{
	return batch_init(b, room, r->enc->sparse, r->enc->dense,
			  r->most_entries, e);
}

int64_t
rows_unseen(const struct rows *r, size_t predictor)
{
	return atomic_load(&r->unseen[predictor]);
}

int64_t
rows_unknown(const struct rows *r)
{
	return atomic_load(&r->unknown);
}

static const unsigned char *
row_at(const struct rows *r, int64_t row)
{
	return r->data + (size_t)row * r->stride;
}

static double
read_double(const unsigned char *row, const struct item *it)
{
	double v;

	memcpy(&v, row + it->at, sizeof(v));
	return v;
}

double
rows_actual(const struct rows *r, int64_t row)
{
	if (!r->response || r->response->kind != ITEM_DOUBLE)
		return (double)NAN;
	return read_double(row_at(r, row), r->response);
}

double
rows_weight(const struct rows *r, int64_t row)
{
	return r->weight ? read_double(row_at(r, row), r->weight) : 1;
}

int32_t
rows_label(const struct rows *r, int64_t row)
{
	int32_t v;

	if (!r->response || r->response->kind != ITEM_LABEL)
		return -1;
	memcpy(&v, row_at(r, row) + r->response->at, sizeof(v));
	return v;
}

void
rows_ask(const struct rows *r, int64_t row)
{
	const unsigned char *from = row_at(r, row);

	if (r->response)
		widen_prefetch(from + r->response->at, 1);
	if (r->weight)
		widen_prefetch(from + r->weight->at, 1);
}

static void
fetch_dense(const struct rows *r, const unsigned char *row, float *x)
{
	size_t i;

	for (i = 0; i < r->segments; i++) {
		const struct segment *s = &r->segment[i];
		const void *from = row + s->at;

		if (s->kind == ITEM_U8)
			widen_u8(x + s->dense, from, s->n, r->sub + s->dense,
				 r->mul + s->dense);
		else if (s->kind == ITEM_I16)
			widen_i16(x + s->dense, from, s->n, r->sub + s->dense,
				  r->mul + s->dense);
		else
			memcpy(x + s->dense, from, s->n * sizeof(*x));
	}
}

static size_t
read_code(const unsigned char *row, const struct item *it)
{
	uint16_t v16;
	uint32_t v32;

	switch (it->kind) {
	case ITEM_CODE8:
		return row[it->at];
	case ITEM_CODE16:
		memcpy(&v16, row + it->at, sizeof(v16));
		return v16;
	default:
		memcpy(&v32, row + it->at, sizeof(v32));
		return v32;
	}
}

/* Categoricals come first among columns and units, so indices ascend. */
static uint32_t
fetch_levels(const struct rows *r, const unsigned char *row, struct batch *b,
	     uint32_t start)
{
	uint32_t end = start;
	size_t i;

	for (i = 0; i < r->enc->enums; i++)
		end = encoder_light(r->enc, r->item[i].column,
				    read_code(row, &r->item[i]), b, start,
				    end);
	return end;
}

/* Sparse numbers have the units behind. */
static uint32_t
fetch_entries(const struct row_entries *x, struct batch *b, uint32_t entry)
{
	memcpy(b->index + entry, x->index, x->n * sizeof(*b->index));
	memcpy(b->value + entry, x->index + x->n, x->n * sizeof(*b->value));
	return entry + x->n;
}

static void
fetch_roles(const struct rows *r, int64_t row, struct batch *b, size_t at)
{
	const struct encoder *enc = r->enc;

	b->label[at] = rows_label(r, row);
	b->target[at] = (float)((rows_actual(r, row) - enc->response_sub) *
				enc->response_mul);
	b->weight[at] = (float)rows_weight(r, row);
	b->offset[at] = r->offset
		? (float)((read_double(row_at(r, row), r->offset) -
			   enc->response_sub) * enc->response_mul)
		: 0;
}

static void
prefetch_row(const struct rows *r, int64_t row)
{
	widen_prefetch(row_at(r, row), r->stride);
	if (r->entries)
		widen_prefetch(r->entries[row].index,
			       r->entries[row].n * 2 * sizeof(uint32_t));
}

void
rows_fetch(const struct rows *r, const int64_t *index, size_t n,
	   struct batch *b, size_t at)
{
	uint32_t entry;
	size_t i;

	b->start[0] = 0;
	for (i = 0; i < n; i++) {
		const unsigned char *row = row_at(r, index[i]);

		if (i + 1 < n)
			prefetch_row(r, index[i + 1]);
		fetch_dense(r, row, b->x + (at + i) * b->ld);
		entry = fetch_levels(r, row, b, b->start[at + i]);
		if (r->entries)
			entry = fetch_entries(&r->entries[index[i]], b, entry);
		b->start[at + i + 1] = entry;
		fetch_roles(r, index[i], b, at + i);
	}
	b->rows = at + n;
}
