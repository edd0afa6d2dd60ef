/*
 * online_sparse.c - the sparse inputs of a block of rows in online training.
 *
 * Forward, a row adds the weight rows of its entries, [out] numbers each.
 * Back, the entries are sorted by column first: a column of weights and state
 * is then loaded once a block, and the rows that hit it are applied one after
 * the other, as in the dense part.  Neither costs anything where there are no
 * entries; only without fast_mode must the columns that no row hits decay too.
 *
 * One thread sorts, on the way forward, while others may still be on the way
 * back of the block before: so there are two sets of columns.
 */
#include <string.h>

#include "dltools/mem.h"
#include "nn/online_int.h"

int
sparse_init(struct online *o, struct err *e)
{
	const struct net_shape *s = &o->net->shape;
	size_t most = s->sparse, hits;

	if (s->sparse == 0)
		return 0;
	if (mem_mul(o->block, s->row_entries, &hits) == 0 && hits < most)
		most = hits;
	o->place = mem_zalloc(s->sparse, sizeof(*o->place), e);
	if (!o->place)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		struct sparse_columns *c = &o->columns[i];

		/* without fast_mode the others stand behind those hit */
		c->unit = mem_zalloc(s->sparse, sizeof(*c->unit), e);
		c->s = mem_floats(most, o->block, e);
		if (!c->unit || !c->s)
			return -1;
	}
	return 0;
}

void
sparse_release(struct online *o)
{
	mem_free(o->place);
	for (size_t i = 0; i < 2; i++) {
		mem_free(o->columns[i].unit);
		mem_free(o->columns[i].s);
	}
}

void
sparse_forward(const struct turn *t, size_t b, float *z, size_t from, size_t n)
{
	const struct params_block *p = &t->o->net->layer[0].sw;
	struct gather k = {
		.w = p->v[0] + from, .ld = p->ld, .index = t->in->index[b],
		.value = t->in->value[b], .entries = t->in->entries[b],
		.y = z, .n = n,
	};

	if (!t->o->tile[0]) {
		t->o->kern->gather(&k);
		return;
	}
	for (size_t i = 0; i < t->in->entries[b]; i++)
		t->o->kern->vec_axpy(z, t->in->value[b][i],
				     rows_of(t, p, t->in->index[b][i], 1, 0,
					     1) + from, n);
}

/* ---- columns --------------------------------------------------------- */

static struct sparse_columns *
columns_of(const struct turn *t)
{
	return &t->o->columns[t->number % 2];
}

/* The units that no row hits, behind the others. */
static void
add_others(struct online *o, struct sparse_columns *c)
{
	size_t at = c->n;

	for (size_t u = 0; u < o->net->shape.sparse; u++)
		if (o->place[u] == 0)
			c->unit[at++] = (uint32_t)u;
}

void
sparse_sort(const struct turn *t)
{
	struct online *o = t->o;
	struct sparse_columns *c = columns_of(t);

	c->n = 0;
	for (size_t b = 0; b < t->n; b++)
		for (size_t i = 0; i < t->in->entries[b]; i++) {
			uint32_t u = t->in->index[b][i];

			if (t->in->value[b][i] == 0)
				continue;
			if (o->place[u] == 0) {
				memset(c->s + c->n * o->block, 0,
				       o->block * sizeof(*c->s));
				c->unit[c->n] = u;
				o->place[u] = (uint32_t)++c->n;
			}
			c->s[(o->place[u] - 1) * o->block + b] +=
				t->in->value[b][i];
		}
	if (o->sweep.every)
		add_others(o, c);
	for (size_t i = 0; i < c->n; i++)
		o->place[c->unit[i]] = 0;
}

/* ---- updates --------------------------------------------------------- */

/* k over rows k->row[] of the sparse weights, some columns of them. */
static void
sweep_listed(const struct turn *t, struct sweep *k, size_t from, size_t n)
{
	const struct params_block *p = &t->o->net->layer[0].sw;
	size_t states = t->o->net->states;

	k->ld = p->ld;
	k->columns = round_up(n, 16);
	k->w = p->v[0] + from;
	if (states > 0)
		k->a = p->v[1] + from;
	if (states > 1)
		k->b = p->v[2] + from;
	t->o->kern->sweep_update(k);
}

/* The same through the copies of Hogwild, one row at a time. */
static void
sweep_copies(const struct turn *t, const struct sweep *k, size_t from,
	     size_t n)
{
	const struct params_block *p = &t->o->net->layer[0].sw;

	for (size_t i = 0; i < k->rows; i++) {
		struct sweep one = *k;

		one.row = NULL;
		one.s += i * k->s_row;
		online_sweep_rows(t, &one, p, k->row[i], 1, from, n);
	}
}

static void
sweep_columns(const struct turn *t, struct sweep *k, size_t from, size_t n)
{
	if (k->rows == 0)
		return;
	if (t->o->tile[0])
		sweep_copies(t, k, from, n);
	else
		sweep_listed(t, k, from, n);
}

void
sparse_update(const struct turn *t, const float *d, size_t d_ld, size_t from,
	      size_t n)
{
	static const float none[ROW_BLOCK_MOST];
	const struct sparse_columns *c = columns_of(t);
	struct sweep k = online_sweep(t, 0);

	k.row = c->unit;
	k.rows = c->n;
	k.s = c->s;
	k.s_row = t->o->block;
	k.s_sample = 1;
	k.x = d + from;
	k.x_ld = d_ld;
	sweep_columns(t, &k, from, n);
	if (!k.every)
		return;
	k.row = c->unit + c->n;
	k.rows = t->o->net->shape.sparse - c->n;
	k.s = none;
	k.s_row = 0;
	sweep_columns(t, &k, from, n);
}
