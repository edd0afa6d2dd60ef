/*
 * report_model.c - what is in a model: its layers, how much each input matters,
 * and the weights of the first layer as pictures where the inputs are one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <dltools/importance.h>
#include <dltools/mem.h>
#include <dltools/model.h>

#include "report_make.h"

#define PICTURES 48 /* most */

/* ---- layers --------------------------------------------------------- */

static const char *const layer_heads[] = {
	"layer", "units", "mean weight", "weight RMS", "mean bias", "bias RMS",
	"mean rate", "rate RMS",
};
#define LAYER_COLUMNS (sizeof(layer_heads) / sizeof(*layer_heads))

static void
put_real(struct table *t, double value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.4g", value);
	table_figure(t, isfinite(value) ? text : "-");
}

static void
put_layer(struct table *t, const struct model *m, size_t layer)
{
	const struct net_shape *shape = net_shape(m->net);
	struct net_layer_status s;

	net_layer_status(m->net, layer, m->samples, &s);
	table_int(t, (int64_t)layer);
	table_int(t, (int64_t)(layer <= shape->layers
			       ? shape->units[layer - 1] : shape->outputs));
	put_real(t, s.mean_weight);
	put_real(t, s.weight_rms);
	put_real(t, s.mean_bias);
	put_real(t, s.bias_rms);
	put_real(t, s.mean_rate);
	put_real(t, s.rate_rms);
}

static void
add_layers(struct report *r, const struct model *m, const char *name)
{
	struct str said = STR_INIT;
	struct table *t;

	str_addf(&said, "%s: %zu input units, %zu weights and biases, %lld "
		 "samples.", name, encoder_units(&m->enc),
		 net_parameters(m->net), (long long)m->samples);
	t = report_table(r, said.buf, layer_heads, LAYER_COLUMNS);
	for (size_t l = 1; t && l <= net_shape(m->net)->layers + 1; l++)
		put_layer(t, m, l);
	r->failed |= said.failed;
	str_release(&said);
}

/* ---- importances ---------------------------------------------------- */

#define VARIABLES 25 /* most */

/* The most important ones, by insertion into a short list. */
static size_t
rank_units(const float *value, size_t units, size_t rank[VARIABLES])
{
	size_t n = 0;

	for (size_t i = 0; i < units; i++) {
		size_t at = n;

		while (at && value[rank[at - 1]] < value[i])
			at--;
		if (at >= VARIABLES)
			continue;
		n += n < VARIABLES;
		for (size_t k = n - 1; k > at; k--)
			rank[k] = rank[k - 1];
		rank[at] = i;
	}
	return n;
}

static int
add_bars(struct figure *f, const struct encoder *enc, const float *value,
	 struct err *e)
{
	struct figure_series *s = figure_series(f, "importance",
						FIGURE_POINTS);
	size_t rank[VARIABLES];
	size_t n = rank_units(value, encoder_units(enc), rank);

	for (size_t i = 0; i < n; i++) {
		char *name = encoder_unit_name(enc, rank[i], e);

		if (!name)
			return -1;
		figure_name(f, name);
		figure_point(s, 0, (double)value[rank[i]], NULL);
		mem_free(name);
	}
	return 0;
}

static int
add_importances(struct report *r, const struct model *m, const char *name,
		bool single, struct err *e)
{
	size_t units = encoder_units(&m->enc);
	float *value = mem_zalloc(units, sizeof(*value), e);
	struct figure f;
	char text[160], id[80];
	int status = value ? 0 : -1;

	if (value && m->importance)
		memcpy(value, m->importance, units * sizeof(*value));
	else if (value)
		status = importance_compute(m->net, &m->enc, value, e);
	(void)snprintf(text, sizeof(text), "Importance of the inputs: %.80s",
		       name);
	(void)snprintf(id, sizeof(id), "importance%s%.60s", single ? "" : "-",
		       single ? "" : name);
	figure_init(&f, FIGURE_BARS, id, text);
	f.x.label = "importance (Gedeon), the first is 1";
	(void)snprintf(text, sizeof(text), "The %d most important of %zu "
		       "input units.", VARIABLES, units);
	if (units > VARIABLES)
		figure_note(&f, text);
	if (status == 0)
		status = add_bars(&f, &m->enc, value, e);
	if (status == 0)
		report_figure(r, &f);
	figure_release(&f);
	mem_free(value);
	return status;
}

/* ---- pictures ------------------------------------------------------- */

struct pictures {
	const struct model *m;
	size_t width, height, rows; /* rows of the weight matrix */
	size_t *unit;               /* [width * height]: SIZE_MAX: none */
	float *weight;              /* [rows][units] */
	double *strength;           /* [rows] */
	size_t *order;              /* rows: the strongest, in their order */
};

static void
pictures_release(struct pictures *p)
{
	mem_free(p->unit);
	mem_free(p->weight);
	mem_free(p->strength);
	mem_free(p->order);
}

/*
 * Pixel i is the i-th column of the training table that could have been a
 * predictor; one that was constant has no unit.
 */
