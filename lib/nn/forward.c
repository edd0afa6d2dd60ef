/*
 * forward.c - the weights of a net as the forward pass reads them; see
 * forward_int.h.
 */
#include "nn/forward_int.h"

#include <string.h>

#include "dltools/mem.h"

static void
layer_sizes(const struct forward *f, struct forward_layer *layer,
	    const struct net_shape *shape, size_t l)
{
	bool is_output = l == shape->layers;

	layer->in = l == 0 ? shape->dense : shape->units[l - 1];
	layer->sparse = l == 0 ? shape->sparse : 0;
	layer->units = is_output ? shape->outputs : shape->units[l];
	layer->pieces =
		!is_output && shape->activation == ACTIVATION_MAXOUT ? 2 : 1;
	layer->half = round_up(layer->units, 16);
	layer->width = layer->half * layer->pieces;
	layer->ld = batch_stride(layer->width);
	layer->keep = is_output || shape->hidden_dropout == NULL ? 1 :
		      (float)(1 - shape->hidden_dropout[l]);
	layer->is_narrow = f->is_bf16 && !(l == 0 && shape->rest != NULL);
	layer->has_pairs = layer->is_narrow && kern_has_pairs();
}

static int
layer_alloc(struct forward_layer *layer, const struct layer *from,
	    struct err *e)
{
	bool own = from->by_input && !layer->is_narrow;
	size_t in = layer->in > 0 ? layer->in : 1;

	if (own)
		layer->ld = from->w.ld;
	if (layer->has_pairs)
		layer->pairs = (uint32_t *)mem_floats(in / 2 + 1, layer->ld, e);
	else if (!own)
		layer->packed = mem_floats(in, layer->ld, e);
	layer->w = own ? from->w.v[0] : layer->packed;
	layer->start = mem_floats(layer->width, 1, e);
	if ((layer->w == NULL && layer->pairs == NULL) || layer->start == NULL)
		return -1;
	if (layer->sparse == 0)
		return 0;
	layer->sparse_w = mem_floats(layer->sparse, layer->ld, e);
	return layer->sparse_w != NULL ? 0 : -1;
}

/* Where a row of the canonical weights, a unit or a piece of it, stands. */
static size_t
column(const struct forward_layer *layer, size_t row)
{
	return row % layer->pieces * layer->half + row / layer->pieces;
}

#define STRIP 16 /* rows of the canonical weights at once */

/* Some inputs of n rows of the canonical weights, from row r on. */
struct strip {
	const float *w; /* [n][w_ld] */
	size_t w_ld, r, n, in;
	float *to;      /* [in][ld of the layer] */
};

static void
turn(const struct forward *f, const struct forward_layer *layer,
     const struct strip *s)
{
	size_t step = layer->pieces;

	for (size_t j = 0; j < step; j++)
		f->kern->transpose(s->to + column(layer, s->r + j), layer->ld,
				   s->w + j * s->w_ld, step * s->w_ld,
				   (s->n - j + step - 1) / step, s->in);
}

/* w[in][ld], rows of the transposed weights, two by two as pairs. */
static void
pack_pairs(const struct forward *f, struct forward_layer *layer,
	   const float *w, size_t in)
{
	for (size_t k = 0; k < in; k += 2) {
		const float *a = w + k * layer->ld;

		f->kern->vec_pairs(layer->pairs + k / 2 * layer->ld, a,
				   a + layer->ld, layer->width);
	}
}

/* w[rows][in]: the canonical weights, sparse inputs first. */
static int
pack_weights(const struct forward *f, struct forward_layer *layer,
	     const float *w, struct err *e)
{
	size_t rows = layer->units * layer->pieces;
	size_t in = layer->sparse + layer->in;
	float *to = layer->packed;

	if (layer->has_pairs)
		to = mem_floats(layer->in + 2, layer->ld, e);
	if (layer->has_pairs && to == NULL)
		return -1;
	for (size_t r = 0; r < rows; r += STRIP) {
		struct strip s = {
			.w = w + r * in, .w_ld = in, .r = r,
			.n = rows - r < STRIP ? rows - r : STRIP,
			.in = layer->sparse, .to = layer->sparse_w,
		};

		if (layer->sparse > 0)
			turn(f, layer, &s);
		s.w += layer->sparse;
		s.in = layer->in;
		s.to = to;
		if (layer->in > 0 && to != NULL)
			turn(f, layer, &s);
	}
	if (layer->has_pairs) {
		pack_pairs(f, layer, to, layer->in);
		mem_free(to);
	} else if (layer->is_narrow) {
		f->kern->vec_round_bf16(to, to, layer->in * layer->ld);
	}
	return 0;
}

