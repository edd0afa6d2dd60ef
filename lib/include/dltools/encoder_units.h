/*
 * encoder_units.h - the unit that one value of a column becomes (encoder.h).
 */
#ifndef DLTOOLS_ENCODER_UNITS_H
#define DLTOOLS_ENCODER_UNITS_H

#include "encoder.h"

/*
 * The one definition of a numeric input unit, whatever the value came from:
 * rounded to float once, after arithmetic in double.
 */
static inline float
encoder_number(const struct encoder_column *c, double x)
{
	return (float)((x - c->sub) * c->mul);
}

/* What stands for a column that the table does not have. */
static inline double
encoder_absent(const struct encoder *enc, const struct encoder_column *c)
{
	return enc->uncentred ? 0 : c->fill;
}

/*
 * Are most cells of most dense units at rest: the number that 0 becomes, or 0
 * itself in a unit that is seldom so?  By the counts of the training table.
 */
bool encoder_has_rest(const struct encoder *enc);
/* The value at rest of every dense unit: rest[dense]. */
void encoder_rest(const struct encoder *enc, float *rest);

/* A level of a column that makes numbers of levels: its k-th unit. */
float encoder_level_number(const struct encoder_column *c, size_t level,
			   size_t k);

/*
 * Category unit of a level, before hashing; levels.n or more is missing;
 * SIZE_MAX: lights none.
 */
static inline size_t
encoder_level_unit(const struct encoder *enc, const struct encoder_column *c,
		   size_t level)
{
	if (level >= c->levels.n)
		return c->first_unit + c->units - 1;
	if (level > c->kept)
		level = c->kept;
	if (enc->use_all_factor_levels)
		return c->first_unit + level;
	return level ? c->first_unit + level - 1 : SIZE_MAX;
}

/* With hashing, lights the bucket of a category unit; else as encoder_light. */
uint32_t encoder_light_bucket(const struct encoder *enc, size_t unit,
			      struct batch *b, uint32_t start, uint32_t end);

/*
 * Lights the unit of a level in a row whose entries begin at `start` and so far
 * end at `end`; returns the new end.  Columns must come in their order.
 */
static inline uint32_t
encoder_light(const struct encoder *enc, const struct encoder_column *c,
	      size_t level, struct batch *b, uint32_t start, uint32_t end)
{
	size_t unit = encoder_level_unit(enc, c, level);

	if (unit == SIZE_MAX)
		return end;
	if (enc->buckets)
		return encoder_light_bucket(enc, unit, b, start, end);
	b->index[end] = (uint32_t)unit;
	b->value[end] = 1;
	return end + 1;
}

#endif
