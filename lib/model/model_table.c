/*
 * model_table.c - H2O's table "Status of Neuron Layers".
 */
#include <stdio.h>
#include <string.h>

#include "model/model_int.h"

#define COLUMNS 13
#define CELL 24

static const char *const titles[COLUMNS] = {
	"Layer", "Units", "Type", "Dropout", "L1", "L2", "Mean Rate",
	"Rate RMS", "Momentum", "Mean Weight", "Weight RMS", "Mean Bias",
	"Bias RMS",
};

struct cells {
	char text[COLUMNS][CELL];
};

static const char *
type_name(const struct net_shape *s, size_t layer)
{
	static const char *const names[][2] = {
		[ACTIVATION_TANH] = {"Tanh", "TanhDropout"},
		[ACTIVATION_RECTIFIER] = {"Rectifier", "RectifierDropout"},
		[ACTIVATION_EXP_RECTIFIER] = {"ExpRectifier",
					      "ExpRectifierDropout"},
		[ACTIVATION_MAXOUT] = {"Maxout", "MaxoutDropout"},
	};

	if (layer == 0)
		return "Input";
	if (layer == s->layers + 1)
		return net_plan_output(s);
	return names[s->activation][s->hidden_dropout != NULL];
}

static void
fill_row(const struct model *m, size_t layer, struct cells *c)
{
	const struct net_shape *s = net_shape(m->net);
	const struct net_rule *r = net_rule(m->net);
	struct net_layer_status st;
	double ratio = layer == 0 ? s->input_dropout :
		s->hidden_dropout && layer <= s->layers ?
		s->hidden_dropout[layer - 1] : 0;
	size_t units = layer == 0 ? s->sparse + s->dense :
		layer <= s->layers ? s->units[layer - 1] : s->outputs;

	memset(c, 0, sizeof(*c));
	snprintf(c->text[0], CELL, "%zu", layer + 1);
	snprintf(c->text[1], CELL, "%zu", units);
	snprintf(c->text[2], CELL, "%s", type_name(s, layer));
	if (layer <= s->layers)
		snprintf(c->text[3], CELL, "%.2f %%", 100 * ratio);
	if (layer == 0)
		return;
	net_layer_status(m->net, layer, m->samples, &st);
	snprintf(c->text[4], CELL, "%.6f", r->l1);
	snprintf(c->text[5], CELL, "%.6f", r->l2);
	snprintf(c->text[6], CELL, "%.6f", st.mean_rate);
	snprintf(c->text[7], CELL, "%.6f", st.rate_rms);
	snprintf(c->text[8], CELL, "%.6f", st.momentum);
	snprintf(c->text[9], CELL, "%.6f", st.mean_weight);
	snprintf(c->text[10], CELL, "%.6f", st.weight_rms);
	snprintf(c->text[11], CELL, "%.6f", st.mean_bias);
	snprintf(c->text[12], CELL, "%.6f", st.bias_rms);
}

static void
widen(int width[COLUMNS], const struct cells *c)
{
	for (int i = 0; i < COLUMNS; i++)
		if ((int)strlen(c->text[i]) > width[i])
			width[i] = (int)strlen(c->text[i]);
}

static void
add_row(struct str *out, const int width[COLUMNS], const struct cells *c)
{
	for (int i = 0; i < COLUMNS; i++)
		str_addf(out, "%s%*s", i ? "  " : "", width[i], c->text[i]);
	str_add_char(out, '\n');
}

static const char *
value_text(enum param_id id, int value)
{
	return param_table[id].values[value].text;
}

static void
add_caption(const struct model *m, struct str *out)
{
	const struct net_shape *s = net_shape(m->net);
	size_t parameters = net_parameters(m->net);

	str_addf(out, "Status of Neuron Layers: predicting '%s', ",
		 m->enc.response ? m->enc.response : "the inputs");
	if (s->classification)
		str_addf(out, "%zu-class classification, ", s->outputs);
	else
		str_add(out, s->autoencoder ? "auto-encoder, " :
			"regression, ");
	str_addf(out, "%s distribution, %s loss, ",
		 value_text(PARAM_ID_distribution, m->params.distribution),
		 value_text(PARAM_ID_loss, m->params.loss));
	str_addf(out, "%zu weights/biases, %.1f KB, %lld training samples, "
		 "mini-batch size %zu\n", parameters,
		 (double)parameters * sizeof(float) / 1024,
		 (long long)m->samples, net_rule(m->net)->mini_batch);
}

int
model_layer_table(const struct model *m, struct str *out, struct err *e)
{
	size_t layers = net_shape(m->net)->layers + 2;
	int width[COLUMNS] = {0};
	struct cells c;

	add_caption(m, out);
	for (int i = 0; i < COLUMNS; i++)
		snprintf(c.text[i], CELL, "%s", titles[i]);
	widen(width, &c);
	for (size_t i = 0; i < layers; i++) {
		fill_row(m, i, &c);
		widen(width, &c);
	}
	for (int i = 0; i < COLUMNS; i++)
		snprintf(c.text[i], CELL, "%s", titles[i]);
	add_row(out, width, &c);
	for (size_t i = 0; i < layers; i++) {
		fill_row(m, i, &c);
		add_row(out, width, &c);
	}
	return str_check(out, e);
}
