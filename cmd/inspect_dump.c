/*
 * inspect_dump.c - the weights of a model as text: all that another program
 * needs to compute what the net computes; see inspect.h.
 *
 * Written row by row, as a net may be larger as text than memory.
 */
#include "inspect.h"

#include <string.h>

#include <dltools/file.h>
#include <dltools/json.h>
#include <dltools/mem.h>
#include <dltools/num.h>

struct dump {
	const struct model *m;
	bool is_json;
	struct outfile out;
	struct str text; /* not yet handed to out */
	struct json j;   /* into text */
};

static int
flush(struct dump *d, struct err *e)
{
	int status = str_check(&d->text, e);

	if (status == 0)
		status = outfile_write(&d->out, d->text.buf, d->text.len, e);
	str_reset(&d->text);
	return status;
}

/* ---- one line of TSV ----------------------------------------------------- */

static void
line_start(struct dump *d, size_t layer, const char *kind, size_t row)
{
	str_addf(&d->text, "%zu\t%s\t%zu\t", layer, kind, row);
}

static void
line_end(struct dump *d, double value, bool is_float)
{
	char text[NUM_TEXT];

	if (is_float)
		num_print_float(text, (float)value);
	else
		num_print_double(text, value);
	str_addf(&d->text, "\t%s\n", text);
}

/* ---- inputs and response ------------------------------------------------- */

static const char *const scale_kind[] = {"sub", "mul", "fill"};

/* The first n of sub, mul and fill. */
static void
put_scale(struct dump *d, const char *name, const double *value, int n)
{
	json_add_text(&d->j, "name", name);
	for (int i = 0; i < n; i++)
		json_add_real(&d->j, scale_kind[i], value[i]);
}

/* A line whose column is a name. */
static void
add_named(struct dump *d, size_t layer, const char *kind, size_t row,
	  const char *name, size_t len, double value)
{
	static const char *const head[] = {"name"};
	struct table t;

	table_start(&t, head, 1);
	table_text(&t, name, len);
	line_start(d, layer, kind, row);
	if (!t.failed && !t.text.failed)
		table_cell_text(&t, 0, TABLE_TSV, &d->text);
	line_end(d, value, false);
	d->text.failed |= t.failed || t.text.failed;
	table_release(&t);
}

static void
add_scale(struct dump *d, size_t layer, size_t row, const char *name,
	  const double *value, int n)
{
	for (int i = 0; i < n; i++)
		add_named(d, layer, scale_kind[i], row, name, strlen(name),
			  value[i]);
}

