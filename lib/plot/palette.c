/* palette.c - colours that readers with any colour vision tell apart. */
#include "plot/palette.h"

#include <math.h>

/* Okabe and Ito 2008, without black and yellow, which a background hides. */
const struct palette_series palette_series[PALETTE_SERIES] = {
	{"#0072b2", "#56a8e0", 32},  {"#d55e00", "#f08030", 166},
	{"#009e73", "#2fc49a", 36},  {"#b8568f", "#e08fc0", 175},
	{"#b87c00", "#e6a91f", 178}, {"#3f97cc", "#8fd0f5", 74},
	{"#6b6b6b", "#b5b5b5", 245},
};

/* ColorBrewer's Blues and RdBu: five and seven stops. */
static const uint32_t blues[] = {0xf7fbff, 0xc6dbef, 0x6baed6, 0x2171b5,
				 0x08306b};
static const uint32_t red_blue[] = {0x2166ac, 0x67a9cf, 0xd1e5f0, 0xf7f7f7,
				    0xfddbc7, 0xef8a62, 0xb2182b};

static uint32_t
between(const uint32_t *stop, size_t stops, double at)
{
	double place = fmin(fmax(at, 0), 1) * (double)(stops - 1);
	size_t i = (size_t)place;
	uint32_t colour = 0;

	if (i >= stops - 1)
		return stop[stops - 1];
	place -= (double)i;
	for (int shift = 0; shift < 24; shift += 8) {
		double a = stop[i] >> shift & 255, b = stop[i + 1] >> shift &
							255;

		colour |= (uint32_t)lrint(a + (b - a) * place) << shift;
	}
	return colour;
}

uint32_t
palette_heat(double share)
{
	return between(blues, 5, share);
}

uint32_t
palette_signed(double value)
{
	return between(red_blue, 7, (value + 1) / 2);
}
