/*
 * encoder_parse.c - an encoder from the JSON of a model file.  The file may be
 * anybody's: every member is checked before it is used, and what can be derived
 * (units, number of predictors per role) is derived, not read.
 */
#include <dltools/encoder.h>

#include <math.h>
#include <string.h>

#include <jansson.h>

#include <dltools/mem.h>

#include "data/encoder_int.h"

struct cursor {
	const unsigned char *p;
	size_t left;
};

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_INPUT, "damaged model: encoder: %s", what);
}

#define WHOLE SIZE_MAX

/* Member key of o or, of an object of lists, element i of the list. */
static const json_t *
member(const json_t *o, size_t i, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return i == WHOLE ? v : json_array_get(v, i);
}

/* Is o an object of lists of n elements? */
static bool
is_lists(const json_t *o, size_t n)
{
	void *it = json_object_iter((json_t *)(uintptr_t)o);

	for (; it; it = json_object_iter_next((json_t *)(uintptr_t)o, it))
		if (json_array_size(json_object_iter_value(it)) != n)
			return false;
	return json_is_object(o) && n > 0;
}

/* A finite number; null gives NaN where that is allowed. */
static int
read_real(const json_t *o, size_t i, const char *key, bool finite, double *out,
	  struct err *e)
{
	const json_t *v = member(o, i, key);

	*out = json_is_number(v) ? json_number_value(v) : (double)NAN;
	if ((!json_is_number(v) && !json_is_null(v)) ||
	    (finite && !isfinite(*out)))
		return bad(e, key);
	return 0;
}

static int
read_int(const json_t *o, size_t i, const char *key, int64_t low, int64_t *out,
	 struct err *e)
{
	const json_t *v = member(o, i, key);

	*out = json_integer_value(v);
	return json_is_integer(v) && *out >= low ? 0 : bad(e, key);
}

static int
read_bool(const json_t *o, size_t i, const char *key, bool *out, struct err *e)
{
	const json_t *v = member(o, i, key);

	*out = json_is_true(v);
	return json_is_boolean(v) ? 0 : bad(e, key);
}

static int
read_type(const json_t *o, size_t i, const char *key, enum column_type *out,
	  struct err *e)
{
	const char *name = json_string_value(member(o, i, key));
	enum column_type t;

	for (t = COLUMN_NUM; name && t <= COLUMN_TIME; t++)
		if (!strcmp(name, column_type_name(t))) {
			*out = t;
			return 0;
		}
	return bad(e, key);
}

/* The next string of the table beside the JSON; borrowed. */
static int
read_string(struct cursor *c, const void **bytes, size_t *len, struct err *e)
{
	if (c->left < 4)
		return bad(e, "strings are cut off");
	*len = (size_t)c->p[0] | (size_t)c->p[1] << 8 | (size_t)c->p[2] << 16 |
	       (size_t)c->p[3] << 24;
	if (*len > c->left - 4)
		return bad(e, "strings are cut off");
	*bytes = c->p + 4;
	c->p += 4 + *len;
	c->left -= 4 + *len;
	return 0;
}

static int
read_strings(struct string_table *t, int64_t n, struct cursor *c, struct err *e)
{
	const void *bytes = NULL;
	size_t len = 0;

	while (n-- > 0)
		if (read_string(c, &bytes, &len, e) < 0 ||
		    string_table_add(t, bytes, len, e) < 0)
			return -1;
	return 0;
}

static int
read_stats(const json_t *o, size_t i, struct column_stats *s, struct err *e)
{
	if (read_int(o, i, "count", 0, &s->count, e) < 0 ||
	    read_int(o, i, "missing", 0, &s->missing, e) < 0 ||
	    read_int(o, i, "zeros", 0, &s->zeros, e) < 0 ||
	    read_int(o, i, "distinct", -INT64_MAX, &s->distinct, e) < 0 ||
	    read_real(o, i, "min", false, &s->min, e) < 0 ||
	    read_real(o, i, "max", false, &s->max, e) < 0 ||
	    read_real(o, i, "mean", false, &s->mean, e) < 0 ||
	    read_real(o, i, "sd", false, &s->sd, e) < 0)
		return -1;
	return 0;
}

