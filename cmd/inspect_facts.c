/*
 * inspect_facts.c - what --dump tells beside scales and weights, whatever its
 * form: levels, activations, the correction of probabilities; see inspect.h.
 */
#include "inspect.h"

#include <dltools/batch.h>

/* ---- levels -------------------------------------------------------------- */

/* The bucket of a category unit, by lighting it. */
static int
find_bucket(const struct encoder *enc, size_t *unit, struct err *e)
{
	struct batch b;
	int rc = batch_init(&b, 1, enc->sparse, enc->dense, enc->row_entries,
			    e);

	if (rc == 0) {
		encoder_light_bucket(enc, *unit, &b, 0, 0);
		*unit = b.index[0];
	}
	batch_release(&b);
	return rc;
}

/* A level that has a unit, or none. */
static int
add_unit(const struct encoder *enc, const struct encoder_column *c,
	 struct inspect_level *l, inspect_level_fn *add, void *ctx,
	 struct err *e)
{
	size_t unit = encoder_level_unit(enc, c, l->level);

	l->value = unit != SIZE_MAX;
	if (l->value > 0 && enc->buckets && find_bucket(enc, &unit, e) < 0)
		return -1;
	l->input = unit == SIZE_MAX ? 0 : unit + 1;
	return add(ctx, l, e);
}

/* A level that is a number, or the bits of one. */
static int
add_numbers(const struct encoder_column *c, struct inspect_level *l,
	    inspect_level_fn *add, void *ctx, struct err *e)
{
	bool known = l->level < c->levels.n;

	for (size_t k = 0; k < c->units; k++) {
		l->input = c->first_unit + k + 1;
		l->value = c->bit_sub ? known && ((l->level + 1) >> k & 1) :
			   known ? c->value[l->level] : c->fill;
		if (add(ctx, l, e) < 0)
			return -1;
	}
	return 0;
}

int
inspect_each_level(const struct encoder *enc, inspect_level_fn *add, void *ctx,
		   struct err *e)
{
	for (size_t i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		const struct string_table *t = &c->levels;

		for (size_t k = 0; c->type == COLUMN_ENUM && k <= t->n; k++) {
			struct inspect_level l = {.column = c->name,
						  .level = k};
			int rc;

			if (k < t->n) {
				l.text = t->bytes + t->at[k];
				l.len = (size_t)(t->at[k + 1] - t->at[k]);
			}
			rc = c->one_hot ? add_unit(enc, c, &l, add, ctx, e)
					: add_numbers(c, &l, add, ctx, e);
			if (rc < 0)
				return -1;
		}
	}
	return 0;
}

/* ---- layers and classes -------------------------------------------------- */

static const char *
output_name(const struct net_shape *s)
{
	if (s->classification)
		return "Softmax";
	if (s->loss == LOSS_POISSON || s->loss == LOSS_GAMMA ||
	    s->loss == LOSS_TWEEDIE)
		return "Exp";
	return "Linear";
}

const char *
inspect_activation(const struct net_shape *s, size_t layer, double *factor)
{
	static const char *const name[] = {
		[ACTIVATION_TANH] = "Tanh",
		[ACTIVATION_RECTIFIER] = "Rectifier",
		[ACTIVATION_EXP_RECTIFIER] = "ExpRectifier",
		[ACTIVATION_MAXOUT] = "Maxout",
	};
	bool is_output = layer > s->layers;

	*factor = is_output || !s->hidden_dropout
			  ? 1 : 1 - s->hidden_dropout[layer - 1];
	return is_output && !(s->autoencoder && !s->linear_output)
		       ? output_name(s) : name[s->activation];
}

double
inspect_class_factor(const struct encoder *enc, size_t class)
{
	if (!enc->balanced || !(enc->priors[class] > 0) ||
	    !(enc->balanced[class] > 0))
		return 1;
	return enc->priors[class] / enc->balanced[class];
}
