/*
 * encoder_range.c - do the numbers of a table fit the net's arithmetic, once
 * they are scaled?  Units are floats: what is beyond them would make the first
 * sum of a layer infinite, far from the column that is to blame.
 */
#include "data/encoder_int.h"

#include <float.h>
#include <math.h>

static int
check_column(const struct encoder_column *c, bool standardize, struct err *e)
{
	const struct column_stats *s = &c->stats;
	double low = (s->min - c->sub) * c->mul;
	double high = (s->max - c->sub) * c->mul;

	if (fabs(low) <= (double)FLT_MAX && fabs(high) <= (double)FLT_MAX)
		return 0;
	if (standardize && !isfinite(s->sd))
		return err_set(e, ERR_NUMERIC, "column '%s': cannot be scaled, "
			       "its values from %g to %g have no finite "
			       "standard deviation", c->name, s->min, s->max);
	return err_set(e, ERR_NUMERIC, "column '%s': values from %g to %g are "
		       "%g to %g as inputs, which is beyond float range",
		       c->name, s->min, s->max, low, high);
}

static int
check_response(const struct encoder *enc, const struct column_stats *s,
	       struct err *e)
{
	double low = fabs(s->min - enc->response_sub) * enc->response_mul;
	double high = fabs(s->max - enc->response_sub) * enc->response_mul;
	double most = fmax(low, high);

	if (low <= (double)FLT_MAX && high <= (double)FLT_MAX &&
	    most >= (double)FLT_MIN)
		return 0;
	return err_set(e, ERR_NUMERIC, "response '%s': values from %g to %g "
		       "are %s float range; scale them first", enc->response,
		       s->min, s->max, most < (double)FLT_MIN ? "below"
							      : "beyond");
}

int
encoder_check_range(const struct encoder *enc, const struct frame *f,
		    struct err *e)
{
	for (size_t i = 0; i < enc->columns; i++)
		if (enc->column[i].type == COLUMN_NUM &&
		    check_column(&enc->column[i], enc->standardize, e) < 0)
			return -1;
	for (size_t i = 0; i < enc->sources; i++)
		if (enc->source[i].role == ROLE_RESPONSE &&
		    !encoder_is_classifier(enc) &&
		    check_response(enc, &frame_column(f, i)->stats, e) < 0)
			return -1;
	return 0;
}
