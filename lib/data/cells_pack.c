/*
 * cells_pack.c - provisional cells as encoded chunks, for the spool, and a set
 * of strings; cells_int.h, string_set_int.h.
 */
#include "cells_int.h"
#include "string_set_int.h"

#include <string.h>

#include <xxhash.h>

#include <dltools/mem.h>

#define SLOT_FREE UINT32_MAX

void
string_set_release(struct string_set *s)
{
	if (!s)
		return;
	string_table_release(&s->table);
	mem_free(s->slot);
	mem_free(s->hash);
	memset(s, 0, sizeof(*s));
}

/* The slot where the string is or belongs. */
static size_t
find_slot(const struct string_set *s, const void *bytes, size_t len,
	  uint64_t hash)
{
	size_t i = hash & (s->slots - 1), at;
	uint32_t k;

	for (; (k = s->slot[i]) != SLOT_FREE; i = (i + 1) & (s->slots - 1)) {
		at = s->table.at[k];
		if (s->hash[k] == (uint32_t)(hash >> 32) &&
		    s->table.at[k + 1] - at == len &&
		    !memcmp(s->table.bytes + at, bytes, len))
			break;
	}
	return i;
}

/* Twice the slots; the strings themselves give their hashes again. */
static int
grow(struct string_set *s, struct err *e)
{
	size_t i, k, slots = s->slots ? 2 * s->slots : 64;
	uint32_t *slot = mem_zalloc(slots, sizeof(*slot), e);
	uint64_t hash;

	if (!slot)
		return -1;
	memset(slot, 0xff, slots * sizeof(*slot));
	for (k = 0; k < s->table.n; k++) {
		hash = XXH3_64bits(s->table.bytes + s->table.at[k],
				   s->table.at[k + 1] - s->table.at[k]);
		for (i = hash & (slots - 1); slot[i] != SLOT_FREE;
		     i = (i + 1) & (slots - 1))
			;
		slot[i] = (uint32_t)k;
	}
	mem_free(s->slot);
	s->slot = slot;
	s->slots = slots;
	return 0;
}

int64_t
string_set_find(const struct string_set *s, const void *bytes, size_t len)
{
	uint32_t k;

	if (!s->slots)
		return -1;
	k = s->slot[find_slot(s, bytes, len, XXH3_64bits(bytes, len))];
	return k == SLOT_FREE ? -1 : (int64_t)k;
}

int64_t
string_set_add(struct string_set *s, const void *bytes, size_t len,
	       struct err *e)
{
	uint64_t hash = XXH3_64bits(bytes, len);
	size_t i;

	if (s->table.n + 1 >= s->slots - s->slots / 4 && grow(s, e) < 0)
		return -1;
	i = find_slot(s, bytes, len, hash);
	if (s->slot[i] != SLOT_FREE)
		return s->slot[i];
	if (s->table.n == UINT32_MAX - 1)
		return err_set(e, ERR_OUTPUT, "over 4 billion strings");
	if (mem_grow(&s->hash, &s->hash_room, s->table.n + 1,
		     sizeof(*s->hash), e) < 0 ||
	    string_table_add(&s->table, bytes, len, e) < 0)
		return -1;
	s->slot[i] = (uint32_t)(s->table.n - 1);
	s->hash[s->table.n - 1] = (uint32_t)(hash >> 32);
	return s->slot[i];
}

int
cells_copy_missing(struct chunk *to, const struct cells *c, struct err *e)
{
	size_t i, words = (c->n + 63) / 64;

	if (!c->missing) {
		mem_free(to->missing);
		to->missing = NULL;
		return 0;
	}
	if (chunk_reserve_missing(to, e) < 0)
		return -1;
	for (i = 0; i < words; i++)
		to->missing[i] = i < c->missing_room ? c->missing[i] : 0;
	if (c->n % 64)
		to->missing[words - 1] &= ((uint64_t)1 << (c->n % 64)) - 1;
	return 0;
}

int
cells_to_int(struct chunk *to, const struct cells *c, struct err *e)
{
	size_t i;

	if (chunk_reserve(to, CHUNK_INT, c->n, e) < 0)
		return -1;
	to->n = c->n;
	if (c->width == 1)
		for (i = 0; i < c->n; i++)
			to->i64[i] = ((const uint8_t *)c->value)[i];
	else
		for (i = 0; i < c->n; i++)
			to->i64[i] = cells_value(c, i);
	return cells_copy_missing(to, c, e);
}

int
cells_to_dictionary(struct chunk *to, const struct cells *c, struct err *e)
{
	struct string_set set = { .table = to->dict };
	char scratch[CELL_TEXT_ROOM];
	const char *t;
	size_t i, len;
	int64_t k;

	memset(&to->dict, 0, sizeof(to->dict));
	set.table.n = 0;
	if (chunk_reserve(to, CHUNK_TEXT, c->n, e) < 0)
		goto fail;
	to->n = c->n;
	for (i = 0; i < c->n; i++) {
		to->code[i] = 0;
		if (cells_missing(c, i))
			continue;
		t = cells_text(c, i, scratch, &len);
		k = string_set_add(&set, t, len, e);
		if (k < 0)
			goto fail;
		to->code[i] = (uint32_t)k;
	}
	to->dict = set.table;
	memset(&set.table, 0, sizeof(set.table));
	string_set_release(&set);
	return cells_copy_missing(to, c, e);
fail:
	string_set_release(&set);
	return -1;
}

void
cells_packed_release(struct cells_packed *p)
{
	if (!p)
		return;
	encoded_chunk_free(p->value);
	encoded_chunk_free(p->shape);
	memset(p, 0, sizeof(*p));
}

int
cells_pack(const struct cells *c, struct cells_packed *p,
	   struct chunk *scratch, struct err *e)
{
	size_t i;

	memset(p, 0, sizeof(*p));
	p->n = c->n;
	p->is_text = c->is_text;
	if (c->is_text ? cells_to_dictionary(scratch, c, e) < 0 :
			 cells_to_int(scratch, c, e) < 0)
		return -1;
	p->value = chunk_encode(scratch, c->is_text ? COLUMN_TEXT : COLUMN_NUM,
				0, e);
	if (!p->value || c->is_text || !c->shape)
		return p->value ? 0 : -1;
	mem_free(scratch->missing);
	scratch->missing = NULL;
	for (i = 0; i < c->n; i++)
		scratch->i64[i] = c->shape[i];
	p->shape = chunk_encode(scratch, COLUMN_NUM, 0, e);
	if (p->shape)
		return 0;
	cells_packed_release(p);
	return -1;
}

/* One cell of decoded chunks. */
static int
unpack_cell(struct cells *c, const struct chunk *value,
	    const struct chunk *shape, size_t i, struct err *e)
{
	const struct string_table *d = &value->dict;
	uint32_t k;

	if (chunk_is_missing(value, i))
		return cells_put_missing(c, e);
	if (value->form == CHUNK_INT)
		return cells_put_number(c, value->i64[i],
					shape ? (uint32_t)shape->i64[i] : 0,
					e);
	k = value->code[i];
	return cells_put_text(c, d->bytes + d->at[k], d->at[k + 1] - d->at[k],
			      e);
}

int
cells_unpack(struct cells *c, const struct chunk *value,
	     const struct chunk *shape, struct err *e)
{
	size_t i;

	for (i = 0; i < value->n; i++)
		if (unpack_cell(c, value, shape, i, e) < 0)
			return -1;
	return 0;
}
