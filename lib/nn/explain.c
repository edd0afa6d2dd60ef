/*
 * explain.c - contributions of inputs: setting up, and one row; the line is in
 * explain_line.c.  See explain.h.
 */
#include "nn/explain_int.h"

#include <string.h>

#include "dltools/mem.h"

/* ---- setting up ------------------------------------------------------ */

static int
take_layer(struct explain *x, const struct net *net, size_t l, struct err *e)
{
	struct explain_layer *to = &x->layer[l];
	const struct net_shape *s = x->shape;
	struct net_tensor t;

	net_tensor(net, 2 * l, &t);
	to->in = t.columns;
	to->rows = t.rows;
	to->units = l < s->layers ? s->units[l] : s->outputs;
	to->pieces = to->rows / to->units;
	to->keep = l < s->layers && s->hidden_dropout
			   ? (float)(1 - s->hidden_dropout[l]) : 1;
	to->w = mem_floats(to->rows, to->in, e);
	to->bias = mem_floats(to->rows, 1, e);
	if (!to->w || !to->bias)
		return -1;
	net_get(net, 2 * l, to->w);
	net_get(net, 2 * l + 1, to->bias);
	return 0;
}

/* z of the first layer, less its biases: the product with v[inputs]. */
static void
first_sums(const struct explain *x, const float *v, float *z)
{
	size_t rows = x->layer[0].rows, i;

	for (i = 0; i < x->inputs; i++)
		if (v[i] != 0)
			x->kern->vec_axpy(z, v[i], x->first + i * rows, rows);
}

static int
prepare_line(struct explain *x, const float *baseline, const double *shift,
	     struct err *e)
{
	const struct explain_layer *l = &x->layer[0];
	size_t r, i;

	x->first = mem_floats(x->inputs, l->rows, e);
	x->baseline = mem_floats(x->inputs, 1, e);
	x->start = mem_floats(l->rows, 1, e);
	x->shift = mem_zalloc(x->shape->outputs, sizeof(*x->shift), e);
	if (!x->first || !x->baseline || !x->start || !x->shift)
		return -1;
	for (r = 0; r < l->rows; r++)
		for (i = 0; i < x->inputs; i++)
			x->first[i * l->rows + r] = l->w[r * x->inputs + i];
	memcpy(x->baseline, baseline, x->inputs * sizeof(*baseline));
	memcpy(x->start, l->bias, l->rows * sizeof(*x->start));
	first_sums(x, baseline, x->start);
	if (shift)
		memcpy(x->shift, shift, x->shape->outputs * sizeof(*shift));
	return 0;
}

struct explain *
explain_new(const struct net *net, const float *baseline, const double *shift,
	    enum explain_method method, struct err *e)
{
	struct explain *x = mem_zalloc(1, sizeof(*x), e);
	size_t l;

	if (!x)
		return NULL;
	x->shape = net_shape(net);
	x->kern = kern_get();
	x->method = method;
	x->inputs = x->shape->sparse + x->shape->dense;
	x->layer = mem_zalloc(x->shape->layers + 1, sizeof(*x->layer), e);
	if (!x->layer)
		goto fail;
	x->layers = x->shape->layers + 1;
	for (l = 0; l < x->layers; l++)
		if (take_layer(x, net, l, e) < 0)
			goto fail;
	if (prepare_line(x, baseline, shift, e) == 0)
		return x;
fail:
	explain_free(x);
	return NULL;
}

void
explain_free(struct explain *x)
{
	size_t l;

	if (!x)
		return;
	for (l = 0; l < x->layers; l++) {
		mem_free(x->layer[l].w);
		mem_free(x->layer[l].bias);
	}
	mem_free(x->layer);
	mem_free(x->first);
	mem_free(x->baseline);
	mem_free(x->start);
	mem_free(x->shift);
	mem_free(x);
}

static int
make_panels(const struct explain *x, struct explain_scratch *s, struct err *e)
{
	size_t l, widest = 0;

	s->z = mem_zalloc(x->layers + 1, sizeof(*s->z), e);
	s->a = mem_zalloc(x->layers + 1, sizeof(*s->a), e);
	if (!s->z || !s->a)
		return -1;
	for (l = 0; l < x->layers; l++) {
		s->z[l] = mem_floats(x->layer[l].rows, EXPLAIN_POINTS, e);
		s->a[l] = mem_floats(x->layer[l].units, EXPLAIN_POINTS, e);
		if (!s->z[l] || !s->a[l])
			return -1;
		if (x->layer[l].units > widest)
			widest = x->layer[l].units;
	}
	s->error = mem_floats(widest, EXPLAIN_POINTS, e);
	return s->error ? 0 : -1;
}

struct explain_scratch *
explain_scratch_new(const struct explain *x, struct err *e)
{
	struct explain_scratch *s = mem_zalloc(1, sizeof(*s), e);

	if (!s)
		return NULL;
	s->x = mem_floats(x->inputs, 1, e);
	s->dz = mem_floats(x->layer[0].rows, 1, e);
	s->mean = mem_zalloc(x->layer[0].rows, sizeof(*s->mean), e);
	if (s->x && s->dz && s->mean && make_panels(x, s, e) == 0)
		return s;
	explain_scratch_free(s);
	return NULL;
}

void
explain_scratch_free(struct explain_scratch *s)
{
	size_t l;

	if (!s)
		return;
	for (l = 0; s->z && s->a && (s->z[l] || s->a[l]); l++) {
		mem_free(s->z[l]);
		mem_free(s->a[l]);
	}
	mem_free(s->z);
	mem_free(s->a);
	mem_free(s->error);
	mem_free(s->x);
	mem_free(s->dz);
	mem_free(s->mean);
	mem_free(s);
}

/* ---- a row ----------------------------------------------------------- */

/* s->x = row - baseline. */
static void
take_row(const struct explain *x, struct explain_scratch *s,
	 const struct batch *b, size_t i)
{
	size_t sparse = x->shape->sparse, k;

	for (k = 0; k < x->inputs; k++)
		s->x[k] = -x->baseline[k];
	for (k = b->start[i]; sparse && k < b->start[i + 1]; k++)
		s->x[b->index[k]] += b->value[k];
	for (k = 0; k < x->shape->dense; k++)
		s->x[sparse + k] += b->x[i * b->ld + k];
}

void
explain_row(const struct explain *x, struct explain_scratch *s,
	    const struct batch *b, size_t i, size_t cls, float *contribution,
	    struct explain_facts *facts)
{
	const struct explain_layer *first = &x->layer[0];
	double sum = 0;
	size_t r, k;

	take_row(x, s, b, i);
	memset(s->dz, 0, first->rows * sizeof(*s->dz));
	first_sums(x, s->x, s->dz);
	if (x->method == EXPLAIN_GRADIENT)
		explain_at_end(x, s, cls, facts);
	else
		explain_along(x, s, cls, facts);
	memset(contribution, 0, x->inputs * sizeof(*contribution));
	for (r = 0; r < first->rows; r++)
		if (s->mean[r] != 0)
			x->kern->vec_axpy(contribution, (float)s->mean[r],
					  first->w + r * x->inputs, x->inputs);
	for (k = 0; k < x->inputs; k++) {
		contribution[k] *= s->x[k];
		sum += (double)contribution[k];
	}
	facts->error = facts->score - facts->base - sum;
}
