/*
 * forward_pass.c - the forward pass for scoring, up to 128 rows at once; see
 * forward_int.h.
 */
#include <string.h>

#include "nn/activation.h"
#include "nn/forward_int.h"
#include "nn/listing.h"

/* The rows first .. first+n-1 of a batch, n <= FORWARD_ROWS, in work. */
struct pass {
	const struct forward *f;
	struct forward_scratch *s;
	const struct batch *b;
	size_t first, n;
	const float *x; /* what the next layer reads: [n][x_ld] */
	size_t x_ld;
};

/* Lists what is not 0, or not at rest; false if that is too much. */
static bool
list(const struct pass *p, const struct forward_layer *layer,
     const float *rest)
{
	return listing_make(p->f->kern, &(struct listing){
		.x = p->x, .rest = rest, .n = p->n, .columns = layer->in,
		.ld = p->x_ld, .width = layer->width,
		.row = p->s->rows, .index = p->s->index,
		.number = p->s->number, .room = p->f->x_ld + 16,
	});
}

/* Every row begins with the layer's start, and sparse entries. */
static void
start_rows(const struct pass *p, const struct forward_layer *layer, float *y)
{
	const struct batch *b = p->b;

	for (size_t i = 0; i < p->n; i++) {
		float *row = y + i * p->f->x_ld;
		size_t from;

		memcpy(row, layer->start, layer->width * sizeof(*row));
		if (layer->sparse == 0)
			continue;
		from = b->start[p->first + i];
		p->f->kern->gather(&(struct gather){
			.w = layer->sparse_w, .ld = layer->ld,
			.index = b->index + from, .value = b->value + from,
			.entries = b->start[p->first + i + 1] - from,
			.y = row, .n = layer->width,
		});
	}
}

/* y += x W, passing over what is listed as 0. */
static void
multiply_listed(const struct pass *p, const struct forward_layer *layer,
		float *y)
{
	struct skip s = {
		.m = p->n, .n = layer->width, .terms = layer->in,
		.row = p->s->rows, .b = layer->w, .b_term = layer->ld,
		.c = y, .c_row = p->f->x_ld, .add = true,
	};

	p->f->kern->gemm_skip(&s);
}

static void
multiply(const struct pass *p, const struct forward_layer *layer, float *y)
{
	struct gemm g = {
		.m = p->n, .n = layer->width, .terms = layer->in, .add = true,
		.a = p->x, .a_row = p->x_ld, .a_term = 1,
		.b = layer->w, .b_term = layer->ld,
		.c = y, .c_row = p->f->x_ld,
	};

	p->f->kern->gemm_f32(&g);
}

static void
multiply_pairs(const struct pass *p, const struct forward_layer *layer,
	       float *y)
{
	size_t ld = p->f->x_ld, even = layer->in / 2 * 2;
	struct gemm g = {
		.m = p->n, .n = layer->width, .terms = (layer->in + 1) / 2,
		.add = true, .a = p->s->half, .a_row = ld / 2, .a_term = 1,
		.b = layer->pairs, .b_term = layer->ld, .c = y, .c_row = ld,
	};

	for (size_t i = 0; i < p->n; i++) {
		uint16_t *half = p->s->half + i * ld;

		p->f->kern->vec_bf16(half, p->x + i * p->x_ld, layer->in);
		if (even < layer->in)
			half[layer->in] = 0;
	}
	p->f->kern->gemm_bf16(&g);
}

/* The layer's inputs in the free buffer x, rounded to bf16. */
static void
round_inputs(struct pass *p, const struct forward_layer *layer, float *x)
{
	for (size_t i = 0; i < p->n; i++)
		p->f->kern->vec_round_bf16(x + i * p->f->x_ld,
					   p->x + i * p->x_ld, layer->in);
	p->x = x;
	p->x_ld = p->f->x_ld;
}

