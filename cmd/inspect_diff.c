/*
 * inspect_diff.c - in what two models differ: parameters, columns and levels,
 * weights; see inspect.h.
 */
#include "inspect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <dltools/mem.h>

/* A row of the table of differences. */
static void
add_difference(struct table *t, const char *part, const char *name,
	       const char *first, const char *second)
{
	table_text(t, part, strlen(part));
	table_text(t, name, strlen(name));
	table_text(t, first, strlen(first));
	table_text(t, second, strlen(second));
}

static void
compare_texts(struct table *t, const char *part, const char *name,
	      const char *first, const char *second)
{
	first = first ? first : "";
	second = second ? second : "";
	if (strcmp(first, second) != 0)
		add_difference(t, part, name, first, second);
}

static void
compare_parameters(const struct model *a, const struct model *b,
		   struct table *t)
{
	struct str first = STR_INIT, second = STR_INIT;
	size_t i;

	for (i = 0; i < PARAM_COUNT; i++) {
		str_reset(&first);
		str_reset(&second);
		param_print(&a->params, &param_table[i], &first);
		param_print(&b->params, &param_table[i], &second);
		compare_texts(t, "parameter", param_table[i].name, first.buf,
			      second.buf);
		t->failed |= first.failed || second.failed;
	}
	str_release(&first);
	str_release(&second);
}

/* ---- columns ------------------------------------------------------------- */

static const struct encoder_source *
find_source(const struct encoder *enc, const char *name)
{
	size_t i;

	for (i = 0; i < enc->sources; i++)
		if (strcmp(enc->source[i].name, name) == 0)
			return &enc->source[i];
	return NULL;
}

/* "enum predictor", or nothing if there is no such column. */
static void
describe(const struct encoder_source *s, struct str *out)
{
	str_reset(out);
	if (s)
		str_addf(out, "%s %s", column_type_name(s->type),
			 encoder_role_name(s->role));
}

static const struct string_table *
levels_of(const struct encoder *enc, const struct encoder_source *s)
{
	static const struct string_table none;

	if (!s || s->type != COLUMN_ENUM)
		return &none;
	if (s->role == ROLE_RESPONSE)
		return &enc->classes;
	return s->predictor < 0 ? &none : &enc->column[s->predictor].levels;
}

/* "12 levels", and the first that the other has not at the same place. */
static void
describe_levels(const struct string_table *t, size_t at, struct str *out)
{
	str_reset(out);
	str_addf(out, "%zu levels", t->n);
	if (at >= t->n)
		return;
	str_addf(out, ", number %zu is '", at + 1);
	str_add_quoted(out, t->bytes + t->at[at],
		       (size_t)(t->at[at + 1] - t->at[at]), 40);
	str_add_char(out, '\'');
}

/* The first level that differs, SIZE_MAX if none does. */
static size_t
first_difference(const struct string_table *a, const struct string_table *b)
{
	size_t i, n = a->n < b->n ? a->n : b->n;

	for (i = 0; i < n; i++) {
		uint64_t len = a->at[i + 1] - a->at[i];

		if (len != b->at[i + 1] - b->at[i] ||
		    memcmp(a->bytes + a->at[i], b->bytes + b->at[i],
			   (size_t)len) != 0)
			return i;
	}
	return a->n == b->n ? SIZE_MAX : n;
}

/* source: a column of one model or of both. */
static void
compare_column(const struct model *a, const struct model *b, const char *name,
	       struct table *t)
{
	const struct encoder_source *first = find_source(&a->enc, name);
	const struct encoder_source *second = find_source(&b->enc, name);
	const struct string_table *old = levels_of(&a->enc, first);
	const struct string_table *new = levels_of(&b->enc, second);
	struct str x = STR_INIT, y = STR_INIT;
	size_t at;

	describe(first, &x);
	describe(second, &y);
	compare_texts(t, "column", name, x.buf, y.buf);
	at = first_difference(old, new);
	if (old->n && new->n && at != SIZE_MAX) {
		describe_levels(old, at, &x);
		describe_levels(new, at, &y);
		add_difference(t, "levels", name, x.buf, y.buf);
	}
	t->failed |= x.failed || y.failed;
	str_release(&x);
	str_release(&y);
}

static void
compare_columns(const struct model *a, const struct model *b, struct table *t)
{
	size_t i;

	for (i = 0; i < a->enc.sources; i++)
		compare_column(a, b, a->enc.source[i].name, t);
	for (i = 0; i < b->enc.sources; i++)
		if (!find_source(&a->enc, b->enc.source[i].name))
			compare_column(a, b, b->enc.source[i].name, t);
}

/* ---- weights ------------------------------------------------------------- */

static void
add_weights(struct table *t, const struct net_tensor *tensor, size_t n,
	    const float *first, const float *second)
{
	size_t i, differ = 0;
	double most = 0;
	char count[64], largest[64];

	for (i = 0; i < n; i++) {
		double d = fabs((double)first[i] - (double)second[i]);

		differ += d > 0;
		most = d > most ? d : most;
	}
	if (!differ)
		return;
	snprintf(count, sizeof count, "%zu of %zu differ", differ, n);
	snprintf(largest, sizeof largest, "by %.6g at most", most);
	add_difference(t, "weights", tensor->name, count, largest);
}

static int
compare_values(const struct model *a, const struct model *b, size_t i,
	       const struct net_tensor *tensor, struct table *t, struct err *e)
{
	struct net_tensor same;
	float *first = inspect_tensor(a->net, i, &same, e);
	float *second = first ? inspect_tensor(b->net, i, &same, e) : NULL;

	if (second)
		add_weights(t, tensor, same.rows * same.columns, first, second);
	mem_free(first);
	mem_free(second);
	return second ? 0 : -1;
}

/* Tensor i, 0 based, of both; empty behind the last that is no state. */
static void
tensor_of(const struct model *m, size_t i, struct net_tensor *tensor)
{
	memset(tensor, 0, sizeof *tensor);
	if (i < net_tensors(m->net))
		net_tensor(m->net, i, tensor);
	if (tensor->is_state)
		memset(tensor, 0, sizeof *tensor);
}

static void
describe_shape(const struct net_tensor *tensor, char text[64])
{
	text[0] = '\0';
	if (tensor->rows)
		snprintf(text, 64, "%zux%zu", tensor->rows, tensor->columns);
}

static int
compare_weights(const struct model *a, const struct model *b, struct table *t,
		struct err *e)
{
	struct net_tensor first, second;
	char x[64], y[64];
	size_t i;

	for (i = 0;; i++) {
		tensor_of(a, i, &first);
		tensor_of(b, i, &second);
		if (!first.rows && !second.rows)
			return 0;
		describe_shape(&first, x);
		describe_shape(&second, y);
		compare_texts(t, "shape", first.rows ? first.name : second.name,
			      x, y);
		if (strcmp(x, y) == 0 &&
		    compare_values(a, b, i, &first, t, e) < 0)
			return -1;
	}
}

int
inspect_diff(const struct model *a, const struct model *b,
	     enum table_format format, bool *differ, struct str *out,
	     struct err *e)
{
	static const char *const names[] = {"part", "name", "first", "second"};
	struct table t;
	int status;

	table_start(&t, names, 4);
	compare_parameters(a, b, &t);
	compare_columns(a, b, &t);
	status = compare_weights(a, b, &t, e);
	*differ = t.n || t.failed;
	if (status == 0 && *differ) {
		table_print(&t, format, out);
		status = str_check(out, e);
	}
	table_release(&t);
	return status;
}
