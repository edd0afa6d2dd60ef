/*
 * metrics_record.c - measures and tables of a model file read back; see
 * metrics_record.h.  Numbers this version does not know are kept under their
 * names.
 */
#include <dltools/metrics_record.h>

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <dltools/mem.h>

#include "conf/json_read.h"

static int
bad(const char *what, struct err *e)
{
	return err_set(e, ERR_INPUT, "the metrics' '%s' is not as it should "
		       "be", what);
}

static int
add_measure(struct metrics_record *r, size_t *room, const char *name,
	    double value, struct err *e)
{
	char *copy;

	if (mem_grow(&r->measure, room, r->measures + 1, sizeof(*r->measure),
		     e) < 0)
		return -1;
	copy = mem_strdup(name, e);
	if (!copy)
		return -1;
	r->measure[r->measures++] = (struct metrics_measure){copy, value};
	return 0;
}

static int
read_measures(struct metrics_record *r, json_t *root, struct err *e)
{
	const json_t *hits = json_object_get(root, "hit_ratios");
	const char *key;
	char name[32];
	size_t room = 0, i;
	json_t *value;

	json_object_foreach(root, key, value)
		if (json_is_number(value) &&
		    add_measure(r, &room, key, json_number_value(value),
				e) < 0)
			return -1;
	for (i = 0; i < json_array_size(hits); i++) {
		snprintf(name, sizeof(name), "hit_ratio_%zu", i + 1);
		if (!json_is_number(json_array_get(hits, i)))
			return bad("hit_ratios", e);
		if (add_measure(r, &room, name, json_number_value(
				json_array_get(hits, i)), e) < 0)
			return -1;
	}
	return 0;
}

/* ---- tables --------------------------------------------------------- */

/*
 * cell[rows][columns] of a table of numbers with so many columns; null is NaN
 * where that may be.
 */
static int
read_numbers(const json_t *rows, size_t columns, bool or_null, double *cell)
{
	const json_t *v;
	size_t i, k;

	for (i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_array_size(row) != columns)
			return -1;
		for (k = 0; k < columns; k++) {
			v = json_array_get(row, k);
			if (!json_is_number(v) &&
			    !(or_null && json_is_null(v)))
				return -1;
			cell[i * columns + k] = json_is_null(v)
				? NAN : json_number_value(v);
		}
	}
	return 0;
}

/* Thresholds fall; what lies above them grows up to the totals. */
static bool
is_curve(const struct curve *c)
{
	size_t i, last = c->n - 1;

	for (i = 1; i < c->n; i++)
		if (!(c->threshold[i] < c->threshold[i - 1]) ||
		    c->tp[i] < c->tp[i - 1] || c->fp[i] < c->fp[i - 1])
			return false;
	return !c->n || (c->tp[0] >= 0 && c->fp[0] >= 0 &&
			 c->tp[last] <= c->positives &&
			 c->fp[last] <= c->negatives);
}

static int
take_curve(struct curve *c, const double *cell, size_t n, struct err *e)
{
	size_t i;

	c->threshold = mem_zalloc(n, sizeof(double), e);
	c->tp = mem_zalloc(n, sizeof(double), e);
	c->fp = mem_zalloc(n, sizeof(double), e);
	if (!c->threshold || !c->tp || !c->fp)
		return -1;
	c->n = n;
	c->unit = 1;
	for (i = 0; i < n; i++) {
		c->threshold[i] = cell[3 * i];
		c->tp[i] = cell[3 * i + 1];
		c->fp[i] = cell[3 * i + 2];
	}
	return is_curve(c) ? 0 : bad("thresholds", e);
}

static int
read_curve(struct metrics_record *r, const json_t *root, struct err *e)
{
	const json_t *table = json_object_get(root, "thresholds");
	const json_t *rows = json_object_get(table, "rows");
	size_t n = json_array_size(rows);
	double *cell;
	int status;

	if (!table)
		return 0;
	r->curve.positives = metrics_record_value(r, "positives");
	r->curve.negatives = metrics_record_value(r, "negatives");
	if (!json_is_array(rows) || isnan(r->curve.positives) ||
	    isnan(r->curve.negatives))
		return bad("thresholds", e);
	cell = mem_zalloc(n, 3 * sizeof(*cell), e);
	if (!cell)
		return -1;
	status = read_numbers(rows, 3, false, cell) < 0
			 ? bad("thresholds", e)
			 : take_curve(&r->curve, cell, n, e);
	mem_free(cell);
	return status;
}