static int
find_pixels(struct pictures *p, struct err *e)
{
	const struct encoder *enc = &p->m->enc;
	size_t n = 0, pixels = p->width * p->height;

	p->unit = mem_zalloc(pixels, sizeof(*p->unit), e);
	if (!p->unit)
		return -1;
	for (size_t i = 0; i < enc->sources; i++) {
		const struct encoder_source *s = &enc->source[i];

		if (s->role != ROLE_PREDICTOR && s->role != ROLE_CONSTANT)
			continue;
		if (s->type == COLUMN_ENUM)
			return err_set(e, ERR_SCHEMA, "--image: column '%s' "
				       "is categorical", s->name);
		if (n < pixels)
			p->unit[n] = s->predictor < 0 ? SIZE_MAX :
				enc->column[s->predictor].first_unit;
		n++;
	}
	if (n == pixels)
		return 0;
	return err_set(e, ERR_SCHEMA, "--image: %zux%zu has %zu pixels, the "
		       "model %zu columns", p->width, p->height, pixels, n);
}

static int
read_weights(struct pictures *p, struct err *e)
{
	struct net_tensor info;
	size_t n;

	net_tensor(p->m->net, 0, &info);
	if (strcmp(info.name, "layer.1.weight") ||
	    mem_mul(info.rows, info.columns, &n) < 0)
		return err_set(e, ERR_INTERNAL, "no weights of layer 1");
	p->rows = info.rows;
	p->weight = mem_zalloc(n, sizeof(*p->weight), e);
	p->strength = mem_zalloc(p->rows, sizeof(*p->strength), e);
	p->order = mem_zalloc(p->rows, sizeof(*p->order), e);
	if (!p->weight || !p->strength || !p->order)
		return -1;
	net_get(p->m->net, 0, p->weight);
	for (size_t i = 0; i < p->rows; i++)
		for (size_t k = 0; k < info.columns; k++) {
			double w = p->weight[i * info.columns + k];

			p->strength[i] += w * w;
		}
	return 0;
}

/* The strongest rows, by insertion into a short list; then in their order. */
static size_t
choose(struct pictures *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->rows; i++) {
		size_t at = n;

		while (at && p->strength[p->order[at - 1]] < p->strength[i])
			at--;
		if (at >= PICTURES)
			continue;
		n += n < PICTURES;
		for (size_t k = n - 1; k > at; k--)
			p->order[k] = p->order[k - 1];
		p->order[at] = i;
	}
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && p->order[k] < p->order[k - 1]; k--) {
			size_t t = p->order[k];

			p->order[k] = p->order[k - 1];
			p->order[k - 1] = t;
		}
	return n;
}

static void
draw_pictures(struct report *r, struct pictures *p, const char *name,
	      bool single)
{
	size_t units = encoder_units(&p->m->enc), n = choose(p);
	size_t pixels = p->width * p->height;
	struct figure f;
	char text[160], id[80];

	(void)snprintf(text, sizeof(text), "Weights of the first layer: %.80s",
		       name);
	(void)snprintf(id, sizeof(id), "weights%s%.60s", single ? "" : "-",
		       single ? "" : name);
	figure_init(&f, FIGURE_IMAGES, id, text);
	f.image_width = p->width;
	(void)snprintf(text, sizeof(text), "%zu of %zu units, those with the "
		       "greatest weights, each on its own scale: blue below "
		       "0, red above.", n, p->rows);
	figure_note(&f, text);
	if (figure_cells(&f, n, pixels))
		for (size_t i = 0; i < n * pixels; i++) {
			size_t unit = p->unit[i % pixels];

			f.cell[i] = unit == SIZE_MAX ? NAN :
				p->weight[p->order[i / pixels] * units + unit];
		}
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(text, sizeof(text), "%zu", p->order[i] + 1);
		figure_name(&f, text);
	}
	report_figure(r, &f);
}

static int
add_pictures(struct report *r, const struct model *m, const char *name,
	     const struct report_make *make, struct err *e)
{
	struct pictures p = {.m = m, .width = make->image[0],
			     .height = make->image[1]};
	int status = -1;

	if (find_pixels(&p, e) == 0 && read_weights(&p, e) == 0) {
		draw_pictures(r, &p, name, make->models == 1);
		status = 0;
	}
	pictures_release(&p);
	return status;
}

/* ---- all ------------------------------------------------------------ */

int
report_model(struct report *r, const struct report_input *in,
	     const struct report_make *make, struct curves *c, struct err *e)
{
	struct model m = {0};
	int status = model_open(&m, in->path, e);

	if (status == 0)
		add_layers(r, &m, in->name);
	if (status == 0)
		status = add_importances(r, &m, in->name, make->models == 1,
					 e);
	if (status == 0 && make->image[0])
		status = add_pictures(r, &m, in->name, make, e);
	if (status == 0 && m.history.n)
		status = curves_add(c, in->name, &m.history, m.other,
				    m.others, e);
	model_release(&m);
	return status;
}
