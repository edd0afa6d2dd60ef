/*
 * encoder_json.c - an encoder as JSON for the model file; read back by
 * encoder_parse.c.  The strings stand beside it.
 */
#include <dltools/encoder.h>

#include <string.h>

#include <dltools/json.h>

#include "data/encoder_int.h"

static void
write_text(struct json *j, const char *key, const char *text)
{
	json_key(j, key);
	if (text)
		json_text(j, text);
	else
		json_null(j);
}

static void
write_real(struct json *j, const char *key, double value)
{
	json_key(j, key);
	json_real(j, value);
}

static void
write_stats(struct json *j, const struct column_stats *s)
{
	json_key(j, "count");
	json_int(j, s->count);
	json_key(j, "missing");
	json_int(j, s->missing);
	json_key(j, "zeros");
	json_int(j, s->zeros);
	json_key(j, "distinct");
	json_int(j, s->distinct);
	write_real(j, "min", s->min);
	write_real(j, "max", s->max);
	write_real(j, "mean", s->mean);
	write_real(j, "sd", s->sd);
}

static void
write_column(struct json *j, const struct encoder_column *c, size_t source)
{
	json_object(j);
	json_key(j, "column");
	json_int(j, (int64_t)source);
	write_text(j, "name", c->name);
	write_text(j, "type", column_type_name(c->type));
	if (c->type == COLUMN_ENUM) {
		json_key(j, "levels");
		json_int(j, (int64_t)c->levels.n);
	} else {
		write_real(j, "sub", c->sub);
		write_real(j, "mul", c->mul);
		write_real(j, "fill", c->fill);
		json_key(j, "integer");
		json_bool(j, c->is_integer);
	}
	write_stats(j, &c->stats);
	json_end(j);
}

static size_t
source_of(const struct encoder *enc, size_t predictor)
{
	size_t i;

	for (i = 0; i < enc->sources; i++)
		if (enc->source[i].predictor == (int64_t)predictor)
			break;
	return i;
}

static void
write_sources(const struct encoder *enc, struct json *j)
{
	size_t i;

	json_key(j, "table");
	json_array(j);
	for (i = 0; i < enc->sources; i++) {
		const struct encoder_source *s = &enc->source[i];

		json_object(j);
		write_text(j, "name", s->name);
		write_text(j, "type", column_type_name(s->type));
		write_text(j, "role", encoder_role_name(s->role));
		json_end(j);
	}
	json_end(j);
}

static void
write_response(const struct encoder *enc, struct json *j)
{
	size_t i;

	write_text(j, "response", enc->response);
	if (!enc->response)
		return;
	if (encoder_is_classifier(enc)) {
		json_key(j, "priors");
		json_array(j);
		for (i = 0; i < enc->classes.n; i++)
			json_real(j, enc->priors[i]);
		json_end(j);
		return;
	}
	write_real(j, "response_sub", enc->response_sub);
	write_real(j, "response_mul", enc->response_mul);
	write_real(j, "response_mean", enc->response_mean);
}

void
encoder_write_json(const struct encoder *enc, struct json *j)
{
	size_t i;

	json_object(j);
	json_key(j, "use_all_factor_levels");
	json_bool(j, enc->use_all_factor_levels);
	json_key(j, "standardize");
	json_bool(j, enc->standardize);
	write_text(j, "missing_values_handling",
		   enc->missing == MISSING_SKIP ? "Skip" : "MeanImputation");
	write_response(enc, j);
	write_sources(enc, j);
	json_key(j, "predictors");
	json_array(j);
	for (i = 0; i < enc->columns; i++)
		write_column(j, &enc->column[i], source_of(enc, i));
	json_end(j);
	json_end(j);
}

static void
add_string(struct str *out, const void *bytes, size_t n)
{
	unsigned char len[4];
	size_t k;

	for (k = 0; k < 4; k++)
		len[k] = (unsigned char)(n >> (8 * k));
	str_add_bytes(out, len, 4);
	str_add_bytes(out, bytes, n);
}

static void
add_table(struct str *out, const struct string_table *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		add_string(out, t->bytes + t->at[i],
			   (size_t)(t->at[i + 1] - t->at[i]));
}

void
encoder_write_strings(const struct encoder *enc, struct str *out)
{
	size_t i;

	for (i = 0; i < enc->sources; i++)
		add_string(out, enc->source[i].name,
			   strlen(enc->source[i].name));
	for (i = 0; i < enc->columns; i++)
		add_table(out, &enc->column[i].levels);
	add_table(out, &enc->classes);
}
