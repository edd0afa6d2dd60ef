/*
 * forward.c - the forward pass for scoring: products over up to 128 rows.
 *
 * Activations lie transposed, unit by unit, in panels of up to 64 rows of the
 * batch: x[units][width], width a multiple of 16.  A layer is then one product
 * W[out][in] * x[in][width] per panel, whose numbers of W are spread over the
 * lanes, so W stays in its natural order and any number of units fits.  The
 * sparse part of the first layer is added row by row from W transposed.
 * Each pre-activation is one chain of multiply-adds: bias, sparse entries in
 * order, dense inputs in order; nothing else decides its bits.
 */
#include <string.h>

#include "dltools/mem.h"
#include "kern/kern.h"
#include "nn/narrow.h"
#include "nn/net_int.h"

#define PANEL 64
#define BLOCK 128 /* rows in two panels: each weight is read once for both */
#define GROUP_FLOATS 49152 /* of W, kept in the second-level cache */

struct forward_layer {
	size_t in;     /* dense inputs */
	size_t sparse; /* one-hot and sparse inputs, layer 1 only */
	size_t units;
	size_t pieces;
	size_t rows, ld; /* units * pieces; of w, floats; of pairs, pairs */
	size_t row_ld; /* of sparse_w: rows rounded up */
	float keep;    /* factor on the activations */
	const float *w; /* [rows][ld]: the net's own where its layout is this */
	float *packed;  /* else a copy */
	uint32_t *pairs;
	float *sparse_w; /* [sparse][row_ld] */
	float *bias;     /* [row_ld] */
};

struct forward {
	const struct net *net;
	const struct kern *kern;
	size_t layers; /* with the output layer */
	size_t widest; /* rows of the largest layer or input */
	bool is_bf16;   /* inputs of products are rounded to bf16 */
	bool has_pairs; /* and multiplied as pairs */
	struct forward_layer *layer;
};

struct forward_scratch {
	float *x[2];     /* [widest][BLOCK]: panel p at p * units * PANEL */
	float *sums;     /* [BLOCK][row_ld]: sparse part of layer 1 */
	uint32_t *pairs; /* [widest / 2][BLOCK] */
};

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static float *
floats(size_t rows, size_t columns, struct err *e)
{
	size_t n;

	if (mem_mul(rows, columns, &n) < 0) {
		err_nomem(e, "the forward pass");
		return NULL;
	}
	return mem_zalloc_aligned(n, sizeof(float), e);
}

static void
layer_sizes(struct forward_layer *layer, const struct net_shape *shape,
	    size_t l)
{
	bool is_output = l == shape->layers;

	layer->in = l == 0 ? shape->dense : shape->units[l - 1];
	layer->sparse = l == 0 ? shape->sparse : 0;
	layer->units = is_output ? shape->outputs : shape->units[l];
	layer->pieces =
		!is_output && shape->activation == ACTIVATION_MAXOUT ? 2 : 1;
	layer->rows = layer->units * layer->pieces;
	layer->row_ld = round_up(layer->rows, 16);
	layer->keep = is_output || shape->hidden_dropout == NULL ? 1 :
		      (float)(1 - shape->hidden_dropout[l]);
}

static int
layer_alloc(struct forward_layer *layer, const struct layer *from,
	    const struct forward *f, struct err *e)
{
	if (f->has_pairs) { /* odd in cache lines: other sets for columns */
		layer->ld = round_up(layer->in, 32) / 2 + 16;
		layer->pairs = (uint32_t *)floats(layer->rows, layer->ld, e);
	} else if (!f->is_bf16 && !from->by_input) {
		layer->ld = from->w.ld;
		layer->w = from->w.v[0];
	} else {
		layer->ld = round_up(layer->in, 32) + 16;
		layer->w = layer->packed = floats(layer->rows, layer->ld, e);
	}
	if (layer->w || layer->pairs)
		layer->bias = floats(layer->row_ld, 1, e);
	if (layer->bias == NULL || layer->sparse == 0)
		return layer->bias ? 0 : -1;
	layer->sparse_w = floats(layer->sparse, layer->row_ld, e);
	return layer->sparse_w != NULL ? 0 : -1;
}

/* Row r of the canonical weights, sparse inputs first. */
static void
pack_row(const struct forward *f, struct forward_layer *layer, size_t r,
	 const float *row, float *spread)
{
	size_t half = (layer->in + 1) / 2;

	for (size_t c = 0; c < layer->sparse; c++)
		layer->sparse_w[c * layer->row_ld + r] = row[c];
	row += layer->sparse;
	if (layer->packed != NULL && f->is_bf16)
		f->kern->vec_round_bf16(layer->packed + r * layer->ld, row,
					layer->in);
	else if (layer->packed != NULL)
		memcpy(layer->packed + r * layer->ld, row,
		       layer->in * sizeof(*row));
	if (!f->has_pairs)
		return;
	memset(spread, 0, 2 * half * sizeof(*spread));
	for (size_t c = 0; c < layer->in; c++)
		spread[(c % 2) * half + c / 2] = row[c];
	f->kern->vec_pairs(layer->pairs + r * layer->ld, spread, spread + half,
			   half);
}

