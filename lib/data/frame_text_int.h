/*
 * frame_text_int.h - what frame_text.c (the cells) and frame_slice.c (the rows)
 * share.
 */
#ifndef DATA_FRAME_TEXT_INT_H
#define DATA_FRAME_TEXT_INT_H

#include <dltools/frame_text.h>

/* A string, quoted or escaped as the format wants it. */
void frame_text_string(struct str *out, const char *bytes, size_t len,
		       enum frame_text_format format);
/* No more than NUM_TEXT bytes at `to`; returns their number. */
size_t frame_text_real(char *to, double value, enum frame_text_format format);

#endif
