/* reconstruct.c - see reconstruct.h. */
#include "model/reconstruct.h"

double
reconstruct_error(const struct batch *b, size_t i, const float *out, float *in)
{
	size_t n = b->sparse + b->dense;
	double sum = 0;

	batch_row(b, i, in);
	for (size_t k = 0; k < n; k++) {
		double d = (double)out[k] - (double)in[k];

		sum += d * d;
	}
	return sum / (double)n;
}

double
reconstruct_value(const struct encoder *enc, size_t unit, float out)
{
	double sub, mul;

	return encoder_unit_scale(enc, unit, &sub, &mul) ?
		(double)out / mul + sub : (double)out;
}
