/*
 * minibatch_state.c - memory of the mini-batch trainer.
 *
 * Lines of weights and activations have an odd number of cache lines, so that a
 * column of them is spread over all sets of the caches.
 */
#include "dltools/mem.h"
#include "nn/minibatch_int.h"

#define TILE_FLOATS 65536 /* of gradients, kept in the second-level cache */

/* *p = zeroed floats (or as wide), with room behind them, unless n is 0. */
static int
get(void *p, size_t rows, size_t columns, struct err *e)
{
	void **to = p;
	size_t n;

	if (rows == 0 || columns == 0)
		return 0;
	if (mem_mul(rows, columns, &n) < 0 || mem_add(n, 64, &n) < 0)
		return err_nomem(e, "mini-batches");
	*to = mem_floats(n, 1, e);
	return *to != NULL ? 0 : -1;
}

static size_t
odd_lines(size_t n)
{
	return round_up(n, 32) + 16;
}

static void
set_units(struct minibatch *mb, size_t set)
{
	const struct net_shape *shape = net_shape(mb->net);
	struct mb_units *u = &mb->units[set];

	u->pieces = 1;
	if (set == 0) {
		u->all = mb->is_listed ? 0 : shape->dense;
		u->dropout = (float)shape->input_dropout;
	} else if (set == mb->layers) {
		u->all = shape->outputs;
	} else {
		u->all = shape->units[set - 1];
		if (shape->activation == ACTIVATION_MAXOUT)
			u->pieces = 2;
		if (shape->hidden_dropout != NULL)
			u->dropout = (float)shape->hidden_dropout[set - 1];
	}
	u->kept = u->all;
	u->is_masked = u->dropout > 0 && !mb->options.row_masks;
	u->ld = odd_lines(u->all);
	u->d_ld = odd_lines(u->all * u->pieces);
	if (u->d_ld > mb->widest)
		mb->widest = u->d_ld;
}

static int
alloc_units(struct minibatch *mb, size_t set, struct err *e)
{
	struct mb_units *u = &mb->units[set];
	size_t m = round_up(mb->room, 16) + 2;

	set_units(mb, set);
	if (u->is_masked && (get(&u->bits, round_up(u->all, 16), 1, e) < 0 ||
			     get(&u->index, u->all, 1, e) < 0))
		return -1;
	if (get(&u->xt, u->all, m, e) < 0 || get(&u->x, m, u->ld, e) < 0 ||
	    get(&u->d, m, set > 0 ? u->d_ld : 0, e) < 0)
		return -1;
	if (u->pieces == 2 && (get(&u->pre_t, 2 * u->all, m, e) < 0 ||
			       get(&u->pre, m, u->d_ld, e) < 0 ||
			       get(&u->error, m, u->ld, e) < 0))
		return -1;
	if (u->dropout > 0 && !u->is_masked && set > 0 &&
	    get(&u->row_mask, m, u->ld, e) < 0)
		return -1;
	if (!mb->has_pairs)
		return 0;
	if (get(&u->xt_pairs, u->all / 2 + 1, m, e) < 0 ||
	    get(&u->x_pairs, m / 2 + 1, u->ld, e) < 0 ||
	    get(&u->d_pairs, m / 2 + 1, u->d_ld, e) < 0 ||
	    get(&u->d_half, m / 2 + 1, u->d_ld, e) < 0)
		return -1;
	return 0;
}

static int
alloc_block(const struct minibatch *mb, struct mb_block *b, size_t rows,
	    size_t ld, struct err *e)
{
	const struct net_rule *rule = net_rule(mb->net);
	size_t states = rule_states(rule);

	if (get(&b->w, rows, ld, e) < 0 ||
	    get(&b->s1, states > 0 ? rows : 0, ld, e) < 0 ||
	    get(&b->s2, states > 1 ? rows : 0, ld, e) < 0 ||
	    get(&b->average, rule->average_decay > 0 ? rows : 0, ld, e) < 0)
		return -1;
	return 0;
}