int
forward_repack(struct forward *f, struct err *e)
{
	for (size_t l = 0; l < f->layers; l++) {
		struct forward_layer *layer = &f->layer[l];
		size_t in = layer->sparse + layer->in;
		float *w;

		net_get(f->net, 2 * l + 1, layer->bias);
		if (layer->sparse == 0 && layer->w && layer->packed == NULL)
			continue;
		w = floats(layer->rows + 1, in + 1, e);
		if (w == NULL)
			return -1;
		net_get(f->net, 2 * l, w);
		for (size_t r = 0; r < layer->rows; r++)
			pack_row(f, layer, r, w + r * in, w + layer->rows * in);
		mem_free(w);
	}
	return 0;
}

struct forward *
forward_new(const struct net *net, enum net_precision precision, struct err *e)
{
	const struct net_shape *shape = net_shape(net);
	struct forward *f = mem_zalloc(1, sizeof(*f), e);

	if (f == NULL)
		return NULL;
	f->net = net;
	f->kern = kern_get();
	f->is_bf16 = precision == PRECISION_BF16;
	f->has_pairs = f->is_bf16 && kern_has_pairs();
	f->widest = shape->dense;
	f->layer = mem_zalloc(shape->layers + 1, sizeof(*f->layer), e);
	if (f->layer == NULL)
		goto out;
	f->layers = shape->layers + 1;
	for (size_t l = 0; l < f->layers; l++) {
		layer_sizes(&f->layer[l], shape, l);
		if (layer_alloc(&f->layer[l], &net->layer[l], f, e) < 0)
			goto out;
		if (f->layer[l].row_ld > f->widest)
			f->widest = f->layer[l].row_ld;
	}
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
		mem_free(f->layer[l].bias);
	}
	mem_free(f->layer);
	mem_free(f);
}

struct forward_scratch *
forward_scratch_new(const struct forward *f, size_t rows, struct err *e)
{
	struct forward_scratch *s = mem_zalloc(1, sizeof(*s), e);
	size_t room = rows < BLOCK ? round_up(rows, 16) : BLOCK;
	size_t high = round_up(f->widest, 16) + 16;

	if (s == NULL)
		return NULL;
	s->x[0] = floats(high, room, e);
	s->x[1] = s->x[0] == NULL ? NULL : floats(high, room, e);
	if (s->x[1] == NULL)
		goto out;
	if (f->layer[0].sparse > 0) {
		s->sums = floats(room, f->layer[0].row_ld, e);
		if (s->sums == NULL)
			goto out;
	}
	if (f->has_pairs) {
		s->pairs = (uint32_t *)floats(high / 2 + 1, room, e);
		if (s->pairs == NULL)
			goto out;
	}
	return s;
out:
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
	mem_free(s->sums);
	mem_free(s->pairs);
	mem_free(s);
}

/* The rows first .. first+n-1 of a batch, n <= BLOCK, in work. */
struct pass {
	const struct forward *f;
	struct forward_scratch *s;
	const struct batch *b;
	size_t first, n;
	float *x;    /* what the next layer reads */
	size_t high; /* units in x */
};

static size_t
panels(const struct pass *p)
{
	return (p->n + PANEL - 1) / PANEL;
}

static size_t
panel_rows(const struct pass *p, size_t i)
{
	size_t left = p->n - i * PANEL;

	return left < PANEL ? left : PANEL;
}

static size_t
panel_width(const struct pass *p, size_t i)
{
	return round_up(panel_rows(p, i), 16);
}

/* [units][width] panel by panel from [rows][ld]. */
static void
to_panels(const struct pass *p, float *x, const float *rows, size_t ld,
	  size_t units)
{
	for (size_t i = 0; i < panels(p); i++) {
		size_t n = panel_rows(p, i), width = panel_width(p, i);
		float *panel = x + i * units * PANEL;

		p->f->kern->transpose(panel, width, rows + i * PANEL * ld, ld,
				      n, units);
		for (size_t u = 0; n < width && u < units; u++)
			memset(panel + u * width + n, 0,
			       (width - n) * sizeof(*panel));
	}
}

/* Layer 1: biases and sparse entries, one row of the batch after the other. */
static void
start_sparse(const struct pass *p, const struct forward_layer *layer, float *y)
{
	const struct batch *b = p->b;

	for (size_t i = 0; i < p->n; i++) {
		float *sum = p->s->sums + i * layer->row_ld;
		size_t from = b->start[p->first + i];
		struct gather k = {
			.w = layer->sparse_w, .ld = layer->row_ld,
			.index = b->index + from, .value = b->value + from,
			.entries = b->start[p->first + i + 1] - from,
			.y = sum, .n = layer->row_ld,
		};

		memcpy(sum, layer->bias, layer->row_ld * sizeof(*sum));
		p->f->kern->gather(&k);
	}
	to_panels(p, y, p->s->sums, layer->row_ld, layer->rows);
}

