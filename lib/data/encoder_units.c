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

void
encoder_number_units(struct encoder *enc)
{
	size_t unit = 0, i;

	enc->sparse = enc->dense = enc->row_entries = enc->enums = 0;
	for (i = 0; i < enc->columns; i++) {
		struct encoder_column *c = &enc->column[i];

		c->first_unit = unit;
		if (c->type == COLUMN_ENUM) {
			c->units = c->levels.n + 1;
			if (!enc->use_all_factor_levels)
				c->units--;
			enc->sparse += c->units;
			enc->row_entries++;
			enc->enums++;
		} else {
			c->units = 1;
			enc->sparse += c->is_sparse;
			enc->row_entries += c->is_sparse;
			enc->dense += !c->is_sparse;
		}
		unit += c->units;
	}
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

/* The column that owns a unit: the last one that starts at or before it. */
static const struct encoder_column *
owner(const struct encoder *enc, size_t unit)
{
	size_t low = 0, high = enc->columns, mid;

	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (enc->column[mid].first_unit <= unit)
			low = mid;
		else
			high = mid;
	}
	return &enc->column[low];
}

char *
encoder_unit_name(const struct encoder *enc, size_t unit, struct err *e)
{
	const struct encoder_column *c = owner(enc, unit);
	const struct string_table *t = &c->levels;
	struct str s = STR_INIT;
	size_t level = unit - c->first_unit;
	char *name;

	str_add(&s, c->name);
	if (c->type == COLUMN_ENUM && level == c->units - 1) {
		str_add(&s, ".missing(NA)");
	} else if (c->type == COLUMN_ENUM) {
		level += !enc->use_all_factor_levels;
		str_add_char(&s, '.');
		str_add_bytes(&s, t->bytes + t->at[level],
			      (size_t)(t->at[level + 1] - t->at[level]));
	}
	name = str_take(&s, e);
	str_release(&s);
	return name;
}