/* Bias, and the product of the values at rest. */
static void
pack_start(const struct forward *f, struct forward_layer *layer, size_t l,
	   const float *bias)
{
	const float *rest = net_shape(f->net)->rest;
	size_t rows = layer->units * layer->pieces;

	memset(layer->start, 0, layer->width * sizeof(*bias));
	for (size_t r = 0; r < rows; r++)
		layer->start[column(layer, r)] = bias[r];
	for (size_t j = 0; l == 0 && rest != NULL && j < layer->in; j++)
		f->kern->vec_axpy(layer->start, rest[j],
				  layer->w + j * layer->ld, layer->width);
}

static int
pack_layer(const struct forward *f, size_t l, struct err *e)
{
	struct forward_layer *layer = &f->layer[l];
	size_t rows = layer->units * layer->pieces;
	size_t in = layer->sparse + layer->in;
	bool whole = layer->sparse > 0 || layer->packed != NULL ||
		     layer->has_pairs;
	float *w = mem_floats(rows, whole ? in + 1 : 1, e);
	int status = w == NULL ? -1 : 0;

	if (whole && w != NULL) {
		net_get(f->net, 2 * l, w);
		status = pack_weights(f, layer, w, e);
	}
	if (status == 0) {
		net_get(f->net, 2 * l + 1, w);
		pack_start(f, layer, l, w);
	}
	mem_free(w);
	return status;
}

int
forward_repack(struct forward *f, struct err *e)
{
	for (size_t l = 0; l < f->layers; l++)
		if (pack_layer(f, l, e) < 0)
			return -1;
	return 0;
}

struct forward *
forward_new(const struct net *net, enum net_precision precision, struct err *e)
{
	const struct net_shape *shape = net_shape(net);
	struct forward *f = mem_zalloc(1, sizeof(*f), e);
	size_t widest = shape->dense;

	if (f == NULL)
		return NULL;
	f->net = net;
	f->kern = kern_get();
	f->is_bf16 = precision == PRECISION_BF16;
	f->layer = mem_zalloc(shape->layers + 1, sizeof(*f->layer), e);
	if (f->layer == NULL)
		goto out;
	f->layers = shape->layers + 1;
	for (size_t l = 0; l < f->layers; l++) {
		layer_sizes(f, &f->layer[l], shape, l);
		if (layer_alloc(&f->layer[l], &net->layer[l], e) < 0)
			goto out;
		if (f->layer[l].width > widest)
			widest = f->layer[l].width;
	}
	f->x_ld = batch_stride(widest + 1);
	if (forward_repack(f, e) == 0)
		return f;
out:
	forward_free(f);
	return NULL;
}

void
forward_free(struct forward *f)
{
	if (f == NULL)
		return;
	for (size_t l = 0; l < f->layers; l++) {
		mem_free(f->layer[l].packed);
		mem_free(f->layer[l].pairs);
		mem_free(f->layer[l].sparse_w);
		mem_free(f->layer[l].start);
	}
	mem_free(f->layer);
	mem_free(f);
}

static int
scratch_alloc(const struct forward *f, struct forward_scratch *s,
	      struct err *e)
{
	for (int i = 0; i < 2; i++) {
		s->x[i] = mem_floats(s->room, f->x_ld, e);
		if (s->x[i] == NULL)
			return -1;
	}
	s->index = (uint32_t *)mem_floats(s->room, f->x_ld + 16, e);
	s->number = mem_floats(s->room, f->x_ld + 16, e);
	s->rows = mem_zalloc(s->room, sizeof(*s->rows), e);
	if (s->index == NULL || s->number == NULL || s->rows == NULL)
		return -1;
	if (!f->is_bf16 || !kern_has_pairs())
		return 0;
	s->half = (uint16_t *)mem_floats(s->room, f->x_ld, e);
	return s->half != NULL ? 0 : -1;
}

struct forward_scratch *
forward_scratch_new(const struct forward *f, size_t rows, struct err *e)
{
	struct forward_scratch *s = mem_zalloc(1, sizeof(*s), e);

	if (s == NULL)
		return NULL;
	s->room = rows < FORWARD_ROWS ? rows : FORWARD_ROWS;
	if (scratch_alloc(f, s, e) == 0)
		return s;
	forward_scratch_free(s);
	return NULL;
}

void
forward_scratch_free(struct forward_scratch *s)
{
	if (s == NULL)
		return;
	mem_free(s->x[0]);
	mem_free(s->x[1]);
	mem_free(s->half);
	mem_free(s->rows);
	mem_free(s->index);
	mem_free(s->number);
	mem_free(s);
}
