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

/* Unit of a level; levels.n or more is missing; SIZE_MAX: lights none. */
static inline size_t
encoder_level_unit(const struct encoder *enc, const struct encoder_column *c,
		   size_t level)
{
	if (level >= c->levels.n)
		return c->first_unit + c->units - 1;
	if (enc->use_all_factor_levels)
		return c->first_unit + level;
	return level ? c->first_unit + level - 1 : SIZE_MAX;
}

#endif
