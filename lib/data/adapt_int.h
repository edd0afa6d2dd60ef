/* adapt_int.h - the column maps of adapt.h, for the packing of rows. */
#ifndef ADAPT_INT_H
#define ADAPT_INT_H

#include <dltools/adapt.h>

#include "data/level_index.h"

enum adapt_how {
	ADAPT_ABSENT, /* missing in every row */
	ADAPT_NUMBER, /* num or time as it is */
	ADAPT_CODE,   /* enum: code[] maps its levels */
	ADAPT_DIGITS, /* num standing for an enum: found by its text */
	ADAPT_STRING, /* text standing for an enum */
};

struct adapt_column {
	enum adapt_how how;
	size_t column;     /* in the frame */
	uint32_t *code;    /* ADAPT_CODE: the model's level, levels.n unseen */
	size_t unseen;
	struct level_index index; /* of the model's levels, DIGITS and STRING */
};

struct adapt {
	const struct encoder *enc;
	struct adapt_column *column; /* as enc->column[] */
	struct adapt_column response, weights, offset;
	size_t *missing;
	size_t missing_n;
};

#endif
