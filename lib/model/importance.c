/*
 * importance.c - Gedeon's importances; see importance.h.
 *
 * The sum of Q_ik over i is N_k = sum over live j of B_jk, since A's columns
 * sum to 1 (unit j is live if it has a weight that is not 0).  So
 *
 *	v_i = sum_j A_ij c_j,  c_j = sum_k B_jk / N_k
 *
 * which passes once over each of the two layers' weights; Q is never made.
 */
#include <dltools/importance.h>

#include <math.h>

#include <dltools/mem.h>

/* |W| with the pieces of a unit summed: w[units][in]. */
struct layer {
	float *w;
	size_t units, in;
};

static int
take_layer(struct layer *to, const struct net *net, size_t number,
	   struct err *e)
{
	const struct net_shape *s = net_shape(net);
	struct net_tensor t;
	float *row;
	size_t pieces, i, k;

	net_tensor(net, 2 * number, &t);
	to->units = number < s->layers ? s->units[number] : s->outputs;
	to->in = t.columns;
	to->w = mem_floats(t.rows, t.columns, e);
	if (!to->w)
		return -1;
	net_get(net, 2 * number, to->w);
	pieces = t.rows / to->units;
	for (i = 0; i < to->units; i++) {
		row = to->w + i * to->in;
		for (k = 0; k < to->in; k++)
			row[k] = fabsf(to->w[i * pieces * to->in + k]) +
				 (pieces > 1 ? fabsf(to->w[(i * pieces + 1) *
							   to->in + k]) : 0);
	}
	return 0;
}

static double
sum(const float *w, size_t n)
{
	double s = 0;
	size_t i;

	for (i = 0; i < n; i++)
		s += (double)w[i];
	return s;
}

/* c_j / (sum of |W_1[j]|), 0 of units that are not live: factor[units]. */
static void
weigh_units(const struct layer *first, const struct layer *second,
	    double *factor, double *total)
{
	size_t j, k;

	for (j = 0; j < first->units; j++)
		total[j] = sum(first->w + j * first->in, first->in);
	for (k = 0; k < second->units; k++) {
		const float *w = second->w + k * second->in;
		double live = 0; /* N_k times the sum of |W_2[k]| */

		for (j = 0; j < second->in; j++)
			live += total[j] > 0 ? (double)w[j] : 0;
		for (j = 0; j < second->in && live > 0; j++)
			factor[j] += (double)w[j] / live;
	}
	for (j = 0; j < first->units; j++)
		factor[j] = total[j] > 0 ? factor[j] / total[j] : 0;
}

static void
add_inputs(const struct layer *first, const double *factor, double *v)
{
	size_t i, j;

	for (j = 0; j < first->units; j++)
		for (i = 0; i < first->in; i++)
			v[i] += factor[j] * (double)first->w[j * first->in + i];
}

/* Buckets of hashing have no such unit of their own. */
static void
clear_missing(const struct encoder *enc, double *v)
{
	const struct encoder_column *c;
	size_t i;

	for (i = 0; !enc->buckets && i < enc->enums; i++) {
		c = &enc->column[i];
		if (!c->had_missing && c->units > 1)
			v[c->first_unit + c->units - 1] = 0;
	}
}

int
importance_compute(const struct net *net, const struct encoder *enc,
		   float *value, struct err *e)
{
	struct layer first = {NULL, 0, 0}, second = {NULL, 0, 0};
	double *v = NULL, *factor = NULL, *total = NULL, most = 0;
	size_t i, n = encoder_units(enc);
	int status = -1;

	if (take_layer(&first, net, 0, e) < 0 ||
	    (net_shape(net)->layers && take_layer(&second, net, 1, e) < 0))
		goto out;
	v = mem_zalloc(n, sizeof(*v), e);
	factor = mem_zalloc(first.units, sizeof(*factor), e);
	total = mem_zalloc(first.units, sizeof(*total), e);
	if (!v || !factor || !total)
		goto out;
	if (second.w)
		weigh_units(&first, &second, factor, total);
	for (i = 0; !second.w && i < first.units; i++)
		factor[i] = 1;
	add_inputs(&first, factor, v);
	clear_missing(enc, v);
	for (i = 0; i < n; i++)
		most = v[i] > most ? v[i] : most;
	for (i = 0; i < n; i++)
		value[i] = most > 0 ? (float)(v[i] / most) : 0;
	status = 0;
out:
	mem_free(first.w);
	mem_free(second.w);
	mem_free(v);
	mem_free(factor);
	mem_free(total);
	return status;
}
