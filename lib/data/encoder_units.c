/* encoder_units.c - the units of an encoder, their names, its end. */
#include <dltools/encoder.h>

#include <string.h>

#include <dltools/mem.h>
#include <dltools/str.h>

#include "data/encoder_int.h"

void
encoder_release(struct encoder *enc)
{
	size_t i;

	if (!enc)
		return;
	for (i = 0; enc->source && i < enc->sources; i++)
		mem_free(enc->source[i].name);
	for (i = 0; enc->column && i < enc->columns; i++) {
		mem_free(enc->column[i].name);
		string_table_release(&enc->column[i].levels);
		mem_free(enc->column[i].value);
		mem_free(enc->column[i].bit_sub);
		mem_free(enc->column[i].bit_mul);
	}
	mem_free(enc->source);
	mem_free(enc->column);
	mem_free(enc->response);
	string_table_release(&enc->classes);
	mem_free(enc->priors);
	mem_free(enc->balanced);
	mem_free(enc->weights_column);
	mem_free(enc->offset_column);
	memset(enc, 0, sizeof(*enc));
}

size_t
encoder_bits(size_t levels)
{
	size_t bits = 1;

	while (levels >>= 1)
		bits++;
	return bits;
}

bool
encoder_is_one_hot(enum categorical_encoding encoding)
{
	return encoding == ENCODING_ONE_HOT ||
	       encoding == ENCODING_SORT_BY_RESPONSE ||
	       encoding == ENCODING_ENUM_LIMITED;
}

static size_t
units_of(const struct encoder *enc, const struct encoder_column *c)
{
	if (c->type != COLUMN_ENUM)
		return 1;
	if (!c->one_hot)
		return enc->encoding == ENCODING_BINARY
			? encoder_bits(c->levels.n) : 1;
	return c->kept + (c->kept < c->levels.n) + 1 -
	       !enc->use_all_factor_levels;
}

void
encoder_number_units(struct encoder *enc, size_t max_features)
{
	size_t unit = 0, categories = 0, i;

	enc->sparse = enc->dense = enc->row_entries = enc->enums = 0;
	enc->buckets = 0;
	for (i = 0; i < enc->columns; i++) {
		struct encoder_column *c = &enc->column[i];

		c->units = units_of(enc, c);
		c->first_unit = unit;
		unit += c->units;
		enc->enums += c->one_hot;
		categories += c->one_hot ? c->units : 0;
		enc->row_entries += c->one_hot || c->is_sparse;
		enc->sparse += c->one_hot || c->is_sparse ? c->units : 0;
		enc->dense += c->one_hot || c->is_sparse ? 0 : c->units;
	}
	if (!max_features || categories <= max_features)
		return;
	/* category units keep their numbers for the hash; numbers move up */
	for (i = enc->enums; i < enc->columns; i++)
		enc->column[i].first_unit -= categories - max_features;
	enc->sparse -= categories - max_features;
	enc->buckets = max_features;
}

bool
encoder_is_classifier(const struct encoder *enc)
{
	return enc->response && enc->response_type == COLUMN_ENUM;
}

size_t
encoder_units(const struct encoder *enc)
{
	return enc->sparse + enc->dense;
}

const char *
encoder_role_name(enum column_role role)
{
	static const char *const name[] = {
		[ROLE_PREDICTOR] = "predictor", [ROLE_RESPONSE] = "response",
		[ROLE_WEIGHTS] = "weights",	[ROLE_OFFSET] = "offset",
		[ROLE_FOLD] = "fold",		[ROLE_IGNORED] = "ignored",
		[ROLE_CONSTANT] = "constant",	[ROLE_UNUSABLE] = "text",
	};

	return name[role];
}

const char *
encoder_encoding_name(enum categorical_encoding encoding)
{
	static const char *const name[] = {
		[ENCODING_ONE_HOT] = "OneHotInternal",
		[ENCODING_BINARY] = "Binary",
		[ENCODING_EIGEN] = "Eigen",
		[ENCODING_LABEL] = "LabelEncoder",
		[ENCODING_SORT_BY_RESPONSE] = "SortByResponse",
		[ENCODING_ENUM_LIMITED] = "EnumLimited",
	};

	return name[encoding];
}

size_t
encoder_dropped(const struct encoder *enc, enum column_role role)
{
	size_t n = 0, i;

	for (i = 0; i < enc->sources; i++)
		n += enc->source[i].role == role;
	return n;
}

int
encoder_batch(const struct encoder *enc, size_t room, struct batch *b,
	      struct err *e)
{
	return batch_init(b, room, enc->sparse, enc->dense, enc->row_entries,
			  e);
}

/*
 * The column that owns a unit, among first .. columns-1: the last one that
 * starts at or before it.
 */
static const struct encoder_column *
owner(const struct encoder *enc, size_t first, size_t unit)
{
	size_t low = first, high = enc->columns, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (enc->column[mid].first_unit <= unit)
			low = mid;
		else
			high = mid;
	}
	return &enc->column[low];
}

static bool
has_level(const struct encoder_column *c, const char *text, size_t n)
{
	const struct string_table *t = &c->levels;
	size_t i;

	for (i = 0; i < c->kept; i++)
		if ((size_t)(t->at[i + 1] - t->at[i]) == n &&
		    !memcmp(t->bytes + t->at[i], text, n))
			return true;
	return false;
}

/* Level units of a one-hot column; the last one is the missing one. */
static void
add_level(const struct encoder *enc, const struct encoder_column *c,
	  size_t k, struct str *s)
{
	const struct string_table *t = &c->levels;
	size_t level = k + !enc->use_all_factor_levels;

	if (k == c->units - 1) {
		str_add(s, ".missing(NA)");
		return;
	}
	if (level >= c->kept && c->kept < t->n) {
		str_add(s, has_level(c, "other", 5) ? ".other levels"
						    : ".other");
		return;
	}
	str_add_char(s, '.');
	str_add_bytes(s, t->bytes + t->at[level],
		      (size_t)(t->at[level + 1] - t->at[level]));
}

bool
encoder_unit_scale(const struct encoder *enc, size_t unit, double *sub,
		   double *mul)
{
	const struct encoder_column *c;

	if (unit < enc->buckets)
		return false;
	c = owner(enc, enc->buckets ? enc->enums : 0, unit);
	*sub = c->bit_sub ? c->bit_sub[unit - c->first_unit] : c->sub;
	*mul = c->bit_sub ? c->bit_mul[unit - c->first_unit] : c->mul;
	return !c->one_hot;
}

double
encoder_unit_fill(const struct encoder *enc, size_t unit)
{
	const struct encoder_column *c;

	if (unit < enc->buckets)
		return 0;
	c = owner(enc, enc->buckets ? enc->enums : 0, unit);
	if (c->one_hot)
		return unit == c->first_unit + c->units - 1;
	return c->bit_sub ? 0 : c->fill;
}

char *
encoder_unit_name(const struct encoder *enc, size_t unit, struct err *e)
{
	const struct encoder_column *c;
	struct str s = STR_INIT;
	char *name;

	if (unit < enc->buckets) {
		str_addf(&s, "hash.%zu", unit);
	} else {
		c = owner(enc, enc->buckets ? enc->enums : 0, unit);
		str_add(&s, c->name);
		if (c->one_hot)
			add_level(enc, c, unit - c->first_unit, &s);
		else if (c->bit_sub)
			str_addf(&s, ":%zu", unit - c->first_unit);
	}
	name = str_take(&s, e);
	str_release(&s);
	return name;
}