static int
dump_inputs(struct dump *d, struct err *e)
{
	const struct encoder *enc = &d->m->enc;
	size_t i, n = encoder_units(enc);

	for (i = 0; i < n; i++) {
		double scale[] = {0, 1, encoder_unit_fill(enc, i)};
		char *name = encoder_unit_name(enc, i, e);

		if (!name)
			return -1;
		encoder_unit_scale(enc, i, &scale[0], &scale[1]);
		if (d->is_json) {
			json_put_object(&d->j);
			put_scale(d, name, scale, 3);
			json_end(&d->j);
		} else {
			add_scale(d, 0, i + 1, name, scale, 3);
		}
		mem_free(name);
		if (flush(d, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_level(void *ctx, const struct inspect_level *l, struct err *e)
{
	struct dump *d = ctx;
	struct str name = STR_INIT;

	if (d->is_json) {
		json_put_object(&d->j);
		json_add_text(&d->j, "column", l->column);
		json_key(&d->j, "level");
		if (l->text)
			json_put_bytes(&d->j, l->text, l->len);
		else
			json_put_null(&d->j);
		json_add_int(&d->j, "input", (int64_t)l->input);
		json_add_real(&d->j, "value", l->value);
		json_end(&d->j);
		return flush(d, e);
	}
	str_addf(&name, "%s.", l->column);
	if (l->text)
		str_add_bytes(&name, l->text, l->len);
	else
		str_add(&name, "missing(NA)");
	add_named(d, 0, "level", l->input, name.buf, name.len, l->value);
	d->text.failed |= name.failed;
	str_release(&name);
	return flush(d, e);
}

static int
dump_levels(struct dump *d, struct err *e)
{
	int rc;

	if (d->is_json) {
		json_key(&d->j, "levels");
		json_put_array(&d->j);
	}
	rc = inspect_each_level(&d->m->enc, add_level, d, e);
	if (d->is_json)
		json_end(&d->j);
	return rc;
}

/* ---- layers and classes -------------------------------------------------- */

static void
dump_activations(struct dump *d)
{
	const struct net_shape *s = net_shape(d->m->net);
	double factor;

	if (d->is_json) {
		json_key(&d->j, "activations");
		json_put_array(&d->j);
	}
	for (size_t l = 1; l <= s->layers + 1; l++) {
		const char *name = inspect_activation(s, l, &factor);

		if (!d->is_json) {
			add_named(d, l, "activation", 1, name, strlen(name),
				  factor);
			continue;
		}
		json_put_object(&d->j);
		json_add_text(&d->j, "name", name);
		json_add_real(&d->j, "factor", factor);
		json_end(&d->j);
	}
	if (d->is_json)
		json_end(&d->j);
}

static int
dump_classes(struct dump *d, struct err *e)
{
	const struct encoder *enc = &d->m->enc;
	const struct string_table *t = &enc->classes;
	size_t layer = net_shape(d->m->net)->layers + 1;

	if (!encoder_is_classifier(enc))
		return 0;
	if (d->is_json) {
		json_key(&d->j, "classes");
		json_put_array(&d->j);
	}
	for (size_t c = 0; c < t->n; c++) {
		const char *text = t->bytes + t->at[c];
		size_t len = (size_t)(t->at[c + 1] - t->at[c]);
		double factor = inspect_class_factor(enc, c);

		if (!d->is_json) {
			add_named(d, layer, "class", c + 1, text, len, factor);
		} else {
			json_put_object(&d->j);
			json_key(&d->j, "name");
			json_put_bytes(&d->j, text, len);
			json_add_real(&d->j, "factor", factor);
			json_end(&d->j);
		}
		if (flush(d, e) < 0)
			return -1;
	}
	if (d->is_json)
		json_end(&d->j);
	return 0;
}

/* Regression: the output is (response - sub) * mul, or the log of that. */
static void
dump_response(struct dump *d)
{
	const struct encoder *enc = &d->m->enc;
	const double scale[] = {enc->response_sub, enc->response_mul};
	size_t layer = net_shape(d->m->net)->layers + 1;

	if (!enc->response || encoder_is_classifier(enc))
		return;
	if (d->is_json) {
		json_key(&d->j, "response");
		json_put_object(&d->j);
		put_scale(d, enc->response, scale, 2);
		if (enc->offset_column)
			json_add_text(&d->j, "offset", enc->offset_column);
		json_end(&d->j);
		return;
	}
	add_scale(d, layer, 1, enc->response, scale, 2);
	if (enc->offset_column)
		add_named(d, layer, "offset", 1, enc->offset_column,
			  strlen(enc->offset_column), 1);
}

/* ---- weights ------------------------------------------------------------- */

static void
put_row(struct dump *d, const float *value, size_t n)
{
	size_t i;

	json_put_array(&d->j);
	for (i = 0; i < n; i++)
		json_put_float(&d->j, value[i]);
	json_end(&d->j);
}

static void
add_row(struct dump *d, size_t layer, const struct net_tensor *t, size_t row,
	const float *value)
{
	size_t i;

	for (i = 0; i < t->columns; i++) {
		line_start(d, layer, t->is_vector ? "bias" : "weight", row + 1);
		if (!t->is_vector)
			str_addf(&d->text, "%zu", i + 1);
		line_end(d, value[i], true);
	}
}

/* value[rows * columns]; a bias is a list, a weight a list of rows. */
static int
dump_values(struct dump *d, size_t layer, const struct net_tensor *t,
	    const float *value, struct err *e)
{
	size_t row;

	if (d->is_json && t->is_vector) {
		put_row(d, value, t->rows);
		return flush(d, e);
	}
	if (d->is_json)
		json_put_array(&d->j);
	for (row = 0; row < t->rows; row++) {
		if (d->is_json)
			put_row(d, value + row * t->columns, t->columns);
		else
			add_row(d, layer, t, row, value + row * t->columns);
		if (flush(d, e) < 0)
			return -1;
	}
	if (d->is_json)
		json_end(&d->j);
	return 0;
}

float *
inspect_tensor(const struct net *net, size_t i, struct net_tensor *t,
	       struct err *e)
{
	float *value = NULL;
	size_t n;

	net_tensor(net, i, t);
	if (mem_mul(t->rows, t->columns, &n) < 0)
		err_nomem(e, "weights");
	else
		value = mem_zalloc(n, sizeof *value, e);
	if (value)
		net_get(net, i, value);
	return value;
}

static int
dump_tensor(struct dump *d, size_t i, struct err *e)
{
	struct net_tensor t;
	float *value;
	int status;

	net_tensor(d->m->net, i, &t);
	if (t.is_state)
		return 0;
	value = inspect_tensor(d->m->net, i, &t, e);
	if (!value)
		return -1;
	if (d->is_json)
		json_key(&d->j, t.name);
	/* each layer has a weight and a bias */
	status = dump_values(d, i / 2 + 1, &t, value, e);
	mem_free(value);
	return status;
}

/* ---- the whole ----------------------------------------------------------- */

static int
dump_all(struct dump *d, struct err *e)
{
	size_t i;

	if (d->is_json) {
		json_put_object(&d->j);
		json_key(&d->j, "inputs");
		json_put_array(&d->j);
	} else {
		str_add(&d->text, "layer\tkind\trow\tcolumn\tvalue\n");
	}
	if (dump_inputs(d, e) < 0)
		return -1;
	if (d->is_json)
		json_end(&d->j);
	if (dump_levels(d, e) < 0)
		return -1;
	for (i = 0; i < net_tensors(d->m->net); i++)
		if (dump_tensor(d, i, e) < 0)
			return -1;
	dump_activations(d);
	if (dump_classes(d, e) < 0)
		return -1;
	dump_response(d);
	if (d->is_json) {
		json_end(&d->j);
		str_add_char(&d->text, '\n');
	}
	return flush(d, e);
}

int
inspect_dump(const struct model *m, int form, struct err *e)
{
	struct dump d = {.m = m, .is_json = form == INSPECT_DUMP_JSON,
			 .text = STR_INIT};
	int status = -1;

	d.j = json_start(&d.text);
	if (outfile_open(&d.out, "-", e) == 0 && dump_all(&d, e) == 0)
		status = outfile_commit(&d.out, e);
	outfile_discard(&d.out);
	str_release(&d.text);
	return status;
}