static int
alloc_layer(struct minibatch *mb, size_t l, struct err *e)
{
	struct mb_layer *layer = &mb->layer[l];
	const struct mb_units *from = &mb->units[l - 1], *to = &mb->units[l];

	layer->in = from->all;
	if (l == 1)
		layer->sparse = net_shape(mb->net)->sparse +
				net_shape(mb->net)->dense - layer->in;
	layer->rows = to->all * to->pieces;
	layer->ld = odd_lines(layer->in);
	layer->row_ld = odd_lines(layer->rows);
	if (layer->ld > mb->widest)
		mb->widest = layer->ld;
	if (layer->row_ld > mb->widest)
		mb->widest = layer->row_ld;
	if (alloc_block(mb, &layer->dense, layer->rows, layer->ld, e) < 0 ||
	    alloc_block(mb, &layer->sparsew, layer->sparse, layer->row_ld,
			e) < 0 ||
	    alloc_block(mb, &layer->bias, 1, layer->row_ld, e) < 0 ||
	    get(&layer->kept_bias, layer->row_ld, 1, e) < 0)
		return -1;
	layer->is_whole = !from->is_masked && !to->is_masked;
	layer->k_ld = layer->ld;
	layer->k = layer->dense.w;
	if (mb->has_pairs) {
		if (get(&layer->pairs_in, layer->rows, layer->k_ld / 2,
			e) < 0 ||
		    get(&layer->pairs_out, layer->rows / 2 + 1, layer->k_ld,
			e) < 0)
			return -1;
	} else if (!layer->is_whole || mb->is_bf16) {
		if (get(&layer->own, layer->rows, layer->k_ld, e) < 0)
			return -1;
		layer->k = layer->own;
	}
	return 0;
}

/* Most sparse entries of a row. */
static size_t
row_entries(const struct minibatch *mb)
{
	const struct net_shape *shape = net_shape(mb->net);

	return (shape->row_entries > 0 ? shape->row_entries : shape->sparse) +
	       (mb->is_listed ? shape->dense : 0);
}

static int
alloc_columns(struct minibatch *mb, struct err *e)
{
	struct mb_columns *c = &mb->columns;
	size_t sparse = mb->layer[1].sparse;
	size_t room = round_up(mb->room, 16), entries = row_entries(mb);

	if (sparse == 0)
		return 0;
	if (entries > UINT32_MAX / room)
		return err_nomem(e, "the entries of a mini-batch");
	if (get(&c->start, sparse, 1, e) < 0 ||
	    get(&c->count, sparse, 1, e) < 0 ||
	    get(&c->row, entries, room, e) < 0 ||
	    get(&c->value, entries, room, e) < 0)
		return -1;
	if (mb->units[0].is_masked &&
	    get(&c->bits, round_up(sparse, 16), 1, e) < 0)
		return -1;
	if (!mb->is_listed)
		return 0;
	if (get(&c->dense, net_shape(mb->net)->dense, 1, e) < 0 ||
	    get(&c->rest, net_shape(mb->net)->dense, 1, e) < 0)
		return -1;
	mb_list_dense(mb);
	return 0;
}

static int
alloc_thread(struct minibatch *mb, unsigned t, struct err *e)
{
	const struct net_shape *shape = net_shape(mb->net);
	struct mb_thread *th = &mb->thread[t];
	size_t share = t == 0 ? 1 : mb->threads; /* the first may be alone */
	size_t rows = (round_up(mb->room, 16) / 16 / share + 1) * 16;

	th->list_room = round_up(mb->widest > mb->room ? mb->widest :
				 mb->room, 16) + 16;
	if (batch_init(&th->batch, rows, shape->sparse, shape->dense,
		       shape->row_entries, e) < 0 ||
	    get(&th->tile, mb->tile_rows + 2, mb->widest, e) < 0 ||
	    get(&th->turned, mb->tile_rows, round_up(mb->room, 16) + 16,
		e) < 0 ||
	    get(&th->index, MB_LISTS, th->list_room, e) < 0 ||
	    get(&th->number, MB_LISTS, th->list_room, e) < 0 ||
	    get(&th->line, 3, mb->widest, e) < 0 ||
	    get(&th->bias, 2, mb->widest, e) < 0 ||
	    get(&th->bits, mb->widest, 1, e) < 0)
		return -1;
	th->lists = mem_zalloc(MB_LISTS + 1, sizeof(*th->lists), e);
	if (th->lists == NULL)
		return -1;
	if (mb->layer[1].sparse == 0)
		return 0;
	if (has_norm(net_rule(mb->net)) && get(&th->norm, 2, mb->widest, e) < 0)
		return -1;
	if (get(&th->used, shape->sparse / share + 32, 1, e) < 0 ||
	    get(&th->all, 2, mb->widest, e) < 0)
		return -1;
	if (get(&th->start, rows + 1, 1, e) < 0 ||
	    get(&th->entry, rows, row_entries(mb), e) < 0 ||
	    get(&th->value, rows, row_entries(mb), e) < 0)
		return -1;
	return get(&th->sums, MB_LISTS + 1, mb->layer[1].row_ld, e);
}

