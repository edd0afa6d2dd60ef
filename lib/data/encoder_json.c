/*
 * encoder_json.c - an encoder as JSON for the model file; read back by
 * encoder_parse.c.  The strings stand beside it.
 */
#include <dltools/encoder.h>

#include <stddef.h>
#include <string.h>

#include <dltools/json.h>

#include "data/encoder_int.h"

/*
 * The column of the training table that predictor i is.  Predictors are nearly
 * in the table's order, so the search begins at the one before.
 */
static size_t
source_of(const struct encoder *enc, size_t i, size_t from)
{
	size_t k = from;

	while (enc->source[k % enc->sources].predictor != (int64_t)i)
		if (++k == from + enc->sources)
			break;
	return k % enc->sources;
}

/* Lists of one value per predictor: far quicker to read than objects. */
static const struct number {
	const char *key;
	size_t at; /* in struct encoder_column */
	bool is_real, is_dense;
} numbers[] = {
	{"sub", offsetof(struct encoder_column, sub), true, true},
	{"mul", offsetof(struct encoder_column, mul), true, true},
	{"fill", offsetof(struct encoder_column, fill), true, true},
	{"count", offsetof(struct encoder_column, stats.count), false, false},
	{"missing", offsetof(struct encoder_column, stats.missing), false,
	 false},
	{"zeros", offsetof(struct encoder_column, stats.zeros), false, false},
	{"distinct", offsetof(struct encoder_column, stats.distinct), false,
	 false},
	{"min", offsetof(struct encoder_column, stats.min), true, false},
	{"max", offsetof(struct encoder_column, stats.max), true, false},
	{"mean", offsetof(struct encoder_column, stats.mean), true, false},
	{"sd", offsetof(struct encoder_column, stats.sd), true, false},
};

static void
write_numbers(const struct encoder *enc, struct json *j,
	      const struct number *n)
{
	size_t i;

	json_key(j, n->key);
	json_put_array(j);
	for (i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		const void *value = (const char *)c + n->at;

		if (n->is_dense && (c->one_hot || c->bit_sub))
			json_put_null(j);
		else if (n->is_real)
			json_put_real(j, *(const double *)value);
		else
			json_put_int(j, *(const int64_t *)value);
	}
	json_end(j);
}

/* Numbers that the encoding made of levels: a list or null per predictor. */
static void
write_lists(const struct encoder *enc, const char *key, size_t at,
	    struct json *j)
{
	size_t i, k, n;

	json_key(j, key);
	json_put_array(j);
	for (i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];
		const double *list;

		memcpy(&list, (const char *)c + at, sizeof(list));
		if (!list) {
			json_put_null(j);
			continue;
		}
		n = c->bit_sub ? c->units : c->levels.n;
		json_put_array(j);
		for (k = 0; k < n; k++)
			json_put_real(j, list[k]);
		json_end(j);
	}
	json_end(j);
}

static void
write_coding(const struct encoder *enc, struct json *j)
{
	size_t i;

	if (enc->encoding == ENCODING_EIGEN)
		write_lists(enc, "value",
			    offsetof(struct encoder_column, value), j);
	if (enc->encoding == ENCODING_BINARY) {
		write_lists(enc, "sub_bits",
			    offsetof(struct encoder_column, bit_sub), j);
		write_lists(enc, "mul_bits",
			    offsetof(struct encoder_column, bit_mul), j);
	}
	if (enc->encoding != ENCODING_ENUM_LIMITED)
		return;
	json_key(j, "kept");
	json_put_array(j);
	for (i = 0; i < enc->columns; i++)
		json_put_int(j, (int64_t)enc->column[i].kept);
	json_end(j);
}

static void
write_predictors(const struct encoder *enc, struct json *j)
{
	size_t i, at = 0;

	json_key(j, "predictors");
	json_put_object(j);
	json_key(j, "column");
	json_put_array(j);
	for (i = 0; i < enc->columns; i++) {
		at = source_of(enc, i, at);
		json_put_int(j, (int64_t)at);
	}
	json_end(j);
	json_key(j, "levels");
	json_put_array(j);
	for (i = 0; i < enc->columns; i++)
		json_put_int(j, (int64_t)enc->column[i].levels.n);
	json_end(j);
	json_key(j, "integer");
	json_put_array(j);
	for (i = 0; i < enc->columns; i++)
		json_put_bool(j, enc->column[i].is_integer);
	json_end(j);
	json_key(j, "sparse");
	json_put_array(j);
	for (i = 0; i < enc->columns; i++)
		json_put_bool(j, enc->column[i].is_sparse);
	json_end(j);
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		write_numbers(enc, j, &numbers[i]);
	write_coding(enc, j);
	json_end(j);
}

static void
write_table(const struct encoder *enc, struct json *j)
{
	size_t i;

	json_key(j, "table");
	json_put_object(j);
	json_key(j, "name");
	json_put_array(j);
	for (i = 0; i < enc->sources; i++)
		json_put_text(j, enc->source[i].name);
	json_end(j);
	json_key(j, "type");
	json_put_array(j);
	for (i = 0; i < enc->sources; i++)
		json_put_text(j, column_type_name(enc->source[i].type));
	json_end(j);
	json_key(j, "role");
	json_put_array(j);
	for (i = 0; i < enc->sources; i++)
		json_put_text(j, encoder_role_name(enc->source[i].role));
	json_end(j);
	json_end(j);
}

static void
write_shares(const struct encoder *enc, const char *key, const double *share,
	     struct json *j)
{
	size_t i;

	json_key(j, key);
	json_put_array(j);
	for (i = 0; i < enc->classes.n; i++)
		json_put_real(j, share[i]);
	json_end(j);
}

static void
write_response(const struct encoder *enc, struct json *j)
{
	json_add_text(j, "response", enc->response);
	if (!enc->response)
		return;
	if (encoder_is_classifier(enc)) {
		write_shares(enc, "priors", enc->priors, j);
		if (enc->balanced)
			write_shares(enc, "balanced", enc->balanced, j);
		return;
	}
	json_add_real(j, "response_sub", enc->response_sub);
	json_add_real(j, "response_mul", enc->response_mul);
	json_add_real(j, "response_mean", enc->response_mean);
}

void
encoder_write_json(const struct encoder *enc, struct json *j)
{
	json_put_object(j);
	json_add_bool(j, "use_all_factor_levels", enc->use_all_factor_levels);
	json_add_bool(j, "standardize", enc->standardize);
	json_add_bool(j, "uncentred", enc->uncentred);
	json_add_text(j, "missing_values_handling",
		      enc->missing == MISSING_SKIP ? "Skip" : "MeanImputation");
	json_add_text(j, "categorical_encoding",
		      encoder_encoding_name(enc->encoding));
	if (enc->buckets) {
		json_add_int(j, "hash_buckets", (int64_t)enc->buckets);
		json_add_int(j, "hash_seed", (int64_t)enc->hash_seed);
	}
	write_response(enc, j);
	write_table(enc, j);
	write_predictors(enc, j);
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