static int
read_role(const json_t *o, size_t i, enum column_role *out, struct err *e)
{
	const char *name = json_string_value(member(o, i, "role"));
	enum column_role r;

	for (r = ROLE_PREDICTOR; name && r <= ROLE_UNUSABLE; r++)
		if (!strcmp(name, encoder_role_name(r))) {
			*out = r;
			return 0;
		}
	return bad(e, "role");
}

/* Names come from the strings: JSON could not hold bytes that are no UTF-8. */
static int
read_sources(struct encoder *enc, const json_t *o, struct cursor *strings,
	     struct err *e)
{
	size_t n = json_array_size(json_object_get(o, "role")), i;

	if (!is_lists(o, n))
		return bad(e, "table");
	enc->source = mem_zalloc(n, sizeof(*enc->source), e);
	if (!enc->source)
		return -1;
	enc->sources = n;
	for (i = 0; i < n; i++) {
		struct encoder_source *s = &enc->source[i];
		const void *name = NULL;
		size_t len = 0;

		if (read_string(strings, &name, &len, e) < 0 ||
		    read_type(o, i, "type", &s->type, e) < 0 ||
		    read_role(o, i, &s->role, e) < 0)
			return -1;
		s->predictor = -1;
		s->name = mem_memdup(name, len, e);
		if (!s->name)
			return -1;
	}
	return 0;
}

/* The one column with this role; *out = NULL if there is none. */
static int
name_of_role(const struct encoder *enc, enum column_role role,
	     const struct encoder_source **out, struct err *e)
{
	size_t i;

	*out = NULL;
	for (i = 0; i < enc->sources; i++) {
		if (enc->source[i].role != role)
			continue;
		if (*out)
			return bad(e, "two columns with one role");
		*out = &enc->source[i];
	}
	return 0;
}

/* A list of n finite numbers as element i of the list `key`. */
static int
read_list(const json_t *o, size_t i, const char *key, size_t n, double **out,
	  struct err *e)
{
	const json_t *list = member(o, i, key);
	size_t k;

	if (!json_is_array(list) || json_array_size(list) != n)
		return bad(e, key);
	*out = mem_zalloc(n, sizeof(**out), e);
	if (!*out)
		return -1;
	for (k = 0; k < n; k++) {
		const json_t *v = json_array_get(list, k);

		(*out)[k] = json_number_value(v);
		if (!json_is_number(v) || !isfinite((*out)[k]))
			return bad(e, key);
	}
	return 0;
}

/* What the encoding made of the levels. */
static int
read_coding(const struct encoder *enc, struct encoder_column *c,
	    const json_t *o, size_t i, struct err *e)
{
	size_t k;
	int64_t n;

	c->one_hot = encoder_is_one_hot(enc->encoding);
	c->kept = c->levels.n;
	switch (enc->encoding) {
	case ENCODING_ENUM_LIMITED:
		if (read_int(o, i, "kept", 1, &n, e) < 0)
			return -1;
		c->kept = (size_t)n;
		return c->kept <= c->levels.n ? 0 : bad(e, "kept");
	case ENCODING_BINARY:
		k = encoder_bits(c->levels.n);
		return read_list(o, i, "sub_bits", k, &c->bit_sub, e) < 0 ||
			read_list(o, i, "mul_bits", k, &c->bit_mul, e) < 0
			? -1 : 0;
	case ENCODING_EIGEN:
		return read_list(o, i, "value", c->levels.n, &c->value, e);
	case ENCODING_LABEL:
		c->value = mem_zalloc(c->levels.n, sizeof(*c->value), e);
		for (k = 0; c->value && k < c->levels.n; k++)
			c->value[k] = (double)k;
		return c->value ? 0 : -1;
	default:
		return 0;
	}
}

static int
read_number(const json_t *o, size_t i, struct encoder_column *c, struct err *e)
{
	if (read_real(o, i, "sub", true, &c->sub, e) < 0 ||
	    read_real(o, i, "mul", true, &c->mul, e) < 0 ||
	    read_real(o, i, "fill", true, &c->fill, e) < 0)
		return -1;
	return 0;
}

