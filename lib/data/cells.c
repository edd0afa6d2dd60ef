/* cells.c - the cells of a column before its type is known; cells_int.h. */
#include "cells_int.h"

#include <string.h>

#include <dltools/mem.h>

void
cells_release(struct cells *c)
{
	if (!c)
		return;
	mem_free(c->value);
	mem_free(c->shape);
	mem_free(c->missing);
	mem_free(c->bytes);
	mem_free(c->end);
	memset(c, 0, sizeof(*c));
}

/* Shapes and masks are freed: most columns never have any. */
void
cells_reset(struct cells *c)
{
	mem_free(c->shape);
	mem_free(c->missing);
	c->shape = NULL;
	c->missing = NULL;
	c->shape_room = c->missing_room = 0;
	c->n = 0;
	c->width = 0;
	c->is_text = false;
}

size_t
cells_bytes(const struct cells *c)
{
	return c->value_room + c->shape_room * sizeof(*c->shape) +
	       c->missing_room * sizeof(*c->missing) + c->bytes_room +
	       c->end_room * sizeof(*c->end);
}

int64_t
cells_value(const struct cells *c, size_t i)
{
	switch (c->width) {
	case 1: return ((const uint8_t *)c->value)[i];
	case 2: return ((const int16_t *)c->value)[i];
	case 4: return ((const int32_t *)c->value)[i];
	case 8: return ((const int64_t *)c->value)[i];
	default: return 0;
	}
}

static void
set_value(struct cells *c, size_t i, int64_t v)
{
	switch (c->width) {
	case 1: ((uint8_t *)c->value)[i] = (uint8_t)v; break;
	case 2: ((int16_t *)c->value)[i] = (int16_t)v; break;
	case 4: ((int32_t *)c->value)[i] = (int32_t)v; break;
	default: ((int64_t *)c->value)[i] = v;
	}
}

static unsigned
width_of(int64_t v)
{
	if (v >= 0 && v <= UINT8_MAX)
		return 1;
	if (v >= INT16_MIN && v <= INT16_MAX)
		return 2;
	return v >= INT32_MIN && v <= INT32_MAX ? 4 : 8;
}

/* Room for n values of this width or the present one, if that is wider. */
static int
need_values(struct cells *c, size_t n, unsigned width, struct err *e)
{
	struct cells old = *c;
	size_t i;

	if (width < c->width)
		width = c->width;
	if (mem_grow(&c->value, &c->value_room, n * width, 1, e) < 0)
		return -1;
	if (width == old.width)
		return 0;
	old.value = c->value;
	c->width = width;
	for (i = c->n; i-- > 0;)
		set_value(c, i, cells_value(&old, i));
	return 0;
}

/* Shapes for n cells; those of the first c->n are 0 if there were none. */
static int
need_shapes(struct cells *c, size_t n, struct err *e)
{
	bool fresh = !c->shape;

	if (mem_grow(&c->shape, &c->shape_room, n, sizeof(*c->shape), e) < 0)
		return -1;
	if (fresh && c->n)
		memset(c->shape, 0, c->n * sizeof(*c->shape));
	return 0;
}

static int
need_missing(struct cells *c, size_t n, struct err *e)
{
	size_t words = (n + 63) / 64, old = c->missing_room;

	if (mem_grow(&c->missing, &c->missing_room, words,
		     sizeof(*c->missing), e) < 0)
		return -1;
	memset(c->missing + old, 0, (c->missing_room - old) *
	       sizeof(*c->missing));
	return 0;
}

int
cells_put_number(struct cells *c, int64_t value, uint32_t shape,
		 struct err *e)
{
	char text[CELL_TEXT_ROOM];

	if (c->is_text)
		return cells_put_text(c, text, cell_print(text, value, shape),
				      e);
	if ((shape || c->shape) && need_shapes(c, c->n + 1, e) < 0)
		return -1;
	if (need_values(c, c->n + 1, width_of(value), e) < 0)
		return -1;
	if (c->shape)
		c->shape[c->n] = shape;
	set_value(c, c->n++, value);
	return 0;
}

/* Of cells that are text. */
static int
add_bytes(struct cells *c, const char *t, size_t len, struct err *e)
{
	size_t at = c->n ? c->end[c->n - 1] : 0;

	if (len > UINT32_MAX - at)
		return err_set(e, ERR_OUTPUT,
			       "over 4 GiB of text in a column's piece");
	if (mem_grow(&c->end, &c->end_room, c->n + 1, sizeof(*c->end), e) < 0 ||
	    mem_grow(&c->bytes, &c->bytes_room, at + len, 1, e) < 0)
		return -1;
	if (len)
		memcpy(c->bytes + at, t, len);
	c->end[c->n++] = (uint32_t)(at + len);
	return 0;
}

int
cells_put_missing(struct cells *c, struct err *e)
{
	if (need_missing(c, c->n + 1, e) < 0)
		return -1;
	c->missing[c->n / 64] |= (uint64_t)1 << (c->n % 64);
	return c->is_text ? cells_put_text(c, NULL, 0, e) :
			    cells_put_number(c, 0, 0, e);
}

