/*
 * encoder_rest.c - dense inputs of which most cells have one and the same
 * value, such as pixels: what 0 becomes when it is standardized.
 *
 * A product that passes over them costs about twice as much for each cell that
 * is left as one that takes all in turn.
 */
#include <dltools/encoder.h>

#include <string.h>

#define REST_UNITS 32   /* fewer are not worth it */
#define REST_SHARE 0.35 /* at most so much is not at rest */
/* A column with fewer zeros may be so far from 0 that its differences from it
 * lose digits. */
#define REST_ZEROS 0.1

static bool
is_dense(const struct encoder_column *c)
{
	return !c->one_hot && !c->is_sparse;
}

/* Share of a column's cells that are 0. */
static double
zeros(const struct encoder_column *c)
{
	double rows = (double)c->stats.count + (double)c->stats.missing;

	return c->type != COLUMN_ENUM && rows > 0 ?
		(double)c->stats.zeros / rows : 0;
}

bool
encoder_has_rest(const struct encoder *enc)
{
	double others = (double)enc->dense;

	for (size_t i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];

		if (is_dense(c) && zeros(c) > REST_ZEROS)
			others -= zeros(c);
	}
	return enc->dense >= REST_UNITS &&
	       others <= REST_SHARE * (double)enc->dense;
}

void
encoder_rest(const struct encoder *enc, float *rest)
{
	memset(rest, 0, enc->dense * sizeof(*rest));
	for (size_t i = 0; i < enc->columns; i++) {
		const struct encoder_column *c = &enc->column[i];

		if (is_dense(c) && zeros(c) > REST_ZEROS)
			rest[c->first_unit - enc->sparse] =
				encoder_number(c, 0);
	}
}