static int
read_gains(struct metrics_record *r, const json_t *root, struct err *e)
{
	const json_t *table = json_object_get(root, "gains_lift");
	const json_t *rows = json_object_get(table, "rows");

	if (!table)
		return 0;
	r->gains.n = json_array_size(rows);
	r->gains.row = mem_zalloc(r->gains.n, sizeof(*r->gains.row), e);
	if (!r->gains.row)
		return -1;
	if (!r->gains.n ||
	    read_numbers(rows, GAINS_COLUMNS, true, *r->gains.row) < 0)
		return bad("gains_lift", e);
	return 0;
}

static int
read_confusion(struct metrics_record *r, const json_t *root, struct err *e)
{
	const json_t *rows = json_object_get(root, "confusion_matrix");
	size_t n = json_array_size(rows);

	if (!rows)
		return 0;
	r->classes = json_array_size(json_array_get(rows, 0));
	if (!r->classes || (n != r->classes && n != r->classes + 1))
		return bad("confusion_matrix", e);
	r->confusion_rows = n;
	r->confusion = mem_zalloc(n * r->classes, sizeof(double), e);
	if (!r->confusion)
		return -1;
	return read_numbers(rows, r->classes, false, r->confusion) < 0
		       ? bad("confusion_matrix", e) : 0;
}

/* A class by its number; the second one may be null: the rest. */
static int
read_class(const struct metrics_record *r, const json_t *v, bool or_rest,
	   size_t *to)
{
	json_int_t i = json_integer_value(v);

	*to = r->classes;
	if (or_rest && json_is_null(v))
		return 0;
	if (!json_is_integer(v) || i < 0 || (size_t)i >= r->classes)
		return -1;
	*to = (size_t)i;
	return 0;
}

/* null: one of the classes has no rows. */
static double
number_or_none(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : (double)NAN;
}

static int
read_pairs(struct metrics_record *r, const json_t *root, struct err *e)
{
	const json_t *table = json_object_get(root, "multinomial_auc");
	const json_t *rows = json_object_get(table, "rows"), *row;
	size_t i;

	if (!table)
		return 0;
	r->pair = mem_zalloc(json_array_size(rows), sizeof(*r->pair), e);
	if (!r->pair)
		return -1;
	json_array_foreach(rows, i, row) {
		struct metrics_pair *p = &r->pair[r->pairs++];

		if (json_array_size(row) != 5 ||
		    read_class(r, json_array_get(row, 0), false, &p->a) < 0 ||
		    read_class(r, json_array_get(row, 1), true, &p->b) < 0)
			return bad("multinomial_auc", e);
		p->auc = number_or_none(json_array_get(row, 2));
		p->pr_auc = number_or_none(json_array_get(row, 3));
		p->weight = json_number_value(json_array_get(row, 4));
	}
	return 0;
}

static int
read_tables(struct metrics_record *r, json_t *root, struct err *e)
{
	return read_measures(r, root, e) < 0 || read_curve(r, root, e) < 0 ||
	       read_gains(r, root, e) < 0 || read_confusion(r, root, e) < 0
		       ? -1 : read_pairs(r, root, e);
}

int
metrics_read(struct metrics_record *r, const char *json, struct err *e)
{
	json_t *root;
	int status = json_read(&root, json, strlen(json), NULL, e);

	memset(r, 0, sizeof(*r));
	if (status >= 0 && !json_is_object(root))
		status = bad("object", e);
	else if (status == 0)
		status = read_tables(r, root, e);
	json_decref(root);
	if (status < 0)
		metrics_record_release(r);
	return status;
}

void
metrics_record_release(struct metrics_record *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->measures; i++)
		mem_free(r->measure[i].name);
	mem_free(r->measure);
	curve_release(&r->curve);
	gains_release(&r->gains);
	mem_free(r->confusion);
	mem_free(r->pair);
	memset(r, 0, sizeof(*r));
}

double
metrics_record_value(const struct metrics_record *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->measures; i++)
		if (strcmp(r->measure[i].name, name) == 0)
			return r->measure[i].value;
	return NAN;
}
