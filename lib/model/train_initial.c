/*
 * train_initial.c - where weights start, if not at random numbers: frames of
 * them, one per layer (initial_weights, initial_biases), or the hidden layers
 * of an autoencoder (pretrained_autoencoder).
 *
 * A frame is the matrix as dl-model(5) has it: a row for each unit (two, side
 * by side, for one of Maxout), a column for each input.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "dltools/mem.h"
#include "model/train_int.h"

/* One frame and the tensor that it is to fill. */
struct matrix {
	const char *option;
	const struct frame *f;
	size_t layer; /* from 1 */
	struct net_tensor to;
};

static int
bad_cell(const struct matrix *m, size_t column, int64_t row, const char *why,
	 struct err *e)
{
	return err_set(e, ERR_SCHEMA, "%s: layer %zu: '%s': row %lld of column "
		       "'%s': %s", m->option, m->layer, frame_path(m->f),
		       (long long)row + 1, frame_column(m->f, column)->name,
		       why);
}

static int
check_matrix(const struct matrix *m, struct err *e)
{
	size_t columns = frame_columns(m->f);

	if (frame_rows(m->f) != (int64_t)m->to.rows || columns != m->to.columns)
		return err_set(e, ERR_SCHEMA, "%s: layer %zu: '%s' has %lld "
			       "rows and %zu columns, the layer needs %zu and "
			       "%zu", m->option, m->layer, frame_path(m->f),
			       (long long)frame_rows(m->f), columns,
			       m->to.rows, m->to.columns);
	for (size_t i = 0; i < columns; i++) {
		const struct frame_column *c = frame_column(m->f, i);

		if (c->type != COLUMN_NUM)
			return err_set(e, ERR_SCHEMA, "%s: layer %zu: '%s': "
				       "column '%s' is %s, not num",
				       m->option, m->layer, frame_path(m->f),
				       c->name, column_type_name(c->type));
	}
	return 0;
}

/* Cells of one chunk into their column of values. */
static int
take_chunk(const struct matrix *m, size_t column, int64_t row,
	   const struct chunk *c, float *values, struct err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		int64_t at = row + (int64_t)i;
		float v;

		if (chunk_is_missing(c, i))
			return bad_cell(m, column, at, "missing", e);
		v = c->form == CHUNK_INT ? (float)c->i64[i] : (float)c->f64[i];
		if (!isfinite(v))
			return bad_cell(m, column, at, "not a finite number",
					e);
		values[(size_t)at * m->to.columns + column] = v;
	}
	return 0;
}

static int
read_matrix(const struct matrix *m, float *values, struct err *e)
{
	struct chunk c = {0};
	int64_t row = 0;
	int rc = 0;

	for (size_t g = 0; rc == 0 && g < frame_groups(m->f); g++) {
		for (size_t i = 0; rc == 0 && i < m->to.columns; i++) {
			rc = frame_read(m->f, g, i, &c, e);
			if (rc == 0)
				rc = take_chunk(m, i, row, &c, values, e);
		}
		row += (int64_t)frame_group_rows(m->f, g);
	}
	chunk_release(&c);
	return rc;
}

static int
take_frame(struct train *t, const char *path, const char *option, size_t tensor,
	   struct err *e)
{
	struct matrix m = {.option = option, .layer = tensor / 2 + 1};
	struct frame *f = frame_open(path, e);
	float *values = NULL;
	int rc = -1;

	if (!f)
		return err_prefix(e, "%s", option);
	m.f = f;
	net_tensor(t->model.net, tensor, &m.to);
	if (check_matrix(&m, e) == 0)
		values = mem_zalloc(m.to.rows, m.to.columns * sizeof(float),
				    e);
	if (values)
		rc = read_matrix(&m, values, e);
	if (rc == 0)
		net_set(t->model.net, tensor, values);
	if (rc == 0)
		rc = train_add_frame(t, option, m.layer, f, path, e);
	mem_free(values);
	frame_close(f);
	return rc;
}

static int
take_frames(struct train *t, const struct param_texts *paths,
	    const char *option, size_t first, struct err *e)
{
	for (size_t l = 0; l < paths->n; l++)
		if (*paths->v[l] &&
		    take_frame(t, paths->v[l], option, 2 * l + first, e) < 0)
			return -1;
	return 0;
}

/* ---- pretrained_autoencoder ----------------------------------------- */

static int
differs(const char *what, size_t there, size_t here, struct err *e)
{
	return err_set(e, ERR_SCHEMA, "pretrained_autoencoder: %s: %zu there, "
		       "%zu here", what, there, here);
}

/* The same inputs in the same order, or the weights would mean nothing. */
static int
check_units(const struct encoder *from, const struct encoder *to,
	    struct err *e)
{
	size_t n = encoder_units(from);
	int rc = 0;

	if (n != encoder_units(to))
		return differs("input units", n, encoder_units(to), e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		char *a = encoder_unit_name(from, i, e);
		char *b = a ? encoder_unit_name(to, i, e) : NULL;

		if (!b)
			rc = -1;
		else if (strcmp(a, b) != 0)
			rc = err_set(e, ERR_SCHEMA, "pretrained_autoencoder: "
				     "input %zu is '%s' there, '%s' here",
				     i + 1, a, b);
		mem_free(a);
		mem_free(b);
	}
	return rc;
}

static int
check_pretrained(const struct train *t, const struct model *from,
		 struct err *e)
{
	const struct net_shape *a = net_shape(from->net);
	const struct net_shape *b = net_shape(t->model.net);

	if (!a->autoencoder)
		return err_set(e, ERR_SCHEMA, "pretrained_autoencoder: the "
			       "model predicts '%s', it is no autoencoder",
			       from->enc.response);
	if (a->layers != b->layers)
		return differs("hidden layers", a->layers, b->layers, e);
	for (size_t l = 0; l < a->layers; l++) {
		struct net_tensor there, here;
		char what[48];

		net_tensor(from->net, 2 * l, &there);
		net_tensor(t->model.net, 2 * l, &here);
		snprintf(what, sizeof(what), "units of hidden layer %zu",
			 l + 1);
		if (there.rows != here.rows)
			return differs(what, there.rows, here.rows, e);
	}
	return check_units(&from->enc, &t->model.enc, e);
}

static int
take_pretrained(struct train *t, const struct model *from, struct err *e)
{
	size_t tensors = 2 * net_shape(from->net)->layers;

	if (check_pretrained(t, from, e) < 0)
		return -1;
	for (size_t i = 0; i < tensors; i++) {
		struct net_tensor n;
		float *values;

		net_tensor(from->net, i, &n);
		values = mem_zalloc(n.rows, n.columns * sizeof(float), e);
		if (!values)
			return -1;
		net_get(from->net, i, values);
		net_set(t->model.net, i, values);
		mem_free(values);
	}
	return 0;
}

int
train_take_initial(struct train *t, struct err *e)
{
	const struct params *p = t->rq.params;

	if (t->rq.pretrained && take_pretrained(t, t->rq.pretrained, e) < 0)
		return -1;
	if (take_frames(t, &p->initial_weights, "initial_weights", 0, e) < 0)
		return -1;
	return take_frames(t, &p->initial_biases, "initial_biases", 1, e);
}
