/*
 * activation.c - activations by their kernels.
 */
#include "nn/activation.h"

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
