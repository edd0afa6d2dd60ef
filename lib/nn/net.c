/*
 * net.c - a net's memory: made from its shape, read and written by tensors.
 */
#include "nn/net_int.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dltools/mem.h"
#include "kern/kern.h"

static int
block_alloc(struct params_block *p, size_t rows, size_t columns, size_t states,
	    struct err *e)
{
	size_t i;

	p->rows = rows;
	p->columns = columns;
	p->width = round_up(columns, 16);
	p->ld = batch_stride(columns);
	for (i = 0; i <= states; i++) {
		p->v[i] = mem_floats(rows, p->ld, e);
		if (!p->v[i])
			return -1;
	}
	return 0;
}

static void
block_free(struct params_block *p)
{
	for (size_t i = 0; i <= NET_STATES; i++)
		mem_free(p->v[i]);
}

/*
 * As many slices as threads can pay: each costs partial sums and the overhead
 * of its calls, and more threads than slices find no work.
 */
static void
layer_slices(struct layer *layer)
{
	size_t units = layer->by_input ? layer->dense : layer->units;
	size_t groups = (units + 15) / 16, s;
	size_t most = groups <= 8 ? 2 : groups <= 32 ? 4
		    : groups <= 64 ? 8 : 16;

	layer->slices = groups < most ? groups : most;
	if (layer->slices == 0)
		layer->slices = 1;
	for (s = 0; s < layer->slices; s++)
		layer->slice[s] = groups * s / layer->slices * 16;
	layer->slice[layer->slices] = units;
}

static void
layer_shape(struct layer *layer, const struct net_shape *s, size_t l)
{
	layer->by_input = l == s->layers;
	layer->dense = l == 0 ? s->dense : s->units[l - 1];
	layer->sparse = l == 0 ? s->sparse : 0;
	layer->units = layer->by_input ? s->outputs : s->units[l];
	layer->pieces =
		!layer->by_input && s->activation == ACTIVATION_MAXOUT ? 2 : 1;
	layer->outs = layer->units * layer->pieces;
	layer_slices(layer);
}

static int
layer_alloc(struct layer *layer, size_t states, struct err *e)
{
	size_t rows = layer->by_input ? layer->dense : layer->outs;
	size_t columns = layer->by_input ? layer->outs : layer->dense;

	if (block_alloc(&layer->w, rows, columns, states, e) < 0 ||
	    block_alloc(&layer->b, 1, layer->outs, states, e) < 0)
		return -1;
	return layer->sparse == 0 ? 0 :
	       block_alloc(&layer->sw, layer->sparse, layer->outs, states, e);
}

static int
layer_means(struct layer *layer, struct err *e)
{
	layer->mean = mem_floats(layer->outs, 1, e);
	return layer->mean ? 0 : -1;
}

static int
check_shape(const struct net_shape *s, struct err *e)
{
	if (s->layers > NET_MAX_LAYERS - 1)
		return err_set(e, ERR_USAGE,
			       "hidden: %zu layers, at most %d can be had",
			       s->layers, NET_MAX_LAYERS - 1);
	if (s->sparse + s->dense == 0 || s->outputs == 0)
		return err_set(e, ERR_USAGE, "a net needs inputs and outputs");
	if (s->autoencoder && s->activation == ACTIVATION_MAXOUT)
		return err_set(e, ERR_USAGE,
			       "a Maxout net cannot be an autoencoder");
	for (size_t l = 0; l < s->layers; l++)
		if (s->units[l] == 0)
			return err_set(e, ERR_USAGE,
				       "hidden: layer %zu has no units", l + 1);
	return 0;
}

static int
copy_rest(struct net *net, const float *rest, struct err *e)
{
	size_t n = round_up(net->shape.dense, 16);

	net->shape.rest = NULL;
	if (rest == NULL)
		return 0;
	net->rest = mem_floats(n, 1, e);
	if (!net->rest)
		return -1;
	memcpy(net->rest, rest, net->shape.dense * sizeof(*rest));
	net->shape.rest = net->rest;
	return 0;
}

static int
copy_shape(struct net *net, const struct net_shape *s, struct err *e)
{
	size_t n = s->layers;

	net->shape = *s;
	if (s->row_entries == 0 || s->row_entries > s->sparse)
		net->shape.row_entries = s->sparse;
	net->units = mem_zalloc(n + 1, sizeof(*net->units), e);
	net->dropout = mem_zalloc(n + 1, sizeof(*net->dropout), e);
	if (!net->units || !net->dropout)
		return -1;
	for (size_t l = 0; l < n; l++) {
		net->units[l] = s->units[l];
		if (s->hidden_dropout)
			net->dropout[l] = s->hidden_dropout[l];
	}
	net->shape.units = net->units;
	net->shape.hidden_dropout = s->hidden_dropout ? net->dropout : NULL;
	return copy_rest(net, s->rest, e);
}

struct net *
net_new(const struct net_shape *shape, const struct net_rule *rule,
	uint64_t seed, struct err *e)
{
	struct net *net;

	if (kern_check(e) < 0 || check_shape(shape, e) < 0)
		return NULL;
	net = mem_zalloc(1, sizeof(*net), e);
	if (!net)
		return NULL;
	net->rule = *rule;
	net->states = rule_states(rule) + (rule->average_decay > 0);
	if (copy_shape(net, shape, e) < 0)
		goto out;
	net->layer = mem_zalloc(shape->layers + 1, sizeof(*net->layer), e);
	if (!net->layer)
		goto out;
	net->layers = shape->layers + 1;
	for (size_t l = 0; l < net->layers; l++) {
		layer_shape(&net->layer[l], &net->shape, l);
		if (layer_alloc(&net->layer[l], net->states, e) < 0)
			goto out;
		if (l < shape->layers && has_sparsity(rule) &&
		    layer_means(&net->layer[l], e) < 0)
			goto out;
	}
	net_init_values(net, seed);
	return net;
out:
	net_free(net);
	return NULL;
}