/* The same as differences from their values at rest. */
static void
take_off_rest(struct pass *p, const struct forward_layer *layer,
	      const float *rest, float *x)
{
	for (size_t i = 0; i < p->n; i++) {
		float *to = x + i * p->f->x_ld;

		memcpy(to, p->x + i * p->x_ld, layer->in * sizeof(*to));
		p->f->kern->vec_axpy(to, -1, rest, layer->in);
	}
	p->x = x;
	p->x_ld = p->f->x_ld;
}

static void
activate_row(const struct pass *p, const struct forward_layer *layer, float *y)
{
	const struct kern *k = p->f->kern;

	if (layer->pieces == 2)
		k->vec_max(y, y, y + layer->half, layer->half);
	activation_apply(net_shape(p->f->net)->activation, k, y, layer->half);
	if (layer->keep != 1)
		k->vec_scale(y, layer->keep, layer->half);
}

static void
run_layer(struct pass *p, size_t l, float *y, float *spare)
{
	const struct forward_layer *layer = &p->f->layer[l];
	const struct net_shape *shape = net_shape(p->f->net);
	const float *rest = l == 0 ? shape->rest : NULL;
	bool is_output = l == shape->layers;

	start_rows(p, layer, y);
	if (layer->has_pairs) {
		multiply_pairs(p, layer, y);
	} else if (layer->in > 0) {
		if (layer->is_narrow)
			round_inputs(p, layer, spare);
		if (list(p, layer, rest)) {
			multiply_listed(p, layer, y);
		} else {
			if (rest != NULL)
				take_off_rest(p, layer, rest, spare);
			multiply(p, layer, y);
		}
	}
	if (!is_output || (shape->autoencoder && !shape->linear_output))
		for (size_t i = 0; i < p->n; i++)
			activate_row(p, layer, y + i * p->f->x_ld);
	p->x = y;
	p->x_ld = p->f->x_ld;
}

/* Up to weight layer `last`; the result is p->x. */
static void
run_layers(struct pass *p, size_t last)
{
	const struct batch *b = p->b;
	float *y = p->s->x[0], *other = p->s->x[1];

	p->x = b->x + p->first * b->ld;
	p->x_ld = b->ld;
	for (size_t l = 0; l <= last; l++) {
		float *free = y;

		run_layer(p, l, y, other);
		y = other;
		other = free;
	}
}

static void
link_rows(const struct pass *p, float *out, size_t ld)
{
	const struct net_shape *shape = net_shape(p->f->net);
	bool softmax = shape->loss == LOSS_CROSS_ENTROPY ||
		       shape->loss == LOSS_SOFTMAX_QUADRATIC;

	for (size_t i = 0; i < p->n; i++) {
		if (softmax)
			p->f->kern->vec_softmax(out + i * ld, shape->outputs);
		else if (!shape->autoencoder)
			out[i * ld] += p->b->offset[p->first + i];
	}
}

/* All rows up to weight layer `last`; is_link: the outputs are wanted. */
static void
run_rows(struct pass *p, size_t last, bool is_link, float *out, size_t ld)
{
	size_t rows = p->b->rows, room = p->s->room;
	size_t units = p->f->layer[last].units;

	for (; p->first < rows; p->first += p->n) {
		float *to = out + p->first * ld;

		p->n = rows - p->first < room ? rows - p->first : room;
		run_layers(p, last);
		for (size_t i = 0; i < p->n; i++)
			memcpy(to + i * ld, p->x + i * p->x_ld,
			       units * sizeof(*to));
		if (is_link)
			link_rows(p, to, ld);
	}
}

void
forward_run(const struct forward *f, struct forward_scratch *s,
	    const struct batch *b, float *out, size_t ld)
{
	struct pass p = { .f = f, .s = s, .b = b };

	run_rows(&p, f->layers - 1, true, out, ld);
}

void
forward_hidden(const struct forward *f, struct forward_scratch *s,
	       const struct batch *b, size_t layer, float *out, size_t ld)
{
	struct pass p = { .f = f, .s = s, .b = b };

	run_rows(&p, layer - 1, false, out, ld);
}