int32_t *
cells_int32(struct cells *c, size_t most, struct err *e)
{
	if (need_values(c, most, 4, e) < 0)
		return NULL;
	return c->value;
}

const char *
cells_text(const struct cells *c, size_t i, char scratch[CELL_TEXT_ROOM],
	   size_t *len)
{
	size_t at;

	if (!c->is_text) {
		*len = cell_print(scratch, cells_value(c, i),
				  cells_shape(c, i));
		return scratch;
	}
	at = i ? c->end[i - 1] : 0;
	*len = c->end[i] - at;
	return c->bytes + at;
}

static int
turn_to_text(struct cells *c, struct err *e)
{
	struct cells text = { .is_text = true };
	char scratch[CELL_TEXT_ROOM];
	const char *t;
	size_t i, len;

	for (i = 0; i < c->n; i++) {
		t = cells_text(c, i, scratch, &len);
		if (add_bytes(&text, t, cells_missing(c, i) ? 0 : len,
				e) < 0) {
			cells_release(&text);
			return -1;
		}
	}
	text.missing = c->missing;
	text.missing_room = c->missing_room;
	c->missing = NULL;
	cells_release(c);
	*c = text;
	return 0;
}

int
cells_put_text(struct cells *c, const char *t, size_t len, struct err *e)
{
	if (!c->is_text && turn_to_text(c, e) < 0)
		return -1;
	return add_bytes(c, t, len, e);
}

/* The narrowest width for values that are int32 now. */
static unsigned
width_of_int32(const int32_t *v, size_t n)
{
	int32_t low = 0, high = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		low = v[i] < low ? v[i] : low;
		high = v[i] > high ? v[i] : high;
	}
	if (low >= 0 && high <= UINT8_MAX)
		return 1;
	return low >= INT16_MIN && high <= INT16_MAX ? 2 : 4;
}

static void
copy_int32(struct cells *c, const int32_t *v, size_t n)
{
	uint8_t *byte = c->value;
	int16_t *half = c->value;
	int64_t *wide = c->value;
	size_t i, at = c->n;

	switch (c->width) {
	case 1:
		for (i = 0; i < n; i++)
			byte[at + i] = (uint8_t)v[i];
		break;
	case 2:
		for (i = 0; i < n; i++)
			half[at + i] = (int16_t)v[i];
		break;
	case 4:
		memcpy((int32_t *)c->value + at, v, n * sizeof(*v));
		break;
	default:
		for (i = 0; i < n; i++)
			wide[at + i] = v[i];
	}
}

static int
append_values(struct cells *c, const struct cells *from, size_t first,
	      size_t n, struct err *e)
{
	const int32_t *v = from->value;
	unsigned width = from->width;
	size_t i;

	if (width == 4)
		width = width_of_int32(v + first, n);
	if (need_values(c, c->n + n, width, e) < 0)
		return -1;
	if (from->width == 4)
		copy_int32(c, v + first, n);
	else if (from->width == c->width)
		memcpy((char *)c->value + c->n * width,
		       (const char *)from->value + first * width, n * width);
	else
		for (i = 0; i < n; i++)
			set_value(c, c->n + i, cells_value(from, first + i));
	return 0;
}

static int
append_shapes(struct cells *c, const struct cells *from, size_t first,
	      size_t n, struct err *e)
{
	if (!c->shape && !from->shape)
		return 0;
	if (need_shapes(c, c->n + n, e) < 0)
		return -1;
	if (from->shape)
		memcpy(c->shape + c->n, from->shape + first,
		       n * sizeof(*c->shape));
	else
		memset(c->shape + c->n, 0, n * sizeof(*c->shape));
	return 0;
}

static int
append_missing(struct cells *c, const struct cells *from, size_t first,
	       size_t n, struct err *e)
{
	size_t i, k = c->n;

	if (!from->missing)
		return 0;
	if (need_missing(c, c->n + n, e) < 0)
		return -1;
	for (i = first; i < first + n; i++, k++)
		if (cells_missing(from, i))
			c->missing[k / 64] |= (uint64_t)1 << (k % 64);
	return 0;
}

static int
append_text(struct cells *c, const struct cells *from, size_t first, size_t n,
	    struct err *e)
{
	char scratch[CELL_TEXT_ROOM];
	const char *t;
	size_t i, len;

	for (i = first; i < first + n; i++) {
		t = cells_text(from, i, scratch, &len);
		if (cells_put_text(c, t, cells_missing(from, i) ? 0 : len,
				   e) < 0)
			return -1;
	}
	return 0;
}

int
cells_append(struct cells *c, const struct cells *from, size_t first, size_t n,
	     struct err *e)
{
	if (!n)
		return 0;
	if (append_missing(c, from, first, n, e) < 0)
		return -1;
	if (c->is_text || from->is_text)
		return append_text(c, from, first, n, e);
	if (append_shapes(c, from, first, n, e) < 0 ||
	    append_values(c, from, first, n, e) < 0)
		return -1;
	c->n += n;
	return 0;
}