void
net_free(struct net *net)
{
	if (!net)
		return;
	for (size_t l = 0; l < net->layers; l++) {
		block_free(&net->layer[l].w);
		block_free(&net->layer[l].sw);
		block_free(&net->layer[l].b);
		mem_free(net->layer[l].mean);
	}
	mem_free(net->layer);
	mem_free(net->units);
	mem_free(net->dropout);
	mem_free(net->rest);
	mem_free(net);
}

const struct net_shape *
net_shape(const struct net *net)
{
	return &net->shape;
}

const struct net_rule *
net_rule(const struct net *net)
{
	return &net->rule;
}

int64_t
net_step_origin(const struct net *net)
{
	return net->step_origin;
}

void
net_set_step_origin(struct net *net, int64_t sample)
{
	net->step_origin = sample;
}

void
net_set_loss_param(struct net *net, double param)
{
	net->shape.loss_param = param;
}

size_t
net_parameters(const struct net *net)
{
	size_t n = 0;

	for (size_t l = 0; l < net->layers; l++) {
		const struct layer *layer = &net->layer[l];

		n += layer->outs * (layer->dense + layer->sparse + 1);
	}
	return n;
}

/* ---- tensors: values first, layer by layer, then the state ------------ */

static size_t
blocks(const struct net *net)
{
	return 2 * net->layers * (1 + net->states);
}

size_t
net_tensors(const struct net *net)
{
	return blocks(net) + (has_sparsity(&net->rule) ? net->layers - 1 : 0);
}

struct place {
	const struct layer *layer;
	size_t l, state;
	bool is_bias;
	float *mean;
};

static struct place
locate(const struct net *net, size_t i)
{
	struct place p = { 0 };

	if (i >= blocks(net)) {
		p.l = i - blocks(net);
		p.mean = net->layer[p.l].mean;
		p.state = 1;
		p.is_bias = true;
	} else if (i < 2 * net->layers) {
		p.l = i / 2;
		p.is_bias = i % 2;
	} else {
		i -= 2 * net->layers;
		p.l = i / (2 * net->states);
		i %= 2 * net->states;
		p.is_bias = i / net->states;
		p.state = 1 + i % net->states;
	}
	p.layer = &net->layer[p.l];
	return p;
}

static const char *
state_name(const struct net *net, size_t state)
{
	static const char *const names[][2] = {
		[OPTIMIZER_ADADELTA] = { ".h", ".y" },
		[OPTIMIZER_SGD] = { ".momentum", "" },
		[OPTIMIZER_ADAM] = { ".m", ".v" },
	};

	if (net->rule.average_decay > 0 && state == net->states)
		return ".raw";
	return state == 0 ? "" : names[net->rule.optimizer][state - 1];
}

void
net_tensor(const struct net *net, size_t i, struct net_tensor *info)
{
	struct place p = locate(net, i);

	*info = (struct net_tensor){ 0 };
	if (p.mean)
		snprintf(info->name, sizeof(info->name), "layer.%zu.activation",
			 p.l + 1);
	else
		snprintf(info->name, sizeof(info->name), "layer.%zu.%s%s",
			 p.l + 1, p.is_bias ? "bias" : "weight",
			 state_name(net, p.state));
	info->rows = p.layer->outs;
	info->columns = p.is_bias ? 1 : p.layer->sparse + p.layer->dense;
	info->is_vector = p.is_bias;
	info->is_state = p.state > 0;
}

/* Where weight (r, c) of the canonical order lies. */
static float *
cell(const struct place *p, size_t r, size_t c)
{
	const struct layer *layer = p->layer;

	if (p->mean)
		return p->mean + r;
	if (p->is_bias)
		return layer->b.v[p->state] + r;
	if (c < layer->sparse)
		return layer->sw.v[p->state] + c * layer->sw.ld + r;
	c -= layer->sparse;
	if (layer->by_input)
		return layer->w.v[p->state] + c * layer->w.ld + r;
	return layer->w.v[p->state] + r * layer->w.ld + c;
}

/*
 * Columns from here to n lie side by side: the dense part of a hidden layer's
 * weights, which is nearly all there is.
 */
static size_t
whole_from(const struct place *p, size_t n)
{
	bool whole = !p->is_bias && !p->layer->by_input && p->layer->dense > 0;

	return whole ? p->layer->sparse : n;
}

void
net_get(const struct net *net, size_t i, float *values)
{
	struct place p = locate(net, i);
	size_t n = p.is_bias ? 1 : p.layer->sparse + p.layer->dense;
	size_t whole = whole_from(&p, n);

	for (size_t r = 0; r < p.layer->outs; r++, values += n) {
		for (size_t c = 0; c < whole; c++)
			values[c] = *cell(&p, r, c);
		if (whole < n)
			memcpy(values + whole, cell(&p, r, whole),
			       (n - whole) * sizeof(*values));
	}
}

void
net_set(struct net *net, size_t i, const float *values)
{
	struct place p = locate(net, i);
	size_t n = p.is_bias ? 1 : p.layer->sparse + p.layer->dense;
	size_t whole = whole_from(&p, n);

	net->changes++;
	for (size_t r = 0; r < p.layer->outs; r++, values += n) {
		for (size_t c = 0; c < whole; c++)
			*cell(&p, r, c) = values[c];
		if (whole < n)
			memcpy(cell(&p, r, whole), values + whole,
			       (n - whole) * sizeof(*values));
	}
}