int
mb_alloc(struct minibatch *mb, struct err *e)
{
	size_t n = mb->layers + 1;

	mb->units = mem_zalloc(n, sizeof(*mb->units), e);
	mb->layer = mem_zalloc(n, sizeof(*mb->layer), e);
	mb->rule = mem_zalloc(n, sizeof(*mb->rule), e);
	mb->thread = mem_zalloc(mb->threads, sizeof(*mb->thread), e);
	if (mb->units == NULL || mb->layer == NULL || mb->rule == NULL ||
	    mb->thread == NULL)
		return -1;
	for (size_t set = 0; set < n; set++)
		if (alloc_units(mb, set, e) < 0)
			return -1;
	for (size_t l = 1; l < n; l++)
		if (alloc_layer(mb, l, e) < 0)
			return -1;
	mb->tile_rows = TILE_FLOATS / mb->widest / MB_ROWS * MB_ROWS;
	if (mb->tile_rows > MB_TILE)
		mb->tile_rows = MB_TILE;
	if (mb->tile_rows < MB_ROWS)
		mb->tile_rows = MB_ROWS;
	for (unsigned t = 0; t < mb->threads; t++)
		if (alloc_thread(mb, t, e) < 0)
			return -1;
	return alloc_columns(mb, e);
}

static void
free_block(struct mb_block *b)
{
	mem_free(b->w);
	mem_free(b->s1);
	mem_free(b->s2);
	mem_free(b->average);
}

static void
free_set(struct mb_units *u, struct mb_layer *layer)
{
	void *all[] = {
		u->bits, u->index, u->xt, u->x, u->d, u->pre_t, u->pre,
		u->error, u->row_mask, u->xt_pairs, u->x_pairs, u->d_pairs,
		u->d_half, layer->own, layer->pairs_in, layer->pairs_out,
		layer->kept_bias,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		mem_free(all[i]);
	free_block(&layer->dense);
	free_block(&layer->sparsew);
	free_block(&layer->bias);
}

static void
free_thread(struct mb_thread *th)
{
	mem_free(th->start);
	mem_free(th->entry);
	mem_free(th->value);
	batch_release(&th->batch);
	mem_free(th->tile);
	mem_free(th->line);
	mem_free(th->bias);
	mem_free(th->sums);
	mem_free(th->bits);
	mem_free(th->norm);
	mem_free(th->used);
	mem_free(th->all);
	mem_free(th->turned);
	mem_free(th->index);
	mem_free(th->number);
	mem_free(th->lists);
}

void
mb_release(struct minibatch *mb)
{
	struct mb_columns *c = &mb->columns;

	for (size_t i = 0; mb->units != NULL && mb->layer != NULL &&
			   i <= mb->layers; i++)
		free_set(&mb->units[i], &mb->layer[i]);
	for (unsigned t = 0; mb->thread != NULL && t < mb->threads; t++)
		free_thread(&mb->thread[t]);
	mem_free(mb->units);
	mem_free(mb->layer);
	mem_free(mb->rule);
	mem_free(mb->thread);
	mem_free(c->start);
	mem_free(c->count);
	mem_free(c->row);
	mem_free(c->value);
	mem_free(c->bits);
	mem_free(c->dense);
	mem_free(c->rest);
}
