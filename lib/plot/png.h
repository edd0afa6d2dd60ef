/*
 * png.h - a small picture of palette colours as PNG (ISO 15948), for grids that
 * would be too many rectangles.
 */
#ifndef PLOT_PNG_H
#define PLOT_PNG_H

#include <stddef.h>
#include <stdint.h>

#include <dltools/err.h>
#include <dltools/str.h>

/* Appends "data:image/png;base64,..."; pixel 0 is transparent, pixel i has
 * palette[i], 0xRRGGBB. */
int png_data_uri(const unsigned char *pixel, size_t width, size_t height,
		 const uint32_t palette[256], struct str *out,
		 struct err *e) MUST_USE;

#endif
