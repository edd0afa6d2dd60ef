/* rows_pack.c - a chunk of a column to packed items; see rows_int.h. */
#include "data/rows_int.h"

#include <math.h>
#include <string.h>

#include <dltools/num.h>

#include "base/builds.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "transpose_bytes numbers bytes from the low end");

static double
number(const struct chunk *c, size_t i)
{
	return c->form == CHUNK_INT ? (double)c->i64[i] : c->f64[i];
}

BUILDS static void
integers_u8(const int64_t *restrict from, size_t n, uint8_t *restrict to)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = (uint8_t)from[i];
}

static void
pack_u8(const struct chunk *c, size_t n, uint8_t *to)
{
	size_t i;

	if (c->form == CHUNK_INT)
		integers_u8(c->i64, n, to);
	else
		for (i = 0; i < n; i++)
			to[i] = (uint8_t)c->f64[i];
}

static void
pack_i16(const struct chunk *c, size_t n, int16_t *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = (int16_t)number(c, i);
}

static void
pack_f32(const struct item *it, const struct chunk *c, size_t n, float *to)
{
	const struct encoder_column *col = it->column;
	float fill = encoder_number(col, c ? col->fill : it->absent);
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = !c || chunk_is_missing(c, i)
				? fill
				: encoder_number(col, number(c, i));
}

static void
pack_double(const struct item *it, const struct chunk *c, size_t n, double *to)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = !c || chunk_is_missing(c, i) ? it->absent
						     : number(c, i);
}

/* The model's level of cell i, it->levels if it has none. */
static size_t
level_of(const struct item *it, const struct chunk *c, size_t i)
{
	const struct adapt_column *a = it->from;
	const struct string_table *t = &c->dict;
	char text[NUM_TEXT];
	size_t len;

	switch (a->how) {
	case ADAPT_CODE:
		return a->code[c->code[i]];
	case ADAPT_STRING:
		return level_index_find(
			&a->index, t->bytes + t->at[c->code[i]],
			(size_t)(t->at[c->code[i] + 1] - t->at[c->code[i]]));
	case ADAPT_DIGITS:
		len = c->form == CHUNK_INT ? num_print_int(text, c->i64[i])
					   : num_print_double(text, c->f64[i]);
		return level_index_find(&a->index, text, len);
	case ADAPT_ABSENT:
	case ADAPT_NUMBER:
		break;
	}
	return it->levels;
}

static void
put_code(const struct item *it, void *to, size_t i, size_t level)
{
	switch (it->kind) {
	case ITEM_CODE8:
		((uint8_t *)to)[i] = (uint8_t)level;
		break;
	case ITEM_CODE16:
		((uint16_t *)to)[i] = (uint16_t)level;
		break;
	default:
		((uint32_t *)to)[i] = (uint32_t)level;
		break;
	}
}

/* it->levels if missing (c NULL: every row is) or unseen, which is counted. */
static size_t
level_or_none(const struct item *it, const struct chunk *c, size_t i,
	      int64_t *unseen)
{
	size_t level = it->levels;

	if (c && !chunk_is_missing(c, i)) {
		level = level_of(it, c, i);
		*unseen += level == it->levels;
	}
	return level;
}

static int64_t
pack_codes(const struct item *it, const struct chunk *c, size_t n, void *to)
{
	int64_t unseen = 0;
	size_t i;

	for (i = 0; i < n; i++)
		put_code(it, to, i, level_or_none(it, c, i, &unseen));
	return unseen;
}

/* The same for an encoding that makes numbers of levels. */
static int64_t
pack_level_numbers(const struct item *it, const struct chunk *c, size_t n,
		   float *to)
{
	int64_t unseen = 0;
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = encoder_level_number(it->column,
					     level_or_none(it, c, i, &unseen),
					     it->unit);
	return it->unit ? 0 : unseen; /* counted with the first unit */
}

static int64_t
pack_labels(const struct item *it, const struct chunk *c, size_t n, int32_t *to)
{
	int64_t unknown = 0;
	size_t i, level;

	for (i = 0; i < n; i++) {
		to[i] = -1;
		if (!c || chunk_is_missing(c, i))
			continue;
		level = level_of(it, c, i);
		unknown += level == it->levels;
		to[i] = (int32_t)level;
	}
	return unknown;
}

int64_t
item_pack(const struct item *it, const struct chunk *c, size_t n, void *to)
{
	switch (it->kind) {
	case ITEM_U8:
		pack_u8(c, n, to);
		break;
	case ITEM_I16:
		pack_i16(c, n, to);
		break;
	case ITEM_F32:
		if (it->column->type == COLUMN_ENUM)
			return pack_level_numbers(it, c, n, to);
		pack_f32(it, c, n, to);
		break;
	case ITEM_CODE8:
	case ITEM_CODE16:
	case ITEM_CODE32:
		return pack_codes(it, c, n, to);
	case ITEM_LABEL:
		return pack_labels(it, c, n, to);
	case ITEM_DOUBLE:
		pack_double(it, c, n, to);
		break;
	}
	return 0;
}

/* memcpy with a constant length is one load and one store. */
#define SCATTER(width)                                                  \
	for (i = 0; i < n; i++)                                         \
		if (row[i])                                             \
			memcpy(row[i] + at, p + i * (width), (width))

void
item_scatter(const struct item *it, const void *from, size_t n,
	     unsigned char *const *row)
{
	const unsigned char *p = from;
	size_t at = it->at, i;

	switch (it->width) {
	case 1:
		SCATTER(1);
		break;
	case 2:
		SCATTER(2);
		break;
	case 4:
		SCATTER(4);
		break;
	default:
		SCATTER(8);
		break;
	}
}

/* Exchanges the bits of *a that `mask` names, shifted up, with those of *b. */
static void
exchange(uint64_t *a, uint64_t *b, unsigned shift, uint64_t mask)
{
	uint64_t t = (*a >> shift ^ *b) & mask;

	*a ^= t << shift;
	*b ^= t;
}

/*
 * Byte j of x[i] and byte i of x[j] change places: squares of 4 bytes, of 2, of
 * 1.  Little-endian: byte j is bits 8 j .. 8 j + 7.
 */
static void
transpose_bytes(uint64_t *x)
{
	size_t i;

	for (i = 0; i < 4; i++)
		exchange(&x[i], &x[i + 4], 32, 0x00000000ffffffffu);
	for (i = 0; i < 8; i++)
		if (!(i & 2))
			exchange(&x[i], &x[i + 2], 16, 0x0000ffff0000ffffu);
	for (i = 0; i < 8; i += 2)
		exchange(&x[i], &x[i + 1], 8, 0x00ff00ff00ff00ffu);
}

void
bytes_scatter(size_t at, const unsigned char *from, size_t apart, size_t n,
	      unsigned char *const *row)
{
	uint64_t x[BYTES_AT_ONCE];
	size_t i, j;

	for (i = 0; i < n; i += BYTES_AT_ONCE) {
		for (j = 0; j < BYTES_AT_ONCE; j++)
			memcpy(&x[j], from + j * apart + i, sizeof(x[j]));
		transpose_bytes(x);
		for (j = 0; j < BYTES_AT_ONCE && i + j < n; j++)
			if (row[i + j])
				memcpy(row[i + j] + at, &x[j], sizeof(x[j]));
	}
}