static int
read_column(struct encoder *enc, const json_t *o, size_t i,
	    struct cursor *levels, struct err *e)
{
	struct encoder_column *c = &enc->column[i];
	struct encoder_source *s;
	int64_t at, n;

	if (read_int(o, i, "column", 0, &at, e) < 0 ||
	    (size_t)at >= enc->sources)
		return bad(e, "column");
	s = &enc->source[at];
	if (s->role != ROLE_PREDICTOR || s->predictor >= 0)
		return bad(e, "role of a predictor");
	s->predictor = (int64_t)i;
	c->name = mem_strdup(s->name, e);
	if (!c->name || read_stats(o, i, &c->stats, e) < 0)
		return -1;
	c->had_missing = c->stats.missing > 0;
	c->mul = 1;
	c->type = s->type == COLUMN_ENUM ? COLUMN_ENUM : COLUMN_NUM;
	if (c->type == COLUMN_ENUM) {
		if (read_int(o, i, "levels", 1, &n, e) < 0 ||
		    read_strings(&c->levels, n, levels, e) < 0 ||
		    read_coding(enc, c, o, i, e) < 0)
			return -1;
		return c->value ? read_number(o, i, c, e) : 0;
	}
	if (read_number(o, i, c, e) < 0 ||
	    read_bool(o, i, "integer", &c->is_integer, e) < 0 ||
	    read_bool(o, i, "sparse", &c->is_sparse, e) < 0)
		return -1;
	return c->is_sparse && c->sub != 0 ? bad(e, "sub of a sparse column")
					   : 0;
}

/* Categoricals first, then columns of entries, then the others. */
static int
rank_of(const struct encoder_column *c)
{
	return c->one_hot ? 0 : c->is_sparse ? 1 : 2;
}

/* In unit order. */
static int
read_columns(struct encoder *enc, const json_t *o, struct cursor *levels,
	     struct err *e)
{
	size_t n = encoder_dropped(enc, ROLE_PREDICTOR), i;

	if (!is_lists(o, n))
		return bad(e, "predictors");
	enc->column = mem_zalloc(n, sizeof(*enc->column), e);
	if (!enc->column)
		return -1;
	enc->columns = n;
	for (i = 0; i < n; i++) {
		if (read_column(enc, o, i, levels, e) < 0)
			return -1;
		if (i && rank_of(&enc->column[i]) <
			 rank_of(&enc->column[i - 1]))
			return bad(e, "order of predictors");
	}
	return 0;
}

static int
read_encoding(struct encoder *enc, const json_t *root, struct err *e)
{
	const char *name = json_string_value(
		json_object_get(root, "categorical_encoding"));
	enum categorical_encoding k;

	for (k = ENCODING_ONE_HOT; name && k < ENCODINGS; k++)
		if (!strcmp(name, encoder_encoding_name(k))) {
			enc->encoding = k;
			return 0;
		}
	return bad(e, "categorical_encoding");
}

/* Hashing is there only where there are more category units than buckets. */
static int
read_buckets(struct encoder *enc, const json_t *root, struct err *e)
{
	int64_t buckets, seed;

	if (!json_object_get(root, "hash_buckets")) {
		encoder_number_units(enc, 0);
		return 0;
	}
	if (read_int(root, WHOLE, "hash_buckets", 1, &buckets, e) < 0 ||
	    read_int(root, WHOLE, "hash_seed", 0, &seed, e) < 0)
		return -1;
	if (buckets > INT32_MAX || seed > UINT32_MAX)
		return bad(e, "hash_buckets");
	enc->hash_seed = (uint32_t)seed;
	encoder_number_units(enc, (size_t)buckets);
	return enc->buckets ? 0 : bad(e, "hash_buckets");
}

/* Shares of n classes, which add up to 1. */
static int
read_shares(const json_t *root, const char *key, size_t n, double **out,
	    struct err *e)
{
	const json_t *list = json_object_get(root, key);
	double sum = 0;
	size_t i;