/* Panels as the bf16 products read them: pairs of units, or rounded. */
static void
narrow(const struct pass *p, size_t rows)
{
	size_t half = (p->high + 1) / 2;

	if (!p->f->has_pairs) {
		p->f->kern->vec_round_bf16(p->x, p->x, p->high * rows);
		return;
	}
	for (size_t i = 0; i < panels(p); i++) {
		struct narrow n = {
			.pairs = p->s->pairs + i * half * PANEL,
			.x = p->x + i * p->high * PANEL,
			.width = panel_width(p, i), .units = p->high,
		};

		narrow_units(p->f->kern, &n, 0, p->high);
	}
}

/* The product of one panel with rows r .. r+m-1 of the weights. */
static void
multiply(const struct pass *p, const struct forward_layer *layer, size_t i,
	 size_t r, size_t m, float *y)
{
	size_t width = panel_width(p, i), half = (layer->in + 1) / 2;
	struct gemm g = {
		.m = m, .n = width, .a_row = layer->ld, .a_term = 1,
		.b_term = width, .c_row = width,
		.bias = layer->sparse > 0 ? NULL : layer->bias + r,
		.add = layer->sparse > 0,
		.c = y + i * layer->rows * PANEL + r * width,
	};

	if (p->f->has_pairs) {
		g.a = layer->pairs + r * layer->ld;
		g.b = p->s->pairs + i * half * PANEL;
		g.terms = half;
		p->f->kern->gemm_bf16(&g);
	} else {
		g.a = layer->w + r * layer->ld;
		g.b = p->x + i * layer->in * PANEL;
		g.terms = layer->in;
		p->f->kern->gemm_f32(&g);
	}
}

/* y[units][width] in place of y[rows][width], panel i; returns y. */
static void
activate(const struct pass *p, size_t l, float *y, size_t n)
{
	const struct kern *k = p->f->kern;
	const struct forward_layer *layer = &p->f->layer[l];

	switch (net_shape(p->f->net)->activation) {
	case ACTIVATION_TANH:
		k->vec_tanh(y, y, n);
		break;
	case ACTIVATION_RECTIFIER:
		k->vec_rectify(y, n);
		break;
	case ACTIVATION_EXP_RECTIFIER:
		k->vec_elu(y, n);
		break;
	case ACTIVATION_MAXOUT:
		break; /* done by keep_winners */
	}
	if (layer->keep != 1)
		k->vec_scale(y, layer->keep, n);
}

/* Maxout: unit u is the larger of rows 2u and 2u+1. */
static void
keep_winners(const struct pass *p, const struct forward_layer *layer, float *y)
{
	for (size_t i = 0; i < panels(p); i++) {
		size_t width = panel_width(p, i);
		const float *from = y + i * layer->rows * PANEL;
		float *to = y + i * layer->units * PANEL;

		for (size_t u = 0; u < layer->units; u++)
			p->f->kern->vec_max(to + u * width,
					    from + 2 * u * width,
					    from + (2 * u + 1) * width, width);
	}
}

static void
run_layer(struct pass *p, size_t l)
{
	const struct forward_layer *layer = &p->f->layer[l];
	const struct net_shape *shape = net_shape(p->f->net);
	size_t group = round_up(GROUP_FLOATS / layer->ld + 1, 6);
	size_t last = panels(p) - 1, done = last * PANEL + panel_width(p, last);
	float *y = p->x == p->s->x[0] ? p->s->x[1] : p->s->x[0];

	if (layer->sparse > 0)
		start_sparse(p, layer, y);
	if (p->f->is_bf16)
		narrow(p, done);
	if (layer->in > 0 || layer->sparse == 0)
		for (size_t r = 0; r < layer->rows; r += group) {
			size_t left = layer->rows - r;

			for (size_t i = 0; i < panels(p); i++)
				multiply(p, layer, i, r,
					 left < group ? left : group, y);
		}
	if (layer->pieces == 2)
		keep_winners(p, layer, y);
	if (l < shape->layers || (shape->autoencoder && !shape->linear_output))
		activate(p, l, y, layer->units * done);
	p->x = y;
	p->high = layer->units;
}

/* Up to weight layer `last`; the result is p->x. */
static void
run_layers(struct pass *p, size_t last)
{
	const struct batch *b = p->b;

	p->x = p->s->x[0];
	p->high = b->dense;
	to_panels(p, p->x, b->x + p->first * b->ld, b->ld, b->dense);
	for (size_t l = 0; l <= last; l++)
		run_layer(p, l);
}

static void
give_back(const struct pass *p, float *out, size_t ld)
{
	for (size_t i = 0; i < panels(p); i++)
		p->f->kern->transpose(out + i * PANEL * ld, ld,
				      p->x + i * p->high * PANEL,
				      panel_width(p, i), p->high,
				      panel_rows(p, i));
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
	size_t rows = p->b->rows;

	for (; p->first < rows; p->first += p->n) {
		p->n = rows - p->first < BLOCK ? rows - p->first : BLOCK;
		run_layers(p, last);
		give_back(p, out + p->first * ld, ld);
		if (is_link)
			link_rows(p, out + p->first * ld, ld);
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
