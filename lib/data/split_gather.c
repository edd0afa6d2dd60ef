/*
 * split_gather.c - chosen rows of one column, from as many groups as they lie
 * in, as one chunk.
 */
#include "split_int.h"

#include <string.h>

#include <dltools/mem.h>

#include "string_set_int.h"

struct gather {
	struct split_hand *h;
	const struct frame_column *column;
	struct string_set strings; /* of a text column */
	bool is_first;
};

/* Not if rounded; 2^63, to which the largest ones round, is no int64_t. */
static int
to_real(const struct gather *g, int64_t v, double *out, struct err *e)
{
	*out = (double)v;
	if (*out < 0x1p63 && (int64_t)*out == v)
		return 0;
	return err_set(e, ERR_SCHEMA, "column '%s': %lld and a fraction "
		       "cannot stand side by side without rounding",
		       g->column->name, (long long)v);
}

/* Whole numbers met a fraction: all become doubles, none may change. */
static int
become_real(struct gather *g, size_t n, struct err *e)
{
	struct chunk *out = &g->h->out;

	if (chunk_reserve(out, CHUNK_REAL, FRAME_GROUP_ROWS, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (to_real(g, out->i64[i], &out->f64[i], e) < 0)
			return -1;
	return 0;
}

static int
match_form(struct gather *g, size_t n, struct err *e)
{
	struct chunk *in = &g->h->in, *out = &g->h->out;

	if (g->is_first) {
		g->is_first = false;
		return chunk_reserve(out, in->form, FRAME_GROUP_ROWS, e);
	}
	if (in->form == out->form)
		return 0;
	if (in->form == CHUNK_REAL)
		return become_real(g, n, e);
	/* whole numbers into doubles: the same, one after the other */
	if (chunk_reserve(in, CHUNK_REAL, in->n, e) < 0)
		return -1;
	for (size_t i = 0; i < in->n; i++)
		if (to_real(g, in->i64[i], &in->f64[i], e) < 0)
			return -1;
	return 0;
}

/* The dictionary is the group's own; only what is used is taken over. */
static int
take_string(struct gather *g, uint32_t code, uint32_t *to, struct err *e)
{
	const struct string_table *d = &g->h->in.dict;
	int64_t number;

	if (g->h->code[code] == UINT32_MAX) {
		number = string_set_add(&g->strings, d->bytes + d->at[code],
					(size_t)(d->at[code + 1] - d->at[code]),
					e);
		if (number < 0)
			return -1;
		g->h->code[code] = (uint32_t)number;
	}
	*to = g->h->code[code];
	return 0;
}

static int
start_strings(struct gather *g, struct err *e)
{
	struct split_hand *h = g->h;
	size_t n = h->in.dict.n;

	if (mem_grow(&h->code, &h->code_room, n ? n : 1, sizeof *h->code, e) <
	    0)
		return -1;
	memset(h->code, 0xff, n * sizeof *h->code);
	return 0;
}

static int
take_value(struct gather *g, size_t at, size_t i, struct err *e)
{
	struct chunk *in = &g->h->in, *out = &g->h->out;
	bool missing = chunk_is_missing(in, i);

	if (missing) {
		if (chunk_reserve_missing(out, e) < 0)
			return -1;
		out->missing[at / 64] |= (uint64_t)1 << (at % 64);
	}
	switch (out->form) {
	case CHUNK_INT:
		out->i64[at] = in->i64[i];
		return 0;
	case CHUNK_REAL:
		out->f64[at] = in->f64[i];
		return 0;
	case CHUNK_CODE:
		out->code[at] = in->code[i];
		return 0;
	default:
		out->code[at] = 0;
		return missing ? 0 :
			take_string(g, in->code[i], &out->code[at], e);
	}
}

/* row[k] .. that lie in one group; returns how many, 0 on failure. */
static size_t
take_group(struct gather *g, const struct split_pick *p, size_t column,
	   size_t k, struct err *e)
{
	size_t group = (size_t)(p->row[k] / FRAME_GROUP_ROWS), n = k;

	if (frame_read(p->f, group, column, &g->h->in, e) < 0 ||
	    match_form(g, k, e) < 0 ||
	    (g->h->in.form == CHUNK_TEXT && start_strings(g, e) < 0))
		return 0;
	for (; n < p->n && (size_t)(p->row[n] / FRAME_GROUP_ROWS) == group; n++)
		if (take_value(g, n, (size_t)(p->row[n] % FRAME_GROUP_ROWS),
			       e) < 0)
			return 0;
	return n - k;
}

int
split_gather(struct split_hand *h, const struct split_pick *p, size_t column,
	     struct err *e)
{
	struct gather g = {.h = h, .column = frame_column(p->f, column),
			   .is_first = true};
	size_t k = 0, n = 1;

	mem_free(h->out.missing);
	h->out.missing = NULL;
	string_table_release(&h->out.dict);
	while (k < p->n && n) {
		n = take_group(&g, p, column, k, e);
		k += n;
	}
	h->out.n = k;
	h->out.dict = g.strings.table;
	g.strings.table = (struct string_table){0};
	string_set_release(&g.strings);
	return n ? 0 : -1;
}

void
split_hand_release(struct split_hand *h)
{
	chunk_release(&h->in);
	chunk_release(&h->out);
	mem_free(h->code);
	*h = (struct split_hand){0};
}