	if (json_array_size(list) != n || n < 2)
		return bad(e, key);
	*out = mem_zalloc(n, sizeof(**out), e);
	if (!*out)
		return -1;
	for (i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		(*out)[i] = json_number_value(v);
		if (!json_is_number(v) || !((*out)[i] >= 0))
			return bad(e, key);
		sum += (*out)[i];
	}
	return fabs(sum - 1) < 1e-6 ? 0 : bad(e, key);
}

static int
read_classes(struct encoder *enc, const json_t *root, struct cursor *levels,
	     struct err *e)
{
	size_t n = json_array_size(json_object_get(root, "priors"));

	if (read_shares(root, "priors", n, &enc->priors, e) < 0 ||
	    (json_object_get(root, "balanced") &&
	     read_shares(root, "balanced", n, &enc->balanced, e) < 0))
		return -1;
	return read_strings(&enc->classes, (int64_t)n, levels, e);
}

static int
read_response(struct encoder *enc, const json_t *root, struct cursor *levels,
	      struct err *e)
{
	const struct encoder_source *s;

	enc->response_mul = 1;
	if (name_of_role(enc, ROLE_RESPONSE, &s, e) < 0)
		return -1;
	if (!s)
		return 0;
	enc->response = mem_strdup(s->name, e);
	if (!enc->response)
		return -1;
	enc->response_type = s->type == COLUMN_ENUM ? COLUMN_ENUM : COLUMN_NUM;
	if (s->type == COLUMN_TEXT)
		return bad(e, "type of the response");
	if (s->type == COLUMN_ENUM)
		return read_classes(enc, root, levels, e);
	if (read_real(root, WHOLE, "response_sub", true, &enc->response_sub,
		      e) < 0 ||
	    read_real(root, WHOLE, "response_mul", true, &enc->response_mul,
		      e) < 0 ||
	    read_real(root, WHOLE, "response_mean", true, &enc->response_mean,
		      e) < 0)
		return -1;
	return enc->response_mul != 0 ? 0 : bad(e, "response_mul");
}

static int
read_number_role(const struct encoder *enc, enum column_role role, char **name,
		 struct err *e)
{
	const struct encoder_source *s;

	if (name_of_role(enc, role, &s, e) < 0)
		return -1;
	if (!s)
		return 0;
	*name = mem_strdup(s->name, e);
	return *name ? 0 : -1;
}

static int
parse(struct encoder *enc, const json_t *root, struct cursor *strings,
      struct err *e)
{
	const char *missing = json_string_value(
		json_object_get(root, "missing_values_handling"));

	if (!json_is_object(root) || !missing)
		return bad(e, "not an object");
	enc->missing = strcmp(missing, "Skip") ? MISSING_MEAN_IMPUTATION
					       : MISSING_SKIP;
	if (read_bool(root, WHOLE, "use_all_factor_levels",
		      &enc->use_all_factor_levels, e) < 0 ||
	    read_bool(root, WHOLE, "standardize", &enc->standardize, e) < 0 ||
	    read_bool(root, WHOLE, "uncentred", &enc->uncentred, e) < 0 ||
	    read_encoding(enc, root, e) < 0 ||
	    read_sources(enc, json_object_get(root, "table"), strings, e) < 0 ||
	    read_columns(enc, json_object_get(root, "predictors"), strings,
			 e) < 0 ||
	    read_buckets(enc, root, e) < 0 ||
	    read_response(enc, root, strings, e) < 0 ||
	    read_number_role(enc, ROLE_WEIGHTS, &enc->weights_column, e) < 0 ||
	    read_number_role(enc, ROLE_OFFSET, &enc->offset_column, e) < 0)
		return -1;
	return strings->left ? bad(e, "strings do not end where they should")
			     : 0;
}

int
encoder_parse(struct encoder *enc, const struct json_t *root,
	      const void *strings, size_t len, struct err *e)
{
	struct cursor c = {strings, len};

	memset(enc, 0, sizeof(*enc));
	if (parse(enc, root, &c, e) == 0)
		return 0;
	encoder_release(enc);
	return -1;
}
