/*
 * palette.h - the colours of all back ends.
 */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

#include <stddef.h>
#include <stdint.h>

#define PALETTE_SERIES 7

struct palette_series {
	const char *light, *dark; /* on white, on black */
	unsigned terminal;        /* of the 256 of xterm, for both */
};

extern const struct palette_series palette_series[PALETTE_SERIES];

/* 0xRRGGBB; share in [0, 1]: from near white to dark blue. */
uint32_t palette_heat(double share);
/* value in [-1, 1]: blue, white, red. */
uint32_t palette_signed(double value);

#endif
