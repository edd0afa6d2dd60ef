/* permutation.c - importance of columns by permutation; see permutation.h. */
#include <dltools/permutation.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/adapt.h>
#include <dltools/mem.h>
#include <dltools/rng.h>

#include "model/shuffle.h"
#include "model/stop.h"

struct job {
	const struct model *m;
	const struct permutation_options *o;
	const struct stop_metric *metric;
	struct score_source source;
	int64_t *row; /* [rows] */
	bool *unit;   /* [units] */
	size_t rows;
};

static int
measure(const struct job *j, const struct shuffle *shuffle, double *value,
	int64_t *rows, struct err *e)
{
	const struct params *p = &j->m->params;
	struct history_measures measures;
	struct metrics m;
	int status = -1;

	if (score_metrics_init(&m, &j->m->enc, net_shape(j->m->net),
			       p->huber_alpha, e) < 0)
		return -1;
	m.auc_type = metrics_auc_type(p->auc_type);
	if (score_rows_shuffled(&j->source, shuffle, &m, e) == 0 &&
	    metrics_finish(&m, e) == 0) {
		history_measure(&measures, &m);
		*rows = m.rows;
		*value = stop_metric_loss(j->metric, &measures);
		status = 0;
	}
	metrics_release(&m);
	return status;
}

/* The units of one predictor are dealt out, `repeats` times. */
static int
permute(const struct job *j, size_t column, double base,
	struct permutation_column *to, struct err *e)
{
	const struct encoder_column *c = &j->m->enc.column[column];
	const struct shuffle shuffle = {j->unit, j->row};
	struct rng_key key = rng_key(j->o->seed, RNG_SHUFFLE);
	double value, mean = 0, square = 0, delta;
	int64_t rows;
	size_t r, i;

	memset(j->unit, 0, encoder_units(&j->m->enc) * sizeof(*j->unit));
	for (i = c->first_unit; i < c->first_unit + c->units; i++)
		j->unit[i] = true;
	for (r = 0; r < j->o->repeats; r++) {
		for (i = 0; i < j->rows; i++)
			j->row[i] = (int64_t)rng_permute(key,
				column * j->o->repeats + r, i, j->rows);
		if (measure(j, &shuffle, &value, &rows, e) < 0)
			return -1;
		/* Welford's updates */
		delta = value - base - mean;
		mean += delta / (double)(r + 1);
		square += delta * (value - base - mean);
	}
	to->name = c->name;
	to->mean = mean;
	to->sd = r > 1 ? sqrt(square / (double)(r - 1)) : 0;
	return 0;
}

static int
by_mean(const void *a, const void *b)
{
	const struct permutation_column *x = a, *y = b;

	if (x->mean != y->mean)
		return x->mean < y->mean ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int
permute_all(struct job *j, struct permutation *p, int64_t all, struct err *e)
{
	const struct encoder *enc = &j->m->enc;
	double base;
	size_t i;

	if (measure(j, NULL, &base, &p->rows, e) < 0)
		return -1;
	p->left_out = all - p->rows;
	if (!p->rows)
		return err_set(e, ERR_INPUT, "no row of %lld counts: the "
			       "response is missing or the prediction is not "
			       "a number", (long long)all);
	if (isnan(base))
		return err_set(e, ERR_USAGE, "--metric %s: these rows have "
			       "none", j->metric->name);
	p->value = j->metric->larger ? -base : base;
	p->column = mem_zalloc(enc->columns, sizeof(*p->column), e);
	if (!p->column)
		return -1;
	for (i = 0; i < enc->columns; i++)
		if (permute(j, i, base, &p->column[p->n++], e) < 0)
			return -1;
	qsort(p->column, p->n, sizeof(*p->column), by_mean);
	return 0;
}

/* ---- the rows --------------------------------------------------------- */

static int
check(struct job *j, struct err *e)
{
	const struct model *m = j->m;
	const char *name = j->o->metric ? j->o->metric : "AUTO";

	if (!m->enc.response)
		return err_set(e, ERR_USAGE, "the model is an autoencoder: "
			       "there is no response to predict worse");
	if (m->enc.buckets)
		return err_set(e, ERR_USAGE, "--permutation-importance: the "
			       "model hashes categories, so columns share its "
			       "inputs");
	j->metric = stop_metric_find(name, encoder_is_classifier(&m->enc),
				     false);
	if (!j->metric)
		return err_set(e, ERR_USAGE, "--metric: '%s': no metric of a "
			       "%s", name, encoder_is_classifier(&m->enc)
			       ? "classifier" : "regression");
	if (!strcmp(j->metric->name, "lift_top_group") &&
	    m->enc.classes.n != 2)
		return err_set(e, ERR_USAGE, "--metric lift_top_group: is of "
			       "two classes, and the model has %zu",
			       m->enc.classes.n);
	return 0;
}

static struct rows *
load(const struct job *j, const struct frame *f, struct err *e)
{
	const struct encoder *enc = &j->m->enc;
	struct adapt *a = adapt_new(enc, f, ADAPT_RESPONSE | ADAPT_WEIGHTS, e);
	struct rows *rows = NULL;
	const size_t *missing;

	if (a && adapt_missing(a, &missing) > 0)
		err_set(e, ERR_SCHEMA, "'%s' has no column '%s', which the "
			"model uses", frame_path(f),
			enc->column[missing[0]].name);
	else if (a)
		rows = rows_load(f, enc, a, ROWS_VALID, j->source.pool, e);
	adapt_free(a);
	return rows;
}

/* What permute_all() needs, but for the forward pass; all to be freed. */
static struct rows *
prepare(struct job *j, const struct frame *f, struct err *e)
{
	struct rows *rows = load(j, f, e);

	if (!rows)
		return NULL;
	j->rows = (size_t)rows_count(rows);
	j->source.rows = rows;
	j->source.enc = &j->m->enc;
	j->source.loss = net_shape(j->m->net)->loss;
	j->row = mem_zalloc(j->rows, sizeof(*j->row), e);
	j->unit = mem_zalloc(encoder_units(&j->m->enc), sizeof(*j->unit), e);
	if (j->row && j->unit)
		return rows;
	rows_free(rows);
	return NULL;
}

int
permutation_run(struct permutation *p, const struct model *m, const char *path,
		const struct permutation_options *o, struct err *e)
{
	struct job j = {.m = m, .o = o};
	struct forward *fwd = NULL;
	struct frame *f = NULL;
	struct rows *rows = NULL;
	int status = -1;

	memset(p, 0, sizeof(*p));
	if (check(&j, e) < 0)
		return -1;
	f = frame_open(path, e);
	j.source.pool = f ? pool_new(o->threads ? o->threads
				     : pool_default_threads(), e) : NULL;
	fwd = j.source.pool ? forward_new(m->net, PRECISION_F32, e) : NULL;
	j.source.fwd = fwd;
	rows = fwd ? prepare(&j, f, e) : NULL;
	if (rows)
		status = permute_all(&j, p, frame_rows(f), e);
	p->metric = j.metric->name;
	mem_free(j.row);
	mem_free(j.unit);
	rows_free(rows);
	forward_free(fwd);
	pool_free(j.source.pool);
	frame_close(f);
	return status;
}

void
permutation_release(struct permutation *p)
{
	if (!p)
		return;
	mem_free(p->column);
	memset(p, 0, sizeof(*p));
}
