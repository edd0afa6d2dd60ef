/*
 * encoder_levels.c - the levels of categorical predictors: their order, which
 * of them share a unit, and the numbers that stand for them in the encodings
 * that make numbers of them.
 */
#include "data/encoder_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

/* What the rows of a level add up to; index levels: the missing ones. */
struct totals {
	double *w;  /* weights */
	double *wy; /* times the response, or the number of its class */
	double *labelled; /* weights of the rows that have a response */
	int64_t *n; /* rows of a weight > 0 */
};

struct pass {
	const struct frame *f;
	struct encoder *enc;
	int64_t response, weights; /* columns, -1 */
	uint8_t **skip;            /* encoder_skip_new(), or NULL */
	struct chunk x, y, w;
};

static double
number(const struct chunk *c, size_t i)
{
	return c->form == CHUNK_INT    ? (double)c->i64[i]
	       : c->form == CHUNK_CODE ? (double)c->code[i]
				       : c->f64[i];
}

static void
add_group(const struct pass *p, struct totals *t, const uint8_t *skip,
	  size_t missing)
{
	size_t i, level;
	double w = 1;

	for (i = 0; i < p->x.n; i++) {
		level = chunk_is_missing(&p->x, i) ? missing : p->x.code[i];
		if (p->weights >= 0)
			w = skip && skip[i] ? 0 : number(&p->w, i);
		if (!(w > 0))
			continue;
		t->n[level]++;
		t->w[level] += w;
		if (p->response < 0 || chunk_is_missing(&p->y, i))
			continue;
		t->labelled[level] += w;
		t->wy[level] += w * number(&p->y, i);
	}
}

static int
add_up(struct pass *p, size_t column, size_t levels, struct totals *t,
       struct err *e)
{
	size_t g;

	for (g = 0; g < frame_groups(p->f); g++) {
		if (frame_read(p->f, g, column, &p->x, e) < 0 ||
		    (p->response >= 0 &&
		     frame_read(p->f, g, (size_t)p->response, &p->y, e) < 0) ||
		    (p->weights >= 0 &&
		     frame_read(p->f, g, (size_t)p->weights, &p->w, e) < 0))
			return -1;
		add_group(p, t, p->skip ? p->skip[g] : NULL, levels);
	}
	return 0;
}

static void
totals_release(struct totals *t)
{
	mem_free(t->w);
	mem_free(t->wy);
	mem_free(t->labelled);
	mem_free(t->n);
}

static int
totals_init(struct totals *t, size_t levels, struct err *e)
{
	t->w = mem_zalloc(levels + 1, sizeof(*t->w), e);
	t->wy = mem_zalloc(levels + 1, sizeof(*t->wy), e);
	t->labelled = mem_zalloc(levels + 1, sizeof(*t->labelled), e);
	t->n = mem_zalloc(levels + 1, sizeof(*t->n), e);
	return t->w && t->wy && t->labelled && t->n ? 0 : -1;
}

/* ---- the order of levels ----------------------------------------------- */

struct rank {
	double by;
	size_t level;
};

static int
by_rank(const void *a, const void *b)
{
	const struct rank *p = a, *q = b;

	if (p->by < q->by || p->by > q->by)
		return p->by < q->by ? -1 : 1;
	return p->level < q->level ? -1 : p->level > q->level;
}

/* Level number rank[i].level becomes number i. */
static int
reorder(struct encoder_column *c, const struct rank *rank, struct err *e)
{
	struct string_table sorted = {0}, *t = &c->levels;
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		k = rank[i].level;
		if (string_table_add(&sorted, t->bytes + t->at[k],
				     (size_t)(t->at[k + 1] - t->at[k]),
				     e) < 0) {
			string_table_release(&sorted);
			return -1;
		}
	}
	string_table_release(t);
	*t = sorted;
	return 0;
}

/* By the mean response; levels without one stay behind, in their order. */
static int
sort_by_response(struct encoder_column *c, const struct totals *t,
		 struct err *e)
{
	struct rank *rank = mem_zalloc(c->levels.n, sizeof(*rank), e);
	size_t i;
	int status;

	if (!rank)
		return -1;
	for (i = 0; i < c->levels.n; i++)
		rank[i] = (struct rank){t->labelled[i] > 0
						? t->wy[i] / t->labelled[i]
						: (double)INFINITY, i};
	qsort(rank, c->levels.n, sizeof(*rank), by_rank);
	status = reorder(c, rank, e);
	mem_free(rank);
	return status;
}

/* The most frequent levels first, in their own order; equal ones likewise. */
static int
keep_frequent(struct encoder_column *c, const int64_t *counts, size_t most,
	      struct err *e)
{
	struct rank *rank;
	size_t i;
	int status;

	if (c->levels.n <= most)
		return 0;
	rank = mem_zalloc(c->levels.n, sizeof(*rank), e);
	if (!rank)
		return -1;
	for (i = 0; i < c->levels.n; i++)
		rank[i] = (struct rank){-(double)counts[i], i};
	qsort(rank, c->levels.n, sizeof(*rank), by_rank);
	for (i = 0; i < c->levels.n; i++)
		rank[i].by = i < most ? 0 : 1;
	qsort(rank, c->levels.n, sizeof(*rank), by_rank);
	status = reorder(c, rank, e);
	c->kept = most;
	mem_free(rank);
	return status;
}

/* ---- numbers of levels ------------------------------------------------- */

