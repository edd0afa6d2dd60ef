/*
 * activation.h - the activations f of hidden units: what every engine knows
 * about them.
 */
#ifndef DLTOOLS_NN_ACTIVATION_H
#define DLTOOLS_NN_ACTIVATION_H

#include "dltools/net.h"
#include "kern/kern.h"

/* What the kernel `back` takes for f'; Maxout splits errors instead: 1. */
enum back_slope activation_slope(enum activation f);

#endif
