/*
 * activation.c - activations by their kernels.
 */
#include "nn/activation.h"

void
activation_apply(enum activation f, const struct kern *k, float *y, size_t n)
{
	switch (f) {
	case ACTIVATION_TANH:
		k->vec_tanh(y, y, n);
		break;
	case ACTIVATION_RECTIFIER:
		k->vec_rectify(y, n);
		break;
	case ACTIVATION_EXP_RECTIFIER:
		k->vec_elu(y, n);
		break;
	case ACTIVATION_MAXOUT:
		break;
	}
}

enum back_slope
activation_slope(enum activation f)
{
	switch (f) {
	case ACTIVATION_TANH:
		return SLOPE_TANH;
	case ACTIVATION_RECTIFIER:
		return SLOPE_STEP;
	case ACTIVATION_EXP_RECTIFIER:
		return SLOPE_ELU;
	case ACTIVATION_MAXOUT:
		break;
	}
	return SLOPE_ONE;
}