/*
 * Eigen: H2O takes the matrix of delta_ij - u_i u_j with u_i the root of level
 * i's share.  Every vector orthogonal to u is an eigenvector of its largest
 * eigenvalue, 1; ours is the one nearest to the order of the levels:
 * t - u (u.t) / (u.u) with t_i = i, scaled to length 1.
 */
static void
set_eigenvector(double *v, size_t n, const int64_t *counts)
{
	double ut = 0, uu = 0, length = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		ut += sqrt((double)counts[i]) * (double)i;
		uu += (double)counts[i];
	}
	for (i = 0; i < n; i++) {
		v[i] = (double)i - sqrt((double)counts[i]) * ut / uu;
		length += v[i] * v[i];
	}
	for (i = 0; i < n && length > 0; i++)
		v[i] /= sqrt(length);
}

/* Mean and deviation of a number per level; most and least if `range`. */
static void
set_scale(const struct encoder *enc, const struct totals *t, const double *v,
	  size_t n, double *sub, double *mul)
{
	double w = 0, sum = 0, dev = 0, low = INFINITY, high = -INFINITY;
	int64_t rows = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		w += t->w[i];
		sum += t->w[i] * v[i];
		rows += t->n[i];
		low = t->n[i] ? fmin(low, v[i]) : low;
		high = t->n[i] ? fmax(high, v[i]) : high;
	}
	*sub = w > 0 ? sum / w : 0;
	for (i = 0; i < n; i++)
		dev += t->w[i] * (v[i] - *sub) * (v[i] - *sub);
	dev = rows > 1 ? sqrt((double)rows / (double)(rows - 1) * dev / w) : 0;
	if (!enc->response)
		dev = high - low;
	*mul = dev > 0 && isfinite(dev) ? 1 / dev : 1;
}

static int
set_values(const struct encoder *enc, struct encoder_column *c,
	   const int64_t *counts, const struct totals *t, struct err *e)
{
	size_t i;

	c->value = mem_zalloc(c->levels.n, sizeof(*c->value), e);
	if (!c->value)
		return -1;
	for (i = 0; i < c->levels.n; i++)
		c->value[i] = (double)i;
	if (enc->encoding == ENCODING_EIGEN)
		set_eigenvector(c->value, c->levels.n, counts);
	set_scale(enc, t, c->value, c->levels.n, &c->sub, &c->mul);
	c->fill = c->sub;
	if (!enc->standardize || enc->uncentred)
		c->sub = 0;
	if (!enc->standardize)
		c->mul = 1;
	return 0;
}

/* A missing level has the bits of 0, like any other code. */
static int
set_bits(const struct encoder *enc, struct encoder_column *c,
	 const struct totals *t, struct err *e)
{
	size_t n = c->levels.n + 1, bits = encoder_bits(c->levels.n), i, k;
	double *v = mem_zalloc(n, sizeof(*v), e);

	c->bit_sub = mem_zalloc(bits, sizeof(*c->bit_sub), e);
	c->bit_mul = mem_zalloc(bits, sizeof(*c->bit_mul), e);
	if (!v || !c->bit_sub || !c->bit_mul) {
		mem_free(v);
		return -1;
	}
	for (k = 0; k < bits; k++) {
		for (i = 0; i + 1 < n; i++)
			v[i] = (double)((i + 1) >> k & 1);
		c->bit_mul[k] = 1;
		if (enc->standardize)
			set_scale(enc, t, v, n, &c->bit_sub[k],
				  &c->bit_mul[k]);
		if (enc->uncentred)
			c->bit_sub[k] = 0;
	}
	mem_free(v);
	return 0;
}

static int
encode_column(struct pass *p, size_t column, size_t most, struct err *e)
{
	const struct frame_column *from = frame_column(p->f, column);
	struct encoder *enc = p->enc;
	struct encoder_column *c =
		&enc->column[enc->source[column].predictor];
	struct totals t = {0};
	int status = -1;

	if (enc->encoding == ENCODING_ENUM_LIMITED)
		return keep_frequent(c, from->level_counts, most, e);
	if (totals_init(&t, c->levels.n, e) == 0 &&
	    add_up(p, column, c->levels.n, &t, e) == 0)
		status = enc->encoding == ENCODING_SORT_BY_RESPONSE
				 ? sort_by_response(c, &t, e)
			 : enc->encoding == ENCODING_BINARY
				 ? set_bits(enc, c, &t, e)
				 : set_values(enc, c, from->level_counts, &t,
					      e);
	totals_release(&t);
	return status;
}

int
encoder_encode_levels(struct encoder *enc, const struct frame *f, size_t most,
		      struct err *e)
{
	struct pass p = {.f = f, .enc = enc, .response = -1, .weights = -1};
	size_t i;
	int status = 0;

	if (enc->encoding == ENCODING_ONE_HOT)
		return 0;
	if (enc->response)
		p.response = frame_find(f, enc->response);
	if (enc->weights_column)
		p.weights = frame_find(f, enc->weights_column);
	if (p.weights >= 0 && enc->missing == MISSING_SKIP) {
		p.skip = encoder_skip_new(enc, f, e);
		if (!p.skip)
			return -1;
	}
	for (i = 0; status == 0 && i < enc->sources; i++)
		if (enc->source[i].predictor >= 0 &&
		    enc->source[i].type == COLUMN_ENUM)
			status = encode_column(&p, i, most, e);
	encoder_skip_free(p.skip, f);
	chunk_release(&p.x);
	chunk_release(&p.y);
	chunk_release(&p.w);
	return status;
}
