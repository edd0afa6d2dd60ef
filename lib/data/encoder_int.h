/* encoder_int.h - what the encoder's files share. */
#ifndef ENCODER_INT_H
#define ENCODER_INT_H

#include <dltools/encoder.h>

/* Numbers the units of the columns, in order; sets sparse, dense, entries. */
void encoder_number_units(struct encoder *enc);

/*
 * Brings the columns order[0 .. n-1] of the frame, all numeric, that are worth
 * being kept as entries to the front, in order; returns how many they are.
 * spare[n] is working memory.
 */
size_t encoder_sparse_first(const struct frame *f,
			    const struct encoder_options *o, size_t *order,
			    size_t n, size_t *spare);

/*
 * Means and deviations of the numeric columns weighted by the weights column:
 * m = sum wx / sum w, s = sqrt(n / (n - 1) * sum w (x - m)^2 / sum w).
 */
int encoder_weigh(struct encoder *enc, const struct frame *f,
		  struct err *e) MUST_USE;

#endif
