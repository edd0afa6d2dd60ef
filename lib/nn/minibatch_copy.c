/*
 * minibatch_copy.c - weights and optimizer state to and from the net.
 *
 * With weight averaging the net holds the averages, which are scored and saved,
 * and, where it has a place for them, the weights proper as state ".raw".
 */
#include <stdio.h>
#include <string.h>

#include "dltools/mem.h"
#include "nn/minibatch_int.h"

enum part { PART_W, PART_S1, PART_S2, PART_AVERAGE };

static float *
part_of(struct mb_block *b, enum part part)
{
	switch (part) {
	case PART_W:
		return b->w;
	case PART_S1:
		return b->s1;
	case PART_S2:
		return b->s2;
	case PART_AVERAGE:
		return b->average;
	}
	return NULL;
}

#define STRIP 16 /* canonical rows at once */

/*
 * A layer's weights, canonical rows (sparse inputs first) to ours or back: the
 * sparse part.
 */
static void
copy_sparse(const struct minibatch *mb, const struct mb_layer *layer,
	    float *ours, float *values, bool is_store)
{
	size_t n = layer->sparse + layer->in;

	for (size_t r = 0; r < layer->rows; r += STRIP) {
		size_t rows = layer->rows - r < STRIP ? layer->rows - r : STRIP;

		if (is_store)
			mb->kern->transpose(values + r * n, n, ours + r,
					    layer->row_ld, layer->sparse, rows);
		else
			mb->kern->transpose(ours + r, layer->row_ld,
					    values + r * n, n, rows,
					    layer->sparse);
	}
}

/* The dense part. */
static void
copy_dense(const struct mb_layer *layer, float *ours, float *values,
	   bool is_store)
{
	size_t n = layer->sparse + layer->in;

	for (size_t r = 0; r < layer->rows; r++) {
		float *row = values + r * n + layer->sparse;
		float *own = ours + r * layer->ld;

		memcpy(is_store ? row : own, is_store ? own : row,
		       layer->in * sizeof(*row));
	}
}

static bool
find(const struct net *net, const char *name, size_t *i)
{
	struct net_tensor info;

	for (*i = 0; *i < net_tensors(net); (*i)++) {
		net_tensor(net, *i, &info);
		if (strcmp(info.name, name) == 0)
			return true;
	}
	return false;
}

/* One tensor each of weights and biases, if the net has them. */
static void
copy_layer(struct minibatch *mb, size_t l, enum part part, const char *suffix,
	   float *values, bool is_store)
{
	struct mb_layer *layer = &mb->layer[l];
	float *bias = part_of(&layer->bias, part);
	char name[48];
	size_t i;

	if (bias == NULL)
		return;
	snprintf(name, sizeof(name), "layer.%zu.weight%s", l, suffix);
	if (find(mb->net, name, &i)) {
		if (!is_store)
			net_get(mb->net, i, values);
		if (layer->sparse > 0)
			copy_sparse(mb, layer, part_of(&layer->sparsew, part),
				    values, is_store);
		if (layer->in > 0)
			copy_dense(layer, part_of(&layer->dense, part), values,
				   is_store);
		if (is_store)
			net_set(mb->net, i, values);
	}
	snprintf(name, sizeof(name), "layer.%zu.bias%s", l, suffix);
	if (find(mb->net, name, &i)) {
		if (is_store)
			net_set(mb->net, i, bias);
		else
			net_get(mb->net, i, bias);
	}
}

static const char *
first_state(const struct net_rule *rule)
{
	switch (rule->optimizer) {
	case OPTIMIZER_ADADELTA:
		return ".h";
	case OPTIMIZER_ADAM:
		return ".m";
	case OPTIMIZER_SGD:
		break;
	}
	return ".momentum";
}

static float *
values_for(const struct minibatch *mb, struct err *e)
{
	size_t most = 0;

	for (size_t l = 1; l <= mb->layers; l++) {
		const struct mb_layer *layer = &mb->layer[l];
		size_t n = layer->rows * (layer->in + layer->sparse);

		if (n > most)
			most = n;
	}
	return mem_floats(most, 1, e);
}

static void
copy_all(struct minibatch *mb, float *values, bool is_store)
{
	const struct net_rule *rule = net_rule(mb->net);
	bool adam = rule->optimizer == OPTIMIZER_ADAM;
	bool averages = rule->average_decay > 0;

	for (size_t l = 1; l <= mb->layers; l++) {
		copy_layer(mb, l, averages ? PART_AVERAGE : PART_W, "", values,
			   is_store);
		copy_layer(mb, l, PART_S1, first_state(rule), values,
			   is_store);
		copy_layer(mb, l, PART_S2, adam ? ".v" : ".y", values,
			   is_store);
		if (averages)
			copy_layer(mb, l, PART_W, ".raw", values, is_store);
	}
}

static bool
has_nonzero(const float *w, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (w[i] != 0)
			return true;
	return false;
}

/* A new run of averages starts from the net's weights. */
static void
start_averages(struct minibatch *mb, float *values)
{
	for (size_t l = 1; l <= mb->layers; l++) {
		const struct mb_layer *layer = &mb->layer[l];

		if (!has_nonzero(layer->dense.w, layer->rows * layer->ld) &&
		    !has_nonzero(layer->sparsew.w,
				 layer->sparse * layer->row_ld))
			copy_layer(mb, l, PART_W, "", values, false);
	}
}

int
mb_load(struct minibatch *mb, struct err *e)
{
	bool averages = net_rule(mb->net)->average_decay > 0;
	float *values;

	if (mb->is_loaded && mb->seen == mb->net->changes)
		return 0;
	values = values_for(mb, e);
	if (values == NULL)
		return -1;
	copy_all(mb, values, false);
	if (averages)
		start_averages(mb, values);
	mb->is_loaded = true;
	mb->seen = mb->net->changes;
	mem_free(values);
	return 0;
}

int
mb_store(struct minibatch *mb, struct err *e)
{
	float *values = values_for(mb, e);

	if (values == NULL)
		return -1;
	copy_all(mb, values, true);
	mb->seen = mb->net->changes;
	mem_free(values);
	return 0;
}
